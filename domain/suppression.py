"""Which numbers of a table are not told, so that none is about fewer than k firms and none such can be worked out.

First whatever is about too few firms is left out, none included: that nobody in a sector took part says something of
each firm there. Then, where a number left out could be worked out from the others, so are others: the fewest that will
do, found by integer programming (Fischetti & Salazar, "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47, 2001). `domain.attack` has the last word on the result.

What this does not keep secret: that at least one of the numbers left out is small, for else nothing would be left out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from domain.attack import NO_LIMIT, Name, Published, Sum, Told, equations, exposed
from domain.secondary import Cut, Puzzle, Target


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of a table, and how many firms it is about (where firms are counted, itself).

    `each` and `most` as in `domain.attack.Told`. `open`: a total of the whole cluster, told however small. `secret`:
    never told itself, as a part that only makes up something told.
    """

    value: int
    firms: int
    each: int = 1
    most: int | None = None
    open: bool = False
    secret: bool = False

    def small(self, k: int) -> bool:
        """Whether it is about too few firms to be told. 0 is, too, unless it cannot be anything else."""
        return self.firms < k and self.most != 0

    def amiss(self, k: int) -> int:
        """By how much more than it is it must seem possible, for all that can be worked out: up to k firms.

        And by a quarter at least: a sum of hours is as good as known if it is nearly known.
        """
        return max(ceil(k / self.each) - self.value, ceil(self.value / 4), 1)


@dataclass(frozen=True, slots=True)
class Tables:
    """Numbers, of one table or of many, and which are the sums of which. A sum must be true of the numbers."""

    cells: Mapping[Name, Cell]
    sums: tuple[Sum, ...] = ()

    def __post_init__(self) -> None:
        strange = [name for name, cell in self.cells.items() if cell.firms > cell.value * cell.each]
        if strange:
            raise ValueError(f"these are about more firms than they can be: {strange}")
        values = {name: cell.value for name, cell in self.cells.items()}
        wrong = [one.whole for one in self.sums if not one.holds(values)]
        if wrong:
            raise ValueError(f"these are not the sums of their parts: {wrong}")


def publish(tables: Tables, hidden: Collection[Name]) -> Published:
    """The tables as they are told, without the values of the numbers in `hidden`."""
    cells = {
        name: Told(None if name in hidden else cell.value, cell.each, cell.most, cell.open)
        for name, cell in tables.cells.items()
    }
    return Published(cells, tables.sums)


def protect(tables: Tables, k: int, *, told: Collection[Name] = (), untold: Collection[Name] = ()) -> frozenset[Name]:
    """The numbers to leave out, so that `attack` finds nothing: as few as possible, and rather the smaller ones.

    `told` have been told before and cannot be taken back; `untold` are not to be told, whatever else. What follows from
    the open numbers and those told before is no secret any more: if it is small it is left out, but not covered.
    """
    cells = tables.cells
    given = {name for name, cell in cells.items() if cell.open or name in told}
    small = {name for name, cell in cells.items() if cell.small(k)} - given
    before = exposed(publish(tables, cells.keys() - given), k)
    secrets = small - {name for name, seen in before.items() if seen.certain}
    targets = [Target(at, 1, cell.amiss(k)) for at, (name, cell) in enumerate(cells.items()) if name in secrets]
    puzzle = _puzzle(tables, given, small | set(untold), targets).within_reach()
    cuts: list[Cut] = []
    while True:
        chosen = puzzle.solve(cuts)
        hidden = frozenset(name for name, out in zip(cells, chosen, strict=False) if out)
        found = exposed(publish(tables, hidden), k)
        if all(
            name in before and before[name].says(cells[name].each, k, found[name]) for name in secrets & found.keys()
        ):
            # What else can be worked out is about enough firms, and may as well be told.
            return hidden - (found.keys() - small)
        # Halves of firms would have kept the secret, but there are none: something more has to go.
        cuts.append(puzzle.other_than(chosen))


def _puzzle(tables: Tables, given: Collection[Name], must: Collection[Name], targets: Sequence[Target]) -> Puzzle:
    """The tables as numbers in their order, followed by the slack of their sums, which nobody is told."""
    cells = tables.cells
    sums = equations(tables.sums, cells)
    values = np.array([cell.value for cell in cells.values()], dtype=float)
    limits = np.array([NO_LIMIT if cell.most is None else cell.most for cell in cells.values()], dtype=float)
    slack = sums[:, : len(cells)] @ values
    slack = slack[np.diff(sums[:, len(cells) :].indptr) > 0]
    wholes = {one.whole for one in tables.sums}
    everything = values.sum() + 1
    # A sum is missed more than one of its parts, and a large number more than a small one.
    price = [1 + (name in wholes) + cell.value / everything for name, cell in cells.items()]
    always = np.ones(len(slack))
    return Puzzle(
        sums=sums,
        down=np.concatenate((values, slack)),
        up=np.concatenate((limits - values, NO_LIMIT * always)),
        price=np.concatenate((price, 0 * always)),
        must=np.concatenate(([name not in given and (cells[name].secret or name in must) for name in cells], always))
        > 0,
        may=np.concatenate(([name not in given for name in cells], always)) > 0,
        targets=targets,
    )
