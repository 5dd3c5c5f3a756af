"""Somebody on call is asked to step in for a partner who could not make it."""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions, people
from bot.services.rounds.drawing import paired
from bot.services.tools import Tools
from domain import rounds as rule
from domain.asking import ASK_LASTS, RECENTLY
from domain.errors import AskAnswered, NotYours
from domain.model import (
    ActKind,
    Ask,
    AskId,
    AskState,
    Member,
    MemberId,
    PairingKind,
    Place,
    Round,
    RoundId,
)
from domain.pairing import Participant, Reason, allowed, draw
from storage import acts, asks, members, outbox, pairings, rounds, signups
from storage.engine import Tx


async def ask_on_call(tx: Tx, a_round: Round, alone: Participant, now: datetime) -> bool:
    """Ask the next suitable member on call, by fair turn and quota. True while somebody has been asked."""
    waiting = MemberId(alone.id)
    asked = await asks.for_member(tx, a_round.id, waiting)
    if any(one.state is AskState.OPEN for one in asked):
        return True
    if any(one.state is AskState.TAKEN for one in asked) or a_round.closes_at - now < ASK_LASTS:
        return False
    suitable = await _on_call(tx, a_round, alone, {one.member for one in asked}, now)
    await members.hold(tx, suitable.keys())  # asks for showings count, too, and may be written at this moment
    recently = await asks.since(tx, a_round.community, now - RECENTLY)
    met = await pairings.times_met(tx, waiting, suitable.keys(), now)
    for member in rule.whom_to_ask(met, recently, now):
        new = await asks.add(
            tx,
            a_round.community,
            round_id=a_round.id,
            member=member,
            for_member=waiting,
            now=now,
            expires_at=now + ASK_LASTS,
        )
        ask = await asks.get(tx, new) if new is not None else None
        if ask is not None:
            await acts.record(tx, act_of(suitable[member], ActKind.ASKED, now, str(new), a_round=a_round.id))
            await outbox.add(tx, now, intentions.ask(ask))
            return True
    return False


async def _on_call(
    tx: Tx, a_round: Round, alone: Participant, asked: set[MemberId], now: datetime
) -> dict[MemberId, Member]:
    """Members on call who may meet this one, have not sat with them this round and have not said "not this week"."""
    sat_together = {
        one.id for pairing in await pairings.of_member(tx, a_round.id, MemberId(alone.id)) for one in pairing.members
    }
    out = await signups.who_is_out(tx, a_round.id)
    willing = {
        one.id: one
        for one in await members.active(tx, a_round.community)
        if one.on_call and one.present(now) and one.id not in asked | sat_together | out | {alone.id}
    }
    able = await people.who(tx, a_round.community, willing.values())
    return {MemberId(one.id): willing[MemberId(one.id)] for one in able if allowed(alone, one)}


async def take_ask(tools: Tools, member: Member, ask_id: AskId) -> RoundId:
    """Somebody on call says yes: they are paired with the one who waits, as a reviewer.

    Raises AskAnswered if help was found meanwhile or the two may not meet any more, NotYours for anybody else.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        ask, a_round = await _own_ask(tx, member, ask_id)
        both = await _both(tx, ask, now)
        past = await people.history(tx, a_round, now)
    drawn = await tools.compute(draw, both, past, a_round.number, a_round.seed)
    async with tools.db.write() as tx:
        await rounds.hold(tx, a_round.id)
        ask, a_round = await _own_ask(tx, member, ask_id)
        maker = await members.by_id(tx, ask.for_member)
        if maker is None or not drawn.groups or await _both(tx, ask, now) != both:
            raise AskAnswered
        if not await asks.answer(tx, ask.id, AskState.TAKEN):
            raise AskAnswered
        if not await signups.place(tx, a_round.id, [maker.id], Place.PLACED, was=Place.WAITING):
            raise AskAnswered
        await _seat_helper(tx, a_round, maker, member, drawn.groups[0].reason, now)
        await acts.record(tx, act_of(member, ActKind.ASK_TAKEN, now, str(ask.id), a_round=a_round.id))
    tools.wake()
    return a_round.id


async def _both(tx: Tx, ask: Ask, now: datetime) -> list[Participant]:
    """The two of an ask, as far as they are there and the rules may let them meet."""
    found = await members.by_ids(tx, {ask.member, ask.for_member})
    return await people.who(tx, ask.community, (one for one in found.values() if one.present(now)))


async def _seat_helper(tx: Tx, a_round: Round, maker: Member, helper: Member, reason: Reason, now: datetime) -> None:
    pairing = await pairings.add(
        tx,
        a_round,
        PairingKind.RESCUE,
        [(maker.id, True), (helper.id, False)],
        times_met=reason.times_met,
        new_firms=reason.new_firms,
        now=now,
    )
    await acts.record(tx, *paired(a_round, pairing, [maker, helper], now))
    await outbox.add(tx, now, *intentions.thread(a_round.community, pairing, [maker.id, helper.id]))


async def pass_ask(tools: Tools, member: Member, ask_id: AskId) -> RoundId:
    """Somebody on call cannot: the round is due to be looked at, for the next one. Raises AskAnswered, NotYours."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        ask, a_round = await _own_ask(tx, member, ask_id)
        if not await asks.answer(tx, ask.id, AskState.PASSED):
            raise AskAnswered
        await acts.record(tx, act_of(member, ActKind.ASK_PASSED, now, str(ask.id), a_round=a_round.id))
        await rounds.look_again(tx, a_round.id, now)
    return a_round.id


async def _own_ask(tx: Tx, member: Member, ask_id: AskId) -> tuple[Ask, Round]:
    ask = await asks.get(tx, ask_id)
    a_round = await rounds.get(tx, ask.round) if ask and ask.round else None
    if ask is None or a_round is None:
        raise AskAnswered
    if ask.member != member.id:
        raise NotYours
    if ask.state is not AskState.OPEN:
        raise AskAnswered
    return ask, a_round


async def pass_on_lapsed(tools: Tools) -> None:
    """Silence is an answer too: who did not react in time is passed over, and the round is due to be looked at."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        for ask in await asks.lapsed_in_rounds(tx, now):
            if ask.round is not None and await asks.answer(tx, ask.id, AskState.EXPIRED):
                await rounds.look_again(tx, ask.round, now)
