"""How fast a round is drawn, how near the best, and how far knowledge reaches.

Yardsticks, each in the same run: shuffling and pairing off (time), `networkx`' exact matching (time and worth at 100),
the assignment bound halved (worth: no matching is above it), and the gossip bound (reach), with random and no-repeat
pairing beside. `python -m bench.pairing --large` adds 10,000 people, more rows and more clusters (some ten minutes).
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Sequence
from functools import partial
from itertools import combinations
from math import inf
from statistics import median
from time import perf_counter

import networkx as nx
import numpy as np
from scipy.optimize import linear_sum_assignment

from bot.simulate import generated
from domain.crowd import divide_any
from domain.history import past_of
from domain.matching import DULL, FORBIDDEN, MET, Group, Problem
from domain.pairing import History, Meeting, Participant, draw
from domain.reach import gossip_bound
from domain.simulation import Pairing, at_random, by_weft, play, without_repeats
from domain.weights import costs

REACH = ((16, 0.7), (16, 0.9), (30, 0.5), (30, 0.7), (30, 0.9), (64, 0.7), (64, 0.9), (64, 1.0), (100, 0.7), (100, 0.9))
LARGE_REACH = ((16, 0.5), (64, 0.5), (100, 0.5), (256, 0.7), (256, 0.9), (256, 1.0), (1000, 0.9))


def timed(deed: Callable[[], object]) -> float:
    start = perf_counter()
    deed()
    return perf_counter() - start


def shuffled(people: Sequence[Participant], seed: int) -> list[tuple[int, int]]:
    """The yardstick: shuffle, and pair off whoever are neighbours and of different firms."""
    order = np.random.default_rng(seed).permutation(len(people)).tolist()
    pairs = zip(order[::2], order[1::2], strict=False)
    return [(people[a].id, people[b].id) for a, b in pairs if people[a].firm != people[b].firm]


def some_history(people: Sequence[Participant], rounds: int) -> History:
    """Rounds of a shuffle in which every meeting took place."""
    meetings = [
        Meeting(number, pair, completed=True) for number in range(1, rounds + 1) for pair in shuffled(people, number)
    ]
    return History(tuple(meetings))


def median_time(deed: Callable[[int], object], numbers: Sequence[int]) -> float:
    return median(timed(partial(deed, number)) for number in numbers)


def time_to_draw(large: bool) -> None:
    print("A whole round with half a year of history, median of 4; yardstick: shuffling and pairing off")
    for size in (30, 64, 100, 199, 200, 256, 1000) + ((10_000,) if large else ()):
        people = generated(size, 1, 1.0, seed=1).members
        history = some_history(people, 26)
        taken = median_time(partial(draw, people, history, seed=1), range(27, 31))
        yard = median_time(partial(shuffled, people), range(20))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  {size:6} people {taken:8.3f} s = {taken / yard:6.0f} × {yard:.5f} s; peak {peak:.0f} MiB", flush=True)


def problem_of(size: int) -> Problem:
    people = generated(size, 1, 1.0, seed=2).members
    past = past_of([one.id for one in people], some_history(people, 6), 7)
    cost = costs(people, people, past, 7, np.random.default_rng(1))
    nothing = np.zeros(size, dtype=np.int64)
    return Problem(cost, nothing, nothing)


def worth(problem: Problem, pairs: Sequence[Group]) -> float:
    """The summed worth of pairs who have not met; one who has counts as nothing."""
    return float(sum(DULL.top - cost for pair in pairs if (cost := problem.group_cost(pair)) < 1 << MET.shift))


def nearness_to_the_best() -> None:
    print("How near the best; yardstick: networkx exact at 100, half the assignment bound elsewhere")
    problem = problem_of(100)
    graph = nx.Graph()
    for a, b in combinations(range(100), 2):
        if problem.cost[a, b] < FORBIDDEN:
            graph.add_edge(a, b, weight=(1 << 62) - int(problem.cost[a, b]))
    start = perf_counter()
    exact = list(nx.max_weight_matching(graph, maxcardinality=True))
    theirs, ours = perf_counter() - start, timed(partial(divide_any, problem))
    same = sum(map(problem.group_cost, exact)) == sum(map(problem.group_cost, divide_any(problem)))
    print(
        f"     100 people: {'the same cost' if same else 'NOT the same cost'} in {ours / theirs:.3f} × {theirs:.2f} s"
    )
    for size in (200, 300, 500, 1000):
        problem = problem_of(size)
        bound = np.where(problem.cost < 1 << MET.shift, DULL.top - (problem.cost & DULL.top), -1e12)
        rows, columns = linear_sum_assignment(bound, maximize=True)
        gap = 1 - worth(problem, divide_any(problem)) / (bound[rows, columns].sum() / 2)
        print(f"  {size:6} people: {gap:.4%} below the bound")


def reach_of(pairing: Pairing, size: int, chance: float, seed: int, rounds: int) -> tuple[list[float], list[float]]:
    cluster = generated(size, rounds, chance, seed)
    bound = gossip_bound(cluster.attendance, [one.firm for one in cluster.members], seed)
    return [one.reach for one in play(cluster.members, cluster.attendance, pairing, seed)], bound


def expected_bound(size: int, chance: float, rounds: int) -> list[float]:
    """The bound as `measures` has it: what one source reaches if each comes with this chance, the mean of 4000 runs."""
    random = np.random.default_rng(1)
    known = np.ones(4000, dtype=np.int64)
    bound = []
    for _ in range(rounds):
        known += np.minimum(random.binomial(known, chance), random.binomial(size - known, chance))
        bound.append(float(known.mean() / size))
    return bound


def first(shares: Sequence[float]) -> float:
    """The first round after which 99 % is reached; infinite if it is not."""
    return next((number for number, share in enumerate(shares, start=1) if share >= 0.99), inf)


def how_far_knowledge_reaches(large: bool) -> None:
    clusters = 20 if large else 6
    print("Rounds to 99 % · worst reach/bound of any round (against the bound given who came, and against the bound")
    print(f"expected from the chance to come); medians of {clusters} clusters (fewer from 256 people)")
    print(f"  {'people, chance':>15} {'bound':>6} {'random':>19} {'no-repeat':>19} {'Weft':>19}")
    for size, chance in REACH + (LARGE_REACH if large else ()):
        expected = expected_bound(size, chance, 60)
        rounds = next(number for number, share in enumerate(expected, start=1) if share >= 0.995) + 1
        cells = []
        for pairing in (at_random, without_repeats, by_weft):
            runs = [reach_of(pairing, size, chance, seed, rounds) for seed in range(clusters if size < 256 else 5)]
            worst = median(min(r / b for r, b in zip(reach, bound, strict=True)) for reach, bound in runs)
            formula = median(min(r / b for r, b in zip(reach, expected, strict=False)) for reach, _ in runs)
            cells.append(f"{median(first(reach) for reach, _ in runs):4.1f} · {worst:.2f} · {formula:.2f}")
        print(f"  {size:9}, {chance:4} {first(expected):6} " + " ".join(f"{cell:>19}" for cell in cells), flush=True)


def across_sectors() -> None:
    print("Pairs across sectors, as a share of what is feasible in the same rounds (no repeats; sectors first)")
    for size in (30, 64, 100, 256):
        cluster = generated(size, 10, 0.9, seed=3)
        sector = {one.id: one.sector for one in cluster.members}
        of = {one.id: one for one in cluster.members}
        history, ours, feasible, again = History(), 0, 0, 0
        for number, played in enumerate(play(cluster.members, cluster.attendance, by_weft, 3), start=1):
            present = [of[one] for one in played.present]
            best, _ = without_repeats(present, [], history, number, 3)
            ours += sum(sector[group[0]] != sector[group[1]] for group in played.groups)
            feasible += sum(sector[group[0]] != sector[group[1]] for group in best)
            met = {frozenset(pair) for meeting in history.meetings for pair in combinations(meeting.members, 2)}
            again += sum(frozenset(pair) in met for group in played.groups for pair in combinations(group, 2))
            new = tuple(Meeting(number, group, completed=True) for group in played.groups)
            history = History(history.meetings + new)
        print(f"  {size:6} people: {ours / feasible:.3f}; {again} pairs met again in 10 rounds")


def main(large: bool = False) -> None:
    time_to_draw(large)
    nearness_to_the_best()
    across_sectors()
    how_far_knowledge_reaches(large)


if __name__ == "__main__":
    main(large="--large" in sys.argv)
