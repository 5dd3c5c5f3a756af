"""Peer-review rounds: the use cases, one file for each part of a round's life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.outcomes import Arrival, Refusal, Refused, Unknown
from bot.services.rounds.asking import take_ask
from bot.services.rounds.due import run_due
from bot.services.rounds.leaving import cannot, help_waiting, left_server, pass_ask
from bot.services.rounds.looking import Upcoming, coming_up
from bot.services.rounds.opening import newcomer
from bot.services.rounds.placing import place_waiting
from bot.services.rounds.reviewing import acknowledge, claim_live, confirm_live, give_review, remember_thread, to_review
from bot.services.rounds.schedule import reschedule, schedule_next
from bot.services.rounds.signing_up import attach, form_for, sign_up, sit_out
from bot.services.tools import Tools
from domain.model import Intention, MemberId, PairingId, ReviewId, RoundId
from storage import asks, pairings, reviews, rounds
from storage.engine import Tx

__all__ = [
    "ARRIVALS",
    "DUE",
    "NEXT",
    "REFUSALS",
    "Upcoming",
    "acknowledge",
    "attach",
    "cannot",
    "claim_live",
    "coming_up",
    "confirm_live",
    "form_for",
    "give_review",
    "help_waiting",
    "newcomer",
    "pass_ask",
    "place_waiting",
    "remember_thread",
    "reschedule",
    "schedule_next",
    "sign_up",
    "sit_out",
    "take_ask",
    "to_review",
]


async def _opened(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await rounds.set_message(tx, RoundId(int(intention.args["round"])), ids["channel"], ids["message"])


async def _threaded(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await pairings.set_thread(tx, PairingId(int(intention.args["pairing"])), ids["thread"])


async def _welcomed(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await pairings.set_message(tx, PairingId(int(intention.args["pairing"])), ids["message"])


async def _posted(tx: Tx, intention: Intention, _ids: Mapping[str, int], _now: datetime) -> None:
    await reviews.forget_text(tx, ReviewId(int(intention.args["review"])))


async def _not_there(tools: Tools, intention: Intention, error: Refused | Unknown) -> bool:
    """Whoever was to be added to a thread has left the server: the partner is not left waiting."""
    if not isinstance(error, Unknown) or error.what != "user":
        return False
    await left_server(tools, MemberId(int(intention.args["member"])))
    return True


async def _next(tx: Tx) -> datetime | None:
    moments = [one for one in (await rounds.next_due(tx), await asks.next_due(tx)) if one is not None]
    return min(moments, default=None)


ARRIVALS: dict[str, Arrival] = {
    "round.open": _opened,
    "pairing.thread": _threaded,
    "pairing.welcome": _welcomed,
    "review.post": _posted,
}
REFUSALS: dict[str, Refusal] = {"pairing.add": _not_there}
DUE = (run_due,)
NEXT = (_next,)
