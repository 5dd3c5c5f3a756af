"""What digests asked of managers: how often, whether it was seen to, and whom that had invited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from domain.model import CommunityId, DigestId, DigestKind, IntentionState, NeedKind
from storage.engine import Tx
from storage.tables import digests, manager_actions, outbox


@dataclass(frozen=True, slots=True)
class Stood:
    """In how many weekly digests something stood, and when a manager saw to it last; None: nobody has."""

    kind: NeedKind
    subject: int | None
    weeks: int
    met_at: datetime | None


async def meet(tx: Tx, digest: DigestId, now: datetime) -> bool:
    """What a digest asks for is seen to; False if it was before, or if it asks for nothing."""
    waiting = sa.and_(digests.c.id == digest, digests.c.need != "", digests.c.need_met_at.is_(None))
    return (await tx.execute(sa.update(digests).where(waiting).values(need_met_at=now))).rowcount == 1


async def stood(tx: Tx, community: CommunityId, since: datetime) -> list[Stood]:
    """All that stood in a digest, or was seen to, after a moment."""
    weekly = sa.and_(digests.c.kind == DigestKind.WEEKLY, digests.c.until > since)
    lately = sa.or_(digests.c.until > since, digests.c.need_met_at > since)
    query = (
        sa.select(
            digests.c.need,
            digests.c.need_subject,
            sa.func.sum(sa.case((weekly, 1), else_=0)).label("weeks"),
            sa.func.max(digests.c.need_met_at).label("met_at"),
        )
        .where(digests.c.community_id == community, digests.c.need != "", lately)
        .group_by(digests.c.need, digests.c.need_subject)
    )
    rows = await tx.execute(query)
    return [Stood(NeedKind(row.need), row.need_subject, int(row.weeks), row.met_at) for row in rows]


async def met_with(tx: Tx, community: CommunityId, kind: NeedKind, since: datetime) -> list[DigestId]:
    """The digests in which a need of this kind was seen to after a moment."""
    here = sa.and_(digests.c.community_id == community, digests.c.need == kind)
    query = sa.select(digests.c.id).where(here, digests.c.need_met_at > since).order_by(digests.c.id)
    return [DigestId(row.id) for row in await tx.execute(query)]


async def decided(tx: Tx, keys: Collection[str]) -> set[str]:
    """Of the intentions with these keys, those that were or are to be carried out."""
    query = sa.select(outbox.c.key).where(outbox.c.key.in_(keys), outbox.c.state != IntentionState.DROPPED)
    return {row.key for row in await tx.execute(query)}


async def counted(tx: Tx, community: CommunityId, what: str, since: datetime) -> bool:
    """Whether a manager has been noted doing this since a moment."""
    query = sa.select(manager_actions.c.id).where(
        manager_actions.c.community_id == community, manager_actions.c.at >= since, manager_actions.c.what == what
    )
    return (await tx.execute(query.limit(1))).first() is not None
