"""The board as people see it: read, never written."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.tools import Tools
from domain import listings as rule
from domain.model import Community, CommunityId, Listing, ListingKind, Skill, SkillId
from storage import board as stored
from storage import communities, skills
from storage.board import News, Totals

__all__ = ["Board", "BoardNews", "News", "SkillPage", "Totals", "board", "board_news", "skill_page"]

A_PAGE = 8  # skills
NEWS_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Board:
    """One page of the board; `page` counts from 0."""

    rows: tuple[rule.Row, ...]
    totals: Totals
    page: int
    pages: int
    sector: str  # "": of all
    sectors: tuple[str, ...]  # with somebody on the board, in the community's order


async def board(tools: Tools, community: Community, *, sector: str = "", page: int = 0) -> Board:
    """A page of the skills that members who are there offer or want; the last page for one beyond it."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        totals = await stored.totals(tx, community.id, now, sector)
        pages = max(1, -(-totals.skills // A_PAGE))
        page = min(max(page, 0), pages - 1)
        new_since = now - rule.NEWS
        shown = await stored.page(tx, community.id, now, new_since, sector=sector, skip=page * A_PAGE, limit=A_PAGE)
        listed = await stored.listed(tx, community.id, now, {skill.id for skill, _ in shown}, sector)
        sectors = await stored.sectors(tx, community.id, now)
    in_order = tuple(one for one in community.sectors if one in sectors)
    return Board(rule.rows(shown, listed), totals, page, pages, sector, in_order)


@dataclass(frozen=True, slots=True)
class SkillPage:
    """One skill, with everybody who offers or wants it and what they say of it."""

    skill: Skill
    offers: tuple[Listing, ...]
    wants: tuple[Listing, ...]


async def skill_page(tools: Tools, community: CommunityId, skill_id: SkillId) -> SkillPage | None:
    """None if there is no such skill here."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        skill = await skills.get(tx, skill_id)
        if skill is None or skill.community != community:
            return None
        listed = await stored.listed(tx, community, now, {skill.id})
    return SkillPage(
        skill,
        tuple(one for one in listed if one.kind is ListingKind.OFFER),
        tuple(one for one in listed if one.kind is ListingKind.WANT),
    )


@dataclass(frozen=True, slots=True)
class BoardNews:
    """What the message in the skills channel says."""

    community: Community
    totals: Totals
    news: tuple[News, ...]
    more: bool  # news than that


async def board_news(tools: Tools, community_id: CommunityId) -> BoardNews | None:
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            return None
        totals = await stored.totals(tx, community_id, now)
        news = await stored.news(tx, community_id, now, now - rule.NEWS, NEWS_AT_MOST + 1)
    return BoardNews(community, totals, tuple(news[:NEWS_AT_MOST]), more=len(news) > NEWS_AT_MOST)
