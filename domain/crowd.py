"""The division of very many people: nearly the best, in seconds, and in memory for little more than the costs.

Greedily; then by exchanging partners between two pairs as long as that helps (2-opt); then some hundreds of people at a
time are matched anew, exactly but for pairs that hardly anybody would miss. People left over and people who would meet
again are last divided exactly, together with enough others to have a choice. Costs compare field by field throughout.
`bench/pairing.py` measures how near an upper bound this comes.
"""

import numpy as np
from numpy.typing import NDArray

from domain.matching import FORBIDDEN, MET, Costs, Group, Problem, best_pairs, divide

#: Up to this many people the division is exact.
MOST_EXACT = 300
# How many pairs are compared with all others at a time; and how many are matched anew at a time, over how many partners
# for each, found in so many steps.
_BLOCK = 64
_AT_A_TIME = 512
_PARTNERS = 10
_STEPS = 8
# How many pairs are there to choose from when mending, and how many are mended at a time.
_HELPERS = 60
_MENDED = 20

_Places = NDArray[np.intp]


def divide_any(problem: Problem) -> list[Group]:
    """`divide`, or for more than `MOST_EXACT` people something close to it."""
    size = len(problem.cost)
    if size <= MOST_EXACT:
        return divide(problem)
    a, b, odd = _greedily(problem.cost)
    _exchange(problem.cost, a, b)
    groups: list[Group] = [(int(one), int(other)) for one, other in zip(a, b, strict=True)]
    amiss = [group for group in groups if _is_amiss(problem, group)]
    fine = [group for group in groups if not _is_amiss(problem, group)]
    turns = max(1, round(len(fine) / _AT_A_TIME))
    fine = [group for turn in range(turns) for group in _matched_anew(problem, fine[turn::turns])]
    mended = _mended(problem, [*((one,) for one in odd), *amiss], fine)
    return [group for group in mended if not _is_left_over(problem, group)]


def _greedily(cost: Costs) -> tuple[_Places, _Places, list[int]]:
    """Everybody in turn with whom it costs least, allowed or not; and who is over if the number is odd."""
    free = np.ones(len(cost), dtype=bool)
    pairs: list[tuple[int, int]] = []
    for one in range(len(cost)):
        if free[one]:
            free[one] = False
            others = np.flatnonzero(free)
            if len(others):
                other = int(others[cost[one, others].argmin()])
                free[other] = False
                pairs.append((one, other))
    a, b = np.array(pairs, dtype=np.intp).T
    return a.copy(), b.copy(), sorted(set(range(len(cost))) - set(a.tolist()) - set(b.tolist()))


def _exchange(cost: Costs, a: _Places, b: _Places) -> None:
    """Exchange partners between two pairs, in place, until no exchange lowers the cost."""
    own = cost[a, b]
    active = np.arange(len(a))
    while len(active):
        found: list[tuple[int, int, int, bool]] = []
        for start in range(0, len(active), _BLOCK):
            found += _exchanges(cost, a, b, own, active[start : start + _BLOCK])
        changed: set[int] = set()
        again: set[int] = set()
        for _, i, j, crossed in sorted(found):
            if i in changed or j in changed:
                again.add(i)
                continue
            b[i], a[j], b[j] = (b[j], b[i], a[j]) if crossed else (a[j], b[i], b[j])
            own[[i, j]] = cost[a[[i, j]], b[[i, j]]]
            changed |= {i, j}
        active = np.array(sorted(changed | again), dtype=np.intp)


def _exchanges(cost: Costs, a: _Places, b: _Places, own: Costs, some: _Places) -> list[tuple[int, int, int, bool]]:
    """The best exchange of each of some pairs, if there is one: (minus what it saves, pair, other pair, how).

    Of the pairs (a, b) and (c, d), `True` makes (a, d) and (b, c), `False` (a, c) and (b, d).
    """
    straight = cost[np.ix_(a[some], a)] + cost[np.ix_(b[some], b)]
    crossed = cost[np.ix_(a[some], b)] + cost[np.ix_(b[some], a)]
    change = np.minimum(straight, crossed) - own
    other = change.argmin(axis=1)
    rows = np.arange(len(some))
    best = change[rows, other] - own[some]
    how = crossed[rows, other] < straight[rows, other]
    found = np.flatnonzero((best < 0) & (other != some))
    return [(int(best[at]), int(some[at]), int(other[at]), bool(how[at])) for at in found]


def _matched_anew(problem: Problem, pairs: list[Group]) -> list[Group]:
    """The members of some pairs matched at the least cost, each with one of a few partners or the one they had.

    These few cost least when what everybody costs anybody (half of the least, step by step: an approximate dual of the
    matching) is taken off; without that all would want the same few.
    """
    of = np.array([one for pair in pairs for one in pair], dtype=np.intp)
    if len(of) <= _PARTNERS:
        return pairs
    cost = problem.cost[np.ix_(of, of)]
    price = np.zeros(len(of))
    for _ in range(_STEPS):
        price = (price + (cost - price).min(axis=1)) / 2
    near = np.argpartition(cost - price, _PARTNERS, axis=1)[:, :_PARTNERS]
    rows = np.repeat(np.arange(len(of)), _PARTNERS)
    edges = {(min(i, j), max(i, j)) for i, j in zip(rows.tolist(), near.ravel().tolist(), strict=True)}
    edges |= {(at, at + 1) for at in range(0, len(of), 2)}
    part = Problem(cost, problem.owed[of], problem.trios[of])
    return [(int(of[i]), int(of[j])) for i, j in best_pairs(part, sorted(edges))]


def _mended(problem: Problem, amiss: list[Group], fine: list[Group]) -> list[Group]:
    """All the groups, the members of those amiss divided anew with others, some at a time, as long as it is amiss."""
    amiss.sort(key=len)
    along, done = amiss[:_MENDED], amiss[_MENDED:]
    turns = max(1, -(-len(fine) // _HELPERS))
    for turn in range(turns):
        some = fine[turn::turns]
        divided = _divided(problem, [*along, *some]) if along else some
        along = [group for group in divided if _is_amiss(problem, group)]
        done += [group for group in divided if not _is_amiss(problem, group)]
    return done + along


def _divided(problem: Problem, groups: list[Group]) -> list[Group]:
    """The members of the groups divided exactly, those left over each for themselves."""
    of = np.array(sorted(one for group in groups for one in group), dtype=np.intp)
    part = Problem(problem.cost[np.ix_(of, of)], problem.owed[of], problem.trios[of])
    divided = [tuple(int(of[one]) for one in group) for group in divide(part)]
    placed = {one for group in divided for one in group}
    return divided + [(int(one),) for one in of if int(one) not in placed]


def _is_amiss(problem: Problem, group: Group) -> bool:
    """Whether some of the group are left over or meet again."""
    return len(group) == 1 or problem.group_cost(group) >= 1 << MET.shift


def _is_left_over(problem: Problem, group: Group) -> bool:
    return len(group) == 1 or problem.group_cost(group) >= FORBIDDEN
