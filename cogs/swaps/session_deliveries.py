"""Carrying out what was decided about sessions: into the thread, the managers' channel, and the server's events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.outcomes import Moot, Refused, Unknown
from bot.reports.invitation import invitation
from bot.services.credits import told
from bot.services.swaps.looking import swap_view
from bot.services.swaps.session_intentions import Said
from bot.services.swaps.session_looking import SessionView, event_view, session_view
from bot.texts import catalogue
from cogs.events import Happening, end_event, put_event
from cogs.messenger import Carrier, Messenger
from cogs.swaps import credit_cards, dispute_cards, session_cards
from cogs.swaps.deliveries import say
from cogs.swaps.session_cards import Telling
from domain.legs import UNDER_WAY
from domain.model import (
    Community,
    FirmId,
    Intention,
    Leg,
    LegId,
    LegState,
    MemberId,
    ProblemKind,
)
from domain.sessions import LENGTH

Ids = Mapping[str, int]
NOTHING: Ids = {}

# What is said only while the session still is as it was then; the rest is said whatever came since.
_WHILE = {
    Said.NAMED: frozenset({LegState.AGREED}),
    Said.AGREED: frozenset({LegState.AGREED}),
    Said.REMIND: frozenset({LegState.AGREED}),
    Said.ASK: frozenset({LegState.AGREED}),
    Said.ENTERED: frozenset({LegState.REPORTED}),
    Said.DISPUTED: frozenset({LegState.DISPUTED}),
    Said.ESCALATED: frozenset({LegState.ESCALATED}),
    Said.CONFIRMED: frozenset({LegState.CONFIRMED}),
}


async def _view(messenger: Messenger, intention: Intention) -> SessionView:
    view = await session_view(messenger.tools, LegId(int(intention.args["leg"])))
    if view is None:
        raise Moot
    return view


async def _say(messenger: Messenger, intention: Intention) -> Ids:
    view, what = await _view(messenger, intention), Said(str(intention.args["what"]))
    swap = await swap_view(messenger.tools, view.leg.swap)
    if swap is None or not _still(view.leg, what, intention):
        raise Moot
    by = MemberId(int(intention.args["member"])) if "member" in intention.args else None
    t, now = session_cards.language_of(view), messenger.tools.clock.now()
    telling = Telling(
        leg=view.leg,
        what=what,
        now=now,
        by=view.who(by) if by else None,
        along=_along(swap.swap.legs, intention),
        others=any(one.state in UNDER_WAY for one in swap.swap.legs if one.id != view.leg.id),
    )
    card = session_cards.card(t, telling)
    if what is Said.AGREED:
        card = replace(card, files=((t.plain("sessions.file.name"), invitation(t, view.leg, now)),))
    # Who is on pause reads it when they are back.
    people = [one for one in session_cards.pinged(view.leg, what, by) if one.present(now)]
    return await say(messenger, intention, swap, card, *people)


def _along(legs: Sequence[Leg], intention: Intention) -> Leg | None:
    """The other session this is told of, unless it has a newer time by now."""
    wanted = (intention.args.get("along"), intention.args.get("along_time"))
    return next((one for one in legs if (one.id, one.time_version) == wanted), None)


def _still(leg: Leg, what: Said, intention: Intention) -> bool:
    if leg.time_version != intention.args["time"] and what in {Said.NAMED, Said.AGREED, Said.REMIND, Said.ASK}:
        return False
    if leg.words != intention.args["word"]:
        return what not in _WHILE
    if what is Said.NAMED and leg.time_agreed:
        return False
    return leg.state in _WHILE.get(what, {leg.state})


# For the managers


def _managers(community: Community) -> int:
    if community.channels.managers is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "managers")
    return community.channels.managers


async def _ask_managers(messenger: Messenger, intention: Intention) -> Ids:
    view = await _view(messenger, intention)
    if view.leg.state is not LegState.ESCALATED or view.leg.words != intention.args["word"]:
        raise Moot
    card = dispute_cards.to_manager(catalogue(view.community.language), view)
    return {"message": await messenger.post(intention, _managers(view.community), card)}


async def _spare_managers(messenger: Messenger, intention: Intention) -> Ids:
    view = await _view(messenger, intention)
    if view.leg.question is None or view.leg.words != intention.args["word"]:
        raise Moot
    over = dispute_cards.decided if view.leg.decided else dispute_cards.spared
    card = over(catalogue(view.community.language), view.leg)
    try:
        await messenger.edit(intention, _managers(view.community), view.leg.question, card)
    except Unknown as gone:
        raise Moot from gone
    return NOTHING


async def _shown(messenger: Messenger, intention: Intention) -> Ids:
    found = await told(messenger.tools, intention.community, FirmId(int(intention.args["firm"])), None)
    if found is None:
        raise Moot
    card = credit_cards.shown(catalogue(found.community.language), found.firm, int(intention.args["minutes"]))
    return {"message": await messenger.post(intention, _managers(found.community), card)}


# In private


async def _told(messenger: Messenger, intention: Intention) -> Ids:
    firm, member = FirmId(int(intention.args["firm"])), MemberId(int(intention.args["member"]))
    found = await told(messenger.tools, intention.community, firm, member)
    if found is None or found.member is None:
        raise Moot
    t = catalogue(found.member.language)
    card = credit_cards.told(t, found.firm, int(intention.args["minutes"]), str(intention.args["limit"]))
    await messenger.tell(intention, found.member, card)
    return NOTHING


# The event of the server


async def _event(messenger: Messenger, intention: Intention) -> Ids:
    view = await event_view(messenger.tools, intention.community, LegId(int(intention.args["leg"])))
    if view is None:
        raise Moot
    leg = view.leg
    if not view.wanted:
        if leg.event is not None:
            await end_event(messenger, intention, leg.event)
        return NOTHING
    assert leg.starts_at is not None
    t = catalogue(view.community.language)
    happening = Happening(
        # No names, and not the place, which may be somebody's.
        title=t.plain("sessions.event.title", skill=leg.skill.name),
        text=t.plain("sessions.event.body"),
        place=t.plain("sessions.event.place"),
        starts_at=leg.starts_at,
        ends_at=leg.starts_at + timedelta(minutes=LENGTH),
    )
    return {"event": await put_event(messenger, intention, happening, leg.event)}


SESSION_CARRIERS: dict[str, Carrier] = {
    "session.say": _say,
    "session.manager": _ask_managers,
    "session.manager_spared": _spare_managers,
    "session.event": _event,
    "credits.shown": _shown,
    "credits.told": _told,
}
