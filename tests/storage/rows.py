"""What tests of the storage start from: rows that other rows need, and small facts."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from domain.model import CommunityId, FirmId, MemberId
from storage import facts
from storage.engine import Database, Tx
from storage.tables import communities, firms, members

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE = CommunityId(900_000_000_000_000_001)
ELSEWHERE = CommunityId(900_000_000_000_000_002)


async def community(tx: Tx, *ids: int) -> None:
    for id_ in ids:
        await tx.execute(sa.insert(communities).values(id=id_, plan={}, sectors=[], themes=[], set_up_at=NOW))


async def member(tx: Tx, user: int, community_id: int = HERE) -> tuple[MemberId, FirmId]:
    """A member in a firm of their own."""
    name = f"firm of {user}"
    firm = sa.insert(firms).values(community_id=community_id, name=name, name_key=name, sector="crafts", created_at=NOW)
    firm_id = (await tx.execute(firm.returning(firms.c.id))).scalar_one()
    new = sa.insert(members).values(
        community_id=community_id, user_id=user, firm_id=firm_id, consent=1, consented_at=NOW, joined_at=NOW
    )
    return MemberId((await tx.execute(new.returning(members.c.id))).scalar_one()), FirmId(firm_id)


async def recall(db: Database, name: str = "a") -> str | None:
    """A small fact, read in a transaction of its own."""
    async with db.read() as tx:
        return await facts.get(tx, name)


async def remember(db: Database, value: str, name: str = "a") -> None:
    """A small fact, written in a transaction of its own."""
    async with db.write() as tx:
        await facts.put(tx, name, value)
