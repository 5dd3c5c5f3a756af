"""The program put together: what is due gets done, commands are told once, and whoever asks hears how it is."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

import aiohttp
import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.http import Route, handle_message_parameters
from structlog.testing import capture_logs

from bot import app as root
from bot.app import App, build
from bot.checkup import SKEW
from bot.client import WeftBot, invite_link
from bot.compute import InThread
from bot.connecting import STAYS_AWAY, CannotRun, UncertainThreadError, connect
from bot.health import HealthServer
from bot.invite import WHY, permissions
from bot.services.digests import addresses
from bot.services.tools import Tools
from bot.settings import Settings
from cogs.messenger import CLOCKS_APART
from domain.model import CommunityId, NewIntention, UserId
from storage import facts, outbox
from storage.engine import Tx, open_database
from tests.services.stand_in import discord as stand_in_discord
from tests.storage.rows import community
from tests.world import World, world

HERE = CommunityId(1 << 22)
TOKEN = "MTE0NTg4NDg2MTkyMTA0NDQ4MA.GhYkLm.aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA"


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
async def app(sqlite_url: str) -> AsyncIterator[App]:
    built = await build(Settings(database_url=sqlite_url), clock=Clock(), seed=lambda: 7, compute=InThread())
    yield built
    await built.close(grace=0)


# What is due


class Steps:
    """Due work of our own, in the place of the capabilities'."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.due: datetime | None = None
        self.during: asyncio.Event | None = None

    async def broken(self, _tools: Tools) -> None:
        self.done.append("broken")
        raise KeyError("round")

    async def works(self, tools: Tools) -> None:
        self.done.append("works")
        if self.during is not None:
            await self.during.wait()
        if self.due is not None and self.due <= tools.clock.now():
            self.due += timedelta(days=1)

    async def stays(self, _tools: Tools) -> None:
        self.done.append("stays")

    async def next(self, _tx: Tx) -> datetime | None:
        return self.due


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Steps:
    made = Steps()
    monkeypatch.setattr(root, "DUE", (made.broken, made.works))
    monkeypatch.setattr(root, "NEXT", (made.next,))
    return made


async def test_a_step_that_fails_does_not_stop_the_others(app: App, steps: Steps) -> None:
    with capture_logs() as logged:
        await app.tick()
    assert steps.done == ["broken", "works"]
    assert [one["event"] for one in logged] == ["due.failed"]
    assert app.tick_age() is not None


async def test_it_goes_on_until_nothing_is_due(app: App, steps: Steps) -> None:
    steps.due = app.tools.clock.now() - timedelta(days=2, hours=1)
    with capture_logs():
        await app.tick()
    assert steps.done.count("works") == 3
    assert await app.next_due() == app.tools.clock.now() + timedelta(hours=23)


async def test_what_is_due_and_does_not_move_is_left_for_the_next_time(
    app: App, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(root, "DUE", (steps.stays,))
    steps.due = app.tools.clock.now()
    for how in (app.tick, app.look):
        steps.done.clear()
        await how()
        assert steps.done == ["stays", "stays"]


async def test_asked_while_it_looks_it_looks_once_more(app: App, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "DUE", (steps.works,))
    steps.during = asyncio.Event()
    first = asyncio.create_task(app.tick())
    await asyncio.sleep(0)
    await app.tick()
    await app.look()
    steps.during.set()
    await first
    assert steps.done == ["works", "works"]


async def test_what_a_dead_process_had_claimed_is_taken_up_by_the_next(sqlite_url: str) -> None:
    db = await open_database(sqlite_url)
    now = Clock().now()
    async with db.write() as tx:
        await community(tx, HERE)
        await outbox.add(tx, now, NewIntention(HERE, "k", "lane", "post"))
        await outbox.claim(tx, worker="dead", now=now, lease=timedelta(minutes=3), limit=1)
    await db.close()
    app = await build(Settings(database_url=sqlite_url), clock=Clock(), compute=InThread())
    async with app.tools.db.read() as tx:
        assert await outbox.counts(tx) == {"pending": 1, "claimed": 0, "blocked": 0}
    await app.close(grace=0)


async def test_the_tables_of_the_capabilities_name_only_what_somebody_carries(sqlite_url: str) -> None:
    async with world(sqlite_url, set_up=False) as w:
        carried = set(w.app.client.messenger._carriers)
    assert set(root.ARRIVALS) | set(root.REFUSALS) <= carried | {addresses.CODE, addresses.DIGEST}


# The client


async def test_it_asks_discord_for_little_and_pings_nobody_by_itself(app: App) -> None:
    asked = {name for name, on in app.client.intents if on}
    assert asked == {"guilds", "guild_messages"}
    mentions = app.client.allowed_mentions
    assert mentions is not None
    assert (mentions.everyone, mentions.users, mentions.roles, mentions.replied_user) == (False,) * 4


def _synced(w: World) -> int:
    return sum(one.method == "PUT" and one.path.endswith("/commands") for one in w.env.http_requests)


async def test_commands_are_told_once_and_again_only_when_they_changed(sqlite_url: str) -> None:
    async with world(sqlite_url, set_up=False) as w:
        assert _synced(w) == 1
        await w.restart()
        await w.env.settle()
        assert _synced(w) == 1
        fact = f"commands.{w.app.client.application_id}"
        async with w.app.tools.db.write() as tx:
            await facts.put(tx, fact, "of another version")
        w.env.inject_error("PUT", "/applications/*/commands", status=503)
        assert not await w.app.client.sync_commands()
        assert await w.app.client.sync_commands()
        assert await w.app.client.sync_commands()
        assert _synced(w) == 3  # the one that failed, and the one that did not


async def test_the_invitation_asks_for_exactly_what_is_explained() -> None:
    needed = permissions()
    assert set(needed) == set(WHY)
    link = invite_link(42, needed)
    value = int(link.partition("permissions=")[2].partition("&")[0])
    assert all(getattr(discord.Permissions(value), name) for name in needed)
    assert value.bit_count() == len(needed)


# Discord's bad days, over a real connection


class StandIn:
    """Discord's REST on the loopback, answering what it is told to."""

    def __init__(self) -> None:
        self.answers: dict[str, list[int]] = {}
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.Response:
        what = f"{request.method} {request.path}"
        self.asked.append(what)
        status = self.answers.get(what, [404]).pop(0)
        return web.json_response({"message": "x", "code": 0, "id": "1", "username": "weft"}, status=status)


@pytest.fixture
async def stand_in(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[StandIn]:
    discord_ = StandIn()
    site = web.Application()
    site.router.add_route("*", "/{any:.*}", discord_.handle)
    async with TestServer(site) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
        yield discord_


class Hurry(Random):
    """Waits no time at all."""

    def uniform(self, a: float, b: float) -> float:
        return 0.0


async def test_a_wrong_token_is_told_plainly_after_patience_with_a_broken_discord(app: App, stand_in: StandIn) -> None:
    stand_in.answers = {"GET /users/@me": [503, 503, 401]}
    with capture_logs() as logged, pytest.raises(CannotRun, match="does not accept the token") as told:
        await connect(app.client, TOKEN, Hurry())
    assert [one["event"] for one in logged if one["log_level"] == "warning"] == ["discord.unreachable"] * 2
    assert TOKEN not in f"{told.value}{logged}"
    assert told.value.__cause__ is None


@pytest.mark.parametrize("status", [403, 429])
async def test_being_turned_away_at_the_door_is_waited_out_for_long(
    app: App, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """As by a ban of our address: a 429 that does not come from Discord itself."""
    waits: list[float] = []
    sleep = asyncio.sleep

    async def at_once(seconds: float) -> None:
        waits.append(seconds)
        await sleep(0)

    stand_in.answers = {"GET /users/@me": [status, 401]}
    monkeypatch.setattr(asyncio, "sleep", at_once)
    with capture_logs(), pytest.raises(CannotRun):
        await connect(app.client, TOKEN)
    assert STAYS_AWAY / 2 <= max(waits) <= STAYS_AWAY


async def test_what_discord_finds_wrong_with_our_request_is_not_waited_out(app: App, stand_in: StandIn) -> None:
    stand_in.answers = {"GET /users/@me": [400]}
    with pytest.raises(discord.HTTPException):
        await connect(app.client, TOKEN, Hurry())


async def test_a_gateway_that_is_away_for_hours_is_waited_for(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py's own waiting goes one call deeper with every attempt, until there are too many."""
    depths: list[int] = []
    sleep = asyncio.sleep

    async def at_once(_seconds: float) -> None:
        depths.append(len(list(traceback.walk_stack(None))))
        if len(depths) == 100:
            there.gateway_closed = False
        await sleep(0)

    async with stand_in_discord(TOKEN) as there:
        there.gateway_closed = True
        monkeypatch.setattr(Route, "BASE", there.address)
        monkeypatch.setattr(asyncio, "sleep", at_once)
        connection = asyncio.create_task(connect(app.client, TOKEN))
        await app.client.first_ready.wait()
        connection.cancel()
        await app.client.close()
    assert len(depths) >= 100
    assert max(depths) - min(depths) < 20
    assert there.asked.count("gateway") == 1


async def test_a_discord_that_does_not_say_goodbye_is_not_waited_for(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py would, for half a minute: longer than whoever stops a container is willing to."""
    monkeypatch.setattr("bot.client.CLOSES_WITHIN", 0.1)
    async with stand_in_discord(TOKEN) as there:
        there.gateway_deaf = True
        monkeypatch.setattr(Route, "BASE", there.address)
        connection = asyncio.create_task(connect(app.client, TOKEN))
        await app.client.first_ready.wait()
        connection.cancel()
        async with asyncio.timeout(20):
            await app.client.close()
    assert app.client.is_closed()


async def test_a_thread_that_may_have_been_made_is_not_asked_for_again_unseen(app: App, stand_in: StandIn) -> None:
    stand_in.answers = {"GET /users/@me": [200], "POST /channels/5/threads": [502, 200]}
    client: WeftBot = app.client
    async with client:
        await client.http.static_login(TOKEN)
        with pytest.raises(UncertainThreadError):
            await client.http.start_thread_without_message(5, name="R1", auto_archive_duration=60, type=12)
        await client.http.close()
    assert stand_in.asked == ["GET /users/@me", "POST /channels/5/threads"]


def test_a_message_repeated_by_the_library_carries_its_nonce() -> None:
    """Which is why only threads need be stopped."""
    with handle_message_parameters("hello", nonce="abc") as params:
        assert params.payload is not None
        assert params.payload["enforce_nonce"] is True


async def test_who_is_here_still_is_everybody_when_nobody_tells(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        async def request_chunks(self, *_: object, **__: object) -> None:
            """And nothing comes of it."""

    monkeypatch.setattr("bot.client.TOLD_WITHIN", 0.01)
    async with world(sqlite_url, set_up=False) as w:
        for socket in (None, Silent()):
            monkeypatch.setattr(w.app.client._connection, "_get_websocket", lambda *_, it=socket, **__: it)
            with capture_logs() as logged:
                assert await w.app.client.still_here(w.id, [UserId(1), UserId(2)]) == {1, 2}
            assert [one["event"] for one in logged] == ["members.not_told"]


# How it is


def test_clocks_that_the_check_approves_of_are_near_enough_to_look_for_what_was_made() -> None:
    assert timedelta(seconds=SKEW) <= CLOCKS_APART / 2


async def test_without_a_database_there_are_no_metrics_and_no_traceback(app: App) -> None:
    server = HealthServer(app, "127.0.0.1:0")
    await server.begin()
    await app.tools.db.close()
    with capture_logs() as logged:
        async with (
            aiohttp.ClientSession(f"http://{server.address}") as session,
            session.get("/metrics") as answer,
        ):
            assert answer.status == 503
    await server.close()
    assert [one["event"] for one in logged] == ["metrics.database"]


async def test_health_and_metrics_tell_how_it_is_and_nothing_about_anybody(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada = await w.person("ada", "Studio Noord")
        server = HealthServer(w.app, "127.0.0.1:0")
        w.app._ticked_at = None
        await server.begin()
        try:
            async with aiohttp.ClientSession(f"http://{server.address}") as session:
                async with session.get("/healthz") as answer:
                    assert answer.status == 503
                    assert (await answer.json())["ready"] is True
                await w.app.tick()
                async with session.get("/healthz") as answer:
                    assert answer.status == 200
                    assert (await answer.json())["outbox"]["pending"] == 0
                async with session.get("/metrics") as answer:
                    page = await answer.text()
        finally:
            await server.close()
    for line in (
        'weft_outbox{state="pending"} 0.0',
        'weft_rounds{state="scheduled"} 1.0',
        "weft_due_lag_seconds 0.0",
        'weft_commands_total{name="cluster setup",outcome="answered"} 1.0',
    ):
        assert line in page
    for private in ("ada", "Noord", str(ada.id), str(w.id)):
        assert private not in page
