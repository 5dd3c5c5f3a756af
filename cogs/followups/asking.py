"""Ninety days after they first exchanged something: did it lead to joint work? One click, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bot.outcomes import Moot
from bot.services import followups
from bot.services.followups.looking import FollowupView, view
from bot.texts import Translator, catalogue
from cogs.followups.quoting import offer
from cogs.members.cards import paragraphs
from cogs.messenger import Carrier, Messenger
from cogs.showings.cards import name
from cogs.ui.card import Button, Card, Choice, Menu, Tone
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.errors import TooOld
from domain.model import FollowupId, Intention


def question(t: Translator, asked: FollowupView) -> Card:
    """Did it lead to something? Of several people, a menu of firms says with whom: seen by nobody else."""
    if len(asked.partners) == 1:
        return _of_one(t, asked)
    choices = tuple(Choice(str(number), partner.firm.name, partner.practice) for number, partner in asked.partners)
    people = t.list([name(t, partner) for _, partner in asked.partners])
    menu = Menu("followup.some", (asked.batch,), t.plain("followups.placeholder"), choices, most=len(choices))
    return Card(
        title=t.plain("followups.title"),
        text=t("followups.body", people=people),
        tone=Tone.WARM,
        menus=(menu,),
        buttons=(Button(t.plain("followups.none.label"), "followup.none", (asked.batch,)),),
    )


def _of_one(t: Translator, asked: FollowupView) -> Card:
    ((number, partner),) = asked.partners
    return Card(
        title=t.plain("followups.title"),
        text=t("followups.one.body", who=name(t, partner)),
        tone=Tone.WARM,
        buttons=(
            Button(t.plain("followups.one.label"), "followup.some", (asked.batch, number)),
            Button(t.plain("followups.nothing.label"), "followup.none", (asked.batch,)),
        ),
    )


async def _ask(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
    found = await view(messenger.tools, FollowupId(int(intention.args["batch"])))
    if found is None:
        raise Moot
    await messenger.tell(intention, found.member, question(catalogue(found.member.language), found))
    return {}


CARRIERS: dict[str, Carrier] = {"followup.ask": _ask}


class Followups(WeftCog):
    @choose("followup.some", needs=Needs.MEMBER)
    async def some(self, visit: Visit, batch: int) -> None:
        try:
            chosen = {FollowupId(int(one)) for one in visit.chosen}
        except ValueError:
            raise TooOld from None
        await self._led_on(visit, batch, chosen)

    @press("followup.some", needs=Needs.MEMBER)
    async def yes(self, visit: Visit, batch: int, one: int) -> None:
        await self._led_on(visit, batch, {FollowupId(one)})

    async def _led_on(self, visit: Visit, batch: int, chosen: Collection[FollowupId]) -> None:
        done = await followups.answer(visit.tools, visit.insider, FollowupId(batch), chosen)
        people = visit.t.list([name(visit.t, one) for one in done.led_on])
        parts = [visit.t("followups.some.body", people=people)]
        if done.led_on:
            parts.append(visit.t("followups.quote.offer"))
        buttons = (offer(visit.t),) if done.led_on else ()
        await visit.replace(Card(text=paragraphs(*parts), tone=Tone.GOOD, buttons=buttons))

    @press("followup.none", needs=Needs.MEMBER)
    async def none(self, visit: Visit, batch: int) -> None:
        await followups.answer(visit.tools, visit.insider, FollowupId(batch), ())
        await visit.replace(Card(text=visit.t("followups.none.body")))
