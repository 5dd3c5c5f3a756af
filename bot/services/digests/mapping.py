"""What the map is drawn from, and where firms stood on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.services.digests.settling import ties_in_house
from bot.services.tools import Tools
from domain.calendar import local
from domain.digests import MapFacts, MonthOfTies
from domain.errors import NotSetUp
from domain.model import Community, CommunityId
from domain.periods import lately
from storage import communities, digests, participation

A_MONTH = timedelta(days=30)
MONTHS = 12


async def map_facts(tools: Tools, community_id: CommunityId) -> MapFacts:
    """The map of today, with what it was a month ago and month by month. Raises NotSetUp."""
    now = tools.clock.now()
    earlier = now - A_MONTH
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
    if community is None:
        raise NotSetUp
    quarter = await ties_in_house(tools, community)
    months = _months(community, now)
    async with tools.db.read() as tx:
        was_there = community.set_up_at < earlier
        return MapFacts(
            now=await participation.network_at(tx, community_id, lately(now)),
            before=await participation.network_at(tx, community_id, lately(earlier)) if was_there else None,
            names=await participation.firm_names(tx, community_id),
            sectors=community.sectors,
            turns=await digests.places(tx, community_id),
            until=local(community.plan, now).date(),
            earlier=local(community.plan, earlier).date(),
            months=[
                MonthOfTies(first, ties)
                for first, ties in zip(
                    months,
                    await participation.months_of_ties(tx, community_id, [*_starts(community, months), now]),
                    strict=True,
                )
            ],
            ties=None if quarter is None else quarter.ties,
        )


async def keep_places(tools: Tools, community_id: CommunityId, turns: Mapping[int, float]) -> None:
    """Keep where firms stand, so that they stand there next month."""
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        if community is not None:
            today = local(community.plan, tools.clock.now()).date()
            await digests.keep_places(tx, community_id, today.replace(day=1), turns)


def _months(community: Community, now: datetime) -> list[date]:
    """The first days of this month and of those before it since set-up, at most a year's, the oldest first."""
    first = local(community.plan, community.set_up_at).date().replace(day=1)
    months = [local(community.plan, now).date().replace(day=1)]
    while len(months) < MONTHS and months[0] > first:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def _starts(community: Community, months: list[date]) -> list[datetime]:
    zone = ZoneInfo(community.plan.time_zone)
    return [datetime.combine(one, datetime.min.time(), zone).astimezone(UTC) for one in months]
