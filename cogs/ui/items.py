"""The one kind of button and menu that discord.py knows of us: it holds nothing and passes presses to the router."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol, Self, cast

import discord

from cogs.ui.address import OURS

Interaction = discord.Interaction[Any]


def data_of(interaction: Interaction) -> Mapping[str, Any]:
    """What Discord sent along, whatever kind of interaction it is."""
    return cast("Mapping[str, Any]", interaction.data or {})


class Presses(Protocol):
    async def pressed(self, interaction: Interaction) -> None: ...


class _HasRouter(Protocol):
    @property
    def router(self) -> Presses: ...


class Routed(discord.ui.DynamicItem[discord.ui.Item[Any]], template=OURS):
    """Any button or menu of ours. Found again by its custom_id after a restart; the bot keeps no list of messages."""

    @classmethod
    async def from_custom_id(
        cls, _interaction: Interaction, item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:
        await cast("_HasRouter", interaction.client).router.pressed(interaction)
