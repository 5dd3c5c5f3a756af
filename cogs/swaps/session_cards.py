"""What the two of a session see of it in their thread: facts in, cards out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.services.swaps.session_intentions import Said
from bot.services.swaps.session_looking import SessionView
from bot.texts import Raw, Translator, catalogue, channel, escape
from cogs.rounds.cards import name
from cogs.ui.card import Button, Card, Style
from domain.deeds import Deed
from domain.legs import correcting, figure, proposal, taken_back
from domain.legs_time import one_after_the_other
from domain.model import Leg, LegState, Member, MemberId
from domain.sessions import clock

STYLES = {
    Deed.AGREE_TIME: Style.SUCCESS,
    Deed.CONFIRM: Style.SUCCESS,
    Deed.REPORT: Style.PRIMARY,
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What is said of a session.

    `by`: whose doing it was; `along`: the session in which the two change places, if the same is said of that;
    `others`: further sessions of their swap go on.
    """

    leg: Leg
    what: Said
    now: datetime
    by: Member | None = None
    along: Leg | None = None
    others: bool = False


def language_of(view: SessionView) -> Translator:
    """The language of what is said to the two: their own if they share one, else the community's."""
    spoken = {view.leg.teacher.language, view.leg.learner.language}
    return catalogue(spoken.pop() if len(spoken) == 1 else view.community.language)


def took(t: Translator, minutes: int | None) -> str:
    """How long somebody says it took; 0: that it did not happen."""
    return clock(minutes) if minutes else t.plain("sessions.nothing")


def when(t: Translator, leg: Leg) -> Raw:
    """The time and the place, as far as they were named."""
    if leg.starts_at is None:
        return Raw("")
    moment = t.when(leg.starts_at)
    return t("sessions.when_where", when=moment, place=leg.place) if leg.place else moment


def moments(t: Translator, legs: Sequence[Leg]) -> str:
    """When these sessions are; the place of several is the same."""
    return t.list([when(t, leg) if leg is legs[-1] else t.when(leg.starts_at) for leg in legs if leg.starts_at])


def people(t: Translator, leg: Leg) -> dict[str, str]:
    return {"teacher": name(t, leg.teacher), "learner": name(t, leg.learner), "skill": leg.skill.name}


def thread(t: Translator, view: SessionView) -> Raw:
    return channel(view.thread) if view.thread is not None else t("sessions.no_thread")


# Buttons


def button(t: Translator, leg: Leg, deed: Deed) -> Button:
    """What a member presses to do this about a session as it is now."""
    ids = {Deed.AGREE_TIME: (leg.id, leg.time_version), Deed.CONFIRM: (leg.id, leg.words)}.get(deed, (leg.id,))
    return Button(_label(t, leg, deed), f"session.{deed}", ids, STYLES.get(deed, Style.SECONDARY))


def _label(t: Translator, leg: Leg, deed: Deed) -> str:
    if deed is Deed.CONFIRM:
        return _agree_label(t, leg)
    if deed is Deed.NAME_TIME and leg.starts_at is not None:
        return t.plain("sessions.name_time.other.label")
    if deed is Deed.OBJECT and leg.state is LegState.DISPUTED:
        return t.plain("sessions.object.another.label")
    return t.plain(f"sessions.{deed}.label")


def _agree_label(t: Translator, leg: Leg) -> str:
    if leg.state is LegState.ESCALATED:  # either of them may still agree to what the other one says
        return t.plain("sessions.confirm.after_all.label")
    minutes = proposal(leg)
    if not minutes:
        return t.plain("sessions.confirm.nothing.label")
    key = "sessions.confirm.label" if leg.state is LegState.REPORTED else "sessions.confirm.agree.label"
    return t.plain(key, time=clock(minutes))


def _row(t: Translator, leg: Leg, *deeds: Deed) -> tuple[Button, ...]:
    return tuple(button(t, leg, deed) for deed in deeds)


def _which(t: Translator, leg: Leg, one: Button) -> Button:
    """A button that says which session it is about, where several are shown."""
    return replace(one, label=t.plain("sessions.of.label", deed=one.label, skill=leg.skill.name))


def buttons(t: Translator, leg: Leg) -> tuple[Button, ...]:
    """For the message in which a swap is agreed: what can be done about each session, which the label names."""
    return tuple(_which(t, leg, one) for one in _row(t, leg, Deed.NAME_TIME, Deed.REPORT, Deed.CANCEL))


# What is said in the thread


_ABOUT_A_TIME = (Deed.REPORT, Deed.NAME_TIME, Deed.NOT_THERE, Deed.CANCEL)
_WITHOUT_A_TIME = (Deed.NAME_TIME, Deed.REPORT, Deed.CANCEL)


def card(t: Translator, said: Telling) -> Card:
    """What is said of a session in its thread."""
    return _CARDS[said.what](t, said)


def _skills(t: Translator, said: Telling) -> str:
    told = [said.leg] if said.along is None else [said.leg, said.along]
    return t.list([Raw(f"**{escape(one.skill.name)}**") for one in told])


def _both(t: Translator, said: Telling, *deeds: Deed) -> tuple[Button, ...]:
    """These buttons for one session, or for both that are told of: then each says which it is about."""
    if said.along is None:
        return _row(t, said.leg, *deeds)
    return tuple(_which(t, leg, one) for leg in (said.leg, said.along) for one in _row(t, leg, *deeds))


def _named(t: Translator, said: Telling) -> Card:
    leg, along = said.leg, said.along
    assert leg.time_by is not None
    other = leg.other(leg.time_by)
    who = {"by": name(t, leg.other(other.id)), "other": name(t, other), "skill": leg.skill.name}
    agree = button(t, leg, Deed.AGREE_TIME)
    if along is None or along.starts_at is None:
        text = t("sessions.named", when=when(t, leg), **who)
    else:
        then = {"second": along.skill.name, "then": t.when(along.starts_at, "t")}
        text = t("sessions.named.both", when=when(t, leg), **then, **who)
        agree = replace(agree, ids=(*agree.ids, along.id, along.time_version))
    if leg.time_version > 1:
        text = Raw(f"{text} {t('sessions.named.before')}")
    return Card(content=text, buttons=(agree, *_row(t, leg, Deed.NAME_TIME), *_both(t, said, Deed.CANCEL)))


def _agreed(t: Translator, said: Telling) -> Card:
    text = t("sessions.agreed", when=when(t, said.leg), **people(t, said.leg))
    return Card(content=text, buttons=_row(t, said.leg, *_ABOUT_A_TIME))


def _remind(t: Translator, said: Telling) -> Card:
    leg, along = said.leg, said.along
    if leg.starts_at is not None and leg.starts_at > said.now:  # the other one has not said whether it works
        together = along if along is not None and one_after_the_other(leg, along) else None
        return _named(t, replace(said, along=together))
    text = t("sessions.remind", teacher=name(t, leg.teacher), learner=name(t, leg.learner), skills=_skills(t, said))
    return Card(content=text, buttons=_both(t, said, *_WITHOUT_A_TIME))


def _ask(t: Translator, said: Telling) -> Card:
    return Card(content=t("sessions.ask", **people(t, said.leg)), buttons=_row(t, said.leg, *_ABOUT_A_TIME))


def _entered(t: Translator, said: Telling) -> Card:
    leg = said.leg
    assert leg.last_word is not None
    other = leg.other(leg.last_word)
    who = {"by": name(t, leg.other(other.id)), "other": name(t, other), "skill": leg.skill.name}
    minutes = proposal(leg)
    text = t("sessions.entered", time=clock(minutes), **who) if minutes else t("sessions.entered.nothing", **who)
    return Card(content=text, buttons=_row(t, leg, Deed.CONFIRM, Deed.OBJECT))


def _disputed(t: Translator, said: Telling) -> Card:
    leg = said.leg
    assert leg.last_word is not None
    figures = {
        "turn": name(t, leg.other(leg.last_word)),
        "teacher_says": took(t, figure(leg, leg.teacher.id)),
        "learner_says": took(t, figure(leg, leg.learner.id)),
    }
    deeds = (Deed.CONFIRM, Deed.OBJECT)
    if not correcting(leg):
        text = t("sessions.disputed", **people(t, leg), **figures)
        return Card(content=text, buttons=_row(t, leg, *deeds, Deed.ESCALATE))
    time = clock(leg.settled or 0)
    if leg.decided:
        text = t("sessions.disputed.decided", time=time, **people(t, leg), **figures)
        return Card(content=text, buttons=_row(t, leg, *deeds))
    text = t("sessions.disputed.again", time=time, **people(t, leg), **figures)
    return Card(content=text, buttons=_row(t, leg, *deeds, Deed.ESCALATE))


def _escalated(t: Translator, said: Telling) -> Card:
    assert said.by is not None
    text = t("sessions.escalated", by=name(t, said.by), skill=said.leg.skill.name)
    return Card(content=text, buttons=_row(t, said.leg, Deed.CONFIRM))


def _confirmed(t: Translator, said: Telling) -> Card:
    leg, time = said.leg, clock(said.leg.settled or 0)
    text = t("sessions.confirmed.decided" if leg.decided else "sessions.confirmed", time=time, **people(t, leg))
    if leg.teacher.firm.id != leg.learner.firm.id:
        text = Raw(f"{text} {t('sessions.confirmed.credit', to=leg.teacher.firm.name, of=leg.learner.firm.name)}")
    return Card(content=text, buttons=_row(t, leg, Deed.CORRECT))


def _never_was(t: Translator, said: Telling) -> Card:
    if taken_back(said.leg):
        return Card(content=t("sessions.never_was.taken_back", **people(t, said.leg)))
    key = "sessions.never_was.decided" if said.leg.decided else "sessions.never_was"
    return Card(content=t(key, **people(t, said.leg)))


def _lapsed(t: Translator, said: Telling) -> Card:
    if said.leg.settled:
        return Card(content=t("sessions.lapsed.stands", time=clock(said.leg.settled), **people(t, said.leg)))
    return Card(content=t("sessions.lapsed", **people(t, said.leg)))


def _called_off(t: Translator, said: Telling) -> Card:
    """By one of the two, or because one was not there. Whoever wanted to learn is told what comes of that."""
    leg = said.leg
    assert said.by is not None
    key = f"sessions.{said.what}" + (".learner" if said.by.id == leg.learner.id else "")
    text = t(key, by=name(t, said.by), other=name(t, leg.other(said.by.id)), skill=leg.skill.name)
    return Card(content=Raw(f"{text} {t('sessions.others')}") if said.others else text)


def _gone(t: Translator, said: Telling) -> Card:
    leg = said.leg
    assert said.by is not None
    other = leg.other(said.by.id)
    wants = said.along is not None or other.id == leg.learner.id
    key = "sessions.gone" if wants else "sessions.gone.learner"
    return Card(content=t(key, by=name(t, said.by), other=name(t, other), skills=_skills(t, said)))


def _given_up(t: Translator, said: Telling) -> Card:
    return Card(content=t("sessions.given_up", skills=_skills(t, said)))


_CARDS: dict[Said, Callable[[Translator, Telling], Card]] = {
    Said.NAMED: _named,
    Said.AGREED: _agreed,
    Said.REMIND: _remind,
    Said.ASK: _ask,
    Said.ENTERED: _entered,
    Said.DISPUTED: _disputed,
    Said.ESCALATED: _escalated,
    Said.CONFIRMED: _confirmed,
    Said.NEVER_WAS: _never_was,
    Said.LAPSED: _lapsed,
    Said.CANCELLED: _called_off,
    Said.NOT_THERE: _called_off,
    Said.GONE: _gone,
    Said.GIVEN_UP: _given_up,
}


def pinged(leg: Leg, what: Said, by: MemberId | None) -> Sequence[Member]:
    """Whose turn it is, or who should know."""
    both = (leg.teacher, leg.learner)
    match what:
        case Said.NAMED | Said.CANCELLED | Said.NOT_THERE | Said.GONE:
            return [one for one in both if one.id != by]
        case Said.ENTERED | Said.DISPUTED:
            return [one for one in both if one.id != leg.last_word]
        case Said.ASK:
            return [leg.teacher]
        case Said.AGREED | Said.REMIND:
            return both
        case Said.CONFIRMED | Said.NEVER_WAS if leg.decided:
            return both
        case _:
            return ()
