"""Rules of showings: what counts as an answer, when somebody is asked for one, when the round-up comes.

Whom to ask is `domain.responders`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.model import Member, MemberState, Showing
from domain.periods import period_of

# A showing that nobody has answered by then needs somebody to be asked.
RESCUED_AFTER = timedelta(hours=20)
# Older than this, a showing is let be.
RESCUED_FOR = timedelta(days=14)
# What reading a post has told is as good as news for this long.
LOOK_LASTS = timedelta(hours=1)
# Reading a post that Discord does not let us read holds nobody up for longer than this.
LOOK_PATIENCE = timedelta(minutes=15)
# With nobody to ask, somebody may have gone on call by then.
LOOK_AGAIN = timedelta(hours=6)
# What could not be posted in this time never will be.
POSTING_AT_MOST = timedelta(days=30)

ROUND_UP_EVERY = timedelta(weeks=2)
# Later than this a round-up is old news and left out.
ROUND_UP_LATE = timedelta(days=7)
_FRIDAY, _AT = 4, time(10)


def is_answer(showing: Showing, writer: Member) -> bool:
    """Whether what this person writes in a post is an answer: they take part, and are of another firm.

    A pause only means that nobody asks them; what they write of their own accord counts.
    """
    return (
        writer.state is MemberState.ACTIVE
        and writer.community == showing.community
        and writer.id != showing.maker.id
        and writer.firm.id != showing.maker.firm.id
    )


class Step(StrEnum):
    END = "end"  # it is let be
    LOOK = "look"  # read the post: somebody may have answered while we were not there
    ASK = "ask"


def next_step(showing: Showing, now: datetime) -> Step:
    """What is right to do about an unanswered showing that is due."""
    if now - showing.shown_at >= RESCUED_FOR:
        return Step.END
    if now < rescued_from(showing):
        return Step.LOOK
    if showing.checked_at is None or now - showing.checked_at >= LOOK_LASTS:
        return Step.LOOK
    return Step.ASK


def being_read(showing: Showing, now: datetime) -> bool:
    """Whether its post may be being read at this moment: nobody is asked before that is over."""
    return showing.checked_at is not None and now - showing.checked_at < LOOK_PATIENCE


def rescued_from(showing: Showing) -> datetime:
    """From when on somebody is asked to answer."""
    return showing.shown_at + RESCUED_AFTER


# The round-up


def first_round_up(time_zone: str, after: datetime) -> datetime:
    """The first Friday 10:00 after that moment by the clocks of the time zone, in UTC."""
    day = after.astimezone(ZoneInfo(time_zone)).date()
    friday = day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
    moment = _round_up_on(friday, time_zone)
    return moment if moment > after else _round_up_on(friday + timedelta(days=7), time_zone)


def round_up_after(time_zone: str, was: datetime, now: datetime) -> datetime:
    """The next round-up that is still to come, whole fortnights after the one that was due at `was`."""
    friday = _friday_of(time_zone, was) + ROUND_UP_EVERY
    while (moment := _round_up_on(friday, time_zone)) <= now:
        friday += ROUND_UP_EVERY
    return moment


def round_up_before(time_zone: str, was: datetime) -> datetime:
    """When the round-up before the one that was due at `was` was due: the two tell of what was shown in between."""
    return _round_up_on(_friday_of(time_zone, was) - ROUND_UP_EVERY, time_zone)


def _friday_of(time_zone: str, moment: datetime) -> date:
    """The Friday closest to a moment (which stood for another time zone's Friday, if the community has moved)."""
    day = moment.astimezone(ZoneInfo(time_zone)).date()
    return day + timedelta(days=(_FRIDAY - day.weekday() + 3) % 7 - 3)


def _round_up_on(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, _AT, ZoneInfo(time_zone)).astimezone(UTC)


# "Weeks you showed this quarter"


def weeks_shown(shown_at: Iterable[datetime], time_zone: str, now: datetime) -> tuple[int, int]:
    """(weeks of this quarter in which something was shown, weeks of this quarter so far), from Monday to Sunday."""
    quarter, zone = period_of(now, time_zone), ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    days = (moment.astimezone(zone).date() for moment in shown_at)
    shown = {_monday(day) for day in days if quarter.first <= day <= today}
    so_far = (_monday(today) - _monday(quarter.first)).days // 7 + 1
    return len(shown), so_far


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
