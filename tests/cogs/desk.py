"""A server with Weft set up and the cogs of members only: people join, open `/me`, press and choose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from bot.services import members
from bot.services.members import Application
from cogs.members.avoiding import Avoiding
from cogs.members.joining import Joining
from cogs.members.privacy import Privacy
from cogs.members.profile import Profile
from domain.model import Member, UserId
from storage.engine import Database
from tests.cogs.stage import Stage, stage
from tests.world import custom_ids

FORM = {"firm": "Studio Noord", "practice": "Chairs and tables", "sector": "crafts"}


@dataclass
class Desk:
    """A server with Weft set up, and what people do there."""

    s: Stage

    @property
    def ada(self) -> MemberActor:
        return self.s.ada

    @property
    def bert(self) -> MemberActor:
        return self.s.bert

    def newcomer(self, name: str) -> MemberActor:
        return self.s.guild.add_member(self.s.env.create_user(name))

    async def ask_to_join(self, who: MemberActor, **form: str) -> InteractionResult:
        return await who.slash(self.s.lobby, "join", **(FORM | form))

    async def join(self, who: MemberActor, **form: str) -> Member:
        """Join without the chat around it."""
        given = FORM | form
        community = await self.s.set_up()
        wanted = Application(given["firm"], given["sector"], given["practice"])
        return (await members.join(self.s.bot.tools, community, UserId(who.id), wanted, "en")).member

    async def me(self, who: MemberActor) -> InteractionResult:
        return await who.slash(self.s.lobby, "me")

    async def press(self, who: MemberActor, shown: InteractionResult, action: str, *ids: int) -> InteractionResult:
        return await who.click(shown_in(shown), custom_id=custom_id_of(shown, action, *ids))

    async def choose(self, who: MemberActor, shown: InteractionResult, action: str, *values: Any) -> InteractionResult:
        return await who.select(shown_in(shown), values, custom_id=custom_id_of(shown, action))

    async def stored(self, who: MemberActor) -> Member | None:
        return await members.known(self.s.bot.tools, self.s.id, UserId(who.id))

    async def member(self, who: MemberActor) -> Member:
        found = await self.stored(who)
        assert found is not None
        return found

    async def rows(self, *of: sa.Table) -> int:
        async with self.s.bot.tools.db.read() as tx:
            return sum([(await tx.execute(sa.select(sa.func.count()).select_from(one))).scalar_one() for one in of])

    async def suggestions(self, who: MemberActor, option: str, typed: str) -> list[tuple[str, str]]:
        found = await who.autocomplete(self.s.lobby, "join", option, typed)
        return [(one["name"], one["value"]) for one in found]


def shown_in(shown: InteractionResult) -> Any:
    answers = [one for one in (shown.response, *shown.followups) if one is not None]
    return answers[-1]


def custom_id_of(shown: InteractionResult, action: str, *ids: int) -> str:
    """The button or menu of this action whose ids end in `ids`."""
    ending = "".join(f":{number}" for number in ids)
    found = [one for one in custom_ids(shown_in(shown)) if one.split(":")[1] == action and one.endswith(ending)]
    assert len(found) == 1, custom_ids(shown_in(shown))
    return found[0]


def actions(shown: InteractionResult) -> set[str]:
    return {one.split(":")[1] for one in custom_ids(shown_in(shown))}


def labels(shown: InteractionResult) -> list[str]:
    rows = shown_in(shown).components
    return [item["label"] for row in rows for item in row["components"] if "label" in item]


@asynccontextmanager
async def at_desk(sqlite_db: Database) -> AsyncIterator[Desk]:
    # Not a fixture: the simulated clock lives in the context (of `contextvars`) that entered it.
    async with stage(sqlite_db, Joining, Profile, Avoiding, Privacy) as s:
        await s.set_up()
        yield Desk(s)
