"""Killed before or after any request of a proposal's life and started again: it ends as if nothing had been."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from domain.model import SwapState
from storage.tables import acts, legs, listings, outbox, swap_members, swaps
from tests.cogs.swapping import swap, swapper, threads
from tests.faults.checkpoints import Columns, Deed, nothing_is_lost
from tests.world import World, custom_ids, text_of, world

CHUNKS = 2  # so that the crashes spread over the machine's cores; each chunk lives through the story once


@dataclass
class Story:
    """A ring is proposed and declined, who said yes is proposed a swap of two, and that is agreed."""

    w: World
    begins: datetime
    ada: int
    cem: int
    dora: int

    columns: ClassVar[Columns] = {
        "swaps": (swaps.c.number, swaps.c.state, swaps.c.instead_of_id),
        "answers": (swap_members.c.swap_id, swap_members.c.member_id, swap_members.c.answer),
        "legs": (legs.c.swap_id, legs.c.teacher_id, legs.c.learner_id, legs.c.state),
        "listings": (listings.c.id, listings.c.state, listings.c.sought),
        "acts": (acts.c.key,),
        "outbox": (outbox.c.key, outbox.c.state),
    }

    def steps(self) -> Sequence[datetime | Deed]:
        return (
            self.begins,
            lambda: self.accept(self.ada, 0),
            self.begins + timedelta(seconds=10),
            self.decline,
            self.decline_again,
            lambda: self.accept(self.ada, 1),
            lambda: self.accept(self.dora, 1),
        )

    async def press(self, who: int, thread: int, action: str) -> Any:
        return await self.w.guild_member(who).press((await threads(self.w))[thread].history()[0], action)

    async def accept(self, who: int, thread: int) -> None:
        await self.press(who, thread, "swap.accept")
        await self.w.until(self.w.now)

    async def decline(self) -> None:
        sure = await self.press(self.cem, 0, "swap.decline")
        await self.w.guild_member(self.cem).press(sure.response, "swap.decline_sure")
        await self.w.until(self.w.now)

    async def decline_again(self) -> None:
        """It was killed before the question reached them: pressed again."""
        if (await swap(self.w, 1)).state is SwapState.PROPOSED:
            await self.decline()

    async def shown(self) -> dict[str, Any]:
        w = self.w
        return {
            one.name or "": (
                sorted(w.in_thread(one)),
                [(re.sub(r"\d{10,}", "…", text_of(message)), custom_ids(message)) for message in one.history()],
            )
            for one in await threads(w)
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path, chunk: int) -> None:
    async with world(sqlite_url, check_errors=False) as w:
        # What was offered is looked for when time goes on: until then there is nothing to interrupt.
        ada, _ben, cem = [await swapper(w, f"p{at}", f"skill{at}", f"skill{(at - 1) % 3}") for at in range(3)]
        dora = await swapper(w, "dora", "skill2", "skill0")
        story = Story(w, w.now, ada.id, cem.id, dora.id)
        await nothing_is_lost(story, tmp_path, slice(chunk, None, CHUNKS), requests=12)
