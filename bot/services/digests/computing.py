"""What the worker computes for digests, maps and reports; nothing large is loaded before it is called."""

# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from domain.evidence import Facts, Figures, Indices, Log, Table, WeekOfTies
from domain.periods import Window


def weekly(log: Log, window: Window) -> Figures:
    """The figures of a digest."""
    from domain.figures import figures

    return figures(log, window)


def of_quarter(log: Log, window: Window, told: Sequence[Table]) -> tuple[Figures, Indices | None]:
    """The figures of a quarter that is over, as a report tells them beside the tables that are `told`.

    Where the table of ties had to leave out how many are across sectors, no figure may say so: it could be worked out
    what else the table leaves out.
    """
    from domain.breakdowns import FEWEST_IN_REPORT
    from domain.classes import ACROSS
    from domain.figures import figures, indices

    found, more = figures(log, window, FEWEST_IN_REPORT), indices(log, window)
    if any(one.what == "ties" and ACROSS in one.cells for one in told):
        return found, more
    return _unsplit(found), None if more is None else replace(more, external_internal=None, assortativity=None)


def so_far(log: Log, window: Window) -> Figures:
    """The figures of a quarter that is not over: totals only.

    It is told again and again while it grows. What differs from one time to the next is about few firms, so nothing
    that is split into parts may be told.
    """
    from domain.breakdowns import FEWEST_IN_REPORT
    from domain.figures import figures

    return _unsplit(figures(log, window, FEWEST_IN_REPORT))


def _unsplit(figures: Figures) -> Figures:
    """The same without what is within and across sectors."""
    ties = tuple(WeekOfTies(week.ties, None) for week in figures.ties_by_week)
    return replace(figures, new_across=None, across=None, ties_by_week=ties)


def tables(period: str, facts: Facts) -> tuple[tuple[Table, ...], Table | None]:
    """The breakdowns of a quarter as a report tells them, and its ties as they are told in the house."""
    from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT, breakdowns, table
    from domain.classes import sector_groups, size_groups

    found = breakdowns(period, facts)
    outside = tuple(
        table(
            one,
            one.report,
            (size_groups if one.what == "firms by size" else sector_groups)(facts.nodes, FEWEST_IN_REPORT),
        )
        for one in found
    )
    in_house = sector_groups(facts.nodes, FEWEST_IN_HOUSE)
    ties = next((table(one, one.house, in_house) for one in found if one.what == "ties"), None)
    return outside, ties
