"""Pairings of a round and who sits in them; what the pairing rule needs to know of the past."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.meetings import Meeting
from domain.model import (
    CommunityId,
    MemberId,
    Pairing,
    PairingId,
    PairingKind,
    PairingMember,
    PairingState,
    ReviewMode,
    ReviewState,
    Round,
    RoundId,
    Seat,
)
from storage import members
from storage.engine import Tx, insert
from storage.tables import pairing_members, pairings, reviews, rounds


async def _with_members(tx: Tx, rows: Sequence[Any]) -> list[Pairing]:
    """Pairings from their rows, with everybody in them, by one query for all."""
    if not rows:
        return []
    seats = (
        await tx.execute(
            sa.select(pairing_members)
            .where(pairing_members.c.pairing_id.in_([row.id for row in rows]))
            .order_by(pairing_members.c.pairing_id, pairing_members.c.position)
        )
    ).all()
    people = await members.by_ids(tx, {MemberId(seat.member_id) for seat in seats})
    grouped: dict[int, list[PairingMember]] = {}
    for seat in seats:
        one = PairingMember(people[MemberId(seat.member_id)], Seat(seat.seat), seat.shows)
        grouped.setdefault(seat.pairing_id, []).append(one)
    return [
        Pairing(
            id=PairingId(row.id),
            community=CommunityId(row.community_id),
            round=RoundId(row.round_id),
            number=row.number,
            kind=PairingKind(row.kind),
            state=PairingState(row.state),
            members=tuple(grouped.get(row.id, ())),
            thread=row.thread_id,
            message=row.message_id,
            times_met=row.times_met,
            new_firms=row.new_firms,
            created_at=row.created_at,
        )
        for row in rows
    ]


async def get(tx: Tx, pairing: PairingId) -> Pairing | None:
    rows = (await tx.execute(sa.select(pairings).where(pairings.c.id == pairing))).all()
    found = await _with_members(tx, rows)
    return found[0] if found else None


async def of_round(tx: Tx, round_id: RoundId) -> list[Pairing]:
    query = sa.select(pairings).where(pairings.c.round_id == round_id).order_by(pairings.c.number)
    return await _with_members(tx, (await tx.execute(query)).all())


async def of_member(tx: Tx, round_id: RoundId, member: MemberId) -> list[Pairing]:
    """Pairings of a round in which a member has or had a seat, newest first."""
    query = (
        sa.select(pairings)
        .join(pairing_members)
        .where(pairings.c.round_id == round_id, pairing_members.c.member_id == member)
        .order_by(pairings.c.number.desc())
    )
    return await _with_members(tx, (await tx.execute(query)).all())


async def latest_of(tx: Tx, member: MemberId) -> list[Pairing]:
    """A member's pairings in the newest round in which they had any."""
    newest = (
        sa.select(pairings.c.round_id)
        .join(pairing_members)
        .where(pairing_members.c.member_id == member)
        .order_by(pairings.c.id.desc())
        .limit(1)
    )
    found = (await tx.execute(newest)).scalar()
    return await of_member(tx, RoundId(found), member) if found is not None else []


async def add(
    tx: Tx,
    a_round: Round,
    kind: PairingKind,
    people: Sequence[tuple[MemberId, bool]],
    *,
    times_met: int,
    new_firms: int,
    now: datetime,
) -> PairingId:
    """Write a pairing of these (member, shows work); the first one starts."""
    number = (
        sa.select(sa.func.coalesce(sa.func.max(pairings.c.number), 0) + 1)
        .where(pairings.c.round_id == a_round.id)
        .scalar_subquery()
    )
    statement = (
        sa.insert(pairings)
        .values(
            community_id=a_round.community,
            round_id=a_round.id,
            number=number,
            kind=kind,
            times_met=times_met,
            new_firms=new_firms,
            created_at=now,
        )
        .returning(pairings.c.id)
    )
    pairing = PairingId((await tx.execute(statement)).scalar_one())
    await tx.execute(
        sa.insert(pairing_members),
        [
            {"pairing_id": pairing, "member_id": member, "position": at, "shows": shows, "joined_at": now}
            for at, (member, shows) in enumerate(people)
        ],
    )
    return pairing


async def join(tx: Tx, pairing: Pairing, member: MemberId, now: datetime) -> bool:
    """Seat somebody as a third; False if they sit there already."""
    statement = (
        insert(tx, pairing_members)
        .values(pairing_id=pairing.id, member_id=member, position=len(pairing.members), joined_at=now)
        .on_conflict_do_nothing()
    )
    return (await tx.execute(statement)).rowcount == 1


async def set_seat(tx: Tx, pairing: PairingId, member: MemberId, seat: Seat) -> bool:
    """Take somebody off their seat; False if they had left it already."""
    statement = (
        sa.update(pairing_members)
        .where(
            pairing_members.c.pairing_id == pairing,
            pairing_members.c.member_id == member,
            pairing_members.c.seat == Seat.IN,
        )
        .values(seat=seat)
    )
    return (await tx.execute(statement)).rowcount == 1


async def set_state(tx: Tx, pairing: PairingId, state: PairingState) -> bool:
    """Move an open pairing on; False if it was not open any more."""
    statement = (
        sa.update(pairings).where(pairings.c.id == pairing, pairings.c.state == PairingState.OPEN).values(state=state)
    )
    return (await tx.execute(statement)).rowcount == 1


async def close_all(tx: Tx, round_id: RoundId) -> None:
    await tx.execute(
        sa.update(pairings)
        .where(pairings.c.round_id == round_id, pairings.c.state == PairingState.OPEN)
        .values(state=PairingState.CLOSED)
    )


async def set_thread(tx: Tx, pairing: PairingId, thread: int) -> None:
    await tx.execute(sa.update(pairings).where(pairings.c.id == pairing).values(thread_id=thread))


async def set_message(tx: Tx, pairing: PairingId, message: int) -> None:
    await tx.execute(sa.update(pairings).where(pairings.c.id == pairing).values(message_id=message))


def _came_to_something(before: datetime) -> sa.Exists:
    """Whether a pairing has led to a review by then: written by one side, or live and said by both."""
    return sa.exists().where(
        reviews.c.pairing_id == pairings.c.id,
        sa.or_(
            sa.and_(reviews.c.mode == ReviewMode.WRITTEN, reviews.c.given_at < before),
            sa.and_(reviews.c.state == ReviewState.ACKNOWLEDGED, reviews.c.acknowledged_at < before),
        ),
    )


async def times_met(tx: Tx, member: MemberId, others: Collection[MemberId], now: datetime) -> dict[MemberId, int]:
    """How often a member has met each of the others, in pairings that came to something."""
    mine, theirs = pairing_members.alias("mine"), pairing_members.alias("theirs")
    query = (
        sa.select(theirs.c.member_id, sa.func.count().label("times"))
        .join(mine, mine.c.pairing_id == theirs.c.pairing_id)
        .join(pairings, pairings.c.id == mine.c.pairing_id)
        .where(mine.c.member_id == member, theirs.c.member_id.in_(list(others)), _came_to_something(now))
        .group_by(theirs.c.member_id)
    )
    found = {MemberId(row.member_id): row.times for row in await tx.execute(query)}
    return {other: found.get(other, 0) for other in others}


async def meetings(
    tx: Tx, community: CommunityId, before: datetime, since: datetime | None = None
) -> tuple[Meeting, ...]:
    """Everybody who was paired before a moment, and whether it came to a review by then.

    Only in rounds that closed after `since`, if that is given. Asked with the moments of a past draw it gives what
    that draw knew.
    """
    query = (
        sa.select(
            pairings.c.id, rounds.c.number, pairing_members.c.member_id, _came_to_something(before).label("completed")
        )
        .join(rounds, rounds.c.id == pairings.c.round_id)
        .join(pairing_members, pairing_members.c.pairing_id == pairings.c.id)
        .where(pairings.c.community_id == community, pairing_members.c.joined_at < before)
        .order_by(rounds.c.number, pairings.c.number, pairing_members.c.position)
    )
    if since is not None:
        query = query.where(rounds.c.closes_at >= since)
    groups: dict[int, tuple[int, bool, list[int]]] = {}
    for row in await tx.execute(query):
        groups.setdefault(row.id, (row.number, bool(row.completed), []))[2].append(row.member_id)
    return tuple(
        Meeting(number, tuple(people), completed) for number, completed, people in groups.values() if people[1:]
    )
