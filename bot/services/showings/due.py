"""What is due about showings: read from the database, and one community's trouble is not another's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.services.showings.asking import pass_on_lapsed
from bot.services.showings.rescue import rescue
from bot.services.showings.round_up import round_ups
from bot.services.tools import Tools
from domain.model import CommunityId, ShowingId
from storage import due_showings, showings

AT_ONCE = 16  # communities: while the choice is made for one, others go on
PATIENCE = timedelta(minutes=1)  # before what failed is tried again

log = structlog.get_logger(__name__)


async def run_due(tools: Tools) -> None:
    """Take every step that is due now. One that fails is logged and tried again a little later."""
    await pass_on_lapsed(tools)
    async with tools.db.read() as tx:
        waiting = await due_showings.due(tx, tools.clock.now(), tools.shards)
    at_once = asyncio.Semaphore(AT_ONCE)

    async def supervised(community: CommunityId, due: list[ShowingId]) -> None:
        async with at_once:
            try:
                await rescue(tools, community, due)
            except Exception:  # the supervisor of steps: the other communities' showings must go on
                log.exception("showings.step_failed", community=community)
                async with tools.db.write() as tx:
                    await showings.look_at(tx, due, tools.clock.now() + PATIENCE)

    async with asyncio.TaskGroup() as group:
        for community, due in waiting.items():
            group.create_task(supervised(community, due), name=f"showings of {community}")
    await round_ups(tools)
