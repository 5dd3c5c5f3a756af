"""What a manager can take away of a community: firms, rounds and totals. Nobody's name, account, text or avoid list."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from domain.model import (
    ActKind,
    CommunityId,
    LegState,
    ListingKind,
    ListingState,
    MemberState,
    Place,
    ReviewState,
    ShowingState,
    SignupState,
    SwapState,
)
from storage.engine import Tx
from storage.tables import (
    acts,
    answers,
    firm_months,
    firms,
    holidays,
    legs,
    listings,
    manager_actions,
    members,
    pairings,
    problems,
    reviews,
    rounds,
    showings,
    signups,
    skills,
    swaps,
)

Record = dict[str, Any]

# What the other tables tell of the last twelve months. What somebody did not do is not in it.
_TOLD_BY_MONTH = (
    ActKind.REVIEW_GIVEN,
    ActKind.REVIEW_EXCHANGED,
    ActKind.SESSION_EXCHANGED,
    ActKind.SESSION_CORRECTED,
    ActKind.SHOWN,
    ActKind.ANSWERED,
    ActKind.HELPED,
)
_GIVEN = (ReviewState.GIVEN, ReviewState.ACKNOWLEDGED)


async def everything(tx: Tx, community: CommunityId) -> dict[str, list[Record]]:
    """All of it, by the name of its table; times are UTC."""
    return {
        "firms": await _firms(tx, community),
        "sectors": await _sectors(tx, community),
        "rounds": await _rounds(tx, community),
        "firms_per_round": await _firms_per_round(tx, community),
        "skills": await _skills(tx, community),
        "swaps": await _swaps(tx, community),
        "sessions": await _sessions(tx, community),
        "showings": await _showings(tx, community),
        "earlier_months": await _earlier_months(tx, community),
        "holidays": await _plain(tx, community, holidays, holidays.c.first, holidays.c.last, holidays.c.label),
        "problems": await _plain(tx, community, problems, problems.c.since, problems.c.kind, problems.c.subject),
        "manager_actions": await _plain(
            tx,
            community,
            manager_actions,
            manager_actions.c.at,
            manager_actions.c.what,
            manager_actions.c.required,
        ),
    }


async def _records(tx: Tx, query: sa.Select[Any]) -> list[Record]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _plain(tx: Tx, community: CommunityId, table: sa.Table, *columns: sa.Column[Any]) -> list[Record]:
    query = sa.select(*columns).where(table.c.community_id == community)
    return await _records(tx, query.order_by(columns[0], table.c.id))


def _active(community: CommunityId) -> sa.ColumnElement[bool]:
    return sa.and_(members.c.community_id == community, members.c.state == MemberState.ACTIVE)


async def _firms(tx: Tx, community: CommunityId) -> list[Record]:
    query = (
        sa.select(firms.c.name.label("firm"), firms.c.sector, sa.func.count(members.c.id).label("members"))
        .join(members, sa.and_(members.c.firm_id == firms.c.id, members.c.state == MemberState.ACTIVE), isouter=True)
        .where(firms.c.community_id == community)
        .group_by(firms.c.id, firms.c.name, firms.c.name_key, firms.c.sector)
        .order_by(firms.c.name_key)
    )
    return await _records(tx, query)


async def _sectors(tx: Tx, community: CommunityId) -> list[Record]:
    query = (
        sa.select(
            firms.c.sector,
            sa.func.count(sa.distinct(firms.c.id)).label("firms"),
            sa.func.count(members.c.id).label("members"),
        )
        .join(members, members.c.firm_id == firms.c.id)
        .where(_active(community))
        .group_by(firms.c.sector)
        .order_by(firms.c.sector)
    )
    return await _records(tx, query)


async def _rounds(tx: Tx, community: CommunityId) -> list[Record]:
    """Each round; blank where only its dates are kept any more."""
    here = rounds.c.id
    query = (
        sa.select(
            rounds.c.number.label("round"),
            rounds.c.theme,
            rounds.c.state,
            rounds.c.opens_at,
            rounds.c.pairs_at,
            rounds.c.nudges_at,
            rounds.c.closes_at,
            _count(signups, signups.c.round_id == here, signups.c.state == SignupState.IN, name="signed_up"),
            _count(signups, signups.c.round_id == here, signups.c.place == Place.PLACED, name="placed"),
            _count(signups, signups.c.round_id == here, signups.c.place == Place.LEFT_OUT, name="left_out"),
            _count(pairings, pairings.c.round_id == here, name="pairings"),
            _count(reviews, reviews.c.round_id == here, reviews.c.state.in_(_GIVEN), name="reviews_given"),
            _count(
                reviews,
                reviews.c.round_id == here,
                reviews.c.state == ReviewState.ACKNOWLEDGED,
                name="reviews_exchanged",
            ),
        )
        .where(rounds.c.community_id == community)
        .order_by(rounds.c.number)
    )
    return await _records(tx, query)


def _count(table: sa.Table, *conditions: sa.ColumnElement[bool], name: str) -> sa.Label[int]:
    query = sa.select(sa.func.count()).select_from(table).where(*conditions)
    kept = sa.or_(rounds.c.drawn_at.is_(None), rounds.c.present.is_not(None))
    return sa.case((kept, query.correlate(rounds).scalar_subquery())).label(name)


async def _firms_per_round(tx: Tx, community: CommunityId) -> list[Record]:
    """The firms that took part in each round, as they were then: they gave a review, or exchanged one.

    Two people who exchanged count once for the firm of each, whoever of them did how much: a firm may be a person,
    and what a person did not do is nobody's to read.
    """
    firm_then, other_then = firms.alias("firm_then"), firms.alias("other_then")
    query = (
        sa.select(
            rounds.c.number,
            acts.c.kind,
            acts.c.firm_id,
            firm_then.c.name,
            acts.c.other_firm_id,
            other_then.c.name.label("other_name"),
            acts.c.member_id,
            acts.c.other_member_id,
        )
        .join(rounds, rounds.c.id == acts.c.round_id)
        .join(firm_then, firm_then.c.id == acts.c.firm_id)
        .join(other_then, other_then.c.id == acts.c.other_firm_id)
        .where(
            acts.c.community_id == community,
            acts.c.kind.in_((ActKind.REVIEW_GIVEN, ActKind.REVIEW_EXCHANGED)),
        )
    )
    took_part: dict[tuple[int, str, int], set[frozenset[int]]] = defaultdict(set)
    for act in await tx.execute(query):
        own = took_part[act.number, act.name, act.firm_id]
        if act.kind == ActKind.REVIEW_EXCHANGED:
            two = frozenset((act.member_id, act.other_member_id))
            own.add(two)
            took_part[act.number, act.other_name, act.other_firm_id].add(two)
    return [
        {"round": number, "firm": name, "exchanges": len(exchanged)}
        for (number, name, _), exchanged in sorted(took_part.items(), key=itemgetter(0))
    ]


async def _skills(tx: Tx, community: CommunityId) -> list[Record]:
    """The skills on the board, and how many people who take part offer and want each now."""

    def number(kind: ListingKind) -> sa.Label[int]:
        return sa.func.sum(sa.case((listings.c.kind == kind, 1), else_=0)).label(f"{kind}s")

    query = (
        sa.select(skills.c.name.label("skill"), number(ListingKind.OFFER), number(ListingKind.WANT))
        .join(listings, listings.c.skill_id == skills.c.id)
        .join(members, members.c.id == listings.c.member_id)
        .where(_active(community), listings.c.state == ListingState.OPEN)
        .group_by(skills.c.id, skills.c.name, skills.c.name_key)
        .order_by(skills.c.name_key)
    )
    return await _records(tx, query)


async def _swaps(tx: Tx, community: CommunityId) -> list[Record]:
    """By month: how many swaps were proposed, and to how many of these everybody said yes."""
    query = sa.select(swaps.c.proposed_at, swaps.c.state).where(swaps.c.community_id == community)
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await tx.execute(query):
        month = months[f"{row.proposed_at:%Y-%m}"]
        month["proposed"] += 1
        month["agreed"] += row.state in {SwapState.AGREED, SwapState.OVER}
    return [
        {"month": month, **{what: counted[what] for what in ("proposed", "agreed")}}
        for month, counted in sorted(months.items())
    ]


async def _sessions(tx: Tx, community: CommunityId) -> list[Record]:
    """By month: how many sessions both sides confirmed and for how long, and how many were left unconfirmed."""
    query = sa.select(legs.c.ended_at, legs.c.state, legs.c.settled).where(
        legs.c.community_id == community, legs.c.state.in_([LegState.CONFIRMED, LegState.UNCONFIRMED])
    )
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await tx.execute(query):
        month = months[f"{row.ended_at:%Y-%m}"]
        month[row.state] += 1
        month["minutes"] += row.settled or 0
    return [
        {"month": month, **{what: counted[what] for what in ("confirmed", "minutes", "unconfirmed")}}
        for month, counted in sorted(months.items())
    ]


async def _showings(tx: Tx, community: CommunityId) -> list[Record]:
    """By month: how many were shown and not taken back, answered, answered within a day, helped by an answer."""
    helped = sa.exists().where(answers.c.showing_id == showings.c.id, answers.c.helped_at.is_not(None))
    query = sa.select(showings.c.shown_at, showings.c.answered_at, helped.label("helped")).where(
        showings.c.community_id == community, showings.c.state.in_([ShowingState.OPEN, ShowingState.GONE])
    )
    months: dict[str, Counter[str]] = defaultdict(Counter)
    for row in await tx.execute(query):
        month = months[f"{row.shown_at:%Y-%m}"]
        month["shown"] += 1
        month["answered"] += row.answered_at is not None
        month["in_a_day"] += row.answered_at is not None and row.answered_at - row.shown_at <= timedelta(days=1)
        month["helped"] += row.helped
    return [
        {"month": month, **{what: counted[what] for what in ("shown", "answered", "in_a_day", "helped")}}
        for month, counted in sorted(months.items())
    ]


async def _earlier_months(tx: Tx, community: CommunityId) -> list[Record]:
    """By month: how many of each kind of act there were, of those that are kept as counts only."""
    counts = [sa.func.sum(column).label(column.name) for column in (firm_months.c.acts, firm_months.c.minutes)]
    query = (
        sa.select(firm_months.c.month, firm_months.c.kind, *counts)
        .where(firm_months.c.community_id == community, firm_months.c.kind.in_(_TOLD_BY_MONTH))
        .group_by(firm_months.c.month, firm_months.c.kind)
        .order_by(firm_months.c.month, firm_months.c.kind)
    )
    return [{**one, "month": f"{one['month']:%Y-%m}"} for one in await _records(tx, query)]
