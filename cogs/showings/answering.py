"""What helped: the maker thanks for an answer. And somebody on call takes an ask, or passes."""

from __future__ import annotations

import discord

from bot.services import showings
from cogs.showings import cards
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.errors import NotAnAnswer, NotYours, TooOld
from domain.model import AskId, MemberId, ShowingId, UserId


class Answering(WeftCog):
    @press("showing.helped", needs=Needs.MEMBER)
    async def who_helped(self, visit: Visit, showing: int) -> None:
        mine = await showings.mine(visit.tools, visit.insider, ShowingId(showing))
        found = await showings.answerers(visit.tools, visit.insider, mine.id)
        await visit.answer(cards.who_helped(visit.t, mine, found))

    @choose("showing.helped", needs=Needs.MEMBER)
    async def helped(self, visit: Visit, showing: int) -> None:
        try:
            answerer = MemberId(int(visit.chosen[0]))
        except (ValueError, IndexError):
            raise TooOld from None
        done = await showings.helped(visit.tools, visit.insider, ShowingId(showing), answerer)
        await visit.replace(cards.thanked(visit.t, done))

    async def this_helped(self, interaction: Interaction, message: discord.Message) -> None:
        """The command on somebody's answer."""
        visit = await self.visit(interaction, Needs.MEMBER)
        writer, at = UserId(message.author.id), message.created_at
        try:
            done = await showings.helped_by(visit.tools, visit.insider, message.channel.id, writer, message.id, at)
        except NotYours:  # which speaks of a button
            raise NotAnAnswer from None
        await visit.answer(cards.thanked(visit.t, done))

    @press("showing.take", needs=Needs.MEMBER)
    async def take(self, visit: Visit, ask: int) -> None:
        showing = await showings.take(visit.tools, visit.insider, AskId(ask))
        await visit.replace(cards.taken(visit.t, showing))

    @press("showing.pass", needs=Needs.MEMBER)
    async def pass_on(self, visit: Visit, ask: int) -> None:
        await showings.pass_on(visit.tools, visit.insider, AskId(ask))
        await visit.replace(cards.passed(visit.t))
