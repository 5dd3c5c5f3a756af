"""A community in a real database, without any Discord: members, a clock we move, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from bot.compute import InThread
from bot.services import members, rounds
from bot.services.members import Application
from bot.services.rounds.due import run_due
from bot.services.tools import Tools
from domain.calendar import MemberCadence, Plan
from domain.model import (
    DEFAULT_SECTORS,
    Brief,
    Channels,
    Community,
    CommunityId,
    CommunityState,
    Member,
    MemberId,
    Pairing,
    PairingId,
    Review,
    ReviewText,
    Round,
    RoundId,
    RoundState,
    Signup,
    UserId,
)
from storage import communities, pairings, reviews, signups
from storage import members as stored_members
from storage import rounds as stored_rounds
from storage.engine import Database
from storage.tables import acts, outbox
from storage.tables import pairings as pairings_table

BRIEF = Brief("A bench", "People at the tram stop", "Should the joints be seen?")
REVIEW = ReviewText("The left joint", "I wanted to touch it", "Yes")


@dataclass
class Clock:
    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Cluster:
    db: Database
    clock: Clock
    tools: Tools
    id: CommunityId
    users: Any = field(default_factory=lambda: count(100))
    away: set[UserId] = field(default_factory=set)
    discord_works: bool = True

    @classmethod
    async def start(
        cls, db: Database, *, key: int = 1, plan: Plan | None = None, themes: tuple[str, ...] = ()
    ) -> Cluster:
        made = cls.again(db, key=key)
        async with db.write() as tx:
            await communities.put(
                tx,
                Community(
                    id=made.id,
                    state=CommunityState.ACTIVE,
                    language="en",
                    plan=plan or Plan(),
                    channels=Channels(round=11, managers=12),
                    manager_role=None,
                    sectors=DEFAULT_SECTORS,
                    themes=themes,
                    set_up_at=made.clock.at,
                ),
            )
        await rounds.schedule_next(made.tools, made.id)
        return made

    @classmethod
    def again(cls, db: Database, *, key: int = 1) -> Cluster:
        """A community that stands in the database already, as after a restart."""
        clock, seeds = Clock(datetime(2026, 1, 1, tzinfo=UTC)), count(1)
        away: set[UserId] = set()

        async def here(_community: CommunityId, users: Sequence[UserId], /) -> set[UserId]:
            return set(users) - away

        tools = Tools(db, clock, InThread(), seeds.__next__, lambda: None, here)
        return cls(db, clock, tools, CommunityId(key), away=away)

    async def community(self) -> Community:
        async with self.db.read() as tx:
            found = await communities.get(tx, self.id)
        assert found
        return found

    async def join(
        self,
        firm: str,
        sector: str = "crafts",
        cadence: MemberCadence = MemberCadence.WEEKLY,
        *,
        on_call: bool = False,
    ) -> Member:
        user = UserId(next(self.users))
        form = Application(firm, sector, "practice", cadence)
        joined = await members.join(self.tools, await self.community(), user, form, "en")
        if on_call:
            return await members.be_on_call(self.tools, joined.member, True)
        return joined.member

    async def people(self, number: int, **more: Any) -> list[Member]:
        return [await self.join(f"Firm {at}", DEFAULT_SECTORS[at % 4], **more) for at in range(number)]

    async def until(self, moment: datetime) -> None:
        """Let time pass; what falls due on the way is done exactly when it does."""
        while True:
            async with self.db.read() as tx:
                due = [await one(tx) for one in rounds.NEXT]
            next_due = min((one for one in due if one is not None), default=None)
            if next_due is None or next_due > moment:
                break
            self.clock.at = max(self.clock.at, next_due)
            await self.run_due()
        self.clock.at = max(self.clock.at, moment)
        await self.run_due()

    async def run_due(self) -> None:
        """Do what is due; and Discord, if it works, has everybody's thread and its first message."""
        await run_due(self.tools)
        if self.discord_works:
            async with self.db.write() as tx:
                await tx.execute(sa.update(pairings_table).values(thread_id=1, message_id=1))

    async def skip_to(self, moment: datetime) -> None:
        """The machine was off in between."""
        self.clock.at = moment
        await self.run_due()
        await self.run_due()

    async def scheduled(self) -> Round:
        async with self.db.read() as tx:
            found = await stored_rounds.scheduled(tx, self.id)
        assert found
        return found

    async def round(self) -> Round:
        """The newest round that has been more than scheduled."""
        states = [one for one in RoundState if one is not RoundState.SCHEDULED]
        async with self.db.read() as tx:
            found = await stored_rounds.latest(tx, self.id, *states)
        assert found
        return found

    async def open(self) -> Round:
        await self.until((await self.scheduled()).opens_at)
        return await self.round()

    async def draw(self) -> Round:
        await self.until((await self.round()).pairs_at)
        return await self.round()

    async def nudge(self) -> Round:
        await self.until((await self.round()).nudges_at)
        return await self.round()

    async def close(self) -> Round:
        """Until the newest round has closed (the next one may open an hour later)."""
        ending = await self.round()
        await self.until(ending.closes_at)
        async with self.db.read() as tx:
            found = await stored_rounds.get(tx, ending.id)
        assert found
        return found

    async def pairings(self, round_id: RoundId | None = None) -> list[Pairing]:
        wanted = round_id or (await self.round()).id
        async with self.db.read() as tx:
            return await pairings.of_round(tx, wanted)

    async def pairing(self, key: PairingId) -> Pairing:
        async with self.db.read() as tx:
            found = await pairings.get(tx, key)
        assert found
        return found

    async def signups(self) -> dict[MemberId, Signup]:
        async with self.db.read() as tx:
            return {one.member: one for one in await signups.of_round(tx, (await self.round()).id)}

    async def reviews(self) -> list[Review]:
        async with self.db.read() as tx:
            return await reviews.of_round(tx, (await self.round()).id)

    async def member(self, key: MemberId) -> Member:
        async with self.db.read() as tx:
            found = await stored_members.by_id(tx, key)
        assert found
        return found

    async def said(self, kind: str | None = None) -> list[dict[str, Any]]:
        """The arguments of every intention recorded so far (of one kind), with its state."""
        query = sa.select(outbox.c.kind, outbox.c.args, outbox.c.state, outbox.c.key).order_by(outbox.c.id)
        async with self.db.read() as tx:
            rows = (await tx.execute(query)).all()
        return [
            {**row.args, "_kind": row.kind, "_state": row.state, "_key": row.key}
            for row in rows
            if kind is None or row.kind == kind
        ]

    async def log(self, kind: str) -> list[Any]:
        async with self.db.read() as tx:
            return list((await tx.execute(sa.select(acts).where(acts.c.kind == kind))).all())

    async def give(self, pairing: Pairing, reviewer: MemberId, maker: MemberId) -> Review:
        await rounds.give_review(self.tools, await self.member(reviewer), pairing.id, maker, REVIEW)
        return next(one for one in await self.reviews() if (one.reviewer, one.maker) == (reviewer, maker))

    async def exchange(self, pairing: Pairing) -> None:
        """Everybody of a pairing reviews everybody, and every maker says it was specific."""
        for one in pairing.seated:
            for other in pairing.seated:
                if one.id != other.id:
                    review = await self.give(pairing, one.id, other.id)
                    await rounds.acknowledge(self.tools, other.member, review.id, "specific")


HOUR = timedelta(hours=1)
