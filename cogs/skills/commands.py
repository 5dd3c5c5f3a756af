"""`/skill`: offering, wanting, one's own offers and wants, the board."""

from __future__ import annotations

from discord import app_commands

from bot.services import skills
from bot.texts import clean, clip
from cogs.skills import board_cards, cards, forms
from cogs.ui import suggestions
from cogs.ui.address import number
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog
from cogs.ui.suggestions import SHOWN, Choices, sector_said
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import PersonError, UnknownSector
from domain.model import ListingId, ListingKind
from domain.skills import SKILL_LIMIT, skill_key, skill_name

ID = "#"  # before the number of an offer or want that was chosen from the list


class Skills(WeftCog):
    group = app_commands.Group(name="skill", description=described("commands.skill.description"), guild_only=True)

    @group.command(name="offer", description=described("commands.skill.offer.description"))
    @app_commands.describe(skill=described("commands.skill.offer.skill"))
    async def offer(self, interaction: Interaction, skill: str = "") -> None:
        await _open_form(await self.visit(interaction, Needs.MEMBER), ListingKind.OFFER, skill)

    @group.command(name="want", description=described("commands.skill.want.description"))
    @app_commands.describe(skill=described("commands.skill.want.skill"))
    async def want(self, interaction: Interaction, skill: str = "") -> None:
        await _open_form(await self.visit(interaction, Needs.MEMBER), ListingKind.WANT, skill)

    @group.command(name="mine", description=described("commands.skill.mine.description"))
    async def mine(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        await visit.answer(cards.mine(visit.t, await skills.mine(visit.tools, visit.insider), visit.user))

    @group.command(name="board", description=described("commands.skill.board.description"))
    @app_commands.describe(
        sector=described("commands.skill.board.sector"), skill=described("commands.skill.board.skill")
    )
    async def board(self, interaction: Interaction, sector: str = "", skill: str = "") -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        if name := clean(skill):
            await _one_skill(visit, name)
            return
        note = ""
        try:
            wanted = sector_said(visit.t, visit.cluster, clean(sector))
        except UnknownSector:
            wanted, note = "", visit.t("skills.board.no_sector", sector=clip(clean(sector), SHOWN))
        found = await skills.board(visit.tools, visit.cluster, sector=wanted)
        await visit.answer(board_cards.board(visit.t, visit.cluster, found, note))

    @group.command(name="remove", description=described("commands.skill.remove.description"))
    @app_commands.describe(skill=described("commands.skill.remove.skill"))
    async def remove(self, interaction: Interaction, skill: str) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        if (chosen := _chosen(skill)) is not None:
            await _remove(visit, chosen)
            return
        found = await skills.named(visit.tools, visit.insider, clean(skill))
        if len(found) == 1:
            await _remove(visit, found[0].id)
        elif found:
            await visit.answer(cards.which(visit.t, found))
        else:
            await _none_of_mine(visit, clip(clean(skill), SHOWN))

    # While somebody types

    @offer.autocomplete("skill")
    @want.autocomplete("skill")
    async def _any_skill(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MEMBER)
        found = await skills.suggest(visit.tools, visit.cluster.id, typed)
        try:
            new = skill_name(typed)
        except PersonError:  # no name, or not yet
            return suggestions.names(found)
        if any(skill_key(new) == skill_key(name) for name in found):
            return suggestions.names(found)
        return suggestions.names_and_new(found, new, visit.t.plain("skills.new_here", skill=new))

    @board.autocomplete("skill")
    async def _listed_skill(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MEMBER)
        return suggestions.names(await skills.suggest(visit.tools, visit.cluster.id, typed))

    @board.autocomplete("sector")
    async def _sector(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MEMBER)
        return suggestions.sectors(visit.t, visit.cluster, typed)

    @remove.autocomplete("skill")
    async def _own_skill(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MEMBER)
        own = await skills.mine(visit.tools, visit.insider)
        return suggestions.labelled(typed, {cards.called(visit.t, one): f"{ID}{one.id}" for one in own.open})


async def _open_form(visit: Visit, kind: ListingKind, typed: str) -> None:
    """The form must be the first answer; it begins with the words of an offer or want that stands already."""
    name = clip(clean(typed), SKILL_LIMIT)
    before = await skills.draft(visit.tools, visit.insider, kind, name) if name else None
    await visit.ask(forms.form(visit.t, kind, name, before))


async def _one_skill(visit: Visit, name: str) -> None:
    exact, meant = await skills.find(visit.tools, visit.cluster.id, name)
    page = await skills.skill_page(visit.tools, visit.cluster.id, exact.id) if exact else None
    if page is None:
        await visit.answer(board_cards.no_such_skill(visit.t, clip(name, SHOWN), meant))
    else:
        await visit.answer(board_cards.skill(visit.t, page))


async def _remove(visit: Visit, listing: ListingId) -> None:
    removed = await skills.remove(visit.tools, visit.insider, listing)
    await visit.answer(cards.removed(visit.t, removed, visit.user))


async def _none_of_mine(visit: Visit, typed: str) -> None:
    """They list nothing of this name: here is what they do list."""
    note = visit.t("skills.mine.not_listed", typed=typed) if typed else ""
    await visit.answer(cards.mine(visit.t, await skills.mine(visit.tools, visit.insider), visit.user, note))


def _chosen(typed: str) -> ListingId | None:
    """The offer or want that somebody chose from the list; None for a name they typed."""
    chosen = number(typed.removeprefix(ID)) if typed.startswith(ID) else None
    return None if chosen is None else ListingId(chosen)
