"""One's own offers and wants: taken off, brought back, kept for another while."""

from __future__ import annotations

from bot.services import skills
from cogs.members.profile import own
from cogs.skills import cards
from cogs.skills.panel import alone, show
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.model import ListingId


class Keeping(WeftCog):
    @press("skill.mine", needs=Needs.MEMBER)
    async def _mine(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await _panel(visit)

    @press("skill.keep", needs=Needs.MEMBER)
    async def _keep(self, visit: Visit, user: int) -> None:
        own(visit, user)
        if alone(visit):
            kept = await skills.renew_all(visit.tools, visit.insider)
            await visit.replace(cards.mine(visit.t, kept, visit.user, visit.t("skills.kept.all")))
        else:  # the reminder is answered, be it late
            kept = await skills.renew_all(visit.tools, visit.insider, lapsed=True)
            await visit.replace(cards.kept(visit.t, kept, visit.user))

    @press("skill.remove", needs=Needs.MEMBER)
    async def _remove(self, visit: Visit, listing: int) -> None:
        removed = await skills.remove(visit.tools, visit.insider, ListingId(listing))
        await show(visit, cards.removed(visit.t, removed, visit.user))

    @press("skill.renew", needs=Needs.MEMBER)
    async def _renew(self, visit: Visit, listing: int) -> None:
        renewed = await skills.renew(visit.tools, visit.insider, ListingId(listing))
        await show(visit, cards.renewed(visit.t, renewed, visit.user))

    @choose("skill.pick_remove", needs=Needs.MEMBER)
    async def _pick_remove(self, visit: Visit, user: int) -> None:
        own(visit, user)
        removed = await skills.remove(visit.tools, visit.insider, ListingId(visit.chosen_id))
        await show(visit, cards.removed(visit.t, removed, visit.user))

    @choose("skill.pick_renew", needs=Needs.MEMBER)
    async def _pick_renew(self, visit: Visit, user: int) -> None:
        own(visit, user)
        renewed = await skills.renew(visit.tools, visit.insider, ListingId(visit.chosen_id))
        await show(visit, cards.renewed(visit.t, renewed, visit.user))


async def _panel(visit: Visit) -> None:
    await show(visit, cards.mine(visit.t, await skills.mine(visit.tools, visit.insider), visit.user))
