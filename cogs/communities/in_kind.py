"""What reports say an hour is worth: a rate, its currency and who says so. Off until a manager types one."""

from __future__ import annotations

from collections.abc import Sequence

from babel.numbers import format_currency

from bot.services import communities
from bot.texts import Translator, clean
from cogs.communities import draft, panels, words
from cogs.communities.settings import show_panel
from cogs.ui.card import Button, Card, Style
from cogs.ui.form import Form, Line
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain import typed
from domain.communities import fingerprint
from domain.errors import PersonError
from domain.model import Community, InKind

RATE, CURRENCY, SOURCE = 20, 10, 120  # characters; room for a mistake to be seen in
FIELDS = {"rate": RATE, "currency": CURRENCY, "source": SOURCE}


def panel(t: Translator, community: Community) -> Card:
    now, seen = community.in_kind, (fingerprint(community.in_kind),)
    off = Button(t.plain("communities.in_kind.off.label"), "cluster.in_kind_off", seen)
    change = Button(t.plain("communities.in_kind.change.label"), "cluster.in_kind_form", style=Style.PRIMARY)
    standing = t("communities.in_kind.on", rate=_money(t, now), source=now.source) if now else None
    return Card(
        title=t.plain("communities.settings.in_kind.label"),
        text=words.lines([t("communities.in_kind.text"), "", standing or t("communities.in_kind.off")]),
        buttons=(change, *((off,) if now else ()), panels.back(t)),
    )


def _money(t: Translator, of: InKind) -> str:
    return format_currency(of.rate, of.currency, locale=t.language)


def form(t: Translator, community: Community, before: Sequence[str] = ()) -> Form:
    """`before`: what was typed before, else the setting as it is."""
    now = community.in_kind
    values = (str(now.rate), now.currency, now.source) if now else ("", "", "")
    if len(before) == len(FIELDS):
        values = (before[0], before[1], before[2])
    return Form(
        "cluster.in_kind",
        (fingerprint(now),),
        t.plain("communities.settings.in_kind.label"),
        tuple(
            Line(
                name,
                t.plain(f"communities.in_kind.{name}.field"),
                t.plain(f"communities.in_kind.{name}.hint"),
                limit=limit,
                value=value,
            )
            for (name, limit), value in zip(FIELDS.items(), values, strict=True)
        ),
    )


class InKindSettings(WeftCog):
    @press("cluster.in_kind", needs=Needs.MANAGER)
    async def in_kind(self, visit: Visit) -> None:
        await visit.replace(panel(visit.t, visit.cluster))

    @press("cluster.in_kind_form", needs=Needs.MANAGER)
    async def change(self, visit: Visit) -> None:
        await visit.ask(form(visit.t, visit.cluster))

    @press("cluster.in_kind_again", needs=Needs.MANAGER)
    async def change_again(self, visit: Visit) -> None:
        await visit.ask(form(visit.t, visit.cluster, draft.read(visit.interaction.message)))

    @submit("cluster.in_kind", needs=Needs.MANAGER)
    async def given(self, visit: Visit, seen: int) -> None:
        t, written = visit.t, {name: visit.written(name) for name in FIELDS}
        try:
            worth = InKind(
                typed.rate(written["rate"]), clean(written["currency"]).upper(), clean(written["source"])[:SOURCE]
            )
            community = await communities.change_in_kind(visit.tools, visit.guild_id, worth, seen)
        except PersonError as error:
            typed_in = [(t.plain(f"communities.in_kind.{name}.field"), text) for name, text in written.items()]
            await visit.replace(panels.unsaved(t, words.mistake(t, error), typed_in, "cluster.in_kind_again"))
            return
        await show_panel(visit, community, "in_kind")

    @press("cluster.in_kind_off", needs=Needs.MANAGER)
    async def off(self, visit: Visit, seen: int) -> None:
        community = await communities.change_in_kind(visit.tools, visit.guild_id, None, seen)
        await show_panel(visit, community, "in_kind_off")
