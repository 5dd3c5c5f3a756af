"""`/digest`: how it is going now, the map, the report, and who gets the digest by mail. For managers only."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.reports.archive import archive
from bot.reports.drawn import ReportFiles, draw_digest, draw_maps, draw_reports
from bot.services import digests
from bot.services.digests import addresses
from bot.texts import LANGUAGES, clean
from cogs.communities.settings import server
from cogs.communities.words import language_name
from cogs.digests import cards, emails
from cogs.digests.cards import Files, Wanted
from cogs.ui import suggestions
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog
from cogs.ui.suggestions import Choices
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.errors import NoSuchPeriod

CHOICES = [app_commands.Choice(name=language_name(tag), value=tag) for tag in LANGUAGES]


class Digests(WeftCog):
    group = app_commands.Group(
        name="digest",
        description=described("commands.digest.description"),
        guild_only=True,
        # A hint: who is not shown the command cannot run it either, but who is shown it is checked again.
        default_permissions=discord.Permissions(manage_guild=True),
    )
    email = app_commands.Group(name="email", description=described("commands.digest.email.description"), parent=group)

    @group.command(name="now", description=described("commands.digest.now.description"))
    async def now(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await visit.defer()
        digest = await digests.asked(visit.tools, visit.cluster.id, draw_digest)
        await visit.replace(cards.digest(digest))

    @group.command(name="map", description=described("commands.digest.map.description"))
    async def map(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await visit.defer()
        facts = await digests.map_facts(visit.tools, visit.cluster.id)
        drawn = await visit.tools.compute(draw_maps, visit.t.language, server(visit).name, facts, facts.until)
        page = await _fitting(visit, cards.file_name("map", facts.until, "html"), drawn.page)
        await visit.replace(cards.map_of(visit.t, facts, drawn, page))
        await digests.keep_places(visit.tools, visit.cluster.id, drawn.turns)

    @group.command(name="report", description=described("commands.digest.report.description"))
    @app_commands.describe(
        period=described("commands.digest.report.period"), language=described("commands.digest.report.language")
    )
    @app_commands.choices(language=CHOICES)
    async def report(self, interaction: Interaction, period: str = "", language: str = "") -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await visit.defer()
        wanted = await _wanted(visit, period)
        drawn = await _drawn(visit, wanted, language)
        page = await _fitting(visit, cards.file_name("report", wanted.quarter, "html"), drawn.page)
        await visit.replace(cards.report(visit.t, wanted, drawn.headline, page))

    @group.command(name="export", description=described("commands.digest.export.description"))
    @app_commands.describe(
        period=described("commands.digest.report.period"), language=described("commands.digest.report.language")
    )
    @app_commands.choices(language=CHOICES)
    async def export(self, interaction: Interaction, period: str = "", language: str = "") -> None:
        visit = await self.visit(interaction, Needs.MANAGER)
        await visit.defer()
        wanted = await _wanted(visit, period)
        drawn = await _drawn(visit, wanted, language)
        files = await _fitting(visit, cards.file_name("report", wanted.quarter, "zip"), drawn.archive)
        await visit.replace(cards.export(visit.t, wanted, files))

    # By mail

    @email.command(name="add", description=described("commands.digest.email.add.description"))
    @app_commands.describe(
        address=described("commands.digest.email.add.address"),
        language=described("commands.digest.email.add.language"),
    )
    @app_commands.choices(language=CHOICES)
    async def email_add(self, interaction: Interaction, address: str, language: str = "") -> None:
        await emails.add(await self.visit(interaction, Needs.MANAGER), address, language)

    @email.command(name="confirm", description=described("commands.digest.email.confirm.description"))
    @app_commands.describe(
        address=described("commands.digest.email.confirm.address"), code=described("commands.digest.email.confirm.code")
    )
    async def email_confirm(self, interaction: Interaction, address: str, code: str) -> None:
        await emails.confirm(await self.visit(interaction, Needs.MANAGER), address, code)

    @email.command(name="list", description=described("commands.digest.email.list.description"))
    async def email_list(self, interaction: Interaction) -> None:
        await emails.show(await self.visit(interaction, Needs.MANAGER))

    @email.command(name="remove", description=described("commands.digest.email.remove.description"))
    @app_commands.describe(address=described("commands.digest.email.remove.address"))
    async def email_remove(self, interaction: Interaction, address: str) -> None:
        await emails.ask_to_remove(await self.visit(interaction, Needs.MANAGER), address)

    # While somebody types

    @report.autocomplete("period")
    @export.autocomplete("period")
    async def _periods(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MANAGER)
        found = await digests.periods(visit.tools, visit.cluster.id)
        wanted = [Wanted(one, running=one == found[0]) for one in found]
        return suggestions.labelled(clean(typed), {cards.period(visit.t, one): str(one.quarter) for one in wanted})

    @email_confirm.autocomplete("address")
    @email_remove.autocomplete("address")
    async def _addresses(self, interaction: Interaction, typed: str) -> Choices:
        visit = await self.visit(interaction, Needs.MANAGER)
        found = await addresses.of(visit.tools, visit.cluster.id)
        return suggestions.labelled(clean(typed), {one.address: one.address for one in found})


async def _wanted(visit: Visit, typed: str) -> Wanted:
    """The period that was chosen; without a choice the last one that is over, before there is one the running one.

    Raises NoSuchPeriod.
    """
    running, *over = await digests.periods(visit.tools, visit.cluster.id)
    if not (name := clean(typed)):
        return Wanted(next(iter(over), running), running=not over)
    for one in (running, *over):
        wanted = Wanted(one, running=one == running)
        if name.casefold() in (str(one).casefold(), cards.period(visit.t, wanted).casefold()):
            return wanted
    raise NoSuchPeriod


async def _drawn(visit: Visit, wanted: Wanted, language: str) -> ReportFiles:
    """Without a language in the community's: a report is for others to read."""
    facts = await digests.report_facts(visit.tools, visit.cluster.id, wanted.quarter)
    in_language = language or visit.cluster.language
    return await visit.tools.compute(draw_reports, in_language, server(visit).name, facts, visit.t.language)


async def _fitting(visit: Visit, name: str, data: bytes) -> Files:
    """A file as it is, packed if only so it is small enough for Discord, or left out."""
    limit = visit.interaction.filesize_limit
    if len(data) <= limit:
        return Files(((name, data),), (), limit)
    packed = await visit.tools.compute(archive, {name: data})
    if len(packed) <= limit:
        return Files(((f"{name}.zip", packed),), (), limit)
    return Files((), ((name, len(packed)),), limit)
