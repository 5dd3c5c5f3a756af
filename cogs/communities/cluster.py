"""`/cluster`: what managers type. The settings behind it have a file of their own."""

from __future__ import annotations

from datetime import date

import discord
from discord import app_commands

from bot.reports.export import export
from bot.services import communities
from bot.services.communities import Wishes
from bot.texts import LANGUAGES, catalogue, clean, clip
from cogs.communities import cards, draft, panels, setting_up
from cogs.communities.checking import checked
from cogs.communities.setting_up import Locks
from cogs.communities.settings import server, show_panel
from cogs.communities.words import language_name
from cogs.ui.items import Interaction
from cogs.ui.router import Host, WeftCog, choose, press
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain import typed
from domain.calendar import Holiday, local
from domain.errors import HolidayIsGone

LABEL = 80  # characters of a holiday's name
SUGGESTIONS = 25  # as many as Discord shows
CHOICES = [app_commands.Choice(name=language_name(tag), value=tag) for tag in LANGUAGES]


class Cluster(WeftCog):
    group = app_commands.Group(
        name="cluster",
        description=described("commands.cluster.description"),
        guild_only=True,
        # A hint: who is not shown the command cannot run it either, but who is shown it is checked again.
        default_permissions=discord.Permissions(manage_guild=True),
    )
    holiday = app_commands.Group(
        name="holiday", description=described("commands.cluster.holiday.description"), parent=group
    )

    def __init__(self, bot: Host, locks: Locks) -> None:
        super().__init__(bot)
        self._locks = locks

    # Setting up

    @group.command(name="setup", description=described("commands.cluster.setup.description"))
    @app_commands.describe(
        time_zone=described("commands.cluster.setup.time_zone"),
        language=described("commands.cluster.setup.language"),
        manager_role=described("commands.cluster.setup.manager_role"),
    )
    @app_commands.choices(language=CHOICES)
    async def setup(
        self,
        interaction: Interaction,
        time_zone: str = "",
        language: str = "",
        manager_role: discord.Role | None = None,
    ) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        zone = typed.time_zone(time_zone) if time_zone.strip() else None
        await visit.defer()
        role = manager_role.id if manager_role and not manager_role.is_default() else None
        await setting_up.run(visit, Wishes(zone, language or None, role), self._locks)

    @setup.autocomplete("time_zone")
    async def _zones(self, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        likely = setting_up.guess(_locale_of(interaction.guild), interaction.locale.value).time_zone
        shown = typed.time_zones_like(current, SUGGESTIONS) or ((likely,) if likely and not current else ())
        return [app_commands.Choice(name=zone.replace("_", " "), value=zone) for zone in shown]

    @press("cluster.setup", needs=Needs.MANAGER)
    async def again(self, visit: Visit) -> None:
        await visit.defer()
        await setting_up.run(visit, Wishes(), self._locks)

    # Looking after

    @group.command(name="settings", description=described("commands.cluster.settings.description"))
    async def settings(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await show_panel(visit, visit.cluster)

    @group.command(name="check", description=described("commands.cluster.check.description"))
    async def check(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        health = await checked(visit)
        await visit.answer(cards.check(visit.t, server(visit), health))

    @press("cluster.check", needs=Needs.MANAGER)
    async def check_again(self, visit: Visit) -> None:
        message = visit.interaction.message
        health = await checked(visit)
        shown = cards.check(visit.t, server(visit), health)
        if message is None or message.flags.ephemeral:
            await visit.replace(shown)
            return
        if not health.problems:  # what stands in the managers' channel is true no longer
            await visit.replace(cards.mended(catalogue(visit.cluster.language), health.freed))
        await visit.answer(shown)

    @group.command(name="export", description=described("commands.cluster.export.description"))
    async def export(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await visit.defer()
        made = await communities.collected(visit.tools, visit.guild_id)
        t = visit.t
        readme = t.plain("communities.export.readme", name=server(visit).name, made=t.date(made.at.date()))
        data = await visit.tools.compute(export, "weft", readme, made.settings, made.tables, made.at)
        await visit.replace(cards.export(t, made, "weft", data))

    # Holidays

    @holiday.command(name="add", description=described("commands.cluster.holiday.add.description"))
    @app_commands.describe(
        first=described("commands.cluster.holiday.add.first"),
        last=described("commands.cluster.holiday.add.last"),
        label=described("commands.cluster.holiday.add.label"),
    )
    async def holiday_add(self, interaction: Interaction, first: str, last: str = "", label: str = "") -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        today = local(visit.cluster.plan, visit.tools.clock.now()).date()
        begins = typed.day(first, today)
        ends = typed.day(last, begins) if last.strip() else begins
        holiday = Holiday(begins, ends, clip(clean(label), LABEL))
        change = await communities.add_holiday(visit.tools, visit.guild_id, holiday)
        await visit.answer(cards.holiday_changed(visit.t, change, added=True))

    @holiday.command(name="list", description=described("commands.cluster.holiday.list.description"))
    async def holiday_list(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await self.holidays(visit)

    @press("cluster.holidays", needs=Needs.MANAGER)
    async def holidays(self, visit: Visit) -> None:
        await visit.replace(panels.holidays(visit.t, await communities.holidays(visit.tools, visit.guild_id)))

    @choose("cluster.holidays", needs=Needs.MANAGER)
    async def holiday_chosen(self, visit: Visit) -> None:
        await self.holiday_remove(visit, visit.chosen_id)

    @press("cluster.holiday_remove", needs=Needs.MANAGER)
    async def holiday_remove(self, visit: Visit, number: int) -> None:
        change = await communities.remove_holiday(visit.tools, visit.guild_id, number)
        await visit.replace(cards.holiday_changed(visit.t, change, added=False))

    @press("cluster.holiday_back", needs=Needs.MANAGER)
    async def holiday_back(self, visit: Visit, first: int, last: int) -> None:
        """Undo: what it was called stands in the message with the button."""
        if not (date.min.toordinal() <= first <= date.max.toordinal() and last <= date.max.toordinal()):
            raise HolidayIsGone
        label = next(iter(draft.read(visit.interaction.message)), "")
        holiday = Holiday(date.fromordinal(first), date.fromordinal(last), clip(label, LABEL))
        change = await communities.add_holiday(visit.tools, visit.guild_id, holiday)
        await visit.replace(cards.holiday_changed(visit.t, change, added=True))


def _locale_of(guild: discord.Guild | None) -> str:
    return guild.preferred_locale.value if guild else ""
