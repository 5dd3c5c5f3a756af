"""The swaps there could be among some members, and what speaks for each.

In this order: members served (those in `focus` first), as few legs within a firm as possible, as many across sectors as
possible, few people who all have to agree (the sum over the members of how many are in their swap), long-waiting wants.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.cycles import Graph, cycles
from domain.market import Market, Places
from domain.packing import Numbers, Packing


@dataclass(frozen=True, slots=True)
class Rings:
    """Possible swaps: each a row of legs (positions in the market), filled up with −1."""

    market: Market
    legs: Places
    focus: NDArray[np.bool_] | None  # of the market's members

    def packing(self) -> Packing:
        """Which members each swap takes up, and its goals."""
        market, used = self.market, self.legs >= 0
        members = np.unique(market.teacher[self.legs[used]])
        rows = np.searchsorted(members, np.where(used, market.teacher[self.legs], len(market.traders)))
        served = used.sum(axis=1)

        def total(of_leg: NDArray[np.generic]) -> Numbers:
            summed: Numbers = np.where(used, of_leg[self.legs], 0).sum(axis=1, dtype=np.int64)
            return summed

        goals: tuple[Numbers, ...] = (
            served,
            -total(market.same_firm),
            total(market.across),
            -(served**2),
            total(market.waits),
        )
        if self.focus is not None:
            goals = (total(self.focus[market.learner]), *goals)
        return Packing(rows, np.ones(len(members), dtype=np.int64), goals)

    def one(self, at: int) -> Places:
        """The legs of one swap."""
        legs: Places = self.legs[at]
        return legs[legs >= 0]


def rings(
    market: Market, members: Places, longest: int, most: int, focus: NDArray[np.bool_] | None = None, least: int = 2
) -> Rings:
    """Every swap of `least` to `longest` among the members, with `focus` those with somebody in it.

    Raises `TooMany` if there may be more than `most` of any length.
    """
    if focus is not None:  # first, since cycles are looked for from their lowest member on
        members = members[np.argsort(~focus[members], kind="stable")]
    legs = market.among(members)
    number = np.zeros(len(market.traders), dtype=np.intp)
    number[members] = np.arange(len(members))
    graph = Graph(len(members), number[market.teacher[legs]], number[market.learner[legs]])
    starts = None if focus is None else int(focus[members].sum())
    place = {int(leg): at for at, leg in enumerate(legs)} if market.declined else {}
    never = [(place[one], place[two]) for one, two in market.declined if one in place and two in place]
    found = cycles(graph, longest, most, starts, never)[least - 2 :]
    table = np.full((sum(map(len, found)), longest), -1, dtype=np.intp)
    at = 0
    for some in found:
        table[at : at + len(some), : some.shape[1]] = legs[some]
        at += len(some)
    return Rings(market, table[_at_ease(market, table)], focus)


def _at_ease(market: Market, legs: Places) -> NDArray[np.bool_]:
    """Which of the swaps have no two in them who are to be apart."""
    fine = np.ones(len(legs), dtype=bool)
    if market.apart:
        members = np.where(legs >= 0, market.teacher[legs], -1)
        for one, other in combinations(range(legs.shape[1]), 2):
            pair = members[:, one] * len(market.traders) + members[:, other]
            fine &= (members[:, other] < 0) | ~np.isin(pair, list(market.apart))
    return fine
