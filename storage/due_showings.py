"""When a showing is due to be looked at: for somebody to be asked, or because its maker has gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.model import CommunityId, CommunityState, MemberState, ShowingId
from storage.engine import Tx
from storage.shards import ours
from storage.tables import communities, members, showings

_LOOKED_AFTER = sa.and_(
    showings.c.due_at.is_not(None),
    members.c.id == showings.c.member_id,
    communities.c.id == showings.c.community_id,
    communities.c.state == CommunityState.ACTIVE,
)


def _moment() -> sa.Case[datetime]:
    """When a showing is to be looked at: at once if its maker has gone, not before a pause of its maker is over."""
    return sa.case(
        (members.c.state != MemberState.ACTIVE, showings.c.shown_at),
        (members.c.paused_until > showings.c.due_at, members.c.paused_until),
        else_=showings.c.due_at,
    )


async def due(tx: Tx, now: datetime, shards: Sequence[tuple[int, int]] = ()) -> dict[CommunityId, list[ShowingId]]:
    """Showings to be looked at, by community, the longest overdue first; of active communities only."""
    query = (
        sa.select(showings.c.community_id, showings.c.id)
        .where(_LOOKED_AFTER, _moment() <= now, ours(showings.c.community_id, shards))
        .order_by(_moment(), showings.c.id)
    )
    found: dict[CommunityId, list[ShowingId]] = {}
    for row in await tx.execute(query):
        found.setdefault(CommunityId(row.community_id), []).append(ShowingId(row.id))
    return found


async def next_due(tx: Tx) -> datetime | None:
    query = sa.select(sa.func.min(_moment())).where(_LOOKED_AFTER)
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def still_due(tx: Tx, which: Collection[ShowingId], now: datetime) -> set[ShowingId]:
    """Those of these that are still to be looked at now."""
    query = sa.select(showings.c.id).where(showings.c.id.in_(which), _LOOKED_AFTER, _moment() <= now)
    return {ShowingId(row.id) for row in await tx.execute(query)}


async def due_at(tx: Tx, showing: ShowingId) -> datetime | None:
    """When a showing is looked at next, if it is."""
    moment: datetime | None = (await tx.execute(sa.select(showings.c.due_at).where(showings.c.id == showing))).scalar()
    return moment
