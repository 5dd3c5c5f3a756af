"""Skill swaps: proposals, their legs and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, LegId, ListingId, MemberId, SwapId
from domain.model.members import Member
from domain.model.skills import Skill


class SwapState(StrEnum):
    """Forward only: PROPOSED, then ENDED or AGREED, then OVER."""

    PROPOSED = "proposed"
    AGREED = "agreed"  # everybody accepted; its sessions are under way
    ENDED = "ended"  # somebody declined, was silent or left: nothing came of it
    OVER = "over"  # every leg has come to an end


class Answer(StrEnum):
    """One member's answer to a proposal."""

    NONE = "none"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SILENT = "silent"  # said nothing until it lapsed
    LEFT = "left"  # left or went on pause: not their answer to these people


class LegState(StrEnum):
    """One session: from the proposal to confirmed minutes."""

    PROPOSED = "proposed"
    DROPPED = "dropped"  # the proposal came to nothing
    AGREED = "agreed"  # to be held
    REPORTED = "reported"  # the teacher entered the time; the learner is asked
    DISPUTED = "disputed"  # the two say different times
    ESCALATED = "escalated"  # a manager is asked to decide
    CONFIRMED = "confirmed"  # both sides: an exchange
    UNCONFIRMED = "unconfirmed"  # nobody confirmed in seven days: never counts as confirmed
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


# A leg in one of these has come to an end.
ENDED_LEGS = frozenset(
    {LegState.DROPPED, LegState.CONFIRMED, LegState.UNCONFIRMED, LegState.CANCELLED, LegState.NO_SHOW}
)


@dataclass(frozen=True, slots=True)
class SwapMember:
    member: Member
    answer: Answer

    @property
    def id(self) -> MemberId:
        return self.member.id


@dataclass(frozen=True, slots=True)
class Leg:
    """One person shows one skill to one person, in one session."""

    id: LegId
    swap: SwapId
    teacher: Member
    learner: Member
    skill: Skill
    offer: ListingId
    want: ListingId
    state: LegState
    starts_at: datetime | None  # when it is to be held
    place: str
    time_by: MemberId | None  # who named that time
    time_agreed: bool  # the other one agreed to it
    time_version: int  # how often a time was named
    minutes: int | None  # as the teacher entered them, or as they were settled
    other_minutes: int | None  # as the learner entered them; 0: it did not happen
    last_word: MemberId | None  # who entered a time last: the other one may agree to it
    ended_by: MemberId | None  # who cancelled, or said that the other one did not turn up
    reported_at: datetime | None  # when a time was entered last
    ended_at: datetime | None
    settled: int | None = None  # the minutes both sides confirmed last; None: never
    words: int = 0  # how often a time was entered: a button answers one of them, not a later one
    agreed_at: datetime | None = None  # when the swap was
    asked_at: datetime | None = None  # since when it waits for what is next; None: nobody has been asked yet
    reminded_at: datetime | None = None  # of what is next; None again when a time is named or agreed
    event: int | None = None  # the event of the server that tells of it
    question: int | None = None  # the message that asked the managers
    decided: bool = False  # what is settled is what a manager decided

    def other(self, member: MemberId) -> Member:
        """The other side of `member`'s leg."""
        return self.learner if member == self.teacher.id else self.teacher


@dataclass(frozen=True, slots=True)
class Swap:
    """A proposal and what comes of it: a swap of two, a ring, or one leg paid in time credits."""

    id: SwapId
    community: CommunityId
    number: int  # within the community
    state: SwapState
    members: tuple[SwapMember, ...]
    legs: tuple[Leg, ...]  # of a ring in order: each learner teaches the next leg
    proposed_at: datetime
    expires_at: datetime
    instead_of: SwapId | None  # the proposal it repairs
    thread: int | None
    message: int | None

    @property
    def on_credit(self) -> bool:
        return len(self.legs) == 1

    def seat_of(self, member: MemberId) -> SwapMember | None:
        return next((one for one in self.members if one.id == member), None)
