"""`/cluster setup`: from nothing, or from whatever is there, to a community that runs by itself."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import discord

from bot.services import communities, rounds, skills
from bot.services.communities import Wishes
from bot.texts import LANGUAGES, language_of
from cogs.communities import cards
from cogs.communities.making import Outcome, make_channels
from cogs.communities.settings import our_themes, server
from cogs.communities.sight import Target, amiss, manager_role
from cogs.ui.visit import Visit
from domain.calendar import NoRoundInSight
from domain.communities import ChannelKind
from domain.model import CommunityId

# Discord gives every server "en-US" until somebody changes that, so it says nothing.
_UNSET = "en-US"
_ZONES = {
    "bg": "Europe/Sofia",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin",
    "el": "Europe/Athens",
    "en-GB": "Europe/London",
    "es-ES": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "ro": "Europe/Bucharest",
    "sv-SE": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv",
    "vi": "Asia/Ho_Chi_Minh",
    "zh-TW": "Asia/Taipei",
}


def guess(server_locale: str, own_locale: str) -> Wishes:
    """Language and time zone by what the server is set to, else the person; None where neither tells."""
    locale = server_locale if server_locale != _UNSET else own_locale
    language = language_of(locale) if locale.partition("-")[0] in LANGUAGES else None
    return Wishes(time_zone=_ZONES.get(locale), language=language)


class Locks:
    """One at a time in each server. Two managers may set up at once: the second finds what the first has made."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def of(self, community: CommunityId) -> asyncio.Lock:
        return self._locks.setdefault(community, asyncio.Lock())


async def run(visit: Visit, wishes: Wishes, locks: Locks) -> None:
    """Set up, or set up again, and show what came of it. The visit must have been deferred."""
    guild = server(visit)
    own = visit.interaction.locale.value
    async with locks.of(visit.guild_id):
        await communities.bot_returned(visit.tools, visit.guild_id)  # if it was away, and nobody told us
        made = await communities.set_up(
            visit.tools, visit.guild_id, wishes, guess(guild.preferred_locale.value, own), our_themes()
        )
        managers: Target = manager_role(guild, made.community) or _person(visit, guild)

        async def note(kind: ChannelKind, channel: int) -> None:
            await communities.note_channel(visit.tools, visit.guild_id, kind, channel)

        steps = await make_channels(guild, made.community, managers, note)
        mended = {step.kind for step in steps if step.outcome is Outcome.MENDED}
        community = await communities.community(visit.tools, visit.guild_id)
        try:
            first = await rounds.schedule_next(visit.tools, visit.guild_id)
        except NoRoundInSight:
            first = None
        await skills.put_up_board(visit.tools, visit.guild_id)
        health = await communities.checked(visit.tools, visit.guild_id, amiss(guild, community, mended), action=None)
    await visit.replace(cards.set_up(visit.t, guild, steps, health, first))


def _person(visit: Visit, guild: discord.Guild) -> discord.Member:
    person = visit.interaction.user
    return person if isinstance(person, discord.Member) else guild.me
