"""Carrying out what a proposal decided: each kind of intention, from its ids to a message on Discord."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused, Unknown
from bot.services import swaps
from bot.services.swaps.looking import SwapView, swap_view
from bot.texts import catalogue
from cogs.messenger import Carrier, Messenger
from cogs.swaps import cards, session_cards
from cogs.ui.card import Card
from domain.model import Community, Intention, Member, MemberId, ProblemKind, SwapId, SwapState, UserId

Ids = Mapping[str, int]
NOTHING: Ids = {}


def _channel(community: Community) -> int:
    """Where swaps' threads belong."""
    place = community.channels.skills or community.channels.round
    if place is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "skills")
    return place


async def _swap(messenger: Messenger, intention: Intention) -> SwapView:
    view = await swap_view(messenger.tools, SwapId(int(intention.args["swap"])))
    if view is None:
        raise Moot
    return view


async def _going_on(messenger: Messenger, intention: Intention) -> SwapView:
    """A swap that is proposed or agreed: nobody is called together for one that ended."""
    view = await _swap(messenger, intention)
    if view.swap.state not in {SwapState.PROPOSED, SwapState.AGREED}:
        raise Moot
    return view


async def _thread(messenger: Messenger, intention: Intention) -> Ids:
    view = await _going_on(messenger, intention)
    return {"thread": await _make_thread(messenger, intention, view)}


async def _make_thread(messenger: Messenger, intention: Intention, view: SwapView) -> int:
    name = cards.thread_name(cards.language_of(view), view)
    return await messenger.private_thread(intention, _channel(view.community), name, cards.thread_prefix(view))


async def _add(messenger: Messenger, intention: Intention) -> Ids:
    view = await _going_on(messenger, intention)
    member = view.who(MemberId(int(intention.args["member"])))
    if view.swap.thread is None or member is None or member.user is None:
        raise Moot
    try:
        await messenger.add(intention, view.swap.thread, member.user)
    except Unknown as gone:
        if gone.what != "channel":
            raise
        raise Moot from gone  # somebody deleted it: what is said next makes another, with everybody in it
    return NOTHING


def users(*people: Member) -> tuple[UserId, ...]:
    """Whom to ping: everybody once, as Discord wants it."""
    return tuple(dict.fromkeys(one.user for one in people if one.user is not None))


async def say(messenger: Messenger, intention: Intention, view: SwapView, card: Card, *pinged: Member) -> Ids:
    """A message in the swap's thread. Where somebody deleted that, these people get another, and nothing is lost."""
    if view.swap.thread is None:
        raise Moot
    pings = users(*pinged)
    try:
        return {"message": await messenger.post(intention, view.swap.thread, card, pings=pings)}
    except Unknown as gone:
        if gone.what != "channel":
            raise
    thread = await _make_thread(messenger, intention, view)
    for user in users(*view.people):
        await messenger.add(intention, thread, user)
    await swaps.remember_thread(messenger.tools, view.swap.id, thread)
    return {"message": await messenger.post(intention, thread, card, pings=pings)}


async def _welcome(messenger: Messenger, intention: Intention) -> Ids:
    view = await _going_on(messenger, intention)
    # As everybody was asked: if it was sent before a crash, it is known again by that.
    card = cards.proposal(cards.language_of(view), view, asking=True)
    return await say(messenger, intention, view, card, *view.people)


async def _count(messenger: Messenger, intention: Intention) -> Ids:
    await _show(messenger, intention, await _swap(messenger, intention))
    return NOTHING


async def _show(messenger: Messenger, intention: Intention, view: SwapView) -> None:
    """Have the first message say how things stand."""
    if view.swap.thread is None or view.swap.message is None:
        raise Moot
    card = cards.proposal(cards.language_of(view), view)
    try:
        await messenger.edit(intention, view.swap.thread, view.swap.message, card)
    except Unknown as gone:
        raise Moot from gone


async def _agreed(messenger: Messenger, intention: Intention) -> Ids:
    view = await _swap(messenger, intention)
    t = cards.language_of(view)
    buttons = [button for leg in view.swap.legs for button in session_cards.buttons(t, leg)]
    told = await say(messenger, intention, view, cards.agreed(t, view, buttons), *view.people)
    await _show_if_there(messenger, intention)
    return told


async def _ended(messenger: Messenger, intention: Intention) -> Ids:
    view = await _swap(messenger, intention)
    if view.swap.thread is None:
        raise Moot  # nobody was called together for it
    try:
        told = {"message": await messenger.post(intention, view.swap.thread, cards.ended(cards.language_of(view)))}
    except Unknown as gone:
        raise Moot from gone
    await _show_if_there(messenger, intention)
    return told


async def _quiet(messenger: Messenger, intention: Intention) -> Ids:
    view = await _swap(messenger, intention)
    member = view.who(MemberId(int(intention.args["member"])))
    if member is None or member.user is None or not member.present(messenger.tools.clock.now()):
        raise Moot
    await messenger.tell(intention, member, cards.quiet(catalogue(member.language), member.user))
    return NOTHING


async def _show_if_there(messenger: Messenger, intention: Intention) -> None:
    """After what was to be said, take the buttons off the first message."""
    view = await _swap(messenger, intention)
    if view.swap.message is None:
        return
    try:
        await _show(messenger, intention, view)
    except Moot:
        return


CARRIERS: dict[str, Carrier] = {
    "swap.thread": _thread,
    "swap.add": _add,
    "swap.welcome": _welcome,
    "swap.count": _count,
    "swap.agreed": _agreed,
    "swap.ended": _ended,
    "swap.quiet": _quiet,
}
