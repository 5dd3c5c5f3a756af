"""Tests of `/cluster`, each played in a world of its own, and what they look at there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType
from simcord.results import InteractionResult

from bot.texts import strict
from domain.model import Community, Problem
from storage import communities as stored
from storage import problems
from tests.world import World, world

Story = Callable[..., Awaitable[None]]


def played(*, set_up: bool) -> Callable[[Story], Story]:
    """Runs a test in a world of its own. (Not a fixture: a simulated Discord begins and ends in one task.)"""

    def with_world(story: Story) -> Story:
        async def test(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
            strict()
            try:
                async with world(sqlite_url, set_up=set_up) as w:
                    if not set_up:
                        w.round_channel = w.guild.create_text_channel("lobby")
                    await story(w, *[monkeypatch][: len(signature(story).parameters) - 1])
            finally:
                strict(False)

        return test

    return with_world


async def community(w: World) -> Community:
    async with w.app.tools.db.read() as tx:
        found = await stored.get(tx, w.id)
    assert found is not None
    return found


async def amiss(w: World) -> list[Problem]:
    async with w.app.tools.db.read() as tx:
        return await problems.of(tx, w.id)


def made(w: World) -> list[str]:
    """The names of all channels but the one to type in."""
    return [name for name in w.guild.channels if name != "lobby"]


def names(w: World) -> list[str]:
    """With repeats, which a mapping by name would hide."""
    channels = w.env.backend.get_guild(w.guild.id).channel_ids
    return sorted(w.env.backend.channels[one].name or "" for one in channels)


async def setup(w: World, **options: Any) -> InteractionResult:
    return await w.manager.slash("cluster setup", w.guild.channels["lobby"], **options)


async def may(w: World, **changes: bool) -> None:
    """Switch permissions of Weft's own role on and off, as a manager does in the server's settings."""
    guild = w.env.backend.get_guild(w.guild.id)
    role = next(one for one in guild.roles.values() if one.managed)
    permissions = discord.Permissions(role.permissions)
    permissions.update(**changes)
    w.env.backend.edit_role(w.guild.id, role.id, {"permissions": permissions.value})
    await w.env.settle()


def allowed(w: World, channel: ChannelHandle, user: int, permission: str) -> bool:
    value = w.env.backend.compute_permissions(w.guild.id, user, channel.id)
    return bool(getattr(discord.Permissions(value), permission))


async def announces(w: World, channel: ChannelHandle) -> None:
    """Make a channel one for announcements, as a manager does in the channel's settings."""
    there = w.env.backend.channels[channel.id]
    there.type = discord.ChannelType.news.value
    w.env.backend.emit("CHANNEL_UPDATE", dict(serializers.channel_payload(w.env.backend, there)))
    await w.env.settle()


async def delete(w: World, name: str) -> None:
    w.env.backend.delete_channel(w.guild.channels[name].id)
    await w.env.settle()


def let(w: World, channel: ChannelHandle, user: int, **permissions: bool) -> None:
    """Allow somebody things in one channel, as a manager does in the channel's settings."""
    allow = discord.Permissions(**permissions)
    w.env.backend.set_overwrite(
        channel.id, Overwrite(target_id=user, type=OverwriteType.MEMBER, allow=allow.value, deny=0)
    )
