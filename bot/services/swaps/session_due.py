"""What falls due in sessions: a reminder, the question how long it took, and an end to what nobody speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.outcomes import Arrival, Refusal
from bot.services.swaps import session_intentions as intentions
from bot.services.swaps.changing import AT_ONCE, record
from bot.services.swaps.session_intentions import Said
from bot.services.tools import Tools
from domain import legs as rule
from domain.legs import OPEN_WORD
from domain.legs_due import Step, next_step
from domain.legs_time import changing_places
from domain.model import Intention, Leg, LegId, LegState, MemberId, MemberState, NewIntention, SwapId
from storage import legs, outbox
from storage.engine import Tx

PATIENCE = timedelta(minutes=1)  # before a step that failed is tried again

log = structlog.get_logger(__name__)


async def run_sessions(tools: Tools) -> None:
    """Take every step that is due now. One that fails is logged and tried again later; the others go on."""
    async with tools.db.read() as tx:
        waiting = {*await legs.deserted(tx, tools.shards), *await legs.due(tx, tools.clock.now(), tools.shards)}
    done = False
    for swap in sorted(waiting):
        try:
            done |= await take_steps(tools, swap)
        except Exception:  # the supervisor of steps: the other swaps must go on
            log.exception("session.step_failed", swap=swap)
            async with tools.db.write() as tx:
                await legs.put_off(tx, swap, tools.clock.now() + PATIENCE)
    if done:
        tools.wake()


async def take_steps(tools: Tools, swap: SwapId) -> bool:
    """Take the steps that are due in the sessions of one swap; False if another process is at it."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        if not await legs.claim(tx, swap):
            return False
        theirs = await legs.of_swap(tx, swap)
        for leg in theirs:
            other = changing_places(leg, theirs)
            if leg.state is LegState.AGREED and (gone := _gone(leg)) is not None:
                told = _once(leg, other, Said.GONE, by=gone)
                await record(tx, leg, rule.cancelled(leg, None, now), now, *told)
            else:
                await _step(tx, leg, other, now)
        await legs.settle_swap(tx, swap)
    return True


def _gone(leg: Leg) -> MemberId | None:
    return next((one.id for one in (leg.teacher, leg.learner) if one.state is not MemberState.ACTIVE), None)


async def _step(tx: Tx, leg: Leg, other: Leg | None, now: datetime) -> None:
    """`other`: the session in which the same two change places."""
    step = next_step(leg, now)
    along = other if other is not None and next_step(other, now) is step else None
    match step:
        case Step.REMIND:
            await record(tx, leg, rule.reminded(leg, now), now, *_once(leg, along, Said.REMIND))
        case Step.ASK:
            await record(tx, leg, rule.reminded(leg, now), now, intentions.say(leg, Said.ASK))
        case Step.GIVE_UP:
            await record(tx, leg, rule.cancelled(leg, None, now), now, *_once(leg, along, Said.GIVEN_UP))
        case Step.LAPSE:
            await record(tx, leg, rule.lapsed(leg, now), now, intentions.say(leg, Said.LAPSED))
        case Step.AGAIN:
            await record(tx, leg, rule.asked(leg, now), now)
            # Never asked yet: then it is still on its way.
            await outbox.rearm(tx, now, intentions.say(leg, intentions.QUESTIONS[leg.state]), AT_ONCE)
        case None:
            pass


def _once(leg: Leg, along: Leg | None, what: Said, *, by: MemberId | None = None) -> Sequence[NewIntention]:
    """What is the same for two sessions in which two people change places is said in one message."""
    if along is not None and along.id < leg.id:
        return []
    return [intentions.say(leg, what, by=by, along=along)]


# What came of what was said


async def _said(tx: Tx, intention: Intention, _ids: Mapping[str, int], now: datetime) -> None:
    """The question has reached whoever is to answer it: from now on their seven days count."""
    if intention.args["what"] not in intentions.QUESTIONS.values():
        return
    leg = await legs.hold(tx, LegId(int(intention.args["leg"])))
    if leg is None or leg.state not in OPEN_WORD or leg.words != intention.args["word"] or leg.asked_at is not None:
        return
    await legs.save(tx, leg, rule.asked(leg, now))
    await legs.settle_swap(tx, leg.swap)


async def _managers_asked(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    leg = await legs.hold(tx, LegId(int(intention.args["leg"])))
    if leg is not None and leg.words == intention.args["word"]:
        await legs.set_question(tx, leg.id, ids["message"])


async def _event_made(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await legs.set_event(tx, LegId(int(intention.args["leg"])), ids.get("event"))


SESSION_ARRIVALS: dict[str, Arrival] = {
    "session.say": _said,
    "session.manager": _managers_asked,
    "session.event": _event_made,
}
SESSION_REFUSALS: dict[str, Refusal] = {}
SESSION_DUE = (run_sessions,)
SESSION_NEXT = (legs.next_due,)
