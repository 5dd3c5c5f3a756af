"""What may be asked of the running program: is it well (`/healthz`), and how busy (`/metrics`)? And, by whoever has
the link from a mail, to send no more of it (`/unsubscribe/…`).

Counts and durations only; no name, no text and no id of anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, generate_latest

from bot.mail.pages import page_headers, unsubscribe_page
from bot.services.digests import addresses
from bot.services.tools import Tools
from storage import health, outbox
from storage.engine import StorageUnavailable

if TYPE_CHECKING:
    from bot.app import App

log = structlog.get_logger(__name__)

ANSWER_WITHIN = 5.0  # seconds for the database before it counts as unreachable
LATE = 4  # polls without a tick before the program counts as stuck


class Metrics:
    """The program's own figures, in a registry of their own so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "weft_deliveries", "Intentions carried out, by kind and how it ended", ["kind", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._commands = Counter(
            "weft_commands", "Commands, buttons, menus and forms, by name and outcome", ["name", "outcome"],
            registry=self.registry,
        )  # fmt: skip
        self._outbox = Gauge("weft_outbox", "Intentions in the outbox", ["state"], registry=self.registry)
        self._rounds = Gauge("weft_rounds", "Rounds by state", ["state"], registry=self.registry)
        self._due_lag = Gauge("weft_due_lag_seconds", "How long the oldest due work has waited", registry=self.registry)
        self.loop_lag = Gauge(
            "weft_loop_lag_seconds", "How late the event loop ran its last timer", registry=self.registry
        )
        self.communities = Gauge("weft_communities", "Servers the bot is in", registry=self.registry)

    def delivered(self, kind: str, outcome: str) -> None:
        self._deliveries.labels(kind, outcome).inc()

    def command(self, name: str, outcome: str) -> None:
        self._commands.labels(name, outcome).inc()

    def show(self, outbox: Mapping[str, int], rounds: Mapping[str, int], due_lag: float) -> bytes:
        """The page a scraper reads, with what the database holds at this moment."""
        for gauge, figures in ((self._outbox, outbox), (self._rounds, rounds)):
            gauge.clear()
            for state, figure in figures.items():
                gauge.labels(state).set(figure)
        self._due_lag.set(due_lag)
        return generate_latest(self.registry)


class HealthServer:
    """Serves these pages until closed."""

    def __init__(self, app: App, address: str) -> None:
        self._app = app
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._runner: web.AppRunner | None = None

    async def begin(self) -> None:
        """Start to listen. Raises OSError when the address is taken."""
        site = web.Application()
        site.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/metrics", self._metrics),
                *unsubscribe_routes(self._app.tools),
            ]
        )
        self._runner = web.AppRunner(site, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host.strip("[]"), self._port).start()
        log.info("health.listening", address=self.address)

    @property
    def address(self) -> str:
        """Where it really listens, also when it was told to take any port (0)."""
        host, port = self._runner.addresses[0][:2] if self._runner else (self._host, self._port)
        return f"{host}:{port}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _healthz(self, _request: web.Request) -> web.Response:
        state = await self._state()
        return web.json_response(state, status=200 if state["well"] else 503)

    async def _state(self) -> dict[str, object]:
        app = self._app
        age = app.tick_age()
        state: dict[str, object] = {
            "ready": app.client.is_ready(),
            "database": True,
            "last_tick_seconds": None if age is None else round(age, 1),
        }
        try:
            async with asyncio.timeout(ANSWER_WITHIN), app.tools.db.read() as tx:
                state["outbox"] = await outbox.counts(tx)
        except (StorageUnavailable, TimeoutError) as error:
            log.warning("health.database", cause=type(error).__name__)
            state["database"] = False
        ticking = age is not None and age < LATE * app.settings.poll_seconds
        state["well"] = bool(state["ready"] and state["database"] and ticking)
        return state

    async def _metrics(self, _request: web.Request) -> web.Response:
        app = self._app
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                due = await app.next_due()
                async with app.tools.db.read() as tx:
                    waiting, by_state = await outbox.counts(tx), await health.rounds(tx)
        except (StorageUnavailable, TimeoutError) as error:
            log.warning("metrics.database", cause=type(error).__name__)
            return web.Response(status=503, text="The database cannot be used now.")
        app.metrics.communities.set(len(app.client.guilds))
        lag = 0.0 if due is None else max(0.0, (app.tools.clock.now() - due).total_seconds())
        page = app.metrics.show(waiting, by_state, lag)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})


def unsubscribe_routes(tools: Tools) -> list[web.RouteDef]:
    """Where the links in mail lead: ask, and then do it."""

    async def ask(request: web.Request) -> web.Response:
        """Mail scanners open links by themselves, so this changes nothing, and looks nothing up."""
        return _page(unsubscribe_page(_language(request), "sure"))

    async def unsubscribe(request: web.Request) -> web.Response:
        """The button of the page, or a mail program that was told to (RFC 8058). A token nobody has ends the same."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await addresses.unsubscribe(tools, request.match_info["token"])
        except (StorageUnavailable, TimeoutError) as error:
            log.warning("unsubscribe.database", cause=type(error).__name__)
            return _page(unsubscribe_page(_language(request), "later"), status=503)
        return _page(unsubscribe_page(_language(request), "done"))

    return [web.get("/unsubscribe/{token}", ask), web.post("/unsubscribe/{token}", unsubscribe)]


def _language(request: web.Request) -> str:
    """The link names it: nothing here tells whether there is such an address."""
    return request.query.get("language", "")


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status, headers=page_headers())
