"""Somebody on call answers an ask: *I'll take it*, *Pass*, or nothing."""

from __future__ import annotations

from bot.services.acts import act_of
from bot.services.tools import Tools
from domain.asking import ASK_LASTS
from domain.errors import AskAnswered, NotYours
from domain.model import ActKind, Ask, AskId, AskState, Member, Showing, ShowingState
from storage import acts, asks, showings
from storage.engine import Tx


async def take(tools: Tools, member: Member, ask_id: AskId) -> Showing:
    """Somebody on call says yes: for as long as an ask lasts, nobody else is asked.

    Raises AskAnswered if the showing needs nobody any more or they had answered, NotYours for anybody else.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        ask, showing = await _own_ask(tx, member, ask_id)
        await asks.answer(tx, ask.id, AskState.TAKEN, until=now + ASK_LASTS)
        await showings.look_at(tx, [showing.id], now + ASK_LASTS)
        await acts.record(tx, act_of(member, ActKind.ASK_TAKEN, now, str(ask.id), showing=showing.id))
    tools.wake()
    return showing


async def pass_on(tools: Tools, member: Member, ask_id: AskId) -> None:
    """Somebody on call cannot: the next one is asked. Raises AskAnswered, NotYours."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        ask, showing = await _own_ask(tx, member, ask_id)
        await asks.answer(tx, ask.id, AskState.PASSED)
        await showings.look_at(tx, [showing.id], now)
        await acts.record(tx, act_of(member, ActKind.ASK_PASSED, now, str(ask.id), showing=showing.id))
    tools.wake()


async def _own_ask(tx: Tx, member: Member, ask_id: AskId) -> tuple[Ask, Showing]:
    """An open ask of this member, and its showing, which nobody has answered; nobody else changes them."""
    found = await asks.get(tx, ask_id)
    if found is None or found.showing is None:
        raise AskAnswered
    if found.member != member.id:
        raise NotYours
    showing = await showings.hold(tx, found.showing)
    ask = await asks.get(tx, ask_id)
    if showing is None or not needs_help(showing) or ask is None or ask.state is not AskState.OPEN:
        raise AskAnswered
    return ask, showing


def needs_help(showing: Showing) -> bool:
    return showing.state is ShowingState.OPEN and showing.answered_at is None


async def pass_on_lapsed(tools: Tools) -> None:
    """Silence is an answer too, and so is leaving or going on pause: the next one is to be asked."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        lapsed = {one.id: one for one in [*await asks.lapsed_for_showings(tx, now), *await asks.of_absent(tx)]}
    if not lapsed:
        return
    async with tools.db.write() as tx:
        held = await showings.hold_all(tx, {one.showing for one in lapsed.values() if one.showing is not None})
        unhelped = {one.id for one in held if needs_help(one)}
        for ask in lapsed.values():
            if await asks.answer(tx, ask.id, AskState.EXPIRED) and ask.showing in unhelped:
                await showings.look_at(tx, [ask.showing], now)
