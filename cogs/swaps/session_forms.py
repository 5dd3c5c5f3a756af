"""The two forms of a session: when and where it is, and how long it took."""

from __future__ import annotations

from collections.abc import Sequence

from bot.services.swaps.times import PLACE
from bot.texts import Raw, Translator
from cogs.communities import draft
from cogs.ui.card import Button, Card, Choice, Style, Tone
from cogs.ui.form import Form, Line, Radio
from domain.legs import figure
from domain.model import Leg, LegId, LegState, MemberId
from domain.sessions import LENGTH, clock

BOTH, ONE = "both", "one"  # for which sessions a time is
WHEN, TOOK = 60, 20  # characters; room for a mistake to be seen in


def time(t: Translator, leg: Leg, along: Leg | None, typed: Sequence[str] = ()) -> Form:
    """`along`: the session that may follow right after this one; `typed`: what was written before, to go on from."""
    day, place = (*typed, "", "")[:2]
    when = Line("when", t.plain("sessions.time.when.field"), t.plain("sessions.time.when.hint"), limit=WHEN, value=day)
    where = Line(
        "place",
        t.plain("sessions.time.place.field"),
        t.plain("sessions.time.place.hint"),
        required=False,
        limit=PLACE,
        value=place,
    )
    title = t.plain("sessions.time.form_title")
    if along is None:
        return Form("session.time", (leg.id,), title, (when, where))
    choices = (
        Choice(BOTH, t.plain("sessions.time.both.label", skill=along.skill.name), chosen=True),
        Choice(ONE, t.plain("sessions.time.one.label", skill=leg.skill.name)),
    )
    which = Radio("along", t.plain("sessions.time.along.field"), choices, t.plain("sessions.time.along.hint"))
    return Form("session.time", (leg.id, along.id), title, (when, where, which))


def took(t: Translator, leg: Leg, member: MemberId, typed: Sequence[str] = ()) -> Form:
    """Filled in with what is likely; where somebody said something before, 0 means that it did not happen."""
    first = leg.state is LegState.AGREED
    likely = figure(leg, member)
    value = typed[0] if typed else "" if likely is None and not first else clock(likely or LENGTH)
    hint = "sessions.took.hint" if first else "sessions.took.or_nothing.hint"
    line = Line("minutes", t.plain("sessions.took.field"), t.plain(hint), limit=TOOK, value=value)
    return Form("session.took", (leg.id,), t.plain("sessions.took.form_title"), (line,))


def unsaved(t: Translator, wrong: Raw, typed: Sequence[tuple[str, str]], again: str, leg: LegId) -> Card:
    """What was typed cannot be used: why, what it was, and a button to go on from there."""
    return Card(
        text=wrong,
        fields=draft.fields(typed),
        buttons=(Button(t.plain("sessions.again.label"), again, (leg,), Style.PRIMARY),),
        tone=Tone.CAREFUL,
    )
