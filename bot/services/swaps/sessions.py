"""A session from the agreement to the minutes both sides confirm; or it is called off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.swaps import session_intentions as intentions
from bot.services.swaps.changing import Tell, change
from bot.services.swaps.session_intentions import Said
from bot.services.tools import Tools
from domain import legs as rule
from domain.model import Leg, LegId, LegState, Member, NewIntention, SwapId
from storage import legs
from storage.engine import Tx


async def begin(tx: Tx, swap: SwapId, now: datetime) -> None:
    """Everybody accepted: the sessions of a swap are to be held. In the transaction that makes the swap AGREED."""
    for leg in await legs.of_swap(tx, swap):
        if leg.state in {LegState.PROPOSED, LegState.AGREED}:
            await legs.save(tx, leg, rule.begun(leg, now))
    await legs.settle_swap(tx, swap)


async def enter(tools: Tools, member: Member, leg: LegId, minutes: int) -> Leg:
    """Say how long a session took: the first to say so, in answer to the other, or because what was said was wrong.

    Raises what `domain.legs.entered` raises, and TooOld.
    """
    return await change(
        tools, member.community, leg, lambda one, now: rule.entered(one, member.id, minutes, now), _told(member)
    )


async def confirm(tools: Tools, member: Member, leg: LegId, word: int) -> Leg:
    """Agree to the `word`-th time that was entered: an exchange.

    Raises what `domain.legs.confirmed` raises, and TooOld.
    """
    return await change(
        tools, member.community, leg, lambda one, now: rule.confirmed(one, member.id, word, now), _told(member)
    )


def _told(member: Member) -> Tell:
    def tell(after: Leg) -> Sequence[NewIntention]:
        what = {
            LegState.REPORTED: Said.ENTERED,
            LegState.DISPUTED: Said.DISPUTED,
            LegState.CONFIRMED: Said.CONFIRMED,
            LegState.CANCELLED: Said.NEVER_WAS,
        }
        return [intentions.say(after, what[after.state], by=member.id)]

    return tell


async def cancel(tools: Tools, member: Member, leg: LegId) -> Leg:
    """Call a session off; the want it served is open again. Raises what `domain.legs.cancelled` raises, and TooOld."""
    return await change(
        tools,
        member.community,
        leg,
        lambda one, now: rule.cancelled(one, member.id, now),
        lambda after: [intentions.say(after, Said.CANCELLED, by=member.id)],
    )


async def not_there(tools: Tools, member: Member, leg: LegId) -> Leg:
    """Say that the other one did not turn up. Raises what `domain.legs.not_there` raises, and TooOld."""
    return await change(
        tools,
        member.community,
        leg,
        lambda one, now: rule.not_there(one, member.id, now),
        lambda after: [intentions.say(after, Said.NOT_THERE, by=member.id)],
    )
