"""What falls due in sessions of itself: a reminder, the question how long it took, an end to what nobody speaks of.

Nobody is held to days on which they could not have answered: the days count from when the question reached them, and
not while they are on pause. After a standstill (the machine was off when it fell due) they are asked once more instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.legs import CONFIRM_WITHIN, GIVE_UP_AFTER, OPEN_WORD
from domain.model import ENDED_LEGS, Leg, LegState, Member

REMIND_AFTER: Final = timedelta(days=7)  # without a time, or without an answer to the one that was named
ASK_AFTER: Final = timedelta(hours=3)  # after the beginning of a session with a time
FAIR_WARNING: Final = timedelta(days=7)  # between a reminder and the end
DECIDE_WITHIN: Final = timedelta(days=30)  # a manager, after the last word
REACH_WITHIN: Final = timedelta(days=30)  # a question that cannot be put into the thread; `/swap status` asks it, too
A_PAUSE: Final = timedelta(days=30)  # the other one does not wait for longer than this
STANDSTILL: Final = timedelta(hours=1)  # nothing is this late while the program runs


class Step(StrEnum):
    REMIND = "remind"  # no time yet
    ASK = "ask"  # the time has come: how long did it take?
    GIVE_UP = "give_up"
    LAPSE = "lapse"
    AGAIN = "again"  # it would have lapsed while nobody could answer


def next_step(leg: Leg, now: datetime) -> Step | None:
    """What is due about a leg."""
    found = _step(leg)
    if found is None or found[0] > now:
        return None
    moment, step = found
    late = now - moment >= STANDSTILL
    return Step.AGAIN if late and step is Step.LAPSE and leg.state in OPEN_WORD else step


def due_at(legs: Iterable[Leg]) -> datetime | None:
    """When the next step of these legs is due; None if they need nothing more."""
    return min((found[0] for leg in legs if (found := _step(leg)) is not None), default=None)


def all_over(legs: Iterable[Leg]) -> bool:
    return all(leg.state in ENDED_LEGS for leg in legs)


def answer_until(leg: Leg) -> datetime | None:
    """Until when the last word may be answered; None while nothing was said that waits for an answer."""
    if leg.reported_at is None or leg.last_word is None:
        return None
    if leg.state is LegState.ESCALATED:
        return leg.reported_at + DECIDE_WITHIN
    if leg.state not in OPEN_WORD:
        return None
    if leg.asked_at is None:
        return leg.reported_at + REACH_WITHIN
    return _back(leg.asked_at, leg.other(leg.last_word)) + CONFIRM_WITHIN


def _step(leg: Leg) -> tuple[datetime, Step] | None:
    """What is to be done next about a leg of itself, and when."""
    if leg.state is LegState.AGREED and leg.asked_at is not None:
        return _to_be_held(leg, leg.asked_at)
    until = answer_until(leg)
    return None if until is None else (until, Step.LAPSE)


def _to_be_held(leg: Leg, asked_at: datetime) -> tuple[datetime, Step]:
    if leg.starts_at is not None and leg.time_agreed:
        since, remind = leg.starts_at, (leg.starts_at + ASK_AFTER, Step.ASK)
    else:
        since, remind = asked_at, (asked_at + REMIND_AFTER, Step.REMIND)
    both = (leg.teacher, leg.learner)
    if leg.reminded_at is None:
        asks = (leg.teacher,) if remind[1] is Step.ASK else both
        return max(remind[0], _back(since, *asks)), remind[1]
    return max(_back(since, *both) + GIVE_UP_AFTER, leg.reminded_at + FAIR_WARNING), Step.GIVE_UP


def _back(since: datetime, *people: Member) -> datetime:
    """`since`, or when these people are back from a pause, as far as others wait for that."""
    pauses = (one.paused_until for one in people if one.paused_until is not None)
    return max(since, min(max(pauses, default=since), since + A_PAUSE))
