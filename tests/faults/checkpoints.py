"""Every instant at which a program can be killed, taken down in one undisturbed run: what Discord and database held.

To be killed there is to go on from copies of both. So nothing that comes before has to be lived through again for each
crash, and nothing that a dying process might still do by itself can help: it is not in the copies.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from simcord.builders import GuildHandle
from simcord.http import FakeHTTPClient

from tests.world import World

# Of the simulated Discord all is kept but who listens to it now, and the logs of what went by.
PASSING = {"subscribers", "http_requests", "transcript"}


@dataclass(frozen=True)
class Checkpoint:
    """`step`: the step of the story that was under way; `moment`: which request is about to be made, or was made."""

    step: int
    moment: str
    database: Path
    discord: dict[str, Any]


@dataclass
class Recorder:
    """Takes a checkpoint before and after every request to Discord that is not the answer to somebody's press."""

    w: World
    folder: Path
    step: int = 0
    requests: int = 0
    taken: list[Checkpoint] = field(default_factory=list)

    @contextmanager
    def recording(self) -> Iterator[None]:
        original = FakeHTTPClient.request

        async def request(client: Any, route: Any, **kwargs: Any) -> Any:
            if route.path.startswith("/applications"):
                return await original(client, route, **kwargs)
            number, self.requests = self.requests, self.requests + 1
            self._take(f"before request {number}: {route.method} {route.path}")
            result = await original(client, route, **kwargs)
            self._take(f"after request {number}: {route.method} {route.path}")
            return result

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(FakeHTTPClient, "request", request)
            yield

    def _take(self, moment: str) -> None:
        file = self.folder / f"{len(self.taken)}.sqlite3"
        with sqlite3.connect(self.w.settings.sqlite_path or "") as source, sqlite3.connect(file) as copy:
            source.backup(copy)
        discord = {name: value for name, value in vars(self.w.env.backend).items() if name not in PASSING}
        self.taken.append(Checkpoint(self.step, moment, file, deepcopy(discord)))


async def go_on_from(w: World, checkpoint: Checkpoint) -> None:
    """Start the program anew where it was killed. Handles of people and places have to be taken anew, too."""
    await w.app.close(grace=0.1)
    for name, value in deepcopy(checkpoint.discord).items():
        setattr(w.env.backend, name, value)
    file = shutil.copy(checkpoint.database, checkpoint.database.with_suffix(".again"))
    w.settings = w.settings.model_copy(update={"database_url": f"sqlite+aiosqlite:///{file}"})
    await w.restart()
    w.guild = GuildHandle(w.env, w.env.backend.get_guild(w.guild.id))
    w.manager = w.guild_member(w.manager.id)
    await w.find_channels()
    await w.until(w.now)
