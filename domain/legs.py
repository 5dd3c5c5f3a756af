"""The life of a leg: one session in which one person shows one skill to another, from "agreed" to confirmed minutes.

    AGREED ──► REPORTED ──► CONFIRMED ──► (the time was wrong) ──► DISPUTED
       │           │  ▲          ▲
       │           ▼  │          │
       │        DISPUTED ──► ESCALATED          no word for long: UNCONFIRMED, or what was confirmed before stands
       └──► CANCELLED, NO_SHOW

Every change is a function from a leg to the leg it becomes; it raises what a person did wrong. Whoever entered a time
last has the *last word*: the other one may agree to it or enter another. Also while a manager is asked the two may
still come to agree. Where it is to be is kept until it has ended. When it is to be is in `domain.legs_time`, what falls
due of itself in `domain.legs_due`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from domain.errors import (
    CorrectionOver,
    DecidedOnce,
    NotATime,
    NothingHeld,
    NothingToAgreeTo,
    NothingToDecide,
    NoTimeYet,
    NotYours,
    OlderWord,
    OwnDispute,
    OwnWord,
    SameTime,
    SessionOver,
    TooSoon,
    WithAManager,
)
from domain.model import ENDED_LEGS, Leg, LegState, MemberId
from domain.sessions import LONGEST, QUARTER

GIVE_UP_AFTER: Final = timedelta(days=30)  # after the agreement, or the last time that was named, without a word
CONFIRM_WITHIN: Final = timedelta(days=7)  # after the other one was asked
CORRECT_WITHIN: Final = timedelta(days=7)  # after both sides had confirmed

UNDER_WAY: Final = frozenset({LegState.AGREED, LegState.REPORTED, LegState.DISPUTED, LegState.ESCALATED})
OPEN_WORD: Final = frozenset({LegState.REPORTED, LegState.DISPUTED})  # the other one is to speak
_SPOKEN: Final = OPEN_WORD | {LegState.ESCALATED}


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
    return leg.state in OPEN_WORD and has_part(leg, member) and leg.last_word != member


def may_agree(leg: Leg, member: MemberId) -> bool:
    """Whether this member may agree to what the other one says: in their turn, or always while a manager is asked."""
    return may_answer(leg, member) or (leg.state is LegState.ESCALATED and has_part(leg, member))


def correcting(leg: Leg) -> bool:
    """Whether the time had been confirmed before, and somebody says that it was wrong."""
    return bool(leg.settled) and leg.state in UNDER_WAY


def did_not_happen(leg: Leg) -> bool:
    """Whether both sides, or a manager, say that there was no session after all."""
    return leg.state is LegState.CANCELLED and leg.settled == 0


def taken_back(leg: Leg) -> bool:
    """Whether it had been confirmed, and counted, before they (or a manager) said that it did not happen."""
    if leg.ended_at is None or leg.reported_at is None:
        return False
    return did_not_happen(leg) and leg.ended_at < leg.reported_at


# Beginning


def begun(leg: Leg, now: datetime) -> Leg:
    """Everybody accepted the swap: the session is to be held."""
    return replace(leg, state=LegState.AGREED, agreed_at=now, asked_at=now)


# How long it took


def entered(leg: Leg, member: MemberId, minutes: int, now: datetime) -> Leg:
    """One of the two enters how long the session took; 0, in answer to a time: it did not happen.

    What the other one entered last is agreed to by entering the same, and disputed by entering another. After
    both had confirmed it says that the time was wrong. Raises NotYours, NotATime, SessionOver, WithAManager,
    CorrectionOver, NothingHeld for 0 where nobody has said yet that it happened, or SameTime if it changes nothing.
    """
    check_minutes(minutes)
    if leg.state is LegState.CONFIRMED and has_part(leg, member):
        return _correction(leg, member, minutes, now)
    must_be_in(leg, member, LegState.AGREED, *_SPOKEN)
    if leg.state is LegState.AGREED and minutes == 0:
        raise NothingHeld
    if leg.state in _SPOKEN and minutes == figure(leg, leg.other(member).id):
        return _settled(leg, minutes, now)
    if leg.state is LegState.ESCALATED:
        raise WithAManager
    if leg.last_word == member and minutes == figure(leg, member):
        raise SameTime
    answers = leg.state is LegState.DISPUTED or may_answer(leg, member)
    return _with_word(leg, member, minutes, now, LegState.DISPUTED if answers else LegState.REPORTED)


def check_minutes(minutes: int) -> None:
    """Raises NotATime unless these are quarter hours of a session, or 0."""
    if minutes % QUARTER or not 0 <= minutes <= LONGEST:
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
        asked_at=None,
    )


def asked(leg: Leg, now: datetime) -> Leg:
    """The other one can read now what they are asked: from here on their time to answer counts."""
    return replace(leg, asked_at=now)


def confirmed(leg: Leg, member: MemberId, word: int, now: datetime) -> Leg:
    """One agrees to what the other one says, while the `word`-th time that was entered stands.

    Raises NotYours, SessionOver, NothingToAgreeTo, OwnWord, or OlderWord if another time was entered since.
    """
    must_be_in(leg, member, *_SPOKEN, nothing=NothingToAgreeTo)
    if leg.words != word:
        raise OlderWord
    if not may_agree(leg, member):
        raise OwnWord
    minutes = figure(leg, leg.other(member).id)
    assert minutes is not None
    return _settled(leg, minutes, now)


def _settled(leg: Leg, minutes: int, now: datetime, *, decided: bool = False) -> Leg:
    """Both sides, or a manager, say the same. The first time it was so is when it ended."""
    return replace(
        leg,
        state=LegState.CONFIRMED if minutes else LegState.CANCELLED,
        place="",
        minutes=minutes,
        other_minutes=None,
        last_word=None,
        settled=minutes,
        decided=decided,
        ended_at=leg.ended_at or now,
    )


def escalated(leg: Leg, member: MemberId) -> Leg:
    """One of two who say different things asks a manager; once, for nobody should be asked until they say otherwise.

    Raises NotYours, SessionOver, WithAManager, NothingToAgreeTo if there is no dispute, or DecidedOnce.
    """
    must_be_in(leg, member, LegState.DISPUTED, nothing=NothingToAgreeTo)
    if leg.decided:
        raise DecidedOnce
    return replace(leg, state=LegState.ESCALATED, question=None)


def decided(leg: Leg, manager: MemberId | None, minutes: int, now: datetime) -> Leg:
    """A manager says how long it took; 0: it did not happen. `manager`: who they are if they are a member.

    Raises NotATime, OwnDispute if they are one of the two, or NothingToDecide if it needs no manager (any more).
    """
    check_minutes(minutes)
    if leg.state is not LegState.ESCALATED:
        raise NothingToDecide
    if manager is not None and has_part(leg, manager):
        raise OwnDispute
    return _settled(leg, minutes, now, decided=True)


# Nothing comes of it


def cancelled(leg: Leg, member: MemberId | None, now: datetime) -> Leg:
    """One of the two calls it off; None: nobody said anything, or one of them is gone.

    Raises NotYours, SessionOver, WithAManager.
    """
    if member is not None:
        must_be_in(leg, member, LegState.AGREED)
    return replace(leg, state=LegState.CANCELLED, place="", ended_by=member, ended_at=now)


def not_there(leg: Leg, member: MemberId, now: datetime) -> Leg:
    """One of the two says that the other did not turn up.

    Raises NotYours, SessionOver, WithAManager, NoTimeYet without an agreed time, TooSoon before it.
    """
    must_be_in(leg, member, LegState.AGREED)
    check_missed(leg, now)
    return replace(leg, state=LegState.NO_SHOW, place="", ended_by=member, ended_at=now)


def check_missed(leg: Leg, now: datetime) -> None:
    """Raises NoTimeYet without an agreed time, and TooSoon before it: then nobody can have missed it."""
    if leg.starts_at is None or not leg.time_agreed:
        raise NoTimeYet
    if now < leg.starts_at:
        raise TooSoon


def lapsed(leg: Leg, now: datetime) -> Leg:
    """Nobody said anything more: it was never confirmed; or what had been confirmed stands."""
    if leg.settled:
        return _settled(leg, leg.settled, now, decided=leg.decided)
    return replace(leg, state=LegState.UNCONFIRMED, place="", ended_at=now)


def reminded(leg: Leg, now: datetime) -> Leg:
    return replace(leg, reminded_at=now)


def must_be_in(
    leg: Leg, member: MemberId, *states: LegState, nothing: type[SessionOver | NothingToAgreeTo] | None = None
) -> None:
    """Raises NotYours, SessionOver or WithAManager unless the member has part in a leg in one of these states.

    `nothing`: what to raise instead while it goes on.
    """
    if not has_part(leg, member):
        raise NotYours
    if leg.state in states:
        return
    if leg.state is LegState.ESCALATED:
        raise WithAManager
    if leg.state in ENDED_LEGS or nothing is None:
        raise SessionOver
    raise nothing
