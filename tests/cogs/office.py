"""A server with the cogs of digests only: managers look at how things are, and have it mailed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from itertools import count, pairwise
from typing import Any
from zipfile import ZipFile

import discord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.interactions import base_payload
from simcord.results import InteractionResult

from bot.services.members import Application, join
from cogs.digests.commands import Digests
from cogs.digests.deliveries import CARRIERS
from cogs.digests.emails import Emails
from domain.communities import ChannelKind
from domain.model import Act, ActKind, Community, Member, UserId
from storage import acts, communities
from storage.engine import Database
from tests.cogs.desk import shown_in
from tests.cogs.stage import Stage, stage

PATIENCE = 30.0  # seconds: pictures are drawn, and on a busy machine that takes a while
COMMANDS: Mapping[str, Mapping[str, str]] = {
    "now": {},
    "map": {},
    "report": {},
    "export": {},
    "email add": {"address": "mo@example.org"},
    "email confirm": {"address": "mo@example.org", "code": "123456"},
    "email list": {},
    "email remove": {"address": "mo@example.org"},
}


@dataclass
class Office:
    """A cluster with two managers, and `ada` and `bert` who are none."""

    s: Stage
    channel: ChannelHandle
    mo: MemberActor
    max: MemberActor
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def tools(self) -> Any:
        return self.s.bot.tools

    async def community(self) -> Community:
        async with self.tools.db.read() as tx:
            found = await communities.get(tx, self.s.id)
        assert found is not None
        return found

    async def speaks(self, language: str) -> None:
        async with self.tools.db.write() as tx:
            await communities.set_language(tx, self.s.id, language)

    async def join(self, firm: str, sector: str = "crafts") -> Member:
        form = Application(firm, sector, "makes things")
        user = UserId(10**6 + next(self.numbers))
        return (await join(self.tools, await self.community(), user, form, "en")).member

    async def exchange(self, giver: Member, taker: Member) -> None:
        """A review was given just now, and acknowledged."""
        key, now = f"test:{next(self.numbers)}", self.s.env.now()
        both = (taker.id, taker.firm.id)
        async with self.tools.db.write() as tx:
            for kind in (ActKind.REVIEW_GIVEN, ActKind.REVIEW_EXCHANGED):
                await acts.record(
                    tx, Act(f"{key}:{kind}", self.s.id, now, kind, giver.id, giver.firm.id, both[0], both[1])
                )

    async def cluster(self, number: int = 6) -> list[Member]:
        """So many firms, each of which has had an exchange with the next but for the last, which has none."""
        people = [await self.join(f"Firm {at}", ("crafts", "design")[at % 2]) for at in range(number)]
        for giver, taker in pairwise(people[:-1]):
            await self.exchange(giver, taker)
        self.later(minutes=1)  # what is counted ends just before now
        return people

    def later(self, **span: float) -> None:
        self.s.env.backend.advance_clock(timedelta(**span).total_seconds())

    # What managers do

    async def digest(self, command: str, who: MemberActor | None = None, **options: str) -> InteractionResult:
        return await (who or self.mo).slash(self.s.lobby, f"digest {command}", **options)

    async def at_once(self, command: str, *values: str) -> list[Any]:
        """Both managers ask for the same before either is answered; both answers. `values`: of the command's text."""
        backend, env = self.s.env.backend, self.s.env
        (root,) = await self.s.bot.tree.fetch_commands()
        *groups, name = command.split()
        filled = [{"name": option, "type": 3, "value": value} for option, value in pairs(values)]
        data: dict[str, Any] = {"name": name, "type": 1, "options": filled}
        for group in reversed(groups):
            data = {"name": group, "type": 2, "options": [data]}
        whole = {"id": str(root.id), "name": root.name, "type": 1, "options": [data]}
        asked = []
        for who in (self.mo, self.max):
            record, payload = base_payload(
                backend, type=2, channel_id=self.s.lobby.id, guild_id=self.s.guild.id, user_id=who.id, data=whole
            )
            backend.emit("INTERACTION_CREATE", payload)
            asked.append(record)
        await env.settle()
        return [backend.get_message(self.s.lobby.id, one.message_id) for one in asked]

    async def suggestions(self, command: str, option: str, typed: str = "", who: Any = None) -> list[tuple[str, str]]:
        found = await (who or self.mo).autocomplete(self.s.lobby, f"digest {command}", option, typed)
        return [(one["name"], one["value"]) for one in found]

    # What is delivered

    async def post(self, digest: int, *, tried: bool = False) -> discord.Message:
        """Have a digest posted for the managers."""
        intention = self.s.intention(f"digest.post:{digest}", tried=tried, digest=digest)
        ids = await CARRIERS["digest.post"](self.s.messenger, intention)
        return next(one for one in self.channel.history() if one.id == ids["message"])


def pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(values[::2], values[1::2], strict=True))


async def files(shown: InteractionResult) -> dict[str, bytes]:
    """What an answer brought, by name."""
    return {one.filename: await one.read() for one in shown_in(shown).attachments}


def alts(shown: InteractionResult) -> dict[str, str]:
    """The words of each picture of an answer."""
    return {one.filename: one.description for one in shown_in(shown).attachments if one.filename.endswith(".png")}


def unpacked(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as zipped:
        assert zipped.testzip() is None
        return {name: zipped.read(name) for name in zipped.namelist()}


@asynccontextmanager
async def at_office(sqlite_db: Database) -> AsyncIterator[Office]:
    # Not a fixture: the simulated clock lives in the context (of `contextvars`) that entered it.
    async with stage(sqlite_db, Digests, Emails, settle_timeout=PATIENCE) as s:
        await s.set_up()
        channel = s.guild.create_text_channel("weft-managers")
        role = s.guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
        mo, other = (s.guild.add_member(s.env.create_user(name), roles=[role]) for name in ("mo", "max"))
        await s.env.settle()
        async with sqlite_db.write() as tx:
            await communities.set_channel(tx, s.id, ChannelKind.MANAGERS, channel.id)
        yield Office(s, channel, mo, other)
