"""Skills, and what members offer to show or want to be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, ListingId, SkillId
from domain.model.members import Member


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill by the community's own name for it."""

    id: SkillId
    community: CommunityId
    name: str


class ListingKind(StrEnum):
    OFFER = "offer"
    WANT = "want"


class ListingState(StrEnum):
    OPEN = "open"
    MET = "met"  # a want somebody served: both sides confirmed the session
    REMOVED = "removed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer or a want, as it stands on the board."""

    id: ListingId
    community: CommunityId
    member: Member
    kind: ListingKind
    skill: Skill
    state: ListingState
    about: str  # an offer: what one would show; a want: what one wants to be able to do oneself afterwards
    times: str  # when 45 minutes would work, in the member's own words
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None  # when it was met or taken off, or lapsed
