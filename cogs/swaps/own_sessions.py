"""What a member sees alone: where their sessions stand, what comes next and who is to do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.swaps.session_looking import SessionView, Standing
from bot.texts import Raw, Translator
from cogs.rounds.cards import name
from cogs.swaps import session_cards
from cogs.swaps.session_cards import button, moments, took, when
from cogs.ui.card import CHOICES, Card, Choice, Menu, Tone
from domain.deeds import possible
from domain.legs import correcting, did_not_happen, figure, may_answer, proposal
from domain.legs_due import answer_until
from domain.model import Leg, LegState, Member
from domain.sessions import clock


def direction(t: Translator, leg: Leg, member: Member) -> Raw:
    """Who shows what to whom, as this member would say it."""
    key = "sessions.with.teacher" if leg.teacher.id == member.id else "sessions.with.learner"
    return t(key, other=name(t, leg.other(member.id)), skill=leg.skill.name)


def title(t: Translator, leg: Leg, member: Member) -> str:
    """The same without names, for menus and suggestions."""
    key = "sessions.title.teacher" if leg.teacher.id == member.id else "sessions.title.learner"
    return t.plain(key, firm=leg.other(member.id).firm.name, skill=leg.skill.name)


def stands(t: Translator, leg: Leg, member: Member, now: datetime) -> Raw:
    """What happens next in a session and who is to do it, or how it ended."""
    other = name(t, leg.other(member.id))
    match leg.state:
        case LegState.AGREED:
            return _to_be_held(t, leg, member, other, now)
        case LegState.REPORTED if (until := answer_until(leg)) is not None:
            key = "sessions.stands.entered.mine" if leg.last_word == member.id else "sessions.stands.entered.theirs"
            return t(key, other=other, time=took(t, proposal(leg)), until=t.when(until))
        case LegState.DISPUTED | LegState.ESCALATED:
            return _at_odds(t, leg, member, other)
        case LegState.CONFIRMED:
            key = "sessions.stands.decided" if leg.decided else "sessions.stands.confirmed"
            return t(key, time=clock(leg.settled or 0))
        case LegState.CANCELLED if did_not_happen(leg):
            return t("sessions.stands.never_was")
        case _:
            return t(f"sessions.stands.{leg.state}", other=other)


def _at_odds(t: Translator, leg: Leg, member: Member, other: str) -> Raw:
    if leg.state is LegState.ESCALATED:
        key = "sessions.stands.escalated"
    else:
        key = "sessions.stands.disputed.mine" if may_answer(leg, member.id) else "sessions.stands.disputed.theirs"
    ours, theirs = took(t, figure(leg, member.id)), took(t, figure(leg, leg.other(member.id).id))
    again = t("sessions.stands.correcting") if correcting(leg) else Raw("")
    return t(key, other=other, ours=ours, theirs=theirs, again=again)


def _to_be_held(t: Translator, leg: Leg, member: Member, other: str, now: datetime) -> Raw:
    if leg.starts_at is None:
        return t("sessions.stands.no_time")
    passed, mine = leg.starts_at <= now, leg.time_by == member.id
    if leg.time_agreed:
        key = "sessions.stands.held" if passed else "sessions.stands.agreed"
        key += ".teacher" if leg.teacher.id == member.id else ""
    elif passed:
        key = "sessions.stands.passed"
    else:
        key = "sessions.stands.named.mine" if mine else "sessions.stands.named.theirs"
    return t(key, other=other, when=when(t, leg), teacher=name(t, leg.teacher))


def session(t: Translator, view: SessionView, member: Member, now: datetime, note: str = "") -> Card:
    """One session, with a button for everything this member can do about it now."""
    leg = view.leg
    parts = [note, direction(t, leg, member), stands(t, leg, member, now)]
    if view.thread is not None:
        parts.append(t("sessions.thread", thread=session_cards.thread(t, view)))
    return Card(
        title=t.plain("sessions.status.one.title"),
        text="\n\n".join(part for part in parts if part),
        buttons=tuple(button(t, leg, deed) for deed in possible(leg, member.id, now)),
    )


def named(t: Translator, legs: Sequence[Leg], member: Member, now: datetime) -> Card:
    """What came of naming a time, for one session or two."""
    other = legs[0].other(member.id)
    text = t("sessions.named.done", when=moments(t, legs), other=name(t, other))
    return Card(text=_and_on_pause(t, text, other, now))


def entered(t: Translator, leg: Leg, member: Member, now: datetime) -> Card:
    """What came of entering a time, or of agreeing to one."""
    other = leg.other(member.id)
    if leg.state is LegState.CONFIRMED:
        return Card(text=t("sessions.confirmed.done", time=clock(leg.settled or 0)), tone=Tone.GOOD)
    if leg.state is LegState.CANCELLED:
        return Card(text=t("sessions.never_was.done"))
    key = "sessions.entered.done" if leg.state is LegState.REPORTED else "sessions.disputed.done"
    return Card(text=_and_on_pause(t, t(key, other=name(t, other)), other, now))


def _and_on_pause(t: Translator, text: Raw, other: Member, now: datetime) -> Raw:
    """Who waits for somebody on pause should know it."""
    if other.paused_until is None or other.paused_until <= now:
        return text
    return Raw(f"{text} {t('sessions.on_pause', other=name(t, other), until=t.when(other.paused_until, 'D'))}")


def status(t: Translator, found: Standing, member: Member) -> Card:
    """All of them; with one alone, its buttons, too; with several, a menu to choose one by."""
    views = found.all
    if len(views) == 1:
        return session(t, views[0], member, found.now)
    lines = [_line(t, view, member, found.now) for view in found.under_way]
    if found.lately:
        lines.append(t("sessions.status.lately"))
        lines += [_line(t, view, member, found.now) for view in found.lately]
    return Card(
        title=t.plain("sessions.status.title"),
        text="\n\n".join(lines) if lines else t("sessions.status.none.body"),
        menus=(choose(t, [view.leg for view in views], member),) if views else (),
    )


def _line(t: Translator, view: SessionView, member: Member, now: datetime) -> Raw:
    thread = Raw(f" {session_cards.thread(t, view)}") if view.thread is not None else Raw("")
    return Raw(f"{direction(t, view.leg, member)}{thread}\n> {stands(t, view.leg, member, now)}")


def choose(t: Translator, legs: Sequence[Leg], member: Member, action: str = "session.show") -> Menu:
    choices = tuple(Choice(str(leg.id), title(t, leg, member)) for leg in legs[:CHOICES])
    return Menu(action, placeholder=t.plain("sessions.choose"), choices=choices)
