"""What is due in proposals: read from the database, a few communities at a time, and one's trouble is not another's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.services.swaps.matching import Restless, match
from bot.services.swaps.proposing import end
from bot.services.tools import Tools
from domain import proposals as rule
from domain.model import CommunityId, CommunityState, SwapId, SwapState
from storage import communities, legs, proposals, recurring, swaps
from storage.engine import Tx
from storage.proposals import SWEEP

T = TypeVar("T")

A_LOOK = 8  # communities a look: a long queue must not hold up everybody's rounds
PATIENCE = timedelta(minutes=1)  # before what failed is tried again

log = structlog.get_logger(__name__)


async def run_due(tools: Tools) -> None:
    """End what cannot be or is over, have every week its sweep, and look for swaps for whoever waits for one."""
    async with tools.db.read() as tx:
        over = [*await swaps.broken(tx, tools.shards), *await swaps.lapsed(tx, tools.clock.now(), tools.shards)]
    for swap in dict.fromkeys(over):
        await _supervised(tools, "swap.step_failed", swap, end_due, legs.put_off)
    await _sweep_due(tools)
    await _match_waiting(tools)


async def next_due(tx: Tx) -> datetime | None:
    """When a proposal, a sweep or a search is due next; in the past if it is due already."""
    searches = [one.free_at for one in await proposals.seekers(tx)]
    moments = [await swaps.next_due(tx), await recurring.next_due(tx, SWEEP), min(searches, default=None)]
    return min((one for one in moments if one is not None), default=None)


async def _supervised(
    tools: Tools,
    event: str,
    what: T,
    step: Callable[[Tools, T], Awaitable[object]],
    put_off: Callable[[Tx, T, datetime], Awaitable[None]],
) -> None:
    """Take one step; one that fails is logged and tried again later, and the others go on."""
    try:
        await step(tools, what)
    except Restless:
        log.info(event, about=what, cause="restless")
    except Exception:  # the supervisor of steps
        log.exception(event, about=what)
    else:
        return
    async with tools.db.write() as tx:
        await put_off(tx, what, tools.clock.now() + PATIENCE)


# Ending


async def end_due(tools: Tools, swap_id: SwapId) -> None:
    """End a proposal that cannot be any more, or whose time is over, unless another process is at it."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        swap = await swaps.claim(tx, swap_id)
        if swap is None or swap.state is not SwapState.PROPOSED:
            return
        gone = await swaps.who_broke(tx, swap_id)
        lapsed = now >= swap.expires_at
        if gone or lapsed or await swaps.unwelcome(tx, swap_id):
            await end(tx, swap, now, gone=gone, lapsed=lapsed)
        else:
            await legs.put_off(tx, swap_id, swap.expires_at)
    tools.wake()


# The weekly sweep


async def _sweep_due(tools: Tools) -> None:
    now = tools.clock.now()
    async with tools.db.read() as tx:
        due = (await recurring.due(tx, SWEEP, now))[:A_LOOK]
        missing = await recurring.without(tx, SWEEP, A_LOOK)
    for community, was in due:
        async with tools.db.write() as tx:
            await _sweep(tx, community, was, now)
    if missing:
        async with tools.db.write() as tx:
            for community in missing:
                await recurring.ensure(tx, community, SWEEP, await _next_sweep(tx, community, now))
    if due or missing:
        tools.wake()


async def _sweep(tx: Tx, community: CommunityId, was: datetime, now: datetime) -> None:
    """From now on swaps with everything open are looked for anew; weeks missed are not made up for."""
    if not await recurring.move(tx, community, SWEEP, was, await _next_sweep(tx, community, now)):
        return
    there = await communities.get(tx, community)
    if there is not None and there.state is CommunityState.ACTIVE:
        await proposals.sweep(tx, community, now)


async def _next_sweep(tx: Tx, community: CommunityId, now: datetime) -> datetime:
    there = await communities.get(tx, community)
    assert there is not None
    return rule.next_sweep(there.plan.time_zone, now)


# Looking for swaps


async def _match_waiting(tools: Tools) -> None:
    """Those who have waited longest first; whoever finds no room this time goes first at the next look.

    One after the other: whoever presses a button may need the worker, too, and should not wait for several of us.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        waiting = [one for one in await proposals.seekers(tx, tools.shards) if one.free_at <= now]
    queue = list(dict.fromkeys(one.community for one in sorted(waiting, key=lambda one: one.free_at)))
    for community in queue[:A_LOOK]:
        await _supervised(tools, "swaps.matching_failed", community, match, proposals.not_before)
    if queue[A_LOOK:]:
        tools.wake()
