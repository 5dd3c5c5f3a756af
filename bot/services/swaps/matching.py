"""Looking for swaps: at once when something is offered or wanted, and every week with everything open.

What is to be looked for stands in the database (an offer or a want that is not *sought* yet). It is worked out off the
event loop from what is there at one moment; when it is written down, each swap is looked at again as things stand then.
What no longer holds is dropped and looked for again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.services import credits as accounts
from bot.services.rounds.departure import depart
from bot.services.rounds.people import still_here
from bot.services.swaps.proposing import propose
from bot.services.tools import Tools
from domain import proposals as rule
from domain.model import CommunityId, MemberId
from domain.swaps import find
from storage import communities, members, proposals
from storage.engine import Tx

SECONDS = 5.0  # for the solver; then the best found so far is taken
TRIES = 3  # before it is left for a quieter moment

log = structlog.get_logger(__name__)


class Restless(Exception):  # noqa: N818 - no fault: people are busy
    """Whatever was found, somebody had changed something before it could be written down."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What was looked for, and the swaps that were found."""

    posted: tuple[rule.Posted, ...]
    rings: tuple[rule.Ring, ...]


async def match(tools: Tools, community: CommunityId) -> int:
    """Propose what can be proposed to those who wait for it; how many proposals that were.

    Called by what is due in a process, so never twice at once there. Raises Restless.
    """
    proposed = 0
    for _ in range(TRIES):
        sought = await _look(tools, community)
        if sought is None:
            return proposed
        if await _note_who_left(tools, community, sought):
            continue
        now = tools.clock.now()
        async with tools.db.write() as tx:
            written = await _write(tx, community, sought, now)
        tools.wake()
        proposed += written
        if written == len(sought.rings):
            return proposed
    raise Restless


async def _here(tx: Tx, community: CommunityId, now: datetime) -> rule.Situation:
    return await proposals.situation(tx, community, await accounts.balances(tx, community), now)


async def _look(tools: Tools, community: CommunityId) -> Sought | None:
    """None if there is nothing to look for."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        here = await _here(tx, community, now)
        there = await communities.get(tx, community)
    if there is None:
        return None
    posted = rule.seeking(here, now)
    if not posted:
        return None
    found = await tools.compute(
        find,
        rule.traders(here, now, rule.last_sweep(there.plan.time_zone, now)),
        declined=here.refused,
        focus=frozenset(one.member for one in posted),
        in_one_room=True,  # they all meet in one thread
        seconds=SECONDS,
        clock=time.monotonic,
    )
    if not found.proven:
        log.warning("swaps.not_proven", community=community, served=found.in_circles, bound=found.bound)
    return Sought(posted, found.swaps)


async def _note_who_left(tools: Tools, community: CommunityId, sought: Sought) -> bool:
    """Whether somebody who would be in a swap has left the server; who has is noted as left."""
    ids = {one for ring in sought.rings for one in rule.people_of(ring)}
    if not ids:
        return False
    now = tools.clock.now()
    async with tools.db.read() as tx:
        found = await members.by_ids(tx, ids)
    here = {one.id for one in await still_here(tools, community, tuple(found.values()))}
    left = [one for one in found.values() if one.id not in here]
    if left:
        async with tools.db.write() as tx:
            for member in left:
                await depart(tx, member, now)
    return bool(left)


async def _write(tx: Tx, community: CommunityId, sought: Sought, now: datetime) -> int:
    """Propose what still holds, and note what has been looked for; how many proposals that were."""
    await proposals.hold(tx, community)
    here = await _here(tx, community, now)
    made_of = [rule.made_of(here, ring, now) for ring in sought.rings]
    used = {key for parts in made_of if parts for part in parts for key in (part.offer, part.want)}
    skills = await proposals.hold_listings(tx, used | {one.id for one in sought.posted})
    written, again = 0, set[MemberId]()
    for ring, parts in zip(sought.rings, made_of, strict=True):
        if parts and all(skills.get(key) == part.skill for part in parts for key in (part.offer, part.want)):
            await propose(tx, community, parts, now)
            written += 1
        else:
            again |= rule.people_of(ring)
    done = [one.id for one in sought.posted if skills.get(one.id) == one.skill and one.member not in again]
    await proposals.set_sought(tx, done, sought=True)
    return written
