"""A showing of one's own: other words, other tags, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.services import showings
from cogs.showings import cards, forms, words
from cogs.ui.giving_back import give_back
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import ByHand, PersonError, TooOld
from domain.model import Showing, ShowingId, ShowingSource, ShowingState, ShowingText

if TYPE_CHECKING:
    from bot.client import WeftBot

GONE = (ShowingState.WITHDRAWN, ShowingState.GONE)


class OwnShowing(WeftCog):
    def __init__(self, bot: WeftBot) -> None:
        super().__init__(bot)
        self._client = bot

    async def _own(self, visit: Visit, showing: int) -> Showing:
        found = await showings.mine(visit.tools, visit.insider, ShowingId(showing))
        if found.state in GONE:
            raise TooOld
        if found.source is ShowingSource.HAND:
            raise ByHand
        return found

    async def _words(self, visit: Visit, found: Showing) -> ShowingText:
        """What it says: until it is posted we know that ourselves, then it stands in the post."""
        if found.text is not None:
            return found.text
        if found.thread is None or found.message is None:
            raise TooOld
        place = self._client.get_partial_messageable(found.thread, guild_id=visit.guild_id)
        try:
            return words.read(await place.fetch_message(found.message))
        except discord.NotFound:
            raise TooOld from None

    @press("showing.own", needs=Needs.MEMBER)
    async def own(self, visit: Visit, showing: int) -> None:
        await visit.answer(cards.own(visit.t, await self._own(visit, showing)))

    @press("showing.words", needs=Needs.MEMBER)
    async def other_words(self, visit: Visit, showing: int) -> None:
        found = await self._own(visit, showing)
        await visit.ask(forms.change(visit.t, found, await self._words(visit, found)))

    @submit("showing.words", needs=Needs.MEMBER)
    async def reworded(self, visit: Visit, showing: int) -> None:
        await visit.defer()
        text = forms.read_words(visit)
        try:
            found = await self._own(visit, showing)
            from_message = found.source is ShowingSource.MESSAGE
            text = forms.read_words(visit, (await self._words(visit, found)).link if from_message else "")
            stage, ask = found.stage or forms.STAGE, found.ask or forms.ASK
            await showings.edit(visit.tools, visit.insider, found.id, stage, ask, text)
        except PersonError as error:
            await give_back(visit, error, forms.answers(visit.t, text))
            return
        await visit.answer(cards.changed(visit.t))

    @press("showing.tags", needs=Needs.MEMBER)
    async def other_tags(self, visit: Visit, showing: int) -> None:
        await visit.ask(forms.tags(visit.t, await self._own(visit, showing)))

    @submit("showing.tags", needs=Needs.MEMBER)
    async def retagged(self, visit: Visit, showing: int) -> None:
        await visit.defer()
        found = await self._own(visit, showing)
        stage, ask, text = forms.read_stage(visit), forms.read_ask(visit), await self._words(visit, found)
        await showings.edit(visit.tools, visit.insider, found.id, stage, ask, text)
        await visit.answer(cards.changed(visit.t))

    @press("showing.withdraw", needs=Needs.MEMBER)
    async def withdraw(self, visit: Visit, showing: int) -> None:
        await visit.answer(cards.surely(visit.t, await self._own(visit, showing)))

    @press("showing.withdraw_sure", needs=Needs.MEMBER)
    async def withdraw_surely(self, visit: Visit, showing: int) -> None:
        await showings.withdraw(visit.tools, visit.insider, ShowingId(showing))
        await visit.replace(cards.withdrawn(visit.t))
