"""How people swap skills: what they want next, what they say to a proposal, what becomes of their sessions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.people import Cluster, Skill
from domain.model import ListingKind
from domain.typed import WEEKDAYS

MINUTES = (30, 45, 45, 45, 60, 60, 75, 90, 120)  # what sessions take
HOURS = (time(9, 30), time(10), time(11), time(13, 30), time(14), time(15, 30), time(16), time(17), time(18, 30))
CALLS_OFF, IS_NOT_THERE = 0.05, 0.03  # of sessions with a time
IN_ONE_GO = 0.8  # of those who could name a time for two sessions with one person: do
ANOTHER_TIME = 0.15  # of those who are asked whether a time works
REMEMBERS_OTHERWISE = 0.04  # of those who are asked whether that is how long it took
CORRECTS = 0.02  # of sessions that both confirmed
INSISTS, ASKS_A_MANAGER = 0.2, 0.04  # of those whose turn it is in a dispute; the others agree
PASSES_ON = 0.12  # of those who have learnt something: offer it themselves, weeks later
GIVES = 0.5  # of those who hear that their firm has plenty of time
BY_THE_BOARD = 0.5  # offer and want with the board's buttons, not by command
TAKES_OFF = 0.3  # of those who do not keep what lapses: take something off instead of letting it lapse
LEARNT = "I learnt it here myself not long ago: you get the mistakes I still remember."


@dataclass(frozen=True, slots=True)
class Trader:
    """Shares from 0 to 1; weeks on average."""

    wants_every: float  # weeks from one thing to the next
    accepts: float  # a proposal
    declines: float  # the others say nothing
    names: float  # a time for a session, before anybody reminds them
    reports: float  # how long it took, as the one who showed
    confirms: float
    keeps: float  # what would lapse


TRADERS = {
    "eager": Trader(7, 0.93, 0.05, 0.8, 0.9, 0.97, 0.85),
    "steady": Trader(9, 0.85, 0.08, 0.6, 0.8, 0.93, 0.75),
    "late": Trader(11, 0.72, 0.1, 0.4, 0.6, 0.85, 0.6),
    "busy": Trader(13, 0.6, 0.25, 0.5, 0.75, 0.85, 0.5),
    "ghost": Trader(40, 0.3, 0.1, 0.1, 0.3, 0.4, 0.2),
}


class Yes(StrEnum):
    """To a proposal."""

    IN = "in"
    NO = "no"
    NOTHING = "nothing"


class Fate(StrEnum):
    """What becomes of a session that has a time."""

    HELD = "held"
    CALLED_OFF = "called off"
    NOT_THERE = "not there"  # one of the two


class Turn(StrEnum):
    """What somebody does whose turn it is in a dispute."""

    AGREE = "agree"
    INSIST = "insist"
    MANAGER = "manager"


def says(trader: Trader, luck: Random) -> Yes:
    drawn = luck.random()
    if drawn < trader.accepts:
        return Yes.IN
    return Yes.NO if drawn < trader.accepts + trader.declines else Yes.NOTHING


def fate(luck: Random) -> Fate:
    drawn = luck.random()
    if drawn < CALLS_OFF:
        return Fate.CALLED_OFF
    return Fate.NOT_THERE if drawn < CALLS_OFF + IS_NOT_THERE else Fate.HELD


def turn(luck: Random) -> Turn:
    drawn = luck.random()
    if drawn < ASKS_A_MANAGER:
        return Turn.MANAGER
    return Turn.INSIST if drawn < ASKS_A_MANAGER + INSISTS else Turn.AGREE


def next_want(cluster: Cluster, knows: Collection[str], luck: Random) -> Skill | None:
    """Something somebody comes to want who can do, or has wanted, these skills already; None: nothing."""
    new = [one for one in cluster.later if not any(cluster.same_skill(one.name, known) for known in knows)]
    return luck.choice(new) if new else None


def passed_on(skill: str, times: str) -> Skill:
    """What somebody has learnt, offered to others."""
    return Skill(ListingKind.OFFER, skill, LEARNT, times)


def session_at(now: datetime, zone: ZoneInfo, luck: Random) -> datetime:
    """A moment on one of the coming working days at which people can sit down together."""
    day = now.astimezone(zone).date() + timedelta(days=luck.randint(1, 6))
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return datetime.combine(day, luck.choice(HOURS), zone)


def typed(at: datetime, now: datetime, language: str, luck: Random) -> str:
    """A moment as people type it: "thursday 14:00", "donderdag 14:00", "2026-03-05 14:00"."""
    in_days = (at.date() - now.astimezone(at.tzinfo).date()).days
    if in_days >= 7 or luck.random() < 0.25:
        return f"{at:%Y-%m-%d %H:%M}"
    english, dutch = WEEKDAYS[at.weekday()]
    return f"{dutch if language == 'nl' else english} {at:%H:%M}"
