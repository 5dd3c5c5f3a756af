"""The nudge and the close: the two moments at which a round looks at what has and has not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from bot.services.rounds.schedule import ensure_next
from bot.services.tools import Tools
from domain import rounds as rule
from domain.calendar import MemberCadence
from domain.model import (
    ActKind,
    MemberId,
    NewIntention,
    Pairing,
    PairingState,
    Place,
    Round,
    RoundState,
    Seat,
)
from storage import acts, communities, members, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx

NOBODY_MET = "nobody_met"


async def nudge_round(tx: Tx, tools: Tools, a_round: Round, now: datetime, *, remind: bool) -> None:
    """Remind those who owe something, once, in their thread; free those who gave and got nothing.

    `remind` False: the moment has passed (the machine was off), the round only moves on. Pairs that have only just met
    are left in peace. A round in which nobody could meet anybody ends here.
    """
    held = await pairings.of_round(tx, a_round.id)
    if not held:
        await skip_round(tx, tools, a_round, NOBODY_MET, None, now)
        return
    # Due at once: whoever waits is looked after next, then it is due at the close.
    if not await rounds.advance(tx, a_round, RoundState.NUDGED, now):
        return
    given = await reviews.of_round(tx, a_round.id)
    for pairing in held:
        young = now - pairing.created_at < rule.LEAST_SILENCE
        if pairing.state is not PairingState.OPEN or young or not rule.owed(pairing, given):
            continue
        if remind:
            await outbox.add(tx, now, intentions.nudge(pairing))
        for member in rule.waits_in_vain(pairing, given):
            await pairings.set_seat(tx, pairing.id, member, Seat.FREED)
            await signups.place(tx, a_round.id, [member], Place.WAITING, was=Place.PLACED, freed=True)


async def close_round(tx: Tx, tools: Tools, a_round: Round, now: datetime) -> None:
    """Count what came of the round, say it in one message, and be kind to those who were silent twice."""
    held = await pairings.of_round(tx, a_round.id)
    if not held:
        await skip_round(tx, tools, a_round, NOBODY_MET, None, now)
        return
    if not await rounds.advance(tx, a_round, RoundState.CLOSED, None):
        return
    given = await reviews.of_round(tx, a_round.id)
    active, silent = rule.missed(held, given)
    delivered = [one for one in given if rule.delivered(one)]
    ties = rule.new_ties(
        await reviews.exchanges(tx, a_round.community, of_round=a_round.id),
        await reviews.exchanges(tx, a_round.community, not_of=a_round.id),
    )
    message = intentions.closing(a_round, took_part=len(active), reviews=len(delivered), new_ties=len(ties))
    await outbox.add(tx, now, message)
    await _misses(tx, a_round, active, silent, now)
    await pairings.close_all(tx, a_round.id)
    await let_go(tx, a_round, held, now)


async def let_go(tx: Tx, a_round: Round, held: Sequence[Pairing], now: datetime) -> None:
    """Whoever found no place goes first next time; briefs are forgotten, unless they never reached anybody."""
    left_out = await members.by_ids(tx, set(await signups.leave_out_all(tx, a_round.id)))
    for member in left_out.values():
        await acts.record(tx, act_of(member, ActKind.LEFT_OUT, now, str(a_round.id), a_round=a_round.id))
    reached = {one.id for pairing in held if pairing.message is not None for one in pairing.members}
    unread = {one.member for one in await signups.of_round(tx, a_round.id)} - reached
    await signups.forget_briefs(tx, a_round, keep=unread)


async def skip_round(
    tx: Tx, tools: Tools, a_round: Round, why: str, message: NewIntention | None, now: datetime
) -> None:
    """End a round that cannot sensibly take place and say so; whoever was in goes first next time."""
    community = await communities.get(tx, a_round.community)
    if community is None:
        return
    if not await rounds.advance(tx, a_round, RoundState.SKIPPED, None, skipped_because=why):
        return
    if a_round.state is not RoundState.SCHEDULED:
        await let_go(tx, a_round, (), now)
    if message is not None:
        await outbox.add(tx, now, message)
    await ensure_next(tx, tools, community)


async def _misses(
    tx: Tx, a_round: Round, active: frozenset[MemberId], silent: frozenset[MemberId], now: datetime
) -> None:
    """Two rounds missed in a row: the standing sign-up becomes "ask me", and the member is told, in private."""
    found = await members.by_ids(tx, active | silent)
    for member in found.values():
        if member.id in active:
            if member.misses:
                await members.set_misses(tx, member.id, 0)
            continue
        await acts.record(tx, act_of(member, ActKind.MISSED, now, str(a_round.id), a_round=a_round.id))
        misses = member.misses + 1
        if misses >= rule.MISSES_BEFORE_ASKING and member.cadence is not MemberCadence.ASK:
            await members.set_cadence(tx, member.id, MemberCadence.ASK)
            await outbox.add(tx, now, intentions.notice(member, a_round.id, "ask_me"))
            misses = 0
        await members.set_misses(tx, member.id, misses)
