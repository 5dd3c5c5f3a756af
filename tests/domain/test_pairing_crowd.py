"""The division of very many: the rules hold all the same, and it is close to an upper bound."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from domain import crowd, weights
from domain.crowd import divide_any
from domain.matching import DULL, FORBIDDEN, MET, Problem, divide
from domain.pairing import History, allowed, draw
from domain.reach import HORIZON
from tests.domain.pairing_cases import after, cluster


def random_problem(size: int, firms: int, seed: int, met: float = 0.0) -> Problem:
    """Random costs between people dealt to firms; a share of the pairs has met."""
    random = np.random.default_rng(seed)
    values = np.triu(random.integers(0, DULL.top, (size, size)), 1)
    again = np.triu(random.random((size, size)) < met, 1)
    firm = random.integers(0, firms, size)
    cost = values + values.T + MET.put(again + again.T)
    cost[firm[:, None] == firm] = FORBIDDEN
    return Problem(cost, random.integers(0, 2, size), random.integers(0, 3, size))


@settings(max_examples=40, deadline=None)
@given(size=st.integers(4, 60), firms=st.integers(1, 12), seed=st.integers(0, 10**6), met=st.sampled_from([0, 0.3, 1]))
def test_every_rule_holds_and_as_many_are_placed_as_exactly(size: int, firms: int, seed: int, met: float) -> None:
    problem = random_problem(size, firms, seed, met)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "MOST_EXACT", 3)
        patch.setattr(crowd, "_HELPERS", 6)
        patch.setattr(crowd, "_AT_A_TIME", 8)
        groups = divide_any(problem)
    exact = divide(problem)
    people = [one for group in groups for one in group]
    assert len(people) == len(set(people)) == sum(map(len, exact))
    assert all(problem.cost[pair] < FORBIDDEN for group in groups for pair in combinations(group, 2))
    assert sum(len(group) == 3 for group in groups) == sum(len(group) == 3 for group in exact)


@pytest.mark.parametrize("met", [0, 0.5])
def test_it_is_close_to_the_upper_bound(met: float) -> None:
    problem = random_problem(500, firms=120, seed=5, met=met)
    groups = divide_any(problem)
    assert sum(map(len, groups)) == 500
    worth = np.where(problem.cost < 1 << MET.shift, DULL.top - (problem.cost & DULL.top), -DULL.top * 500.0)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    ours = sum(DULL.top - problem.group_cost(group) for group in groups)
    assert ours >= 0.99 * worth[rows, columns].sum() / 2  # random costs are harder than those of real clusters


def test_a_large_cluster_is_drawn_by_the_same_rules_and_alike_every_time() -> None:
    people = cluster(*[1, 2, 3, 4, 5] * 21, 4)
    of = {one.id: one for one in people}
    history = History()
    for number in range(1, 4):
        drawn = draw(people, history, number, seed=1)
        assert drawn == draw(people[::-1], history, number, seed=1)
        assert not drawn.left_out
        assert sorted(one for group in drawn.groups for one in group.members) == sorted(of)
        assert [len(group.members) for group in drawn.groups].count(3) == 1
        assert all(allowed(of[a], of[b]) for group in drawn.groups for a, b in combinations(group.members, 2))
        assert not any(group.reason.times_met for group in drawn.groups)
        history = after(history, drawn, number)


def test_what_many_can_tell_each_other_is_estimated_well() -> None:
    random = np.random.default_rng(3)
    heard = (random.random((420, 1200)) < random.random((420, 1))).astype(np.uint8) * np.uint8(HORIZON + 1)
    exact = np.array([np.abs(heard.astype(float) - row).sum(axis=1) for row in heard]) / (HORIZON + 1)
    assert weights._gains(heard, random) == pytest.approx(exact, abs=0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weights, "_GAIN_EFFORT", 0)
        sampled = weights._gains(heard, random)
    assert np.corrcoef(sampled.ravel(), exact.ravel())[0, 1] > 0.98
