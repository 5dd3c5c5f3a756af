"""Two who say different things ask a manager: only managers settle that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.swaps import session_intentions as intentions
from bot.services.swaps.changing import change
from bot.services.swaps.session_intentions import Said
from bot.services.tools import Tools
from domain import legs as rule
from domain.errors import NothingToDecide
from domain.model import CommunityId, Leg, LegId, Member, NewIntention
from storage import communities
from storage.engine import Tx

DISPUTE = "dispute"


async def ask_manager(tools: Tools, member: Member, leg: LegId) -> Leg:
    """Have the managers asked, in their channel. Raises what `domain.legs.escalated` raises, and TooOld."""

    def tell(after: Leg) -> Sequence[NewIntention]:
        return [intentions.say(after, Said.ESCALATED, by=member.id), intentions.to_manager(after)]

    return await change(tools, member.community, leg, lambda one, _now: rule.escalated(one, member.id), tell)


async def decide(
    tools: Tools,
    community: CommunityId,
    manager: Member | None,
    leg: LegId,
    word: int,
    minutes: int,
    *,
    elsewhere: bool = False,
) -> Leg:
    """A manager decides (the gate let only managers in); counted as an action that Weft required of them.

    `manager`: as a member, if they are one; `word`: the dispute they were shown; `elsewhere`: not under the question
    in their channel, which then is to say what was decided. Raises what `domain.legs.decided` raises, NothingToDecide
    for an older dispute, NotYours, and TooOld.
    """

    def ruled(one: Leg, now: datetime) -> Leg:
        if one.words != word:
            raise NothingToDecide
        return rule.decided(one, manager.id if manager else None, minutes, now)

    def told(after: Leg) -> Sequence[NewIntention]:
        said = intentions.say(after, Said.CONFIRMED if after.settled else Said.NEVER_WAS)
        return [said, intentions.manager_spared(after)] if elsewhere else [said]

    async def counted(tx: Tx, now: datetime) -> None:
        await communities.manager_action(tx, community, now, DISPUTE, required=True)

    return await change(tools, community, leg, ruled, told, counted)
