"""The board: its pages, one sector of it, one skill."""

from __future__ import annotations

from bot.services import skills
from cogs.skills import board_cards
from cogs.skills.board_cards import FIRST, Place
from cogs.skills.panel import show
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.errors import TooOld
from domain.model import SkillId


class Browsing(WeftCog):
    @press("skill.board", needs=Needs.MEMBER)
    async def _page(self, visit: Visit, sector: int, page: int) -> None:
        await _board(visit, Place(sector, page))

    @choose("skill.sector", needs=Needs.MEMBER)
    async def _sector(self, visit: Visit) -> None:
        await _board(visit, Place(visit.chosen_id))

    @choose("skill.look", needs=Needs.MEMBER)
    async def _look(self, visit: Visit, sector: int, page: int) -> None:
        await _skill(visit, SkillId(visit.chosen_id), Place(sector, page))

    @press("skill.show", needs=Needs.MEMBER)
    async def _show(self, visit: Visit, skill: int) -> None:
        await _skill(visit, SkillId(skill), FIRST)


async def _board(visit: Visit, place: Place) -> None:
    sector = board_cards.sector_at(visit.cluster, place.sector)
    found = await skills.board(visit.tools, visit.cluster, sector=sector, page=place.page)
    await show(visit, board_cards.board(visit.t, visit.cluster, found))


async def _skill(visit: Visit, skill: SkillId, place: Place) -> None:
    page = await skills.skill_page(visit.tools, visit.cluster.id, skill)
    if page is None:
        raise TooOld
    await show(visit, board_cards.skill(visit.t, page, place))
