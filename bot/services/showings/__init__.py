"""Showings: posted, answered, and rescued when nobody answers."""

from __future__ import annotations

from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services.showings.adopting import adopt, gone, locked
from bot.services.showings.answering import Helped, Seen, answerers, checked, helped, helped_by, mine, wrote
from bot.services.showings.asking import pass_on, take
from bot.services.showings.due import run_due
from bot.services.showings.looking import Upcoming, coming_up, weeks_shown
from bot.services.showings.posting import (
    edit,
    edited,
    not_posted,
    not_there,
    noted,
    optional,
    own,
    posted,
    show,
    withdraw,
)
from bot.services.showings.round_up import ROUND_UP
from storage import asks, due_showings, recurring
from storage.engine import Tx

__all__ = [
    "ARRIVALS",
    "DUE",
    "NEXT",
    "REFUSALS",
    "Helped",
    "Seen",
    "Upcoming",
    "adopt",
    "answerers",
    "checked",
    "coming_up",
    "edit",
    "gone",
    "helped",
    "helped_by",
    "locked",
    "mine",
    "own",
    "pass_on",
    "show",
    "take",
    "weeks_shown",
    "withdraw",
    "wrote",
]


async def _next(tx: Tx) -> datetime | None:
    moments = (await due_showings.next_due(tx), await asks.next_absent(tx), await recurring.next_due(tx, ROUND_UP))
    return min((one for one in moments if one is not None), default=None)


ARRIVALS: dict[str, Arrival] = {
    "showing.post": posted,
    "showing.edit": edited,
    "showing.note": noted,
}
REFUSALS: dict[str, Refusal] = {
    "showing.post": not_posted,
    "showing.edit": not_there,
    "showing.close": not_there,
    "showing.check": not_there,
    "showing.note": optional,
    "showing.tag": optional,
}
DUE = (run_due,)
NEXT = (_next,)
