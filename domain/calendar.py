"""When a community's rounds happen: its week, its time zone, its holidays.

A plan is written in wall-clock time ("Monday 09:00 in Amsterdam") and answered in UTC. Monday 09:00 stays
Monday 09:00 across daylight-saving changes. On the two odd days of the year:

- an hour that happens twice means the first of the two;
- an hour that does not happen moves forward by what the clock skips: 02:30 becomes 03:30. Where that would
  upset the order of a round, or make it close after the next may open, the moments keep the distance that
  the plan puts between them instead of their hour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

WEEK = timedelta(days=7)
LOOK_AHEAD = timedelta(days=731)  # two years: a community with a longer holiday has stopped
FORTNIGHTLY_REST = timedelta(days=13)  # a day short of two weeks, so that a changed hour costs nobody a round


class Cadence(StrEnum):
    """How often a community has a round."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


class MemberCadence(StrEnum):
    """How often a member is signed up without a click."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall-clock minute of the week; weekday 0 is Monday."""

    weekday: int
    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Holiday:
    """Local days without rounds, both ends included."""

    first: date
    last: date
    label: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Plan:
    """When a community's rounds happen, in its own time zone."""

    time_zone: str = "Europe/Amsterdam"
    cadence: Cadence = Cadence.WEEKLY
    opens: Moment = Moment(0, 9)
    pairs: Moment = Moment(1, 16)
    nudges: Moment = Moment(3, 10)
    closes: Moment = Moment(0, 8)


@dataclass(frozen=True, slots=True)
class RoundTimes:
    """The four moments of one round: aware, in UTC, each later than the one before."""

    opens_at: datetime
    pairs_at: datetime
    nudges_at: datetime
    closes_at: datetime


class CalendarMistake(ValueError):  # noqa: N818 — its subclasses say what is wrong, in the words of the product
    """Something a manager set that no calendar can follow: `key` names the wording, `args_` fills it in."""

    key: ClassVar[str]

    def __init__(self, **args_: str | int | date) -> None:
        super().__init__(f"{self.key} {args_}")
        self.args_ = args_


class UnknownTimeZone(CalendarMistake):
    """No such place in the time zone database (`time_zone`)."""

    key = "calendar.unknown_time_zone"


class NoSuchMoment(CalendarMistake):
    """A weekday, hour or minute that no week has (`moment`: which of the four)."""

    key = "calendar.no_such_moment"


class PlanOutOfOrder(CalendarMistake):
    """Two moments the wrong way round, or at the same minute (`earlier`, `later`: which should be which)."""

    key = "calendar.plan_out_of_order"


class NoRoundInSight(CalendarMistake):
    """Holidays swallow every round for two years (`until`: the last local day looked at)."""

    key = "calendar.no_round_in_sight"


def check_plan(plan: Plan) -> None:
    """Accept a plan whose round opens, pairs, nudges and closes in this order within a week.

    The week starts at the opening; the round closes when the next week's may open, at the latest.
    Raises UnknownTimeZone, NoSuchMoment or PlanOutOfOrder.
    """
    if plan.time_zone not in _time_zones():
        raise UnknownTimeZone(time_zone=plan.time_zone)
    moments = {"opens": plan.opens, "pairs": plan.pairs, "nudges": plan.nudges, "closes": plan.closes}
    for name, moment in moments.items():
        if not (0 <= moment.weekday < 7 and 0 <= moment.hour < 24 and 0 <= moment.minute < 60):
            raise NoSuchMoment(moment=name)
    for (earlier, start), (later, end) in pairwise(zip(moments, _since_opening(plan), strict=True)):
        if start >= end:
            raise PlanOutOfOrder(earlier=earlier, later=later)


def next_round(
    plan: Plan, holidays: Sequence[Holiday], after: datetime, previous_opens_at: datetime | None
) -> tuple[RoundTimes, tuple[date, ...]]:
    """The first round that opens strictly after `after`, and the opening days passed over for a holiday.

    Weekly and fortnightly rounds keep whole steps from the previous opening, so a holiday never swaps the
    odd and the even weeks; monthly ones open on the first such weekday of each month. When the plan's weekday
    changed, the first new round opens on the first such day that is at least a step (monthly: a week) after
    the previous opening, counted in local days: later than a manager may hope, but never days into a round
    that is still going on. Without a previous round any week will do, and it starts the count of weeks.

    Raises what check_plan raises, and NoRoundInSight when two years hold no round.
    """
    check_plan(plan)
    skipped: list[date] = []
    for day in _opening_days(plan, after, previous_opens_at):
        times = _times(plan, day)
        if times.opens_at > after + LOOK_AHEAD:
            break
        if times.opens_at <= after:
            continue
        if skip_because_of_holiday(plan, holidays, times) is None:
            return times, tuple(skipped)
        skipped.append(local(plan, times.opens_at).date())
    raise NoRoundInSight(until=local(plan, after + LOOK_AHEAD).date())


def skip_because_of_holiday(plan: Plan, holidays: Sequence[Holiday], times: RoundTimes) -> Holiday | None:
    """The holiday that a round is skipped for, or None if the round goes ahead.

    A round is skipped when the local day it opens or pairs is a holiday, or when more than half of the days
    it touches are, the days of opening and closing included (the default round touches eight). In the last
    case the answer is the holiday with the most of those days.
    """
    opens, pairs, closes = (local(plan, when).date() for when in (times.opens_at, times.pairs_at, times.closes_at))
    for day in (opens, pairs):
        for holiday in holidays:
            if day in holiday:
                return holiday
    days = [opens + timedelta(days=n) for n in range((closes - opens).days + 1)]
    off = [day for day in days if any(day in holiday for holiday in holidays)]
    if 2 * len(off) <= len(days):
        return None
    return max(holidays, key=lambda holiday: sum(day in holiday for day in off))


def local(plan: Plan, when: datetime) -> datetime:
    """An aware instant as the community's clocks show it. Raises ValueError if `when` has no time zone."""
    if when.utcoffset() is None:
        raise ValueError(f"{when} has no time zone, so it is no instant")
    return when.astimezone(ZoneInfo(plan.time_zone))


def standing_due(member_cadence: MemberCadence, last_standing_opens_at: datetime | None, opens_at: datetime) -> bool:
    """Whether a member's cadence signs them up for the round that opens at `opens_at`.

    `last_standing_opens_at` is the opening of the last round it signed them up for. Every other week means
    at least 13 days later: every second round of a weekly community, every round of the others.
    """
    match member_cadence:
        case MemberCadence.WEEKLY:
            return True
        case MemberCadence.ASK:
            return False
        case MemberCadence.FORTNIGHTLY:
            return last_standing_opens_at is None or opens_at - last_standing_opens_at >= FORTNIGHTLY_REST


@cache
def _time_zones() -> frozenset[str]:
    # "localtime" is wherever the machine stands, "Factory" is nowhere.
    return frozenset(available_timezones() - {"localtime", "Factory"})


def _since_opening(plan: Plan) -> tuple[timedelta, timedelta, timedelta, timedelta]:
    """How long after the opening a round opens, pairs, nudges and closes, by the wall clock; all below a week
    but the last, which is a whole week when the round closes at the minute the next may open."""

    def of_week(moment: Moment) -> timedelta:
        return timedelta(days=moment.weekday, hours=moment.hour, minutes=moment.minute)

    opens, *later = (of_week(moment) for moment in (plan.opens, plan.pairs, plan.nudges, plan.closes))
    pairs, nudges, closes = ((moment - opens) % WEEK for moment in later)
    return timedelta(0), pairs, nudges, closes or WEEK


def _opening_days(plan: Plan, after: datetime, previous_opens_at: datetime | None) -> Iterator[date]:
    """Every day on which a round may open, from before `after` or after the previous opening, without end."""
    step = WEEK
    if previous_opens_at is None:
        # Yesterday's opening may still be to come: a late one on a day whose last hour does not happen.
        earliest = local(plan, after).date() - timedelta(days=1)
    else:
        step *= 2 if plan.cadence is Cadence.FORTNIGHTLY else 1
        earliest = _opening_day(plan, previous_opens_at) + step
    day = earliest + timedelta(days=(plan.opens.weekday - earliest.weekday()) % 7)
    while True:
        if plan.cadence is not Cadence.MONTHLY or day.day <= 7:
            yield day
        day += step


def _opening_day(plan: Plan, opens_at: datetime) -> date:
    """The day in the plan that an opening stands for: the eve, if a skipped hour pushed it past midnight."""
    day = local(plan, opens_at).date()
    eve = day - timedelta(days=1)
    return eve if _opening(plan, eve).astimezone(UTC) == opens_at else day


def _opening(plan: Plan, day: date) -> datetime:
    # A skipped hour is read with the offset before the change (PEP 495, fold=0), which moves it forward.
    return datetime.combine(day, time(plan.opens.hour, plan.opens.minute), ZoneInfo(plan.time_zone))


def _times(plan: Plan, day: date) -> RoundTimes:
    opening = _opening(plan, day)
    # Sums within one time zone are wall-clock sums: a week later is the same hour, not 168 hours later.
    walls = [opening + since for since in (*_since_opening(plan), WEEK)]
    return RoundTimes(*_in_order(walls)[:4])


def _in_order(walls: Sequence[datetime]) -> list[datetime]:
    """The instants of a round's moments and the next possible opening, in order where a clock skips an hour.

    First each moment gives way to the next, so that the round closes in time; then to the one before it. Both
    openings stay where they are.
    """
    instants = [wall.astimezone(UTC) for wall in walls]
    apart = [later - earlier for earlier, later in pairwise(walls)]
    moments = range(1, len(walls) - 1)
    for i in reversed(moments):
        if instants[i] >= instants[i + 1]:
            instants[i] = instants[i + 1] - apart[i]
    for i in moments:
        if instants[i] <= instants[i - 1]:
            instants[i] = instants[i - 1] + apart[i - 1]
    return instants
