"""What looking for swaps reads of a community, and what it leaves: which offers and wants have been looked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    ENDED_LEGS,
    Answer,
    CommunityId,
    CommunityState,
    FirmId,
    LegState,
    ListingId,
    ListingKind,
    ListingState,
    MemberId,
    MemberState,
    SkillId,
    SwapId,
    SwapState,
)
from domain.proposals import (
    AT_MOST,
    SILENCE_COUNTS,
    TURNS_COUNT,
    WITHIN,
    Posted,
    Refused,
    Seeker,
    Situation,
    refusals,
)
from domain.swaps import Leg
from storage import members as stored_members
from storage.engine import Tx, insert
from storage.legs import came_to_nothing
from storage.listings import UNSOUGHT
from storage.shards import ours
from storage.skills import STANDS
from storage.tables import communities, legs, listings, members, recurring, swap_members, swaps

SWEEP = "swaps.sweep"  # comes round every week
AGAIN = "swaps.again"  # not before then, after looking failed
_PROPOSED = sa.text("swap_members.proposed")
_UNDER_WAY = tuple(one for one in LegState if one not in ENDED_LEGS)
_OPEN_SWAPS = (SwapState.PROPOSED, SwapState.AGREED)
_CAME_TO_NOTHING = (LegState.DROPPED, LegState.CANCELLED, LegState.NO_SHOW)


def _served() -> sa.Exists:
    """Whether a listing is a want with a leg under way."""
    return sa.exists().where(legs.c.want_id == listings.c.id, legs.c.state.in_(_UNDER_WAY))


# Where to look


async def seekers(tx: Tx, shards: Sequence[tuple[int, int]] = ()) -> list[Seeker]:
    """Everybody in no open proposal with something open that no swap has been looked for yet."""
    deciding = sa.exists().where(swap_members.c.member_id == members.c.id, _PROPOSED)
    again = sa.and_(recurring.c.community_id == communities.c.id, recurring.c.what == AGAIN)
    query = (
        sa.select(
            members.c.community_id,
            members.c.id,
            members.c.paused_until,
            recurring.c.due_at.label("not_before"),
            sa.func.min(listings.c.created_at).label("since"),
        )
        .select_from(listings)
        .join(members, members.c.id == listings.c.member_id)
        .join(communities, communities.c.id == listings.c.community_id)
        .outerjoin(recurring, again)
        .where(UNSOUGHT, members.c.state == MemberState.ACTIVE, communities.c.state == CommunityState.ACTIVE)
        .where(~deciding, ~_served(), ours(communities.c.id, shards))
        .group_by(members.c.community_id, members.c.id, members.c.paused_until, recurring.c.due_at)
    )
    rows = (await tx.execute(query)).all()
    lately = await _proposed(tx, sa.select(query.subquery().c.id))
    return [
        Seeker(
            community=CommunityId(row.community_id),
            since=row.since,
            paused_until=row.paused_until,
            not_before=row.not_before,
            proposed=lately.get(MemberId(row.id), ()),
        )
        for row in rows
    ]


async def _proposed(tx: Tx, people: sa.Select[Any]) -> dict[MemberId, tuple[datetime, ...]]:
    """When each of these was proposed something the last times, as often as counts."""
    latest = sa.func.row_number().over(
        partition_by=swap_members.c.member_id, order_by=swap_members.c.proposed_at.desc()
    )
    # A query of whom, not a list of them: everywhere together they may be more than a statement takes.
    theirs = (
        sa.select(swap_members.c.member_id, swap_members.c.proposed_at, latest.label("latest"))
        .where(swap_members.c.member_id.in_(people))
        .subquery()
    )
    found: dict[MemberId, list[datetime]] = {}
    for row in await tx.execute(sa.select(theirs).where(theirs.c.latest <= AT_MOST)):
        found.setdefault(MemberId(row.member_id), []).append(row.proposed_at)
    return {member: tuple(moments) for member, moments in found.items()}


async def not_before(tx: Tx, community: CommunityId, moment: datetime) -> None:
    """Looking failed: not again before then."""
    new = insert(tx, recurring).values(community_id=community, what=AGAIN, due_at=moment)
    keys = [recurring.c.community_id, recurring.c.what]
    await tx.execute(new.on_conflict_do_update(index_elements=keys, set_={"due_at": new.excluded.due_at}))


# What is there


async def hold(tx: Tx, community: CommunityId) -> None:
    """Nobody else writes proposals of this community down before this transaction ends."""
    row = sa.select(recurring.c.what).where(recurring.c.community_id == community, recurring.c.what == SWEEP)
    await tx.execute(row.with_for_update())


async def situation(tx: Tx, community: CommunityId, balances: Mapping[FirmId, int], now: datetime) -> Situation:
    """Everything proposals of a community depend on."""
    posted = await _posted(tx, community)
    served, teaching = await _under_way(tx, community)
    proposed, deciding = await _lately(tx, community, now)
    return Situation(
        members={one.id: one for one in await stored_members.active(tx, community)},
        posted=posted,
        served=served,
        teaching=teaching,
        turns=await _turns(tx, community, now),
        proposed=proposed,
        deciding=deciding,
        refused=await _refused(tx, community, now) | await came_to_nothing(tx, community, now - SILENCE_COUNTS),
        avoided=tuple(await stored_members.avoided(tx, community)),
        balances=dict(balances),
    )


async def _posted(tx: Tx, community: CommunityId) -> tuple[Posted, ...]:
    taking_part = sa.and_(members.c.id == listings.c.member_id, members.c.state == MemberState.ACTIVE)
    query = sa.select(
        listings.c.id,
        listings.c.member_id,
        listings.c.kind,
        listings.c.skill_id,
        listings.c.created_at,
        listings.c.sought,
    ).join(members, taking_part)
    rows = await tx.execute(query.where(listings.c.community_id == community, STANDS).order_by(listings.c.id))
    return tuple(
        Posted(
            id=ListingId(row.id),
            member=MemberId(row.member_id),
            kind=ListingKind(row.kind),
            skill=SkillId(row.skill_id),
            since=row.created_at,
            sought=row.sought,
        )
        for row in rows
    )


async def _under_way(tx: Tx, community: CommunityId) -> tuple[frozenset[ListingId], dict[MemberId, int]]:
    """Wants that are being served, and how many sessions everybody is still to show something in."""
    query = (
        sa.select(legs.c.want_id, legs.c.teacher_id)
        .join(swaps, swaps.c.id == legs.c.swap_id)
        .where(swaps.c.community_id == community, swaps.c.state.in_(_OPEN_SWAPS), legs.c.state.in_(_UNDER_WAY))
    )
    rows = (await tx.execute(query)).all()
    return frozenset(ListingId(row.want_id) for row in rows), Counter(MemberId(row.teacher_id) for row in rows)


async def _lately(
    tx: Tx, community: CommunityId, now: datetime
) -> tuple[dict[MemberId, tuple[datetime, ...]], frozenset[MemberId]]:
    """When everybody was proposed something lately, and who is in an open proposal."""
    query = (
        sa.select(swap_members.c.member_id, swap_members.c.proposed_at, swap_members.c.proposed)
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .where(swaps.c.community_id == community)
        .where(sa.or_(_PROPOSED, swap_members.c.proposed_at > now - WITHIN))
    )
    found: dict[MemberId, list[datetime]] = {}
    deciding = set()
    for row in await tx.execute(query):
        found.setdefault(MemberId(row.member_id), []).append(row.proposed_at)
        if row.proposed:
            deciding.add(MemberId(row.member_id))
    return {member: tuple(moments) for member, moments in found.items()}, frozenset(deciding)


async def _turns(tx: Tx, community: CommunityId, now: datetime) -> dict[MemberId, int]:
    """How often everybody has shown something lately in a swap of one leg."""
    other = legs.alias("other")
    alone = ~sa.exists().where(other.c.swap_id == legs.c.swap_id, other.c.id != legs.c.id)
    query = (
        sa.select(legs.c.teacher_id, sa.func.count().label("times"))
        .join(swaps, swaps.c.id == legs.c.swap_id)
        .where(swaps.c.community_id == community, swaps.c.proposed_at > now - TURNS_COUNT)
        .where(legs.c.state.not_in(_CAME_TO_NOTHING), alone)
        .group_by(legs.c.teacher_id)
    )
    return {MemberId(row.teacher_id): row.times for row in await tx.execute(query)}


async def _refused(tx: Tx, community: CommunityId, now: datetime) -> frozenset[Refused]:
    """What people said no to, or lately nothing."""
    silent = sa.and_(swap_members.c.answer == Answer.SILENT, swap_members.c.answered_at > now - SILENCE_COUNTS)
    mine = sa.or_(legs.c.teacher_id == swap_members.c.member_id, legs.c.learner_id == swap_members.c.member_id)
    query = (
        sa.select(
            swap_members.c.swap_id, swap_members.c.member_id, legs.c.teacher_id, legs.c.learner_id, legs.c.skill_id
        )
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .join(legs, sa.and_(legs.c.swap_id == swap_members.c.swap_id, mine))
        .where(swaps.c.community_id == community, sa.or_(swap_members.c.answer == Answer.DECLINED, silent))
    )
    found: dict[tuple[int, int], set[Leg]] = {}
    for row in await tx.execute(query):
        leg = Leg(row.teacher_id, row.learner_id, row.skill_id)
        found.setdefault((row.swap_id, row.member_id), set()).add(leg)
    return frozenset(one for (_, member), theirs in found.items() for one in refusals(MemberId(member), theirs))


async def let_down(tx: Tx, people: Collection[MemberId], since: datetime) -> SwapId | None:
    """The newest proposal since then that came to nothing though one of these had said yes.

    Not one after which that member was in another: that is made good already.
    """
    later = swap_members.alias("later")
    newer = sa.exists().where(later.c.member_id == swap_members.c.member_id, later.c.swap_id > swap_members.c.swap_id)
    query = (
        sa.select(sa.func.max(swaps.c.id))
        .join(swap_members, swap_members.c.swap_id == swaps.c.id)
        .where(swap_members.c.member_id.in_(people), swap_members.c.answer == Answer.ACCEPTED, ~newer)
        .where(swaps.c.state == SwapState.ENDED, swaps.c.proposed_at > since)
    )
    found = (await tx.execute(query)).scalar()
    return None if found is None else SwapId(found)


# What has been looked for


async def hold_listings(tx: Tx, which: Collection[ListingId]) -> dict[ListingId, SkillId]:
    """Of these, what is still open, and of which skill; nobody changes them before this transaction ends."""
    query = sa.select(listings.c.id, listings.c.skill_id).where(listings.c.id.in_(which), STANDS)
    rows = await tx.execute(query.order_by(listings.c.id).with_for_update(key_share=True))
    return {ListingId(row.id): SkillId(row.skill_id) for row in rows}


async def set_sought(tx: Tx, which: Collection[ListingId], *, sought: bool) -> None:
    """Whether swaps with these have been looked for; whoever says they have holds them."""
    await tx.execute(sa.update(listings).where(listings.c.id.in_(which)).values(sought=sought))


async def look_again(tx: Tx, people: Collection[MemberId]) -> None:
    """Swaps with all that these offer and want are to be looked for anew."""
    await _unseek(tx, listings.c.member_id.in_(people))


async def hold_of(tx: Tx, people: Collection[MemberId]) -> None:
    """Take hold of all that these have open, in the order in which everybody does."""
    query = sa.select(listings.c.id).where(listings.c.member_id.in_(people), STANDS)
    await tx.execute(query.order_by(listings.c.id).with_for_update(key_share=True))


async def lapse(tx: Tx, member: MemberId, now: datetime) -> bool:
    """What somebody offers and wants is off the board, but for wants that are being served; False if there was nothing.

    They can bring it back as anything that lapsed. To be called with it held.
    """
    theirs = sa.update(listings).where(listings.c.member_id == member, STANDS, ~_served())
    return (await tx.execute(theirs.values(state=ListingState.EXPIRED, ended_at=now))).rowcount > 0


async def sweep(tx: Tx, community: CommunityId, now: datetime) -> None:
    """Swaps with everything open are to be looked for anew; who is on pause waits for the next time."""
    there = sa.or_(members.c.paused_until.is_(None), members.c.paused_until <= now)
    present = sa.exists().where(members.c.id == listings.c.member_id, members.c.state == MemberState.ACTIVE, there)
    await _unseek(tx, listings.c.community_id == community, present)


async def _unseek(tx: Tx, *which: sa.ColumnElement[bool]) -> None:
    """In the order of their ids, as everybody takes hold of them."""
    query: sa.Select[Any] = sa.select(listings.c.id).where(*which, STANDS, listings.c.sought, ~_served())
    mine = query.order_by(listings.c.id).with_for_update(key_share=True)
    await tx.execute(sa.update(listings).where(listings.c.id.in_(mine)).values(sought=False))
