"""After the draw: late members, members freed by a rescue, and those the draw could not place get a partner.

First they are matched with each other. Who is left over and had a partner who could not make it is helped by somebody
on call, if one says yes; at the nudge everybody still waiting joins a pair as a third, if the rules allow it. Until the
round closes, whoever waits is matched as soon as somebody else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.rounds import intentions, people
from bot.services.rounds.asking import ask_on_call
from bot.services.rounds.drawing import paired, seat
from bot.services.tools import Tools
from domain import rounds as rule
from domain.model import Member, MemberId, Pairing, PairingKind, PairingState, Place, Round, RoundId, RoundState, Signup
from domain.pairing import Group, Participant
from domain.placing import OpenPair, place
from storage import acts, members, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx

UNDER_REVIEW = (RoundState.RUNNING, RoundState.NUDGED)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everybody who waits in a round, and the pairs that could take in a third."""

    round: Round
    signups: dict[MemberId, Signup]
    members: dict[MemberId, Member]
    present: list[Participant]
    pairs: list[Pairing]
    open_pairs: list[OpenPair]


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
            past = await people.history(tx, waiting.round, now)
        found = await tools.compute(
            place, waiting.present, waiting.open_pairs, past, waiting.round.number, waiting.round.seed
        )
        async with tools.db.write() as tx:
            await rounds.hold(tx, round_id)
            if await _waiting(tx, round_id, now) != waiting:
                continue
            for group in found.groups:
                await _pair(tx, waiting, group, now)
            thirds = {MemberId(one): waiting.pairs[at] for one, at in found.thirds}
            for one in found.alone:
                await _help_alone(tx, waiting, MemberId(one), thirds.get(MemberId(one)), now)
        tools.wake()
        return


async def _waiting(tx: Tx, round_id: RoundId, now: datetime) -> Waiting | None:
    """Everybody who waits for a partner now; None if nobody does, or too little of the round is left."""
    a_round = await rounds.get(tx, round_id)
    if a_round is None or a_round.state not in UNDER_REVIEW or a_round.closes_at - now < rule.LEAST_REVIEW:
        return None
    signed_up = {one.member: one for one in await signups.of_round(tx, round_id, place=Place.WAITING)}
    found = {key: one for key, one in (await members.by_ids(tx, set(signed_up))).items() if one.present(now)}
    if not found:
        return None
    pairs = await _with_room(tx, a_round)
    seated = {one.id: one.member for pair in pairs for one in pair.seated}
    known = {one.id: one for one in await people.who(tx, a_round.community, [*found.values(), *seated.values()])}
    return Waiting(
        a_round,
        {key: signed_up[key] for key in found},
        found,
        [known[one] for one in sorted(found)],
        pairs,
        [
            OpenPair(tuple(known[one.id] for one in pair.seated), frozenset(one.id for one in pair.members))
            for pair in pairs
        ],
    )


async def _with_room(tx: Tx, a_round: Round) -> list[Pairing]:
    """Pairs of two who both show work and of whom somebody still owes something."""
    given = await reviews.of_round(tx, a_round.id)
    return [
        pair
        for pair in await pairings.of_round(tx, a_round.id)
        if pair.state is PairingState.OPEN
        and len(pair.seated) == 2
        and all(one.shows for one in pair.seated)
        and rule.owed(pair, given)
    ]


async def _pair(tx: Tx, waiting: Waiting, group: Group, now: datetime) -> None:
    ids = [MemberId(one) for one in group.members]
    freed = any(waiting.signups[one].freed for one in ids)
    await signups.place(tx, waiting.round.id, ids, Place.PLACED, was=Place.WAITING)
    kind = PairingKind.RESCUE if freed else PairingKind.LATE
    await seat(tx, waiting.round, kind, group, waiting.members, now)


async def _help_alone(tx: Tx, waiting: Waiting, alone: MemberId, third_in: Pairing | None, now: datetime) -> None:
    """Somebody nobody who waits can meet: ask for help, seat them as a third, or let them wait on."""
    a_round, signup = waiting.round, waiting.signups[alone]
    person = next(one for one in waiting.present if one.id == alone)
    if signup.freed and await ask_on_call(tx, a_round, person, now):
        return
    after_nudge = a_round.state is RoundState.NUDGED
    if third_in is not None and (signup.freed or after_nudge):
        await _seat_third(tx, waiting, third_in, alone, now)
    elif after_nudge:
        # Said once; they wait on, for somebody else's partner may drop out.
        why = await signups.why_not(tx, a_round.id, alone)
        if not why:
            why = "no_helper" if signup.freed else "late"
            await signups.place(tx, a_round.id, [alone], Place.WAITING, was=Place.WAITING, why_not=why)
            await outbox.add(tx, now, intentions.notice(waiting.members[alone], a_round.id, "left_out", why))


async def _seat_third(tx: Tx, waiting: Waiting, pair: Pairing, alone: MemberId, now: datetime) -> None:
    if not await pairings.join(tx, pair, alone, now):
        return
    await signups.place(tx, waiting.round.id, [alone], Place.PLACED, was=Place.WAITING)
    together = [waiting.members[alone], *(one.member for one in pair.seated)]
    log = paired(waiting.round, pair.id, together, now)
    await acts.record(tx, *(act for act in log if alone in {act.member, act.other_member}))
    await outbox.add(tx, now, *intentions.joined(pair, alone))
