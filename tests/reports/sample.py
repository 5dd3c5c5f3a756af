"""Made-up clusters as the pictures and pages are fed: from none to 300 firms, with names from all over the world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

from bot.reports.chart import Weeks
from bot.reports.map import Map
from bot.reports.map_page import MapPage
from bot.reports.report import Quote, Report
from bot.reports.ring import ring
from domain.breakdowns import FEWEST_IN_HOUSE, FEWEST_IN_REPORT, Breakdown, breakdowns, table
from domain.classes import sector_groups, size_groups
from domain.digests import Activity, LedOn, MonthOfTies
from domain.evidence import Facts, Figures, Log, Network, Table, Tie
from domain.figures import figures, indices
from domain.measures import Exchange, Newcomer, Node, Showing, nodes_of
from domain.model import DEFAULT_SECTORS, ActKind, InKind
from domain.network import network_of
from domain.periods import Quarter, Window, lately, weeks_until

ZONE = "Europe/Amsterdam"
NOW = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
QUARTER = Quarter(2026, 4)
MONTH = timedelta(days=30)

BEFORE = ("Studio", "Atelier", "Bureau", "Werkplaats", "De", "Huis", "Firma", "Collectief", "Drukkerij", "Maison")
NAMES = (
    "Noorderlicht", "Van der Meer", "Kade 12", "De Vries & Zonen", "Zilt", "Oeverloos", "Maanzaad", "IJssel", "Bloem",
    "’t Weefhuis", "Steenwijk", "Loods 6", "Kwikstaart", "Halve Maan", "Rood", "Overzee", "Pennenlikkers",
    "Hout + Staal", "Twee Broers", "Vliegwiel", "Nachtwacht", "Grof Geschut", "Klein Duimpje", "Zuiderpark", "Lijn 25",
    "Papaver",
    "Het Gemaal", "Scheepskameel", "Zwaan-Kleef-Aan", "Dageraad",
)  # fmt: skip
#: What breaks pictures and pages that were never tried with it.
STRANGE = (
    "ورشة النسيج", "工房", "🧵🪡", "Ćwikła & Żółw", "סטודיו אור", "=HYPERLINK(\"x\")", "<script>alert(1)</script>",
    "$\\alpha$ & Co", "株式会社 Kyoto Works", "👩‍🎨 Ateljé Å", "A" * 80, "{{ 7 * 7 }} </svg>",
)  # fmt: skip


@dataclass(frozen=True)
class Cluster:
    """A year of a cluster."""

    nodes: tuple[Node, ...]
    names: Mapping[int, str]
    exchanges: tuple[Exchange, ...]
    sectors: tuple[str, ...] = DEFAULT_SECTORS

    def network(self, end: datetime = NOW) -> Network:
        """As the map shows it at that moment."""
        window = lately(end)
        there = tuple(one for one in self.nodes if one.since is None or one.since < end)
        return network_of(there, self.exchanges, window)

    @cached_property
    def weeks(self) -> tuple[datetime, ...]:
        return weeks_until(NOW, ZONE)

    def log(self, window: Window, weeks: tuple[datetime, ...] | None = None) -> Log:
        weeks = weeks or self.weeks
        random = Random(1)
        first: dict[Tie, datetime] = {}
        for one in self.exchanges:
            first.setdefault((min(one.giver, one.taker), max(one.giver, one.taker)), one.at)
        by_week = [
            (week, firm)
            for week, (start, end) in enumerate(pairwise(weeks))
            for one in self.exchanges
            if start <= one.at < end
            for firm in (one.giver, one.taker)
        ]
        active = frozenset(firm for one in self.exchanges if one.at in window for firm in (one.giver, one.taker))
        before = frozenset(firm for one in self.exchanges if one.at in window.before for firm in (one.giver, one.taker))
        showings = [
            Showing(
                at := window.start + timedelta(days=random.random() * 89), at + timedelta(hours=random.random() * 30)
            )
            for _ in range(len(self.nodes))
        ]
        return Log(
            weeks=weeks,
            nodes=self.nodes,
            active=active,
            active_before=before,
            by_week=by_week,
            exchanges=[one for one in self.exchanges if one.at >= min(window.start, weeks[0])],
            first=first,
            showings=showings,
            sessions=[
                (75, confirmed)
                for one in self.exchanges
                if one.kind is ActKind.SESSION_EXCHANGED and one.at in window
                for confirmed in ((True, False) if one.giver % 5 == 0 else (True,))
            ],
            newcomers=[
                Newcomer(NOW - timedelta(days=100 + random.random() * 250), random.random() < 0.7)
                for _ in range(len(self.nodes) // 2)
            ],
        )

    def figures(self, window: Window | None = None, k: int = 5) -> Figures:
        window = window or lately(NOW)
        return figures(self.log(window), window, k)

    def months(self) -> dict[tuple[int, int], Counter[Tie]]:
        """Exchanges of each tie by the year and month they were in."""
        found: dict[tuple[int, int], Counter[Tie]] = {}
        for one in self.exchanges:
            tie = (min(one.giver, one.taker), max(one.giver, one.taker))
            found.setdefault((one.at.year, one.at.month), Counter())[tie] += 1
        return found


def cluster(firms: int, *, strange: bool = True, seed: int = 0, days: int = 365) -> Cluster:
    """So many firms in ten sectors of uneven size; one in eight has no exchange; a few joined in the last month.

    Each of the others has some five exchanges in six weeks, in the `days` days until `NOW`.
    """
    random = Random(1000 * firms + seed)
    weights = [4, 3, 5, 8, 6, 6, 2, 1, 7, 2]
    sector = [random.choices(DEFAULT_SECTORS, weights)[0] for _ in range(firms)]
    since = [NOW - timedelta(days=9 if at % 12 == 7 else 400) for at in range(firms)]
    nodes = tuple(Node(at, sector[at], random.choice((1, 1, 2, 2, 3, 5, 12)), since[at]) for at in range(firms))
    names = {}
    for at in range(firms):
        plain = f"{random.choice(BEFORE)} {NAMES[at % len(NAMES)]}" + (
            f" {at // len(NAMES) + 1}" if at >= len(NAMES) else ""
        )
        names[at] = STRANGE[at // 3] if strange and firms > 1 and at % 3 == 2 and at // 3 < len(STRANGE) else plain
    lively = [at for at in range(firms) if at % 8 != 4]
    return Cluster(nodes, names, tuple(_exchanges(random, nodes, lively, days)))


def _exchanges(random: Random, nodes: tuple[Node, ...], lively: list[int], days: int) -> list[Exchange]:
    if len(lively) < 2:
        return []
    kinds = (ActKind.REVIEW_EXCHANGED, ActKind.SESSION_EXCHANGED, ActKind.HELPED)
    made = []
    for _ in range(len(lively) * days // 18):
        giver, taker = random.sample(lively, 2)
        if nodes[giver].sector == nodes[taker].sector and random.random() < 0.3:
            continue
        there = max(filter(None, (nodes[giver].since, nodes[taker].since)))
        # Busier towards the end, with a quiet August.
        at = NOW - timedelta(days=days * random.random() ** 1.15)
        if at > there and not (at.month == 8 and random.random() < 0.85):
            made.append(Exchange(random.choices(kinds, (7, 2, 1))[0], giver, taker, at - timedelta(days=1), at))
    return sorted(made, key=lambda one: one.at)


def facts(some: Cluster, quarter: Quarter = QUARTER) -> Facts:
    """What the log has of a quarter."""
    window = quarter.window(ZONE)
    within = [one for one in some.exchanges if one.at in window]
    nodes = nodes_of(some.nodes, window)
    hours: Counter[int] = Counter()
    for one in within:
        if one.kind is ActKind.SESSION_EXCHANGED:
            hours[one.giver] += 5
    active = frozenset(firm for one in within for firm in (one.giver, one.taker))
    return Facts(nodes, active, network_of(nodes, within, window), hours)


@cache
def settled(firms: int) -> tuple[Facts, tuple[Breakdown, ...]]:
    """What may be told of the last quarter of `cluster(firms)`; it takes a moment to find out."""
    found = facts(cluster(firms))
    return found, breakdowns(str(QUARTER), found)


def told(firms: int, what: str, *, outside: bool = False) -> Table:
    """One of its tables, as told in the house or outside."""
    found, some = settled(firms)
    one = next(one for one in some if one.what == what)
    k = FEWEST_IN_REPORT if outside else FEWEST_IN_HOUSE
    groups = size_groups(found.nodes, k) if what == "firms by size" else sector_groups(found.nodes, k)
    return table(one, one.report if outside else one.house, groups)


def map_of(some: Cluster, *, first: bool = False) -> Map:
    """The map of now, and what changed since the one of a month ago (`first`: there was none)."""
    early = NOW - MONTH
    before, now = some.network(early), some.network()
    was = ring(before.nodes, some.names, some.sectors)
    return Map(
        now=now,
        before=None if first else before,
        names=some.names,
        sectors=some.sectors,
        ring=ring(now.nodes, some.names, some.sectors, was.firms),
        until=NOW.date(),
        earlier=early.date(),
    )


def weeks_of(some: Cluster, since: date | None = None) -> Weeks:
    """What the digest's chart shows."""
    found = some.figures()
    starts = [moment.astimezone(ZoneInfo(ZONE)).date() for moment in some.weeks[:-1]]
    return Weeks(starts, found.participation, found.ties_by_week, found.took_part.whole, found.across, since=since)


def page_of(firms: int, *, first: bool = False) -> MapPage:
    """The page of the map of `cluster(firms)`."""
    some = cluster(firms)
    months = [MonthOfTies(date(*when, 1), ties) for when, ties in sorted(some.months().items())][-12:]
    return MapPage("Het Weefhuis & Zn. <b>", map_of(some, first=first), months, told(firms, "ties"), NOW.date())


@cache
def report_of(firms: int, *, bare: bool = False) -> Report:
    """The report of the last quarter of `cluster(firms)`; `bare` without quotes and value."""
    some = cluster(firms)
    window = QUARTER.window(ZONE)
    boundaries = weeks_until(window.end, ZONE, 13)
    log = some.log(window, boundaries)
    found = figures(log, window, FEWEST_IN_REPORT)
    starts = [moment.astimezone(ZoneInfo(ZONE)).date() for moment in boundaries[:-1]]
    return Report(
        community="Het Weefhuis & Zn. <b>",
        quarter=QUARTER,
        figures=found,
        indices=indices(log, window),
        activity=Activity(12, 4 * firms, 8 * firms, 2 * firms, firms),
        tables=[told(firms, what, outside=True) for what in ("firms by sector", "firms by size", "hours", "ties")],
        weeks=Weeks(starts, found.participation, found.ties_by_week, found.took_part.whole, k=FEWEST_IN_REPORT),
        led_on=LedOn(firms, firms // 2, firms // 5),
        made=NOW.date(),
        quotes=() if bare else QUOTES,
        in_kind=None if bare else InKind(Decimal("52.50"), "EUR", "CBS 2025 <i>"),
    )


QUOTES = (
    Quote("Ik keek voor het eerst met de ogen van een filmer naar mijn keramiek.", "Sanne, Studio Zilt"),
    Quote("أفضل ساعة في الأسبوع", "ليلى، ورشة النسيج"),
    Quote("<img src=x onerror=alert(1)> & “quoted”", "Bobby Tables <script>"),
)
