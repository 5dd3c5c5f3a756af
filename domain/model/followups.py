"""Follow-ups ("did this lead to joint work?")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.model.ids import CommunityId, FollowupId, MemberId


@dataclass(frozen=True, slots=True)
class Followup:
    """One side of two people who had an exchange, asked once what it led to."""

    id: FollowupId
    community: CommunityId
    member: MemberId
    other: MemberId
    due_at: datetime
    asked_at: datetime | None
    led_on: bool | None  # to joint work; None: not said
    answered_at: datetime | None
