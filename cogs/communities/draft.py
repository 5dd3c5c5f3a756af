"""What somebody typed into a form that could not be saved: shown in the answer, and read back from there.

Nothing is kept in memory or in the database, so that a restart in between loses nothing. Weft sees what its own
messages say without any privilege.
"""

from __future__ import annotations

from collections.abc import Sequence

import discord

CHUNK = 1000  # characters; a field of a message holds 1024
_OPEN, _CLOSE = "```\n", "\n```"


def fields(typed: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """(label, text) as fields of a card. A long text takes several."""
    return tuple(
        (label, _OPEN + (piece or " ") + _CLOSE)
        for label, text in typed
        for piece in _pieces(text.replace("```", "'''"))
    )


def read(message: discord.Message | None) -> tuple[str, ...]:
    """The texts, in their order; pieces of a long one under one label are put together again."""
    found: dict[str, str] = {}
    for embed in message.embeds if message else []:
        for field in embed.fields:
            value, label = field.value or "", field.name or ""
            if value.startswith(_OPEN) and value.endswith(_CLOSE):
                found[label] = found.get(label, "") + value[len(_OPEN) : -len(_CLOSE)]
    return tuple(text.strip() for text in found.values())


def _pieces(text: str) -> list[str]:
    """Cut where a line ends, where there is one: spaces at the ends of a field are lost on the way."""
    pieces: list[str] = []
    while len(text) > CHUNK:
        cut = text.rfind("\n", 0, CHUNK) + 1 or CHUNK
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]
