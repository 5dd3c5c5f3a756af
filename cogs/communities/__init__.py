"""Communities on Discord: `/cluster`, the settings panel, and a watch over channels and permissions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.communities.cluster import Cluster
from cogs.communities.in_kind import InKindSettings
from cogs.communities.setting_up import Locks
from cogs.communities.settings import Settings
from cogs.communities.watching import CARRIERS, Watching

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    locks = Locks()
    for cog in (Cluster(bot, locks), Settings(bot), InKindSettings(bot), Watching(bot, bot, locks)):
        await bot.add_cog(cog)
    bot.messenger.carries(CARRIERS)
