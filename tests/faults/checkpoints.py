"""Every instant at which a program can be killed, taken down in one undisturbed run: what Discord and database held.

To be killed there is to go on from copies of both. So nothing that comes before has to be lived through again for each
crash, and nothing that a dying process might still do by itself (hand back, clean up) can help: the copies know
nothing of it.
"""

from __future__ import annotations

import copy
import sqlite3
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeAlias

import pytest
import sqlalchemy as sa
from simcord.builders import GuildHandle
from simcord.http import FakeHTTPClient

from tests.world import World

# Of the simulated Discord all is kept but who listens to it now, and the logs of what went by.
PASSING = {"subscribers", "http_requests", "transcript"}

Deed: TypeAlias = Callable[[], Awaitable[Any]]
Columns: TypeAlias = Mapping[str, Sequence[sa.ColumnElement[Any]]]


class Story(Protocol):
    """What people live through, in steps. Nothing of it may be kept from one step to the next but ids of people.

    `columns`: what is compared of each table in the end: all that matters, and not when it was.
    """

    w: World
    columns: ClassVar[Columns]

    def steps(self) -> Sequence[datetime | Deed]:
        """What is waited for and what is done, each deed one that can follow on a crash in the one before."""

    async def shown(self) -> dict[str, Any]:
        """Everything that anybody can see at the end, without ids that depend on the order of things."""


@dataclass(frozen=True)
class Checkpoint:
    """`step`: the step of the story that was under way; `moment`: which request is about to be made, or was made."""

    step: int
    moment: str
    database: bytes
    discord: dict[str, Any]
    seeds: Any

    def same_as(self, other: Checkpoint) -> bool:
        """Whether being killed at either moment is the same: nothing has happened in between."""
        return (
            self.step == other.step
            and self.database == other.database
            and all(_compared(value) == _compared(other.discord[name]) for name, value in self.discord.items())
        )


def _compared(value: Any) -> Any:
    """The clock and the store of files know no equality of their own."""
    return getattr(value, "__dict__", value)


@dataclass
class Recorder:
    """Takes a checkpoint before and after every request to Discord that is not the answer to somebody's press.

    None that is the same as the one before, as after a request that only reads.
    """

    w: World
    step: int = 0
    requests: list[str] = field(default_factory=list)
    taken: list[Checkpoint] = field(default_factory=list)

    @contextmanager
    def recording(self) -> Iterator[None]:
        original = FakeHTTPClient.request

        async def request(client: Any, route: Any, **kwargs: Any) -> Any:
            if route.path.startswith("/applications"):
                return await original(client, route, **kwargs)
            what = f"request {len(self.requests)}: {route.method} {route.path}"
            self.requests.append(what)
            self._take(f"before {what}")
            result = await original(client, route, **kwargs)
            self._take(f"after {what}")
            return result

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(FakeHTTPClient, "request", request)
            yield

    def _take(self, moment: str) -> None:
        with closing(sqlite3.connect(self.w.settings.sqlite_path or "")) as file:
            database = file.serialize()
        there = {name: value for name, value in vars(self.w.env.backend).items() if name not in PASSING}
        taken = Checkpoint(self.step, moment, database, copy.deepcopy(there), copy.copy(self.w.seeds))
        if not self.taken or not taken.same_as(self.taken[-1]):
            self.taken.append(taken)


async def nothing_is_lost(story: Story, folder: Path, share: slice, *, requests: int) -> None:
    """Tell the story, then what follows on each instant at which the program may have been killed: it ends the same.

    `share`: which of these instants. `requests`: how many there are at least, lest a story that stopped to tell of
    anything went unnoticed.
    """
    recorder = Recorder(story.w)
    with recorder.recording():
        await _tell(story, recorder)
    expected = await _ended(story)
    assert len(recorder.requests) >= requests
    for number, checkpoint in enumerate(recorder.taken[share]):
        again = folder / f"{number}"
        again.mkdir()
        await _go_on_from(story.w, checkpoint, again)
        await _tell(story, after=checkpoint.step)
        ended = await _ended(story)
        differs = {
            what: (expected.get(what), ended.get(what))
            for what in expected | ended
            if expected.get(what) != ended.get(what)
        }
        assert not differs, f"killed {checkpoint.moment}: {differs}"


async def _tell(story: Story, recorder: Recorder | None = None, *, after: int = -1) -> None:
    """All of the story, or what comes after a step; what was waited for in that step still is."""
    for number, step in enumerate(story.steps()):
        if recorder is not None:
            recorder.step = number
        if isinstance(step, datetime):
            if number >= after:
                await story.w.until(step)
        elif number > after:
            await step()


async def _ended(story: Story) -> dict[str, Any]:
    found = await story.shown()
    async with story.w.app.tools.db.read() as tx:
        for name, columns in story.columns.items():
            found[f"stored {name}"] = sorted(tuple(row) for row in (await tx.execute(sa.select(*columns))).all())
    return found


async def _go_on_from(w: World, checkpoint: Checkpoint, folder: Path) -> None:
    """Start the program anew where it was killed. Handles of people and places have to be taken anew, too."""
    await w.app.close(grace=0.1)
    for name, value in copy.deepcopy(checkpoint.discord).items():
        setattr(w.env.backend, name, value)
    file = folder / "weft.sqlite3"
    file.write_bytes(checkpoint.database)
    w.settings = w.settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{file}"})
    w.seeds = copy.copy(checkpoint.seeds)
    await w.restart()
    w.guild = GuildHandle(w.env, w.env.backend.get_guild(w.guild.id))
    w.manager = w.guild_member(w.manager.id)
    await w.find_channels()
    await w.until(w.now)
