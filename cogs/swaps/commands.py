"""`/swap`: where my swaps and sessions stand, how long one took, calling one off, and my firm's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from discord import app_commands

from bot.services.credits import balance
from bot.services.swaps import open_proposal
from bot.services.swaps.session_looking import standing, under_way
from bot.texts import clip
from cogs.swaps import cards, credit_cards, own_sessions
from cogs.swaps.credits import ask_first as ask_to_give
from cogs.swaps.credits import ask_how_much
from cogs.swaps.sessions import ask_first, ask_minutes, enter
from cogs.ui.card import Card
from cogs.ui.items import Interaction
from cogs.ui.router import WeftCog
from cogs.ui.translator import described
from cogs.ui.visit import Needs, Visit
from domain.deeds import Deed
from domain.errors import NoSession
from domain.model import Leg, LegState
from domain.sessions import clock, minutes_typed, suggest_minutes

CHOICES, LONGEST = 25, 100  # of an autocomplete, and characters of each
TO_ENTER = frozenset({LegState.AGREED, LegState.REPORTED, LegState.DISPUTED})
TO_CANCEL = frozenset({LegState.AGREED})


class Commands(WeftCog):
    group = app_commands.Group(name="swap", description=described("commands.swap.description"), guild_only=True)

    @group.command(name="status", description=described("commands.swap.status.description"))
    async def status(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        found = await standing(visit.tools, visit.cluster, visit.insider)
        asked = await open_proposal(visit.tools, visit.insider)
        card = own_sessions.status(visit.t, found, visit.insider)
        if asked is not None:
            question = cards.status(visit.t, asked, visit.insider)
            both = replace(question, more=(card,), menus=card.menus, buttons=(*question.buttons, *card.buttons))
            card = both if found.under_way or found.lately else question
        await visit.answer(card)

    @group.command(name="done", description=described("commands.swap.done.description"))
    @app_commands.describe(session=described("commands.swap.done.session"), time=described("commands.swap.done.time"))
    async def done(self, interaction: Interaction, session: str = "", time: str = "") -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        ours = await _meant(visit, session, TO_ENTER)
        if len(ours) > 1:
            minutes = (minutes_typed(time),) if time else ()  # what was said is kept while they choose
            await _ask_which(visit, ours, "session.report", minutes)
        elif time:
            await enter(visit, ours[0].id, time)
        else:
            await ask_minutes(visit, ours[0].id)

    @group.command(name="cancel", description=described("commands.swap.cancel.description"))
    @app_commands.describe(session=described("commands.swap.cancel.session"))
    async def cancel(self, interaction: Interaction, session: str = "") -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        ours = await _meant(visit, session, TO_CANCEL)
        if len(ours) > 1:
            await _ask_which(visit, ours, "session.cancel")
        else:
            await ask_first(visit, ours[0].id, Deed.CANCEL)

    @group.command(name="balance", description=described("commands.swap.balance.description"))
    async def balance(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        await visit.answer(credit_cards.balance(visit.t, await balance(visit.tools, visit.insider)))

    @group.command(name="give", description=described("commands.swap.give.description"))
    @app_commands.describe(time=described("commands.swap.give.time"))
    async def give(self, interaction: Interaction, time: str = "") -> None:
        visit = await self.visit(interaction, Needs.MEMBER)
        if time:
            await ask_to_give(visit, time)
        else:
            await ask_how_much(visit)

    @done.autocomplete("session")
    async def _to_enter(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._sessions(interaction, typed, TO_ENTER)

    @cancel.autocomplete("session")
    async def _to_cancel(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return await self._sessions(interaction, typed, TO_CANCEL)

    async def _sessions(
        self, interaction: Interaction, typed: str, states: frozenset[LegState]
    ) -> list[app_commands.Choice[str]]:
        visit = await self.visit(interaction, Needs.MEMBER)
        ours = [leg for leg in await under_way(visit.tools, visit.insider) if leg.state in states]
        titles = [(own_sessions.title(visit.t, leg, visit.insider), leg) for leg in ours]
        found = [(title, leg) for title, leg in titles if typed.casefold() in title.casefold()]
        return [app_commands.Choice(name=clip(title, LONGEST), value=str(leg.id)) for title, leg in found[:CHOICES]]

    @done.autocomplete("time")
    @give.autocomplete("time")
    async def _times(self, _interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=clock(one), value=clock(one)) for one in suggest_minutes(typed)[:CHOICES]]


async def _meant(visit: Visit, typed: str, states: frozenset[LegState]) -> list[Leg]:
    """The sessions that may be meant: the one chosen, or all there are. Raises NoSession if there is none (such)."""
    ours = [leg for leg in await under_way(visit.tools, visit.insider) if leg.state in states]
    found = [leg for leg in ours if not typed or _is_meant(visit, leg, typed)]
    if not found:
        raise NoSession
    return found


async def _ask_which(visit: Visit, legs: Sequence[Leg], action: str, ids: tuple[int, ...] = ()) -> None:
    t = visit.t
    menu = replace(own_sessions.choose(t, legs, visit.insider, action), ids=ids)
    await visit.answer(Card(title=t.plain("sessions.which.title"), text=t("sessions.which.body"), menus=(menu,)))


def _is_meant(visit: Visit, leg: Leg, typed: str) -> bool:
    """What was chosen from the suggestions, or typed without them."""
    return typed == str(leg.id) or typed.casefold() in own_sessions.title(visit.t, leg, visit.insider).casefold()
