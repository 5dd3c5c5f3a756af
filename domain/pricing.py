"""Prices of a linear program with very many columns, and what each column loses against them.

The program is solved over few columns, and those it would take at its prices are added until there are none (column
generation). Whatever the prices are, in the end no column gains against them, so that they bound every choice.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array

from domain.budget import Budget

Places = NDArray[np.intp]
Reals = NDArray[np.float64]

# So many columns are priced at once; of more, at first and in each step so many for each row.
_ALL_AT_ONCE = 1000
_ADDED_PER_ROW = 8
_TINY = 1e-7


@dataclass(frozen=True, slots=True)
class Program:
    """The most worth of columns x ≥ 0 with `matrix` x ≤ `limits`; each column is worth less than its rows' prices.

    The first `plain` rows hold ones, at least two in each column, or the column's only one.
    """

    matrix: csc_array
    limits: Reals
    worth: Reals
    plain: int

    def loss(self, prices: Reals) -> Reals:
        """By how much each column's rows cost more than it is worth."""
        loss: Reals = self.matrix.T @ prices - self.worth
        return loss


def priced(program: Program, start: Places, budget: Budget) -> tuple[Reals, Reals]:
    """Prices of the rows at which no column gains, and how much of each column the program takes.

    The prices are the best there are, unless the time runs out. `start` are columns of some solution.
    """
    taken = np.zeros(len(program.worth), dtype=bool)
    taken[start] = True
    each = np.diff(program.matrix[: program.plain].tocsc().indptr)
    if len(taken) <= _ALL_AT_ONCE:
        taken[:] = True
    else:
        share = program.worth / each
        _take(program, taken, share - share.min() + 1)
    prices, amounts = np.zeros(len(program.limits)), np.zeros(len(taken))
    while seconds := budget.left():
        some = np.flatnonzero(taken)
        result = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
            -program.worth[some],
            A_ub=program.matrix[:, some],
            b_ub=program.limits,
            method="highs",
            options={"time_limit": seconds},
        )
        if result.status != 0:
            budget.spent = True
            break
        prices = np.maximum(0.0, -result.ineqlin.marginals)
        amounts = np.zeros(len(taken))
        amounts[some] = result.x
        gain = -program.loss(prices)
        gain[taken] = 0.0
        if not _take(program, taken, gain):
            break
    prices[: program.plain] += max(0.0, float((-program.loss(prices) / each).max()))
    return prices, amounts


def _take(program: Program, taken: NDArray[np.bool_], gain: Reals) -> bool:
    """Add to the columns taken those of each row that gain most; whether there were any."""
    some = np.flatnonzero(gain > _TINY)
    some = some[np.argsort(-gain[some], kind="stable")]
    matrix = program.matrix[:, some]
    rows, columns = matrix.indices, some.repeat(np.diff(matrix.indptr))
    order = np.argsort(rows, kind="stable")
    rows, columns = rows[order], columns[order]
    turn = np.arange(len(rows)) - np.searchsorted(rows, rows)
    taken[columns[turn < _ADDED_PER_ROW]] = True
    return len(some) > 0
