"""Holidays: days without rounds, and what each one changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.services.communities.settings import community as the_community
from bot.services.communities.settings import noted, room_for_rounds
from bot.services.rounds import reschedule
from bot.services.tools import Tools
from domain.calendar import Holiday, local
from domain.communities import openings
from domain.errors import EndsBeforeItBegins, HolidayIsGone, HolidayIsOver, HolidayIsThere
from domain.model import Community, CommunityId, Round
from storage import communities, rounds


@dataclass(frozen=True, slots=True)
class HolidayChange:
    """What came of adding or taking out a holiday."""

    number: int
    holiday: Holiday
    affected: tuple[datetime, ...]  # openings that are off now, or on again
    goes_on: Round | None  # under way during the holiday, and not stopped by it
    next: Round | None


async def holidays(tools: Tools, community_id: CommunityId) -> dict[int, Holiday]:
    """Those that are not over, by number, earliest first. Raises NotSetUp."""
    community = await the_community(tools, community_id)
    today = local(community.plan, tools.clock.now()).date()
    async with tools.db.read() as tx:
        found = await communities.numbered_holidays(tx, community_id)
    return {number: holiday for number, holiday in found.items() if holiday.last >= today}


async def add_holiday(tools: Tools, community_id: CommunityId, holiday: Holiday) -> HolidayChange:
    """Raises EndsBeforeItBegins, HolidayIsOver, HolidayIsThere, NoRoundLeft and NotSetUp."""
    community = await the_community(tools, community_id)
    now = tools.clock.now()
    if holiday.last < holiday.first:
        raise EndsBeforeItBegins(first=str(holiday.first), last=str(holiday.last))
    if holiday.last < local(community.plan, now).date():
        raise HolidayIsOver(last=str(holiday.last))
    async with tools.db.write() as tx:
        before = await communities.holidays(tx, community_id)
        number = await communities.add_holiday(tx, community_id, holiday)
        if number is None:
            raise HolidayIsThere(first=str(holiday.first), last=str(holiday.last))
        await room_for_rounds(tx, community, community.plan, now)
        await noted(tx, community_id, now, "holiday")
        ready = await reschedule(tx, tools, community_id)
    change = HolidayChange(number, holiday, (), None, ready)
    return await _completed(tools, community, change, before, [*before, holiday])


async def remove_holiday(tools: Tools, community_id: CommunityId, number: int) -> HolidayChange:
    """Raises HolidayIsGone and NotSetUp."""
    community = await the_community(tools, community_id)
    async with tools.db.write() as tx:
        before = await communities.holidays(tx, community_id)
        holiday = await communities.remove_holiday(tx, community_id, number)
        if holiday is None:
            raise HolidayIsGone
        await noted(tx, community_id, tools.clock.now(), "holiday")
        ready = await reschedule(tx, tools, community_id)
    after = [one for one in before if one != holiday]
    change = HolidayChange(number, holiday, (), None, ready)
    return await _completed(tools, community, change, after, before)


async def _completed(
    tools: Tools,
    community: Community,
    change: HolidayChange,
    without: Sequence[Holiday],
    with_it: Sequence[Holiday],
) -> HolidayChange:
    """Say what came of it."""
    now, last_day = tools.clock.now(), change.holiday.last
    async with tools.db.read() as tx:
        last = await rounds.last_opened_at(tx, community.id)
        running = await rounds.under_way(tx, community.id)
    until = now + max(last_day - now.date(), timedelta(0)) + timedelta(days=2)
    kept = set(openings(community.plan, with_it, now, last, until))
    affected = tuple(one for one in openings(community.plan, without, now, last, until) if one not in kept)
    tools.wake()
    goes_on = running if running and _during(community, running, change.holiday) else None
    return replace(change, affected=affected, goes_on=goes_on)


def _during(community: Community, running: Round, holiday: Holiday) -> bool:
    opened, closes = (local(community.plan, when).date() for when in (running.opens_at, running.closes_at))
    return opened <= holiday.last and holiday.first <= closes
