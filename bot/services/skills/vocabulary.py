"""A community's own words for skills: which to offer while somebody types, which may be meant.

Thousands of names take milliseconds to search, and more when one of them is new: that is done beside the event loop.
"""

from __future__ import annotations

import asyncio

from bot.services.tools import Tools
from domain.model import CommunityId, Skill
from domain.skills import alike, skill_key
from domain.skills import suggest as suggested
from storage import skills


async def suggest(tools: Tools, community: CommunityId, typed: str) -> list[str]:
    """At most 25 names of skills that people here list, likeliest first."""
    return await asyncio.to_thread(suggested, typed, await _names(tools, community))


async def find(tools: Tools, community: CommunityId, typed: str) -> tuple[Skill | None, tuple[Skill, ...]]:
    """The skill of this name, if anybody lists it; else those that may be meant."""
    names = await _names(tools, community)
    key = skill_key(typed)
    async with tools.db.read() as tx:
        exact = await skills.by_key(tx, community, key)
    if exact is not None and exact.name in names:
        return exact, ()
    meant = await asyncio.to_thread(lambda: (*alike(typed, names), *suggested(typed, names, 3)))
    return None, await _skills(tools, community, tuple(dict.fromkeys(meant))[:3])


async def meant(tools: Tools, new: Skill) -> tuple[Skill, ...]:
    """Skills of the community that a new one may well be another word for."""
    # Without the new name the words are those that were searched before, and still in order.
    names = [name for name in await _names(tools, new.community) if name != new.name]
    return await _skills(tools, new.community, await asyncio.to_thread(alike, new.name, names))


async def _names(tools: Tools, community: CommunityId) -> list[str]:
    async with tools.db.read() as tx:
        return await skills.names_in_use(tx, community)


async def _skills(tools: Tools, community: CommunityId, names: tuple[str, ...]) -> tuple[Skill, ...]:
    if not names:
        return ()
    async with tools.db.read() as tx:
        found = {one.name: one for one in await skills.by_keys(tx, community, map(skill_key, names))}
    return tuple(found[name] for name in names if name in found)
