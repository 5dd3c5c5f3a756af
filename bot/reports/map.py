"""The map: firms on a ring, a line for each tie, and what changed since last month.

What it shows is here; `bot.reports.map_picture` draws it for chat, and `bot.reports.map_page` as a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import cos, pi, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from bot.reports.drawing import wrap
from bot.reports.palette import Look, looks
from bot.reports.ring import Ring
from bot.reports.wording import day
from bot.texts import Translator
from domain.evidence import Network, Tie

LONGEST = 11.5  # a name takes no more than so many times the height of its letters
PITCH = 0.86  # how high letters are, of the room that a firm has
_LINE = 1.1  # how much room a line of text takes, in letters
_HEADINGS = (1.7, 1.6, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8)  # sizes to try for the names of sectors, in letters


# No slots: what follows from the fields is worked out once.
@dataclass(frozen=True)
class Map:
    """What the map shows.

    `now` is the network of the 90 days that end on `until` (`domain.periods.lately`), `before` that of the 90 days that
    end on `earlier`, the day of the last month's map: what differs is marked. Without one, `before` is None and nothing
    is. `names`: of every firm in `now`. `sectors`: the community's own, in its order. `ring`: of `now.nodes`.
    """

    now: Network
    before: Network | None
    names: Mapping[int, str]
    sectors: tuple[str, ...]
    ring: Ring
    until: date
    earlier: date

    @cached_property
    def looks(self) -> Mapping[str, Look]:
        return looks(self.sectors, (node.sector for node in self.now.nodes))

    @cached_property
    def sector_of(self) -> Mapping[int, str]:
        return self.now.sectors()

    @cached_property
    def middles(self) -> Mapping[str, float]:
        """The middle of each sector on the ring, in turns."""
        turns: dict[str, list[float]] = {}
        for firm, sector in self.sector_of.items():
            turns.setdefault(sector, []).append(self.ring.firms[firm])
        return {sector: (min(some) + max(some)) / 2 for sector, some in turns.items()}

    @cached_property
    def crowd(self) -> float:
        """How crowded the map is with ties: 0 with few, towards 1 with thousands."""
        return 1 - sqrt(min(1.0, 120 / max(1, len(self.now.ties))))

    @cached_property
    def new(self) -> frozenset[Tie]:
        """Ties that the last map did not have."""
        return frozenset() if self.before is None else frozenset(self.now.ties.keys() - self.before.ties.keys())

    @cached_property
    def gone(self) -> frozenset[Tie]:
        """Ties of the last map that have had no exchange for 90 days, between firms that are still there."""
        there = {node.firm for node in self.now.nodes}
        lost = set() if self.before is None else self.before.ties.keys() - self.now.ties.keys()
        return frozenset(tie for tie in lost if there.issuperset(tie))

    @cached_property
    def joined(self) -> frozenset[int]:
        """Firms that were not on the last map."""
        if self.before is None:
            return frozenset()
        return frozenset({node.firm for node in self.now.nodes} - {node.firm for node in self.before.nodes})

    @cached_property
    def alone(self) -> tuple[int, ...]:
        """Firms without a tie, by name."""
        tied = {firm for tie in self.now.ties for firm in tie}
        return by_name(self.names, (node.firm for node in self.now.nodes if node.firm not in tied))


def by_name(names: Mapping[int, str], firms: Iterable[int]) -> tuple[int, ...]:
    """The firms in the order of their names."""
    return tuple(sorted(firms, key=lambda firm: (names[firm].casefold(), firm)))


def alt(t: Translator, shown: Map) -> str:
    """The map in words: how many firms and ties, what is new, how many firms have none."""
    firms, ties = len(shown.now.nodes), len(shown.now.ties)
    parts = [t.plain("reports.map.alt", firms=firms, ties=ties)]
    if shown.before is not None:
        parts.append(t.plain("reports.map.alt.new", n=len(shown.new), day=day(t, shown.earlier)))
    if shown.alone:
        parts.append(t.plain("reports.map.alt.alone", n=len(shown.alone)))
    return " ".join(parts)


def curve(shown: Map, tie: Tie) -> NDArray[np.float64]:
    """The line of a tie on a ring of radius 1: the four points of a cubic curve, x to the right and y up.

    It bends towards the middle, and in a crowd all lines between two sectors run together (after Holten, "Hierarchical
    edge bundles", 2006): what is to be seen then is how much there is between sectors.
    """
    sector = shown.sector_of
    a, b = tie
    deep = 0.62 if sector[a] == sector[b] else 0.3
    ends = [point(shown.ring.firms[firm]) for firm in tie]
    bends = [
        deep * ((1 - shown.crowd) * end + shown.crowd * point(shown.middles[sector[firm]]))
        for firm, end in zip(tie, ends, strict=True)
    ]
    return np.array([ends[0], *bends, ends[1]])


def point(turn: float) -> NDArray[np.float64]:
    """A place of the ring of radius 1, x to the right and y up."""
    return np.array([sin(2 * pi * turn), cos(2 * pi * turn)])


def headings(names: Mapping[str, str], gap: float, letters: float) -> tuple[float, dict[str, list[str]]]:
    """The names of sectors in lines, and the size that the one which needs most room allows for all.

    `gap` is that of the ring, `letters` the size of the firms' names.
    """
    room = LONGEST * letters
    for times in _HEADINGS:
        size = times * letters
        most = max(1, int((gap - 0.3) / (PITCH * _LINE * times)))
        lines = {sector: wrap(name.split(), size, room, most, bold=True) for sector, name in names.items()}
        if not any(some[-1].endswith("…") for some in lines.values()):
            break
    return size, lines
