"""Rows for the participation log."""

from __future__ import annotations

from datetime import datetime

from domain.model import Act, ActKind, Member, RoundId, ShowingId, SwapId


def act_of(
    member: Member,
    kind: ActKind,
    at: datetime,
    about: str,
    *,
    other: Member | None = None,
    a_round: RoundId | None = None,
    swap: SwapId | None = None,
    showing: ShowingId | None = None,
    minutes: int | None = None,
) -> Act:
    """What one member did, maybe with another; `about` makes the key unique among acts of this kind."""
    return Act(
        key=f"{kind}:{member.id}:{about}",
        community=member.community,
        at=at,
        kind=kind,
        member=member.id,
        firm=member.firm.id,
        other_member=other.id if other else None,
        other_firm=other.firm.id if other else None,
        round=a_round,
        swap=swap,
        showing=showing,
        minutes=minutes,
    )
