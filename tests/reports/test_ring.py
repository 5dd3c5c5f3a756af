"""Places on the ring: by sector, never too near each other, and where they were last month."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.ring import Ring, moved, ring
from domain.measures import Node

SECTORS = ("crafts", "design", "film")


def nodes(sector_of: dict[int, str]) -> list[Node]:
    return [Node(firm, sector) for firm, sector in sector_of.items()]


clusters = st.dictionaries(st.integers(0, 40), st.sampled_from([*SECTORS, "pottery"]), max_size=40)
NAMES = {firm: f"{firm * 37 % 41:02} & zn" for firm in range(41)}


def checked(found: Ring, sector_of: dict[int, str]) -> Ring:
    """Whatever is true of every ring."""
    assert found.firms.keys() == sector_of.keys()
    order = sorted(found.firms, key=lambda firm: found.firms[firm])
    places = [*found.firms.values()]
    assert all(0 <= turn <= 1 for turn in places)
    for a, b in pairwise(order):
        apart = found.firms[b] - found.firms[a]
        room = 1 if sector_of[a] == sector_of[b] else 1 + found.gap
        assert apart >= room * found.spacing - 1e-9
        if sector_of[a] == sector_of[b]:
            assert NAMES[a] < NAMES[b]
    sectors = [sector_of[firm] for firm in order]
    assert len([1 for a, b in pairwise(sectors) if a != b]) == len({*sectors}) - bool(sectors)
    # Around the top, too.
    if order:
        assert found.firms[order[0]] + 1 - found.firms[order[-1]] >= (1 + found.gap) * found.spacing - 1e-9
    for sector, turn in found.sectors.items():
        first = next(firm for firm in order if sector_of[firm] == sector)
        assert found.spacing < found.firms[first] - turn < found.gap * found.spacing
        before = [found.firms[firm] for firm in order if found.firms[firm] < turn]
        assert not before or turn - before[-1] > found.spacing
    return found


@settings(deadline=None)
@given(clusters, clusters)
def test_sectors_stand_together_with_room_for_each_and_nobody_passes_anybody(
    was: dict[int, str], now: dict[int, str]
) -> None:
    before = checked(ring(nodes(was), NAMES, SECTORS), was)
    checked(ring(nodes(now), NAMES, SECTORS, before.firms), now)


@settings(deadline=None)
@given(clusters)
def test_where_nothing_changes_nothing_moves(some: dict[int, str]) -> None:
    before = ring(nodes(some), NAMES, SECTORS)
    after = ring(nodes(some), NAMES, SECTORS, before.firms)
    assert max(moved(before.firms, after.firms).values(), default=0) < 1e-9


@pytest.mark.parametrize(("firms", "mean", "most"), [(12, 7, 40), (30, 2, 12), (300, 0.7, 5)])
def test_in_a_year_of_coming_and_going_firms_hardly_move(firms: int, mean: float, most: float) -> None:
    """Each month one in twenty joins and one in thirty leaves. In degrees, over those who stay."""
    random = Random(firms)
    there = {firm: random.choice(SECTORS) for firm in range(firms)}
    names = {firm: f"{random.random()}" for firm in range(2 * firms + 12)}
    now = ring(nodes(there), names, SECTORS)
    for month in range(12):
        for new in range(max(1, firms // 20)):
            there[firms + month * max(1, firms // 20) + new] = random.choice(SECTORS)
        for _ in range(max(1, firms // 30)):
            there.pop(random.choice(sorted(there)))
        before, now = now, ring(nodes(there), names, SECTORS, now.firms)
        turned = [360 * turn for turn in moved(before.firms, now.firms).values()]
        assert fmean(turned) <= mean
        assert max(turned) <= most


def test_the_way_around_the_top_is_short() -> None:
    assert moved({1: 0.99, 2: 0.2}, {1: 0.01, 3: 0.5}) == {1: pytest.approx(0.02)}
