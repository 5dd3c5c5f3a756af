"""The delivery: in order, side by side, patient with Discord, and exactly once whatever the instant of a crash.

Discord is a small shelf here on which things are put under the key of their intention: enough to see whether
something was put twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.attempts import LONGEST, TRIES, backoff
from bot.compute import InThread
from bot.delivery import LEASE, Delivery
from bot.outcomes import Later, Moot, Refused, Unknown
from bot.services.tools import Tools
from domain.model import CommunityId, Intention, NewIntention, Problem, ProblemKind
from storage import outbox, problems
from storage.engine import Database, StorageUnavailable, Tx
from storage.tables import outbox as rows
from tests.storage.rows import community

HERE = CommunityId(1 << 22)
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


class PowerCut(BaseException):
    """The process is gone."""


class Clock:
    def __init__(self) -> None:
        self.moment = MONDAY

    def now(self) -> datetime:
        return self.moment

    def wait(self, **span: float) -> None:
        self.moment += timedelta(**span)


Answer = Exception | PowerCut | asyncio.Event | None


class Shelf:
    """What stands on Discord. Answers can be set per key: raised (before or after the deed), or waited for."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.made: list[tuple[str, datetime]] = []
        self.before: dict[str, list[Answer]] = {}
        self.after: dict[str, list[Answer]] = {}
        self.looks = 0
        self.busy: Counter[str] = Counter()
        self.busiest = 0
        self.order: list[str] = []

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        self.busy[intention.lane] += 1
        assert self.busy[intention.lane] == 1, "two of one lane at once"
        self.busiest = max(self.busiest, self.busy.total())
        try:
            return await self._carry(intention)
        finally:
            self.busy[intention.lane] -= 1

    async def _carry(self, intention: Intention) -> Mapping[str, int]:
        await self._answer(self.before, intention.key)
        if (found := self._found(intention)) is None:
            await asyncio.sleep(0)
            self.made.append((intention.key, self.clock.now()))
            self.order.append(intention.key)
            found = len(self.made)
        await self._answer(self.after, intention.key)
        return {"message": found}

    def _found(self, intention: Intention) -> int | None:
        """Look as the real messenger does: only after an earlier attempt, only as far back as that."""
        if intention.first_tried_at is None:
            return None
        self.looks += 1
        made = [at for at, one in enumerate(self.made, 1) if one[0] == intention.key]
        return next((at for at in made if self.made[at - 1][1] >= intention.first_tried_at), None)

    async def _answer(self, answers: dict[str, list[Answer]], key: str) -> None:
        answer = answers[key].pop(0) if answers.get(key) else None
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        elif answer is not None:
            raise answer

    def count(self, key: str) -> int:
        return [one for one, _ in self.made].count(key)


class Desk:
    """A database, a shelf, and as many deliveries as there are lives of the program."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = Clock()
        self.shelf = Shelf(self.clock)
        self.arrived: list[tuple[str, int]] = []
        self.arrival_fails: list[BaseException] = []
        self.arrival_broken: Exception | None = None
        self.refusal_handled: list[Refused | Unknown] = []
        self.told: list[str] = []
        self.seen: Counter[tuple[str, str]] = Counter()
        self.tools = Tools(db=db, clock=self.clock, compute=InThread(), seed=lambda: 1, wake=lambda: None)
        self.lives = 0

    def delivery(self, *, lanes: int = 32) -> Delivery:
        self.lives += 1

        async def arrival(_tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
            if self.arrival_broken is not None:
                raise self.arrival_broken
            if self.arrival_fails:
                raise self.arrival_fails.pop(0)
            self.arrived.append((intention.key, ids["message"]))

        async def refusal(_tools: Tools, _intention: Intention, error: Refused | Unknown) -> bool:
            self.refusal_handled.append(error)
            return isinstance(error, Unknown)

        async def tell(_tx: Tx, problem: Problem, _now: datetime) -> None:
            self.told.append(problem.subject)

        def observe(kind: str, outcome: str) -> None:
            self.seen[kind, outcome] += 1

        return Delivery(
            self.tools,
            self.shelf,
            {"post": arrival},
            {"add": refusal},
            worker=f"life {self.lives}",
            random=Random(1),
            tell=tell,
            observe=observe,
            lanes=lanes,
        )

    async def add(self, *keys: str, kind: str = "post") -> None:
        """Record intentions; the lane is what stands before the dot of the key."""
        async with self.db.write() as tx:
            new = [NewIntention(HERE, key, key.partition(".")[0], kind) for key in keys]
            await outbox.add(tx, self.clock.now(), *new)

    async def unfinished(self) -> int:
        async with self.db.read() as tx:
            return sum((await outbox.counts(tx)).values())

    async def state(self, key: str) -> str:
        async with self.db.read() as tx:
            found: str = await tx.scalar(sa.select(rows.c.state).where(rows.c.key == key))
        return found

    async def due_in(self, key: str) -> float:
        async with self.db.read() as tx:
            due: datetime = await tx.scalar(sa.select(rows.c.due_at).where(rows.c.key == key))
        return (due - self.clock.now()).total_seconds()


@pytest.fixture
async def desk(db: Database) -> Desk:
    async with db.write() as tx:
        await community(tx, HERE)
    return Desk(db)


@asynccontextmanager
async def running(delivery: Delivery) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(delivery.drain())
    try:
        yield task
    finally:
        await delivery.close(0.0)
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - nothing tells when a database is done
            await asyncio.sleep(0.001)


# In order and side by side


async def test_a_lane_goes_in_order_and_lanes_go_side_by_side(desk: Desk) -> None:
    await desk.add(*(f"lane{lane}.{number}" for number in range(3) for lane in range(5)))
    await desk.delivery().drain()
    for lane in range(5):
        ours = [key for key in desk.shelf.order if key.startswith(f"lane{lane}.")]
        assert ours == [f"lane{lane}.{number}" for number in range(3)]
    assert desk.shelf.busiest > 1
    assert sorted(desk.arrived, key=lambda one: one[1]) == [(key, at) for at, key in enumerate(desk.shelf.order, 1)]
    assert desk.seen == {("post", "delivered"): 15}


async def test_no_more_are_in_flight_than_allowed(desk: Desk) -> None:
    await desk.add(*(f"{lane}.x" for lane in range(20)))
    await desk.delivery(lanes=3).drain()
    assert desk.shelf.busiest == 3
    assert len(desk.shelf.made) == 20


async def test_what_comes_meanwhile_does_not_wait_for_what_is_slow(desk: Desk) -> None:
    hold = asyncio.Event()
    desk.shelf.before["a.1"] = [hold]
    await desk.add("a.1")
    delivery = desk.delivery()
    async with running(delivery):
        await until(lambda: desk.shelf.busy.total() == 1)
        await desk.add("b.1")
        delivery.kick()
        await until(lambda: desk.shelf.order == ["b.1"])
        another = asyncio.create_task(delivery.drain())
        hold.set()
        await another
        assert desk.shelf.order == ["b.1", "a.1"]


# Discord's bad days


async def test_later_waits_longer_each_time_and_keeps_its_place_in_the_lane(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [Later(), Later(), Later()]
    await desk.add("a.1", "a.2")
    delivery = desk.delivery()
    waits = []
    for _ in range(3):
        await delivery.drain()
        waits.append(await desk.due_in("a.1"))
        desk.clock.wait(seconds=waits[-1])
    assert waits[0] < 2 < waits[1] < 4 < waits[2] < 8 or waits == sorted(waits)
    assert desk.shelf.order == []
    await delivery.drain()
    assert desk.shelf.order == ["a.1", "a.2"]


async def test_later_waits_as_long_as_discord_says_even_when_that_is_long(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [Later(900.0)]
    await desk.add("a.1")
    await desk.delivery().drain()
    assert 900 <= await desk.due_in("a.1") <= 901


@given(st.integers(0, 10_000), st.integers())
def test_backoff_doubles_up_to_a_limit_with_some_chance(attempts: int, seed: int) -> None:
    wait = backoff(attempts, Random(seed))
    whole = min(LONGEST, 2.0 ** min(attempts, 50))
    assert whole / 2 <= wait <= whole


async def test_a_request_that_was_never_looked_at_need_not_be_looked_for(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [Later(1.0, untried=True)]
    await desk.add("a.1")
    delivery = desk.delivery()
    await delivery.drain()
    desk.clock.wait(seconds=5)
    await delivery.drain()
    assert (desk.shelf.count("a.1"), desk.shelf.looks) == (1, 0)


async def test_one_that_may_have_been_performed_before_is_looked_for_all_the_same(desk: Desk) -> None:
    """The first answer was lost; the second attempt was refused unseen. The third must not do it again."""
    desk.shelf.after["a.1"] = [ConnectionResetError()]
    desk.shelf.before["a.1"] = [None, Later(1.0, untried=True)]
    await desk.add("a.1")
    delivery = desk.delivery()
    for _ in range(3):
        await delivery.drain()
        desk.clock.wait(seconds=10)
    assert desk.shelf.count("a.1") == 1
    assert await desk.state("a.1") == "done"


async def test_a_refusal_parks_its_lane_and_is_told_and_the_rest_goes_on(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [Refused(ProblemKind.PERMISSION, "round", ("send_messages",))]
    await desk.add("a.1", "a.2", "b.1")
    delivery = desk.delivery()
    await delivery.drain()
    assert desk.shelf.order == ["b.1"]
    async with desk.db.read() as tx:
        (problem,) = await problems.of(tx, HERE)
    assert (problem.kind, problem.subject, problem.permissions) == (ProblemKind.PERMISSION, "round", ("send_messages",))
    assert desk.told == ["round"]
    async with desk.db.write() as tx:
        await outbox.unblock(tx, HERE, desk.clock.now())
    await delivery.drain()
    assert desk.shelf.order == ["b.1", "a.1", "a.2"]


async def test_a_handler_may_take_a_refusal_in_hand(desk: Desk) -> None:
    desk.shelf.before |= {"a.1": [Unknown("user")], "b.1": [Refused(ProblemKind.PERMISSION, "round")]}
    await desk.add("a.1", "b.1", kind="add")
    await desk.delivery().drain()
    assert await desk.state("a.1") == "dropped"
    assert await desk.state("b.1") == "blocked"
    assert len(desk.refusal_handled) == 2


@pytest.mark.parametrize(
    ("raised", "state", "problem"),
    [
        (Unknown("user"), "dropped", None),
        (Unknown("message"), "dropped", None),
        (Unknown("channel", "round"), "blocked", (ProblemKind.CHANNEL_GONE, "round")),
        (Unknown("channel"), "blocked", (ProblemKind.CHANNEL_GONE, "post")),
        (Moot(), "dropped", None),
    ],
)
async def test_what_is_gone_is_dropped_and_only_a_channel_is_somebodys_to_mend(
    desk: Desk, raised: Exception, state: str, problem: tuple[ProblemKind, str] | None
) -> None:
    desk.shelf.before["a.1"] = [raised]
    await desk.add("a.1")
    await desk.delivery().drain()
    assert await desk.state("a.1") == state
    async with desk.db.read() as tx:
        told = [(one.kind, one.subject) for one in await problems.of(tx, HERE)]
    assert told == ([problem] if problem else [])


async def test_a_bug_in_one_carrier_stops_no_other_and_is_given_up_after_some_tries(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [KeyError("thread") for _ in range(TRIES)]
    await desk.add("a.1", "b.1")
    delivery = desk.delivery()
    with capture_logs() as logged:
        for _ in range(TRIES):
            await delivery.drain()
            desk.clock.wait(minutes=6)
    assert desk.shelf.order == ["b.1"]
    failed = [one for one in logged if one["event"] == "delivery.failed"]
    assert [one["tries"] for one in failed] == [1, 2, 3, 4, 5]
    assert len({one["reference"] for one in failed}) == TRIES
    assert await desk.state("a.1") == "blocked"


async def test_a_bug_in_writing_down_undoes_nothing_else_and_is_given_up_likewise(desk: Desk) -> None:
    desk.arrival_broken = KeyError("message")
    await desk.add("a.1")
    delivery = desk.delivery()
    with capture_logs() as logged:
        for _ in range(TRIES):
            await desk.add(f"b.{desk.clock.moment}", kind="other")  # ends in the same turn
            await delivery.drain()
            desk.clock.wait(minutes=6)
    assert desk.seen == {("post", "later"): TRIES - 1, ("post", "refused"): 1, ("other", "delivered"): TRIES}
    assert [one["tries"] for one in logged if one["event"] == "delivery.failed"] == [1, 2, 3, 4, 5]
    assert (desk.shelf.count("a.1"), await desk.state("a.1")) == (1, "blocked")
    desk.arrival_broken = None
    async with desk.db.write() as tx:
        await outbox.unblock(tx, HERE, desk.clock.now())
    await delivery.drain()
    assert (desk.shelf.count("a.1"), await desk.state("a.1")) == (1, "done")


async def test_after_a_bug_in_writing_down_the_drain_goes_on(desk: Desk) -> None:
    desk.arrival_broken = KeyError("message")
    await desk.add("a.1")
    await desk.add("b.1", kind="other")
    with capture_logs():
        await desk.delivery(lanes=1).drain()
    assert await desk.state("b.1") == "done"


async def test_a_day_without_discord_blocks_nothing(desk: Desk) -> None:
    desk.shelf.before["a.1"] = [ConnectionRefusedError() for _ in range(50)]
    await desk.add("a.1")
    delivery = desk.delivery()
    for _ in range(51):
        await delivery.drain()
        desk.clock.wait(minutes=6)
    assert await desk.state("a.1") == "done"


# Exactly once


CRASHES: dict[str, Callable[[Desk], object]] = {
    "before the request": lambda desk: desk.shelf.before.update({"a.1": [PowerCut()]}),
    "after the request, before the answer": lambda desk: desk.shelf.after.update({"a.1": [PowerCut()]}),
    "while it is recorded": lambda desk: desk.arrival_fails.append(PowerCut()),
    "when nothing happens": lambda desk: None,
}


@pytest.mark.parametrize("instant", CRASHES)
async def test_whatever_the_instant_of_a_crash_it_is_done_once(desk: Desk, instant: str) -> None:
    CRASHES[instant](desk)
    await desk.add("a.1", "a.2", "b.1")
    with suppress(PowerCut):
        await desk.delivery().drain()
    async with desk.db.write() as tx:  # the next life, on the same database
        await outbox.release_all(tx)
    await desk.delivery().drain()
    assert sorted(desk.shelf.order) == ["a.1", "a.2", "b.1"]
    assert sorted(key for key, _ in desk.arrived) == ["a.1", "a.2", "b.1"]
    assert desk.shelf.order.index("a.1") < desk.shelf.order.index("a.2")


async def test_where_another_process_may_live_the_lease_lapses_first(desk: Desk) -> None:
    desk.shelf.after["a.1"] = [PowerCut()]
    await desk.add("a.1")
    with suppress(PowerCut):
        await desk.delivery().drain()
    other = desk.delivery()
    await other.drain()
    assert await desk.state("a.1") == "claimed"
    desk.clock.wait(seconds=LEASE.total_seconds())
    await other.drain()
    assert (desk.shelf.count("a.1"), await desk.state("a.1")) == (1, "done")


async def test_what_another_process_finished_meanwhile_is_not_recorded_again(desk: Desk) -> None:
    """This one was suspended between the deed and writing it down."""
    hold = asyncio.Event()
    desk.shelf.after["a.1"] = [hold]
    await desk.add("a.1")
    async with running(desk.delivery()) as task:
        await until(lambda: desk.shelf.count("a.1") == 1)
        desk.clock.wait(hours=1)
        desk.shelf.busy.clear()
        await desk.delivery().drain()
        assert await desk.state("a.1") == "done"
        hold.set()
        await task
    assert desk.arrived == [("a.1", 1)]


@pytest.mark.parametrize("late", [Moot(), Later(), Refused(ProblemKind.PERMISSION, "round"), None])
async def test_a_late_outcome_changes_nothing_of_what_another_process_is_at(desk: Desk, late: Exception | None) -> None:
    """This one was suspended so long that its lease lapsed."""
    resumes, goes_on = asyncio.Event(), asyncio.Event()
    desk.shelf.before["a.1"] = [resumes, goes_on]
    desk.shelf.after["a.1"] = [late]
    await desk.add("a.1")
    async with running(desk.delivery()) as first:
        await until(lambda: desk.shelf.busy.total() == 1)
        desk.clock.wait(hours=1)
        desk.shelf.busy.clear()
        async with running(desk.delivery()) as second:
            await until(lambda: desk.shelf.busy.total() == 1)
            resumes.set()
            await first
            assert await desk.state("a.1") == "claimed"
            assert desk.told == desk.arrived == []
            goes_on.set()
            await second
    assert await desk.state("a.1") == "done"
    assert desk.shelf.count("a.1") == 1


@pytest.mark.parametrize("trouble", [KeyError("message"), StorageUnavailable("the disk is full")])
async def test_what_could_not_be_recorded_is_found_again_and_recorded(desk: Desk, trouble: Exception) -> None:
    desk.arrival_fails.append(trouble)
    await desk.add("a.1")
    delivery = desk.delivery()
    await delivery.drain()
    desk.clock.wait(seconds=10)
    await delivery.drain()
    assert desk.shelf.count("a.1") == 1
    assert desk.arrived == [("a.1", 1)]


async def test_a_clock_that_leaps_does_not_have_it_done_twice(desk: Desk) -> None:
    """As after a suspension: the lease is over while the attempt still runs."""
    hold = asyncio.Event()
    desk.shelf.before["a.1"] = [hold]
    await desk.add("a.1")
    delivery = desk.delivery()
    async with running(delivery) as task:
        await until(lambda: desk.shelf.busy.total() == 1)
        desk.clock.wait(hours=1)
        await desk.add("b.1")
        delivery.kick()
        await until(lambda: desk.shelf.count("b.1") == 1)  # in between it has claimed anew
        await asyncio.sleep(0)
        hold.set()
        await task
    assert desk.shelf.order.count("a.1") == 1
    assert await desk.state("a.1") == "done"


async def test_two_processes_share_the_work_and_repeat_nothing(desk: Desk) -> None:
    await desk.add(*(f"{lane}.{number}" for lane in range(10) for number in range(3)))
    await asyncio.gather(desk.delivery().drain(), desk.delivery().drain())
    await desk.delivery().drain()
    assert len(desk.shelf.order) == 30
    assert set(Counter(desk.shelf.order).values()) == {1}


@pytest.mark.parametrize("seed", range(8))
async def test_a_chaotic_week_ends_with_everything_done_once_and_in_order(sqlite_db: Database, seed: int) -> None:
    """Crashes, lost answers, rate limits and bugs at random instants of many lives."""
    async with sqlite_db.write() as tx:
        await community(tx, HERE)
    desk, random = Desk(sqlite_db), Random(seed)
    keys = [f"{lane}.{number}" for lane in range(4) for number in range(4)]
    mishaps: list[Callable[[], Answer]] = [
        PowerCut, ConnectionResetError, TimeoutError, KeyError, Later, lambda: Later(5.0, untried=False), lambda: None,
    ]  # fmt: skip
    unseen: list[Callable[[], Answer]] = [*mishaps, lambda: Later(5.0, untried=True)]
    for key in keys:
        desk.shelf.before[key] = [random.choice(unseen)() for _ in range(3)]
        desk.shelf.after[key] = [random.choice(mishaps)() for _ in range(3)]
    desk.arrival_fails = [random.choice([PowerCut, KeyError])() for _ in range(6)]
    await desk.add(*keys)
    with capture_logs():
        while await desk.unfinished() and desk.lives < 200:
            async with sqlite_db.write() as tx:
                await outbox.release_all(tx)
            with suppress(PowerCut):
                await desk.delivery().drain()
            desk.clock.wait(minutes=10)
    assert [await desk.state(key) for key in keys] == ["done"] * len(keys)
    assert set(Counter(desk.shelf.order).values()) == {1}
    for lane in range(4):
        assert [key for key in desk.shelf.order if key.startswith(f"{lane}.")] == keys[lane * 4 : lane * 4 + 4]


# Ending


async def test_what_is_in_flight_may_finish_and_nothing_new_is_taken(desk: Desk) -> None:
    hold = asyncio.Event()
    desk.shelf.after["a.1"] = [hold]
    await desk.add("a.1", "a.2")
    delivery = desk.delivery()
    task = asyncio.create_task(delivery.drain())
    await until(lambda: desk.shelf.count("a.1") == 1)
    closing = asyncio.create_task(delivery.close(grace=10))
    await asyncio.sleep(0)
    hold.set()
    await asyncio.gather(closing, task)
    assert (await desk.state("a.1"), await desk.state("a.2")) == ("done", "pending")
    delivery.kick()
    await delivery.drain()
    assert await desk.state("a.2") == "pending"


async def test_what_takes_too_long_is_handed_back_and_found_by_the_next(desk: Desk) -> None:
    desk.shelf.after["a.1"] = [asyncio.Event()]
    desk.shelf.before["b.1"] = [asyncio.Event()]
    await desk.add("a.1", "b.1")
    delivery = desk.delivery()
    task = asyncio.create_task(delivery.drain())
    await until(lambda: desk.shelf.count("a.1") == 1)
    await delivery.close(grace=0)
    await task
    assert (await desk.state("a.1"), await desk.state("b.1")) == ("pending", "pending")
    desk.clock.wait(seconds=10)
    await desk.delivery().drain()
    assert sorted(desk.shelf.order) == ["a.1", "b.1"]
    assert (await desk.state("a.1"), await desk.state("b.1")) == ("done", "done")


async def test_what_could_not_be_written_down_yet_is_at_the_end(desk: Desk) -> None:
    desk.arrival_fails.append(StorageUnavailable("the disk is full"))
    await desk.add("a.1")
    delivery = desk.delivery()
    await delivery.drain()
    assert await desk.state("a.1") == "claimed"
    await delivery.close(grace=0)
    assert await desk.state("a.1") == "done"


async def test_what_was_claimed_and_never_recorded_is_handed_back_at_the_end(desk: Desk) -> None:
    desk.shelf.after["a.1"] = [PowerCut()]
    await desk.add("a.1")
    delivery = desk.delivery()
    with suppress(PowerCut):
        await delivery.drain()
    assert await desk.state("a.1") == "claimed"
    await delivery.close(grace=0)
    assert await desk.state("a.1") == "pending"
    await desk.delivery().drain()
    assert (desk.shelf.count("a.1"), await desk.state("a.1")) == (1, "done")
