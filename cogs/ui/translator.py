"""Commands in every language Discord can show: their wording comes from the catalogues, like all other."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.texts import LANGUAGES, catalogue, language_of

_KEY = "key"


def described(key: str) -> app_commands.locale_str:
    """The name, description or choice of a command under `key` of the catalogues, in whatever language it is read."""
    return app_commands.locale_str(catalogue("en").plain(key), **{_KEY: key})


class CommandTranslator(app_commands.Translator):
    """Set it on the tree before the commands are synced: `await tree.set_translator(CommandTranslator())`."""

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,  # noqa: ARG002 - a key says where it belongs
    ) -> str | None:
        """None for what stays as it is: English, which everybody gets anyway, and languages we do not speak."""
        key = string.extras.get(_KEY)
        language = language_of(locale.value)
        if key is None or language == LANGUAGES[0]:
            return None
        return catalogue(language).plain(key)
