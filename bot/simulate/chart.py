"""The chart of `weft simulate`: how far knowledge reaches, round by round."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator, PercentFormatter


@dataclass(frozen=True, slots=True)
class Line:
    """One curve: the share before the first round and after each, how it looks, and where its label stands.

    The label points at the curve where it passes the share `height`, from `offset` points to its right (negative:
    left), clear of the other curves.
    """

    label: str
    shares: Sequence[float]
    colour: str
    height: float
    offset: int
    dashed: bool = False


def draw_chart(lines: Sequence[Line], title: str, path: Path) -> None:
    """Write the curves, each labelled where it runs, in the format the file's ending names (png, svg, pdf).

    Raises `ValueError` for an unknown ending and `OSError` if the file cannot be written.
    """
    figure = Figure(figsize=(8, 4.8), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    rounds = len(lines[0].shares) - 1
    for line in lines:
        axes.plot(range(rounds + 1), line.shares, color=line.colour, lw=2.2, ls="--" if line.dashed else "-")
        height = min(line.height, line.shares[-1])
        axes.annotate(
            line.label,
            (float(np.interp(height, line.shares, np.arange(rounds + 1))), height),
            xytext=(line.offset, 0),
            textcoords="offset points",
            ha="right" if line.offset < 0 else "left",
            va="center",
            color=line.colour,
            fontsize=11,
            fontweight="bold",
            arrowprops={"arrowstyle": "-", "color": line.colour, "shrinkA": 0, "shrinkB": 0},
            path_effects=[withStroke(linewidth=4, foreground="white")],
        )
    axes.set(xlim=(0, rounds), ylim=(0, 1.02), xlabel="rounds")
    axes.set_title(title, loc="left", fontsize=12)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e5e5e5")
    axes.set_axisbelow(True)
    figure.savefig(path)
