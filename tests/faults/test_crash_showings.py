"""Killed before or after any request of a showing's life and started again: it ends as if nothing had been."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from simcord.http import FakeHTTPClient

from domain.calendar import MemberCadence
from storage.tables import acts, answers, asks, outbox, showings
from tests.cogs.showing import by_hand, posts, show, tags
from tests.faults.test_crash import Killer, fresh
from tests.world import Person, World, custom_ids, text_of, world

CHUNKS = 3  # so that the runs spread over the machine's cores
OTHER_WORDS = {"work": "A lampshade", "question": "Which way up?"}

__all__ = ["fresh"]  # a fixture


@dataclass
class Story:
    """Showings as people live them, each step safe to take after a crash in the one before."""

    w: World
    killer: Killer
    as_before: range = range(0)  # requests that are the same as earlier ones

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

    async def time_passes(self, moment: datetime) -> None:
        """As `World.until`, as long as there is somebody alive."""
        w = self.w

        async def pass_() -> None:
            while (due := await w.app.next_due()) is not None and due <= moment and not self.killer.dead:
                w._to(due)
                await w._tick()

        await self.step(pass_())
        await w.until(moment)

    async def tell(self, ada: Person, cas: Person) -> None:
        w, start = self.w, self.w.now
        await self.step(show(ada))
        (post,) = posts(w)
        await self.step(by_hand(cas))
        await self.time_passes(start.replace(hour=20, minute=5))
        await self.step(self._takes(cas))
        await cas.actor.send(post, "Begin at the long edge")
        await ada.actor.context_menu(post, "This helped", post.history()[-1])
        while OTHER_WORDS["work"] != posts(w)[0].name:
            await self.step(self._reworded(ada))
        posted_before = self.killer.seen
        await self.step(show(ada, work="A second lamp"))
        self.as_before = range(posted_before, self.killer.seen)
        await self.time_passes(start.replace(day=2, hour=10))
        for number in (2, 0):
            await self.step(self._taken_back(ada, posts(w)[number]))

    async def _takes(self, cas: Person) -> None:
        (own,) = cas.threads()
        await cas.press(own.last_message, "showing.take")
        await self.w.until(self.w.now)

    async def _reworded(self, ada: Person) -> None:
        own = await ada.press(posts(self.w)[0].history()[0], "showing.own")
        form = await ada.press(own.response, "showing.words")
        if form.modal is not None:  # else it died reading them, and ada presses again
            await ada.fill(form, **OTHER_WORDS)
            await self.w.until(self.w.now)

    async def _taken_back(self, ada: Person, post: Any) -> None:
        own = await ada.press(post.history()[0], "showing.own")
        sure = await ada.press(own.response, "showing.withdraw")
        await ada.press(sure.response, "showing.withdraw_sure")
        await self.w.until(self.w.now)


def shown(w: World) -> dict[str, Any]:
    """Everything anybody can see at the end, without ids that depend on the order of things."""

    def said(place: Any) -> list[str]:
        return [re.sub(r"\d{15,}", "…", f"{text_of(one)} {len(custom_ids(one))}") for one in place.history()]

    found: dict[str, Any] = {
        f"post {number}": (post.name, sorted(tags(w, post)), sorted(w.in_thread(post)), said(post))
        for number, post in enumerate(posts(w))
    }
    places = [w.round_channel, w.managers_channel, *w.threads()]
    return found | {one.name or "": said(one) for one in places}


async def kept(w: World) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says at the end, without when and what does not matter."""
    columns: dict[str, tuple[Any, ...]] = {
        "showings": (showings.c.id, showings.c.state, showings.c.text.is_(None), showings.c.answered_at.is_(None)),
        "answers": (answers.c.showing_id, answers.c.member_id, answers.c.helped_at.is_(None)),
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
) -> AsyncIterator[tuple[World, Story]]:
    """The story, with a crash at the `at`-th request (-1: none)."""
    killer = Killer(Path(url.partition(":///")[2]), at, after)
    original = FakeHTTPClient.request
    async with world(url, check_errors=False) as w:
        ada = await w.person("ada", "Studio Noord", "crafts", MemberCadence.ASK)
        cas = await w.person("cas", "Casting", "publishing", MemberCadence.ASK, on_call=True)

        async def request(self: Any, route: Any, **kwargs: Any) -> Any:
            async def go(inner: Any, **more: Any) -> Any:
                return await original(self, inner, **more)

            return await killer.request(go, route, **kwargs)

        monkeypatch.setattr(FakeHTTPClient, "request", request)
        story = Story(w, killer)
        await story.tell(ada, cas)
        yield w, story


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    """How it goes and ends without a crash: lived through once, however many tests compare with it."""
    return {}


def moments(log: list[str], as_before: range) -> list[tuple[int, bool]]:
    """Where to crash: (which request, after it?). What would prove nothing new is left out.

    Before a request that makes something, its repetition finds nothing; after it, what it made. One that changes or
    deletes is repeated either way: after it is the harder case. One that only reads leaves nothing to be told by.
    """
    sides = {"GET": (False,), "POST": (False, True)}
    return [
        (at, after)
        for at, request in enumerate(log)
        for after in sides.get(request.split()[0], (True,))
        if at not in as_before
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch, undisturbed: dict[str, Any], chunk: int
) -> None:
    if not undisturbed:
        async with told(fresh(), monkeypatch, -1, after=False) as (w, story):
            undisturbed |= {"seen": shown(w), "stored": await kept(w), "story": story}
    log = undisturbed["story"].killer.log
    assert len(log) >= 20
    for at, after in moments(log, undisturbed["story"].as_before)[chunk::CHUNKS]:
        monkeypatch.undo()
        async with told(fresh(), monkeypatch, at, after=after) as (w, story):
            assert story.killer.copy.exists(), "there was no crash"
            ended = {"seen": shown(w), "stored": await kept(w)}
        moment = f"{'after' if after else 'before'} request {at}: {log[at]}"
        for what, does in ended.items():
            should = undisturbed[what]
            differs = {
                key: (should.get(key), does.get(key)) for key in should | does if should.get(key) != does.get(key)
            }
            assert not differs, f"{moment}: {what} {differs}"
