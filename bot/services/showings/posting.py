"""A member shows work, gives it other words, takes it back; and what becomes of it in the forum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.outcomes import Refused, Unknown
from bot.services.acts import act_of
from bot.services.showings import intentions
from bot.services.showings.round_up import have_round_ups
from bot.services.tools import Tools
from domain import showings as rule
from domain.errors import ByHand, NoPlaceToShow, NotAMember, NotYours, TooOld
from domain.model import (
    ActKind,
    Attachment,
    Intention,
    Member,
    MemberState,
    ProblemKind,
    Showing,
    ShowingAsk,
    ShowingId,
    ShowingSource,
    ShowingState,
    ShowingText,
    Stage,
)
from storage import acts, asks, communities, members, outbox, showings
from storage.engine import Tx

OWN_AT_MOST = 25  # what fits a menu
STANDS = (ShowingState.POSTING, ShowingState.OPEN)
POSTED_AND_LOOKED = 2  # attempts: the first, and the one after it was taken back


async def show(
    tools: Tools,
    member: Member,
    stage: Stage,
    ask: ShowingAsk,
    text: ShowingText,
    file: Attachment | None = None,
    source: ShowingSource = ShowingSource.FORM,
) -> Showing:
    """Show work: it becomes a post in the forum. Raises NoPlaceToShow if there is no forum, NotAMember."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        community = await communities.get(tx, member.community)
        if community is None or community.channels.showings is None:
            raise NoPlaceToShow
        maker = await members.by_id(tx, member.id)
        if maker is None or maker.state is not MemberState.ACTIVE:
            raise NotAMember
        new = await showings.add(
            tx, maker, source=source, stage=stage, ask=ask, text=text, shown_at=now, due_at=now + rule.POSTING_AT_MOST
        )
        assert new is not None  # only a thread's showing can be there already
        if file is not None:
            await showings.set_file(tx, new, file)
        shown = await _again(tx, new)
        await outbox.add(tx, now, intentions.post(shown))
        await have_round_ups(tx, community, now)
    tools.wake()
    return shown


async def edit(
    tools: Tools, member: Member, showing_id: ShowingId, stage: Stage, ask: ShowingAsk, text: ShowingText
) -> Showing:
    """Give a showing other words. Raises NotYours, TooOld, or ByHand for a post made by hand."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        showing = await _own(tx, member, showing_id)
        if showing.source is ShowingSource.HAND:
            raise ByHand
        await showings.set_words(tx, showing_id, stage, ask, text)
        # Also while it is being posted: the words that are on their way may be the old ones.
        await outbox.rearm(tx, now, intentions.edit(showing), timedelta(0))
        changed = await _again(tx, showing_id)
    tools.wake()
    return changed


async def withdraw(tools: Tools, member: Member, showing_id: ShowingId) -> Showing:
    """Take a showing back. Raises NotYours, or TooOld if that was done or the post is gone."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        await take_back(tx, await _own(tx, member, showing_id), now)
        withdrawn = await _again(tx, showing_id)
    tools.wake()
    return withdrawn


async def take_back(tx: Tx, showing: Showing, now: datetime) -> None:
    """Withdraw a showing that this transaction holds; a post of ours is cleared away."""
    await showings.end(tx, showing.id, ShowingState.WITHDRAWN, now)
    await showings.forget_words(tx, showing.id)
    await asks.withdraw_showing(tx, showing.id)
    # Its posting is not dropped: an attempt may have worked, and who carries it next looks for what that has left.
    await outbox.look_again(tx, intentions.post(showing).key, now)
    await outbox.drop(tx, intentions.edit(showing).key)
    if showing.thread is not None:
        await outbox.add(tx, now, intentions.close(showing))


async def own(tools: Tools, member: Member) -> tuple[Showing, ...]:
    """What a member shows now, the newest first."""
    async with tools.db.read() as tx:
        return tuple(await showings.of_member(tx, member.id, OWN_AT_MOST))


async def _own(tx: Tx, member: Member, showing_id: ShowingId) -> Showing:
    showing = await showings.hold(tx, showing_id)
    if showing is None or showing.community != member.community:
        raise TooOld
    if showing.maker.id != member.id:
        raise NotYours
    if showing.state not in STANDS:
        raise TooOld
    return showing


async def _again(tx: Tx, showing_id: ShowingId) -> Showing:
    found = await showings.get(tx, showing_id)
    assert found is not None
    return found


# What came of it on Discord


def _of(intention: Intention) -> ShowingId:
    return ShowingId(int(intention.args["showing"]))


async def posted(tx: Tx, intention: Intention, ids: Mapping[str, int], now: datetime) -> None:
    """It stands in the forum: what was typed is not kept any longer, unless it was changed on the way."""
    showing = await showings.hold(tx, _of(intention))
    if showing is None:
        return
    if showing.state is not ShowingState.POSTING:  # taken back while it was on its way
        await showings.set_place(tx, showing.id, ids["thread"], ids["message"])
        await outbox.add(tx, now, intentions.close(showing))
        return
    # Somebody wrote in a post we did not know: it may have been this one.
    due_at = now if showing.checked_at is not None else now + rule.RESCUED_AFTER
    await showings.posted(tx, showing.id, thread=ids["thread"], message=ids["message"], shown_at=now, due_at=due_at)
    await acts.record(tx, act_of(showing.maker, ActKind.SHOWN, now, str(showing.id), showing=showing.id))
    if not await outbox.waits(tx, intentions.edit(showing).key):
        await showings.forget_words(tx, showing.id)


async def edited(tx: Tx, intention: Intention, _ids: Mapping[str, int], _now: datetime) -> None:
    showing = await showings.hold(tx, _of(intention))
    if showing is not None and not await outbox.waits(tx, intention.key):
        await showings.forget_words(tx, showing.id)


async def noted(tx: Tx, intention: Intention, ids: Mapping[str, int], _now: datetime) -> None:
    await showings.set_message(tx, _of(intention), ids["message"])


async def not_posted(tools: Tools, intention: Intention, error: Refused | Unknown) -> bool:
    """It was taken back, and nothing of it stands: the forum is gone, or the one attempt to post it was refused.

    After several attempts one may have worked: then what it has left is looked for once we may look again.
    """
    async with tools.db.read() as tx:
        showing = await showings.get(tx, _of(intention))
    if showing is not None and showing.state is ShowingState.POSTING:
        return False
    gone = isinstance(error, Unknown) or error.kind is ProblemKind.CHANNEL_GONE
    return gone or intention.attempts <= POSTED_AND_LOOKED


async def not_there(tools: Tools, intention: Intention, error: Refused | Unknown) -> bool:
    """The post is gone, or what is ours in it."""
    if not isinstance(error, Unknown):
        return False
    async with tools.db.write() as tx:
        showing = await showings.hold(tx, _of(intention))
        if showing is not None:
            await showings.forget_words(tx, showing.id)
            if error.what == "channel":
                await lose(tx, showing, tools.clock.now())
    return True


async def optional(tools: Tools, intention: Intention, error: Refused | Unknown) -> bool:
    """Our word below somebody's own post, and its tags: where we may not, we do not."""
    return await not_there(tools, intention, error) or True


async def lose(tx: Tx, showing: Showing, now: datetime) -> None:
    """The post of a showing that this transaction holds was deleted."""
    if showing.state is ShowingState.OPEN:
        await showings.end(tx, showing.id, ShowingState.GONE, now)
        await asks.withdraw_showing(tx, showing.id)
