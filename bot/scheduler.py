"""When to look again: at the next due moment, and at least at every poll. Timers only wake; truth is in SQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import Clock
from bot.tasks import Tasks

log = structlog.get_logger(__name__)

JOB = "wake"
SOON = 1.0  # seconds: what changes within one is looked at together
BEAT = 1.0  # seconds between two looks at the clocks
JUMP = 5.0  # seconds the wall clock may stray from the other before that counts as a jump


def delay_until(next_due: datetime | None, now: datetime, poll: float) -> float:
    """Seconds to sleep when `next_due` (None: nothing) is the next moment: never negative, never above `poll`."""
    if next_due is None:
        return poll
    return min(max((next_due - now).total_seconds(), 0.0), poll)


class Scheduler:
    """Calls `tick` when something is due. `next_due` tells the next moment, in the past if it could not be done."""

    def __init__(
        self,
        tick: Callable[[], Awaitable[None]],
        next_due: Callable[[], Awaitable[datetime | None]],
        clock: Clock,
        poll: float,
        *,
        soon: float = SOON,
        observe_lag: Callable[[float], None] = lambda _lag: None,
    ) -> None:
        self._tick = tick
        self._next_due = next_due
        self._clock = clock
        self._poll = poll
        self._soon = soon
        self._observe_lag = observe_lag
        self._tasks = Tasks()
        self._clocks: asyncio.Task[None] | None = None
        self._timer: AsyncIOScheduler | None = None
        self._ticking = False
        self._again = False

    def begin(self) -> None:
        self._timer = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._timer.start()
        self._arm(0.0)
        self._clocks = self._tasks.spawn(self._watch_clocks(), "clocks")

    def soon(self) -> None:
        """Dates changed: look within `soon` seconds. Many calls are one look."""
        if self._timer is None:
            return
        if self._ticking:
            self._again = True
        else:
            self._arm(self._soon, only_earlier=True)

    async def close(self, grace: float) -> None:
        """No more wake-ups; a tick that runs has `grace` seconds to end."""
        if self._timer is not None:
            self._timer.shutdown(wait=False)
            self._timer = None
        if self._clocks is not None:
            self._clocks.cancel()
        await self._tasks.end(grace)

    def _arm(self, delay: float, *, only_earlier: bool = False) -> None:
        if self._timer is None:
            return
        # The timer lives by the machine's clock, whatever clock the program was handed.
        moment = datetime.now(UTC) + timedelta(seconds=delay)
        armed = self._timer.get_job(JOB)
        if only_earlier and armed is not None and armed.next_run_time <= moment:
            return
        self._timer.add_job(self._wake, DateTrigger(moment), id=JOB, name=JOB, replace_existing=True)

    async def _wake(self) -> None:
        # The timer cancels its own jobs when it is shut down; a tick is to end well.
        if not self._ticking:
            self._ticking, self._again = True, False
            self._tasks.spawn(self._look(), "tick")

    async def _look(self) -> None:
        delay = self._poll
        try:
            await self._tick()
            now = self._clock.now()
            due = await self._next_due()
            if due is not None and due > now:  # what is due still could not be done just now: at the poll
                delay = delay_until(due, now, self._poll)
        except Exception:  # nothing may stop the clockwork
            log.exception("tick.failed")
        finally:
            self._ticking = False
            self._arm(self._soon if self._again else delay)

    async def _watch_clocks(self) -> None:
        """Timers count on the wall clock: when it is set, or the machine slept, look at once and arm anew."""
        drift = time.time() - time.monotonic()
        while True:
            before = time.monotonic()
            await asyncio.sleep(BEAT)
            self._observe_lag(max(0.0, time.monotonic() - before - BEAT))
            now = time.time() - time.monotonic()
            if abs(now - drift) > JUMP:
                log.warning("clock.jumped", seconds=round(now - drift, 1))
                if not self._ticking:
                    self._arm(0.0)
            drift = now
