"""Killed before or after any request of a round, started again on the same database: it ends as if nothing had been.

The database is copied at the very instant of the crash and the program goes on from the copy, so nothing that a dying
process might still do by itself (hand back, clean up) can help.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from simcord.http import FakeHTTPClient

from storage.tables import acts, asks, outbox, pairing_members, pairings, reviews, rounds, signups
from tests.world import REVIEW, World, text_of, world

CHUNKS = 6  # so that the runs spread over the machine's cores


class KilledError(ConnectionError):
    """What a request of a dead process would see, if there were somebody to see it."""


@dataclass
class Killer:
    """Counts requests; at the `at`-th one it copies the database and lets nothing more through."""

    file: Path
    at: int = -1
    after: bool = False
    seen: int = 0
    dead: bool = False
    log: list[str] = field(default_factory=list)

    async def request(self, original: Callable[..., Awaitable[Any]], route: Any, **kwargs: Any) -> Any:
        if self.dead:
            raise KilledError
        path = route.path
        if path.startswith("/applications"):
            return await original(route, **kwargs)
        number, self.seen = self.seen, self.seen + 1
        self.log.append(f"{route.method} {path}")
        if number != self.at:
            return await original(route, **kwargs)
        if self.after:
            await original(route, **kwargs)
        self.dead = True
        with sqlite3.connect(self.file) as source, sqlite3.connect(self.copy) as target:
            source.backup(target)
        raise KilledError

    @property
    def copy(self) -> Path:
        return self.file.with_name("after-the-crash.sqlite3")


@dataclass
class Story:
    """A round as people live it, each step safe to take after a crash in the one before."""

    w: World
    killer: Killer

    async def step(self, deed: Awaitable[Any]) -> None:
        await deed
        if self.killer.dead:
            self.killer.dead = False
            self.w.settings = self.w.settings.model_copy(
                update={"database_url": f"sqlite+aiosqlite:///{self.killer.copy}"}
            )
            await self.w.app.close(grace=0.1)
            await self.w.restart()
            await self.w.until(self.w.now)

    async def tell(self) -> None:
        w = self.w
        people = await w.people(6)
        late = await w.person("late", "Late firm", on_call=False)
        await self.step(w.until((await w.scheduled()).opens_at))
        await self.step(people[0].sign_up())
        await self.step(w.wait(seconds=10))
        await self.step(_press_out(late, w))
        await self.step(w.until((await w.round()).pairs_at))
        first, second, third = sorted(w.pairing_threads(), key=lambda one: one.name or "")[:3]
        await self.step(_review(w, first, 0))
        await self.step(_live(w, second))
        await self.step(_confirm(w, second))
        await self.step(_cannot(w, third))
        await self.step(w.until((await w.round()).nudges_at))
        await self.step(_review(w, first, 1))
        await self.step(w.until((await w.round()).closes_at))


def _sitting(w: World, thread: Any) -> list[Any]:
    """The people of a thread, in the order they were created."""
    known = sorted(w.in_thread(thread))
    return [w.guild_member(one) for one in known]


async def _press_out(person: Any, w: World) -> None:
    await person.press(w.opening, "round.out")


async def _review(w: World, thread: Any, who: int) -> None:
    person = _sitting(w, thread)[who]
    welcome = thread.history()[0]
    shown = await person.press(welcome, "pairing.review")
    if shown.modal is None:  # of three: whose work?
        shown = await person.press(shown.response, "pairing.review_of")
    await person.fill(shown, **REVIEW)
    await w.until(w.now)


async def _live(w: World, thread: Any) -> None:
    await _sitting(w, thread)[0].press(thread.history()[0], "pairing.live")
    await w.until(w.now)


async def _confirm(w: World, thread: Any) -> None:
    await _sitting(w, thread)[1].press(thread.last_message, "live.yes")


async def _cannot(w: World, thread: Any) -> None:
    person = _sitting(w, thread)[0]
    sure = await person.press(thread.history()[0], "pairing.cannot")
    assert sure.response is not None
    await person.press(sure.response, "pairing.cannot_sure")
    await w.until(w.now)


def shown(w: World) -> dict[str, Any]:
    """Everything anybody can see at the end, without ids that depend on the order of things."""

    def plain(text: str) -> str:
        return re.sub(r"\d{15,}", "…", text)

    def said(place: Any) -> list[str]:
        messages = [plain(text_of(message)) for message in place.history()]
        # Lanes run side by side, so in the channel the threads begin in any order.
        return messages if place.is_thread else sorted(messages)

    return {
        one.name or "": (sorted(w.in_thread(one)) if one.is_thread else [], said(one))
        for one in [w.round_channel, w.managers_channel, *w.threads()]
    }


async def kept(w: World) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says at the end, without when and what does not matter."""
    columns: dict[str, tuple[Any, ...]] = {
        "rounds": (rounds.c.number, rounds.c.state),
        "signups": (signups.c.round_id, signups.c.member_id, signups.c.state, signups.c.place),
        "pairings": (pairings.c.number, pairings.c.kind, pairings.c.state),
        "seats": (pairing_members.c.pairing_id, pairing_members.c.member_id, pairing_members.c.seat),
        "reviews": (reviews.c.reviewer_id, reviews.c.maker_id, reviews.c.mode, reviews.c.state),
        "acts": (acts.c.key,),
        "asks": (asks.c.member_id, asks.c.state),
        "outbox": (outbox.c.key, outbox.c.state),
    }
    async with w.app.tools.db.read() as tx:
        return {
            name: sorted(tuple(row) for row in (await tx.execute(sa.select(*wanted))).all())
            for name, wanted in columns.items()
        }


@asynccontextmanager
async def told(
    url: str, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> AsyncIterator[tuple[World, Killer]]:
    """The story, with a crash at the `at`-th request (-1: none)."""
    file = Path(url.partition(":///")[2])
    killer = Killer(file, at, after)
    original = FakeHTTPClient.request
    async with world(url, check_errors=False) as w:

        async def request(self: Any, route: Any, **kwargs: Any) -> Any:
            async def go(inner: Any, **more: Any) -> Any:
                return await original(self, inner, **more)

            return await killer.request(go, route, **kwargs)

        monkeypatch.setattr(FakeHTTPClient, "request", request)
        await Story(w, killer).tell()
        yield w, killer


@pytest.fixture
def fresh(sqlite_url: str) -> Callable[[], str]:
    """Another copy of the empty database at every call."""
    template = Path(sqlite_url.partition(":///")[2])
    numbers = iter(range(1000))

    def make() -> str:
        folder = template.parent / f"run{next(numbers)}"
        folder.mkdir()
        file = folder / "weft.sqlite3"
        file.write_bytes(template.read_bytes())
        return f"sqlite+aiosqlite:///{file}"

    return make


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    async with told(fresh(), monkeypatch, -1, after=False) as (w, undisturbed):
        expected = shown(w), await kept(w)
        log = undisturbed.log
    assert len(log) >= 20
    for at in range(chunk, len(log), CHUNKS):
        for after in (False, True):
            monkeypatch.undo()
            async with told(fresh(), monkeypatch, at, after=after) as (w, killer):
                assert killer.copy.exists(), "there was no crash"
                ended = shown(w), await kept(w)
            moment = f"{'after' if after else 'before'} request {at}: {log[at]}"
            for what, should, does in zip(("seen", "stored"), expected, ended, strict=True):
                differs = {
                    key: (should.get(key), does.get(key)) for key in should | does if should.get(key) != does.get(key)
                }
                assert not differs, f"{moment}: {what} {differs}"
