"""What came of an exchange, in somebody's own words: a form for the cluster's report, and taking it back."""

from __future__ import annotations

from bot.services import members
from bot.services.followups import quoting
from bot.texts import Translator
from cogs.members.cards import quoted, taking_back
from cogs.members.profile import home, own
from cogs.ui.card import Button, Card, Style, Tone
from cogs.ui.form import Form, Line
from cogs.ui.giving_back import give_back
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import NotAMember, PersonError
from domain.model import Quote


def offer(t: Translator) -> Button:
    """The way to the form. What the words are for is said beside it: `followups.quote.offer`."""
    return Button(t.plain("followups.quote.say.label"), "quote.say", style=Style.PRIMARY)


def form(t: Translator, before: Quote | None) -> Form:
    return Form(
        "quote.written",
        (),
        t.plain("followups.quote.form_title"),
        (
            Line(
                "text",
                t.plain("followups.quote.text.field"),
                t.plain("followups.quote.text.hint"),
                long=True,
                limit=quoting.WORDS,
                value=before.text if before else "",
            ),
            Line(
                "name",
                t.plain("followups.quote.name.field"),
                t.plain("followups.quote.name.hint"),
                required=False,
                limit=quoting.NAME,
                value=before.name if before else "",
            ),
        ),
    )


class Quoting(WeftCog):
    @press("quote.say", needs=Needs.MEMBER)
    async def say(self, visit: Visit) -> None:
        await visit.ask(form(visit.t, await quoting.may_quote(visit.tools, visit.insider)))

    @submit("quote.written", needs=Needs.MEMBER)
    async def written(self, visit: Visit) -> None:
        t, text, name = visit.t, visit.written("text"), visit.written("name")
        try:
            quote = await quoting.give(visit.tools, visit.insider, text, name)
        except PersonError as error:
            asked = {t.plain("followups.quote.text.field"): text, t.plain("followups.quote.name.field"): name}
            await give_back(visit, error, asked)
            return
        await visit.answer(_thanks(visit, quote))

    @press("quote.take_back", needs=Needs.COMMUNITY)
    async def take_back(self, visit: Visit, user: int) -> None:
        """Open to whoever has left with their history kept, too."""
        own(visit, user)
        member = await members.known(visit.tools, visit.guild_id, visit.user)
        if member is None:
            raise NotAMember
        await quoting.take_back(visit.tools, member.id)
        await visit.replace(await home(visit, visit.t("followups.quote.taken_back")))


def _thanks(visit: Visit, quote: Quote) -> Card:
    t = visit.t
    return Card(
        title=t.plain("followups.quote.thanks.title"),
        text=t("followups.quote.thanks.body", quote=quoted(t, quote)),
        buttons=(taking_back(t, visit.user),),
        tone=Tone.GOOD,
    )
