"""The report's numbers in rows, the same for the page and for the files: each has a key, a value, and what it says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency

from bot.reports.report import Report
from bot.reports.tables import UNTOLD
from bot.reports.wording import day, hours, locale, number, percent, sectors, wait
from bot.texts import Translator
from domain.evidence import Table
from domain.measures import Share
from domain.model import InKind
from domain.periods import Quarter

_HOUR = 60
_QUARTER_HOUR = 15


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its key in files, how people read it, and for programs its number, maybe `of` how many.

    `number` None: not told, or nothing to tell.
    """

    key: str
    shown: str
    number: float | None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Titled:
    """A row with what it is called and what it means."""

    row: Row
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    rows: Sequence[Titled]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for people: what stands above it, its columns if it has several, and its rows."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def quarter_name(t: Translator, quarter: Quarter) -> str:
    """ "2026, quarter 4"."""
    return t.plain("reports.quarter", year=str(quarter.year), quarter=str(quarter.number))


def period_name(t: Translator, of: Report) -> str:
    """ "2026, quarter 4", of a quarter that is not over with the day until which it is told."""
    name = quarter_name(t, of.quarter)
    return name if of.until is None else t.plain("reports.so_far", period=name, day=day(t, of.until))


def sections(t: Translator, of: Report) -> tuple[Section, ...]:
    """All figures under their headings."""
    return tuple(
        Section(t.plain(f"reports.section.{name}"), [titled(t, row) for row in rows])
        for name, rows in (
            ("took_part", list(_took_part(t, of))),
            ("did", list(_did(t, of))),
            ("ties", list(_ties(t, of))),
            ("came_of_it", list(_came_of_it(t, of))),
        )
    )


def headline(t: Translator, of: Report) -> tuple[Titled, ...]:
    """The four figures that stand above all others."""
    figures = of.figures
    rows = (
        _share_of(t, "firms_took_part", figures.took_part),
        _count(t, "ties", figures.ties),
        _hours(t, "hours_confirmed", figures.hours.confirmed),
        _share_of(t, "answered_in_a_day", figures.answered_in_a_day),
    )
    return tuple(titled(t, row) for row in rows)


def titled(t: Translator, row: Row) -> Titled:
    """The row with its wording."""
    return Titled(row, t.plain(f"reports.row.{row.key}.name"), t.plain(f"reports.row.{row.key}"))


def grids(t: Translator, of: Report) -> tuple[Grid, ...]:
    """The breakdowns by sector and size, and ties by sector and sector; of one group there is only the total."""
    return tuple(_grid(t, one) for one in of.tables)


def _grid(t: Translator, table: Table) -> Grid:
    key = table.what.replace(" ", "_")
    title = t.plain(f"reports.grid.{key}")
    groups = table.rows if len(table.rows) > 1 else ()
    if table.what == "ties":
        columns = [str(at + 1) for at in range(len(groups))]
        rows: list[tuple[str, Sequence[str]]] = [
            (
                f"{at + 1}. {sectors(t, group)}",
                [_cell(t, table, table.value(group, other)) for other in groups[: at + 1]],
            )
            for at, group in enumerate(groups)
        ]
    else:
        columns = []
        rows = [(group_name(t, table, group), [_cell(t, table, table.value(group))]) for group in groups]
    total = [_cell(t, table, table.total)] + [""] * (len(columns) - 1)
    return Grid(title, columns, [*rows, (t.plain("reports.grid.all"), total)])


def group_name(t: Translator, table: Table, group: Sequence[str]) -> str:
    """Its sectors, or of how many members its firms are."""
    if table.what == "firms by size":
        return t.plain("reports.grid.members", size=" / ".join(group))
    return sectors(t, group)


def value_in_kind(of: InKind, minutes: int) -> Decimal:
    """What confirmed minutes are worth at the rate, to the cent."""
    return (of.rate * minutes / _HOUR).quantize(Decimal("0.01"))


def _cell(t: Translator, table: Table, value: int | None) -> str:
    if value is None:
        return UNTOLD
    return hours(t, value * _QUARTER_HOUR) if table.what == "hours" else number(t, value)


def _took_part(t: Translator, of: Report) -> Iterator[Row]:
    figures, activity = of.figures, of.activity
    yield _share_of(t, "firms_took_part", figures.took_part)
    yield _count(t, "firms_before", figures.took_part_before)
    yield _count(t, "participants", activity.participants)
    yield _count(t, "rounds", activity.rounds)
    yield _count(t, "sessions", activity.sessions)
    yield _count(t, "attendances", activity.attendances)
    yield _percent(t, "newcomers_who_stay", figures.newcomers_who_stay)


def _did(t: Translator, of: Report) -> Iterator[Row]:
    figures = of.figures
    yield _count(t, "reviews", figures.reviews)
    yield _hours(t, "hours_confirmed", figures.hours.confirmed)
    yield _hours(t, "hours_unconfirmed", figures.hours.unconfirmed)
    firms = figures.took_part.part
    yield _ratio(t, "hours_per_firm", figures.hours.confirmed / _HOUR / firms if firms else None)
    yield _count(t, "showings", of.activity.showings)
    few = figures.counts_only or not figures.answered_in_a_day.whole
    answered = figures.answered_in_a_day
    yield _share_of(t, "answered_in_a_day", answered) if few else _percent(t, "answered_in_a_day", answered)
    middle = figures.median_wait
    yield Row(
        "median_wait",
        UNTOLD if middle is None else wait(t, middle),
        None if middle is None else round(middle.total_seconds() / 3600, 1),
    )
    if of.indices is not None:
        yield _ratio(t, "gini", of.indices.gini, 2)
        yield _fraction(t, "top_tenth", of.indices.top_tenth)


def _ties(t: Translator, of: Report) -> Iterator[Row]:
    figures, across, reach = of.figures, of.figures.across, of.figures.reach
    yield _count(t, "ties", figures.ties)
    yield _count(t, "new_ties", figures.new_ties)
    yield _count(t, "new_ties_across", figures.new_across)
    yield _ratio(t, "partners_per_firm", figures.partners_per_firm)
    yield _percent(t, "across", across.ties if across else None)
    yield _fraction(t, "across_by_chance", across.by_chance if across else None)
    yield _share_of(t, "joined_up", figures.largest_component)
    yield _fraction(t, "reach", reach.share if reach else None)
    yield _fraction(t, "reach_bound", reach.bound if reach else None)
    yield _yes_or_no(t, "leans_on_one_firm", figures.leans_on_one_firm)
    if of.indices is not None:
        yield _ratio(t, "external_internal", of.indices.external_internal, 2)
        yield _ratio(t, "external_internal_by_chance", of.indices.external_internal_by_chance, 2)
        yield _ratio(t, "assortativity", of.indices.assortativity)
        yield _percent(t, "reciprocity", of.indices.reciprocity)


def _came_of_it(t: Translator, of: Report) -> Iterator[Row]:
    led = of.led_on
    yield Row("led_on", t.plain("reports.of", part=led.yes, whole=led.answered), led.yes, led.answered)
    yield _count(t, "asked", led.asked)
    yield _count(t, "actions_required", of.figures.actions_required)
    if of.in_kind is not None:
        worth = value_in_kind(of.in_kind, of.figures.hours.confirmed)
        shown = t.plain(
            "reports.in_kind",
            value=format_currency(worth, of.in_kind.currency, locale=locale(t)),
            rate=format_currency(of.in_kind.rate, of.in_kind.currency, locale=locale(t)),
            source=of.in_kind.source,
        )
        yield Row("in_kind", shown, float(worth))


def _count(t: Translator, key: str, value: int | None) -> Row:
    return Row(key, UNTOLD if value is None else number(t, value), value)


def _ratio(t: Translator, key: str, value: float | None, digits: int = 1) -> Row:
    rounded = None if value is None else round(value, digits) + 0.0
    return Row(key, UNTOLD if rounded is None else number(t, rounded, digits), rounded)


def _fraction(t: Translator, key: str, value: float | None) -> Row:
    rounded = None if value is None else round(value, 2)
    return Row(key, UNTOLD if rounded is None else percent(t, rounded), rounded)


def _percent(t: Translator, key: str, share: Share | None) -> Row:
    """A share in percent, with how many of how many behind it."""
    if share is None or share.value is None:
        return Row(key, UNTOLD, None)
    shown = t.plain(
        "reports.percent_of", percent=percent(t, share.value), part=number(t, share.part), whole=number(t, share.whole)
    )
    return Row(key, shown, share.part, share.whole)


def _share_of(t: Translator, key: str, share: Share) -> Row:
    if not share.whole:
        return Row(key, UNTOLD, 0, 0)
    return Row(key, t.plain("reports.of", part=share.part, whole=share.whole), share.part, share.whole)


def _hours(t: Translator, key: str, minutes: int) -> Row:
    return Row(key, hours(t, minutes), minutes / _HOUR)


def _yes_or_no(t: Translator, key: str, value: bool | None) -> Row:
    if value is None:
        return Row(key, UNTOLD, None)
    return Row(key, t.plain("reports.yes") if value else t.plain("reports.no"), int(value))
