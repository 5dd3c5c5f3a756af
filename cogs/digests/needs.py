"""The one button of a digest: it shows what to decide or to mend, or has Weft say something, after a last question."""

from __future__ import annotations

from bot.services import members
from bot.services.digests import needing, reaching
from bot.services.digests.needing import Standing
from bot.services.swaps.session_looking import session_view
from cogs.communities import cards as community_cards
from cogs.communities.checking import checked
from cogs.communities.settings import server
from cogs.digests import need_cards as cards
from cogs.swaps import dispute_cards
from cogs.ui.card import Card, Tone
from cogs.ui.router import WeftCog, press
from cogs.ui.visit import Needs, Visit
from domain.calendar import MemberCadence
from domain.model import DigestId, LegId, LegState, NeedKind, SkillId


class DigestNeeds(WeftCog):
    # Something is wrong: the same look as `/cluster check`

    @press("need.problem", needs=Needs.MANAGER)
    async def problem(self, visit: Visit, digest: int) -> None:
        before = await _standing(visit, digest, NeedKind.PROBLEM)
        health = await checked(visit)
        amiss = bool(health.problems)
        after = await needing.seen(visit.tools, before, needed=amiss or bool(health.mended), over=not amiss)
        if not amiss:
            await visit.replace(cards.seen_to(after, by_itself=before.need is None))
        await visit.answer(community_cards.check(visit.t, server(visit), health))

    # A dispute: the question that stands in the managers' channel

    @press("need.dispute", needs=Needs.MANAGER)
    async def dispute(self, visit: Visit, digest: int) -> None:
        before = await _standing(visit, digest, NeedKind.DISPUTE)
        view = await session_view(visit.tools, LegId(before.need.subject or 0)) if before.need else None
        if view is None or view.leg.state is not LegState.ESCALATED:
            await _over(visit, before)
            return
        await needing.seen(visit.tools, before, needed=True, over=False)
        await visit.answer(cards.to_decide(visit.t, before, view))

    @press("need.decide", needs=Needs.MANAGER)
    async def decide(self, visit: Visit, digest: int, leg: int, word: int, minutes: int) -> None:
        before = await _standing(visit, digest, NeedKind.DISPUTE)
        done = await needing.decide(visit.tools, before, visit.member, LegId(leg), word, minutes)
        await visit.replace(dispute_cards.decided(visit.t, done))

    # A want, a firm: what is sent goes out after a last question

    @press("need.want", needs=Needs.MANAGER)
    async def want(self, visit: Visit, digest: int) -> None:
        before = await _standing(visit, digest, NeedKind.WANT)
        if before.need is None or before.met:
            await _over(visit, before)
            return
        skill = SkillId(before.need.subject or 0)
        await visit.answer(cards.surely_ask(visit.t, before, skill, before.need.name))

    @press("need.want_sure", needs=Needs.MANAGER)
    async def want_surely(self, visit: Visit, digest: int) -> None:
        await _sent(visit, await reaching.ask_everybody(visit.tools, visit.guild_id, DigestId(digest)))

    @press("need.firm", needs=Needs.MANAGER)
    async def firm(self, visit: Visit, digest: int) -> None:
        before = await _standing(visit, digest, NeedKind.FIRM)
        if before.need is None or before.met:
            await _over(visit, before)
            return
        people, to = await reaching.invitees(visit.tools, before)
        await visit.answer(cards.surely_invite(visit.t, before, before.need.name, people, to))

    @press("need.firm_sure", needs=Needs.MANAGER)
    async def firm_surely(self, visit: Visit, digest: int) -> None:
        await _sent(visit, await reaching.invite(visit.tools, visit.guild_id, DigestId(digest)))

    @press("need.not_now", needs=Needs.MANAGER)
    async def not_now(self, visit: Visit) -> None:
        await visit.replace(cards.not_now(visit.t))

    # Who was invited

    @press("need.weekly", needs=Needs.MEMBER)
    async def weekly(self, visit: Visit) -> None:
        member = await members.choose_cadence(visit.tools, visit.insider, MemberCadence.WEEKLY)
        await visit.replace(Card(text=visit.t(f"members.cadence.{member.cadence}.chosen"), tone=Tone.GOOD))


async def _standing(visit: Visit, digest: int, kind: NeedKind) -> Standing:
    return await needing.standing(visit.tools, visit.guild_id, DigestId(digest), kind)


async def _over(visit: Visit, before: Standing) -> None:
    """Nothing is to be done any more: the digest that was pressed says so, and so does the answer."""
    after = await needing.seen(visit.tools, before, needed=False, over=True)
    await visit.replace(cards.seen_to(after, by_itself=before.need is None))
    await visit.answer(cards.unneeded(visit.t, before))


async def _sent(visit: Visit, before: Standing) -> None:
    if before.need is None or before.met:
        await visit.replace(cards.unneeded(visit.t, before))
    else:
        await visit.replace(cards.sent(visit.t, before))
