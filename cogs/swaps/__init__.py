"""Skill swaps on Discord: proposals in their threads, sessions, time credits, `/swap`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.swaps.commands import Commands
from cogs.swaps.credits import Credits
from cogs.swaps.deliveries import CARRIERS
from cogs.swaps.proposals import Proposals
from cogs.swaps.session_deliveries import SESSION_CARRIERS
from cogs.swaps.sessions import Sessions

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    for cog in (Proposals, Sessions, Credits, Commands):
        await bot.add_cog(cog(bot))
    bot.messenger.carries(CARRIERS)
    bot.messenger.carries(SESSION_CARRIERS)
