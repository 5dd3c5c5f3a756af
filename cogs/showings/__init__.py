"""Showings on Discord: `/show`, the forum, *This helped*."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord import app_commands

from cogs.showings.answering import Answering
from cogs.showings.deliveries import CARRIERS
from cogs.showings.listening import Listening
from cogs.showings.own import OwnShowing
from cogs.showings.showing import Showings
from cogs.ui.translator import described

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    made, thanked = Showings(bot), Answering(bot)
    for cog in (made, OwnShowing(bot), thanked, Listening(bot)):
        await bot.add_cog(cog)
    for key, answer in (("show_this", made.show_this), ("this_helped", thanked.this_helped)):
        command = app_commands.ContextMenu(name=described(f"commands.{key}.name"), callback=answer)
        command.guild_only = True
        bot.tree.add_command(command)
    bot.messenger.carries(CARRIERS)
