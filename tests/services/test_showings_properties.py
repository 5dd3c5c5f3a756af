"""Whatever people show, answer, pass on and leave: the quotas hold, turns are fair, and nothing is counted twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import avoiding, members, showings
from domain.errors import PersonError
from domain.model import Ask, AskState, Member, MemberId, Showing, ShowingAsk, ShowingState
from domain.showings import RESCUED_AFTER
from storage import members as stored_members
from storage.engine import open_database
from storage.tables import showings as table
from tests.services.gallery import Gallery

SECTORS = ("crafts", "design", "architecture")
DAYS = 9


async def live_through(file: Path, firms: list[int], avoidances: int, seed: int) -> None:
    random = Random(seed)
    db = await open_database(f"sqlite:///{file}")
    try:
        gallery = await Gallery.open(db)
        cluster = gallery.cluster
        for firm, size in enumerate(firms):
            for _ in range(size):
                await cluster.join(f"Firm {firm}", random.choice(SECTORS), on_call=random.random() < 0.6)
        everybody = await people(gallery)
        for _ in range(avoidances):
            one, other = random.sample(everybody, 2)
            if one.firm.id != other.firm.id:
                await avoiding.avoid_firm(cluster.tools, one, other.firm.id)
        shown: list[Showing] = []
        for _ in range(DAYS):
            await one_day(gallery, shown, random)
            await check(gallery, shown)
    finally:
        await db.close()


async def people(gallery: Gallery) -> list[Member]:
    async with gallery.cluster.db.read() as tx:
        return await stored_members.active(tx, gallery.cluster.id)


async def one_day(gallery: Gallery, shown: list[Showing], random: Random) -> None:
    cluster, tools = gallery.cluster, gallery.cluster.tools
    here = await people(gallery)
    if here:
        makers = random.choices(here, k=random.randrange(3))
        shown += [await gallery.show(maker, random.choice(list(ShowingAsk))) for maker in makers]
    for hours in (random.choice([1, 7, 12]), random.choice([5, 11])):
        await gallery.later(hours=hours)
        for ask in await gallery.asks():
            if ask.state is AskState.OPEN:
                await behave(gallery, ask, random)
        for one in random.choices(await people(gallery), k=2) if await people(gallery) else []:
            match random.randrange(10):
                case 0 if shown:
                    await attempt(showings.withdraw(tools, one, random.choice(shown).id))
                case 1:
                    await members.pause(tools, await cluster.community(), one, 1)
                case 2 if random.random() < 0.3:
                    await members.leave(tools, one)
                case 3 | 4 if shown:
                    current = await gallery.again(random.choice(shown))
                    if current.state is ShowingState.OPEN:
                        await gallery.write(current, one, heard=random.random() < 0.7)
                case _:
                    pass


async def attempt(deed: object) -> None:
    try:
        await deed  # type: ignore[misc]
    except PersonError:
        return


async def behave(gallery: Gallery, ask: Ask, random: Random) -> None:
    helper, tools = await gallery.cluster.member(ask.member), gallery.cluster.tools
    match random.randrange(4):
        case 0:
            await attempt(showings.pass_on(tools, helper, ask.id))
        case 1:
            await attempt(showings.take(tools, helper, ask.id))
        case 2:
            shown = await showings.take(tools, helper, ask.id)
            await gallery.write(shown, helper)
            await attempt(showings.helped(tools, shown.maker, shown.id, helper.id))
        case _:
            pass  # silence


async def check(gallery: Gallery, shown: list[Showing]) -> None:
    """The hard rules, as things stand now."""
    asked = await gallery.asks()
    everybody = {one: await gallery.cluster.member(one) for one in {ask.member for ask in asked}}
    async with gallery.cluster.db.read() as tx:
        avoided = {(one.member, one.other_firm) for one in await stored_members.avoided(tx, gallery.cluster.id)}
        rows = (await tx.execute(sa.select(table.c.member_id).where(table.c.first))).scalars().all()
    by_helper: dict[MemberId, list[Ask]] = {}
    for ask in asked:
        by_helper.setdefault(ask.member, []).append(ask)
        helper, maker = everybody[ask.member], await gallery.cluster.member(ask.for_member)
        assert helper.firm.id != maker.firm.id, "the own firm"
        assert (helper.id, maker.firm.id) not in avoided, "an avoided firm"
        assert (maker.id, helper.firm.id) not in avoided, "an avoided firm"
        assert helper.on_call or not helper.present(gallery.now), "nobody who is not on call"
    for theirs in by_helper.values():
        moments = sorted(one.asked_at for one in theirs)
        assert all(later - earlier >= timedelta(days=1) for earlier, later in pairwise(moments)), "one a day"
        assert all(
            later - earlier >= timedelta(days=7) for earlier, later in zip(moments, moments[2:], strict=False)
        ), "two a week"
    pairs = Counter((one.showing, one.member) for one in asked)
    assert all(number == 1 for number in pairs.values()), "nobody is asked twice"
    open_asks = Counter(one.showing for one in asked if one.state is AskState.OPEN)
    assert all(number == 1 for number in open_asks.values()), "one is asked at a time"
    assert sorted(rows) == sorted({one.maker.id for one in shown}), "one first showing a person"
    for one in shown:
        current = await gallery.again(one)
        mine = [ask for ask in asked if ask.showing == one.id]
        assert all(ask.asked_at >= current.shown_at + RESCUED_AFTER for ask in mine), "not before twenty hours"
        if current.answered_at is not None or current.state is not ShowingState.OPEN:
            assert one.id not in open_asks, "nobody is asked for what needs nobody"
    answered = await gallery.cluster.log("showing.answered")
    assert len(answered) == len({(act.member_id, act.showing_id) for act in answered})
    assert all(act.firm_id != act.other_firm_id for act in answered)


@pytest.mark.timeout(300)
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    firms=st.lists(st.integers(1, 4), min_size=2, max_size=5),
    avoidances=st.integers(0, 4),
    seed=st.integers(0, 2**32),
)
def test_no_rule_is_ever_broken(firms: list[int], avoidances: int, seed: int) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder) / "weft.sqlite3", firms, avoidances, seed))


async def take_turns(file: Path, helpers: int, seed: int) -> dict[MemberId, int]:
    """How often each of these was asked in two weeks in which everybody could have been asked for everything."""
    random = Random(seed)
    db = await open_database(f"sqlite:///{file}")
    try:
        gallery = await Gallery.open(db)
        makers = [await gallery.cluster.join(f"Maker {at}", random.choice(SECTORS)) for at in range(3)]
        able = [
            await gallery.cluster.join(f"Helper {at}", random.choice(SECTORS), on_call=True) for at in range(helpers)
        ]
        for _ in range(14):
            for maker in random.sample(makers, random.randrange(3)):
                await gallery.show(maker, random.choice(list(ShowingAsk)))
            await gallery.later(hours=20)
            for ask in await gallery.asks():
                if ask.state is AskState.OPEN:
                    await behave(gallery, ask, random)
            await gallery.later(hours=4)
        counted = Counter(ask.member for ask in await gallery.asks())
        return {one.id: counted[one.id] for one in able}
    finally:
        await db.close()


@pytest.mark.timeout(300)
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(helpers=st.integers(2, 7), seed=st.integers(0, 2**32))
def test_the_load_is_even(helpers: int, seed: int) -> None:
    """At most one more than the least possible, which is no difference, or one where the asks cannot be shared out."""
    with TemporaryDirectory() as folder:
        asked = asyncio.run(take_turns(Path(folder) / "weft.sqlite3", helpers, seed))
    least_possible = 0 if sum(asked.values()) % helpers == 0 else 1
    assert max(asked.values()) - min(asked.values()) <= least_possible + 1
