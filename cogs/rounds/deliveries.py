"""Carrying out what a round decided: each kind of intention, from its ids to a message on Discord."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused, Unknown
from bot.services import rounds
from bot.services.rounds import looking
from bot.services.rounds.looking import PairingView
from bot.texts import Translator, catalogue
from cogs.messenger import Carrier, Messenger
from cogs.rounds import cards, own_cards
from cogs.ui.card import Card
from domain.model import (
    AskId,
    Community,
    Intention,
    Member,
    MemberId,
    PairingId,
    ProblemKind,
    ReviewId,
    RoundId,
    RoundState,
    UserId,
)

Ids = Mapping[str, int]
NOTHING: Ids = {}


def _channel(community: Community) -> int:
    if community.channels.round is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "round")
    return community.channels.round


def _users(*people: Member | None) -> tuple[UserId, ...]:
    """Whom to ping: everybody once, as Discord wants it."""
    return tuple(dict.fromkeys(one.user for one in people if one is not None and one.user is not None))


# The round's channel


async def _open(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.open_round(messenger.tools, RoundId(int(intention.args["round"])))
    if view is None or view.round.state is not RoundState.OPEN:
        raise Moot  # it was skipped, or could be said only when sign-up was over
    channel = _channel(view.community)
    card = cards.opening(catalogue(view.community.language), view)
    return {"channel": channel, "message": await messenger.post(intention, channel, card)}


async def _count(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.open_round(messenger.tools, RoundId(int(intention.args["round"])))
    if view is None or view.round.channel is None or view.round.message is None:
        raise Moot
    card = cards.opening(catalogue(view.community.language), view)
    try:
        await messenger.edit(intention, view.round.channel, view.round.message, card)
    except Unknown as gone:
        raise Moot from gone  # there is no count to keep where there is no message
    return NOTHING


async def _alone(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.ended_round(messenger.tools, RoundId(int(intention.args["round"])))
    if view is None:
        raise Moot
    t = catalogue(view.community.language)
    card = cards.nobody_met(t, view.round, str(intention.args["why"]), view.next_round)
    return {"message": await messenger.post(intention, _channel(view.community), card)}


async def _close(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.ended_round(messenger.tools, RoundId(int(intention.args["round"])))
    if view is None:
        raise Moot
    card = cards.closing(
        catalogue(view.community.language),
        view.round,
        took_part=int(intention.args["took_part"]),
        reviews=int(intention.args["reviews"]),
        new_ties=int(intention.args["new_ties"]),
        upcoming=view.next_round,
    )
    return {"message": await messenger.post(intention, _channel(view.community), card)}


async def _skipped(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.ended_round(messenger.tools, RoundId(int(intention.args["round"])))
    if view is None:
        raise Moot
    if view.community.channels.managers is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "managers")
    t = catalogue(view.community.language)
    card = cards.skipped(t, view.round, str(intention.args["why"]), view.next_round)
    return {"message": await messenger.post(intention, view.community.channels.managers, card)}


# A pairing's thread


async def _pairing(messenger: Messenger, intention: Intention, *, files: bool = False) -> PairingView:
    view = await looking.pairing_view(messenger.tools, PairingId(int(intention.args["pairing"])), files=files)
    if view is None:
        raise Moot
    return view


async def _current(messenger: Messenger, intention: Intention, *, files: bool = False) -> PairingView:
    """A pairing whose round goes on: after it nobody is greeted, called together or reminded any more."""
    view = await _pairing(messenger, intention, files=files)
    if view.round.state not in {RoundState.RUNNING, RoundState.NUDGED}:
        raise Moot
    return view


async def _thread(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention)
    if len(view.seated) < 2:
        raise Moot  # somebody stepped out before there was a thread
    return {"thread": await _make_thread(messenger, intention, view)}


async def _make_thread(messenger: Messenger, intention: Intention, view: PairingView) -> int:
    name = cards.thread_name(cards.language_of(view), view)
    return await messenger.private_thread(intention, _channel(view.community), name, cards.thread_prefix(view))


async def _add(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention)
    member = view.who(MemberId(int(intention.args["member"])))
    if view.pairing.thread is None or member is None or member.user is None:
        raise Moot
    await messenger.add(intention, view.pairing.thread, member.user)
    return NOTHING


async def _say(
    messenger: Messenger, intention: Intention, view: PairingView, card: Card, *pinged: Member | None
) -> Ids:
    if view.pairing.thread is None:
        raise Moot
    pings = _users(*pinged)
    try:
        return {"message": await messenger.post(intention, view.pairing.thread, card, pings=pings)}
    except Unknown as gone:
        if gone.what != "channel":
            raise
    # Somebody deleted the thread: these people get another, and what is to be said is not lost.
    thread = await _make_thread(messenger, intention, view)
    for user in _users(*(one.member for one in view.seated)):
        await messenger.add(intention, thread, user)
    await rounds.remember_thread(messenger.tools, view.pairing.id, thread)
    return {"message": await messenger.post(intention, thread, card, pings=pings)}


async def _welcome(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention, files=True)
    if len(view.seated) < 2:
        raise Moot
    card = cards.welcome(cards.language_of(view), view)
    return await _say(messenger, intention, view, card, *(one.member for one in view.seated))


async def _joined(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention, files=True)
    newcomer = next((one for one in view.seated if one.member.id == intention.args["member"]), None)
    if newcomer is None:
        raise Moot
    card = cards.joined(cards.language_of(view), view, newcomer)
    return await _say(messenger, intention, view, card, newcomer.member)


async def _late_brief(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention, files=True)
    one = next((one for one in view.seated if one.member.id == intention.args["member"]), None)
    if one is None:
        raise Moot
    return await _say(messenger, intention, view, cards.late_brief(cards.language_of(view), one))


async def _left(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention)
    leaver = view.who(MemberId(int(intention.args["leaver"])))
    if leaver is None or view.pairing.message is None:
        raise Moot  # nobody has been greeted there, so nobody waits there
    card = cards.stepped_out(cards.language_of(view), view, leaver)
    return await _say(messenger, intention, view, card, *(one.member for one in view.seated))


async def _nudge(messenger: Messenger, intention: Intention) -> Ids:
    view = await _current(messenger, intention)
    if not view.owed:
        raise Moot  # it came in the meantime
    card = cards.nudge(cards.language_of(view), view, view.owed)
    return await _say(messenger, intention, view, card, *(view.who(debt.reviewer) for debt in view.owed))


async def _live(messenger: Messenger, intention: Intention) -> Ids:
    view = await _pairing(messenger, intention)
    claimant = view.who(MemberId(int(intention.args["member"])))
    if claimant is None:
        raise Moot
    card = cards.live_question(cards.language_of(view), view, claimant)
    others = [one.member for one in view.seated if one.member.id != claimant.id]
    return await _say(messenger, intention, view, card, *others)


async def _review(messenger: Messenger, intention: Intention) -> Ids:
    found = await looking.review_view(messenger.tools, ReviewId(int(intention.args["review"])))
    view = await _pairing(messenger, intention)
    if found is None or found.review.text is None:
        raise Moot
    card = cards.review(cards.language_of(view), found, found.review.text)
    return await _say(messenger, intention, view, card, found.maker)


# In private


def _own(member: Member) -> Translator:
    return catalogue(member.language)


async def _ask(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.ask_view(messenger.tools, AskId(int(intention.args["ask"])))
    if view is None:
        raise Moot
    await messenger.tell(intention, view.asked, own_cards.ask(_own(view.asked), view))
    return NOTHING


async def _notice(messenger: Messenger, intention: Intention) -> Ids:
    view = await looking.notice_view(
        messenger.tools, MemberId(int(intention.args["member"])), RoundId(int(intention.args["round"]))
    )
    if view is None:
        raise Moot
    what, why = str(intention.args["what"]), str(intention.args["why"])
    await messenger.tell(intention, view.member, own_cards.notice(_own(view.member), view, what, why))
    return NOTHING


CARRIERS: dict[str, Carrier] = {
    "round.open": _open,
    "round.count": _count,
    "round.alone": _alone,
    "round.close": _close,
    "round.skipped": _skipped,
    "pairing.thread": _thread,
    "pairing.add": _add,
    "pairing.welcome": _welcome,
    "pairing.joined": _joined,
    "pairing.left": _left,
    "pairing.nudge": _nudge,
    "brief.post": _late_brief,
    "live.ask": _live,
    "review.post": _review,
    "ask.post": _ask,
    "member.notice": _notice,
}
