"""What happens on the servers: Weft taken off and put back, channels, roles and permissions that change. And what it
tells the managers about that, in their channel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

import aiohttp
import discord
import structlog
from discord.ext import commands

from bot.outcomes import Moot, Refused
from bot.services import communities
from bot.services.gate import StorageUnavailable
from bot.texts import Translator, catalogue
from cogs.communities import cards
from cogs.communities.setting_up import Locks
from cogs.communities.sight import amiss, ready
from cogs.messenger import Carrier, Messenger
from cogs.ui.card import Card
from cogs.ui.router import Host, WeftCog
from domain.communities import ChannelKind, channel_of
from domain.errors import NotSetUp
from domain.model import Community, CommunityId, Intention, ProblemKind

log = structlog.get_logger(__name__)

SHARD_BITS = 22  # Discord: shard = (server id >> 22) % number of shards


class Watching(WeftCog):
    def __init__(self, bot: Host, client: discord.AutoShardedClient, locks: Locks) -> None:
        super().__init__(bot)
        self._client = client
        self._locks = locks
        self._looking: set[CommunityId] = set()
        self._look_again: set[CommunityId] = set()

    # Weft itself

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Where Weft was taken off or put back, or something broke or was mended, while it did not run."""
        here = {CommunityId(guild.id) for guild in self._client.guilds}
        known = await communities.known(self.bot.tools)
        for community in known.left & here:
            with _alone(community):
                await self._returned(community)
        for community in known.active & here:
            with _alone(community):
                await self._look(community)
        for community in known.active - here:
            with _alone(community):
                if self._ours(community) and await self._is_gone(community):
                    await communities.bot_removed(self.bot.tools, community)

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """An outage of one server is over. (At the start this comes for each, before `on_ready` looks at all.)"""
        if self._client.is_ready():
            with _alone(CommunityId(guild.id)):
                await self._look(CommunityId(guild.id))

    def _ours(self, community: CommunityId) -> bool:
        """Whether it is for this process to know: others may look after other shards."""
        return (community >> SHARD_BITS) % (self._client.shard_count or 1) in self._client.shards

    async def _is_gone(self, community: CommunityId) -> bool:
        """Asks Discord: the gateway may merely not have told yet."""
        try:
            await self._client.fetch_guild(community, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return True
        except discord.HTTPException as failure:
            log.warning("server.unknown", community=community, cause=str(failure))
        return False

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if await communities.bot_removed(self.bot.tools, CommunityId(guild.id)):
            log.info("server.left", community=guild.id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._returned(CommunityId(guild.id))

    async def _returned(self, community: CommunityId) -> None:
        if await communities.bot_returned(self.bot.tools, community):
            log.info("server.back", community=community)
            await self._look(community)

    # Channels, roles and permissions

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self._look(CommunityId(channel.guild.id))

    @commands.Cog.listener()
    async def on_guild_channel_update(self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
        if before.overwrites != after.overwrites or before.category != after.category:
            await self._look(CommunityId(after.guild.id))

    @commands.Cog.listener()
    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        if before.permissions != after.permissions:
            await self._look(CommunityId(after.guild.id))

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        await self._look(CommunityId(role.guild.id))

    @commands.Cog.listener()
    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        # Without the members intent Discord tells this of Weft itself only.
        if after == after.guild.me and before.roles != after.roles:
            await self._look(CommunityId(after.guild.id))

    async def _look(self, community: CommunityId) -> None:
        """See whether something is newly amiss or mended: one look at a time for each server, and one more if
        something changed during it."""
        self._look_again.add(community)
        if community in self._looking:
            return
        self._looking.add(community)
        try:
            async with self._locks.of(community):  # not while the channels are being made
                while community in self._look_again:
                    self._look_again.discard(community)
                    await self._look_once(community)
        finally:
            self._looking.discard(community)

    async def _look_once(self, community_id: CommunityId) -> None:
        guild = self._client.get_guild(community_id)
        if guild is None or not ready(guild):
            return
        try:
            community = await communities.community(self.bot.tools, community_id)
        except NotSetUp:
            return
        await communities.noticed(self.bot.tools, community_id, amiss(guild, community))


@contextmanager
def _alone(community: CommunityId) -> Iterator[None]:
    """What goes wrong on the way to one server's state keeps nobody from looking at the others."""
    try:
        yield
    except (aiohttp.ClientError, OSError, discord.RateLimited, StorageUnavailable) as failure:
        log.warning("server.not_looked_at", community=community, cause=str(failure))


# What is told in the managers' channel


async def _to_managers(
    messenger: Messenger, intention: Intention, say: Callable[[Translator, Community], Card]
) -> Mapping[str, int]:
    community = await communities.community(messenger.tools, intention.community)
    place = channel_of(community.channels, ChannelKind.MANAGERS)
    if place is None:
        raise Refused(ProblemKind.CHANNEL_GONE, ChannelKind.MANAGERS)
    card = say(catalogue(community.language), community)
    return {"message": await messenger.post(intention, place, card)}


async def _problem(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
    found = await communities.problem_of(messenger.tools, intention)
    guild = messenger.client.get_guild(intention.community)
    if found is None or guild is None:
        raise Moot
    _, amiss_here = found
    return await _to_managers(messenger, intention, lambda t, community: cards.problem(t, guild, community, amiss_here))


async def _mended(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
    freed = int(intention.args["freed"])
    return await _to_managers(messenger, intention, lambda t, _: cards.mended(t, freed))


async def _back(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
    since = datetime.fromtimestamp(int(intention.args["since"]), UTC)
    skipped = int(intention.args["skipped"])
    community = await communities.community(messenger.tools, intention.community)
    opens = await communities.upcoming(messenger.tools, community, 1)
    return await _to_managers(
        messenger, intention, lambda t, _: cards.returned(t, since, skipped, opens[0] if opens else None)
    )


CARRIERS: Mapping[str, Carrier] = {
    "manager.problem": _problem,
    "manager.mended": _mended,
    "manager.returned": _back,
}
