"""How old is too old: by the calendar and the clocks of the place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.retention import LOOK_BACK, QUIET, cutoff, next_fold

MINUTE = timedelta(minutes=1)
AMSTERDAM = "Europe/Amsterdam"
ZONES = st.sampled_from([AMSTERDAM, "UTC", "Pacific/Kiritimati", "America/New_York", "Australia/Lord_Howe"])
MOMENTS = st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + minutes * MINUTE)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "older_than"),
    [
        ("2027-03-02 03:00", "2026-03-02 03:00"),
        ("2028-02-29 12:00", "2027-02-28 12:00"),  # there was no such day
        ("2029-02-28 12:00", "2028-02-28 12:00"),
        # 28 March 2027 is on summer time in Amsterdam from 03:00 on, 28 March 2026 was not until the next night.
        ("2027-03-28 10:00", "2026-03-28 11:00"),
        # 02:30 on 29 March 2027 is an hour that did not happen on 29 March 2026: an hour later then.
        ("2027-03-29 00:30", "2026-03-29 01:30"),
        # 02:30 on 25 October 2027 happened twice on 25 October 2026: the first.
        ("2027-10-25 00:30", "2026-10-25 00:30"),
        # The second 02:30 of 31 October 2027.
        ("2027-10-31 01:30", "2026-10-31 01:30"),
    ],
)
def test_twelve_calendar_months_by_the_clocks_of_the_place(now: str, older_than: str) -> None:
    assert cutoff(moment(now), AMSTERDAM) == moment(older_than)


def test_a_year_ends_where_people_are() -> None:
    now = moment("2027-12-31 12:00")
    assert cutoff(now, "Pacific/Kiritimati").astimezone(ZoneInfo("Pacific/Kiritimati")).year == 2027
    assert cutoff(now, "UTC").year == 2026


@given(MOMENTS, ZONES)
def test_it_is_never_less_than_a_year_but_for_an_hour_and_a_draw_remembers_less(now: datetime, zone: str) -> None:
    kept = now - cutoff(now, zone)
    assert timedelta(days=365, hours=-1) <= kept <= timedelta(days=366, hours=1)
    assert kept > LOOK_BACK + timedelta(days=29)


@given(MOMENTS, ZONES)
def test_the_next_time_is_the_quiet_hour_of_the_place_within_a_day_or_so(now: datetime, zone: str) -> None:
    due = next_fold(now, zone)
    assert now < due <= now + timedelta(hours=25)
    assert due.astimezone(ZoneInfo(zone)).time() == QUIET
