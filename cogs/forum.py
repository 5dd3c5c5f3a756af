"""Posts in a forum: verbs of the messenger, at most once like the others.

A post and its first message are one request and have one id. Discord takes no nonce for it, so before a second attempt
we look whether the first one left a post.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

import discord
import structlog

from bot.outcomes import Refused
from bot.texts import clip
from cogs.messenger import A_WEEK, CLOCKS_APART, THREAD_NAME, Messenger, shows
from cogs.refusals import Deed, translated
from cogs.ui.card import Card, changes, message
from domain.communities import ChannelKind
from domain.model import Intention, ProblemKind

log = structlog.get_logger(__name__)

TAGS, TAG_NAME, TAGS_A_POST = 20, 20, 5  # Discord's limits
NEEDS: Final = ("view_channel", "send_messages", "embed_links")
LOOKED_THROUGH = 100  # archived posts, when an attempt may have left one long ago

# Two posts at once must not both write the forum's tags: each would undo the other's.
_tagging: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()


async def put_post(
    messenger: Messenger, intention: Intention, forum_id: int, title: str, card: Card, tags: Sequence[str]
) -> int:
    """A new post that shows `card`, with the tags of these names as far as they can be had; its id."""
    deed = Deed(messenger.client, messenger.tools, intention, forum_id, NEEDS)
    forum = _forum(messenger, forum_id)
    async with translated(deed):
        if intention.first_tried_at is not None and (found := await _found(messenger, intention, forum, card)):
            return found
        applied = await _tags(forum, tags)
        if forum.flags.require_tag and not applied:
            raise Refused(ProblemKind.PERMISSION, ChannelKind.SHOWINGS, ("manage_channels",))
        made = await forum.create_thread(
            name=clip(title, THREAD_NAME),
            auto_archive_duration=A_WEEK,
            applied_tags=applied,
            allowed_mentions=discord.AllowedMentions.none(),
            **{key: value for key, value in message(card).items() if key != "allowed_mentions"},
        )
        return made.thread.id


async def tag_post(
    messenger: Messenger, intention: Intention, forum_id: int, thread_id: int, tags: Sequence[str]
) -> None:
    """Give a post the tags of these names, beside those it has that are not ours to choose."""
    deed = Deed(messenger.client, messenger.tools, intention, thread_id, ("manage_threads",))
    forum = _forum(messenger, forum_id)
    async with translated(deed):
        thread = await post_of(messenger, thread_id)
        wanted = await _tags(forum, tags)
        if wanted and thread is not None:
            kept = [one for one in thread.applied_tags if one not in wanted]
            applied = [*wanted, *kept][:TAGS_A_POST]
            await messenger.in_open_thread(thread_id, lambda: thread.edit(applied_tags=applied), leave_archived=True)


async def change_post(
    messenger: Messenger,
    intention: Intention,
    forum_id: int,
    thread_id: int,
    title: str,
    card: Card,
    tags: Sequence[str],
) -> None:
    """Give a post of ours another title, first message and tags. What is attached to the message stays."""
    deed = Deed(messenger.client, messenger.tools, intention, thread_id)
    async with translated(deed):
        first = messenger.client.get_partial_messageable(thread_id, guild_id=intention.community)
        words = {key: value for key, value in changes(card).items() if key != "attachments"}
        await messenger.in_open_thread(thread_id, lambda: first.get_partial_message(thread_id).edit(**words))
        thread = await post_of(messenger, thread_id)
        if thread is not None:
            applied = await _tags(_forum(messenger, forum_id), tags) or thread.applied_tags
            await thread.edit(name=clip(title, THREAD_NAME), applied_tags=applied)


async def clear_post(messenger: Messenger, intention: Intention, thread_id: int, instead: Card) -> None:
    """Take a post of ours away; where we may not, or somebody wrote in it, only our words go."""
    deed = Deed(messenger.client, messenger.tools, intention, thread_id)
    place = messenger.client.get_partial_messageable(thread_id, guild_id=intention.community)
    async with translated(deed):
        others = [one async for one in place.history(limit=10) if not one.author.bot]
        if not others:
            try:
                await messenger.client.http.delete_channel(thread_id)
            except discord.Forbidden:
                pass  # only who holds Manage Threads may
            else:
                return
        ours = place.get_partial_message(thread_id)
        await messenger.in_open_thread(thread_id, lambda: ours.edit(**changes(instead)))
        await messenger.client.http.edit_channel(thread_id, archived=True)


@dataclass(frozen=True, slots=True)
class Post:
    """Who wrote in a post: the first message of each person, in order. Never what."""

    locked: bool
    first_messages: tuple[discord.Message, ...]


async def read_post(messenger: Messenger, intention: Intention, thread_id: int, at_most: int = 1000) -> Post:
    """Look who wrote in a post."""
    deed = Deed(messenger.client, messenger.tools, intention, thread_id, ("view_channel", "read_message_history"))
    async with translated(deed):
        thread = await post_of(messenger, thread_id)
        place = messenger.client.get_partial_messageable(thread_id, guild_id=intention.community)
        first: dict[int, discord.Message] = {}
        async for one in place.history(limit=at_most, oldest_first=True):
            if is_said(one):
                first.setdefault(one.author.id, one)
    return Post(thread is not None and thread.locked, tuple(first.values()))


def is_said(one: discord.Message) -> bool:
    """Whether a person wrote this: no bot, no webhook, nothing Discord says by itself."""
    said = one.type in {discord.MessageType.default, discord.MessageType.reply}
    return said and not one.author.bot and one.webhook_id is None


def _forum(messenger: Messenger, forum_id: int) -> discord.ForumChannel:
    """The forum as the gateway told us of it; a channel that is no forum (any more) counts as gone."""
    forum = messenger.client.get_channel(forum_id)
    if not isinstance(forum, discord.ForumChannel):
        raise Refused(ProblemKind.CHANNEL_GONE, ChannelKind.SHOWINGS)
    return forum


async def post_of(messenger: Messenger, thread_id: int) -> discord.Thread | None:
    """The thread of a post; asked for where the gateway has told nothing of it (it was archived)."""
    known = messenger.client.get_channel(thread_id) or await messenger.client.fetch_channel(thread_id)
    return known if isinstance(known, discord.Thread) else None


async def _tags(forum: discord.ForumChannel, names: Sequence[str]) -> list[discord.ForumTag]:
    """The forum's tags of these names, made if they are missing and we may. Never fails: a post without is better
    than none."""
    wanted = [clip(name, TAG_NAME) for name in names][:TAGS_A_POST]
    if any(_fold(name) not in _by_name(forum) for name in wanted):
        forum = await _with_tags(forum, wanted)
    known = _by_name(forum)
    found = [known[_fold(name)] for name in wanted if _fold(name) in known]
    if not found and forum.flags.require_tag:  # any is better than being refused
        found = [one for one in forum.available_tags if not one.moderated][:1]
    return found


async def _with_tags(forum: discord.ForumChannel, wanted: Sequence[str]) -> discord.ForumChannel:
    if not forum.permissions_for(forum.guild.me).manage_channels:
        return forum
    async with _tagging.setdefault(forum.id, asyncio.Lock()):
        try:
            now = await forum.guild.fetch_channel(forum.id)
            if not isinstance(now, discord.ForumChannel):
                return forum
            missing = [name for name in wanted if _fold(name) not in _by_name(now)]
            room = TAGS - len(now.available_tags)
            if not missing or room <= 0:
                return now
            new = [discord.ForumTag(name=name) for name in missing[:room]]
            return await now.edit(available_tags=[*now.available_tags, *new])
        except (discord.Forbidden, discord.NotFound) as refusal:
            log.info("forum.tags_refused", code=refusal.code)
            return forum


def _by_name(forum: discord.ForumChannel) -> dict[str, discord.ForumTag]:
    return {_fold(tag.name): tag for tag in forum.available_tags}


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


async def _found(messenger: Messenger, intention: Intention, forum: discord.ForumChannel, card: Card) -> int | None:
    """The post an earlier attempt made."""
    assert intention.first_tried_at is not None
    since = discord.utils.time_snowflake(intention.first_tried_at - CLOCKS_APART)
    async for thread_id in _own_posts(messenger, intention, forum, since):
        place = messenger.client.get_partial_messageable(thread_id, guild_id=intention.community)
        try:
            first = await place.fetch_message(thread_id)
        except discord.NotFound:  # somebody deleted it
            continue
        if shows(first, card):
            return thread_id
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
