"""Somebody leaves Weft, the server, or just one pairing: one way of writing it down, for whoever notices."""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from domain.model import ActKind, Member, Pairing, PairingState, Place, Seat, SignupState
from storage import acts, members, outbox, pairings, rounds, signups
from storage.engine import Tx


async def depart(tx: Tx, member: Member, now: datetime) -> bool:
    """Mark a member as left, keeping their history, and take them out of the round under way.

    False if they had left already. Whoever they leave alone waits: `rounds.help_waiting` finds them somebody.
    """
    left = await members.leave(tx, member.id, now)
    if left:
        await acts.record(tx, act_of(member, ActKind.LEFT, now, now.isoformat()))
        await _take_out(tx, member, now)
    return left


async def _take_out(tx: Tx, member: Member, now: datetime) -> None:
    a_round = await rounds.under_way(tx, member.community)
    if a_round is None:
        return
    await rounds.hold(tx, a_round.id)
    if await signups.get(tx, a_round.id, member.id) is not None:
        await signups.answer(tx, member.community, a_round.id, member.id, SignupState.OUT, now)
        await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)
    for pairing in await pairings.of_member(tx, a_round.id, member.id):
        if pairing.state is PairingState.OPEN:
            await step_out(tx, pairing, member, now)


async def step_out(tx: Tx, pairing: Pairing, member: Member, now: datetime) -> None:
    """Take somebody off a pairing; with one person left it is dissolved and that person waits for another."""
    if not await pairings.set_seat(tx, pairing.id, member.id, Seat.CANNOT):
        return
    await outbox.drop(tx, intentions.added(pairing.community, pairing.id, member.id).key)
    await outbox.add(tx, now, intentions.stepped_out(pairing, member.id))
    left = [one for one in pairing.seated if one.id != member.id]
    if len(left) < 2:
        await pairings.set_state(tx, pairing.id, PairingState.DISSOLVED)
        showing = [one.id for one in left if one.shows]
        await signups.place(tx, pairing.round, showing, Place.WAITING, was=Place.PLACED, freed=True)
