"""From what services found to what a command shows: all that is drawn for one answer, in one go of the worker."""

from __future__ import annotations

from datetime import date

from bot.reports.chart import Weeks
from bot.reports.made import MapFiles, ReportFiles
from bot.reports.map import Map
from bot.reports.map_page import MapPage, draw_page
from bot.reports.map_picture import draw_map
from bot.reports.report import Quote, Report
from bot.reports.report_files import report_files
from bot.reports.report_page import draw_report
from bot.reports.report_rows import headline
from bot.reports.ring import ring
from bot.reports.tables import draw_table
from bot.texts import catalogue
from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT
from domain.digests import MapFacts, ReportFacts


def draw_maps(language: str, server: str, facts: MapFacts, made: date) -> MapFiles:
    """Everything that `/digest map` shows; `server` is the name of the server."""
    t = catalogue(language)
    shown = Map(
        now=facts.now,
        before=facts.before,
        names=facts.names,
        sectors=facts.sectors,
        ring=ring(facts.now.nodes, facts.names, facts.sectors, facts.turns),
        until=facts.until,
        earlier=facts.earlier,
    )
    return MapFiles(
        map=draw_map(t, shown),
        table=None if facts.ties is None else draw_table(t, facts.ties, FEWEST_IN_HOUSE),
        page=draw_page(t, MapPage(server, shown, facts.months, facts.ties, made)),
        firms=len(facts.now.nodes),
        ties=len(facts.now.ties),
        new=None if facts.before is None else len(shown.new),
        alone=len(shown.alone),
        turns=shown.ring.firms,
    )


def draw_reports(language: str, server: str, facts: ReportFacts, reader: str) -> ReportFiles:
    """The files in `language`, the headline in that of the `reader`; `server` is the name of the server."""
    t = catalogue(language)
    found = report_of(server, facts)
    figures = tuple((one.label, one.row.shown) for one in headline(catalogue(reader), found))
    return ReportFiles(draw_report(t, found), report_files(t, found), figures)


def report_of(server: str, facts: ReportFacts) -> Report:
    """What the page and the files say."""
    period = facts.period
    figures = period.figures
    return Report(
        community=server,
        quarter=period.quarter,
        figures=figures,
        indices=period.indices,
        activity=period.activity,
        tables=period.tables,
        weeks=Weeks(
            starts=period.weeks,
            took_part=figures.participation,
            ties=figures.ties_by_week,
            firms=figures.took_part.whole,
            k=FEWEST_IN_REPORT,
        ),
        led_on=period.led_on,
        made=facts.made,
        quotes=[Quote(one.text, one.name) for one in facts.quotes],
        in_kind=facts.in_kind,
        until=None if period.complete else facts.made,
    )
