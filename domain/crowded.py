"""Swaps in a market so crowded that they cannot all be listed: nearly the best, piece by piece.

First greedily, pairs before rings, those first whom hardly anybody can teach or learn from. Then whoever is left is put
between two who follow each other, where that makes a ring. Then pieces of the market, each around a few people not yet
served and the swaps nearest to them, are taken out, solved exactly and put back (large neighbourhood search; Shaw,
1998): this never loses anybody. The crowd makes it easy: there is nearly always another way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.budget import Budget
from domain.cycles import TooMany
from domain.market import Market, Places
from domain.packing import Packing, choose, folded, greedily
from domain.rings import Rings, rings

# How many members not served a piece is about, and how many others it has; all its members, at first and at the least.
_ABOUT, _OTHERS, _PIECE = 2, 4, 36
# A piece has about so many possible swaps; after so many pieces in vain, twice as many, up to a limit.
_RINGS, _IN_VAIN, _MOST_RINGS = 300, 12, 2000
# Among so many members, so near to the most there can be, larger pieces are not worth their time.
_GREAT, _NEAR = 500, 0.995
_LAYER = 300_000
_SEED = 1
# How many pieces are tried: so many, and one for so many members.
_PIECES, _MEMBERS_PER_PIECE = 100, 5
_OWN_FIRM, _OWN_SECTOR = 1.0, 0.01  # against having one person to learn from, which is 1


@dataclass(slots=True)
class _Crowd:
    """The members, who can teach whom, and the swaps so far (each its legs)."""

    market: Market
    members: Places
    longest: int
    focus: NDArray[np.bool_] | None
    can: NDArray[np.bool_]
    code: Places
    swaps: list[Places]

    @classmethod
    def of(cls, market: Market, members: Places, longest: int, focus: NDArray[np.bool_] | None) -> "_Crowd":
        size = len(market.traders)
        legs = market.among(members)
        can = np.zeros((size, size), dtype=bool)
        can[market.teacher[legs], market.learner[legs]] = True
        return cls(market, members, longest, focus, can, market.teacher * size + market.learner, [])

    def unserved(self) -> Places:
        served = self.swap_of() >= 0
        return self.members[~served[self.members]]

    def swap_of(self) -> Places:
        """The number of the swap each member is in; −1 for none."""
        found = np.full(len(self.market.traders), -1, dtype=np.intp)
        for at, legs in enumerate(self.swaps):
            found[self.market.teacher[legs]] = at
        return found

    def legs(self, ring: Sequence[int]) -> Places | None:
        """The legs between members who follow each other; None if that was declined, or they are to be apart."""
        size = len(self.market.traders)
        if any(one * size + other in self.market.apart for one, other in combinations(ring, 2)):
            return None
        pairs = [one * size + other for one, other in _following(ring)]
        found = np.searchsorted(self.code, pairs)
        never = any(pair in self.market.declined for pair in _following(found.tolist()))
        return None if never else found


@dataclass(slots=True)
class _Pieces:
    """How large a piece is to be, and around whom: those who were tried least often."""

    random: np.random.Generator
    tried: NDArray[np.int64]
    size: float = _PIECE
    rings: int = _RINGS
    in_vain: int = 0

    def had(self, count: int) -> None:
        """The next is larger or smaller if this one had few possible swaps or many."""
        self.size = max(_PIECE, self.size * (1.2 if count < self.rings else 0.8))

    def came_of_it(self, something: bool) -> None:
        """When pieces help no more, larger ones may."""
        self.in_vain = 0 if something else self.in_vain + 1
        if self.in_vain >= _IN_VAIN:
            self.in_vain, self.rings = 0, 2 * self.rings


def serve_many(
    market: Market,
    members: Places,
    longest: int,
    focus: NDArray[np.bool_] | None,
    budget: Budget,
    most: int | None = None,
    pieces: int | None = None,
) -> list[Places]:
    """Disjoint swaps, each its legs, that serve nearly as many of the members as can be.

    When they serve `most`, that is enough. `pieces` says how many are solved at the most.
    """
    crowd = _Crowd.of(market, members, longest, focus)
    _greedily(crowd)
    _fill_in(crowd)
    work = _Pieces(np.random.default_rng(_SEED), np.zeros(len(market.traders), dtype=np.int64))
    enough = len(members) if most is None else most
    for _ in range(_PIECES + len(members) // _MEMBERS_PER_PIECE if pieces is None else pieces):
        served = sum(map(len, crowd.swaps))
        most_rings = _RINGS if len(members) > _GREAT and served >= _NEAR * enough else _MOST_RINGS
        if served >= enough or work.rings > most_rings or not budget.left():
            break
        _solve_piece(crowd, work, budget)
        work.came_of_it(sum(map(len, crowd.swaps)) > served)
    return crowd.swaps


def _greedily(crowd: _Crowd) -> None:
    """Pairs as long as there are any among those not served, then rings of three, and so on."""
    market = crowd.market
    teachers = np.bincount(market.learner, minlength=len(market.traders))
    learners = np.bincount(market.teacher, minlength=len(market.traders))
    price = 1 / np.maximum(np.minimum(teachers, learners), 1)
    for length in range(2, crowd.longest + 1):
        while len(legs := _layer(crowd, length).legs):
            loss = _OWN_FIRM * market.same_firm[legs] - _OWN_SECTOR * market.across[legs] - price[market.teacher[legs]]
            crowd.swaps += [legs[at] for at in greedily(Rings(market, legs, None).packing(), loss.sum(axis=1))]


def _layer(crowd: _Crowd, length: int) -> Rings:
    """The rings of one length among those not served; if there are too many, among every second, or fourth …"""
    waiting, step = crowd.unserved(), 1
    while True:
        try:
            return rings(crowd.market, waiting[::step], length, _LAYER, crowd.focus, least=length)
        except TooMany:
            step *= 2


def _fill_in(crowd: _Crowd) -> None:
    """Put members not served between two who follow each other, as long as that can be done."""
    market = crowd.market
    while True:
        waiting = crowd.unserved()
        open_to = [(at, leg) for at, swap in enumerate(crowd.swaps) if len(swap) < crowd.longest for leg in swap]
        if not open_to or not len(waiting):
            return
        at, leg = np.array(open_to, dtype=np.intp).T
        teacher, learner = market.teacher[leg], market.learner[leg]
        fits = crowd.can[np.ix_(teacher, waiting)] & crowd.can[np.ix_(waiting, learner)].T
        where, who = np.nonzero(fits)
        changed: set[int] = set()
        placed: set[int] = set()
        for one in np.argsort(fits.sum(axis=0)[who], kind="stable").tolist():
            swap, member = int(at[where[one]]), int(waiting[who[one]])
            if swap in changed or member in placed:
                continue
            ring = market.teacher[crowd.swaps[swap]].tolist()
            ring.insert(ring.index(teacher[where[one]]) + 1, member)
            legs = crowd.legs(ring)
            if legs is not None:
                crowd.swaps[swap] = legs
                changed.add(swap)
                placed.add(member)
        if not placed:
            return


def _solve_piece(crowd: _Crowd, pieces: _Pieces, budget: Budget) -> None:
    """Solve a piece around the members not served who were tried least, and put it back."""
    waiting = crowd.unserved()
    last = np.zeros(len(waiting)) if crowd.focus is None else ~crowd.focus[waiting]
    waiting = waiting[np.lexsort((pieces.random.random(len(waiting)), pieces.tried[waiting], last))]
    about = waiting[:_ABOUT]
    pieces.tried[about] += 1
    members = waiting[: _ABOUT + _OTHERS].tolist()
    taken = []
    for at in _nearest(crowd, about, pieces.random):
        if len(members) + len(crowd.swaps[at]) > pieces.size:
            break
        taken.append(at)
        members += crowd.market.teacher[crowd.swaps[at]].tolist()
    try:
        some = rings(crowd.market, np.sort(members), crowd.longest, _LAYER // 10, crowd.focus)
    except TooMany:
        pieces.had(_LAYER)
        return
    pieces.had(len(some.legs))
    known = places_of(some, [crowd.swaps[at] for at in taken])
    packing = _served_in(some.packing())
    choice = choose(packing, budget, known)
    kept = [swap for at, swap in enumerate(crowd.swaps) if at not in set(taken)]
    crowd.swaps = kept + [some.one(at) for at in choice.columns.tolist()]


def _nearest(crowd: _Crowd, about: Places, random: np.random.Generator) -> list[int]:
    """The swaps that have somebody who can teach one of the members, or learn from one; both is best, by lot else."""
    swap_of = crowd.swap_of()
    inside = np.flatnonzero(swap_of >= 0)
    links = np.zeros((2, len(crowd.swaps), len(about)), dtype=bool)
    for way, can in enumerate((crowd.can[np.ix_(inside, about)], crowd.can[np.ix_(about, inside)].T)):
        who, whom = np.nonzero(can)
        links[way, swap_of[inside[who]], whom] = True
    near = links.sum(axis=0) + 2 * links.all(axis=0)
    score = (near / np.maximum(near.sum(axis=0), 1)).sum(axis=1) * (0.5 + random.random(len(crowd.swaps)))
    order: list[int] = np.argsort(-score, kind="stable").tolist()
    return order


def places_of(some: Rings, swaps: Sequence[Places]) -> Places:
    """Where the swaps are among the rings."""
    sought = {frozenset(swap.tolist()) for swap in swaps}
    likely = np.flatnonzero(np.isin(some.legs, np.concatenate([[-1], *swaps])).all(axis=1))
    return np.array([at for at in likely.tolist() if frozenset(some.one(at).tolist()) in sought], dtype=np.intp)


def _served_in(packing: Packing) -> Packing:
    """Without the last goals, which would take more time than they are worth here; the others as one: quick."""
    weighty = Packing(packing.rows, packing.limits, packing.goals[:-2])
    return Packing(packing.rows, packing.limits, tuple(folded(weighty)))


def _following(ring: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(ring, [*ring[1:], ring[0]], strict=True))
