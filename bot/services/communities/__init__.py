"""Setting a community up and looking after it: settings, holidays, what is amiss, and what a manager can take away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services.communities.care import (
    NOTHING_NEW,
    Health,
    Noticed,
    bot_removed,
    bot_returned,
    checked,
    known,
    noticed,
    problem_of,
    tell_problem,
)
from bot.services.communities.export import Export, collected
from bot.services.communities.holidays import HolidayChange, add_holiday, holidays, remove_holiday
from bot.services.communities.settings import (
    MAX_SECTORS,
    MAX_THEMES,
    NAME_LENGTH,
    Moments,
    SetUp,
    Wishes,
    change_cadence,
    change_in_kind,
    change_language,
    change_manager_role,
    change_moments,
    change_sectors,
    change_session_events,
    change_themes,
    change_time_zone,
    choose_channel,
    community,
    firms_by_sector,
    note_channel,
    set_up,
    upcoming,
)
from bot.services.tools import Tools
from storage.engine import Tx

# What the composition root asks of every capability. Nothing here is due at a time of its own, and a post in the
# managers' channel that is refused needs no care of its own: it waits with the rest until somebody mends the channel.
ARRIVALS: Mapping[str, Arrival] = {}
REFUSALS: Mapping[str, Refusal] = {}
DUE: tuple[Callable[[Tools], Awaitable[None]], ...] = ()
NEXT: tuple[Callable[[Tx], Awaitable[datetime | None]], ...] = ()

__all__ = [
    "ARRIVALS",
    "DUE",
    "MAX_SECTORS",
    "MAX_THEMES",
    "NAME_LENGTH",
    "NEXT",
    "NOTHING_NEW",
    "REFUSALS",
    "Export",
    "Health",
    "HolidayChange",
    "Moments",
    "Noticed",
    "SetUp",
    "Wishes",
    "add_holiday",
    "bot_removed",
    "bot_returned",
    "change_cadence",
    "change_in_kind",
    "change_language",
    "change_manager_role",
    "change_moments",
    "change_sectors",
    "change_session_events",
    "change_themes",
    "change_time_zone",
    "checked",
    "choose_channel",
    "collected",
    "community",
    "firms_by_sector",
    "holidays",
    "known",
    "note_channel",
    "noticed",
    "problem_of",
    "remove_holiday",
    "set_up",
    "tell_problem",
    "upcoming",
]
