"""Ninety days after they first exchanged something: did it lead to joint work? One click, once."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot
from bot.services import followups
from bot.services.followups.looking import FollowupView, view
from bot.texts import Translator, catalogue
from cogs.messenger import Carrier, Messenger
from cogs.showings.cards import name
from cogs.ui.card import Button, Card, Choice, Menu, Tone
from cogs.ui.router import WeftCog, choose, press
from cogs.ui.visit import Needs, Visit
from domain.errors import TooOld
from domain.model import FollowupId, Intention


def question(t: Translator, asked: FollowupView) -> Card:
    """With whom did it lead to something? A menu of firms: one's own partners, seen by nobody else."""
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
        done = await followups.answer(visit.tools, visit.insider, FollowupId(batch), chosen)
        people = visit.t.list([name(visit.t, one) for one in done.led_on])
        await visit.replace(Card(text=visit.t("followups.some.body", people=people), tone=Tone.GOOD))

    @press("followup.none", needs=Needs.MEMBER)
    async def none(self, visit: Visit, batch: int) -> None:
        await followups.answer(visit.tools, visit.insider, FollowupId(batch), ())
        await visit.replace(Card(text=visit.t("followups.none.body")))
