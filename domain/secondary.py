"""Secondary suppression: which further numbers to leave out so that those left out cannot be worked out.

A covering problem that grows by cuts (Fischetti & Salazar 2001, see `domain.suppression`). The numbers behind the
tables can be thought to be others, x + d with `sums` @ d = 0: those that are told stay what they are, d = 0, and those
left out move within −`down` ≤ d ≤ `up`. A target wants one of them to be able to move so far. If it cannot, the dual of
that linear program names the numbers of which some more must go.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

Numbers = NDArray[np.float64]
#: Weights of the numbers: of those left out they must come to at least 1.
Cut = Numbers

_CUTS_AT_A_TIME = 24
# After so many turns a number once left out stays out: no longer proven to be the fewest, but there is an end.
_PATIENCE = 12
_ROUGHLY = 1e-6
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Target:
    """The number at this position must be able to be so much (`amount` > 0) more, or less if `sign` is −1."""

    at: int
    sign: int
    amount: float


@dataclass(frozen=True, slots=True)
class Puzzle:
    """Which numbers to leave out at the least price. Each array has one element a number.

    `must` be left out, and `may` be: the others are told in any case. Targets are of numbers that must.
    """

    sums: csr_array
    down: Numbers
    up: Numbers
    price: Numbers
    must: NDArray[np.bool_]
    may: NDArray[np.bool_]
    targets: Sequence[Target]

    def within_reach(self) -> "Puzzle":
        """The same with targets that can be reached: as far as it goes, or if a number can be no more, by one less."""
        farthest = _Farthest(self, self.must | self.may)
        targets = []
        for target in self.targets:
            move, _ = farthest.move(target)
            targets.append(
                replace(target, amount=min(target.amount, move)) if move >= 1 else replace(target, sign=-1, amount=1)
            )
        return replace(self, targets=targets)

    def solve(self, cuts: list[Cut]) -> NDArray[np.bool_]:
        """The numbers to leave out, given cuts that hold besides; those found on the way are added to the list.

        Every target must be within reach if all that may be is left out: see `within_reach`.
        """
        if not cuts:
            cuts += self._plain_cuts()
        kept = self.must
        for turn in count():
            hidden = self._cheapest(cuts, kept)
            broken = self._broken(hidden)
            if not broken:
                break
            cuts += broken
            kept = hidden if turn >= _PATIENCE else kept
        return hidden

    def other_than(self, hidden: NDArray[np.bool_]) -> Cut:
        """The cut that asks for at least one more number than these."""
        return (self.may & ~hidden).astype(np.float64)

    def _cheapest(self, cuts: Sequence[Cut], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        if not cuts:
            return kept
        found = milp(
            self.price,
            integrality=np.ones(len(self.price), dtype=int),
            bounds=Bounds(kept, self.may),
            # What must be left out is accounted for in the cuts already.
            constraints=LinearConstraint(np.where(self.must, 0, cuts), lb=1 - _ROUGHLY),
        )
        assert found.x is not None  # every target is within reach
        hidden: NDArray[np.bool_] = found.x > 0.5
        return hidden

    def _broken(self, hidden: NDArray[np.bool_]) -> list[Cut]:
        """Cuts that leaving these out breaks, one for each target it misses, or for some of them."""
        farthest = _Farthest(self, hidden)
        cuts: list[Cut] = []
        for target in self.targets:
            move, duals = farthest.move(target)
            if move < target.amount - _ROUGHLY:
                cuts += self._cut(target, duals)
                if len(cuts) >= _CUTS_AT_A_TIME:
                    break
        return cuts

    def _plain_cuts(self) -> list[Cut]:
        """What each sum says by itself: when one of its numbers is left out, so must be enough of the others."""
        cuts = []
        columns = self.sums.tocsc()
        for target in self.targets:
            for at in range(columns.indptr[target.at], columns.indptr[target.at + 1]):
                duals = np.zeros(self.sums.shape[0])
                duals[columns.indices[at]] = -target.sign / columns.data[at]
                cuts += self._cut(target, duals)
        return cuts

    def _cut(self, target: Target, duals: Numbers) -> list[Cut]:
        """How far each number, left out, can help the target at most, by whatever duals of the sums; as a share.

        Wherever `sums` @ d = 0, the target moves by −Σ reduced × d. None if those that must be left out suffice.
        """
        reduced = -(self.sums.T @ duals)
        reduced[target.at] -= target.sign
        reduced[np.abs(reduced) < _NOTHING] = 0
        help_by = np.where(reduced > 0, reduced * self.down, -reduced * self.up)
        missing = target.amount - help_by[self.must].sum()
        return [np.minimum(help_by / missing, 1)] if missing > 0 else []


class _Farthest:
    """How far each number can move when some are left out. What makes one move moves others as well: remembered."""

    def __init__(self, puzzle: Puzzle, hidden: NDArray[np.bool_]) -> None:
        self.sums = puzzle.sums
        self.still = np.zeros(puzzle.sums.shape[0])
        self.limits = np.stack((np.where(hidden, -puzzle.down, 0), np.where(hidden, puzzle.up, 0)), axis=1)
        self.seen = np.zeros_like(self.limits.T)

    def move(self, target: Target) -> tuple[float, Numbers]:
        """How far the target can move, if that is less than it should; and the duals of the sums that show it."""
        enough = self.seen[max(target.sign, 0), target.at] * target.sign
        if enough >= target.amount - _ROUGHLY:
            return enough, self.still
        goal = np.zeros(len(self.limits))
        goal[target.at] = -target.sign
        found = linprog(goal, A_eq=self.sums, b_eq=self.still, bounds=self.limits)  # type: ignore[call-overload] # sparse
        self.seen = np.stack((np.minimum(self.seen[0], found.x), np.maximum(self.seen[1], found.x)))
        return -found.fun, found.eqlin.marginals
