"""Whom somebody would rather not be paired with: seen and changed by that person only."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services import avoiding
from bot.services.avoiding import AvoidList
from bot.texts import Translator, clean
from cogs.members import cards
from cogs.members.profile import own
from cogs.ui.address import number
from cogs.ui.card import CHOICES, Button, Card, Choice, Menu, MenuKind
from cogs.ui.form import Form, Line
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import TooOld
from domain.members import FIRM_LIMIT
from domain.model import Avoided, Firm, FirmId, Member, MemberId, UserId


class Avoiding(WeftCog):
    @press("me.avoid", needs=Needs.MEMBER)
    async def _show(self, visit: Visit, user: int) -> None:
        own(visit, user)
        await _list(visit, await avoiding.avoid_list(visit.tools, visit.insider))

    @choose("me.avoid_person", needs=Needs.MEMBER)
    async def _person(self, visit: Visit, user: int) -> None:
        own(visit, user)
        other = UserId(visit.chosen_id)
        await _list(visit, await avoiding.avoid_person(visit.tools, visit.insider, other), "members.avoid.done")

    @choose("me.avoid_firm", needs=Needs.MEMBER)
    async def _firm(self, visit: Visit, user: int) -> None:
        own(visit, user)
        firm = FirmId(visit.chosen_id)
        await _list(visit, await avoiding.avoid_firm(visit.tools, visit.insider, firm), "members.avoid.done")

    @press("me.avoid_named", needs=Needs.MEMBER)
    async def _ask_name(self, visit: Visit, user: int) -> None:
        own(visit, user)
        t = visit.t
        line = Line("firm", t.plain("members.avoid.firm_name"), limit=FIRM_LIMIT)
        await visit.ask(Form("me.avoid_typed", (user,), t.plain("members.avoid.name_firm"), (line,)))

    @submit("me.avoid_typed", needs=Needs.MEMBER)
    async def _named_firm(self, visit: Visit, user: int) -> None:
        own(visit, user)
        name = clean(visit.written("firm"))
        await _list(visit, await avoiding.avoid_firm_named(visit.tools, visit.insider, name), "members.avoid.done")

    @choose("me.unavoid", needs=Needs.MEMBER)
    async def _remove(self, visit: Visit, user: int) -> None:
        own(visit, user)
        entries = [_entry(visit.insider, value) for value in visit.chosen]
        await _list(visit, await avoiding.stop_avoiding(visit.tools, visit.insider, entries), "members.avoid.removed")


async def _list(visit: Visit, listed: AvoidList, note: str = "") -> None:
    await visit.replace(avoid_card(visit.t, listed, visit.user, visit.t(note) if note else ""))


def _entry(member: Member, value: str) -> Avoided:
    """What a line of the menu stands for: "m12" a person, "f3" a firm."""
    match value[:1], number(value[1:]):
        case "m", int(found):
            return Avoided(member.id, other_member=MemberId(found))
        case "f", int(found):
            return Avoided(member.id, other_firm=FirmId(found))
    raise TooOld


def avoid_card(t: Translator, listed: AvoidList, user: UserId, note: str = "") -> Card:
    """The list, seen by nobody else, and ways to add to it and to take from it."""
    people = [
        (f"m{one.id}", t("members.avoid.person", who=cards.named(t, one), firm=one.firm.name)) for one in listed.people
    ]
    erased = any(one.user is None for one in listed.people)
    firms = [(f"f{one.id}", t("members.avoid.firm", firm=one.name)) for one in listed.firms]
    entries = [line for _, line in (*people, *firms)]
    shown = cards.lines(
        *entries[:CHOICES], t("members.avoid.more", n=len(entries) - CHOICES) if entries[CHOICES:] else ""
    )
    return Card(
        t.plain("members.avoid.title"),
        cards.paragraphs(note, t("members.avoid.text"), t("members.avoid.erased") if erased else ""),
        fields=((t.plain("members.avoid.list"), shown or t("members.avoid.nobody")),),
        menus=(
            Menu("me.avoid_person", (user,), t.plain("members.avoid.add_person"), kind=MenuKind.USER),
            *_firm_menu(t, listed.choices, user),
            *_remove_menu(t, listed, user),
        ),
        buttons=(
            *_firm_button(t, listed.choices, user),
            cards.back(t, user),
        ),
    )


def _firm_menu(t: Translator, firms: Sequence[Firm], user: UserId) -> tuple[Menu, ...]:
    if not 0 < len(firms) <= CHOICES:
        return ()
    choices = tuple(Choice(str(firm.id), firm.name, t.sector(firm.sector)) for firm in firms)
    return (Menu("me.avoid_firm", (user,), t.plain("members.avoid.add_firm"), choices),)


def _firm_button(t: Translator, firms: Sequence[Firm], user: UserId) -> tuple[Button, ...]:
    """More firms than a menu holds are typed."""
    if len(firms) <= CHOICES:
        return ()
    return (Button(t.plain("members.avoid.name_firm"), "me.avoid_named", (user,)),)


def _remove_menu(t: Translator, listed: AvoidList, user: UserId) -> tuple[Menu, ...]:
    choices = (
        *(
            # A menu cannot show a mention, so a person is told apart by firm and practice.
            Choice(f"m{one.id}", t.plain("members.avoid.remove_person", firm=one.firm.name), one.practice)
            for one in listed.people
        ),
        *(Choice(f"f{one.id}", t.plain("members.avoid.remove_firm", firm=one.name)) for one in listed.firms),
    )[:CHOICES]
    if not choices:
        return ()
    return (Menu("me.unavoid", (user,), t.plain("members.avoid.remove"), choices, most=len(choices)),)
