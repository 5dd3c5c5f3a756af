"""What helped: the maker thanks for an answer. And somebody on call takes an ask, or passes."""

from __future__ import annotations

import discord

from bot.services import showings
from cogs.showings import cards
from cogs.ui.items import Interaction
from cogs.ui.presenter import present
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.errors import PersonError, TooOld
from domain.model import AskId, MemberId, ShowingAnswer, ShowingId, UserId


class Answering(WeftCog):
    @press("showing.helped", needs=Needs.MEMBER)
    async def who_helped(self, visit: Visit, showing: int) -> None:
        mine = await showings.mine(visit.tools, visit.insider, ShowingId(showing))
        found = await showings.answerers(visit.tools, visit.insider, mine.id)
        names = [await _called(visit, one) for one in found]
        await visit.answer(cards.who_helped(visit.t, mine, found, names))

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
        try:
            visit = await self.visit(interaction, Needs.MEMBER)
            writer, said_at = UserId(message.author.id), message.created_at
            done = await showings.helped_by(visit.tools, visit.insider, message.channel.id, writer, message.id, said_at)
            await visit.answer(cards.thanked(visit.t, done))
        except PersonError as error:
            await present(interaction, error)

    @press("showing.take", needs=Needs.MEMBER)
    async def take(self, visit: Visit, ask: int) -> None:
        showing = await showings.take(visit.tools, visit.insider, AskId(ask))
        await visit.answer(cards.taken(visit.t, showing))

    @press("showing.pass", needs=Needs.MEMBER)
    async def pass_on(self, visit: Visit, ask: int) -> None:
        await showings.pass_on(visit.tools, visit.insider, AskId(ask))
        await visit.answer(cards.passed(visit.t))


async def _called(visit: Visit, answer: ShowingAnswer) -> str:
    """What the server calls somebody: a menu cannot show a mention."""
    user, guild = answer.member.user, visit.interaction.guild
    if user is None:
        return visit.t.plain("members.former")
    person = guild.get_member(user) if guild else None
    if person is None and guild is not None:
        try:
            person = await guild.fetch_member(user)
        except discord.HTTPException:
            return visit.t.plain("showings.helped.somebody")
    return person.display_name if person else visit.t.plain("showings.helped.somebody")
