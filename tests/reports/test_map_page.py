"""The page of the map: complete in itself, the same as the picture, and harmless whatever firms are called."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from bot.reports.map_page import MapPage, draw_page
from bot.texts import LANGUAGES, catalogue
from domain.digests import MonthOfTies
from tests.reports.pages import Page, read
from tests.reports.sample import page_of

EN = catalogue("en")


def drawn(of: MapPage) -> Page:
    return read(draw_page(EN, of))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("firms", [0, 1, 12, 300])
def test_every_cluster_has_a_page_that_stands_alone(language: str, firms: int) -> None:
    t, of = catalogue(language), page_of(firms)
    page = read(draw_page(t, of))
    assert draw_page(t, of) == draw_page(t, page_of(firms))
    (html,) = page.all("html")
    assert html.attributes["lang"] == language
    assert len([one for one in page.all("g") if "firm" in one.attributes.get("class", "").split()]) == firms
    (svg,) = page.all("svg")
    assert str(firms) in svg.attributes["aria-label"]
    assert len(draw_page(t, of)) < 2_000_000


def test_what_firms_are_called_stays_text() -> None:
    of = page_of(30)
    page = drawn(of)
    for name in of.shown.names.values():
        assert name in page.said
    assert len(page.all("script")) == 2  # the numbers and our own
    assert not page.all("b")


def test_a_name_cannot_end_the_script_it_stands_in() -> None:
    of = page_of(12)
    wicked = dict.fromkeys(of.shown.names, "</script><script>alert(1)//")
    page = drawn(replace(of, shown=replace(of.shown, names=wicked), community="</title><script>"))
    assert len(page.all("script")) == 2


def test_lines_are_the_ties_of_the_window_and_of_each_month() -> None:
    of = page_of(30)
    page = drawn(of)
    (data,) = [one for one in page.all("script") if one.attributes.get("type") == "application/json"]
    ties = json.loads(data.text)["ties"]
    rows = [one.text for one in page.all("th") if one.attributes.get("scope") == "row" and "dir" in one.attributes]
    firm_of = {name: firm for firm, name in of.shown.names.items()}
    told: Counter[tuple[int, int]] = Counter()
    months: list[Counter[tuple[int, int]]] = [Counter() for _ in of.months]
    for a, b, times, by_month in ties:
        low, high = sorted((firm_of[rows[a]], firm_of[rows[b]]))
        told[low, high] += times
        for month, count in zip(months, by_month, strict=True):
            month[low, high] += count
    assert +told == Counter(of.shown.now.ties)
    there = {node.firm for node in of.shown.now.nodes}
    for month, expected in zip(months, of.months, strict=True):
        assert +month == Counter({tie: count for tie, count in expected.ties.items() if there.issuperset(tie)})
    lines = [one for one in page.all("path") if "tie" in one.attributes.get("class", "").split()]
    assert len(lines) == len(ties)
    hidden = [one.attributes.get("visibility") == "hidden" for one in lines]
    assert hidden == [not times for _, _, times, _ in ties]
    assert sum("new" in one.attributes["class"].split() for one in lines) == len(of.shown.new)


def test_ties_of_firms_that_are_gone_are_left_out() -> None:
    of = page_of(12)
    gone = replace(of, months=[MonthOfTies(date(2026, 11, 1), {(0, 999): 3})])
    (data,) = [one for one in drawn(gone).all("script") if one.attributes.get("type") == "application/json"]
    assert sum(one[3][0] for one in json.loads(data.text)["ties"]) == 0


def test_it_can_be_read_out_and_used_by_keyboard() -> None:
    page = drawn(page_of(30))
    firms = [one for one in page.all("g") if "firm" in one.attributes.get("class", "").split()]
    assert all(one.attributes["role"] == "button" and "partner" in one.attributes["aria-label"] for one in firms)
    assert [one.attributes["tabindex"] for one in firms] == ["0"] + ["-1"] * 29  # one stop for Tab
    assert all(one.attributes.get("aria-label") or one.text for one in page.all("button"))
    labelled = {one.attributes["id"] for one in (*page.all("select"), *page.all("input"))}
    assert len(page.all("label")) == len(labelled) == 2


def test_the_table_has_only_what_is_told() -> None:
    of = page_of(300)
    assert of.ties is not None
    cells = [one.text for one in drawn(of).all("td") if one.attributes.get("class") == "cell"]
    rows = of.ties.rows
    expected = [of.ties.value(a, b) for at, a in enumerate(rows) for b in rows[: at + 1]]
    assert cells == ["–" if value is None else str(value) for value in expected]
    assert None in expected
    assert not [one for one in drawn(replace(of, ties=None)).all("td") if one.attributes.get("class") == "cell"]
