"""The digest, the map and the report: when they are made and what they are made of.

A digest comes every week, half an hour before a round may open, so that it tells of the round that closed last. The
figures themselves are in `domain.figures`, what may be told by sector and size in `domain.breakdowns`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.calendar import Plan, local
from domain.evidence import Figures, Indices, Network, Table, Tie
from domain.model import InKind, Need, NeedKind, Quote
from domain.periods import Quarter

#: What it is called among what comes round again in a community.
RECURS = "digests.weekly"
#: How long before a round may open the digest is made.
BEFORE = timedelta(minutes=30)
#: So late it would be about another week: the next one will do.
LATE = timedelta(days=3)
#: What could not be posted for so long is posted no more.
POSTED_WITHIN = timedelta(days=7)
#: What the settling of quarters is called among what comes round again.
SETTLES = "digests.quarter"
#: A want that nobody has been found for in this time, and a firm without a tie so long after it joined, may need help.
UNSERVED = timedelta(days=14)
ALONE = timedelta(days=28)
#: What a manager has seen to, or was shown so often without doing it, is not shown again for so long.
SHOWN_AT_MOST = 2
REST = timedelta(days=90)
#: What can wait is asked of a manager no more often: "needs you: nothing" is the rule. (Four weeks, less a day for a
#: digest that is late.)
APART = timedelta(days=27)
#: The words of the digest, all told.
WORDS = 120


class Quiet(StrEnum):
    """Why nothing happened."""

    NOBODY = "nobody"  # has joined yet
    NEW = "new"  # no round has opened yet
    HOLIDAY = "holiday"  # the round fell out
    SILENT = "silent"  # nobody came


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What a digest is made of. `weeks`: the first day of each week of the chart, by the community's clocks.

    `required`: how often Weft needed a manager since the last digest, or since set-up if it is the `first`. `quiet`:
    why nobody did anything in a week; None if somebody did. `opens`: when the next round does, if one is planned.
    `joined`: the community's first day.
    """

    figures: Figures
    weeks: Sequence[date]
    joined: date
    required: int
    need: Need | None
    quiet: Quiet | None
    opens: date | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class DigestLook:
    """A digest as it is read: `text` in chat, `plain` in mail, and a picture (PNG) with its words."""

    text: str
    plain: str
    picture: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class MonthOfTies:
    """A calendar month by the community's clocks: its first day, and the exchanges of each tie confirmed in it."""

    first: date
    ties: Mapping[Tie, int]


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What a map is made of.

    `now` and `before` are the networks of the 90 days that end on `until` and on `earlier`, a month before (None: the
    community is younger). `turns`: where on the ring each firm stood on the last map that was kept; None: there was
    none. `ties`: last quarter's ties by sectors, in the house; None: no quarter is over.
    """

    now: Network
    before: Network | None
    names: Mapping[int, str]
    sectors: tuple[str, ...]
    turns: Mapping[int, float] | None
    until: date
    earlier: date
    months: Sequence[MonthOfTies]
    ties: Table | None


@dataclass(frozen=True, slots=True)
class Activity:
    """Totals of a period. `sessions`: pairings with an exchange, and skill sessions confirmed by both.

    `attendances`: people in these, each every time. `participants`: how many people took part (`TAKING_PART`).
    `rounds` that closed in the period, and `showings` shown in it.
    """

    rounds: int
    sessions: int
    attendances: int
    participants: int
    showings: int


@dataclass(frozen=True, slots=True)
class LedOn:
    """Of those asked in the period whether an exchange led to joint work: how many said anything, and how many yes."""

    asked: int
    answered: int
    yes: int


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """What a report of a quarter is made of, told at `FEWEST_IN_REPORT` firms.

    A quarter that is over is settled once and kept. Of one that is not (`complete` is False) there are no `tables`,
    nothing of it is split, and it is told afresh each time. `tables`: "firms by sector", "firms by size", "hours" and
    "ties" as told in a report; `ties`: those of the map, in the house. `weeks`: the first days of its weeks.
    """

    quarter: Quarter
    complete: bool
    figures: Figures
    indices: Indices | None
    activity: Activity
    tables: tuple[Table, ...]
    ties: Table | None
    weeks: tuple[date, ...]
    led_on: LedOn


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that a report says. `quotes`: of the period. `in_kind`: None unless a manager turned it on. `made`: when."""

    period: PeriodFacts
    quotes: Sequence[Quote]
    in_kind: InKind | None
    made: date


def next_digest(plan: Plan, after: datetime) -> datetime:
    """The first moment after `after` at which a digest is made, in UTC: each week, whatever the rounds' cadence.

    Where the clock skips or repeats the hour of the opening, it is `BEFORE` the opening all the same.
    """
    zone = ZoneInfo(plan.time_zone)
    day = local(plan, after).date() - timedelta(days=1)
    day += timedelta(days=(plan.opens.weekday - day.weekday()) % 7)
    while True:
        opening = datetime.combine(day, time(plan.opens.hour, plan.opens.minute), zone)
        moment = opening.astimezone(UTC) - BEFORE
        if moment > after:
            return moment
        day += timedelta(days=7)


def to_make(plan: Plan, was: datetime, now: datetime) -> datetime | None:
    """Until when a digest goes that was due at `was` and is made now; None: it is too late, the next one will do.

    After weeks in which nothing was made, that is the last one that has come due since.
    """
    if now - was <= LATE:
        return was
    last = next_digest(plan, now - LATE)
    return last if last <= now else None


def most_useful(
    candidates: Sequence[Need],
    shown: Mapping[tuple[NeedKind, int | None], int],
    lately: Collection[NeedKind] = (),
) -> Need | None:
    """The one thing to show a manager: the most pressing kind, in it the first that has not been shown enough.

    `shown`: how often in `REST` each (kind, subject) stood in a digest; one that was seen to counts as shown enough.
    `lately`: the kinds that stood in one within `APART`. What is broken, and people who wait for a decision, are shown
    until they are seen to.
    """
    insistent = {NeedKind.PROBLEM, NeedKind.DISPUTE}
    rank = {kind: at for at, kind in enumerate(NeedKind)}
    open_ones = [
        one
        for one in candidates
        if one.kind in insistent or (one.kind not in lately and shown.get((one.kind, one.subject), 0) < SHOWN_AT_MOST)
    ]
    return min(open_ones, key=lambda one: rank[one.kind], default=None)
