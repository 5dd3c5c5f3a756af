"""What happened on the servers while Weft did not run, or did not see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from typing import Any

import aiohttp
import discord
import pytest
from simcord.backend import serializers

from domain.model import CommunityId, CommunityState, NewIntention, Problem, ProblemKind
from storage import communities as stored
from storage import outbox, problems
from tests.cogs.played import amiss, played
from tests.world import World, text_of


async def _blocked(w: World) -> None:
    """Something waits for a channel that is there again: mended while nobody looked."""
    async with w.app.tools.db.write() as tx:
        await outbox.add(tx, w.now, NewIntention(w.id, "waits", "waits", "manager.mended", {"freed": 5}))
        (claimed,) = await outbox.claim(tx, worker="w", now=w.now, lease=timedelta(minutes=1), limit=1)
        await outbox.block(tx, claimed.id, ProblemKind.CHANNEL_GONE)
        await problems.report(tx, Problem(w.id, ProblemKind.CHANNEL_GONE, "round", (), w.now))


async def _goes_on(w: World) -> None:
    await w.env.settle()
    await w.app.tick()
    assert await amiss(w) == []
    assert any("5 messages that had waited" in text_of(one) for one in w.managers_channel.history())


@played(set_up=True)
async def test_what_was_mended_while_it_did_not_run_goes_on_at_the_start(w: World) -> None:
    await _blocked(w)
    await w.restart()
    await _goes_on(w)


@played(set_up=True)
async def test_what_was_mended_during_an_outage_goes_on_after_it(w: World) -> None:
    w.env.backend.emit("GUILD_DELETE", {"id": str(w.guild.id), "unavailable": True})
    await w.env.settle()
    await _blocked(w)
    guild = w.env.backend.get_guild(w.guild.id)
    payload = {**serializers.guild_create_payload(w.env.backend, guild), "unavailable": False}
    w.env.backend.emit("GUILD_CREATE", payload)
    await _goes_on(w)


@played(set_up=True)
async def test_one_server_that_discord_does_not_tell_of_keeps_no_other_from_being_looked_at(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, *silent = (CommunityId(number << 30) for number in range(1, 7))
    async with w.app.tools.db.write() as tx:
        there = await stored.get(tx, w.id)
        assert there is not None
        for one in (gone, *silent):
            await stored.put(tx, replace(there, id=one))
    failures = cycle([discord.RateLimited(3600.0), aiohttp.ServerDisconnectedError()])
    get_guild = discord.http.HTTPClient.get_guild

    def asked(self: discord.http.HTTPClient, guild_id: int, **more: Any) -> Any:
        if guild_id in silent:
            raise next(failures)
        return get_guild(self, guild_id, **more)

    monkeypatch.setattr(discord.http.HTTPClient, "get_guild", asked)
    await w.restart()
    await w.env.settle()
    async with w.app.tools.db.read() as tx:
        assert await stored.ids(tx, CommunityState.LEFT) == {gone}
