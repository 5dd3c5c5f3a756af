"""When and where a session is: one names a time, the other says that it works.

Where the same two change places in a second session, one time will do for both: that one is right after the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.services.swaps import session_intentions as intentions
from bot.services.swaps.changing import Rule, change_all
from bot.services.swaps.session_intentions import Said
from bot.services.tools import Tools
from domain import legs_time as rule
from domain.errors import PersonError, PlaceTooLong
from domain.model import Community, Leg, LegId, Member, NewIntention
from domain.sessions import LENGTH, moment_typed
from storage import legs

PLACE = 100  # characters


async def along_with(tools: Tools, leg: Leg) -> Leg | None:
    """The session for which a time may be named together with this one's: in it the same two change places."""
    async with tools.db.read() as tx:
        other = rule.changing_places(leg, await legs.of_swap(tx, leg.swap))
    return other if other is not None and rule.one_time_for_both(leg, other, tools.clock.now()) else None


async def name_time(
    tools: Tools, community: Community, member: Member, leg: LegId, when: str, place: str, along: LegId | None = None
) -> tuple[Leg, ...]:
    """Name a time, as it was typed, in the community's time zone; the other one is asked. The sessions it is for.

    `along`: another of their swap that is to follow right after it, in the same place. Raises what
    `domain.sessions.moment_typed` and `domain.legs_time.named` raise, PlaceTooLong, NotYours, and TooOld.
    """
    if len(place) > PLACE:
        raise PlaceTooLong(n=PLACE)
    starts_at = moment_typed(when, community.plan.time_zone, tools.clock.now())
    rules = {leg: _named(member, starts_at, place)}
    if along is not None:
        rules[along] = _named(member, starts_at + timedelta(minutes=LENGTH), place)

    def tell(changed: Sequence[Leg]) -> Sequence[NewIntention]:
        return [intentions.say(changed[0], Said.NAMED, by=member.id, along=changed[1] if changed[1:] else None)]

    return await change_all(tools, community.id, rules, tell)


def _named(member: Member, starts_at: datetime, place: str) -> Rule:
    return lambda leg, now: rule.named(leg, member.id, starts_at, place, now)


async def agree_time(tools: Tools, member: Member, *times: tuple[LegId, int]) -> tuple[Leg, ...]:
    """ "That works", for the time of that version in each of these sessions: both get calendar files. Those agreed to.

    Where one cannot be agreed to (it has a newer time, or is off), the others still are. If none can, raises what
    `domain.legs_time.agreed` raises; NotYours, and TooOld.
    """
    refused: dict[LegId, PersonError] = {}

    def agree(version: int) -> Rule:
        def ruled(leg: Leg, now: datetime) -> Leg:
            try:
                return rule.agreed(leg, member.id, version, now)
            except PersonError as error:
                refused[leg.id] = error
                return leg

        return ruled

    def tell(changed: Sequence[Leg]) -> Sequence[NewIntention]:
        return [intentions.say(leg, Said.AGREED, by=member.id) for leg in changed]

    after = await change_all(tools, member.community, {leg: agree(version) for leg, version in times}, tell)
    agreed = tuple(leg for leg in after if leg.id not in refused)
    if not agreed:
        raise next(iter(refused.values()))
    return agreed
