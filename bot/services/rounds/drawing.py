"""The draw: who meets whom this round.

First the round says that it is drawing (nobody can slip in or out unseen), then the pairing is worked out off the event
loop from what is stored, then it is written down with everything that follows from it. A crash in between leaves a
round that is still drawing: the draw is repeated and comes out the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions, people
from bot.services.rounds.departure import depart
from bot.services.tools import Tools
from domain import rounds as rule
from domain.model import (
    Act,
    ActKind,
    Member,
    MemberId,
    PairingId,
    PairingKind,
    Place,
    Round,
    RoundId,
    RoundState,
)
from domain.pairing import Draw, Group, Participant, draw
from storage import acts, members, outbox, pairings, rounds, signups
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody who was in when sign-up ended: who is present and who is paused or gone."""

    members: dict[MemberId, Member]
    present: list[Participant]
    missing: frozenset[MemberId]


async def draw_round(tools: Tools, round_id: RoundId) -> None:
    """Draw a round that is due. Does nothing if that was done already or the round has moved on."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        a_round = await rounds.claim(tx, round_id, now)
        if a_round is None or rule.next_step(a_round, now) is not rule.Step.DRAW:
            return
        if a_round.state is RoundState.OPEN:
            await rounds.advance(tx, a_round, RoundState.DRAWING, now)
    here = await _who_is_here(tools, a_round)
    while True:
        async with tools.db.read() as tx:
            a_round = await rounds.get(tx, round_id)
            if a_round is None or a_round.state is not RoundState.DRAWING:
                return
            crowd = await _crowd(tx, a_round, here, now)
            others = await people.absent(tx, a_round.community, crowd.members.keys())
            past = await people.history(tx, a_round, now)
        drawn = await tools.compute(draw, crowd.present, past, a_round.number, a_round.seed, others)
        async with tools.db.write() as tx:
            await rounds.hold(tx, round_id)
            # Somebody may have paused or left while it was worked out: then it is worked out again.
            if await _crowd(tx, a_round, here, now) == crowd:
                await _write(tx, a_round, crowd, others, drawn, now)
                break
    tools.wake()


async def _who_is_here(tools: Tools, a_round: Round) -> frozenset[MemberId]:
    """Members who were in and have not left the server; who has is noted as left."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        signed_up = await signups.of_round(tx, a_round.id)
        found = await members.by_ids(tx, {one.member for one in signed_up})
    here = await people.still_here(tools, a_round.community, tuple(found.values()))
    gone = found.keys() - {one.id for one in here}
    if gone:
        async with tools.db.write() as tx:
            for member in gone:
                await depart(tx, found[member], now)
    return frozenset(one.id for one in here)


async def _crowd(tx: Tx, a_round: Round, here: frozenset[MemberId], now: datetime) -> Crowd:
    signed_up = {one.member for one in await signups.of_round(tx, a_round.id, place=Place.NONE)}
    found = await members.by_ids(tx, signed_up & here)
    present = {key: one for key, one in found.items() if one.present(now)}
    return Crowd(
        members=present,
        present=await people.who(tx, a_round.community, present.values()),
        missing=frozenset(signed_up - present.keys()),
    )


async def _write(tx: Tx, a_round: Round, crowd: Crowd, others: list[Participant], drawn: Draw, now: datetime) -> None:
    moved = await rounds.advance(
        tx,
        a_round,
        RoundState.RUNNING,
        now,  # whoever waits is looked after next, then it is due at the nudge
        drawn_at=now,
        present=people.as_stored(crowd.present, others),
    )
    if not moved:
        return
    for group in drawn.groups:
        await seat(tx, a_round, PairingKind.DRAW, group, crowd.members, now)
    placed = {MemberId(one) for group in drawn.groups for one in group.members}
    await signups.place(tx, a_round.id, placed, Place.PLACED, was=Place.NONE)
    for member in crowd.missing:
        await signups.withdraw(tx, a_round.id, member, now)
    await _leave_waiting(tx, a_round, crowd, drawn, now)


async def seat(
    tx: Tx, a_round: Round, kind: PairingKind, group: Group, found: dict[MemberId, Member], now: datetime
) -> None:
    """Write one group down as a pairing, with its log rows and its thread."""
    ids = [MemberId(one) for one in group.members]
    pairing = await pairings.add(
        tx,
        a_round,
        kind,
        [(one, True) for one in ids],
        times_met=group.reason.times_met,
        new_firms=group.reason.new_firms,
        now=now,
    )
    await acts.record(tx, *paired(a_round, pairing, [found[one] for one in ids], now))
    await outbox.add(tx, now, *intentions.thread(a_round.community, pairing, ids))


def paired(a_round: Round, pairing: PairingId, together: list[Member], now: datetime) -> list[Act]:
    """One log row for everybody with everybody else of a pairing."""
    return [
        act_of(one, ActKind.PAIRED, now, f"{pairing}:{other.id}", other=other, a_round=a_round.id)
        for one in together
        for other in together
        if one.id != other.id
    ]


async def _leave_waiting(tx: Tx, a_round: Round, crowd: Crowd, drawn: Draw, now: datetime) -> None:
    """Who could not be placed waits for somebody who comes late, else goes first next time.

    With some pairs each is told in private; when there is not one pair, the channel is told, and what would help.
    """
    for left in drawn.left_out:
        one, why = MemberId(left.id), rule.reason_told(left.why)
        await signups.place(tx, a_round.id, [one], Place.WAITING, was=Place.NONE, why_not=why)
        if drawn.groups:
            await outbox.add(tx, now, intentions.notice(crowd.members[one], a_round.id, "waiting", why))
    if not drawn.groups:
        why = rule.reason_told(drawn.left_out[0].why) if drawn.left_out else "nobody"
        await outbox.add(tx, now, intentions.nobody_met(a_round, why))
