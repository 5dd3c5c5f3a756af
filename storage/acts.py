"""The participation log: one row per act, written once. The database refuses to change a row (see migrations)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from domain.model import Act, ActKind, CommunityId, FirmId, MemberId, RoundId, ShowingId, SwapId
from storage.engine import Tx, insert
from storage.tables import acts


async def record(tx: Tx, *new: Act) -> None:
    """Write acts down; one whose key is there already is ignored."""
    if new:
        rows = [
            {
                "key": act.key,
                "community_id": act.community,
                "at": act.at,
                "kind": act.kind,
                "member_id": act.member,
                "firm_id": act.firm,
                "other_member_id": act.other_member,
                "other_firm_id": act.other_firm,
                "round_id": act.round,
                "swap_id": act.swap,
                "showing_id": act.showing,
                "minutes": act.minutes,
            }
            for act in new
        ]
        await tx.execute(insert(tx, acts).on_conflict_do_nothing(index_elements=["key"]), rows)


async def of_member(tx: Tx, member: MemberId) -> list[Act]:
    """What this member did, the oldest first."""
    query = sa.select(acts).where(acts.c.member_id == member).order_by(acts.c.at, acts.c.id)
    return [_act(row) for row in await tx.execute(query)]


def _act(row: Any) -> Act:
    return Act(
        key=row.key,
        community=CommunityId(row.community_id),
        at=row.at,
        kind=ActKind(row.kind),
        member=MemberId(row.member_id),
        firm=FirmId(row.firm_id),
        other_member=None if row.other_member_id is None else MemberId(row.other_member_id),
        other_firm=None if row.other_firm_id is None else FirmId(row.other_firm_id),
        round=None if row.round_id is None else RoundId(row.round_id),
        swap=None if row.swap_id is None else SwapId(row.swap_id),
        showing=None if row.showing_id is None else ShowingId(row.showing_id),
        minutes=row.minutes,
    )
