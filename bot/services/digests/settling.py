"""Quarters that are over are settled: their figures are computed once and kept, whatever becomes of the log."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.services.digests import computing
from bot.services.digests.records import period, stored_period
from bot.services.tools import Tools
from domain.calendar import local
from domain.digests import SETTLES, PeriodFacts, ReportFacts
from domain.errors import NoSuchPeriod, NotSetUp
from domain.model import Community, CommunityId
from domain.periods import Quarter, Window, last_period, periods_since, weeks_until
from storage import communities, digests, participation, quotes, recurring

A_LOOK = 4  # quarters a tick: each takes a moment, and rounds must not wait for all of them
NEW_ONES = 100  # communities a tick that are looked at for the first time
PATIENCE = timedelta(minutes=30)  # before a quarter that could not be settled is tried again
WEEKS = 13

log = structlog.get_logger(__name__)


async def settle(tools: Tools) -> None:
    """Settle the quarters that are over, a few at a time; one community's trouble is not another's."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        missing = await recurring.without(tx, SETTLES, NEW_ONES)
    if missing:
        async with tools.db.write() as tx:
            for one in missing:
                await recurring.ensure(tx, one, SETTLES, now)
    async with tools.db.read() as tx:
        due = await recurring.due(tx, SETTLES, now, tools.shards)
    for community_id, was in due[:A_LOOK]:
        try:
            await _settle_next(tools, community_id, was, now)
        except Exception:  # the supervisor of quarters: the other communities' must go on
            log.exception("quarters.failed", community=community_id)
            async with tools.db.write() as tx:
                await recurring.move(tx, community_id, SETTLES, was, now + PATIENCE)
    if due:
        tools.wake()


async def _settle_next(tools: Tools, community_id: CommunityId, was: datetime, now: datetime) -> None:
    """Settle the earliest quarter that is over and not settled; after the last of them look again when one ends.

    Also where Weft was taken off: it may be put back when the log of its last quarter there is not kept any more.
    """
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        stand = await digests.settled_periods(tx, community_id)
    assert community is not None  # its row would have gone with it
    running, *over = periods_since(community.set_up_at, now, community.plan.time_zone)
    open_ones = [one for one in reversed(over) if str(one) not in stand]
    if open_ones:
        await _settled(tools, community, open_ones[0])
    if not open_ones[1:]:
        async with tools.db.write() as tx:
            await recurring.move(tx, community_id, SETTLES, was, running.window(community.plan.time_zone).end)


async def periods(tools: Tools, community_id: CommunityId) -> list[Quarter]:
    """What a report can be asked for: the quarter that runs, then those that are over since set-up, the newest first.

    Raises NotSetUp.
    """
    community = await _community(tools, community_id)
    return periods_since(community.set_up_at, tools.clock.now(), community.plan.time_zone)


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
    tables, ties = await tools.compute(computing.tables, str(quarter), facts)
    figures, indices = await tools.compute(computing.of_quarter, read, window, tables)
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
