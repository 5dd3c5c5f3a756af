"""The map as a page: to move about in, by mouse, finger or keyboard, month by month; also to be read out and printed.

One file that works without a network. The map is drawn here, so it is there without a script, too; the page's script
(`templates/map.js`) only moves it, picks firms out and counts the ties of one month.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, pi, sin

from bot.reports.map import Map, alt, by_name, curve, headings
from bot.reports.pages import data, page
from bot.reports.palette import Look
from bot.reports.tables import UNTOLD, period
from bot.reports.wording import day, month_of_year, sectors, short_day
from bot.texts import Translator, clip
from domain.breakdowns import FEWEST_IN_HOUSE
from domain.digests import MonthOfTies
from domain.evidence import Table
from domain.measures import Node

RADIUS = 400
_NAME = 24  # characters beside a dot; the whole name is in the list and shown for the chosen firm


@dataclass(frozen=True, slots=True)
class MapPage:
    """What the page shows: the map, up to twelve months of ties, and the table of "ties" (None: there is none yet).

    `community` is the name of the server, `made` the day of the page. The table is the last quarter's, in the house.
    Ties of firms that are not on the map are left out.
    """

    community: str
    shown: Map
    months: Sequence[MonthOfTies]
    ties: Table | None
    made: date


def draw_page(t: Translator, of: MapPage) -> bytes:
    """The page in UTF-8. Equal pages make equal bytes."""
    shown = of.shown
    nodes = {node.firm: node for node in shown.now.nodes}
    firms = by_name(shown.names, nodes)
    at = {firm: place for place, firm in enumerate(firms)}
    ties = _ties(of, at)
    partners = _partners(shown, firms)
    letters = _letters(shown)
    heading, lines = headings({one: t.sector(one) for one in shown.ring.sectors}, shown.ring.gap, letters)
    longest = max((len(clip(shown.names[firm], _NAME)) for firm in firms), default=0)
    half = round(RADIUS + max(longest, 16) * 0.54 * letters + 30)
    written = page(
        "map",
        language=t.language,
        community=of.community,
        half=half,
        letters=letters,
        heading=round(heading, 2),
        crowd=shown.crowd,
        alt=alt(t, shown),
        texts=_texts(t, of),
        sectors=[
            {"lines": lines[sector], **_name_at(turn, RADIUS + letters)} for sector, turn in shown.ring.sectors.items()
        ],
        firms=[_firm(t, shown, nodes[firm], partners[firm], letters) for firm in firms],
        ties=ties,
        thin=_thin(shown),
        months=[month_of_year(t, one.first) for one in of.months],
        table=None if of.ties is None else _table(t, of.ties),
        data=data(_data(t, of, ties)),
    )
    return written.encode()


def _thin(shown: Map) -> float:
    """How wide the line of a single exchange is."""
    return round(1.5 - shown.crowd, 2)


def _letters(shown: Map) -> float:
    return round(min(26.0, 0.86 * 2 * pi * RADIUS * shown.ring.spacing), 2)


def _texts(t: Translator, of: MapPage) -> dict[str, str]:
    """Everything the page itself says."""
    shown = of.shown
    n, alone = len(shown.now.nodes), len(shown.alone)
    return {
        "title": t.plain("reports.map.title"),
        "subtitle": t.plain("reports.map.subtitle", until=day(t, shown.until), firms=n, ties=len(shown.now.ties)),
        "changes": _changes(t, shown),
        "window": t.plain("reports.page.window"),
        "month": t.plain("reports.page.month"),
        "find": t.plain("reports.page.find"),
        "zoom_in": t.plain("reports.page.zoom_in"),
        "zoom_out": t.plain("reports.page.zoom_out"),
        "whole": t.plain("reports.page.whole"),
        "keyboard": t.plain("reports.page.keys"),
        "choose": t.plain("reports.page.choose"),
        "new": t.plain("reports.page.new"),
        "had": t.plain("reports.page.had"),
        "dots": t.plain("reports.map.dots"),
        "alone": t.plain("reports.map.alone", n=alone) if alone else "",
        "alone_names": t.list([shown.names[firm] for firm in shown.alone]),
        "firms": t.plain("reports.page.firms"),
        "firm": t.plain("reports.page.firm"),
        "sector": t.plain("reports.page.sector"),
        "partners": t.plain("reports.page.partners"),
        "no_script": t.plain("reports.page.no_script"),
        "made": t.plain("reports.page.made", day=day(t, of.made)),
    }


def _changes(t: Translator, shown: Map) -> str:
    if shown.before is None:
        return ""
    since = short_day(t, shown.earlier)
    parts = [t.plain("reports.map.new", n=len(shown.new), day=since)]
    if shown.gone:
        parts.append(t.plain("reports.map.gone", n=len(shown.gone)))
    if shown.joined:
        parts.append(t.plain("reports.map.joined", n=len(shown.joined), day=since))
    return " · ".join(parts)


def _partners(shown: Map, firms: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """With whom each firm has ties, by name, and how many exchanges."""
    found: dict[int, list[tuple[int, int]]] = {firm: [] for firm in firms}
    for (a, b), times in shown.now.ties.items():
        found[a].append((b, times))
        found[b].append((a, times))
    place = {firm: at for at, firm in enumerate(firms)}
    return {
        firm: [(shown.names[other], times) for other, times in sorted(some, key=lambda one: place[one[0]])]
        for firm, some in found.items()
    }


def _ties(of: MapPage, at: Mapping[int, int]) -> list[dict[str, object]]:
    """The line of every tie of the window or of a month: hidden if it is only of a month."""
    shown = of.shown
    every = {tie for tie in shown.now.ties if at.keys() >= set(tie)}
    every |= {tie for one in of.months for tie in one.ties if at.keys() >= set(tie)}
    lines: list[dict[str, object]] = []
    for tie in sorted(every):
        a, c1, c2, b = (f"{RADIUS * x:.1f} {-RADIUS * y:.1f}" for x, y in curve(shown, tie))
        lines.append(
            {
                "path": f"M{a}C{c1} {c2} {b}",
                "ends": (at[tie[0]], at[tie[1]]),
                "times": shown.now.ties.get(tie, 0),
                "new": tie in shown.new,
                "months": [one.ties.get(tie, 0) for one in of.months],
            }
        )
    return lines


def _place(turn: float, out: float) -> tuple[float, float]:
    return round(out * sin(2 * pi * turn), 1), round(-out * cos(2 * pi * turn), 1)


def _name_at(turn: float, out: float) -> dict[str, object]:
    """Where a name starts (or, on the left, ends) and how it is turned."""
    x, y = _place(turn, out)
    left = turn > 0.5
    turned = round(360 * turn + (90 if left else -90), 2)
    return {"place": f"translate({x} {y}) rotate({turned})", "anchor": "end" if left else "start"}


def _firm(
    t: Translator, shown: Map, node: Node, partners: Sequence[tuple[str, int]], letters: float
) -> dict[str, object]:
    name, sector = shown.names[node.firm], t.sector(node.sector)
    turn = shown.ring.firms[node.firm]
    x, y = _place(turn, RADIUS)
    size = round(letters * (0.42 + 0.1 * min(1, (node.size - 1) / 9)), 2)
    look: Look = shown.looks[node.sector]
    return {
        "name": name,
        "short": clip(name, _NAME),
        "sector": sector,
        "new": node.firm in shown.joined,
        "alone": not partners,
        "x": x,
        "y": y,
        "size": size,
        "colour": look.colour,
        "shape": look.shape,
        "partners": [(other, f" ({times})" if times > 1 else "") for other, times in partners],
        "said": t.plain("reports.page.said", firm=name, sector=sector, n=len(partners)),
        "at": _name_at(turn, RADIUS + letters),
    }


def _table(t: Translator, ties: Table) -> dict[str, object]:
    """The sector by sector table: its rows with as many cells as there are rows so far."""
    return {
        "title": t.plain("reports.table.title"),
        "subtitle": t.plain("reports.table.subtitle", period=period(t, ties.period)),
        "total": t.plain("reports.table.total", n=ties.total or 0),
        "untold": t.plain("reports.table.untold", k=FEWEST_IN_HOUSE),
        "rows": [
            (sectors(t, group), [_told(ties.value(group, other)) for other in ties.rows[: row + 1]])
            for row, group in enumerate(ties.rows)
        ],
    }


def _told(value: int | None) -> str:
    return UNTOLD if value is None else str(value)


def _data(t: Translator, of: MapPage, ties: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """What the script is told: the ends of each line and its exchanges in the window and month by month."""
    return {
        "ties": [[*_ends(tie), tie["times"], tie["months"]] for tie in ties],
        "words": {
            "none": t.plain("reports.page.none"),
            "exchanges": t.plain("reports.page.exchanges"),
        },
        "thin": _thin(of.shown),
    }


def _ends(tie: Mapping[str, object]) -> tuple[int, int]:
    ends = tie["ends"]
    assert isinstance(ends, tuple)
    return ends[0], ends[1]
