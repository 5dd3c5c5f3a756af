"""Swaps: one row each, moved forward by compare-and-set, with who is in it and what they answered.

What becomes of the legs once everybody has accepted is `storage.legs`; what a proposal is made of, `storage.proposals`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    Answer,
    CommunityId,
    CommunityState,
    LegState,
    Listing,
    ListingId,
    ListingState,
    MemberId,
    MemberState,
    Swap,
    SwapId,
    SwapMember,
    SwapState,
)
from domain.proposals import Proposable
from storage import legs as stored_legs
from storage import listings as stored_listings
from storage import members as stored_members
from storage.engine import Tx
from storage.shards import ours
from storage.tables import avoided, communities, legs, listings, members, swap_members, swaps

_ANSWERED = (Answer.NONE, Answer.ACCEPTED)  # what a proposal that is still open can have
# Somebody took off what the proposal is made of. (What merely lapsed since may still be said yes to.)
_TAKEN_OFF = (ListingState.REMOVED, ListingState.MET)
# Word for word as in the partial index.
_PROPOSED = sa.text("swap_members.proposed")


async def _read(tx: Tx, rows: Sequence[Any]) -> list[Swap]:
    """Swaps from their rows, with everybody and everything in them, in a few queries for all."""
    if not rows:
        return []
    ids = [SwapId(row.id) for row in rows]
    query = sa.select(swap_members).where(swap_members.c.swap_id.in_(ids))
    seats = (await tx.execute(query.order_by(swap_members.c.swap_id, swap_members.c.position))).all()
    people = await stored_members.by_ids(tx, {MemberId(seat.member_id) for seat in seats})
    seated: dict[int, list[SwapMember]] = {}
    for seat in seats:
        one = SwapMember(people[MemberId(seat.member_id)], Answer(seat.answer))
        seated.setdefault(seat.swap_id, []).append(one)
    theirs = await stored_legs.of_swaps(tx, ids)
    return [
        Swap(
            id=SwapId(row.id),
            community=CommunityId(row.community_id),
            number=row.number,
            state=SwapState(row.state),
            members=tuple(seated.get(row.id, ())),
            legs=theirs.get(SwapId(row.id), ()),
            proposed_at=row.proposed_at,
            expires_at=row.expires_at,
            instead_of=None if row.instead_of_id is None else SwapId(row.instead_of_id),
            thread=row.thread_id,
            message=row.message_id,
        )
        for row in rows
    ]


async def get(tx: Tx, swap: SwapId) -> Swap | None:
    found = await _read(tx, (await tx.execute(sa.select(swaps).where(swaps.c.id == swap))).all())
    return found[0] if found else None


async def hold(tx: Tx, swap: SwapId) -> Swap | None:
    """The swap, and nobody else changes anything in it before this transaction ends."""
    query = sa.select(swaps).where(swaps.c.id == swap).with_for_update()
    found = await _read(tx, (await tx.execute(query)).all())
    return found[0] if found else None


async def claim(tx: Tx, swap: SwapId) -> Swap | None:
    """The swap, held for this transaction, unless another process holds it: then what is due in it is theirs."""
    query = sa.select(swaps).where(swaps.c.id == swap).with_for_update(skip_locked=True)
    found = await _read(tx, (await tx.execute(query)).all())
    return found[0] if found else None


async def proposed_to(tx: Tx, member: MemberId) -> Swap | None:
    """The open proposal a member is in."""
    query = sa.select(swaps).join(swap_members).where(swap_members.c.member_id == member, _PROPOSED)
    found = await _read(tx, (await tx.execute(query)).all())
    return found[0] if found else None


async def number_of(tx: Tx, swap: SwapId) -> int | None:
    """Its number within the community."""
    number: int | None = (await tx.execute(sa.select(swaps.c.number).where(swaps.c.id == swap))).scalar()
    return number


async def thread_of(tx: Tx, swap: SwapId) -> int | None:
    """Where its people talk, if that is there (yet)."""
    thread: int | None = (await tx.execute(sa.select(swaps.c.thread_id).where(swaps.c.id == swap))).scalar()
    return thread


async def made_of(tx: Tx, swap: Swap) -> dict[ListingId, Listing]:
    """The offers and wants behind its legs, in whatever state they are by now."""
    wanted = {one for leg in swap.legs for one in (leg.offer, leg.want)}
    query = stored_listings.LISTING.where(listings.c.id.in_(wanted))
    return {one.id: one for one in await stored_listings.read(tx, query)}


# The life of a proposal


async def add(
    tx: Tx,
    community: CommunityId,
    people: Sequence[MemberId],
    ring: Sequence[Proposable],
    *,
    now: datetime,
    expires_at: datetime,
    instead_of: SwapId | None,
) -> SwapId:
    """Write a proposal down, numbered on from the last; whoever does has taken hold (`proposals.hold`).

    Raises IntegrityError if somebody is in an open proposal already: the database allows one.
    """
    number = (
        sa.select(sa.func.coalesce(sa.func.max(swaps.c.number), 0) + 1)
        .where(swaps.c.community_id == community)
        .scalar_subquery()
    )
    statement = (
        sa.insert(swaps)
        .values(
            community_id=community,
            number=number,
            proposed_at=now,
            expires_at=expires_at,
            due_at=expires_at,
            instead_of_id=instead_of,
        )
        .returning(swaps.c.id)
    )
    swap = SwapId((await tx.execute(statement)).scalar_one())
    await tx.execute(
        sa.insert(swap_members),
        [
            {"swap_id": swap, "member_id": member, "position": at, "proposed_at": now}
            for at, member in enumerate(people)
        ],
    )
    await tx.execute(
        sa.insert(legs),
        [
            {
                "community_id": community,
                "swap_id": swap,
                "position": at,
                "teacher_id": one.teacher,
                "learner_id": one.learner,
                "skill_id": one.skill,
                "offer_id": one.offer,
                "want_id": one.want,
            }
            for at, one in enumerate(ring)
        ],
    )
    return swap


async def answer(tx: Tx, swap: SwapId, member: MemberId, said: Answer, now: datetime) -> bool:
    """Write somebody's answer down, while the proposal is open; False if that is what they had said."""
    statement = (
        sa.update(swap_members)
        .where(
            swap_members.c.swap_id == swap,
            swap_members.c.member_id == member,
            swap_members.c.answer.in_(_ANSWERED),
            swap_members.c.answer != said,
            _PROPOSED,
        )
        .values(answer=said, answered_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1


async def close(tx: Tx, swap: SwapId, to: SwapState) -> bool:
    """The proposal is over: agreed, or ended. False if it was over already."""
    statement = (
        sa.update(swaps).where(swaps.c.id == swap, swaps.c.state == SwapState.PROPOSED).values(state=to, due_at=None)
    )
    if (await tx.execute(statement)).rowcount == 0:
        return False
    await tx.execute(sa.update(swap_members).where(swap_members.c.swap_id == swap).values(proposed=False))
    if to is SwapState.ENDED:
        await tx.execute(sa.update(legs).where(legs.c.swap_id == swap).values(state=LegState.DROPPED))
    return True


async def ask_until(tx: Tx, swap: SwapId, expires_at: datetime) -> None:
    """People have until then to answer, while the proposal is open."""
    await tx.execute(
        sa.update(swaps)
        .where(swaps.c.id == swap, swaps.c.state == SwapState.PROPOSED)
        .values(expires_at=expires_at, due_at=expires_at)
    )


async def set_thread(tx: Tx, swap: SwapId, thread: int) -> None:
    await tx.execute(sa.update(swaps).where(swaps.c.id == swap).values(thread_id=thread))


async def set_message(tx: Tx, swap: SwapId, message: int) -> None:
    await tx.execute(sa.update(swaps).where(swaps.c.id == swap).values(message_id=message))


# What is due


def _of_active(query: sa.Select[Any], shards: Sequence[tuple[int, int]] = ()) -> sa.Select[Any]:
    """Of communities that Weft is in, and of these shards if any are given."""
    return query.where(communities.c.state == CommunityState.ACTIVE, ours(communities.c.id, shards))


async def lapsed(tx: Tx, now: datetime, shards: Sequence[tuple[int, int]] = ()) -> list[SwapId]:
    """Open proposals whose time is over, the longest overdue first."""
    query = sa.select(swaps.c.id).join(communities).where(swaps.c.state == SwapState.PROPOSED, swaps.c.due_at <= now)
    rows = await tx.execute(_of_active(query, shards).order_by(swaps.c.due_at, swaps.c.id))
    return [SwapId(row.id) for row in rows]


def _gone(*what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Of open proposals with somebody who has left since, or went on pause."""
    gone = sa.or_(members.c.state != MemberState.ACTIVE, members.c.paused_until > swap_members.c.proposed_at)
    return (
        sa.select(*what)
        .select_from(swap_members)
        .join(members, members.c.id == swap_members.c.member_id)
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .join(communities, communities.c.id == swaps.c.community_id)
        .where(_PROPOSED, gone)
    )


def _taken_off(*what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Of open proposals of which somebody has taken an offer or a want off the board since."""
    made_of = sa.or_(
        sa.and_(listings.c.id == legs.c.offer_id, swap_members.c.member_id == legs.c.teacher_id),
        sa.and_(listings.c.id == legs.c.want_id, swap_members.c.member_id == legs.c.learner_id),
    )
    return (
        sa.select(*what)
        .select_from(swap_members)
        .join(legs, legs.c.swap_id == swap_members.c.swap_id)
        .join(listings, made_of)
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .join(communities, communities.c.id == swaps.c.community_id)
        .where(_PROPOSED, listings.c.state.in_(_TAKEN_OFF))
    )


def _unwelcome(*what: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Of open proposals in which somebody does not want to meet somebody (any more), or a firm they are in by now."""
    theirs, other = swap_members.alias("theirs"), members.alias("other")
    meets = sa.and_(theirs.c.swap_id == swap_members.c.swap_id, theirs.c.member_id != swap_members.c.member_id)
    avoids = sa.or_(avoided.c.other_member_id == other.c.id, avoided.c.other_firm_id == other.c.firm_id)
    return (
        sa.select(*what)
        .select_from(swap_members)
        .join(avoided, avoided.c.member_id == swap_members.c.member_id)
        .join(theirs, meets)
        .join(other, other.c.id == theirs.c.member_id)
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .join(communities, communities.c.id == swaps.c.community_id)
        .where(_PROPOSED, avoids)
    )


async def broken(tx: Tx, shards: Sequence[tuple[int, int]] = ()) -> list[SwapId]:
    """Open proposals that cannot be said yes to by everybody any more."""
    found: set[SwapId] = set()
    for query in (_gone(swaps.c.id), _taken_off(swaps.c.id), _unwelcome(swaps.c.id)):
        found |= {SwapId(row.id) for row in await tx.execute(_of_active(query, shards))}
    return sorted(found)


async def who_broke(tx: Tx, swap: SwapId) -> set[MemberId]:
    """Because of whom an open proposal cannot come together any more."""
    found: set[MemberId] = set()
    for query in (_gone(swap_members.c.member_id), _taken_off(swap_members.c.member_id)):
        found |= {MemberId(row.member_id) for row in await tx.execute(query.where(swap_members.c.swap_id == swap))}
    return found


async def unwelcome(tx: Tx, swap: SwapId) -> bool:
    """Whether an open proposal would have somebody meet whom they do not want to. Whose wish that is stays theirs."""
    return (await tx.execute(_unwelcome(swaps.c.id).where(swap_members.c.swap_id == swap).limit(1))).first() is not None


async def answers_of(tx: Tx, member: MemberId) -> list[Answer]:
    """What somebody answered to all that was ever proposed to them, from the newest back."""
    query = sa.select(swap_members.c.answer).where(swap_members.c.member_id == member)
    rows = await tx.execute(query.order_by(swap_members.c.swap_id.desc()))
    return [Answer(row.answer) for row in rows]


async def next_due(tx: Tx) -> datetime | None:
    """When an open proposal is due next; in the past if one is broken."""
    first = sa.func.min
    open_ones = (
        sa.select(first(swaps.c.due_at))
        .select_from(swap_members)
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .join(communities, communities.c.id == swaps.c.community_id)
        .where(_PROPOSED)
    )
    broken_ones = (what(first(swaps.c.proposed_at)) for what in (_gone, _taken_off, _unwelcome))
    queries = (open_ones, *broken_ones)
    moments = [(await tx.execute(_of_active(query))).scalar() for query in queries]
    return min((one for one in moments if one is not None), default=None)
