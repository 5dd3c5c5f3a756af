"""Somebody can't make it, or is gone: the others are told, and whoever is left alone gets another partner."""

from __future__ import annotations

from bot.services.acts import act_of
from bot.services.rounds import asking
from bot.services.rounds.departure import depart, step_out, withdraw
from bot.services.rounds.placing import UNDER_REVIEW, place_waiting
from bot.services.tools import Tools
from domain import rounds as rule
from domain.errors import NothingToReview, NotInThisPairing, RoundOver
from domain.model import ActKind, AskId, CommunityId, Member, MemberId, Pairing, PairingId, PairingState, Seat
from storage import acts, members, pairings, reviews, rounds


async def cannot(tools: Tools, member: Member, pairing_id: PairingId) -> Pairing:
    """Say "I can't make it": their part in the round is over. Twice counts once.

    Raises NotInThisPairing, RoundOver once the round is over, or NothingToReview if all has been given and got.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        pairing = await pairings.get(tx, pairing_id)
        if pairing is None or pairing.seat_of(member.id) is None:
            raise NotInThisPairing
        a_round = await rounds.hold(tx, pairing.round)
        if a_round is None or a_round.state not in UNDER_REVIEW:
            raise RoundOver
        seat, given = pairing.seat_of(member.id), await reviews.of_pairing(tx, pairing.id)
        seated = seat is not None and seat.seat is Seat.IN and pairing.state is PairingState.OPEN
        if seated and not any(member.id in {one.reviewer, one.maker} for one in rule.owed(pairing, given)):
            raise NothingToReview
        for one in await pairings.of_member(tx, pairing.round, member.id):
            await step_out(tx, a_round, one, member, now)
        await withdraw(tx, a_round, member, now)
        log = act_of(member, ActKind.CANNOT, now, str(pairing.id), a_round=pairing.round)
        await acts.record(tx, log)
    await place_waiting(tools, pairing.round)
    tools.wake()
    return pairing


async def pass_ask(tools: Tools, member: Member, ask_id: AskId) -> None:
    """Somebody on call cannot: the next one is asked. Raises AskAnswered, NotYours."""
    await place_waiting(tools, await asking.pass_ask(tools, member, ask_id))


async def help_waiting(tools: Tools, community: CommunityId) -> None:
    """Find partners for whoever waits in the round that is under way."""
    async with tools.db.read() as tx:
        a_round = await rounds.under_way(tx, community)
    if a_round is not None:
        await place_waiting(tools, a_round.id)


async def left_server(tools: Tools, member_id: MemberId) -> None:
    """Discord says that somebody is not in the server any more."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        member = await members.by_id(tx, member_id)
        if member is None:
            return
        await depart(tx, member, now)
    await help_waiting(tools, member.community)
    tools.wake()
