"""What is due with skills: reminders of what lapses soon, the lapsing, and a board that stays true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.services.skills import intentions
from bot.services.tools import Tools
from domain import listings as rule
from domain.model import CommunityId, Member
from storage import board, communities, listings, outbox, recurring
from storage.engine import Tx

AT_ONCE = 200  # listings in one transaction; whatever is left is due still
BOARD = "skills.board"
AT_MOST_EVERY = timedelta(days=1)  # the message in the channel loses what has grown old


async def run_due(tools: Tools) -> None:
    now = tools.clock.now()
    await _remind(tools, now)
    await _lapse(tools, now)
    await _refresh_boards(tools, now)


async def next_due(tx: Tx) -> datetime | None:
    unreminded = await listings.next_unreminded(tx)
    moments = (
        None if unreminded is None else unreminded - rule.REMIND_BEFORE,
        await listings.next_lapse(tx),
        await recurring.next_due(tx, BOARD),
    )
    return min((one for one in moments if one is not None), default=None)


async def put_up_board(tools: Tools, community_id: CommunityId) -> None:
    """After set-up: the skills channel, if there is one, gets its message."""
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        if community is not None and community.channels.skills is not None:
            await outbox.rearm(tx, tools.clock.now(), intentions.board(community_id), intentions.BOARD_GAP)
    tools.wake()


async def _remind(tools: Tools, now: datetime) -> None:
    """Tell everybody once of all that lapses soon; for those on pause it lapses later."""
    async with tools.db.read() as tx:
        nearing = await listings.nearing(tx, now + rule.REMIND_BEFORE, AT_ONCE)
    if not nearing:
        return
    async with tools.db.write() as tx:
        whose = {one.member.id: one.member for one in nearing}
        for key in sorted(whose):
            await _remind_one(tx, whose[key], now)
    tools.wake()


async def _remind_one(tx: Tx, member: Member, now: datetime) -> None:
    taking_part = await listings.hold(tx, member) is not None
    if taking_part and not member.present(now) and member.paused_until is not None:
        # A pause stops the clock: whoever comes back from one has time to be reminded first.
        await listings.stand_at_least(tx, member.id, member.paused_until + rule.REMIND_BEFORE)
        return
    if await listings.remind(tx, member.id, now + rule.TOGETHER, now) and taking_part:
        # However late we are, whoever is reminded has the whole time to answer.
        await listings.stand_at_least(tx, member.id, now + rule.REMIND_BEFORE)
        await outbox.add(tx, now, intentions.lapsing(member.community, member.id, now))


async def _lapse(tools: Tools, now: datetime) -> None:
    async with tools.db.read() as tx:
        first = await listings.next_lapse(tx)
    if first is None or first > now:
        return
    async with tools.db.write() as tx:
        over = await listings.lapse(tx, now, AT_ONCE)
        await _rearm_boards(tx, {one.community for one in over}, now)
    tools.wake()


async def _refresh_boards(tools: Tools, now: datetime) -> None:
    """What was new is so no more."""
    async with tools.db.read() as tx:
        due = await recurring.due(tx, BOARD, now)
    if not due:
        return
    async with tools.db.write() as tx:
        await _rearm_boards(tx, [one for one, was in due if await recurring.end(tx, one, BOARD, was)], now)
    tools.wake()


async def board_stands(tx: Tx, community: CommunityId, message: int, now: datetime) -> None:
    """The message in the channel says how things are; it is looked at again when the first of it has grown old."""
    await communities.set_board_message(tx, community, message)
    oldest = await board.oldest_news(tx, community, now - rule.NEWS)
    if oldest is not None:
        await recurring.bring_forward(tx, community, BOARD, max(oldest + rule.NEWS, now + AT_MOST_EVERY))


async def _rearm_boards(tx: Tx, which: Iterable[CommunityId], now: datetime) -> None:
    for community in sorted(which):
        await outbox.rearm(tx, now, intentions.board(community), intentions.BOARD_GAP)
