"""`/round`: where I stand, and why this partner."""

from __future__ import annotations

from discord import app_commands

from bot.services.rounds.looking import status, why
from cogs.rounds import own_cards
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog
from cogs.ui.translator import described
from cogs.ui.visit import Needs


class Standing(WeftCog):
    group = app_commands.Group(name="round", description=described("commands.round.description"), guild_only=True)

    @group.command(name="status", description=described("commands.round.status.description"))
    async def status(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        found = await status(visit.tools, visit.insider)
        await visit.answer(own_cards.status(visit.t, found, visit.insider, visit.cluster.channels.round))

    @group.command(name="why", description=described("commands.round.why.description"))
    async def why(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        found = await why(visit.tools, visit.insider)
        await visit.answer(own_cards.why(visit.t, found, visit.insider))
