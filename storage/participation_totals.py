"""Totals of a period, and what its people have in common: activity, what exchanges led to, wants that nobody serves."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from domain.digests import UNSERVED, Activity, LedOn
from domain.measures import TAKING_PART
from domain.model import (
    ENDED_LEGS,
    ActKind,
    CommunityId,
    ListingKind,
    MemberState,
    ReviewState,
    RoundState,
    ShowingState,
)
from domain.periods import Window
from storage.engine import Tx
from storage.participation_acts import EXCHANGED, OF_SESSION, taken_back, within
from storage.skills import STANDS
from storage.tables import acts, followups, legs, listings, members, reviews, rounds, showings, skills


def shown(community: CommunityId, window: Window) -> sa.ColumnElement[bool]:
    """Whether a showing came to stand in the forum, in the window; also one that was taken back."""
    stood = sa.or_(showings.c.state != ShowingState.WITHDRAWN, showings.c.thread_id.is_not(None))
    return sa.and_(
        showings.c.community_id == community,
        showings.c.shown_at >= window.start,
        showings.c.shown_at < window.end,
        showings.c.state != ShowingState.POSTING,
        stood,
    )


# Activity


async def activity(tx: Tx, community: CommunityId, window: Window) -> Activity:
    """The totals of a report; see `domain.digests.Activity`."""
    pairings, attended = await _pairings(tx, community, window)
    sessions = await _skill_sessions(tx, community, window)
    return Activity(
        rounds=await _closed(tx, community, window),
        sessions=pairings + sessions,
        attendances=attended + 2 * sessions,
        participants=await _participants(tx, community, window),
        showings=(await tx.execute(sa.select(sa.func.count()).where(shown(community, window)))).scalar_one(),
    )


async def _closed(tx: Tx, community: CommunityId, window: Window) -> int:
    query = sa.select(sa.func.count()).where(
        rounds.c.community_id == community,
        rounds.c.state == RoundState.CLOSED,
        rounds.c.closes_at >= window.start,
        rounds.c.closes_at < window.end,
    )
    return (await tx.execute(query)).scalar_one()


async def _pairings(tx: Tx, community: CommunityId, window: Window) -> tuple[int, int]:
    """Pairings whose first exchange lies in the window, and how many people these exchanges were between."""
    same = sa.and_(
        reviews.c.reviewer_id == acts.c.member_id,
        reviews.c.maker_id == acts.c.other_member_id,
        reviews.c.round_id == acts.c.round_id,
        reviews.c.state == ReviewState.ACKNOWLEDGED,
    )
    query = (
        sa.select(reviews.c.pairing_id, reviews.c.reviewer_id, reviews.c.maker_id)
        .select_from(acts)
        .join(reviews, same)
        .where(within(community, window), acts.c.kind == ActKind.REVIEW_EXCHANGED)
    )
    # Of two reviews one may be acknowledged when the next period has begun: the two people met once.
    earlier = reviews.alias("earlier")
    before = sa.exists().where(
        earlier.c.pairing_id == reviews.c.pairing_id,
        earlier.c.state == ReviewState.ACKNOWLEDGED,
        earlier.c.acknowledged_at < window.start,
    )
    people: dict[int, set[int]] = {}
    for pairing, *two in await tx.execute(query.where(~before)):
        people.setdefault(pairing, set()).update(two)
    return len(people), sum(map(len, people.values()))


async def _skill_sessions(tx: Tx, community: CommunityId, window: Window) -> int:
    query = sa.select(sa.func.count()).where(within(community, window), acts.c.kind == ActKind.SESSION_EXCHANGED)
    undone = await taken_back(tx, community, window.end)
    return (await tx.execute(query.where(acts.c.id.not_in(undone)) if undone else query)).scalar_one()


async def _participants(tx: Tx, community: CommunityId, window: Window) -> int:
    """How many people took part, on either side."""
    did = sa.select(acts.c.member_id).where(within(community, window), acts.c.kind.in_(sorted(TAKING_PART)))
    was_other_side = sa.select(acts.c.other_member_id).where(within(community, window), EXCHANGED)
    people = sa.union(did, was_other_side).subquery()
    return (await tx.execute(sa.select(sa.func.count()).select_from(people))).scalar_one()


async def led_on(tx: Tx, community: CommunityId, window: Window) -> LedOn:
    """Of the questions asked in the window what an exchange led to: how many were answered, and how many with yes."""
    query = (
        sa.select(sa.func.count(), sa.func.count(followups.c.led_on), sa.func.count(sa.case((followups.c.led_on, 1))))
        .join(members, members.c.id == followups.c.member_id)
        .where(
            members.c.community_id == community,
            followups.c.asked_at >= window.start,
            followups.c.asked_at < window.end,
            # What was let be, because somebody had gone, has an end and no answer.
            sa.or_(followups.c.answered_at.is_(None), followups.c.led_on.is_not(None)),
        )
    )
    return LedOn(*(await tx.execute(query)).one())


# Minutes


async def minutes(tx: Tx, community: CommunityId, window: Window) -> dict[int, int]:
    """The minutes that each firm gave in skill sessions, confirmed by both sides in the window.

    A correction counts when it is made, as in any ledger, so that the quarters of a year add up to it. More taken back
    than given is nothing.
    """
    confirmed = acts.c.kind.in_([ActKind.SESSION_EXCHANGED, ActKind.SESSION_CORRECTED])
    query = sa.select(acts.c.firm_id, sa.func.sum(acts.c.minutes)).where(within(community, window), confirmed)
    return {firm: max(0, given) for firm, given in await tx.execute(query.group_by(acts.c.firm_id))}


async def unconfirmed(tx: Tx, community: CommunityId, window: Window) -> int:
    """The minutes of sessions reported in the window about which at its end nobody but the one who said so had a word.

    One that both say did not happen is over; of that there is no act, only the session itself.
    """
    query = (
        sa.select(sa.func.sum(acts.c.minutes))
        .join(legs, OF_SESSION)
        .where(
            within(community, window),
            acts.c.kind == ActKind.SESSION_REPORTED,
            # When it was settled first is when it ended.
            sa.or_(legs.c.settled.is_(None), legs.c.ended_at >= window.end),
        )
    )
    return (await tx.execute(query)).scalar_one() or 0


# Wants


async def unserved_wants(tx: Tx, community: CommunityId, now: datetime) -> list[tuple[int, str]]:
    """(id, name) of skills that somebody who is there has wanted for more than `UNSERVED`, and nobody else offers.

    The most wanted first, then what somebody has waited for longest. What is being served by a session counts as
    served; that somebody does not want to meet the only one who offers it does not come out here.
    """
    other, who = listings.alias("other"), members.alias("who")
    offered = sa.exists().where(
        other.c.skill_id == listings.c.skill_id,
        other.c.kind == ListingKind.OFFER,
        other.c.state == "open",
        other.c.member_id != listings.c.member_id,
        who.c.id == other.c.member_id,
        who.c.state == MemberState.ACTIVE,
    )
    served = sa.exists().where(legs.c.want_id == listings.c.id, legs.c.state.not_in(sorted(ENDED_LEGS)))
    there = sa.and_(
        members.c.state == MemberState.ACTIVE,
        sa.or_(members.c.paused_until.is_(None), members.c.paused_until <= now),
    )
    query = (
        sa.select(skills.c.id, skills.c.name)
        .select_from(listings)
        .join(skills, skills.c.id == listings.c.skill_id)
        .join(members, members.c.id == listings.c.member_id)
        .where(
            listings.c.community_id == community,
            STANDS,
            there,
            listings.c.kind == ListingKind.WANT,
            listings.c.created_at < now - UNSERVED,
            ~offered,
            ~served,
        )
        .group_by(skills.c.id, skills.c.name)
        .order_by(sa.func.count().desc(), sa.func.min(listings.c.created_at), skills.c.id)
    )
    return [(row.id, row.name) for row in await tx.execute(query)]
