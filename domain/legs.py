"""The life of a leg: one session in which one person shows one skill to another, from "agreed" to confirmed minutes.

    AGREED ──► REPORTED ──► CONFIRMED ──► (the time was wrong) ──► DISPUTED
       │           │  ▲          ▲
       │           ▼  │          │
       │        DISPUTED ──► ESCALATED          no word for long: UNCONFIRMED, or what was confirmed before stands
       └──► CANCELLED, NO_SHOW

Every change is a function from a leg to the leg it becomes; it raises what a person did wrong. Whoever entered a time
last has the *last word*: the other one may agree to it or enter another. Where it is to be is kept until it has ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from domain.errors import (
    CorrectionOver,
    NamedAlready,
    NotATime,
    NothingToAgreeTo,
    NoTimeYet,
    NotYours,
    OlderTime,
    OlderWord,
    OwnDispute,
    OwnTime,
    OwnWord,
    SameTime,
    SessionOver,
    TimePassed,
    TooSoon,
    WithAManager,
)
from domain.model import ENDED_LEGS, Leg, LegState, MemberId
from domain.sessions import LONGEST, QUARTER

REMIND_AFTER: Final = timedelta(days=7)  # of an agreed swap without a time
ASK_AFTER: Final = timedelta(hours=3)  # after the beginning of a session with a time
GIVE_UP_AFTER: Final = timedelta(days=30)  # after the agreement, or the agreed time, without a word
CONFIRM_WITHIN: Final = timedelta(days=7)  # after the last word
DECIDE_WITHIN: Final = timedelta(days=30)  # a manager, after the last word
CORRECT_WITHIN: Final = timedelta(days=7)  # after both sides had confirmed

UNDER_WAY: Final = frozenset({LegState.AGREED, LegState.REPORTED, LegState.DISPUTED, LegState.ESCALATED})
_OPEN_WORD: Final = frozenset({LegState.REPORTED, LegState.DISPUTED})


# What the two say


def has_part(leg: Leg, member: MemberId) -> bool:
    return member in {leg.teacher.id, leg.learner.id}


def figure(leg: Leg, member: MemberId) -> int | None:
    """The minutes that this member entered."""
    return leg.minutes if member == leg.teacher.id else leg.other_minutes


def proposal(leg: Leg) -> int | None:
    """The minutes that the last word says; None if nobody entered any."""
    return None if leg.last_word is None else figure(leg, leg.last_word)


def may_answer(leg: Leg, member: MemberId) -> bool:
    """Whether it is this member's turn to agree to the time that was entered, or to enter another."""
    return leg.state in _OPEN_WORD and has_part(leg, member) and leg.last_word != member


def correcting(leg: Leg) -> bool:
    """Whether the time had been confirmed before, and somebody says that it was wrong."""
    return bool(leg.settled) and leg.state in UNDER_WAY


def did_not_happen(leg: Leg) -> bool:
    """Whether both sides, or a manager, say that there was no session after all."""
    return leg.state is LegState.CANCELLED and leg.settled == 0


# Beginning


def begun(leg: Leg, now: datetime) -> Leg:
    """Everybody accepted the swap: the session is to be held."""
    return replace(leg, state=LegState.AGREED, agreed_at=now)


# The time


def named(leg: Leg, member: MemberId, starts_at: datetime, place: str, now: datetime) -> Leg:
    """One of the two names a time (a first one, or another); it holds once the other agrees.

    Raises NotYours, SessionOver, WithAManager, TimePassed, or NamedAlready if it is the agreed time and place.
    """
    _in(leg, member, LegState.AGREED)
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
    )


def agreed(leg: Leg, member: MemberId, version: int, now: datetime) -> Leg:
    """The other one says that this time works.

    Raises NotYours, SessionOver, WithAManager, OlderTime if it is not this time any more (or agreed already), OwnTime,
    or TimePassed.
    """
    _in(leg, member, LegState.AGREED)
    if leg.starts_at is None or leg.time_agreed or leg.time_version != version:
        raise OlderTime
    if leg.time_by == member:
        raise OwnTime
    if leg.starts_at <= now:
        raise TimePassed
    return replace(leg, time_agreed=True, reminded_at=None)


# How long it took


def entered(leg: Leg, member: MemberId, minutes: int, now: datetime) -> Leg:
    """One of the two enters how long the session took; 0, in answer to a time: it did not happen.

    What the other one entered last is agreed to by entering the same, and disputed by entering another. After
    both had confirmed it says that the time was wrong. Raises NotYours, NotATime, SessionOver, WithAManager,
    CorrectionOver, or SameTime if it changes nothing.
    """
    check_minutes(minutes, nothing=leg.state is not LegState.AGREED)
    if leg.state is LegState.CONFIRMED and has_part(leg, member):
        return _correction(leg, member, minutes, now)
    _in(leg, member, LegState.AGREED, *_OPEN_WORD)
    if leg.state in _OPEN_WORD and minutes == figure(leg, leg.other(member).id):
        return _settled(leg, minutes, now)
    if leg.last_word == member and minutes == figure(leg, member):
        raise SameTime
    answers = leg.state is LegState.DISPUTED or may_answer(leg, member)
    return _with_word(leg, member, minutes, now, LegState.DISPUTED if answers else LegState.REPORTED)


def check_minutes(minutes: int, *, nothing: bool = False) -> None:
    """Raises NotATime unless these are quarter hours of a session; `nothing`: 0 will do, too."""
    least = 0 if nothing else QUARTER
    if minutes % QUARTER or not least <= minutes <= LONGEST:
        raise NotATime


def _correction(leg: Leg, member: MemberId, minutes: int, now: datetime) -> Leg:
    if leg.ended_at is None or now >= leg.ended_at + CORRECT_WITHIN:
        raise CorrectionOver
    if minutes == leg.settled:
        raise SameTime
    both = replace(leg, minutes=leg.settled, other_minutes=leg.settled)
    return _with_word(both, member, minutes, now, LegState.DISPUTED)


def _with_word(leg: Leg, member: MemberId, minutes: int, now: datetime, state: LegState) -> Leg:
    by_teacher = member == leg.teacher.id
    return replace(
        leg,
        state=state,
        minutes=minutes if by_teacher else leg.minutes,
        other_minutes=leg.other_minutes if by_teacher else minutes,
        last_word=member,
        words=leg.words + 1,
        reported_at=now,
    )


def confirmed(leg: Leg, member: MemberId, word: int, now: datetime) -> Leg:
    """The other one agrees to the `word`-th time that was entered.

    Raises NotYours, SessionOver, WithAManager, OwnWord, or OlderWord if another time was entered since.
    """
    _in(leg, member, *_OPEN_WORD, nothing=NothingToAgreeTo)
    if leg.words != word:
        raise OlderWord
    if leg.last_word == member:
        raise OwnWord
    minutes = proposal(leg)
    assert minutes is not None
    return _settled(leg, minutes, now)


def _settled(leg: Leg, minutes: int, now: datetime) -> Leg:
    """Both sides, or a manager, say the same. The first time it was so is when it ended."""
    return replace(
        leg,
        state=LegState.CONFIRMED if minutes else LegState.CANCELLED,
        place="",
        minutes=minutes,
        other_minutes=None,
        last_word=None,
        settled=minutes,
        ended_at=leg.ended_at or now,
    )


def escalated(leg: Leg, member: MemberId) -> Leg:
    """One of two who say different things asks a manager.

    Raises NotYours, SessionOver, WithAManager, or NothingToAgreeTo if there is no dispute.
    """
    _in(leg, member, LegState.DISPUTED, nothing=NothingToAgreeTo)
    return replace(leg, state=LegState.ESCALATED)


def decided(leg: Leg, manager: MemberId | None, minutes: int, now: datetime) -> Leg:
    """A manager says how long it took; 0: it did not happen. `manager`: who they are if they are a member.

    Raises NotATime, OwnDispute if they are one of the two, or SessionOver if it needs no manager (any more).
    """
    check_minutes(minutes, nothing=True)
    if leg.state is not LegState.ESCALATED:
        raise SessionOver
    if manager is not None and has_part(leg, manager):
        raise OwnDispute
    return _settled(leg, minutes, now)


# Nothing comes of it


def cancelled(leg: Leg, member: MemberId | None, now: datetime) -> Leg:
    """One of the two calls it off; None: nobody said anything, or one of them is gone.

    Raises NotYours, SessionOver, WithAManager.
    """
    if member is not None:
        _in(leg, member, LegState.AGREED)
    return replace(leg, state=LegState.CANCELLED, place="", ended_by=member, ended_at=now)


def not_there(leg: Leg, member: MemberId, now: datetime) -> Leg:
    """One of the two says that the other did not turn up.

    Raises NotYours, SessionOver, WithAManager, NoTimeYet without an agreed time, TooSoon before it.
    """
    _in(leg, member, LegState.AGREED)
    if leg.starts_at is None or not leg.time_agreed:
        raise NoTimeYet
    if now < leg.starts_at:
        raise TooSoon
    return replace(leg, state=LegState.NO_SHOW, place="", ended_by=member, ended_at=now)


def lapsed(leg: Leg, now: datetime) -> Leg:
    """Nobody said anything more: it was never confirmed; or what had been confirmed stands."""
    if leg.settled:
        return _settled(leg, leg.settled, now)
    return replace(leg, state=LegState.UNCONFIRMED, place="", ended_at=now)


def reminded(leg: Leg, now: datetime) -> Leg:
    return replace(leg, reminded_at=now)


def _in(
    leg: Leg, member: MemberId, *states: LegState, nothing: type[SessionOver | NothingToAgreeTo] | None = None
) -> None:
    """Raises unless the member has part in a leg in one of these states; `nothing`: what to raise while it goes on."""
    if not has_part(leg, member):
        raise NotYours
    if leg.state in states:
        return
    if leg.state is LegState.ESCALATED:
        raise WithAManager
    if leg.state in ENDED_LEGS or nothing is None:
        raise SessionOver
    raise nothing


# What falls due


class Step(StrEnum):
    REMIND = "remind"  # no time yet
    ASK = "ask"  # the time has come: how long did it take?
    GIVE_UP = "give_up"
    LAPSE = "lapse"


def _steps(leg: Leg) -> Iterable[tuple[datetime, Step]]:
    """What is still to be done about a leg of itself, what ends it first."""
    if leg.state is LegState.AGREED and leg.agreed_at is not None:
        held_at = leg.starts_at if leg.time_agreed else None
        yield max(leg.agreed_at, held_at or leg.agreed_at) + GIVE_UP_AFTER, Step.GIVE_UP
        if leg.reminded_at is None:
            yield (leg.agreed_at + REMIND_AFTER, Step.REMIND) if held_at is None else (held_at + ASK_AFTER, Step.ASK)
    elif leg.reported_at is not None and leg.state in _OPEN_WORD:
        yield leg.reported_at + CONFIRM_WITHIN, Step.LAPSE
    elif leg.reported_at is not None and leg.state is LegState.ESCALATED:
        yield leg.reported_at + DECIDE_WITHIN, Step.LAPSE


def next_step(leg: Leg, now: datetime) -> Step | None:
    """What is due about a leg; long overdue, what ends it goes before a reminder."""
    return next((step for moment, step in _steps(leg) if moment <= now), None)


def due_at(legs: Iterable[Leg]) -> datetime | None:
    """When the next step of these legs is due; None if they need nothing more."""
    return min((moment for leg in legs for moment, _ in _steps(leg)), default=None)


def all_over(legs: Iterable[Leg]) -> bool:
    return all(leg.state in ENDED_LEGS for leg in legs)
