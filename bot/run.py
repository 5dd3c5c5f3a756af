"""A life of the program: start, connect (for as long as that takes), run, end well when told to."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from itertools import count
from random import Random

import structlog
from sqlalchemy.exc import DBAPIError

from bot.app import App, build
from bot.attempts import backoff
from bot.connecting import LONGEST, CannotRun, connect, point_elsewhere
from bot.health import HealthServer
from bot.lock import locked
from bot.settings import Settings
from storage.engine import StorageUnavailable

log = structlog.get_logger(__name__)

GRACE = 6.0  # seconds for each kind of work in flight when told to end; all together within 30
# How discord.py names the tasks that answer people.
ANSWERING = ("CommandTree-invoker", "discord-ui-", "discord.py: on_interaction")
# SQLSTATEs of a PostgreSQL server that will soon take connections: it starts up, recovers, or ends to start anew.
NOT_UP_YET = ("57P01", "57P02", "57P03", "08")


async def serve(settings: Settings) -> None:
    """Run on Discord until told to end (SIGTERM, Ctrl-C). A second signal ends at once.

    Raises CannotRun, Locked, StorageUnavailable or OSError, each with a sentence for the operator.
    """
    if settings.discord_token is None:
        raise CannotRun("There is no token: set WEFT_DISCORD_TOKEN, or run `weft demo`.")
    point_elsewhere(settings)
    stop = _listen_to_signals()
    with contextlib.ExitStack() as held:
        if settings.sqlite_path is not None:
            held.enter_context(locked(settings.sqlite_path))
        app = await _built(settings, stop)
        if app is None:
            return
        health = HealthServer(app, settings.health) if settings.health else None
        connection = asyncio.create_task(
            connect(app.client, settings.discord_token.get_secret_value()), name="connection"
        )
        try:
            if health is not None:
                await health.begin()
            await _live(app, connection, stop)
        finally:
            await _end(app, connection, health)


async def _built(settings: Settings, stop: asyncio.Event) -> App | None:
    """The program put together, when the database server is there; None when told to end before that.

    At the start of a machine it may come up after us. Raises StorageUnavailable for what waiting does not mend.
    """
    for attempts in count(1):
        try:
            return await build(settings)
        except StorageUnavailable as error:
            if settings.sqlite_path is not None or not _may_come_up(error):
                raise
            wait = backoff(attempts, Random(), LONGEST)
            log.warning("database.unreachable", cause=str(error), attempt=attempts, again_in=round(wait, 1))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), wait)
        if stop.is_set():
            break
    return None


def _may_come_up(error: StorageUnavailable) -> bool:
    cause = error.__cause__
    state = getattr(cause.orig, "sqlstate", None) if isinstance(cause, DBAPIError) else None
    return isinstance(cause, OSError) or str(state).startswith(NOT_UP_YET)


async def _live(app: App, connection: asyncio.Task[None], stop: asyncio.Event) -> None:
    """Until told to end, or the connection ends for good (and raises why)."""
    told = asyncio.create_task(stop.wait(), name="signals")
    ready = asyncio.create_task(app.client.first_ready.wait(), name="ready")
    try:
        await asyncio.wait({connection, told, ready}, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            app.begin()
            await asyncio.wait({connection, told}, return_when=asyncio.FIRST_COMPLETED)
        if not told.done():
            await connection
            raise ConnectionError("The connection to Discord ended by itself.")
    finally:
        told.cancel()
        ready.cancel()


async def _end(app: App, connection: asyncio.Task[None], health: HealthServer | None) -> None:
    """In this order: no new connection, people answered, deliveries finished or handed back, client, database."""
    log.info("ending", grace_seconds=GRACE)
    connection.cancel()
    await asyncio.gather(connection, return_exceptions=True)
    answering = {task for task in asyncio.all_tasks() if task.get_name().startswith(ANSWERING)}
    if answering:
        await asyncio.wait(answering, timeout=GRACE / 2)
    await app.close(GRACE)
    if health is not None:
        await health.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        log.warning("task.unfinished", task=task.get_name())
    log.info("ended")


def _listen_to_signals() -> asyncio.Event:
    """An event that the first SIGTERM or SIGINT sets; the second ends the process there and then."""
    stop = asyncio.Event()

    def told(number: signal.Signals) -> None:
        if stop.is_set():
            log.warning("ending at once", signal=number.name)
            os._exit(128 + number)
        log.info("told to end", signal=number.name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told, number)
    return stop
