"""Members on Discord: `/join` with its consent screen, `/me` and everything behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.members.avoiding import Avoiding
from cogs.members.joining import Joining
from cogs.members.privacy import Privacy
from cogs.members.profile import Profile

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    for cog in (Joining, Profile, Avoiding, Privacy):
        await bot.add_cog(cog(bot))
