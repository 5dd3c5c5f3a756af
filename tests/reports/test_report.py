"""The report: the same numbers on the page and in the files, nothing that is not told, nobody who did not agree."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256

import pytest

from bot.reports.map_page import draw_page
from bot.reports.map_picture import draw_map
from bot.reports.report import Report
from bot.reports.report_files import report_files
from bot.reports.report_page import draw_report
from bot.reports.report_rows import grids, sections, value_in_kind
from bot.reports.tables import draw_table
from bot.texts import LANGUAGES, catalogue
from domain.breakdowns import FEWEST_IN_HOUSE, table
from domain.model import InKind
from tests.reports.pages import read
from tests.reports.sample import QUOTES, cluster, page_of, report_of, settled, told

EN = catalogue("en")


def files(of: Report, language: str = "en") -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(report_files(catalogue(language), of))) as zipped:
        names = [name for name in zipped.namelist() if name.endswith(".csv")]
        tables = {name: zipped.read(name).decode("utf-8-sig") for name in names}
    return {
        name.rpartition("/")[2]: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in tables.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("firms", [0, 1, 12, 300])
def test_every_cluster_has_a_report_that_stands_alone(language: str, firms: int) -> None:
    t, of = catalogue(language), report_of(firms)
    page = read(draw_report(t, of))
    (html,) = page.all("html")
    assert html.attributes["lang"] == language
    assert draw_report(t, of) == draw_report(t, of)
    assert report_files(t, of) == report_files(t, of)
    (chart,) = page.all("img")
    assert chart.attributes["alt"]
    assert not page.all("script")


def test_no_firm_is_named_and_no_person_but_who_gave_a_quote() -> None:
    bare = read(draw_report(EN, report_of(30, bare=True))).said
    assert not [name for name in cluster(30).names.values() if name in bare]
    assert not [quote for quote in QUOTES if quote.text in bare or quote.name in bare]
    full = read(draw_report(EN, report_of(30))).said
    assert all(quote.text in full and quote.name in full for quote in QUOTES)
    everything = str(files(report_of(30)))
    assert not [name for name in cluster(30).names.values() if name in everything]
    assert not [quote for quote in QUOTES if quote.text in everything]


def test_page_and_files_tell_the_same_and_only_what_is_told() -> None:
    of = report_of(300)
    read_back = files(of)
    shown = {row["figure"]: row for row in read_back["figures.csv"]}
    page = read(draw_report(EN, of)).said
    for section in sections(EN, of):
        for one in section.rows:
            assert one.label in page
            assert one.row.shown in page
            assert shown[one.row.key]["told"] == ("no" if one.row.number is None else "yes")
            assert shown[one.row.key]["value"] == ("" if one.row.number is None else str(one.row.number))
    by_what = {one.what: one for one in of.tables}
    ties = by_what["ties"]
    untold = [row for row in read_back["ties.csv"] if row["told"] == "no"]
    assert untold
    assert all(row["ties"] == "" for row in untold)
    told_ties = [int(row["ties"]) for row in read_back["ties.csv"] if row["told"] == "yes"]
    rows = ties.rows
    expected = [ties.value(a, b) for at, a in enumerate(rows) for b in rows[: at + 1]]
    assert told_ties == [value for value in expected if value is not None]
    hours = [float(row["hours"]) for row in read_back["hours.csv"] if row["told"] == "yes"]
    expected_hours = [by_what["hours"].value(group) for group in by_what["hours"].rows]
    assert [4 * one for one in hours] == [value for value in expected_hours if value is not None]


@pytest.mark.parametrize("what", ["firms by sector", "hours", "ties"])
def test_a_table_holds_nothing_that_is_not_told(what: str) -> None:
    _, some = settled(300)
    breakdown = next(one for one in some if one.what == what)
    for told_here in (breakdown.house, breakdown.report):
        made = table(breakdown, told_here, ())
        assert {(breakdown.period, what, place) for place in made.cells} == told_here
    assert breakdown.tables.cells.keys() - breakdown.report  # else there is nothing to leave out


def test_the_report_tells_weeks_of_few_firms_as_not_told() -> None:
    weeks = files(report_of(12))["weeks.csv"]
    assert len(weeks) == 13
    assert {row["firms"] for row in weeks} <= {"", "0", "10", "11", "12"}
    assert "" in {row["firms"] for row in weeks}


def test_every_column_and_figure_is_in_the_dictionary() -> None:
    for firms in (30, 300):
        read_back = files(report_of(firms))
        described = {(row["file"], row["column"]) for row in read_back["dictionary.csv"] if row["meaning"].strip()}
        columns = {(name, column) for name, rows in read_back.items() for column in (rows[0] if rows else ())}
        columns -= {one for one in columns if one[0] == "dictionary.csv"}
        figures = {("figures.csv", f"figure: {row['figure']}") for row in read_back["figures.csv"]}
        assert described == columns | figures


def test_names_of_files_and_figures_are_the_same_in_every_language() -> None:
    english, dutch = (files(report_of(30), language) for language in ("en", "nl"))
    assert english.keys() == dutch.keys()
    assert [row["figure"] for row in english["figures.csv"]] == [row["figure"] for row in dutch["figures.csv"]]
    assert english["figures.csv"][0]["words"] != dutch["figures.csv"][0]["words"]


def test_sectors_that_people_typed_are_no_formulas() -> None:
    of = report_of(30)
    wicked = replace(of.tables[0], rows=(("=HYPERLINK(1)",), ("@x", "y")), cells={})
    rows = files(replace(of, tables=[wicked]))["firms_by_sector.csv"]
    assert all(row["group"].startswith("'") for row in rows)


def test_value_in_kind_is_there_only_if_it_was_turned_on() -> None:
    keys = {one.row.key for section in sections(EN, report_of(30, bare=True)) for one in section.rows}
    assert "in_kind" not in keys
    assert value_in_kind(InKind(Decimal("52.50"), "EUR", "x"), 50) == Decimal("43.75")
    page = read(draw_report(EN, report_of(30))).said
    assert "€52.50" in page
    assert "CBS 2025 <i>" in page


def test_of_one_group_only_the_total_is_told() -> None:
    ties = next(grid for grid in grids(EN, report_of(12)) if grid.title == "Ties by sector and sector")
    assert [name for name, _ in ties.rows] == ["All together"]


@pytest.mark.parametrize("firms", [0, 12, 300])
def test_the_table_as_a_picture(firms: int) -> None:
    ties = told(firms, "ties")
    picture = draw_table(EN, ties, FEWEST_IN_HOUSE)
    assert picture == draw_table(EN, ties, FEWEST_IN_HOUSE)
    assert str(ties.total) in picture.alt


def all_made() -> str:
    """A fingerprint of a picture, a page and the files of a report."""
    page = page_of(12)
    made = draw_map(EN, page.shown).png + draw_page(EN, page) + report_files(EN, report_of(12))
    return sha256(made).hexdigest()


def test_another_process_makes_the_same_bytes() -> None:
    """What a digest was is shown again byte for byte, whatever order sets come in there."""
    process = subprocess.run(
        [sys.executable, "-c", "from tests.reports.test_report import all_made; print(all_made())"],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert process.stdout.strip() == all_made()
