"""Asks: somebody on call is asked to step in, for a review or for a showing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import AskId, CommunityId, MemberId, RoundId, ShowingId


class AskState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    PASSED = "passed"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody on call was asked to step in: in a round, or for a showing."""

    id: AskId
    community: CommunityId
    member: MemberId
    round: RoundId | None
    showing: ShowingId | None
    for_member: MemberId
    state: AskState
    asked_at: datetime
    expires_at: datetime
