"""Time credits in chat: giving to the pool, asked about first."""

from __future__ import annotations

from bot.services.credits import balance, give
from cogs.communities import draft
from cogs.swaps import credit_cards
from cogs.ui.card import Button, Card, Style, Tone
from cogs.ui.form import Form, Line
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain import ledger as rule
from domain.errors import PersonError
from domain.sessions import LONGEST, clock, minutes_typed

TYPED = 20  # characters


class Credits(WeftCog):
    @press("credits.give", needs=Needs.MEMBER)
    async def give(self, visit: Visit) -> None:
        await ask_how_much(visit)

    @press("credits.give_again", needs=Needs.MEMBER)
    async def give_again(self, visit: Visit) -> None:
        await ask_how_much(visit, *draft.read(visit.interaction.message)[:1])

    @submit("credits.give", needs=Needs.MEMBER)
    async def how_much(self, visit: Visit) -> None:
        await ask_first(visit, visit.written("minutes"))

    @press("credits.give_sure", needs=Needs.MEMBER)
    async def give_sure(self, visit: Visit, minutes: int, seen: int) -> None:
        given = await give(visit.tools, visit.insider, minutes, seen)
        note = visit.t("credits.given", time=clock(minutes))
        await visit.replace(credit_cards.balance(visit.t, given, note))


async def ask_how_much(visit: Visit, typed: str = "") -> None:
    t = visit.t
    line = Line("minutes", t.plain("credits.give.field"), t.plain("credits.give.hint"), limit=TYPED, value=typed)
    await visit.ask(Form("credits.give", (), t.plain("credits.give.form_title"), (line,)))


async def ask_first(visit: Visit, typed: str) -> None:
    """What somebody typed is what they want to give: are you sure? Given back if it cannot be given."""
    t = visit.t
    try:
        found = await balance(visit.tools, visit.insider)
        minutes = minutes_typed(typed, most=max(LONGEST, found.minutes))
        rule.gift(minutes, balance=found.minutes)
    except PersonError as error:
        again = Button(t.plain("sessions.again.label"), "credits.give_again", style=Style.PRIMARY)
        fields = draft.fields([(t.plain("credits.give.field"), typed)])
        await visit.answer(Card(text=t(error.key, **error.details), fields=fields, buttons=(again,), tone=Tone.CAREFUL))
        return
    await visit.answer(credit_cards.sure(t, found, minutes))
