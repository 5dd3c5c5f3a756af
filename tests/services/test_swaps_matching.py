"""When swaps are looked for, for whom, and what happens when things change meanwhile; on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.compute import InThread
from bot.services import avoiding, communities, members
from bot.services.swaps import sessions
from bot.services.swaps.due import A_LOOK, PATIENCE, run_due
from bot.services.swaps.matching import TRIES, match
from bot.services.tools import Tools
from domain import proposals as rule
from domain.model import Answer, LegId, ListingKind, Member, SwapState
from storage.engine import Database, open_database
from storage.tables import legs as legs_table
from tests.services.barter import DAY, HOURS_72, Barter, answers, ids, legs, who
from tests.services.lessons import Lessons

OFFER, WANT = ListingKind.OFFER, ListingKind.WANT


@pytest.fixture
async def barter(db: Database) -> Barter:
    return await Barter.start(db)


@dataclass
class Busy:
    """Computes like any other, and while it does, somebody does something."""

    meanwhile: list[Callable[[], Awaitable[Any]]] = field(default_factory=list)
    calls: int = 0

    async def __call__(self, function: Any, /, *args: Any, **kwargs: Any) -> Any:
        found = await InThread()(function, *args, **kwargs)
        self.calls += 1
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        return found


def keep_busy(barter: Barter, *meanwhile: Callable[[], Awaitable[Any]]) -> Busy:
    busy = Busy(list(meanwhile))
    barter.cluster.tools = replace(barter.cluster.tools, compute=busy)
    return busy


# How often somebody is asked


async def test_at_most_two_proposals_a_week_and_the_third_as_soon_as_may_be(barter: Barter) -> None:
    ada = await barter.person("a", "x y z")
    for name in "xyz":
        await barter.person(name, "a")
    for _ in range(2):
        await barter.look()
        (mine,) = [one for one in await barter.swaps(SwapState.PROPOSED) if ada.id in who(one)]
        await barter.accept(ada, mine)
        other = next(one.member for one in mine.members if one.id != ada.id)
        await barter.decline(other, mine)
        await barter.wait(timedelta(hours=1))
    first, second = await barter.times_proposed(ada)
    assert second < first + 7 * DAY
    await barter.until(first + 7 * DAY - timedelta(seconds=1))
    assert len(await barter.times_proposed(ada)) == 2
    await barter.until(first + 7 * DAY)
    assert await barter.times_proposed(ada) == [first, second, first + 7 * DAY]


async def test_who_is_deciding_is_asked_nothing_else_and_served_afterwards(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    first = await barter.proposed()
    await barter.post(ada, WANT, "weaving")
    carl = await barter.person("weaving", "skill0")
    await barter.look()
    assert [who(one) for one in await barter.swaps()] == [ids([ada, ben])]
    await barter.accept(ada, first)
    await barter.accept(ben, first)
    await barter.look()
    assert who(await barter.proposed()) == ids([ada, carl])


async def test_a_want_that_is_being_served_is_not_served_twice(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    agreed = await barter.proposed()
    await barter.accept(ada, agreed)
    await barter.accept(ben, agreed)
    carl = await barter.person("skill1", "skill0")  # could serve ada as ben does
    await barter.wait(14 * DAY)
    later = (await barter.swaps())[1:]
    assert all((carl.id, ada.id, "skill1") not in legs(one) for one in later)


async def test_who_has_much_to_show_already_is_asked_to_show_no_more(barter: Barter) -> None:
    await barter.person("a")
    for _ in range(rule.TEACHES_AT_MOST + 1):
        await barter.person("", "a")
    await barter.look()
    for at in range(rule.TEACHES_AT_MOST):
        await barter.wait(7 * DAY if at else timedelta(0))
        (mine,) = await barter.swaps(SwapState.PROPOSED)
        for one in mine.members:
            await barter.accept(one.member, mine)
        assert len(await barter.swaps(SwapState.AGREED)) == at + 1
    await barter.wait(14 * DAY)
    assert len(await barter.swaps()) == rule.TEACHES_AT_MOST
    async with barter.db.write() as tx:  # one of them is held, and over
        await tx.execute(sa.update(legs_table).where(legs_table.c.id == 1).values(state="confirmed"))
    await barter.wait(7 * DAY)
    assert len(await barter.swaps()) == rule.TEACHES_AT_MOST + 1


async def test_in_a_ring_of_four_nobody_meets_whom_they_avoid(barter: Barter) -> None:
    people = await barter.ring(4)
    await avoiding.avoid_firm(barter.cluster.tools, people[0], people[2].firm.id)  # who sits opposite
    await barter.look()
    for one in await barter.swaps():
        assert not {people[0].id, people[2].id} <= who(one)


# The weekly sweep


async def test_every_week_everything_open_is_looked_for_again(barter: Barter) -> None:
    ada, ben = await barter.ring(2)
    await barter.look()
    silent = await barter.proposed()
    await barter.accept(ada, silent)
    await barter.until(silent.expires_at)
    carl = await barter.person("skill1", "")  # shows what ada wants; for ben nothing has changed
    await barter.until(silent.expires_at + 7 * DAY)
    assert any(who(one) == ids([ada, carl]) for one in await barter.swaps())
    assert ben.id


@pytest.mark.parametrize(
    ("after", "sweep"),
    [
        (datetime(2026, 3, 24, tzinfo=UTC), datetime(2026, 3, 25, 9, tzinfo=UTC)),  # winter
        (datetime(2026, 3, 25, 9, tzinfo=UTC), datetime(2026, 4, 1, 8, tzinfo=UTC)),  # the clock goes forward between
        (datetime(2026, 10, 21, 8, tzinfo=UTC), datetime(2026, 10, 28, 9, tzinfo=UTC)),  # and back
    ],
)
async def test_the_sweep_is_at_ten_by_the_communitys_clocks(barter: Barter, after: datetime, sweep: datetime) -> None:
    await barter.until(after)
    await barter.until(sweep - timedelta(seconds=1))
    await barter.change(sought=True)
    member = await barter.person("a")
    await barter.change(sought=True)
    assert await barter.next_due() == sweep
    barter.cluster.clock.at = sweep
    await barter.look()
    assert (await barter.next_due() or sweep) > sweep
    assert member.id


async def test_after_a_standstill_weeks_are_not_made_up_for_and_silence_is_nobodys(barter: Barter) -> None:
    people = await barter.ring(2)
    await barter.look()
    barter.cluster.clock.at += 40 * DAY
    await barter.look()
    ended, again = await barter.swaps()
    assert (ended.state, set(answers(ended).values())) == (SwapState.ENDED, {Answer.NONE})
    assert who(again) == ids(people)  # once, whatever weeks there were in between
    assert (await barter.next_due() or barter.now) > barter.now


async def test_whoever_comes_back_from_a_pause_is_looked_for_in_time(barter: Barter) -> None:
    ada = await barter.person("a", "b")
    ben = await barter.person("b", "a")
    community = await barter.cluster.community()
    await members.pause(barter.cluster.tools, community, ben, 2)
    await barter.look()
    assert await barter.swaps() == []
    until = (await barter.cluster.member(ben.id)).paused_until
    assert until is not None
    await barter.until(until - timedelta(seconds=1))
    assert await barter.swaps() == []
    await barter.until(until)
    assert who(await barter.proposed()) == ids([ada, ben])


# Meanwhile


@pytest.mark.parametrize("what", ["takes it off", "pauses", "leaves", "moves it"])
async def test_what_no_longer_holds_is_dropped_and_looked_for_again(barter: Barter, what: str) -> None:
    ada, ben = await barter.ring(2)
    carl = await barter.person("skill1")  # who shows ada the same as ben, and wants nothing for it

    async def meanwhile() -> None:
        tools = barter.cluster.tools
        match what:
            case "takes it off":
                await barter.take_off(ben, OFFER, "skill1")
            case "pauses":
                await members.pause(tools, await barter.cluster.community(), ben, 1)
            case "leaves":
                await members.leave(tools, ben)
            case _:
                await barter.take_off(ben, OFFER, "skill1")
                await barter.post(ben, OFFER, "weaving")

    busy = keep_busy(barter, meanwhile)
    await barter.look()
    assert busy.calls == 2
    (only,) = await barter.swaps()
    assert (carl.id, ada.id, "skill1") in legs(only) or (ada.id, ben.id, "skill0") in legs(only)
    assert (ben.id, ada.id, "skill1") not in legs(only)
    assert not await barter.unsought() & ids([ada, carl])


async def test_what_is_offered_meanwhile_is_looked_for_afterwards(barter: Barter) -> None:
    ada = await barter.person("a", "b")

    async def meanwhile() -> None:
        await barter.person("b", "a")

    keep_busy(barter, meanwhile)
    await barter.look()
    assert await barter.swaps() == []
    assert await barter.unsought()
    await barter.look()
    assert ada.id in who(await barter.proposed())


async def test_where_nothing_stands_still_it_is_left_for_a_quieter_moment(barter: Barter) -> None:
    ada = await barter.person("a", "b")
    there = [await barter.person("b", "a")]

    async def one_goes_and_one_comes() -> None:
        await barter.take_off(there[-1], OFFER, "b")
        await barter.take_off(there[-1], WANT, "a")
        there.append(await barter.person("b", "a"))

    busy = keep_busy(barter, *[one_goes_and_one_comes] * TRIES)
    await barter.look()
    assert busy.calls == TRIES
    assert await barter.swaps() == []
    assert await barter.next_due() == barter.now + PATIENCE
    await barter.wait(PATIENCE)
    assert who(await barter.proposed()) == ids([ada, there[-1]])


async def test_two_processes_at_once_propose_to_nobody_twice(database_url: str, db: Database) -> None:
    barter = await Barter.start(db)
    other = await open_database(database_url)
    people = [await barter.person(f"skill{at}", f"skill{(at + 1) % 6} skill{(at + 5) % 6}") for at in range(6)]
    tools = barter.cluster.tools
    await asyncio.gather(*(match(replace(tools, db=one), barter.cluster.id) for one in (db, other, db, other)))
    await other.close()
    proposed = await barter.swaps(SwapState.PROPOSED)
    seats = [member for one in proposed for member in who(one)]
    assert len(seats) == len(set(seats))
    assert seats
    assert set(seats) <= ids(people)
    assert [one.number for one in proposed] == list(range(1, len(proposed) + 1))


async def test_two_answers_at_once_are_both_counted(database_url: str, db: Database) -> None:
    barter = await Barter.start(db)
    other = Barter(replace(barter.cluster, db=await open_database(database_url)))
    other.cluster.tools = replace(barter.cluster.tools, db=other.cluster.db)
    people = await barter.ring(4)
    await barter.look()
    proposed = await barter.proposed()
    await asyncio.gather(*((barter, other)[at % 2].accept(one, proposed) for at, one in enumerate(people)))
    assert (await barter.swap(proposed.id)).state is SwapState.AGREED
    assert len(await barter.cluster.said("swap.agreed")) == 1
    await other.cluster.db.close()


# Several communities


async def test_communities_know_nothing_of_each_other(db: Database) -> None:
    here, there = await Barter.start(db), await Barter.start(db, key=2)
    await here.person("a", "b")
    await there.person("b", "a")
    await here.look()
    await there.look()
    assert await here.swaps() == await there.swaps() == []


async def test_more_communities_than_fit_into_a_look_all_have_their_turn(db: Database) -> None:
    everywhere = [await Barter.start(db, key=key) for key in range(1, A_LOOK + 4)]
    for one in everywhere:
        await one.ring(2)
    for _ in range(2):
        await run_due(everywhere[0].cluster.tools)
    assert [len(await one.swaps()) for one in everywhere] == [1] * len(everywhere)


@dataclass
class Fails:
    """Computes, except for a community in which somebody wants this skill."""

    firm: int

    async def __call__(self, function: Any, /, traders: Any, **kwargs: Any) -> Any:
        if any(one.firm == self.firm for one in traders):
            raise ValueError("a bug")
        return await InThread()(function, traders, **kwargs)


async def test_one_communitys_trouble_is_not_anothers_and_is_tried_again(db: Database) -> None:
    here, there = await Barter.start(db), await Barter.start(db, key=2)
    unlucky: list[Member] = await here.ring(2)
    await there.ring(2)
    tools = there.cluster.tools
    failing = replace(tools, compute=Fails(unlucky[0].firm.id))
    await run_due(failing)
    await run_due(failing)
    assert len(await there.swaps()) == 1
    assert await here.swaps() == []
    assert await here.next_due() == here.now + PATIENCE
    here.cluster.clock.at += PATIENCE
    await here.look()
    assert len(await here.swaps()) == 1


async def test_where_weft_was_removed_nothing_is_proposed(barter: Barter) -> None:
    await barter.ring(2)
    await communities.bot_removed(barter.cluster.tools, barter.cluster.id)
    await barter.look()
    assert await barter.swaps() == []
    assert (await barter.next_due() or barter.now + HOURS_72) > barter.now


@pytest.mark.parametrize("ended", [sessions.cancel, sessions.not_there])
async def test_what_two_called_off_is_not_proposed_to_the_same_two_again(
    barter: Barter, ended: Callable[[Tools, Member, LegId], Awaitable[object]]
) -> None:
    """Whoever of the two it was, and for a while; with somebody else both may be."""
    ada, ben = await barter.person("weaving"), await barter.person("", "weaving")
    await barter.look()
    proposed = await barter.proposed()
    for one in (ada, ben):
        await barter.accept(one, proposed)
    (leg,) = (await barter.swap(proposed.id)).legs
    agreed = await Lessons(barter.cluster).set_time(ada, ben, leg)
    assert agreed.starts_at is not None
    barter.cluster.clock.at = agreed.starts_at + timedelta(hours=1)
    await ended(barter.cluster.tools, ben, leg.id)
    await barter.wait(8 * DAY)
    assert [one.id for one in await barter.swaps()] == [proposed.id]
    cleo = await barter.person("weaving")
    await barter.look()
    assert legs(await barter.proposed()) == {(cleo.id, ben.id, "weaving")}
