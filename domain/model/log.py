"""The participation log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, FirmId, MemberId, RoundId, ShowingId, SwapId


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
    OFFERED = "skill.offered"
    WANTED = "skill.wanted"
    SWAP_ACCEPTED = "swap.accepted"
    SWAP_DECLINED = "swap.declined"
    SESSION_REPORTED = "session.reported"  # by the teacher: minutes not confirmed yet
    SESSION_EXCHANGED = "session.exchanged"  # confirmed by both: teacher, learner, minutes
    SESSION_CORRECTED = "session.corrected"  # afterwards: so many minutes more or less
    SESSION_CANCELLED = "session.cancelled"
    CREDITS_GIVEN = "credits.given"  # to the pool
    SHOWN = "showing.shown"
    ANSWERED = "showing.answered"
    HELPED = "showing.helped"  # "this helped": the answerer, the maker: an exchange
    LED_ON = "followup.led_on"  # it led to joint work, says the member
    LED_NOWHERE = "followup.led_nowhere"


# The completed two-sided acts.
EXCHANGES = frozenset({ActKind.REVIEW_EXCHANGED, ActKind.SESSION_EXCHANGED, ActKind.HELPED})


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
    swap: SwapId | None = None
    showing: ShowingId | None = None
    minutes: int | None = None  # of a session
