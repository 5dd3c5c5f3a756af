"""Filling and emptying an outbox in few words."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.model import CommunityId, Intention, NewIntention
from storage import outbox
from storage.engine import Database
from tests.storage.rows import HERE, NOW

LEASE = timedelta(minutes=2)


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


def new(key: str, lane: str = "", *, community: CommunityId = HERE, due_at: datetime | None = None) -> NewIntention:
    return NewIntention(community, key, lane or key, "round.open", {"round": 7, "what": key}, due_at)


async def given(db: Database, *intentions: NewIntention) -> None:
    async with db.write() as tx:
        await outbox.add(tx, NOW, *intentions)


async def take(
    db: Database, now: datetime = NOW, *, worker: str = "one", limit: int = 100, shards: tuple[int, int] | None = None
) -> list[Intention]:
    async with db.write() as tx:
        return await outbox.claim(tx, worker=worker, now=now, lease=LEASE, limit=limit, shards=shards)


async def taken(db: Database, now: datetime = NOW, **more: int) -> list[str]:
    return [one.key for one in await take(db, now, **more)]


async def finish(db: Database, intention: Intention, now: datetime = NOW) -> bool:
    async with db.write() as tx:
        return await outbox.done(tx, intention.id, now)
