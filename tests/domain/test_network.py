"""The network of firms: by hand, against the papers, and against networkx on the public networks it carries."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evidence import Network
from domain.measures import Exchange, Node, Share
from domain.model import ActKind
from domain.network import (
    across_by_chance,
    assortativity,
    cross_sector,
    external_internal,
    external_internal_by_chance,
    largest_component,
    leans_on_one_firm,
    network_of,
    new_ties,
    partners_per_firm,
    reciprocity,
    sector_assortativity,
    sector_matrix,
    ties_by_week,
)
from domain.periods import lately, weeks_until

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
WINDOW = lately(NOW)
DAY = timedelta(days=1)


def network(sectors: str, *ties: tuple[int, int]) -> Network:
    """Firms 0, 1, 2 … with a letter for the sector of each."""
    return Network(tuple(Node(firm, sector) for firm, sector in enumerate(sectors)), dict.fromkeys(ties, 1))


def exchange(giver: int, taker: int, ago: timedelta = DAY, kind: ActKind = ActKind.REVIEW_EXCHANGED) -> Exchange:
    return Exchange(kind, giver, taker, NOW - ago, NOW - ago)


# Two of sector a, two of b, one of c: ties a–a, a–b twice, b–c.
HAND = network("aabbc", (0, 1), (0, 2), (1, 3), (3, 4))


# --- Ties ------------------------------------------------------------------------------------------------------------


def test_ties_are_pairs_of_firms_with_an_exchange_in_the_window() -> None:
    exchanges = [exchange(2, 0), exchange(0, 2), exchange(1, 0), exchange(1, 1), exchange(0, 3, 91 * DAY)]
    found = network_of([Node(firm, "a") for firm in range(4)], exchanges, WINDOW)
    assert found.ties == {(0, 2): 2, (0, 1): 1}


def test_an_exchange_with_a_firm_that_is_not_there_is_a_mistake_not_a_number() -> None:
    with pytest.raises(ValueError, match=r"\[7\]"):
        network_of([Node(1, "a")], [exchange(1, 7)], WINDOW)


def test_new_ties_are_those_whose_first_exchange_ever_is_in_the_window() -> None:
    first = {(0, 1): NOW - 91 * DAY, (0, 2): WINDOW.start, (1, 3): NOW - DAY, (3, 4): NOW - DAY}
    fresh = new_ties(HAND, first, WINDOW)
    assert set(fresh.ties) == {(0, 2), (1, 3), (3, 4)}
    assert fresh.across() == 3
    assert HAND.across() == 3


def test_ties_by_week() -> None:
    weeks = weeks_until(NOW, "Europe/Amsterdam", count=2)
    exchanges = [exchange(0, 1, 13 * DAY), exchange(0, 1, 6 * DAY), exchange(1, 2, 6 * DAY), exchange(0, 2, 15 * DAY)]
    first, second = ties_by_week(HAND.nodes, exchanges, weeks)
    assert (set(first.ties), set(second.ties)) == ({(0, 1)}, {(0, 1), (1, 2)})


def test_partners_per_firm() -> None:
    assert partners_per_firm(HAND) == 8 / 5
    assert partners_per_firm(network("")) is None


# --- Sectors ---------------------------------------------------------------------------------------------------------


def test_the_share_across_sectors_by_chance() -> None:
    # Of the 10 pairs of 5 firms, a–a and b–b are within: 1 − (2·1 + 2·1)/(5·4).
    assert across_by_chance(HAND.nodes) == pytest.approx(0.8)
    assert external_internal_by_chance(HAND.nodes) == pytest.approx(0.6)
    assert across_by_chance(network("aaa").nodes) == 0
    assert across_by_chance(network("abc").nodes) == 1
    assert across_by_chance(network("a").nodes) is None
    assert external_internal_by_chance(()) is None


@given(st.text("abcd", min_size=2, max_size=12))
def test_by_chance_means_if_all_pairs_had_a_tie(sectors: str) -> None:
    whole = network(sectors, *combinations(range(len(sectors)), 2))
    assert across_by_chance(whole.nodes) == pytest.approx(whole.across() / len(whole.ties))
    assert external_internal_by_chance(whole.nodes) == pytest.approx(external_internal(whole))


def test_the_share_across_sectors_needs_twenty_ties() -> None:
    pairs = [*combinations(range(7), 2)]
    assert cross_sector(network("aaabbbb", *pairs[:19])) is None
    assert cross_sector(network("aaabbbb", *pairs[:20])) == Share(12, 20)


def test_the_ei_index_and_the_ends_that_krackhardt_and_stern_give_it() -> None:
    assert external_internal(HAND) == (3 - 1) / 4
    assert external_internal(network("aabb", (0, 1), (2, 3))) == -1  # all within
    assert external_internal(network("aabb", (0, 2), (1, 3))) == 1  # all across
    assert external_internal(network("aabb", (0, 1), (1, 2))) == 0
    assert external_internal(network("ab")) is None


def test_the_sector_matrix_counts_each_tie_once_on_either_side() -> None:
    names, matrix = sector_matrix(HAND)
    assert names == ("a", "b", "c")
    assert matrix.tolist() == [[1, 2, 0], [2, 0, 1], [0, 1, 0]]
    assert sector_matrix(network(""))[1].size == 0


def test_assortativity_of_newmans_couples() -> None:
    # Newman 2003, table I: couples by ethnicity, r = 0.621. The table is rounded, so the last digit may differ.
    couples = [
        [0.258, 0.016, 0.035, 0.013],
        [0.012, 0.157, 0.058, 0.019],
        [0.013, 0.023, 0.306, 0.035],
        [0.005, 0.007, 0.024, 0.016],
    ]
    assert assortativity(np.array(couples)) == pytest.approx(0.621, abs=0.003)


def test_assortativity_by_hand() -> None:
    # Ends: a–a 2, a–b 2 + 2, b–c 1 + 1, of 8. Margins 4/8, 3/8, 1/8: ΣM² = 26/64. (16/64 − 26/64) / (38/64).
    assert sector_assortativity(HAND) == pytest.approx(-10 / 38)
    assert sector_assortativity(network("aabb", (0, 1), (2, 3))) == 1
    assert sector_assortativity(network("aa", (0, 1))) is None
    assert sector_assortativity(network("ab")) is None


# --- Whole network ---------------------------------------------------------------------------------------------------


def test_the_largest_component() -> None:
    assert largest_component(HAND) == Share(5, 5)
    assert largest_component(network("aaaaaa", (0, 1), (1, 2), (3, 4))) == Share(3, 6)
    assert largest_component(network("aa")) == Share(1, 2)
    assert largest_component(network("")) == Share(0, 0)


def test_whether_the_cluster_leans_on_one_firm() -> None:
    star = network("a" * 6, *((0, firm) for firm in range(1, 6)))
    assert leans_on_one_firm(star)
    ring = network("a" * 6, *((firm, (firm + 1) % 6) for firm in range(6)))
    assert not leans_on_one_firm(ring)
    # Two stars joined: each hub has as many ties, and without either the other star is left, which is half.
    hubs = network("a" * 6, (0, 1), (0, 2), (0, 3), (3, 4), (3, 5))
    assert not leans_on_one_firm(hubs)
    assert not leans_on_one_firm(network("aaa"))


def test_reciprocity_is_of_reviews_and_sessions() -> None:
    exchanges = [
        exchange(0, 1),
        exchange(1, 0, kind=ActKind.SESSION_EXCHANGED),
        exchange(2, 0),
        exchange(2, 0),
        exchange(0, 2, kind=ActKind.HELPED),  # an answer has no "other way round"
        exchange(0, 2, 91 * DAY),
        exchange(3, 3),
    ]
    assert reciprocity(exchanges, WINDOW) == Share(2, 3)
    assert reciprocity([], WINDOW).value is None


# --- Against networkx ------------------------------------------------------------------------------------------------

PUBLIC: dict[str, Callable[[], nx.Graph]] = {
    "karate": nx.karate_club_graph,
    "davis": nx.davis_southern_women_graph,
    "florence": nx.florentine_families_graph,
    "miserables": nx.les_miserables_graph,
}


def sector_in(graph: nx.Graph, node: object) -> str:
    """The club in the karate network, women or events in Davis', and else the first letter of the name."""
    data = graph.nodes[node]
    return str(data.get("club", data.get("bipartite", str(node)[0])))


def weft(graph: nx.Graph) -> Network:
    at = {node: position for position, node in enumerate(graph)}
    nodes = tuple(Node(position, sector_in(graph, node)) for node, position in at.items())
    return Network(nodes, {(min(at[a], at[b]), max(at[a], at[b])): 1 for a, b in graph.edges})


@pytest.mark.parametrize("name", PUBLIC)
def test_as_networkx_has_it(name: str) -> None:
    graph = PUBLIC[name]()
    nx.set_node_attributes(graph, {node: sector_in(graph, node) for node in graph}, "sector")
    ours = weft(graph)
    assert sector_assortativity(ours) == pytest.approx(nx.attribute_assortativity_coefficient(graph, "sector"))
    assert largest_component(ours).part == max(map(len, nx.connected_components(graph)))
    assert partners_per_firm(ours) == pytest.approx(np.mean([degree for _, degree in graph.degree]))
    mixing = nx.attribute_mixing_matrix(graph, "sector", normalized=False)
    _, matrix = sector_matrix(ours)
    assert sorted(np.diag(mixing)) == sorted(2 * np.diag(matrix))
    edges = [*graph.edges]
    within = sum(graph.nodes[a]["sector"] == graph.nodes[b]["sector"] for a, b in edges)
    assert external_internal(ours) == pytest.approx(1 - 2 * within / len(edges))
    hub = max(graph, key=graph.degree)
    rest = graph.subgraph([node for node in graph if node != hub])
    leans = 2 * max(map(len, nx.connected_components(rest))) < largest_component(ours).part
    assert leans_on_one_firm(ours) == leans


def test_known_figures_of_the_public_networks() -> None:
    karate = weft(nx.karate_club_graph())
    assert external_internal(karate) == pytest.approx((11 - 67) / 78)  # eleven friendships cross the later split
    assert largest_component(weft(nx.florentine_families_graph())) == Share(15, 15)
    # Among women and events all ties are across.
    assert sector_assortativity(weft(nx.davis_southern_women_graph())) == pytest.approx(-1)


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
def test_reciprocity_as_networkx_has_it(arcs: set[tuple[int, int]]) -> None:
    graph = nx.DiGraph([(a, b) for a, b in arcs if a != b])
    found = reciprocity([exchange(a, b) for a, b in arcs], WINDOW)
    if graph.number_of_edges():
        assert found.value == pytest.approx(nx.overall_reciprocity(graph))
    else:
        assert found == Share(0, 0)


@given(st.text("abc", min_size=1, max_size=9), st.data())
def test_any_network(sectors: str, data: st.DataObject) -> None:
    pairs = [*combinations(range(len(sectors)), 2)]
    ties = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    some = network(sectors, *ties)
    names, matrix = sector_matrix(some)
    assert set(names) == set(sectors)
    assert (matrix == matrix.T).all()
    assert np.triu(matrix).sum() == len(ties)
    assert np.triu(matrix, 1).sum() == some.across()
    index = external_internal(some)
    assert (index is None) == (not ties)
    assert index is None or -1 <= index <= 1
    mixing = sector_assortativity(some)
    assert mixing is None or -1 - 1e-9 <= mixing <= 1 + 1e-9
    assert 1 <= largest_component(some).part <= len(sectors)
