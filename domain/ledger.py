"""Time credits: an hour is an hour, whatever the skill; who receives owes, who gives may ask.

Each transfer is one row with a debit account, a credit account and a number of minutes above zero. That *is* double
entry: both sides of the movement are the same number in the same row, so no write, crash or race can leave one of
them out, and the balances of all accounts sum to zero whatever rows there are. (TigerBeetle's ledger is built the
same way.) Rows are never changed; a wrong one is taken back by another with its sides swapped. The pool is an account
like any other. It gives new firms their start and so is usually below zero: what the firms together hold.

Limits are soft: they are told, and stop nobody.
"""

from __future__ import annotations

from enum import StrEnum

from domain.errors import MoreThanYouHave, NotAQuarterHour, NothingToGive
from domain.sessions import LENGTH, QUARTER, clock, quarters_near

START = 120  # minutes a new firm has from the pool: enough to learn before it has taught
TYPICAL = LENGTH  # minutes that a session is taken to cost before it was held
TOLD_AT = -240  # a firm that owes this much is told so
SHOWN_AT = -360  # and from here on the manager sees it, too
SPEND_FROM = 600  # a firm with this much had better spend it or give it to the pool


class Limit(StrEnum):
    """What a balance has come to; none of them forbids anything."""

    TOLD = "told"
    SHOWN = "shown"
    SPEND = "spend"


def standing(balance: int) -> Limit | None:
    """The limit that a balance in minutes is at or beyond, the farthest one; None in between."""
    if balance <= SHOWN_AT:
        return Limit.SHOWN
    if balance <= TOLD_AT:
        return Limit.TOLD
    return Limit.SPEND if balance >= SPEND_FROM else None


def crossed(before: int, after: int) -> Limit | None:
    """The limit that a movement from one balance to another has newly reached, the farthest one.

    None if it reached none, moved away from zero within one, or came back towards zero.
    """
    limit = standing(after)
    came_back = before <= after <= 0
    return None if came_back or limit is standing(before) else limit


def gift(minutes: int, balance: int) -> int:
    """The minutes of a gift to the pool, if a firm with this balance can make it.

    Raises NothingToGive (less than a quarter of an hour there), NotAQuarterHour and MoreThanYouHave (with the `most`).
    """
    most = balance - balance % QUARTER
    if most < QUARTER:
        raise NothingToGive
    if minutes < QUARTER or minutes % QUARTER:
        raise NotAQuarterHour(near=quarters_near(minutes, most))
    if minutes > most:
        raise MoreThanYouHave(most=clock(most))
    return minutes
