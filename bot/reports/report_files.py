"""The report's numbers as files for spreadsheets and programs, and what each column means."""

from collections.abc import Iterator
from datetime import datetime, time

from bot.reports.archive import Record, archive, as_csv
from bot.reports.report import Report
from bot.reports.report_page import draw_report
from bot.reports.report_rows import group_name, period_name, sections
from bot.reports.wording import sectors
from bot.texts import Translator
from domain.breakdowns import FEWEST_IN_REPORT
from domain.evidence import Table


def report_files(t: Translator, of: Report) -> bytes:
    """A ZIP file: the report's page, its figures and tables as CSV, and a dictionary of every file and column.

    Equal reports make equal bytes. A number that is not told is an empty cell, and `told` beside it says "no".
    """
    tables: dict[str, list[Record]] = {"figures": list(_figures(t, of)), "weeks": list(_weeks(of))}
    tables |= {one.what.replace(" ", "_"): list(_rows(t, one)) for one in of.tables}
    folder = f"weft-{of.quarter}"
    readme = t.plain("reports.files.readme", community=of.community, period=period_name(t, of))
    small = t.plain("reports.report.small_text", k=FEWEST_IN_REPORT)
    files = {
        "README.txt": f"{readme}\n\n{t.plain('reports.report.method_text')}\n\n{small}\n".encode(),
        "report.html": draw_report(t, of),
        **{f"{name}.csv": as_csv(rows) for name, rows in tables.items()},
        "dictionary.csv": as_csv(list(_dictionary(t, of, tables))),
    }
    made = datetime.combine(of.made, time())
    return archive({f"{folder}/{name}": content for name, content in files.items()}, made)


def _figures(t: Translator, of: Report) -> Iterator[Record]:
    for section in sections(t, of):
        for one in section.rows:
            row = one.row
            yield {
                "figure": row.key,
                "words": one.label,
                "value": row.number,
                "of": row.of,
                "told": _told(row.number),
            }


def _weeks(of: Report) -> Iterator[Record]:
    weeks = of.weeks
    for start, firms, ties in zip(weeks.starts, weeks.took_part, weeks.ties, strict=True):
        yield {"week": start.isoformat(), "firms": firms, "ties": ties.ties, "ties_across": ties.across}


def _rows(t: Translator, table: Table) -> Iterator[Record]:
    """One row for each number, of ties for each two groups; hours in hours."""
    if table.what == "ties":
        for at, group in enumerate(table.rows):
            for other in table.rows[: at + 1]:
                value = table.value(group, other)
                yield {
                    "group": sectors(t, group),
                    "other_group": sectors(t, other),
                    "ties": value,
                    "told": _told(value),
                }
        return
    for group in table.rows:
        value = table.value(group)
        counted = {"hours": None if value is None else value / 4} if table.what == "hours" else {"firms": value}
        yield {"group": group_name(t, table, group), **counted, "told": _told(value)}


def _told(value: float | None) -> str:
    return "no" if value is None else "yes"


def _dictionary(t: Translator, of: Report, tables: dict[str, list[Record]]) -> Iterator[Record]:
    """What every column means, and every figure."""
    for name, rows in tables.items():
        for column in rows[0] if rows else ():
            yield {"file": f"{name}.csv", "column": column, "meaning": t.plain(f"reports.column.{column}")}
    for section in sections(t, of):
        for one in section.rows:
            yield {"file": "figures.csv", "column": f"figure: {one.row.key}", "meaning": f"{one.label}. {one.note}"}
