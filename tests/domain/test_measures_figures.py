"""The figures of a digest and a report: what is told when, and what is left out because it is about too few."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from random import Random

import pytest

from domain.evidence import Across, Indices, Log, Tie, WeekOfTies
from domain.figures import figures, indices
from domain.measures import FEWEST_FOR_SHARES, Exchange, Hours, Newcomer, Node, Share, Showing
from domain.model import ActKind
from domain.periods import Window, lately, weeks_until

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
WINDOW = lately(NOW)
WEEKS = weeks_until(NOW, "Europe/Amsterdam")
DAY = timedelta(days=1)


def firms(sectors: str) -> list[Node]:
    return [Node(firm, sector) for firm, sector in enumerate(sectors)]


def exchanges(*ties: Tie, ago: timedelta = 3 * DAY) -> list[Exchange]:
    return [Exchange(ActKind.REVIEW_EXCHANGED, a, b, NOW - ago, NOW - ago) for a, b in ties]


def log_of(nodes: list[Node], some: list[Exchange], **more: object) -> Log:
    active = frozenset(firm for one in some for firm in (one.giver, one.taker) if one.at in WINDOW)
    first: dict[Tie, datetime] = {}
    for one in sorted(some, key=lambda each: each.at):
        first.setdefault((min(one.giver, one.taker), max(one.giver, one.taker)), one.at)
    return Log(WEEKS, nodes, active=active, exchanges=some, first=first, **more)  # type: ignore[arg-type]


def test_a_digest_by_hand() -> None:
    # 16 firms, half of each sector: all of a meet each other, and two weeks later each of a meets one of b.
    nodes = firms("a" * 8 + "b" * 8)
    within = [*combinations(range(8), 2)]
    across = [(firm, firm + 8) for firm in range(8)]
    some = exchanges(*within, ago=20 * DAY) + exchanges(*across) + exchanges((0, 1), ago=100 * DAY)
    said = figures(
        log_of(
            nodes,
            some,
            active_before=frozenset({0, 1}),
            by_week=[(25, firm) for firm in range(16)] + [(23, firm) for firm in range(4)],
            showings=[Showing(NOW - 5 * DAY, NOW - 5 * DAY + timedelta(hours=3)), Showing(NOW - 5 * DAY, None)],
            sessions=[(90, True), (45, False)],
            newcomers=[Newcomer(NOW - 100 * DAY, active=True)] * 10,
            required=[NOW - DAY],
        ),
        WINDOW,
    )
    assert not said.counts_only
    assert said.took_part == Share(16, 16)
    assert said.took_part_before == 2
    assert (said.ties, said.new_ties) == (36, 35)  # 0–1 had met before
    assert said.new_across == 8
    assert said.partners_per_firm == 72 / 16
    assert said.across == Across(Share(8, 36), pytest.approx(1 - 2 * 56 / 240))
    assert said.largest_component == Share(16, 16)
    assert said.leans_on_one_firm is False
    assert said.reach is not None
    # The a's know each other, then each b hears of all the a's, and its a of it.
    assert said.reach.share == (8 * 7 + 8 * 8 + 8) / (16 * 15)
    assert said.reviews == 36
    assert said.hours == Hours(90, 45)
    assert said.answered_in_a_day == Share(1, 2)
    assert said.median_wait == timedelta(hours=3)
    assert said.newcomers_who_stay == Share(10, 10)
    assert said.actions_required == 1
    assert said.participation == (*[0] * 23, None, 0, 16)
    assert said.ties_by_week[-1] == WeekOfTies(8, None)  # eight across, none within
    assert said.ties_by_week[-3] == WeekOfTies(28, None)
    assert said.ties_by_week[0] == WeekOfTies(0, 0)


def test_a_small_cluster_has_counts_and_no_shares() -> None:
    ring = [(firm, (firm + 1) % 14) for firm in range(13)] + [(0, 13)]
    said = figures(log_of(firms("ab" * 7), exchanges(*ring)), WINDOW)
    assert said.counts_only
    assert (said.took_part, said.ties, said.largest_component) == (Share(14, 14), 14, Share(14, 14))
    assert (said.partners_per_firm, said.across, said.reach, said.leans_on_one_firm) == (None,) * 4
    assert indices(log_of(firms("ab" * 7), exchanges(*ring)), WINDOW) is None
    one_more = figures(log_of(firms("ab" * 7 + "a"), exchanges(*ring)), WINDOW)
    assert not one_more.counts_only
    assert one_more.partners_per_firm is not None
    assert one_more.across is None  # fourteen ties are too few


def test_few_are_never_split_or_told_of_a_week() -> None:
    nodes = firms("a" * 10 + "b" * 10)
    within = [*combinations(range(7), 2)]
    said = figures(log_of(nodes, exchanges(*within, (0, 10))), WINDOW)
    assert said.ties == said.new_ties == 22
    assert said.new_across is None
    assert said.across is None
    assert said.ties_by_week[-1] == WeekOfTies(22, None)
    two = figures(log_of(nodes, exchanges((0, 10), (0, 11))), WINDOW)
    assert two.ties == 2  # the headline of the whole cluster
    assert two.ties_by_week[-1] == WeekOfTies(None, None)


def test_the_indices_of_a_report_need_enough_firms_on_both_sides() -> None:
    nodes = firms("a" * 12 + "b" * 12)
    within = [(firm, (firm + 1) % 12) for firm in range(11)]
    across = [(firm, 12 + firm) for firm in range(12)]
    found = indices(log_of(nodes, exchanges(*within, *across)), WINDOW)
    assert found == Indices(
        external_internal=pytest.approx(1 / 23),
        external_internal_by_chance=pytest.approx(1 - 4 * 132 / (24 * 23)),
        # Ends: 22 a–a, 12 a–b, 12 b–a, of 46: (22/46 − (34² + 12²)/46²) / (1 − …).
        assortativity=round((22 * 46 - 1300) / (46 * 46 - 1300), 1),
        reciprocity=Share(0, 23),
        # Given: nothing by 12 firms, 1 by one, 2 by eleven: (1 · 1 + (3 + 5 + … + 23) · 2) / (23 · 23).
        gini=pytest.approx(287 / 529),
        top_tenth=None,  # a tenth of 24 firms is two
    )
    few_within = indices(log_of(nodes, exchanges(*within[:3], *across, *((a + 1, b) for a, b in across[:11]))), WINDOW)
    assert few_within is not None
    assert (few_within.external_internal, few_within.assortativity) == (None, None)


def test_the_top_tenth_is_told_where_it_is_ten_firms() -> None:
    ring = [(firm, (firm + 1) % 100) for firm in range(99)]
    found = indices(log_of(firms("ab" * 50), exchanges(*ring)), WINDOW)
    assert found is not None
    assert found.top_tenth == pytest.approx(10 / 99)
    assert found.gini == pytest.approx(1 / 99)


@pytest.mark.parametrize("sectors", ["", "a", "a" * FEWEST_FOR_SHARES])
def test_a_year_with_nothing_in_it(sectors: str) -> None:
    said = figures(log_of(firms(sectors), []), WINDOW)
    assert said.took_part == Share(0, len(sectors))
    assert (said.ties, said.new_ties, said.new_across, said.reviews) == (0, 0, 0, 0)
    assert said.across is None
    assert not said.leans_on_one_firm
    assert said.answered_in_a_day.value is None
    assert said.participation == (0,) * 26
    assert set(said.ties_by_week) == {WeekOfTies(0, 0)}


def test_one_sector_has_nothing_across() -> None:
    ring = [*combinations(range(8), 2)]
    said = figures(log_of(firms("a" * 20), exchanges(*ring)), WINDOW)
    assert said.across == Across(Share(0, 28), 0)
    assert said.new_across == 0
    assert said.ties_by_week[-1] == WeekOfTies(28, 0)


def test_three_hundred_firms() -> None:
    random = Random(1)
    nodes = [Node(firm, random.choice("abcdefghij"), random.randint(1, 9)) for firm in range(300)]
    some = [
        Exchange(ActKind.REVIEW_EXCHANGED, *random.sample(range(300), 2), at, at)
        for at in (NOW - 180 * DAY * random.random() for _ in range(5000))
    ]
    said = figures(log_of(nodes, some), WINDOW)
    found = indices(log_of(nodes, some), WINDOW)
    assert said.reach is not None
    assert 0 < said.reach.share <= said.reach.bound <= 1
    assert said.across is not None
    assert found is not None
    assert all(getattr(found, one.name) is not None for one in fields(found))
    assert sum(week.ties or 0 for week in said.ties_by_week) > said.ties
    assert len(said.ties_by_week) == len([*pairwise(WEEKS)])


def test_firms_that_are_gone_count_where_they_were() -> None:
    nodes = [*firms("ab" * 8), Node(16, "a", until=NOW - 95 * DAY)]
    said = figures(log_of(nodes, exchanges((0, 16), ago=100 * DAY) + exchanges((0, 1), ago=10 * DAY)), WINDOW)
    assert said.took_part.whole == 16
    assert said.reach is not None
    # Of the 17 that were there in half a year: 0 and 16, and then what both knew to 1.
    assert said.reach.share == (2 + 3) / (17 * 16)
    assert figures(log_of(nodes, []), Window(WINDOW.start - 90 * DAY, WINDOW.start)).took_part.whole == 17
