"""A round opens: members whose cadence says so are in, and one message invites everybody. Or it is skipped."""

from __future__ import annotations

from datetime import datetime

from bot.services.rounds import intentions
from bot.services.rounds.closing import skip_round
from bot.services.rounds.schedule import ensure_next
from bot.services.tools import Tools
from domain import rounds as rule
from domain.calendar import standing_due
from domain.model import Community, Member, MemberId, MemberState, Round, RoundState, SignupState
from storage import communities, members, outbox, rounds, signups
from storage.engine import Tx

NO_MEMBERS = "no_members"


async def open_round(tx: Tx, tools: Tools, a_round: Round, now: datetime) -> None:
    """Open a scheduled round and put the next one up. Without a single member there is nobody to ask."""
    community = await communities.get(tx, a_round.community)
    if community is None:
        return
    people = await members.active(tx, community.id)
    if not people:
        # The managers hear of an empty community once, not every week.
        told = await rounds.skipped_because(tx, community.id) == NO_MEMBERS
        message = None if told else intentions.skipped(a_round, NO_MEMBERS)
        await skip_round(tx, tools, a_round, NO_MEMBERS, message, now)
        return
    moved = await rounds.advance(
        tx,
        a_round,
        RoundState.OPEN,
        a_round.pairs_at,
        theme=rule.theme_for(a_round.number, community.themes),
    )
    if moved:
        standing = await _standing(tx, community, people, a_round)
        await signups.add_standing(tx, community.id, a_round.id, standing, now)
        await outbox.add(tx, now, intentions.opening(a_round))
        await ensure_next(tx, tools, community)


async def _standing(tx: Tx, community: Community, people: list[Member], a_round: Round) -> list[MemberId]:
    """Who is in without a click, unless their pause lasts beyond the draw."""
    before = await signups.last_standing(tx, community.id)
    return [
        one.id
        for one in people
        if one.present(a_round.pairs_at) and standing_due(one.cadence, before.get(one.id), a_round.opens_at)
    ]


async def newcomer(tools: Tools, member: Member) -> Round | None:
    """Somebody has just joined: their cadence counts from the round that is open for sign-up.

    Returns that round if they are in it now.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        a_round = await rounds.latest(tx, member.community, RoundState.OPEN)
        if a_round is None or member.state is not MemberState.ACTIVE:
            return None
        if not member.present(a_round.pairs_at) or not standing_due(member.cadence, None, a_round.opens_at):
            return None
        await signups.add_standing(tx, member.community, a_round.id, [member.id], now)
        signup = await signups.get(tx, a_round.id, member.id)
        await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)
    tools.wake()
    # Whoever had said "not this week" stays out.
    return a_round if signup is not None and signup.state is SignupState.IN else None
