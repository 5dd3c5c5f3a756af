"""Somebody leaves Weft, the server, or just one round: one way of writing it down, for whoever notices.

What follows for those they leave alone is written in the same transaction: they wait, and the round is due to be
looked at (`rounds.help_waiting`), whatever happens to us in between.
"""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from domain import rounds as rule
from domain.model import ActKind, Member, Pairing, PairingState, Place, Round, RoundState, Seat
from storage import acts, asks, members, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx


async def depart(tx: Tx, member: Member, now: datetime) -> bool:
    """Mark a member as left, keeping their history, and take them out of the round under way.

    False if they had left already.
    """
    # The round before the member: the order in which everybody takes hold of things.
    a_round = await _held(tx, member)
    left = await members.leave(tx, member.id, now)
    if left:
        await acts.record(tx, act_of(member, ActKind.LEFT, now, now.isoformat()))
        if a_round is not None:
            await _take_out(tx, a_round, member, now)
    return left


async def rest(tx: Tx, member: Member, now: datetime) -> None:
    """Somebody goes on pause: who is paired already says "I can't make it" by that. Before the draw it is enough."""
    a_round = await _held(tx, member)
    if a_round is not None and a_round.state in {RoundState.RUNNING, RoundState.NUDGED}:
        await _take_out(tx, a_round, member, now)


async def _held(tx: Tx, member: Member) -> Round | None:
    a_round = await rounds.under_way(tx, member.community)
    return await rounds.hold(tx, a_round.id) if a_round else None


async def _take_out(tx: Tx, a_round: Round, member: Member, now: datetime) -> None:
    for pairing in await pairings.of_member(tx, a_round.id, member.id):
        await step_out(tx, a_round, pairing, member, now)
    await withdraw(tx, a_round, member, now)


async def withdraw(tx: Tx, a_round: Round, member: Member, now: datetime) -> None:
    """Their part in the round is over; nobody needs to help them any more."""
    if await signups.withdraw(tx, a_round.id, member.id, now):
        await asks.withdraw(tx, a_round.id, member.id)
        await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)


async def step_out(tx: Tx, a_round: Round, pairing: Pairing, member: Member, now: datetime) -> None:
    """Take somebody off a pairing; whoever is left alone by it waits for another partner."""
    if not await pairings.set_seat(tx, pairing.id, member.id, Seat.CANNOT):
        return
    await outbox.drop(tx, intentions.added(pairing.community, pairing.id, member.id).key)
    given = await reviews.of_pairing(tx, pairing.id)
    debts = rule.owed(pairing, given)
    if pairing.state is not PairingState.OPEN or not any(member.id in {one.reviewer, one.maker} for one in debts):
        return
    await outbox.add(tx, now, intentions.stepped_out(pairing, member.id))
    alone = rule.left_alone(pairing, member.id, given)
    if alone:
        await pairings.set_state(tx, pairing.id, PairingState.DISSOLVED)
        await signups.place(tx, pairing.round, alone, Place.WAITING, was=Place.PLACED, freed=True)
        await rounds.look_again(tx, a_round.id, now)
