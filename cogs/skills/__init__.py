"""Skills on Discord: `/skill`, its forms, and the board."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.skills.browsing import Browsing
from cogs.skills.commands import Skills
from cogs.skills.deliveries import CARRIERS
from cogs.skills.keeping import Keeping
from cogs.skills.listing import Listings

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    for cog in (Skills, Listings, Keeping, Browsing):
        await bot.add_cog(cog(bot))
    bot.messenger.carries(CARRIERS)
