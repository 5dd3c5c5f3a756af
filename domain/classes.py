"""The classes that figures of a period are broken down by: sectors, pairs of sectors, and sizes.

A class with too few firms is told together with others. What is to be told is then a sum of atoms: the numbers of
single classes, which may themselves be about too few firms, and which nobody must be able to work out.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

from domain.evidence import Group, Network, Place
from domain.measures import Node

WITHIN, ACROSS = "within", "across"
#: Of which atoms each number consists.
Rows = dict[Place, tuple[Place, ...]]

#: Classes of firms by how many of their people joined: the smallest of each, and its name.
SIZES = ((1, "1"), (2, "2–4"), (5, "5–9"), (10, "10+"))


@dataclass(frozen=True, slots=True)
class Atom:
    """The number of a single class, the firms it is about, and what everybody knows it cannot exceed (or None)."""

    value: int
    firms: frozenset[int]
    most: int | None = None


def size_class(node: Node) -> str:
    """The name of the firm's class in `SIZES`."""
    return next(name for size, name in reversed(SIZES) if size <= max(1, node.size))


def sector_groups(nodes: Sequence[Node], k: int) -> tuple[Group, ...]:
    """Each sector of k firms or more for itself, by name; then the others as one, with the next smallest if need be."""
    firms = Counter(node.sector for node in nodes)
    rising = sorted(firms, key=lambda sector: (firms[sector], sector))
    others: list[str] = []
    while rising and (firms[rising[0]] < k or 0 < sum(firms[one] for one in others) < k):
        others.append(rising.pop(0))
    alone: list[Group] = [(sector,) for sector in sorted(rising)]
    return (*alone, tuple(sorted(others))) if others else tuple(alone)


def size_groups(nodes: Sequence[Node], k: int) -> tuple[Group, ...]:
    """The classes of size that there are, in order, neighbours put together until each group has k firms or more."""
    counts = Counter(size_class(node) for node in nodes)
    groups: list[Group] = []
    firms = k
    for name in (name for _, name in SIZES if counts[name]):
        if firms >= k:
            groups.append(())
            firms = 0
        groups[-1] += (name,)
        firms += counts[name]
    if firms < k and len(groups) > 1:
        last = groups.pop()
        groups[-1] += last
    return tuple(groups)


def by_class(class_of: Mapping[int, str], values: Mapping[int, int], *, counts: bool) -> dict[Place, Atom]:
    """What the firms of each class have together; `counts`: each firm counts once or not, so no more than there are.

    `class_of` has every firm, `values` those that have something.
    """
    firms: defaultdict[str, set[int]] = defaultdict(set)
    for firm, its_class in class_of.items():
        firms[its_class].add(firm)
    return {
        (its_class,): Atom(
            value=sum(values.get(firm, 0) for firm in some),
            firms=frozenset(firm for firm in some if values.get(firm)),
            most=len(some) if counts else None,
        )
        for its_class, some in firms.items()
    }


def by_sectors(network: Network) -> dict[Place, Atom]:
    """How many ties join each two sectors. There can be no more than there are pairs of their firms."""
    sector = network.sectors()
    sizes = Counter(sector.values())
    ties: defaultdict[Place, list[tuple[int, int]]] = defaultdict(list)
    for tie in network.ties:
        ties[_pair(sector[tie[0]], sector[tie[1]])].append(tie)
    atoms: dict[Place, Atom] = {}
    for a, b in combinations_with_replacement(sorted(sizes), 2):
        some = ties[_pair(a, b)]
        most = sizes[a] * sizes[b] if a != b else sizes[a] * (sizes[a] - 1) // 2
        atoms[_pair(a, b)] = Atom(len(some), frozenset(firm for tie in some for firm in tie), most)
    return atoms


def rows(groups: Sequence[Group]) -> Rows:
    """The groups as sums of their classes."""
    return {group: tuple((one,) for one in group) for group in groups}


def pair_rows(groups: Sequence[Group]) -> Rows:
    """Each two groups of sectors, and all ties within and across sectors, as sums of pairs of sectors."""
    pairs: Rows = {
        (some, others): tuple({_pair(a, b): None for a in some for b in others})
        for some, others in combinations_with_replacement(groups, 2)
    }
    sectors = sorted(sector for group in groups for sector in group)
    within = tuple(_pair(sector, sector) for sector in sectors)
    across = tuple(_pair(a, b) for a, b in combinations_with_replacement(sectors, 2) if a != b)
    return {**pairs, WITHIN: within, ACROSS: across}


def _pair(a: str, b: str) -> Place:
    return ((a,), (b,)) if a <= b else ((b,), (a,))
