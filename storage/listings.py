"""Offers and wants, from the day they are made until they are met, taken off or lapse.

What is open changes only while it is open, and each function says whether it did: two clicks at once change nothing
twice. One of a kind a person and skill stands open; the database sees to that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    CommunityId,
    CommunityState,
    Listing,
    ListingId,
    ListingKind,
    ListingState,
    Member,
    MemberId,
    MemberState,
    Skill,
    SkillId,
)
from storage import members as members_queries
from storage.engine import Tx
from storage.skills import STANDS
from storage.tables import communities, legs, listings, members, skills


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote beside the skill: what they would show or want, and when it would suit."""

    about: str = ""
    times: str = ""


# Looking for swaps reads what has not been looked for yet; see the index of this name.
UNSOUGHT = sa.text("listings.state = 'open' AND NOT listings.sought")

# Of a swap that was ever proposed, whatever came of it.
SWAPPED = sa.exists().where(sa.or_(legs.c.offer_id == listings.c.id, legs.c.want_id == listings.c.id))

LISTING = sa.select(*listings.c, skills.c.name.label("skill_name")).join(skills, skills.c.id == listings.c.skill_id)


async def read(tx: Tx, query: sa.Select[Any]) -> list[Listing]:
    """The listings of a query that began as `LISTING`, in its order, with who made them."""
    rows = (await tx.execute(query)).all()
    makers = await members_queries.by_ids(tx, {MemberId(row.member_id) for row in rows})
    return [_listing(row, makers[MemberId(row.member_id)]) for row in rows]


def _listing(row: Any, member: Member) -> Listing:
    return Listing(
        id=ListingId(row.id),
        community=CommunityId(row.community_id),
        member=member,
        kind=ListingKind(row.kind),
        skill=Skill(SkillId(row.skill_id), CommunityId(row.community_id), row.skill_name),
        state=ListingState(row.state),
        about=row.about,
        times=row.times,
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def _those(which: Iterable[ListingId]) -> sa.ColumnElement[bool]:
    return listings.c.id.in_(list(which))


async def hold(tx: Tx, member: Member) -> list[Listing] | None:
    """Take hold of all an active member lists, and give it: before this transaction ends nobody else changes it.

    None if they take part no more.
    """
    query = sa.select(members.c.id).where(members.c.id == member.id, members.c.state == MemberState.ACTIVE)
    # Not the whole row: what refers to this member can still be written meanwhile.
    if (await tx.execute(query.with_for_update(key_share=True))).first() is None:
        return None
    # In the order in which whoever looks for swaps takes hold of them, so that no two wait for each other.
    theirs = LISTING.where(listings.c.member_id == member.id, STANDS).order_by(listings.c.id)
    rows = await tx.execute(theirs.with_for_update(of=listings, key_share=True))
    return [_listing(row, member) for row in rows]


async def get(tx: Tx, listing: ListingId) -> Listing | None:
    return next(iter(await read(tx, LISTING.where(listings.c.id == listing))), None)


async def open_of(tx: Tx, member: Member) -> list[Listing]:
    """What a member offers and wants now, by the skills' names."""
    query = LISTING.where(listings.c.member_id == member.id, STANDS).order_by(skills.c.name_key)
    return [_listing(row, member) for row in await tx.execute(query)]


async def ended_of(tx: Tx, member: Member, since: datetime) -> list[Listing]:
    """What a member took off or let lapse since then, the latest first."""
    over = listings.c.state.in_([ListingState.REMOVED, ListingState.EXPIRED])
    query = LISTING.where(listings.c.member_id == member.id, over, listings.c.ended_at > since)
    rows = await tx.execute(query.order_by(listings.c.ended_at.desc(), listings.c.id.desc()))
    return [_listing(row, member) for row in rows]


async def add(
    tx: Tx, member: MemberId, skill: Skill, kind: ListingKind, words: Words, now: datetime, expires_at: datetime
) -> ListingId:
    """Write a new one down; there is none of this kind and skill open."""
    values = {"member_id": member, "skill_id": skill.id, "kind": kind, "about": words.about, "times": words.times}
    statement = sa.insert(listings).values(
        community_id=skill.community, created_at=now, expires_at=expires_at, **values
    )
    return ListingId((await tx.execute(statement.returning(listings.c.id))).scalar_one())


async def renew(tx: Tx, which: Collection[ListingId], expires_at: datetime, words: Words | None = None) -> None:
    """Have these stand open until then, whatever became of them before; swaps are looked for anew."""
    written = {"about": words.about, "times": words.times} if words else {}
    anew = {"state": ListingState.OPEN, "sought": False, "reminded_at": None, "ended_at": None}
    await tx.execute(sa.update(listings).where(_those(which)).values(expires_at=expires_at, **anew, **written))


async def move(tx: Tx, listing: ListingId, skill: SkillId) -> None:
    """It is of another skill; swaps are looked for anew."""
    await tx.execute(sa.update(listings).where(listings.c.id == listing).values(skill_id=skill, sought=False))


async def swapped(tx: Tx, listing: ListingId) -> bool:
    """Whether a swap with it was ever proposed."""
    return (await tx.execute(sa.select(listings.c.id).where(listings.c.id == listing, SWAPPED))).first() is not None


async def end(tx: Tx, listing: ListingId, state: ListingState, now: datetime) -> bool:
    """Close an open one; False if it was closed."""
    statement = sa.update(listings).where(listings.c.id == listing, STANDS).values(state=state, ended_at=now)
    return (await tx.execute(statement)).rowcount == 1


# Lapsing. Where Weft was taken out of the server everything waits for the day it is back.

_WEFT_IS_THERE = sa.exists().where(
    communities.c.id == listings.c.community_id, communities.c.state == CommunityState.ACTIVE
)


async def nearing(tx: Tx, before: datetime, limit: int) -> list[Listing]:
    """Open ones that lapse before then and that nobody has been reminded of, the first to lapse first."""
    unreminded = sa.and_(STANDS, _WEFT_IS_THERE, listings.c.expires_at <= before, listings.c.reminded_at.is_(None))
    return await read(tx, LISTING.where(unreminded).order_by(listings.c.expires_at, listings.c.id).limit(limit))


async def remind(tx: Tx, member: MemberId, before: datetime, now: datetime) -> bool:
    """A member is told now of all that lapses before then; False if they have been told of it already."""
    mine = sa.and_(listings.c.member_id == member, STANDS, listings.c.expires_at <= before)
    untold = sa.update(listings).where(mine, listings.c.reminded_at.is_(None)).values(reminded_at=now)
    return (await tx.execute(untold)).rowcount > 0


async def stand_at_least(tx: Tx, member: MemberId, moment: datetime) -> None:
    """Let all that a member lists stand at least until then."""
    sooner = sa.and_(listings.c.member_id == member, STANDS, listings.c.expires_at < moment)
    await tx.execute(sa.update(listings).where(sooner).values(expires_at=moment))


async def lapse(tx: Tx, now: datetime, limit: int) -> list[Listing]:
    """Close what has stood its time; what it was."""
    query = LISTING.where(STANDS, _WEFT_IS_THERE, listings.c.expires_at <= now)
    first = query.order_by(listings.c.expires_at).limit(limit)
    over = await read(tx, first.with_for_update(of=listings, skip_locked=True))
    await tx.execute(
        sa.update(listings).where(_those(one.id for one in over)).values(state=ListingState.EXPIRED, ended_at=now)
    )
    return over


async def next_lapse(tx: Tx) -> datetime | None:
    return await _earliest(tx)


async def next_unreminded(tx: Tx) -> datetime | None:
    """When the first one lapses that nobody has been reminded of."""
    return await _earliest(tx, listings.c.reminded_at.is_(None))


async def _earliest(tx: Tx, *which: sa.ColumnExpressionArgument[bool]) -> datetime | None:
    query = sa.select(listings.c.expires_at).where(STANDS, _WEFT_IS_THERE, *which)
    moment: datetime | None = (await tx.execute(query.order_by(listings.c.expires_at).limit(1))).scalar()
    return moment


async def forget_words(tx: Tx, ended_before: datetime) -> None:
    """What was written about ones that ended before then is not kept any longer."""
    written = sa.or_(listings.c.about != "", listings.c.times != "")
    await tx.execute(sa.update(listings).where(listings.c.ended_at < ended_before, written).values(about="", times=""))
