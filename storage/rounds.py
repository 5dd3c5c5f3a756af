"""Rounds: one row each, moved forward by compare-and-set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.calendar import RoundTimes
from domain.model import CommunityId, CommunityState, MemberId, Round, RoundId, RoundState
from storage.engine import Tx, insert
from storage.shards import ours
from storage.tables import communities, rounds

UNDER_WAY = (RoundState.OPEN, RoundState.DRAWING, RoundState.RUNNING, RoundState.NUDGED)


def _round(row: Any) -> Round:
    return Round(
        id=RoundId(row.id),
        community=CommunityId(row.community_id),
        number=row.number,
        theme=row.theme,
        state=RoundState(row.state),
        opens_at=row.opens_at,
        pairs_at=row.pairs_at,
        nudges_at=row.nudges_at,
        closes_at=row.closes_at,
        seed=row.seed,
        channel=row.channel_id,
        message=row.message_id,
    )


async def get(tx: Tx, round_id: RoundId) -> Round | None:
    row = (await tx.execute(sa.select(rounds).where(rounds.c.id == round_id))).first()
    return _round(row) if row else None


async def hold(tx: Tx, round_id: RoundId) -> Round | None:
    """The round, and nobody else changes anything in it before this transaction ends."""
    row = (await tx.execute(sa.select(rounds).where(rounds.c.id == round_id).with_for_update())).first()
    return _round(row) if row else None


async def latest(tx: Tx, community: CommunityId, *states: RoundState) -> Round | None:
    """The newest round of a community in one of these states."""
    query = (
        sa.select(rounds)
        .where(rounds.c.community_id == community, rounds.c.state.in_(states))
        .order_by(rounds.c.number.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return _round(row) if row else None


async def under_way(tx: Tx, community: CommunityId) -> Round | None:
    return await latest(tx, community, *UNDER_WAY)


async def scheduled(tx: Tx, community: CommunityId) -> Round | None:
    return await latest(tx, community, RoundState.SCHEDULED)


async def last_opened_at(tx: Tx, community: CommunityId) -> datetime | None:
    """When the newest round that is not merely scheduled opened (or would have)."""
    query = sa.select(sa.func.max(rounds.c.opens_at).label("opens_at")).where(
        rounds.c.community_id == community, rounds.c.state != RoundState.SCHEDULED
    )
    latest_at: datetime | None = (await tx.execute(query)).scalar()
    return latest_at


async def add(tx: Tx, community: CommunityId, times: RoundTimes, seed: int) -> Round | None:
    """Write the next round, numbered on from the last. None if somebody else did so at the same moment."""
    number = (
        sa.select(sa.func.coalesce(sa.func.max(rounds.c.number), 0) + 1)
        .where(rounds.c.community_id == community)
        .scalar_subquery()
    )
    statement = (
        insert(tx, rounds)
        .values(
            community_id=community,
            number=number,
            state=RoundState.SCHEDULED,
            seed=seed,
            due_at=times.opens_at,
            opens_at=times.opens_at,
            pairs_at=times.pairs_at,
            nudges_at=times.nudges_at,
            closes_at=times.closes_at,
        )
        .on_conflict_do_nothing()
        .returning(rounds)
    )
    row = (await tx.execute(statement)).first()
    return _round(row) if row else None


async def move_times(tx: Tx, round_id: RoundId, times: RoundTimes) -> bool:
    """Give a scheduled round other dates; False if it has opened meanwhile."""
    statement = (
        sa.update(rounds)
        .where(rounds.c.id == round_id, rounds.c.state == RoundState.SCHEDULED)
        .values(
            due_at=times.opens_at,
            opens_at=times.opens_at,
            pairs_at=times.pairs_at,
            nudges_at=times.nudges_at,
            closes_at=times.closes_at,
        )
    )
    return (await tx.execute(statement)).rowcount == 1


async def advance(tx: Tx, a_round: Round, to: RoundState, due_at: datetime | None, **values: Any) -> bool:
    """Move a round on, if it still is in the state we read; False if somebody else was first."""
    statement = (
        sa.update(rounds)
        .where(rounds.c.id == a_round.id, rounds.c.state == a_round.state)
        .values(state=to, due_at=due_at, **values)
    )
    return (await tx.execute(statement)).rowcount == 1


async def set_message(tx: Tx, round_id: RoundId, channel: int, message: int) -> None:
    await tx.execute(sa.update(rounds).where(rounds.c.id == round_id).values(channel_id=channel, message_id=message))


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(rounds.c.due_at <= now, communities.c.state == CommunityState.ACTIVE)


async def due(tx: Tx, now: datetime, shards: Sequence[tuple[int, int]] = ()) -> list[RoundId]:
    """Rounds with a step due, oldest first; of active communities only, and of these (shard, of how many) if given."""
    query = (
        sa.select(rounds.c.id)
        .join(communities)
        .where(_due(now), ours(rounds.c.community_id, shards))
        .order_by(rounds.c.due_at, rounds.c.id)
    )
    return [RoundId(row.id) for row in await tx.execute(query)]


async def claim(tx: Tx, round_id: RoundId, now: datetime) -> Round | None:
    """The round, held for this transaction, if its step is still due and nobody else holds it."""
    query = (
        sa.select(rounds)
        .join(communities)
        .where(rounds.c.id == round_id, _due(now))
        .with_for_update(skip_locked=True, of=rounds)
    )
    row = (await tx.execute(query)).first()
    return _round(row) if row else None


async def next_due(tx: Tx) -> datetime | None:
    query = (
        sa.select(rounds.c.due_at)
        .join(communities)
        .where(rounds.c.due_at.is_not(None), communities.c.state == CommunityState.ACTIVE)
        .order_by(rounds.c.due_at)
        .limit(1)
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def look_again(tx: Tx, round_id: RoundId, now: datetime) -> None:
    """Somebody in this round waits for a partner: that it is looked at does not depend on us staying alive."""
    await tx.execute(
        sa.update(rounds)
        .where(
            rounds.c.id == round_id, rounds.c.due_at > now, rounds.c.state.in_([RoundState.RUNNING, RoundState.NUDGED])
        )
        .values(due_at=now)
    )


async def put_off(tx: Tx, round_id: RoundId, until: datetime) -> None:
    """Look at a round again later, after its step failed."""
    await tx.execute(sa.update(rounds).where(rounds.c.id == round_id).values(due_at=until))


async def wait_until(tx: Tx, a_round: Round, due_at: datetime | None) -> None:
    """Correct when a round is next looked at, if it has not moved on."""
    await tx.execute(
        sa.update(rounds).where(rounds.c.id == a_round.id, rounds.c.state == a_round.state).values(due_at=due_at)
    )


async def skipped_because(tx: Tx, community: CommunityId) -> str:
    """Why the newest round that is over was skipped; empty if it took place."""
    query = (
        sa.select(rounds.c.skipped_because)
        .where(rounds.c.community_id == community, rounds.c.state.in_([RoundState.CLOSED, RoundState.SKIPPED]))
        .order_by(rounds.c.number.desc())
        .limit(1)
    )
    return (await tx.execute(query)).scalar() or ""


async def forget_whom_avoided(tx: Tx, community: CommunityId, member: MemberId) -> None:
    """Take an erased member's avoid list, and them out of the others', out of what past draws were made from.

    Their right to be forgotten goes before the repeating of a draw.
    """
    kept = sa.select(rounds.c.id, rounds.c.present).where(
        rounds.c.community_id == community, rounds.c.present.is_not(None)
    )
    for row in (await tx.execute(kept)).all():
        people = {which: [_without(one, member) for one in rows] for which, rows in row.present.items()}
        if people != row.present:
            await tx.execute(sa.update(rounds).where(rounds.c.id == row.id).values(present=people))


def _without(person: list[Any], member: MemberId) -> list[Any]:
    key, firm, sector, avoids, firms = person
    mine = key == member
    return [key, firm, sector, [] if mine else [one for one in avoids if one != member], [] if mine else firms]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a past draw was made from, to repeat it."""

    at: datetime
    people: dict[str, Any]


async def drawn(tx: Tx, round_id: RoundId) -> Drawn | None:
    """None for a round that was not drawn, or so long ago that its people are not kept any more."""
    row = (await tx.execute(sa.select(rounds.c.drawn_at, rounds.c.present).where(rounds.c.id == round_id))).first()
    return Drawn(row.drawn_at, row.present) if row and row.drawn_at and row.present else None


async def any_closed(tx: Tx, community: CommunityId, since: datetime, before: datetime) -> bool:
    """Whether a round closed since then, and before the other moment."""
    closed = sa.and_(rounds.c.closes_at >= since, rounds.c.closes_at < before)
    query = sa.select(rounds.c.id).where(rounds.c.community_id == community, closed)
    return (await tx.execute(query.limit(1))).first() is not None
