"""Carries out what was decided: from the outbox to Discord, lane by lane, exactly once.

Whatever the instant of a crash, one of these is found afterwards:

- *pending*: nobody has tried; it is tried.
- *claimed*, the lease over or its process known to be gone: it may or may not have been performed. It is
  claimed anew with the moment of the first attempt; the messenger looks for traces before it makes anything.
- *done*: the ids of what was made were recorded in the same transaction.

A lease is longer than one attempt may take, so what is claimed here is not carried elsewhere meanwhile.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.outcomes import Arrival, Later, Messenger, Moot, Refusal, Refused, Unknown
from bot.services.tools import Tools
from bot.tasks import Tasks
from domain.model import Intention, Problem, ProblemKind
from storage import outbox, problems
from storage.engine import StorageUnavailable, Tx

__all__ = ["Arrival", "Delivery", "Later", "Messenger", "Moot", "Refusal", "Refused", "Unknown", "backoff"]

log = structlog.get_logger(__name__)

PATIENCE = 120.0  # seconds one attempt may take
LEASE = timedelta(minutes=3)
LANES = 32  # in flight at once: more than 50 requests a second can keep busy
BATCH = 8  # claimed together while many are in flight, to spare transactions
TRIES = 5  # of what fails for no known reason
LONGEST = 300.0  # seconds between attempts


def backoff(attempts: int, random: Random, longest: float = LONGEST) -> float:
    """Seconds to wait after `attempts` failures: doubling from 2 to `longest`, less up to half by chance."""
    return min(longest, 2.0 ** min(attempts, 30)) * random.uniform(0.5, 1.0)


# Has a problem told to those who can mend it, in the transaction that writes it down.
Tell = Callable[[Tx, Problem, datetime], Awaitable[None]]


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
        self._messenger = messenger
        self._arrivals = arrivals
        self._refusals = refusals
        self._worker = worker
        self._random = random or Random(0)
        self._shards = shards or (None,)  # (n, of how many): only communities of these
        self._tell = tell
        self._observe = observe
        self._lanes = lanes
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._nudge: asyncio.Future[None] | None = None
        self._again = False
        self._closing = False
        self._carrying: set[int] = set()
        self._limits: dict[int, asyncio.Timeout] = {}  # of those in talk with Discord at this moment
        self._failures: Counter[int] = Counter()
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
            # Cut the talk with Discord short, not the recording of what came of it.
            now = asyncio.get_running_loop().time()
            for limit in self._limits.values():
                limit.reschedule(now)
        await self._tasks.end(max(grace, 1.0))
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
        running: set[asyncio.Task[None]] = set()
        try:
            while True:
                room = self._lanes - len(running)
                claims = not self._closing and room >= min(BATCH, self._lanes)
                if claims:
                    self._again = False
                    for intention in await self._claim(room):
                        running.add(asyncio.create_task(self._carry(intention), name=intention.key))
                if not running:
                    return
                if claims and self._again:  # asked for while it claimed
                    continue
                ended = await self._one_ended(running)
                running -= ended
                for task in ended:
                    _log_unrecorded(task)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _one_ended(self, running: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
        """Wait until an attempt ends, or something new may be due: then none has, perhaps."""
        self._nudge = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait({*running, self._nudge}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._nudge.cancel()
        return {task for task in running if task.done()}

    async def _claim(self, limit: int) -> list[Intention]:
        now = self._tools.clock.now()
        claimed: list[Intention] = []
        async with self._tools.db.write() as tx:
            for shard in self._shards:
                room = limit - len(claimed)
                if room > 0:
                    claimed += await outbox.claim(
                        tx, worker=self._worker, now=now, lease=LEASE, limit=room, shards=shard
                    )
        # A suspended machine can let a lease lapse under an attempt that still runs: renewed, not repeated.
        return [one for one in claimed if one.id not in self._carrying]

    async def _carry(self, intention: Intention) -> None:
        self._carrying.add(intention.id)
        try:
            await self._attempt(intention)
        except (OSError, StorageUnavailable) as error:  # not the deed's fault
            log.warning("delivery.interrupted", kind=intention.kind, key=intention.key, cause=repr(error))
            await self._put_off(intention, Later())
        except Exception as error:  # noqa: BLE001 - one carrier's bug must not stop the others
            await self._failed(intention, error)
        else:
            self._failures.pop(intention.id, None)
        finally:
            self._carrying.discard(intention.id)

    async def _attempt(self, intention: Intention) -> None:
        try:
            ids = await self._talk(intention)
        except Later as later:
            await self._put_off(intention, later)
        except Moot:
            await self._drop(intention)
        except (Refused, Unknown) as refusal:
            await self._refused(intention, refusal)
        else:
            await self._arrived(intention, ids)

    async def _talk(self, intention: Intention) -> Mapping[str, int]:
        async with asyncio.timeout(PATIENCE) as limit:
            self._limits[intention.id] = limit
            try:
                return await self._messenger.carry(intention)
            finally:
                del self._limits[intention.id]

    async def _arrived(self, intention: Intention, ids: Mapping[str, int]) -> None:
        now = self._tools.clock.now()
        arrival = self._arrivals.get(intention.kind)
        async with self._tools.db.write() as tx:
            ours = await outbox.done(tx, intention.id, now)
            if ours and arrival is not None:
                await arrival(tx, intention, ids, now)
        self._moved(intention, "delivered")

    async def _put_off(self, intention: Intention, later: Later) -> None:
        wait = backoff(intention.attempts, self._random)
        if later.after is not None:
            wait = max(1.0, later.after) + self._random.random()
        due = self._tools.clock.now() + timedelta(seconds=wait)
        # Only a first attempt can be known to have left no trace: an earlier one may have been performed.
        untried = later.untried and intention.first_tried_at is None
        async with self._tools.db.write() as tx:
            await outbox.later(tx, intention.id, due, untried=untried)
        self._moved(intention, "later")

    async def _drop(self, intention: Intention) -> None:
        async with self._tools.db.write() as tx:
            await outbox.drop(tx, intention.key)
        self._moved(intention, "dropped")

    async def _refused(self, intention: Intention, refusal: Refused | Unknown) -> None:
        handler = self._refusals.get(intention.kind)
        if handler is not None and await handler(self._tools, intention, refusal):
            await self._drop(intention)
        elif isinstance(refusal, Refused):
            await self._block(intention, refusal.kind, refusal.subject, refusal.permissions)
        elif refusal.what == "channel":
            await self._block(intention, ProblemKind.CHANNEL_GONE, refusal.subject or intention.kind)
        else:  # nobody to tell, no message to change: blocking the lane would help no one
            log.info("delivery.nobody_there", kind=intention.kind, key=intention.key, what=refusal.what)
            await self._drop(intention)

    async def _block(
        self, intention: Intention, kind: ProblemKind, subject: str, permissions: tuple[str, ...] = ()
    ) -> None:
        now = self._tools.clock.now()
        problem = Problem(intention.community, kind, subject, permissions, now)
        async with self._tools.db.write() as tx:
            await outbox.block(tx, intention.id, kind.value)
            await problems.report(tx, problem)
            if self._tell is not None:
                await self._tell(tx, problem, now)
        log.warning(
            "delivery.refused",
            community=intention.community,
            kind=intention.kind,
            problem=kind.value,
            subject=subject,
            permissions=permissions,
        )
        self._moved(intention, "refused")

    async def _failed(self, intention: Intention, error: Exception) -> None:
        self._failures[intention.id] += 1
        tries = self._failures[intention.id]
        reference = f"{self._random.getrandbits(24):06x}"
        log.error(
            "delivery.failed",
            reference=reference,
            kind=intention.kind,
            key=intention.key,
            tries=tries,
            exc_info=error,
        )
        if tries < TRIES:
            await self._put_off(intention, Later())
        else:
            del self._failures[intention.id]
            await self._block(intention, ProblemKind.REFUSED, intention.kind)

    def _moved(self, intention: Intention, outcome: str) -> None:
        self.moved += 1
        self._observe(intention.kind, outcome)


def _log_unrecorded(task: asyncio.Task[None]) -> None:
    """Even the outcome could not be written down; the lease will lapse and the traces will be looked for."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("delivery.unrecorded", key=task.get_name(), exc_info=error)
