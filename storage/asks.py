"""Asks: somebody on call is asked to step in. The quota counts them all, of whatever kind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import Ask, AskId, AskState, CommunityId, MemberId, RoundId
from storage.engine import Tx, insert
from storage.tables import asks


def _ask(row: Any) -> Ask:
    return Ask(
        id=AskId(row.id),
        community=CommunityId(row.community_id),
        member=MemberId(row.member_id),
        round=RoundId(row.round_id),
        for_member=MemberId(row.for_member_id),
        state=AskState(row.state),
        asked_at=row.asked_at,
        expires_at=row.expires_at,
    )


async def get(tx: Tx, ask: AskId) -> Ask | None:
    row = (await tx.execute(sa.select(asks).where(asks.c.id == ask))).first()
    return _ask(row) if row else None


async def for_member(tx: Tx, round_id: RoundId, member: MemberId) -> list[Ask]:
    """Everybody who was asked to help this member in this round."""
    query = sa.select(asks).where(asks.c.round_id == round_id, asks.c.for_member_id == member)
    return [_ask(row) for row in await tx.execute(query)]


async def since(tx: Tx, community: CommunityId, moment: datetime) -> dict[MemberId, list[datetime]]:
    """When each member was asked since a moment."""
    query = sa.select(asks.c.member_id, asks.c.asked_at).where(
        asks.c.community_id == community, asks.c.asked_at >= moment
    )
    found: dict[MemberId, list[datetime]] = {}
    for row in await tx.execute(query):
        found.setdefault(MemberId(row.member_id), []).append(row.asked_at)
    return found


async def add(
    tx: Tx,
    community: CommunityId,
    round_id: RoundId,
    *,
    member: MemberId,
    for_member: MemberId,
    now: datetime,
    expires_at: datetime,
) -> AskId | None:
    """Write an ask down; None if this member was asked for this before."""
    statement = (
        insert(tx, asks)
        .values(
            community_id=community,
            round_id=round_id,
            member_id=member,
            for_member_id=for_member,
            asked_at=now,
            expires_at=expires_at,
        )
        .on_conflict_do_nothing()
        .returning(asks.c.id)
    )
    found = (await tx.execute(statement)).scalar()
    return AskId(found) if found else None


async def answer(tx: Tx, ask: AskId, state: AskState) -> bool:
    """Move an open ask on; False if it was answered or had lapsed."""
    statement = sa.update(asks).where(asks.c.id == ask, asks.c.state == AskState.OPEN).values(state=state)
    return (await tx.execute(statement)).rowcount == 1


async def withdraw(tx: Tx, round_id: RoundId, for_member: MemberId) -> None:
    """Nobody needs to step in any more."""
    await tx.execute(
        sa.update(asks)
        .where(asks.c.round_id == round_id, asks.c.for_member_id == for_member, asks.c.state == AskState.OPEN)
        .values(state=AskState.EXPIRED)
    )


async def lapsed(tx: Tx, now: datetime) -> list[Ask]:
    query = sa.select(asks).where(asks.c.state == AskState.OPEN, asks.c.expires_at <= now).order_by(asks.c.expires_at)
    return [_ask(row) for row in await tx.execute(query)]


async def next_due(tx: Tx) -> datetime | None:
    query = sa.select(sa.func.min(asks.c.expires_at)).where(asks.c.state == AskState.OPEN)
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment
