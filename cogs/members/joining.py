"""`/join`: what was typed is read, the firm settled, consent asked; only then is anything stored."""

from __future__ import annotations

from dataclasses import replace

from discord import app_commands

from bot.services import members, rounds
from bot.services.members import FirmFound
from bot.texts import clean
from cogs.members import cards
from cogs.members.drafts import Draft, Drafts
from cogs.members.profile import cadence_chosen, own, profile
from cogs.ui import suggestions
from cogs.ui.items import Interaction
from cogs.ui.router import Host, WeftCog, choose, press, submit
from cogs.ui.suggestions import Choices, sector_said
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import TooOld
from domain.members import matching, same_words
from domain.model import FirmId


class Joining(WeftCog):
    def __init__(self, bot: Host) -> None:
        super().__init__(bot)
        self._drafts = Drafts()

    @app_commands.command(name="join", description=described("commands.join.description"))
    @app_commands.guild_only()
    @app_commands.describe(
        firm=described("commands.join.firm"),
        practice=described("commands.join.practice"),
        sector=described("commands.join.sector"),
    )
    async def join(self, interaction: Interaction, firm: str, practice: str, sector: str = "") -> None:
        visit = await self.visit(interaction, Needs.COMMUNITY)
        if visit.member is not None:
            await visit.answer(await profile(visit, visit.member, visit.t("members.me.in_already")))
            return
        said = sector_said(visit.t, visit.cluster, clean(sector))
        wanted = members.application(clean(firm), said, clean(practice))
        await self._go_on(visit, Draft(interaction.id, wanted, editing=False))

    @join.autocomplete("firm")
    async def _firms(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.COMMUNITY)
        there = [one.name for one in await members.firms(visit.tools, visit.cluster.id)]
        found = matching(typed, there)
        new = clean(typed)
        if not new or len(new) > suggestions.LONGEST or any(same_words(new, name) for name in there):
            return suggestions.names(found)
        return suggestions.names_and_new(found, new, visit.t.plain("members.join.new_firm", name=new))

    @join.autocomplete("sector")
    async def _sectors(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.COMMUNITY)
        return suggestions.sectors(visit.t, visit.cluster, typed)

    @press("join.firm", needs=Needs.COMMUNITY)
    async def _this_firm(self, visit: Visit, number: int, firm: int) -> None:
        draft = self._draft(visit, number)
        if firm == cards.NEW_FIRM:
            await self._go_on(visit, replace(draft, surely_new=True))
            return
        names = {one.id: one.name for one in await members.firms(visit.tools, visit.cluster.id)}
        if (name := names.get(FirmId(firm))) is None:
            raise TooOld
        await self._go_on(visit, replace(draft, wanted=replace(draft.wanted, firm=name)))

    @choose("join.sector", needs=Needs.COMMUNITY)
    async def _this_sector(self, visit: Visit, number: int) -> None:
        draft = self._draft(visit, number)
        sector = visit.chosen[0] if visit.chosen else ""
        if sector not in visit.cluster.sectors:
            raise TooOld
        await self._go_on(visit, replace(draft, wanted=replace(draft.wanted, sector=sector)))

    @choose("join.cadence", needs=Needs.COMMUNITY)
    async def _this_often(self, visit: Visit, number: int) -> None:
        draft = self._draft(visit, number)
        await self._go_on(visit, replace(draft, wanted=replace(draft.wanted, cadence=cadence_chosen(visit))))

    @press("join.yes", needs=Needs.COMMUNITY)
    async def _yes(self, visit: Visit, number: int) -> None:
        if visit.member is not None:  # the second of two clicks, or an old screen
            await visit.replace(await profile(visit, visit.member, visit.t("members.me.in_already")))
            return
        draft = self._draft(visit, number)
        joined = await members.join(visit.tools, visit.cluster, visit.user, draft.wanted, visit.t.language)
        self._drafts.forget(visit.user, number)
        if joined.new:
            upcoming = await rounds.coming_up(visit.tools, joined.member)
            await visit.replace(cards.welcome(visit.t, visit.cluster, joined, upcoming, visit.user))
        else:
            await visit.replace(await profile(visit, joined.member, visit.t("members.me.in_already")))

    @press("join.no", needs=Needs.COMMUNITY)
    async def _no(self, visit: Visit, number: int) -> None:
        self._drafts.forget(visit.user, number)
        if visit.member is not None:
            await visit.replace(await profile(visit, visit.member, visit.t("members.me.in_already")))
        else:
            await visit.replace(cards.not_now(visit.t))

    @submit("me.profile", needs=Needs.MEMBER)
    async def _edited(self, visit: Visit, user: int) -> None:
        """The profile's form. A new firm in it is asked about just as when joining."""
        own(visit, user)
        wanted = members.application(visit.written("firm"), visit.written("sector"), visit.written("practice"))
        if wanted.sector and wanted.sector not in visit.cluster.sectors:
            raise TooOld
        await self._go_on(visit, Draft(visit.interaction.id, wanted, editing=True))

    async def _go_on(self, visit: Visit, draft: Draft) -> None:
        """Ask whatever is not settled yet; then for consent, or for somebody who is in already, change it."""
        if visit.member is not None and not draft.editing:
            await visit.replace(await profile(visit, visit.member, visit.t("members.me.in_already")))
            return
        self._drafts.keep(visit.user, draft, visit.tools.clock.now())
        found = await members.find_firm(visit.tools, visit.cluster, draft.wanted, visit.member)
        if found.similar and not draft.surely_new:
            await visit.replace(cards.similar_firms(visit.t, draft, found))
        elif not found.sector:
            await visit.replace(cards.choose_sector(visit.t, draft, found, visit.cluster))
        elif draft.editing:
            await self._change(visit, draft, found)
        else:
            await visit.replace(cards.consent(visit.t, draft, found))

    async def _change(self, visit: Visit, draft: Draft, found: FirmFound) -> None:
        t = visit.t
        member = await members.edit(visit.tools, visit.cluster, visit.insider, draft.wanted)
        self._drafts.forget(visit.user, draft.number)
        note = t("members.edited")
        if found.sector_kept:
            note = t("members.edited.sector_kept", firm=member.firm.name, sector=t.sector(member.firm.sector))
        await visit.replace(await profile(visit, member, note))

    def _draft(self, visit: Visit, number: int) -> Draft:
        return self._drafts.get(visit.user, number, visit.tools.clock.now())
