"""The stretches of time that figures are about: windows, the weeks of a chart, and the fixed periods of a report.

Breakdowns are given for whole quarters only (see `domain.breakdowns`): two periods that overlap would tell, by what
they differ in, about the few firms of the difference.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How far back the headline looks; how many weeks the chart and the reach cover.
LATELY = timedelta(days=90)
WEEKS = 26


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` until just before `end`, both aware."""

    start: datetime
    end: datetime

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end

    @property
    def before(self) -> "Window":
        """The window of the same length that ends where this one starts: what a change is counted against."""
        return Window(self.start - (self.end - self.start), self.start)


def lately(now: datetime) -> Window:
    """The 90 days that end at `now`."""
    return Window(now - LATELY, now)


def weeks_until(end: datetime, time_zone: str, count: int = WEEKS) -> tuple[datetime, ...]:
    """The `count` + 1 moments in UTC, `end` last, that are whole weeks before `end` by the clocks of the time zone.

    Week w is from the w-th moment until just before the next. A digest is written just before a round may open, so no
    round lies in two of its weeks.
    """
    zone = ZoneInfo(time_zone)
    wall = end.astimezone(zone)
    earlier = ((wall - timedelta(weeks=back)).astimezone(UTC) for back in range(count, 0, -1))
    return (*earlier, end)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three calendar months; `number` is 1 to 4."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def before(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def after(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def window(self, time_zone: str) -> Window:
        """The quarter by the clocks of the time zone, in UTC."""
        return Window(_midnight(self.first, time_zone), _midnight(self.after.first, time_zone))


def period_of(moment: datetime, time_zone: str) -> Quarter:
    """The quarter that an aware moment lies in, by the clocks of the time zone."""
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    return Quarter(day.year, (day.month + 2) // 3)


def last_period(moment: datetime, time_zone: str) -> Quarter:
    """The latest quarter that is over: of that one there may be breakdowns, of the running one there are none."""
    return period_of(moment, time_zone).before


def periods_since(start: datetime, now: datetime, time_zone: str) -> list[Quarter]:
    """The quarter that runs, then those that are over, back to the one that `start` lies in: the newest first."""
    found, first = [period_of(now, time_zone)], period_of(start, time_zone)
    while found[-1] > first:
        found.append(found[-1].before)
    return found


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
