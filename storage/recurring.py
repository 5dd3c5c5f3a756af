"""What comes round again and again in a community, each with the moment it is due next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.model import CommunityId, CommunityState
from storage.engine import Tx, insert
from storage.shards import ours
from storage.tables import communities, recurring


async def ensure(tx: Tx, community: CommunityId, what: str, due_at: datetime) -> None:
    """Have `what` come round from `due_at` on; one that is there keeps its moment."""
    values = {"community_id": community, "what": what, "due_at": due_at}
    await tx.execute(insert(tx, recurring).values(values).on_conflict_do_nothing())


async def due(
    tx: Tx, what: str, now: datetime, shards: Sequence[tuple[int, int]] = ()
) -> list[tuple[CommunityId, datetime]]:
    """The communities (of these shards) where it is due, with the moment it was due at, the longest overdue first."""
    query = sa.select(recurring.c.community_id, recurring.c.due_at).where(
        recurring.c.what == what, recurring.c.due_at <= now, ours(recurring.c.community_id, shards)
    )
    return [(CommunityId(row.community_id), row.due_at) for row in await tx.execute(query.order_by(recurring.c.due_at))]


async def move(tx: Tx, community: CommunityId, what: str, was: datetime, to: datetime) -> bool:
    """Set the next moment; False if somebody else did: then it is theirs to do."""
    statement = (
        sa.update(recurring)
        .where(recurring.c.community_id == community, recurring.c.what == what, recurring.c.due_at == was)
        .values(due_at=to)
    )
    return (await tx.execute(statement)).rowcount == 1


async def bring_forward(tx: Tx, community: CommunityId, what: str, due_at: datetime) -> None:
    """Have it come round at `due_at` at the latest."""
    new = insert(tx, recurring).values({"community_id": community, "what": what, "due_at": due_at})
    sooner = new.on_conflict_do_update(
        index_elements=[recurring.c.community_id, recurring.c.what],
        set_={"due_at": new.excluded.due_at},
        where=recurring.c.due_at > new.excluded.due_at,
    )
    await tx.execute(sooner)


async def end(tx: Tx, community: CommunityId, what: str, was: datetime) -> bool:
    """Have it come round no more; False if somebody else has seen to it."""
    statement = sa.delete(recurring).where(
        recurring.c.community_id == community, recurring.c.what == what, recurring.c.due_at == was
    )
    return (await tx.execute(statement)).rowcount == 1


async def next_due(tx: Tx, what: str) -> datetime | None:
    """The earliest moment at which it is due anywhere."""
    query = sa.select(sa.func.min(recurring.c.due_at)).where(recurring.c.what == what)
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def drop(tx: Tx, community: CommunityId, what: str, now: datetime) -> None:
    """Forget when it is due next: whoever looks for those without will give it a new moment. What is due now stays."""
    coming = sa.and_(recurring.c.community_id == community, recurring.c.what == what, recurring.c.due_at > now)
    await tx.execute(sa.delete(recurring).where(coming))


async def without(tx: Tx, what: str, limit: int) -> list[CommunityId]:
    """Active communities, at most so many, in which it does not come round yet."""
    there = sa.exists().where(recurring.c.community_id == communities.c.id, recurring.c.what == what)
    query = sa.select(communities.c.id).where(communities.c.state == CommunityState.ACTIVE, ~there)
    return [CommunityId(row.id) for row in await tx.execute(query.order_by(communities.c.id).limit(limit))]
