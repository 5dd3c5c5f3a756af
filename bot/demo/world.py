"""The simulated Discord: a server with its people, and what each of them can see there.

Everything that reaches into simcord beyond what its tests use (it says that may change between releases, and the
release is pinned) is in this file.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import discord
import simcord
from simcord.backend.access import can_access_channel
from simcord.backend.serializers import message_payload
from simcord.results import to_discord_message

from bot.app import App, build
from bot.compute import InThread
from bot.demo.behaviour import chance
from bot.demo.inbox import PUBLIC_URL, Inbox
from bot.demo.notes import Note, note_of
from bot.demo.people import Cluster, Person
from bot.settings import Settings
from domain.model import CommunityId, UserId

ZONE = ZoneInfo("Europe/Amsterdam")
BEGINS = datetime(2026, 1, 8, 9, 30, tzinfo=ZONE)  # a Thursday; the simulated Discord begins a week earlier
SETTLED = 60.0  # seconds the bot may take over one thing somebody does: machines are slow at times
THREAD_CREATED, COMMAND, SUBCOMMANDS = 18, 2, (1, 2)  # Discord's numbers
POST_TITLE, A_WEEK = 100, 10080  # characters; minutes until a post is archived
LOCALES = {"en": "en-GB", "nl": "nl"}


class _Failures(logging.Handler):
    """Notes what is logged as an error."""

    def __init__(self, noted: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._noted = noted

    def emit(self, record: logging.LogRecord) -> None:
        said = record.msg if isinstance(record.msg, dict) else {"event": record.getMessage()}
        cause = record.exc_info[1] if record.exc_info else None
        traceback = str(said.get("exception") or "").strip().splitlines()
        why = f"{type(cause).__name__}: {cause}" if cause is not None else traceback[-1] if traceback else ""
        self._noted.append(f"{said['event']} ({why})" if why else str(said["event"]))


class SimulatedClock:
    """Time as the simulated Discord has it: it moves only when told to."""

    def __init__(self) -> None:
        self.env: simcord.Env | None = None

    def now(self) -> datetime:
        return self.env.now() if self.env is not None else datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """One server in the simulated Discord, with the real bot in it."""

    app: App
    env: simcord.Env
    guild: simcord.GuildHandle
    cluster: Cluster
    seed: int
    actors: dict[UserId, simcord.MemberActor]
    people: dict[UserId, Person]  # who behaves by themselves
    newcomer: UserId
    manager: UserId
    inbox: Inbox
    post: list[Note] = field(default_factory=list)  # what has been posted and nobody has reacted to
    typed: set[tuple[UserId, str]] = field(default_factory=set)  # commands that somebody has used
    failures: list[str] = field(default_factory=list)  # errors that the bot has logged
    _counted: tuple[int, int] = (0, 0)  # (entries of simcord's list of requests looked at, those that count)

    @property
    def community(self) -> CommunityId:
        return CommunityId(self.guild.id)

    @property
    def now(self) -> datetime:
        return self.env.now()

    @property
    def bot(self) -> int:
        return self.env.backend.bot_user.id

    # What people see

    def channels(self) -> Iterator[simcord.ChannelHandle]:
        """Every channel, each followed by its threads, oldest first."""
        for channel in self.guild.channels.values():
            yield channel
            yield from channel.threads

    def channel(self, channel: int) -> simcord.ChannelHandle | None:
        there = self.env.backend.channels.get(channel)
        return simcord.ChannelHandle(self.env, self.guild, there) if there is not None else None

    def name(self, user: UserId) -> str:
        return self.actors[user].user.global_name or self.actors[user].name

    @property
    def forum(self) -> simcord.ChannelHandle | None:
        """Where work is shown; None before Weft is set up."""
        here = self.guild.channels.values()
        return next((one for one in here if self.kind(one) is discord.ChannelType.forum), None)

    def in_forum(self, channel: int) -> bool:
        """Whether this is a post in the forum."""
        there, forum = self.env.backend.channels.get(channel), self.forum
        return there is not None and forum is not None and there.parent_id == forum.id

    def sees(self, user: UserId, channel: simcord.ChannelHandle) -> bool:
        return can_access_channel(self.env, channel.id, self.actors[user], history=True)

    def kind(self, channel: simcord.ChannelHandle) -> discord.ChannelType:
        return discord.ChannelType(self.env.backend.channels[channel.id].type)

    def in_thread(self, channel: int) -> tuple[UserId, ...]:
        """Who is in a thread, the bot aside."""
        members = self.env.backend.channels[channel].thread_members
        return tuple(UserId(one) for one in members if one != self.bot)

    def after(self, user: UserId, channel: int, message: int) -> Sequence[int]:
        """Messages of others that this person can see in a channel after a certain one, oldest first."""
        there = self.env.backend.messages.get(channel, {})
        return [
            number
            for number, one in there.items()
            if number > message and one.author_id != user and one.visible_to(user)
        ]

    def last(self, channel: int) -> int:
        """The newest message of a channel; 0 if there is none."""
        return max(self.env.backend.messages.get(channel, {}), default=0)

    def note(self, channel: int, message: int) -> Note:
        """A message as people read it."""
        stored = self.env.backend.messages[channel][message]
        return note_of(message_payload(self.env.backend, stored))

    def again(self, note: Note) -> Note | None:
        """A message as it reads now; None if it has been deleted."""
        return self.note(note.channel, note.id) if note.id in self.env.backend.messages.get(note.channel, {}) else None

    def file(self, user: UserId, channel: int, message: int, name: str) -> bytes | None:
        """What is attached under this name to a message that this person can see."""
        backend, there = self.env.backend, self.channel(channel)
        stored = backend.messages.get(channel, {}).get(message)
        if there is None or stored is None or not self.sees(user, there) or not stored.visible_to(user):
            return None
        found = (backend.cdn.get(one["url"]) for one in stored.attachments if one["filename"] == name)
        return next(found, None)

    def files(self, channel: int, message: int) -> tuple[str, ...]:
        """The names of what is attached to a message."""
        stored = self.env.backend.messages.get(channel, {}).get(message)
        return tuple(one["filename"] for one in stored.attachments) if stored is not None else ()

    def message(self, note: Note) -> discord.Message | None:
        """The message as it is now; None if it has been deleted."""
        stored = self.env.backend.messages.get(note.channel, {}).get(note.id)
        return to_discord_message(self.env, stored) if stored is not None else None

    def requests(self) -> int:
        """How many requests the bot has sent to Discord, answers to what people do aside: those are not limited."""
        looked, count = self._counted
        more = self.env.http_requests[looked:]
        count += sum(not one.path.startswith(("/interactions/", "/webhooks/")) for one in more)
        self._counted = (looked + len(more), count)
        return count

    # Time

    async def advance_to(self, moment: datetime) -> None:
        seconds = (moment - self.now).total_seconds()
        if seconds > 0:
            await self.env.advance_time(seconds)

    async def tick(self) -> None:
        """What the bot's own timers would have it do now."""
        await self.app.tick()
        await self.env.settle()

    # What simcord's people cannot do by themselves

    async def post_by_hand(self, user: UserId, text: str) -> None:
        """Somebody makes a post in the forum themselves, as Discord has it: the thread, then its first message."""
        forum, backend = self.forum, self.env.backend
        if forum is None:
            return
        backend.require_permissions(self.guild.id, user, forum.id, "send_messages")
        thread = backend.create_thread(forum.id, text[:POST_TITLE], user, auto_archive_duration=A_WEEK, broadcast=False)
        backend.announce_thread_create(thread)
        backend.create_message(thread.id, user, text)
        await self.env.settle()

    # What arrives

    def heard(self, event: str, payload: Mapping[str, Any]) -> None:
        if event != "MESSAGE_CREATE" or not payload.get("guild_id"):
            return
        note = note_of(payload)
        if payload.get("type") == THREAD_CREATED:  # Discord announces no private thread to those who are not in it
            self.env.backend.delete_message(note.channel, note.id)
            return
        if self._is_thread(note.channel) and note.author in self.actors:  # Discord has whoever writes take part
            self.env.backend.add_thread_member(note.channel, note.author)
        self.post.append(note)

    def _is_thread(self, channel: int) -> bool:
        there = self.env.backend.channels.get(channel)
        return there is not None and there.is_thread


def _command(data: Mapping[str, Any]) -> str:
    """A command's whole name: "cluster check"."""
    nested = [_command(one) for one in data.get("options") or () if one.get("type") in SUBCOMMANDS]
    return " ".join([str(data["name"]), *nested])


def as_discord_shows() -> None:
    """Discord shows names for mentions in an embed's text, too; simcord's preview leaves them as numbers."""
    from simcord.preview import _markdown  # noqa: PLC0415 - needs what only the browser needs

    for place in ("embed_description", "embed_field_value"):
        _markdown._FIELD_POLICIES[place]["mentions"] = True  # noqa: SLF001


@asynccontextmanager
async def open_world(cluster: Cluster, data: Path, seed: int) -> AsyncIterator[World]:
    """A fresh server with everybody in it and Weft invited, nothing set up yet; its data in directory `data`."""
    clock = SimulatedClock()
    luck, inbox = chance(seed, "weft"), Inbox()
    app = await build(
        settings_for(data),
        clock=clock,
        seed=lambda: luck.getrandbits(62),
        compute=InThread(),
        hand_over=inbox.take,
    )
    try:
        async with simcord.run(app.client, settle_timeout=SETTLED, check_errors=False) as env:
            clock.env = env
            _without_polls(env)
            world = _people(app, env, cluster, seed, inbox)
            await world.advance_to(BEGINS)
            with _spoken(world):
                yield world
            await app.delivery.close(1.0)
    finally:
        await app.close(grace=1.0)


def _without_polls(env: simcord.Env) -> None:
    """Nobody here makes polls, and looking through a year's messages for them whenever time goes by takes long."""
    vars(env.backend).update(expire_due_polls=lambda: None, next_poll_deadline=lambda: None)


def settings_for(data: Path) -> Settings:
    """Nothing of the operator's own: the demo touches neither their bot nor their database nor their mail server."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # known to pydantic-settings alone
        _env_prefix="WEFT_DEMO_SETS_NOTHING_",
        data_dir=data,
        log_level="error",
        smtp_host="mail.invalid",  # a name that nobody has: mail goes to the inbox on the page
        smtp_from="Weft <weft@weft.example>",
        public_url=PUBLIC_URL,
        health="127.0.0.1:8080",  # what that address would lead to; nothing listens there, the demo serves the page
    )


def _people(app: App, env: simcord.Env, cluster: Cluster, seed: int, inbox: Inbox) -> World:
    env.backend.edit_bot_profile("Weft")
    guild = env.create_guild(cluster.name, owner=_user(env, f"Stichting {cluster.name}"))
    guild.create_text_channel("coffee-corner", topic="The long table on the second floor.")
    building = guild.create_role("Building", permissions=discord.Permissions(manage_guild=True))
    actors: dict[UserId, simcord.MemberActor] = {}

    def enter(person: Person, *roles: simcord.RoleHandle) -> UserId:
        actor = guild.add_member(_user(env, person.name), roles=roles, nick=person.name)
        actors[UserId(actor.id)] = actor
        return UserId(actor.id)

    manager = enter(cluster.manager, building)
    people = {enter(person): person for person in cluster.people}
    newcomer = enter(cluster.newcomer)
    return World(app, env, guild, cluster, seed, actors, people, newcomer, manager, inbox)


def _user(env: simcord.Env, name: str) -> simcord.UserHandle:
    return env.create_user("".join(part for part in name.casefold() if part.isalnum()), global_name=name)


@contextmanager
def _spoken(world: World) -> Iterator[None]:
    """Let people hear what is posted, the bot know the language each has their Discord in, and us what it logs."""
    languages = {user: LOCALES[person.language] for user, person in world.people.items()}

    def localised(event: str, payload: Mapping[str, Any]) -> None:
        # simcord says "en-US" of everybody; on Discord it is what a person has chosen.
        if event == "INTERACTION_CREATE" and isinstance(payload, dict) and payload.get("member"):
            user = UserId(int(payload["member"]["user"]["id"]))
            payload["locale"] = languages.get(user, "en-GB")
            if payload["type"] == COMMAND:
                world.typed.add((user, _command(payload["data"])))

    listeners: list[Callable[[str, Mapping[str, Any]], None]] = world.env.backend.subscribers
    listeners.insert(0, localised)
    listeners.append(world.heard)
    failures = _Failures(world.failures)
    logging.getLogger().addHandler(failures)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(failures)
        listeners.remove(localised)
        listeners.remove(world.heard)
