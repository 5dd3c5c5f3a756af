"""A round as people meet it: what they see, press, type and are told; on good days and on Discord's bad ones."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.services import rounds
from cogs.ui.router import Kind
from domain.calendar import MemberCadence
from domain.model import PairingKind, Place
from storage import pairings, problems, signups
from tests.world import BRIEF, REVIEW, Person, World, custom_ids, said, text_of, world


async def held(w: World) -> list[Any]:
    async with w.app.tools.db.read() as tx:
        return await pairings.of_round(tx, (await w.round()).id)


async def review(person: Person, thread: Any) -> Any:
    shown = await person.press(thread.history()[0], "pairing.review")
    if shown.modal is None:
        shown = await person.press(shown.response, "pairing.review_of")
    return await person.fill(shown, **REVIEW)


async def test_a_round_from_opening_to_close(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        await w.open_round()
        assert "**2** people are in." in text_of(w.opening)
        assert "You're in for round 1" in said(await ada.sign_up())
        await w.draw()
        (thread,) = w.pairing_threads()
        assert w.in_thread(thread) == {ada.id, bob.id}
        welcome = thread.history()[0]
        read = text_of(welcome)
        assert "you have never met" in read
        assert "design × crafts" in read or "crafts × design" in read
        assert BRIEF["decision"] in read
        assert "has not written a brief yet" in read  # bob's
        assert "Four Turns" in read
        assert "Your review is in the thread" in said(await review(bob, thread))
        posted = thread.last_message
        assert posted is not None
        assert REVIEW["spot"] in text_of(posted)
        assert "**Specific**" in said(await ada.press(posted, "review.specific"))
        assert "**Specific** and **I'll use it**" not in said(await ada.press(posted, "review.specific"))
        assert "somebody else" in said(await bob.press(posted, "review.kind"))
        assert "Still to come from you" in said(await ada.slash("round status"))
        assert "You have given all you owe" in said(await bob.slash("round status"))
        assert "you have never met" in said(await bob.slash("round why"))
        await w.until((await w.round()).closes_at)
        ended = w.round_channel.last_message
        assert "**1** review was given" in text_of(ended)


async def test_a_file_and_markdown_in_a_brief_reach_the_partner_as_they_are(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ = await w.people(2)
        await w.open_round()
        signed = await ada.sign_up(work="@everyone **look** [here](https://x.example) <@1>\n# big", decision="؟ما رأيك")
        shown = await ada.press(signed.response or signed.followups[0], "round.attach")
        done = await ada.fill(shown, file=("bench.png", b"\x89PNG"))
        assert "bench.png" in said(done)
        await w.draw()
        (thread,) = w.pairing_threads()
        welcome = thread.history()[0]
        assert [one.filename for one in welcome.attachments] == ["bench.png"]
        read = text_of(welcome)
        assert "\\*\\*look\\*\\*" in read
        assert "\n# big" not in read
        assert not welcome.mention_everyone
        assert "؟ما رأيك" in read


async def test_a_file_too_large_is_refused_in_plain_words(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ = await w.people(2)
        await w.open_round()
        signed = await ada.sign_up()
        shown = await ada.press(signed.response or signed.followups[0], "round.attach")
        done = await ada.fill(shown, file=("film.mov", b"x" * (8 * 1024 * 1024 + 1)))
        assert "too large" in said(done)


async def test_a_stranger_is_told_how_to_join(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await w.people(2)
        await w.open_round()
        stranger = w.stranger("zoe")
        assert "/join" in said(await stranger.press(w.opening, "round.in"))


async def test_what_was_typed_too_late_is_given_back(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ = await w.people(2)
        await w.open_round()
        shown = await ada.press(w.opening, "round.in")
        await w.until((await w.round()).nudges_at)
        answer = await ada.fill(shown, **BRIEF)
        assert "too late" in said(answer)
        (given_back,) = (answer.response or answer.followups[0]).attachments
        assert BRIEF["work"].encode() in await given_back.read()


async def test_a_form_opened_before_a_restart_is_still_received(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ = await w.people(2)
        await w.open_round()
        shown = await ada.press(w.opening, "round.in")
        await w.app.close()
        await w.restart()
        assert "You're in" in said(await ada.fill(shown, **BRIEF))


async def test_live_and_its_confirmation(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        await w.open_round()
        await w.draw()
        (thread,) = w.pairing_threads()
        await ada.press(thread.history()[0], "pairing.live")
        question = thread.last_message
        assert "says you did it live" in text_of(question)
        assert "other side" in said(await ada.press(question, "live.yes"))
        await bob.press(question, "live.yes")
        answered = thread.last_message
        assert "that counts, for both" in text_of(answered)
        assert not custom_ids(answered)


async def test_i_cant_make_it_asks_first_and_the_other_gets_help(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        cas = await w.person("cas", "On call", cadence=MemberCadence.ASK, on_call=True)
        await w.open_round()
        await w.draw()
        (thread,) = w.pairing_threads()
        sure = await ada.press(thread.history()[0], "pairing.cannot")
        assert "You can't make it?" in said(sure)
        await ada.press(sure.response, "pairing.cannot_sure")
        assert "can't make it this round" in text_of(thread.last_message)
        (own,) = cas.threads()
        asked = own.last_message
        assert "Could you step in?" in text_of(asked)
        assert "taken care of" not in said(await cas.press(asked, "ask.take"))
        *_, rescue = w.pairing_threads()
        assert w.in_thread(rescue) == {bob.id, cas.id}
        assert "steps in" in text_of(rescue.history()[0])
        assert "taken care of" in said(await cas.press(asked, "ask.pass"))
        assert [one.kind for one in await held(w)] == [PairingKind.DRAW, PairingKind.RESCUE]


async def test_nobody_else_can_use_the_buttons_of_a_thread(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        people = await w.people(4)
        await w.open_round()
        await w.draw()
        first = w.pairing_threads()[0]
        stranger = next(one for one in people if one.id not in w.in_thread(first))
        # Whoever manages threads can read it, and see the buttons.
        w.env.backend.add_thread_member(first.id, stranger.id)
        for action in ("pairing.review", "pairing.live"):
            assert "people who were paired" in said(await stranger.press(first.history()[0], action))


async def test_a_week_costs_discord_no_more_than_it_may(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        people = await w.people(7)
        before = len(w.requests())
        opened = await w.open_round()
        for one in people:
            await one.press(w.opening, "round.out")
        for one in people:  # within the same five seconds
            await one.sign_up()
        await w.draw()
        await w.until(opened.nudges_at)
        await w.until(opened.closes_at - timedelta(minutes=1))
        await w.until(opened.closes_at)
        spent = Counter(one.split("/")[0] + ("edit" if "PATCH" in one else "") for one in w.requests()[before:])
        threads = len(w.pairing_threads())
        assert threads == 3
        nudges = threads  # all were silent
        assert spent["POST "] == 1 + 2 * threads + nudges + 1
        assert spent["PUT "] == len(people)
        assert spent["PATCH edit"] <= 2
        assert sum(spent.values()) == spent["POST "] + spent["PUT "] + spent["PATCH edit"]


async def test_the_count_is_edited_at_most_every_five_seconds(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        people = [await w.person(f"p{at}", f"F{at}", cadence=MemberCadence.ASK) for at in range(4)]
        await w.open_round()
        assert "Nobody is in yet" in text_of(w.opening)
        for one in people:
            await one.sign_up()
        edits = [one for one in w.requests() if one.startswith("PATCH")]
        assert len(edits) == 1
        await w.wait(seconds=6)
        assert "**4** people are in." in text_of(w.opening)
        assert len([one for one in w.requests() if one.startswith("PATCH")]) == 2


# Bad days


async def test_a_deleted_round_channel_is_said_to_the_managers_and_nothing_is_lost(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        w.env.backend.delete_channel(w.round_channel.id)
        await w.env.settle()
        await w.until((await w.scheduled()).opens_at)
        told = "\n".join(text_of(one) for one in w.managers_channel.history())
        assert "channel" in told.lower()
        lobby = w.guild.channels["lobby"]
        fixed = said(await w.manager.slash("cluster setup", lobby))
        assert fixed
        await w.until(w.now)
        await w.find_channels()
        assert "**2** people are in." in text_of(w.opening)
        await w.draw()
        (thread,) = w.pairing_threads()
        assert w.in_thread(thread) == {ada.id, bob.id}


async def test_a_missing_permission_parks_the_threads_until_it_is_back(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await w.people(2)
        await w.open_round()
        channel = w.env.backend.get_channel(w.round_channel.id)
        kept = [replace(one) for one in channel.overwrites]
        _deny(w, "create_private_threads")
        await w.draw()
        assert not w.pairing_threads()
        async with w.app.tools.db.read() as tx:
            (problem,) = await problems.of(tx, w.id)
        assert "create_private_threads" in problem.permissions
        assert "Create Private Threads" in "\n".join(text_of(one) for one in w.managers_channel.history())
        channel.overwrites = kept
        said(await w.manager.slash("cluster check", w.guild.channels["lobby"]))
        await w.until(w.now)
        assert len(w.pairing_threads()) == 1
        async with w.app.tools.db.read() as tx:
            assert not await problems.of(tx, w.id)


def _deny(w: World, permission: str) -> None:
    """Take a permission in the round's channel away from everybody, the bot included."""
    channel = w.env.backend.get_channel(w.round_channel.id)
    bit = getattr(discord.Permissions, permission).flag
    for one in channel.overwrites:
        one.allow &= ~bit
        one.deny |= bit


@pytest.mark.parametrize("status", [500, 502, 429])
async def test_discord_failing_for_a_while_delays_and_doubles_nothing(sqlite_url: str, status: int) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        await w.open_round()
        w.env.inject_error("*", "/channels/*/threads", status=status, times=2)
        w.env.inject_error("PUT", "/channels/*/thread-members/*", status=status, times=1)
        w.env.inject_error("POST", "/channels/*/messages", status=status, times=1)
        await w.draw()
        await w.wait(minutes=20)
        (thread,) = w.pairing_threads()
        assert w.in_thread(thread) == {ada.id, bob.id}
        assert len(thread.history()) == 1


async def test_who_left_the_server_is_neither_paired_nor_pinged(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob, cas = await w.people(3)
        await w.open_round()
        w.guild.remove_member(bob.actor)
        await w.env.settle()
        await w.draw()
        (thread,) = w.pairing_threads()
        assert w.in_thread(thread) == {ada.id, cas.id}
        assert not any(str(bob.id) in text_of(one) for one in thread.history())


async def test_two_clicks_at_once_open_one_thread(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await w.people(4)
        await w.open_round()
        await w.until((await w.round()).pairs_at - timedelta(seconds=1))
        w.env.backend.advance_clock(1)
        await asyncio.gather(*(w.app.tick() for _ in range(5)))
        await w.env.settle()
        assert len(w.pairing_threads()) == 2


async def test_one_firm_only_is_told_what_would_help(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        for name in ("a", "b", "c"):
            await w.person(name, "The same")
        await w.open_round()
        await w.until((await w.round()).pairs_at)
        assert "/join" in text_of(w.round_channel.last_message)
        assert not w.pairing_threads()
        assert (await w.scheduled()).number == 2


async def test_left_out_is_told_in_private_and_why(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        people = [await w.person(name, firm) for name, firm in (("a", "A"), ("b", "A"), ("c", "B"))]
        await w.open_round()
        await w.draw()
        async with w.app.tools.db.read() as tx:
            found = await signups.of_round(tx, (await w.round()).id, place=Place.WAITING)
        (alone,) = [one for one in people if (await one.me()).id == found[0].member]
        (own,) = alone.threads()
        assert w.in_thread(own) == {alone.id}
        assert "you go first next time" in text_of(own.last_message)
        assert "waiting for a partner" in said(await alone.slash("round status"))


async def test_every_button_of_a_round_has_somebody_who_answers_it(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await w.people(2)
        await w.open_round()
        await w.draw()
        messages = [w.opening, *w.pairing_threads()[0].history()]
        actions = {one.split(":")[1] for message in messages for one in custom_ids(message)}
        assert actions >= {"round.in", "round.out", "round.how", "pairing.review", "pairing.live", "pairing.cannot"}
        assert all(w.app.client.router.knows(Kind.PRESS, one) for one in actions)


async def test_a_deleted_thread_is_made_anew_and_nothing_is_lost(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, bob = await w.people(2)
        opened = await w.open_round()
        await w.draw()
        (thread,) = w.pairing_threads()
        w.env.backend.delete_channel(thread.id)
        await w.env.settle()
        await w.until(opened.nudges_at)
        (anew,) = w.pairing_threads()
        assert anew.id != thread.id
        assert w.in_thread(anew) == {ada.id, bob.id}
        assert "A gentle reminder" in text_of(anew.last_message)
        assert "is in the thread" in said(await review_under(ada, anew.last_message))


async def review_under(person: Person, message: Any) -> Any:
    return await person.fill(await person.press(message, "pairing.review"), **REVIEW)


async def test_set_up_again_names_the_next_round(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        lobby = w.guild.channels["lobby"]
        assert "The first round opens" in said(await w.manager.slash("cluster setup", lobby))
        await w.people(2)
        await w.open_round()
        assert "The next round opens" in said(await w.manager.slash("cluster setup", lobby))


async def test_a_deleted_opening_message_troubles_nobody(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ = await w.people(2)
        opened = await w.open_round()
        await w.manager.actor.delete(w.opening)
        await rounds.sit_out(w.app.tools, await ada.me(), opened.id)
        await rounds.sign_up(w.app.tools, await ada.me(), opened.id)
        await w.until(w.now)
        await w.draw()
        assert len(w.pairing_threads()) == 1
        async with w.app.tools.db.read() as tx:
            assert not await problems.of(tx, w.id)
