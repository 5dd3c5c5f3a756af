"""The best division of people into pairs, and as few trios as needed, over positions and plain integers.

What a pair costs is one 64-bit integer made of fields, the weightiest highest (`Field`): comparing two sums of
up to four costs compares them field by field. For sums over everybody the fields are spread further apart
(`_Scale`) in Python's unbounded integers, of which `rustworkx` takes 127 bits.

Placing as many people as possible in pairs *and* trios is as easy as in pairs alone (Cornuéjols, Hartvigsen
and Pulleyblank, "Packing subgraphs in a graph", 1982): a trio helps exactly where it leaves the others with a
matching that misses one person fewer, and taking such trios one by one, in any order, ends at the best.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import rustworkx as rx
from numpy.typing import ArrayLike, NDArray

Costs = NDArray[np.int64]
Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a cost: its lowest bit, and how many bits the value of one pair may take."""

    shift: int
    bits: int

    @property
    def top(self) -> int:
        """The largest value one pair may have here."""
        return (1 << self.bits) - 1

    def put(self, values: ArrayLike) -> Costs:
        """The values, cut to the field, at its place in a cost."""
        return np.clip(values, 0, self.top).astype(np.int64) << self.shift


# Two bits lie free above each field, so that the sum of four costs cannot run over into the next.
DULL = Field(0, 28)  # what a pair lacks of the most it could gain
RECENT = Field(30, 8)  # how lately a pair met
AGAIN = Field(40, 8)  # how often a trio's members have been in one
MET = Field(50, 6)  # how often a pair met
FORBIDDEN = 1 << 60

#: The largest claim to be placed (`Problem.owed`) that is told from a smaller one.
MOST_OWED = 63
#: The largest number of earlier trios of a person that is told from a smaller one.
MOST_TRIOS = AGAIN.top // 3


@dataclass(frozen=True, slots=True)
class Problem:
    """Whom to divide: n people, what each pair would cost, and each person's claims.

    `cost` is n × n, symmetric, `FORBIDDEN` or more where two may not meet (and on the diagonal); `owed` n claims to be
    placed before others, at most `MOST_OWED`; `trios` how often each was in a trio, at most `MOST_TRIOS`.
    """

    cost: Costs
    owed: NDArray[np.int64]
    trios: NDArray[np.int64]

    def group_cost(self, group: Group) -> int:
        """The summed cost of the pairs of a group, and of its being a trio."""
        pairs = sum(int(self.cost[a, b]) for a, b in _pairs_of(group))
        return pairs + (sum(int(self.trios[a]) << AGAIN.shift for a in group) if len(group) > 2 else 0)


def divide(problem: Problem) -> list[Group]:
    """Groups of two or three that place as many as possible, the most owed first, at the least cost.

    Exact for pairs. A trio is chosen so that most are placed and, unless more than `_EFFORT` allows would have to be
    tried, so that the fields above `DULL` are least; in `DULL` it is the best of a few. Each person is in at most one
    group.
    """
    scale = _Scale(problem)
    trios: list[Group] = []
    people = list(range(len(problem.cost)))
    pairs = _best_pairs(scale, people)
    while left := _left_of(people, pairs):
        better = _with_a_trio(scale, people, pairs, left)
        if better is None:
            break
        trios += [group for group in better if len(group) > 2]
        pairs = [group for group in better if len(group) == 2]
        people = _left_of(people, trios)
    return trios + pairs


def best_pairs(problem: Problem, pairs: Sequence[tuple[int, int]]) -> list[Group]:
    """Of the pairs given (lower position first), those that place most at the least cost; forbidden ones never."""
    scale = _Scale(problem)
    a, b = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    kept = problem.cost[a, b] < FORBIDDEN
    everybody = range(len(problem.cost))
    return [*_matched(len(everybody), scale.edges(everybody, a[kept], b[kept]))]


class _Scale:
    """Costs and claims as integers whose sums over everybody still compare field by field."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._room = len(problem.cost).bit_length()
        self._half = AGAIN.shift + 2 * self._room
        self._fine = RECENT.shift + self._room
        owed = 1 << (self._half + MET.shift + MET.bits + 2 - AGAIN.shift + 2 * self._room)
        person = owed * (MOST_OWED + 1) << self._room
        self.place = [person + owed * int(claim) for claim in problem.owed]

    def spread(self, costs: Costs) -> list[int]:
        """Costs, each a sum of at most four, with room between the fields for sums over everybody."""
        low = _values(costs, DULL) + (_values(costs, RECENT) << (RECENT.shift + self._room))
        high = _values(costs, AGAIN) + (_values(costs, MET) << (MET.shift - AGAIN.shift + self._room))
        return [(upper << self._half) + lower for upper, lower in zip(high.tolist(), low.tolist(), strict=True)]

    def edges(self, people: Sequence[int], a: NDArray[np.intp], b: NDArray[np.intp]) -> list[tuple[int, int, int]]:
        """Pairs of positions in `people`, each with what it is worth that the two are placed so."""
        of = np.asarray(people, dtype=np.intp)
        place = [self.place[person] for person in people]
        costs = self.spread(self.problem.cost[of[a], of[b]])
        return [(i, j, place[i] + place[j] - c) for i, j, c in zip(a.tolist(), b.tolist(), costs, strict=True)]

    def value(self, groups: Iterable[Group]) -> int:
        """What a division is worth: everybody placed, less every cost. Larger is better."""
        groups = list(groups)
        costs = self.spread(np.array([self.problem.group_cost(group) for group in groups], dtype=np.int64))
        return sum(self.place[person] for group in groups for person in group) - sum(costs)

    def coarse(self, value: int) -> int:
        """The part of a value above the field `DULL`, which is a cost and so rounded up."""
        return -(-value >> self._fine)


def _values(costs: Costs, field: Field) -> NDArray[np.int64]:
    return costs >> field.shift & ((1 << (field.bits + 2)) - 1)


def _pairs_of(group: Sequence[int]) -> Iterator[tuple[int, int]]:
    return ((a, b) for at, a in enumerate(group) for b in group[at + 1 :])


def _left_of(people: Iterable[int], groups: Iterable[Group]) -> list[int]:
    placed = {person for group in groups for person in group}
    return [person for person in people if person not in placed]


def _edges(scale: _Scale, people: Sequence[int]) -> list[tuple[int, int, int]]:
    """Every allowed pair as (position in `people`, position in `people`, worth)."""
    of = np.asarray(people, dtype=np.intp)
    a, b = np.nonzero(np.triu(scale.problem.cost[np.ix_(of, of)] < FORBIDDEN, 1))
    return scale.edges(people, a, b)


def _matched(nodes: int, edges: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """The heaviest matching of a graph of `nodes` nodes, in order, the lower node of each pair first."""
    graph: rx.PyGraph[None, int] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * nodes)
    graph.add_edges_from(edges)
    return sorted((min(pair), max(pair)) for pair in rx.max_weight_matching(graph, weight_fn=int))


def _best_pairs(scale: _Scale, people: Sequence[int]) -> list[Group]:
    return [(people[i], people[j]) for i, j in _matched(len(people), _edges(scale, people))]


# --- Trios -----------------------------------------------------------------------------------------------------------

#: How many trios are tried at most: this over the square of the number of people, so that the time is bounded.
_EFFORT = 400_000
#: How many are tried only to lower `DULL`.
_POLISH = 8


def _with_a_trio(scale: _Scale, people: list[int], pairs: list[Group], left: list[int]) -> list[Group] | None:
    """The best division of `people` with one trio, or None if no trio places one person more than `pairs` do."""
    best, best_value = None, scale.value(pairs)
    limit = None
    tries = _EFFORT // len(people) ** 2 + 1
    for tried, (cost, couple) in enumerate(_couples(scale, _loose(scale.problem, people, pairs, left))):
        if limit is None:
            limit = _limit(scale, people)
        hopeless = scale.coarse(limit - cost) <= scale.coarse(best_value)
        if tried >= tries or (hopeless and tried >= min(_POLISH, tries // 10)):
            break
        groups = _joined_by_a_third(scale, people, couple)
        value = scale.value(groups)
        if value > best_value:
            best, best_value = groups, value
    return best


def _loose(problem: Problem, people: list[int], pairs: list[Group], left: list[int]) -> list[int]:
    """Who could be left over by some other division into as many pairs, or a few more people: only they make a trio.

    Those at the even end of an alternating walk from somebody left over (a path, strictly; a walk is quicker to find).
    """
    allowed = problem.cost < FORBIDDEN
    partner = dict(pair for a, b in pairs for pair in ((a, b), (b, a)))
    present = np.zeros(len(allowed), dtype=bool)
    present[people] = True
    loose, fresh = set(left), left
    while fresh:
        beside = np.flatnonzero(allowed[fresh].any(axis=0) & present)
        fresh = [partner[b] for b in beside.tolist() if b in partner and partner[b] not in loose]
        loose.update(fresh)
    return sorted(loose)


def _couples(scale: _Scale, people: list[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Couples that could take in a third, each with (at least) what the cheapest such trio costs, the cheapest first.

    Any trio has two members of one parity, so such couples are enough to find every trio.
    """
    of = np.array(people, dtype=np.intp)
    cost = scale.problem.cost[np.ix_(of, of)]
    burden = scale.problem.trios[of] << AGAIN.shift
    found: list[tuple[int, int, int]] = []
    for i in range(len(of)):
        mates = np.arange(i + 2, len(of), 2)
        mates = mates[cost[i, mates] < FORBIDDEN]
        if len(mates):
            third = (cost[i] + burden + cost[mates]).min(axis=1)
            total = third + cost[i, mates] + burden[i] + burden[mates]
            found += [(int(t), i, int(j)) for t, j in zip(total, mates, strict=True) if t < FORBIDDEN]
    found.sort()
    for total, i, j in found:
        yield scale.spread(np.array([total]))[0], (people[i], people[j])


def _joined_by_a_third(scale: _Scale, people: list[int], couple: tuple[int, int]) -> list[Group]:
    """The best division in which one more person joins the couple, which is kept together."""
    u, v = couple
    others = [person for person in people if person not in couple]
    of = np.array(others, dtype=np.intp)
    problem = scale.problem
    joining = (
        problem.cost[u, of]
        + problem.cost[v, of]
        + ((problem.trios[of] + problem.trios[u] + problem.trios[v]) << AGAIN.shift)
    )
    thirds = np.flatnonzero(joining < FORBIDDEN)
    edges = _edges(scale, others)
    edges += [
        (i, len(others), scale.place[others[i]] - cost)
        for i, cost in zip(thirds.tolist(), scale.spread(joining[thirds]), strict=True)
    ]
    groups: list[Group] = []
    for i, j in _matched(len(others) + 1, edges):
        groups.append((others[i], others[j]) if j < len(others) else (u, v, others[i]))
    return groups if any(len(group) > 2 for group in groups) else [*groups, couple]


def _limit(scale: _Scale, people: list[int]) -> int:
    """More than any division of `people` with one trio can be worth, its own cost not counted: three go free."""
    edges = _edges(scale, people)
    for blank in range(len(people), len(people) + 3):
        edges += [(i, blank, scale.place[person]) for i, person in enumerate(people)]
    worth = {(i, j): weight for i, j, weight in edges}
    return sum(worth[pair] for pair in _matched(len(people) + 3, edges))
