"""The attacker: what can be worked out from published tables about the numbers in them that are not told.

It knows every number that is told, which numbers are sums of which, and what everybody knows anyway (no more firms of a
sector can take part than there are). For each number not told it finds the least and the most that it can be, in whole
numbers and exactly, by integer programming: as far as arithmetic goes nobody can find out more.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

#: What a number is: its period, what is counted, and where in the table it stands.
Name = tuple[Hashable, ...]

#: More than any number here: what can be so large has no limit.
NO_LIMIT = 1_000_000
_ROUGHLY = 1e-5


@dataclass(frozen=True, slots=True)
class Sum:
    """One number and the parts that add up to it.

    If they `overlap`, as the firms of four quarters do in their year, then the whole is at least the largest of the
    parts and at most their sum.
    """

    whole: Name
    parts: tuple[Name, ...]
    overlap: bool = False

    def rows(self) -> list[dict[Name, int]]:
        """The same as factors of the numbers, whose sums are 0, or if parts `overlap` not negative."""
        together = dict.fromkeys(self.parts, 1) | {self.whole: -1}
        return [together, *({self.whole: 1, part: -1} for part in self.parts if self.overlap)]

    def holds(self, values: Mapping[Name, int]) -> bool:
        """Whether it is true of the numbers."""
        sums = [sum(factor * values[name] for name, factor in row.items()) for row in self.rows()]
        return min(sums) >= 0 if self.overlap else not any(sums)


@dataclass(frozen=True, slots=True)
class Told:
    """A number as it is published; `value` None is "not told".

    `each` is the most firms that one unit of it can be about: 1 where firms are counted or hours given, 2 for a tie.
    `most` is what everybody knows it cannot exceed; None: nothing is known. `open`: it is told in any case, as a total
    of the whole cluster.
    """

    value: int | None
    each: int = 1
    most: int | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """Everything somebody may have in hand, of one table or of many; the same name is the same number."""

    cells: Mapping[Name, Told]
    sums: tuple[Sum, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most that a number can be, both included; `NO_LIMIT` or more: anything."""

    least: int
    most: int

    @property
    def certain(self) -> bool:
        return self.least == self.most

    def says(self, each: int, k: int, more: "Range") -> bool:
        """Whether it says already what `more` says: the value, or that it is about fewer than k firms."""
        if more.certain:
            return self.certain
        return self.most * each < k or more.most * each >= k


def attack(published: Published, k: int) -> dict[Name, Range]:
    """The numbers not told whose value can be worked out, or that they are about fewer than k firms. Empty: no leak.

    What follows from that alone which is `open`, and what everybody knows, is no leak: when three firms took part in
    all then fewer than five of each sector did. Raises ValueError if what is published contradicts itself.
    """
    found = exposed(published, k)
    if not found:
        return {}
    cells = {name: cell if cell.open else replace(cell, value=None) for name, cell in published.cells.items()}
    before = ranges(Published(cells, published.sums), found)
    return {name: seen for name, seen in found.items() if not before[name].says(published.cells[name].each, k, seen)}


def exposed(published: Published, k: int) -> dict[Name, Range]:
    """All numbers not told whose value is certain, or that they are about fewer than k firms, for whatever reason."""

    def safe(cell: Told, seen: Range) -> bool:
        return not seen.certain and seen.most * cell.each >= k

    found = _explored(published, published.cells, safe)
    return {name: seen for name, seen in found.items() if not safe(published.cells[name], seen)}


def ranges(published: Published, names: Collection[Name] | None = None) -> dict[Name, Range]:
    """What each number not told (of `names`) can be. Raises ValueError if what is published contradicts itself."""
    return _explored(published, published.cells if names is None else names, lambda *_: False)


def equations(sums: Iterable[Sum], names: Collection[Name]) -> csr_array:
    """The sums as a matrix A: A @ x = 0 for x the numbers in the order of `names`, followed by slack (not negative)."""
    at = {name: position for position, name in enumerate(names)}
    width = len(at)
    factors: list[float] = []
    columns: list[int] = []
    ends = [0]
    for one in sums:
        for row in one.rows():
            factors += row.values()
            columns += (at[name] for name in row)
            if one.overlap:
                factors.append(-1)
                columns.append(width)
                width += 1
            ends.append(len(factors))
    return csr_array((factors, columns, ends), shape=(len(ends) - 1, width), dtype=float)


def _explored(
    published: Published, names: Collection[Name], enough: Callable[[Told, Range], bool]
) -> dict[Name, Range]:
    """What those of the numbers that are not told are seen to be, looking no further once that is `enough`."""
    cells = published.cells
    if not cells:
        return {}
    unknown = {name: at for at, (name, cell) in enumerate(cells.items()) if name in names and cell.value is None}
    tables = _Tables.of(published)
    least = most = tables.find(0, 0)
    for name, at in unknown.items():
        for sign in (-1, 1):  # first the most, then the least
            if not enough(cells[name], Range(int(least[at]), int(most[at]))):
                # Each table found shows something of all the numbers.
                found = tables.find(at, sign)
                least, most = np.minimum(least, found), np.maximum(most, found)
    return {name: Range(int(least[at]), int(most[at])) for name, at in unknown.items()}


@dataclass(frozen=True, slots=True)
class _Tables:
    """All the tables there may be behind what is published: of whole numbers, within bounds, with the right sums."""

    bounds: Bounds
    sums: LinearConstraint | None
    size: int

    @classmethod
    def of(cls, published: Published) -> "_Tables":
        matrix = equations(published.sums, published.cells)
        size = matrix.shape[1]
        low, high = np.zeros(size), np.full(size, float(NO_LIMIT))
        for at, cell in enumerate(published.cells.values()):
            if cell.value is not None:
                low[at] = high[at] = cell.value
            elif cell.most is not None:
                high[at] = cell.most
        return cls(Bounds(low, high), LinearConstraint(matrix, 0, 0) if matrix.shape[0] else None, size)

    def find(self, at: int, sign: int) -> NDArray[np.int64]:
        """Such a table, the one where `sign` × the number at this position is least."""
        goal = np.zeros(self.size)
        goal[at] = sign
        found = milp(goal, bounds=self.bounds, constraints=self.sums)
        if found.x is not None and np.abs(found.x - np.rint(found.x)).max() > _ROUGHLY:
            # Most often whole numbers come of themselves, and much sooner.
            found = milp(goal, integrality=np.ones(self.size, dtype=int), bounds=self.bounds, constraints=self.sums)
        if found.x is None:
            raise ValueError("the published numbers contradict each other")
        return np.rint(found.x).astype(np.int64)
