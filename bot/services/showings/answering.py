"""Answers: a person of another firm writes in the post, and the maker says what helped. What they write is not kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from bot.services.acts import act_of
from bot.services.showings.adopting import let_be
from bot.services.tools import Tools
from domain import showings as rule
from domain.errors import NotAnAnswer, NotYours, TooOld
from domain.model import (
    ActKind,
    CommunityId,
    Member,
    MemberId,
    MemberState,
    Showing,
    ShowingAnswer,
    ShowingId,
    ShowingState,
    UserId,
)
from storage import acts, answers, asks, members, showings
from storage.engine import Tx

LISTED_AT_MOST = 25  # what fits a menu


async def wrote(tools: Tools, community: CommunityId, thread: int, user: UserId, message: int, at: datetime) -> bool:
    """Somebody wrote in a post of the forum. True if that is an answer, and their first.

    In a post we do not know yet it is not lost: ours are looked into as soon as we know them.
    """
    async with tools.db.read() as tx:
        showing = await showings.in_thread(tx, community, thread)
        if showing is None and not await showings.posting(tx, community):
            return False
        if showing is not None and not await _is_news(tx, showing, user, at):
            return False
    async with tools.db.write() as tx:
        if showing is None:
            await showings.look_once_posted(tx, community, tools.clock.now())
            showing = await showings.in_thread(tx, community, thread)  # it may have become known just now
        held = await showings.hold(tx, showing.id) if showing else None
        writer = await members.get(tx, community, user)
        if held is None or writer is None:
            return False
        return await _count(tx, held, writer, message, at)


async def _is_news(tx: Tx, showing: Showing, user: UserId, at: datetime) -> bool:
    """Whether this may be an answer that we have not counted."""
    if showing.state is not ShowingState.OPEN:
        return False
    writer = await members.get(tx, showing.community, user)
    if writer is None or not rule.is_answer(showing, writer):
        return False
    before = await answers.get(tx, showing.id, writer.id)
    return before is None or at < before.at


async def _count(tx: Tx, showing: Showing, writer: Member, message: int, at: datetime) -> bool:
    """Write an answer down, if it is one; the showing is held. True: the first of this person."""
    if showing.state is not ShowingState.OPEN or not rule.is_answer(showing, writer):
        return False
    new = await answers.add(tx, showing.community, showing.id, writer.id, at, message)
    await showings.answered(tx, showing.id, at)
    await asks.withdraw_showing(tx, showing.id)
    if new:
        log = act_of(writer, ActKind.ANSWERED, at, str(showing.id), other=showing.maker, showing=showing.id)
        await acts.record(tx, log)
    return new


class Seen(NamedTuple):
    """Somebody wrote a message in a post at a moment."""

    user: UserId
    message: int
    at: datetime


async def checked(tools: Tools, showing_id: ShowingId, seen: Sequence[Seen], *, is_locked: bool = False) -> None:
    """A post was read: who wrote in it, and when. Answers that we had not heard of are counted with their own time."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        showing = await showings.hold(tx, showing_id)
        if showing is None or showing.state is not ShowingState.OPEN:
            return
        answered = showing.answered_at is not None
        for one in sorted(seen, key=lambda one: (one.at, one.message)):
            writer = await members.get(tx, showing.community, one.user)
            if writer is not None and rule.is_answer(showing, writer):
                await _count(tx, showing, writer, one.message, one.at)
                answered = True
        look_at = None if answered or is_locked else max(now, rule.rescued_from(showing))
        await showings.checked(tx, [showing_id], now, look_at)
        if is_locked:
            await let_be(tx, showing)
    tools.wake()


# This helped


@dataclass(frozen=True, slots=True)
class Helped:
    """Somebody's answer helped; `new` False: the maker had said so before."""

    showing: Showing
    answerer: Member
    new: bool


async def mine(tools: Tools, member: Member, showing_id: ShowingId) -> Showing:
    """A showing of one's own. Raises NotYours, TooOld."""
    async with tools.db.read() as tx:
        return _made_by(member, await showings.get(tx, showing_id))


async def answerers(tools: Tools, member: Member, showing_id: ShowingId) -> tuple[ShowingAnswer, ...]:
    """Who answered one's own showing and still takes part: first those not thanked yet. Raises NotYours, TooOld."""
    async with tools.db.read() as tx:
        showing = _made_by(member, await showings.get(tx, showing_id))
        everybody = await answers.of_showing(tx, showing.id)
    found = [one for one in everybody if one.member.state is MemberState.ACTIVE]
    return tuple(sorted(found, key=lambda one: one.helped_at is not None)[:LISTED_AT_MOST])


async def helped(tools: Tools, member: Member, showing_id: ShowingId, answerer: MemberId) -> Helped:
    """The maker says that somebody's answer helped: an exchange, once. Raises NotYours, TooOld, NotAnAnswer."""
    async with tools.db.write() as tx:
        showing = _made_by(member, await showings.hold(tx, showing_id))
        return await _thank(tx, showing, answerer, tools.clock.now())


async def helped_by(tools: Tools, member: Member, thread: int, user: UserId, message: int, at: datetime) -> Helped:
    """The maker says that this message in their post helped; an answer we had not heard of is counted first.

    Raises NotYours for somebody else's post, NotAnAnswer for what is no answer, or in no post of ours.
    """
    async with tools.db.write() as tx:
        found = await showings.in_thread(tx, member.community, thread)
        held = await showings.hold(tx, found.id) if found else None
        writer = await members.get(tx, member.community, user)
        if held is None or writer is None:
            raise NotAnAnswer
        showing = _made_by(member, held)
        await _count(tx, showing, writer, message, at)
        return await _thank(tx, showing, writer.id, tools.clock.now())


def _made_by(member: Member, showing: Showing | None) -> Showing:
    if showing is None or showing.community != member.community:
        raise TooOld
    if showing.maker.id != member.id:
        raise NotYours
    return showing


async def _thank(tx: Tx, showing: Showing, answerer: MemberId, now: datetime) -> Helped:
    found = await answers.get(tx, showing.id, answerer)
    if found is None:
        raise NotAnAnswer
    new = await answers.helped(tx, showing.id, answerer, now)
    if new:
        log = act_of(found.member, ActKind.HELPED, now, str(showing.id), other=showing.maker, showing=showing.id)
        await acts.record(tx, log)
    return Helped(showing, found.member, new)
