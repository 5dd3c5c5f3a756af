"""Killed before or after any request of a proposal's life and started again: it ends as if nothing had been."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from simcord.http import FakeHTTPClient

from domain.model import SwapState
from storage.tables import acts, legs, listings, outbox, swap_members, swaps
from tests.cogs.swapping import swap, swapper, threads
from tests.faults.test_crash import Killer, fresh
from tests.world import Person, World, custom_ids, text_of, world

CHUNKS = 6  # so that the runs spread over the machine's cores

__all__ = ["fresh"]  # a fixture


@dataclass
class Story:
    """A ring is proposed and declined, who said yes is proposed a swap of two, and that is agreed.

    Each step is safe to take after a crash in the one before.
    """

    w: World
    killer: Killer
    ada: Person
    cem: Person
    dora: Person

    async def step(self, deed: Awaitable[Any]) -> None:
        w = self.w
        await deed
        await w.until(w.now)
        if self.killer.dead:
            self.killer.dead = False
            w.settings = w.settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{self.killer.copy}"})
            await w.app.close(grace=0.1)
            await w.restart()
            await w.until(w.now)

    async def tell(self) -> None:
        w = self.w
        await self.step(w.until(w.now))
        await self.step(self.press(self.ada, 0, "swap.accept"))
        await self.step(w.wait(seconds=10))
        await self.step(self.decline())
        if (await swap(w, 1)).state is SwapState.PROPOSED:  # it ended before the question reached them: pressed again
            await self.step(self.decline())
        await self.step(self.press(self.ada, 1, "swap.accept"))
        await self.step(self.press(self.dora, 1, "swap.accept"))

    async def press(self, who: Person, thread: int, action: str) -> Any:
        return await who.press((await threads(self.w))[thread].history()[0], action)

    async def decline(self) -> None:
        sure = await self.press(self.cem, 0, "swap.decline")
        if sure.response is not None:
            await self.cem.press(sure.response, "swap.decline_sure")


async def shown(w: World) -> dict[str, Any]:
    """Everything anybody can see in the threads at the end, without ids and moments."""

    def plain(text: str) -> str:
        return re.sub(r"\d{10,}", "…", text)

    return {
        one.name or "": (
            sorted(w.in_thread(one)),
            [(plain(text_of(message)), custom_ids(message)) for message in one.history()],
        )
        for one in await threads(w)
    }


async def kept(w: World) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says at the end, without when and what does not matter."""
    columns: dict[str, tuple[Any, ...]] = {
        "swaps": (swaps.c.number, swaps.c.state, swaps.c.instead_of_id),
        "answers": (swap_members.c.swap_id, swap_members.c.member_id, swap_members.c.answer),
        "legs": (legs.c.swap_id, legs.c.teacher_id, legs.c.learner_id, legs.c.state),
        "listings": (listings.c.id, listings.c.state, listings.c.sought),
        "acts": (acts.c.key,),
        "outbox": (outbox.c.key, outbox.c.state),
    }
    async with w.app.tools.db.read() as tx:
        return {
            name: sorted(tuple(row) for row in (await tx.execute(sa.select(*wanted))).all())
            for name, wanted in columns.items()
        }


@asynccontextmanager
async def told(url: str, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool) -> AsyncIterator[Story]:
    """The story, with a crash at the `at`-th request after everybody has said what they offer and want (-1: none)."""
    killer = Killer(Path(url.partition(":///")[2]), at, after)
    original = FakeHTTPClient.request
    async with world(url, check_errors=False) as w:
        # What was offered is looked for when time goes on: until then there is nothing to interrupt.
        ada, _ben, cem = [await swapper(w, f"p{at}", f"skill{at}", f"skill{(at - 1) % 3}") for at in range(3)]
        dora = await swapper(w, "dora", "skill2", "skill0")
        story = Story(w, killer, ada, cem, dora)

        async def request(self: Any, route: Any, **kwargs: Any) -> Any:
            async def go(inner: Any, **more: Any) -> Any:
                return await original(self, inner, **more)

            return await killer.request(go, route, **kwargs)

        monkeypatch.setattr(FakeHTTPClient, "request", request)
        await story.tell()
        yield story


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(
    fresh: Callable[[], str], monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    async with told(fresh(), monkeypatch, -1, after=False) as story:
        expected = await shown(story.w), await kept(story.w)
        log = story.killer.log
    assert len(log) >= 12
    for at in range(chunk, len(log), CHUNKS):
        for after in (False, True):
            monkeypatch.undo()
            async with told(fresh(), monkeypatch, at, after=after) as story:
                assert story.killer.copy.exists(), "there was no crash"
                ended = await shown(story.w), await kept(story.w)
            moment = f"{'after' if after else 'before'} request {at}: {log[at]}"
            for what, should, does in zip(("seen", "stored"), expected, ended, strict=True):
                differs = {
                    key: (should.get(key), does.get(key)) for key in should | does if should.get(key) != does.get(key)
                }
                assert not differs, f"{moment}: {what} {differs}"
