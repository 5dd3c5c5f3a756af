"""Sessions in a real database: from the agreement to confirmed minutes, and everything that can come in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.services import communities
from bot.services.swaps import disputes, sessions, times
from bot.services.swaps.session_looking import own_session, standing
from domain.errors import (
    NotYours,
    OlderWord,
    OwnWord,
    PlaceTooLong,
    SessionOver,
    TooOld,
)
from domain.model import LegId, LegState, MemberState, SwapState
from domain.swaps import Leg as Part
from storage import legs
from storage.engine import Database, open_database
from tests.services.lessons import DAY, HOUR, WHEN, Lessons, erased, leaves


async def test_from_agreed_to_an_exchange(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    assert leg.state is LegState.AGREED
    agreed = await made.set_time(ada, bert, leg, place="the attic")
    assert agreed.time_agreed
    said = await sessions.enter(made.tools, ada, leg.id, 45)
    with pytest.raises(OwnWord):
        await sessions.confirm(made.tools, ada, leg.id, said.words)
    done = await sessions.confirm(made.tools, bert, leg.id, said.words)
    assert (done.state, done.settled) == (LegState.CONFIRMED, 45)
    assert await made.said() == ["named", "agreed", "entered", "confirmed"]
    assert await made.log("session.reported") == [(ada.id, bert.id, 45)]
    assert await made.log("session.exchanged") == [(ada.id, bert.id, 45)]
    assert await made.want(leg) == ("met", True)
    assert (await made.swap(leg.swap)).state is SwapState.OVER
    assert await made.next_due() is None
    assert await made.balance(ada) == 120 + 45
    assert await made.balance(bert) == 120 - 45


async def test_a_ring_is_over_when_its_last_session_is(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, cleo = [await made.person() for _ in range(3)]
    swap = await made.agreed([(ada, bert, "glazing"), (bert, cleo, "welding"), (cleo, ada, "sewing")])
    for number, leg in enumerate(swap.legs):
        assert (await made.swap(swap.id)).state is SwapState.AGREED, number
        await made.hold(leg)
    assert (await made.swap(swap.id)).state is SwapState.OVER
    assert sorted((await made.balances()).values()) == [-360, 120, 120, 120]


async def test_two_confirmations_at_once_from_two_connections_count_once(database_url: str) -> None:
    one, other = await open_database(database_url), await open_database(database_url)
    try:
        made = await Lessons.start(one)
        ada, bert, leg = await made.pair()
        said = await sessions.enter(made.tools, ada, leg.id, 60)
        second = replace(made.tools, db=other)
        results = await asyncio.gather(
            *(sessions.confirm(tools, bert, leg.id, said.words) for tools in (made.tools, second, made.tools, second)),
            return_exceptions=True,
        )
        assert sum(not isinstance(result, BaseException) for result in results) == 1
        refused = [result for result in results if isinstance(result, BaseException)]
        assert all(isinstance(result, SessionOver) for result in refused), refused
        assert len(await made.transfers("session")) == 1
        assert len(await made.log("session.exchanged")) == 1
    finally:
        await one.close()
        await other.close()


async def test_somebody_elses_button_and_an_old_one_change_nothing(db: Database) -> None:
    made, elsewhere = await Lessons.start(db), await Lessons.start(db, key=2)
    ada, bert, leg = await made.pair()
    stranger, far = await made.person(), await elsewhere.person()
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    for who in (stranger, far):
        for deed in (
            sessions.enter(made.tools, who, leg.id, 30),
            sessions.confirm(made.tools, who, leg.id, said.words),
            sessions.cancel(made.tools, who, leg.id),
            sessions.not_there(made.tools, who, leg.id),
            disputes.ask_manager(made.tools, who, leg.id),
            times.agree_time(made.tools, who, (leg.id, 1)),
            own_session(made.tools, who, leg.id),
        ):
            with pytest.raises(NotYours):
                await deed
    with pytest.raises(NotYours):
        await disputes.decide(made.tools, elsewhere.cluster.id, None, leg.id, said.words, 30)
    with pytest.raises(TooOld):
        await sessions.cancel(made.tools, ada, LegId(10_000))
    newer = await sessions.enter(made.tools, ada, leg.id, 45)
    with pytest.raises(OlderWord):
        await sessions.confirm(made.tools, bert, leg.id, said.words)
    assert await made.now_is(leg.id) == newer


async def test_a_place_is_short(db: Database) -> None:
    made = await Lessons.start(db)
    ada, _, leg = await made.pair()
    with pytest.raises(PlaceTooLong):
        await times.name_time(made.tools, await made.cluster.community(), ada, leg.id, WHEN, "x" * 101)


# Calling it off, and people who are gone


@pytest.mark.parametrize("how", ["cancelled", "not_there"])
async def test_a_session_that_does_not_happen_opens_the_want_again(db: Database, how: str) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    agreed = await made.set_time(ada, bert, leg)
    assert agreed.starts_at is not None
    await made.until(agreed.starts_at + HOUR)
    assert await made.want(leg) == ("open", True)
    ended = await (sessions.cancel if how == "cancelled" else sessions.not_there)(made.tools, bert, leg.id)
    assert ended.ended_by == bert.id
    assert (await made.said())[-1] == how
    assert await made.want(leg) == ("open", False)
    assert len(await made.log("session.cancelled")) == (how == "cancelled")


async def test_what_came_to_nothing_is_not_proposed_to_the_same_two_again(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert = await made.person(), await made.person()
    swap = await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])
    weaving, film = swap.legs
    await made.hold(await made.leg(ada, bert, "sewing"))
    parts = [Part(leg.teacher.id, leg.learner.id, leg.skill.id) for leg in swap.legs]

    async def refused(days: int = 60) -> set[object]:
        async with db.read() as tx:
            return set(await legs.came_to_nothing(tx, made.cluster.id, made.now - days * DAY))

    assert await refused() == set()
    await sessions.cancel(made.tools, bert, weaving.id)
    assert await refused() == {(one.id, frozenset(parts[:1])) for one in (ada, bert)}, "whoever called it off"
    await sessions.enter(made.tools, bert, film.id, 60)
    await made.wait(8 * DAY)
    both = {frozenset(parts), frozenset(parts[:1]), frozenset(parts[1:])}
    assert await refused() == {(one.id, part) for one in (ada, bert) for part in both}
    await made.wait(56 * DAY)
    assert await refused() == {(one.id, frozenset(parts[1:])) for one in (ada, bert)}, "not for ever"


@pytest.mark.parametrize("goes", [leaves, erased])
async def test_somebody_who_goes_leaves_nobody_waiting(db: Database, goes: object) -> None:
    made = await Lessons.start(db)
    ada, _, leg = await made.pair()
    cleo = await made.person()
    swap = await made.agreed([(ada, cleo, "sewing"), (cleo, ada, "glazing")])
    held, to_come = swap.legs
    await made.hold(held, 60)
    await goes(made, ada)  # type: ignore[operator]
    assert (await made.next_due() or made.now) <= made.now, "somebody looks at once"
    await made.until(made.now)
    assert (await made.now_is(leg.id)).state is LegState.CANCELLED
    assert (await made.now_is(to_come.id)).state is LegState.CANCELLED
    assert (await made.now_is(held.id)).state is LegState.CONFIRMED
    assert (await made.said()).count("gone") == 2
    assert await made.want(leg) == ("open", False)
    assert await made.balance(cleo) == 120 - 60
    assert (await made.balances())[ada.firm.id] == 120 + 60, "hours stay"
    after = await made.now_is(held.id)
    assert after.teacher.state in {MemberState.LEFT, MemberState.ERASED}
    assert await made.next_due() is None


async def test_what_the_leaver_entered_can_still_be_confirmed(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    await leaves(made, ada)
    await made.until(made.now)
    done = await sessions.confirm(made.tools, bert, leg.id, said.words)
    assert done.settled == 60
    assert await made.balance(bert) == 60


# What somebody sees


async def test_where_somebody_stands(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    other = await made.leg(bert, ada, "sewing")
    await made.hold(other)
    found = await standing(made.tools, await made.cluster.community(), ada)
    assert [view.leg.id for view in found.under_way] == [leg.id]
    assert [view.leg.id for view in found.lately] == [other.id]
    await made.wait(7 * DAY)
    assert (await standing(made.tools, await made.cluster.community(), ada)).lately == ()
    assert (await own_session(made.tools, bert, leg.id)).thread == 1


async def test_a_server_event_follows_the_session_where_the_manager_wants_one(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.set_time(ada, bert, leg)
    assert await made.said("session.event") == [], "off unless switched on"
    await communities.change_session_events(made.tools, made.cluster.id, True)
    await made.set_time(bert, ada, leg, "2026-01-09 10:00")
    assert await made.said("session.event") == ["session.event"]
