"""Showing work, and answers to it; on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services import members, showings
from bot.services.showings import looking
from domain.communities import ChannelKind
from domain.errors import ByHand, NoPlaceToShow, NotAMember, NotAnAnswer, NotYours, TooOld
from domain.model import (
    Attachment,
    MemberId,
    Showing,
    ShowingAsk,
    ShowingId,
    ShowingSource,
    ShowingState,
    ShowingText,
    Stage,
)
from storage import communities
from storage import showings as stored
from storage.engine import Database
from storage.tables import files
from storage.tables import showings as table
from tests.services.gallery import HOUR, TEXT, Gallery, user_of

PICTURE = Attachment("lamp.png", "image/png", b"lamp")


@pytest.fixture
async def gallery(db: Database) -> Gallery:
    return await Gallery.open(db)


async def words_kept(gallery: Gallery) -> int:
    """How many texts and files of showings the database holds."""
    async with gallery.cluster.db.read() as tx:
        texts = (await tx.execute(sa.select(sa.func.count(table.c.text)))).scalar_one()
        return int(texts + (await tx.execute(sa.select(sa.func.count()).select_from(files))).scalar_one())


async def postings(gallery: Gallery) -> list[str]:
    """What has become of every post that was to be made."""
    return [one["_state"] for one in await gallery.cluster.said("showing.post")]


# Showing


async def test_work_is_posted_and_then_its_words_are_not_kept(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    gallery.forum.down = True
    shown = await gallery.show(maker, file=PICTURE)
    assert (shown.state, shown.text, shown.has_file) == (ShowingState.POSTING, TEXT, True)
    view = await looking.posting(gallery.cluster.tools, shown.id)
    assert view is not None
    assert view.file == PICTURE
    gallery.forum.down = False
    await gallery.mended()
    shown = await gallery.again(shown)
    assert (shown.state, shown.text, shown.has_file, shown.shown_at) == (ShowingState.OPEN, None, False, gallery.now)
    assert shown.thread in gallery.forum.posts
    assert shown.message == shown.thread
    assert await words_kept(gallery) == 0
    (act,) = await gallery.cluster.log("showing.shown")
    assert (act.member_id, act.showing_id) == (maker.id, shown.id)


async def test_there_must_be_a_forum_and_a_member(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker = await cluster.join("A")
    await members.leave(cluster.tools, maker)
    with pytest.raises(NotAMember):
        await gallery.show(maker)
    async with cluster.db.write() as tx:
        await communities.set_channel(tx, cluster.id, ChannelKind.SHOWINGS, None)
    with pytest.raises(NoPlaceToShow):
        await gallery.show(maker)
    assert await cluster.said("showing.post") == []


async def test_a_persons_first_showing_is_one_whatever_they_do_at_once(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    await asyncio.gather(*(gallery.show(maker) for _ in range(4)), gallery.show(other))
    async with gallery.cluster.db.read() as tx:
        rows = (await tx.execute(sa.select(table.c.member_id, table.c.first))).all()
    assert sorted(row.member_id for row in rows if row.first) == sorted([maker.id, other.id])
    (mine,) = [one for one in await showings.own(gallery.cluster.tools, maker) if one.first]
    await showings.withdraw(gallery.cluster.tools, maker, mine.id)
    assert not (await gallery.show(maker)).first


async def test_other_words_reach_the_post_and_are_not_kept(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    tools, shown = gallery.cluster.tools, await gallery.show(maker)
    new = ShowingText("A lamp", "To glue it", "It drips", "Which glue?")
    with pytest.raises(NotYours):
        await showings.edit(tools, other, shown.id, Stage.DONE, ShowingAsk.NEXT, new)
    changed = await showings.edit(tools, maker, shown.id, Stage.DONE, ShowingAsk.NEXT, new)
    view = await looking.editing(tools, shown.id)
    assert view is not None
    assert (view.showing.text, view.showing.stage, view.showing.ask) == (new, Stage.DONE, ShowingAsk.NEXT)
    assert changed == view.showing
    await gallery.settle()
    assert await words_kept(gallery) == 0
    await showings.edit(tools, maker, shown.id, Stage.DONE, ShowingAsk.NEXT, TEXT)
    await gallery.settle()
    assert gallery.forum.carried.count("showing.edit") == 2


async def test_words_changed_while_it_is_posted_are_not_lost(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    tools = gallery.cluster.tools
    shown = await showings.show(tools, maker, Stage.IDEA, ShowingAsk.HOW, TEXT, PICTURE)
    new = ShowingText("A lamp", "To glue it", "It drips", "Which glue?")
    seen: list[ShowingText | None] = []
    carry = gallery.forum.carry

    async def slowly(intention: object) -> object:
        """The post is on its way with the old words when the new ones are typed."""
        ids = await carry(intention)  # type: ignore[arg-type]
        if not seen:
            seen.append((await gallery.again(shown)).text)
            await showings.edit(tools, maker, shown.id, Stage.IDEA, ShowingAsk.HOW, new)
        else:
            view = await looking.editing(tools, shown.id)
            seen.append(view.showing.text if view else None)
        return ids

    gallery.forum.carry = slowly  # type: ignore[assignment, method-assign]
    await gallery.settle()
    assert seen == [TEXT, new]
    assert await words_kept(gallery) == 0


async def test_what_is_taken_back_is_cleared_away(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    tools = gallery.cluster.tools
    quiet, talked_about = await gallery.show(maker), await gallery.show(maker)
    await gallery.write(talked_about, other)
    with pytest.raises(NotYours):
        await showings.withdraw(tools, other, quiet.id)
    for one in (quiet, talked_about):
        await showings.withdraw(tools, maker, one.id)
        with pytest.raises(TooOld):
            await showings.withdraw(tools, maker, one.id)
        with pytest.raises(TooOld):
            await showings.edit(tools, maker, one.id, Stage.DONE, ShowingAsk.NEXT, TEXT)
    await gallery.settle()
    assert set(gallery.forum.posts) == {talked_about.thread}
    assert await showings.own(tools, maker) == ()
    # Nothing is counted in it any more, but what helped did help.
    assert not await gallery.write(talked_about, await gallery.cluster.join("C"))
    assert (await showings.helped(tools, maker, talked_about.id, other.id)).new


async def test_taken_back_before_it_is_posted_it_never_is(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    shown = await showings.show(gallery.cluster.tools, maker, Stage.IDEA, ShowingAsk.HOW, TEXT, PICTURE)
    await showings.withdraw(gallery.cluster.tools, maker, shown.id)
    await gallery.settle()
    assert gallery.forum.posts == {}
    assert await words_kept(gallery) == 0
    assert await gallery.cluster.log("showing.shown") == []


async def test_taken_back_where_nothing_can_be_posted_nobody_has_to_mend_that_for_it(gallery: Gallery) -> None:
    maker, tools = await gallery.cluster.join("A"), gallery.cluster.tools
    gallery.forum.down = True
    shown, other = await gallery.show(maker), await gallery.show(maker)
    assert await postings(gallery) == ["blocked", "blocked"]
    await showings.withdraw(tools, maker, shown.id)
    await gallery.settle()
    assert await postings(gallery) == ["dropped", "blocked"]
    # After several attempts one may have worked: it is looked for once that is possible.
    await gallery.mended_not()
    await gallery.mended_not()
    await showings.withdraw(tools, maker, other.id)
    await gallery.settle()
    assert await postings(gallery) == ["dropped", "blocked"]
    await gallery.mended()
    assert await postings(gallery) == ["dropped", "dropped"]
    assert gallery.forum.posts == {}


async def test_taken_back_while_it_is_posted_it_is_cleared_away(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    tools = gallery.cluster.tools
    shown = await showings.show(tools, maker, Stage.IDEA, ShowingAsk.HOW, TEXT)
    carry = gallery.forum.carry

    async def slowly(intention: object) -> object:
        ids = await carry(intention)  # type: ignore[arg-type]
        if gallery.forum.carried == ["showing.post"]:
            await showings.withdraw(tools, maker, shown.id)
        return ids

    gallery.forum.carry = slowly  # type: ignore[assignment, method-assign]
    await gallery.settle()
    assert gallery.forum.carried == ["showing.post", "showing.close"]
    assert gallery.forum.posts == {}
    assert (await gallery.again(shown)).state is ShowingState.WITHDRAWN


# Posts made by hand


async def test_a_post_made_by_hand_is_adopted_once(gallery: Gallery) -> None:
    cluster, maker = gallery.cluster, await gallery.cluster.join("A")
    gallery.forum.posts[7] = []
    adopted = await showings.adopt(cluster.tools, cluster.id, 7, user_of(maker), gallery.now)
    assert adopted is not None
    assert (adopted.source, adopted.state, adopted.first) == (ShowingSource.HAND, ShowingState.OPEN, True)
    assert await showings.adopt(cluster.tools, cluster.id, 7, user_of(maker), gallery.now) is None
    await gallery.settle()
    assert (await gallery.again(adopted)).message is not None
    assert sorted(gallery.forum.carried) == ["showing.note", "showing.tag"]
    assert len(await cluster.log("showing.shown")) == 1
    with pytest.raises(ByHand):
        await showings.edit(cluster.tools, maker, adopted.id, Stage.DONE, ShowingAsk.NEXT, TEXT)
    async with cluster.db.read() as tx:
        assert await stored.in_thread(tx, cluster.id, 7) == await gallery.again(adopted)


async def test_what_is_no_members_or_old_is_not_adopted(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, left = await cluster.join("A"), await cluster.join("B")
    await members.leave(cluster.tools, left)
    gallery.cluster.clock.at += timedelta(days=20)
    stranger = user_of(maker) + 1000
    old, before_set_up = gallery.now - timedelta(days=15), (await cluster.community()).set_up_at - HOUR
    for at, owner in (
        (gallery.now, stranger),
        (gallery.now, left.user),
        (old, maker.user),
        (before_set_up, maker.user),
    ):
        assert await showings.adopt(cluster.tools, cluster.id, 7, owner, at) is None  # type: ignore[arg-type]
    assert await cluster.said("showing.note") == []


async def test_answers_to_a_post_heard_of_late_are_found_at_once(gallery: Gallery) -> None:
    cluster = gallery.cluster
    maker, other = await cluster.join("A"), await cluster.join("B")
    at = gallery.now
    gallery.cluster.clock.at += 5 * HOUR
    gallery.forum.posts[7] = [showings.Seen(user_of(other), 8, at + HOUR)]
    adopted = await showings.adopt(cluster.tools, cluster.id, 7, user_of(maker), at)
    assert adopted is not None
    await gallery.settle()
    assert (await gallery.again(adopted)).answered_at == at + HOUR


async def test_where_we_may_not_write_below_a_post_we_do_not(gallery: Gallery) -> None:
    cluster, maker = gallery.cluster, await gallery.cluster.join("A")
    gallery.forum.posts[7] = []
    gallery.forum.down = True
    adopted = await showings.adopt(cluster.tools, cluster.id, 7, user_of(maker), gallery.now)
    assert adopted is not None
    await gallery.settle()
    assert {one["_state"] for one in await cluster.said()} >= {"dropped"}
    assert "blocked" not in {one["_state"] for one in await cluster.said()}
    await showings.withdraw(cluster.tools, maker, adopted.id)
    assert await looking.closing(cluster.tools, adopted.id) is None  # nothing of ours stands there


async def test_a_deleted_post_is_gone(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    tools = gallery.cluster.tools
    noticed, found_out = await gallery.show(maker), await gallery.show(maker)
    for one in (noticed, found_out):
        assert one.thread is not None
        del gallery.forum.posts[one.thread]
    await showings.gone(tools, noticed.thread)  # type: ignore[arg-type]
    await showings.gone(tools, 404)
    await showings.edit(tools, maker, found_out.id, Stage.DONE, ShowingAsk.NEXT, TEXT)
    await gallery.settle()
    for one in (noticed, found_out):
        assert (await gallery.again(one)).state is ShowingState.GONE
    assert await words_kept(gallery) == 0
    await gallery.later(days=2)
    assert await gallery.cluster.said("showing.check") == []


# Answers


async def test_the_first_answer_of_another_firm_counts_and_is_timed(gallery: Gallery) -> None:
    maker, colleague = await gallery.cluster.join("A"), await gallery.cluster.join("A")
    first, second = await gallery.cluster.join("B"), await gallery.cluster.join("C")
    shown = await gallery.show(maker)
    assert not await gallery.write(shown, maker)
    assert not await gallery.write(shown, colleague)
    assert (await gallery.again(shown)).answered_at is None
    gallery.cluster.clock.at += HOUR
    assert await gallery.write(shown, first)
    answered_at = gallery.now
    gallery.cluster.clock.at += HOUR
    assert await gallery.write(shown, second)
    assert not await gallery.write(shown, first)
    assert (await gallery.again(shown)).answered_at == answered_at
    log = await gallery.cluster.log("showing.answered")
    assert [(act.member_id, act.other_member_id, act.showing_id) for act in log] == [
        (first.id, maker.id, shown.id),
        (second.id, maker.id, shown.id),
    ]


async def test_answers_at_the_same_time_are_answered_once(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    answering = [await gallery.cluster.join(f"B{at}") for at in range(4)]
    shown = await gallery.show(maker)
    # Twice each: Discord may tell us twice, and so may two processes.
    times = [gallery.now + timedelta(minutes=at) for at in range(4)]
    told = [
        showings.wrote(gallery.cluster.tools, gallery.cluster.id, shown.thread or 0, user_of(one), 90 + at, times[at])
        for at, one in enumerate(answering)
        for _ in range(2)
    ]
    assert sorted(await asyncio.gather(*reversed(told))) == [False] * 4 + [True] * 4
    assert (await gallery.again(shown)).answered_at == times[0]
    assert len(await gallery.cluster.log("showing.answered")) == 4


async def test_an_answer_that_comes_before_we_know_the_post_is_not_lost(gallery: Gallery) -> None:
    maker, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    tools = gallery.cluster.tools
    shown = await showings.show(tools, maker, Stage.IDEA, ShowingAsk.HOW, TEXT)
    carry = gallery.forum.carry

    async def fast(intention: object) -> object:
        """Somebody writes between the post and our note of it."""
        ids = await carry(intention)  # type: ignore[arg-type]
        if gallery.forum.carried == ["showing.post"]:
            message = showings.Seen(user_of(other), next(gallery.forum.ids), gallery.now)
            gallery.forum.posts[ids["thread"]].append(message)
            assert not await showings.wrote(tools, gallery.cluster.id, ids["thread"], *message)
        return ids

    gallery.forum.carry = fast  # type: ignore[assignment, method-assign]
    await gallery.settle()
    assert (await gallery.again(shown)).answered_at == gallery.now
    assert gallery.forum.carried == ["showing.post", "showing.check"]


async def test_talk_in_other_threads_of_the_forum_costs_nothing(gallery: Gallery) -> None:
    other = await gallery.cluster.join("B")
    assert not await showings.wrote(gallery.cluster.tools, gallery.cluster.id, 404, user_of(other), 1, gallery.now)
    elsewhere = await Gallery.open(gallery.cluster.db, key=2)
    maker = await elsewhere.cluster.join("A")
    shown = await elsewhere.show(maker)
    told = showings.wrote(gallery.cluster.tools, gallery.cluster.id, shown.thread or 0, user_of(other), 1, gallery.now)
    assert not await told
    assert (await gallery.again(shown)).answered_at is None


# This helped


async def test_what_helped_is_one_exchange_and_only_the_makers_to_say(gallery: Gallery) -> None:
    maker, other, third = [await gallery.cluster.join(name) for name in "ABC"]
    tools, shown = gallery.cluster.tools, await gallery.show(maker)
    with pytest.raises(NotAnAnswer):
        await showings.helped(tools, maker, shown.id, other.id)
    for one in (other, third):
        await gallery.write(shown, one)
    with pytest.raises(NotYours):
        await showings.helped(tools, other, shown.id, other.id)
    with pytest.raises(TooOld):
        await showings.helped(tools, maker, ShowingId(404), other.id)
    told = await asyncio.gather(*(showings.helped(tools, maker, shown.id, other.id) for _ in range(3)))
    assert sorted(one.new for one in told) == [False, False, True]
    (act,) = await gallery.cluster.log("showing.helped")
    assert (act.member_id, act.other_member_id, act.showing_id) == (other.id, maker.id, shown.id)
    listed = await showings.answerers(tools, maker, shown.id)
    assert [(one.member.id, one.helped_at is not None) for one in listed] == [(third.id, False), (other.id, True)]
    await members.leave(tools, third)
    assert [one.member.id for one in await showings.answerers(tools, maker, shown.id)] == [other.id]


async def test_a_message_that_helped_is_an_answer_even_if_we_missed_it(gallery: Gallery) -> None:
    maker, colleague, other = [await gallery.cluster.join(name) for name in "AAB"]
    tools, shown = gallery.cluster.tools, await gallery.show(maker)
    thread = shown.thread or 0
    await gallery.write(shown, other, heard=False)
    for user in (user_of(colleague), user_of(other) + 1000):
        with pytest.raises(NotAnAnswer):
            await showings.helped_by(tools, maker, thread, user, 9, gallery.now)  # type: ignore[arg-type]
    with pytest.raises(NotAnAnswer):
        await showings.helped_by(tools, maker, 404, user_of(other), 9, gallery.now)
    with pytest.raises(NotYours):
        await showings.helped_by(tools, other, thread, user_of(other), 9, gallery.now)
    thanked = await showings.helped_by(tools, maker, thread, user_of(other), 9, gallery.now)
    assert (thanked.answerer.id, thanked.new) == (other.id, True)
    assert (await gallery.again(shown)).answered_at == gallery.now


async def test_nothing_of_another_community_can_be_touched(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    shown: Showing = await gallery.show(maker)
    elsewhere = await Gallery.open(gallery.cluster.db, key=2)
    stranger = await elsewhere.cluster.join("A")
    tools = elsewhere.cluster.tools
    for deed in (
        showings.withdraw(tools, stranger, shown.id),
        showings.edit(tools, stranger, shown.id, Stage.DONE, ShowingAsk.NEXT, TEXT),
        showings.helped(tools, stranger, shown.id, MemberId(1)),
        showings.answerers(tools, stranger, shown.id),
    ):
        with pytest.raises(TooOld):
            await deed
    with pytest.raises(NotAnAnswer):
        await showings.helped_by(tools, stranger, shown.thread or 0, user_of(maker), 1, gallery.now)
    async with tools.db.read() as tx:
        assert await stored.in_thread(tx, elsewhere.cluster.id, shown.thread or 0) is None


# What a member sees of themself


async def test_weeks_shown_are_counted_for_ones_own_eyes(gallery: Gallery) -> None:
    maker = await gallery.cluster.join("A")
    tools = gallery.cluster.tools
    assert await showings.weeks_shown(tools, maker) == (0, 1)  # Thursday the first of January
    first = await gallery.show(maker)
    await gallery.show(maker)
    gallery.cluster.clock.at += timedelta(days=7)
    await gallery.show(maker)
    assert await showings.weeks_shown(tools, maker) == (2, 2)
    await showings.withdraw(tools, maker, first.id)
    assert await showings.weeks_shown(tools, maker) == (2, 2)
    gallery.cluster.clock.at += timedelta(days=85)
    assert await showings.weeks_shown(tools, maker) == (0, 1)
