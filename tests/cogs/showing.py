"""Showings as people meet them: what they show, write and press, and what stands in the forum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from bot.services import showings
from domain.communities import ChannelKind
from domain.model import Ask, AskId, Showing
from storage import asks, communities
from storage import showings as stored
from tests.world import Person, World

WORK = {
    "work": "A lamp of one sheet\nfolded, not glued",
    "tried": "To do without a single screw",
    "bites": "It tears at the third fold",
    "question": "Where would you start the fold?",
}


async def show(person: Person, *, stage: str = "", ask: str = "", file: Any = None, **words: str) -> InteractionResult:
    """Fill in the form of `/show`; the post stands when this returns."""
    options = {key: value for key, value in (("stage", stage), ("ask", ask)) if value}
    form = await person.slash("show", **options)
    done = await person.fill(form, **(WORK | words), **({"file": file} if file else {}))
    await person.world.until(person.world.now)
    return done


def posts(w: World) -> list[ChannelHandle]:
    """What stands in the forum, the oldest first."""
    return sorted(w.showings_channel.threads, key=lambda one: one.id)


async def has_tags(w: World, *names: str) -> list[int]:
    """A manager gives the forum exactly these tags; their numbers."""
    new = [
        {"id": str(w.env.backend.snowflake()), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for name in names
    ]
    w.env.backend.edit_channel(w.showings_channel.id, {"available_tags": new})
    await w.env.settle()
    return [int(one["id"] or 0) for one in new]


def tags(w: World, post: ChannelHandle) -> list[str]:
    """The names of a post's tags."""
    forum, there = w.env.backend.get_channel(w.showings_channel.id), w.env.backend.get_channel(post.id)
    names = {int(tag["id"]): tag["name"] for tag in forum.available_tags}
    return [names[one] for one in there.applied_tags]


def pinged(w: World, message: Any) -> list[int]:
    """Whom a message notifies."""
    return list(w.env.backend.get_message(message.channel.id, message.id).ping_user_ids)


async def speaks(w: World, language: str) -> None:
    """What everybody in this community reads is in this language."""
    async with w.app.tools.db.write() as tx:
        await communities.set_language(tx, w.id, language)


async def forget_forum(w: World) -> None:
    """Weft was set up where there could be no forum."""
    async with w.app.tools.db.write() as tx:
        await communities.set_channel(tx, w.id, ChannelKind.SHOWINGS, None)


async def by_hand(
    person: Person, title: str = "My bench", *, tags: Sequence[int] = (), away: bool = False
) -> ChannelHandle:
    """A post that somebody makes in the forum themself. Its first message has the post's number, as on Discord.

    `away`: while we are not there.
    """
    w = person.world
    thread = w.env.backend.create_thread(w.showings_channel.id, title, person.id, applied_tags=tags, broadcast=False)
    first = w.env.backend.prepare_message(thread.id, person.id, "What do you think?")
    first.id = thread.id
    w.env.backend.announce_thread_create(thread)
    w.env.backend.commit_message(first)
    await w.env.settle()
    if not away:
        await w.until(w.now)
    return w.channel(thread.id)


async def sleeps(w: World, post: ChannelHandle, *, locked: bool = False) -> None:
    """A post is archived, as Discord does after a week without a word."""
    w.env.backend.edit_channel(post.id, {}, thread_metadata={"archived": True, "locked": locked})
    await w.env.settle()


async def write(person: Person, post: ChannelHandle, words: str = "Begin at the long edge") -> Any:
    """Somebody writes in a post, which wakes it."""
    w = person.world
    if w.env.backend.get_channel(post.id).thread_metadata.archived:  # type: ignore[union-attr]
        w.env.backend.edit_channel(post.id, {}, thread_metadata={"archived": False})
    sent = await person.actor.send(post, words)
    await w.until(w.now)
    return sent


async def showing_in(w: World, post: ChannelHandle) -> Showing:
    async with w.app.tools.db.read() as tx:
        found = await stored.in_thread(tx, w.id, post.id)
    assert found is not None
    return found


async def answered_by(person: Person, post: ChannelHandle) -> list[int]:
    """Whose answers to this showing of theirs count."""
    w = person.world
    showing = await showing_in(w, post)
    found = await showings.answerers(w.app.tools, await person.me(), showing.id)
    return [one.member.user or 0 for one in found]


async def asks_of(w: World) -> list[Ask]:
    """Every ask so far, the oldest first."""
    async with w.app.tools.db.read() as tx:
        found = []
        while (one := await asks.get(tx, AskId(len(found) + 1))) is not None:
            found.append(one)
    return found
