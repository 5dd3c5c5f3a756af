"""The composition root: everything the program is made of, put together once."""

from __future__ import annotations

import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Protocol

import structlog

from bot.client import WeftBot
from bot.clock import Clock, SystemClock
from bot.compute import InProcess
from bot.delivery import Delivery
from bot.health import Metrics
from bot.mail import ARRIVALS as MAIL_ARRIVALS
from bot.mail import Mailer
from bot.mail.sending import HandOver, hand_over
from bot.outcomes import Arrival, Messenger, Refusal
from bot.reports.drawn import draw_digest
from bot.scheduler import Scheduler
from bot.services import communities, digests, followups, members, retention, rounds, showings, skills, swaps, upkeep
from bot.services.tools import Compute, Tools
from bot.settings import Settings
from domain.model import CommunityId, Intention, UserId
from storage import outbox
from storage.engine import Database, Tx, open_database

log = structlog.get_logger(__name__)

PASSES = 50  # of what is due, before a tick is over whatever is left

Step = Callable[[Tools], Awaitable[None]]
Moment = Callable[[Tx], Awaitable[datetime | None]]

# In the order in which what is due is done.
CAPABILITIES = (communities, members, rounds, skills, swaps, showings, followups, digests)


async def issue_digests(tools: Tools) -> None:
    """Digests are decided by a service and drawn by the reports, which services do not know."""
    await digests.issue(tools, draw_digest)


ARRIVALS: Mapping[str, Arrival] = {
    **{kind: one for each in CAPABILITIES for kind, one in each.ARRIVALS.items()},
    **MAIL_ARRIVALS,
}
REFUSALS: Mapping[str, Refusal] = {kind: one for each in CAPABILITIES for kind, one in each.REFUSALS.items()}
DUE: tuple[Step, ...] = (
    *(step for each in CAPABILITIES for step in each.DUE),
    issue_digests,
    retention.fold,
    *upkeep.DUE,
)
NEXT: tuple[Moment, ...] = tuple(moment for each in CAPABILITIES for moment in each.NEXT)


class Worker(Compute, Protocol):
    """A place to compute that can be closed."""

    async def close(self) -> None: ...


async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    seed: Callable[[], int] | None = None,
    compute: Worker | None = None,
    hand_over: HandOver = hand_over,
) -> App:
    """Open the database (and bring it up to date) and put the program together; nothing is started.

    `hand_over` is how mail goes out: by SMTP, unless told otherwise.
    Raises StorageUnavailable when the database cannot be used.
    """
    db = await open_database(settings.database)
    if settings.sqlite_path is not None:  # one process only: whoever claimed something is gone
        async with db.write() as tx:
            await outbox.release_all(tx)
    return App(settings, db, clock or SystemClock(), seed or _fresh_seed, compute or InProcess(), hand_over)


def _fresh_seed() -> int:
    return secrets.randbits(62)


class Carriers:
    """Carries what is decided: the mail by mail, everything else on Discord."""

    def __init__(self, messenger: Messenger, mailer: Messenger) -> None:
        self._messenger = messenger
        self._mailer = mailer

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        carrier = self._mailer if intention.kind.startswith("email.") else self._messenger
        return await carrier.carry(intention)


class App:
    """The program, ready to be connected: `begin` has what is due done in time, `close` ends it."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        clock: Clock,
        seed: Callable[[], int],
        compute: Worker,
        hand_over: HandOver,
    ) -> None:
        self.settings = settings
        self.metrics = Metrics()
        shards = tuple((number, settings.shard_count) for number in settings.shards if settings.shard_count)
        self.tools = Tools(
            db=db,
            clock=clock,
            compute=compute,
            seed=seed,
            wake=self.wake,
            still_here=self._still_here,
            language=settings.language,
            shards=shards,
            mail=bool(settings.smtp_host),
        )
        self.client = WeftBot(settings, self.tools, observe=self.metrics.command)
        self.delivery = Delivery(
            self.tools,
            Carriers(self.client.messenger, Mailer(settings, self.tools, self._server_name, hand_over)),
            ARRIVALS,
            REFUSALS,
            worker=f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            random=Random(seed()),
            shards=shards,
            tell=communities.tell_problem,
            observe=self.metrics.delivered,
        )
        self.scheduler = Scheduler(
            self.look,
            self.next_due,
            clock,
            settings.poll_seconds,
            observe_lag=self.metrics.loop_lag.set,
        )
        self._compute = compute
        self._ticking = False
        self._again = False
        self._ticked_at: float | None = None

    def wake(self) -> None:
        """There is something to deliver, and dates may have changed."""
        self.delivery.kick()
        self.scheduler.soon()

    def _server_name(self, community: CommunityId) -> str:
        server = self.client.get_guild(community)
        return server.name if server else ""

    async def _still_here(self, community: CommunityId, users: Sequence[UserId], /) -> set[UserId]:
        return await self.client.still_here(community, users)

    async def tick(self) -> None:
        """Do what is due and see it delivered, until nothing is due: for whoever moves the time, and waits."""
        await self._single_flight(deliver=True)

    async def look(self) -> None:
        """Do what is due, and leave the delivering to the background: nobody's slow request delays a round."""
        await self._single_flight(deliver=False)

    async def _single_flight(self, *, deliver: bool) -> None:
        self._again = True  # asked for while it runs, it looks once more
        if self._ticking:
            return
        self._ticking = True
        try:
            while self._again:
                self._again = False
                await self._until_quiet(deliver=deliver)
        finally:
            self._ticking = False
        self._ticked_at = time.monotonic()

    async def _until_quiet(self, *, deliver: bool) -> None:
        before: tuple[datetime | None, int] | None = None
        for _ in range(PASSES):
            for step in DUE:
                try:
                    await step(self.tools)
                except Exception:  # one capability's trouble is not another's
                    log.exception("due.failed", step=step.__qualname__)
            if deliver:
                await self.delivery.drain()
            else:
                self.delivery.kick()
            due = await self._next(NEXT if not deliver else (*NEXT, outbox.next_due))
            if due is None or due > self.tools.clock.now():
                return
            now = (due, self.delivery.moved if deliver else 0)
            if now == before:  # due, yet it does not move (another process's, perhaps): for the next time
                log.info("due.left", since=due.isoformat())
                return
            before = now

    async def next_due(self) -> datetime | None:
        """The next moment something is due; in the past if it is due already."""
        return await self._next((*NEXT, outbox.next_due))

    async def _next(self, moments: Sequence[Moment]) -> datetime | None:
        async with self.tools.db.read() as tx:
            found = [await moment(tx) for moment in moments]
        return min((one for one in found if one is not None), default=None)

    def tick_age(self) -> float | None:
        """Seconds since the last tick ended; None before the first."""
        return None if self._ticked_at is None else time.monotonic() - self._ticked_at

    def begin(self) -> None:
        """Have what is due done in time from now on. The client is connected."""
        self.scheduler.begin()

    async def close(self, grace: float = 10.0) -> None:
        """Take no new work, give what is in flight `grace` seconds, hand back the rest; then client and database."""
        await self.scheduler.close(grace)
        await self.delivery.close(grace)
        await self.client.close()
        await self._compute.close()
        await self.tools.db.close()
