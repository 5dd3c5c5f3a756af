"""When two people who had an exchange are asked what it led to: each once, in working hours, and seldom."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# So long after the first exchange of two people.
ASKED_AFTER = timedelta(days=90)
# Nobody is asked more often; what comes in between waits, and is asked together.
ASKED_EVERY = timedelta(days=30)
ASKED_AT_ONCE = 25  # what fits a menu
# Later than this it may be evening, night or Saturday by now: it waits for the next working hour.
ASKED_LATE = timedelta(hours=6)
# Nobody remembers longer than this past the moment they should have been asked.
FORGOTTEN_AFTER = timedelta(days=30)
_SATURDAY, _AT = 5, time(10)


def ask_at(time_zone: str, exchanged_at: datetime) -> datetime:
    """The first Monday to Friday 10:00 at which both sides may be asked, by the clocks of the time zone; in UTC."""
    return working_hour(time_zone, exchanged_at + ASKED_AFTER)


def working_hour(time_zone: str, earliest: datetime) -> datetime:
    """The first Monday to Friday 10:00 that is not before a moment, by the clocks of the time zone; in UTC."""
    zone = ZoneInfo(time_zone)
    day = earliest.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, _AT, zone)
        if moment >= earliest and day.weekday() < _SATURDAY:
            return moment.astimezone(UTC)
        day += timedelta(days=1)
