"""How far news travels between firms: by hand, never more than it could have, and never more than the bound."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.evidence import Reach
from domain.firm_reach import firm_reach
from domain.measures import Exchange, Node
from domain.model import ActKind
from domain.periods import weeks_until

WEEKS = weeks_until(datetime(2026, 6, 1, 7, tzinfo=UTC), "Europe/Amsterdam", count=6)
DAY = timedelta(days=1)


def firms(count: int) -> list[Node]:
    return [Node(firm, "crafts") for firm in range(count)]


def met(a: int, b: int, week: int, until: int | None = None) -> Exchange:
    """An exchange that began in one week and was complete in the same or a later one."""
    began = WEEKS[week] + DAY
    return Exchange(ActKind.REVIEW_EXCHANGED, a, b, began, WEEKS[week if until is None else until] + 2 * DAY)


def share(count: int, *exchanges: Exchange) -> float:
    found = firm_reach(firms(count), exchanges, WEEKS)
    assert found is not None
    return found.share


def test_news_goes_on_in_later_weeks() -> None:
    assert share(3, met(0, 1, 0)) == 2 / 6
    assert share(3, met(0, 1, 0), met(1, 2, 1)) == 5 / 6  # 2 has heard of 0, not 0 of 2
    assert share(3, met(0, 1, 0), met(1, 2, 1), met(0, 1, 2)) == 1


def test_exchanges_of_one_week_pass_nothing_on_among_themselves() -> None:
    # In one round several people of a firm meet others at once: what one hears the other has not told.
    assert share(3, met(0, 1, 2), met(1, 2, 2)) == 4 / 6
    assert share(4, met(0, 1, 0), met(1, 2, 1), met(2, 3, 1)) == (2 + 3 + 2) / 12


def test_what_is_confirmed_late_passes_on_only_what_was_known_when_it_began_and_only_after() -> None:
    # 1–2 began in week 0, before 0–1; that 2 confirmed it in week 3 makes no path from 0 to 2.
    assert share(3, met(1, 2, 0, until=3), met(0, 1, 1)) == 4 / 6
    # And what 1 and 2 told each other is not passed on before it is certain that they have.
    assert share(3, met(1, 2, 0, until=3), met(0, 1, 2)) == 4 / 6
    assert share(3, met(1, 2, 0, until=3), met(0, 1, 4)) == 5 / 6


def test_what_began_before_the_weeks_or_ends_after_them_does_not_count() -> None:
    early = Exchange(ActKind.REVIEW_EXCHANGED, 0, 1, WEEKS[0] - DAY, WEEKS[0] + DAY)
    late = Exchange(ActKind.REVIEW_EXCHANGED, 0, 1, WEEKS[-1] - DAY, WEEKS[-1])
    assert share(2, early, late, met(1, 1, 0)) == 0


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32])
def test_where_every_firm_meets_another_every_week_the_bound_doubles(size: int) -> None:
    for weeks in range(1, 7):
        # In week w each meets the one whose number differs in the w-th bit: the hypercube reaches the bound.
        exchanges = [
            met(a, a ^ 1 << week, week)
            for week in range(weeks)
            for a in range(size)
            if (a ^ 1 << week) in range(a, size)
        ]
        if 2**weeks <= size:
            expected = (2**weeks - 1) / (size - 1)
            assert firm_reach(firms(size), exchanges, WEEKS) == Reach(expected, expected)


def test_the_bound_counts_only_who_took_part() -> None:
    found = firm_reach(firms(10), [met(0, 1, 0), met(2, 3, 0), met(0, 2, 1), met(1, 3, 1)], WEEKS)
    assert found == Reach(12 / 90, 12 / 90)


def test_a_firm_that_meets_many_at_once_reaches_them_all() -> None:
    found = firm_reach(firms(5), [met(0, other, 0) for other in range(1, 5)], WEEKS)
    assert found is not None
    assert found.share == 8 / 20
    assert found.bound == pytest.approx(8 / 20)


def test_nothing_to_measure() -> None:
    assert firm_reach([], [], WEEKS) is None
    assert firm_reach(firms(1), [], WEEKS) is None
    assert firm_reach(firms(3), [], WEEKS) == Reach(0, 0)


some_exchanges = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(0, 2)).map(
        lambda drawn: met(drawn[0], drawn[1], drawn[2], min(5, drawn[2] + drawn[3]))
    ),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(some_exchanges)
def test_reach_is_the_paths_one_can_list_and_within_the_bound(exchanges: list[Exchange]) -> None:
    found = firm_reach(firms(6), exchanges, WEEKS)
    assert found is not None
    assert found.share == len(listed(exchanges)) / 30
    assert found.share <= found.bound <= 1


def listed(exchanges: list[Exchange]) -> set[tuple[int, int]]:
    """Every pair of firms with a path, found by following all paths step by step: the slow and obvious way."""
    steps = []
    for one, (a, b) in product(exchanges, ((0, 1), (1, 0))):
        ends = (one.giver, one.taker)
        first, last = (max(week for week in range(6) if WEEKS[week] <= when) for when in (one.began, one.at))
        steps.append((ends[a], ends[b], first, last))
    found: set[tuple[int, int]] = set()
    todo = [(start, start, -1) for start in range(6)]
    seen = set(todo)
    while todo:
        start, here, since = todo.pop()
        for a, b, first, last in steps:
            if a == here and first > since and (start, b, last) not in seen:
                seen.add((start, b, last))
                todo.append((start, b, last))
                found.add((start, b))
    return {(a, b) for a, b in found if a != b}
