"""Twelve months after what people did, only how much of it each firm did is kept. Nobody asks for it; it is due."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.services.tools import Tools
from domain import retention as rule
from domain.model import Community, CommunityId, CommunityState
from domain.periods import periods_since
from storage import communities, digests, recurring, retention
from storage.engine import Tx

#: Communities and transactions, together, before a tick goes on with something else; the next one goes on from there.
TURNS = 60
#: Before a community is looked at again whose last quarter does not stand yet, or where something went wrong.
PATIENCE = timedelta(hours=1)
#: Nobody has looked for so long: Weft was off, or the clock is wrong. What is deleted by a wrong clock is lost, so
#: there is another look first, a while later.
SILENCE = timedelta(days=3)
SECOND_LOOK = timedelta(days=1)

log = structlog.get_logger(__name__)


async def fold(tools: Tools) -> None:
    """Once a day in each community: count what is older than twelve months by firm, and delete it.

    In many small transactions, so that nobody waits for it. What a call leaves is there for the next.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        waiting = await retention.due(tx, now, now + SILENCE, tools.shards)
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
        async with tools.db.write() as tx:
            await recurring.ensure(tx, community_id, retention.WHAT, now + SECOND_LOOK)
        return 1
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            return 1
        zone = community.plan.time_zone
        young = community.set_up_at >= rule.cutoff(now, zone)  # and so has nothing so old
        ready = young or await _figures_stand(tx, community, now)
    if young or was > now:  # a moment far ahead is from a clock that was wrong
        await _again(tools, community_id, was, rule.next_fold(now, zone))
        return 1
    if now - was > SILENCE:
        log.warning("retention.second_look", community=community_id, was_due=was.isoformat())
        await _again(tools, community_id, was, now + SECOND_LOOK)
        return 1
    if not ready:
        log.info("retention.waits", community=community_id)
        await _again(tools, community_id, was, now + PATIENCE)
        return 1
    gone: Counter[str] = Counter()
    taken, finished = await _take_steps(tools, community, was, now, turns, gone)
    if gone:
        log.info("retention.folded", community=community_id, **gone)
    if finished:
        await _again(tools, community_id, was, rule.next_fold(now, zone))
    return taken


async def _figures_stand(tx: Tx, community: Community, now: datetime) -> bool:
    """Whether every quarter that is over was settled. Where Weft has gone that may never be, and people's rows go all
    the same.
    """
    if community.state is not CommunityState.ACTIVE:
        return True
    stand = await digests.settled_periods(tx, community.id)
    _, *over = periods_since(community.set_up_at, now, community.plan.time_zone)
    return all(str(quarter) in stand for quarter in over)


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
