"""How fast a digest, a map and a report are made from a participation log: reading it, the figures, the drawing.

Yardstick, in the same run: selecting every act of half a year as it is. To reach, for a year of 300 members with
100,000 rows on SQLite: a digest in 1 s, a map in 3 s, a report in 5 s; and among 1,000,000 rows of 200 communities a
digest of one of them within 1.2 × what its own rows take alone (`python -m bench.digests --large`; else among 100,000
rows of 20). What may be told of a quarter that is over is worked out once and kept: it is told apart.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.reports.drawn import draw_digest, draw_maps, draw_reports
from domain.breakdowns import FEWEST_IN_REPORT, breakdowns, table
from domain.classes import sector_groups, size_groups
from domain.digests import DigestFacts, MapFacts, MonthOfTies, PeriodFacts, ReportFacts
from domain.evidence import Facts, Table
from domain.figures import figures, indices
from domain.model import DEFAULT_SECTORS, CommunityId
from domain.periods import Quarter, Window, lately, weeks_until
from storage import participation
from storage.engine import Database, Tx, open_database
from storage.tables import acts
from tests.participation import Size, fill

T = TypeVar("T")
ZONE = "Europe/Amsterdam"
NOW = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
QUARTER = Quarter(2026, 4)
BIG, SMALL = Size(members=300, firms=120, rows=100_000), Size(members=15, firms=8, rows=5_000)
TIMES = 5


class Taken(NamedTuple):
    """Seconds by the clock, and of the processor: on a machine with other work to do the second is the surer one."""

    clock: float
    processor: float


Parts = dict[str, Taken]


def together(parts: Parts) -> Taken:
    return Taken(sum(one.clock for one in parts.values()), sum(one.processor for one in parts.values()))


async def timed(deed: Callable[[], Awaitable[T] | T], times: int = TIMES) -> tuple[Taken, T]:
    """How long it usually takes, and what comes of it."""
    taken = []
    for _ in range(times):
        start, used = perf_counter(), process_time()
        made = deed()
        found: T = await made if isinstance(made, Awaitable) else made
        taken.append(Taken(perf_counter() - start, process_time() - used))
    return Taken(*map(median, zip(*taken, strict=True))), found


def days(moments: Sequence[datetime]) -> tuple[date, ...]:
    return tuple(moment.astimezone(ZoneInfo(ZONE)).date() for moment in moments[:-1])


class Made:
    """What is made of one community's log, part by part, with what each part took."""

    def __init__(self, tx: Tx, community: CommunityId) -> None:
        self.tx, self.community = tx, community

    async def yardstick(self) -> Taken:
        """Select the acts of half a year."""
        half_a_year = (acts.c.at >= weeks_until(NOW, ZONE)[0], acts.c.at < NOW)
        query = sa.select(acts).where(acts.c.community_id == self.community, *half_a_year)

        async def deed() -> Sequence[Any]:
            return (await self.tx.execute(query)).all()

        taken, _ = await timed(deed)
        return taken

    async def digest(self) -> Parts:
        window, weeks = lately(NOW), weeks_until(NOW, ZONE)
        reading, log = await timed(partial(participation.log_of, self.tx, self.community, window, weeks))
        working, found = await timed(partial(figures, log, window))
        facts = DigestFacts(found, days(weeks), date(2026, 1, 1), 0, None, None, None)
        drawing, _ = await timed(partial(draw_digest, "en", facts))
        return {"reading": reading, "figures": working, "drawing": drawing}

    async def map(self, settled: tuple[Table, ...]) -> Parts:
        now, before = lately(NOW), lately(datetime(2026, 12, 4, 7, 30, tzinfo=UTC))
        months = [datetime(2026, month, 1, tzinfo=UTC) for month in range(1, 13)]

        async def read() -> MapFacts:
            ties = await participation.months_of_ties(self.tx, self.community, [*months, NOW])
            return MapFacts(
                now=await participation.network_at(self.tx, self.community, now),
                before=await participation.network_at(self.tx, self.community, before),
                names=await participation.firm_names(self.tx, self.community),
                sectors=DEFAULT_SECTORS,
                turns=None,
                until=now.end.date(),
                earlier=before.end.date(),
                months=[MonthOfTies(one.date(), some) for one, some in zip(months, ties, strict=True)],
                ties=settled[-1],
            )

        reading, facts = await timed(read)
        drawing, _ = await timed(partial(draw_maps, "en", "Weft", facts, NOW.date()))
        return {"reading": reading, "drawing": drawing}

    async def report(self, settled: tuple[Table, ...]) -> Parts:
        window = QUARTER.window(ZONE)
        weeks = weeks_until(window.end, ZONE, 13)

        async def read() -> tuple[Any, Any, Any]:
            return (
                await participation.log_of(self.tx, self.community, window, weeks),
                await participation.activity(self.tx, self.community, window),
                await participation.led_on(self.tx, self.community, window),
            )

        reading, (log, activity, led_on) = await timed(read)
        working, (found, more) = await timed(
            lambda: (figures(log, window, FEWEST_IN_REPORT), indices(log, window)),
        )
        period = PeriodFacts(QUARTER, True, found, more, activity, settled, settled[-1], days(weeks), led_on)
        facts = ReportFacts(period, (), None, NOW.date())
        drawing, _ = await timed(partial(draw_reports, "en", "Weft", facts))
        return {"reading": reading, "figures": working, "drawing": drawing}

    async def settle(self) -> tuple[Parts, tuple[Table, ...]]:
        """What may be told of the quarter, once."""
        window: Window = QUARTER.window(ZONE)
        reading, facts = await timed(partial(participation.facts_of, self.tx, self.community, window))
        working, tables = await timed(partial(told, facts), times=1)
        return {"reading": reading, "what may be told, once": working}, tables


def told(facts: Facts) -> tuple[Table, ...]:
    return tuple(
        table(
            one,
            one.report,
            (size_groups if one.what == "firms by size" else sector_groups)(facts.nodes, FEWEST_IN_REPORT),
        )
        for one in breakdowns(str(QUARTER), facts)
    )


@asynccontextmanager
async def filled(file: Path, *sizes: Size) -> AsyncIterator[tuple[Database, CommunityId]]:
    """A database with communities of these sizes, and the first of them."""
    db = await open_database(f"sqlite:///{file}")
    start = perf_counter()
    some = await fill(db, *sizes, until=NOW)
    rows = sum(one.rows for one in sizes)
    print(f"  ({len(sizes)} communities, {rows} rows, written in {perf_counter() - start:.0f} s)", flush=True)
    yield db, some[0]
    await db.close()


def say(what: str, parts: Parts, yard: Taken, limit: float | None = None) -> None:
    whole = together(parts)
    goal = "" if limit is None else f" (to reach: {limit:g} s)"
    cells = ", ".join(
        f"{name} {one.processor:.2f} s = {one.processor / yard.processor:.1f} ×" for name, one in parts.items()
    )
    print(f"  {what:8} {whole.clock:5.2f} s, of the processor {whole.processor:.2f} s{goal}: {cells}", flush=True)


async def one_year(folder: Path) -> None:
    print(f"A year of {BIG.members} members; yardstick: selecting the acts of half a year")
    async with filled(folder / "year.sqlite3", BIG) as (db, community), db.read() as tx:
        made = Made(tx, community)
        yard = await made.yardstick()
        say("yardstick", {"acts": yard}, yard)
        settling, tables = await made.settle()
        say("settling", settling, yard)
        say("digest", await made.digest(), yard, 1)
        say("map", await made.map(tables), yard, 3)
        say("report", await made.report(tables), yard, 5)


async def among_others(folder: Path, communities: int) -> None:
    print("A digest of one community of many; yardstick: the same rows in a database of their own")
    async with (
        filled(folder / "alone.sqlite3", SMALL) as (alone, one),
        filled(folder / "many.sqlite3", *[SMALL] * communities) as (many, same),
        alone.read() as tx,
        many.read() as other,
    ):
        yards, found = [await digest.digest() for digest in (Made(tx, one), Made(other, same))]
        both = {name: (yards[name], found[name]) for name in yards} | {"together": (together(yards), together(found))}
        for name, (yard, taken) in both.items():
            print(
                f"  {name:8} {taken.clock * 1000:6.1f} ms = {taken.clock / yard.clock:.2f} ×, of the processor "
                f"{taken.processor * 1000:6.1f} ms = {taken.processor / yard.processor:.2f} ×",
                flush=True,
            )


def main(arguments: Sequence[str] = ()) -> None:
    with TemporaryDirectory(prefix="weft-bench-") as folder:
        asyncio.run(one_year(Path(folder)))
        asyncio.run(among_others(Path(folder), 200 if "--large" in arguments else 20))


if __name__ == "__main__":
    main(sys.argv[1:])
