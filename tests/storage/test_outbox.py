"""The outbox on both databases: order within a lane, states, repeats, what is due next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.model import CommunityId
from storage import outbox
from storage.engine import Database, Tx, open_database
from storage.tables import outbox as table
from tests.storage import rows
from tests.storage.outboxes import LEASE, finish, given, minutes, new, take, taken
from tests.storage.rows import ELSEWHERE, HERE, NOW

GAP = timedelta(seconds=30)


@pytest.fixture
async def box(db: Database) -> Database:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
    return db


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


@pytest.mark.parametrize("how", ["done", "later", "block", "give up"])
async def test_what_another_worker_holds_by_now_is_out_of_reach(box: Database, how: str) -> None:
    await given(box, new("a1"))
    [one] = await take(box, worker="one")
    [again] = await take(box, NOW + LEASE, worker="two")
    assert again.id == one.id

    async def end(worker: str) -> bool:
        async with box.write() as tx:
            match how:
                case "done":
                    return await outbox.done(tx, one.id, NOW, worker=worker)
                case "later":
                    return await outbox.later(tx, one.id, NOW, worker=worker)
                case "block":
                    return await outbox.block(tx, one.id, "permission", worker=worker)
                case _:
                    return await outbox.give_up(tx, one.id, worker=worker)

    assert not await end("one")
    async with box.read() as tx:
        held = await stored(tx, "a1")
    assert (held.state, held.worker, held.lease_until) == ("claimed", "two", NOW + 2 * LEASE)
    assert await end("two")


async def test_giving_up_drops_that_very_row(box: Database) -> None:
    await rearm(box, NOW)
    [one] = await take(box)
    await finish(box, one)
    await rearm(box, NOW)
    async with box.write() as tx:
        assert not await outbox.give_up(tx, one.id)
    assert await taken(box, NOW + GAP) == ["count"]


async def test_dropping(box: Database) -> None:
    await given(box, new("a1", "a"), new("a2", "a"), new("b1", "b"), new("c1", "c"), new("c2", "c"))
    claimed = {one.key: one for one in await take(box)}
    async with box.write() as tx:
        await outbox.done(tx, claimed["b1"].id, NOW)
        await outbox.drop(tx, "a1", "b1", "no such key")
        await outbox.drop(tx)
        await outbox.drop(tx, "c1", "c2")
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
