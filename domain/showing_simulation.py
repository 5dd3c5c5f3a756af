"""A year of showings played forward: who shows, who answers by themselves, who is asked and what they do.

Chance is drawn anew for each question from what it is about, so that the same people, asked for the same showing, do
the same whoever else was asked: ways to choose can be compared on one and the same year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from math import inf

import numpy as np
from numpy.typing import NDArray

from domain.asking import ASK_LASTS, next_free
from domain.model import ShowingAsk
from domain.responders import Helper, Unanswered, may_be_asked

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
ASKS = tuple(ask.value for ask in ShowingAsk)
FIRST_ASK = 20.0  # hours after a showing
LAST_ASK = 14 * 24.0  # nobody is asked any more
_LASTS = ASK_LASTS / timedelta(hours=1)
_WEEKS = 52
_NOBODY = -1
_UP, _TO_BED = 8.0, 22.0
_AT_WORK = 9.0
# What people put up with in a month before being asked tires them.
_NOT_TIRING = 4

#: A way to choose: whom to ask for each of some showings (helper by showing), from those on call, at a time, by a seed.
Choice = Callable[[Sequence[Unanswered], Sequence[Helper], datetime, int], dict[int, int]]


@dataclass(frozen=True, slots=True)
class Person:
    """A member: by ask the chance to take one, and the median of the waking hours until they react."""

    id: int
    firm: int
    sector: str
    on_call: bool
    takes: Mapping[str, float]
    hours: float


@dataclass(frozen=True, slots=True)
class Habits:
    """How people behave: shares from 0 to 1, times in hours."""

    showings: float = 1 / 3  # a member a week
    spontaneous: float = 0.55  # of showings, answered before anybody is asked; without an ask, the others never are
    passes: float = 0.5  # of those who do not take it: say so; the others are silent
    comes: float = 0.9  # of those who take it: answer
    writes: float = 0.5  # mean, from taking it to having answered
    tires: float = 1.0  # by this the chance to take it falls with each ask in 30 days beyond one a week
    weekends: bool = True  # people show and look in at weekends, too
    time_left: float = 0.0  # ask earlier than FIRST_ASK if fewer waking hours would be left of the first day
    quiet: bool = False  # what falls due while people are not up waits until they are


@dataclass(frozen=True, slots=True)
class Asked:
    """An ask: when, for which showing, whom, who else on call the showing's rules allowed, and whether they took it."""

    at: datetime
    showing: int
    helper: int
    able: tuple[int, ...]
    taken: bool


@dataclass(slots=True)
class Year:
    """What happened: showings in the order of their ids, the hours until each was answered, and the asks in turn."""

    showings: list[Unanswered]
    hours: list[float]
    helpers: dict[int, Helper]
    asks: list[Asked] = field(default_factory=list)

    def answered_within(self, hours: float) -> float:
        """The share of showings; those never answered count as not."""
        return sum(taken <= hours for taken in self.hours) / max(1, len(self.hours))

    def asks_of(self, helper: int) -> list[datetime]:
        return [one.at for one in self.asks if one.helper == helper]

    @property
    def taken(self) -> float:
        """The share of asks that were taken in time."""
        return sum(one.taken for one in self.asks) / max(1, len(self.asks))

    @property
    def across(self) -> float:
        """The share of asks to somebody of another sector than the maker's."""
        asked = ((self.showings[one.showing], self.helpers[one.helper]) for one in self.asks)
        return sum(showing.sector != helper.sector for showing, helper in asked) / max(1, len(self.asks))


def cluster(size: int, on_call: float, takes: float, seed: int, hours: float = 1.5) -> list[Person]:
    """A made-up cluster: firms of one to eight, few sectors with many firms and many with few.

    People differ, in general and by ask: `takes` is the mean chance of those on call, `hours` the median of theirs.
    """
    random = np.random.default_rng([seed, 1])
    firm = np.repeat(np.arange(size), random.integers(1, 9, size))[:size]
    weight = 1 / np.arange(1, 11)
    sector = random.choice(10, size, p=weight / weight.sum())
    called = random.permutation(size) < max(1, round(size * on_call))
    leaning = random.normal(0, 1, (size, 1)) + random.normal(0, 0.7, (size, len(ASKS)))
    shifts = np.linspace(-8, 8, 1601)
    means = [_logistic(leaning[called] + shift).mean() for shift in shifts]
    chance = _logistic(leaning + shifts[int(np.abs(np.array(means) - takes).argmin())])
    pace = np.exp(random.normal(0, 0.5, size))
    return [
        Person(
            id=at,
            firm=int(firm[at]),
            sector=f"sector {sector[firm[at]]}",
            on_call=bool(called[at]),
            takes=dict(zip(ASKS, chance[at].tolist(), strict=True)),
            hours=hours * float(pace[at]),
        )
        for at in range(size)
    ]


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    chance: NDArray[np.float64] = 1 / (1 + np.exp(-values))
    return chance


# Playing


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """At an hour of the year: a showing waits for somebody to be asked, or a helper answers it."""

    hour: float
    showing: int
    helper: int = _NOBODY


def play(people: Sequence[Person], habits: Habits, choose: Choice, seed: int) -> Year:
    """A year of the cluster in which `choose` says whom to ask. The same arguments give the same year."""
    of = {one.id: one for one in people}
    year, events = _beginning(people, habits, seed)
    heapify(events)
    waiting: set[int] = set()
    while events:
        hour = events[0].hour
        while events and events[0].hour == hour:
            event = heappop(events)
            if event.helper == _NOBODY:
                waiting.add(event.showing)
            else:
                _answer(year, event)
        waiting = {one for one in waiting if hour - _hour(year.showings[one].shown_at) < min(year.hours[one], LAST_ASK)}
        if not waiting:
            continue
        open_now = [year.showings[one] for one in sorted(waiting)]
        for showing, helper in choose(open_now, list(year.helpers.values()), _time(hour), seed).items():
            waiting.remove(showing)
            heappush(events, _ask(year, of[helper], showing, hour, habits, seed))
        free = next_free((one.asked_at for one in year.helpers.values()), _time(hour)) if waiting else None
        if free is not None:
            heappush(events, _waits(min(waiting), _hour(free), habits))
    return year


def _waits(showing: int, hour: float, habits: Habits) -> _Event:
    return _Event(_awake(hour, 0, habits) if habits.quiet else hour, showing)


def _beginning(people: Sequence[Person], habits: Habits, seed: int) -> tuple[Year, list[_Event]]:
    """All that is shown, with the answers that come by themselves, and when each would first be asked for."""
    random = np.random.default_rng([seed, 2])
    number = int(random.poisson(len(people) * habits.showings * _WEEKS))
    days = np.array([day for day in range(7 * _WEEKS) if _is_up(day, habits)])
    shown = np.sort(24 * random.choice(days, number) + random.uniform(_AT_WORK, _TO_BED, number))
    nothing: frozenset[int] = frozenset()
    helpers = {one.id: Helper(one.id, one.firm, one.sector, (), frozenset(), nothing) for one in people if one.on_call}
    year = Year([], [], helpers)
    seen: set[int] = set()
    for at, hour in enumerate(shown.tolist()):
        maker, ask = people[int(random.integers(len(people)))], ASKS[int(random.integers(len(ASKS)))]
        first = maker.id not in seen
        seen.add(maker.id)
        year.showings.append(
            Unanswered(at, maker.id, maker.firm, maker.sector, ask, first, _time(hour), nothing, nothing)
        )
        by_itself, soon = random.random(2)
        delay = soon**1.5 * _waking(hour, hour + FIRST_ASK, habits)
        year.hours.append(_awake(hour, delay, habits) - hour if by_itself < habits.spontaneous else inf)
    return year, [_waits(at, _first_ask(hour, habits), habits) for at, hour in enumerate(shown.tolist())]


def _first_ask(shown: float, habits: Habits) -> float:
    """When somebody is first asked: by quarters of an hour earlier, until enough of the first day is left."""
    hour = shown + FIRST_ASK
    while hour > shown + 1 and _waking(hour, shown + 24, habits) < habits.time_left:
        hour -= 0.25
    return hour


def _ask(year: Year, person: Person, showing: int, hour: float, habits: Habits, seed: int) -> _Event:
    """Ask somebody, and what follows: they answer, or at some time the showing waits for the next to be asked."""
    random = np.random.default_rng([seed, 3, showing, person.id])
    draws = random.random(3)
    reacts = _awake(hour, person.hours * float(np.exp(random.normal(0, 0.8))), habits)
    answers = _awake(reacts, habits.writes * float(random.exponential()), habits)
    shown, helper, now = year.showings[showing], year.helpers[person.id], _time(hour)
    month = sum(now - moment < timedelta(days=30) for moment in helper.asked_at)
    chance = person.takes[shown.ask] * habits.tires ** max(0, month - _NOT_TIRING)
    in_time = reacts < hour + _LASTS
    takes = in_time and draws[0] < chance
    on_call = list(year.helpers.values())
    able = may_be_asked([shown], on_call)[0]
    able_ids = tuple(one.id for one, is_able in zip(on_call, able, strict=True) if is_able)
    year.asks.append(Asked(now, showing, person.id, able_ids, takes))
    year.showings[showing] = replace(shown, asked=shown.asked | {person.id})
    year.helpers[person.id] = replace(helper, asked_at=(*helper.asked_at, now))
    if takes and draws[1] < habits.comes:
        return _Event(answers, showing, person.id)
    if takes:
        return _waits(showing, reacts + _LASTS, habits)
    return _waits(showing, reacts if in_time and draws[2] < habits.passes else hour + _LASTS, habits)


def _answer(year: Year, event: _Event) -> None:
    shown, helper = year.showings[event.showing], year.helpers[event.helper]
    year.hours[event.showing] = min(year.hours[event.showing], event.hour - _hour(shown.shown_at))
    year.helpers[helper.id] = replace(helper, answered=helper.answered | {shown.ask})


# Time, in hours since the beginning


def _time(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def _hour(time: datetime) -> float:
    return (time - START) / timedelta(hours=1)


def _is_up(day: int, habits: Habits) -> bool:
    return habits.weekends or day % 7 < 5


def _awake(hour: float, hours: float, habits: Habits) -> float:
    """The moment by which people have been up for so many hours more."""
    day = int(hour // 24)
    while True:
        here = _waking(hour, 24 * day + 24, habits)
        if hours <= here and here > 0:
            return max(hour, 24 * day + _UP) + hours
        hours -= here
        day += 1
        hour = 24.0 * day


def _waking(start: float, end: float, habits: Habits) -> float:
    """How many hours people are up between two moments."""
    days = range(int(start // 24), int(end // 24) + 1)
    up = ((max(start, 24 * day + _UP), min(end, 24 * day + _TO_BED)) for day in days if _is_up(day, habits))
    return sum(max(0.0, until - since) for since, until in up)
