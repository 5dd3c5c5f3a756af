"""Showing work as people meet it: `/show`, *Show this work*, the post and its tags."""

from __future__ import annotations

from typing import Any

import pytest

from bot.services import communities
from domain.model import ProblemKind
from tests.cogs.played import amiss, community, may, played
from tests.cogs.showing import WORK, by_hand, forget_forum, has_tags, pinged, posts, show, showing_in, speaks, tags
from tests.cogs.stage import everybody_reads
from tests.world import Person, World, said, text_of

PICTURE = ("lamp.png", b"\x89PNG")


def told_managers(w: World) -> str:
    return "\n".join(text_of(one) for one in w.managers_channel.history())


def wants_a_tag(w: World) -> None:
    """The forum takes no post without a tag. (simcord knows of no such forum: what the gateway told us is changed.)"""
    w.app.client.get_channel(w.showings_channel.id)._flags = 1 << 4  # type: ignore[union-attr]


# `/show`


@played(set_up=True)
async def test_work_stands_in_the_forum_with_its_words_its_picture_and_its_tags(w: World) -> None:
    ada = await w.person("ada", "Studio Noord", "design")
    done = said(await show(ada, stage="nearly", ask="how", file=PICTURE))
    assert w.showings_channel.mention in done
    assert "*Nearly done* and *How to*" in done
    (post,) = posts(w)
    (first,) = post.history()
    assert post.name == "A lamp of one sheet"
    assert tags(w, post) == ["Nearly done", "How to", "Design"]
    assert [one.filename for one in first.attachments] == ["lamp.png"]
    read = text_of(first)
    assert f"<@{ada.id}> of Studio Noord (design) shows work that is nearly done." in read
    for words in WORK.values():
        assert words in read
    assert not pinged(w, first)
    assert w.in_thread(post) == {ada.id}  # so that Discord tells the maker of answers
    assert (await showing_in(w, post)).text is None


@played(set_up=True)
async def test_stage_and_ask_need_not_be_chosen(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada, tried="", bites="")
    (post,) = posts(w)
    assert tags(w, post) == ["Half-way", "First reaction", "Crafts"]
    assert [one.name for one in post.history()[0].embeds[0].fields] == ["My question (two minutes will do)"]


@played(set_up=True)
async def test_tags_are_made_once_and_a_post_is_then_two_requests(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await has_tags(w, "half-way", "Jam session")
    before = len(w.requests())
    await show(ada)
    assert [one.split("/")[0] for one in w.requests()[before:]] == ["GET ", "PATCH ", "POST ", "PUT "]
    before = len(w.requests())
    await show(ada)
    assert [one.split("/")[0] for one in w.requests()[before:]] == ["POST ", "PUT "]
    names = [one["name"] for one in w.env.backend.get_channel(w.showings_channel.id).available_tags]
    assert names == ["half-way", "Jam session", "First reaction", "Crafts"]


@played(set_up=True)
async def test_a_sector_of_the_communitys_own_with_a_long_name_is_a_tag_too(w: World) -> None:
    name = "Restoration of 🪵 organs & carillons"
    await communities.change_sectors(w.app.tools, w.id, (name, *(await community(w)).sectors))
    ada = await w.person("ada", "Studio Noord", name)
    await show(ada)
    await show(ada)
    first, second = (tags(w, post) for post in posts(w))
    assert first == second
    assert len(first[2]) <= 20
    assert first[2].startswith("Restoration of")


@played(set_up=True)
async def test_where_there_is_no_room_for_tags_those_that_are_there_are_used(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await has_tags(w, "Crafts", *(f"Tag {at}" for at in range(18)))
    await show(ada)
    assert tags(w, posts(w)[0]) == ["Half-way", "Crafts"]
    await show(ada, stage="idea", ask="next")
    assert tags(w, posts(w)[1]) == ["Crafts"]
    assert len(w.env.backend.get_channel(w.showings_channel.id).available_tags) == 20


@played(set_up=True)
async def test_without_leave_to_make_tags_it_is_posted_without(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await may(w, manage_channels=False)
    await show(ada)
    assert tags(w, posts(w)[0]) == []
    assert await amiss(w) == []


@played(set_up=True)
async def test_a_forum_that_wants_a_tag_gets_any(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await may(w, manage_channels=False)
    await has_tags(w, "Jam session")
    wants_a_tag(w)
    await show(ada)
    assert tags(w, posts(w)[0]) == ["Jam session"]


@played(set_up=True)
async def test_a_forum_that_wants_a_tag_and_has_none_is_told_to_the_managers(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await may(w, manage_channels=False)
    wants_a_tag(w)
    await show(ada)
    assert posts(w) == []
    assert [(one.kind, one.subject) for one in await amiss(w)] == [(ProblemKind.PERMISSION, "showings")]
    assert "Manage Channels" in told_managers(w)
    await may(w, manage_channels=True)
    await w.manager.slash("cluster check", w.guild.channels["lobby"])
    await w.until(w.now)
    assert tags(w, posts(w)[0]) == ["Half-way", "First reaction", "Crafts"]
    assert await amiss(w) == []


@played(set_up=True)
async def test_whoever_has_not_joined_or_has_no_forum_is_told_before_they_write(w: World) -> None:
    assert "/join" in said(await w.stranger("zoe").slash("show"))
    ada = await w.person("ada", "Studio Noord")
    await forget_forum(w)
    shown = await ada.slash("show")
    assert shown.modal is None
    assert "/cluster setup" in said(shown)


@played(set_up=True)
async def test_what_was_written_is_given_back_where_it_cannot_be_shown(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    form = await ada.slash("show")
    await forget_forum(w)
    done = await ada.fill(form, **WORK)
    assert "/cluster setup" in said(done)
    (file,) = (done.response or done.followups[0]).attachments
    assert WORK["bites"].encode() in await file.read()


@played(set_up=True)
async def test_a_file_too_large_is_refused_and_the_words_come_back(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    done = await show(ada, file=("film.mov", b"x" * (8 * 1024 * 1024 + 1)))
    assert "too large" in said(done)
    assert WORK["bites"].encode() in await (done.response or done.followups[0]).attachments[0].read()
    assert posts(w) == []


@played(set_up=True)
async def test_what_is_typed_stands_there_as_typed_and_calls_nobody(w: World) -> None:
    ada = await w.person("ada", "*Studio* _Noord_ @everyone")
    typed = "# Big **bold** <@1> @here ||hidden||\nhttps://x.example/a_b_c"
    await show(ada, work=typed, question="؟ما رأيك 🪑")
    (post,) = posts(w)
    (first,) = post.history()
    read = text_of(first)
    assert "\\# Big \\*\\*bold\\*\\* \\<\\@1> \\@here \\|\\|hidden\\|\\|" in read
    assert "https://x.example/a_b_c" in read
    assert "؟ما رأيك 🪑" in read
    assert not pinged(w, first)
    assert not first.mention_everyone
    assert post.name == "# Big **bold** <@1> @here ||hidden||"


@played(set_up=True)
async def test_ever_so_long_words_and_names_fit(w: World) -> None:
    ada = await w.person("ada", "F" * 60)
    form = await ada.slash("show")
    limits = {
        one["component"]["custom_id"]: one["component"].get("max_length") for one in (form.modal or {})["components"]
    }
    assert {key: limits[key] for key in WORK} == {"work": 1500, "tried": 800, "bites": 800, "question": 800}
    words = {key: ("ab*_" * 400)[: limits[key]] for key in WORK}
    await ada.fill(form, **words)
    await w.until(w.now)
    (post,) = posts(w)
    (first,) = post.history()
    assert len(post.name or "") == 100
    assert len(first.embeds[0]) <= 6000
    assert first.embeds[0].fields[2].value
    assert first.embeds[0].fields[2].value.endswith("…")


@played(set_up=True)
async def test_blank_words_still_make_a_post(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada, work=" \u200b ", question="?")
    assert posts(w)[0].name == "Work in progress"


# The command on a message


async def use(person: Person, message: Any, command: str = "Show this work") -> Any:
    return await person.actor.context_menu(person.world.channel(message.channel.id), command, message)


@played(set_up=True)
async def test_a_message_of_ones_own_becomes_a_showing(w: World) -> None:
    ada, bob = await w.people(2)
    lobby = w.guild.channels["lobby"]
    words = f"Look, {bob.actor.mention}: my *lamp* <:fold:123456789012345678>"
    sent = await ada.actor.send(lobby, words, attachments=[PICTURE])
    form = await use(ada, sent)
    written = {one["component"]["custom_id"]: one["component"] for one in (form.modal or {})["components"]}
    assert written["work"]["value"] == "Look, @p1: my *lamp* :fold:"
    done = await ada.fill(form, work="My lamp", question="Too tall?", stage="idea", ask="choice")
    assert "*Idea* and *A choice*" in said(done)
    await w.until(w.now)
    (post,) = posts(w)
    (first,) = post.history()
    assert tags(w, post) == ["Idea", "A choice", "Crafts"]
    assert sent.jump_url in text_of(first)
    assert await first.attachments[0].read() == PICTURE[1]


@played(set_up=True)
async def test_somebody_elses_message_is_theirs_to_show(w: World) -> None:
    ada, bob = await w.people(2)
    sent = await bob.actor.send(w.guild.channels["lobby"], "My lamp")
    refused = await use(ada, sent)
    assert refused.modal is None
    assert "somebody else's" in said(refused)
    assert "/join" in said(await use(w.stranger("zoe"), sent))


@played(set_up=True)
async def test_what_stands_in_the_forum_is_not_shown_twice(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    post = await by_hand(ada)
    assert "in the forum already" in said(await use(ada, post.history()[0]))


@played(set_up=True)
async def test_two_forms_of_one_message_make_one_post(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    sent = await ada.actor.send(w.guild.channels["lobby"], "My lamp")
    first, second = await use(ada, sent), await use(ada, sent)
    words = {"work": "My lamp", "question": "Too tall?", "stage": "idea", "ask": "choice"}
    done = await ada.fill(first, **words)
    refused = said(await ada.fill(second, **words | {"question": "Or too thin?"}))
    assert "in the forum already" in refused
    assert "Nothing you wrote is lost" in refused
    await w.until(w.now)
    assert [one.name for one in posts(w)] == ["My lamp"]
    assert "in the forum already" in said(await use(ada, sent))
    # Taken back, it may be shown once more.
    sure = await ada.press(done.response or done.followups[0], "showing.withdraw")
    await ada.press(sure.response, "showing.withdraw_sure")
    await ada.fill(await use(ada, sent), **words | {"work": "The lamp"})
    await w.until(w.now)
    assert [one.name for one in posts(w)] == ["The lamp"]


@played(set_up=True)
async def test_after_a_restart_the_link_stands_for_the_picture(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    sent = await ada.actor.send(w.guild.channels["lobby"], "My lamp", attachments=[PICTURE])
    form = await use(ada, sent)
    await w.app.close()
    await w.restart()
    await ada.fill(form, work="My lamp", question="Too tall?", stage="idea", ask="choice")
    await w.until(w.now)
    (first,) = posts(w)[0].history()
    assert sent.jump_url in text_of(first)
    assert not first.attachments


@played(set_up=True)
async def test_a_picture_of_ones_own_choice_comes_before_that_of_the_message(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    film = ("film.mov", b"x" * (8 * 1024 * 1024 + 1))
    for attached, chosen, seen in (([PICTURE], ("new.png", b"new"), ["new.png"]), ([film], None, [])):
        sent = await ada.actor.send(w.guild.channels["lobby"], "My lamp", attachments=attached)
        form = await use(ada, sent)
        await ada.fill(form, work="x", question="y", stage="idea", ask="choice", **({"file": chosen} if chosen else {}))
        await w.until(w.now)
        assert [one.filename for one in posts(w)[-1].history()[0].attachments] == seen


# In Dutch


@played(set_up=True)
async def test_dutch_people_in_a_dutch_community(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await speaks(w, "nl")
    everybody_reads("nl", monkeypatch)
    ada = await w.person("ada", "Studio Noord", "museums, galleries & libraries", language="nl")
    form = await ada.slash("show", stage="idea", ask="how")
    assert (form.modal or {})["title"] == "Laat je werk zien"
    assert "Je bericht staat zo in" in said(await ada.fill(form, **WORK))
    await w.until(w.now)
    (post,) = posts(w)
    assert tags(w, post) == ["Idee", "Hoe maak je dit", "Musea & bieb"]
    assert "laat een idee zien" in text_of(post.history()[0])
