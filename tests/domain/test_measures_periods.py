"""Windows, weeks across daylight-saving changes, and quarters."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Quarter, Window, last_period, lately, period_of, periods_since, weeks_until

AMSTERDAM = "Europe/Amsterdam"


def test_a_window_has_its_start_and_not_its_end() -> None:
    now = datetime(2026, 4, 1, 6, tzinfo=UTC)
    window = lately(now)
    assert window.start == now - timedelta(days=90)
    assert window.start in window
    assert now not in window
    assert window.before == Window(now - timedelta(days=180), window.start)


def test_weeks_keep_their_hour_when_the_clocks_change() -> None:
    end = datetime(2026, 4, 6, 6, 30, tzinfo=UTC)  # a Monday, 08:30 summer time
    weeks = weeks_until(end, AMSTERDAM)
    assert len(weeks) == 27
    assert weeks[-1] == end
    walls = {moment.astimezone(ZoneInfo(AMSTERDAM)).strftime("%A %H:%M") for moment in weeks}
    assert walls == {"Monday 08:30"}
    assert weeks[0] == datetime(2025, 10, 6, 6, 30, tzinfo=UTC)
    assert {end - start for start, end in pairwise(weeks)} == {timedelta(hours=hours) for hours in (167, 168, 169)}


def test_quarters() -> None:
    first = Quarter(2026, 1)
    assert str(first) == "2026Q1"
    assert (first.before, first.after) == (Quarter(2025, 4), Quarter(2026, 2))
    assert first.first == date(2026, 1, 1)
    # Winter time at the start, summer time at the end.
    assert first.window(AMSTERDAM) == Window(
        datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)
    )
    since, now = datetime(2025, 12, 31, 22, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert periods_since(since, now, AMSTERDAM) == [first.after, first, first.before]
    assert periods_since(now, now, AMSTERDAM) == [first.after]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), Quarter(2026, 1)),
        (datetime(2026, 3, 31, 22, tzinfo=UTC), Quarter(2026, 2)),  # midnight in Amsterdam
        (datetime(2025, 12, 31, 23, tzinfo=UTC), Quarter(2026, 1)),
    ],
)
def test_the_quarter_of_a_moment_is_the_communitys(moment: datetime, expected: Quarter) -> None:
    assert period_of(moment, AMSTERDAM) == expected
    assert last_period(moment, AMSTERDAM) == expected.before


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive
    st.sampled_from([AMSTERDAM, "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
)
def test_every_moment_lies_in_its_quarter_and_quarters_leave_no_gap(moment: datetime, zone: str) -> None:
    quarter = period_of(moment, zone)
    assert moment in quarter.window(zone)
    assert quarter.window(zone).end == quarter.after.window(zone).start
    assert last_period(moment, zone).window(zone).end <= moment
