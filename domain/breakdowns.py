"""What may be told of a period by sector and by size, in the house and outside it.

How nothing about fewer than 5 firms leaks, whatever is laid side by side:

1. Breakdowns exist for whole quarters that are over, and (without ties) for years of such quarters; never for a window
   that moves with the day. Each is settled once and kept with what it tells.
2. Classes with too few firms are told together with others (`domain.classes`).
3. For each period, what may be told in the house (k = 5) is settled first; a report (k = 10) tells part of that, never
   anything else. So whoever holds both knows no more than the house does.
4. A year is settled with its quarters in hand: what they told is told, what they did not tell stays untold.
5. Everything else that Weft publishes is of the whole cluster. Its ties of a window are split into within and across
   sectors only where both parts are about enough firms (`split`), as in the chart week by week.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.attack import Name, Published, Sum, Told
from domain.classes import Atom, Rows, by_class, by_sectors, pair_rows, rows, sector_groups, size_class, size_groups
from domain.evidence import ALL, Facts, Group, Network, Place, Table
from domain.suppression import Cell, Tables, protect, publish

#: How few firms are too few: in chat and the digest, and in a report, which leaves the house.
FEWEST_IN_HOUSE = 5
FEWEST_IN_REPORT = 10


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One table of one period, and which of its numbers are told: in the house, and, among these, in a report.

    Its numbers are named (period, what, place). Of a year, `links` say how they hang together with its quarters'.
    """

    period: str
    what: str
    tables: Tables
    house: frozenset[Name]
    report: frozenset[Name]
    links: tuple[Sum, ...] = ()

    def value(self, told: frozenset[Name], place: Place) -> int | None:
        """The number at the place if it is among those `told`, which are `house` or `report`."""
        name = (self.period, self.what, place)
        return self.tables.cells[name].value if name in told else None


def table(breakdown: Breakdown, told: frozenset[Name], rows: Sequence[Group]) -> Table:
    """What is told of a breakdown; `told` is its `house` or its `report`."""
    cells = {name[-1]: breakdown.tables.cells[name].value for name in told}
    return Table(breakdown.period, breakdown.what, tuple(rows), cells)


def breakdowns(period: str, facts: Facts, earlier: Iterable[Breakdown] = ()) -> tuple[Breakdown, ...]:
    """What may be told of a period: "firms by sector", "firms by size", "hours" (in quarters of an hour), and "ties".

    Of a year, `earlier` are the breakdowns of its quarters; there are no ties then, which took minutes to make sure of.
    """
    before = list(earlier)
    sector = {node.firm: node.sector for node in facts.nodes}
    size = {node.firm: size_class(node) for node in facts.nodes}
    took_part = dict.fromkeys(facts.active, 1)
    few, fewer = (sector_groups(facts.nodes, k) for k in (FEWEST_IN_HOUSE, FEWEST_IN_REPORT))
    sizes, larger = (rows(size_groups(facts.nodes, k)) for k in (FEWEST_IN_HOUSE, FEWEST_IN_REPORT))
    drafts = [
        _Draft("firms by sector", by_class(sector, took_part, counts=True), rows(few), rows(fewer)),
        _Draft("firms by size", by_class(size, took_part, counts=True), sizes, larger),
        _Draft("hours", by_class(sector, facts.quarter_hours, counts=False), rows(few), rows(fewer), adds_up=True),
    ]
    if not before:
        drafts.append(_Draft("ties", by_sectors(facts.network), pair_rows(few), pair_rows(fewer), each=2))
    return tuple(_settled(period, draft, [one for one in before if one.what == draft.what]) for draft in drafts)


def laid_together(some: Iterable[Breakdown], told: Callable[[Breakdown], Collection[Name]]) -> Published:
    """What somebody has who holds several breakdowns, as told in the house or in reports: what `attack` attacks."""
    cells: dict[Name, Told] = {}
    sums: list[Sum] = []
    for one in some:
        published = publish(one.tables, one.tables.cells.keys() - set(told(one)))
        cells.update(published.cells)
        sums += (*published.sums, *one.links)
    return Published(cells, tuple(sums))


def split(network: Network, k: int = FEWEST_IN_HOUSE) -> tuple[int, int] | None:
    """How many ties are within and across sectors; None if one of them is about fewer than k firms, and not told.

    0 is told where there can be no others (with one sector, or no two firms of one), or where there are no ties at all.
    """
    parts = []
    sector = network.sectors()
    possible = (len(sector) > len(set(sector.values())), len(set(sector.values())) > 1)
    for across in (False, True):
        ties = [tie for tie in network.ties if (sector[tie[0]] != sector[tie[1]]) is across]
        if network.ties and possible[across] and len({firm for tie in ties for firm in tie}) < k:
            return None
        parts.append(len(ties))
    return parts[0], parts[1]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A breakdown before anything is left out: its atoms, and the rows that may be told in the house and in a report.

    `each` as in `Told`; `adds_up`: a year's number is the sum of those of its quarters (firms and ties overlap).
    """

    what: str
    atoms: Mapping[Place, Atom]
    house: Rows
    report: Rows
    each: int = 1
    adds_up: bool = False

    def tables(self, period: str) -> Tables:
        """Every number: the atoms, what is told of them together, and the total, which is told in any case."""

        def name(place: Place) -> Name:
            return period, self.what, place

        shown = self.house | self.report
        wholes = {place: parts for place, parts in shown.items() if parts != (place,)} | {ALL: tuple(self.atoms)}
        cells = {name(place): self._cell(place, (place,), secret=place not in shown) for place in self.atoms}
        cells |= {name(place): self._cell(place, parts) for place, parts in wholes.items()}
        return Tables(cells, tuple(Sum(name(whole), tuple(map(name, parts))) for whole, parts in wholes.items()))

    def _cell(self, place: Place, parts: Collection[Place], *, secret: bool = False) -> Cell:
        atoms = [self.atoms[part] for part in parts]
        limits = [atom.most for atom in atoms if atom.most is not None]
        return Cell(
            value=sum(atom.value for atom in atoms),
            firms=len(frozenset().union(*(atom.firms for atom in atoms))),
            each=self.each,
            most=sum(limits) if len(limits) == len(atoms) else None,
            open=place == ALL,
            secret=secret,
        )


def _settled(period: str, draft: _Draft, earlier: Sequence[Breakdown]) -> Breakdown:
    """The breakdown with what is told of it, given those of the same kind whose period is part of this one."""
    own = draft.tables(period)
    before = {name: cell for one in earlier for name, cell in one.tables.cells.items()}
    cells = {**before, **own.cells}
    links = tuple(_links(own, cells, adds_up=draft.adds_up))
    everything = Tables(cells, (*own.sums, *(each for one in earlier for each in one.tables.sums), *links))

    def told(k: int, already: Collection[Name], but: Collection[Name]) -> frozenset[Name]:
        hidden = protect(everything, k, told=already, untold={*before, *but}.difference(already))
        return frozenset(own.cells.keys() - hidden)

    in_report = {(period, draft.what, place) for place in (*draft.report, ALL)}
    house = told(FEWEST_IN_HOUSE, {name for one in earlier for name in one.house}, ())
    report = told(
        FEWEST_IN_REPORT, {name for one in earlier for name in one.report}, own.cells.keys() - (house & in_report)
    )
    return Breakdown(period, draft.what, own, house, report, links)


def _links(own: Tables, cells: Mapping[Name, Cell], *, adds_up: bool) -> Iterator[Sum]:
    """How the numbers are made up of those of earlier periods, where they are: a firm may have changed its sector."""
    values = {name: cell.value for name, cell in cells.items()}
    for whole in own.cells:
        parts = tuple(name for name in cells if name[1:] == whole[1:] and name != whole)
        link = Sum(whole, parts, overlap=not adds_up)
        if parts and link.holds(values):
            yield link
