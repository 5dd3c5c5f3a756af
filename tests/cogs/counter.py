"""A server with the cogs of skills only: people offer, want, look at the board, press and choose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.services import skills
from bot.services.members import Application, join
from bot.services.skills import Mine
from bot.services.skills.intentions import board, lapsing
from cogs.skills.browsing import Browsing
from cogs.skills.commands import Skills
from cogs.skills.deliveries import CARRIERS
from cogs.skills.keeping import Keeping
from cogs.skills.listing import Listings
from domain.communities import ChannelKind
from domain.model import Community, Intention, Member, NewIntention, UserId
from storage import communities
from storage.engine import Database
from tests.cogs.desk import custom_id_of, shown_in
from tests.cogs.stage import Stage, stage

COGS = (Skills, Listings, Keeping, Browsing)
WORDS = {"skill": "Screen printing", "about": "Two colours on paper", "times": "Tuesdays"}


@dataclass
class Counter:
    """Where people say what they can show and what they want to learn."""

    s: Stage
    channel: ChannelHandle

    @property
    def ada(self) -> MemberActor:
        return self.s.ada

    @property
    def bert(self) -> MemberActor:
        return self.s.bert

    @property
    def tools(self) -> Any:
        return self.s.bot.tools

    async def community(self) -> Community:
        async with self.tools.db.read() as tx:
            found = await communities.get(tx, self.s.id)
        assert found is not None
        return found

    async def join(self, who: MemberActor, firm: str, sector: str = "crafts") -> Member:
        form = Application(firm, sector, "makes things")
        return (await join(self.tools, await self.community(), UserId(who.id), form, "en")).member

    def newcomer(self, name: str) -> MemberActor:
        return self.s.guild.add_member(self.s.env.create_user(name))

    async def slash(self, who: MemberActor, command: str, **options: str) -> InteractionResult:
        return await who.slash(self.s.lobby, f"skill {command}", **options)

    async def fill(self, who: MemberActor, form: InteractionResult, **words: str) -> InteractionResult:
        return await who.submit_modal(form, WORDS | words)

    async def offer(self, who: MemberActor, skill: str = "Screen printing", **words: str) -> InteractionResult:
        return await self.fill(who, await self.slash(who, "offer"), skill=skill, **words)

    async def want(self, who: MemberActor, skill: str = "Screen printing", **words: str) -> InteractionResult:
        return await self.fill(who, await self.slash(who, "want"), skill=skill, **words)

    async def press(self, who: MemberActor, shown: InteractionResult, action: str, *ids: int) -> InteractionResult:
        return await who.click(shown_in(shown), custom_id=custom_id_of(shown, action, *ids))

    async def choose(self, who: MemberActor, shown: InteractionResult, action: str, value: str) -> InteractionResult:
        return await who.select(shown_in(shown), [value], custom_id=custom_id_of(shown, action))

    async def suggestions(self, who: MemberActor, command: str, option: str, typed: str) -> list[tuple[str, str]]:
        found = await who.autocomplete(self.s.lobby, f"skill {command}", option, typed)
        return [(one["name"], one["value"]) for one in found]

    async def mine(self, who: MemberActor) -> Mine:
        return await skills.mine(self.tools, await self.s.member(who))

    # What is delivered

    async def board(self, *, tried: bool = False) -> int:
        """Have the message in the skills channel brought up to date; its id."""
        intention = self._intention(board(self.s.id), tried=tried)
        ids = await CARRIERS["skills.board"](self.s.messenger, intention)
        async with self.tools.db.write() as tx:
            await skills.ARRIVALS["skills.board"](tx, intention, ids, self.s.env.now())
        return ids["message"]

    async def remind(self, who: MemberActor) -> None:
        member = await self.s.member(who)
        said = lapsing(self.s.id, member.id, self.s.env.now())
        await CARRIERS["skills.lapsing"](self.s.messenger, self._intention(said))

    def _intention(self, new: NewIntention, *, tried: bool = False) -> Intention:
        since = self.s.env.now() if tried else None
        return Intention(1, new.community, new.key, new.lane, new.kind, new.args, 1, since)


def fields(form: InteractionResult) -> dict[str, dict[str, Any]]:
    """The fields of a form by their names."""
    assert form.modal is not None
    return {one["component"]["custom_id"]: one["component"] for one in form.modal["components"]}


def prefilled(form: InteractionResult) -> dict[str, str]:
    return {name: one.get("value", "") for name, one in fields(form).items()}


@asynccontextmanager
async def at_counter(sqlite_db: Database) -> AsyncIterator[Counter]:
    # Not a fixture: the simulated clock lives in the context (of `contextvars`) that entered it.
    async with stage(sqlite_db, *COGS) as s:
        await s.set_up()
        channel = s.guild.create_text_channel("skills")
        await s.env.settle()
        async with sqlite_db.write() as tx:
            await communities.set_channel(tx, s.id, ChannelKind.SKILLS, channel.id)
        made = Counter(s, channel)
        await made.join(s.ada, "Studio Noord")
        await made.join(s.bert, "Elders", "design")
        yield made
