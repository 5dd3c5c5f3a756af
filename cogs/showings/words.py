"""A maker's own words, read back from the post: they are kept nowhere else."""

from __future__ import annotations

import re

import discord

from bot.texts import Translator, clean
from domain.model import ShowingText

_ESCAPED = re.compile(r"\\([^\w\s])")


def read(message: discord.Message, t: Translator) -> ShowingText:
    """What a showing's first message says. What cannot be found is empty."""
    embed = message.embeds[0] if message.embeds else discord.Embed()
    fields = {one.name or "": one.value or "" for one in embed.fields}
    keys = ("tried", "bites", "question", "link")
    said = {key: _plain(fields.get(t.plain(f"showings.post.{key}.field"), "")) for key in keys}
    return ShowingText(work=_plain(embed.description or ""), **said)


def _plain(markup: str) -> str:
    """Undo what keeps typed text from being read as markup."""
    return clean(_ESCAPED.sub(r"\1", markup), lines=True)
