"""Quarters that are over are settled: their figures are computed once and kept, whatever becomes of the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.services.digests import computing
from bot.services.digests.records import period, stored_period
from bot.services.tools import Tools
from domain.calendar import local
from domain.digests import PeriodFacts, ReportFacts
from domain.errors import NoSuchPeriod, NotSetUp
from domain.model import Community, CommunityId
from domain.periods import Quarter, Window, last_period, period_of, weeks_until
from storage import communities, digests, participation, quotes

A_LOOK = 4  # communities a tick
WEEKS = 13
_EARLIEST = timedelta(hours=14)  # so far ahead of UTC the first clocks are, where a quarter ends first

log = structlog.get_logger(__name__)


async def settle(tools: Tools) -> None:
    """Settle the last quarter of communities that have not had it yet, a few at a time."""
    now = tools.clock.now()
    quarter = last_period(now + _EARLIEST, "UTC")
    async with tools.db.read() as tx:
        waiting = await digests.unsettled(tx, quarter, now)
        found = [one for one in [await communities.get(tx, each) for each in waiting] if one is not None]
    due = [one for one in found if one.set_up_at < quarter.window(one.plan.time_zone).end <= now]
    for community in due[:A_LOOK]:
        try:
            await _settled(tools, community, quarter)
        except Exception:  # the supervisor of quarters: the other communities' must go on
            log.exception("quarters.failed", community=community.id, quarter=str(quarter))
    if due[A_LOOK:]:
        tools.wake()


async def periods(tools: Tools, community_id: CommunityId) -> list[Quarter]:
    """What a report can be asked for: the quarter that runs, then those that are over since set-up, the newest first.

    Raises NotSetUp.
    """
    community = await _community(tools, community_id)
    zone = community.plan.time_zone
    running, first = period_of(tools.clock.now(), zone), period_of(community.set_up_at, zone)
    found = [running]
    while found[-1] > first:
        found.append(found[-1].before)
    return found


async def report_facts(tools: Tools, community_id: CommunityId, quarter: Quarter) -> ReportFacts:
    """All that a report of a quarter says. Raises NotSetUp, and NoSuchPeriod if it is not one of `periods`."""
    if quarter not in await periods(tools, community_id):
        raise NoSuchPeriod
    now = tools.clock.now()
    community = await _community(tools, community_id)
    window = quarter.window(community.plan.time_zone)
    facts = await (_settled if window.end <= now else _so_far)(tools, community, quarter)
    async with tools.db.read() as tx:
        said = await quotes.of_period(tx, community_id, window)
    return ReportFacts(facts, said, community.in_kind, local(community.plan, now).date())


async def ties_in_house(tools: Tools, community: Community) -> PeriodFacts | None:
    """The last quarter that is over, if the community was there; settled now if it was not yet."""
    zone = community.plan.time_zone
    quarter = last_period(tools.clock.now(), zone)
    if community.set_up_at >= quarter.window(zone).end:
        return None
    return await _settled(tools, community, quarter)


async def _settled(tools: Tools, community: Community, quarter: Quarter) -> PeriodFacts:
    """What a quarter that is over came to: as it was settled, or else settled now."""
    async with tools.db.read() as tx:
        stored = await digests.settled(tx, community.id, quarter)
    if stored is None:
        facts = await _computed(tools, community, quarter)
        async with tools.db.write() as tx:
            await digests.settle(tx, community.id, quarter, stored_period(facts), tools.clock.now())
            stored = await digests.settled(tx, community.id, quarter)  # ours, or that of whoever was quicker
        assert stored is not None
        log.info("quarters.settled", community=community.id, quarter=str(quarter))
    return period(quarter, stored)


async def _computed(tools: Tools, community: Community, quarter: Quarter) -> PeriodFacts:
    zone = community.plan.time_zone
    window = quarter.window(zone)
    weeks = weeks_until(window.end, zone, WEEKS)
    async with tools.db.read() as tx:
        read = await participation.log_of(tx, community.id, window, weeks)
        facts = await participation.facts_of(tx, community.id, window)
        activity = await participation.activity(tx, community.id, window)
        led_on = await participation.led_on(tx, community.id, window)
    figures, indices = await tools.compute(computing.of_quarter, read, window)
    tables, ties = await tools.compute(computing.tables, str(quarter), facts)
    return PeriodFacts(quarter, True, figures, indices, activity, tables, ties, _days(community, weeks), led_on)


async def _so_far(tools: Tools, community: Community, quarter: Quarter) -> PeriodFacts:
    """What the running quarter has come to until the end of yesterday."""
    zone = community.plan.time_zone
    today = datetime.combine(local(community.plan, tools.clock.now()).date(), datetime.min.time(), ZoneInfo(zone))
    window = Window(quarter.window(zone).start, today.astimezone(UTC))
    weeks = weeks_until(window.end, zone, max(1, (window.end - window.start).days // 7))
    async with tools.db.read() as tx:
        read = await participation.log_of(tx, community.id, window, weeks)
        activity = await participation.activity(tx, community.id, window)
        led_on = await participation.led_on(tx, community.id, window)
    figures = await tools.compute(computing.so_far, read, window)
    return PeriodFacts(quarter, False, figures, None, activity, (), None, _days(community, weeks), led_on)


def _days(community: Community, weeks: tuple[datetime, ...]) -> tuple[date, ...]:
    return tuple(local(community.plan, one).date() for one in weeks[:-1])


async def _community(tools: Tools, community_id: CommunityId) -> Community:
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
    if community is None:
        raise NotSetUp
    return community
