"""What is due in rounds: read from the database, and one community's trouble is not another's."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.services.rounds import intentions
from bot.services.rounds.asking import pass_on_lapsed
from bot.services.rounds.closing import close_round, nudge_round, skip_round
from bot.services.rounds.drawing import draw_round
from bot.services.rounds.opening import open_round
from bot.services.rounds.placing import place_waiting
from bot.services.tools import Tools
from domain import rounds as rule
from domain.model import RoundId
from storage import rounds

STANDSTILL = "standstill"
AT_ONCE = 16  # communities: while one waits for Discord to say who is there, others go on
PATIENCE = timedelta(minutes=1)  # before a step that failed is tried again

log = structlog.get_logger(__name__)


async def run_due(tools: Tools) -> None:
    """Take every step that is due now. A step that fails is logged and tried again at the next look."""
    await pass_on_lapsed(tools)
    async with tools.db.read() as tx:
        waiting = await rounds.due(tx, tools.clock.now(), tools.shards)
    at_once = asyncio.Semaphore(AT_ONCE)

    async def supervised(round_id: RoundId) -> None:
        async with at_once:
            try:
                await take_step(tools, round_id)
            except Exception:  # the supervisor of steps: the other communities' rounds must go on
                log.exception("round.step_failed", round=round_id)
                async with tools.db.write() as tx:
                    await rounds.put_off(tx, round_id, tools.clock.now() + PATIENCE)

    async with asyncio.TaskGroup() as group:
        for round_id in waiting:
            group.create_task(supervised(round_id), name=f"round {round_id}")


async def take_step(tools: Tools, round_id: RoundId) -> None:
    """Take the step that is due in one round, unless another process is at it."""
    now = tools.clock.now()
    draws = False
    async with tools.db.write() as tx:
        a_round = await rounds.claim(tx, round_id, now)
        if a_round is None:
            return
        match rule.next_step(a_round, now):
            case rule.Step.OPEN:
                await open_round(tx, tools, a_round, now)
            case rule.Step.SKIP:
                message = intentions.skipped(a_round, STANDSTILL)
                await skip_round(tx, tools, a_round, STANDSTILL, message, now)
            case rule.Step.DRAW:
                draws = True
            case rule.Step.NUDGE:
                await nudge_round(tx, tools, a_round, now, remind=True)
            case rule.Step.GO_ON:
                await nudge_round(tx, tools, a_round, now, remind=False)
            case rule.Step.CLOSE:
                await close_round(tx, tools, a_round, now)
            case None:
                pass  # somebody waits for a partner
    if draws:
        await draw_round(tools, round_id)
    await help_waiting(tools, round_id)
    tools.wake()


async def help_waiting(tools: Tools, round_id: RoundId) -> None:
    """Late members may have come while it was drawn, and the nudge frees people. Then the next step is what is due."""
    await place_waiting(tools, round_id)
    now = tools.clock.now()
    async with tools.db.write() as tx:
        a_round = await rounds.claim(tx, round_id, now)
        if a_round is not None and rule.next_step(a_round, now) is None:
            await rounds.wait_until(tx, a_round, rule.due_at(a_round))
