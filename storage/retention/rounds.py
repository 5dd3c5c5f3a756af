"""What was asked, reviewed, paired and signed up in rounds that are over. The rounds themselves stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId
from storage.engine import Tx
from storage.retention.rows import Step, delete, deleting, ids, members_of, past, young
from storage.tables import asks, files, pairing_members, pairings, reviews, rounds, signups


def _over(community: CommunityId, cutoff: datetime) -> sa.Select[tuple[int]]:
    """Rounds that are over."""
    return sa.select(rounds.c.id).where(rounds.c.community_id == community, rounds.c.closes_at < cutoff)


def _asks(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    over = past(cutoff, asks.c.asked_at, asks.c.expires_at)
    return sa.select(asks.c.id).where(asks.c.member_id.in_(members_of(community)), over)


def _reviews(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    """All of a pairing's go together: when its first one was acknowledged is when its people met."""
    other = reviews.alias("other")
    later = sa.exists().where(
        other.c.pairing_id == reviews.c.pairing_id, young(cutoff, other.c.given_at, other.c.acknowledged_at)
    )
    return sa.select(reviews.c.id).where(reviews.c.round_id.in_(_over(community, cutoff)), ~later)


def _pairings(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    seated = sa.exists().where(
        pairing_members.c.pairing_id == pairings.c.id, young(cutoff, pairing_members.c.joined_at)
    )
    reviewed = sa.exists().where(reviews.c.pairing_id == pairings.c.id)
    return sa.select(pairings.c.id).where(
        pairings.c.community_id == community,
        pairings.c.created_at < cutoff,
        pairings.c.round_id.in_(_over(community, cutoff)),
        ~seated,
        ~reviewed,
    )


async def _drop_pairings(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    which = ids(found)
    return await delete(tx, pairing_members.c.pairing_id, which) + await delete(tx, pairings.c.id, which)


def _signups(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    return sa.select(signups.c.id).where(
        signups.c.round_id.in_(_over(community, cutoff)), signups.c.updated_at < cutoff
    )


async def _drop_signups(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    which = ids(found)
    return await delete(tx, files.c.signup_id, which) + await delete(tx, signups.c.id, which)


def _rounds(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    peopled = sa.and_(rounds.c.id.in_(_over(community, cutoff)), rounds.c.present.is_not(None))
    return sa.select(rounds.c.id).where(peopled, past(cutoff, rounds.c.drawn_at))


async def _forget_people(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    """The round stays, without who was there."""
    blank = sa.update(rounds).where(rounds.c.id.in_(ids(found))).values(present=sa.null())
    return (await tx.execute(blank)).rowcount


ASKS = Step(asks, _asks, deleting(asks))
ROUNDS = (
    Step(reviews, _reviews, deleting(reviews)),
    Step(pairings, _pairings, _drop_pairings, 400),
    Step(signups, _signups, _drop_signups),
    Step(rounds, _rounds, _forget_people, 50),
)
