"""A community with agreed swaps, without any Discord: sessions that people hold, and the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.services import credits as credits_service
from bot.services import privacy
from bot.services.rounds.departure import depart
from bot.services.swaps import session_due, sessions, times
from domain.model import (
    FirmId,
    Leg,
    LegId,
    ListingKind,
    Member,
    MemberId,
    Swap,
    SwapId,
    SwapState,
)
from domain.skills import skill_key
from storage import ledger, legs, swaps
from storage import outbox as stored_outbox
from storage.engine import Database, Tx
from storage.tables import legs as legs_table
from storage.tables import listings, outbox, skills, swap_members, transfers
from storage.tables import swaps as swaps_table
from tests.services.cluster import Cluster

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WHEN = "2026-01-08 14:00"  # a Thursday, a week after the cluster begins


@dataclass
class Lessons:
    cluster: Cluster
    discord_works: bool = True

    @classmethod
    async def start(cls, db: Database, *, key: int = 1) -> Lessons:
        return cls(await Cluster.start(db, key=key))

    @property
    def tools(self) -> Any:
        return self.cluster.tools

    @property
    def db(self) -> Database:
        return self.cluster.db

    @property
    def now(self) -> datetime:
        return self.cluster.clock.at

    async def person(self, firm: str = "") -> Member:
        return await self.cluster.join(firm or f"Firm {next(self.cluster.users)}")

    async def pair(self) -> tuple[Member, Member, Leg]:
        """Two people of two firms, and a leg paid in time credits: the first shows the second something."""
        teacher, learner = await self.person(), await self.person()
        return teacher, learner, await self.leg(teacher, learner)

    async def leg(self, teacher: Member, learner: Member, skill: str = "welding") -> Leg:
        (only,) = (await self.agreed([(teacher, learner, skill)])).legs
        return only

    async def agreed(self, legs_of_it: Sequence[tuple[Member, Member, str]]) -> Swap:
        """A swap that everybody has said yes to, with its thread."""
        people = list(dict.fromkeys(one for teacher, learner, _ in legs_of_it for one in (teacher, learner)))
        async with self.db.write() as tx:
            number = (await tx.execute(sa.select(sa.func.count()).select_from(swaps_table))).scalar_one() + 1
            made = sa.insert(swaps_table).values(
                community_id=self.cluster.id,
                number=number,
                state=SwapState.AGREED,
                proposed_at=self.now,
                expires_at=self.now,
                thread_id=1,
                message_id=1,
            )
            swap = SwapId((await tx.execute(made.returning(swaps_table.c.id))).scalar_one())
            for at, one in enumerate(people):
                seat = {"swap_id": swap, "member_id": one.id, "position": at, "answer": "accepted", "proposed": False}
                await tx.execute(sa.insert(swap_members).values(**seat, proposed_at=self.now))
            for at, (teacher, learner, name) in enumerate(legs_of_it):
                skill = await self._skill(tx, name)
                offer = await self._listing(tx, teacher, skill, ListingKind.OFFER)
                want = await self._listing(tx, learner, skill, ListingKind.WANT)
                await tx.execute(
                    sa.insert(legs_table).values(
                        community_id=self.cluster.id,
                        swap_id=swap,
                        position=at,
                        teacher_id=teacher.id,
                        learner_id=learner.id,
                        skill_id=skill,
                        offer_id=offer,
                        want_id=want,
                    )
                )
            await sessions.begin(tx, swap, self.now)
        return await self.swap(swap)

    async def _skill(self, tx: Tx, name: str) -> int:
        key = skill_key(name)
        found = (await tx.execute(sa.select(skills.c.id).where(skills.c.name_key == key))).scalar()
        if found is not None:
            return int(found)
        made = sa.insert(skills).values(community_id=self.cluster.id, name=name, name_key=key, created_at=self.now)
        return int((await tx.execute(made.returning(skills.c.id))).scalar_one())

    async def _listing(self, tx: Tx, member: Member, skill: int, kind: ListingKind) -> int:
        """Open, and looked at for swaps already; one that stands is taken again."""
        same = (listings.c.member_id == member.id, listings.c.skill_id == skill, listings.c.kind == kind)
        found = (await tx.execute(sa.select(listings.c.id).where(*same, listings.c.state == "open"))).scalar()
        if found is not None:
            return int(found)
        made = sa.insert(listings).values(
            community_id=self.cluster.id,
            member_id=member.id,
            skill_id=skill,
            kind=kind,
            sought=True,
            created_at=self.now,
            expires_at=self.now + 60 * DAY,
        )
        return int((await tx.execute(made.returning(listings.c.id))).scalar_one())

    # What happens

    async def until(self, moment: datetime) -> None:
        """Let time pass; what falls due in sessions on the way is done exactly when it does."""
        await self.look()
        while (due := await self.next_due()) is not None and due <= moment:
            self.cluster.clock.at = max(self.now, due)
            await self.look()
        self.cluster.clock.at = max(self.now, moment)
        await self.look()

    async def look(self) -> None:
        """What is due is done, and what is to be said arrives."""
        await self._deliver()
        await session_due.run_sessions(self.tools)
        await self._deliver()

    async def _deliver(self) -> None:
        claimed = self.discord_works
        while claimed:
            async with self.db.write() as tx:
                intentions = await stored_outbox.claim(tx, worker="test", now=self.now, lease=HOUR, limit=100)
                for one in intentions:
                    await stored_outbox.done(tx, one.id, self.now)
                    if (arrival := session_due.SESSION_ARRIVALS.get(one.kind)) is not None:
                        await arrival(tx, one, {"message": 1000 + one.id, "event": 2000 + one.id}, self.now)
            claimed = bool(intentions)

    async def wait(self, span: timedelta) -> None:
        await self.until(self.now + span)

    async def next_due(self) -> datetime | None:
        async with self.db.read() as tx:
            return await legs.next_due(tx)

    async def set_time(self, by: Member, other: Member, leg: Leg, when: str = WHEN, place: str = "") -> Leg:
        community = await self.cluster.community()
        (named,) = await times.name_time(self.tools, community, by, leg.id, when, place)
        (agreed,) = await times.agree_time(self.tools, other, (leg.id, named.time_version))
        return agreed

    async def hold(self, leg: Leg, minutes: int = 45) -> Leg:
        """The teacher enters the time and the learner confirms it."""
        said = await sessions.enter(self.tools, leg.teacher, leg.id, minutes)
        return await sessions.confirm(self.tools, leg.learner, leg.id, said.words)

    # How things stand

    async def swap(self, key: SwapId) -> Swap:
        async with self.db.read() as tx:
            found = await swaps.get(tx, key)
        assert found is not None
        return found

    async def now_is(self, key: LegId) -> Leg:
        async with self.db.read() as tx:
            found = await legs.get(tx, key)
        assert found is not None
        return found

    async def want(self, leg: Leg) -> tuple[str, bool]:
        """The state of the want a leg serves, and whether swaps with it have been looked for."""
        query = sa.select(listings.c.state, listings.c.sought).where(listings.c.id == leg.want)
        async with self.db.read() as tx:
            row = (await tx.execute(query)).one()
        return row.state, row.sought

    async def balances(self) -> dict[FirmId | None, int]:
        async with self.db.read() as tx:
            return await ledger.balances(tx, self.cluster.id)

    async def balance(self, member: Member) -> int:
        return (await credits_service.balance(self.tools, member)).minutes

    async def transfers(self, kind: str | None = None) -> list[Any]:
        async with self.db.read() as tx:
            rows = (await tx.execute(sa.select(transfers).order_by(transfers.c.id))).all()
        return [row for row in rows if kind in {None, row.kind}]

    async def said(self, kind: str = "session.say") -> list[str]:
        """What has been said of sessions so far, in order."""
        async with self.db.read() as tx:
            rows = (await tx.execute(sa.select(outbox).where(outbox.c.kind == kind).order_by(outbox.c.id))).all()
        return [row.args.get("what", kind) for row in rows]

    async def pending(self) -> list[str]:
        """What is still to be carried out on Discord."""
        query = sa.select(outbox.c.key).where(outbox.c.state == "pending").order_by(outbox.c.id)
        async with self.db.read() as tx:
            return list((await tx.execute(query)).scalars())

    async def log(self, kind: str) -> list[tuple[MemberId, MemberId, int | None]]:
        return [(row.member_id, row.other_member_id, row.minutes) for row in await self.cluster.log(kind)]


async def leaves(made: Lessons, member: Member) -> None:
    async with made.db.write() as tx:
        await depart(tx, member, made.now)


async def erased(made: Lessons, member: Member) -> None:
    await privacy.erase(made.tools, member)
