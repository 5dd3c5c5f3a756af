"""A community in a database and nothing around it: for use cases that need no Discord."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from bot.compute import InThread
from bot.services import members
from bot.services.members import Application
from bot.services.tools import Tools
from domain.calendar import MemberCadence, Plan
from domain.model import (
    DEFAULT_SECTORS,
    Act,
    Channels,
    Community,
    CommunityId,
    CommunityState,
    Firm,
    Member,
    MemberId,
    UserId,
)
from storage import acts, communities
from storage import members as stored
from storage.engine import Database

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)  # a Monday


class Clock:
    """Stands still, but never twice at the same moment: each look is a second later."""

    def __init__(self) -> None:
        self._looks = count()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=next(self._looks))


@dataclass
class House:
    tools: Tools
    community: Community

    async def join(
        self,
        user: int,
        firm: str,
        sector: str = "crafts",
        cadence: MemberCadence = MemberCadence.WEEKLY,
        practice: str = "making things",
    ) -> Member:
        wanted = Application(firm, sector, practice, cadence)
        return (await members.join(self.tools, self.community, UserId(user), wanted, "en")).member

    async def again(self, member: Member) -> Member:
        """The same member as stored now."""
        async with self.tools.db.read() as tx:
            found = await stored.by_id(tx, member.id)
        assert found is not None
        return found

    async def firms(self) -> list[Firm]:
        return await members.firms(self.tools, self.community.id)

    async def acts(self, member: MemberId) -> list[Act]:
        async with self.tools.db.read() as tx:
            return await acts.of_member(tx, member)


async def house(db: Database, community: int = 1, *, sectors: tuple[str, ...] = DEFAULT_SECTORS) -> House:
    made = Community(
        id=CommunityId(community),
        state=CommunityState.ACTIVE,
        language="en",
        plan=Plan(),
        channels=Channels(),
        manager_role=None,
        sectors=sectors,
        themes=(),
        set_up_at=NOW,
    )
    async with db.write() as tx:
        await communities.put(tx, made)
    seeds = count(1)
    tools = Tools(db=db, clock=Clock(), compute=InThread(), seed=seeds.__next__, wake=lambda: None)
    return House(tools, made)
