"""What the digest and the report say, one function each: counts, shares, spread. The network is in `domain.network`.

All of it is about firms, never about people; nothing here ranks. docs/measures.md says in plain words what each figure
means. "Asks" in a docstring is what has to be read from the participation log for it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import fsum

from domain.model import ActKind
from domain.periods import Window

#: What somebody did of their own accord: joining is not yet taking part, and being drawn or asked is not a deed.
#: Whoever is the other side of an exchange took part in it, too.
TAKING_PART = frozenset(
    {
        ActKind.ROUND_IN,
        ActKind.REVIEW_GIVEN,
        ActKind.REVIEW_EXCHANGED,
        ActKind.ASK_TAKEN,
        ActKind.OFFERED,
        ActKind.WANTED,
        ActKind.SWAP_ACCEPTED,
        ActKind.SESSION_REPORTED,
        ActKind.SESSION_EXCHANGED,
        ActKind.CREDITS_GIVEN,
        ActKind.SHOWN,
        ActKind.ANSWERED,
        ActKind.HELPED,
    }
)

#: With fewer firms a share or an index is about the odd firm more than about the cluster: counts only.
FEWEST_FOR_SHARES = 15
FEWEST_NEWCOMERS = 10
DAY = timedelta(days=1)
SETTLING = (timedelta(days=30), timedelta(days=90))
#: How far back a digest looks for newcomers. Who joined 90 days earlier began to settle 360 days ago: acts of the last
#: 12 months tell all about them, and no older ones are kept.
NEWCOMERS_OVER = timedelta(days=300)


@dataclass(frozen=True, slots=True)
class Node:
    """A firm of which somebody joined. `size` is how many of its people are members, not how many work there.

    `since` is when the first of them joined and `until` when the last left (None: always, and not yet). A firm that
    somebody left for another one, or that is in an exchange, was there at that moment as well.
    """

    firm: int
    sector: str
    size: int = 1
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A completed two-sided act: `giver` reviewed, taught or answered, and `taker` was helped. Ids of firms.

    `at` is when both sides had said so: the moment of the log. `began` is the earliest it can have taken place: the
    draw of a review's round, the time agreed for a session, the writing of an answer. Between colleagues of one firm
    (`giver` == `taker`) it is no tie.
    """

    kind: ActKind
    giver: int
    taker: int
    began: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Showing:
    """Work shown: when, when a person of another firm first answered, and when the maker took it back; None: not."""

    shown: datetime
    answered: datetime | None
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joined, and whether they took part (`TAKING_PART`) within `settling(joined)`."""

    joined: datetime
    active: bool


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Hours:
    """Minutes of skill sessions, confirmed by both sides and said by the teacher only."""

    confirmed: int
    unconfirmed: int


def nodes_of(nodes: Iterable[Node], window: Window) -> tuple[Node, ...]:
    """The firms that were there in the window: joined before it ended, not gone before it started."""
    return tuple(
        node
        for node in nodes
        if (node.since is None or node.since < window.end) and (node.until is None or node.until >= window.start)
    )


def counts_only(firms: int) -> bool:
    """Whether a cluster of so many firms is too small for shares and indices."""
    return firms < FEWEST_FOR_SHARES


def took_part(nodes: Sequence[Node], active: Collection[int]) -> Share:
    """Firms that took part, of all. Asks: the firms with an act of `TAKING_PART` in the window, or in an exchange."""
    return Share(sum(node.firm in active for node in nodes), len(nodes))


def participation(active: Iterable[tuple[int, int]], weeks: int) -> tuple[int, ...]:
    """How many firms took part in each week. Asks: (week, firm) of the acts of `took_part`, each once or more often."""
    firms = Counter(week for week, _ in set(active))
    return tuple(firms[week] for week in range(weeks))


def answered_in_a_day(showings: Iterable[Showing], window: Window) -> Share:
    """Showings with an answer within 24 hours, of all shown in the window whose 24 hours are over when it ends.

    Unanswered counts as not answered; only what was taken back unanswered within the day is left out. Asks: the
    showings since a day before the window starts (nothing of `window.end` or later is looked at).
    """
    whole = part = 0
    for one in showings:
        if window.start <= one.shown <= window.end - DAY:
            quick = one.answered is not None and one.answered - one.shown <= DAY
            taken_back = one.withdrawn is not None and one.withdrawn - one.shown < DAY
            part += quick
            whole += quick or not taken_back
    return Share(part, whole)


def median_wait(showings: Iterable[Showing], window: Window) -> timedelta | None:
    """The time within which half of the showings of the window are answered; None if it cannot be told yet.

    The Kaplan–Meier estimate (1958): a showing that is unanswered when the window ends, or was taken back, has waited
    at least so long. The median is the first wait after which the estimate of "still waiting" is at most a half.
    """
    waits: list[tuple[timedelta, bool]] = []
    for one in showings:
        if one.shown in window:
            until = min(one.withdrawn or window.end, window.end)
            answered = one.answered is not None and one.answered < until
            waits.append(((one.answered if answered and one.answered else until) - one.shown, answered))
    waiting = 1.0
    at_risk = len(waits)
    for wait, answered in sorted(waits, key=lambda one: (one[0], not one[1])):
        if answered:
            waiting *= 1 - 1 / at_risk
            # The products of fractions may miss a half by a rounding error.
            if waiting <= 0.5 + 1e-12:
                return wait
        at_risk -= 1
    return None


def settling(joined: datetime) -> Window:
    """Days 31 to 90 of somebody who joined then."""
    return Window(joined + SETTLING[0], joined + SETTLING[1])


def newcomers_until(end: datetime) -> Window:
    """The window in which the 90 days of a newcomer must have ended to be told of in figures of a window's end."""
    return Window(end - NEWCOMERS_OVER, end)


def newcomers_who_stay(newcomers: Iterable[Newcomer], window: Window) -> Share | None:
    """Newcomers active in days 31–90, of those whose 90 days ended within the window; None if they are fewer than 10.

    In figures the window is `newcomers_until`: wide enough for ten. Asks: everybody who joined between 90 days before
    the window starts and 90 days before it ends, whether or not they left.
    """
    counted = [one for one in newcomers if settling(one.joined).end in window]
    if len(counted) < FEWEST_NEWCOMERS:
        return None
    return Share(sum(one.active for one in counted), len(counted))


def hours(sessions: Iterable[tuple[int, bool]]) -> Hours:
    """Minutes given, corrections included. Asks: (minutes, confirmed) of the window's sessions, or of sums of them."""
    sums = {True: 0, False: 0}
    for minutes, confirmed in sessions:
        sums[confirmed] += minutes
    return Hours(sums[True], sums[False])


def actions_required(moments: Iterable[datetime], window: Window) -> int:
    """How often Weft needed a manager. Asks: the moments of required `manager_actions`."""
    return sum(moment in window for moment in moments)


def effort(nodes: Sequence[Node], exchanges: Iterable[Exchange], window: Window) -> tuple[int, ...]:
    """How many exchanges each firm gave (reviewed, taught, answered) in the window, zeros in; in the order of nodes."""
    given = Counter(one.giver for one in exchanges if one.at in window and one.giver != one.taker)
    return tuple(given[node.firm] for node in nodes)


def gini(efforts: Sequence[int]) -> float | None:
    """How unevenly effort is spread: 0 if all give alike, 1 if one gives all; None without effort or with one firm.

    Σ(2i − n − 1)xᵢ / (nΣxᵢ) over the sorted xᵢ, times n/(n − 1) so that one of few can reach 1, too (Deltas, "The
    small-sample bias of the Gini coefficient", 2003).
    """
    size, total = len(efforts), sum(efforts)
    if size < 2 or not total:
        return None
    uneven = sum((2 * at - size - 1) * one for at, one in enumerate(sorted(efforts), start=1))
    return uneven / ((size - 1) * total)


def top_tenth(efforts: Sequence[int]) -> float | None:
    """The share of all effort that the tenth of the firms who gave most gave: 0.1 if all give alike, at most 1.

    Of 15 firms a tenth is the first and half of the second (the Lorenz curve is straight between two firms).
    """
    total = sum(efforts)
    if not total:
        return None
    tenth = len(efforts) / 10
    sums = [0, *accumulate(sorted(efforts, reverse=True))]
    whole = int(tenth)
    return fsum([sums[whole], (tenth - whole) * (sums[whole + 1] - sums[whole])]) / total
