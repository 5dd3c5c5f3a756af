"""Asks: somebody on call is asked to step in, in a round or for a showing. The quota counts them all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import Ask, AskId, AskState, CommunityId, MemberId, MemberState, RoundId, ShowingId
from storage.engine import Tx, insert
from storage.tables import asks, members

# Word for word as the index of open asks has it: only then do the databases see that the small one will do.
_OPEN = asks.c.state == sa.literal_column("'open'")


def _ask(row: Any) -> Ask:
    return Ask(
        id=AskId(row.id),
        community=CommunityId(row.community_id),
        member=MemberId(row.member_id),
        round=None if row.round_id is None else RoundId(row.round_id),
        showing=None if row.showing_id is None else ShowingId(row.showing_id),
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


async def for_showings(tx: Tx, showings: Collection[ShowingId]) -> list[Ask]:
    """Everybody who was asked to answer one of these showings."""
    query = sa.select(asks).where(asks.c.showing_id.in_(showings)).order_by(asks.c.id)
    return [_ask(row) for row in await tx.execute(query)]


async def under_way(tx: Tx, member: MemberId, now: datetime) -> list[Ask]:
    """What this member is asked to answer for showings, or has said they will and still has time for."""
    query = sa.select(asks).where(
        asks.c.member_id == member,
        asks.c.showing_id.is_not(None),
        asks.c.state.in_([AskState.OPEN, AskState.TAKEN]),
        asks.c.expires_at > now,
    )
    return [_ask(row) for row in await tx.execute(query.order_by(asks.c.expires_at))]


async def since(tx: Tx, community: CommunityId, moment: datetime) -> dict[MemberId, list[datetime]]:
    """When each member was asked since a moment."""
    # By way of the members: asks are found by whom was asked, so what other communities asked is not read.
    query = (
        sa.select(asks.c.member_id, asks.c.asked_at)
        .select_from(members)
        .join(asks, asks.c.member_id == members.c.id)
        .where(members.c.community_id == community, asks.c.asked_at >= moment)
    )
    found: dict[MemberId, list[datetime]] = {}
    for row in await tx.execute(query):
        found.setdefault(MemberId(row.member_id), []).append(row.asked_at)
    return found


async def add(
    tx: Tx,
    community: CommunityId,
    *,
    round_id: RoundId | None = None,
    showing: ShowingId | None = None,
    member: MemberId,
    for_member: MemberId,
    now: datetime,
    expires_at: datetime,
) -> AskId | None:
    """Write an ask down, for a round or for a showing; None if this member was asked for this before."""
    statement = (
        insert(tx, asks)
        .values(
            community_id=community,
            round_id=round_id,
            showing_id=showing,
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


async def answer(tx: Tx, ask: AskId, state: AskState, *, until: datetime | None = None) -> bool:
    """Move an open ask on; False if it was answered or had lapsed. `until`: how long who takes it has for it."""
    values = {"state": state, **({"expires_at": until} if until else {})}
    statement = sa.update(asks).where(asks.c.id == ask, asks.c.state == AskState.OPEN).values(**values)
    return (await tx.execute(statement)).rowcount == 1


async def withdraw(tx: Tx, round_id: RoundId, for_member: MemberId) -> None:
    """Nobody needs to step in for this member any more."""
    await _lapse(tx, asks.c.round_id == round_id, asks.c.for_member_id == for_member)


async def withdraw_showing(tx: Tx, showing: ShowingId) -> None:
    """Nobody needs to answer this showing any more."""
    await _lapse(tx, asks.c.showing_id == showing)


async def _lapse(tx: Tx, *which: sa.ColumnElement[bool]) -> None:
    await tx.execute(sa.update(asks).where(*which, asks.c.state == AskState.OPEN).values(state=AskState.EXPIRED))


async def lapsed_in_rounds(tx: Tx, now: datetime) -> list[Ask]:
    """Open asks of rounds whose time is over."""
    return await _lapsed(tx, now, asks.c.round_id.is_not(None))


async def lapsed_for_showings(tx: Tx, now: datetime) -> list[Ask]:
    """Open asks for showings whose time is over."""
    return await _lapsed(tx, now, asks.c.showing_id.is_not(None))


async def _lapsed(tx: Tx, now: datetime, which: sa.ColumnElement[bool]) -> list[Ask]:
    query = sa.select(asks).where(which, _OPEN, asks.c.expires_at <= now)
    return [_ask(row) for row in await tx.execute(query.order_by(asks.c.expires_at))]


# Whoever was asked was there then; a pause that ends later was begun since.
_ABSENT = sa.and_(
    members.c.id == asks.c.member_id,
    asks.c.showing_id.is_not(None),
    _OPEN,
    sa.or_(members.c.state != MemberState.ACTIVE, members.c.paused_until > asks.c.asked_at),
)


async def of_absent(tx: Tx) -> list[Ask]:
    """Open asks for showings whose helper has left or gone on pause since."""
    return [_ask(row) for row in await tx.execute(sa.select(asks).where(_ABSENT).order_by(asks.c.id))]


async def next_absent(tx: Tx) -> datetime | None:
    """A moment in the past if there are any."""
    moment: datetime | None = (await tx.execute(sa.select(sa.func.min(asks.c.asked_at)).where(_ABSENT))).scalar()
    return moment


async def next_due(tx: Tx) -> datetime | None:
    query = sa.select(sa.func.min(asks.c.expires_at)).where(_OPEN)
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment
