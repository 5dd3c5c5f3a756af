"""How fast it is decided whom to ask, how even the load is, and how many showings are answered in a simulated year.

Yardsticks, each in the same run: going through the showings one by one and taking whoever was asked least (time, and
how many get somebody), the evenest sharing-out there is (load), and choosing by lot and always the best (a year).
`python -m bench.responders --large` plays more years and more kinds of clusters (some ten minutes).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from statistics import fmean, median
from time import perf_counter

import numpy as np

from domain.asking import asks_recently, within_quota
from domain.responders import Helper, Unanswered, may_be_asked, whom_to_ask
from domain.showing_simulation import ASKS, START, Choice, Habits, Person, Year, cluster, play
from domain.showing_yardsticks import always_the_best, at_random, evenest

SIZE = 60
# Somewhat more than half would take it; one in two does, as some look too late.
ONE_IN_TWO = 0.52
NOW = START + timedelta(days=200)


def crowd(showings: int, helpers: int, seed: int) -> tuple[list[Unanswered], list[Helper]]:
    """Showings for which most were asked before, and people on call, in firms of six or so and ten sectors."""
    random = np.random.default_rng(seed)
    firms = max(2, (showings + helpers) // 6)

    def asked_at() -> tuple[datetime, ...]:
        days = random.uniform(0, 300, random.integers(0, 20))
        return tuple(NOW - timedelta(days=float(day)) for day in days)

    def some(most: int, number: int) -> frozenset[int]:
        return frozenset(random.integers(0, most, number).tolist())

    return [
        Unanswered(
            id=at,
            maker=helpers + at,
            firm=int(random.integers(firms)),
            sector=f"sector {random.integers(10)}",
            ask=ASKS[random.integers(len(ASKS))],
            first=bool(random.random() < 0.1),
            shown_at=NOW - timedelta(hours=float(random.uniform(20, 100))),
            asked=some(helpers, 2 * helpers),
            avoids=some(helpers, 1),
        )
        for at in range(showings)
    ], [
        Helper(
            id=at,
            firm=int(random.integers(firms)),
            sector=f"sector {random.integers(10)}",
            asked_at=asked_at(),
            answered=frozenset(random.choice(ASKS, 2).tolist()),
            avoids=frozenset(),
        )
        for at in range(helpers)
    ]


def one_by_one(
    showings: Sequence[Unanswered],
    helpers: Sequence[Helper],
    now: datetime,
    seed: int,  # noqa: ARG001 - every choice is handed the same
) -> dict[int, int]:
    """The yardstick: each showing in turn takes whoever was asked least of those it may have and who are left."""
    load = {one.id: asks_recently(one.asked_at, now) for one in helpers}
    free = sorted((one for one in helpers if within_quota(one.asked_at, now)), key=lambda one: (load[one.id], one.id))
    chosen: dict[int, int] = {}
    for showing in sorted(showings, key=lambda one: (not one.first, one.shown_at, one.id)):
        able = (one for one, may in zip(free, may_be_asked([showing], free)[0], strict=True) if may)
        helper = next(able, None) if free else None
        if helper is not None:
            chosen[showing.id] = helper.id
            free.remove(helper)
    return chosen


def timed(choose: Choice, showings: Sequence[Unanswered], helpers: Sequence[Helper]) -> float:
    def once(seed: int) -> float:
        start = perf_counter()
        choose(showings, helpers, NOW, seed)
        return perf_counter() - start

    return median(map(once, range(5)))


def time_to_choose() -> None:
    print("Whom to ask for all that waits, median of 5; yardstick: one by one, whoever was asked least")
    for showings, helpers in ((3, 10), (30, 30), (100, 100), (300, 300), (1000, 300)):
        crowded = crowd(showings, helpers, 1)
        taken, yard = timed(whom_to_ask, *crowded), timed(one_by_one, *crowded)
        ours, theirs = (len(choose(*crowded, NOW, 1)) for choose in (whom_to_ask, one_by_one))
        print(
            f"  {showings:5} showings × {helpers:3} people {taken:7.4f} s = {taken / yard:5.2f} × {yard:.4f} s; "
            f"asked for {ours}, one by one {theirs}"
        )


def spread(year: Year) -> int:
    """Between who was asked most and who was asked least in the year."""
    times = Counter(one.helper for one in year.asks)
    return max(times[one] for one in year.helpers) - min(times[one] for one in year.helpers)


def least_spread(year: Year) -> int:
    times = evenest(year.asks).values()
    return max(times) - min(times)


def choices(people: Sequence[Person]) -> dict[str, Choice]:
    return {"Weft": whom_to_ask, "by lot": at_random, "always the best": always_the_best(people)}


def how_even(years: int) -> None:
    print(f"Most asks of a person less the least, in a year of {SIZE} members; yardstick: the least possible for these")
    for share in (1 / 6, 1 / 3, 1 / 2):
        cells = []
        for name in choices([]):
            found = []
            for seed in range(years):
                people = cluster(SIZE, share, ONE_IN_TWO, seed)
                year = play(people, Habits(), choices(people)[name], seed)
                found.append((spread(year), least_spread(year)))
            cells.append(f"{name} " + " ".join(f"{ours}/{least}" for ours, least in found))
        print(f"  {share:4.0%} on call: " + " · ".join(cells), flush=True)


def averages(years: int, name: str, share: float, takes: float, habits: Habits, hours: float = 1.5) -> list[float]:
    """Answered in 24 and 72 h, asks taken, asks across sectors, and asks a week to a person: means over years."""
    found = []
    for seed in range(years):
        people = cluster(SIZE, share, takes, seed, hours)
        year = play(people, habits, choices(people)[name], seed)
        asks = len(year.asks) / len(year.helpers) / 52
        found.append((year.answered_within(24), year.answered_within(72), year.taken, year.across, asks))
    return [fmean(column) for column in zip(*found, strict=True)]


def answered(years: int, large: bool) -> None:
    print("Answered in 24 h / 72 h: Weft · by lot · always the best (asks taken, asks a person and week under Weft)")
    grid = product((0.5, 0.55, 0.6, 0.65, 0.7), (0.42, ONE_IN_TWO, 0.62), (1 / 6, 1 / 3, 1 / 2))
    for spontaneous, takes, share in grid:
        if not large and (takes != ONE_IN_TWO or share != 1 / 3):
            continue
        habits = Habits(spontaneous=spontaneous)
        rows = [averages(years, name, share, takes, habits) for name in choices([])]
        cells = " · ".join(f"{day:.0%} / {three:.0%}" for day, three, *_ in rows)
        print(
            f"  {spontaneous:.0%} unasked, {share:4.0%} on call: {cells} ({rows[0][2]:.0%}, {rows[0][4]:.1f})",
            flush=True,
        )


def what_limits_it(years: int) -> None:
    print("What limits it: 55 % unasked, a third on call, one in two taken. Answered in 24 h / 72 h, asks taken")
    usual = Habits()
    rows = {
        "as it is": (usual, 1.5),
        "people react twice as fast": (usual, 0.75),
        "half as fast": (usual, 3.0),
        "who does not take it always says so": (replace(usual, passes=1.0), 1.5),
        "never says so": (replace(usual, passes=0.0), 1.5),
        "nobody is asked at night": (replace(usual, quiet=True), 1.5),
        "and so early that 4 waking hours are left": (replace(usual, quiet=True, time_left=4), 1.5),
        "6 waking hours": (replace(usual, quiet=True, time_left=6), 1.5),
        "nobody works at weekends": (replace(usual, weekends=False), 1.5),
        "and nobody is asked then": (replace(usual, weekends=False, quiet=True), 1.5),
        "and so early that 6 waking hours are left": (replace(usual, weekends=False, quiet=True, time_left=6), 1.5),
    }
    for what, (habits, hours) in rows.items():
        day, three, taken, *_ = averages(years, "Weft", 1 / 3, ONE_IN_TWO, habits, hours)
        print(f"  {what:44} {day:.0%} / {three:.0%}, {taken:.0%}", flush=True)
    tired = partial(averages, years, share=1 / 3, takes=ONE_IN_TWO, habits=replace(usual, tires=0.85))
    cells = " · ".join("{:.0%} / {:.0%}".format(*tired(name=name)) for name in choices([]))
    print(f"  {'more than an ask a week tires people':44} {cells} (Weft · by lot · always the best)")


def main(large: bool = False) -> None:
    years = 8 if large else 3
    time_to_choose()
    how_even(years)
    answered(years, large)
    what_limits_it(years)


if __name__ == "__main__":
    main(large="--large" in sys.argv)
