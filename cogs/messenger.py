"""Carries intentions out on Discord: at most once, in as few requests as can be, with every refusal put into words.

Capabilities register a carrier for each kind of intention; a carrier reads what it has to say and uses the verbs below.
Where an attempt was made before (`first_tried_at`), each verb looks for what that may have left before it makes
anything. Nothing is fetched just to be named: what we were told the id of is addressed by it.
"""

from __future__ import annotations

import asyncio
from base64 import b32encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final
from weakref import WeakValueDictionary

import discord

from bot.outcomes import Moot, Refused, Unknown
from bot.services.gate import notice_place
from bot.services.members import remember_notice_thread
from bot.services.tools import Tools
from bot.texts import catalogue, clip, mention
from cogs.refusals import Deed, one_attempt, translated
from cogs.ui.card import Card, changes, custom_ids, message
from domain.model import Intention, Member, MemberId, Notices, ProblemKind, UserId

Carrier = Callable[["Messenger", Intention], Awaitable[Mapping[str, int]]]

THREAD_NAME = 100  # characters
A_WEEK: Final = 10080  # minutes without a word until Discord archives a thread: the longest it offers
PRIVATE_THREAD: Final = 12
CLOCKS_APART = timedelta(seconds=15)  # ours and Discord's, at most
LOOK_BACK = 1000  # messages since the first attempt
THREADS_A_PAGE = 100
ARCHIVED = 50083
CLOSED_TO_US = (50007, 50278)  # takes no direct messages from us; shares no server with us any more


class Messenger:
    """Implements `bot.outcomes.Messenger`. Its verbs raise Later, Refused, Unknown or Moot."""

    def __init__(self, client: discord.Client, tools: Tools) -> None:
        self.client = client
        self.tools = tools
        self._carriers: dict[str, Carrier] = {}
        self._making: WeakValueDictionary[MemberId, asyncio.Lock] = WeakValueDictionary()

    def carries(self, carriers: Mapping[str, Carrier]) -> None:
        """Take in carriers by kind of intention. Raises ValueError if a kind has one already."""
        if twice := carriers.keys() & self._carriers.keys():
            raise ValueError(f"two carriers for {sorted(twice)}")
        self._carriers |= carriers

    async def carry(self, intention: Intention) -> Mapping[str, int]:
        """Do what `intention` says and give back the ids of what was made."""
        carrier = self._carriers.get(intention.kind)
        if carrier is None:  # decided by another version of this program
            raise Refused(ProblemKind.REFUSED, intention.kind)
        with one_attempt():
            return await carrier(self, intention)

    # What carriers do

    async def post(self, intention: Intention, channel_id: int, card: Card, *, pings: Sequence[int] = ()) -> int:
        """A message in a channel or thread; its id. Exactly `pings` are notified. One request at a first attempt."""
        deed = self._deed(intention, channel_id, _to_post(card))
        place = self.client.get_partial_messageable(channel_id, guild_id=intention.community)
        async with translated(deed):
            # Without the history we would see nothing there, and say the same thing twice.
            if intention.first_tried_at is not None and (unseen := deed.missing(of=("read_message_history",))):
                raise Refused(ProblemKind.PERMISSION, await deed.subject(), unseen)
            return await self._send(intention, place, card, pings)

    async def edit(self, intention: Intention, channel_id: int, message_id: int, card: Card) -> None:
        """Turn a message of ours into `card`. An archived thread is opened for it and archived again."""
        place = self.client.get_partial_messageable(channel_id, guild_id=intention.community)
        ours = place.get_partial_message(message_id)
        async with translated(self._deed(intention, channel_id)):
            await self.in_open_thread(channel_id, lambda: ours.edit(**changes(card)), leave_archived=True)

    async def delete(self, intention: Intention, channel_id: int, message_id: int) -> None:
        """Take a message of ours away."""
        place = self.client.get_partial_messageable(channel_id, guild_id=intention.community)
        ours = place.get_partial_message(message_id)
        async with translated(self._deed(intention, channel_id)):
            await self.in_open_thread(channel_id, ours.delete, leave_archived=True)

    async def private_thread(self, intention: Intention, channel_id: int, name: str, prefix: str) -> int:
        """A private thread to which only we add people; its id. Known again by a name that begins with `prefix`."""
        return await self._thread(intention, channel_id, name, lambda found: found.startswith(prefix))

    async def add(self, intention: Intention, thread_id: int, user_id: int) -> None:
        """Let somebody into a thread. Doing it twice changes nothing."""
        deed = self._deed(intention, thread_id, ("send_messages_in_threads",))
        async with translated(deed):
            await self.in_open_thread(thread_id, lambda: self.client.http.add_user_to_thread(thread_id, user_id))

    async def tell(self, intention: Intention, member: Member, card: Card) -> None:
        """Tell one member something in private: the way they asked for, else in a private thread of their own."""
        if member.user is None:
            raise Moot
        if member.notices is Notices.DM and await self._tell_directly(intention, member.user, card):
            return
        called = replace(card, content=f"{mention(member.user)} {card.content}".rstrip())
        thread = await self._notice_thread(intention, member, member.user)
        try:
            await self.post(intention, thread, called, pings=(member.user,))
        except Unknown as gone:
            if gone.what != "channel":
                raise
            thread = await self._notice_thread(intention, member, member.user, instead_of=thread)
            await self.post(intention, thread, called, pings=(member.user,))

    # How they do it

    def _deed(self, intention: Intention, channel_id: int, needs: Sequence[str] = ()) -> Deed:
        return Deed(self.client, self.tools, intention, channel_id, ("view_channel", *needs))

    async def _send(
        self,
        intention: Intention,
        place: discord.abc.Messageable,
        card: Card,
        pings: Sequence[int] = (),
        home: int | None = None,
    ) -> int:
        if intention.first_tried_at is not None:
            since = intention.first_tried_at - CLOCKS_APART
            async for found in place.history(limit=LOOK_BACK, after=since, oldest_first=True):
                if found.author == self.client.user and shows(found, card, home):
                    return found.id
        kwargs = message(card, home)
        if pings:
            kwargs["allowed_mentions"] = discord.AllowedMentions(
                everyone=False, roles=False, replied_user=False, users=[discord.Object(one) for one in pings]
            )
        sent = await place.send(nonce=nonce(intention.key), **kwargs)
        return sent.id

    async def in_open_thread(
        self, thread_id: int, deed: Callable[[], Awaitable[object]], *, leave_archived: bool = False
    ) -> None:
        """Only what Discord refuses in an archived thread costs more than its own request."""
        try:
            await deed()
        except discord.HTTPException as refusal:
            if refusal.code != ARCHIVED:
                raise
        else:
            return
        await self.client.http.edit_channel(thread_id, archived=False)
        await deed()
        if leave_archived:
            await self.client.http.edit_channel(thread_id, archived=True)

    async def _thread(self, intention: Intention, channel_id: int, name: str, is_it: Callable[[str], bool]) -> int:
        deed = self._deed(intention, channel_id, ("create_private_threads", "send_messages_in_threads"))
        async with translated(deed):
            if intention.first_tried_at is not None:
                since = discord.utils.time_snowflake(intention.first_tried_at - CLOCKS_APART)
                async for thread in self._private_threads(intention.community, channel_id, since):
                    if is_it(thread["name"]):
                        return int(thread["id"])
            made_now = await self.client.http.start_thread_without_message(
                channel_id,
                name=clip(name, THREAD_NAME),
                auto_archive_duration=A_WEEK,
                type=PRIVATE_THREAD,
                invitable=False,
            )
            return int(made_now["id"])

    async def _private_threads(self, guild_id: int, channel_id: int, since: int) -> AsyncIterator[Mapping[str, Any]]:
        """Our own private threads in a channel with an id above `since`: active ones, then archived ones."""
        me = self.client.user.id if self.client.user else 0
        active = await self.client.http.get_active_threads(guild_id)
        for thread in active["threads"]:
            if int(thread["parent_id"]) == channel_id and _is_ours(thread, me, since):
                yield thread
        before: int | None = None
        while before is None or before > since:  # pages go from new to old
            page = await self.client.http.get_joined_private_archived_threads(channel_id, before, THREADS_A_PAGE)
            for thread in page["threads"]:
                if _is_ours(thread, me, since):
                    yield thread
            if not page["has_more"] or not page["threads"]:
                return
            before = int(page["threads"][-1]["id"])

    async def _notice_thread(
        self, intention: Intention, member: Member, user: UserId, *, instead_of: int | None = None
    ) -> int:
        """The thread in which `member` is told things; made at the first need, or when somebody deleted it."""
        # Two notices at once must not make two threads.
        async with self._making.setdefault(member.id, asyncio.Lock()):
            place = await notice_place(self.tools, member)
            if place.thread is not None and place.thread != instead_of:
                if intention.first_tried_at is not None:  # it may have ended between the thread and the adding
                    await self.add(intention, place.thread, user)
                return place.thread
            if place.round_channel is None:
                raise Unknown("channel", "round")
            name = clip(catalogue(member.language).plain("common.notice_thread", number=member.id), THREAD_NAME)
            # Known again by the number at its end, whatever language it was named in.
            mark = f" {member.id}"
            thread = await self._thread(intention, place.round_channel, name, lambda found: found.endswith(mark))
            # Before adding them: if they have left the server, the next notice finds this thread, not a new one.
            await remember_notice_thread(self.tools, member.id, thread)
            await self.add(intention, thread, user)
            return thread

    async def _tell_directly(self, intention: Intention, user: UserId, card: Card) -> bool:
        """False if this person takes no direct messages from us."""
        async with translated(Deed(self.client, self.tools, intention, channel=None)):
            try:
                place = await self.client.create_dm(discord.Object(user))
                await self._send(intention, place, card, home=intention.community)
            except discord.Forbidden as refusal:
                if refusal.code not in CLOSED_TO_US:
                    raise
                return False
        return True


def nonce(key: str) -> str:
    """At most 25 characters that are the same for the same key: Discord then drops a message sent twice in minutes."""
    return b32encode(blake2b(key.encode(), digest_size=15).digest()).decode()


def _to_post(card: Card) -> tuple[str, ...]:
    return ("send_messages", "embed_links", *(("attach_files",) if card.brings_files else ()))


def _is_ours(thread: Mapping[str, Any], me: int, since: int) -> bool:
    return thread["type"] == PRIVATE_THREAD and int(thread["owner_id"]) == me and int(thread["id"]) > since


def shows(found: discord.Message, card: Card, home: int | None = None) -> bool:
    """Whether a message is this card: by what its buttons and menus remember, its titles and the words around them.

    Without buttons and menus by all it says. (What stands in a frame may have moved on since: a live count.)
    """
    theirs, ours = remembered(found), custom_ids(card, home)
    shown = message(card, home)
    if theirs or ours:
        same_words = _words(found.content, ()) == _words(shown.get("content", ""), ())
        return theirs == ours and same_words and _titles(found.embeds) == _titles(shown.get("embeds", ()))
    return _words(found.content, found.embeds) == _words(shown.get("content", ""), shown.get("embeds", ()))


def remembered(found: discord.Message) -> frozenset[str]:
    """What the buttons and menus of a message remember; compare with `custom_ids`."""
    return frozenset(
        item.custom_id
        for row in found.components
        if isinstance(row, discord.ActionRow)
        for item in row.children
        if item.custom_id
    )


def _titles(embeds: Sequence[discord.Embed]) -> list[str]:
    return [embed.title or "" for embed in embeds]


def _words(content: str, embeds: Sequence[discord.Embed]) -> list[str]:
    texts = [content]
    for embed in embeds:
        texts += [embed.title or "", embed.description or "", embed.footer.text or ""]
        texts += [text or "" for field in embed.fields for text in (field.name, field.value)]
    return [" ".join(text.split()) for text in texts]
