"""No showing stays unanswered: whom Weft asks, when, and when it stops; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.services import avoiding, communities, members, privacy, rounds, showings
from bot.services.showings import looking, rescue
from bot.services.showings.choosing import choose, gather
from bot.services.showings.due import run_due
from bot.services.showings.round_up import ROUND_UP
from domain.asking import ASK_LASTS
from domain.calendar import MemberCadence
from domain.errors import AskAnswered, NotYours
from domain.model import Ask, AskState, Member, Showing, ShowingAsk, ShowingState
from domain.showings import LOOK_PATIENCE, RESCUED_AFTER, RESCUED_FOR
from storage import asks as stored_asks
from storage import communities as stored_communities
from storage import due_showings, recurring
from storage import showings as stored
from storage.engine import Database
from tests.services.gallery import HOUR, Gallery, user_of


@pytest.fixture
async def gallery(db: Database) -> Gallery:
    return await Gallery.open(db)


async def the_ask(gallery: Gallery) -> Ask:
    """The newest."""
    return (await gallery.asks())[-1]


async def helper_of(gallery: Gallery, ask: Ask) -> Member:
    return await gallery.cluster.member(ask.member)


async def due_at(gallery: Gallery, showing: Showing) -> datetime | None:
    async with gallery.cluster.db.read() as tx:
        return await due_showings.due_at(tx, showing.id)


# The way it goes


async def test_after_twenty_hours_somebody_on_call_is_asked(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    await gallery.cluster.join("Not on call", "design")
    (helper,) = await gallery.helpers(1)
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER - timedelta(seconds=1))
    assert await gallery.asks() == []
    await gallery.later(seconds=1)
    (ask,) = await gallery.asks()
    assert (ask.member, ask.for_member, ask.showing, ask.round) == (helper.id, maker.id, shown.id, None)
    assert (ask.asked_at, ask.expires_at) == (gallery.now, gallery.now + ASK_LASTS)
    # The post was read first: somebody may have answered while we were not there.
    assert gallery.forum.carried == ["showing.post", "showing.check", "showing.ask"]
    (intention,) = await gallery.cluster.said("showing.ask")
    assert (intention["ask"], intention["_state"]) == (ask.id, "done")
    (act,) = await gallery.cluster.log("ask.asked")
    assert (act.member_id, act.showing_id, act.round_id) == (helper.id, shown.id, None)


async def test_who_takes_it_has_time_and_their_answer_ends_it(gallery: Gallery) -> None:
    maker, helpers = await gallery.cluster.join("A"), await gallery.helpers(2)
    tools, shown = gallery.cluster.tools, await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    ask = await the_ask(gallery)
    helper = await helper_of(gallery, ask)
    other = next(one for one in helpers if one.id != helper.id)
    view = await looking.ask_view(tools, ask.id)
    assert view is not None
    assert (view.asked.id, view.showing.id) == (helper.id, shown.id)
    assert [one.what for one in await showings.coming_up(tools, helper)] == ["ask"]
    with pytest.raises(NotYours):
        await showings.take(tools, other, ask.id)
    await gallery.later(hours=11)
    taken = await showings.take(tools, helper, ask.id)
    assert taken.thread == shown.thread
    for deed in (showings.take, showings.pass_on):
        with pytest.raises(AskAnswered):
            await deed(tools, helper, ask.id)
    (upcoming,) = await showings.coming_up(tools, helper)
    assert (upcoming.what, upcoming.thread, upcoming.at) == ("taken", shown.thread, gallery.now + ASK_LASTS)
    assert await looking.ask_view(tools, ask.id) is None
    await gallery.later(hours=11)
    assert len(await gallery.asks()) == 1
    await gallery.write(shown, helper)
    assert await showings.coming_up(tools, helper) == ()
    await gallery.later(days=2)
    assert len(await gallery.asks()) == 1
    assert [act.member_id for act in await gallery.cluster.log("ask.taken")] == [helper.id]


@pytest.mark.parametrize("how", ["passes", "is silent", "takes it and is silent"])
async def test_the_next_one_is_asked(gallery: Gallery, how: str) -> None:
    maker, helpers = await gallery.cluster.join("A"), await gallery.helpers(2)
    tools, shown = gallery.cluster.tools, await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    first = await the_ask(gallery)
    asked = await helper_of(gallery, first)
    if how == "passes":
        await showings.pass_on(tools, asked, first.id)
        await gallery.settle()
    else:
        if how != "is silent":
            await showings.take(tools, asked, first.id)
        await gallery.later(hours=12, minutes=-1)
        assert len(await gallery.asks()) == 1
        await gallery.later(minutes=1)
    first, second = await gallery.asks()
    assert {first.member, second.member} == {one.id for one in helpers}
    assert second.state is AskState.OPEN
    if how != "takes it and is silent":
        with pytest.raises(AskAnswered):
            await showings.take(tools, asked, first.id)
    # Nobody is asked twice, and the maker is never told.
    await gallery.later(days=3)
    assert len(await gallery.asks()) == 2
    assert {one["_kind"] for one in await gallery.cluster.said()} <= {
        "showing.post",
        "showing.check",
        "showing.ask",
        "showing.roundup",
    }


async def test_anybodys_answer_takes_the_ask_back(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    (helper,) = await gallery.helpers(1)
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    ask = await the_ask(gallery)
    await gallery.write(shown, other)
    with pytest.raises(AskAnswered):
        await showings.take(gallery.cluster.tools, helper, ask.id)
    assert await looking.ask_view(gallery.cluster.tools, ask.id) is None
    assert await due_at(gallery, shown) is None


async def test_an_answer_we_did_not_hear_of_is_found_before_anybody_is_asked(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    await gallery.helpers(1)
    shown = await gallery.show(maker)
    gallery.cluster.clock.at += 3 * HOUR
    await gallery.write(shown, other, heard=False)
    answered_at = gallery.now
    gallery.cluster.clock.at += 60 * HOUR  # the machine was off
    await gallery.settle()
    assert (await gallery.again(shown)).answered_at == answered_at
    assert await gallery.asks() == []
    (act,) = await gallery.cluster.log("showing.answered")
    assert (act.member_id, act.at) == (other.id, answered_at)


async def test_where_a_post_cannot_be_read_somebody_is_asked_all_the_same(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    await gallery.helpers(1)
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER - HOUR)
    gallery.forum.down = True
    await gallery.later(hours=1)
    assert await gallery.asks() == []
    await gallery.later(seconds=LOOK_PATIENCE.total_seconds())
    assert len(await gallery.asks()) == 1
    await gallery.mended()
    assert (await the_ask(gallery)).state is AskState.OPEN


async def test_it_stops_after_two_weeks(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_FOR - HOUR)
    assert await due_at(gallery, shown) is not None
    await gallery.later(hours=1)
    assert await due_at(gallery, shown) is None
    assert "showing.check" not in gallery.forum.carried  # without anybody to ask the post is not even read
    other = await gallery.cluster.join("B")
    assert await gallery.write(shown, other)


async def test_who_goes_on_call_is_asked_soon(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + timedelta(days=3))
    await gallery.helpers(1)
    await gallery.later(hours=6)
    assert len(await gallery.asks()) == 1


async def test_who_goes_on_call_is_asked_at_the_next_look_whichever_showing_it_is_for(gallery: Gallery) -> None:
    """A first showing goes first, also where it was to be looked at again only later."""
    old_hand, newcomer = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    await gallery.write(await gallery.show(old_hand), await gallery.cluster.join("C"))
    first = await gallery.show(newcomer)
    await gallery.later(hours=1)
    second = await gallery.show(old_hand)
    await gallery.until(first.shown_at + timedelta(hours=20, minutes=30))
    await gallery.helpers(1)
    assert (await gallery.again(first)).checked_at is None
    await gallery.until(second.shown_at + timedelta(hours=20))
    assert [one.showing for one in await gallery.asks()] == [first.id]


# Whom


async def test_nobody_of_the_firm_nobody_avoided_and_nobody_away_is_asked(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await cluster.join("A", "design", on_call=True)
    avoided, avoids = await cluster.join("B", on_call=True), await cluster.join("C", on_call=True)
    rival, paused = await cluster.join("D", on_call=True), await cluster.join("E", on_call=True)
    left = await cluster.join("F", on_call=True)
    await avoiding.avoid_person(cluster.tools, maker, user_of(avoided))
    await avoiding.avoid_person(cluster.tools, avoids, user_of(maker))
    await avoiding.avoid_firm(cluster.tools, maker, rival.firm.id)
    await members.pause(cluster.tools, await cluster.community(), paused, 4)
    await members.leave(cluster.tools, left)
    shown = await gallery.show(maker)
    await gallery.later(days=3)
    assert await gallery.asks() == []
    suitable = await cluster.join("G", on_call=True)
    await gallery.later(days=3)
    (ask,) = await gallery.asks()
    assert (ask.member, ask.showing) == (suitable.id, shown.id)


async def test_all_that_wait_are_decided_together_and_a_first_showing_goes_first(gallery: Gallery) -> None:
    cluster = gallery.cluster
    old_hand, newcomer = await cluster.join("A"), await cluster.join("B")
    other = await cluster.join("C")
    await gallery.write(await gallery.show(old_hand), other)
    earlier = await gallery.show(old_hand)
    gallery.cluster.clock.at += timedelta(minutes=5)
    first = await gallery.show(newcomer)
    (helper,) = await gallery.helpers(1)
    gallery.cluster.clock.at += timedelta(days=1)
    await gallery.settle()
    assert [(one.showing, one.member) for one in await gallery.asks()] == [(first.id, helper.id)]
    await gallery.later(days=1)
    assert [one.showing for one in await gallery.asks()] == [first.id, earlier.id]


async def test_one_count_for_all_asks_one_a_day_two_a_week(gallery: Gallery) -> None:
    cluster = gallery.cluster
    await gallery.helpers(1)
    for at in range(5):
        await gallery.show(await cluster.join(f"Maker {at}"))
    await gallery.later(days=13)
    asked = [one.asked_at for one in await gallery.asks()]
    assert len(asked) == 4
    assert asked[1] - asked[0] == timedelta(days=1)
    assert asked[2] - asked[0] == timedelta(days=7)
    assert asked[3] - asked[1] == timedelta(days=7)


async def test_who_is_asked_to_review_today_is_not_asked_to_answer(gallery: Gallery) -> None:
    cluster = gallery.cluster
    pair = [await cluster.join(name) for name in "AB"]
    helper = await cluster.join("C", cadence=MemberCadence.ASK, on_call=True)
    shown = await gallery.show(await cluster.join("D", cadence=MemberCadence.ASK))
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    await rounds.cannot(cluster.tools, pair[0], held.id)
    (review,) = await cluster.said("ask.post")
    assert gallery.now - shown.shown_at > RESCUED_AFTER
    await gallery.later(hours=20)
    assert await gallery.asks() == []
    await rounds.pass_ask(cluster.tools, helper, review["ask"])
    await gallery.later(hours=3)
    assert await gallery.asks() == []  # a pass is an ask, too
    await gallery.later(hours=1)
    assert len(await gallery.asks()) == 1


async def test_who_is_asked_to_answer_today_is_not_asked_to_review(gallery: Gallery) -> None:
    cluster = gallery.cluster
    pair = [await cluster.join(name) for name in "AB"]
    helper = await cluster.join("C", cadence=MemberCadence.ASK, on_call=True)
    maker = await cluster.join("D", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    cluster.clock.at = opened.pairs_at - RESCUED_AFTER
    await gallery.show(maker)
    await gallery.until(opened.pairs_at)
    (ask,) = await gallery.asks()
    assert ask.member == helper.id
    await showings.pass_on(cluster.tools, helper, ask.id)
    await cluster.draw()
    (held,) = await cluster.pairings()
    await rounds.cannot(cluster.tools, pair[0], held.id)
    assert await cluster.said("ask.post") == []


async def test_two_processes_never_ask_one_person_for_two_things(gallery: Gallery) -> None:
    """A round and a showing at the same moment, and two looks at the same showings."""
    cluster = gallery.cluster
    pair = [await cluster.join(name) for name in "AB"]
    helper = await cluster.join("C", cadence=MemberCadence.ASK, on_call=True)
    maker = await cluster.join("D", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    cluster.clock.at = opened.pairs_at
    shown = [await gallery.show(maker) for _ in range(3)]
    cluster.clock.at += RESCUED_AFTER
    (held,) = await cluster.pairings()
    async with cluster.db.write() as tx:
        await stored.checked(tx, [one.id for one in shown], gallery.now, gallery.now)
    due = [one.id for one in shown]
    await asyncio.gather(
        rescue.rescue(cluster.tools, cluster.id, due),
        rounds.cannot(cluster.tools, pair[0], held.id),
        rescue.rescue(cluster.tools, cluster.id, due),
    )
    async with cluster.db.read() as tx:
        asked = await stored_asks.since(tx, cluster.id, gallery.now - timedelta(days=1))
    assert [len(moments) for moments in asked.values()] == [1]
    assert asked.keys() == {helper.id}


async def test_what_changed_since_the_choice_was_made_is_seen(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, helpers = await cluster.join("A"), await gallery.helpers(2)
    shown = await gallery.show(maker)
    cluster.clock.at += RESCUED_AFTER
    async with cluster.db.write() as tx:
        await stored.checked(tx, [shown.id], gallery.now, gallery.now)
    compute = cluster.tools.compute

    async def and_then(*given: object, **more: object) -> object:
        """The one chosen goes on pause while the choice is made."""
        choice = await compute(*given, **more)  # type: ignore[arg-type]
        chosen = next(one for one in helpers if one.id == choice[shown.id])  # type: ignore[index]
        if not paused:
            paused.append(chosen.id)
            await members.pause(cluster.tools, await cluster.community(), chosen, 1)
        return choice

    paused: list[int] = []
    object.__setattr__(cluster.tools, "compute", and_then)
    await gallery.settle()
    (ask,) = await gallery.asks()
    assert ask.member not in paused


async def test_a_choice_can_be_made_elsewhere_and_again(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    await gallery.helpers(3)
    await gallery.show(maker, ShowingAsk.CHOICE)
    gallery.cluster.clock.at += RESCUED_AFTER
    async with gallery.cluster.db.read() as tx:
        pool = await gather(tx, gallery.cluster.id, gallery.now)
    assert choose(pool, gallery.now, 1) == choose(pool, gallery.now, 1)
    assert len(choose(pool, gallery.now, 1)) == 1


# Whoever goes


async def test_a_helper_who_goes_makes_room_for_the_next_at_once(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await gallery.helpers(4)
    shown = await gallery.show(maker)
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    await members.leave(cluster.tools, await helper_of(gallery, await the_ask(gallery)))
    await gallery.settle()
    assert len(await gallery.asks()) == 2
    await members.pause(cluster.tools, await cluster.community(), await helper_of(gallery, await the_ask(gallery)), 1)
    await gallery.settle()
    assert len(await gallery.asks()) == 3
    await privacy.erase(cluster.tools, await helper_of(gallery, await the_ask(gallery)))
    await gallery.settle()
    *over, last = await gallery.asks()
    assert [one.state for one in over] == [AskState.EXPIRED] * 3
    assert last.state is AskState.OPEN


async def test_a_maker_on_pause_is_let_be_until_the_pause_is_over(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await gallery.helpers(1)
    await gallery.show(maker)
    away = await members.pause(cluster.tools, await cluster.community(), maker, 1)
    assert away.paused_until is not None
    await gallery.until(away.paused_until - timedelta(seconds=1))
    assert await gallery.asks() == []
    await gallery.later(seconds=1)
    assert len(await gallery.asks()) == 1


async def test_a_pause_ended_early_is_over(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await gallery.helpers(1)
    await gallery.show(maker)
    await members.pause(cluster.tools, await cluster.community(), maker, 1)
    await gallery.later(days=3)
    await members.resume(cluster.tools, maker)
    await gallery.settle()
    assert len(await gallery.asks()) == 1


async def test_nobody_is_asked_for_a_maker_who_has_left_and_nothing_is_posted(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    (helper,) = await gallery.helpers(1)
    shown = await gallery.show(maker)
    gallery.forum.down = True
    waiting = await gallery.show(maker)
    gallery.forum.down = False
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    ask = await the_ask(gallery)
    await members.leave(cluster.tools, maker)
    await gallery.settle()
    with pytest.raises(AskAnswered):
        await showings.take(cluster.tools, helper, ask.id)
    await gallery.mended()
    assert (await gallery.again(waiting)).state is ShowingState.WITHDRAWN
    # What they had shown stays where it stands.
    assert set(gallery.forum.posts) == {shown.thread}
    await gallery.later(days=2)
    assert len(await gallery.asks()) == 1


async def test_a_forgotten_makers_posts_of_ours_are_cleared_away(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, other = await cluster.join("A"), await cluster.join("B")
    open_, answered = await gallery.show(maker), await gallery.show(maker)
    await gallery.write(answered, other)
    await showings.helped(cluster.tools, maker, answered.id, other.id)
    gallery.forum.posts[7] = []
    own = await showings.adopt(cluster.tools, cluster.id, 7, user_of(maker), gallery.now)
    assert own is not None
    await gallery.settle()
    await privacy.erase(cluster.tools, maker)
    await gallery.settle()
    assert gallery.forum.carried.count("showing.close") == 3
    assert set(gallery.forum.posts) == {answered.thread, 7}  # somebody else's words are in it; and their own post
    for one in (open_, answered, own):
        assert (await gallery.again(one)).state is ShowingState.WITHDRAWN
    assert len(await cluster.log("showing.helped")) == 1
    await gallery.later(days=2)
    assert await gallery.asks() == []


async def test_what_can_never_be_posted_is_forgotten(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    gallery.forum.down = True
    shown = await gallery.show(maker)
    gallery.cluster.clock.at += timedelta(days=30)
    await gallery.settle()
    forgotten = await gallery.again(shown)
    assert (forgotten.state, forgotten.text) == (ShowingState.WITHDRAWN, None)
    await gallery.mended()
    assert gallery.forum.posts == {}


# The post itself


async def test_a_locked_post_is_let_be_until_it_is_unlocked(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    tools, (helper,) = gallery.cluster.tools, await gallery.helpers(1)
    shown = await gallery.show(maker)
    assert shown.thread is not None
    await gallery.until(shown.shown_at + RESCUED_AFTER)
    ask = await the_ask(gallery)
    await showings.locked(tools, shown.thread, True)
    with pytest.raises(AskAnswered):
        await showings.take(tools, helper, ask.id)
    assert await due_at(gallery, shown) is None
    await gallery.helpers(1, "crafts")
    await gallery.later(days=1)
    await showings.locked(tools, shown.thread, False)
    await gallery.settle()
    assert len(await gallery.asks()) == 2
    await showings.locked(tools, 404, True)


async def test_that_a_post_is_locked_is_found_out_by_reading_it(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    await gallery.helpers(1)
    shown = await gallery.show(maker)
    gallery.forum.locked.add(shown.thread or 0)
    await gallery.later(days=3)
    assert await gallery.asks() == []


async def test_that_a_post_is_gone_is_found_out_by_reading_it(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    await gallery.helpers(1)
    shown = await gallery.show(maker)
    gallery.forum.posts.clear()
    await gallery.later(days=3)
    assert await gallery.asks() == []
    assert (await gallery.again(shown)).state is ShowingState.GONE


async def test_a_community_that_removed_us_is_left_in_peace(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await gallery.helpers(1)
    await gallery.show(maker)
    await communities.bot_removed(cluster.tools, cluster.id)
    await gallery.later(days=3)
    assert await gallery.asks() == []
    await communities.bot_returned(cluster.tools, cluster.id)
    await gallery.settle()
    assert len(await gallery.asks()) == 1


async def test_one_communitys_trouble_is_not_anothers(gallery: Gallery) -> None:
    other = await Gallery.open(gallery.cluster.db, key=2)
    other.forum.posts = gallery.forum.posts
    for one in (gallery, other):
        await one.show(await one.cluster.join("A"))
        await one.helpers(1)
    compute = gallery.cluster.tools.compute

    async def failing(function: object, pool: object, now: object, seed: int) -> object:
        if seed == gallery.cluster.id:
            raise ArithmeticError
        return await compute(function, pool, now, seed)  # type: ignore[arg-type]

    object.__setattr__(gallery.cluster.tools, "compute", failing)
    gallery.cluster.clock.at += RESCUED_AFTER
    with capture_logs() as logged:
        await gallery.settle()
    assert [one["event"] for one in logged if one["log_level"] == "error"] == ["showings.step_failed"]
    object.__setattr__(gallery.cluster.tools, "compute", compute)
    await gallery.later(minutes=1)
    async with gallery.cluster.db.read() as tx:
        asked = (await tx.execute(sa.text("SELECT community_id FROM asks ORDER BY id"))).scalars().all()
    assert asked == [2, 1]


# The round-up


async def test_one_communitys_round_up_that_fails_holds_no_other_up(gallery: Gallery) -> None:
    other = await Gallery.open(gallery.cluster.db, key=2)
    other.forum.posts = gallery.forum.posts
    for one in (gallery, other):
        await one.show(await one.cluster.join("A"))
    async with gallery.cluster.db.read() as tx:
        was = min(moment for _, moment in await recurring.due(tx, ROUND_UP, gallery.now + timedelta(days=15)))
    await _lives_in(gallery, "Nowhere/At_All")
    gallery.cluster.clock.at = was
    with capture_logs() as logged:
        await run_due(gallery.cluster.tools)
    assert [one["event"] for one in logged if one["log_level"] == "error"] == ["showings.round_up_failed"]
    (told,) = await other.cluster.said("showing.roundup")
    assert told["_key"].startswith(f"round-up:{other.cluster.id}:")
    await _lives_in(gallery, "Europe/Amsterdam")
    await gallery.settle()
    assert len(await gallery.cluster.said("showing.roundup")) == 2


async def _lives_in(gallery: Gallery, zone: str) -> None:
    """Where the time zone is one that nobody knows, whatever has to do with dates fails."""
    plan = (await gallery.cluster.community()).plan
    async with gallery.cluster.db.write() as tx:
        await stored_communities.set_plan(tx, gallery.cluster.id, replace(plan, time_zone=zone))


async def test_every_other_week_what_was_shown_is_told_the_unanswered_first(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, paused, other = [await cluster.join(name) for name in "ABC"]
    answered, open_ = await gallery.show(maker), await gallery.show(maker)
    hidden, withdrawn = await gallery.show(paused), await gallery.show(maker)
    await gallery.write(answered, other)
    await gallery.write(hidden, other)
    await showings.withdraw(cluster.tools, maker, withdrawn.id)
    await members.pause(cluster.tools, await cluster.community(), paused, 4)
    friday = datetime.fromisoformat("2026-01-02T10:00+01:00")
    await gallery.until(friday - timedelta(seconds=1))
    assert await cluster.said("showing.roundup") == []
    await gallery.later(seconds=1)
    (told,) = await cluster.said("showing.roundup")
    view = await looking.round_up(cluster.tools, cluster.id, told["since"], told["until"])
    assert view is not None
    assert [one.id for one in view.shown] == [open_.id, answered.id]
    await gallery.write(open_, other)
    # A fortnight without a showing is passed over in silence, and the next one tells only what is new.
    await gallery.until(friday + timedelta(days=15))
    assert len(await cluster.said("showing.roundup")) == 1
    new = await gallery.show(maker)
    await gallery.write(new, other)
    await gallery.until(friday + timedelta(days=28))
    *_, told = await cluster.said("showing.roundup")
    view = await looking.round_up(cluster.tools, cluster.id, told["since"], told["until"])
    assert view is not None
    assert [one.id for one in view.shown] == [new.id]


async def test_a_round_up_a_week_late_is_left_out_and_said_so(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, other = await cluster.join("A"), await cluster.join("B")
    await gallery.write(await gallery.show(maker), other)
    gallery.cluster.clock.at = datetime.fromisoformat("2026-01-09T11:00+01:00")
    with capture_logs() as logged:
        await gallery.settle()
    assert [one["event"] for one in logged if "round_up" in one["event"]] == ["showings.round_up_skipped"]
    assert await cluster.said("showing.roundup") == []


async def test_with_nothing_left_to_tell_there_is_no_round_up(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    shown = await gallery.show(maker)
    await showings.withdraw(gallery.cluster.tools, maker, shown.id)
    await gallery.later(days=2)
    assert await gallery.cluster.said("showing.roundup") == []
    since, until = int(shown.shown_at.timestamp()), int(gallery.now.timestamp())
    assert await looking.round_up(gallery.cluster.tools, gallery.cluster.id, since, until) is None
