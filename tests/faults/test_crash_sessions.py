"""Killed before or after any request of a session and started again: it ends as if nothing had been."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bot.services import communities
from storage.tables import acts, legs, outbox, swaps, transfers
from tests.cogs.lessons import Class
from tests.cogs.played import may
from tests.faults.checkpoints import Columns, Deed, nothing_is_lost
from tests.world import World, text_of, world

CHUNKS = 2  # so that the crashes spread over the machine's cores; each chunk lives through the story once

HELD = datetime(2026, 1, 1, 17, tzinfo=UTC)  # four hours after the session has begun


@dataclass
class Story:
    """A session as two people live it, from the time one of them names to hours that both confirm."""

    w: World
    ada: int
    ben: int
    thread: int

    columns: ClassVar[Columns] = {
        "legs": (legs.c.id, legs.c.state, legs.c.settled, legs.c.decided, legs.c.words, legs.c.time_version),
        "swaps": (swaps.c.id, swaps.c.state),
        "transfers": (transfers.c.key, transfers.c.minutes),
        "acts": (acts.c.key,),
        "outbox": (outbox.c.key, outbox.c.state),
    }

    @property
    def c(self) -> Class:
        return Class(self.w, self.w.guild_member(self.ada), self.w.guild_member(self.ben), self.w.channel(self.thread))

    def steps(self) -> Sequence[datetime | Deed]:
        return (
            lambda: self.c.name_time(self.c.ada, "1 January 14:00", "the attic"),
            lambda: self.c.press(self.c.ben, "session.agree_time"),
            HELD,
            lambda: self.c.enter(self.c.ada, "8:00"),
            lambda: self.c.enter(self.c.ben, "7:45", "session.object"),
            lambda: self.c.press(self.c.ben, "session.escalate"),
            lambda: self.w.manager.press(self.w.managers_channel.history()[-1], "session.decide"),
            lambda: self.c.enter(self.c.ada, "7:45", "session.correct"),
            lambda: self.c.press(self.c.ben, "session.confirm"),
        )

    async def shown(self) -> dict[str, Any]:
        w = self.w

        def said(place: Any) -> list[str]:
            return [f"{text_of(one)} {[file.filename for file in one.attachments]}" for one in place.history()]

        events = w.env.backend.get_guild(w.guild.id).scheduled_events.values()
        return {
            "thread": said(self.c.thread),
            "managers": sorted(said(w.managers_channel)),
            "own": sorted((one.name or "", said(one)) for one in w.threads()),
            "events": [(one.name, one.scheduled_start_time) for one in events],
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path, chunk: int) -> None:
    async with world(sqlite_url, check_errors=False) as w:
        await may(w, manage_events=True, create_events=True)
        await communities.change_session_events(w.app.tools, w.id, True)
        c = await Class.begin(w)
        await w.wait(minutes=2)  # until the skills' board has settled
        story = Story(w, c.ada.id, c.ben.id, c.thread.id)
        await nothing_is_lost(story, tmp_path, slice(chunk, None, CHUNKS), requests=17)
