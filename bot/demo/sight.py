"""What somebody sees of the simulated Discord: channels, their own threads, the posts in the forum, and what is new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import discord
import simcord

from bot.demo.notes import MENTION, Note
from bot.demo.world import World
from domain.model import UserId

TEXT, PRIVATE = discord.ChannelType.text, discord.ChannelType.private_thread
MANAGERS = "weft-managers"
WORK = discord.ChannelType.public_thread  # a post in the forum


def readable(world: World, user: UserId, channel: simcord.ChannelHandle) -> bool:
    """Whether it stands in the left column, or under the forum, and can be opened."""
    kind = world.kind(channel)
    if kind is PRIVATE and user not in world.in_thread(channel.id):
        return False
    return kind in {TEXT, PRIVATE, WORK} and world.sees(user, channel)


def rooms(world: World, user: UserId) -> list[simcord.ChannelHandle]:
    return [one for one in world.guild.channels.values() if readable(world, user, one)]


def threads(world: World, user: UserId) -> list[simcord.ChannelHandle]:
    """The private threads they are in, the newest first."""
    mine = (one for one in world.channels() if world.kind(one) is PRIVATE and readable(world, user, one))
    return sorted(mine, key=lambda one: one.id, reverse=True)


def posts(world: World, user: UserId) -> list[simcord.ChannelHandle]:
    """What is shown in the forum, the newest first."""
    forum = world.forum
    shown = forum.threads if forum is not None and world.sees(user, forum) else []
    return sorted(shown, key=lambda one: one.id, reverse=True)


def own_posts(world: World, user: UserId) -> Iterator[simcord.ChannelHandle]:
    """Those that are theirs, or in which they wrote."""
    for post in posts(world, user):
        if user == maker(world, post.id) or user in world.in_thread(post.id):
            yield post


def maker(world: World, post: int) -> UserId | None:
    """Whose work it is: who wrote the first message of a post, or whom Weft names there."""
    messages = world.env.backend.messages.get(post, {})
    first = messages.get(min(messages, default=0))
    if first is None:
        return None
    named = MENTION.search(first.content or "") if first.author_id == world.bot else None
    return UserId(int(named[1])) if named else UserId(first.author_id)


def waits(world: World, post: int) -> bool:
    """Whether nobody but its maker has written in a post."""
    wrote = {one.author_id for one in world.env.backend.messages.get(post, {}).values()}
    return not wrote - {world.bot, maker(world, post)}


def managers_room(world: World) -> simcord.ChannelHandle | None:
    """Where Weft tells managers what it has to tell them; None before Weft is set up."""
    return world.guild.channels.get(MANAGERS)


def came(world: World, user: UserId, before: Mapping[int, int]) -> simcord.ChannelHandle | None:
    """A thread or post of theirs in which somebody has written since. `before`: the last message of each then.

    For the manager, the managers' channel is one of theirs.
    """
    room = managers_room(world) if user == world.manager else None
    mine = (*([room] if room is not None else []), *threads(world, user), *own_posts(world, user))
    return next((one for one in mine if world.after(user, one.id, before.get(one.id, 0))), None)


def news(world: World, user: UserId, place: simcord.ChannelHandle, before: int) -> str:
    """What has come for them there, in words."""
    note = world.note(place.id, world.after(user, place.id, before)[0])
    if note.author != world.bot:
        where = "in a post" if world.in_forum(place.id) else "to you"
        return f"{world.name(UserId(note.author))} writes {where}"
    room = managers_room(world)
    if room is not None and place.id == room.id and world.files(place.id, note.id):
        return "the digest is there"
    others = [world.name(one) for one in note.mentioned if one != user and one in world.actors]
    who = others[0] if others else "somebody"
    return next((words for action, words in _words(note, user, who) if note.button(action)), "there is word for you")


def _words(note: Note, user: UserId, who: str) -> Iterator[tuple[str, str]]:
    """What a message with a certain button brings."""
    mine = note.mentioned[:1] == (user,)
    yield "review.specific", f"{who} has reviewed your work" if mine else f"the work of {who} has been reviewed"
    yield "live.yes", f"{who} says you did it live"
    yield "ask.take", "you are asked to step in"
    yield "pairing.review", "there is a reminder for you" if note.debtors else f"you have a partner: {who}"
    yield "swap.accept", f"a swap is proposed to you and {who}"
    yield "session.escalate", f"you and {who} remember a session differently"
    yield "session.confirm", f"{who} says how long a session took"
    yield "session.correct", "a session counts"
    yield "session.agree_time", f"{who} names a time for a session"
    yield "session.not_there", "a session has a time" if note.dates else "you are asked how long a session took"
    yield "session.name_time", "your swap is on" if note.couples else "there is no time for a session yet"
    yield "showing.take", "you are asked to answer somebody who shows work"
    yield "skill.keep", "something you offer or want lapses soon"
    yield "followup.none", "you are asked what came of it"
