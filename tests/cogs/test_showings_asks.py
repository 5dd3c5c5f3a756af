"""No showing stays unanswered: somebody on call is asked. And what comes round: the round-up, what it led to."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from bot.services import members, privacy, showings
from domain.asking import ASK_LASTS
from domain.calendar import MemberCadence
from domain.model import AskId, AskState
from domain.showings import RESCUED_AFTER
from tests.cogs.played import amiss, community, played
from tests.cogs.showing import asks_of, by_hand, posts, show, showing_in, speaks, write
from tests.cogs.stage import everybody_reads
from tests.world import Person, World, custom_ids, said, text_of


async def maker(w: World, name: str = "ada", **more: Any) -> Person:
    return await w.person(name, f"Firm of {name}", "crafts", MemberCadence.ASK, **more)


async def helper(w: World, name: str = "cas", **more: Any) -> Person:
    """Somebody on call, of another sector."""
    return await w.person(name, f"Firm of {name}", "publishing", MemberCadence.ASK, on_call=True, **more)


def asked(person: Person) -> Any:
    """The newest ask in somebody's own thread."""
    (own,) = person.threads()
    return next(one for one in reversed(own.history()) if any("showing.take" in id_ for id_ in custom_ids(one)))


async def unanswered(w: World, **more: Any) -> ChannelHandle:
    """A showing, 20 hours on."""
    await show(await maker(w), **more)
    await w.wait(hours=20, minutes=1)
    return posts(w)[0]


async def states(w: World) -> list[AskState]:
    return [one.state for one in await asks_of(w)]


# I'll take it


@played(set_up=True)
async def test_after_twenty_hours_somebody_is_asked_and_takes_it(w: World) -> None:
    cas = await helper(w)
    post = await unanswered(w, ask="how")
    message = asked(cas)
    read = text_of(message)
    assert post.mention in read
    assert "(crafts)" in read
    assert "how you would make it" in read
    assert "first time they show anything" in read
    assert str((await showing_in(w, post)).maker.user) not in read  # whose it is does not matter
    assert "a first thought is what they need" in said(await cas.press(message, "showing.take"))
    taken = cas.threads()[0].last_message
    assert not custom_ids(taken)
    assert post.mention in text_of(taken)
    await write(cas, post)
    assert (await showing_in(w, post)).answered_at is not None
    await w.wait(days=2)
    assert await states(w) == [AskState.TAKEN]


@played(set_up=True)
async def test_a_pass_goes_to_the_next_at_once_and_silence_after_a_while(w: World) -> None:
    people = [await helper(w, name) for name in ("cas", "dik", "eef")]
    await unanswered(w)
    (first,) = [one for one in people if one.threads()]
    assert "I'll ask somebody else" in said(await first.press(asked(first), "showing.pass"))
    await w.until(w.now)
    assert len(await asks_of(w)) == 2
    await w.wait(hours=ASK_LASTS.total_seconds() / 3600, minutes=1)
    assert await states(w) == [AskState.PASSED, AskState.EXPIRED, AskState.OPEN]
    assert all(len(one.threads()) == 1 for one in people)
    assert not [one for one in await showings.coming_up(w.app.tools, await first.me()) if one.what == "ask"]


@played(set_up=True)
async def test_somebody_elses_button_and_an_old_one(w: World) -> None:
    cas = await helper(w)
    post = await unanswered(w)
    message, bob = asked(cas), await maker(w, "bob")
    w.env.backend.add_thread_member(cas.threads()[0].id, bob.id)  # whoever manages threads can read it
    assert "somebody else" in said(await bob.press(message, "showing.take"))
    await write(bob, post)
    assert "taken care of already" in said(await cas.press(message, "showing.take"))
    assert "taken care of already" in said(await cas.press(message, "showing.pass"))


@played(set_up=True)
async def test_two_clicks_at_once_are_one_yes(w: World) -> None:
    cas = await helper(w)
    await unanswered(w)
    tools, me = w.app.tools, await cas.me()
    both = await asyncio.gather(*(showings.take(tools, me, AskId(1)) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in both) == ["AskAnswered", "Showing"]


@played(set_up=True)
async def test_nobody_on_pause_is_asked_nor_a_colleague_nor_somebody_not_on_call(w: World) -> None:
    away = await helper(w, "away")
    await members.pause(w.app.tools, await community(w), await away.me(), 2)
    await w.person("col", "Firm of ada", "crafts", MemberCadence.ASK, on_call=True)
    await maker(w, "bob")
    await unanswered(w)
    assert await asks_of(w) == []
    await w.wait(days=3)
    cas = await helper(w)
    await w.wait(hours=7)
    assert [one.member for one in await asks_of(w)] == [(await cas.me()).id]


@played(set_up=True)
async def test_the_maker_is_never_written_to_about_it(w: World) -> None:
    ada = await maker(w)
    await helper(w)
    await show(ada)
    await w.wait(days=4)
    assert ada.threads() == []
    assert len(posts(w)[0].history()) == 1


@played(set_up=True)
async def test_a_maker_who_left_needs_no_answer_and_one_who_is_forgotten_takes_the_words_along(w: World) -> None:
    ada, bob = await maker(w), await maker(w, "bob")
    await helper(w)
    await show(ada)
    await show(bob)
    await members.leave(w.app.tools, await ada.me())
    await privacy.erase(w.app.tools, await bob.me())
    await w.wait(hours=21)
    assert await asks_of(w) == []
    (left,) = posts(w)
    assert f"<@{ada.id}>" in text_of(left.history()[0])


@played(set_up=True)
async def test_a_locked_post_is_let_be_until_it_is_unlocked(w: World) -> None:
    cas = await helper(w)
    await show(await maker(w))
    (post,) = posts(w)
    w.env.backend.edit_channel(post.id, {}, thread_metadata={"locked": True})
    await w.env.settle()
    await w.wait(hours=30)
    assert cas.threads() == []
    w.env.backend.edit_channel(post.id, {}, thread_metadata={"locked": False})
    await w.env.settle()
    await w.until(w.now)
    assert post.mention in text_of(asked(cas))


@played(set_up=True)
async def test_a_deleted_post_needs_no_answer(w: World) -> None:
    cas = await helper(w)
    await show(await maker(w))
    (post,) = posts(w)
    w.env.backend.delete_channel(post.id)
    await w.env.settle()
    await w.wait(hours=30)
    assert cas.threads() == []
    assert await amiss(w) == []


@played(set_up=True)
async def test_a_post_deleted_while_we_were_not_there_is_found_out_before_anybody_is_asked(w: World) -> None:
    cas = await helper(w)
    await show(await maker(w))
    await w.app.close()
    w.env.backend.delete_channel(posts(w)[0].id)
    w.env.backend.advance_clock(RESCUED_AFTER.total_seconds() + 60)
    await w.restart()
    await w.wait(hours=2)
    assert cas.threads() == []
    assert await amiss(w) == []


@played(set_up=True)
async def test_somebody_dutch_is_asked_in_dutch_in_an_english_community(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cas = await helper(w, language="nl")
    await unanswered(w, ask="choice")
    read = text_of(asked(cas))
    assert "iemand van een ander bedrijf (ambacht)" in read
    assert "kan niet kiezen" in read
    everybody_reads("nl", monkeypatch)
    assert "Prima" in said(await cas.press(asked(cas), "showing.pass"))


@played(set_up=True)
async def test_me_says_in_how_many_weeks_one_showed_work_and_what_one_was_asked(w: World) -> None:
    ada, cas = await maker(w), await helper(w)
    assert "None yet: `/show`" in said(await ada.slash("me"))
    await show(ada)
    await show(ada)
    assert "1 of 1 so far. Only you see this." in said(await ada.slash("me"))
    await w.wait(hours=21)
    assert "asked to look at somebody's work" in said(await cas.slash("me"))
    await cas.press(asked(cas), "showing.take")
    (post,) = [one for one in posts(w) if one.mention in text_of(cas.threads()[0].last_message)]
    assert f"you would answer in {post.mention}" in said(await cas.slash("me"))
    await w.until(datetime(2026, 1, 19, 12, tzinfo=w.now.tzinfo))  # the fourth week of the quarter
    await show(ada)
    assert "2 of 4 so far" in said(await ada.slash("me"))


# What it costs


@played(set_up=True)
async def test_what_a_showing_costs_discord(w: World) -> None:
    """Counted over a life in which everything happens; the forum has its tags, and people their own threads."""
    ada, bob, cas = await maker(w), await maker(w, "bob"), await helper(w)
    await show(ada)
    await w.wait(hours=21)
    await write(bob, posts(w)[0])
    await w.wait(days=7)
    spent: Counter[str] = Counter()

    async def step(name: str, doing: Any) -> Any:
        before = len(w.requests())
        done = await doing
        await w.until(w.now)
        spent[name] = len(w.requests()) - before
        return done

    await step("post", show(ada))
    post = posts(w)[1]
    await step("ask", w.wait(hours=21))
    await step("take", cas.press(asked(cas), "showing.take"))
    answer = await step("answer", write(cas, post))
    await step("helped", ada.actor.context_menu(post, "This helped", answer))
    own = await ada.press(post.history()[0], "showing.own")
    form = await ada.press(own.response, "showing.words")
    await step("edit", ada.fill(form, work="x", question="y"))
    sure = await ada.press(own.response, "showing.withdraw")
    await step("close", ada.press(sure.response, "showing.withdraw_sure"))
    assert dict(spent) == {"post": 2, "ask": 2, "take": 0, "answer": 0, "helped": 0, "edit": 2, "close": 3}


# The round-up


def round_ups(w: World) -> list[str]:
    return [text for one in w.round_channel.history() if "What was shown" in (text := text_of(one))]


@played(set_up=True)
async def test_every_other_friday_what_was_shown_the_unanswered_first(w: World) -> None:
    ada, bob = await maker(w), await maker(w, "bob")
    await w.until(datetime(2026, 1, 8, 12, tzinfo=w.now.tzinfo))  # a Thursday
    await show(ada)
    await show(ada)
    first, second = posts(w)
    await write(bob, second)
    third = await by_hand(bob)
    await w.wait(days=3)
    (told,) = round_ups(w)
    assert "3 pieces of work were shown" in told
    assert "have no answer yet" in told
    assert told.index(first.mention) < told.index(third.mention) < told.index(second.mention)
    assert str(ada.id) not in told
    assert str(bob.id) not in told
    await w.wait(days=14)
    assert len(round_ups(w)) == 1  # nothing was shown, nothing is said


# What an exchange led to


async def ninety_days_on(w: World) -> None:
    w.env.backend.advance_clock(timedelta(days=91).total_seconds())
    await w.wait(hours=24)


@played(set_up=True)
async def test_ninety_days_on_each_side_is_asked_once_and_answers_with_one_click(w: World) -> None:
    ada, bob, cas = await maker(w), await maker(w, "bob"), await maker(w, "cas")
    await show(ada)
    (post,) = posts(w)
    for one in (bob, cas):
        answer = await write(one, post)
        await ada.actor.context_menu(post, "This helped", answer)
    await ninety_days_on(w)
    (own,) = ada.threads()
    question = own.last_message
    assert f"<@{bob.id}> and <@{cas.id}>" in text_of(question)
    (menu,) = [one for one in custom_ids(question) if "followup.some" in one]
    options = question.components[0].children[0].options  # type: ignore[union-attr]
    assert [one.label for one in options] == ["Firm of bob", "Firm of cas"]
    done = await ada.actor.select(question, [options[1].value], custom_id=menu)  # type: ignore[arg-type]
    assert f"joint work with <@{cas.id}>" in said(done)
    assert custom_ids(own.last_message) == ["w1:quote.say"]
    (other,) = bob.threads()
    assert f"<@{ada.id}>" in text_of(other.last_message)
    assert "somebody else" in said(await cas_presses(w, cas, other))
    assert "good to know, too" in said(await bob.press(other.last_message, "followup.none"))
    before = len(own.history()), len(other.history())
    await ninety_days_on(w)
    assert (len(own.history()), len(other.history())) == before


@played(set_up=True)
async def test_of_one_person_a_click_says_that_it_did(w: World) -> None:
    ada, bob = await maker(w), await maker(w, "bob")
    await show(ada)
    (post,) = posts(w)
    await ada.actor.context_menu(post, "This helped", await write(bob, post))
    await ninety_days_on(w)
    (own,) = ada.threads()
    assert f"joint work with <@{bob.id}>" in said(await ada.press(own.last_message, "followup.some"))
    assert custom_ids(own.last_message) == ["w1:quote.say"]


async def cas_presses(w: World, cas: Person, place: ChannelHandle) -> Any:
    w.env.backend.add_thread_member(place.id, cas.id)
    return await cas.press(place.last_message, "followup.none")


@played(set_up=True)
async def test_a_dutch_member_is_asked_what_came_of_it_in_dutch(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, bob = await maker(w), await maker(w, "bob", language="nl")
    await speaks(w, "nl")
    await show(ada)
    (post,) = posts(w)
    await ada.actor.context_menu(post, "This helped", await write(bob, post))
    await ninety_days_on(w)
    (own,) = bob.threads()
    question = own.last_message
    assert "Kwam er iets van?" in text_of(question)
    assert f"jij en <@{ada.id}>" in text_of(question)
    everybody_reads("nl", monkeypatch)
    assert "Ook dat is goed om te weten" in said(await bob.press(question, "followup.none"))
