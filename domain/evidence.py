"""What is read from the log for figures, and what figures come to: plain records.

What computes them is in `domain.figures`, `domain.network` and `domain.breakdowns`, which bring large libraries along.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.measures import Exchange, Hours, Newcomer, Node, Share, Showing

#: Two firms, the lower id first.
Tie = tuple[int, int]
#: Classes told as one, such as sectors.
Group = tuple[str, ...]
#: Where in a table a number stands: a group, two groups, or a word such as `ALL`.
Place = Hashable
ALL = "all"


@dataclass(frozen=True, slots=True)
class Network:
    """Firms and how many exchanges each tie had. Ids in `ties` are of firms in `nodes`."""

    nodes: tuple[Node, ...]
    ties: Mapping[Tie, int]

    def sectors(self) -> dict[int, str]:
        """The sector of each firm."""
        return {node.firm: node.sector for node in self.nodes}

    def across(self) -> int:
        """How many ties join firms of two sectors."""
        sector = self.sectors()
        return sum(sector[a] != sector[b] for a, b in self.ties)


@dataclass(frozen=True, slots=True)
class Log:
    """What is read from the log of one community for the figures of a window; `domain.measures` says more of each.

    `weeks` are `domain.periods.weeks_until` the window's end. `nodes`: all firms there have been. `active` and
    `active_before`: the firms that took part in the window and in the one before it; `by_week`: (week, firm) likewise.
    `exchanges`: those confirmed since the window or the weeks start, whichever is earlier. `first`: of each tie the
    moment of its first exchange ever. `showings`: those shown in the window. `sessions`: (minutes, confirmed) of the
    window, or sums of them. `newcomers`: who joined in the last 13 months. `required`: when Weft needed a manager.
    """

    weeks: Sequence[datetime]
    nodes: Sequence[Node] = ()
    active: frozenset[int] = frozenset()
    active_before: frozenset[int] = frozenset()
    by_week: Sequence[tuple[int, int]] = ()
    exchanges: Sequence[Exchange] = ()
    first: Mapping[Tie, datetime] = field(default_factory=dict)
    showings: Sequence[Showing] = ()
    sessions: Sequence[tuple[int, bool]] = ()
    newcomers: Sequence[Newcomer] = ()
    required: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """A period as the log has it: its firms, those that took part, their ties, and quarter hours confirmed by giver."""

    nodes: Sequence[Node]
    active: Collection[int]
    network: Network
    quarter_hours: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Reach:
    """Of all ordered pairs of firms (a, b), the share where news of a can have come to b; and the most possible.

    `bound` is what no choice of partners could beat if each firm has as many exchanges in each week as it had.
    """

    share: float
    bound: float


@dataclass(frozen=True, slots=True)
class Across:
    """Ties across sectors, of all ties, and the share of them that chance would give."""

    ties: Share
    by_chance: float


@dataclass(frozen=True, slots=True)
class WeekOfTies:
    """How many ties had an exchange in a week, and how many of these are across sectors; None: among too few firms."""

    ties: int | None
    across: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a digest says. With fewer firms than `measures.FEWEST_FOR_SHARES` it has `counts_only`."""

    counts_only: bool
    took_part: Share
    took_part_before: int
    ties: int
    new_ties: int
    new_across: int | None
    partners_per_firm: float | None
    across: Across | None
    largest_component: Share
    reach: Reach | None
    leans_on_one_firm: bool | None
    reviews: int
    hours: Hours
    answered_in_a_day: Share
    median_wait: timedelta | None
    newcomers_who_stay: Share | None
    actions_required: int
    participation: tuple[int | None, ...]
    ties_by_week: tuple[WeekOfTies, ...]


@dataclass(frozen=True, slots=True)
class Indices:
    """What only a report says besides."""

    external_internal: float | None
    external_internal_by_chance: float | None
    assortativity: float | None
    reciprocity: Share | None
    gini: float | None
    top_tenth: float | None


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown of one period as it is told, in the house or outside: only what is told, nothing else can get out.

    `rows`: its groups of sectors or sizes, `sector_groups` (or `size_groups`) of the period's nodes with
    the k it is told at. `cells` has the numbers at the places that are told; of "ties" a place is two groups.
    """

    period: str
    what: str
    rows: tuple[Group, ...]
    cells: Mapping[Place, int]

    def value(self, *groups: Group) -> int | None:
        """The number of a group, or of two in any order; None: not told."""
        if len(groups) == 1:
            return self.cells.get(groups[0])
        some, others = groups
        return self.cells.get((some, others), self.cells.get((others, some)))

    @property
    def total(self) -> int | None:
        return self.cells.get(ALL)
