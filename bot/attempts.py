"""One attempt at one intention: talk to Discord, and say how that ended in a form that can be written down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import structlog

from bot.outcomes import Arrival, Later, Messenger, Moot, Refusal, Refused, Unknown
from bot.services.tools import Tools
from domain.model import Intention, Problem, ProblemKind
from storage import outbox, problems
from storage.engine import StorageUnavailable, Tx

log = structlog.get_logger(__name__)

PATIENCE = 120.0  # seconds one attempt may take
TRIES = 5  # of what fails for no known reason
LONGEST = 300.0  # seconds between attempts

# Has a problem told to those who can mend it, in the transaction that writes it down.
Tell = Callable[[Tx, Problem, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended, to be written down in a transaction at a moment."""

    intention: Intention
    name: str  # delivered, later, dropped or refused
    write: Callable[[Tx, datetime], Awaitable[None]]


def backoff(attempts: int, random: Random, longest: float = LONGEST) -> float:
    """Seconds to wait after `attempts` failures: doubling from 2 to `longest`, less up to half by chance."""
    return min(longest, 2.0 ** min(attempts, 30)) * random.uniform(0.5, 1.0)


class Attempts:
    """Carries intentions one at a time each; never raises, whatever happens."""

    def __init__(
        self,
        tools: Tools,
        messenger: Messenger,
        arrivals: Mapping[str, Arrival],
        refusals: Mapping[str, Refusal],
        random: Random,
        tell: Tell | None,
        worker: str,
    ) -> None:
        self._tools = tools
        self._messenger = messenger
        self._arrivals = arrivals
        self._refusals = refusals
        self._random = random
        self._tell = tell
        self._worker = worker  # who holds what is carried here; without the lease, an outcome changes nothing
        self._limits: dict[int, asyncio.Timeout] = {}  # of those in talk with Discord at this moment
        self._failures: Counter[int] = Counter()

    async def carry(self, intention: Intention) -> Outcome:
        try:
            return await self._attempt(intention)
        except (OSError, StorageUnavailable) as error:  # not the deed's fault
            log.warning("delivery.interrupted", kind=intention.kind, key=intention.key, cause=repr(error))
            return self._put_off(intention, Later())
        except Exception as error:  # noqa: BLE001 - one carrier's bug must not stop the others
            return self.failed(intention, error)

    def cut_short(self) -> None:
        """End the talk with Discord now, as if it had taken too long."""
        now = asyncio.get_running_loop().time()
        for limit in self._limits.values():
            limit.reschedule(now)

    def over(self, intention: Intention) -> None:
        """It will not be tried again."""
        self._failures.pop(intention.id, None)

    def failed(self, intention: Intention, error: Exception) -> Outcome:
        """A bug of ours, met in carrying or in writing down: again later, and after some tries a problem."""
        self._failures[intention.id] += 1
        tries = self._failures[intention.id]
        reference = f"{self._random.getrandbits(24):06x}"
        about = {"reference": reference, "kind": intention.kind, "key": intention.key, "tries": tries}
        log.error("delivery.failed", **about, exc_info=error)
        if tries < TRIES:
            return self._put_off(intention, Later())
        return self._block(intention, ProblemKind.REFUSED, intention.kind)

    async def _attempt(self, intention: Intention) -> Outcome:
        try:
            ids = await self._talk(intention)
        except Later as later:
            return self._put_off(intention, later)
        except Moot:
            return self._drop(intention)
        except (Refused, Unknown) as refusal:
            return await self._refused(intention, refusal)
        return self._arrived(intention, ids)

    async def _talk(self, intention: Intention) -> Mapping[str, int]:
        async with asyncio.timeout(PATIENCE) as limit:
            self._limits[intention.id] = limit
            try:
                return await self._messenger.carry(intention)
            finally:
                del self._limits[intention.id]

    # How it can end

    def _arrived(self, intention: Intention, ids: Mapping[str, int]) -> Outcome:
        arrival = self._arrivals.get(intention.kind)

        async def write(tx: Tx, now: datetime) -> None:
            ours = await outbox.done(tx, intention.id, now, worker=self._worker)
            if ours and arrival is not None:
                await arrival(tx, intention, ids, now)

        return Outcome(intention, "delivered", write)

    def _put_off(self, intention: Intention, later: Later) -> Outcome:
        wait = backoff(intention.attempts, self._random)
        if later.after is not None:
            wait = max(1.0, later.after) + self._random.random()
        # Only a first attempt can be known to have left no trace: an earlier one may have been performed.
        untried = later.untried and intention.first_tried_at is None

        async def write(tx: Tx, now: datetime) -> None:
            due_at = now + timedelta(seconds=wait)
            await outbox.later(tx, intention.id, due_at, untried=untried, worker=self._worker)

        return Outcome(intention, "later", write)

    async def _refused(self, intention: Intention, refusal: Refused | Unknown) -> Outcome:
        handler = self._refusals.get(intention.kind)
        if handler is not None and await handler(self._tools, intention, refusal):
            return self._drop(intention)
        if isinstance(refusal, Refused):
            return self._block(intention, refusal.kind, refusal.subject, refusal.permissions)
        if refusal.what == "channel":
            return self._block(intention, ProblemKind.CHANNEL_GONE, refusal.subject or intention.kind)
        # Nobody to tell, no message to change: blocking the lane would help no one.
        log.info("delivery.nobody_there", kind=intention.kind, key=intention.key, what=refusal.what)
        return self._drop(intention)

    def _block(
        self, intention: Intention, kind: ProblemKind, subject: str, permissions: tuple[str, ...] = ()
    ) -> Outcome:
        log.warning(
            "delivery.refused",
            community=intention.community,
            kind=intention.kind,
            problem=kind.value,
            subject=subject,
            permissions=permissions,
        )

        async def write(tx: Tx, now: datetime) -> None:
            problem = Problem(intention.community, kind, subject, permissions, now)
            if not await outbox.block(tx, intention.id, kind.value, worker=self._worker):
                return
            await problems.report(tx, problem)
            if self._tell is not None:
                await self._tell(tx, problem, now)

        return Outcome(intention, "refused", write)

    def _drop(self, intention: Intention) -> Outcome:
        async def write(tx: Tx, _now: datetime) -> None:
            await outbox.give_up(tx, intention.id, worker=self._worker)

        return Outcome(intention, "dropped", write)
