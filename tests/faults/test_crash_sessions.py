"""Killed before or after any request of a session and started again: it ends as if nothing had been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services import communities
from storage.tables import acts, legs, outbox, swaps, transfers
from tests.cogs.lessons import Class
from tests.cogs.played import may
from tests.faults.checkpoints import Recorder, go_on_from
from tests.world import World, text_of, world

CHUNKS = 2  # so that the crashes spread over the machine's cores; each chunk lives through the story once

HELD = datetime(2026, 1, 1, 17, tzinfo=UTC)  # four hours after the session has begun


@dataclass
class Story:
    """A session as two people live it, each step safe to take after a crash in the one before."""

    c: Class

    async def tell(self, recorder: Recorder | None = None, *, after: int = -1) -> None:
        """All of it, or what comes after a step."""
        steps = (self.name, self.agree, self.hold, self.report, self.dispute, self.escalate, self.decide)
        for number, step in enumerate((*steps, self.correct, self.confirm)):
            if number > after:
                if recorder is not None:
                    recorder.step = number
                await step()

    async def name(self) -> None:
        await self.c.name_time(self.c.ada, "1 January 14:00", "the attic")

    async def agree(self) -> None:
        await self.c.press(self.c.ben, "session.agree_time")

    async def hold(self) -> None:
        await self.c.w.until(HELD)

    async def report(self) -> None:
        await self.c.w.until(HELD)  # after a crash while it was held
        await self.c.enter(self.c.ada, "8:00")

    async def dispute(self) -> None:
        await self.c.enter(self.c.ben, "7:45", "session.object")

    async def escalate(self) -> None:
        await self.c.press(self.c.ben, "session.escalate")

    async def decide(self) -> None:
        await self.c.w.manager.press(self.c.w.managers_channel.history()[-1], "session.decide")
        await self.c.w.until(self.c.w.now)

    async def correct(self) -> None:
        await self.c.enter(self.c.ada, "7:45", "session.correct")

    async def confirm(self) -> None:
        await self.c.press(self.c.ben, "session.confirm")


def shown(c: Class) -> dict[str, Any]:
    """Everything anybody can see at the end."""
    w = c.w

    def said(place: Any) -> list[str]:
        return [f"{text_of(one)} {[file.filename for file in one.attachments]}" for one in place.history()]

    events = w.env.backend.get_guild(w.guild.id).scheduled_events.values()
    own = sorted((one.name or "", said(one)) for one in w.threads())
    return {
        "thread": said(c.thread),
        "managers": sorted(said(w.managers_channel)),
        "own": own,
        "events": [(one.name, one.scheduled_start_time) for one in events],
    }


async def kept(w: World) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says at the end, without when and what does not matter."""
    columns: dict[str, tuple[Any, ...]] = {
        "legs": (legs.c.id, legs.c.state, legs.c.settled, legs.c.decided, legs.c.words, legs.c.time_version),
        "swaps": (swaps.c.id, swaps.c.state),
        "transfers": (transfers.c.key, transfers.c.minutes),
        "acts": (acts.c.key,),
        "outbox": (outbox.c.key, outbox.c.state),
    }
    async with w.app.tools.db.read() as tx:
        return {
            name: sorted(tuple(row) for row in (await tx.execute(sa.select(*wanted))).all())
            for name, wanted in columns.items()
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path, chunk: int) -> None:
    async with world(sqlite_url, check_errors=False) as w:
        await may(w, manage_events=True, create_events=True)
        await communities.change_session_events(w.app.tools, w.id, True)
        c = await Class.begin(w)
        await w.wait(minutes=2)  # until the skills' board has settled
        recorder = Recorder(w, tmp_path)
        with recorder.recording():
            await Story(c).tell(recorder)
        expected = {**shown(c), **await kept(w)}
        assert len(recorder.taken) >= 2 * 17
        for checkpoint in recorder.taken[chunk::CHUNKS]:
            await go_on_from(w, checkpoint)
            again = Class(w, w.guild_member(c.ada.id), w.guild_member(c.ben.id), w.channel(c.thread.id))
            await Story(again).tell(after=checkpoint.step)
            ended = {**shown(again), **await kept(w)}
            differs = {key: (expected[key], ended[key]) for key in expected if expected[key] != ended[key]}
            assert not differs, f"{checkpoint.moment}: {differs}"
