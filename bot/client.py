"""The Discord client: what it asks of Discord (little), what it keeps (less), and how it gets and stays connected."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from itertools import count
from random import Random
from typing import Any, cast

import discord
import structlog
import yarl
from discord import app_commands
from discord.ext import commands

from bot.attempts import backoff
from bot.connecting import LONGEST, UNREACHABLE, no_second_thread
from bot.services.tools import Tools
from bot.settings import Settings
from bot.tasks import Tasks
from cogs.messenger import Messenger
from cogs.ui.address import read
from cogs.ui.presenter import present
from cogs.ui.router import Kind, Router
from cogs.ui.translator import CommandTranslator
from domain.errors import PersonError
from domain.model import CommunityId, UserId
from storage import facts
from storage.engine import StorageUnavailable

log = structlog.get_logger(__name__)

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # Weft is not heard

EXTENSIONS = (
    "cogs.communities",
    "cogs.members",
    "cogs.rounds",
    "cogs.skills",
    "cogs.swaps",
    "cogs.showings",
    "cogs.followups",
    "cogs.digests",
)
QUERY = 100  # people asked for at once, the gateway's limit
PATIENCE = 60.0  # seconds of rate limit that are waited out; beyond, the delivery tries again later
CLOSES_WITHIN = 5.0  # seconds
TOLD_WITHIN = 5.0  # seconds, of who is here still; then everybody is


class _LaunchedAgain(Exception):  # noqa: N818
    """discord.py was about to try once more by itself."""


class WeftBot(commands.AutoShardedBot):
    """One process's connection, with what the cogs need: the tools, the router and the messenger."""

    def __init__(
        self,
        settings: Settings,
        tools: Tools,
        *,
        observe: Callable[[str, str], None],
        extensions: Sequence[str] = EXTENSIONS,
    ) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        intents.guild_messages = True
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            # One, until somebody who really connects asks Discord how many (`ask_for_shards`).
            shard_count=settings.shard_count or 1,
            shard_ids=list(settings.shards or range(settings.shard_count or 1)),
            max_ratelimit_timeout=PATIENCE,
            http_trace=no_second_thread(),
        )
        self.settings = settings
        self.tools = tools
        self.router = Router(tools)
        self.messenger = Messenger(self, tools)
        self.tasks = Tasks()
        self._words = CommandTranslator()
        self._observe = observe  # told the name and outcome of what people ask
        self._names = tuple(extensions)
        self._random = Random()
        self._launching: set[int] = set()
        self._in_use = False
        self.first_ready = asyncio.Event()

    # Getting connected

    def ask_for_shards(self) -> None:
        """Let Discord say at the next connection into how many shards to split, unless that is set."""
        if self.settings.shard_count is None:
            self.shard_count = None  # type: ignore[assignment]  # what discord.py itself begins with
            self.shard_ids = None

    async def login(self, token: str) -> None:
        self._in_use = True
        await super().login(token)

    async def forget_login(self) -> None:
        """Make it possible to log in again after an attempt that failed half-way."""
        await self.http.close()
        self.http.connector = discord.utils.MISSING  # closed with its session

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """As discord.py's, which after a failure calls itself for ever, one call deeper each time: ours is flat."""
        if shard_id in self._launching:
            raise _LaunchedAgain
        for attempts in count():  # discord.py has waited five seconds already
            self._launching.add(shard_id)
            try:
                await super().launch_shard(gateway, shard_id, initial=initial)
            except _LaunchedAgain:
                await asyncio.sleep(backoff(attempts, self._random, LONGEST))
            else:
                return
            finally:
                self._launching.discard(shard_id)

    async def close(self) -> None:
        if self._in_use:  # discord.py's own fails on a client that never logged in
            try:
                async with asyncio.timeout(CLOSES_WITHIN):
                    await super().close()
            except TimeoutError:  # the other end does not answer our goodbye
                await self.http.close()
        await self.tasks.end(0.0)

    # Setting up

    async def setup_hook(self) -> None:
        self.router.attach(self)
        self.tree.error(self._command_failed)
        await self.tree.set_translator(self._words)
        for name in self._names:
            await import_module(name).setup(self)
        self.tasks.spawn(self._sync_until_done(), "sync commands")

    async def _sync_until_done(self) -> None:
        attempts = 0
        while not await self.sync_commands():
            attempts += 1
            await asyncio.sleep(backoff(attempts, self._random, 900.0))

    async def sync_commands(self) -> bool:
        """Tell Discord what commands there are, if they changed since it was told last. False: it did not work."""
        payload = [await one.get_translated_payload(self.tree, self._words) for one in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()
        fact = f"commands.{self.application_id}"
        try:
            async with self.tools.db.read() as tx:
                if await facts.get(tx, fact) == digest:
                    return True
            synced = await self.tree.sync()
            async with self.tools.db.write() as tx:
                await facts.put(tx, fact, digest)
        except (*UNREACHABLE, discord.HTTPException, StorageUnavailable) as error:
            log.warning("commands.not_synced", cause=str(error))
            return False
        log.info("commands.synced", count=len(synced))
        return True

    async def _command_failed(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        mistake = isinstance(getattr(error, "original", error), PersonError)
        self._observe(_name_of(interaction), "mistake" if mistake else "failed")
        await present(interaction, error)

    async def still_here(self, community: CommunityId, users: Sequence[UserId]) -> set[UserId]:
        """Those of these people who are in the server still; all of them when Discord does not say.

        Asked over the gateway: without the member intent nobody tells us who leaves, and this costs no request.
        """
        guild = self.get_guild(community)
        if guild is None:
            return set(users)
        found: set[UserId] = set()
        for start in range(0, len(users), QUERY):
            asked = users[start : start + QUERY]
            try:
                async with asyncio.timeout(TOLD_WITHIN):
                    members = await guild.query_members(user_ids=[*asked], limit=QUERY, cache=False)
            # RuntimeError is how discord.py says that the server's shard is not connected.
            except (TimeoutError, ConnectionError, RuntimeError, discord.ClientException) as error:
                log.warning("members.not_told", cause=type(error).__name__)
                found.update(asked)
            else:
                found.update(UserId(one.id) for one in members)
        return found

    # What Discord tells

    async def on_app_command_completion(
        self, interaction: discord.Interaction[Any], _command: app_commands.Command[Any, ..., Any]
    ) -> None:
        self._observe(_name_of(interaction), "answered")

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            self._observe(_name_of(interaction), "received")

    async def on_ready(self) -> None:
        log.info("discord.ready", communities=len(self.guilds), shards=self.shard_count)
        self.first_ready.set()

    async def on_message(self, message: discord.Message, /) -> None:
        """Weft has no commands typed as messages; cogs that count messages listen for themselves."""


def _name_of(interaction: discord.Interaction[Any]) -> str:
    """A command's name, or a button's action: nothing a person typed, and never more names than there are."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    data = cast("Mapping[str, object]", interaction.data or {})
    address = read(str(data.get("custom_id")))
    known = address is not None and any(interaction.client.router.knows(kind, address.action) for kind in Kind)
    return address.action if address is not None and known else "other"


def invite_link(application: int, permissions: Iterable[str]) -> str:
    """Where a manager adds the bot to a server with exactly these permissions (by Discord's names)."""
    asked = discord.Permissions(**dict.fromkeys(permissions, True))
    return discord.utils.oauth_url(application, permissions=asked, scopes=("bot", "applications.commands"))
