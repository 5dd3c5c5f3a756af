"""Sixty days of an offer: one reminder for all that lapses soon, the lapsing, the board that stays true."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.services import members, skills
from bot.services.skills import Wording
from domain.listings import LISTING_LASTS, MOST_OPEN, NEWS, REMIND_BEFORE
from domain.model import Intention, Listing, ListingState, Member
from storage import communities, tables
from storage.engine import Database
from tests.services.cluster import Cluster

DAY = timedelta(days=1)


@pytest.fixture
async def c(db: Database) -> Cluster:
    return await Cluster.start(db)


async def offer(c: Cluster, member: Member, name: str) -> Listing:
    return (await skills.offer(c.tools, member, Wording(name, "about it"))).listing


async def until(c: Cluster, moment: datetime) -> None:
    """Let time pass; what is due with skills is done when it falls due, and never without an end."""
    (due,), (moment_of,) = skills.DUE, skills.NEXT
    for _ in range(500):
        async with c.db.read() as tx:
            coming = await moment_of(tx)
        if coming is None or coming > moment:
            c.clock.at = max(c.clock.at, moment)
            return
        c.clock.at = max(c.clock.at, coming)
        await due(c.tools)
    raise AssertionError("something stays due for ever")


async def state(c: Cluster, listing: Listing) -> ListingState:
    async with c.db.read() as tx:
        here = sa.select(tables.listings.c.state).where(tables.listings.c.id == listing.id)
        return ListingState((await tx.execute(here)).scalar_one())


async def board_stands(c: Cluster, message: int = 77) -> None:
    intention = Intention(1, c.id, "k", "l", "skills.board", {}, 1, None)
    async with c.db.write() as tx:
        await skills.ARRIVALS["skills.board"](tx, intention, {"message": message}, c.clock.at)
        await tx.execute(sa.update(tables.outbox).values(state="done", done_at=c.clock.at))


async def test_one_reminder_a_week_ahead_for_all_that_lapses_soon(c: Cluster) -> None:
    ada, bob = await c.people(2)
    start = c.clock.at
    first = await offer(c, ada, "Etching")
    c.clock.at = start + 3 * DAY
    second = await offer(c, ada, "Weaving")
    await offer(c, bob, "Welding")
    c.clock.at = start + 30 * DAY
    third = await offer(c, ada, "Knitting")
    await until(c, first.expires_at - REMIND_BEFORE - timedelta(seconds=1))
    assert await c.said("skills.lapsing") == []
    await until(c, first.expires_at - REMIND_BEFORE)
    assert [one["member"] for one in await c.said("skills.lapsing")] == [ada.id]
    told = await skills.to_remind(c.tools, ada.id)
    assert told is not None
    assert {one.id for one in told[1].soon} == {first.id, second.id}
    await until(c, second.expires_at)
    # The second was in the first reminder already; Bob's is another person's.
    assert [one["member"] for one in await c.said("skills.lapsing")] == [ada.id, bob.id]
    assert [await state(c, one) for one in (first, second, third)] == [
        ListingState.EXPIRED,
        ListingState.EXPIRED,
        ListingState.OPEN,
    ]


async def test_keeping_them_all_is_one_click_also_when_they_have_lapsed(c: Cluster) -> None:
    ada = await c.join("A")
    first, second = await offer(c, ada, "Etching"), await offer(c, ada, "Weaving")
    await until(c, first.expires_at - DAY)
    removed = await skills.remove(c.tools, ada, second.id)
    for _ in range(2):
        kept = await skills.renew_all(c.tools, ada)
        assert [(one.id, one.expires_at) for one in kept.open] == [(first.id, c.clock.at + LISTING_LASTS)]
        assert kept.soon == ()
    assert [one.id for one in kept.lapsed] == [removed.id]  # what was taken off stays off
    await until(c, c.clock.at + LISTING_LASTS + DAY)
    assert await state(c, first) is ListingState.EXPIRED
    assert len(await c.said("skills.lapsing")) == 2
    assert (await skills.renew_all(c.tools, ada)).open == ()
    assert [one.id for one in (await skills.renew_all(c.tools, ada, lapsed=True)).open] == [first.id]


async def test_bringing_back_all_stops_at_twenty(c: Cluster) -> None:
    ada = await c.join("A")
    for number in range(MOST_OPEN):
        listing = await offer(c, ada, f"Trade {number}")
    await until(c, listing.expires_at)
    for number in range(3):
        await offer(c, ada, f"Craft {number}")
    kept = await skills.renew_all(c.tools, ada, lapsed=True)
    assert (len(kept.open), len(kept.lapsed)) == (MOST_OPEN, 3)


async def test_a_pause_stops_the_clock(c: Cluster) -> None:
    ada = await c.join("A")
    listing = await offer(c, ada, "Etching")
    c.clock.at = listing.expires_at - REMIND_BEFORE - DAY
    paused = await members.pause(c.tools, await c.community(), ada, 4)
    assert paused.paused_until is not None
    await until(c, paused.paused_until - timedelta(seconds=1))
    assert await state(c, listing) is ListingState.OPEN
    assert await c.said("skills.lapsing") == []
    await until(c, paused.paused_until)
    assert len(await c.said("skills.lapsing")) == 1
    await until(c, paused.paused_until + REMIND_BEFORE)
    assert await state(c, listing) is ListingState.EXPIRED


async def test_after_a_long_night_a_reminder_still_gives_a_week(c: Cluster) -> None:
    ada = await c.join("A")
    listing = await offer(c, ada, "Etching")
    back = listing.expires_at + 10 * DAY
    c.clock.at = back
    await skills.DUE[0](c.tools)
    assert len(await c.said("skills.lapsing")) == 1
    assert await state(c, listing) is ListingState.OPEN
    await until(c, back + REMIND_BEFORE - timedelta(seconds=1))
    assert await state(c, listing) is ListingState.OPEN
    await until(c, back + REMIND_BEFORE)
    assert await state(c, listing) is ListingState.EXPIRED


async def test_who_has_left_is_told_nothing_and_it_lapses_all_the_same(c: Cluster) -> None:
    ada = await c.join("A")
    listing = await offer(c, ada, "Etching")
    await members.leave(c.tools, ada)
    assert await skills.to_remind(c.tools, ada.id) is None
    await until(c, listing.expires_at + REMIND_BEFORE)
    assert await c.said("skills.lapsing") == []
    assert await state(c, listing) is ListingState.EXPIRED


async def test_while_weft_is_not_in_the_server_nothing_lapses(c: Cluster) -> None:
    ada = await c.join("A")
    listing = await offer(c, ada, "Etching")
    async with c.db.write() as tx:
        await communities.left(tx, c.id, c.clock.at)
    await until(c, listing.expires_at + 30 * DAY)
    assert await state(c, listing) is ListingState.OPEN
    async with c.db.write() as tx:
        await communities.came_back(tx, c.id)
    await until(c, c.clock.at)
    assert len(await c.said("skills.lapsing")) == 1
    await until(c, c.clock.at + REMIND_BEFORE - timedelta(seconds=1))
    assert await state(c, listing) is ListingState.OPEN


async def test_nothing_is_said_once_it_has_been_seen_to(c: Cluster) -> None:
    ada = await c.join("A")
    listing = await offer(c, ada, "Etching")
    await until(c, listing.expires_at - REMIND_BEFORE)
    assert await skills.to_remind(c.tools, ada.id) is not None
    await skills.renew_all(c.tools, ada)
    assert await skills.to_remind(c.tools, ada.id) is None


async def test_the_board_is_looked_at_after_every_change_and_when_news_grow_old(c: Cluster) -> None:
    ada = await c.join("A")
    start = c.clock.at
    listing = await offer(c, ada, "Etching")
    await board_stands(c)
    assert (await c.community()).board_message == 77
    await until(c, start + NEWS - timedelta(seconds=1))
    assert [one["_state"] for one in await c.said("skills.board")] == ["done"]
    await until(c, start + NEWS)
    assert [one["_state"] for one in await c.said("skills.board")] == ["pending"]
    await board_stands(c, 78)
    # Nothing is new any more: until something happens there is nothing to do.
    await until(c, start + 40 * DAY)
    assert [one["_state"] for one in await c.said("skills.board")] == ["done"]
    await skills.remove(c.tools, ada, listing.id)
    assert [one["_state"] for one in await c.said("skills.board")] == ["pending"]
    assert (await c.community()).board_message == 78


async def test_many_that_lapse_at_once_all_do(c: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.services.skills.due.AT_ONCE", 3)
    for member in await c.people(5):
        listing = await offer(c, member, "Etching")
        await offer(c, member, "Weaving")
    await until(c, listing.expires_at)
    assert len(await c.said("skills.lapsing")) == 5
    async with c.db.read() as tx:
        assert set((await tx.execute(sa.select(tables.listings.c.state))).scalars()) == {"expired"}
