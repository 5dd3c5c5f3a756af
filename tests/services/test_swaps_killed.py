"""Killed before any statement that writes, and taken up again: the database is what it would have been, to the row."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services import members
from domain.model import Member, SwapState, UserId
from storage import members as stored_members
from storage.engine import Database, open_database
from tests.services.barter import HOURS_72, Barter, who
from tests.services.cluster import Cluster

Step = Callable[[Barter], Awaitable[object]]


class KilledError(BaseException):
    """As abrupt as a process can end."""


@dataclass
class Killer:
    """Raises before the `at`-th statement that writes; what is read between them is no other moment."""

    at: int
    seen: int = 0

    def watch(self, db: Database) -> None:
        sa.event.listen(db._writer.sync_engine, "before_cursor_execute", self._before)

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.seen += not statement.startswith("SELECT")
        if self.seen == self.at and not statement.startswith("SELECT"):
            raise KilledError


async def person(barter: Barter, at: int) -> Member:
    async with barter.db.read() as tx:
        found = await stored_members.get(tx, barter.cluster.id, UserId(1000 + at))
    assert found is not None
    return found


def accept(at: int) -> Step:
    async def step(barter: Barter) -> None:
        one = await person(barter, at)
        (mine,) = [swap for swap in (await barter.swaps())[-1:] if one.id in who(swap)]
        await barter.accept(one, mine)

    return step


async def decline(barter: Barter) -> None:
    one = await person(barter, 2)
    for swap in await barter.swaps(SwapState.PROPOSED):  # pressed again it is over, and that is said
        await barter.decline(one, swap)


async def leave(barter: Barter) -> None:
    await members.leave(barter.cluster.tools, await person(barter, 3))


async def time_passes(barter: Barter) -> None:
    barter.cluster.clock.at = max(one.expires_at for one in await barter.swaps())
    await barter.look()


async def look(barter: Barter) -> None:
    await barter.look()


# A ring is proposed; one says yes and one no; who said yes is proposed another.
REPAIRED: tuple[Step, ...] = (look, accept(0), decline, look)
STORIES: dict[str, tuple[Step, ...]] = {
    "all say yes": (*REPAIRED, accept(0), accept(3)),
    "somebody leaves": (accept(0), leave, look),
    "nobody says a word": (time_passes, look),
}


async def start(file: Path) -> None:
    db = await open_database(f"sqlite:///{file}")
    barter = await Barter.start(db)
    barter.cluster.users = iter(range(1000, 1100))
    for at in range(3):
        await barter.person(f"skill{at}", f"skill{(at - 1) % 3}", firm=f"Firm {at}")
    await barter.person("skill2", "skill0", firm="Firm 3")
    await db.close()


async def opened(file: Path, before: tuple[Step, ...]) -> Barter:
    """As it is taken up again after these steps."""
    barter = Barter(Cluster.again(await open_database(f"sqlite:///{file}")))
    if time_passes in before:
        barter.cluster.clock.at += HOURS_72
    return barter


def rows(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything there is, without what only counts how often was tried."""
    with sqlite3.connect(file) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("story", STORIES)
async def test_killed_anywhere_it_ends_the_same(sqlite_url: str, tmp_path: Path, story: str) -> None:
    steps = STORIES[story]
    before = Path(sqlite_url.partition(":///")[2])
    await start(before)
    if steps[0] is not look:
        undisturbed = await opened(before, ())
        for step in REPAIRED:
            await step(undisturbed)
        await undisturbed.db.close()
    kills = 0
    for number, step in enumerate(steps):
        after = tmp_path / f"after-{number}.sqlite3"
        shutil.copy(before, after)
        undisturbed = await opened(after, steps[:number])
        await step(undisturbed)
        await undisturbed.db.close()
        expected = rows(after)
        for at in range(1, 200):
            file = tmp_path / f"{number}-{at}.sqlite3"
            shutil.copy(before, file)
            barter = await opened(file, steps[:number])
            killer = Killer(at)
            killer.watch(barter.db)
            try:
                await step(barter)
            except KilledError:
                await step(barter)
            await barter.db.close()
            assert rows(file) == expected, f"step {number}, statement {at}"
            file.unlink()
            if killer.seen < at:
                break
            kills += 1
        before = after
    assert kills > 5
