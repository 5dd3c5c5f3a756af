"""The settings as a manager sees them: the panel, what opens from it, and the forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice

import discord

from bot.services.communities import MAX_SECTORS, MAX_THEMES, NAME_LENGTH
from bot.texts import LANGUAGES, Raw, Translator, escape
from cogs.communities import draft, words
from cogs.communities.words import lines
from cogs.ui.card import CHOICES, Button, Card, Choice, Menu, MenuKind, Style, Tone
from cogs.ui.form import Form, Line
from domain.calendar import Cadence, Holiday
from domain.communities import ChannelKind, fingerprint
from domain.model import Community

SETTINGS = (
    "rhythm",
    "moments",
    "time_zone",
    "language",
    "themes",
    "sectors",
    "managers",
    "channels",
    "holidays",
    "session_events",
    "in_kind",
)
CHOSEN_CHANNELS = (ChannelKind.ROUND, ChannelKind.SHOWINGS, ChannelKind.SKILLS, ChannelKind.MANAGERS)


def panel(
    t: Translator, guild: discord.Guild, community: Community, opens: Sequence[datetime], saved: str = ""
) -> Card:
    """Everything at a glance. `opens`: when the next rounds do; `saved`: what has just been changed."""
    channels = [
        t(f"communities.channels.{kind}.now", channel=words.place(t, community, kind)) for kind in CHOSEN_CHANNELS
    ]
    dates = lines(f"• {t.when(one)}" for one in opens) if opens else t("communities.setup.no_round")
    return Card(
        title=t.plain("communities.settings.title"),
        text=t(f"communities.saved.{saved}") if saved else t("communities.settings.text"),
        fields=(
            (t.plain("communities.settings.plan"), words.plan(t, community.plan)),
            (t.plain("communities.settings.dates"), dates),
            (t.plain("communities.settings.themes"), _themes(t, community)),
            (t.plain("communities.settings.sectors"), escape(" · ".join(map(t.sector, community.sectors)))),
            (t.plain("communities.settings.language"), words.language_name(community.language)),
            (t.plain("communities.settings.managers"), managers(t, guild, community)),
            (t.plain("communities.settings.channels"), lines(channels)),
        ),
        buttons=tuple(Button(t.plain(f"communities.settings.{name}.label"), f"cluster.{name}") for name in SETTINGS),
        tone=Tone.GOOD if saved else Tone.PLAIN,
    )


def _themes(t: Translator, community: Community) -> Raw:
    if not community.themes:
        return t("communities.themes.none")
    return t("communities.themes.count", n=len(community.themes), first=community.themes[0])


def managers(t: Translator, guild: discord.Guild, community: Community) -> Raw:
    if community.manager_role is None:
        return t("communities.managers.manage_server")
    if guild.get_role(community.manager_role) is None:
        return t("communities.managers.gone")
    return t("communities.managers.role", role=Raw(f"<@&{community.manager_role}>"))


def back(t: Translator) -> Button:
    return Button(t.plain("communities.back.label"), "cluster.settings")


def rhythm(t: Translator, community: Community) -> Card:
    choices = tuple(
        Choice(cadence, t.plain(f"communities.cadence.{cadence}"), chosen=cadence is community.plan.cadence)
        for cadence in Cadence
    )
    return Card(
        title=t.plain("communities.settings.rhythm.label"),
        text=t("communities.rhythm.text"),
        menus=(Menu("cluster.rhythm", choices=choices),),
        buttons=(back(t),),
    )


def language(t: Translator, community: Community) -> Card:
    choices = tuple(Choice(tag, words.language_name(tag), chosen=tag == community.language) for tag in LANGUAGES)
    return Card(
        title=t.plain("communities.settings.language.label"),
        text=t("communities.language.text"),
        menus=(Menu("cluster.language", choices=choices),),
        buttons=(back(t),),
    )


def manager_role(t: Translator, guild: discord.Guild, community: Community, wrong: str = "") -> Card:
    buttons = [back(t)]
    if community.manager_role is not None:
        buttons.insert(0, Button(t.plain("communities.managers.nobody.label"), "cluster.managers_nobody"))
    parts = [managers(t, guild, community), t("communities.managers.text")]
    return Card(
        title=t.plain("communities.settings.managers.label"),
        text=lines([t(wrong), *parts] if wrong else parts),
        menus=(Menu("cluster.managers", placeholder=t.plain("communities.managers.choose"), kind=MenuKind.ROLE),),
        buttons=tuple(buttons),
        tone=Tone.CAREFUL if wrong else Tone.PLAIN,
    )


def session_events(t: Translator, community: Community, wrong: Raw | None = None) -> Card:
    """Whether sessions become events of the server. `wrong`: what Weft lacks for it."""
    now = "on" if community.session_events else "off"
    switch = Button(
        t.plain(f"communities.session_events.{now}.label"),
        "cluster.session_events_set",
        (int(not community.session_events),),
        Style.SECONDARY if community.session_events else Style.PRIMARY,
    )
    parts = [t("communities.session_events.text"), "", t(f"communities.session_events.{now}")]
    return Card(
        title=t.plain("communities.settings.session_events.label"),
        text=lines([*parts, "", wrong] if wrong else parts),
        buttons=(switch, back(t)),
        tone=Tone.CAREFUL if wrong else Tone.PLAIN,
    )


def channels(t: Translator, community: Community, wrong: Raw | None = None) -> Card:
    menus = tuple(
        Menu(
            "cluster.channel",
            (number,),
            placeholder=t.plain(f"communities.channels.{kind}.choose"),
            kind=MenuKind.CHANNEL,
        )
        for number, kind in enumerate(CHOSEN_CHANNELS)
    )
    now = [t(f"communities.channels.{kind}.now", channel=words.place(t, community, kind)) for kind in CHOSEN_CHANNELS]
    return Card(
        title=t.plain("communities.settings.channels.label"),
        text=lines([*([wrong, ""] if wrong else []), *now, "", t("communities.channels.text")]),
        menus=menus,
        buttons=(back(t),),
        tone=Tone.CAREFUL if wrong else Tone.PLAIN,
    )


def public_managers(t: Translator, channel: int) -> Card:
    """Before a channel that everybody reads becomes the managers'."""
    return Card(
        title=t.plain("communities.channels.public.title"),
        text=t("communities.channels.public.text", channel=Raw(f"<#{channel}>")),
        buttons=(
            Button(t.plain("communities.channels.public.label"), "cluster.channel_anyway", (channel,), Style.DANGER),
            Button(t.plain("communities.back.label"), "cluster.channels"),
        ),
        tone=Tone.CAREFUL,
    )


def themes(t: Translator, community: Community) -> Card:
    buttons = [Button(t.plain("communities.change.label"), "cluster.themes_form", style=Style.PRIMARY)]
    buttons.append(Button(t.plain("communities.themes.ours.label"), "cluster.themes_ours", _seen(community.themes)))
    listed = lines(t("communities.themes.line", text=one) for one in community.themes)
    return Card(
        title=t.plain("communities.settings.themes.label"),
        text=lines([t("communities.themes.text"), "", listed or t("communities.themes.none")]),
        buttons=(*buttons, back(t)),
    )


def themes_go(t: Translator, community: Community, action: str) -> Card:
    """Before a list that a manager wrote is lost."""
    return Card(
        title=t.plain("communities.themes.lost.title"),
        text=t(f"communities.{action}.text", n=len(community.themes)),
        buttons=(
            Button(t.plain(f"communities.{action}.label"), f"cluster.{action}", _seen(community.themes), Style.DANGER),
            Button(t.plain("communities.keep.label"), "cluster.themes"),
        ),
        tone=Tone.CAREFUL,
    )


def sectors(t: Translator, community: Community, firms: Mapping[str, int]) -> Card:
    listed = lines(t("communities.sectors.line", name=t.sector(one), n=firms.get(one, 0)) for one in community.sectors)
    return Card(
        title=t.plain("communities.settings.sectors.label"),
        text=lines([t("communities.sectors.text"), "", listed]),
        buttons=(
            Button(t.plain("communities.change.label"), "cluster.sectors_form", style=Style.PRIMARY),
            back(t),
        ),
    )


def holidays(t: Translator, found: Mapping[int, Holiday]) -> Card:
    """Those to come, each to be taken out from a menu."""
    parts = [
        t("communities.holiday.line", when=days(t, one), label=one.label)
        if one.label
        else t("communities.holiday.bare_line", when=days(t, one))
        for one in found.values()
    ]
    choices = tuple(
        Choice(str(number), days(t, holiday), holiday.label) for number, holiday in islice(found.items(), CHOICES)
    )
    menu = Menu("cluster.holidays", placeholder=t.plain("communities.holiday.choose"), choices=choices)
    return Card(
        title=t.plain("communities.holidays.title"),
        text=lines([*(parts or [t("communities.holiday.none")]), "", t("communities.holiday.how")]),
        menus=(menu,) if choices else (),
        buttons=(back(t),),
    )


def days(t: Translator, holiday: Holiday) -> str:
    if holiday.first == holiday.last:
        return t.date(holiday.first)
    return t.plain("communities.holiday.days", first=t.date(holiday.first), last=t.date(holiday.last))


def unsaved(t: Translator, wrong: Raw, typed: Sequence[tuple[str, str]], again: str) -> Card:
    """What was typed cannot be saved: why, what it was, and a button to go on from there."""
    return Card(
        title=t.plain("communities.unsaved.title"),
        text=wrong,
        fields=draft.fields(typed),
        buttons=(Button(t.plain("communities.unsaved.label"), again, style=Style.PRIMARY), back(t)),
        tone=Tone.CAREFUL,
    )


def _seen(setting: object) -> tuple[int, ...]:
    return (fingerprint(setting),)


# Forms; `typed` is what was typed before, else the settings as they are


def moments_form(t: Translator, community: Community, typed: Sequence[str] = ()) -> Form:
    now = [words.moment(t, getattr(community.plan, name)) for name in words.MOMENTS]
    values = typed if len(typed) == len(now) else now
    return Form(
        "cluster.moments",
        _seen(community.plan),
        t.plain("communities.settings.moments.label"),
        tuple(
            Line(
                name,
                t.plain(f"communities.moments.{name}"),
                t.plain(f"communities.moments.{name}.description"),
                limit=60,
                value=value,
            )
            for name, value in zip(words.MOMENTS, values, strict=True)
        ),
    )


def time_zone_form(t: Translator, community: Community, typed: Sequence[str] = ()) -> Form:
    line = Line(
        "time_zone",
        t.plain("communities.time_zone.field"),
        t.plain("communities.time_zone.description"),
        limit=60,
        value=typed[0] if typed else community.plan.time_zone,
    )
    return Form("cluster.time_zone", _seen(community.plan), t.plain("communities.settings.time_zone.label"), (line,))


def themes_form(t: Translator, community: Community, typed: Sequence[str] = ()) -> Form:
    line = Line(
        "themes",
        t.plain("communities.themes.field"),
        t.plain("communities.themes.description", most=MAX_THEMES, length=NAME_LENGTH),
        long=True,
        required=False,
        limit=4000,
        value=typed[0] if typed else "\n".join(community.themes),
    )
    return Form("cluster.themes", _seen(community.themes), t.plain("communities.settings.themes.label"), (line,))


def sectors_form(t: Translator, community: Community, typed: Sequence[str] = ()) -> Form:
    line = Line(
        "sectors",
        t.plain("communities.sectors.field"),
        t.plain("communities.sectors.description", most=MAX_SECTORS, length=NAME_LENGTH),
        long=True,
        limit=4000,
        value=typed[0] if typed else "\n".join(map(t.sector, community.sectors)),
    )
    return Form("cluster.sectors", _seen(community.sectors), t.plain("communities.settings.sectors.label"), (line,))
