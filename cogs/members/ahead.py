"""What is coming up for somebody in everything they take part in: a line each, the soonest first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.services import rounds, showings, swaps
from bot.services.tools import Tools
from bot.texts import Raw, Translator, channel
from cogs.members import cards
from cogs.rounds.cards import name
from domain.model import Community, Member

Line = tuple[datetime, Raw]


@dataclass(frozen=True, slots=True)
class About:
    """Whose lines, and for whom they are written."""

    tools: Tools
    t: Translator
    community: Community
    member: Member


async def ahead(about: About) -> Raw:
    """Empty if nothing is."""
    found = [line for lines in LINES for line in await lines(about)]
    return cards.lines(*(text for _, text in sorted(found, key=lambda one: one[0])))


async def _rounds(about: About) -> list[Line]:
    upcoming = await rounds.coming_up(about.tools, about.member)
    return [(one.at, cards.coming_line(about.t, about.community, one)) for one in upcoming]


async def _showings(about: About) -> list[Line]:
    t = about.t

    def line(one: showings.Upcoming) -> Raw:
        if one.thread is None:
            return t("members.coming.showing_ask", when=t.when(one.at), soon=t.when(one.at, "R"))
        return t(
            "members.coming.showing_taken", where=channel(one.thread), when=t.when(one.at), soon=t.when(one.at, "R")
        )

    return [(one.at, line(one)) for one in await showings.coming_up(about.tools, about.member)]


async def _swaps(about: About) -> list[Line]:
    t = about.t

    def line(one: swaps.Upcoming) -> Raw:
        return t(
            f"swaps.coming.{one.what}",
            when=t.when(one.at),
            where=channel(one.thread) if one.thread is not None else Raw("`/swap status`"),
            other=name(t, one.other) if one.other is not None else "",
            skill=one.skill,
        )

    return [(one.at, line(one)) for one in await swaps.coming_up(about.tools, about.member)]


# One for each capability that has something to say.
LINES: tuple[Callable[[About], Awaitable[list[Line]]], ...] = (_rounds, _swaps, _showings)
