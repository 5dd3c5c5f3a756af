"""What falls due in sessions, in a real database: reminders, questions that reach nobody, standstills, pauses."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from bot.services import members
from bot.services.swaps import session_due, sessions
from domain.errors import (
    SessionOver,
)
from domain.model import LegState, SwapState
from storage.engine import Database
from storage.tables import legs as legs_table
from tests.services.lessons import DAY, HOUR, Lessons, leaves


async def test_without_a_word_there_is_one_reminder_and_then_an_end(db: Database) -> None:
    made = await Lessons.start(db)
    _, _, leg = await made.pair()
    await made.wait(6 * DAY)
    assert await made.said() == []
    await made.wait(2 * DAY)
    assert await made.said() == ["remind"]
    await made.wait(21 * DAY)
    assert await made.said() == ["remind"]
    await made.wait(DAY)
    assert await made.said() == ["remind", "given_up"]
    ended = await made.now_is(leg.id)
    assert (ended.state, ended.ended_by) == (LegState.CANCELLED, None)
    assert await made.want(leg) == ("open", False)
    assert (await made.swap(leg.swap)).state is SwapState.OVER


async def test_after_an_agreed_time_the_teacher_is_asked(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    agreed = await made.set_time(ada, bert, leg)
    assert agreed.starts_at is not None
    await made.until(agreed.starts_at + 2 * HOUR)
    assert await made.said() == ["named", "agreed"]
    await made.until(agreed.starts_at + 4 * DAY)
    assert await made.said() == ["named", "agreed", "ask"]


async def test_unconfirmed_after_seven_days_stays_so_and_never_counts(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    await made.wait(7 * DAY)
    assert (await made.now_is(leg.id)).state is LegState.UNCONFIRMED
    with pytest.raises(SessionOver):
        await sessions.confirm(made.tools, bert, leg.id, said.words)
    with pytest.raises(SessionOver):
        await sessions.enter(made.tools, bert, leg.id, 60)
    assert await made.transfers() == []
    assert await made.log("session.exchanged") == []


async def test_a_machine_that_was_off_for_long_reminds_before_it_gives_up(db: Database) -> None:
    made = await Lessons.start(db)
    _, _, leg = await made.pair()
    made.cluster.clock.at += 40 * DAY
    await made.until(made.now)
    assert await made.said() == ["remind"]
    await made.wait(7 * DAY)
    assert await made.said() == ["remind", "given_up"]
    assert (await made.now_is(leg.id)).state is LegState.CANCELLED


async def test_after_a_standstill_whoever_could_not_answer_is_asked_once_more(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    await made.until(made.now)
    made.cluster.clock.at += 8 * DAY  # the machine is off
    await made.until(made.now)
    assert await made.said() == ["entered"]
    assert (await made.now_is(leg.id)).state is LegState.REPORTED
    assert await made.pending() == [], "it was said once more"
    await made.wait(6 * DAY)
    assert (await sessions.confirm(made.tools, bert, leg.id, said.words)).settled == 60


async def test_after_a_standstill_too_it_ends_some_day(db: Database) -> None:
    made = await Lessons.start(db)
    ada, _, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await made.until(made.now)
    made.cluster.clock.at += 8 * DAY
    await made.wait(7 * DAY)
    assert (await made.now_is(leg.id)).state is LegState.UNCONFIRMED


async def test_days_on_which_the_question_could_not_be_put_do_not_count(db: Database) -> None:
    made = await Lessons.start(db)
    ada, _, leg = await made.pair()
    made.discord_works = False
    await sessions.enter(made.tools, ada, leg.id, 60)
    await made.wait(9 * DAY)
    assert (await made.now_is(leg.id)).state is LegState.REPORTED
    made.discord_works = True
    await made.wait(7 * DAY - HOUR)
    assert (await made.now_is(leg.id)).state is LegState.REPORTED
    await made.wait(HOUR)
    assert (await made.now_is(leg.id)).state is LegState.UNCONFIRMED


async def test_a_pause_does_not_count_either(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    await members.pause(made.tools, await made.cluster.community(), bert, 2)
    await made.wait(20 * DAY)
    assert (await sessions.confirm(made.tools, bert, leg.id, said.words)).settled == 60


async def test_a_step_that_fails_holds_up_nothing_and_hurries_nobody(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    broken = (await made.agreed([(ada, bert, "sewing"), (bert, ada, "glazing")])).legs[1]
    await leaves(made, ada)
    async with db.write() as tx:
        await tx.execute(sa.update(legs_table).where(legs_table.c.id == broken.id).values(state="from the future"))
    looks: list[None] = []
    tools = replace(made.tools, wake=lambda: looks.append(None))
    await session_due.run_sessions(tools)
    assert (await made.now_is(leg.id)).state is LegState.CANCELLED
    assert len(looks) == 1
    await session_due.run_sessions(tools)
    assert len(looks) == 1, "nothing was done, so there is nothing to look at again at once"
