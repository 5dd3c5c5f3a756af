"""Digests that ask a manager for something, as they are stored; how it is computed has tests of its own."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from bot.services import skills
from bot.services.skills import Wording
from domain.model import CommunityId, DigestId, DigestKind, Member, Need, NeedKind
from storage import digests, needs
from storage.digests import NewDigest
from storage.engine import Database
from storage.tables import manager_actions

DAY = timedelta(days=1)
DAYS = count(1)
PICTURE = b"\x89PNG\r\n\x1a\n"


async def digest(
    db: Database,
    community: CommunityId,
    until: datetime,
    need: Need | None,
    *,
    kind: DigestKind = DigestKind.WEEKLY,
    message: int | None = None,
    met_at: datetime | None = None,
    day: date | None = None,
) -> DigestId:
    """One that was made then; `message`: where it was posted; `day`: None for any."""
    new = NewDigest(
        community=community,
        kind=kind,
        day=day or date(2020, 1, 1) + next(DAYS) * DAY,
        since=until - 7 * DAY,
        until=until,
        language="en",
        figures={},
        text="Needs you: something.",
        plain="",
        picture=PICTURE,
        alt="a picture",
        need=need,
    )
    async with db.write() as tx:
        made = await digests.add(tx, new)
        assert made is not None
        if message is not None:
            await digests.posted(tx, made, message)
        if met_at is not None:
            assert await needs.meet(tx, made, met_at)
    return made


async def required(db: Database) -> list[str]:
    """What Weft needed managers for."""
    query = sa.select(manager_actions.c.what).where(manager_actions.c.required).order_by(manager_actions.c.id)
    async with db.read() as tx:
        return list((await tx.execute(query)).scalars())


async def wants(tools: Any, member: Member, name: str = "etching") -> Need:
    """Somebody wants to learn it; as a digest would name that."""
    done = await skills.want(tools, member, Wording(name, f"I want to do {name} myself"))
    return Need(NeedKind.WANT, done.listing.skill.id, name)
