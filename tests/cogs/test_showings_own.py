"""A showing of one's own: said differently, tagged differently, taken back."""

from __future__ import annotations

from typing import Any

import discord
import sqlalchemy as sa
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from domain.model import ShowingState
from storage.tables import showings
from tests.cogs.played import amiss, played
from tests.cogs.showing import WORK, posts, show, showing_in, sleeps, speaks, tags, write
from tests.world import Person, World, said, text_of

PICTURE = ("lamp.png", b"\x89PNG")


async def own(person: Person, post: Any) -> Any:
    return await person.press(post.history()[0], "showing.own")


async def say_differently(person: Person, post: Any) -> Any:
    return await person.press((await own(person, post)).response, "showing.words")


def written(form: Any) -> dict[str, str]:
    found = {one["component"]["custom_id"]: one["component"].get("value") or "" for one in form.modal["components"]}
    return {key: found[key] for key in WORK}


async def kept(w: World) -> list[Any]:
    """The words the database holds."""
    async with w.app.tools.db.read() as tx:
        return [one for one in (await tx.execute(sa.select(showings.c.text))).scalars() if one is not None]


# Other words


@played(set_up=True)
async def test_the_words_stand_in_the_form_as_they_were_typed(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    typed = WORK | {
        "work": "# *Lamp*\n\n1. one sheet\n2. see https://x.example/a_b(c), then fold",
        "tried": "مصباح من ورقة واحدة",
        "question": "`why` 👩🏽‍🎨 <@1> \\o/ (https://x.example/?q=1)?",
    }
    await show(ada, file=PICTURE, **typed)
    (post,) = posts(w)
    form = await say_differently(ada, post)
    assert written(form) == typed
    # Given back unchanged, it reads as before.
    before = text_of(post.history()[0])
    assert "follows in a moment" in said(await ada.fill(form, **written(form)))
    await w.until(w.now)
    assert text_of(post.history()[0]) == before
    assert [one.filename for one in post.history()[0].attachments] == ["lamp.png"]
    assert await kept(w) == []


@played(set_up=True)
async def test_other_words_reach_the_post_and_its_title(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    await write(bob, post)
    form = await say_differently(ada, post)
    before = len(w.requests())
    await ada.fill(form, work="A lampshade", bites="", question="Which way up?")
    await w.until(w.now)
    assert [one.split()[0] for one in w.requests()[before:]] == ["PATCH", "PATCH"]
    read = text_of(post.history()[0])
    assert posts(w)[0].name == "A lampshade"
    assert "Which way up?" in read
    assert WORK["bites"] not in read
    assert (await showing_in(w, post)).answered_at is not None


@played(set_up=True)
async def test_a_title_that_stays_is_not_written_again(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada)
    (post,) = posts(w)
    form = await say_differently(ada, post)
    before = len(w.requests())
    await ada.fill(form, **(WORK | {"question": "Which way up?"}))
    await w.until(w.now)
    assert [one.split()[0] for one in w.requests()[before:]] == ["PATCH"]


@played(set_up=True)
async def test_words_posted_in_one_language_are_found_in_another(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada)
    await speaks(w, "nl")
    assert written(await say_differently(ada, posts(w)[0])) == WORK


@played(set_up=True)
async def test_changed_while_it_is_still_being_posted(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    w.env.inject_error("POST", "/channels/*/threads", status=502, times=1)
    done = await show(ada)
    assert posts(w) == []
    form = await ada.press(done.response or done.followups[0], "showing.words")
    assert written(form) == WORK
    await ada.fill(form, **(WORK | {"work": "A lampshade"}))
    await w.wait(minutes=5)
    (post,) = posts(w)
    assert post.name == "A lampshade"
    assert await kept(w) == []
    assert len(posts(w)) == 1


@played(set_up=True)
async def test_other_tags(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada)
    (post,) = posts(w)
    form = await ada.press((await own(ada, post)).response, "showing.tags")
    await ada.fill(form, stage="done", ask="next")
    await w.until(w.now)
    assert tags(w, post) == ["Done", "What next", "Crafts"]
    read = text_of(post.history()[0])
    assert "shows work that is done" in read
    assert all(one in read for one in WORK.values())


@played(set_up=True)
async def test_others_cannot_change_it_and_a_deleted_one_gives_the_words_back(w: World) -> None:
    ada, bob = await w.people(2)
    shown = await show(ada)
    (post,) = posts(w)
    assert "somebody else" in said(await own(bob, post))
    form = await ada.press(shown.response or shown.followups[0], "showing.words")
    w.env.backend.delete_channel(post.id)
    await w.env.settle()
    done = await ada.fill(form, **WORK)
    assert "over, or no longer there" in said(done)
    assert WORK["bites"].encode() in await (done.response or done.followups[0]).attachments[0].read()


@played(set_up=True)
async def test_a_sleeping_post_is_changed_too(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada)
    (post,) = posts(w)
    form = await say_differently(ada, post)
    await sleeps(w, post)
    w.env.inject_error("PATCH", f"/channels/{post.id}/messages/*", status=400, code=50083, times=1)
    await ada.fill(form, **(WORK | {"work": "A lampshade"}))
    await w.until(w.now)
    assert posts(w)[0].name == "A lampshade"
    assert await amiss(w) == []


# Taken back


async def take_back(person: Person, post: Any) -> str:
    sure = await person.press((await own(person, post)).response, "showing.withdraw")
    assert "cannot be undone" in said(sure)
    done = await person.press(sure.response, "showing.withdraw_sure")
    await person.world.until(person.world.now)
    return said(done)


@played(set_up=True)
async def test_taken_back_before_anybody_else_wrote_the_post_is_gone(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada)
    (post,) = posts(w)
    await write(ada, post, "Oh, and it should be cheap")
    before = len(w.requests())
    await take_back(ada, post)
    assert posts(w) == []
    assert [one.split()[0] for one in w.requests()[before:]] == ["GET", "DELETE"]
    assert await amiss(w) == []


async def only_the_words_go(w: World, denied: str) -> None:
    ada = await w.person("ada", "Studio Noord")
    await show(ada, file=PICTURE)
    (post,) = posts(w)
    deny = discord.Permissions(**{denied: True}).value
    me = w.env.backend.bot_user.id
    w.env.backend.set_overwrite(w.showings_channel.id, Overwrite(me, OverwriteType.MEMBER, deny=deny))
    await w.env.settle()
    await take_back(ada, post)
    assert [one.name for one in posts(w)] == ["Taken back"]
    (first,) = post.history()
    assert text_of(first) == "The maker took this back."
    assert not first.attachments
    assert not first.components
    assert w.env.backend.get_channel(post.id).thread_metadata.archived  # type: ignore[union-attr]


@played(set_up=True)
async def test_without_leave_to_delete_only_the_words_go(w: World) -> None:
    await only_the_words_go(w, "manage_threads")


@played(set_up=True)
async def test_where_the_words_of_others_cannot_be_seen_only_ours_go(w: World) -> None:
    await only_the_words_go(w, "read_message_history")


@played(set_up=True)
async def test_the_words_of_others_stay(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    await write(bob, post, "Begin at the long edge")
    assert "Taken back" in await take_back(ada, post)
    assert [text_of(one) for one in post.history()] == ["The maker took this back.", "Begin at the long edge"]
    assert (await showing_in(w, post)).state is ShowingState.WITHDRAWN


@played(set_up=True)
async def test_taken_back_twice_and_pressed_long_after(w: World) -> None:
    ada, bob = await w.people(2)
    done = await show(ada)
    (post,) = posts(w)
    await write(bob, post)
    sure = await ada.press(done.response or done.followups[0], "showing.withdraw")
    await take_back(ada, post)
    assert "over, or no longer there" in said(await ada.press(sure.response, "showing.withdraw_sure"))
    for action in ("showing.words", "showing.tags", "showing.withdraw"):
        assert "over, or no longer there" in said(await ada.press(done.response or done.followups[0], action))


@played(set_up=True)
async def test_taken_back_before_it_is_posted_it_never_is(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    w.env.inject_error("POST", "/channels/*/threads", status=502, times=1)
    done = await show(ada)
    sure = await ada.press(done.response or done.followups[0], "showing.withdraw")
    await ada.press(sure.response, "showing.withdraw_sure")
    await w.wait(minutes=10)
    assert posts(w) == []
    assert await kept(w) == []


@played(set_up=True)
async def test_taken_back_after_an_attempt_that_worked_unheard_it_is_cleared_away(w: World) -> None:
    ada = await w.person("ada", "Studio Noord")
    w.env.inject_error("PUT", "/channels/*/thread-members/*", status=502, times=20)
    done = await show(ada)
    assert len(posts(w)) == 1
    sure = await ada.press(done.response or done.followups[0], "showing.withdraw")
    await ada.press(sure.response, "showing.withdraw_sure")
    await w.wait(minutes=10)
    assert posts(w) == []
    assert await kept(w) == []
    assert await amiss(w) == []


@played(set_up=True)
async def test_a_locked_post_loses_our_message_and_troubles_nobody(w: World) -> None:
    ada, bob = await w.people(2)
    await show(ada)
    (post,) = posts(w)
    await write(bob, post, "Begin at the long edge")
    menu = await own(ada, post)
    await sleeps(w, post, locked=True)
    w.env.inject_error("PATCH", f"/channels/{post.id}/messages/*", status=400, code=50083, times=1)
    w.env.inject_error("PATCH", f"/channels/{post.id}", status=403, code=50013, times=1)
    sure = await ada.press(menu.response, "showing.withdraw")
    await ada.press(sure.response, "showing.withdraw_sure")
    await w.until(w.now)
    assert [text_of(one) for one in post.history()] == ["Begin at the long edge"]
    assert await amiss(w) == []
