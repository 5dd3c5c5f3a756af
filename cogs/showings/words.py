"""A maker's own words, read back from where they stand: they are kept nowhere else."""

from __future__ import annotations

import re

import discord

from bot.texts import LANGUAGES, catalogue, clean, unescape
from domain.model import ShowingText

_EMOJI = re.compile(r"<a?:(\w+):[0-9]+>")


def read(message: discord.Message) -> ShowingText:
    """What a showing's first message says, in whatever language it was posted. What cannot be found is empty."""
    embed = message.embeds[0] if message.embeds else discord.Embed()
    fields = {one.name: unescape(one.value or "") for one in embed.fields}

    def said(key: str) -> str:
        names = [catalogue(language).plain(f"showings.post.{key}.field") for language in LANGUAGES]
        return next((fields[name] for name in names if name in fields), "")

    work = unescape(embed.description or "")
    return ShowingText(work, said("tried"), said("bites"), said("question"), said("link"))


def typed(message: discord.Message) -> str:
    """What somebody's own message says: people and channels by name, emoji of the server by theirs."""
    return clean(_EMOJI.sub(r":\1:", message.clean_content), lines=True)
