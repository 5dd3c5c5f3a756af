"""Somebody can't make it, or is gone: the others are told, and whoever is left alone gets another partner."""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from bot.services.departure import depart
from bot.services.rounds import intentions
from bot.services.rounds.placing import UNDER_REVIEW, place_waiting
from bot.services.tools import Tools
from domain.errors import NotInThisPairing, RoundOver
from domain.model import (
    ActKind,
    Member,
    MemberId,
    Pairing,
    PairingId,
    PairingState,
    Place,
    Seat,
    SignupState,
)
from storage import acts, members, outbox, pairings, rounds, signups
from storage.engine import Tx


async def cannot(tools: Tools, member: Member, pairing_id: PairingId) -> Pairing:
    """Say "I can't make it"; twice counts once. Raises NotInThisPairing, or RoundOver once the round is over."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        pairing = await pairings.get(tx, pairing_id)
        if pairing is None or pairing.seat_of(member.id) is None:
            raise NotInThisPairing
        a_round = await rounds.hold(tx, pairing.round)
        if a_round is None or a_round.state not in UNDER_REVIEW:
            raise RoundOver
        pairing = await pairings.get(tx, pairing_id) or pairing
        await _step_out(tx, pairing, member, now)
        log = act_of(member, ActKind.CANNOT, now, str(pairing.id), a_round=pairing.round)
        await acts.record(tx, log)
    await place_waiting(tools, pairing.round)
    tools.wake()
    return pairing


async def _step_out(tx: Tx, pairing: Pairing, member: Member, now: datetime) -> None:
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


async def member_gone(tools: Tools, member_id: MemberId) -> None:
    """Somebody left Weft or the server: they are taken out of the round that is under way."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        member = await members.by_id(tx, member_id)
        a_round = await rounds.under_way(tx, member.community) if member else None
        if member is None or a_round is None:
            return
        await rounds.hold(tx, a_round.id)
        signup = await signups.get(tx, a_round.id, member_id)
        if signup is not None:
            await signups.answer(tx, member.community, a_round.id, member_id, SignupState.OUT, now)
            await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)
        for pairing in await pairings.of_member(tx, a_round.id, member_id):
            if pairing.state is PairingState.OPEN:
                await _step_out(tx, pairing, member, now)
    await place_waiting(tools, a_round.id)
    tools.wake()


async def left_server(tools: Tools, member_id: MemberId) -> None:
    """Discord says that somebody is not in the server any more."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        member = await members.by_id(tx, member_id)
        if member is not None:
            await depart(tx, member, now)
    await member_gone(tools, member_id)
