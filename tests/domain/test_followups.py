"""When somebody is asked what an exchange led to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.followups import ASKED_AFTER, ask_at, working_hour

ZONES = st.sampled_from(["Europe/Amsterdam", "America/Santiago", "Pacific/Auckland"])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moment=MOMENTS, zone=ZONES)
def test_in_the_first_working_hour_after_ninety_days(moment: datetime, zone: str) -> None:
    asked = ask_at(zone, moment)
    wall = asked.astimezone(ZoneInfo(zone))
    assert wall.weekday() < 5
    assert (wall.hour, wall.minute) == (10, 0)
    assert timedelta(0) <= asked - (moment + ASKED_AFTER) < timedelta(days=3, hours=2)
    assert working_hour(zone, asked) == asked
