"""A member says yes or no to what was proposed to them. Until all have said yes a yes may become a no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.services.acts import act_of
from bot.services.swaps import intentions
from bot.services.swaps.proposing import agree, end
from bot.services.tools import Tools
from domain.errors import AllSaidYes, NotYours, OnPause, ProposalOver, TooOld
from domain.model import ActKind, Answer, Member, Swap, SwapId, SwapMember, SwapState
from storage import acts, outbox, swaps
from storage.engine import Tx

Read = Callable[[Tx, SwapId], Awaitable[Swap | None]]


async def accept(tools: Tools, member: Member, swap_id: SwapId) -> Swap:
    """Count somebody in; the last one makes it agreed. Twice is once.

    Raises ProposalOver, OnPause, and NotYours or TooOld for a button that is none of theirs.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        swap, seat = await _own(tx, member, swap_id, swaps.hold)
        if swap.state in {SwapState.AGREED, SwapState.OVER} and seat.answer is Answer.ACCEPTED:
            return swap
        _still_open(swap, now)
        if not seat.member.present(now):
            raise OnPause
        await _say_yes(tx, swap, seat, now)
        answered = await swaps.get(tx, swap.id)
    tools.wake()
    if answered is None or answered.state is SwapState.ENDED:
        raise ProposalOver
    return answered


async def _say_yes(tx: Tx, swap: Swap, seat: SwapMember, now: datetime) -> None:
    if await swaps.answer(tx, swap.id, seat.id, Answer.ACCEPTED, now):
        await acts.record(tx, act_of(seat.member, ActKind.SWAP_ACCEPTED, now, str(swap.id), swap=swap.id))
    # Somebody may have left a moment ago: then it is over, and who says yes now is looked for like who had.
    gone = await swaps.who_broke(tx, swap.id)
    if gone or await swaps.unwelcome(tx, swap.id):
        await end(tx, swap, now, gone=gone)
    elif all(one.answer is Answer.ACCEPTED for one in swap.members if one.id != seat.id):
        await agree(tx, swap, now)
    else:
        await outbox.rearm(tx, now, intentions.count(swap), intentions.COUNT_GAP)


async def decline(tools: Tools, member: Member, swap_id: SwapId) -> Swap:
    """Not this one: it ends, and the same is never proposed to them again. Twice is once.

    Raises ProposalOver, AllSaidYes once it is agreed, and NotYours or TooOld for a button that is none of theirs.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        swap, seat = await _own(tx, member, swap_id, swaps.hold)
        if seat.answer is Answer.DECLINED:
            return swap
        _may_still_be_declined(swap, now)
        if await swaps.answer(tx, swap.id, seat.id, Answer.DECLINED, now):
            await acts.record(tx, act_of(seat.member, ActKind.SWAP_DECLINED, now, str(swap.id), swap=swap.id))
        await end(tx, swap, now, gone=await swaps.who_broke(tx, swap.id))
    tools.wake()
    return swap


async def may_decline(tools: Tools, member: Member, swap_id: SwapId) -> None:
    """Before somebody is asked whether they are sure. Raises what `decline` raises."""
    async with tools.db.read() as tx:
        swap, seat = await _own(tx, member, swap_id, swaps.get)
    if seat.answer is not Answer.DECLINED:
        _may_still_be_declined(swap, tools.clock.now())


async def remember_thread(tools: Tools, swap: SwapId, thread: int) -> None:
    """Keep which thread is the swap's, after somebody deleted the first."""
    async with tools.db.write() as tx:
        await swaps.set_thread(tx, swap, thread)


async def _own(tx: Tx, member: Member, swap_id: SwapId, read: Read) -> tuple[Swap, SwapMember]:
    swap = await read(tx, swap_id)
    # A swap of another community is none of theirs, whatever the button says.
    if swap is None or swap.community != member.community:
        raise TooOld
    seat = swap.seat_of(member.id)
    if seat is None:
        raise NotYours
    return swap, seat


def _still_open(swap: Swap, now: datetime) -> None:
    if swap.state is not SwapState.PROPOSED or now >= swap.expires_at:
        raise ProposalOver


def _may_still_be_declined(swap: Swap, now: datetime) -> None:
    if swap.state is SwapState.AGREED:
        raise AllSaidYes
    _still_open(swap, now)
