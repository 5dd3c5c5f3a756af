"""Makes a community's channels and mends Weft's permissions in them, as often as somebody asks, never twice.

A channel is stored as soon as it is made. One that was made but not stored (a crash in between) is known again: it is
of the right kind, has one of our names, is in our category, and lets Weft in by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

import aiohttp
import discord
import structlog

from bot.texts import LANGUAGES, Translator, catalogue
from cogs.communities.sight import Target, held, overwrite
from domain.communities import TO_BUILD, Audience, ChannelKind, Rule, channel_of, lacking, rules, within
from domain.model import Community

log = structlog.get_logger(__name__)

SERVER_FULL, CATEGORY_FULL, WRONG_KIND = 30013, 50035, 50024
REASON = "/cluster setup"


class Outcome(StrEnum):
    MADE = "made"
    FOUND = "found"  # made before, but not stored
    KEPT = "kept"
    MENDED = "mended"
    FAILED = "failed"


class Trouble(StrEnum):
    PERMISSION = "permission"
    SERVER_FULL = "server_full"
    NO_FORUMS = "no_forums"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one channel. `permissions`: what is missing, where that was the trouble."""

    kind: ChannelKind
    outcome: Outcome
    channel: int | None = None
    trouble: Trouble | None = None
    permissions: tuple[str, ...] = ()


Note = Callable[[ChannelKind, int], Awaitable[None]]
Place = discord.CategoryChannel | discord.TextChannel | discord.ForumChannel
_TYPES: Mapping[ChannelKind, type[Place]] = {
    ChannelKind.CATEGORY: discord.CategoryChannel,
    ChannelKind.SHOWINGS: discord.ForumChannel,
}


def fits(channel: object, kind: ChannelKind) -> TypeGuard[Place]:
    """Whether a channel can be used as one of this kind. An announcement channel has no private threads."""
    if not isinstance(channel, _TYPES.get(kind, discord.TextChannel)):
        return False
    return kind not in (ChannelKind.ROUND, ChannelKind.SKILLS) or not (
        isinstance(channel, discord.TextChannel) and channel.is_news()
    )


def name_of(kind: ChannelKind, t: Translator) -> str:
    return t.plain(f"communities.channel.{kind}.name")


async def make_channels(guild: discord.Guild, community: Community, managers: Target, note: Note) -> tuple[Step, ...]:
    """Go through all channels: what is there stays, what is missing is made, what Weft lacks in them is mended.

    `managers` is let into the managers' channel. `note` is called with each channel as soon as it is there. Stops
    making where Discord says that it is too busy, or the server full; what is left is made the next time.
    """
    builder = _Builder(guild, community, managers, note)
    return tuple([await builder.take(kind) for kind in ChannelKind])


class _Builder:
    """One run. Not needed after it."""

    def __init__(self, guild: discord.Guild, community: Community, managers: Target, note: Note) -> None:
        self._guild = guild
        self._community = community
        self._managers = managers
        self._note = note
        self._t = catalogue(community.language)
        self._category: discord.CategoryChannel | None = None
        self._stopped: Trouble | None = None

    async def take(self, kind: ChannelKind) -> Step:
        try:
            step, channel = await self._take(kind)
        except discord.HTTPException as refusal:
            return self._failed(kind, refusal)
        except (discord.RateLimited, aiohttp.ClientError, OSError) as failure:
            log.warning("setup.unreachable", channel=kind.value, cause=str(failure))
            self._stopped = Trouble.BUSY
            return Step(kind, Outcome.FAILED, trouble=Trouble.BUSY)
        if isinstance(channel, discord.CategoryChannel):
            self._category = channel
        return step

    async def _take(self, kind: ChannelKind) -> tuple[Step, Place | None]:
        stored = channel_of(self._community.channels, kind)
        channel = self._guild.get_channel(stored) if stored is not None else None
        if fits(channel, kind):
            return await self._mended(kind, channel, Outcome.KEPT), channel
        found = self._orphan(kind)
        if found is not None:
            await self._note(kind, found.id)
            return await self._mended(kind, found, Outcome.FOUND), found
        if self._stopped is not None:
            return Step(kind, Outcome.FAILED, trouble=self._stopped), None
        if kind is ChannelKind.CATEGORY and all(map(self._is_there, set(ChannelKind) - {kind})):
            return Step(kind, Outcome.KEPT), None  # a manager has put the channels elsewhere
        return await self._make(kind)

    def _is_there(self, kind: ChannelKind) -> bool:
        stored = channel_of(self._community.channels, kind)
        return stored is not None and self._guild.get_channel(stored) is not None

    def _orphan(self, kind: ChannelKind) -> Place | None:
        names = {name_of(kind, catalogue(language)) for language in LANGUAGES}
        taken = {channel_of(self._community.channels, other) for other in ChannelKind}
        for channel in self._guild.channels:
            if (
                fits(channel, kind)
                and channel.name in names
                and channel.id not in taken
                and self._guild.me in channel.overwrites
                and (kind is ChannelKind.CATEGORY or channel.category == self._category)
            ):
                return channel
        return None

    async def _make(self, kind: ChannelKind) -> tuple[Step, Place | None]:
        mine = self._guild.me.guild_permissions
        missing = tuple(one for one in (*TO_BUILD, "view_channel") if not getattr(mine, one))
        if missing:
            return Step(kind, Outcome.FAILED, trouble=Trouble.PERMISSION, permissions=missing), None
        channel = await self._create(kind)
        await self._note(kind, channel.id)
        return Step(kind, Outcome.MADE, channel.id), channel

    async def _create(self, kind: ChannelKind) -> Place:
        name, guild = name_of(kind, self._t), self._guild
        overwrites = self._overwrites(kind)
        if kind is ChannelKind.CATEGORY:
            return await guild.create_category(name, overwrites=overwrites, reason=REASON)
        topic = self._t.plain(f"communities.channel.{kind}.topic")
        create = guild.create_forum if kind is ChannelKind.SHOWINGS else guild.create_text_channel
        try:
            return await create(name, category=self._category, topic=topic, overwrites=overwrites, reason=REASON)
        except discord.HTTPException as refusal:
            if refusal.code != CATEGORY_FULL or self._category is None:
                raise
            return await create(name, topic=topic, overwrites=overwrites, reason=REASON)

    def _overwrites(self, kind: ChannelKind) -> dict[Target | discord.Object, discord.PermissionOverwrite]:
        mine = self._guild.me.guild_permissions
        targets: dict[Audience, Target] = {
            Audience.EVERYONE: self._guild.default_role,
            Audience.WEFT: self._guild.me,
            Audience.MANAGERS: self._managers,
        }
        return {
            targets[audience]: overwrite(within(rule, held(mine, (*rule.allow, *rule.deny))))
            for audience, rule in rules(kind).items()
        }

    async def _mended(self, kind: ChannelKind, channel: Place, outcome: Outcome) -> Step:
        """Give Weft what it lacks in a channel, and the managers a view of theirs, as far as Discord lets it."""
        mine = self._guild.me.guild_permissions
        lacks = _lacking(kind, channel)
        gives = within(Rule(allow=lacks), held(mine, lacks))
        wanted: list[tuple[Target, Rule]] = [(self._guild.me, gives)] if gives.allow else []
        if kind is ChannelKind.MANAGERS and not channel.permissions_for(self._managers).view_channel:
            wanted.append((self._managers, rules(kind)[Audience.MANAGERS]))
        for target, rule in wanted:
            if not await let_in(channel, target, rule):
                return _short_of(kind, channel, lacks if mine.manage_roles else (*lacks, "manage_roles"))
        if gives.allow != lacks:
            return _short_of(kind, channel, tuple(one for one in lacks if one not in gives.allow))
        if wanted and outcome is Outcome.KEPT:
            outcome = Outcome.MENDED
        return Step(kind, outcome, channel.id)

    def _failed(self, kind: ChannelKind, refusal: discord.HTTPException) -> Step:
        log.warning("setup.refused", channel=kind.value, status=refusal.status, code=refusal.code)
        if refusal.status >= 500 or refusal.status == 429:
            self._stopped = Trouble.BUSY
            return Step(kind, Outcome.FAILED, trouble=Trouble.BUSY)
        if refusal.code == SERVER_FULL:
            self._stopped = Trouble.SERVER_FULL
            return Step(kind, Outcome.FAILED, trouble=Trouble.SERVER_FULL)
        if kind is ChannelKind.SHOWINGS and refusal.code == WRONG_KIND:
            return Step(kind, Outcome.FAILED, trouble=Trouble.NO_FORUMS)
        if refusal.status == 403:
            missing = tuple(one for one in TO_BUILD if not getattr(self._guild.me.guild_permissions, one))
            trouble = Trouble.PERMISSION if missing else Trouble.REFUSED
            return Step(kind, Outcome.FAILED, trouble=trouble, permissions=missing)
        return Step(kind, Outcome.FAILED, trouble=Trouble.REFUSED)


def _short_of(kind: ChannelKind, channel: Place, permissions: tuple[str, ...]) -> Step:
    return Step(kind, Outcome.FAILED, channel.id, Trouble.PERMISSION, permissions)


def _lacking(kind: ChannelKind, channel: Place) -> tuple[str, ...]:
    return lacking(kind, held(channel.permissions_for(channel.guild.me), lacking(kind, ())))


async def let_in(channel: Place, target: Target, rule: Rule) -> bool:
    """Add to what a role or a person may do in a channel; False if Weft is not the one who can.

    Raises discord.HTTPException for anything but that refusal.
    """
    now = channel.overwrites_for(target)
    now.update(**dict.fromkeys(rule.allow, True))
    try:
        await channel.set_permissions(target, overwrite=now, reason=REASON)
    except discord.Forbidden:
        return False
    return True
