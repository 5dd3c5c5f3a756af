"""What Weft can see of its channels and permissions in a server, without asking Discord: the gateway told it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import discord

from domain.communities import ChannelKind, Finding, Rule, Sight, channel_of, findings, lacking
from domain.model import Community

Target = discord.Role | discord.Member


def ready(guild: discord.Guild | None) -> bool:
    """Whether the gateway has told enough of this server to judge it: not during an outage."""
    return guild is not None and not guild.unavailable and guild.me is not None


def held(permissions: discord.Permissions, names: Iterable[str]) -> frozenset[str]:
    return frozenset(name for name in names if getattr(permissions, name))


def amiss(guild: discord.Guild, community: Community, mended: Collection[ChannelKind] = ()) -> tuple[Finding, ...]:
    """What is wrong with the channels of a community, by the looks of it.

    `mended`: those Weft has just put right itself, of which the gateway may not have told yet.
    """
    return findings(_sight(guild, community, kind) for kind in ChannelKind if kind not in mended)


def _sight(guild: discord.Guild, community: Community, kind: ChannelKind) -> Sight:
    stored = channel_of(community.channels, kind)
    channel = guild.get_channel(stored) if stored is not None else None
    if channel is None:
        return Sight(kind, stored is not None, None)
    return Sight(kind, True, _held_in(channel, kind))


def _held_in(channel: discord.abc.GuildChannel, kind: ChannelKind) -> frozenset[str]:
    return held(channel.permissions_for(channel.guild.me), lacking(kind, ()))


@dataclass(frozen=True, slots=True)
class Missing:
    """Where a permission has to be switched on: for the whole server, or (denied there) in one channel."""

    everywhere: tuple[str, ...]
    in_channel: tuple[str, ...]


def where_missing(guild: discord.Guild, permissions: Iterable[str]) -> Missing:
    granted = guild.me.guild_permissions
    everywhere = tuple(one for one in permissions if not getattr(granted, one))
    return Missing(everywhere, tuple(one for one in permissions if one not in everywhere))


def overwrite(rule: Rule) -> discord.PermissionOverwrite:
    return discord.PermissionOverwrite(**dict.fromkeys(rule.allow, True), **dict.fromkeys(rule.deny, False))


def role_name(guild: discord.Guild) -> str:
    """What the role is called in which a manager switches Weft's permissions on."""
    role = guild.self_role
    return role.name if role else guild.me.display_name


def everyone_sees(channel: discord.abc.GuildChannel) -> bool:
    return channel.permissions_for(channel.guild.default_role).view_channel


def manager_role(guild: discord.Guild, community: Community) -> discord.Role | None:
    """The role the managers chose, if it is still there."""
    return guild.get_role(community.manager_role) if community.manager_role is not None else None
