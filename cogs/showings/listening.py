"""What happens in the forum, as the gateway tells it: posts made by hand, answers, posts locked or deleted.

Of a message we take who wrote it, where and when. What it says is not even sent to us.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import discord
import structlog
from discord.ext import commands

from bot.services import showings
from bot.services.communities.settings import community
from bot.services.gate import StorageUnavailable
from cogs.forum import is_said
from cogs.ui.router import WeftCog
from domain.errors import NotSetUp
from domain.model import CommunityId, UserId
from domain.showings import RESCUED_FOR

if TYPE_CHECKING:
    from bot.client import WeftBot

log = structlog.get_logger(__name__)


class Listening(WeftCog):
    def __init__(self, bot: WeftBot) -> None:
        super().__init__(bot)
        self._client = bot

    # Posts made by hand

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Those made while we were not there. (Answers are looked for before anybody is asked for one.)"""
        for guild in self._client.guilds:
            await self._catch_up(guild)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """An outage of one server is over. (At the start this comes for each, before `on_ready` looks at all.)"""
        if self._client.is_ready():
            await self._catch_up(guild)

    async def _catch_up(self, guild: discord.Guild) -> None:
        too_old = discord.utils.time_snowflake(self.bot.tools.clock.now() - RESCUED_FOR)
        with _noted("catch up"):
            forum = await self._forum(guild)
            for thread in guild.threads if forum is not None else ():
                if thread.parent_id == forum and thread.id > too_old:
                    await self._adopt(thread)

    @commands.Cog.listener()
    async def on_thread_create(self, thread: discord.Thread) -> None:
        await self._met(thread)

    @commands.Cog.listener()
    async def on_thread_join(self, thread: discord.Thread) -> None:
        """One that was made while we were not there, and asleep since, has woken up."""
        await self._met(thread)

    async def _met(self, thread: discord.Thread) -> None:
        if isinstance(thread.parent, discord.ForumChannel):
            with _noted("adopt"):
                if thread.parent_id == await self._forum(thread.guild):
                    await self._adopt(thread)

    async def _adopt(self, thread: discord.Thread) -> None:
        me = self._client.user
        if me is not None and thread.owner_id == me.id:
            return
        shown_at = discord.utils.snowflake_time(thread.id)
        await showings.adopt(self.bot.tools, CommunityId(thread.guild.id), thread.id, UserId(thread.owner_id), shown_at)

    async def _forum(self, guild: discord.Guild) -> int | None:
        try:
            return (await community(self.bot.tools, CommunityId(guild.id))).channels.showings
        except NotSetUp:
            return None

    # Answers

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        place = message.channel
        if message.guild is None or not is_said(message) or message.id == place.id:
            return
        # A post that was asleep is not known to discord.py; any other channel is.
        asleep = isinstance(place, discord.PartialMessageable)
        in_post = isinstance(place, discord.Thread) and isinstance(place.parent, discord.ForumChannel)
        if asleep or in_post:
            where, who = CommunityId(message.guild.id), UserId(message.author.id)
            with _noted("answer"):
                await showings.wrote(self.bot.tools, where, place.id, who, message.id, message.created_at)

    # Posts locked, unlocked and deleted

    @commands.Cog.listener()
    async def on_raw_thread_update(self, thread: discord.RawThreadUpdateEvent) -> None:
        if thread.thread_type is discord.ChannelType.public_thread:
            now_locked = bool(thread.data.get("thread_metadata", {}).get("locked"))
            with _noted("locked"):
                await showings.locked(self.bot.tools, thread.thread_id, now_locked)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, thread: discord.RawThreadDeleteEvent) -> None:
        """Also when the whole forum is deleted, for each post that is awake; the others are found out in time."""
        if thread.thread_type is discord.ChannelType.public_thread:
            with _noted("gone"):
                await showings.gone(self.bot.tools, thread.thread_id)


@contextmanager
def _noted(what: str) -> Iterator[None]:
    """Nobody waits for an answer here; what the database could not take is looked up later."""
    try:
        yield
    except StorageUnavailable as failure:
        log.warning("forum.not_noted", what=what, cause=str(failure))
