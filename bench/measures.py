"""How fast the figures of a digest and the breakdowns of a report are worked out, once the log is read.

Yardsticks, each in the same run: one pass over the same exchanges that counts the ties (figures); `networkx` on the
same network (network measures); the attack alone (what is left out). To reach, with the reading, for 300 members and a
year: a digest in 1 s, a report in 5 s. A quarter's breakdowns are worked out once and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from statistics import median
from time import perf_counter

import networkx as nx
import numpy as np

from domain.attack import attack
from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT, Breakdown, breakdowns, laid_together
from domain.evidence import Facts, Log
from domain.figures import figures, indices
from domain.firm_reach import firm_reach
from domain.measures import Exchange, Node
from domain.model import ActKind
from domain.network import (
    largest_component,
    leans_on_one_firm,
    network_of,
    reciprocity,
    sector_assortativity,
)
from domain.periods import Quarter, Window, lately, weeks_until

ZONE = "Europe/Amsterdam"
NOW = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
# Members, firms, exchanges in a year: a review each in every other week, and a session or an answer a month.
SIZES = ((30, 15, 1_100), (100, 45, 3_800), (300, 120, 11_400), (300, 300, 11_400))


def timed(deed: Callable[[], object]) -> float:
    start = perf_counter()
    deed()
    return perf_counter() - start


def usually(deed: Callable[[], object], times: int = 5) -> float:
    return median(timed(deed) for _ in range(times))


def cluster(firms: int, exchanges: int) -> tuple[list[Node], list[Exchange]]:
    """Firms in ten sectors, of which some are far more common; a third of the exchanges is of the liveliest tenth."""
    random = np.random.default_rng(firms)
    chance = 1 / np.arange(1, 11)
    sectors = random.choice(10, firms, p=chance / chance.sum())
    nodes = [Node(firm, f"sector {sectors[firm]}", int(random.integers(1, 8))) for firm in range(firms)]
    liveliness = random.pareto(1.5, firms) + 0.2
    ends = random.choice(firms, (exchanges, 2), p=liveliness / liveliness.sum())
    ago = np.sort(random.random(exchanges))[::-1] * 365
    kinds = (ActKind.REVIEW_EXCHANGED, ActKind.SESSION_EXCHANGED, ActKind.HELPED)
    made = []
    for (giver, taker), days, kind in zip(
        ends.tolist(), ago.tolist(), random.choice(3, exchanges, p=[0.7, 0.2, 0.1]), strict=True
    ):
        at = NOW - timedelta(days=days)
        made.append(Exchange(kinds[kind], giver, taker, at - timedelta(days=min(days, 2)), at))
    return nodes, made


def log_of(nodes: list[Node], exchanges: list[Exchange]) -> Log:
    weeks = weeks_until(NOW, ZONE)
    half_a_year = [one for one in exchanges if one.at >= weeks[0]]
    by_week = [
        (week, firm)
        for week, (start, end) in enumerate(pairwise(weeks))
        for one in half_a_year
        if start <= one.at < end
        for firm in (one.giver, one.taker)
    ]
    first: dict[tuple[int, int], datetime] = {}
    for one in exchanges:
        first.setdefault((min(one.giver, one.taker), max(one.giver, one.taker)), one.at)
    return Log(weeks, nodes, frozenset(range(0, len(nodes), 2)), frozenset(), by_week, half_a_year, first)


def counted(exchanges: list[Exchange], window: Window) -> Counter[tuple[int, int]]:
    return Counter((one.giver, one.taker) for one in exchanges if one.at in window)


def time_of_figures() -> None:
    print("A digest's figures, and a report's indices; yardstick: counting the ties in one pass")
    for members, firms, number in SIZES:
        nodes, exchanges = cluster(firms, number)
        log, window = log_of(nodes, exchanges), lately(NOW)
        yard = usually(partial(counted, log.exchanges, window))
        taken, more = usually(partial(figures, log, window)), usually(partial(indices, log, window))
        reach = usually(partial(firm_reach, nodes, log.exchanges, log.weeks))
        print(
            f"  {members:4} members, {firms:3} firms, {len(log.exchanges):5} exchanges in half a year: "
            f"figures {taken * 1000:6.1f} ms = {taken / yard:5.1f} × {yard * 1000:.1f} ms (reach {reach * 1000:.1f} of "
            f"them), indices {more * 1000:5.1f} ms",
            flush=True,
        )


def time_of_the_network() -> None:
    print("Network measures of a window; yardstick: networkx")
    window = lately(NOW)
    for _, firms, number in SIZES:
        nodes, exchanges = cluster(firms, number)
        network = network_of(nodes, exchanges, window)
        graph = nx.Graph(network.ties.keys())
        graph.add_nodes_from(range(firms))
        nx.set_node_attributes(graph, network.sectors(), "sector")
        arcs = nx.DiGraph([(one.giver, one.taker) for one in exchanges if one.at in window and one.giver != one.taker])
        pairs = {
            "assortativity": (
                partial(sector_assortativity, network),
                partial(nx.attribute_assortativity_coefficient, graph, "sector"),
            ),
            "component": (partial(largest_component, network), partial(largest, graph)),
            "reciprocity": (partial(reciprocity, exchanges, window), partial(nx.overall_reciprocity, arcs)),
        }
        cells = []
        for name, (ours, theirs) in pairs.items():
            yard = usually(theirs)
            cells.append(f"{name} {usually(ours) / yard:.2f} × {yard * 1000:.2f} ms")
        leans = usually(partial(leans_on_one_firm, network))
        print(f"  {firms:4} firms: {', '.join(cells)}; leans on one firm {leans * 1000:.1f} ms")


def largest(graph: nx.Graph) -> int:
    return max(map(len, nx.connected_components(graph)))


def facts_of(nodes: list[Node], exchanges: list[Exchange], window: Window) -> Facts:
    some = [one for one in exchanges if one.at in window]
    hours = Counter(one.giver for one in some if one.kind is ActKind.SESSION_EXCHANGED)
    active = frozenset(firm for one in some for firm in (one.giver, one.taker))
    return Facts(nodes, active, network_of(nodes, some, window), hours)


def attacked(some: list[Breakdown]) -> int:
    """How many numbers can be worked out by whoever holds all of it, in the house or outside."""
    leaks = 0
    for what in {one.what for one in some}:
        alike = [one for one in some if one.what == what]
        leaks += len(attack(laid_together(alike, lambda one: one.house), FEWEST_IN_HOUSE))
        leaks += len(attack(laid_together(alike, lambda one: one.report), FEWEST_IN_REPORT))
    return leaks


def small_counts() -> None:
    print("What may be told of a quarter, and of a year beside its quarters; yardstick: one attack on the result")
    for _, firms, number in SIZES:
        nodes, exchanges = cluster(firms, number)
        quarters = [Quarter(2026, each) for each in range(1, 5)]
        windows = [quarter.window(ZONE) for quarter in quarters]
        told: list[Breakdown] = []
        times = []
        for quarter, window in zip(quarters, windows, strict=True):
            facts = facts_of(nodes, exchanges, window)
            times.append(timed(lambda: told.extend(breakdowns(str(quarter), facts))))  # noqa: B023 - called at once
        whole = facts_of(nodes, exchanges, Window(windows[0].start, windows[-1].end))
        year: list[Breakdown] = []
        longest = timed(lambda: year.extend(breakdowns("2026", whole, told)))  # noqa: B023
        yard = timed(partial(attacked, told[:4]))
        cells = ", ".join(f"{one.what} {len(one.house)} and {len(one.report)}" for one in told[:4])
        print(
            f"  {firms:4} firms: a quarter {median(times):5.2f} s (at most {max(times):.2f}) = "
            f"{median(times) / yard:.1f} × {yard:.2f} s, its year {longest:5.2f} s; "
            f"{attacked([*told, *year])} numbers can be worked out"
        )
        print(f"       told in the house and outside: {cells}", flush=True)


def main() -> None:
    time_of_figures()
    time_of_the_network()
    small_counts()


if __name__ == "__main__":
    main()
