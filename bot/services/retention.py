"""Twelve months after what people did, only how much of it each firm did is kept. Nobody asks for it; it is due."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.services.tools import Tools
from domain import retention as rule
from domain.model import Community, CommunityId, CommunityState
from domain.periods import last_period
from storage import communities, recurring, retention
from storage.engine import Tx

#: Communities and transactions, together, before a tick goes on with something else; the next one goes on from there.
TURNS = 60
#: Before a community is looked at again whose last quarter does not stand yet, or where something went wrong.
PATIENCE = timedelta(hours=1)

log = structlog.get_logger(__name__)


async def fold(tools: Tools) -> None:
    """Once a day in each community: count what is older than twelve months by firm, and delete it.

    In many small transactions, so that nobody waits for it. What a call leaves is there for the next.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        waiting = await retention.due(tx, now, tools.shards)
    left = TURNS
    for community, was in waiting:
        if left <= 0:
            return
        try:
            left -= await _look_through(tools, community, was, now, left)
        except Exception:  # the supervisor of communities: the others' old rows must go all the same
            log.exception("retention.failed", community=community)
            await _again(tools, community, was or now, now + PATIENCE)


async def _look_through(
    tools: Tools, community_id: CommunityId, was: datetime | None, now: datetime, turns: int
) -> int:
    """Do what is due in a community, in so many turns at most; how many were taken."""
    if was is None:
        was = now
        async with tools.db.write() as tx:
            await recurring.ensure(tx, community_id, retention.WHAT, was)
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            return 1
        cutoff = rule.cutoff(now, community.plan.time_zone)
        young = community.set_up_at >= cutoff
        ready = young or await _figures_stand(tx, community, now)  # one set up since has nothing so old
    if not ready:
        log.info("retention.waits", community=community_id)
        await _again(tools, community_id, was, now + PATIENCE)
        return 1
    if young:
        await _again(tools, community_id, was, rule.next_fold(now, community.plan.time_zone))
        return 1
    gone: Counter[str] = Counter()
    taken, finished = await _take_steps(tools, community, was, now, turns, gone)
    if gone:
        log.info("retention.folded", community=community_id, **gone)
    if finished:
        await _again(tools, community_id, was, rule.next_fold(now, community.plan.time_zone))
    return taken


async def _figures_stand(tx: Tx, community: Community, now: datetime) -> bool:
    """Whether the last quarter was settled. Where Weft has gone none will be, and people's rows go all the same."""
    if community.state is not CommunityState.ACTIVE:
        return True
    return await retention.settled(tx, community.id, last_period(now, community.plan.time_zone))


async def _take_steps(
    tools: Tools, community: Community, was: datetime, now: datetime, turns: int, gone: Counter[str]
) -> tuple[int, bool]:
    """How many turns were taken, and whether there is nothing left to do; counts in `gone` the rows of each table."""
    cutoff = rule.cutoff(now, community.plan.time_zone)
    taken = 1
    for step in retention.STEPS:
        while True:
            async with tools.db.read() as tx:
                if not await retention.waiting(tx, step, community.id, cutoff):
                    break
            if taken >= turns:
                return taken, False
            async with tools.db.write() as tx:
                if not await retention.claim(tx, community.id, was):
                    return taken, False
                rows = await retention.fold(tx, step, community.id, cutoff, now)
            taken += 1
            if rows == 0:
                break
            gone[step.table.name] += rows
    return taken, True


async def _again(tools: Tools, community: CommunityId, was: datetime, at: datetime) -> None:
    async with tools.db.write() as tx:
        await recurring.move(tx, community, retention.WHAT, was, at)
