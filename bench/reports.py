"""How fast pictures, pages and files are made of figures that are worked out.

Yardstick, in the same run: matplotlib drawing an empty pair of axes of that size into a PNG. To reach, for a year of
300 members: a map in 3 s, a report in 5 s, with the reading of the log (`bench.measures`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from statistics import median
from time import perf_counter

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.reports.chart import HIGH, WIDE, draw_chart
from bot.reports.map_page import draw_page
from bot.reports.map_picture import draw_map
from bot.reports.report_files import report_files
from bot.reports.report_page import draw_report
from bot.reports.ring import moved, ring
from bot.reports.tables import draw_table
from bot.texts import catalogue
from domain.breakdowns import FEWEST_IN_HOUSE
from tests.reports.sample import MONTH, NOW, cluster, page_of, report_of, told, weeks_of

FIRMS = (12, 30, 120, 300)


def usually(deed: Callable[[], object], times: int = 5) -> float:
    deed()
    taken = []
    for _ in range(times):
        start = perf_counter()
        deed()
        taken.append(perf_counter() - start)
    return median(taken)


def empty_axes() -> bytes:
    figure = Figure(figsize=(WIDE / 72, HIGH / 72), dpi=72)
    FigureCanvasAgg(figure)
    figure.subplots(2)
    written = BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def times() -> None:
    yard = usually(empty_axes)
    print(f"In seconds, and as a multiple of drawing two empty axes ({yard * 1000:.0f} ms); sizes in kB")
    t = catalogue("en")
    for firms in FIRMS:
        weeks, page, report, ties = (
            weeks_of(cluster(firms)),
            page_of(firms),
            report_of(firms),
            told(firms, "ties"),
        )
        deeds = {
            "chart": partial(draw_chart, t, weeks),
            "map": partial(draw_map, t, page.shown),
            "table": partial(draw_table, t, ties, FEWEST_IN_HOUSE),
            "map's page": partial(draw_page, t, page),
            "report": partial(draw_report, t, report),
            "report's files": partial(report_files, t, report),
        }
        print(f"  {firms} firms, {len(page.shown.now.ties)} ties")
        for name, deed in deeds.items():
            taken = usually(deed, 3)
            made = deed()
            size = len(made if isinstance(made, bytes) else made.png) / 1000
            print(f"    {name:15} {taken:6.2f} s = {taken / yard:5.1f} ×, {size:6.0f} kB", flush=True)


def movement() -> None:
    print("How far firms that stay move on the map from one month to the next, in degrees; yardstick: an even ring")
    for firms in FIRMS:
        some = cluster(firms)
        earlier, now = (some.network(end).nodes for end in (NOW - MONTH, NOW))
        before = ring(earlier, some.names, some.sectors)
        kept, even = (
            moved(before.firms, ring(now, some.names, some.sectors, start).firms) for start in (before.firms, None)
        )
        middle, yard = (360 * sum(one.values()) / len(one) for one in (kept, even))
        print(
            f"  {firms:3} firms, {len(now) - len(earlier)} join: {middle:.2f} on average "
            f"({360 * max(kept.values()):.1f} at most) = {middle / yard:.2f} × {yard:.2f}"
        )


def main() -> None:
    times()
    movement()


if __name__ == "__main__":
    main()
