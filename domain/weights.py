"""What a meeting of two people is worth, beside the rules that stand above it, and what follows as its cost."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from domain.history import Past
from domain.matching import DULL, FORBIDDEN, MET, RECENT, Costs
from domain.meetings import Participant
from domain.plan import plan_for
from domain.reach import HORIZON, freshness

_GAIN = 2.0
_OTHER_SECTOR = 2.0
_PLAN = 0.05
_CHANCE = 0.01
_MOST = _GAIN + _OTHER_SECTOR + _PLAN + _CHANCE

# So many pairs are worked out at a time, to stay within the processor's cache.
_BLOCK = 1 << 17


def may_meet(people: Sequence[Participant]) -> NDArray[np.bool_]:
    """`allowed` for every two of the people, n × n, in the order given."""
    firm = np.array([one.firm for one in people])
    meet: NDArray[np.bool_] = firm[:, None] != firm
    at = {one.id: position for position, one in enumerate(people)}
    for a, one in enumerate(people):
        avoided = [at[other] for other in one.avoids if other in at]
        avoided += np.flatnonzero(np.isin(firm, list(one.avoids_firms))).tolist() if one.avoids_firms else []
        meet[a, avoided] = meet[avoided, a] = False
    return meet


def costs(
    people: Sequence[Participant],
    everybody: Sequence[Participant],
    past: Past,
    now: int,
    random: np.random.Generator,
) -> Costs:
    """What each pair of people costs in round `now`, n × n, in the fields of `domain.matching`.

    `everybody` are all members, the people among them, both by id.
    """
    forbidden = ~may_meet(people)
    gain = _gains(past.hearsay, random)
    gain /= max(1e-9, float(gain.max(initial=0.0, where=~forbidden)))
    sector = np.unique([one.sector for one in people], return_inverse=True)[1]
    lots = 1e3 * random.random(len(people))
    at = {one.id: position for position, one in enumerate(everybody)}
    known = [one in at for one in past.heard_of]
    plan = plan_for(
        [(one.sector, one.firm) for one in everybody],
        [at[one.id] for one in people],
        np.count_nonzero(past.hearsay[:, known]) / max(1, len(people)),
    )
    cost = np.empty(gain.shape, dtype=np.int64)
    block = max(1, _BLOCK // max(1, len(people)))
    for start in range(0, len(people), block):
        rows = slice(start, start + block)
        worth = _GAIN * gain[rows] + _PLAN * plan.fit(rows)
        worth += _OTHER_SECTOR * (sector[rows, None] != sector)
        chance = lots[rows, None] * lots
        chance -= np.floor(chance)  # symmetric, and as good as drawn for each pair
        cost[rows] = np.maximum(0.0, 1 - (worth + _CHANCE * chance) / _MOST) * DULL.top
    if past.met:
        a, b = np.array(list(past.met)).T
        times, last = np.array(list(past.met.values())).T
        again = MET.put(times) + RECENT.put(RECENT.top - np.clip(now - last, 0, RECENT.top - 1))
        cost[a, b] += again
        cost[b, a] += again
    cost[forbidden] = FORBIDDEN
    return cost


# Up to this many people the gain is exact; beyond, so many operations may be spent on it.
_EXACT_GAIN = 400
_GAIN_EFFORT = 4e9


def _gains(hearsay: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.float32]:
    """How much each two can tell each other: the summed difference in freshness of what they have heard, n × n.

    In larger clusters that is estimated: freshness is cut to a few levels, and, if that is still too much, only some of
    the people heard of are looked at. With 0-1 vectors x and y, Σ|x − y| = Σx + Σy − 2x·y, a product of matrices.
    """
    size, others = hearsay.shape
    if size <= _EXACT_GAIN:
        fresh = freshness(hearsay)
        exact = [np.abs(fresh - one).sum(axis=1) for one in fresh]
        return np.array(exact, dtype=np.float32).reshape(size, size)
    width = max(1024, int(_GAIN_EFFORT / (2 * size**2)))
    if others > width:
        hearsay = hearsay[:, np.sort(random.choice(others, width, replace=False))]
    moments = np.linspace(0, HORIZON + 1, 1 + min(4, max(1, width // hearsay.shape[1]))).astype(np.uint8)
    steps = [
        (hearsay > below).astype(np.float32) * np.sqrt(freshness(above) - freshness(below))
        for below, above in pairwise(moments)
    ]
    step = np.concatenate(steps, axis=1)
    alike: NDArray[np.float32] = step @ step.T
    own = alike.diagonal().copy()
    alike *= -2  # in place: at 10,000 people this is the largest thing there is beside the costs
    alike += own
    alike += own[:, None]
    return alike
