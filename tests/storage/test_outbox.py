"""The outbox on both databases: order within a lane, no row for two, nothing forgotten across crashes."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from domain.model import CommunityId, Intention, NewIntention
from storage import outbox
from storage.engine import Database, Tx, open_database
from storage.tables import outbox as table
from tests.storage import rows
from tests.storage.rows import ELSEWHERE, HERE, NOW

LEASE = timedelta(minutes=2)
GAP = timedelta(seconds=30)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def new(key: str, lane: str = "", *, community: CommunityId = HERE, due_at: datetime | None = None) -> NewIntention:
    return NewIntention(community, key, lane or key, "round.open", {"round": 7, "what": key}, due_at)


@pytest.fixture
async def box(db: Database) -> Database:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
    return db


async def given(db: Database, *intentions: NewIntention) -> None:
    async with db.write() as tx:
        await outbox.add(tx, NOW, *intentions)


async def take(
    db: Database, now: datetime = NOW, *, worker: str = "one", limit: int = 100, shards: tuple[int, int] | None = None
) -> list[Intention]:
    async with db.write() as tx:
        return await outbox.claim(tx, worker=worker, now=now, lease=LEASE, limit=limit, shards=shards)


async def taken(db: Database, now: datetime = NOW, **more: int) -> list[str]:
    return [one.key for one in await take(db, now, **more)]


async def finish(db: Database, intention: Intention, now: datetime = NOW) -> bool:
    async with db.write() as tx:
        return await outbox.done(tx, intention.id, now)


async def due(db: Database) -> datetime | None:
    async with db.read() as tx:
        return await outbox.next_due(tx)


async def stored(tx: Tx, key: str) -> sa.Row[tuple[object, ...]]:
    return (await tx.execute(sa.select(table).where(table.c.key == key))).one()


async def test_what_is_claimed_is_what_was_added(box: Database) -> None:
    await given(box, new("open"))
    [one] = await take(box)
    assert (one.community, one.key, one.lane, one.kind) == (HERE, "open", "open", "round.open")
    assert one.args == {"round": 7, "what": "open"}
    assert (one.attempts, one.first_tried_at) == (1, None)
    async with box.read() as tx:
        row = await stored(tx, "open")
    assert (row.state, row.worker, row.lease_until, row.first_tried_at) == ("claimed", "one", NOW + LEASE, NOW)


async def test_a_key_that_is_there_is_left_alone(box: Database) -> None:
    await given(box, new("open", "a"))
    await given(box, new("open", "b", due_at=minutes(9)), new("count", "a"))
    [one] = await take(box)
    assert one.lane == "a"
    assert await finish(box, one)
    await given(box, new("open", "a"))
    assert await taken(box) == ["count"]


async def test_adding_nothing_is_fine(box: Database) -> None:
    await given(box)
    assert await taken(box) == []


async def test_only_the_head_of_a_lane_is_taken(box: Database) -> None:
    await given(box, new("a1", "a"), new("a2", "a"), new("b1", "b"), new("a3", "a"))
    first, other = await take(box)
    assert (first.key, other.key) == ("a1", "b1")
    assert await taken(box) == []
    await finish(box, first)
    assert await taken(box) == ["a2"]


async def test_a_head_that_is_not_due_parks_its_lane(box: Database) -> None:
    await given(box, new("a1", "a", due_at=minutes(5)), new("a2", "a"), new("b1", "b"))
    assert await taken(box) == ["b1"]
    assert await taken(box, minutes(5)) == ["b1", "a1"]  # the lease on b1 has lapsed, too


async def test_the_longest_due_come_first_and_no_more_than_asked_for(box: Database) -> None:
    await given(box, new("late", due_at=minutes(-1)), new("early", due_at=minutes(-9)), new("now"))
    assert await taken(box, limit=2) == ["early", "late"]
    assert await taken(box, limit=2) == ["now"]


async def test_a_blocked_head_parks_its_lane_until_somebody_mends_it(box: Database) -> None:
    await given(box, new("a1", "a"), new("a2", "a"), new("b1", "b"), new("c1", "c", community=ELSEWHERE))
    claimed = {one.key: one for one in await take(box)}
    async with box.write() as tx:
        await outbox.block(tx, claimed["a1"].id, "permission")
        await outbox.block(tx, claimed["c1"].id, "permission")
        await outbox.done(tx, claimed["b1"].id, NOW)
    assert await taken(box, minutes(60)) == []
    assert await due(box) is None
    async with box.write() as tx:
        assert (await stored(tx, "a1")).problem == "permission"
        assert await outbox.unblock(tx, HERE, minutes(60)) == 1
    [again] = await take(box, minutes(60))
    assert (again.key, again.attempts, again.first_tried_at) == ("a1", 2, NOW)
    await finish(box, again)
    assert await taken(box, minutes(60)) == ["a2"]


async def test_a_lease_lapses(box: Database) -> None:
    await given(box, new("a1", "a"), new("a2", "a"))
    await take(box)
    assert await taken(box, NOW + LEASE - timedelta(seconds=1)) == []
    [again] = await take(box, NOW + LEASE, worker="two")
    assert (again.key, again.attempts, again.first_tried_at) == ("a1", 2, NOW)


async def test_a_late_worker_cannot_finish_what_another_finished(box: Database) -> None:
    await given(box, new("a1"))
    [mine] = await take(box)
    [theirs] = await take(box, minutes(3), worker="two")
    assert await finish(box, theirs)
    assert not await finish(box, mine)


async def test_after_a_crash_it_is_known_that_something_may_have_been_sent(box: Database, database_url: str) -> None:
    await given(box, new("a1"), new("b1", due_at=minutes(1)))
    await take(box)
    await box.close()  # the process dies between sending and recording

    reopened = await open_database(database_url)
    async with reopened.write() as tx:
        await outbox.release_all(tx)
    again, untouched = await take(reopened, minutes(1))
    assert (again.key, again.first_tried_at) == ("a1", NOW)
    assert (untouched.key, untouched.first_tried_at) == ("b1", None)
    await reopened.close()


async def test_a_worker_hands_back_only_what_it_holds(box: Database) -> None:
    await given(box, new("a1"), new("b1"))
    await take(box, worker="one", limit=1)
    await take(box, worker="two", limit=1)
    async with box.write() as tx:
        await outbox.release(tx, "one")
    [again] = await take(box, worker="two")
    assert (again.key, again.first_tried_at) == ("a1", NOW)


@pytest.mark.parametrize(("untried", "tried_at"), [(True, None), (False, NOW)])
async def test_later_remembers_whether_it_may_have_been_sent(
    box: Database, untried: bool, tried_at: datetime | None
) -> None:
    await given(box, new("a1", "a"), new("a2", "a"))
    [one] = await take(box)
    async with box.write() as tx:
        await outbox.later(tx, one.id, minutes(1), untried=untried)
    assert await taken(box) == []
    assert await due(box) == minutes(1)
    [again] = await take(box, minutes(1))
    assert (again.key, again.attempts, again.first_tried_at) == ("a1", 2, tried_at)


async def test_later_and_block_do_not_bring_back_what_is_over(box: Database) -> None:
    await given(box, new("a1"))
    [one] = await take(box)
    await finish(box, one)
    async with box.write() as tx:
        await outbox.later(tx, one.id, NOW)
        await outbox.block(tx, one.id, "permission")
    assert await taken(box) == []
    async with box.read() as tx:
        assert await outbox.counts(tx) == {"pending": 0, "claimed": 0, "blocked": 0}


async def test_dropping(box: Database) -> None:
    await given(box, new("a1", "a"), new("a2", "a"), new("b1", "b"), new("c1", "c"), new("c2", "c"))
    claimed = {one.key: one for one in await take(box)}
    async with box.write() as tx:
        await outbox.done(tx, claimed["b1"].id, NOW)
        await outbox.drop(tx, "a1", "b1", "no such key")
        await outbox.drop(tx)
        await outbox.drop_lane(tx, "c")
    assert await taken(box) == ["a2"]
    async with box.read() as tx:
        states = {key: (await stored(tx, key)).state for key in ("a1", "b1", "c1", "c2")}
    assert states == {"a1": "dropped", "b1": "done", "c1": "dropped", "c2": "dropped"}


async def test_what_was_carried_out_although_dropped_meanwhile_was_carried_out(box: Database) -> None:
    await given(box, new("a1"))
    [one] = await take(box)
    async with box.write() as tx:
        await outbox.drop(tx, "a1")
    assert await finish(box, one)
    assert not await finish(box, one)


async def rearm(db: Database, now: datetime, key: str = "count", lane: str = "a") -> None:
    async with db.write() as tx:
        await outbox.rearm(tx, now, new(key, lane), GAP)


async def test_rearming_something_new_or_waiting(box: Database) -> None:
    for _ in range(3):
        await rearm(box, NOW)
    assert await taken(box) == ["count"]
    assert await due(box) == NOW + LEASE


@pytest.mark.parametrize(("asked_after", "due_after"), [(10, 30), (30, 30), (90, 90)])
async def test_rearming_what_is_done_keeps_the_gap(box: Database, asked_after: int, due_after: int) -> None:
    await rearm(box, NOW)
    [one] = await take(box)
    await finish(box, one)
    asked = NOW + timedelta(seconds=asked_after)
    await rearm(box, asked)
    await rearm(box, asked)
    when = NOW + timedelta(seconds=due_after)
    assert await due(box) == when
    assert await taken(box, when - timedelta(seconds=1)) == []
    [again] = await take(box, when)
    assert (again.key, again.attempts, again.first_tried_at) == ("count", 1, None)
    assert not await finish(box, one)  # the old id is nobody's any more
    assert await finish(box, again)


async def test_rearming_what_is_under_way_has_it_done_once_more(box: Database) -> None:
    await rearm(box, NOW)
    [one] = await take(box)
    asked = NOW + timedelta(seconds=1)
    await rearm(box, asked)
    await rearm(box, asked)
    await given(box, new("close", "a"))
    assert await taken(box, asked) == []
    assert await finish(box, one, asked)
    assert await taken(box, asked) == ["close"]  # it went to the end of its lane, so it keeps nobody waiting
    async with box.write() as tx:
        await outbox.drop(tx, "close")
    assert await due(box) == asked + GAP
    [again] = await take(box, asked + GAP)
    assert (again.key, again.args, again.attempts) == ("count", one.args, 1)
    assert await finish(box, again)
    assert await due(box) is None


async def test_an_attempt_that_is_repeated_anyway_needs_no_second_one(box: Database) -> None:
    await rearm(box, NOW)
    [one] = await take(box)
    await rearm(box, NOW)
    async with box.write() as tx:
        await outbox.later(tx, one.id, NOW)
    [again] = await take(box)
    await finish(box, again)
    assert await due(box) is None


async def test_rearming_what_was_dropped_or_is_blocked(box: Database) -> None:
    await rearm(box, NOW, "dropped", "a")
    await rearm(box, NOW, "blocked", "b")
    claimed = {one.key: one for one in await take(box)}
    async with box.write() as tx:
        await outbox.drop(tx, "dropped")
        await outbox.block(tx, claimed["blocked"].id, "permission")
    await rearm(box, NOW, "dropped", "a")
    await rearm(box, NOW, "blocked", "b")
    assert await taken(box) == ["dropped"]


async def test_next_due(box: Database) -> None:
    assert await due(box) is None
    await given(box, new("b1", "b", due_at=minutes(7)), new("b2", "b", due_at=minutes(1)))
    assert await due(box) == minutes(7)  # b2 waits for b1
    await given(box, new("a1", "a"), new("a2", "a"))
    assert await due(box) == NOW
    [one] = await take(box)
    assert await due(box) == NOW + LEASE  # a2 waits for a1
    await finish(box, one)
    assert await due(box) == NOW


async def test_shards_share_the_work_and_leave_nothing(box: Database) -> None:
    communities = [CommunityId((1000 + number << 22) + 12345) for number in range(9)]
    async with box.write() as tx:
        await rows.community(tx, *communities)
        await outbox.add(tx, NOW, *(new(f"c{one >> 22}", community=one) for one in communities))
    found = [await taken(box, shards=(number, 4)) for number in range(4)]
    assert found[0] == ["c1000", "c1004", "c1008"]
    assert found[3] == ["c1003", "c1007"]
    assert await taken(box) == []


async def test_counts(box: Database) -> None:
    await given(box, new("a"), new("b"), new("c"), new("d"), new("e"), new("f", due_at=minutes(1)))
    claimed = await take(box, limit=4)
    async with box.write() as tx:
        await outbox.done(tx, claimed[0].id, NOW)
        await outbox.block(tx, claimed[1].id, "permission")
        await outbox.drop(tx, claimed[2].key)
        assert await outbox.counts(tx) == {"pending": 2, "claimed": 1, "blocked": 1}


async def test_pruning_forgets_only_what_is_long_over(box: Database) -> None:
    await given(box, new("old"), new("new"), new("dropped"), new("dropped later", due_at=minutes(10)), new("open"))
    claimed = {one.key: one for one in await take(box)}
    async with box.write() as tx:
        await outbox.done(tx, claimed["old"].id, minutes(1))
        await outbox.done(tx, claimed["new"].id, minutes(9))
        await outbox.drop(tx, "dropped", "dropped later")
        assert await outbox.prune(tx, minutes(5)) == 2
        left = (await tx.execute(sa.select(table.c.key).order_by(table.c.id))).scalars().all()
    assert left == ["new", "dropped later", "open"]


async def test_an_id_is_never_given_to_another(box: Database) -> None:
    await given(box, new("a"))
    [one] = await take(box)
    await finish(box, one)
    async with box.write() as tx:
        await outbox.prune(tx, minutes(1))
    await given(box, new("b"))
    [other] = await take(box)
    assert other.id > one.id


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
