"""What Weft talks about: typed ids, states and the records that travel between the layers.

Every record is frozen; times are aware and in UTC. Words are those of the product page, one word per thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from domain.calendar import MemberCadence, Plan

CommunityId = NewType("CommunityId", int)  # the Discord server's id
UserId = NewType("UserId", int)  # a Discord user's id
FirmId = NewType("FirmId", int)
MemberId = NewType("MemberId", int)
RoundId = NewType("RoundId", int)
SignupId = NewType("SignupId", int)
PairingId = NewType("PairingId", int)
ReviewId = NewType("ReviewId", int)
AskId = NewType("AskId", int)

DEFAULT_SECTORS = (
    "advertising & marketing",
    "architecture",
    "crafts",
    "design",
    "film, TV, video & photography",
    "IT, software & games",
    "publishing",
    "museums, galleries & libraries",
    "music, performing & visual arts",
    "other",
)


class CommunityState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"  # the bot was removed; everything is kept for the day it is added again


@dataclass(frozen=True, slots=True)
class Channels:
    """Ids of the channels of one community; None where there is none (yet, or any more)."""

    category: int | None = None
    round: int | None = None
    showings: int | None = None
    skills: int | None = None
    managers: int | None = None


@dataclass(frozen=True, slots=True)
class Community:
    id: CommunityId
    state: CommunityState
    language: str  # of what everybody reads: "en", "nl"
    plan: Plan
    channels: Channels
    manager_role: int | None
    sectors: tuple[str, ...]
    themes: tuple[str, ...]  # one per round, in turn; empty: rounds have no theme
    set_up_at: datetime


@dataclass(frozen=True, slots=True)
class Firm:
    id: FirmId
    community: CommunityId
    name: str
    sector: str


class MemberState(StrEnum):
    ACTIVE = "active"
    LEFT = "left"  # left Weft, or the server; may come back
    ERASED = "erased"  # no identity any more: "former member"


class Notices(StrEnum):
    """How a member wants to be told something privately. Weft never opens a DM unasked."""

    THREAD = "thread"
    DM = "dm"


@dataclass(frozen=True, slots=True)
class Member:
    id: MemberId
    community: CommunityId
    user: UserId | None  # None once erased
    firm: Firm
    practice: str
    state: MemberState
    cadence: MemberCadence
    paused_until: datetime | None
    on_call: bool
    notices: Notices
    language: str
    misses: int  # rounds missed in a row
    joined_at: datetime

    def present(self, when: datetime) -> bool:
        """Whether this member may be paired, named and pinged at `when`."""
        return self.state is MemberState.ACTIVE and (self.paused_until is None or self.paused_until <= when)


@dataclass(frozen=True, slots=True)
class Avoided:
    """Somebody or some firm a member does not want to be paired with; seen by that member only."""

    member: MemberId
    other_member: MemberId | None = None
    other_firm: FirmId | None = None


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


class AskState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    PASSED = "passed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody on call was asked to step in."""

    id: AskId
    community: CommunityId
    member: MemberId
    round: RoundId
    for_member: MemberId
    state: AskState
    asked_at: datetime
    expires_at: datetime


class ActKind(StrEnum):
    """One row of the participation log each. Never the text of anything."""

    JOINED = "member.joined"
    LEFT = "member.left"
    ERASED = "member.erased"
    ROUND_IN = "round.in"
    ROUND_OUT = "round.out"
    PAIRED = "round.paired"
    LEFT_OUT = "round.left_out"
    CANNOT = "round.cannot"
    MISSED = "round.missed"
    REVIEW_GIVEN = "review.given"
    REVIEW_EXCHANGED = "review.exchanged"  # given and acknowledged, or live and confirmed
    ASKED = "ask.asked"
    ASK_TAKEN = "ask.taken"
    ASK_PASSED = "ask.passed"


@dataclass(frozen=True, slots=True)
class Act:
    """One act of one member, maybe with another; the key makes writing it twice impossible."""

    key: str
    community: CommunityId
    at: datetime
    kind: ActKind
    member: MemberId
    firm: FirmId
    other_member: MemberId | None = None
    other_firm: FirmId | None = None
    round: RoundId | None = None


class IntentionState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    BLOCKED = "blocked"  # Discord said no (403, 404); waits for somebody to mend it
    DROPPED = "dropped"  # no longer right to do


@dataclass(frozen=True, slots=True)
class Intention:
    """Something Weft decided to do on Discord, recorded with the decision and carried out afterwards.

    `key` is stable across crashes and unique; intentions of one `lane` are carried out one after the other, in order.
    """

    id: int
    community: CommunityId
    key: str
    lane: str
    kind: str
    args: dict[str, int | str]
    attempts: int
    first_tried_at: datetime | None  # None: never sent, so nothing to look for


@dataclass(frozen=True, slots=True)
class NewIntention:
    community: CommunityId
    key: str
    lane: str
    kind: str
    args: dict[str, int | str] = field(default_factory=dict)
    due_at: datetime | None = None  # None: at once


class ProblemKind(StrEnum):
    """What a manager may have to mend."""

    CHANNEL_GONE = "channel_gone"
    PERMISSION = "permission"
    THREADS_FULL = "threads_full"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something Discord refused, as a manager can act on it. `subject` names the channel ("round") or what failed."""

    community: CommunityId
    kind: ProblemKind
    subject: str
    permissions: tuple[str, ...]
    since: datetime
