"""The forms of offers and wants, from wherever they are opened, and what follows on them."""

from __future__ import annotations

from bot.services import skills
from bot.services.skills import Listed
from cogs.skills import cards, forms
from cogs.skills.panel import show
from cogs.ui.card import Card
from cogs.ui.giving_back import give_back
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import PersonError
from domain.model import ListingId, ListingKind, SkillId

NO_SKILL = 0  # in a button that opens an empty form
_DEEDS = {ListingKind.OFFER: skills.offer, ListingKind.WANT: skills.want}


class Listings(WeftCog):
    @press("skill.offer", needs=Needs.MEMBER)
    async def _offer(self, visit: Visit, skill: int = NO_SKILL) -> None:
        await _open(visit, ListingKind.OFFER, SkillId(skill))

    @press("skill.want", needs=Needs.MEMBER)
    async def _want(self, visit: Visit, skill: int = NO_SKILL) -> None:
        await _open(visit, ListingKind.WANT, SkillId(skill))

    @press("skill.change", needs=Needs.MEMBER)
    async def _change(self, visit: Visit, listing: int) -> None:
        await _reopen(visit, ListingId(listing))

    @choose("skill.pick_change", needs=Needs.MEMBER)
    async def _pick_change(self, visit: Visit, _user: int) -> None:
        await _reopen(visit, ListingId(visit.chosen_id))

    @submit("skill.offer_written", needs=Needs.MEMBER)
    async def _offer_written(self, visit: Visit, listing: int) -> None:
        await _written(visit, ListingKind.OFFER, ListingId(listing))

    @submit("skill.want_written", needs=Needs.MEMBER)
    async def _want_written(self, visit: Visit, listing: int) -> None:
        await _written(visit, ListingKind.WANT, ListingId(listing))

    @press("skill.same", needs=Needs.MEMBER)
    async def _same(self, visit: Visit, listing: int, skill: int) -> None:
        moved = await skills.same(visit.tools, visit.insider, ListingId(listing), SkillId(skill))
        await show(visit, _listed(visit, Listed(moved, new=True)))

    @press("skill.other", needs=Needs.MEMBER)
    async def _other(self, visit: Visit, listing: int) -> None:
        stays = await skills.one_of_mine(visit.tools, visit.insider, ListingId(listing))
        await show(visit, _listed(visit, Listed(stays, new=True)))


async def _open(visit: Visit, kind: ListingKind, skill: SkillId) -> None:
    page = await skills.skill_page(visit.tools, visit.cluster.id, skill) if skill else None
    name = page.skill.name if page else ""
    before = await skills.draft(visit.tools, visit.insider, kind, name) if name else None
    await visit.ask(forms.form(visit.t, kind, name, before))


async def _reopen(visit: Visit, listing: ListingId) -> None:
    before = await skills.one_of_mine(visit.tools, visit.insider, listing)
    await visit.ask(forms.form(visit.t, before.kind, before=before, change=True))


async def _written(visit: Visit, kind: ListingKind, listing: ListingId) -> None:
    wording = forms.read(visit)
    try:
        if listing == forms.NEW:
            done = await _DEEDS[kind](visit.tools, visit.insider, wording)
        else:
            done = await skills.edit(visit.tools, visit.insider, listing, wording)
    except PersonError as error:
        await give_back(visit, error, forms.answers(visit.t, kind, wording))
        return
    await visit.answer(_listed(visit, done))


def _listed(visit: Visit, done: Listed) -> Card:
    return cards.listed(visit.t, done, visit.user, away=not visit.insider.present(visit.tools.clock.now()))
