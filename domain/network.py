"""The cluster as a network: firms are nodes, and two firms that had an exchange in the window have a tie.

Only whole-network measures that a few missing ties hardly change; none of them points at a firm. n firms, m ties.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

from domain.evidence import Network, Tie
from domain.measures import Exchange, Node, Share
from domain.model import ActKind
from domain.periods import Window

#: With fewer ties the share across sectors is chance.
FEWEST_TIES = 20
#: What has a giver and a taker by its nature. (A showing is answered by whoever is asked.)
_DIRECTED = frozenset({ActKind.REVIEW_EXCHANGED, ActKind.SESSION_EXCHANGED})


def network_of(nodes: Sequence[Node], exchanges: Iterable[Exchange], window: Window) -> Network:
    """The network of a window. Asks: the exchanges that both sides had confirmed (`at`) in it, one by one.

    Raises ValueError for an exchange with a firm that is no node: then the nodes were read for another window.
    """
    ties = Counter(_tie(one) for one in exchanges if one.at in window and one.giver != one.taker)
    strangers = {firm for tie in ties for firm in tie} - {node.firm for node in nodes}
    if strangers:
        raise ValueError(f"exchanges with firms that are no nodes: {sorted(strangers)}")
    return Network(tuple(nodes), ties)


def new_ties(network: Network, first: Mapping[Tie, datetime], window: Window) -> Network:
    """The ties whose first exchange ever lies in the window; count them, and those `across()`.

    Asks: for each tie the moment (`at`) of its first exchange ever. These outlive the personal rows of the log.
    """
    fresh = {tie: times for tie, times in network.ties.items() if first[tie] in window}
    return Network(network.nodes, fresh)


def partners_per_firm(network: Network) -> float | None:
    """2m/n: with how many other firms a firm has a tie, on average. Density would fall as the cluster grows."""
    return 2 * len(network.ties) / len(network.nodes) if network.nodes else None


def across_by_chance(nodes: Sequence[Node]) -> float | None:
    """The share of ties across sectors if ties fell by chance: 1 − Σ n_k(n_k − 1) / (n(n − 1)), n_k firms in sector k.

    None with fewer than two firms.
    """
    size = len(nodes)
    if size < 2:
        return None
    alike = sum(count * (count - 1) for count in Counter(node.sector for node in nodes).values())
    return 1 - alike / (size * (size - 1))


def cross_sector(network: Network) -> Share | None:
    """Ties across sectors, of all ties; None if there are fewer than 20. To be read beside `across_by_chance`."""
    whole = len(network.ties)
    return Share(network.across(), whole) if whole >= FEWEST_TIES else None


def external_internal(network: Network) -> float | None:
    """(E − I)/(E + I) of ties across and within sectors: −1 all within, 1 all across (Krackhardt & Stern 1988).

    None without ties. Its value by chance is `external_internal_by_chance`.
    """
    whole = len(network.ties)
    return (2 * network.across() - whole) / whole if whole else None


def external_internal_by_chance(nodes: Sequence[Node]) -> float | None:
    """1 − 2Σ n_k(n_k − 1)/(n(n − 1)): what the E–I index would be if ties fell by chance."""
    across = across_by_chance(nodes)
    return None if across is None else 2 * across - 1


def sector_matrix(network: Network) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """The sectors in order, and how many ties join each two: symmetric, the ties within a sector on the diagonal.

    Not for anybody's eyes as it is: `domain.breakdowns` says which of the numbers may be read.
    """
    sector = network.sectors()
    names = tuple(sorted(set(sector.values())))
    at = {name: position for position, name in enumerate(names)}
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    for a, b in network.ties:
        i, j = at[sector[a]], at[sector[b]]
        matrix[i, j] += 1
        if i != j:
            matrix[j, i] += 1
    return names, matrix


def assortativity(mixing: NDArray[np.number]) -> float | None:
    """(tr M − ΣM²)/(1 − ΣM²): 1 all ties within sectors, 0 as by chance (Newman, "Mixing patterns in networks", 2003).

    `mixing[i, j]` is how many tie ends of sector i meet one of sector j, or the share of them: not negative, in any
    scale. ΣM² is the sum over the elements of the matrix squared, Σ aᵢbᵢ. None without ties, or if all are of one
    sector (0/0).
    """
    whole = mixing.sum()
    if not whole:
        return None
    shares = mixing / whole
    expected = float(shares.sum(axis=1) @ shares.sum(axis=0))
    if np.isclose(expected, 1):
        return None
    return (float(np.trace(shares)) - expected) / (1 - expected)


def sector_assortativity(network: Network) -> float | None:
    """Newman's r of the network: each tie within a sector has two ends there."""
    _, matrix = sector_matrix(network)
    return assortativity(matrix + np.diag(np.diag(matrix)))


def largest_component(network: Network) -> Share:
    """How many firms are joined to each other by ties, directly or over others, of all firms."""
    return Share(_largest(_graph(network)), len(network.nodes))


def leans_on_one_firm(network: Network) -> bool:
    """Whether without its most connected firm the largest component would be less than half of what it is.

    Of several firms with as many ties each is tried. Which one it is nobody is told.
    """
    graph = _graph(network)
    before = _largest(graph)
    most = max((graph.degree(at) for at in graph.node_indices()), default=0)
    return any(
        2 * _largest(_without(graph, at)) < before for at in graph.node_indices() if most and graph.degree(at) == most
    )


def reciprocity(exchanges: Iterable[Exchange], window: Window) -> Share:
    """Directed ties (a gave b a review or a session) that run the other way as well, of all directed ties.

    Asks: as `network_of`. (Wasserman & Faust 1994, section 13.3: arcs in mutual dyads over all arcs.)
    """
    arcs = {
        (one.giver, one.taker)
        for one in exchanges
        if one.at in window and one.kind in _DIRECTED and one.giver != one.taker
    }
    return Share(sum((taker, giver) in arcs for giver, taker in arcs), len(arcs))


def ties_by_week(
    nodes: Sequence[Node], exchanges: Sequence[Exchange], weeks: Sequence[datetime]
) -> tuple[Network, ...]:
    """The network of each week, given the boundaries of `domain.periods.weeks_until`."""
    by_week: list[list[Exchange]] = [[] for _ in weeks[1:]]
    for one in exchanges:
        if weeks[0] <= one.at < weeks[-1]:
            by_week[bisect_right(weeks, one.at) - 1].append(one)
    return tuple(
        network_of(nodes, some, Window(start, end)) for some, (start, end) in zip(by_week, pairwise(weeks), strict=True)
    )


def _tie(one: Exchange) -> Tie:
    return min(one.giver, one.taker), max(one.giver, one.taker)


def _graph(network: Network) -> "rx.PyGraph[int, None]":
    graph: rx.PyGraph[int, None] = rx.PyGraph(multigraph=False)
    at = dict(zip((node.firm for node in network.nodes), graph.add_nodes_from(range(len(network.nodes))), strict=True))
    graph.add_edges_from_no_data([(at[a], at[b]) for a, b in network.ties])
    return graph


def _without(graph: "rx.PyGraph[int, None]", node: int) -> "rx.PyGraph[int, None]":
    rest = graph.copy()
    rest.remove_node(node)
    return rest


def _largest(graph: "rx.PyGraph[int, None]") -> int:
    return max(map(len, rx.connected_components(graph)), default=0)
