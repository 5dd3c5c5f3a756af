"""When a session is to be: one of the two names a time, the other agrees to it. And one time for two sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from domain.errors import NamedAlready, OlderTime, OwnTime, TimePassed
from domain.legs import must_be_in
from domain.model import Leg, LegState, MemberId
from domain.sessions import LENGTH


def named(leg: Leg, member: MemberId, starts_at: datetime, place: str, now: datetime) -> Leg:
    """One of the two names a time (a first one, or another); it holds once the other agrees.

    Raises NotYours, SessionOver, WithAManager, TimePassed, or NamedAlready if it is the agreed time and place.
    """
    must_be_in(leg, member, LegState.AGREED)
    if starts_at <= now:
        raise TimePassed
    if leg.time_agreed and (starts_at, place) == (leg.starts_at, leg.place):
        raise NamedAlready
    return replace(
        leg,
        starts_at=starts_at,
        place=place,
        time_by=member,
        time_agreed=False,
        time_version=leg.time_version + 1,
        asked_at=now,
        reminded_at=None,
    )


def agreed(leg: Leg, member: MemberId, version: int, now: datetime) -> Leg:
    """The other one says that this time works.

    Raises NotYours, SessionOver, WithAManager, OlderTime if it is not this time any more (or agreed already), OwnTime,
    or TimePassed.
    """
    must_be_in(leg, member, LegState.AGREED)
    if leg.starts_at is None or leg.time_agreed or leg.time_version != version:
        raise OlderTime
    if leg.time_by == member:
        raise OwnTime
    if leg.starts_at <= now:
        raise TimePassed
    return replace(leg, time_agreed=True, reminded_at=None)


def changing_places(leg: Leg, swap: Iterable[Leg]) -> Leg | None:
    """Of a swap of two, the session in which these same two change places, while both are still to be held."""
    for other in swap:
        if (other.teacher.id, other.learner.id) == (leg.learner.id, leg.teacher.id):
            return other if leg.state is other.state is LegState.AGREED else None
    return None


def one_after_the_other(leg: Leg, other: Leg) -> bool:
    """Whether a time has been named for both, one right after the other."""
    if leg.starts_at is None or other.starts_at is None:
        return False
    return abs(leg.starts_at - other.starts_at) == timedelta(minutes=LENGTH)


def one_time_for_both(leg: Leg, other: Leg, now: datetime) -> bool:
    """Whether who names a time for a session may name one for the other with it: unless that has a time of its own."""
    return other.starts_at is None or other.starts_at <= now or one_after_the_other(leg, other)
