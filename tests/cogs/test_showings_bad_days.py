"""Showings on Discord's bad days, and on those of whoever moves the furniture."""

from __future__ import annotations

import pytest

from bot.services import communities
from domain.communities import ChannelKind
from domain.model import ProblemKind
from tests.cogs.played import amiss, delete, played
from tests.cogs.showing import answered_by, by_hand, posts, show, showing_in, tags, write
from tests.world import World, said, text_of, world


@played(set_up=True)
async def test_a_deleted_forum_is_told_to_the_managers_and_nothing_is_lost(w: World) -> None:
    ada, _ = await w.people(2)
    await show(ada)
    await delete(w, "show-your-work")
    await show(ada, work="The second lamp")
    assert [(one.kind, one.subject) for one in await amiss(w)] == [(ProblemKind.CHANNEL_GONE, "showings")]
    told = "\n".join(text_of(one) for one in w.managers_channel.history())
    assert "Weft cannot find" in told
    assert "Have Weft make a new one" in told
    await w.manager.slash("cluster setup", w.guild.channels["lobby"])
    await w.until(w.now)
    await w.find_channels()
    assert [one.name for one in posts(w)] == ["The second lamp"]
    assert await amiss(w) == []
    # What stood in the old one is nobody's concern any more.
    await w.wait(days=15)
    (round_up,) = [text for one in w.round_channel.history() if "What was shown" in (text := text_of(one))]
    assert "One piece of work" in round_up


@played(set_up=True)
async def test_posts_in_the_old_forum_go_on_after_another_is_chosen(w: World) -> None:
    ada, bob = await w.people(2)
    shown = await show(ada)
    (old,) = posts(w)
    other = w.guild.create_forum_channel("gallery")
    await w.env.settle()
    await communities.choose_channel(w.app.tools, w.id, ChannelKind.SHOWINGS, other.id)
    await w.find_channels()
    await write(bob, old)
    assert await answered_by(ada, old) == [bob.id]
    form = await ada.press(shown.response or shown.followups[0], "showing.tags")
    await ada.fill(form, stage="done", ask="next")
    await w.until(w.now)
    assert "shows work that is done" in text_of(old.history()[0])
    await show(ada)
    assert tags(w, posts(w)[0]) == ["Half-way", "First reaction", "Crafts"]
    assert await amiss(w) == []


@pytest.mark.parametrize("status", [500, 429])
async def test_discord_failing_for_a_while_delays_and_doubles_nothing(sqlite_url: str, status: int) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        w.env.inject_error("POST", "/channels/*/threads", status=status, times=2)
        w.env.inject_error("PUT", "/channels/*/thread-members/*", status=status, times=2)
        w.env.inject_error("PATCH", "/channels/*", status=status, times=1)
        await show(ada)
        await by_hand(bob)
        await w.wait(minutes=20)
        mine, his = sorted(posts(w), key=lambda one: one.name or "")
        assert (mine.name, his.name) == ("A lamp of one sheet", "My bench")
        assert (await showing_in(w, mine)).maker.user == ada.id
        assert len(his.history()) == 2
        assert w.in_thread(mine) == {ada.id}
        assert await amiss(w) == []


@played(set_up=True)
async def test_a_maker_who_left_the_server_meanwhile_holds_nothing_up(w: World) -> None:
    ada, bob = await w.people(2)
    w.env.inject_error("PUT", "/channels/*/thread-members/*", status=404, code=10007, times=1)
    await show(ada)
    (post,) = posts(w)
    await write(bob, post)
    assert (await showing_in(w, post)).answered_at is not None


@played(set_up=True)
async def test_a_thousand_posts(w: World) -> None:
    ada, zoe = await w.person("ada", "Studio Noord"), w.stranger("zoe")
    await w.app.close()
    for at in range(998):
        thread = w.env.backend.create_thread(w.showings_channel.id, f"Post {at}", zoe.id, broadcast=False)
        w.env.backend.create_message(thread.id, zoe.id, "What do you think?", broadcast=False)
    await by_hand(ada, away=True)
    before = len(w.requests())
    await w.restart()
    await w.until(w.now)
    assert len(w.requests()) - before <= 5  # the application, the forum's tag (2), the post's tag and the note
    w.env.inject_error("PUT", "/channels/*/thread-members/*", status=500, times=3)
    before = len(w.requests())
    await show(ada)
    await w.wait(minutes=20)
    (mine,) = [one for one in posts(w) if one.name == "A lamp of one sheet"]
    assert (await showing_in(w, mine)).maker.user == ada.id
    assert len(w.requests()) - before <= 20
    assert "over" not in said(await ada.press(mine.history()[0], "showing.own"))


@played(set_up=True)
async def test_a_message_nobody_can_find_any_more(w: World) -> None:
    ada, bob = await w.people(2)
    shown = await show(ada)
    (post,) = posts(w)
    await write(bob, post)
    await w.manager.actor.delete(post.history()[0])
    for action in ("showing.words",):
        assert "no longer there" in said(await ada.press(shown.response or shown.followups[0], action))
    sure = await ada.press(shown.response or shown.followups[0], "showing.withdraw")
    assert "Taken back" in said(await ada.press(sure.response, "showing.withdraw_sure"))
    await w.until(w.now)
    assert await amiss(w) == []
    assert len(post.history()) == 1
