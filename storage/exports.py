"""What a manager can take away of a community: firms, rounds and totals. Nobody's name, account, text or avoid list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberState, Place, ReviewState, SignupState
from storage.engine import Tx
from storage.tables import (
    firms,
    holidays,
    manager_actions,
    members,
    pairing_members,
    pairings,
    problems,
    reviews,
    rounds,
    signups,
)

Record = dict[str, Any]

_GIVEN = (ReviewState.GIVEN, ReviewState.ACKNOWLEDGED)


async def everything(tx: Tx, community: CommunityId) -> dict[str, list[Record]]:
    """All of it, by the name of its table; times are UTC."""
    return {
        "firms": await _firms(tx, community),
        "sectors": await _sectors(tx, community),
        "rounds": await _rounds(tx, community),
        "firms_per_round": await _firms_per_round(tx, community),
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
    return query.correlate(rounds).scalar_subquery().label(name)


async def _firms_per_round(tx: Tx, community: CommunityId) -> list[Record]:
    """What firms did in each round; who of the firm is not told, nor what they did not do."""
    took_part: dict[tuple[int, str], Record] = {}
    for name, query in (
        ("placed", _placed()),
        ("reviews_given", _given(reviews.c.reviewer_id)),
        ("reviews_received", _given(reviews.c.maker_id)),
    ):
        counted = query.where(rounds.c.community_id == community).group_by(rounds.c.number, firms.c.id, firms.c.name)
        for row in await tx.execute(counted):
            record = took_part.setdefault(
                (row.number, row.name),
                {"round": row.number, "firm": row.name, "placed": 0, "reviews_given": 0, "reviews_received": 0},
            )
            record[name] = row.times
    return [took_part[key] for key in sorted(took_part)]


def _placed() -> sa.Select[Any]:
    return (
        sa.select(rounds.c.number, firms.c.name, sa.func.count(sa.distinct(members.c.id)).label("times"))
        .join(pairings, pairings.c.round_id == rounds.c.id)
        .join(pairing_members, pairing_members.c.pairing_id == pairings.c.id)
        .join(members, members.c.id == pairing_members.c.member_id)
        .join(firms, firms.c.id == members.c.firm_id)
    )


def _given(person: sa.Column[int]) -> sa.Select[Any]:
    return (
        sa.select(rounds.c.number, firms.c.name, sa.func.count().label("times"))
        .join(reviews, reviews.c.round_id == rounds.c.id)
        .join(members, members.c.id == person)
        .join(firms, firms.c.id == members.c.firm_id)
        .where(reviews.c.state.in_(_GIVEN))
    )
