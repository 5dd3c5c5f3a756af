"""A small bot around the chat foundation only, in a simulated Discord, on a real database.

async with stage(db, Cog) as s:
    result = await s.ada.slash(s.lobby, "show")
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import simcord
import simcord.interactions
from discord.ext import commands
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.services import members
from bot.services.gate import open_gate
from bot.services.members import Application
from bot.services.tools import Tools
from bot.texts import strict
from cogs.messenger import Messenger
from cogs.ui.presenter import present
from cogs.ui.router import Router, WeftCog
from cogs.ui.translator import CommandTranslator
from domain.calendar import Plan
from domain.model import (
    DEFAULT_SECTORS,
    Channels,
    Community,
    CommunityId,
    CommunityState,
    Intention,
    Member,
    Notices,
    UserId,
)
from storage import communities
from storage.engine import Database


class Clock:
    env: simcord.Env | None = None

    def now(self) -> datetime:
        return self.env.now() if self.env else datetime(2026, 1, 1, tzinfo=UTC)


async def _compute(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    return function(*args, **kwargs)


def make_tools(db: Database, clock: Clock) -> Tools:
    return Tools(db=db, clock=clock, compute=_compute, seed=lambda: 1, wake=lambda: None, mail=True)


class Bot(commands.Bot):
    def __init__(self, tools: Tools, cogs: tuple[Callable[[Any], WeftCog], ...]) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True)
        super().__init__(
            "!",
            intents=intents,
            help_command=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.tools = tools
        self.router = Router(tools)
        self.messenger = Messenger(self, tools)
        self._makers = cogs

    async def setup_hook(self) -> None:
        self.router.attach(self)
        self.tree.error(present)
        await self.tree.set_translator(CommandTranslator())
        for make in self._makers:
            await self.add_cog(make(self))
        await self.tree.sync()

    @property
    def view_store(self) -> Any:
        return self._connection._view_store


@dataclass
class Stage:
    env: simcord.Env
    bot: Bot
    cogs: tuple[Callable[[Any], WeftCog], ...]
    guild: simcord.GuildHandle
    lobby: ChannelHandle
    rounds: ChannelHandle
    ada: MemberActor
    bert: MemberActor
    counter: Any = field(default_factory=lambda: iter(range(1, 1000)))

    @property
    def id(self) -> CommunityId:
        return CommunityId(self.guild.id)

    @property
    def messenger(self) -> Messenger:
        return self.bot.messenger

    async def set_up(self, *, manager_role: int | None = None) -> Community:
        """Weft is set up in this server, as if by `/cluster setup`."""
        community = Community(
            id=self.id,
            state=CommunityState.ACTIVE,
            language="en",
            plan=Plan(),
            channels=Channels(round=self.rounds.id),
            manager_role=manager_role,
            sectors=DEFAULT_SECTORS,
            themes=(),
            set_up_at=self.env.now(),
        )
        async with self.bot.tools.db.write() as tx:
            await communities.put(tx, community)
        return community

    async def join(self, who: MemberActor, *, notices: Notices = Notices.THREAD) -> Member:
        community = (await open_gate(self.bot.tools, self.id, UserId(who.id))).community
        assert community is not None
        form = Application(f"Firm of {who.name}", "crafts", "makes things")
        member = (await members.join(self.bot.tools, community, UserId(who.id), form, "en")).member
        return await members.tell_by(self.bot.tools, member, notices)

    async def member(self, who: MemberActor) -> Member:
        member = (await open_gate(self.bot.tools, self.id, UserId(who.id))).member
        assert member is not None
        return member

    async def restart(self) -> None:
        """A new process on the same database; Discord has gone on."""
        self.bot = Bot(self.bot.tools, self.cogs)
        await self.env.restart_bot(self.bot)

    def intention(self, key: str = "a key", *, tried: bool = False, **args: int | str) -> Intention:
        number = next(self.counter)
        return Intention(
            id=number,
            community=self.id,
            key=key,
            lane="lane",
            kind="test.kind",
            args=args,
            attempts=2 if tried else 1,
            first_tried_at=self.env.now() if tried else None,
        )

    def again(self, intention: Intention) -> Intention:
        """The same intention after a crash of unknown outcome."""
        return replace(intention, attempts=intention.attempts + 1, first_tried_at=self.env.now())

    async def requests_of(self, doing: Awaitable[Any]) -> list[str]:
        """The requests to Discord that `doing` makes."""
        before = len(self.env.http_requests)
        await doing
        return [f"{one.method} {one.path}" for one in self.env.http_requests[before:]]

    def threads(self) -> list[ChannelHandle]:
        return sorted(self.rounds.threads, key=lambda one: one.id)

    def inside(self, thread: ChannelHandle | int) -> set[int]:
        number = thread if isinstance(thread, int) else thread.id
        return {*self.env.backend.get_channel(number).thread_members} - {self.env.backend.bot_user.id}


@asynccontextmanager
async def stage(db: Database, *cogs: Callable[[Any], WeftCog], **options: Any) -> AsyncIterator[Stage]:
    clock = Clock()
    strict()
    bot = Bot(make_tools(db, clock), cogs)
    try:
        async with simcord.run(bot, **options) as env:
            clock.env = env
            guild = env.create_guild("Hangar 9")
            lobby, rounds = guild.create_text_channel("lobby"), guild.create_text_channel("rounds")
            ada, bert = (guild.add_member(env.create_user(name)) for name in ("ada", "bert"))
            await env.settle()
            yield Stage(env, bot, cogs, guild, lobby, rounds, ada, bert)
    finally:
        strict(False)


def everybody_reads(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on Discord says that people read this language; the simulated one only knows "en-US"."""
    original = simcord.interactions.base_payload

    def with_language(*args: Any, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        record, payload = original(*args, **kwargs)
        return record, payload | {"locale": language}

    monkeypatch.setattr(simcord.interactions, "base_payload", with_language)
