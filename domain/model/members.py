"""Firms and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.calendar import MemberCadence
from domain.model.ids import CommunityId, FirmId, MemberId, UserId


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
