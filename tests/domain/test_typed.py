"""What people type: read if it can be meant one way only, refused otherwise."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import typed
from domain.calendar import Moment
from domain.errors import LineTooLong, NotADay, NotAMoment, NotATimeZone, NoTimeZoneLikeIt, TooManyLines

NEW_YEAR = date(2026, 1, 1)
MOMENTS = st.builds(Moment, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Monday 09:00", Moment(0, 9)),
        ("monday 9", Moment(0, 9)),
        ("09:00 on Monday", Moment(0, 9)),
        ("ma 9 uur", Moment(0, 9)),
        ("maandag om 9u", Moment(0, 9)),
        ("Ma. 9.00", Moment(0, 9)),
        ("9.30 am Tue", Moment(1, 9, 30)),
        ("dinsdag 16u30", Moment(1, 16, 30)),
        ("di 16:30 uur", Moment(1, 16, 30)),
        ("Wed, 12 pm", Moment(2, 12)),
        ("wo 12 a.m.", Moment(2, 0)),
        ("Thursday at noon", Moment(3, 12)),
        ("th 5pm", Moment(3, 17)),
        ("do 8:05", Moment(3, 8, 5)),
        ("vrijdag 17h", Moment(4, 17)),
        ("zaterdag middernacht", Moment(5, 0)),
        ("Sunday 23:59", Moment(6, 23, 59)),
        ("zo 9 o'clock", Moment(6, 9)),
    ],
)
def test_a_moment_is_read_in_english_and_dutch(written: str, meant: Moment) -> None:
    assert typed.moment(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "monday",
        "9:00",
        "someday 9:00",
        "m 9:00",
        "mon tue 9:00",
        "mon 9:00 10:00",
        "mon 25:00",
        "mon 9:60",
        "mon 13 pm",
        "mon 0 am",
        "monday nine",
        "mon 9:00 and a bit",
    ],
)
def test_what_could_be_any_moment_is_none(written: str) -> None:
    with pytest.raises(NotAMoment) as refusal:
        typed.moment(written)
    assert refusal.value.details == {"typed": written}


@settings(deadline=None)
@given(MOMENTS, st.sampled_from([0, 1]))
def test_a_moment_reads_as_it_is_shown(moment: Moment, language: int) -> None:
    name = typed.WEEKDAYS[moment.weekday][language]
    for shown in (
        f"{name} {moment.hour:02}:{moment.minute:02}",
        f"{moment.hour}.{moment.minute:02} {name[:2].upper()}",
    ):
        assert typed.moment(shown) == moment


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_moment_or_refused(text: str) -> None:
    try:
        read = typed.moment(text)
    except NotAMoment:
        return
    assert 0 <= read.weekday < 7
    assert 0 <= read.hour < 24
    assert 0 <= read.minute < 60


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2026/12/24", date(2026, 12, 24)),
        ("24-12-2026", date(2026, 12, 24)),
        ("24/12/26", date(2026, 12, 24)),
        ("12/24/2026", date(2026, 12, 24)),
        ("24 12", date(2026, 12, 24)),
        ("5/6", date(2026, 6, 5)),
        ("24 december", date(2026, 12, 24)),
        ("Thursday 24 December", date(2026, 12, 24)),
        ("do 24 dec.", date(2026, 12, 24)),
        ("24e december", date(2026, 12, 24)),
        ("Dec 24th, 2027", date(2027, 12, 24)),
        ("the 4th of May", date(2026, 5, 4)),
        ("4 mei", date(2026, 5, 4)),
        ("1 mrt", date(2026, 3, 1)),
        ("1 jan", date(2026, 1, 1)),
        ("29 feb", date(2028, 2, 29)),
        ("today", NEW_YEAR),
        ("Morgen", date(2026, 1, 2)),
        ("overmorgen", date(2026, 1, 3)),
    ],
)
def test_a_day_is_read_in_english_and_dutch(written: str, meant: date) -> None:
    assert typed.day(written, NEW_YEAR) == meant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "24",
        "december",
        "soon",
        "2026-02-30",
        "31 june",
        "24 ma",
        "24 ju",
        "1 2 3 4",
        "24 jan feb",
        "0 12",
        "99999-1-1",
        "99999999999999999999 december",
    ],
)
def test_what_could_be_any_day_is_none(written: str) -> None:
    with pytest.raises(NotADay):
        typed.day(written, NEW_YEAR)


def test_a_day_without_a_year_is_the_next_one() -> None:
    assert typed.day("2 januari", date(2026, 12, 24)) == date(2027, 1, 2)
    assert typed.day("24 december", date(2026, 12, 24)) == date(2026, 12, 24)


@settings(deadline=None)
@given(DAYS, DAYS)
def test_a_full_date_is_the_same_day_whenever_it_is_typed(day: date, today: date) -> None:
    month = typed.MONTHS[day.month - 1][0]
    for shown in (day.isoformat(), f"{day.day} {month} {day.year}", f"{month[:3]} {day.day}, {day.year}"):
        assert typed.day(shown, today) == day


@settings(deadline=None)
@given(st.text(max_size=40), DAYS)
def test_any_text_is_a_day_or_refused(text: str, today: date) -> None:
    with contextlib.suppress(NotADay):
        assert isinstance(typed.day(text, today), date)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("europe / amsterdam ", "Europe/Amsterdam"),
        ("amsterdam", "Europe/Amsterdam"),
        ("New York", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_time_zone_is_known_by_its_city(written: str, meant: str) -> None:
    assert typed.time_zone(written) == meant


def test_a_time_zone_misspelled_is_suggested() -> None:
    with pytest.raises(NotATimeZone) as refusal:
        typed.time_zone("Amstedam")
    assert "Europe/Amsterdam" in str(refusal.value.details["like"])


@pytest.mark.parametrize("written", ["qqqqqqqq", "", "localtime", "Factory"])
def test_a_time_zone_like_no_other_is_refused(written: str) -> None:
    with pytest.raises(NoTimeZoneLikeIt):
        typed.time_zone(written)


def test_suggestions_begin_with_what_the_city_begins_with() -> None:
    assert typed.time_zones_like("ams", 3)[0] == "Europe/Amsterdam"
    assert typed.time_zones_like("new", 25)[:1] != ()
    assert len(typed.time_zones_like("e", 25)) == 25
    assert typed.time_zones_like("", 25) == ()


def test_a_list_loses_bullets_blanks_and_repeats() -> None:
    text = "- crafts\n\n  * Design  \n2) film,  TV\ncrafts\nCRAFTS\n"
    assert typed.lines(text, at_most=5, length=20) == ("crafts", "Design", "film, TV")
    assert typed.lines("-\n * \n1.\n", at_most=5, length=20) == ()


def test_a_line_that_begins_with_a_number_keeps_it() -> None:
    assert typed.lines("3D printing\n2 versions", at_most=5, length=20) == ("3D printing", "2 versions")


def test_a_list_too_long_or_too_wide_is_refused() -> None:
    with pytest.raises(TooManyLines) as many:
        typed.lines("a\nb\nc", at_most=2, length=5)
    assert many.value.details == {"limit": 2}
    with pytest.raises(LineTooLong) as wide:
        typed.lines("a\nbbbbbb", at_most=2, length=5)
    assert wide.value.details == {"line": "bbbbbb", "limit": 5}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_line_of_a_list_is_blank_or_said_twice(text: str) -> None:
    found = typed.lines(text, at_most=200, length=200)
    assert all(one and one == one.strip() for one in found)
    assert len({one.casefold() for one in found}) == len(found)
