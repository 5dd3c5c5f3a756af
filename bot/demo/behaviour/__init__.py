"""How people behave: pure decisions, drawn from a seeded chance. Nobody here knows anything a person would not see.

Chance is drawn anew for every question from what the question is about, so that one person's answer does not depend
on how many others were asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.people import Cluster, Person, Work
from domain.calendar import MemberCadence
from domain.model import Brief, ReviewText

DAY_BEGINS, DAY_ENDS = time(8, 40), time(18, 20)
EVENING = time(22, 30)
LAST_EVENING = time(11, 0)  # what ends before this is done the evening before
MARKS = ("specific", "kind", "will_use")
AGAIN = {
    "en": ("Back with this one, some weeks on.", "The next version.", "Since you last saw it, half of it is new."),
    "nl": ("Weer dit, een paar weken verder.", "Een nieuwe versie."),
}


@dataclass(frozen=True, slots=True)
class Temper:
    """Shares from 0 to 1, and hours."""

    cadence: MemberCadence
    comes: float  # to a round: those who are signed up by their cadence with a brief, the others at all
    skips: float  # a round, and says so
    reviews: float  # what they were given to look at
    live: float  # of their reviews: sitting down together instead of writing
    excuses: float  # of what they do not review: says "I can't make it"
    heeds: float  # a reminder
    taps: float  # on a review they got
    takes: float  # when asked to step in
    hours: float  # until they get to it, at the median


TEMPERS = {
    "eager": Temper(MemberCadence.WEEKLY, 0.97, 0.02, 0.97, 0.25, 0.9, 0.95, 0.97, 0.85, 12),
    "steady": Temper(MemberCadence.WEEKLY, 0.92, 0.05, 0.92, 0.30, 0.7, 0.8, 0.9, 0.7, 26),
    "late": Temper(MemberCadence.WEEKLY, 0.8, 0.05, 0.82, 0.2, 0.5, 0.8, 0.75, 0.4, 62),
    "busy": Temper(MemberCadence.FORTNIGHTLY, 0.85, 0.2, 0.75, 0.1, 0.9, 0.6, 0.8, 0.3, 30),
    "ghost": Temper(MemberCadence.ASK, 0.6, 0.0, 0.35, 0.0, 0.05, 0.2, 0.3, 0.1, 50),
}


class Answer(StrEnum):
    """To a round that opens."""

    IN = "in"  # with a brief
    LATE = "late"  # with a brief, after partners were drawn
    OUT = "out"
    SILENT = "silent"  # who is signed up by their cadence is in, without a brief


class Way(StrEnum):
    """What becomes of a pairing, as far as one person can decide."""

    WRITE = "write"
    LIVE = "live"
    CANNOT = "cannot"
    NOTHING = "nothing"


def chance(seed: int, *about: object) -> Random:
    """Chance for one question; the same question has the same answer."""
    return Random(":".join(map(str, (seed, *about))))


def answer(temper: Temper, luck: Random) -> Answer:
    drawn = luck.random()
    if drawn < temper.skips:
        return Answer.OUT
    if drawn < temper.skips + temper.comes * (1 - temper.skips):
        return Answer.LATE if temper.hours > 40 and luck.random() < 0.2 else Answer.IN
    return Answer.SILENT


def way(temper: Temper, luck: Random, *, starter: bool) -> Way:
    """The starter sees to it that people sit down together: they say afterwards that they did."""
    if luck.random() < temper.reviews:
        return Way.LIVE if starter and luck.random() < temper.live else Way.WRITE
    return Way.CANNOT if luck.random() < temper.excuses else Way.NOTHING


def marks(luck: Random) -> tuple[str, ...]:
    """One or two taps, in the order of the buttons."""
    chosen = luck.sample(MARKS, luck.choice((1, 1, 2)))
    return tuple(mark for mark in MARKS if mark in chosen)


def moment(after: datetime, before: datetime, hours: float, zone: ZoneInfo, luck: Random) -> datetime:
    """When somebody gets to it: about `hours` after `after`, when people are up, and before `before`.

    Who would be too late does it at the last moment, as people do: for what ends in the morning, the evening before.
    """
    wanted = after + timedelta(hours=hours * luck.lognormvariate(0.0, 0.6))
    found = _awake(wanted, zone, luck)
    if found < before:
        return found
    last = before.astimezone(zone)
    if last.time() < LAST_EVENING:
        last = datetime.combine(last.date() - timedelta(days=1), EVENING, zone)
    return max(after, (last - timedelta(minutes=luck.randint(10, 180))).astimezone(before.tzinfo))


def _awake(when: datetime, zone: ZoneInfo, luck: Random) -> datetime:
    """The same moment if people are up then, else some time of the next working day; a few work at weekends."""
    at = when.astimezone(zone)
    if at.weekday() >= 5 and luck.random() < 0.7:
        at = datetime.combine(at.date() + timedelta(days=7 - at.weekday()), DAY_BEGINS, zone)
        at += timedelta(minutes=luck.randint(0, 240))
    elif at.time() < DAY_BEGINS:
        at = datetime.combine(at.date(), DAY_BEGINS, zone) + timedelta(minutes=luck.randint(0, 150))
    elif at.time() > EVENING or (at.time() > DAY_ENDS and luck.random() < 0.6):
        at = datetime.combine(at.date() + timedelta(days=1), DAY_BEGINS, zone)
        at += timedelta(minutes=luck.randint(0, 150))
    return max(at.astimezone(when.tzinfo), when)


def brief(works: Sequence[Work], turn: int, luck: Random) -> Brief:
    """What somebody brings the `turn`-th time: the firm's works in turn, later on in another state."""
    again, number = divmod(turn, len(works))
    work = works[number]
    if again == 0:
        return work.brief
    return replace(work.brief, work=f"{luck.choice(AGAIN[work.language])} {work.brief.work}")


def review(
    cluster: Cluster, reviewer: Person, work: Work | None, *, wants_suggestions: bool, luck: Random
) -> ReviewText:
    """What somebody says of a work; None: one that we do not know, or whose maker wrote no brief."""
    language = work.language if work else "en"
    said = work.review if work and luck.random() < 0.85 else luck.choice(cluster.reviews[language])
    asked = cluster.lens.get(reviewer.sector, ())
    if asked and language == "en" and luck.random() < 0.4:
        said = replace(said, ask=luck.choice(asked))
    return said if wants_suggestions else replace(said, suggestion="")
