"""Every other week, what was shown; where nothing was, nothing is said."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.services.showings import intentions
from bot.services.tools import Tools
from domain import showings as rule
from domain.model import Community, CommunityId, CommunityState
from storage import communities, outbox, recurring, showings
from storage.engine import Tx

ROUND_UP = "showings.roundup"

log = structlog.get_logger(__name__)


async def have_round_ups(tx: Tx, community: Community, now: datetime) -> None:
    """From the first showing on, there are round-ups."""
    await recurring.ensure(tx, community.id, ROUND_UP, rule.first_round_up(community.plan.time_zone, now))


async def round_ups(tools: Tools) -> None:
    """Have every round-up posted that is due. One that fails is logged and tried again at the next look."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        due = await recurring.due(tx, ROUND_UP, now)
    for community_id, was in due:
        try:
            async with tools.db.write() as tx:
                await _round_up(tx, community_id, was, now)
        except Exception:  # the supervisor of round-ups: the other communities' must go on
            log.exception("showings.round_up_failed", community=community_id)
        tools.wake()


async def _round_up(tx: Tx, community_id: CommunityId, was: datetime, now: datetime) -> None:
    community = await communities.get(tx, community_id)
    assert community is not None  # its row would have gone with it
    zone = community.plan.time_zone
    if not await recurring.move(tx, community_id, ROUND_UP, was, rule.round_up_after(zone, was, now)):
        return
    if community.state is not CommunityState.ACTIVE:
        return
    if now - was > rule.ROUND_UP_LATE:
        log.info("showings.round_up_skipped", community=community_id, was_due=was.isoformat())
        return
    since = rule.round_up_before(zone, was)
    if await showings.shown_between(tx, community_id, since, was):
        await outbox.add(tx, now, intentions.round_up(community_id, since, was))
