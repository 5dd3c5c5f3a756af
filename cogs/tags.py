"""The tags of a forum, by their names: found, and made where they are missing and we may."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from weakref import WeakValueDictionary

import discord
import structlog

from bot.texts import clip
from cogs.communities.sight import ready

log = structlog.get_logger(__name__)

A_FORUM, NAME, A_POST = 20, 20, 5  # Discord's limits; a name's in characters
BROKEN = 500

# Two posts at once must not both write the forum's tags: each would undo the other's.
_writing: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def of(forum: discord.ForumChannel, names: Sequence[str]) -> list[discord.ForumTag]:
    """The forum's tags of these names, as far as they can be had: a post without a tag is better than none."""
    wanted = [clip(name, NAME) for name in names][:A_POST]
    if any(_fold(name) not in _by_name(forum) for name in wanted):
        forum = await _with(forum, wanted)
    known = _by_name(forum)
    return [known[key] for key in dict.fromkeys(map(_fold, wanted)) if key in known]


def any_of(forum: discord.ForumChannel) -> list[discord.ForumTag]:
    """Some tag that everybody may use, where Discord takes no post without."""
    return [one for one in forum.available_tags if not one.moderated][:1]


async def _with(forum: discord.ForumChannel, wanted: Sequence[str]) -> discord.ForumChannel:
    """The forum after what is missing was made, as far as there is room and we may."""
    if not ready(forum.guild) or not forum.permissions_for(forum.guild.me).manage_channels:
        return forum
    async with _writing.setdefault(forum.id, asyncio.Lock()):
        try:
            now = await forum.guild.fetch_channel(forum.id)
            if not isinstance(now, discord.ForumChannel):
                return forum
            missing = {_fold(name): name for name in wanted if _fold(name) not in _by_name(now)}
            room = A_FORUM - len(now.available_tags)
            new = [discord.ForumTag(name=name) for name in list(missing.values())[: max(0, room)]]
            made = await now.edit(available_tags=[*now.available_tags, *new]) if new else now
        except discord.HTTPException as refusal:
            if refusal.status >= BROKEN:
                raise
            log.info("forum.tags_refused", code=refusal.code)
            return forum
        return made


def _by_name(forum: discord.ForumChannel) -> dict[str, discord.ForumTag]:
    return {_fold(tag.name): tag for tag in forum.available_tags}


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())
