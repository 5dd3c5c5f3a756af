"""The board of skills: who offers and who wants what now, read page by page. Only of members who are there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, Listing, ListingKind, MemberState, Skill, SkillId
from storage import listings as stored
from storage.engine import Tx
from storage.skills import STANDS
from storage.tables import firms, listings, members, skills


@dataclass(frozen=True, slots=True)
class Totals:
    skills: int
    offers: int
    wants: int


@dataclass(frozen=True, slots=True)
class News:
    """A skill that somebody has begun to offer or want."""

    skill: Skill
    kind: ListingKind
    at: datetime  # the last time


def _seen(query: sa.Select[Any], community: CommunityId, now: datetime, sector: str = "") -> sa.Select[Any]:
    """Of a query that has the listings joined with their skills: those on the board, of one sector if it is named."""
    there = sa.and_(
        members.c.state == MemberState.ACTIVE,
        sa.or_(members.c.paused_until.is_(None), members.c.paused_until <= now),
    )
    query = query.join(members, members.c.id == listings.c.member_id).join(firms, firms.c.id == members.c.firm_id)
    query = query.where(listings.c.community_id == community, STANDS, there)
    return query.where(firms.c.sector == sector) if sector else query


def _number(kind: ListingKind) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((listings.c.kind == kind, 1), else_=0)), 0)


async def totals(tx: Tx, community: CommunityId, now: datetime, sector: str = "") -> Totals:
    numbers: tuple[sa.ColumnElement[Any], ...] = (
        sa.func.count(sa.distinct(listings.c.skill_id)).label("skills"),
        _number(ListingKind.OFFER).label("offers"),
        _number(ListingKind.WANT).label("wants"),
    )
    query = sa.select(*numbers).select_from(listings)
    row = (await tx.execute(_seen(query, community, now, sector))).one()
    return Totals(row.skills, row.offers, row.wants)


async def page(
    tx: Tx, community: CommunityId, now: datetime, new_since: datetime, *, sector: str, skip: int, limit: int
) -> list[tuple[Skill, bool]]:
    """The next `limit` skills after the first `skip`, and whether each is new; the new ones first, then by name."""
    new = sa.func.max(listings.c.created_at) > sa.literal(new_since, listings.c.created_at.type)
    query = sa.select(skills.c.id, skills.c.name, new.label("new")).join(listings, listings.c.skill_id == skills.c.id)
    query = (
        _seen(query, community, now, sector)
        .group_by(skills.c.id, skills.c.name, skills.c.name_key)
        .order_by(sa.case((new, 0), else_=1), skills.c.name_key)
        .offset(skip)
        .limit(limit)
    )
    rows = await tx.execute(query)
    return [(Skill(SkillId(row.id), community, row.name), bool(row.new)) for row in rows]


async def listed(
    tx: Tx, community: CommunityId, now: datetime, wanted: Collection[SkillId], sector: str = ""
) -> list[Listing]:
    """Who offers and wants these skills, whoever did so first, first."""
    query = _seen(stored.LISTING, community, now, sector).where(listings.c.skill_id.in_(wanted))
    return await stored.read(tx, query.order_by(listings.c.id))


async def sectors(tx: Tx, community: CommunityId, now: datetime) -> set[str]:
    """The sectors with somebody on the board."""
    query = sa.select(firms.c.sector).select_from(listings).distinct()
    return {row.sector for row in await tx.execute(_seen(query, community, now))}


async def news(tx: Tx, community: CommunityId, now: datetime, since: datetime, limit: int) -> list[News]:
    """What has come to the board since then, the latest first: each skill once as offered, once as wanted."""
    latest = sa.func.max(listings.c.created_at).label("at")
    query = sa.select(skills.c.id, skills.c.name, listings.c.kind, latest).join(
        listings, listings.c.skill_id == skills.c.id
    )
    query = (
        _seen(query, community, now)
        .where(listings.c.created_at > since)
        .group_by(skills.c.id, skills.c.name, listings.c.kind)
        .order_by(latest.desc(), skills.c.id.desc(), listings.c.kind)
        .limit(limit)
    )
    rows = await tx.execute(query)
    return [News(Skill(SkillId(row.id), community, row.name), ListingKind(row.kind), row.at) for row in rows]


async def oldest_news(tx: Tx, community: CommunityId, since: datetime) -> datetime | None:
    """When the first of what has come since then did, whoever is there to see it."""
    query = sa.select(sa.func.min(listings.c.created_at)).where(
        listings.c.community_id == community, STANDS, listings.c.created_at > since
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment
