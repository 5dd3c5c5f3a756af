"""In a pairing's thread: giving a review, "we did it live", "I can't make it", and the maker's taps."""

from __future__ import annotations

from bot.services import rounds
from bot.services.rounds.looking import pairing_view
from bot.services.rounds.reviewing import ToReview
from cogs.rounds import cards, forms
from cogs.ui.card import Button, Card, Style, Tone
from cogs.ui.giving_back import give_back
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import NothingToReview, PersonError
from domain.model import AskId, MemberId, PairingId, ReviewId


class Reviewing(WeftCog):
    @press("pairing.review", needs=Needs.MEMBER)
    async def review(self, visit: Visit, pairing_id: int) -> None:
        pairing = PairingId(pairing_id)
        works = await rounds.to_review(visit.tools, visit.insider, pairing)
        if len(works) == 1:
            await visit.ask(forms.review(visit.t, pairing, works[0]))
        else:
            await visit.answer(_which(visit, pairing, works))

    @press("pairing.review_of", needs=Needs.MEMBER)
    async def review_of(self, visit: Visit, pairing_id: int, maker: int) -> None:
        pairing = PairingId(pairing_id)
        works = await rounds.to_review(visit.tools, visit.insider, pairing)
        work = next((one for one in works if one.maker.id == maker), None)
        if work is None:
            raise NothingToReview
        await visit.ask(forms.review(visit.t, pairing, work))

    @submit("review.write", needs=Needs.MEMBER)
    async def written(self, visit: Visit, pairing_id: int, maker: int) -> None:
        text = forms.read_review(visit)
        await visit.defer()
        try:
            await rounds.give_review(visit.tools, visit.insider, PairingId(pairing_id), MemberId(maker), text)
        except PersonError as error:
            keys = ("spot", "why", "answer", "ask", "suggestion")
            asked = ((visit.t.plain(f"rounds.review.{key}.field"), getattr(text, key)) for key in keys)
            await give_back(visit, error, dict(asked))
            return
        await visit.answer(Card(text=visit.t("rounds.review.done.body"), tone=Tone.GOOD))

    @press("review.specific", needs=Needs.MEMBER)
    async def specific(self, visit: Visit, review: int) -> None:
        await self._mark(visit, review, "specific")

    @press("review.kind", needs=Needs.MEMBER)
    async def kind(self, visit: Visit, review: int) -> None:
        await self._mark(visit, review, "kind")

    @press("review.will_use", needs=Needs.MEMBER)
    async def will_use(self, visit: Visit, review: int) -> None:
        await self._mark(visit, review, "will_use")

    async def _mark(self, visit: Visit, review: int, mark: str) -> None:
        done = await rounds.acknowledge(visit.tools, visit.insider, ReviewId(review), mark)
        await visit.answer(cards.marked(visit.t, done))

    @press("pairing.live", needs=Needs.MEMBER)
    async def did_it_live(self, visit: Visit, pairing_id: int) -> None:
        asked = await rounds.claim_live(visit.tools, visit.insider, PairingId(pairing_id))
        key = "rounds.live.claimed.body" if asked else "rounds.live.confirmed.body"
        await visit.answer(Card(text=visit.t(key), tone=Tone.GOOD))

    @press("live.yes", needs=Needs.MEMBER)
    async def confirm(self, visit: Visit, pairing_id: int, claimant: int) -> None:
        pairing = PairingId(pairing_id)
        await rounds.confirm_live(visit.tools, visit.insider, pairing, MemberId(claimant), happened=True)
        view = await pairing_view(visit.tools, pairing)
        if view is None or view.owed:  # of three, somebody is still to say so
            await visit.answer(Card(text=visit.t("rounds.live.confirmed.body"), tone=Tone.GOOD))
        else:  # in place of the question, so that whoever asked it sees the answer
            await visit.replace(Card(content=cards.language_of(view)("rounds.live.confirmed.body")))

    @press("live.no", needs=Needs.MEMBER)
    async def deny(self, visit: Visit, pairing_id: int, claimant: int) -> None:
        await rounds.confirm_live(visit.tools, visit.insider, PairingId(pairing_id), MemberId(claimant), happened=False)
        await visit.answer(Card(text=visit.t("rounds.live.denied.body")))

    @press("pairing.cannot", needs=Needs.MEMBER)
    async def cannot(self, visit: Visit, pairing_id: int) -> None:
        """Ask first: a partner loses theirs by it."""
        t = visit.t
        sure = Button(t.plain("rounds.cannot.yes.label"), "pairing.cannot_sure", (pairing_id,), Style.DANGER)
        await visit.answer(Card(title=t.plain("rounds.cannot.title"), text=t("rounds.cannot.body"), buttons=(sure,)))

    @press("pairing.cannot_sure", needs=Needs.MEMBER)
    async def cannot_sure(self, visit: Visit, pairing_id: int) -> None:
        await rounds.cannot(visit.tools, visit.insider, PairingId(pairing_id))
        await visit.replace(Card(text=visit.t("rounds.cannot.done.body")))

    @press("ask.take", needs=Needs.MEMBER)
    async def take(self, visit: Visit, ask: int) -> None:
        await rounds.take_ask(visit.tools, visit.insider, AskId(ask))
        await visit.answer(Card(text=visit.t("rounds.ask.taken.body"), tone=Tone.GOOD))

    @press("ask.pass", needs=Needs.MEMBER)
    async def pass_on(self, visit: Visit, ask: int) -> None:
        await rounds.pass_ask(visit.tools, visit.insider, AskId(ask))
        await visit.answer(Card(text=visit.t("rounds.ask.passed.body")))


def _which(visit: Visit, pairing: PairingId, works: tuple[ToReview, ...]) -> Card:
    """In a trio: whose work?"""
    t = visit.t
    return Card(
        title=t.plain("rounds.review.which.title"),
        text=t("rounds.review.which.body", n=len(works) + 1),
        buttons=tuple(
            Button(work.maker.firm.name, "pairing.review_of", (pairing, work.maker.id), Style.PRIMARY) for work in works
        ),
    )
