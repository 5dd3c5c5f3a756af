"""Sessions as people meet them: an agreed swap with its thread, and what they press there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from domain.model import Leg, LegId
from storage import legs
from tests.cogs.desk import shown_in
from tests.cogs.swapping import swapper, threads
from tests.world import Person, World, custom_ids, text_of


@dataclass
class Class:
    """Ada shows Ben weaving, paid in time credits; both have said yes."""

    w: World
    ada: Person
    ben: Person
    thread: ChannelHandle

    @classmethod
    async def begin(cls, w: World, language: str = "en") -> Class:
        ada = await swapper(w, "ada", "weaving", language=language)
        ben = await swapper(w, "ben", "", "weaving", sector="design", language=language)
        await w.until(w.now)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        await ada.press(asked, "swap.accept")
        await ben.press(asked, "swap.accept")
        await w.until(w.now)
        return cls(w, ada, ben, thread)

    @property
    def last(self) -> discord.Message:
        return self.thread.history()[-1]

    @property
    def says(self) -> str:
        return text_of(self.last)

    @property
    def pinged(self) -> list[int]:
        """Whom the newest message notifies."""
        return self.pinged_by(self.last)

    def pinged_by(self, message: discord.Message) -> list[int]:
        return list(self.w.env.backend.get_message(message.channel.id, message.id).ping_user_ids)

    async def press(self, who: Person, action: str, message: Any = None) -> InteractionResult:
        """Press a button under the newest message of the thread (or another), and let come of it what does."""
        result = await who.press(message or self.last, action)
        await self.w.until(self.w.now)
        return result

    async def fill(self, who: Person, shown: InteractionResult, **values: str) -> InteractionResult:
        result = await who.fill(shown, **values)
        await self.w.until(self.w.now)
        return result

    async def enter(self, who: Person, minutes: str, action: str = "session.report") -> InteractionResult:
        return await self.fill(who, await who.press(self.last, action), minutes=minutes)

    async def name_time(self, who: Person, when: str, place: str = "") -> InteractionResult:
        return await self.fill(who, await who.press(self.last, "session.name_time"), when=when, place=place)

    async def set_time(self, when: str = "2026-01-08 14:00", place: str = "the attic") -> None:
        await self.name_time(self.ada, when, place)
        await self.press(self.ben, "session.agree_time")

    async def leg(self) -> Leg:
        async with self.w.app.tools.db.read() as tx:
            found = await legs.get(tx, LegId(1))
        assert found is not None
        return found


def actions(message: Any) -> set[str]:
    return {one.split(":")[1] for one in custom_ids(message)}


def own_actions(result: InteractionResult) -> set[str]:
    return actions(shown_in(result))


def labels_of(message: discord.Message) -> list[str]:
    return [item.label for row in message.components for item in row.children]  # type: ignore[union-attr]


def custom_ids_of(message: discord.Message) -> list[str]:
    return [item.custom_id for row in message.components for item in row.children]  # type: ignore[union-attr]
