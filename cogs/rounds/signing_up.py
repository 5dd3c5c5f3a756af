"""Signing up for a round, in the round's channel: "I'm in", the brief and its file, "Not this week"."""

from __future__ import annotations

from bot.services import rounds
from bot.services.rounds.looking import open_round
from bot.services.rounds.signing_up import LARGEST_FILE, SignedUp
from cogs.rounds import cards, forms
from cogs.ui.card import Button, Card, Style, Tone
from cogs.ui.giving_back import give_back
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import FileTooLarge, PersonError, RoundOver
from domain.model import Attachment, Place, RoundId


class SigningUp(WeftCog):
    @press("round.in", needs=Needs.MEMBER)
    async def i_am_in(self, visit: Visit, round_id: int) -> None:
        a_round, before = await rounds.form_for(visit.tools, visit.insider, RoundId(round_id))
        await visit.ask(forms.brief(visit.t, a_round.id, before))

    @submit("round.brief", needs=Needs.MEMBER)
    async def brief_written(self, visit: Visit, round_id: int) -> None:
        brief = forms.read_brief(visit)
        await visit.defer()
        try:
            signed_up = await rounds.sign_up(visit.tools, visit.insider, RoundId(round_id), brief)
        except PersonError as error:
            asked = (
                (visit.t.plain(f"rounds.brief.{key}.field"), getattr(brief, key))
                for key in ("work", "audience", "decision", "settled")
            )
            await give_back(visit, error, dict(asked))
            return
        await visit.answer(_signed_up(visit, signed_up))

    @press("round.attach", needs=Needs.MEMBER)
    async def attach(self, visit: Visit, round_id: int) -> None:
        a_round, _ = await rounds.form_for(visit.tools, visit.insider, RoundId(round_id))
        await visit.ask(forms.attachment(visit.t, a_round.id))

    @submit("round.attach", needs=Needs.MEMBER)
    async def attached(self, visit: Visit, round_id: int) -> None:
        sent = visit.uploads.get("file", ())
        if not sent or sent[0].size > LARGEST_FILE:
            raise FileTooLarge
        await visit.defer()
        # Links to Discord's store expire, so the bytes are kept until they are in the thread.
        file = Attachment(sent[0].filename, sent[0].content_type or "", await sent[0].read())
        await rounds.attach(visit.tools, visit.insider, RoundId(round_id), file)
        await visit.answer(Card(text=visit.t("rounds.attach.done.body", name=file.name), tone=Tone.GOOD))

    @press("round.out", needs=Needs.MEMBER)
    async def not_this_week(self, visit: Visit, round_id: int) -> None:
        a_round = await rounds.sit_out(visit.tools, visit.insider, RoundId(round_id))
        t = visit.t
        await visit.answer(
            Card(
                title=t.plain("rounds.sat_out.title"),
                text=t("rounds.sat_out.body", pairs=t.when(a_round.nudges_at)),
                buttons=(Button(t.plain("rounds.in.label"), "round.in", (a_round.id,)),),
            )
        )

    @press("round.how", needs=Needs.COMMUNITY)
    async def how_it_works(self, visit: Visit, round_id: int) -> None:
        view = await open_round(visit.tools, RoundId(round_id))
        if view is None or view.community.id != visit.guild_id:
            raise RoundOver
        await visit.answer(cards.how(visit.t, view.round))


def _signed_up(visit: Visit, done: SignedUp) -> Card:
    t, a_round = visit.t, done.round
    if done.signup.place is Place.PLACED:
        text = t("rounds.signed_up.placed.body")
    elif done.late:
        text = t("rounds.signed_up.late.body", nudges=t.when(a_round.nudges_at))
    else:
        text = t("rounds.signed_up.body", pairs=t.when(a_round.pairs_at))
    ids = (a_round.id,)
    return Card(
        title=t.plain("rounds.signed_up.title", number=a_round.number),
        text=text,
        tone=Tone.GOOD,
        buttons=(
            Button(t.plain("rounds.attach.label"), "round.attach", ids, Style.PRIMARY),
            Button(t.plain("rounds.change.label"), "round.in", ids),
            Button(t.plain("rounds.out.label"), "round.out", ids),
        ),
    )
