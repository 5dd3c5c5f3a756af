"""Every swap there could be: cycles of legs in which each member teaches the next."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]


class TooMany(Exception):  # noqa: N818 - not an error: there is another way
    """There are more cycles than asked for."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Legs among `size` members numbered from 0; two may run between the same two."""

    size: int
    teacher: Places
    learner: Places


def cycles(
    graph: Graph, longest: int, most: int, starts: int | None = None, never: Collection[tuple[int, int]] = ()
) -> list[Places]:
    """The cycles of 2, 3 … `longest` legs, each an array of cycles × legs (positions) from its lowest member on.

    With `starts`, only those with one of the first so many members. In none do two legs follow each other that are
    together in `never`. Raises `TooMany` if there may be more than `most`.

    A cycle is put together of two halves that meet: the way from its lowest member, and the way back.
    """
    starts = graph.size if starts is None else starts
    there, back = _Ways.out(graph, starts), _Ways.back(graph, starts)
    forth, home = [there.first()], [back.first()]
    found: list[Places] = []
    for length in range(2, longest + 1):
        one, other = (length + 1) // 2, length // 2
        if len(forth) < one:
            forth.append(there.longer(forth[-1], 4 * most))
        if len(home) < other:
            home.append(back.longer(home[-1], 4 * most))
        found.append(_closed(graph, forth[one - 1], home[other - 1][:, ::-1], most - sum(map(len, found))))
    return [_without(some, graph, never) for some in found]


@dataclass(frozen=True, slots=True)
class _Ways:
    """Ways along legs (or back along them) that never come to a lower member than where they began, nor twice to one.

    A way is a row of legs, the first one first.
    """

    come: Places  # where each leg comes from, in the direction taken
    go: Places
    order: Places  # the legs by where they come from
    begin: Places  # where those of each member begin in this order
    starts: int

    @classmethod
    def out(cls, graph: Graph, starts: int) -> "_Ways":
        return cls._of(graph.teacher, graph.learner, graph.size, starts)

    @classmethod
    def back(cls, graph: Graph, starts: int) -> "_Ways":
        return cls._of(graph.learner, graph.teacher, graph.size, starts)

    @classmethod
    def _of(cls, come: Places, go: Places, size: int, starts: int) -> "_Ways":
        order = np.argsort(come, kind="stable")
        return cls(come, go, order, np.searchsorted(come[order], np.arange(size + 1)), starts)

    def first(self) -> Places:
        return np.flatnonzero((self.come < self.starts) & (self.go > self.come))[:, np.newaxis]

    def longer(self, ways: Places, most: int) -> Places:
        """Each way with each leg that leads on. Raises `TooMany`."""
        end = self.go[ways[:, -1]]
        which, step = _each(self.begin[end], self.begin[end + 1], most)
        leg = self.order[step]
        to = self.go[leg]
        fits = to > self.come[ways[which, 0]]
        for at in range(ways.shape[1]):
            fits &= to != self.go[ways[which, at]]
        return np.column_stack([ways[which[fits]], leg[fits]])


def _each(begin: Places, end: Places, most: int) -> tuple[Places, Places]:
    """Every number from `begin` to before `end` of each place: the places, and the numbers."""
    counts = end - begin
    total = int(counts.sum())
    if total > most:
        raise TooMany
    which = np.arange(len(begin)).repeat(counts)
    return which, np.arange(total) - (counts.cumsum() - counts - begin).repeat(counts)


def _closed(graph: Graph, forth: Places, home: Places, most: int) -> Places:
    """The ways there and the ways home put together where they meet, if they have nobody else in common."""

    def key(lowest: Places, middle: Places) -> Places:
        return lowest * graph.size + middle

    keys = key(graph.learner[home[:, -1]], graph.teacher[home[:, 0]])
    order = np.argsort(keys, kind="stable")
    meets = key(graph.teacher[forth[:, 0]], graph.learner[forth[:, -1]])
    begin = np.searchsorted(keys[order], meets, side="left")
    end = np.searchsorted(keys[order], meets, side="right")
    which, at = _each(begin, end, most)
    other = order[at]
    fits = np.ones(len(which), dtype=bool)
    for one in range(forth.shape[1] - 1):
        for two in range(1, home.shape[1]):
            fits &= graph.learner[forth[which, one]] != graph.teacher[home[other, two]]
    return np.column_stack([forth[which[fits]], home[other[fits]]])


def _without(some: Places, graph: Graph, never: Collection[tuple[int, int]]) -> Places:
    if not never:
        return some
    legs = len(graph.teacher)
    following = some * legs + np.roll(some, -1, axis=1)
    return some[~np.isin(following, [one * legs + other for one, other in never]).any(axis=1)]
