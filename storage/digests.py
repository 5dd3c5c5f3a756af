"""Digests as they were made, the places of firms on the map, and the quarters that were settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, Digest, DigestId, DigestKind, Need, NeedKind
from domain.periods import Quarter
from storage.engine import Tx, insert
from storage.tables import digests, map_places, quarters


@dataclass(frozen=True, slots=True)
class NewDigest:
    """A digest that is about to be kept; see `domain.model.Digest`."""

    community: CommunityId
    kind: DigestKind
    day: date
    since: datetime
    until: datetime
    language: str
    figures: Mapping[str, Any]
    text: str
    plain: str
    picture: bytes
    alt: str
    need: Need | None


def _digest(row: Any) -> Digest:
    return Digest(
        id=DigestId(row.id),
        community=CommunityId(row.community_id),
        kind=DigestKind(row.kind),
        day=row.day,
        since=row.since,
        until=row.until,
        language=row.language,
        figures=row.figures,
        text=row.text,
        plain=row.plain,
        picture=row.picture,
        alt=row.alt,
        need=NeedKind(row.need) if row.need else None,
        need_subject=row.need_subject,
        need_met_at=row.need_met_at,
        message=row.message_id,
    )


async def add(tx: Tx, new: NewDigest) -> DigestId | None:
    """Keep a digest; None if there is one of its kind and day already."""
    statement = insert(tx, digests).values(
        community_id=new.community,
        kind=new.kind,
        day=new.day,
        since=new.since,
        until=new.until,
        language=new.language,
        figures=dict(new.figures),
        text=new.text,
        plain=new.plain,
        picture=new.picture,
        alt=new.alt,
        need=new.need.kind if new.need else "",
        need_subject=new.need.subject if new.need else None,
    )
    found = (await tx.execute(statement.on_conflict_do_nothing().returning(digests.c.id))).scalar()
    return None if found is None else DigestId(found)


async def get(tx: Tx, digest: DigestId) -> Digest | None:
    row = (await tx.execute(sa.select(digests).where(digests.c.id == digest))).first()
    return _digest(row) if row else None


async def of_day(tx: Tx, community: CommunityId, day: date) -> Digest | None:
    """The newest digest of a day."""
    query = sa.select(digests).where(digests.c.community_id == community, digests.c.day == day)
    row = (await tx.execute(query.order_by(digests.c.until.desc()).limit(1))).first()
    return _digest(row) if row else None


async def last_weekly(tx: Tx, community: CommunityId) -> datetime | None:
    """Until when the last weekly digest went."""
    query = sa.select(sa.func.max(digests.c.until)).where(
        digests.c.community_id == community, digests.c.kind == DigestKind.WEEKLY
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def posted(tx: Tx, digest: DigestId, message: int) -> None:
    """Write down where it stands in the managers' channel."""
    await tx.execute(sa.update(digests).where(digests.c.id == digest).values(message_id=message))


# The map


async def places(tx: Tx, community: CommunityId) -> dict[int, float] | None:
    """Where each firm stood on the ring, in turns, on the newest map; None: there was none."""
    query = sa.select(map_places.c.turns).where(map_places.c.community_id == community)
    turns = (await tx.execute(query.order_by(map_places.c.month.desc()).limit(1))).scalar()
    return None if turns is None else {int(firm): turn for firm, turn in turns.items()}


async def keep_places(tx: Tx, community: CommunityId, month: date, turns: Mapping[int, float]) -> None:
    """Keep where firms stand in a month; a later map of the month takes the place of an earlier one."""
    stored = {str(firm): turn for firm, turn in turns.items()}
    new = insert(tx, map_places).values(community_id=community, month=month, turns=stored)
    await tx.execute(new.on_conflict_do_update(index_elements=["community_id", "month"], set_={"turns": stored}))


# Quarters


async def settled(tx: Tx, community: CommunityId, quarter: Quarter) -> Mapping[str, Any] | None:
    """What was settled of a quarter, as it was stored; None: nothing yet."""
    query = sa.select(quarters.c.facts).where(quarters.c.community_id == community, quarters.c.period == str(quarter))
    facts: Mapping[str, Any] | None = (await tx.execute(query)).scalar()
    return facts


async def settle(tx: Tx, community: CommunityId, quarter: Quarter, facts: Mapping[str, Any], now: datetime) -> bool:
    """Keep what a quarter came to, once and for all; False if it was settled before."""
    statement = insert(tx, quarters).values(
        community_id=community, period=str(quarter), settled_at=now, facts=dict(facts)
    )
    return (await tx.execute(statement.on_conflict_do_nothing())).rowcount == 1


async def settled_periods(tx: Tx, community: CommunityId) -> set[str]:
    """The quarters that were settled, by name."""
    query = sa.select(quarters.c.period).where(quarters.c.community_id == community)
    return set((await tx.execute(query)).scalars())
