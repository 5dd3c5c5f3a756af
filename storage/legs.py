"""Legs: one row each, changed by compare-and-set; whoever changes one holds the row of its swap first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.legs_due import all_over, due_at
from domain.model import (
    CommunityId,
    CommunityState,
    Leg,
    LegId,
    LegState,
    ListingId,
    MemberId,
    MemberState,
    Skill,
    SkillId,
    SwapId,
    SwapState,
)
from domain.proposals import Refused, refusals
from domain.swaps import Leg as Part
from storage import members as stored_members
from storage.engine import Tx
from storage.shards import ours
from storage.tables import communities, legs, members, skills, swaps

_LEG = sa.select(*legs.c, skills.c.name.label("skill_name")).join(skills, skills.c.id == legs.c.skill_id)
_AGREED = (SwapState.AGREED, SwapState.OVER)  # a correction may be due in one that is over
_NOTHING_CAME = (LegState.CANCELLED, LegState.NO_SHOW, LegState.UNCONFIRMED)
_AGREED_LEG: sa.ColumnElement[str] = sa.literal_column("'agreed'")  # written out, as in the index that holds these only


async def _read(tx: Tx, query: sa.Select[Any]) -> list[Leg]:
    rows = (await tx.execute(query)).all()
    people = await stored_members.by_ids(
        tx, {MemberId(one) for row in rows for one in (row.teacher_id, row.learner_id)}
    )
    return [
        Leg(
            id=LegId(row.id),
            swap=SwapId(row.swap_id),
            teacher=people[MemberId(row.teacher_id)],
            learner=people[MemberId(row.learner_id)],
            skill=Skill(SkillId(row.skill_id), CommunityId(row.community_id), row.skill_name),
            offer=ListingId(row.offer_id),
            want=ListingId(row.want_id),
            state=LegState(row.state),
            starts_at=row.starts_at,
            place=row.place,
            time_by=_member(row.time_by),
            time_agreed=row.time_agreed,
            time_version=row.time_version,
            minutes=row.minutes,
            other_minutes=row.other_minutes,
            last_word=_member(row.last_word),
            ended_by=_member(row.ended_by),
            reported_at=row.reported_at,
            ended_at=row.ended_at,
            settled=row.settled,
            words=row.words,
            agreed_at=row.agreed_at,
            asked_at=row.asked_at,
            reminded_at=row.reminded_at,
            event=row.event_id,
            question=row.question_id,
            decided=row.decided,
        )
        for row in rows
    ]


def _member(number: int | None) -> MemberId | None:
    return None if number is None else MemberId(number)


async def get(tx: Tx, leg: LegId) -> Leg | None:
    found = await _read(tx, _LEG.where(legs.c.id == leg))
    return found[0] if found else None


async def of_swap(tx: Tx, swap: SwapId) -> list[Leg]:
    """In the order of the ring."""
    return await _read(tx, _LEG.where(legs.c.swap_id == swap).order_by(legs.c.position))


async def of_swaps(tx: Tx, wanted: Collection[SwapId]) -> dict[SwapId, tuple[Leg, ...]]:
    found: dict[SwapId, list[Leg]] = {}
    for leg in await _read(tx, _LEG.where(legs.c.swap_id.in_(wanted)).order_by(legs.c.swap_id, legs.c.position)):
        found.setdefault(leg.swap, []).append(leg)
    return {swap: tuple(theirs) for swap, theirs in found.items()}


async def of_member(tx: Tx, member: MemberId, *states: LegState) -> list[Leg]:
    """The legs somebody has part in, in one of these states, the oldest first."""
    mine = sa.or_(legs.c.teacher_id == member, legs.c.learner_id == member)
    return await _read(tx, _LEG.where(mine, legs.c.state.in_(states)).order_by(legs.c.id))


async def confirmed_since(tx: Tx, member: MemberId, moment: datetime) -> list[Leg]:
    """The legs of somebody that ended with confirmed minutes since then, the newest first."""
    mine = sa.or_(legs.c.teacher_id == member, legs.c.learner_id == member)
    query = _LEG.where(mine, legs.c.state == LegState.CONFIRMED, legs.c.ended_at > moment)
    return await _read(tx, query.order_by(legs.c.ended_at.desc(), legs.c.id.desc()))


async def before_a_manager(tx: Tx, community: CommunityId) -> list[Leg]:
    """The legs whose time a manager is asked to decide, the oldest first."""
    here = sa.and_(legs.c.community_id == community, legs.c.state == LegState.ESCALATED)
    return await _read(tx, _LEG.where(here).order_by(legs.c.id))


async def hold(tx: Tx, leg: LegId) -> Leg | None:
    """The leg, and nobody else changes anything in its swap before this transaction ends."""
    swap = sa.select(legs.c.swap_id).where(legs.c.id == leg).scalar_subquery()
    await tx.execute(sa.select(swaps.c.id).where(swaps.c.id == swap).with_for_update())
    return await get(tx, leg)


async def save(tx: Tx, before: Leg, after: Leg) -> bool:
    """Write down what a leg has become, if it still is what we read; False if somebody else was first."""
    statement = (
        sa.update(legs)
        .where(
            legs.c.id == before.id,
            legs.c.state == before.state,
            legs.c.words == before.words,
            legs.c.time_version == before.time_version,
            legs.c.time_agreed == before.time_agreed,
        )
        .values(
            state=after.state,
            starts_at=after.starts_at,
            place=after.place,
            time_by=after.time_by,
            time_agreed=after.time_agreed,
            time_version=after.time_version,
            minutes=after.minutes,
            other_minutes=after.other_minutes,
            last_word=after.last_word,
            ended_by=after.ended_by,
            reported_at=after.reported_at,
            ended_at=after.ended_at,
            settled=after.settled,
            words=after.words,
            agreed_at=after.agreed_at,
            asked_at=after.asked_at,
            reminded_at=after.reminded_at,
            decided=after.decided,
            question_id=after.question,
        )
    )
    return (await tx.execute(statement)).rowcount == 1


async def set_question(tx: Tx, leg: LegId, message: int) -> None:
    """Which message asked the managers. To be called with the leg held."""
    await tx.execute(sa.update(legs).where(legs.c.id == leg).values(question_id=message))


async def set_event(tx: Tx, leg: LegId, event: int | None) -> None:
    """Which event of the server tells of the session."""
    await tx.execute(sa.update(legs).where(legs.c.id == leg).values(event_id=event))


# The swap they belong to


async def settle_swap(tx: Tx, swap: SwapId) -> None:
    """Set when the swap is due next by its legs, and have it be over once they all have come to an end."""
    theirs = await of_swap(tx, swap)
    statement = sa.update(swaps).where(swaps.c.id == swap, swaps.c.state.in_(_AGREED)).values(due_at=due_at(theirs))
    await tx.execute(statement.values(state=SwapState.OVER) if all_over(theirs) else statement)


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(swaps.c.state.in_(_AGREED), swaps.c.due_at <= now, communities.c.state == CommunityState.ACTIVE)


async def due(tx: Tx, now: datetime, shards: Sequence[tuple[int, int]] = ()) -> list[SwapId]:
    """Agreed swaps with a step due in a leg, the longest overdue first; of these (shard, of how many) if given."""
    which = (_due(now), ours(swaps.c.community_id, shards))
    query = sa.select(swaps.c.id).join(communities).where(*which).order_by(swaps.c.due_at, swaps.c.id)
    return [SwapId(row.id) for row in await tx.execute(query)]


async def claim(tx: Tx, swap: SwapId) -> bool:
    """Hold a swap for this transaction; False if another process does."""
    query = sa.select(swaps.c.id).where(swaps.c.id == swap).with_for_update(skip_locked=True)
    return (await tx.execute(query)).first() is not None


async def put_off(tx: Tx, swap: SwapId, until: datetime) -> None:
    """Look at a swap again later, after its step failed."""
    await tx.execute(sa.update(swaps).where(swaps.c.id == swap).values(due_at=until))


async def next_due(tx: Tx) -> datetime | None:
    """When a leg of an agreed swap is due next; in the past if somebody is gone who was to hold a session."""
    query = (
        sa.select(sa.func.min(swaps.c.due_at))
        .select_from(swaps)
        .join(communities)
        .where(swaps.c.state.in_(_AGREED), communities.c.state == CommunityState.ACTIVE)
    )
    left_at = _deserted(sa.func.min(members.c.left_at))
    moments = [(await tx.execute(one)).scalar() for one in (query, left_at)]
    return min((one for one in moments if one is not None), default=None)


def _deserted(*what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Of sessions that are still to be held, though one of the two has left."""
    gone = sa.and_(
        sa.or_(members.c.id == legs.c.teacher_id, members.c.id == legs.c.learner_id),
        members.c.state != MemberState.ACTIVE,
    )
    return (
        sa.select(*what)
        .select_from(legs)
        .join(swaps, swaps.c.id == legs.c.swap_id)
        .join(communities, communities.c.id == swaps.c.community_id)
        .join(members, gone)
        .where(legs.c.state == _AGREED_LEG, communities.c.state == CommunityState.ACTIVE)
    )


async def deserted(tx: Tx, shards: Sequence[tuple[int, int]] = ()) -> list[SwapId]:
    """Swaps with a session that is still to be held, though one of the two has left."""
    query = _deserted(swaps.c.id).where(ours(swaps.c.community_id, shards))
    return [SwapId(row.id) for row in await tx.execute(query.distinct().order_by(swaps.c.id))]


# What is not proposed again


async def came_to_nothing(tx: Tx, community: CommunityId, since: datetime) -> frozenset[Refused]:
    """Sessions that were agreed to and did not take place, or were never confirmed, since then.

    What two people have just called off, missed or fallen silent about is not to be proposed to the same two again at
    once, whoever of them it was; with other people both may be.
    """
    query = sa.select(legs.c.swap_id, legs.c.teacher_id, legs.c.learner_id, legs.c.skill_id).where(
        legs.c.community_id == community, legs.c.state.in_(_NOTHING_CAME), legs.c.ended_at > since
    )
    parts: dict[tuple[int, int], set[Part]] = {}
    for row in await tx.execute(query):
        part = Part(row.teacher_id, row.learner_id, row.skill_id)
        for member in (row.teacher_id, row.learner_id):
            parts.setdefault((row.swap_id, member), set()).add(part)
    return frozenset(one for (_, member), theirs in parts.items() for one in refusals(MemberId(member), theirs))
