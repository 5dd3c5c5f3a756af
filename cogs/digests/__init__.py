"""Digests on Discord: `/digest`, what is posted for managers, and where it goes by mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.digests.commands import Digests
from cogs.digests.deliveries import CARRIERS
from cogs.digests.emails import Emails
from cogs.digests.need_deliveries import NEED_CARRIERS
from cogs.digests.needs import DigestNeeds

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    for cog in (Digests(bot), Emails(bot), DigestNeeds(bot)):
        await bot.add_cog(cog)
    bot.messenger.carries({**CARRIERS, **NEED_CARRIERS})
