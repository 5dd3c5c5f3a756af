"""How far news travels between firms, from exchange to exchange, and how far it could have.

`domain.reach` is about people in rounds, whom a draw brings together; this is about firms and every kind of exchange.
When an exchange took place is known only to within its week (a round lasts one), so exchanges of one week count as
simultaneous: news travels one exchange a week at most. That may miss a path and never makes one up.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from domain.evidence import Reach
from domain.measures import Exchange, Node

#: Two firms by position; the week before which they tell what they know, and the week after which both know it.
_Meeting = tuple[int, int, int, int]


def firm_reach(nodes: Sequence[Node], exchanges: Iterable[Exchange], weeks: Sequence[datetime]) -> Reach | None:
    """The share of ordered firm pairs with a time-ordered path within the weeks, from 0 to 1; None with one firm.

    A path goes on from an exchange only by one that began in a later week than the first was complete (Holme &
    Saramäki, "Temporal networks", 2012: time-respecting paths, here with exchanges that take time). `weeks` are the
    boundaries of `domain.periods.weeks_until`. Asks: the exchanges that began and were complete (`at`) within them.
    """
    size = len(nodes)
    if size < 2:
        return None
    meetings = _meetings(nodes, exchanges, weeks)
    pairs = size * (size - 1)
    bound = _bound(_activity(meetings, len(weeks) - 1, size))
    return Reach(_reached(meetings, len(weeks) - 1, size) / pairs, bound / pairs)


def _meetings(nodes: Sequence[Node], exchanges: Iterable[Exchange], weeks: Sequence[datetime]) -> set[_Meeting]:
    at = {node.firm: position for position, node in enumerate(nodes)}
    meetings = set()
    for one in exchanges:
        if weeks[0] <= one.began <= one.at < weeks[-1] and one.giver != one.taker:
            a, b = sorted((at[one.giver], at[one.taker]))
            meetings.add((a, b, bisect_right(weeks, one.began) - 1, bisect_right(weeks, one.at) - 1))
    return meetings


def _reached(meetings: Iterable[_Meeting], weeks: int, size: int) -> int:
    """How many ordered pairs of different firms have a path."""
    knows = [1 << at for at in range(size)]  # bit b of knows[a]: a has news of b
    starting: defaultdict[int, list[_Meeting]] = defaultdict(list)
    for meeting in meetings:
        starting[meeting[2]].append(meeting)
    arriving: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for week in range(weeks):
        for a, b, _, complete in starting[week]:
            arriving[complete].append((a, b, knows[a] | knows[b]))
        for a, b, news in arriving[week]:
            knows[a] |= news
            knows[b] |= news
    return sum(news.bit_count() for news in knows) - size


def _activity(meetings: Iterable[_Meeting], weeks: int, size: int) -> NDArray[np.int64]:
    """With how many exchanges each firm began in each week, weeks × firms."""
    activity = np.zeros((weeks, size), dtype=np.int64)
    for a, b, began, _ in meetings:
        activity[began, [a, b]] += 1
    return activity


def _bound(activity: NDArray[np.int64]) -> int:
    """The most ordered pairs that exchanges so many in each week could join.

    Of one firm's news, known to X firms: who could know it besides the firm itself have been active before, and tell
    with each exchange one firm more, of those active in that week who do not know it. Were j knowers active, they would
    be those with most exchanges: X grows by no more than max over j ≤ X of min(their exchanges, active − j). Where
    everybody has one exchange a week that is the doubling of the gossip bound.
    """
    size: int = activity.shape[1]
    seen = np.zeros(size, dtype=bool)
    known = np.ones(size, dtype=np.int64)
    for week in activity:
        known += _growth(week, known, seen)
        seen |= week > 0
        known = np.minimum(known, np.count_nonzero(seen) + ~seen)
    return int(known.sum()) - size


def _growth(week: NDArray[np.int64], known: NDArray[np.int64], seen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """By how many firms the news of each firm may spread in one week; see `_bound`."""
    active = int(np.count_nonzero(week))
    tellers = np.sort(week[seen & (week > 0)])[::-1]
    told_by = np.concatenate(([0], np.cumsum(tellers)))
    kinds, kind_of = np.unique(np.stack((week, known)), axis=1, return_inverse=True)
    growth = np.zeros(kinds.shape[1], dtype=np.int64)
    for at, (own, knowers) in enumerate(kinds.T):
        # With 0, 1, 2 … others telling; the firm itself may be among them once more, which only lifts the bound.
        told = own + told_by[:knowers]
        growth[at] = max(0, np.minimum(told, active - np.arange(len(told)) - (own > 0)).max())
    return growth[kind_of]
