"""The question what an exchange led to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.followups.asking import CARRIERS, Followups
from cogs.followups.quoting import Quoting

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    await bot.add_cog(Followups(bot))
    await bot.add_cog(Quoting(bot))
    bot.messenger.carries(CARRIERS)
