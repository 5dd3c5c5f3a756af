"""What was offered, wanted, proposed and held. A swap stays with its number and what came of it, without people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, SkillId, SwapState
from storage import skills
from storage.engine import Tx
from storage.retention.rows import Step, delete, ids, members_of, past, young
from storage.tables import legs, listings, swap_members, swaps, transfers

#: When anybody did anything about a session.
TOUCHED = (
    legs.c.starts_at,
    legs.c.agreed_at,
    legs.c.asked_at,
    legs.c.reminded_at,
    legs.c.reported_at,
    legs.c.ended_at,
)


def _swaps(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    its_leg = legs.c.swap_id == swaps.c.id
    held = sa.exists().where(its_leg, young(cutoff, *TOUCHED))
    paid = sa.exists().where(its_leg, transfers.c.leg_id == legs.c.id)
    its_seat = swap_members.c.swap_id == swaps.c.id
    asked = sa.exists().where(its_seat, young(cutoff, swap_members.c.proposed_at, swap_members.c.answered_at))
    something = sa.or_(sa.exists().where(its_leg), sa.exists().where(its_seat), swaps.c.thread_id.is_not(None))
    over = past(cutoff, swaps.c.proposed_at, swaps.c.expires_at)
    return sa.select(swaps.c.id).where(swaps.c.community_id == community, over, something, ~held, ~paid, ~asked)


async def _empty_swaps(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    """A swap stays with its number and what came of it, without people; one nobody ended is at an end now."""
    which = ids(found)
    gone = await delete(tx, legs.c.swap_id, which) + await delete(tx, swap_members.c.swap_id, which)
    ended = {SwapState.PROPOSED: SwapState.ENDED, SwapState.AGREED: SwapState.OVER}
    state = sa.case(ended, value=swaps.c.state, else_=swaps.c.state)
    bare = sa.update(swaps).where(swaps.c.id.in_(which))
    await tx.execute(bare.values(state=state, due_at=None, thread_id=None, message_id=None))
    return gone


def _listings(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    swapped = sa.exists().where(sa.or_(legs.c.offer_id == listings.c.id, legs.c.want_id == listings.c.id))
    over = sa.func.coalesce(listings.c.ended_at, listings.c.expires_at, type_=listings.c.expires_at.type) < cutoff
    query = sa.select(listings.c.id, listings.c.skill_id)
    return query.where(listings.c.member_id.in_(members_of(community)), over, ~swapped)


async def _drop_listings(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    """And the skills that nobody has a name for any more."""
    gone = await delete(tx, listings.c.id, ids(found))
    for skill in sorted({SkillId(row.skill_id) for row in found}):
        await skills.drop_if_empty(tx, skill)
    return gone


SWAPS = Step(swaps, _swaps, _empty_swaps, 200)
LISTINGS = Step(listings, _listings, _drop_listings, 200)
