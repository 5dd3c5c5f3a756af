"""Posts in a forum: verbs of the messenger, at most once like the others.

A post and its first message are one request. Discord takes no nonce for it, so before a second attempt we look whether
the first one left a post. What only whoever manages threads may do is not tried without that permission.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from bot.outcomes import Refused, Unknown
from bot.texts import clip
from cogs import tags
from cogs.communities.sight import ready
from cogs.messenger import A_WEEK, CLOCKS_APART, THREAD_NAME, Messenger, remembered
from cogs.refusals import Deed, translated
from cogs.ui.card import Card, changes, custom_ids, message
from domain.communities import ChannelKind
from domain.model import Intention, ProblemKind

NEEDS: Final = ("view_channel", "send_messages", "embed_links")
LOOKED_THROUGH = 100  # archived posts, when an attempt may have left one long ago
A_PAGE = 100  # messages in one request
UNKNOWN_CHANNEL = 10003


@dataclass(frozen=True, slots=True)
class Post:
    """Where a post stands: its thread, and our message in it."""

    thread: int
    message: int


@dataclass(frozen=True, slots=True)
class Look:
    """How a post looks: what it is called, its first message, and the names of its tags."""

    title: str
    card: Card
    tags: Sequence[str] = ()


async def put_post(messenger: Messenger, intention: Intention, forum_id: int, look: Look) -> Post:
    """A new post, with its tags as far as they can be had."""
    needs = (*NEEDS, *(("attach_files",) if look.card.brings_files else ()))
    async with translated(Deed(messenger.client, messenger.tools, intention, forum_id, needs)):
        forum = await _forum(messenger, forum_id)
        if found := await _found(messenger, intention, forum, look.card):
            return found
        applied = await tags.of(forum, look.tags)
        if forum.flags.require_tag and not applied:
            applied = tags.any_of(forum)
            if not applied:
                raise Refused(ProblemKind.PERMISSION, ChannelKind.SHOWINGS, ("manage_channels",))
        made = await forum.create_thread(
            name=clip(look.title, THREAD_NAME),
            auto_archive_duration=A_WEEK,
            applied_tags=applied,
            **message(look.card),
        )
        return Post(made.thread.id, made.message.id)


async def find_post(messenger: Messenger, intention: Intention, forum_id: int, card: Card) -> Post | None:
    """The post an earlier attempt has left, if there was one: its first message has the buttons of this card."""
    async with translated(Deed(messenger.client, messenger.tools, intention, forum_id, ("view_channel",))):
        return await _found(messenger, intention, await _forum(messenger, forum_id), card)


async def tag_post(messenger: Messenger, intention: Intention, thread_id: int, names: Sequence[str]) -> None:
    """Give a post of somebody's the tags of these names, where we may and it has room; theirs stay."""
    async with translated(Deed(messenger.client, messenger.tools, intention, thread_id, ("manage_threads",))):
        thread = await _thread(messenger, thread_id)
        if len(thread.applied_tags) >= tags.A_POST or not _may(thread, "manage_threads"):
            return
        theirs = {one.id for one in thread.applied_tags}
        more = [one for one in await _tags(thread, names) if one.id not in theirs]
        applied = [*thread.applied_tags, *more][: tags.A_POST]
        if more:
            await messenger.in_open_thread(
                thread_id, lambda: thread.edit(applied_tags=applied), leave_archived=thread.archived
            )


async def change_post(messenger: Messenger, intention: Intention, post: Post, look: Look) -> None:
    """Have a post of ours look like this. What is attached to its message stays."""
    async with translated(Deed(messenger.client, messenger.tools, intention, post.thread)):
        ours = _message(messenger, intention, post)
        words = {key: value for key, value in changes(look.card).items() if key != "attachments"}
        await messenger.in_open_thread(post.thread, lambda: ours.edit(**words))
        thread = await _thread(messenger, post.thread)
        name = clip(look.title, THREAD_NAME)
        applied = await _tags(thread, look.tags) or thread.applied_tags
        # Discord lets a post be renamed twice in ten minutes: only what is different is said.
        if name != thread.name or {one.id for one in applied} != {one.id for one in thread.applied_tags}:
            await thread.edit(name=name, applied_tags=applied)


async def clear_post(messenger: Messenger, intention: Intention, post: Post, instead: Look, maker: int | None) -> None:
    """Take a post of ours away. Where others wrote in it, or we may not, only our words go, and it is closed."""
    http, ours = messenger.client.http, _message(messenger, intention, post)
    async with translated(Deed(messenger.client, messenger.tools, intention, post.thread)):
        try:
            if await _may_go(messenger, intention, post, maker):
                await http.delete_channel(post.thread)
                return
            await messenger.in_open_thread(post.thread, lambda: ours.edit(**changes(instead.card)))
            await http.edit_channel(post.thread, name=clip(instead.title, THREAD_NAME), archived=True)
        except discord.Forbidden:  # somebody locked it: there, messages can be deleted and no more
            await ours.delete()
        except discord.NotFound as gone:
            if gone.code != UNKNOWN_CHANNEL:
                raise


async def _may_go(messenger: Messenger, intention: Intention, post: Post, maker: int | None) -> bool:
    """Whether nobody but the maker wrote in a post, and we may delete it."""
    # Without the history we would see nobody's words, and take them along.
    if not _may(await _thread(messenger, post.thread), "manage_threads", "read_message_history"):
        return False
    history = _place(messenger, intention, post.thread).history(limit=A_PAGE)
    return {one.author.id async for one in history if not one.author.bot} <= {maker}


@dataclass(frozen=True, slots=True)
class Read:
    """Who wrote in a post: the first message of each person, in order. Never what."""

    locked: bool
    first_messages: tuple[discord.Message, ...]


async def read_post(messenger: Messenger, intention: Intention, thread_id: int, at_most: int = 1000) -> Read:
    """Look who wrote in a post."""
    deed = Deed(messenger.client, messenger.tools, intention, thread_id, ("view_channel", "read_message_history"))
    async with translated(deed):
        thread = await _thread(messenger, thread_id)
        first: dict[int, discord.Message] = {}
        async for one in _place(messenger, intention, thread_id).history(limit=at_most, oldest_first=True):
            if is_said(one):
                first.setdefault(one.author.id, one)
    return Read(thread.locked, tuple(first.values()))


def is_said(one: discord.Message) -> bool:
    """Whether a person wrote this: no bot, no webhook, nothing Discord says by itself."""
    said = one.type in {discord.MessageType.default, discord.MessageType.reply}
    return said and not one.author.bot and one.webhook_id is None


async def _forum(messenger: Messenger, forum_id: int) -> discord.ForumChannel:
    """The forum as the gateway told us of it, else as Discord says; a channel that is no forum counts as gone."""
    forum = messenger.client.get_channel(forum_id) or await messenger.client.fetch_channel(forum_id)
    if not isinstance(forum, discord.ForumChannel):
        raise Refused(ProblemKind.CHANNEL_GONE, ChannelKind.SHOWINGS)
    return forum


async def _thread(messenger: Messenger, thread_id: int) -> discord.Thread:
    """The thread of a post; asked for where the gateway has told nothing of it (it was archived)."""
    known = messenger.client.get_channel(thread_id) or await messenger.client.fetch_channel(thread_id)
    if not isinstance(known, discord.Thread):
        raise Unknown("channel", ChannelKind.SHOWINGS)
    return known


async def _tags(thread: discord.Thread, names: Sequence[str]) -> list[discord.ForumTag]:
    """Those of the forum the post stands in: that is not always the one that new posts go to."""
    return await tags.of(thread.parent, names) if isinstance(thread.parent, discord.ForumChannel) else []


def _may(thread: discord.Thread, *permissions: str) -> bool:
    if thread.parent is None or not ready(thread.guild):
        return False
    granted = thread.parent.permissions_for(thread.guild.me)
    return all(getattr(granted, one) for one in permissions)


def _place(messenger: Messenger, intention: Intention, thread_id: int) -> discord.PartialMessageable:
    return messenger.client.get_partial_messageable(thread_id, guild_id=intention.community)


def _message(messenger: Messenger, intention: Intention, post: Post) -> discord.PartialMessage:
    return _place(messenger, intention, post.thread).get_partial_message(post.message)


async def _found(messenger: Messenger, intention: Intention, forum: discord.ForumChannel, card: Card) -> Post | None:
    """The post an earlier attempt made, known by what its buttons remember: the words may be others by now."""
    if intention.first_tried_at is None:
        return None
    since = discord.utils.time_snowflake(intention.first_tried_at - CLOCKS_APART)
    async for thread_id in _own_posts(messenger, intention, forum, since):
        async for first in _place(messenger, intention, thread_id).history(limit=1, oldest_first=True):
            if first.author == messenger.client.user and remembered(first) == custom_ids(card):
                return Post(thread_id, first.id)
    return None


async def _own_posts(
    messenger: Messenger, intention: Intention, forum: discord.ForumChannel, since: int
) -> AsyncIterator[int]:
    me = messenger.client.user.id if messenger.client.user else 0
    for thread in (await messenger.client.http.get_active_threads(intention.community))["threads"]:
        if int(thread["parent_id"]) == forum.id and int(thread["owner_id"]) == me and int(thread["id"]) > since:
            yield int(thread["id"])
    async for archived in forum.archived_threads(limit=LOOKED_THROUGH):
        if archived.owner_id == me and archived.id > since:
            yield archived.id
