"""What Weft wants done on Discord, and what came in its way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId


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
    MAIL = "mail"  # the mail server cannot be reached or does not take our mail


@dataclass(frozen=True, slots=True)
class Problem:
    """Something Discord refused, as a manager can act on it. `subject` names the channel ("round") or what failed."""

    community: CommunityId
    kind: ProblemKind
    subject: str
    permissions: tuple[str, ...]
    since: datetime
