""" "I'm in" and "Not this week": a member answers a round, with a brief and maybe a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from bot.services.rounds.placing import place_waiting
from bot.services.tools import Tools
from domain.errors import NotSignedUp, OnPause, PairedAlready, RoundOver, SignUpOver
from domain.model import (
    ActKind,
    Attachment,
    Brief,
    Member,
    Place,
    Round,
    RoundId,
    RoundState,
    Signup,
    SignupState,
)
from storage import acts, members, outbox, pairings, rounds, signups
from storage.engine import Tx

# What fits into one message of Discord's, with room for the words around it.
LARGEST_FILE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SignedUp:
    round: Round
    signup: Signup
    late: bool


async def form_for(tools: Tools, member: Member, round_id: RoundId) -> tuple[Round, Brief | None]:
    """What the brief's form opens with: what was written before, also for a round in which it reached nobody.

    Raises RoundOver or SignUpOver when it is too late, OnPause while the member's pause lasts.
    """
    now = tools.clock.now()
    async with tools.db.read() as tx:
        a_round = _still_open(await rounds.get(tx, round_id), member, now)
        signup = await signups.get(tx, round_id, member.id)
        brief = signup.brief if signup and signup.brief else await signups.last_brief(tx, member.id)
    _no_pause(member, now)
    return a_round, brief


async def sign_up(tools: Tools, member: Member, round_id: RoundId, brief: Brief | None = None) -> SignedUp:
    """Put a member in, or give their brief other words. After the draw, until the nudge, they wait for a partner.

    Raises RoundOver, SignUpOver, OnPause.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        a_round = _still_open(await rounds.hold(tx, round_id), member, now)
        current = await members.by_id(tx, member.id)
        _no_pause(current or member, now)
        late = a_round.state is not RoundState.OPEN
        before = await signups.get(tx, round_id, member.id)
        # Whoever is in the draw that is being worked out stays in it.
        drawn_now = a_round.state is RoundState.DRAWING and before is not None and before.state is SignupState.IN
        if not drawn_now:
            await signups.answer(tx, member.community, round_id, member.id, SignupState.IN, now, late=late)
        signup = await signups.get(tx, round_id, member.id)
        assert signup is not None
        if brief:
            await signups.set_brief(tx, signup.id, brief)
            await _bring_to_thread(tx, signup, member, now)
        if signup.place is Place.WAITING:
            await rounds.look_again(tx, round_id, now)
        await acts.record(tx, act_of(member, ActKind.ROUND_IN, now, str(round_id), a_round=round_id))
        await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)
    tools.wake()
    if signup.place is Place.WAITING:
        await place_waiting(tools, round_id)
    return SignedUp(a_round, signup, late)


async def attach(tools: Tools, member: Member, round_id: RoundId, file: Attachment) -> None:
    """Keep a file with somebody's brief until the round is over; a newer one takes its place.

    Raises RoundOver, SignUpOver, and NotSignedUp for who is not in.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        _still_open(await rounds.hold(tx, round_id), member, now)
        signup = await signups.get(tx, round_id, member.id)
        if signup is None or signup.state is not SignupState.IN:
            raise NotSignedUp
        await signups.set_file(tx, signup.id, file)
        await _bring_to_thread(tx, signup, member, now)
    tools.wake()


async def sit_out(tools: Tools, member: Member, round_id: RoundId) -> Round:
    """Not this week. Raises RoundOver, or PairedAlready for who has a partner waiting in a thread."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        a_round = _still_open(await rounds.hold(tx, round_id), member, now)
        signup = await signups.get(tx, round_id, member.id)
        if signup is not None and signup.place is Place.PLACED:
            raise PairedAlready
        await signups.answer(tx, member.community, round_id, member.id, SignupState.OUT, now)
        await acts.record(tx, act_of(member, ActKind.ROUND_OUT, now, str(round_id), a_round=round_id))
        await outbox.rearm(tx, now, intentions.count(a_round), intentions.COUNT_GAP)
    tools.wake()
    return a_round


def _still_open(a_round: Round | None, member: Member, now: datetime) -> Round:
    # A round of another community is none of theirs, whatever the button says.
    if a_round is None or a_round.community != member.community:
        raise RoundOver
    if a_round.state in {RoundState.CLOSED, RoundState.SKIPPED, RoundState.SCHEDULED}:
        raise RoundOver
    if now >= a_round.nudges_at:
        raise SignUpOver
    return a_round


def _no_pause(member: Member, now: datetime) -> None:
    if member.paused_until is not None and member.paused_until > now:
        raise OnPause


async def _bring_to_thread(tx: Tx, signup: Signup, member: Member, now: datetime) -> None:
    """The first message of the thread stands already, or soon will: post brief and file after it."""
    if signup.place is not Place.PLACED:
        return
    for pairing in await pairings.of_member(tx, signup.round, member.id):
        seat = pairing.seat_of(member.id)
        if seat in pairing.seated:
            version = int(now.timestamp())
            await outbox.add(tx, now, intentions.brief(pairing, member.id, version))
