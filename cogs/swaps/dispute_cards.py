"""What managers are asked where two people remember a session differently, and what becomes of the question."""

from __future__ import annotations

from bot.services.swaps.session_looking import SessionView
from bot.texts import Translator
from cogs.swaps.session_cards import people, took
from cogs.ui.card import Button, Card, Style, Tone
from domain.legs import figure
from domain.model import Leg, LegState
from domain.sessions import clock


def to_manager(t: Translator, view: SessionView) -> Card:
    """One press decides."""
    leg = view.leg
    says = {
        "teacher_says": took(t, figure(leg, leg.teacher.id)),
        "learner_says": took(t, figure(leg, leg.learner.id)),
    }
    firms = {"teacher_firm": leg.teacher.firm.name, "learner_firm": leg.learner.firm.name}
    offered = [
        Button(
            t.plain("sessions.decide.label", time=clock(minutes), firm=who.firm.name),
            "session.decide",
            (leg.id, leg.words, minutes),
            Style.PRIMARY,
        )
        for who in (leg.teacher, leg.learner)
        if (minutes := figure(leg, who.id))
    ]
    nothing = Button(t.plain("sessions.decide.nothing.label"), "session.decide", (leg.id, leg.words, 0))
    return Card(
        title=t.plain("sessions.manager.title"),
        text=t("sessions.manager.body", **people(t, leg), **says, **firms),
        buttons=(*offered, nothing),
        tone=Tone.CAREFUL,
    )


def decided(t: Translator, leg: Leg) -> Card:
    """In place of the question, after a manager's press."""
    key = "sessions.manager.done.body" if leg.settled else "sessions.manager.nothing.body"
    time = {"time": clock(leg.settled)} if leg.settled else {}
    return Card(title=t.plain("sessions.manager.title"), text=t(key, **time, **people(t, leg)), tone=Tone.GOOD)


def spared(t: Translator, leg: Leg) -> Card:
    """In place of the question, once nobody needs an answer any more."""
    key = "sessions.manager.late.body" if leg.state is LegState.UNCONFIRMED else "sessions.manager.agreed.body"
    return Card(title=t.plain("sessions.manager.title"), text=t(key, skill=leg.skill.name))
