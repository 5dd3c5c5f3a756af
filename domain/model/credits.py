"""Time credits: who owes whom how many minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.model.ids import CommunityId, FirmId, LegId, MemberId, TransferId


class TransferKind(StrEnum):
    START = "start"  # what a new firm begins with
    SESSION = "session"
    GIFT = "gift"  # to the pool
    REVERSAL = "reversal"  # takes another transfer back
    CARRIED = "carried"  # what a firm's movements of more than a year ago come to


@dataclass(frozen=True, slots=True)
class Transfer:
    """So many minutes from one account to another; both movements are one row, so they always sum to zero.

    An account is a firm's, or None: the pool.
    """

    id: TransferId
    community: CommunityId
    at: datetime
    kind: TransferKind
    debit: FirmId | None  # whose balance goes down: who received the hour
    credit: FirmId | None  # whose balance goes up: who gave it
    minutes: int
    member: MemberId | None  # the acting person; None: Weft itself
    leg: LegId | None
    reverses: TransferId | None
