"""Names of firms, and pauses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import members as rule
from domain.errors import (
    BlankFirm,
    BlankPractice,
    DateTooFar,
    DayPassed,
    FirmTooLong,
    NotADay,
    PracticeTooLong,
)

AMSTERDAM = "Europe/Amsterdam"
MONDAY = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


def test_a_name_is_one_line_with_single_spaces() -> None:
    assert rule.firm_name("  Studio\n\tNoord ") == "Studio Noord"
    assert rule.practice(" chairs,\n\nmostly ") == "chairs, mostly"


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_nothing_is_no_name(text: str) -> None:
    with pytest.raises(BlankFirm):
        rule.firm_name(text)
    with pytest.raises(BlankPractice):
        rule.practice(text)


def test_limits_are_told_with_the_length_that_was_typed() -> None:
    assert rule.firm_name("x" * 80) == "x" * 80
    with pytest.raises(FirmTooLong) as firm:
        rule.firm_name("x" * 10_000)
    assert firm.value.details == {"limit": 80, "length": 10_000}
    assert rule.practice("x" * 300) == "x" * 300
    with pytest.raises(PracticeTooLong) as practice:
        rule.practice("x" * 301)
    assert practice.value.details == {"limit": 300, "length": 301}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Studio Noord", "studio  NOORD"),
        ("Straße", "STRASSE"),
        ("ｆｕｌｌ width", "Full Width"),
        ("cafe\u0301", "café"),
        ("No\u200dord", "Noord"),
    ],
)
def test_spellings_that_are_one_name(one: str, other: str) -> None:
    assert rule.name_key(one) == rule.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Noord", "Zuid"), ("Café", "Cafe"), ("🎨", "🎭"), ("Studio A", "Studio B")]
)
def test_spellings_that_are_two_names(one: str, other: str) -> None:
    assert rule.name_key(one) != rule.name_key(other)


@given(NAMES)
def test_the_key_of_a_key_is_itself_and_has_no_capitals(name: str) -> None:
    key = rule.name_key(name)
    assert rule.name_key(key) == key
    # What `storage.privacy` relies on: the key of an erased firm begins with ASCII capitals.
    assert not key.startswith("ERASED")


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Studio Noord", "studio noord BV"),
        ("Studio Noord", "Studio Noord B.V."),
        ("Café Zuid", "Cafe Zuid V.O.F."),
        ("StudioNoord", "Studio Noord"),
        ("Studio Nord", "Studio Noord"),
        ("Noord", "Studio Noord"),
        ("De Kleine Prins", "Kleine Prins"),
        ("Jansen & Zonen", "Jansen en Zonen"),
        ("Noord-Zuid", "Noord Zuid"),
        ("Van Dijk Films", "Van Dyk Films"),
        ("O'Neill", "ONeill"),
        ("Noord Studio", "Studio Noord"),
    ],
)
def test_names_worth_a_question(typed: str, there: str) -> None:
    assert rule.similar(typed, [there, "Bureau Elders"]) == (there,)


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("Studio Noord", "Studio Zuid"),
        ("Studio A", "Studio B"),
        ("Studio 12", "Studio 13"),
        ("Studio", "Studio Noord"),
        ("Bloom", "Gloom"),
        ("B.V.", "N.V."),
        ("🎨", "🎭"),
        ("東京", "大阪"),
    ],
)
def test_names_that_are_simply_different(typed: str, there: str) -> None:
    assert rule.similar(typed, [there]) == ()


def test_at_most_three_are_asked_about_the_likeliest_first() -> None:
    there = ["Studio Noort", "Noord", "Studio Noord BV", "Studio Nord"]
    assert rule.similar("Studio Noord", there)[0] == "Studio Noord BV"
    assert len(rule.similar("Studio Noord", there)) == 3


@given(NAMES, st.lists(NAMES, max_size=5))
def test_only_what_is_there_is_ever_offered(typed: str, there: list[str]) -> None:
    assert set(rule.similar(typed, there)) <= set(there)
    assert set(rule.matching(typed, there)) <= set(there)


def test_what_starts_so_comes_first_then_words_then_the_rest() -> None:
    there = ["Atelier Noord", "Ganoord", "Noordwind", "Studio Oost", "Bureau Noordpool"]
    assert rule.matching("noord", there) == ("Noordwind", "Atelier Noord", "Bureau Noordpool", "Ganoord")


def test_nothing_typed_offers_all_by_name_and_never_more_than_25() -> None:
    assert rule.matching("", ["b", "A", "c"]) == ("A", "b", "c")
    assert len(rule.matching("", [f"Firm {number}" for number in range(1000)])) == 25


def test_accents_and_slips_of_the_finger_are_forgiven() -> None:
    assert rule.matching("cafe", ["Café Zuid", "Bureau"]) == ("Café Zuid",)
    assert rule.matching("Studoi Noord", ["Studio Noord", "Bureau Elders"]) == ("Studio Noord",)
    assert rule.matching("x" * 6000, ["Studio Noord"]) == ()


def test_a_week_of_pause_skips_exactly_one_monday() -> None:
    until = rule.pause_weeks(1, AMSTERDAM, MONDAY)
    # Midnight in Amsterdam: the round that opens that Monday at 09:00 finds them back.
    assert until == datetime(2026, 1, 11, 23, 0, tzinfo=UTC)


def test_weeks_are_whole_days_across_a_change_of_clocks() -> None:
    until = rule.pause_weeks(2, AMSTERDAM, datetime(2026, 3, 20, 12, tzinfo=UTC))
    assert until.astimezone(ZoneInfo(AMSTERDAM)) == datetime(2026, 4, 3, tzinfo=ZoneInfo(AMSTERDAM))


def test_a_day_is_the_communitys_day() -> None:
    late = datetime(2026, 1, 5, 23, 30, tzinfo=UTC)  # the 6th already in Amsterdam
    with pytest.raises(DayPassed) as passed:
        rule.pause_until("2026-01-06", AMSTERDAM, late)
    assert passed.value.details == {"today": "2026-01-06"}
    assert rule.pause_until("2026-01-07", AMSTERDAM, late) == datetime(2026, 1, 6, 23, tzinfo=UTC)
    assert rule.pause_until("2026-01-07", "Pacific/Auckland", MONDAY) == datetime(2026, 1, 6, 11, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "soon", "2026-02-30", "2026-13-01", "31", "2026-01-05T10:00", "💤", "x" * 4000])
def test_what_is_no_day_is_told(typed: str) -> None:
    with pytest.raises(NotADay):
        rule.pause_until(typed, AMSTERDAM, MONDAY)


@pytest.mark.parametrize("typed", ["2026-01-05", "2025-12-31", "0001-01-01", "1999-12-31"])
def test_today_and_earlier_have_passed(typed: str) -> None:
    with pytest.raises(DayPassed):
        rule.pause_until(typed, AMSTERDAM, MONDAY)


def test_a_year_is_the_most() -> None:
    assert rule.pause_until("2027-01-06", AMSTERDAM, MONDAY) > MONDAY + timedelta(days=365)
    for typed in ("2027-01-07", "9999-12-31"):
        with pytest.raises(DateTooFar) as far:
            rule.pause_until(typed, AMSTERDAM, MONDAY)
        assert far.value.details == {"latest": "2027-01-06"}


@given(st.integers(-(10**6), 10**6), st.sampled_from(rule.PAUSE_WEEKS))
def test_a_pause_of_weeks_starts_a_day_and_lasts_about_as_long(minutes: int, weeks: int) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    for zone in (AMSTERDAM, "America/Santiago", "Pacific/Auckland", "Asia/Beirut"):
        until = rule.pause_weeks(weeks, zone, now)
        assert timedelta(0) <= now + timedelta(weeks=weeks, hours=1) - until <= timedelta(hours=26)
        # Where midnight does not happen, the day starts at one.
        assert until.astimezone(ZoneInfo(zone)).hour in (0, 1)
