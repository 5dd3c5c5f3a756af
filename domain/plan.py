"""A plan by which knowledge doubles each round without reaching anybody twice, as long as most are present.

Everybody stands on one of two circles. If in round k = 0, 1, 2 … each on the first meets who stands 2^k − 1
places further on the second, what anybody knows is an unbroken arc, the arcs of the two who meet lie end to end,
and after ⌈log₂ n⌉ rounds all know all (Knödel, "New gossips and telephones", 1975). People are absent and rules
forbid pairs, so here the distance follows how much people really know, a near miss counts nearly as much, and
the plan is only a tie-breaker.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: How many places beside the planned partner still count for something (3 to 5 did equally well).
_NEAR = 4.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where each of those present stands: on which side (1 or −1), and where on its circle (0 to 1).

    `shift` is how much further on its partner stands, and `places` how many places a circle has; none: no plan.
    """

    side: NDArray[np.float32]
    place: NDArray[np.float32]
    shift: float
    places: float

    def fit(self, rows: slice) -> NDArray[np.float32]:
        """How well each of the rows and everybody present fit the plan as a pair, 0 to 1."""
        side, place = self.side[rows, None], self.place[rows, None]
        apart = side * (self.place - place) - self.shift
        misses = (apart - np.rint(apart)) * (self.places / _NEAR)
        fit: NDArray[np.float32] = np.exp(-(misses**2)) * ((side != self.side) & (self.places > 0))
        return fit


def plan_for(everybody: Sequence[tuple[Hashable, Hashable]], present: Sequence[int], known: float) -> Plan:
    """The plan for those present.

    `everybody` lists the (sector, firm) of all members in a lasting order, `present` are positions in it, and
    `known` is the mean number of them that those present have heard from. There is no plan once that is more than
    half of all: then hardly any two can meet without overlap.
    """
    places = len(everybody) / 2 if known <= len(everybody) / 2 else 0.0
    first = _first_side(everybody)
    here = np.array(present, dtype=np.intp)
    return Plan(
        side=np.where(first, 1.0, -1.0).astype(np.float32)[here],
        place=_places(first)[here],
        shift=(known - 1) / max(1.0, places),
        places=places,
    )


def _first_side(everybody: Sequence[tuple[Hashable, Hashable]]) -> NDArray[np.bool_]:
    """Two sides of about one size, so that no sector (with a single sector: no firm) is on both."""
    many_sectors = len({sector for sector, _ in everybody}) > 1
    kinds = [sector if many_sectors else firm for sector, firm in everybody]
    sizes = [0, 0]
    side: dict[Hashable, int] = {}
    for kind, size in Counter(sorted(kinds, key=str)).most_common():
        side[kind] = int(sizes[1] < sizes[0])
        sizes[side[kind]] += size
    return np.array([side[kind] == 0 for kind in kinds], dtype=bool)


def _places(first: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Where each stands on the circle of their side, from 0 to 1, evenly spaced."""
    places = np.empty(len(first), dtype=np.float32)
    for side in (first, ~first):
        size = int(np.count_nonzero(side))
        places[side] = np.arange(size) / max(1, size)
    return places
