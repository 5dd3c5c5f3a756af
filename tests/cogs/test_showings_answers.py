"""Answers to a showing, *This helped*, and posts that people make themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from simcord.enums import MessageType

from bot.services import showings
from domain.model import ActKind, ShowingSource, ShowingState
from domain.showings import RESCUED_AFTER, RESCUED_FOR
from storage.tables import acts
from tests.cogs.played import amiss, may, played
from tests.cogs.showing import answered_by, asks_of, by_hand, has_tags, posts, show, showing_in, sleeps, tags, write
from tests.world import Person, World, custom_ids, said, text_of


async def this_helped(person: Person, message: Any) -> str:
    command = "This helped"
    return said(await person.actor.context_menu(person.world.channel(message.channel.id), command, message))


async def exchanges(w: World) -> int:
    async with w.app.tools.db.read() as tx:
        query = sa.select(sa.func.count()).where(acts.c.kind == ActKind.HELPED)
        return (await tx.execute(query)).scalar_one()


# What is an answer


@played(set_up=True)
async def test_only_people_of_other_firms_who_take_part_answer(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    colleague = await w.person("col", "Studio Noord")
    bob, zoe = await w.person("bob", "Bindery"), w.stranger("zoe")
    await show(ada)
    (post,) = posts(w)
    for person in (ada, colleague, zoe):
        await write(person, post)
    robot = w.env.create_user("robot", bot=True)
    await write(Person(w, w.guild.add_member(robot)), post)
    await w.guild.create_webhook(post, "news").send("A new release")
    w.guild.create_system_message(post, MessageType.PINS_ADD, author=bob.actor, referenced_message=post.last_message)
    await bob.actor.react(post.history()[0], "👍")
    await w.env.settle()
    assert await answered_by(ada, post) == []
    assert (await showing_in(w, post)).answered_at is None
    await w.wait(hours=3)
    await write(bob, post)
    assert await answered_by(ada, post) == [bob.id]
    assert (await showing_in(w, post)).answered_at == w.now
    await write(bob, post, "And another thing")
    cas = await w.person("cas", "Casting")
    await write(cas, post)
    assert await answered_by(ada, post) == [bob.id, cas.id]


@played(set_up=True)
async def test_a_word_elsewhere_is_no_answer(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    await bob.actor.send(w.guild.channels["lobby"], "Nice lamp")
    assert await answered_by(ada, posts(w)[0]) == []


@played(set_up=True)
async def test_an_answer_wakes_a_post_that_slept_also_after_a_restart(w: World) -> None:
    ada, bob, cas = await w.people(3)
    await show(ada)
    (post,) = posts(w)
    await sleeps(w, post)
    await write(bob, post)
    assert await answered_by(ada, post) == [bob.id]
    await sleeps(w, post)
    await w.app.close()
    await w.restart()
    # The message may come before the news that the post is awake.
    await cas.actor.send(post, "The long edge")
    assert await answered_by(ada, post) == [bob.id, cas.id]


@played(set_up=True)
async def test_what_was_answered_while_we_were_not_there_is_found_before_anybody_is_asked(w: World) -> None:
    ada, bob = await w.people(2)
    await w.person("cas", "Casting", "film, TV, video & photography", on_call=True)
    await show(ada)
    (post,) = posts(w)
    await w.app.close()
    w.env.backend.advance_clock(3600)
    at = w.now
    await bob.actor.send(post, "The long edge")
    await w.restart()
    await w.until(at + RESCUED_AFTER + timedelta(hours=1))
    assert await answered_by(ada, post) == [bob.id]
    answered_at = (await showing_in(w, post)).answered_at
    assert answered_at is not None
    assert abs(answered_at - at) < timedelta(seconds=5)
    assert await asks_of(w) == []


# This helped


@played(set_up=True)
async def test_this_helped_by_command_counts_once(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    answer = await write(bob, post)
    assert f"Noted: the answer of <@{bob.id}> helped" in await this_helped(ada, answer)
    assert "already" in await this_helped(ada, answer)
    again = await write(bob, post, "More")
    assert "already" in await this_helped(ada, again)
    assert await exchanges(w) == 1


@played(set_up=True)
async def test_this_helped_by_button_and_menu(w: World) -> None:
    ada, bob, cas = await w.people(3)
    await show(ada)
    (post,) = posts(w)
    first = post.history()[0]
    assert "Nobody from another firm has answered yet" in said(await ada.press(first, "showing.helped"))
    await write(bob, post)
    await write(cas, post)
    for who in (cas, bob, bob):
        menu = await ada.press(first, "showing.helped")
        assert f"<@{who.id}>" in said(menu)
        chosen = str((await who.me()).id)
        done = said(await ada.actor.select(menu.response, [chosen]))  # type: ignore[arg-type]
    assert "already" in done
    assert await exchanges(w) == 2


@played(set_up=True)
async def test_only_the_maker_says_what_helped(w: World) -> None:
    ada, bob = await w.people(2)
    zoe = w.stranger("zoe")
    await show(ada)
    (post,) = posts(w)
    answer = await write(bob, post)
    assert "somebody else" in said(await bob.press(post.history()[0], "showing.helped"))
    assert "under work of yours" in await this_helped(bob, answer)
    assert "/join" in await this_helped(zoe, answer)
    assert await exchanges(w) == 0


@played(set_up=True)
async def test_what_is_no_answer_did_not_help(w: World) -> None:
    ada, bob = await w.person("ada", "Studio Noord"), await w.person("bob", "Bindery")
    colleague, zoe = await w.person("col", "Studio Noord"), w.stranger("zoe")
    await show(ada)
    (post,) = posts(w)
    outside = await bob.actor.send(w.guild.channels["lobby"], "Nice")
    sent = [post.history()[0], await write(ada, post), await write(colleague, post), await write(zoe, post), outside]
    for message in sent:
        assert "people from other firms" in await this_helped(ada, message)
    assert await exchanges(w) == 0


@played(set_up=True)
async def test_an_answer_we_never_heard_of_counts_when_it_helped(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    await w.app.close()
    answer = await bob.actor.send(post, "The long edge")
    await w.restart()
    assert await answered_by(ada, post) == []
    assert "Noted" in await this_helped(ada, answer)
    assert await answered_by(ada, post) == [bob.id]


@played(set_up=True)
async def test_two_at_once_are_one_exchange(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    answer = await write(bob, post)
    member, showing = await ada.me(), await showing_in(w, post)
    both = await asyncio.gather(
        showings.helped(w.app.tools, member, showing.id, (await bob.me()).id),
        showings.helped_by(w.app.tools, member, post.id, bob.id, answer.id, w.now),
    )
    assert sorted(one.new for one in both) == [False, True]


# Posts made by hand


@played(set_up=True)
async def test_a_post_made_by_hand_counts_is_tagged_and_noted_once(w: World) -> None:
    ada = await w.person("ada", "Studio Noord", "design")
    before = len(w.requests())
    post = await by_hand(ada)
    showing = await showing_in(w, post)
    assert (showing.source, showing.state, showing.maker.user) == (ShowingSource.HAND, ShowingState.OPEN, ada.id)
    assert tags(w, post) == ["Design"]
    note = post.last_message
    assert "this counts as showing your work" in text_of(note)
    assert [one.split(":")[1] for one in custom_ids(note)] == ["showing.helped"]
    assert len(w.requests()) - before == 4  # the forum read and given a tag, the post tagged, the note
    before = len(w.requests())
    await w.app.close()
    await w.restart()
    await w.until(w.now)
    assert len(post.history()) == 2
    assert w.requests()[before:] == ["GET /oauth2/applications/@me"]
    bob = await w.person("bob", "Bindery")
    await write(bob, post)
    assert f"<@{bob.id}>" in said(await ada.press(note, "showing.helped"))


@played(set_up=True)
async def test_without_leave_it_is_neither_tagged_nor_noted_and_counts_all_the_same(w: World) -> None:
    ada, bob = await w.people(2)
    await may(w, manage_threads=False)
    first = await by_hand(ada)
    assert tags(w, first) == []
    w.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=1)
    second = await by_hand(ada)
    assert len(second.history()) == 1
    assert (await showing_in(w, second)).message is None
    assert await amiss(w) == []
    await write(bob, second)
    assert await answered_by(ada, second) == [bob.id]


@played(set_up=True)
async def test_tags_of_somebodys_own_choice_stay(w: World) -> None:
    ada = await w.person("ada", "Studio Noord", "design")
    names = [f"Tag {at}" for at in range(6)]
    numbers = await has_tags(w, *names)
    for chosen in (2, 5):
        post = await by_hand(ada, tags=numbers[:chosen])
        assert tags(w, post) == [*names[:chosen], "Design"][:5]


@played(set_up=True)
async def test_posts_made_while_we_were_not_there_are_met_at_the_start(w: World) -> None:
    ada, zoe = await w.person("ada", "Studio Noord"), w.stranger("zoe")
    await w.app.close()
    mine, hers = await by_hand(ada, away=True), await by_hand(zoe, away=True)
    asleep = await by_hand(ada, "Asleep", away=True)
    await sleeps(w, asleep)
    told = w.env.backend.get_guild(w.guild.id).thread_ids
    told.remove(asleep.id)  # Discord tells at the start of posts that are awake only
    await w.restart()
    await w.until(w.now)
    told.append(asleep.id)
    assert (await showing_in(w, mine)).maker.user == ada.id
    assert len(hers.history()) == 1
    assert len(asleep.history()) == 1
    bob = await w.person("bob", "Bindery")
    await write(bob, asleep)
    assert (await showing_in(w, asleep)).maker.user == ada.id


@played(set_up=True)
async def test_posts_of_others_and_elsewhere_and_of_old_are_let_be(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    other = w.guild.create_forum_channel("marketplace")
    await by_hand(w.stranger("zoe"))
    w.showings_channel, ours = other, w.showings_channel
    await by_hand(ada)
    w.showings_channel = ours
    await w.app.close()
    old = await by_hand(ada, away=True)
    w.env.backend.advance_clock(RESCUED_FOR.total_seconds() + 1)
    await w.restart()
    await w.until(w.now)
    for post in (*posts(w), *other.threads):
        assert len(post.history()) == 1
    assert len(posts(w)) == 2
    assert old.id in {one.id for one in posts(w)}


@played(set_up=True)
async def test_a_post_of_ones_own_making_is_ones_own_to_change(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    post = await by_hand(ada)
    showing = await showing_in(w, post)
    address = f"w1:showing.own:{showing.id}"
    stored = w.env.backend.get_message(post.id, post.last_message.id)  # type: ignore[union-attr]
    stored.components[0]["components"][0]["custom_id"] = address  # as if somebody had forged a button
    assert "You made this post yourself" in said(await ada.actor.click(post.last_message, custom_id=address))  # type: ignore[arg-type]
