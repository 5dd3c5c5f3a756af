"""The figures of a digest and of a report, without what is too small to be told (`None`, also where there is none).

The digest is read in chat, the report leaves the house. What is told by sector and by size is in `domain.breakdowns`.
"""

from domain import measures, network
from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT, split
from domain.evidence import Across, Figures, Indices, Log, Network, Reach, WeekOfTies
from domain.firm_reach import firm_reach
from domain.model import ActKind
from domain.periods import Window


def figures(log: Log, window: Window, k: int = FEWEST_IN_HOUSE) -> Figures:
    """The figures of a window: of a digest the last 90 days. In a report k is `FEWEST_IN_REPORT`."""
    nodes = measures.nodes_of(log.nodes, window)
    ties = network.network_of(nodes, log.exchanges, window)
    fresh = network.new_ties(ties, log.first, window)
    sides = split(fresh, k)
    few = measures.counts_only(len(nodes))
    return Figures(
        counts_only=few,
        took_part=measures.took_part(nodes, log.active),
        took_part_before=len(log.active_before),
        ties=len(ties.ties),
        new_ties=len(fresh.ties),
        new_across=None if sides is None else sides[1],
        partners_per_firm=None if few else network.partners_per_firm(ties),
        across=None if few else _across(ties, k),
        largest_component=network.largest_component(ties),
        reach=None if few else _reach(log),
        leans_on_one_firm=None if few else network.leans_on_one_firm(ties),
        reviews=sum(one.kind is ActKind.REVIEW_EXCHANGED and one.at in window for one in log.exchanges),
        hours=measures.hours(log.sessions),
        answered_in_a_day=measures.answered_in_a_day(log.showings, window),
        median_wait=measures.median_wait(log.showings, window),
        newcomers_who_stay=measures.newcomers_who_stay(log.newcomers, measures.newcomers_until(window.end)),
        actions_required=measures.actions_required(log.required, window),
        participation=_participation(log, k),
        ties_by_week=_ties_by_week(log, k),
    )


def indices(log: Log, window: Window) -> Indices | None:
    """The indices of a report's window; None with too few firms."""
    nodes = measures.nodes_of(log.nodes, window)
    if measures.counts_only(len(nodes)):
        return None
    ties = network.network_of(nodes, log.exchanges, window)
    effort = measures.effort(nodes, log.exchanges, window)
    # Both tell, in another form, how many ties are within and across sectors.
    may_be_split = split(ties, FEWEST_IN_REPORT) is not None and len(ties.ties) >= network.FEWEST_TIES
    assortativity = network.sector_assortativity(ties) if may_be_split else None
    reciprocity = network.reciprocity(log.exchanges, window)
    return Indices(
        external_internal=network.external_internal(ties) if may_be_split else None,
        external_internal_by_chance=network.external_internal_by_chance(nodes),
        # A tenth is what it is good for, and too coarse to work anything out from.
        assortativity=None if assortativity is None else round(assortativity, 1),
        reciprocity=reciprocity if reciprocity.whole >= network.FEWEST_TIES else None,
        gini=measures.gini(effort),
        # A tenth of a small cluster is a handful of firms.
        top_tenth=measures.top_tenth(effort) if len(nodes) >= 10 * FEWEST_IN_REPORT else None,
    )


def _across(ties: Network, k: int) -> Across | None:
    share = network.cross_sector(ties)
    by_chance = network.across_by_chance(ties.nodes)
    return None if share is None or by_chance is None or split(ties, k) is None else Across(share, by_chance)


def _reach(log: Log) -> Reach | None:
    half_a_year = Window(log.weeks[0], log.weeks[-1])
    return firm_reach(measures.nodes_of(log.nodes, half_a_year), log.exchanges, log.weeks)


def _participation(log: Log, k: int) -> tuple[int | None, ...]:
    """Firms that took part in each week; None: some, but fewer than k."""
    counts = measures.participation(log.by_week, len(log.weeks) - 1)
    return tuple(None if 0 < count < k else count for count in counts)


def _ties_by_week(log: Log, k: int) -> tuple[WeekOfTies, ...]:
    weeks = []
    for week in network.ties_by_week(log.nodes, log.exchanges, log.weeks):
        few = 0 < len({firm for tie in week.ties for firm in tie}) < k
        sides = split(week, k)
        weeks.append(WeekOfTies(None if few else len(week.ties), None if sides is None else sides[1]))
    return tuple(weeks)
