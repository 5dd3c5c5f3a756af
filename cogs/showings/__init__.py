"""Showings on Discord: `/show`, the forum, *This helped*."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.client import WeftBot


async def setup(bot: WeftBot) -> None:
    """Nothing yet."""
