"""How often somebody on call may be asked: one count over asks of every kind, to review and to answer a showing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

# How long somebody on call has to answer before the next one is asked.
ASK_LASTS = timedelta(hours=12)
# Asks per person: one a day, two a week.
ASK_QUOTAS = ((timedelta(days=1), 1), (timedelta(days=7), 2))
# Turns are taken over the asks of so long; those of a year, where they are known, only decide between equals.
RECENTLY = timedelta(days=90)
REMEMBERED = timedelta(days=365)


def free_from(asked_at: Iterable[datetime]) -> datetime | None:
    """The moment from which somebody asked at these moments may be asked once more; None: at any time."""
    latest = sorted(asked_at, reverse=True)
    return max((latest[most - 1] + span for span, most in ASK_QUOTAS if len(latest) >= most), default=None)


def within_quota(asked_at: Iterable[datetime], now: datetime) -> bool:
    """Whether somebody asked at these moments may be asked once more now."""
    moment = free_from(asked_at)
    return moment is None or moment <= now


def next_free(asks: Iterable[Iterable[datetime]], now: datetime) -> datetime | None:
    """The earliest moment at which somebody may be asked again whose quota is used up now; None: there is nobody.

    `asks` holds the moments at which each person was asked.
    """
    moments = (free_from(asked_at) for asked_at in asks)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def asks_recently(asked_at: Iterable[datetime], now: datetime) -> int:
    """How many of these asks count when turns are taken."""
    return sum(now - moment < RECENTLY for moment in asked_at)
