"""The report of a quarter: what the soft infrastructure did, for a funder or for the cluster's own members.

It leaves the house. So it is given figures and tables that are told at `domain.breakdowns.FEWEST_IN_REPORT`, shows no
firm by name, and no person but those who gave a quote and agreed to be named. The map stays at home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.reports.chart import Weeks
from bot.reports.tables import Table
from domain.figures import Figures, Indices
from domain.periods import Quarter


@dataclass(frozen=True, slots=True)
class Activity:
    """Totals of the quarter. `sessions`: pairings with an exchange, and skill sessions confirmed by both.

    `attendances`: people in these, each every time. `participants`: how many people took part (`TAKING_PART`).
    `rounds` that closed in the quarter, and `showings` shown in it.
    """

    rounds: int
    sessions: int
    attendances: int
    participants: int
    showings: int


@dataclass(frozen=True, slots=True)
class LedOn:
    """Of those asked in the quarter whether an exchange led to joint work: how many said anything, and how many yes."""

    asked: int
    answered: int
    yes: int


@dataclass(frozen=True, slots=True)
class InKind:
    """What a manager typed to give hours a value: so much an hour, in which currency (ISO 4217), and who says so."""

    rate: Decimal
    currency: str
    source: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote and agreed to have printed, under the name they chose."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report says. `community`: the name of the server.

    `figures` and `indices`: of `domain.figures` for the quarter's window, with `FEWEST_IN_REPORT`. `tables`: "firms by
    sector", "firms by size", "hours" and "ties" of the quarter as told in a report (`bot.reports.tables.table`).
    `weeks`: the quarter's whole weeks, of the same figures, without `across`. `in_kind`: None unless it was turned on.
    """

    community: str
    quarter: Quarter
    figures: Figures
    indices: Indices | None
    activity: Activity
    tables: Sequence[Table]
    weeks: Weeks
    led_on: LedOn
    made: date
    quotes: Sequence[Quote] = ()
    in_kind: InKind | None = None
