"""A session as a calendar file that every calendar reads (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from bot.texts import Translator
from domain.model import Leg
from domain.sessions import LENGTH

PRODUCT = "-//Weft//Skill swaps//EN"


def invitation(t: Translator, leg: Leg, now: datetime) -> bytes:
    """The session of `leg`, which has a time, in UTC. `now`: when the file is made.

    A session keeps its UID; a later time has a higher SEQUENCE, so that a calendar moves what it has instead of adding.
    Firms stand in it, and no person's name.
    """
    assert leg.starts_at is not None
    event = Event()
    event.add("uid", f"session-{leg.id}.{leg.skill.community}@weft")
    event.add("sequence", leg.time_version)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", leg.starts_at.astimezone(UTC))
    event.add("dtend", leg.starts_at.astimezone(UTC) + timedelta(minutes=LENGTH))
    event.add("summary", t.plain("sessions.file.summary", skill=leg.skill.name))
    firms = {"teacher": leg.teacher.firm.name, "learner": leg.learner.firm.name, "skill": leg.skill.name}
    event.add("description", t.plain("sessions.file.description", **firms))
    if leg.place:
        event.add("location", leg.place)
    event.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
