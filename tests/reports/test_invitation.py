"""The calendar file of a session: read back by a calendar, it is the session that was agreed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.reports.invitation import invitation
from bot.texts import LANGUAGES, catalogue
from domain.model import Leg
from domain.sessions import moment_typed
from tests.domain.lessons import NOW, person, to_be_held


def read(leg: Leg, language: str = "en") -> Any:
    calendar = Calendar.from_ical(invitation(catalogue(language), leg, NOW))
    assert calendar["method"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    return event


def at(moment: datetime, **more: Any) -> Leg:
    return to_be_held(starts_at=moment, time_agreed=True, time_version=1, **more)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-28 14:00", datetime(2026, 3, 28, 13, tzinfo=UTC)),  # the day before the clocks go forward
        ("2026-03-29 14:00", datetime(2026, 3, 29, 12, tzinfo=UTC)),
        ("2026-03-29 03:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-08-28 14:00", datetime(2026, 8, 28, 12, tzinfo=UTC)),
    ],
)
def test_the_moment_is_right_across_daylight_saving(typed: str, utc: datetime) -> None:
    leg = at(moment_typed(typed, "Europe/Amsterdam", NOW))
    event = read(leg)
    assert event["dtstart"].dt == utc
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(minutes=45)
    assert b"DTSTART:" + utc.strftime("%Y%m%dT%H%M%SZ").encode() in invitation(catalogue("en"), leg, NOW)


def test_the_same_session_is_moved_and_another_is_another() -> None:
    leg = at(NOW)
    moved = at(NOW + timedelta(days=1), id=leg.id)
    first, then = read(leg), read(to_be_held(starts_at=moved.starts_at, time_agreed=True, time_version=2))
    assert first["uid"] == then["uid"]
    assert (first["sequence"], then["sequence"]) == (1, 2)
    assert read(at(NOW, id=6))["uid"] != first["uid"]


def test_a_moment_given_in_another_zone_is_written_in_utc() -> None:
    wall = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Amsterdam"), fold=1)
    assert read(at(wall))["dtstart"].dt == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_names_firms_and_skill_and_no_person(language: str) -> None:
    event = read(at(NOW, place="The attic; second door, left"), language)
    assert "screen printing" in event["summary"]
    assert "Firm 1" in event["description"]
    assert "Firm 2" in event["description"]
    assert str(event["location"]) == "The attic; second door, left"
    assert "location" not in read(at(NOW), language)


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_people_typed_it_can_be_read_back(place: str, firm: str) -> None:
    leg = at(NOW, place=place, teacher=person(1, firm))
    event = read(leg)
    assert event["uid"] == f"session-{leg.id}.{leg.skill.community}@weft"
    assert event["dtstart"].dt == NOW
