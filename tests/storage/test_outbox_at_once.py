"""Several workers on one outbox, on both databases: no row for two, no lane out of order, nothing lost."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from domain.model import Intention
from storage import outbox
from storage.engine import Database, Tx, open_database
from storage.tables import outbox as table
from tests.storage import rows
from tests.storage.outboxes import LEASE, finish, given, new, take
from tests.storage.rows import ELSEWHERE, HERE, NOW


@pytest.fixture
async def box(db: Database) -> Database:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
    return db


async def test_two_workers_at_once_never_take_the_same(box: Database, database_url: str) -> None:
    await given(box, *(new(f"{lane}-{number}", str(lane)) for number in range(4) for lane in range(15)))
    second = await open_database(database_url)
    carried: list[str] = []
    busy: set[str] = set()

    async def work(db: Database, worker: str) -> None:
        while len(carried) < 60:
            claimed = await take(db, worker=worker, limit=3)
            for one in claimed:
                assert one.lane not in busy
                busy.add(one.lane)
                assert one.attempts == 1
            await asyncio.sleep(0)  # the other one's turn
            for one in claimed:
                carried.append(one.key)
                busy.remove(one.lane)
                assert await finish(db, one)

    await asyncio.gather(work(box, "one"), work(second, "two"), work(box, "three"), work(second, "four"))
    await second.close()
    assert len(set(carried)) == len(carried) == 60
    for lane in range(15):
        mine = [key for key in carried if key.startswith(f"{lane}-")]
        assert mine == sorted(mine)


async def test_what_is_committed_late_waits_for_what_overtook_it(box: Database) -> None:
    """Two processes: the one that took the lower id commits after the other's intention has been claimed."""
    await given(box, new("overtook", "a"))
    [one] = await take(box)
    late = {"community_id": HERE, "key": "late", "lane": "a", "kind": "k", "args": {}, "due_at": NOW, "created_at": NOW}
    async with box.write() as tx:
        await tx.execute(sa.insert(table).values(id=one.id - 1, **late))
        assert await outbox.next_due(tx) == NOW + LEASE
    assert await take(box) == []
    await finish(box, one)
    assert [again.key for again in await take(box)] == ["late"]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_a_lane_keeps_its_order_and_nothing_is_lost(box: Database, seed: int) -> None:
    """Two workers fail, crash, are refused and hang, at random; in the end everything was carried out, in order."""
    random = Random(seed)
    await given(box, *(new(f"{lane}-{number}", lane) for number in range(3) for lane in "abcd"))
    now = NOW
    carried: list[str] = []
    held: dict[str, list[tuple[Intention, datetime]]] = {"one": [], "two": []}
    for _ in range(400):
        if len(carried) == 12:
            break
        worker = random.choice(("one", "two"))
        mine = held[worker]
        event = random.choice(("claim", "done", "done", "later", "block", "mend", "crash", "wait"))
        if event == "claim":
            for one in await take(box, now, worker=worker, limit=2):
                # Nothing else of this lane is under way, unless its lease has lapsed.
                others = [other for holder in held.values() for other, until in holder if until > now]
                assert one.lane not in {other.lane for other in others}
                mine.append((one, now + LEASE))
        elif event == "mend":
            async with box.write() as tx:
                await outbox.unblock(tx, HERE, now)
        elif event == "wait":
            now += timedelta(minutes=random.choice((0.5, 1, 3)))
        elif event == "crash":
            mine.clear()
        elif mine:
            one, until = mine.pop(random.randrange(len(mine)))
            if until <= now:  # a worker whose lease lapsed stops by itself
                continue
            async with box.write() as tx:
                if event == "later":
                    await outbox.later(tx, one.id, now + timedelta(minutes=1))
                elif event == "block":
                    await outbox.block(tx, one.id, "permission")
                else:
                    assert await outbox.done(tx, one.id, now)
                    carried.append(one.key)
    assert sorted(carried) == sorted(f"{lane}-{number}" for number in range(3) for lane in "abcd")
    for lane in "abcd":
        assert [key for key in carried if key[0] == lane] == [f"{lane}-{number}" for number in range(3)]


async def test_a_claim_reads_no_history(box: Database) -> None:
    """What is over may pile up: neither database looks at it to find what is due."""
    over = [
        {
            "community_id": HERE, "key": f"old {number}", "lane": f"lane {number % 50}", "kind": "round.open",
            "args": {}, "state": "done", "due_at": NOW, "created_at": NOW, "done_at": NOW,
        }
        for number in range(3000)
    ]  # fmt: skip
    async with box.write() as tx:
        await tx.execute(sa.insert(table), over)
        await outbox.add(tx, NOW, *(new(f"new {number}", f"lane {number % 50}") for number in range(100)))
    plans = [await _plan_of_claim(box), await _plan_of_next_due(box)]
    for plan in plans:
        assert "ix_outbox_due" in plan, plan
        assert "ix_outbox_lane" in plan, plan
        assert "SCAN outbox" not in plan, plan
        assert "Seq Scan on outbox" not in plan, plan


async def _plan_of_claim(db: Database) -> str:
    async with db.write() as tx:
        return await _plan(tx, outbox.claim(tx, worker="one", now=NOW, lease=LEASE, limit=10), "LIMIT")


async def _plan_of_next_due(db: Database) -> str:
    async with db.write() as tx:
        return await _plan(tx, outbox.next_due(tx), "min(")


async def _plan(tx: Tx, work: object, mark: str) -> str:
    """How the database finds what the statement containing `mark`, one of those that `work` sends, asks for."""
    sent: list[tuple[str, object]] = []
    connection = tx.sync_connection
    assert connection is not None

    @sa.event.listens_for(connection, "before_cursor_execute")
    def _(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, parameters))

    await work  # type: ignore[misc]
    statement, parameters = next(one for one in sent if mark in one[0])
    sqlite = tx.dialect.name == "sqlite"
    if not sqlite:
        await tx.exec_driver_sql("ANALYZE outbox")
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    rows_ = await tx.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
    return "\n".join(str(row[-1]) for row in rows_)
