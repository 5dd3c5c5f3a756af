"""What keeps the program alive and lets it end well: clockwork, worker, lock, tasks, and the real process."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import time
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.clock import SystemClock
from bot.compute import InProcess, InThread
from bot.lock import Locked, locked
from bot.scheduler import Scheduler, delay_until
from bot.tasks import Tasks

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

# The clockwork


@given(st.none() | st.integers(-(10**9), 10**9), st.floats(1, 3600))
def test_the_clockwork_sleeps_to_the_next_moment_but_never_past_the_poll(ahead: int | None, poll: float) -> None:
    due = None if ahead is None else NOW + timedelta(seconds=ahead)
    delay = delay_until(due, NOW, poll)
    assert 0 <= delay <= poll
    if due is not None and 0 <= (due - NOW).total_seconds() <= poll:
        assert NOW + timedelta(seconds=delay) == pytest.approx(due, abs=timedelta(milliseconds=1))


class _Clockwork:
    """A scheduler over ticks that are counted, whose first ones can be made to fail."""

    def __init__(self, poll: float, *, fails: int = 0) -> None:
        self.due: datetime | None = None
        self.ticks = 0
        self._fails = fails
        self._ticked = asyncio.Event()
        self.scheduler = Scheduler(self._tick, self._next, SystemClock(), poll, soon=0.05)

    async def _tick(self) -> None:
        self.ticks += 1
        self._ticked.set()
        if self.ticks <= self._fails:
            raise RuntimeError("the database is gone")

    async def _next(self) -> datetime | None:
        return self.due

    async def ticked(self) -> None:
        async with asyncio.timeout(10):
            await self._ticked.wait()
        self._ticked.clear()


async def test_it_looks_at_once_and_again_at_the_next_due_moment() -> None:
    work = _Clockwork(poll=3600)
    work.due = datetime.now(UTC) + timedelta(seconds=0.2)
    work.scheduler.begin()
    await work.ticked()
    await work.ticked()
    assert datetime.now(UTC) >= work.due
    await work.scheduler.close(1)


async def test_a_failing_tick_is_logged_and_the_next_one_comes() -> None:
    work = _Clockwork(poll=0.05, fails=1)
    with capture_logs() as logged:
        work.scheduler.begin()
        await work.ticked()
        await work.ticked()
        await work.scheduler.close(1)
    assert [one["event"] for one in logged] == ["tick.failed"]


async def test_what_stays_due_after_a_tick_waits_for_the_poll() -> None:
    """Something that cannot be done must not have the program spin."""
    work = _Clockwork(poll=3600)
    work.due = datetime.now(UTC) - timedelta(days=1)
    work.scheduler.begin()
    await work.ticked()
    for _ in range(200):
        await asyncio.sleep(0)
    assert work.ticks == 1
    await work.scheduler.close(1)


async def test_changed_dates_are_looked_at_soon_and_together() -> None:
    work = _Clockwork(poll=3600)
    work.scheduler.begin()
    await work.ticked()
    for _ in range(10):
        work.scheduler.soon()
    await work.ticked()
    assert work.ticks == 2
    await work.scheduler.close(1)


async def test_a_tick_under_way_ends_before_the_clockwork_does() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        begun.set()
        for _ in range(100):
            await asyncio.sleep(0)
        ended.set()

    async def nothing() -> None:
        return None

    scheduler = Scheduler(tick, nothing, SystemClock(), 3600)
    scheduler.begin()
    await begun.wait()
    await scheduler.close(5)
    assert ended.is_set()


async def test_a_clock_that_is_set_is_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Timers go by it: set back by an hour, they would be an hour late."""
    set_back = [0.0]
    clocks = SimpleNamespace(time=lambda: time.time() - set_back[0], monotonic=time.monotonic)
    monkeypatch.setattr("bot.scheduler.time", clocks)
    monkeypatch.setattr("bot.scheduler.BEAT", 0.01)
    work = _Clockwork(poll=3600)
    with capture_logs() as logged:
        work.scheduler.begin()
        await work.ticked()
        set_back[0] = 3600.0
        await work.ticked()
        await work.scheduler.close(1)
    assert [(one["event"], round(one["seconds"])) for one in logged] == [("clock.jumped", -3600)]


# The worker


def _where(number: int) -> tuple[int, int]:
    return os.getpid(), number * 2


def _refuse(reason: str) -> None:
    raise ValueError(reason)


def _die_once(mark: Path) -> int:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_the_worker_is_another_process_and_ends_when_idle() -> None:
    worker = InProcess(idle=0.05)
    pid, result = await worker(_where, 21)
    assert result == 42
    assert pid != os.getpid()
    for child in multiprocessing.active_children():
        await asyncio.to_thread(child.join, 20)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    again, _ = await worker(_where, number=1)
    assert again != pid
    await worker.close()


async def test_what_a_function_raises_comes_back_and_a_dead_worker_is_replaced_once(tmp_path: Path) -> None:
    worker = InProcess()
    with pytest.raises(ValueError, match="too few"):
        await worker(_refuse, "too few")
    with capture_logs() as logged:
        assert await worker(_die_once, tmp_path / "mark") != os.getpid()
        with pytest.raises(BrokenProcessPool):
            await worker(_die)
    assert [one["event"] for one in logged] == ["compute.worker_died"] * 2
    await worker.close()


async def test_closing_ends_what_the_worker_is_at_and_begins_no_other() -> None:
    worker = InProcess()
    await worker(_where, 1)
    long = asyncio.create_task(worker(time.sleep, 60))
    await asyncio.sleep(0)
    await worker.close()
    with capture_logs() as logged:
        [ended] = await asyncio.gather(long, return_exceptions=True)
    assert isinstance(ended, BrokenProcessPool | asyncio.CancelledError)
    assert logged == []
    with pytest.raises(RuntimeError, match="closed"):
        await worker(_where, 1)
    assert worker._pool is None


async def test_in_a_thread_it_is_the_same_process() -> None:
    worker = InThread()
    assert await worker(_where, 4) == (os.getpid(), 8)
    await worker.close()


# The lock


def test_two_processes_cannot_have_the_same_database(tmp_path: Path) -> None:
    database = tmp_path / "data" / "weft.sqlite3"
    with locked(database):
        with pytest.raises(Locked, match=f"already runs on {database}.*process {os.getpid()}"), locked(database):
            pass
        with locked(tmp_path / "other.sqlite3"):
            pass
    with locked(database):
        pass


# Background tasks


async def test_a_background_task_that_fails_is_logged_and_one_that_lingers_is_named() -> None:
    tasks = Tasks()

    async def fail() -> None:
        raise RuntimeError("broken")

    with capture_logs() as logged:
        failing = tasks.spawn(fail(), "the failing one")
        tasks.spawn(asyncio.Event().wait(), "the lingering one")  # type: ignore[arg-type]
        await asyncio.wait({failing})
        await tasks.end(0.0)
    assert [(one["event"], one["task"]) for one in logged] == [
        ("task.failed", "the failing one"),
        ("task.unfinished", "the lingering one"),
    ]
