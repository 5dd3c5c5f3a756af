"""Choose columns so that no row is used more often than it may be, and goals are reached in their order.

A column is a possible swap, a row a member (or what a firm may still owe), a goal a whole number for each column. What
a column *loses* against prices of its rows (`domain/pricing.py`) is how far any choice with it stays below the bound:
only columns that lose less than the best choice known may be in a better one (reduced-cost fixing; Wolsey, "Integer
Programming", 1998, section 7.6). Mostly these are so few that HiGHS chooses exactly in milliseconds.

The first goal is a stage of its own: a bound on it can be rounded down, since all are whole numbers. The others are
folded into as few numbers as can be, each a stage. Each holds what the stages before it reached, no less and (that is
proven) no more, and goes on with the columns that lose nothing by it. Parts that share no row are priced together and
judged one by one. How hard a later stage is tried depends on numbers of columns and of nodes, not on time, so that the
answer is the same on any machine that is quick enough for the time there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, vstack
from scipy.sparse.csgraph import connected_components

from domain.budget import Budget
from domain.pricing import Places, Program, Reals, priced

Numbers = NDArray[np.int64]

#: Goals are folded into one number as long as no column's exceeds this: solvers take 0.999999 for 1.
FOLDED = 1 << 20
#: A choice is looked for among so many columns at the most; where it takes more to be sure, it is not.
MOST_CHOSEN_FROM = 4000
#: The same for the goals after the first: a choice among more takes seconds, and seldom comes out better.
MOST_FOR_LATER = 2000
#: How many nodes of its search tree the solver may look at in one step.
NODES = 1000
_LOOKED_AT = 20_000
# How many columns are looked at first: so many, and so many for each row.
_FIRST, _FIRST_PER_ROW = 50, 1
# All stages after one are worth less than this together, where 1 is the least of that one.
_LATER = 0.05
_TINY = 1e-6
# By how much the solver may miss what is held: room for its rounding. All are whole numbers, so it is room for no more.
_ROOM = 0.01
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True)
class Packing:
    """What to choose from.

    `rows` is columns × the most rows one has, filled up with `len(limits)`. `limits` says how often each row may be
    used, at least once. `goals`, weightiest first: what each column brings of it; more is better.
    """

    rows: Places
    limits: Numbers
    goals: tuple[Numbers, ...]

    def value(self, columns: Places) -> tuple[int, ...]:
        """What some columns bring together, goal by goal."""
        return tuple(int(goal[columns].sum()) for goal in self.goals)

    def fits(self, columns: Places) -> bool:
        """Whether no row is used too often."""
        used = np.bincount(self.rows[columns].ravel(), minlength=len(self.limits) + 1)
        return bool((used[:-1] <= self.limits).all())

    def matrix(self) -> csc_array:
        """Rows × columns, 1 where a column uses a row."""
        used = self.rows < len(self.limits)
        ends = np.concatenate([[0], np.cumsum(used.sum(axis=1))])
        return csc_array((np.ones(ends[-1]), self.rows[used], ends), shape=(len(self.limits), len(self.rows)))


@dataclass(frozen=True, slots=True)
class Choice:
    """Columns chosen, ascending. No choice brings more than `bound` of the first goal.

    `exact`: no choice is better by the goals in their order.
    """

    columns: Places
    bound: int
    exact: bool


def choose(packing: Packing, budget: Budget, known: Places | None = None, folding: int = FOLDED) -> Choice:
    """The best columns by the goals in their order; if time or size forbid that, the best found.

    `known` is a choice already found: the answer is no worse.
    """
    best = np.empty(0, dtype=np.intp) if known is None else known
    if not len(packing.rows):
        return Choice(best, 0, exact=True)
    market = _Parted.of(packing)
    later = Packing(packing.rows, packing.limits, packing.goals[1:])
    stages = [packing.goals[0], *folded(later, folding)]
    alive = np.arange(len(packing.rows))
    for at in range(len(stages)):
        stage = _Stage.of(market, alive, stages[: at + 1], _later(packing, stages[at + 1 :]), best, budget)
        if at == 0:
            best = max((greedily(packing, stage.loss, first) for first in (best, stage.taken, None)), key=packing.value)
        best, sure = stage.settled(best, MOST_FOR_LATER if at else MOST_CHOSEN_FROM, budget)
        if not sure:
            bound = packing.value(best)[0] if at else _bound(market, best, budget)
            return Choice(np.sort(best), bound, exact=False)
        alive = stage.alive(best)
    return Choice(np.sort(best), packing.value(best)[0], exact=True)


def folded(packing: Packing, most: int = FOLDED) -> list[Numbers]:
    """The goals as few numbers, in each of which a weightier goal always comes before those after it."""
    stages: list[Numbers] = []
    for goal in packing.goals:
        factor = _span(packing, goal) + 1
        if stages and int(np.abs(stages[-1]).max()) * factor <= most:
            stages[-1] = stages[-1] * factor + goal
        else:
            stages.append(goal)
    return stages


def _span(packing: Packing, goal: Numbers) -> int:
    """By how much two choices may differ in a goal at the most: each of their columns uses up the places it has."""
    used = np.bincount(packing.rows.ravel(), minlength=len(packing.limits) + 1)[:-1]
    places = int(np.minimum(packing.limits, used).sum())
    share: Reals = goal / (packing.rows < len(packing.limits)).sum(axis=1)
    most, least = max(0.0, float(share.max())), min(0.0, float(share.min()))
    return ceil(most * places - _TINY) - floor(least * places + _TINY)


def _later(packing: Packing, stages: Sequence[Numbers]) -> Reals:
    """Some stages as one number, as exactly as floats can: no two choices differ by more than `_LATER` in it."""
    worth, scale = np.zeros(len(packing.rows)), _LATER
    for stage in stages:
        scale /= 2 * (_span(packing, stage) + 1)
        worth += stage * scale
    return worth


@dataclass(frozen=True, slots=True)
class _Parted:
    """A packing, its matrix, and the part each row and each column belongs to."""

    packing: Packing
    matrix: csc_array
    row_part: Places
    part: Places
    parts: int

    @classmethod
    def of(cls, packing: Packing) -> "_Parted":
        matrix = packing.matrix()
        parts, row_part = connected_components(matrix @ matrix.T, directed=False)
        return cls(packing, matrix, row_part.astype(np.intp), row_part[packing.rows[:, 0]].astype(np.intp), int(parts))

    def reached(self, worth: NDArray[np.generic], columns: Places) -> Reals:
        """What some columns bring in each part."""
        return np.bincount(self.part[columns], worth[columns].astype(float), minlength=self.parts).astype(float)

    def hold(self, worth: Numbers) -> csc_array:
        """Parts × columns: what each column takes from the deficit of its part."""
        columns = np.arange(len(worth))
        return csc_array((-worth.astype(float), (self.part, columns)), shape=(self.parts, len(worth)))


@dataclass(frozen=True, slots=True)
class _Stage:
    """What is to be decided now, and how far each column stays below the bound of its part."""

    market: _Parted
    program: Program  # over the columns of the stages before, with what these reached held
    columns: Places
    guide: Reals  # of all columns: whole numbers, and a little for the stages after
    loss: Reals  # of all columns; infinite for those of no use
    bounds: Reals
    prices: Reals  # of the rows
    taken: Places  # the columns the program takes, wholly or in part, the most of it first
    one: float  # what a choice better in this stage has more of the guide, at the least
    margin: float

    @classmethod
    def of(
        cls,
        market: _Parted,
        columns: Places,
        stages: Sequence[Numbers],
        later: Reals,
        best: Places,
        budget: Budget,
    ) -> "_Stage":
        """The last of some stages; those before it are held at what `best` reaches."""
        guide = stages[-1] + later
        both_ways = [worth for stage in stages[:-1] for worth in (stage, -stage)]
        matrix = vstack([market.matrix, *map(market.hold, both_ways)], format="csc")[:, columns]
        # Exactly what was reached: room for rounding would cost its price, and make bounds of little use.
        held = [-market.reached(worth, best) for worth in both_ways]
        limits = np.concatenate([market.packing.limits, *held])
        program = Program(matrix, limits, guide[columns], plain=len(market.packing.limits))
        prices, amounts = priced(program, np.searchsorted(columns, best), budget)
        order = np.argsort(-amounts, kind="stable")
        loss = np.full(len(guide), np.inf)
        loss[columns] = program.loss(prices)
        rows = np.concatenate([market.row_part, *(np.arange(market.parts) for _ in held)])
        bounds = np.bincount(rows, prices * limits, minlength=market.parts).astype(float)
        margin = _ROUNDING * float(np.abs(prices * limits).sum())
        one = 1 - _LATER if later.any() else 1.0
        return cls(
            market=market,
            program=program,
            columns=columns,
            guide=guide,
            loss=loss,
            bounds=bounds,
            prices=prices[: program.plain],
            taken=columns[order[amounts[order] > _TINY]],
            one=one,
            margin=margin,
        )

    def gaps(self, best: Places) -> Reals:
        """How far `best` stays below the bound in each part, at the most."""
        return self.bounds - self.market.reached(self.guide, best) + self.margin

    def alive(self, best: Places, more: float = 0.0) -> Places:
        """The columns that may be in a choice that has so much more than `best` in some part."""
        return np.flatnonzero(self.loss <= (self.gaps(best) - more)[self.market.part])

    def settled(self, best: Places, limit: int, budget: Budget) -> tuple[Places, bool]:
        """A choice than which none is better in this stage, and whether that is sure.

        It is looked for among ever more columns, until no others could help, but not among many more than `limit`.
        """
        most = _FIRST + _FIRST_PER_ROW * self.program.plain
        while len(hopeful := self.alive(best, self.one)):
            complete = len(hopeful) <= most
            if not complete:
                hopeful = np.argsort(self.loss, kind="stable")[: min(most, len(self.columns))]
                hopeful = np.union1d(hopeful, self.taken)
            some = np.union1d(hopeful, best)
            found, sure = self._solved(some, best, budget)
            best = max(best, found, key=self.market.packing.value)
            if not sure or complete:
                return best, sure
            if most >= limit:
                return best, len(np.setdiff1d(self.alive(best, self.one), some)) == 0
            most = min(2 * most, limit)
        return best, True

    def _solved(self, some: Places, best: Places, budget: Budget) -> tuple[Places, bool]:
        """A choice among some columns as good as `best` or better, and whether there is surely no better among them."""
        nothing: Places = np.empty(0, dtype=np.intp)
        seconds = budget.left()
        if not seconds:
            return nothing, False
        # A row that costs more than there is to lose is used in every choice that matters.
        least = np.full(len(self.program.limits), -np.inf)
        dear = self.prices > self.gaps(best)[self.market.row_part]
        least[: self.program.plain][dear] = self.market.packing.limits[dear]
        matrix = self.program.matrix[:, np.searchsorted(self.columns, some)]
        limits = self.program.limits.astype(float)
        limits[self.program.plain :] += _ROOM
        result = milp(
            -self.guide[some],
            integrality=np.ones(len(some), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, least, limits),
            options={"time_limit": seconds, "mip_rel_gap": 0.0, "node_limit": NODES},
        )
        budget.spent |= result.status != 0 and (result.mip_node_count or 0) < NODES  # else it was the time
        if result.x is None:
            return nothing, False
        found = some[result.x > 0.5]
        # Amounts that are nearly whole may come to a sum that is not what it seems.
        true = self.market.packing.fits(found) and abs(self.guide[found].sum() + result.fun) < self.one / 2
        return (found, result.status == 0) if true else (nothing, False)


def greedily(packing: Packing, loss: Reals, first: Places | None = None) -> Places:
    """One after the other whichever fits: those that go first, then those that lose least.

    Of a great many, only those that lose least are looked at.
    """
    order = np.argsort(loss, kind="stable")[:_LOOKED_AT]
    if first is not None:
        order = np.concatenate([first, order[~np.isin(order, first)]])
    left = np.append(packing.limits, np.iinfo(np.int64).max)
    chosen = []
    while len(order := order[(left[packing.rows[order]] > 0).all(axis=1)]):
        chosen.append(order[0])
        np.subtract.at(left, packing.rows[order[0]], 1)
        order = order[1:]
    return np.array(chosen, dtype=np.intp)


def _bound(market: _Parted, best: Places, budget: Budget) -> int:
    """What no choice exceeds of the first goal."""
    goal = market.packing.goals[0]
    stage = _Stage.of(market, np.arange(len(goal)), [goal], np.zeros(len(goal)), best, budget)
    return sum(floor(bound + _TINY) for bound in stage.bounds)
