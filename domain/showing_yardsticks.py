"""What Weft's choice of helpers is measured against: two other ways to choose, and how even it could be at best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
from scipy.optimize import linear_sum_assignment

from domain.asking import within_quota
from domain.responders import Helper, Unanswered, may_be_asked
from domain.showing_simulation import Asked, Choice, Person


def at_random(showings: Sequence[Unanswered], helpers: Sequence[Helper], now: datetime, seed: int) -> dict[int, int]:
    """By lot, in the order of waiting; whom no rule forbids, and within the quotas."""
    random = np.random.default_rng([seed, int(now.timestamp())])
    return _in_turn(showings, helpers, now, lambda _, able: int(random.integers(len(able))))


def always_the_best(people: Sequence[Person]) -> Choice:
    """Whoever is most likely to take it, as nobody can know; whom no rule forbids, and within the quotas."""
    of = {one.id: one for one in people}

    def best(showing: Unanswered, able: Sequence[Helper]) -> int:
        return max(range(len(able)), key=lambda at: of[able[at].id].takes[showing.ask])

    return lambda showings, helpers, now, _: _in_turn(showings, helpers, now, best)


def _in_turn(
    showings: Sequence[Unanswered],
    helpers: Sequence[Helper],
    now: datetime,
    pick: Callable[[Unanswered, Sequence[Helper]], int],
) -> dict[int, int]:
    free = [one for one in helpers if within_quota(one.asked_at, now)]
    chosen: dict[int, int] = {}
    for showing in sorted(showings, key=lambda one: (not one.first, one.shown_at, one.id)):
        able = [one for one, may in zip(free, may_be_asked([showing], free)[0], strict=True) if may]
        if able:
            helper = able[pick(showing, able)]
            chosen[showing.id] = helper.id
            free.remove(helper)
    return chosen


def evenest(asks: Sequence[Asked]) -> dict[int, int]:
    """How often each would have been asked had these asks been shared out as evenly as the showings' rules allow.

    Quotas are left aside, so that no way to ask can be more even. Exact: with the k-th ask of each person as a column
    that costs k, the assignment of least cost has the least possible most and the greatest possible least (Harvey,
    Ladner, Lovász and Tamir, "Semi-matchings for bipartite graphs and load balancing", 2006).
    """
    helpers = sorted({one for ask in asks for one in ask.able})
    most = max(Counter(ask.helper for ask in asks).values(), default=0)
    able = np.array([[one in ask.able for one in helpers] for ask in asks], dtype=bool).reshape(len(asks), len(helpers))
    cost = np.where(np.repeat(able, most, axis=1), np.tile(np.arange(1.0, most + 1), len(helpers)), np.inf)
    _, columns = linear_sum_assignment(cost)
    times = Counter((columns // most).tolist()) if most else Counter()
    return {one: times[at] for at, one in enumerate(helpers)}
