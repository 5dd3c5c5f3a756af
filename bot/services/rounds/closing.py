"""The nudge and the close: the two moments at which a round looks at what has and has not come."""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from domain import rounds as rule
from domain.calendar import MemberCadence
from domain.model import (
    ActKind,
    MemberId,
    PairingState,
    Place,
    Round,
    RoundState,
    Seat,
)
from storage import acts, members, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx


async def nudge_round(tx: Tx, a_round: Round, now: datetime, *, remind: bool) -> None:
    """Remind those who owe something, once, in their thread; free those who gave and got nothing.

    `remind` False: the moment has passed (the machine was off), the round only moves on.
    """
    if not await rounds.advance(tx, a_round, RoundState.NUDGED, a_round.closes_at):
        return
    given = await reviews.of_round(tx, a_round.id)
    for pairing in await pairings.of_round(tx, a_round.id):
        if pairing.state is not PairingState.OPEN or not rule.owed(pairing, given):
            continue
        if remind:
            await outbox.add(tx, now, intentions.nudge(pairing))
        for member in rule.waits_in_vain(pairing, given):
            await pairings.set_seat(tx, pairing.id, member, Seat.FREED)
            await signups.place(tx, a_round.id, [member], Place.WAITING, was=Place.PLACED, freed=True)


async def close_round(tx: Tx, a_round: Round, now: datetime) -> None:
    """Count what came of the round, say it in one message, and be kind to those who were silent twice."""
    if not await rounds.advance(tx, a_round, RoundState.CLOSED, None):
        return
    held = await pairings.of_round(tx, a_round.id)
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
    await signups.leave_out_all(tx, a_round.id)
    await signups.forget_briefs(tx, a_round.id)


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
