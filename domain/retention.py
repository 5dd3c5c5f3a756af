"""How long what people did is kept: twelve months, then only how much of it each firm did.

A row goes when nobody has touched it for twelve months, whatever its state. What is not about anybody stays.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: A draw knows the meetings of this long. That is a month less than they are kept, so that for a month after a draw
#: all it was made from is still there and it can be repeated.
LOOK_BACK = timedelta(days=335)
#: When a community's old rows are looked for: an hour at which few people do anything.
QUIET = time(4)


def cutoff(now: datetime, time_zone: str) -> datetime:
    """Twelve calendar months before `now` by the clocks of the time zone, in UTC: what is older is not kept.

    A year after 29 February it is 28 February. An hour that happened twice means the first of the two; one that did
    not happen is moved forward by what the clock skipped.
    """
    wall = now.astimezone(ZoneInfo(time_zone)).replace(fold=0)
    last_year = wall.year - 1
    try:
        earlier = wall.replace(year=last_year)
    except ValueError:
        earlier = wall.replace(year=last_year, day=28)
    return earlier.astimezone(UTC)


def next_fold(now: datetime, time_zone: str) -> datetime:
    """The first quiet hour after `now` by the clocks of the time zone, in UTC."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + timedelta(days=days), QUIET, zone).astimezone(UTC) for days in range(3))
    return next(moment for moment in moments if moment > now)
