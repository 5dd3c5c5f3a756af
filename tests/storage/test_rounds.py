"""Which rounds are due, and for which process."""

from __future__ import annotations

import sqlalchemy as sa

from domain.model import CommunityId
from storage import rounds, tables
from storage.engine import Database
from tests.storage import rows
from tests.storage.rows import NOW


async def test_a_process_sees_the_rounds_of_its_shards(db: Database) -> None:
    communities = [CommunityId((1000 + number << 22) + 12345) for number in range(6)]
    moments = dict.fromkeys(("opens_at", "pairs_at", "nudges_at", "closes_at", "due_at"), NOW)
    async with db.write() as tx:
        await rows.community(tx, *communities)
        for number, one in enumerate(communities):
            row = {"id": number + 1, "community_id": one, "number": 1, "seed": 1, **moments}
            await tx.execute(sa.insert(tables.rounds).values(**row))
        assert await rounds.due(tx, NOW, [(0, 4), (3, 4)]) == [1, 4, 5]
        assert await rounds.due(tx, NOW, [(2, 4)]) == [3]
        assert len(await rounds.due(tx, NOW)) == 6
