"""Two who remember a session differently: they agree, or a manager decides; and corrections afterwards."""

from __future__ import annotations

import pytest

from bot.services import communities, members
from bot.services.swaps import disputes, sessions
from domain.errors import (
    DecidedOnce,
    NothingToDecide,
    PersonError,
    WithAManager,
)
from domain.model import LegState, SwapState
from storage import communities as stored_communities
from storage.engine import Database
from tests.services.lessons import DAY, Lessons


async def test_two_who_disagree_alternate_and_then_agree(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, bert, leg.id, 30)
    await sessions.enter(made.tools, ada, leg.id, 60)
    nearer = await sessions.enter(made.tools, bert, leg.id, 45)
    assert nearer.state is LegState.DISPUTED
    done = await sessions.confirm(made.tools, ada, leg.id, nearer.words)
    assert done.settled == 45
    assert await made.said() == ["entered", "disputed", "disputed", "confirmed"]
    assert await made.log("session.reported") == [(ada.id, bert.id, 30)]
    assert [row.minutes for row in await made.transfers("session")] == [45]


async def test_only_a_manager_settles_what_was_put_to_them_and_it_is_counted(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    asked = await disputes.ask_manager(made.tools, bert, leg.id)
    for deed in (
        sessions.enter(made.tools, bert, leg.id, 45),
        sessions.cancel(made.tools, bert, leg.id),
    ):
        with pytest.raises(WithAManager):
            await deed
    assert await made.said("session.manager") == ["session.manager"]
    with pytest.raises(NothingToDecide):
        await disputes.decide(made.tools, made.cluster.id, None, leg.id, asked.words - 1, 60)
    done = await disputes.decide(made.tools, made.cluster.id, None, leg.id, asked.words, 30)
    assert (done.state, done.settled) == (LegState.CONFIRMED, 30)
    with pytest.raises(NothingToDecide):
        await disputes.decide(made.tools, made.cluster.id, None, leg.id, asked.words, 60)
    async with db.read() as tx:
        assert await stored_communities.actions_required(tx, made.cluster.id, made.now - DAY) == 1
    assert await made.balance(ada) == 120 + 30


async def test_the_two_may_agree_after_all_and_spare_the_manager(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    asked = await disputes.ask_manager(made.tools, bert, leg.id)
    health = await communities.checked(made.tools, made.cluster.id, ())
    assert [one.id for one in health.disputes] == [leg.id]
    elsewhere = await Lessons.start(db, key=2)
    assert (await communities.checked(made.tools, elsewhere.cluster.id, ())).disputes == ()
    await made.until(made.now)
    assert (await made.now_is(leg.id)).question is not None
    done = await sessions.confirm(made.tools, bert, leg.id, asked.words)
    assert (done.settled, done.decided) == (60, False)
    assert await made.said("session.manager_spared") == ["session.manager_spared"]
    health = await communities.checked(made.tools, made.cluster.id, ())
    assert (health.disputes, health.required) == ((), 0)


async def test_a_manager_is_asked_once_about_a_session(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    asked = await disputes.ask_manager(made.tools, bert, leg.id)
    await disputes.decide(made.tools, made.cluster.id, None, leg.id, asked.words, 60)
    assert (await made.now_is(leg.id)).decided
    await sessions.enter(made.tools, bert, leg.id, 15)
    with pytest.raises(DecidedOnce):
        await disputes.ask_manager(made.tools, bert, leg.id)
    await made.wait(8 * DAY)
    stands = await made.now_is(leg.id)
    assert (stands.state, stands.settled, stands.decided) == (LegState.CONFIRMED, 60, True)


async def test_a_manager_may_say_that_it_did_not_happen(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 0)
    asked = await disputes.ask_manager(made.tools, ada, leg.id)
    done = await disputes.decide(made.tools, made.cluster.id, None, leg.id, asked.words, 0)
    assert done.state is LegState.CANCELLED
    assert await made.transfers() == []
    assert await made.log("session.exchanged") == []
    assert await made.want(leg) == ("open", False)


async def test_a_dispute_no_manager_decides_stays_unconfirmed(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    await disputes.ask_manager(made.tools, bert, leg.id)
    await made.wait(29 * DAY)
    assert (await made.now_is(leg.id)).state is LegState.ESCALATED
    await made.wait(DAY)
    assert (await made.now_is(leg.id)).state is LegState.UNCONFIRMED


# Corrections


async def test_a_correction_takes_the_old_time_back_and_writes_the_new(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    await made.wait(6 * DAY)
    wrong = await sessions.enter(made.tools, bert, leg.id, 30)
    assert await made.balance(ada) == 120 + 60, "until both agree, what they confirmed stands"
    done = await sessions.confirm(made.tools, ada, leg.id, wrong.words)
    assert done.settled == 30
    assert await made.balance(ada) == 120 + 30
    assert await made.balance(bert) == 120 - 30
    assert [(row.kind, row.minutes) for row in await made.transfers()][-3:] == [
        ("session", 60),
        ("reversal", 60),
        ("session", 30),
    ]
    assert await made.log("session.corrected") == [(ada.id, bert.id, -30)]
    assert await made.log("session.exchanged") == [(ada.id, bert.id, 60)]
    assert (await made.swap(leg.swap)).state is SwapState.OVER
    await made.wait(DAY)
    with pytest.raises(PersonError):
        await sessions.enter(made.tools, bert, leg.id, 45)


async def test_a_correction_to_nothing_takes_the_hours_back(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    wrong = await sessions.enter(made.tools, ada, leg.id, 0)
    done = await sessions.confirm(made.tools, bert, leg.id, wrong.words)
    assert done.state is LegState.CANCELLED
    assert await made.balance(ada) == await made.balance(bert) == 120
    assert await made.log("session.corrected") == [(ada.id, bert.id, -60)]


async def test_a_correction_nobody_answers_changes_nothing(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    await sessions.enter(made.tools, ada, leg.id, 90)
    await made.wait(7 * DAY)
    stands = await made.now_is(leg.id)
    assert (stands.state, stands.settled) == (LegState.CONFIRMED, 60)
    assert await made.balance(bert) == 120 - 60
    assert (await made.said())[-1] == "lapsed"
    assert await made.next_due() is None


async def test_who_has_changed_firms_since_changes_nothing_in_the_accounts(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    form = members.application("A new firm", "crafts", "practice")
    ada = await members.edit(made.tools, await made.cluster.community(), ada, form)
    wrong = await sessions.enter(made.tools, bert, leg.id, 30)
    await sessions.confirm(made.tools, ada, leg.id, wrong.words)
    balances = await made.balances()
    assert balances[leg.teacher.firm.id] == 120 + 30
    assert ada.firm.id not in balances
