"""Breakdowns as tables: only what is told of them, so that nothing else can get into a picture, a page or a file."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from bot.reports.drawing import FAINT, INK, LINE, PAPER, blank, drawable, fit, png, width, wrap, write
from bot.reports.made import Picture
from bot.reports.palette import blend
from bot.reports.wording import sectors
from bot.texts import Translator
from domain.evidence import Group, Table

UNTOLD = "–"
_MANY = "#0072b2"
_EDGE, _CELL, _TEXT = 40, 64, 24


def draw_table(t: Translator, ties: Table, k: int) -> Picture:
    """Ties by sector and sector as a picture: the map's companion. `ties` is a table of "ties", told at k firms."""
    labels = [_wrapped(t, group) for group in ties.rows]
    heights = [max(_CELL, 30.0 * len(lines) + 12) for lines in labels]
    label = max((width(line, _TEXT) for lines in labels for line in lines), default=0.0) + 70
    wide = max(1000.0, 2 * _EDGE + label + _CELL * len(labels))
    figure = blank(wide, high := 300 + sum(heights))
    room = wide - 2 * _EDGE
    write(figure, _EDGE, high - 66, fit(t.plain("reports.table.title"), 34, room, bold=True), 34, bold=True)
    text = t.plain("reports.table.subtitle", period=period(t, ties.period))
    write(figure, _EDGE, high - 106, fit(text, _TEXT, room), _TEXT, colour=FAINT)
    y = high - 190
    told = [ties.value(a, b) for a in ties.rows for b in ties.rows]
    most = max((value for value in told if value is not None), default=0)
    for row, (group, lines, height) in enumerate(zip(ties.rows, labels, heights, strict=True)):
        x = _EDGE + label
        write(figure, x + _CELL * (row + 0.5), high - 174, _letter(row), _TEXT, bold=True, ha="center")
        y -= height
        write(figure, x - 14, y + height / 2 - 9, _letter(row), _TEXT, bold=True, ha="right")
        for at, line in enumerate(lines):
            write(figure, _EDGE, y + height / 2 - 9 + 30 * ((len(lines) - 1) / 2 - at), line, _TEXT)
        for column in range(row + 1):
            _cell(figure, (x + _CELL * column, y, _CELL, height), ties.value(group, ties.rows[column]), most)
    for at, line in enumerate(_notes(t, ties, k)):
        write(figure, _EDGE, 66 - 34 * at, fit(line, _TEXT - 2, room), _TEXT - 2, colour=FAINT)
    return Picture(png(figure), table_alt(t, ties))


def table_alt(t: Translator, ties: Table) -> str:
    """The table in words: of how many ties, and that numbers about few firms are left out."""
    return t.plain("reports.table.alt", period=period(t, ties.period), n=ties.total or 0)


def period(t: Translator, name: str) -> str:
    """ "2026Q4" as people say it: "the fourth quarter of 2026" is too long for a heading, "2026, quarter 4" is not."""
    year, _, quarter = name.partition("Q")
    return t.plain("reports.quarter", year=year, quarter=quarter) if quarter else year


def _notes(t: Translator, ties: Table, k: int) -> list[str]:
    total = t.plain("reports.table.total", n=ties.total or 0)
    untold = any(ties.value(a, b) is None for a in ties.rows for b in ties.rows)
    return [total, t.plain("reports.table.untold", k=k)] if untold else [total]


def _letter(row: int) -> str:
    return chr(ord("A") + row % 26)


def _wrapped(t: Translator, group: Group) -> list[str]:
    return wrap((drawable(sectors(t, group)) or UNTOLD).split(), _TEXT, 420, 6)


def _cell(figure: Figure, box: tuple[float, float, float, float], value: int | None, most: int) -> None:
    """One number on a ground that is the darker, the larger it is."""
    x, y, wide, high = box
    strength = 0.0 if value is None or not most else (value / most) ** 0.7
    colour = LINE if value is None else blend("#ffffff", _MANY, strength)
    figure.add_artist(
        Rectangle((x, y), wide, high, facecolor=colour, edgecolor=PAPER, linewidth=4, transform=IdentityTransform())
    )
    text = UNTOLD if value is None else str(value)
    ink = FAINT if value is None else PAPER if strength > 0.55 else INK
    write(figure, x + wide / 2, y + high / 2 - 9, text, 24, colour=ink, ha="center", bold=value is not None)
