"""Commands are shown in the languages we speak, and in English everywhere else."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.texts import catalogue
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog
from cogs.ui.translator import CommandTranslator, described
from storage.engine import Database
from tests.cogs.stage import stage

KEY = "commands.join.description"


class Desk(WeftCog):
    @app_commands.command(name="desk", description=described(KEY))
    @app_commands.describe(plain="stays as it is")
    async def desk(self, _interaction: Interaction, plain: str) -> None: ...


async def test_discord_is_told_every_language_we_speak(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        (sent,) = [one.json for one in s.env.http_requests if one.path.endswith("/commands")]
        (command,) = sent
        assert command["description"] == catalogue("en").plain(KEY)
        assert command["description_localizations"] == {"nl": catalogue("nl").plain(KEY)}
        assert not command["options"][0].get("description_localizations")


async def test_what_is_no_key_of_ours_stays_as_it_is() -> None:
    translator, context = (
        CommandTranslator(),
        app_commands.TranslationContext(app_commands.TranslationContextLocation.other, None),
    )

    async def translated(string: app_commands.locale_str, locale: discord.Locale) -> Any:
        return await translator.translate(string, locale, context)

    assert await translated(described(KEY), discord.Locale.dutch) == catalogue("nl").plain(KEY)
    assert await translated(described(KEY), discord.Locale.british_english) is None
    assert await translated(described(KEY), discord.Locale.japanese) is None
    assert await translated(app_commands.locale_str("plain"), discord.Locale.dutch) is None
