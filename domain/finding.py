"""Finding swaps: the sums behind `domain.swaps`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.budget import Budget
from domain.circulation import most_served
from domain.credit_legs import credit_legs
from domain.crowded import places_of, serve_many
from domain.cycles import TooMany
from domain.market import Market, Places, market_of
from domain.packing import choose
from domain.rings import Rings, rings
from domain.traders import Combination, Found, Name, Trader

# Among more members than this, a good choice is first looked for piece by piece, of which so many.
_MANY, _PIECES = 150, 80


def find(
    traders: Sequence[Trader],
    *,
    declined: Collection[Combination],
    focus: Collection[Name] | None,
    max_cycle: int,
    one_way: bool,
    in_one_room: bool,
    seconds: float,
    clock: Callable[[], float] | None,
    crowded: int,
) -> Found:
    """See `domain.swaps.find`."""
    if len({one.id for one in traders}) < len(traders):
        raise ValueError("two traders have the same id")
    market = market_of(traders, declined, in_one_room=in_one_room)
    budget = Budget(seconds, clock)
    ids = None if focus is None else frozenset(focus)
    focused = None if ids is None else np.array([one.id in ids for one in market.traders], dtype=bool)
    circles = _circles(market, max_cycle, focused, crowded, budget)
    alone, exact = np.empty(0, dtype=np.intp), True
    if one_way:
        free = np.ones(len(market.traders), dtype=bool)
        for swap in circles.swaps:
            free[market.teacher[swap]] = False
        alone, exact = credit_legs(market, free, focused, budget)
    found = [*circles.swaps, *alone[:, np.newaxis]]
    served = sum(map(len, circles.swaps))
    return Found(
        swaps=tuple(tuple(market.leg(at) for at in swap) for swap in sorted(found, key=lambda one: one.tolist())),
        served=served + len(alone),
        in_circles=served,
        bound=circles.bound,
        proven=circles.proven,
        exact=circles.proven and circles.exact and exact,
    )


@dataclass(frozen=True, slots=True)
class _Circles:
    """Disjoint circles, each its legs."""

    swaps: list[Places]
    bound: int
    proven: bool
    exact: bool


def _circles(market: Market, longest: int, focus: NDArray[np.bool_] | None, crowded: int, budget: Budget) -> _Circles:
    """The best circles: all groups that are not crowded at once, the others one by one."""
    groups = [group for group in market.circles() if focus is None or focus[group].any()]
    listed: list[Rings] = []
    many: list[Places] = []
    for group in groups:
        try:
            listed.append(rings(market, group, longest, crowded, focus))
        except TooMany:
            many.append(group)
    parts = [_listed(market, listed, longest, focus, budget)] if listed else []
    parts += [_crowd(market, group, longest, focus, budget) for group in many]
    return _Circles(
        swaps=[_from_lowest(market, swap) for part in parts for swap in part.swaps],
        bound=sum(part.bound for part in parts),
        proven=all(part.proven for part in parts),
        exact=all(part.exact for part in parts),
    )


def _listed(
    market: Market, listed: Sequence[Rings], longest: int, focus: NDArray[np.bool_] | None, budget: Budget
) -> _Circles:
    """The best of circles of which there are not too many."""
    some = Rings(market, np.concatenate([one.legs for one in listed]), focus)
    packing = some.packing()
    known: list[Places] = []
    for group in listed:
        members = np.unique(market.teacher[group.legs[group.legs >= 0]])
        if len(members) > _MANY:
            known += serve_many(market, members, longest, focus, budget, pieces=_PIECES)
    choice = choose(packing, budget, places_of(some, known))
    swaps = [some.one(at) for at in choice.columns.tolist()]
    served = sum(map(len, swaps))
    if choice.exact:
        return _Circles(swaps, served, proven=True, exact=True)
    # With focus the first goal is another one, and of those served in all nothing is known but who could be.
    bound = choice.bound if focus is None else len(packing.limits)
    return _Circles(swaps, bound, proven=served >= bound, exact=False)


def _crowd(market: Market, group: Places, longest: int, focus: NDArray[np.bool_] | None, budget: Budget) -> _Circles:
    """Circles that serve nearly as many of a crowded group as can be."""
    bound = most_served(market, group, budget)
    if focus is not None:
        bound = min(bound, longest * int(focus[group].sum()))
    swaps = serve_many(market, group, longest, focus, budget, most=bound)
    served = sum(map(len, swaps))
    reached = np.concatenate([market.teacher[swap] for swap in swaps]) if swaps else group[:0]
    first = focus is None or bool(focus[reached].sum() == focus[group].sum())
    return _Circles(swaps, bound, proven=served >= bound and first, exact=False)


def _from_lowest(market: Market, swap: Places) -> Places:
    return np.roll(swap, -int(market.teacher[swap].argmin()))
