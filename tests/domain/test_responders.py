"""Whom to ask to answer a showing: the rules hold whoever there is, and small cases agree with trying everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import responders
from domain.asking import ASK_QUOTAS, within_quota
from domain.responders import Helper, Unanswered, whom_to_ask

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOBODY: frozenset[int] = frozenset()
KINDS = ("reaction", "choice", "how")
SECTORS = ("crafts", "design", "film")


def helper(
    number: int,
    *days: float,
    firm: int | None = None,
    sector: str = "film",
    answered: Sequence[str] = (),
    avoids: int = -1,
) -> Helper:
    """Somebody asked so many days ago, by default of a firm of their own."""
    asked_at = tuple(NOW - timedelta(days=one) for one in days)
    return Helper(
        number, 100 + number if firm is None else firm, sector, asked_at, frozenset(answered), frozenset({avoids})
    )


def showing(
    number: int, *, hours: float = 20, first: bool = False, asked: Sequence[int] = (), sector: str = "design"
) -> Unanswered:
    return Unanswered(
        number, 1000 + number, 50, sector, "reaction", first, NOW - timedelta(hours=hours), frozenset(asked), NOBODY
    )


@st.composite
def crowds(draw: st.DrawFn, most: int = 4) -> tuple[list[Unanswered], list[Helper]]:
    """Up to so many showings and people on call, who share firms, avoid each other and have been asked before."""
    some = st.frozensets(st.integers(0, most + 2), max_size=2)
    helpers = [
        Helper(
            id=at,
            firm=draw(st.integers(0, most // 2 + 1)),
            sector=draw(st.sampled_from(SECTORS)),
            asked_at=tuple(
                NOW - timedelta(hours=hours) for hours in draw(st.lists(st.integers(1, 24 * 120), max_size=4))
            ),
            answered=draw(st.frozensets(st.sampled_from(KINDS))),
            avoids=draw(some),
        )
        for at in range(draw(st.integers(0, most)))
    ]
    showings = [
        Unanswered(
            id=10 + at,
            maker=draw(st.integers(0, most + 2)),
            firm=draw(st.integers(0, most // 2 + 1)),
            sector=draw(st.sampled_from(SECTORS)),
            ask=draw(st.sampled_from(KINDS)),
            first=draw(st.booleans()),
            shown_at=NOW - timedelta(hours=draw(st.integers(20, 30))),
            asked=draw(some),
            avoids=draw(some),
        )
        for at in range(draw(st.integers(0, most)))
    ]
    return showings, helpers


def may(one: Unanswered, other: Helper) -> bool:
    """Whether the rules let this person be asked for this showing now."""
    recent = sorted(other.asked_at)
    return (
        other.id != one.maker
        and other.firm != one.firm
        and other.id not in one.asked
        and other.id not in one.avoids
        and one.maker not in other.avoids
        and all(sum(NOW - moment < span for moment in recent) < most for span, most in ASK_QUOTAS)
    )


def every_way(showings: list[Unanswered], helpers: list[Helper]) -> Iterator[dict[int, int]]:
    """Every way to ask one person each for some of the showings."""
    seats: list[Helper | None] = [*helpers, *[None] * len(showings)]
    for chosen in set(permutations(range(len(seats)), len(showings))):
        pairs = [(one, seats[at]) for one, at in zip(showings, chosen, strict=True)]
        if all(other is None or may(one, other) for one, other in pairs):
            yield {one.id: other.id for one, other in pairs if other is not None}


def in_order(showings: Sequence[Unanswered]) -> list[Unanswered]:
    return sorted(showings, key=lambda one: (not one.first, one.shown_at, one.id))


def load(one: Helper) -> int:
    return sum(NOW - moment < timedelta(days=90) for moment in one.asked_at)


@given(crowds(most=9), st.integers())
def test_no_rule_is_broken_and_the_order_of_the_lists_is_nothing(
    crowd: tuple[list[Unanswered], list[Helper]], seed: int
) -> None:
    showings, helpers = crowd
    chosen = whom_to_ask(showings, helpers, NOW, seed)
    of = {one.id: one for one in helpers}
    shown = {one.id: one for one in showings}
    assert all(may(shown[one], of[other]) for one, other in chosen.items())
    assert len(set(chosen.values())) == len(chosen)
    assert whom_to_ask(showings[::-1], helpers[::-1], NOW, seed) == chosen


@given(crowds(most=9))
def test_as_many_are_asked_as_can_be_and_nobody_for_one_who_was_asked_less(
    crowd: tuple[list[Unanswered], list[Helper]],
) -> None:
    showings, helpers = crowd
    chosen = whom_to_ask(showings, helpers, NOW, 1)
    graph = nx.Graph()
    graph.add_nodes_from(("showing", one.id) for one in showings)
    graph.add_edges_from(
        (("showing", one.id), ("helper", other.id)) for one in showings for other in helpers if may(one, other)
    )
    top = [("showing", one.id) for one in showings]
    assert len(chosen) == len(nx.bipartite.hopcroft_karp_matching(graph, top)) // 2
    of = {one.id: one for one in helpers}
    for one in showings:
        if one.id in chosen:
            idle = [load(other) for other in helpers if may(one, other) and other.id not in chosen.values()]
            assert load(of[chosen[one.id]]) <= min(idle, default=10**6)


@settings(max_examples=150, deadline=None)
@given(crowds(most=4), st.integers(0, 3))
def test_small_cases_agree_with_trying_everything(crowd: tuple[list[Unanswered], list[Helper]], seed: int) -> None:
    showings, helpers = crowd
    queue, of = in_order(showings), {one.id: one for one in helpers}
    chosen = whom_to_ask(showings, helpers, NOW, seed)
    ways = list(every_way(showings, helpers))
    assert chosen in ways

    # Most showings first; of these sets the one with the foremost showings.
    def served(way: dict[int, int]) -> tuple[int, list[bool]]:
        return len(way), [one.id in way for one in queue]

    assert served(chosen) == max(map(served, ways))
    alike = [way for way in ways if served(way) == served(chosen)]

    # Then the fewest asks of those asked, and of what else counts as much as can be.
    def asks(way: dict[int, int]) -> int:
        return sum(load(of[one]) for one in way.values())

    assert asks(chosen) == min(map(asks, alike))
    if chosen:
        free = sorted((one for one in helpers if within_quota(one.asked_at, NOW)), key=lambda one: one.id)
        queue = [one for one in queue if one.id in chosen]
        costs = responders._costs(queue, free, helpers, NOW, seed)
        row = {one.id: at for at, one in enumerate(queue)}
        column = {one.id: at for at, one in enumerate(free)}

        def cost(way: dict[int, int]) -> int:
            return sum(int(costs[row[one], column[other]]) for one, other in way.items())

        assert cost(chosen) == min(map(cost, alike))


def test_a_first_showing_goes_first_and_then_who_waits_longest() -> None:
    waiting = [
        showing(1, hours=30),
        showing(2, hours=21, first=True),
        showing(3, hours=40),
        showing(4, hours=20, first=True),
    ]
    people = [helper(1), helper(2), helper(3)]
    for number, expected in enumerate(([2], [2, 4], [2, 3, 4]), start=1):
        assert sorted(whom_to_ask(waiting, people[:number], NOW, 1)) == expected


def test_one_who_can_be_asked_for_less_is_not_left_over() -> None:
    # The longest waiting could take either; the other only the first.
    waiting = [showing(1, hours=40), showing(2, hours=20, asked=[2])]
    assert whom_to_ask(waiting, [helper(1), helper(2)], NOW, 1) == {1: 2, 2: 1}


def test_the_least_asked_comes_before_everything_else() -> None:
    busy = helper(1, 10, 20, sector="film", answered=["reaction"])
    idle = helper(2, 10, sector="design")
    assert whom_to_ask([showing(1)], [busy, idle], NOW, 1) == {1: 2}
    long_ago = helper(1, 91, 95, 99, 110, sector="film", answered=["reaction"])
    assert whom_to_ask([showing(1)], [long_ago, idle], NOW, 1) == {1: 1}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    ("wanted", "other"),
    [
        (helper(1, 20), helper(2, 20, sector="design")),
        (helper(1, 20, answered=["reaction"]), helper(2, 20, answered=["how"])),
        (helper(1, 20), helper(2, 20, 100)),
        (helper(1, 50), helper(2, 10)),
    ],
    ids=["another sector", "has answered this", "asked less this year", "asked longer ago"],
)
def test_among_people_asked_equally_often(wanted: Helper, other: Helper, seed: int) -> None:
    assert whom_to_ask([showing(1)], [wanted, other], NOW, seed) == {1: 1}


def test_who_is_hard_to_place_in_their_own_sector_is_asked_where_they_can_be() -> None:
    # Two of design, one of crafts: a showing of film could take any, one of design only the one of crafts.
    people = [helper(1, sector="crafts"), helper(2, sector="design"), helper(3, sector="design")]
    chosen = {whom_to_ask([showing(1, sector="film")], people, NOW, seed)[1] for seed in range(20)}
    assert chosen == {2, 3}


def test_chance_decides_between_equals_and_another_time_otherwise() -> None:
    people = [helper(one) for one in range(5)]
    by_seed = {whom_to_ask([showing(1)], people, NOW, seed)[1] for seed in range(60)}
    by_time = {whom_to_ask([showing(1)], people, NOW + timedelta(hours=at), 1)[1] for at in range(60)}
    assert by_seed == by_time == set(range(5))


def test_nobody_to_ask_and_nothing_to_ask_for() -> None:
    assert whom_to_ask([], [helper(1)], NOW, 1) == {}
    assert whom_to_ask([showing(1)], [], NOW, 1) == {}
    assert whom_to_ask([showing(1, asked=[1])], [helper(1), helper(2, 0.5), helper(3, firm=50)], NOW, 1) == {}


@settings(max_examples=60, deadline=None)
@given(
    people=st.integers(2, 7),
    calls=st.lists(st.tuples(st.integers(1, 80), st.integers(1, 3)), min_size=30, max_size=60),
    seed=st.integers(0, 10**6),
)
def test_where_everybody_is_able_the_load_is_as_even_as_it_can_be(
    people: int, calls: list[tuple[int, int]], seed: int
) -> None:
    """At any time the most asked are one ask ahead at most, whatever is shown when."""
    random = np.random.default_rng(seed)
    sectors = random.choice(SECTORS, people)
    helpers = [helper(at, sector=str(sectors[at])) for at in range(people)]
    now, asked = NOW, 0
    for hours, number in calls:
        now += timedelta(hours=hours)
        waiting = [showing(100 * asked + at, sector=str(random.choice(SECTORS))) for at in range(number)]
        for one in whom_to_ask(waiting, helpers, now, seed).values():
            helpers[one] = replace(helpers[one], asked_at=(*helpers[one].asked_at, now))
            asked += 1
        times = [len(one.asked_at) for one in helpers]
        assert max(times) - min(times) <= 1
