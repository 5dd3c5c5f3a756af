"""A proposal begins, and comes to its end: everybody said yes, or it will not happen.

Each is written in the transaction of whoever notices, with everything that follows from it: the thread, the sessions,
and that swaps are looked for anew for those who had said yes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.services.skills import intentions as skills
from bot.services.swaps import intentions, sessions
from domain import proposals as rule
from domain.model import Answer, CommunityId, MemberId, Swap, SwapId, SwapState
from storage import outbox, proposals, swaps
from storage.engine import Tx


async def propose(tx: Tx, community: CommunityId, ring: Sequence[rule.Proposable], now: datetime) -> SwapId:
    """Write a proposal down; whoever calls has taken hold of them (`proposals.hold`) and looked that it may be made."""
    people = list(dict.fromkeys(one for leg in ring for one in (leg.teacher, leg.learner)))
    swap = await swaps.add(
        tx,
        community,
        people,
        ring,
        now=now,
        expires_at=now + rule.ANSWER_WITHIN,
        instead_of=await proposals.let_down(tx, people, now - rule.WITHIN),
    )
    await outbox.add(tx, now, *intentions.thread(community, swap, people))
    return swap


async def agree(tx: Tx, swap: Swap, now: datetime) -> None:
    """Everybody said yes: their sessions begin. To be called with the swap held."""
    if not await swaps.close(tx, swap.id, SwapState.AGREED):
        return
    await sessions.begin(tx, swap.id, now)
    await outbox.add(tx, now, intentions.agreed(swap))


async def end(tx: Tx, swap: Swap, now: datetime, *, gone: Collection[MemberId] = (), lapsed: bool = False) -> None:
    """Nothing comes of it. To be called with the swap held, after the answer it ended by was written.

    `gone`: because of whom it cannot be, without their having said no to it. `lapsed`: its time is over; who said
    nothing was silent, unless they could not answer (it never reached them, or we were off when its time was over):
    then it is nobody's answer, and looked for again.
    """
    unheard = swap.message is None or now - swap.expires_at >= rule.STANDSTILL
    for seat in swap.members:
        if seat.id in gone:
            await swaps.answer(tx, swap.id, seat.id, Answer.LEFT, now)
        elif lapsed and not unheard and seat.answer is Answer.NONE:
            await swaps.answer(tx, swap.id, seat.id, Answer.SILENT, now)
    if not await swaps.close(tx, swap.id, SwapState.ENDED):
        return
    ended = await swaps.get(tx, swap.id)
    assert ended is not None
    await proposals.hold_of(tx, [seat.id for seat in ended.members])
    waiting = {Answer.ACCEPTED, Answer.NONE} if unheard else {Answer.ACCEPTED}
    await proposals.look_again(tx, [seat.id for seat in ended.members if seat.answer in waiting])
    await outbox.add(tx, now, intentions.ended(swap))
    for seat in ended.members:
        if seat.answer is Answer.SILENT:
            await _leave_in_peace(tx, ended, seat.id, now)


async def _leave_in_peace(tx: Tx, swap: Swap, member: MemberId, now: datetime) -> None:
    """Whoever was silent twice in a row is asked nothing more until they bring back what they list; told once."""
    if rule.left_in_peace(await swaps.answers_of(tx, member)) and await proposals.lapse(tx, member, now):
        await outbox.add(tx, now, intentions.quiet(swap, member))
        await outbox.rearm(tx, now, skills.board(swap.community), skills.BOARD_GAP)
