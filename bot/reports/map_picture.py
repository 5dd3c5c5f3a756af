"""The map as a picture for chat: names all around, so that none lies over another or over a line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import comb, pi

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from bot.reports.drawing import (
    FAINT,
    INK,
    PAPER,
    blank,
    drawable,
    fit,
    font,
    small_png,
    width,
    wrap,
    write,
)
from bot.reports.made import Picture
from bot.reports.map import LONGEST, PITCH, Map, alt, by_name, curve, headings, point
from bot.reports.palette import Look, blend
from bot.reports.wording import day, short_day
from bot.texts import Translator
from domain.evidence import Tie
from domain.measures import Node

HEAD, LINE_HIGH = 132, 44
MARGIN = 26
OLD_TIE, NEW_TIE = "#9aa5b1", "#1d3557"
_MARKERS = {"circle": "o", "square": "s", "triangle": "^", "diamond": "D"}
_SMALLEST, _LARGEST = 600, 2000  # pixels from the middle to the edge
_FONT = 30.0  # at most
_FEW_GONE = 60  # of lines that are no more, more than this would hide those there are
_ALONG = np.linspace(0, 1, 28)[:, None]
#: What each of the four points of a cubic curve weighs, along it.
_BERNSTEIN = np.hstack([comb(3, k) * _ALONG**k * (1 - _ALONG) ** (3 - k) for k in range(4)])


def draw_map(t: Translator, shown: Map) -> Picture:
    """The map as a picture. Equal maps make equal bytes."""
    labels, numbered = _labels(shown)
    canvas = _Canvas.of(shown, labels, t)
    figure = blank(canvas.wide, canvas.high)
    _head(figure, t, shown, canvas)
    _ties(figure, shown, canvas)
    _sectors(figure, t, shown, canvas)
    for node in shown.now.nodes:
        _firm(figure, canvas, shown, node, labels[node.firm])
    _foot(figure, t, shown, canvas, labels)
    return Picture(small_png(figure), alt(t, shown), numbered)


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Sizes in pixels: the whole, the middle of the ring, its radius, the letters, and the most a dot may take."""

    wide: float
    high: float
    middle: NDArray[np.float64]
    radius: float
    letters: float
    dot: float

    @classmethod
    def of(cls, shown: Map, labels: Mapping[int, str], t: Translator) -> "_Canvas":
        """As large as it takes for names that can be read: 24 pixels high in a small one, at least 12 in a large."""
        texts = [*labels.values(), *(t.sector(one) for one in shown.ring.sectors)]
        longest = min(LONGEST, max((width(one, 100, bold=True) / 100 for one in texts), default=1.0))
        each = PITCH * 2 * pi * shown.ring.spacing
        for half in range(_SMALLEST, _LARGEST, 20):
            room = half - MARGIN
            letters = min(_FONT, each * room / (1 + each * (longest + 1.2)))
            if letters >= max(12.0, 24 - (half - _SMALLEST) * 0.024):
                break
        radius = min(room - letters * (longest + 1.2), (0.84 if len(labels) > 20 else 0.7) * half)
        lines = 2 + bool(shown.joined) + bool(shown.alone) + len(_alone(shown, labels, 2 * half))
        foot = lines * LINE_HIGH + 10
        return cls(
            wide=2 * half,
            high=2 * half + HEAD + foot,
            middle=np.array([half, half + foot]),
            radius=radius,
            letters=letters,
            dot=min(34.0, 2 * pi * radius * shown.ring.spacing),
        )

    def at(self, turn: float, out: float = 0) -> NDArray[np.float64]:
        place: NDArray[np.float64] = self.middle + point(turn) * (self.radius + out)
        return place


def _labels(shown: Map) -> tuple[dict[int, str], dict[int, str]]:
    """What stands beside each firm, and the whole names of those whose names cannot be drawn, by number."""
    labels: dict[int, str] = {}
    numbered: dict[int, str] = {}
    for firm in by_name(shown.names, (node.firm for node in shown.now.nodes)):
        name = drawable(shown.names[firm], bold=firm in shown.joined)
        if not name:
            numbered[len(numbered) + 1] = shown.names[firm]
            name = f"№ {len(numbered)}"
        labels[firm] = f"✚ {name}" if firm in shown.joined else name
    return labels, numbered


def _head(figure: Figure, t: Translator, shown: Map, canvas: _Canvas) -> None:
    room = canvas.wide - 2 * 40
    write(figure, 40, canvas.high - 66, fit(t.plain("reports.map.title"), 38, room, bold=True), 38, bold=True)
    text = t.plain(
        "reports.map.subtitle", until=day(t, shown.until), firms=len(shown.now.nodes), ties=len(shown.now.ties)
    )
    write(figure, 40, canvas.high - 110, fit(text, 28, room), 28, colour=FAINT)


def _ties(figure: Figure, shown: Map, canvas: _Canvas) -> None:
    """Those that are no more dotted, if that hides nothing; in a crowd each line is thinner and paler."""
    if len(shown.gone) <= _FEW_GONE:
        _lines(figure, shown, canvas, shown.gone, OLD_TIE, 0.8, dotted=True)
    _lines(figure, shown, canvas, shown.now.ties.keys() - shown.new, OLD_TIE, 0.8 - 0.35 * shown.crowd)
    _lines(figure, shown, canvas, shown.new, NEW_TIE, 0.85 - 0.5 * shown.crowd)


def _lines(
    figure: Figure,
    shown: Map,
    canvas: _Canvas,
    ties: Collection[Tie],
    colour: str,
    alpha: float,
    *,
    dotted: bool = False,
) -> None:
    some = sorted(ties)
    curves = [canvas.middle + canvas.radius * (_BERNSTEIN @ curve(shown, tie)) for tie in some]
    wide = [(2.5 - 1.6 * shown.crowd) * shown.now.ties.get(tie, 1) ** 0.6 for tie in some]
    figure.add_artist(
        LineCollection(
            curves,
            linewidths=wide,
            colors=colour,
            alpha=alpha,
            linestyles=":" if dotted else "-",
            capstyle="round",
            transform=IdentityTransform(),
        )
    )


def _sectors(figure: Figure, t: Translator, shown: Map, canvas: _Canvas) -> None:
    names = {sector: drawable(t.sector(sector), bold=True) or "·" for sector in shown.ring.sectors}
    size, lines = headings(names, shown.ring.gap, canvas.letters)
    for sector, turn in shown.ring.sectors.items():
        _radial(figure, canvas, turn, "\n".join(lines[sector]), shown.looks[sector].text, size, bold=True)


def _firm(figure: Figure, canvas: _Canvas, shown: Map, node: Node, label: str) -> None:
    alone, new = node.firm in shown.alone, node.firm in shown.joined
    turn = shown.ring.firms[node.firm]
    figure.add_artist(_dot(canvas.at(turn), _dot_size(canvas.dot, node.size), shown.looks[node.sector], hollow=alone))
    name = fit(label, canvas.letters, LONGEST * canvas.letters, bold=new)
    _radial(figure, canvas, turn, name, FAINT if alone else INK, canvas.letters, bold=new)


def _dot_size(most: float, people: int) -> float:
    """The wider, the more people of the firm have joined: its area grows with them up to ten."""
    return float(most * (0.55 + 0.35 * min(1, (people - 1) / 9) ** 0.5))


def _dot(at: NDArray[np.float64], size: float, look: Look, *, hollow: bool = False) -> Line2D:
    dark = blend(look.colour, INK, 0.35)
    return Line2D(
        [at[0]],
        [at[1]],
        marker=_MARKERS[look.shape],
        markersize=size * (0.9 if look.shape in {"square", "diamond"} else 1),
        markerfacecolor=PAPER if hollow else look.colour,
        markeredgecolor=dark,
        markeredgewidth=max(1.0, size * 0.09),
        linestyle="",
        transform=IdentityTransform(),
        zorder=3,
    )


def _radial(
    figure: Figure, canvas: _Canvas, turn: float, text: str, colour: str, size: float, *, bold: bool = False
) -> None:
    """A name that points away from the middle, never upside down."""
    left = turn > 0.5
    x, y = canvas.at(turn, canvas.dot * 0.6 + canvas.letters * 0.35)
    figure.text(
        x,
        y,
        text,
        rotation=(270 if left else 90) - 360 * turn,
        rotation_mode="anchor",
        ha="right" if left else "left",
        va="center" if "\n" in text else "center_baseline",
        linespacing=1.0,
        multialignment="right" if left else "left",
        fontproperties=font(size, bold=bold),
        color=colour,
        transform=IdentityTransform(),
        parse_math=False,
    )


def _foot(figure: Figure, t: Translator, shown: Map, canvas: _Canvas, labels: Mapping[int, str]) -> None:
    """What lines and dots mean, what changed, and the firms without a tie, from below."""
    y = 26.0
    room = canvas.wide - 80
    if shown.alone:
        for line in reversed(_alone(shown, labels, canvas.wide)):
            write(figure, 40, y, line, 26, colour=FAINT)
            y += LINE_HIGH - 6
        write(figure, 40, y, t.plain("reports.map.alone", n=len(shown.alone)), 26, bold=True)
        y += LINE_HIGH
    write(figure, 40, y, fit(t.plain("reports.map.dots"), 26, room), 26, colour=FAINT)
    y += LINE_HIGH
    x = 40.0
    since = short_day(t, shown.earlier)
    if shown.before is not None:
        x = _key(figure, x, y, t.plain("reports.map.new", n=len(shown.new), day=since), NEW_TIE)
    before = len(shown.now.ties) - len(shown.new)
    which = "reports.map.every" if shown.before is None else "reports.map.had"
    x = _key(figure, x, y, t.plain(which, n=before), OLD_TIE)
    if shown.gone:
        dotted = len(shown.gone) <= _FEW_GONE
        _key(figure, x, y, t.plain("reports.map.gone", n=len(shown.gone)), OLD_TIE if dotted else None, dotted=dotted)
    if shown.joined:
        text = t.plain("reports.map.joined", n=len(shown.joined), day=since)
        write(figure, 40, y + LINE_HIGH, fit(text, 26, room), 26, colour=FAINT)


def _alone(shown: Map, labels: Mapping[int, str], wide: float) -> list[str]:
    return wrap([labels[firm] for firm in shown.alone], 26, wide - 80, 4, between=" · ")


def _key(figure: Figure, x: float, y: float, text: str, colour: str | None, *, dotted: bool = False) -> float:
    """A piece of line and what it means; where the next one may start."""
    if colour:
        figure.add_artist(
            Line2D(
                [x, x + 46],
                [y + 9, y + 9],
                color=colour,
                linewidth=5,
                linestyle=":" if dotted else "-",
                transform=IdentityTransform(),
            )
        )
        x += 58
    return write(figure, x, y, text, 26, colour=FAINT) + 36
