"""Whom on call to ask to answer a showing that nobody has answered.

The rules, weightiest first:

1. nobody of the maker's firm, nobody of whom one avoids the other, nobody who was asked for this showing before, nobody
   more often than `domain.asking` allows; one person for a showing, and one showing for a person;
2. for as many showings as possible somebody is asked; if not for all, then a first showing goes first, and then the one
   that has waited longest;
3. whoever was asked least in 90 days is asked first;
4. among equals: whoever was asked less this year or longest ago, is in another sector, has answered this kind of ask
   before; and a little chance.

Rules 2 to 4 are kept over all showings at once, exactly. `domain.showing_simulation` plays a year of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from domain.asking import REMEMBERED, asks_recently, within_quota

# What counts among people asked equally often in 90 days, found by trial in simulated years. Without the turns of a
# year the same people are a little ahead in every quarter; by turns alone the sectors mix no better than by lot.
_ASKED_THIS_YEAR = 6.0  # for each ask more than the least, up to _YEAR_TOP
_ASKED_LATELY = 2.0
_SAME_SECTOR = 2.0
_RARE_SECTOR = 3.0  # who is hard to place in their own sector is asked where they can be
_NEW_TO_THIS = 1.0  # little: who never is asked can never show that they answer
_CHANCE = 1.0
_YEAR_TOP = 4
_MOST = _ASKED_THIS_YEAR * _YEAR_TOP + _ASKED_LATELY + _SAME_SECTOR + _RARE_SECTOR + _NEW_TO_THIS + _CHANCE
# Costs are whole numbers, so that sums over hundreds of people compare exactly.
_FINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody on call.

    `asked_at` holds their asks of any kind: at least those of 90 days, better those of `REMEMBERED`. `answered` are the
    kinds of ask they have answered before, `avoids` members, those of avoided firms among them.
    """

    id: int
    firm: int
    sector: str
    asked_at: tuple[datetime, ...]
    answered: frozenset[str]
    avoids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A showing that nobody has answered and nobody is asked for now.

    `ask` is what its maker would like, `first` says that it is their first, `asked` are all who were asked for it
    before, `avoids` the members the maker avoids, those of avoided firms among them.
    """

    id: int
    maker: int
    firm: int
    sector: str
    ask: str
    first: bool
    shown_at: datetime
    asked: frozenset[int]
    avoids: frozenset[int]


def whom_to_ask(showings: Sequence[Unanswered], helpers: Sequence[Helper], now: datetime, seed: int) -> dict[int, int]:
    """For each showing somebody can be asked for now, whom: the helper's id by the showing's.

    The same input gives the same answer, in whatever order it is listed.
    """
    free = sorted((one for one in helpers if within_quota(one.asked_at, now)), key=lambda one: one.id)
    queue = sorted(showings, key=lambda one: (not one.first, one.shown_at, one.id))
    if not free or not queue:
        return {}
    allowed = may_be_asked(queue, free)
    served = _served(allowed)
    if not served.size:
        return {}
    queue, allowed = [queue[at] for at in served], allowed[served]
    cost = np.where(allowed, _costs(queue, free, helpers, now, seed), np.inf)
    rows, columns = linear_sum_assignment(cost)
    return {queue[row].id: free[column].id for row, column in zip(rows, columns, strict=True)}


def may_be_asked(showings: Sequence[Unanswered], helpers: Sequence[Helper]) -> NDArray[np.bool_]:
    """Who may be asked for what by rule 1, quotas left aside; showings × helpers, in the order given."""
    firm = np.array([one.firm for one in helpers])
    allowed: NDArray[np.bool_] = np.array([one.firm for one in showings])[:, None] != firm
    column = {one.id: at for at, one in enumerate(helpers)}
    rows_of: dict[int, list[int]] = {}
    for row, showing in enumerate(showings):
        rows_of.setdefault(showing.maker, []).append(row)
        never = showing.asked | showing.avoids | {showing.maker}
        allowed[row, [column[one] for one in never if one in column]] = False
    for at, helper in enumerate(helpers):
        for maker in helper.avoids & rows_of.keys():
            allowed[rows_of[maker], at] = False
    return allowed


def _served(allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Which showings get somebody, of those in the order of rule 2.

    Sets of showings that can all get somebody form a (transversal) matroid (Edmonds and Fulkerson, "Transversals and
    matroid partition", 1965): the set of most weight, whatever the weights if only the earlier weigh more, is the one
    found by taking each in turn if it still can be served, and none is larger.
    """
    weight = np.arange(len(allowed), 0, -1)[:, None]
    rows, columns = linear_sum_assignment(np.where(allowed, weight, 0), maximize=True)
    return np.sort(rows[allowed[rows, columns]])


def _costs(
    queue: Sequence[Unanswered], free: Sequence[Helper], helpers: Sequence[Helper], now: datetime, seed: int
) -> NDArray[np.int64]:
    """What it costs to ask each for each, showings × helpers: one ask in 90 days more than all of rule 4 together.

    Everybody is asked at most once now, so that the k-th ask costs k: the sum is least when the least asked are.
    """
    random = np.random.default_rng([seed % 2**64, int(now.timestamp())])
    sector = np.array([one.sector for one in free])
    detail = _SAME_SECTOR * (np.array([one.sector for one in queue])[:, None] == sector)
    detail += _NEW_TO_THIS * ~_has_answered(queue, free)
    detail += _CHANCE * random.random(detail.shape)
    detail += _turns(free, now) + _RARE_SECTOR * _rarity(free, helpers)
    recently = np.array([asks_recently(one.asked_at, now) for one in free], dtype=np.int64)
    cost: NDArray[np.int64] = recently * (_FINE * (len(queue) + 1)) + (detail * (_FINE / _MOST)).astype(np.int64)
    return cost


def _has_answered(queue: Sequence[Unanswered], free: Sequence[Helper]) -> NDArray[np.bool_]:
    """Who has answered the ask of which showing before, showings × helpers."""
    asks = sorted({one.ask for one in queue})
    table = np.array([[ask in one.answered for one in free] for ask in asks])
    found: NDArray[np.bool_] = table[[asks.index(one.ask) for one in queue]]
    return found


def _turns(free: Sequence[Helper], now: datetime) -> NDArray[np.float64]:
    """How little it is each helper's turn, by the asks of a year and the latest."""
    year = np.array([sum(now - moment < REMEMBERED for moment in one.asked_at) for one in free])
    never = datetime.min.replace(tzinfo=now.tzinfo)
    latest = [max(one.asked_at, default=never) for one in free]
    order = {moment: place for place, moment in enumerate(sorted(set(latest)))}
    lately = np.array([order[moment] for moment in latest]) / len(order)
    turns: NDArray[np.float64] = _ASKED_THIS_YEAR * np.minimum(year - year.min(), _YEAR_TOP) + _ASKED_LATELY * lately
    return turns


def _rarity(free: Sequence[Helper], helpers: Sequence[Helper]) -> NDArray[np.float64]:
    """The share of those on call who are in another sector than each of the free."""
    counted = Counter(one.sector for one in helpers)
    return np.array([1 - counted[one.sector] / len(helpers) for one in free])
