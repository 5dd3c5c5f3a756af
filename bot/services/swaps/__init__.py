"""Skill swaps: proposals, and the sessions that come of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.outcomes import Arrival, Refusal, Refused, Unknown
from bot.services.rounds.leaving import left_server
from bot.services.swaps.answering import accept, decline, may_decline, remember_thread
from bot.services.swaps.due import next_due, run_due
from bot.services.swaps.looking import SwapView, Upcoming, coming_up, open_proposal, swap_view
from bot.services.swaps.session_due import SESSION_ARRIVALS, SESSION_DUE, SESSION_NEXT, SESSION_REFUSALS
from bot.services.tools import Tools
from domain.model import Intention, MemberId, SwapId
from domain.proposals import ANSWER_WITHIN
from storage import swaps
from storage.engine import Tx

__all__ = [
    "ARRIVALS",
    "DUE",
    "NEXT",
    "REFUSALS",
    "SwapView",
    "Upcoming",
    "accept",
    "coming_up",
    "decline",
    "may_decline",
    "next_due",
    "open_proposal",
    "remember_thread",
    "swap_view",
]


async def _threaded(tx: Tx, intention: Intention, ids: Mapping[str, int], now: datetime) -> None:
    """Now people can be asked, and from now on their three days count."""
    swap = SwapId(int(intention.args["swap"]))
    await swaps.set_thread(tx, swap, ids["thread"])
    await swaps.ask_until(tx, swap, now + ANSWER_WITHIN)


async def _welcomed(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await swaps.set_message(tx, SwapId(int(intention.args["swap"])), ids["message"])


async def _not_there(tools: Tools, intention: Intention, error: Refused | Unknown) -> bool:
    """Whoever was to be added to a thread has left the server: the proposal ends, the others are not left waiting."""
    if not isinstance(error, Unknown) or error.what != "user":
        return False
    await left_server(tools, MemberId(int(intention.args["member"])))
    return True


ARRIVALS: dict[str, Arrival] = {"swap.thread": _threaded, "swap.welcome": _welcomed, **SESSION_ARRIVALS}
REFUSALS: dict[str, Refusal] = {"swap.add": _not_there, **SESSION_REFUSALS}
DUE = (*SESSION_DUE, run_due)
NEXT = (next_due, *SESSION_NEXT)
