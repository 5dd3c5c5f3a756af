"""Peer-review rounds: rounds, sign-ups, pairings, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, MemberId, PairingId, ReviewId, RoundId, SignupId
from domain.model.members import Member


class RoundState(StrEnum):
    """Forward only, in this order; SKIPPED can follow any state before RUNNING."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    DRAWING = "drawing"  # sign-up is over, who meets whom is being worked out
    RUNNING = "running"  # paired; before the nudge
    NUDGED = "nudged"
    CLOSED = "closed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Round:
    id: RoundId
    community: CommunityId
    number: int
    theme: str
    state: RoundState
    opens_at: datetime
    pairs_at: datetime
    nudges_at: datetime
    closes_at: datetime
    seed: int
    channel: int | None  # where it was opened
    message: int | None


class Wish(StrEnum):
    SUGGESTIONS = "suggestions"
    REACTIONS = "reactions"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a maker submits: the five fields of the form, in their own words (each at most 1000 characters)."""

    work: str
    audience: str
    decision: str
    settled: str = ""
    wish: Wish = Wish.SUGGESTIONS


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a brief, kept only until the round closes (links to Discord's store expire)."""

    name: str
    content_type: str
    data: bytes


class SignupState(StrEnum):
    IN = "in"
    OUT = "out"


class Place(StrEnum):
    """What became of somebody who was in."""

    NONE = "none"  # not drawn yet
    WAITING = "waiting"  # late, or freed by a rescue: placed as soon as somebody is there
    PLACED = "placed"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Signup:
    id: SignupId
    round: RoundId
    member: MemberId
    state: SignupState
    standing: bool  # by the member's cadence, without a click
    late: bool
    freed: bool  # had a partner who could not make it
    place: Place
    brief: Brief | None
    has_file: bool


class PairingKind(StrEnum):
    DRAW = "draw"
    LATE = "late"
    RESCUE = "rescue"


class PairingState(StrEnum):
    OPEN = "open"
    DISSOLVED = "dissolved"  # somebody could not make it; the others were freed
    CLOSED = "closed"


class Seat(StrEnum):
    """One person's part in a pairing."""

    IN = "in"
    CANNOT = "cannot"  # "I can't make it", or left the server
    FREED = "freed"  # waited for the other one and was given another partner


@dataclass(frozen=True, slots=True)
class PairingMember:
    member: Member
    seat: Seat
    shows: bool  # False: helps out as a reviewer only (somebody on call)

    @property
    def id(self) -> MemberId:
        return self.member.id


@dataclass(frozen=True, slots=True)
class Pairing:
    id: PairingId
    community: CommunityId
    round: RoundId
    number: int  # within the round
    kind: PairingKind
    state: PairingState
    members: tuple[PairingMember, ...]  # the first is the starter
    thread: int | None
    message: int | None
    times_met: int
    new_firms: int
    created_at: datetime

    def seat_of(self, member: MemberId) -> PairingMember | None:
        return next((one for one in self.members if one.id == member), None)

    @property
    def seated(self) -> tuple[PairingMember, ...]:
        return tuple(one for one in self.members if one.seat is Seat.IN)


class ReviewMode(StrEnum):
    WRITTEN = "written"
    LIVE = "live"


class ReviewState(StrEnum):
    CLAIMED = "claimed"  # live, said by one side
    GIVEN = "given"  # written, not acknowledged yet
    ACKNOWLEDGED = "acknowledged"  # both sides: an exchange
    DENIED = "denied"  # live, the other side says it did not happen (yet)


@dataclass(frozen=True, slots=True)
class ReviewText:
    """The answers of the review form; kept only until the review stands in the thread."""

    spot: str
    why: str
    answer: str
    ask: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    id: ReviewId
    round: RoundId
    pairing: PairingId
    reviewer: MemberId
    maker: MemberId
    mode: ReviewMode
    state: ReviewState
    text: ReviewText | None
    specific: bool = False
    kind: bool = False
    will_use: bool = False
    claimed_by: MemberId | None = None
