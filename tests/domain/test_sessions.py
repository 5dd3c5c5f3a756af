"""How long a session took and when it is to be, as people type it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import (
    HourSkipped,
    NotADayAndTime,
    NotAQuarterHour,
    NotATime,
    PersonError,
    SessionTooLong,
    SessionTooShort,
    TimePassed,
    TooFarAhead,
    WrongWeekday,
)
from domain.sessions import AHEAD, EVERY_QUARTER, clock, minutes_typed, moment_typed, suggest_minutes

AMSTERDAM = "Europe/Amsterdam"
SUNDAY = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)  # 16:00 in Amsterdam
QUARTERS = st.sampled_from(EVERY_QUARTER)
ZONES = st.sampled_from(
    [AMSTERDAM, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Auckland", "UTC"]
)
NOWS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DUTCH = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")

WRITTEN = {
    15: ["15", "0:15", "15 min", "kwartier", "een kwartier", "a quarter of an hour", "quarter hour", "¼ uur", "0.25"],
    30: ["30", "half an hour", "half uur", "een half uur", "halfuur", "a half hour", "½ hour", "1/2 uur", "0,5", "30'"],
    45: [
        "45",
        "0:45",
        " 45  min ",
        "drie kwartier",
        "three quarters of an hour",
        "3/4 uur",
        "0.75",
        "0h45",
        "45 minuten",
    ],
    60: ["1", "60", "1h", "1 uur", "een uur", "één uur", "an hour", "1 hr", "1 UUR", "4 kwartier", "1u"],
    75: [
        "75",
        "1:15",
        "1.25 h",
        "vijf kwartier",
        "an hour and a quarter",
        "1 and a quarter hours",
        "1 hour and 15 minutes",
    ],
    90: ["1:30", "01:30", "1h30", "1u30", "1 u 30", "1.5 h", "1,5 uur", "1.30", "1.30 uur", "90 min", "anderhalf uur"],
    105: ["1 uur en 3 kwartier", "1:45", "1 hour 45", "1,75 uur", "105 min."],
    120: ["2", "two hours", "twee uur", "120", "2 hrs"],
    150: [
        "tweeënhalf uur",
        "twee en een half uur",
        "2 and a half hours",
        "2½ uur",
        "2 1/2 uur",
        "2,5u",
        "two and a half hours",
    ],
    480: ["8", "8:00", "acht uur", "480", "8 h"],
}


@pytest.mark.parametrize(
    ("written", "minutes"), [(text, minutes) for minutes, texts in WRITTEN.items() for text in texts]
)
def test_a_time_is_read_in_english_and_dutch(written: str, minutes: int) -> None:
    assert minutes_typed(written) == minutes


@pytest.mark.parametrize(
    "written", ["an hour and a half", "one and a half hours", "1½ h", "1 en een half uur", "anderhalve uur"]
)
def test_an_hour_and_a_half_has_many_names(written: str) -> None:
    assert minutes_typed(written) == 90


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "half 3",
        "half",
        "uur",
        "1:90",
        "1:3",
        "1 2",
        "-45",
        "1e3",
        "1,5,5",
        "1h 1h",
        "1:30:00",
        "soon",
        "x" * 10_000,
    ],
)
def test_what_is_no_time_is_told(written: str) -> None:
    with pytest.raises(NotATime):
        minutes_typed(written)


@pytest.mark.parametrize(
    ("written", "limit"), [("8:15", "8:00"), ("500", "8:00"), ("9 uur", "8:00"), ("9" * 50, "8:00")]
)
def test_a_session_is_a_working_day_at_most(written: str, limit: str) -> None:
    with pytest.raises(SessionTooLong) as refusal:
        minutes_typed(written)
    assert refusal.value.details == {"limit": limit}


@pytest.mark.parametrize("written", ["0", "0:00", "10", "0:14", "5 min"])
def test_a_session_is_a_quarter_of_an_hour_at_least(written: str) -> None:
    with pytest.raises(SessionTooShort) as refusal:
        minutes_typed(written)
    assert refusal.value.details == {"limit": "0:15"}


def test_nothing_is_a_time_where_it_may_be() -> None:
    assert minutes_typed("0", least=0) == 0
    assert minutes_typed("10:00", most=600) == 600


@pytest.mark.parametrize(
    ("written", "near"),
    [("50", "0:45, 1:00"), ("1:20", "1:15, 1:30"), ("16", "0:15, 0:30"), ("1.2", "1:00, 1:15"), ("7:59", "7:45, 8:00")],
)
def test_nothing_is_rounded_but_the_quarters_near_are_named(written: str, near: str) -> None:
    with pytest.raises(NotAQuarterHour) as refusal:
        minutes_typed(written)
    assert refusal.value.details == {"near": near}


@given(QUARTERS, st.sampled_from([" h", "h", " uur", " hours", "u"]))
def test_every_quarter_reads_as_it_is_shown(minutes: int, unit: str) -> None:
    hours, rest = divmod(minutes, 60)
    shown = [
        clock(minutes),
        f"{minutes} min",
        f"{hours}h{rest:02}",
        f"{hours}.{rest:02}{unit}",
        f"{minutes / 60}{unit}",
    ]
    assert [minutes_typed(text) for text in shown] == [minutes] * len(shown)


@settings(deadline=None)
@given(st.text(max_size=30) | st.from_regex(r"[0-9:.,hu mikwartehlfndo½¼]{1,12}", fullmatch=True))
def test_any_text_is_whole_quarters_or_refused(text: str) -> None:
    try:
        minutes = minutes_typed(text)
    except (NotATime, NotAQuarterHour, SessionTooShort, SessionTooLong):
        return
    assert minutes in EVERY_QUARTER


def test_what_is_offered_first_reaches_from_the_shortest_to_the_longest() -> None:
    offered = suggest_minutes(" ")
    assert len(offered) <= 25
    assert offered == sorted(offered)
    assert (offered[0], offered[-1]) == (15, 480)
    assert {15, 30, 45, 60, 75, 90} <= set(offered)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("1:", [60, 75, 90, 105]),
        ("0:4", [45]),
        ("8", [480]),
        ("12", [15, 120]),
        ("50", [45, 60]),
        ("anderhalf uur", [90]),
        ("x", []),
        ("999", []),
    ],
)
def test_typing_offers_what_it_says_then_what_begins_so(typed: str, offered: list[int]) -> None:
    assert suggest_minutes(typed) == offered


@settings(deadline=None)
@given(st.text(max_size=12) | QUARTERS.map(clock) | QUARTERS.map(str))
def test_only_quarters_are_offered_and_25_at_most(typed: str) -> None:
    offered = suggest_minutes(typed)
    assert set(offered) <= set(EVERY_QUARTER)
    assert len(offered) == len(set(offered)) <= 25


@pytest.mark.parametrize(
    ("written", "local"),
    [
        ("thursday 14:00", "2026-11-26 14:00"),
        ("14:00 Thursday", "2026-11-26 14:00"),
        ("do 14u", "2026-11-26 14:00"),
        ("thu noon", "2026-11-26 12:00"),
        ("sunday 17:00", "2026-11-22 17:00"),
        ("zondag 15:00", "2026-11-29 15:00"),
        ("morgen 10:30", "2026-11-23 10:30"),
        ("tomorrow 9", "2026-11-23 09:00"),
        ("9am tomorrow", "2026-11-23 09:00"),
        ("Tomorrow, at 9 am", "2026-11-23 09:00"),
        ("vandaag 17:30", "2026-11-22 17:30"),
        ("overmorgen 12 uur", "2026-11-24 12:00"),
        ("3 dec 15:00", "2026-12-03 15:00"),
        ("dec 3 @ 15:00", "2026-12-03 15:00"),
        ("do 3 dec om 15 uur", "2026-12-03 15:00"),
        ("2026-12-03 14:00", "2026-12-03 14:00"),
        ("2026-12-03T14:00", "2026-12-03 14:00"),
        ("3-12 14.00", "2026-12-03 14:00"),
        ("14.00 3-12", "2026-12-03 14:00"),
        ("3/12/2026 2 pm", "2026-12-03 14:00"),
        ("2 januari 10 uur", "2027-01-02 10:00"),
    ],
)
def test_a_moment_is_read_as_the_clocks_there_show_it(written: str, local: str) -> None:
    found = moment_typed(written, AMSTERDAM, SUNDAY)
    assert found.tzinfo is UTC
    assert f"{found.astimezone(ZoneInfo(AMSTERDAM)):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize(
    "written",
    [
        "",
        "thursday",
        "14:00",
        "3 dec",
        "3 12 14",
        "soon",
        "next thursday 14:00",
        "3 dec 26:00",
        "31 feb 10:00",
        "x" * 10_000,
    ],
)
def test_what_could_be_any_moment_is_none(written: str) -> None:
    with pytest.raises(NotADayAndTime):
        moment_typed(written, AMSTERDAM, SUNDAY)


@pytest.mark.parametrize("written", ["today 9", "vandaag 16:00", "2026-11-22 15:59", "1-1-2020 10:00"])
def test_what_is_past_is_told(written: str) -> None:
    with pytest.raises(TimePassed):
        moment_typed(written, AMSTERDAM, SUNDAY)


def test_half_a_year_is_the_most() -> None:
    assert moment_typed("2027-05-21 15:59", AMSTERDAM, SUNDAY) < SUNDAY + AHEAD
    with pytest.raises(TooFarAhead) as refusal:
        moment_typed("21 nov 10:00", AMSTERDAM, SUNDAY)  # yesterday: read as next year's
    assert refusal.value.details == {"day": "2027-11-21", "latest": "2027-05-21"}


def test_a_weekday_that_the_date_is_not_is_a_slip_somewhere() -> None:
    with pytest.raises(WrongWeekday) as refusal:
        moment_typed("vr 3 dec 15:00", AMSTERDAM, SUNDAY)
    assert refusal.value.details == {"day": "2026-12-03"}


@pytest.mark.parametrize("written", ["28 march 2:30", "sunday 2:30"])
def test_an_hour_that_does_not_happen_is_told(written: str) -> None:
    before = datetime(2027, 3, 24, 12, tzinfo=UTC)
    with pytest.raises(HourSkipped) as refusal:
        moment_typed(written, AMSTERDAM, before)
    assert refusal.value.details == {"day": "2027-03-28", "time": "02:30"}


def test_an_hour_that_happens_twice_is_the_first_unless_that_is_over() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert moment_typed("25 oct 2:30", AMSTERDAM, first - timedelta(days=2)) == first
    assert moment_typed("sunday 2:30", AMSTERDAM, first - timedelta(days=2)) == first
    assert moment_typed("today 2:30", AMSTERDAM, first) == first + timedelta(hours=1)


@settings(deadline=None)
@given(NOWS, st.integers(1, 179 * 24 * 60), ZONES, st.integers(0, 3))
def test_what_is_still_to_come_reads_as_it_is_shown(now: datetime, minutes: int, zone: str, form: int) -> None:
    then = (now + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)).replace(second=0, microsecond=0)
    if then.astimezone(UTC) <= now or then.fold:
        return
    shown = (
        f"{then:%Y-%m-%d %H:%M}",
        f"{then:%d-%m-%Y %H.%M}",
        f"{then:%H:%M} {then:%d %B %Y}",
        f"{then:%a %d %b %H:%M}",
    )
    assert moment_typed(shown[form], zone, now) == then.astimezone(UTC)


@settings(deadline=None)
@given(NOWS, ZONES, st.sampled_from((*ENGLISH, *DUTCH)), st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
def test_a_weekday_is_always_the_next_one(now: datetime, zone: str, day: str, hour: int, minute: int) -> None:
    try:
        found = moment_typed(f"{day} {hour}:{minute:02}", zone, now)
    except HourSkipped:
        return
    local = found.astimezone(ZoneInfo(zone))
    weekday = ENGLISH.index(day) if day in ENGLISH else DUTCH.index(day)
    assert (local.weekday(), local.hour, local.minute) == (weekday, hour, minute)
    assert timedelta(0) < found - now <= timedelta(days=7, hours=1)


@settings(deadline=None)
@given(st.text(max_size=40), ZONES)
def test_any_text_is_a_moment_to_come_or_refused(text: str, zone: str) -> None:
    try:
        found = moment_typed(text, zone, SUNDAY)
    except PersonError:
        return
    assert SUNDAY < found <= SUNDAY + AHEAD
