"""What is told of a period, attacked: each table, a year beside its quarters, and all that Weft publishes at once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attack import Name, Published, Sum, Told, attack
from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT, Breakdown, breakdowns, laid_together, split
from domain.classes import ACROSS, WITHIN, sector_groups, size_class, size_groups
from domain.evidence import ALL, Facts, Log, Network, Tie, WeekOfTies
from domain.figures import figures
from domain.measures import Exchange, Node
from domain.model import ActKind
from domain.network import network_of
from domain.periods import Quarter, Window, lately, weeks_until

ZONE = "Europe/Amsterdam"
HOUSE = "house"
REPORT = "report"


def nodes(**sizes: int) -> list[Node]:
    """So many firms of each sector."""
    sectors = [sector for sector, count in sizes.items() for _ in range(count)]
    return [Node(firm, sector) for firm, sector in enumerate(sectors)]


def facts(some: Sequence[Node], active: Iterable[int] = (), ties: Iterable[Tie] = (), **hours: int) -> Facts:
    network = Network(tuple(some), dict.fromkeys(ties, 1))
    return Facts(some, frozenset(active), network, {int(firm): quarters for firm, quarters in hours.items()})


def told(some: Iterable[Breakdown], what: str, where: str) -> dict[object, int]:
    """The numbers of one table that are told, by their place."""
    found = next(one for one in some if one.what == what)
    names = found.house if where == HOUSE else found.report
    return {name[2]: found.tables.cells[name].value for name in names}


# --- Classes ---------------------------------------------------------------------------------------------------------


def test_sectors_with_few_firms_are_told_together() -> None:
    some = nodes(film=7, crafts=12, music=2, games=3)
    assert sector_groups(some, 5) == (("crafts",), ("film",), ("games", "music"))
    # Five of music and games are too few for ten, so film joins them.
    assert sector_groups(some, 10) == (("crafts",), ("film", "games", "music"))
    assert sector_groups(nodes(film=3, music=1), 5) == (("film", "music"),)
    assert sector_groups([], 5) == ()


def test_sizes_are_told_together_with_the_next() -> None:
    assert [size_class(Node(1, "a", size)) for size in (0, 1, 2, 4, 5, 9, 10, 80)] == [
        *("1", "1", "2–4", "2–4", "5–9", "5–9", "10+", "10+")
    ]
    some = [Node(firm, "a", size) for firm, size in enumerate([1] * 6 + [3] * 2 + [6] * 4 + [12])]
    assert size_groups(some, 5) == (("1",), ("2–4", "5–9", "10+"))
    assert size_groups(some, 10) == (("1", "2–4", "5–9", "10+"),)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 15)), max_size=40), st.sampled_from([5, 10]))
def test_every_class_is_in_one_group_and_no_group_is_small_unless_all_are(drawn: list[tuple[str, int]], k: int) -> None:
    some = [Node(firm, sector, size) for firm, (sector, size) in enumerate(drawn)]
    for groups, of in (
        (sector_groups(some, k), [node.sector for node in some]),
        (size_groups(some, k), [*map(size_class, some)]),
    ):
        members = [one for group in groups for one in group]
        assert len(members) == len(set(members))
        assert set(of) <= set(members)
        firms = [sum(one in group for one in of) for group in groups]
        assert min(firms, default=0) >= k or len(groups) <= 1


# --- One period ------------------------------------------------------------------------------------------------------


def test_firms_by_sector() -> None:
    # 12 of crafts, 11 of film and 3 of games took part; games cannot be told, nor then the least of the others.
    some = nodes(crafts=20, film=15, games=12)
    active = [*range(12), *range(20, 31), *range(35, 38)]
    quarter = breakdowns("2026Q1", facts(some, active))
    assert told(quarter, "firms by sector", HOUSE) == {ALL: 26, ("crafts",): 12}
    assert told(quarter, "firms by sector", REPORT) == {ALL: 26, ("crafts",): 12}
    assert next(iter(quarter)).value(quarter[0].house, ("games",)) is None
    assert next(iter(quarter)).value(quarter[0].house, ("crafts",)) == 12


def test_a_report_tells_less_than_the_house() -> None:
    some = nodes(crafts=20, film=15, games=12)
    active = [*range(12), *range(20, 28), *range(35, 42)]  # 12, 8 and 7
    quarter = breakdowns("2026Q1", facts(some, active))
    assert told(quarter, "firms by sector", HOUSE) == {ALL: 27, ("crafts",): 12, ("film",): 8, ("games",): 7}
    assert told(quarter, "firms by sector", REPORT) == {ALL: 27, ("crafts",): 12}


def test_ties_by_sectors() -> None:
    some = nodes(crafts=20, film=15)
    within = [*combinations(range(5), 2)]  # ten ties among five firms
    across = [(firm, 20 + firm % 15) for firm in range(20)]
    quarter = breakdowns("2026Q1", facts(some, (), [*within, *across, (20, 21)]))
    crafts, film = ("crafts",), ("film",)
    house = told(quarter, "ties", HOUSE)
    assert house[ALL] == 31
    assert (film, film) not in house  # one tie, of two firms
    assert (crafts, film) in house or (crafts, crafts) in house
    assert house.keys() >= told(quarter, "ties", REPORT).keys()


def test_nothing_at_all_one_firm_and_one_sector() -> None:
    nothing = breakdowns("2026Q1", facts([]))
    assert [told(nothing, one.what, HOUSE).get(ALL) for one in nothing] == [0, 0, 0, 0]
    alone = breakdowns("2026Q1", facts(nodes(film=1), [0]))
    assert told(alone, "firms by sector", HOUSE)[ALL] == 1
    one_sector = breakdowns("2026Q1", facts(nodes(film=20), range(8), [(0, 1)]))
    # The total is the sector's, and nothing is across.
    assert told(one_sector, "firms by sector", HOUSE) == {ALL: 8, ("film",): 8}
    assert told(one_sector, "ties", HOUSE)[ACROSS] == 0
    for some in (nothing, alone, one_sector):
        assert_nothing_leaks(some)


def assert_nothing_leaks(some: Sequence[Breakdown]) -> None:
    for what in {one.what for one in some}:
        alike = [one for one in some if one.what == what]
        assert attack(laid_together(alike, lambda one: one.house), FEWEST_IN_HOUSE) == {}
        assert attack(laid_together(alike, lambda one: one.report), FEWEST_IN_REPORT) == {}
        assert attack(laid_together(alike, lambda one: one.house | one.report), FEWEST_IN_HOUSE) == {}
        assert all(one.report <= one.house for one in alike)
        for one in alike:
            for names, k in ((one.house, FEWEST_IN_HOUSE), (one.report, FEWEST_IN_REPORT)):
                cells = [one.tables.cells[name] for name in names]
                assert all(cell.open or cell.most == 0 or cell.firms >= k for cell in cells)


# --- Within and across -----------------------------------------------------------------------------------------------


def test_a_split_is_told_only_if_both_sides_are_of_enough_firms() -> None:
    def network(sectors: str, *ties: Tie) -> Network:
        return Network(tuple(Node(firm, sector) for firm, sector in enumerate(sectors)), dict.fromkeys(ties, 1))

    within = [(0, 1), (2, 3), (3, 4)]  # five firms
    across = [(0, 5), (1, 6), (2, 7)]
    assert split(network("aaaaabbb", *within, *across)) == (3, 3)
    assert split(network("aaaaabbb", *within[:2], *across)) is None
    assert split(network("aaaaabbb", *within, *across[:2])) is None
    assert split(network("aaaaabbb", *within)) is None  # none across is about few as well
    assert split(network("aaaaa", *within)) == (3, 0)  # but not where there can be none
    assert split(network("abcdefgh", *across)) == (0, 3)
    assert split(network("")) == (0, 0)
    assert split(network("aaaaabbb", *within, *across), FEWEST_IN_REPORT) is None


# --- All of it at once -----------------------------------------------------------------------------------------------


class Life:
    """A made-up cluster that lives through a year: its exchanges, its acts, its hours."""

    def __init__(self, seed: int, firms: int, sectors: int, exchanges: int) -> None:
        random = Random(seed)
        weights = [1 / rank for rank in range(1, sectors + 1)]
        names = random.choices("abcdefghij"[:sectors], weights, k=firms)
        self.nodes = [Node(firm, name, random.choice([1, 1, 2, 3, 6, 12])) for firm, name in enumerate(names)]
        self.start = Quarter(2026, 1).window(ZONE).start
        self.exchanges: list[Exchange] = []
        lively = [firm for firm in range(firms) if random.random() < 0.7]
        for _ in range(exchanges):
            giver, taker = random.sample(lively, 2)
            # Some weeks are livelier than others, and in some next to nothing happens.
            at = self.start + timedelta(days=7 * int(52 * random.random() ** 1.5), hours=random.randrange(24 * 7))
            self.exchanges.append(Exchange(ActKind.REVIEW_EXCHANGED, giver, taker, at, at))

    def within(self, window: Window) -> list[Exchange]:
        return [one for one in self.exchanges if one.at in window]

    def active(self, window: Window) -> frozenset[int]:
        return frozenset(firm for one in self.within(window) for firm in (one.giver, one.taker))

    def facts(self, window: Window) -> Facts:
        hours = Counter(one.giver for one in self.within(window))
        return Facts(self.nodes, self.active(window), network_of(self.nodes, self.exchanges, window), hours)

    def log(self, now: datetime) -> Log:
        weeks = weeks_until(now, ZONE)
        by_week = [(week, firm) for week, bounds in enumerate(pairwise(weeks)) for firm in self.active(Window(*bounds))]
        window = lately(now)
        return Log(
            weeks,
            self.nodes,
            active=self.active(window),
            active_before=self.active(window.before),
            by_week=by_week,
            exchanges=self.exchanges,
            first=dict.fromkeys(network_of(self.nodes, self.exchanges, window).ties, self.start),
        )


def year_of(life: Life) -> list[Breakdown]:
    quarters = [Quarter(2026, number) for number in range(1, 5)]
    told_of = [one for quarter in quarters for one in breakdowns(str(quarter), life.facts(quarter.window(ZONE)))]
    whole = Window(quarters[0].window(ZONE).start, quarters[-1].window(ZONE).end)
    return [*told_of, *breakdowns("2026", life.facts(whole), told_of)]


@pytest.mark.parametrize(("seed", "firms", "sectors", "exchanges"), [(1, 40, 4, 160), (2, 25, 3, 300), (3, 90, 3, 150)])
def test_a_year_beside_its_quarters_in_the_house_and_in_reports(
    seed: int, firms: int, sectors: int, exchanges: int
) -> None:
    told_of = year_of(Life(seed, firms, sectors, exchanges))
    assert_nothing_leaks(told_of)
    # Something is told, too.
    assert any(len(one.house) > 1 for one in told_of)


def test_a_year_does_not_give_away_what_a_quarter_kept() -> None:
    some = nodes(crafts=20, film=20, games=20)
    busy = {firm: 4 for start in (0, 20, 40) for firm in range(start, start + 12)}
    quiet = {firm: hours for firm, hours in busy.items() if firm < 40} | {40: 6, 41: 2}  # two firms of games
    hours = [quiet, busy, busy, busy]
    quarters = [
        one
        for number, given_ in enumerate(hours, start=1)
        for one in breakdowns(f"2026Q{number}", Facts(some, frozenset(), Network(tuple(some), {}), given_))
    ]
    assert ("games",) not in told(quarters[:4], "hours", HOUSE)
    assert told(quarters[4:], "hours", HOUSE)["games",] == 48
    whole = Facts(
        some, frozenset(), Network(tuple(some), {}), Counter(quiet) + Counter(busy) + Counter(busy) + Counter(busy)
    )
    # By itself the year may be told: but less three quarters it is the fourth.
    assert told(breakdowns("2026", whole), "hours", HOUSE)["games",] == 152
    year = breakdowns("2026", whole, quarters)
    assert ("games",) not in told(year, "hours", HOUSE)
    assert_nothing_leaks([*quarters, *year])


def charts_of(life: Life, nows: Sequence[datetime]) -> tuple[dict[Name, Told], list[Sum]]:
    """All digests and charts: each week's ties, those of each window, and how they hang together with the quarters."""
    cells: dict[Name, Told] = {}
    sums: list[Sum] = []
    for now in nows:
        log, window = life.log(now), lately(now)
        said = figures(log, window)
        sides = None if said.across is None else said.across.ties.part
        stretch(cells, sums, f"90 days to {now:%F}", WeekOfTies(said.ties, sides), open_=True)
        for week, start in zip(said.ties_by_week, log.weeks, strict=False):
            stretch(cells, sums, f"week of {start:%F}", week, open_=False)
            quarters = [Quarter(2026, number) for number in range(1, 5)]
            inside = [str(quarter) for quarter in quarters if start in quarter.window(ZONE)]
            inside += [f"90 days to {now:%F}"] if start >= window.start else []
            for period in inside:
                if start + timedelta(days=7) <= window.end:
                    for side in (ALL, WITHIN, ACROSS):
                        rest = (period, "ties besides", f"{start:%F}", side)
                        cells[rest] = Told(None, each=2)
                        sums.append(
                            Sum((period, "ties", side), ((f"week of {start:%F}", "ties", side), rest), overlap=True)
                        )
    return cells, sums


def stretch(cells: dict[Name, Told], sums: list[Sum], when: str, ties: WeekOfTies, *, open_: bool) -> None:
    """What a digest or a bar of its chart tells of the ties of one stretch of time."""
    within = None if ties.ties is None or ties.across is None else ties.ties - ties.across
    for side, value in ((ALL, ties.ties), (WITHIN, within), (ACROSS, ties.across)):
        cells[when, "ties", side] = Told(value, each=2, open=open_ and side == ALL)
    sums.append(Sum((when, "ties", ALL), ((when, "ties", WITHIN), (when, "ties", ACROSS))))


@pytest.mark.parametrize(("seed", "exchanges"), [(4, 250), (5, 60)])
def test_everything_that_is_published_laid_side_by_side(seed: int, exchanges: int) -> None:
    """The quarters' tables, the digests' windows that overlap week by week, and every bar of their charts."""
    life = Life(seed, 30, 3, exchanges)
    quarters = [Quarter(2026, 1), Quarter(2026, 2)]
    tables = [one for quarter in quarters for one in breakdowns(str(quarter), life.facts(quarter.window(ZONE)))]
    house = laid_together([one for one in tables if one.what == "ties"], lambda one: one.house)
    # Weeks begin on Thursdays here, as the year does, so that each lies in one quarter or spans two.
    nows = [life.start + timedelta(weeks=weeks) for weeks in (13, 14, 26)]
    cells, sums = charts_of(life, nows)
    for now in nows:
        assert_no_small_bar(life, now)
    spanning = [one for one in sums if not holds_in_truth(one, life)]
    everything = Published({**house.cells, **cells}, (*house.sums, *(one for one in sums if one not in spanning)))
    # That the rest of a quarter is known beside a week without ties is nothing but the quarter.
    leaks = {name: seen for name, seen in attack(everything, FEWEST_IN_HOUSE).items() if name[1] != "ties besides"}
    assert leaks == {}


def assert_no_small_bar(life: Life, now: datetime) -> None:
    """Every number in the chart is about five firms or more, or nothing at all; and some are, and some are left out."""
    log = life.log(now)
    sector = {node.firm: node.sector for node in life.nodes}
    weeks = figures(log, lately(now)).ties_by_week
    for week, bounds in zip(weeks, pairwise(log.weeks), strict=True):
        ties = network_of(life.nodes, life.exchanges, Window(*bounds)).ties
        sides = {
            across: {firm for tie in ties for firm in tie if (sector[tie[0]] != sector[tie[1]]) is across}
            for across in (False, True)
        }
        assert (week.ties is None) == (0 < len(sides[True] | sides[False]) < FEWEST_IN_HOUSE)
        assert week.across is None or not ties or min(map(len, sides.values())) >= FEWEST_IN_HOUSE
    assert {week.across is None for week in weeks} == {True, False}


def holds_in_truth(one: Sum, life: Life) -> bool:
    """Whether a week lies wholly in the quarter: else it is no part of it."""
    if not one.overlap or not str(one.whole[0]).startswith("2026Q"):
        return True
    start = datetime.strptime(str(one.parts[0][0]).removeprefix("week of "), "%Y-%m-%d").replace(tzinfo=UTC)
    quarter = Quarter(2026, int(str(one.whole[0])[-1])).window(ZONE)
    return start >= quarter.start and start + timedelta(days=8) <= quarter.end
