"""What people wrote, to be printed in the report, about what an exchange led to: one of each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberId, MemberState, Quote
from domain.periods import Window
from storage.engine import Tx, insert
from storage.tables import followups, members, quotes


def _quote(row: Any) -> Quote:
    return Quote(MemberId(row.member_id), row.text, row.name, row.given_at)


async def may_give(tx: Tx, member: MemberId) -> bool:
    """Whether somebody has said of an exchange that it led to joint work."""
    query = sa.select(followups.c.id).where(followups.c.member_id == member, followups.c.led_on.is_(True))
    return (await tx.execute(query.limit(1))).first() is not None


async def give(tx: Tx, community: CommunityId, member: MemberId, text: str, name: str, now: datetime) -> None:
    """Keep what somebody wrote, in the place of what they had written before."""
    words = {"text": text, "name": name, "given_at": now}
    new = insert(tx, quotes).values(community_id=community, member_id=member, **words)
    await tx.execute(new.on_conflict_do_update(index_elements=[quotes.c.member_id], set_=words))


async def take_back(tx: Tx, member: MemberId) -> bool:
    """Delete it; False if there is none."""
    return (await tx.execute(sa.delete(quotes).where(quotes.c.member_id == member))).rowcount == 1


async def of(tx: Tx, member: MemberId) -> Quote | None:
    row = (await tx.execute(sa.select(quotes).where(quotes.c.member_id == member))).first()
    return _quote(row) if row else None


async def of_period(tx: Tx, community: CommunityId, window: Window) -> list[Quote]:
    """What was given in a period, the earliest first; of nobody who has erased themselves."""
    query = (
        sa.select(quotes)
        .join(members, members.c.id == quotes.c.member_id)
        .where(
            quotes.c.community_id == community,
            quotes.c.given_at >= window.start,
            quotes.c.given_at < window.end,
            members.c.state != MemberState.ERASED,
        )
        .order_by(quotes.c.given_at, quotes.c.id)
    )
    return [_quote(row) for row in await tx.execute(query)]
