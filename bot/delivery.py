"""Carries out what was decided: from the outbox to Discord, lane by lane, exactly once.

Whatever the instant of a crash, one of these is found afterwards:

- *pending*: nobody has tried; it is tried.
- *claimed*, the lease over or its process known to be gone: it may or may not have been performed. It is claimed anew
  with the moment of the first attempt; the messenger looks for traces before it makes anything.
- *done*: the ids of what was made were recorded in the same transaction.

A lease is longer than one attempt may take, so what is claimed here is not carried elsewhere meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.attempts import Attempts, Outcome, Tell
from bot.outcomes import Arrival, Later, Messenger, Moot, Refusal, Refused, Unknown
from bot.services.tools import Tools
from bot.tasks import Tasks
from domain.model import Intention
from storage import outbox
from storage.engine import StorageUnavailable, Tx

__all__ = ["Arrival", "Delivery", "Later", "Messenger", "Moot", "Refusal", "Refused", "Unknown"]

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=3)  # longer than the patience of an attempt, and the writing down
LANES = 32  # in flight at once: more than 50 requests a second can keep busy


def _unobserved(kind: str, outcome: str) -> None:
    """Nobody counts."""


class Delivery:
    """One for each process. `drain` returns when nothing is due; `kick` starts it and returns at once."""

    def __init__(
        self,
        tools: Tools,
        messenger: Messenger,
        arrivals: Mapping[str, Arrival],
        refusals: Mapping[str, Refusal],
        *,
        worker: str = "weft",
        random: Random | None = None,
        shards: Sequence[tuple[int, int]] = (),
        tell: Tell | None = None,
        observe: Callable[[str, str], None] = _unobserved,
        lanes: int = LANES,
    ) -> None:
        self._tools = tools
        self._attempts = Attempts(tools, messenger, arrivals, refusals, random or Random(0), tell, worker)
        self._worker = worker
        self._shards = shards or (None,)  # (n, of how many): only communities of these
        self._observe = observe  # told the kind and the outcome of each
        self._lanes = lanes
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._nudge: asyncio.Future[None] | None = None
        self._again = False
        self._closing = False
        self._carrying: set[int] = set()  # claimed, and not written down yet
        self._ended: list[Outcome] = []
        self.moved = 0  # intentions that changed state since the start

    def kick(self) -> None:
        """Something may be due: start carrying in the background, unless that runs already."""
        if not self._closing:
            self._start()

    async def drain(self) -> None:
        """Carry until nothing is due. Joins a drain that runs already, which then looks once more."""
        if not self._closing:
            await asyncio.shield(self._start())

    async def close(self, grace: float) -> None:
        """Take nothing new, give what is in flight `grace` seconds, hand the rest back."""
        self._closing = True
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=grace)
            self._attempts.cut_short()  # the talk with Discord, not the writing down of what came of it
        await self._tasks.end(max(grace, 1.0))
        await self._turn(0)
        try:
            async with self._tools.db.write() as tx:
                await outbox.release(tx, self._worker)
        except StorageUnavailable as error:  # the leases will lapse
            log.warning("delivery.not_handed_back", cause=str(error))

    def _start(self) -> asyncio.Task[None]:
        self._again = True
        if self._nudge is not None and not self._nudge.done():
            self._nudge.set_result(None)
        if self._task is None or self._task.done():
            self._task = self._tasks.spawn(self._run(), "delivery")
        return self._task

    async def _run(self) -> None:
        while self._again and not self._closing:
            await self._pass()

    async def _pass(self) -> None:
        running: set[asyncio.Task[Outcome]] = set()
        try:
            while True:
                room = 0 if self._closing else self._lanes - len(running)
                for intention in await self._turn(room):
                    running.add(asyncio.create_task(self._attempts.carry(intention), name=intention.key))
                if not running:
                    return
                if room and self._again:  # asked for while it claimed
                    continue
                self._ended += await self._some_ended(running)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            self._carrying.clear()

    async def _some_ended(self, running: set[asyncio.Task[Outcome]]) -> list[Outcome]:
        """Wait until an attempt ends, or something new may be due (then none has, perhaps)."""
        self._nudge = asyncio.get_running_loop().create_future()
        waiting: set[asyncio.Future[Outcome] | asyncio.Future[None]] = {*running, self._nudge}
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._nudge.cancel()
        ended = {task for task in running if task.done()}
        running -= ended
        return [task.result() for task in ended]

    async def _turn(self, room: int) -> list[Intention]:
        """In one transaction, write down what ended and claim what there is room for.

        One for all, so that a command never waits for more than one of ours. Without a database nothing is claimed,
        and what ended stays for another turn.
        """
        if not room and not self._ended:
            return []
        self._again = self._again and not room
        now = self._tools.clock.now()
        try:
            claimed = await self._write_and_claim(now, room)
        except StorageUnavailable as error:
            log.warning("delivery.no_database", cause=str(error))
            return []
        # A suspended machine can let a lease lapse under an attempt that still runs: renewed, not repeated.
        fresh = [one for one in claimed if one.id not in self._carrying]
        self._carrying.update(one.id for one in fresh)
        return fresh

    async def _write_and_claim(self, now: datetime, room: int) -> list[Intention]:
        ended = list(self._ended)
        try:
            async with self._tools.db.write() as tx:
                for outcome in ended:
                    await outcome.write(tx, now)
                claimed = await self._claim(tx, now, room)
        except StorageUnavailable:
            raise
        except Exception:
            if not ended:
                raise
            for outcome in ended:  # one arrival's bug must not undo the others
                await self._write_alone(outcome, now)
            self._again = True
            return []
        for outcome in ended:
            self._written(outcome, outcome.name)
        return claimed

    async def _write_alone(self, outcome: Outcome, now: datetime) -> None:
        """Write one outcome down; what cannot be, for a reason nobody knows, is tried again later."""
        ended = outcome
        try:
            async with self._tools.db.write() as tx:
                await outcome.write(tx, now)
        except StorageUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - the supervisor of arrivals
            ended = self._attempts.failed(outcome.intention, error)
            async with self._tools.db.write() as tx:
                await ended.write(tx, now)
        self._written(outcome, ended.name)

    def _written(self, outcome: Outcome, name: str) -> None:
        self.moved += 1
        self._ended.remove(outcome)
        self._carrying.discard(outcome.intention.id)
        if name != "later":
            self._attempts.over(outcome.intention)
        self._observe(outcome.intention.kind, name)

    async def _claim(self, tx: Tx, now: datetime, limit: int) -> list[Intention]:
        claimed: list[Intention] = []
        for shard in self._shards:
            if (room := limit - len(claimed)) > 0:
                claimed += await outbox.claim(tx, worker=self._worker, now=now, lease=LEASE, limit=room, shards=shard)
        return claimed
