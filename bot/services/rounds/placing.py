"""After the draw: late members, members freed by a rescue, and those the draw could not place get a partner.

First they are matched with each other. Who is left over and had a partner who could not make it is helped by somebody
on call, if one says yes; at the nudge everybody still waiting joins a pair as a third, if the rules allow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.acts import act_of
from bot.services.rounds import intentions, people
from bot.services.rounds.drawing import paired, seat
from bot.services.tools import Tools
from domain import rounds as rule
from domain.errors import AskAnswered, NotYours
from domain.model import (
    ActKind,
    Ask,
    AskId,
    AskState,
    Member,
    MemberId,
    Pairing,
    PairingKind,
    PairingState,
    Place,
    Round,
    RoundId,
    RoundState,
    Signup,
)
from domain.pairing import Group, History, Participant, Reason, allowed, draw, third_for
from storage import acts, asks, members, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx

UNDER_REVIEW = (RoundState.RUNNING, RoundState.NUDGED)


@dataclass(frozen=True, slots=True)
class Waiting:
    round: Round
    signups: dict[MemberId, Signup]
    members: dict[MemberId, Member]
    present: list[Participant]
    history: History


async def place_waiting(tools: Tools, round_id: RoundId) -> None:
    """Give everybody who waits in a round a partner, as far as there is one now.

    Safe to call at any time and twice at once: whoever has been placed meanwhile is left alone.
    """
    now = tools.clock.now()
    while True:
        async with tools.db.read() as tx:
            waiting = await _waiting(tx, round_id, now)
        if waiting is None:
            return
        drawn = await tools.compute(draw, waiting.present, waiting.history, waiting.round.number, waiting.round.seed)
        async with tools.db.write() as tx:
            await rounds.hold(tx, round_id)
            if await _waiting(tx, round_id, now) != waiting:
                continue
            for group in drawn.groups:
                await _pair(tx, waiting, group, now)
            for left in drawn.left_out:
                await _help_alone(tx, waiting, MemberId(left.id), left.why.value, now)
        tools.wake()
        return


async def _waiting(tx: Tx, round_id: RoundId, now: datetime) -> Waiting | None:
    """Everybody who waits for a partner now; None if nobody does."""
    a_round = await rounds.get(tx, round_id)
    if a_round is None or a_round.state not in UNDER_REVIEW:
        return None
    signed_up = {one.member: one for one in await signups.of_round(tx, round_id, place=Place.WAITING)}
    found = {key: one for key, one in (await members.by_ids(tx, set(signed_up))).items() if one.present(now)}
    if not found:
        return None
    return Waiting(
        a_round,
        {key: signed_up[key] for key in found},
        found,
        await people.who(tx, a_round.community, found.values()),
        await people.history(tx, a_round, now),
    )


async def _pair(tx: Tx, waiting: Waiting, group: Group, now: datetime) -> None:
    ids = [MemberId(one) for one in group.members]
    freed = any(waiting.signups[one].freed for one in ids)
    await signups.place(tx, waiting.round.id, ids, Place.PLACED, was=Place.WAITING)
    await seat(
        tx,
        waiting.round,
        PairingKind.RESCUE if freed else PairingKind.LATE,
        group,
        waiting.members,
        now,
    )


async def _help_alone(tx: Tx, waiting: Waiting, alone: MemberId, why: str, now: datetime) -> None:
    """Somebody nobody who waits can meet: ask for help, seat them as a third, or let them wait on."""
    a_round = waiting.round
    after_nudge = a_round.state is RoundState.NUDGED
    signup = waiting.signups[alone]
    if signup.freed and await _ask_on_call(tx, waiting, alone, now):
        return
    if not (signup.freed or after_nudge):
        return
    if await _join_as_third(tx, waiting, alone, now):
        return
    if after_nudge:
        why = "no_helper" if signup.freed else why
        told = bool(await signups.why_not(tx, a_round.id, alone))
        await signups.place(tx, a_round.id, [alone], Place.LEFT_OUT, was=Place.WAITING, why_not=why)
        await acts.record(
            tx,
            act_of(waiting.members[alone], ActKind.LEFT_OUT, now, str(a_round.id), a_round=a_round.id),
        )
        if not told:
            note = intentions.notice(waiting.members[alone], a_round.id, "left_out", why)
            await outbox.add(tx, now, note)


async def _join_as_third(tx: Tx, waiting: Waiting, alone: MemberId, now: datetime) -> bool:
    """Seat somebody with an open pair that has not come to an end; False if no pair may take them."""
    pairs = await _open_pairs(tx, waiting.round)
    person = next(one for one in waiting.present if one.id == alone)
    seated = {one.id: one.member for pair in pairs for one in pair.seated}
    known = {one.id: one for one in await people.who(tx, waiting.round.community, seated.values())}
    groups = [tuple(known[one.id] for one in pair.seated) for pair in pairs]
    at = third_for(person, groups, waiting.history, waiting.round.number, waiting.round.seed)
    if at is None:
        return False
    await _seat_third(tx, waiting, pairs[at], alone, now)
    return True


async def _open_pairs(tx: Tx, a_round: Round) -> list[Pairing]:
    """Pairs of two in which somebody still owes something."""
    given = await reviews.of_round(tx, a_round.id)
    return [
        pair
        for pair in await pairings.of_round(tx, a_round.id)
        if pair.state is PairingState.OPEN and len(pair.seated) == 2 and rule.owed(pair, given)
    ]


async def _seat_third(tx: Tx, waiting: Waiting, pair: Pairing, alone: MemberId, now: datetime) -> None:
    newcomer = waiting.members[alone]
    await signups.place(tx, waiting.round.id, [alone], Place.PLACED, was=Place.WAITING)
    if await pairings.join(tx, pair, alone, now):
        together = [newcomer, *(one.member for one in pair.seated)]
        log = paired(waiting.round, pair.id, together, now)
        await acts.record(tx, *(act for act in log if alone in {act.member, act.other_member}))
        await outbox.add(tx, now, *intentions.joined(pair, alone))


async def _ask_on_call(tx: Tx, waiting: Waiting, alone: MemberId, now: datetime) -> bool:
    """Ask the next suitable member on call, by fair turn and quota. True while somebody has been asked."""
    a_round = waiting.round
    asked = await asks.for_member(tx, a_round.id, alone)
    if any(one.state is AskState.OPEN for one in asked):
        return True
    if any(one.state is AskState.TAKEN for one in asked) or a_round.closes_at - now < rule.ASK_LASTS:
        return False
    suitable = await _on_call(tx, waiting, alone, {one.member for one in asked} | {alone}, now)
    recently = await asks.since(tx, a_round.community, now - timedelta(days=90))
    for member in rule.whom_to_ask(suitable, recently, now):
        new = await asks.add(
            tx,
            a_round.community,
            a_round.id,
            member=member,
            for_member=alone,
            now=now,
            expires_at=now + rule.ASK_LASTS,
        )
        if new is not None:
            ask = await asks.get(tx, new)
            assert ask is not None
            await acts.record(tx, act_of(suitable[member], ActKind.ASKED, now, str(new), a_round=a_round.id))
            await outbox.add(tx, now, intentions.ask(ask))
            return True
    return False


async def _on_call(
    tx: Tx, waiting: Waiting, alone: MemberId, without: set[MemberId], now: datetime
) -> dict[MemberId, Member]:
    """Members on call who may meet this one and have not sat with them this round."""
    sat_together = {
        one.id for pairing in await pairings.of_member(tx, waiting.round.id, alone) for one in pairing.members
    }
    willing = {
        one.id: one
        for one in await members.active(tx, waiting.round.community)
        if one.on_call and one.present(now) and one.id not in without | sat_together
    }
    person = next(one for one in waiting.present if one.id == alone)
    able = await people.who(tx, waiting.round.community, willing.values())
    return {MemberId(one.id): willing[MemberId(one.id)] for one in able if allowed(person, one)}


async def take_ask(tools: Tools, member: Member, ask_id: AskId) -> None:
    """Somebody on call says yes: they are paired with the one who waits, as a reviewer.

    Raises AskAnswered if help was found meanwhile, NotYours if somebody else was asked.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        ask, a_round = await _own_ask(tx, member, ask_id)
        if not await asks.answer(tx, ask.id, AskState.TAKEN):
            raise AskAnswered
        moved = await signups.place(tx, a_round.id, [ask.for_member], Place.PLACED, was=Place.WAITING)
        if not moved or a_round.state not in UNDER_REVIEW:
            raise AskAnswered
        await _seat_helper(tx, a_round, member, ask, now)
        await acts.record(tx, act_of(member, ActKind.ASK_TAKEN, now, str(ask.id), a_round=a_round.id))
    tools.wake()


async def _seat_helper(tx: Tx, a_round: Round, helper: Member, ask: Ask, now: datetime) -> None:
    maker = await members.by_id(tx, ask.for_member)
    if maker is None:
        raise AskAnswered
    reason = await _reason(tx, a_round, maker, helper, now)
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


async def _reason(tx: Tx, a_round: Round, one: Member, other: Member, now: datetime) -> Reason:
    """The facts of a pair that was not drawn but agreed to."""
    both = await people.who(tx, a_round.community, [one, other])
    drawn = draw(both, await people.history(tx, a_round, now), a_round.number, a_round.seed)
    return drawn.groups[0].reason if drawn.groups else Reason(0, None, (), 0)


async def pass_ask(tools: Tools, member: Member, ask_id: AskId) -> None:
    """Somebody on call cannot: the next one is asked. Raises AskAnswered, NotYours."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        ask, a_round = await _own_ask(tx, member, ask_id)
        if not await asks.answer(tx, ask.id, AskState.PASSED):
            raise AskAnswered
        await acts.record(tx, act_of(member, ActKind.ASK_PASSED, now, str(ask.id), a_round=a_round.id))
    await place_waiting(tools, a_round.id)


async def _own_ask(tx: Tx, member: Member, ask_id: AskId) -> tuple[Ask, Round]:
    ask = await asks.get(tx, ask_id)
    a_round = await rounds.hold(tx, ask.round) if ask else None
    if ask is None or a_round is None:
        raise AskAnswered
    if ask.member != member.id:
        raise NotYours
    return ask, a_round


async def pass_on_lapsed(tools: Tools) -> None:
    """Silence is an answer too: who did not react in time is passed over, and the next one is asked."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        silent = await asks.lapsed(tx, now)
        moved = [ask for ask in silent if await asks.answer(tx, ask.id, AskState.EXPIRED)]
    for round_id in dict.fromkeys(ask.round for ask in moved):
        await place_waiting(tools, round_id)
