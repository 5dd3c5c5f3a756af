"""How the best swaps are found where there are many: prices, stages, pieces, and when time is up."""

from dataclasses import replace
from itertools import combinations, count, permutations
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import crowded, packing, pricing, swaps
from domain.budget import Budget
from domain.circulation import most_served
from domain.cycles import Graph, TooMany, cycles
from domain.market import market_of
from domain.packing import Packing, choose, folded
from domain.swaps import Found, Trader, Want, find
from tests.domain.swap_cases import apart


def zipf(members: int, skills: int, seed: int) -> list[Trader]:
    """A market of two offers and two wants each, skills by Zipf's law, firms of up to eight people."""
    random = np.random.default_rng(seed)
    chance = 1 / np.arange(1, skills + 1)
    firms = np.repeat(np.arange(members), random.integers(1, 9, members))[:members]
    traders = []
    for at, firm in enumerate(firms.tolist()):
        picked = random.choice(skills, size=4, replace=False, p=chance / chance.sum()).tolist()
        wants = tuple(Want(skill, float(random.random())) for skill in picked[2:])
        traders.append(Trader(at, firm, "abcdef"[firm % 6], frozenset(picked[:2]), wants, balance=0))
    return traders


def merit(found: Found, traders: list[Trader]) -> tuple[int, int, int, int]:
    """Members in circles, less legs within firms, legs across sectors, less people who must agree."""
    of = {one.id: one for one in traders}
    circles = [swap for swap in found.swaps if len(swap) > 1]
    legs = [(of[leg.teacher], of[leg.learner]) for swap in circles for leg in swap]
    return (
        len(legs),
        -sum(one.firm == other.firm for one, other in legs),
        sum(one.sector != other.sector for one, other in legs),
        -sum(len(swap) ** 2 for swap in circles),
    )


def assert_sound(found: Found, traders: list[Trader]) -> None:
    of = {one.id: one for one in traders}
    assert all(leg.skill in of[leg.teacher].offers for swap in found.swaps for leg in swap)
    assert all(leg.skill in {one.skill for one in of[leg.learner].wants} for swap in found.swaps for leg in swap)
    people = [{leg.teacher for leg in swap} | {leg.learner for leg in swap} for swap in found.swaps]
    assert len(set().union(*people)) == sum(map(len, people))


# Cycles


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 6), st.sampled_from([0.2, 0.5, 0.9]))
def test_every_cycle_is_listed_once(seed: int, longest: int, density: float) -> None:
    random = Random(seed)
    size = random.randint(2, 6)
    legs = [pair for pair in permutations(range(size), 2) if random.random() < density]
    legs += [pair for pair in legs if random.random() < 0.1]  # two ways between the same two
    random.shuffle(legs)
    starts = random.choice([None, 1, 2])
    never = [tuple(random.sample(range(len(legs)), 2)) for _ in range(3)] if len(legs) > 1 else []
    graph = Graph(size, *np.array(legs, dtype=np.intp).reshape(-1, 2).T)
    found = [tuple(cycle) for some in cycles(graph, longest, 10_000, starts, never) for cycle in some.tolist()]

    def is_cycle(some: tuple[int, ...]) -> bool:
        following = list(zip(some, some[1:] + some[:1], strict=True))
        teachers = [legs[at][0] for at in some]
        return (
            all(legs[one][1] == legs[other][0] for one, other in following)
            and len(set(teachers)) == len(some)
            and teachers[0] == min(teachers)
            and (starts is None or teachers[0] < starts)
            and not set(following) & set(never)
        )

    multigraph = nx.MultiDiGraph(legs)
    rings = [ring for ring in nx.simple_cycles(nx.DiGraph(multigraph)) if len(ring) <= longest]
    expected = set()
    for ring in rings:
        chains: list[tuple[int, ...]] = [()]
        lowest = ring.index(min(ring))
        turned = ring[lowest:] + ring[:lowest]
        for pair in zip(turned, turned[1:] + turned[:1], strict=True):
            chains = [(*chain, at) for chain in chains for at, leg in enumerate(legs) if leg == pair]
        expected |= {chain for chain in chains if is_cycle(chain)}
    assert sorted(found) == sorted(expected)


def test_too_many_cycles_are_not_listed() -> None:
    pairs = list(permutations(range(12), 2))
    graph = Graph(12, *np.array(pairs, dtype=np.intp).T)
    assert [len(some) for some in cycles(graph, 3, 1000)] == [66, 440]
    with pytest.raises(TooMany):
        cycles(graph, 3, 400)


# The exact choice


@st.composite
def packings(draw_from: st.DrawFn) -> Packing:
    """A few columns over a few rows, some of which may be used twice, with four goals of either sign."""
    random = np.random.default_rng(draw_from(st.integers(0, 2**32)))
    rows, columns, wide = int(random.integers(3, 8)), int(random.integers(1, 11)), int(random.integers(2, 5))
    table = np.full((columns, wide), rows)
    for at in range(columns):
        used = int(random.integers(2, min(wide, rows) + 1))
        table[at, :used] = random.choice(rows, used, replace=False)
    goals = (
        (table < rows).sum(axis=1),
        *(random.integers(low, high, columns) for low, high in ((-2, 1), (0, 4), (-9, 9))),
    )
    return Packing(table, random.integers(1, 3, rows), goals)


@settings(max_examples=150, deadline=None)
@given(packings(), st.sampled_from([0, 30, packing.FOLDED]))
def test_no_choice_is_better_however_the_goals_are_folded(some: Packing, folding: int) -> None:
    columns = range(len(some.rows))
    sets = (np.array(chosen, dtype=np.intp) for size in range(9) for chosen in combinations(columns, size))
    best = max(some.value(chosen) for chosen in sets if some.fits(chosen))
    choice = choose(some, Budget(20), folding=folding)
    assert choice.exact
    assert some.fits(choice.columns)
    assert some.value(choice.columns) == best
    assert choice.bound == best[0]


def test_goals_are_folded_as_far_as_a_solver_can_tell_them_apart() -> None:
    ones = np.ones(3, dtype=np.int64)
    some = Packing(np.array([[0, 1], [1, 2], [2, 0]]), ones, (2 * ones, -ones, 5 * ones))
    assert [stage.tolist() for stage in folded(some)] == [
        [(2 * 3 - 1) * 9 + 5] * 3
    ]  # sums to 3 at most: -2 to 0, 0 to 8
    assert [stage.tolist() for stage in folded(some, most=10)] == [[5] * 3, [5] * 3]
    assert [stage.tolist() for stage in folded(some, most=5)] == [[2] * 3, [-1] * 3, [5] * 3]


def test_columns_are_priced_without_looking_at_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    traders = zipf(60, 60, seed=4)
    at_once = find(traders)
    assert at_once.exact
    calls = count()
    solve = pricing.linprog
    monkeypatch.setattr(pricing, "_ALL_AT_ONCE", 10)
    monkeypatch.setattr(pricing, "_ADDED_PER_ROW", 1)
    monkeypatch.setattr(pricing, "linprog", lambda *given, **named: (next(calls), solve(*given, **named))[1])
    step_by_step = find(traders)
    assert next(calls) > 6  # columns were generated, not all there from the start
    assert step_by_step.exact
    assert (step_by_step.served, merit(step_by_step, traders)) == (at_once.served, merit(at_once, traders))


# A crowd


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_piece_by_piece_comes_near_the_best(seed: int) -> None:
    traders = zipf(60, 40, seed)
    best, near = find(traders), find(traders, crowded=50)
    assert best.exact
    assert not near.exact
    assert_sound(near, traders)
    assert near.in_circles >= 0.97 * best.in_circles
    assert near.bound >= best.in_circles
    assert near.proven <= (near.in_circles == best.in_circles)
    assert find(traders[::-1], crowded=50) == near


def test_a_crowd_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    traders = zipf(400, 60, seed=1)
    found = find(traders, crowded=1000)
    assert_sound(found, traders)
    assert found.in_circles >= 0.99 * found.bound
    monkeypatch.setattr(crowded, "_LAYER", 50)  # not even those of one length can be listed
    assert_sound(find(traders[:100], crowded=50), traders)


def test_a_crowd_keeps_to_what_was_declined_and_to_focus() -> None:
    traders = [replace(one, avoid=frozenset({int(one.id) // 2})) for one in zipf(60, 30, seed=5)]
    of = {one.id: one for one in traders}
    declined = []
    for _ in range(3):
        found = find(traders, crowded=50, declined=declined, focus=range(9), in_one_room=True)
        for swap in found.swaps:
            assert not any(apart(of[one], of[other]) for one, other in combinations({leg.teacher for leg in swap}, 2))
            members = {leg.teacher for leg in swap} | {leg.learner for leg in swap}
            assert members & set(range(9))
            own = [(one, frozenset(leg for leg in swap if one in (leg.teacher, leg.learner))) for one in members]
            assert not set(own) & set(declined)
            declined += own[:1]
    assert_sound(found, traders)


@pytest.mark.parametrize("seed", range(5))
def test_no_swaps_serve_more_than_the_bound(seed: int) -> None:
    traders = zipf(40, 60, seed)
    market = market_of(traders)
    bound = sum(most_served(market, group, Budget(20)) for group in market.circles())
    graph = nx.DiGraph(zip(market.teacher.tolist(), market.learner.tolist(), strict=True))
    next_to = nx.Graph()  # whoever is in no circle is next to themselves
    next_to.add_edges_from((((0, one), (1, other)) for one, other in graph.edges), weight=0)
    next_to.add_edges_from((((0, one), (1, one)) for one in graph), weight=1)
    follows = nx.bipartite.minimum_weight_full_matching(next_to, [(0, one) for one in graph], weight="weight")
    expected = sum(follows[0, one] != (1, one) for one in graph)
    assert find(traders).in_circles <= expected <= bound <= len(traders)


def test_as_many_learn_on_credit_as_another_program_can_place() -> None:
    half = [
        replace(one, offers=frozenset(), balance=-190 - 40 * (int(one.firm) % 2))
        if int(one.id) % 2
        else replace(one, wants=())
        for one in zipf(120, 30, seed=3)
    ]
    found = find(half)
    flow = nx.DiGraph()
    for one in half:
        if one.wants:
            credit = 2 if one.balance == -150 else 1 if one.balance == -190 else 0
            flow.add_edge("from", ("firm", one.firm), capacity=credit)
            flow.add_edge(("firm", one.firm), ("learner", one.id), capacity=1)
        else:
            flow.add_edge(("teacher", one.id), "to", capacity=1)
    pairs = [(one.id, other.id) for one in half for other in half if one.offers & {want.skill for want in other.wants}]
    flow.add_edges_from(((("learner", other), ("teacher", one)) for one, other in pairs), capacity=1)
    assert found.exact
    assert found.served == nx.maximum_flow_value(flow, "from", "to") > 10
    assert_sound(found, half)


# Time


@pytest.mark.parametrize("listed", [50, swaps.CROWDED])
@pytest.mark.parametrize("seconds", [0.0, 1e-6])
def test_when_time_is_up_the_best_found_is_the_answer(seconds: float, listed: int) -> None:
    traders = zipf(80, 60, seed=2)
    found = find(traders, seconds=seconds, crowded=listed)
    assert_sound(found, traders)
    assert not found.proven
    assert not found.exact
    assert 20 < found.in_circles <= found.bound <= 80


def test_a_clock_ends_it() -> None:
    traders = zipf(80, 60, seed=2)
    seconds = count()
    assert not find(traders, seconds=2, clock=lambda: float(next(seconds))).exact
    assert find(traders, seconds=2, clock=lambda: 7.0).exact


def test_a_budget_that_ran_out_stays_so() -> None:
    now = iter([0.0, 3.0, 5.5, 1.0])
    budget = Budget(5, lambda: next(now))
    assert (budget.left(), budget.left(), budget.left()) == (2.0, 0.0, 0.0)
    assert Budget(5).left() == 2.5
    assert Budget(0).left() == 0.0
