"""A session's buttons and forms: in the swap's thread, in `/swap status`, and for managers."""

from __future__ import annotations

from dataclasses import replace

from bot.services.swaps import disputes, sessions, times
from bot.services.swaps.session_looking import SessionView, own_session, standing
from bot.texts import Raw, catalogue
from cogs.communities import draft
from cogs.rounds.cards import name
from cogs.swaps import dispute_cards, own_sessions, session_cards, session_forms
from cogs.ui.card import Button, Card, Style, Tone
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain import legs as rule
from domain.deeds import Deed
from domain.errors import PersonError
from domain.model import LegId, LegState
from domain.sessions import clock, minutes_typed


class Sessions(WeftCog):
    # The time

    @press("session.name_time", needs=Needs.MEMBER)
    async def name_time(self, visit: Visit, leg: int) -> None:
        await _ask_time(visit, LegId(leg))

    @press("session.time_again", needs=Needs.MEMBER)
    async def name_time_again(self, visit: Visit, leg: int) -> None:
        await _ask_time(visit, LegId(leg), draft.read(visit.interaction.message))

    @submit("session.time", needs=Needs.MEMBER)
    async def time_named(self, visit: Visit, leg: int, along: int = 0) -> None:
        t, day, place = visit.t, visit.written("when"), visit.written("place")
        both = LegId(along) if along and visit.written("along") == session_forms.BOTH else None
        try:
            named = await times.name_time(visit.tools, visit.cluster, visit.insider, LegId(leg), day, place, both)
        except PersonError as error:
            typed = [(t.plain("sessions.time.when.field"), day), (t.plain("sessions.time.place.field"), place)]
            await _give_back(visit, error, typed, "session.time_again", LegId(leg))
            return
        await visit.answer(own_sessions.named(t, named, visit.insider, visit.tools.clock.now()))

    @press("session.agree_time", needs=Needs.MEMBER)
    async def agree_time(self, visit: Visit, leg: int, version: int, along: int = 0, along_version: int = 0) -> None:
        asked = [(LegId(leg), version), *([(LegId(along), along_version)] if along else [])]
        agreed = await times.agree_time(visit.tools, visit.insider, *asked)
        text = visit.t("sessions.agreed.done", when=session_cards.moments(visit.t, agreed))
        await visit.answer(Card(text=text, tone=Tone.GOOD))

    # How long it took

    @press("session.report", needs=Needs.MEMBER)
    async def report(self, visit: Visit, leg: int) -> None:
        await ask_minutes(visit, LegId(leg))

    @press("session.object", needs=Needs.MEMBER)
    async def object(self, visit: Visit, leg: int) -> None:
        await ask_minutes(visit, LegId(leg))

    @press("session.correct", needs=Needs.MEMBER)
    async def correct(self, visit: Visit, leg: int) -> None:
        await ask_minutes(visit, LegId(leg))

    @press("session.took_again", needs=Needs.MEMBER)
    async def report_again(self, visit: Visit, leg: int) -> None:
        await ask_minutes(visit, LegId(leg), draft.read(visit.interaction.message))

    @submit("session.took", needs=Needs.MEMBER)
    async def reported(self, visit: Visit, leg: int) -> None:
        await enter(visit, LegId(leg), visit.written("minutes"))

    @press("session.confirm", needs=Needs.MEMBER)
    async def confirm(self, visit: Visit, leg: int, word: int) -> None:
        done = await sessions.confirm(visit.tools, visit.insider, LegId(leg), word)
        await visit.answer(own_sessions.entered(visit.t, done, visit.insider, visit.tools.clock.now()))

    @press("session.escalate", needs=Needs.MEMBER)
    async def escalate(self, visit: Visit, leg: int) -> None:
        await disputes.ask_manager(visit.tools, visit.insider, LegId(leg))
        await visit.answer(Card(text=visit.t("sessions.escalated.done")))

    @press("session.decide", needs=Needs.MANAGER)
    async def decide(self, visit: Visit, leg: int, word: int, minutes: int) -> None:
        done = await disputes.decide(visit.tools, visit.guild_id, visit.member, LegId(leg), word, minutes)
        await visit.replace(dispute_cards.decided(catalogue(visit.cluster.language), done))

    # Nothing comes of it: asked first, for it ends the session for both

    @press("session.cancel", needs=Needs.MEMBER)
    async def cancel(self, visit: Visit, leg: int) -> None:
        await ask_first(visit, LegId(leg), Deed.CANCEL)

    @press("session.cancel_sure", needs=Needs.MEMBER)
    async def cancel_sure(self, visit: Visit, leg: int) -> None:
        off = await sessions.cancel(visit.tools, visit.insider, LegId(leg))
        key = "sessions.cancel.done.learner" if off.learner.id == visit.insider.id else "sessions.cancel.done"
        await visit.replace(Card(text=visit.t(key, other=name(visit.t, off.other(visit.insider.id)))))

    @press("session.not_there", needs=Needs.MEMBER)
    async def not_there(self, visit: Visit, leg: int) -> None:
        await ask_first(visit, LegId(leg), Deed.NOT_THERE)

    @press("session.not_there_sure", needs=Needs.MEMBER)
    async def not_there_sure(self, visit: Visit, leg: int) -> None:
        await sessions.not_there(visit.tools, visit.insider, LegId(leg))
        await visit.replace(Card(text=visit.t("sessions.not_there.done")))

    @choose("session.show", needs=Needs.MEMBER)
    async def show(self, visit: Visit) -> None:
        """With the menu still there, for the others."""
        card = _session(visit, await chosen(visit))
        found = await standing(visit.tools, visit.cluster, visit.insider)
        menu = own_sessions.choose(visit.t, [view.leg for view in found.all], visit.insider)
        await visit.replace(replace(card, menus=(menu,) if len(found.all) > 1 else ()))

    @choose("session.cancel", needs=Needs.MEMBER)
    async def cancel_chosen(self, visit: Visit) -> None:
        await ask_first(visit, (await chosen(visit)).leg.id, Deed.CANCEL)

    @choose("session.report", needs=Needs.MEMBER)
    async def report_chosen(self, visit: Visit, minutes: int = 0) -> None:
        """`minutes`: said already, before they were asked which session it was."""
        leg = (await chosen(visit)).leg.id
        await (enter(visit, leg, clock(minutes)) if minutes else ask_minutes(visit, leg))


async def chosen(visit: Visit) -> SessionView:
    """The session that was chosen from a menu. Raises TooOld, NotYours."""
    return await own_session(visit.tools, visit.insider, LegId(visit.chosen_id))


def _session(visit: Visit, view: SessionView) -> Card:
    return own_sessions.session(visit.t, view, visit.insider, visit.tools.clock.now())


async def _ask_time(visit: Visit, leg: LegId, typed: tuple[str, ...] = ()) -> None:
    view = await own_session(visit.tools, visit.insider, leg)
    if view.leg.state is not LegState.AGREED:  # nobody should fill in what cannot be used
        await visit.answer(_session(visit, view))
        return
    along = await times.along_with(visit.tools, view.leg)
    await visit.ask(session_forms.time(visit.t, view.leg, along, typed or ("", view.leg.place)))


async def ask_minutes(visit: Visit, leg: LegId, typed: tuple[str, ...] = ()) -> None:
    """Open the form, if this session's time can be entered now; else show where it stands."""
    view = await own_session(visit.tools, visit.insider, leg)
    can = {LegState.AGREED, LegState.REPORTED, LegState.DISPUTED, LegState.CONFIRMED}
    if view.leg.state in can:
        await visit.ask(session_forms.took(visit.t, view.leg, visit.insider.id, typed))
    else:
        await visit.answer(_session(visit, view))


async def enter(visit: Visit, leg: LegId, typed: str) -> None:
    """Take what somebody typed as the time of a session; give it back if it is none."""
    try:
        done = await sessions.enter(visit.tools, visit.insider, leg, minutes_typed(typed, least=0))
    except PersonError as error:
        await _give_back(visit, error, [(visit.t.plain("sessions.took.field"), typed)], "session.took_again", leg)
        return
    await visit.answer(own_sessions.entered(visit.t, done, visit.insider, visit.tools.clock.now()))


async def _give_back(visit: Visit, error: PersonError, typed: list[tuple[str, str]], again: str, leg: LegId) -> None:
    wrong = Raw(visit.t(error.key, **error.details))
    await visit.answer(session_forms.unsaved(visit.t, wrong, typed, again, leg))


async def ask_first(visit: Visit, leg: LegId, deed: Deed) -> None:
    """Cancelling and "they did not turn up" end a session for both: are you sure?"""
    t, view = visit.t, await own_session(visit.tools, visit.insider, leg)
    if view.leg.state is not LegState.AGREED:
        await visit.answer(_session(visit, view))
        return
    if deed is Deed.NOT_THERE:
        rule.check_missed(view.leg, visit.tools.clock.now())
    sure = Button(t.plain(f"sessions.{deed}.yes.label"), f"session.{deed}_sure", (leg,), Style.DANGER)
    text = t(f"sessions.{deed}.body", other=name(t, view.leg.other(visit.insider.id)), skill=view.leg.skill.name)
    await visit.answer(Card(title=t.plain(f"sessions.{deed}.title"), text=text, buttons=(sure,), tone=Tone.CAREFUL))
