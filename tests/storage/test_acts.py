"""The participation log on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from domain.model import Act, ActKind, FirmId, MemberId, RoundId
from storage import acts
from storage.engine import Database, Tx
from storage.tables import acts as table
from storage.tables import rounds
from tests.storage import rows
from tests.storage.rows import HERE, NOW


async def two_members(tx: Tx) -> list[tuple[MemberId, FirmId]]:
    await rows.community(tx, HERE)
    return [await rows.member(tx, 1), await rows.member(tx, 2)]


async def a_round(tx: Tx) -> RoundId:
    times = dict.fromkeys(("opens_at", "pairs_at", "nudges_at", "closes_at"), NOW)
    new = sa.insert(rounds).values(community_id=HERE, number=1, seed=1, **times)
    return RoundId((await tx.execute(new.returning(rounds.c.id))).scalar_one())


async def test_acts_come_back_as_they_were_recorded_the_oldest_first(db: Database) -> None:
    async with db.write() as tx:
        (ada, hers), (ben, his) = await two_members(tx)
        in_round = await a_round(tx)
        joined = Act("joined", HERE, NOW, ActKind.JOINED, ada, hers)
        gave = Act("gave", HERE, NOW + timedelta(days=1), ActKind.REVIEW_GIVEN, ada, hers, ben, his, in_round)
        other = replace(gave, key="other", member=ben, firm=his, other_member=ada, other_firm=hers)
        await acts.record(tx, gave, other, joined)
    async with db.read() as tx:
        assert await acts.of_member(tx, ada) == [joined, gave]
        assert await acts.of_member(tx, ben) == [other]


async def test_an_act_is_recorded_once(db: Database) -> None:
    async with db.write() as tx:
        (ada, hers), _ = await two_members(tx)
        act = Act("joined", HERE, NOW, ActKind.JOINED, ada, hers)
        await acts.record(tx, act)
        await acts.record(tx, replace(act, kind=ActKind.LEFT), replace(act, key="left", kind=ActKind.LEFT))
        await acts.record(tx)
        found = [(act.key, act.kind) for act in await acts.of_member(tx, ada)]
    assert found == [("joined", ActKind.JOINED), ("left", ActKind.LEFT)]


async def test_one_transaction_may_record_many(db: Database) -> None:
    async with db.write() as tx:
        (ada, hers), _ = await two_members(tx)
        await acts.record(tx, *(Act(f"act {n}", HERE, NOW, ActKind.ROUND_IN, ada, hers) for n in range(500)))
        assert await tx.scalar(sa.select(sa.func.count()).select_from(table)) == 500
