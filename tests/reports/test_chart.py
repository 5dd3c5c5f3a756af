"""The digest's picture: what may not be told is drawn as such, and the words beside it say the same."""

from __future__ import annotations

import io
import warnings
from dataclasses import replace
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.reports.chart import ACROSS, HIGH, TOOK_PART, UNSPLIT, WIDE, WITHIN, Weeks, alt, chart_for_page, draw_chart
from bot.texts import LANGUAGES, catalogue
from domain.evidence import WeekOfTies
from tests.reports.sample import cluster, weeks_of

EN = catalogue("en")
MONDAYS = [date(2026, 7, 6) + timedelta(weeks=week) for week in range(26)]


def weeks(took_part: list[int | None], ties: list[WeekOfTies], **more: object) -> Weeks:
    count = len(took_part)
    return replace(Weeks(MONDAYS[:count], took_part, ties, 30), **more)  # type: ignore[arg-type]


def colours(some: Weeks) -> set[str]:
    """What the picture has of the colours that mean something."""
    image = Image.open(io.BytesIO(draw_chart(EN, some).png)).convert("RGB")
    assert image.size == (WIDE, HIGH)
    there = {f"#{r:02x}{g:02x}{b:02x}" for count, (r, g, b) in image.getcolors(10**7) or () if count > 500}
    return there & {TOOK_PART, ACROSS, WITHIN, UNSPLIT}


def test_each_kind_of_week_has_its_look() -> None:
    told = weeks([12, 9], [WeekOfTies(8, 5), WeekOfTies(6, 4)])
    assert colours(told) == {TOOK_PART, ACROSS, WITHIN}
    assert colours(weeks([12, 9], [WeekOfTies(8, None)] * 2)) == {TOOK_PART, UNSPLIT}
    assert colours(weeks([None, None], [WeekOfTies(None, None)] * 2)) == set()
    assert colours(weeks([0, 0], [WeekOfTies(0, 0)] * 2)) == set()


def test_a_week_that_is_not_told_looks_unlike_every_number_it_could_be() -> None:
    """And a zero, which is told, unlike both."""
    one = WeekOfTies(0, 0)
    drawn = {count: draw_chart(EN, weeks([9, count, 9], [one] * 3)).png for count in (None, 0, 1, 4)}
    assert len(set(drawn.values())) == len(drawn)
    few = weeks([9, None, 9], [one, WeekOfTies(None, None), one])
    assert "fewer than 5" in alt(EN, few)
    assert "fewer than" not in alt(EN, weeks([9, 0, 9], [one] * 3))


def test_weeks_before_the_community_are_not_told_as_weeks_with_nothing() -> None:
    young = weeks([0] * 20 + [7] * 6, [WeekOfTies(0, 0)] * 26, since=MONDAYS[20] + timedelta(days=2))
    assert list(young.shown) == list(range(20, 26))
    assert list(young.drawn) == list(range(18, 26))  # no half year of nothing before it
    assert list(replace(young, since=None).drawn) == list(range(26))
    assert alt(EN, young).startswith("Chart of 6 weeks: between 7 and 7 of 30 firms")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("firms", [0, 1, 12, 300])
def test_every_cluster_can_be_drawn_the_same_each_time(language: str, firms: int) -> None:
    t, some = catalogue(language), weeks_of(cluster(firms))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = draw_chart(t, some)
    assert picture == draw_chart(t, some)
    assert len(picture.png) < 200_000
    assert picture.alt == alt(t, some)
    assert len(picture.alt) < 400


def test_one_week() -> None:
    assert alt(EN, weeks([7], [WeekOfTies(6, None)])) == "7 of 30 in the last week."
    assert alt(EN, weeks([0], [WeekOfTies(0, 0)])) == "Chart of one week: no firm took part and no ties were made."
    draw_chart(EN, weeks([7], [WeekOfTies(6, None)]))


def test_on_a_page_it_is_the_same_text_each_time_and_asks_for_nothing() -> None:
    some = weeks([12, None], [WeekOfTies(8, 5), WeekOfTies(None, None)])
    svg = chart_for_page(EN, some)
    assert svg == chart_for_page(EN, some)
    assert svg.startswith("<svg")
    assert 'href="http' not in svg
    assert "url(http" not in svg
