"""In a proposal's thread: yes, or not this one."""

from __future__ import annotations

from bot.services import swaps
from cogs.swaps import cards
from cogs.ui.router import WeftCog, press
from cogs.ui.visit import Needs, Visit
from domain.model import SwapId


class Proposals(WeftCog):
    @press("swap.accept", needs=Needs.MEMBER)
    async def count_me_in(self, visit: Visit, swap: int) -> None:
        answered = await swaps.accept(visit.tools, visit.insider, SwapId(swap))
        await visit.answer(cards.accepted(visit.t, answered))

    @press("swap.decline", needs=Needs.MEMBER)
    async def not_this_one(self, visit: Visit, swap: int) -> None:
        """Ask first: the others lose it by it."""
        await swaps.may_decline(visit.tools, visit.insider, SwapId(swap))
        await visit.answer(cards.sure(visit.t, swap))

    @press("swap.decline_sure", needs=Needs.MEMBER)
    async def no(self, visit: Visit, swap: int) -> None:
        await swaps.decline(visit.tools, visit.insider, SwapId(swap))
        await visit.replace(cards.declined(visit.t))
