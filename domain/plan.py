"""A plan by which knowledge doubles each round without reaching anybody twice, as long as most are present.

Everybody stands on one of two circles. If in round k = 0, 1, 2 … each on the first meets who stands 2^k − 1
places further on the second, what anybody knows is an unbroken arc, the arcs of the two who meet lie end to end,
and after ⌈log₂ n⌉ rounds all know all (Knödel, "New gossips and telephones", 1975). People are absent and rules
forbid pairs, so here the distance follows how much people really know, a near miss counts nearly as much, and
the plan is only a tie-breaker.
"""

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

#: How many places beside the planned partner still count for something (3 to 5 did equally well).
_NEAR = 4.0


def planned(
    everybody: Sequence[tuple[Hashable, Hashable]], present: NDArray[np.intp], known: float
) -> NDArray[np.float64]:
    """How well each pair of those present fits the plan, from 0 to 1.

    `everybody` lists the (sector, firm) of all members in a lasting order, `present` are positions in it, and
    `known` is the mean number of people those present have heard from. 0 throughout once that is half of all:
    then hardly any two can meet without overlap.
    """
    fit = np.zeros((len(present), len(present)))
    if not len(present) or known > len(everybody) / 2:
        return fit
    on_first = _first_side(everybody)
    place = _places(on_first)[present]
    first, second = np.flatnonzero(on_first[present]), np.flatnonzero(~on_first[present])
    half = len(everybody) / 2
    apart = (place[second] - place[first][:, None] - (known - 1) / half) % 1.0
    near = np.exp(-((np.minimum(apart, 1 - apart) * half / _NEAR) ** 2))
    fit[np.ix_(first, second)] = near
    fit[np.ix_(second, first)] = near.T
    return fit


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


def _places(on_first: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Where each stands on the circle of their side, from 0 to 1, evenly spaced."""
    places = np.empty(len(on_first))
    for side in (on_first, ~on_first):
        size = int(np.count_nonzero(side))
        places[side] = np.arange(size) / max(1, size)
    return places
