"""A cluster in a simulated Discord: the real bot, a real database, people who click and type, and a clock we move.

async with world(sqlite_url) as w:
    ada = await w.person("ada", "Studio Noord", "crafts")
    await w.until(w.opens)                # the first round opens
    await ada.press("round.in", ...)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import discord
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, UserHandle
from simcord.results import InteractionResult

from bot.app import App, build
from bot.compute import InThread
from bot.services import communities, members, rounds
from bot.services.members import Application
from bot.settings import Settings
from domain.calendar import MemberCadence
from domain.model import CommunityId, Member, Round, UserId
from storage import communities as stored_communities
from storage import members as stored_members
from storage import rounds as stored_rounds

START = datetime(2026, 1, 1, tzinfo=UTC)  # a Thursday; simcord's time begins here
BRIEF = {
    "work": "A bench of salvaged oak, half glued",
    "audience": "People who wait for the tram",
    "decision": "Should the joints be seen?",
    "settled": "The height",
    "wish": "suggestions",
}
REVIEW = {
    "spot": "The left joint",
    "why": "I wanted to touch it",
    "answer": "Yes, show them",
    "ask": "Who will repair it?",
}


class Clock:
    """The simulated Discord's time, also before there is one."""

    env: simcord.Env | None = None

    def now(self) -> datetime:
        return self.env.now() if self.env else START


@dataclass
class Person:
    """Somebody in the server, who does what a person can do there."""

    world: World
    actor: MemberActor

    @property
    def id(self) -> UserId:
        return UserId(self.actor.id)

    async def slash(self, name: str, channel: ChannelHandle | None = None, **options: Any) -> InteractionResult:
        return await self.actor.slash(channel or self.world.round_channel, name, **options)

    async def press(self, message: Any, action: str) -> InteractionResult:
        """Press the button with this action (the ids in its custom_id do not matter)."""
        found = next(one for one in custom_ids(message) if one.split(":")[1] == action)
        return await self.actor.click(message, custom_id=found)

    async def fill(self, shown: InteractionResult, **values: Any) -> InteractionResult:
        return await self.actor.submit_modal(shown, values)

    async def sign_up(self, **brief: str) -> InteractionResult:
        """Press "I'm in" under the newest opening message and fill in the brief."""
        shown = await self.press(self.world.opening, "round.in")
        return await self.fill(shown, **(BRIEF | brief))

    async def me(self) -> Member:
        async with self.world.app.tools.db.read() as tx:
            found = await stored_members.get(tx, self.world.id, self.id)
        assert found is not None
        return found

    def threads(self) -> list[ChannelHandle]:
        """Private threads this person is in, oldest first."""
        return [one for one in self.world.threads() if self.id in self.world.in_thread(one)]


def custom_ids(message: Any) -> list[str]:
    """The custom_ids of a message's or an answer's buttons and menus."""
    found: list[str] = []

    def walk(parts: Iterable[Any]) -> None:
        for part in parts:
            raw = part if isinstance(part, dict) else part.to_dict()
            if "custom_id" in raw:
                found.append(raw["custom_id"])
            walk(raw.get("components", ()))

    walk(message.components)
    return found


def text_of(message: Any) -> str:
    """Everything there is to read in a message or an answer."""
    parts = [message.content or ""]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{one.name}\n{one.value}" for one in embed.fields]
        parts.append(embed.footer.text or "")
    return "\n".join(part for part in parts if part)


def said(result: InteractionResult) -> str:
    """What an answer says, wherever in the answer it stands."""
    answers = [result.response, *result.followups]
    return "\n".join(text_of(one) for one in answers if one is not None)


@dataclass
class World:
    env: simcord.Env
    app: App
    settings: Settings
    clock: Clock
    guild: simcord.GuildHandle
    manager: Person = field(init=False)
    round_channel: ChannelHandle = field(init=False)
    managers_channel: ChannelHandle = field(init=False)
    showings_channel: ChannelHandle = field(init=False)
    seeds: Any = field(default_factory=lambda: count(1))

    @property
    def id(self) -> CommunityId:
        return CommunityId(self.guild.id)

    @property
    def now(self) -> datetime:
        return self.env.now()

    # People

    def stranger(self, name: str, permissions: discord.Permissions | None = None) -> Person:
        """Somebody in the server who has not joined Weft."""
        roles = [self.guild.create_role(f"role of {name}", permissions=permissions)] if permissions else []
        return Person(self, self.guild.add_member(self.env.create_user(name), roles=roles))

    async def person(
        self,
        name: str,
        firm: str,
        sector: str = "crafts",
        cadence: MemberCadence = MemberCadence.WEEKLY,
        *,
        language: str = "en",
        on_call: bool = False,
    ) -> Person:
        """A member, joined through the service (the chat way has tests of its own)."""
        who = self.stranger(name)
        async with self.app.tools.db.read() as tx:
            community = await stored_communities.get(tx, self.id)
        assert community is not None
        form = Application(firm, sector, f"practice of {name}", cadence)
        await members.join(self.app.tools, community, who.id, form, language)
        if on_call:
            await members.be_on_call(self.app.tools, await who.me(), True)
        await self.env.settle()
        return who

    async def people(self, number: int, *, firms: int | None = None, **more: Any) -> list[Person]:
        """`number` members, each in a firm of their own unless there are fewer firms."""
        sectors = ("crafts", "design", "architecture", "publishing")
        return [
            await self.person(f"p{at}", f"Firm {at % (firms or number)}", sectors[at % len(sectors)], **more)
            for at in range(number)
        ]

    def guild_member(self, user: int) -> Person:
        """Somebody by their id."""
        handle = UserHandle(self.env, self.env.backend.get_user(user))
        return Person(self, MemberActor(self.env, self.guild, handle))

    # Places

    def channel(self, channel_id: int) -> ChannelHandle:
        return ChannelHandle(self.env, self.guild, self.env.backend.get_channel(channel_id))

    async def find_channels(self) -> None:
        """Note where the set-up put its channels."""
        async with self.app.tools.db.read() as tx:
            community = await stored_communities.get(tx, self.id)
        assert community is not None
        assert community.channels.round
        assert community.channels.managers
        self.round_channel = self.channel(community.channels.round)
        self.managers_channel = self.channel(community.channels.managers)
        if community.channels.showings is not None:
            self.showings_channel = self.channel(community.channels.showings)

    def threads(self) -> list[ChannelHandle]:
        return sorted(self.round_channel.threads, key=lambda one: one.id)

    def pairing_threads(self) -> list[ChannelHandle]:
        return [one for one in self.threads() if (one.name or "").startswith("R")]

    def in_thread(self, thread: ChannelHandle) -> set[int]:
        members_: Sequence[int] = self.env.backend.get_channel(thread.id).thread_members
        return set(members_) - {self.app.client.user.id if self.app.client.user else 0}

    @property
    def opening(self) -> discord.Message:
        """The newest opening message."""
        return next(
            one
            for one in reversed(self.round_channel.history())
            if any(":round.in:" in custom for custom in custom_ids(one))
        )

    # Time

    async def until(self, moment: datetime) -> None:
        """Let time pass, doing what falls due on the way exactly when it does, and nothing that `next_due` conceals."""
        while (due := await self.app.next_due()) is not None and due <= moment:
            self._to(due)
            await self.app.tick()
            await self.env.settle()
        self._to(moment)
        await self.env.settle()

    async def wait(self, **span: float) -> None:
        await self.until(self.now + timedelta(**span))

    def _to(self, moment: datetime) -> None:
        ahead = (moment - self.now).total_seconds()
        if ahead > 0:
            self.env.backend.advance_clock(ahead)

    async def round(self) -> Round:
        """The newest round that is not merely scheduled."""
        async with self.app.tools.db.read() as tx:
            found = await stored_rounds.under_way(tx, self.id)
        assert found is not None
        return found

    async def scheduled(self) -> Round:
        async with self.app.tools.db.read() as tx:
            found = await stored_rounds.scheduled(tx, self.id)
        assert found is not None
        return found

    async def open_round(self) -> Round:
        await self.until((await self.scheduled()).opens_at)
        return await self.round()

    async def draw(self) -> Round:
        await self.until((await self.round()).pairs_at)
        return await self.round()

    # The program

    async def restart(self) -> None:
        """Start the program anew on the same database, as after a crash; Discord has gone on."""
        self.app = await build(self.settings, clock=self.clock, seed=self.seeds.__next__, compute=InThread())
        await self.env.restart_bot(self.app.client)

    def requests(self) -> list[str]:
        """Every request to Discord's REST so far, without those that answer a person."""
        return [
            f"{one.method} {one.path}"
            for one in self.env.http_requests
            if not one.path.startswith(("/interactions", "/webhooks", "/applications"))
        ]


@asynccontextmanager
async def world(url: str, *, set_up: bool = True, **options: Any) -> AsyncIterator[World]:
    """A server with the bot in it, set up by its manager through `/cluster setup` unless told otherwise."""
    clock, seeds = Clock(), count(1)
    settings = Settings(database_url=url)
    app = await build(settings, clock=clock, seed=seeds.__next__, compute=InThread())
    async with simcord.run(app.client, **options) as env:
        clock.env = env
        guild = env.create_guild("Hangar 9")
        await env.settle()
        made = World(env, app, settings, clock, guild, seeds=seeds)
        everything = discord.Permissions(manage_guild=True, manage_channels=True, manage_messages=True)
        made.manager = made.stranger("manager", everything)
        if set_up:
            lobby = guild.create_text_channel("lobby")
            await made.manager.slash("cluster setup", lobby, time_zone="Europe/Amsterdam")
            await env.settle()
            await made.find_channels()
        yield made
        await made.app.close(grace=1.0)


__all__ = ["BRIEF", "REVIEW", "Person", "World", "communities", "custom_ids", "rounds", "said", "text_of", "world"]
