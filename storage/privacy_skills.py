"""Everything kept of what one member has offered and wanted, and taking their words out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import ListingState, MemberId, SkillId
from storage.engine import Tx
from storage.listings import SWAPPED
from storage.skills import STANDS, drop_if_empty
from storage.tables import listings, skills


async def everything(tx: Tx, member: MemberId) -> dict[str, list[dict[str, Any]]]:
    query = (
        sa.select(
            listings.c.kind,
            skills.c.name.label("skill"),
            listings.c.state,
            listings.c.about,
            listings.c.times,
            listings.c.created_at,
            listings.c.expires_at,
            listings.c.reminded_at,
            listings.c.ended_at,
        )
        .join(skills, skills.c.id == listings.c.skill_id)
        .where(listings.c.member_id == member)
        .order_by(listings.c.id)
    )
    return {"offers_and_wants": [dict(row) for row in (await tx.execute(query)).mappings()]}


async def forget(tx: Tx, member: MemberId, now: datetime) -> None:
    """Take a member's offers and wants away, and the skills only they had a name for.

    What a swap came of stays without its words: it is the other side's, too.
    """
    mine = listings.c.member_id == member
    gone = await tx.execute(sa.delete(listings).where(mine, ~SWAPPED).returning(listings.c.skill_id))
    for skill in sorted({SkillId(row.skill_id) for row in gone}):
        await drop_if_empty(tx, skill)
    await tx.execute(sa.update(listings).where(mine, STANDS).values(state=ListingState.REMOVED, ended_at=now))
    await tx.execute(sa.update(listings).where(mine).values(about="", times=""))
