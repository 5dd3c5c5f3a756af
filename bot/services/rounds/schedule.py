"""The next round's dates: one scheduled round stands ready in every community that is set up."""

from __future__ import annotations

from bot.services.tools import Tools
from domain.calendar import RoundTimes, next_round
from domain.model import Community, CommunityId, Round
from storage import communities, rounds
from storage.engine import Tx


async def next_times(tx: Tx, tools: Tools, community: Community) -> RoundTimes:
    """Dates of the round after those that have opened, by plan and holidays.

    Raises `domain.calendar.NoRoundInSight` if the holidays leave no room for one.
    """
    times, _ = next_round(
        community.plan,
        await communities.holidays(tx, community.id),
        tools.clock.now(),
        await rounds.last_opened_at(tx, community.id),
    )
    return times


async def ensure_next(tx: Tx, tools: Tools, community: Community) -> Round | None:
    """Write the next round down unless one stands ready."""
    ready = await rounds.scheduled(tx, community.id)
    return ready or await rounds.add(tx, community.id, await next_times(tx, tools, community), tools.seed())


async def schedule_next(tools: Tools, community_id: CommunityId) -> Round | None:
    """After set-up: make sure a round stands ready; it, or None for a community that is not set up."""
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        ready = await ensure_next(tx, tools, community) if community else None
    tools.wake()
    return ready


async def reschedule(tx: Tx, tools: Tools, community_id: CommunityId) -> Round | None:
    """In the transaction that changed plan or holidays: give the round that stands ready its new dates.

    A round that has opened keeps the dates people were told. The caller wakes the scheduler afterwards.
    """
    community = await communities.get(tx, community_id)
    ready = await ensure_next(tx, tools, community) if community else None
    if community is None or ready is None:
        return None
    await rounds.move_times(tx, ready.id, await next_times(tx, tools, community))
    return await rounds.get(tx, ready.id)
