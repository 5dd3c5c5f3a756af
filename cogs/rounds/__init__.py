"""Peer-review rounds on Discord: the opening message, the threads, `/round`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.rounds.deliveries import CARRIERS
from cogs.rounds.reviewing import Reviewing
from cogs.rounds.signing_up import SigningUp
from cogs.rounds.standing import Standing

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    for cog in (SigningUp, Reviewing, Standing):
        await bot.add_cog(cog(bot))
    bot.messenger.carries(CARRIERS)
