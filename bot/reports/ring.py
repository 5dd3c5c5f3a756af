"""Where each firm stands on the map: on a ring, by sector and there by name.

Why a ring and not the usual springs: nobody stands in the middle or at the edge, so it ranks nobody; names never lie
over each other or over lines; a firm is found by its sector and its name; and from month to month everything stays
where it was but for what newcomers need. Ties within a sector stay near the rim, those across go through the middle.

Places are told in turns: 0 at the top, 0.25 at the right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from domain.measures import Node

#: How near to each other two may come, of what they had if all stood evenly. The rest is play for those who stay.
_NEAR = 0.85
_NEWCOMER = 1e-3  # how much the wish of somebody without a place weighs


@dataclass(frozen=True, slots=True)
class Ring:
    """The place of each firm and of each sector's name, in turns, and the least that lies between any two firms.

    Between two sectors there is room for `gap` firms more; there the second one's name stands.
    """

    firms: Mapping[int, float]
    sectors: Mapping[str, float]
    spacing: float
    gap: float


def ring(
    nodes: Sequence[Node], names: Mapping[int, str], sectors: Sequence[str], before: Mapping[int, float] | None = None
) -> Ring:
    """Places for the firms, with sectors in the order given and unknown ones behind, by name.

    `before`: `Ring.firms` of the month before, which is kept with the map. Firms that were there move as little as room
    for all allows (the least sum of squares), and never past each other.
    """
    order = {sector: at for at, sector in enumerate(sectors)}
    standing = sorted(
        nodes,
        key=lambda one: (order.get(one.sector, len(order)), one.sector, names[one.firm].casefold(), one.firm),
    )
    gap = 2 + len(standing) / 100
    if not standing:
        return Ring({}, {}, 1.0, gap)
    gaps = np.array([gap + 1.0] + [1.0 + gap * (a.sector != b.sector) for a, b in pairwise(standing)])
    step = float(1 / gaps.sum())
    even = step * (np.cumsum(gaps) - 0.45)
    turns = _near([one.firm for one in standing], gaps * step * _NEAR, even, before or {})
    firms = {one.firm: float(turn) for one, turn in zip(standing, turns, strict=True)}
    heads = {
        sector: firms[next(some).firm] - (gap / 2 + 0.4) * _NEAR * step
        for sector, some in groupby(standing, key=lambda one: one.sector)
    }
    return Ring(firms, heads, _NEAR * step, gap)


def moved(before: Mapping[int, float], now: Mapping[int, float]) -> Mapping[int, float]:
    """How far each firm of both rings is from where it was, in turns: at most a half."""
    return {firm: min(by := abs(now[firm] - turn), 1 - by) for firm, turn in before.items() if firm in now}


def _near(
    firms: Sequence[int], gaps: NDArray[np.float64], even: NDArray[np.float64], before: Mapping[int, float]
) -> NDArray[np.float64]:
    """Turns in rising order, at least the gaps apart, and as near as can be to where the firms were before.

    Less the gaps in front of each, they need only rise: that is isotonic regression (Barlow et al., "Statistical
    inference under order restrictions", 1972), and at the ends of the ring it may be cut off.
    """
    known = np.array([firm in before for firm in firms])
    if not known.any():
        return even
    # Whoever has no place yet would stand between those it stands between by name.
    at = np.arange(len(firms))
    were = np.array([before[firm] for firm in firms if firm in before])
    wished = np.interp(at, at[known], were)
    taken = np.cumsum(gaps)
    rising = isotonic_regression(wished - taken, weights=np.where(known, 1.0, _NEWCOMER)).x
    turns: NDArray[np.float64] = np.clip(rising, 0, 1 - taken[-1]) + taken
    return turns
