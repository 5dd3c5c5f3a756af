"""The report of a quarter: what the soft infrastructure did, for a funder or for the cluster's own members.

It leaves the house. So it is given figures and tables that are told at `domain.breakdowns.FEWEST_IN_REPORT`, shows no
firm by name, and no person but those who gave a quote and agreed to be named. The map stays at home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.reports.chart import Weeks
from domain.digests import Activity, LedOn
from domain.evidence import Figures, Indices, Table
from domain.model import InKind
from domain.periods import Quarter


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
    `until`: of a quarter that is not over yet the last day that counts; then there are no `tables`.
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
    until: date | None = None
