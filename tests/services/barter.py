"""A community in which people offer and want, without any Discord: what is proposed to whom, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.services import skills
from bot.services import swaps as service
from bot.services.skills import Wording
from bot.services.swaps.due import run_due
from domain.model import Answer, Listing, ListingId, ListingKind, ListingState, Member, Swap, SwapId, SwapState
from storage import listings, swaps
from storage.engine import Database
from storage.tables import listings as listings_table
from storage.tables import swap_members as swap_members_table
from storage.tables import swaps as swaps_table
from tests.services.cluster import Cluster

DAY = timedelta(days=1)
HOURS_72 = timedelta(hours=72)


@dataclass
class Barter:
    cluster: Cluster
    discord_works: bool = True

    @classmethod
    async def start(cls, db: Database, *, key: int = 1) -> Barter:
        made = cls(await Cluster.start(db, key=key))
        await made.look()
        return made

    @property
    def db(self) -> Database:
        return self.cluster.db

    @property
    def now(self) -> datetime:
        return self.cluster.clock.at

    # People

    async def person(self, offers: str = "", wants: str = "", *, firm: str = "", sector: str = "crafts") -> Member:
        """A member in a firm of their own, with what they offer and want ("a b" is two skills)."""
        member = await self.cluster.join(firm or f"Firm {next(self.cluster.users)}", sector)
        for name in offers.split():
            await self.post(member, ListingKind.OFFER, name)
        for name in wants.split():
            await self.post(member, ListingKind.WANT, name)
        return member

    async def post(self, member: Member, kind: ListingKind, name: str) -> ListingId:
        list_it = skills.offer if kind is ListingKind.OFFER else skills.want
        listed = await list_it(self.cluster.tools, member, Wording(name, f"about {name}", "Tuesdays"))
        return listed.listing.id

    async def take_off(self, member: Member, kind: ListingKind, name: str) -> None:
        mine = [one for one in await self.listed() if one.member.id == member.id]
        (key,) = [one.id for one in mine if (one.kind, one.skill.name) == (kind, name)]
        await self.change(key, state=ListingState.REMOVED, ended_at=self.now)

    async def change(self, *which: ListingId, **values: Any) -> None:
        async with self.db.write() as tx:
            those = listings_table.c.id.in_(which) if which else sa.true()
            await tx.execute(sa.update(listings_table).where(those).values(**values))

    async def ring(self, size: int) -> list[Member]:
        """People of whom each wants what the one before offers; no two of them match, unless they are two."""
        return [await self.person(f"skill{at}", f"skill{(at - 1) % size}") for at in range(size)]

    # What happens

    async def look(self) -> None:
        """Do what is due now; and Discord, if it works, has every proposal's thread and its first message."""
        await run_due(self.cluster.tools)
        if self.discord_works:
            async with self.db.write() as tx:
                await tx.execute(
                    sa.update(swaps_table)
                    .where(swaps_table.c.community_id == self.cluster.id, swaps_table.c.thread_id.is_(None))
                    .values(thread_id=1, message_id=1)
                )

    async def until(self, moment: datetime) -> None:
        """Let time pass; what falls due in proposals on the way is done exactly when it does."""
        while (due := await self.next_due()) is not None and due <= moment:
            self.cluster.clock.at = max(self.now, due)
            await self.look()
        self.cluster.clock.at = max(self.now, moment)
        await self.look()

    async def wait(self, span: timedelta) -> None:
        await self.until(self.now + span)

    async def next_due(self) -> datetime | None:
        async with self.db.read() as tx:
            return await service.next_due(tx)

    async def accept(self, member: Member, swap: Swap) -> Swap:
        return await service.accept(self.cluster.tools, member, swap.id)

    async def decline(self, member: Member, swap: Swap) -> Swap:
        return await service.decline(self.cluster.tools, member, swap.id)

    # How things stand

    async def swap(self, key: SwapId) -> Swap:
        async with self.db.read() as tx:
            found = await swaps.get(tx, key)
        assert found is not None
        return found

    async def swaps(self, *states: SwapState) -> list[Swap]:
        """All there have been, or those in one of these states; the oldest first."""
        query = sa.select(swaps_table).where(swaps_table.c.community_id == self.cluster.id)
        async with self.db.read() as tx:
            found = await swaps._read(tx, (await tx.execute(query.order_by(swaps_table.c.id))).all())
        return [one for one in found if not states or one.state in states]

    async def proposed(self) -> Swap:
        """The only open proposal."""
        (only,) = await self.swaps(SwapState.PROPOSED)
        return only

    async def listed(self) -> list[Listing]:
        """Everything that stands open."""
        async with self.db.read() as tx:
            query = listings.LISTING.where(listings_table.c.community_id == self.cluster.id, listings.STANDS)
            return await listings.read(tx, query)

    async def unsought(self) -> set[int]:
        """Whose offers and wants are still to be looked for."""
        query = sa.select(listings_table.c.member_id).where(listings.UNSOUGHT)
        async with self.db.read() as tx:
            return {row.member_id for row in await tx.execute(query)}

    async def times_proposed(self, member: Member) -> list[datetime]:
        query = sa.select(swap_members_table.c.proposed_at).where(swap_members_table.c.member_id == member.id)
        async with self.db.read() as tx:
            return sorted(row.proposed_at for row in await tx.execute(query))


def who(swap: Swap) -> set[int]:
    return {one.id for one in swap.members}


def legs(swap: Swap) -> set[tuple[int, int, str]]:
    return {(leg.teacher.id, leg.learner.id, leg.skill.name) for leg in swap.legs}


def answers(swap: Swap) -> dict[int, Answer]:
    return {one.id: one.answer for one in swap.members}


def ids(people: Iterable[Member]) -> set[int]:
    return {one.id for one in people}
