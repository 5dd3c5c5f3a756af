"""The settings panel: buttons, menus and forms. Everything here is for managers, and every answer is private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import discord

from bot.services import communities
from bot.services.communities import MAX_SECTORS, MAX_THEMES, NAME_LENGTH, Moments
from bot.texts import LANGUAGES, catalogue, channel
from cogs.communities import draft, panels, words
from cogs.communities.making import fits, let_in
from cogs.communities.panels import CHOSEN_CHANNELS
from cogs.communities.sight import amiss, everyone_sees, manager_role, ready
from cogs.ui.form import Form
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain import typed
from domain.calendar import Cadence, CalendarMistake
from domain.communities import Audience, ChannelKind, Rule, fingerprint, rules
from domain.errors import PersonError, SettingsChanged, TooOld
from domain.model import DEFAULT_SECTORS, Community

DATES = 3  # openings named in the panel


def our_themes() -> Mapping[str, tuple[str, ...]]:
    """The themes Weft ships, by language."""
    return {tag: tuple(catalogue(tag).plain("communities.themes.default").split("\n")) for tag in LANGUAGES}


class ServerUnknownError(PersonError):
    """The gateway has not told of the server yet, Weft having just been added or started, or cannot just now."""

    key = "communities.errors.server_unknown"


def server(visit: Visit) -> discord.Guild:
    """The server as the gateway told it. Raises ServerUnknownError: an interaction may come before that."""
    guild = visit.interaction.guild
    if guild is None or not ready(guild):
        raise ServerUnknownError
    return guild


async def show_panel(visit: Visit, community: Community, saved: str = "") -> None:
    opens = await communities.upcoming(visit.tools, community, DATES)
    await visit.replace(panels.panel(visit.t, server(visit), community, opens, saved))


class Settings(WeftCog):
    @press("cluster.settings", needs=Needs.MANAGER)
    async def panel(self, visit: Visit) -> None:
        await show_panel(visit, visit.cluster)

    # Rhythm and language: a menu each

    @press("cluster.rhythm", needs=Needs.MANAGER)
    async def rhythm(self, visit: Visit) -> None:
        await visit.replace(panels.rhythm(visit.t, visit.cluster))

    @choose("cluster.rhythm", needs=Needs.MANAGER)
    async def rhythm_chosen(self, visit: Visit) -> None:
        if visit.chosen[:1] not in [(one.value,) for one in Cadence]:
            raise TooOld
        community = await communities.change_cadence(visit.tools, visit.guild_id, Cadence(visit.chosen[0]))
        await show_panel(visit, community, "plan")

    @press("cluster.language", needs=Needs.MANAGER)
    async def language(self, visit: Visit) -> None:
        await visit.replace(panels.language(visit.t, visit.cluster))

    @choose("cluster.language", needs=Needs.MANAGER)
    async def language_chosen(self, visit: Visit) -> None:
        if visit.chosen[:1] not in [(tag,) for tag in LANGUAGES]:
            raise TooOld
        community = await communities.change_language(visit.tools, visit.guild_id, visit.chosen[0], our_themes())
        await show_panel(visit, community, "language")

    # Moments and time zone: a form each

    @press("cluster.moments", needs=Needs.MANAGER)
    async def moments(self, visit: Visit) -> None:
        await visit.ask(panels.moments_form(visit.t, visit.cluster))

    @press("cluster.moments_again", needs=Needs.MANAGER)
    async def moments_again(self, visit: Visit) -> None:
        await _ask_again(visit, panels.moments_form)

    @submit("cluster.moments", needs=Needs.MANAGER)
    async def moments_given(self, visit: Visit, seen: int) -> None:
        async def save() -> Community:
            read = {name: typed.moment(visit.written(name)) for name in words.MOMENTS}
            return await communities.change_moments(visit.tools, visit.guild_id, Moments(**read), seen)

        labels = [(visit.t.plain(f"communities.moments.{name}"), visit.written(name)) for name in words.MOMENTS]
        await _save(visit, save, "plan", labels)

    @press("cluster.time_zone", needs=Needs.MANAGER)
    async def time_zone(self, visit: Visit) -> None:
        await visit.ask(panels.time_zone_form(visit.t, visit.cluster))

    @press("cluster.time_zone_again", needs=Needs.MANAGER)
    async def time_zone_again(self, visit: Visit) -> None:
        await _ask_again(visit, panels.time_zone_form)

    @submit("cluster.time_zone", needs=Needs.MANAGER)
    async def time_zone_given(self, visit: Visit, seen: int) -> None:
        async def save() -> Community:
            zone = typed.time_zone(visit.written("time_zone"))
            return await communities.change_time_zone(visit.tools, visit.guild_id, zone, seen)

        label = visit.t.plain("communities.time_zone.field")
        await _save(visit, save, "plan", [(label, visit.written("time_zone"))], "cluster.time_zone_again")

    # Themes and sectors: a list each

    @press("cluster.themes", needs=Needs.MANAGER)
    async def themes(self, visit: Visit) -> None:
        await visit.replace(panels.themes(visit.t, visit.cluster))

    @press("cluster.themes_form", needs=Needs.MANAGER)
    async def themes_form(self, visit: Visit) -> None:
        await visit.ask(panels.themes_form(visit.t, visit.cluster))

    @press("cluster.themes_again", needs=Needs.MANAGER)
    async def themes_again(self, visit: Visit) -> None:
        await _ask_again(visit, panels.themes_form)

    @submit("cluster.themes", needs=Needs.MANAGER)
    async def themes_given(self, visit: Visit, seen: int) -> None:
        before = visit.cluster.themes
        if before and not visit.written("themes").strip() and seen == fingerprint(before):
            await visit.replace(panels.themes_go(visit.t, visit.cluster, "themes_none"))
            return

        async def save() -> Community:
            wanted = typed.lines(visit.written("themes"), at_most=MAX_THEMES, length=NAME_LENGTH)
            return await communities.change_themes(visit.tools, visit.guild_id, wanted, seen)

        label = visit.t.plain("communities.themes.field")
        await _save(visit, save, "themes", [(label, visit.written("themes"))], "cluster.themes_again")

    @press("cluster.themes_none", needs=Needs.MANAGER)
    async def themes_none(self, visit: Visit, seen: int) -> None:
        await show_panel(visit, await communities.change_themes(visit.tools, visit.guild_id, (), seen), "themes")

    @press("cluster.themes_ours", needs=Needs.MANAGER)
    async def themes_ours(self, visit: Visit, seen: int) -> None:
        """The themes Weft ships; if a manager's own would be lost, ask first."""
        now, ours = visit.cluster.themes, our_themes()
        if now and now not in ours.values():
            if seen != fingerprint(now):
                raise SettingsChanged
            await visit.replace(panels.themes_go(visit.t, visit.cluster, "themes_replace"))
        else:
            await self.themes_replace(visit, seen)

    @press("cluster.themes_replace", needs=Needs.MANAGER)
    async def themes_replace(self, visit: Visit, seen: int) -> None:
        ours = our_themes()[visit.cluster.language]
        community = await communities.change_themes(visit.tools, visit.guild_id, ours, seen)
        await show_panel(visit, community, "themes")

    @press("cluster.sectors", needs=Needs.MANAGER)
    async def sectors(self, visit: Visit) -> None:
        firms = await communities.firms_by_sector(visit.tools, visit.guild_id)
        await visit.replace(panels.sectors(visit.t, visit.cluster, firms))

    @press("cluster.sectors_form", needs=Needs.MANAGER)
    async def sectors_form(self, visit: Visit) -> None:
        await visit.ask(panels.sectors_form(visit.t, visit.cluster))

    @press("cluster.sectors_again", needs=Needs.MANAGER)
    async def sectors_again(self, visit: Visit) -> None:
        await _ask_again(visit, panels.sectors_form)

    @submit("cluster.sectors", needs=Needs.MANAGER)
    async def sectors_given(self, visit: Visit, seen: int) -> None:
        async def save() -> Community:
            wanted = typed.lines(visit.written("sectors"), at_most=MAX_SECTORS, length=NAME_LENGTH)
            names = tuple(dict.fromkeys(map(_sector_meant, wanted)))
            return await communities.change_sectors(visit.tools, visit.guild_id, names, seen)

        label = visit.t.plain("communities.sectors.field")
        await _save(visit, save, "sectors", [(label, visit.written("sectors"))], "cluster.sectors_again")

    # Managers

    @press("cluster.managers", needs=Needs.MANAGER)
    async def managers(self, visit: Visit) -> None:
        await visit.replace(panels.manager_role(visit.t, server(visit), visit.cluster))

    @choose("cluster.managers", needs=Needs.MANAGER)
    async def managers_chosen(self, visit: Visit) -> None:
        guild = server(visit)
        role = guild.get_role(visit.chosen_id)
        if role is None or role.is_default() or role.managed:
            wrong = "communities.managers.everyone" if role and role.is_default() else "communities.managers.no_role"
            await visit.replace(panels.manager_role(visit.t, guild, visit.cluster, wrong))
            return
        await self._hand_over(visit, role)

    @press("cluster.managers_nobody", needs=Needs.MANAGER)
    async def managers_nobody(self, visit: Visit) -> None:
        await self._hand_over(visit, None)

    async def _hand_over(self, visit: Visit, role: discord.Role | None) -> None:
        """Other managers: they see the managers' channel, those before them no longer by their role."""
        guild = server(visit)
        await visit.interaction.response.defer()
        before = manager_role(guild, visit.cluster)
        community = await communities.change_manager_role(visit.tools, visit.guild_id, role.id if role else None)
        place = guild.get_channel(community.channels.managers or 0)
        done = not isinstance(place, discord.TextChannel) or await _change_sight(place, before, role)
        await show_panel(visit, community, "managers" if done else "managers_channel")

    # Sessions of swaps

    @press("cluster.session_events", needs=Needs.MANAGER)
    async def session_events(self, visit: Visit) -> None:
        await visit.replace(panels.session_events(visit.t, visit.cluster))

    @press("cluster.session_events_set", needs=Needs.MANAGER)
    async def session_events_set(self, visit: Visit, on: int) -> None:
        """Switched on, it says at once what Weft is not allowed yet."""
        guild = server(visit)
        community = await communities.change_session_events(visit.tools, visit.guild_id, bool(on))
        granted = guild.me.guild_permissions
        if on and not (granted.create_events or granted.manage_events):
            wrong = words.permissions_help(visit.t, guild, ("create_events",))
            await visit.replace(panels.session_events(visit.t, community, wrong))
        else:
            await show_panel(visit, community, "session_events")

    # Channels

    @press("cluster.channels", needs=Needs.MANAGER)
    async def channels(self, visit: Visit) -> None:
        await visit.replace(panels.channels(visit.t, visit.cluster))

    @choose("cluster.channel", needs=Needs.MANAGER)
    async def channel_chosen(self, visit: Visit, number: int) -> None:
        if not 0 <= number < len(CHOSEN_CHANNELS):
            raise TooOld
        kind = CHOSEN_CHANNELS[number]
        place = server(visit).get_channel(visit.chosen_id)
        if not fits(place, kind):
            wrong = visit.t(f"communities.channels.{kind}.wrong", channel=channel(visit.chosen_id))
            await visit.replace(panels.channels(visit.t, visit.cluster, wrong))
        elif kind is ChannelKind.MANAGERS and everyone_sees(place):
            await visit.replace(panels.public_managers(visit.t, place.id))
        else:
            await self._use(visit, kind, place.id)

    @press("cluster.channel_anyway", needs=Needs.MANAGER)
    async def channel_anyway(self, visit: Visit, chosen: int) -> None:
        if not fits(server(visit).get_channel(chosen), ChannelKind.MANAGERS):
            raise TooOld
        await self._use(visit, ChannelKind.MANAGERS, chosen)

    async def _use(self, visit: Visit, kind: ChannelKind, chosen: int) -> None:
        """Use another channel from now on; give Weft what it lacks there, or say where to click."""
        guild = server(visit)
        await visit.interaction.response.defer()
        community = await communities.choose_channel(visit.tools, visit.guild_id, kind, chosen)
        place = guild.get_channel(chosen)
        missing = next((one.permissions for one in amiss(guild, community) if one.subject is kind), ())
        mended: set[ChannelKind] = set()
        if missing and isinstance(place, discord.TextChannel | discord.ForumChannel):
            granted = guild.me.guild_permissions
            able = all(getattr(granted, one) for one in missing)
            if able and await let_in(place, guild.me, Rule(allow=missing)):
                mended, missing = {kind}, ()
        await communities.checked(visit.tools, visit.guild_id, amiss(guild, community, mended), action=None)
        if missing:
            wrong = words.permissions_help(visit.t, guild, missing, channel(chosen))
            await visit.replace(panels.channels(visit.t, community, wrong))
        else:
            await show_panel(visit, community, "channels")


async def _change_sight(place: discord.TextChannel, before: discord.Role | None, after: discord.Role | None) -> bool:
    """Who sees the managers' channel by their role; False if that is not Weft's to change."""
    rule = rules(ChannelKind.MANAGERS)[Audience.MANAGERS]
    if after is not None and not place.permissions_for(after).view_channel and not await let_in(place, after, rule):
        return False
    if before is not None and before != after and before in place.overwrites:
        try:
            await place.set_permissions(before, overwrite=None)
        except discord.Forbidden:
            return False
    return True


async def _save(
    visit: Visit,
    save: Callable[[], Awaitable[Community]],
    saved: str,
    typed_in: Sequence[tuple[str, str]],
    again: str = "cluster.moments_again",
) -> None:
    """Save what a form brought; what cannot be saved is shown with what is wrong, to go on from there."""
    try:
        community = await save()
    except (PersonError, CalendarMistake) as error:
        await visit.replace(panels.unsaved(visit.t, words.mistake(visit.t, error), typed_in, again))
    else:
        await show_panel(visit, community, saved)


async def _ask_again(visit: Visit, form: Callable[..., Form]) -> None:
    await visit.ask(form(visit.t, visit.cluster, draft.read(visit.interaction.message)))


def _sector_meant(name: str) -> str:
    """The sector as it is stored: one of Weft's own is known in every language."""
    for default in DEFAULT_SECTORS:
        if name.casefold() in {catalogue(tag).sector(default).casefold() for tag in LANGUAGES}:
            return default
    return name
