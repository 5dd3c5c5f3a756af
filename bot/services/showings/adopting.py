"""Posts that people make, lock or delete in the forum themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.acts import act_of
from bot.services.showings import intentions
from bot.services.showings.posting import lose
from bot.services.showings.round_up import have_round_ups
from bot.services.tools import Tools
from domain import showings as rule
from domain.model import (
    ActKind,
    Community,
    CommunityId,
    CommunityState,
    Member,
    MemberState,
    Showing,
    ShowingSource,
    ShowingState,
    UserId,
)
from storage import acts, asks, communities, due_showings, members, outbox, showings
from storage.engine import Tx

# Heard of later than this, somebody may have answered already.
AT_ONCE = timedelta(minutes=1)


async def adopt(tools: Tools, community_id: CommunityId, thread: int, owner: UserId, at: datetime) -> Showing | None:
    """Treat a post that a member made in the forum at that moment like one of ours.

    None if there is nothing to do: it is known, no member's, older than the set-up or than anybody is asked for.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None or not await _is_new(tx, community, thread, at, now):
            return None
        maker = await members.get(tx, community_id, owner)
    if maker is None or maker.state is not MemberState.ACTIVE:
        return None
    adopted = await _adopt(tools, community, maker, thread, at, now)
    tools.wake()
    return adopted


async def _is_new(tx: Tx, community: Community, thread: int, at: datetime, now: datetime) -> bool:
    if community.state is not CommunityState.ACTIVE or at < community.set_up_at or now - at >= rule.RESCUED_FOR:
        return False
    return await showings.thread_of(tx, thread) is None


async def _adopt(
    tools: Tools, community: Community, maker: Member, thread: int, at: datetime, now: datetime
) -> Showing | None:
    due_at = at + rule.RESCUED_AFTER if now - at < AT_ONCE else now
    async with tools.db.write() as tx:
        new = await showings.add(tx, maker, source=ShowingSource.HAND, thread=thread, shown_at=at, due_at=due_at)
        showing = await showings.get(tx, new) if new is not None else None
        if showing is None:
            return None
        await acts.record(tx, act_of(maker, ActKind.SHOWN, at, str(showing.id), showing=showing.id))
        await outbox.add(tx, now, intentions.tag(showing), intentions.note(showing))
        await have_round_ups(tx, community, now)
    return showing


async def gone(tools: Tools, thread: int) -> None:
    """A post was deleted: nobody is asked to answer it any more."""
    async with tools.db.read() as tx:
        found = await showings.thread_of(tx, thread)
    if found is None:
        return
    async with tools.db.write() as tx:
        showing = await showings.hold(tx, found)
        if showing is not None:
            await lose(tx, showing, tools.clock.now())


async def locked(tools: Tools, thread: int, now_locked: bool) -> None:
    """Nobody can answer in a locked post, so nobody is asked to; unlocked, it is looked at again."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        found = await showings.thread_of(tx, thread)
    if found is None:
        return
    async with tools.db.write() as tx:
        showing = await showings.hold(tx, found)
        if showing is None or showing.state is not ShowingState.OPEN or showing.answered_at is not None:
            return
        if now_locked:
            await let_be(tx, showing)
        elif await due_showings.due_at(tx, showing.id) is None:
            await showings.look_at(tx, [showing.id], max(now, rule.rescued_from(showing)))
    tools.wake()


async def let_be(tx: Tx, showing: Showing) -> None:
    """Nobody is asked to answer this showing any more; this transaction holds it."""
    await showings.look_at(tx, [showing.id], None)
    await asks.withdraw_showing(tx, showing.id)
