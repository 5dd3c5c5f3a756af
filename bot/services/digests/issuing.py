"""Making digests: every week, and when a manager asks. Each is computed once and kept, words and picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.services.digests import computing, needing
from bot.services.digests.records import stored_figures
from bot.services.tools import Tools
from domain import digests as rule
from domain.calendar import local
from domain.digests import DigestFacts, DigestLook, Quiet
from domain.errors import NotSetUp
from domain.evidence import Log
from domain.model import (
    AddressState,
    Community,
    CommunityId,
    CommunityState,
    Digest,
    DigestId,
    DigestKind,
    Intention,
    Need,
    NewIntention,
)
from domain.periods import Window, lately, weeks_until
from storage import addresses, communities, digests, members, outbox, participation, recurring, rounds
from storage.digests import NewDigest
from storage.engine import Tx

#: Draws a digest in a language; it runs in the worker.
Draw = Callable[[str, DigestFacts], DigestLook]

A_LOOK = 4  # communities a tick: drawing takes a moment each, and rounds must not wait for all of them
NEW_ONES = 100  # communities a tick that are given their first moment
PATIENCE = timedelta(minutes=5)  # before a digest that could not be made is tried again
WEEK = timedelta(days=7)

log = structlog.get_logger(__name__)


async def issue(tools: Tools, draw: Draw) -> None:
    """Make every weekly digest that is due; one community's trouble is not another's."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        due = await recurring.due(tx, rule.RECURS, now, tools.shards)
        missing = await recurring.without(tx, rule.RECURS, NEW_ONES)
    if missing:
        async with tools.db.write() as tx:
            for one in missing:
                await recurring.ensure(tx, one, rule.RECURS, rule.next_digest((await _there(tx, one)).plan, now))
    for community_id, was in due[:A_LOOK]:
        try:
            await _issue(tools, draw, community_id, was)
        except Exception:  # the supervisor of digests: the other communities' must go on
            log.exception("digests.failed", community=community_id)
            async with tools.db.write() as tx:
                await recurring.move(tx, community_id, rule.RECURS, was, now + PATIENCE)
    if due or missing:
        tools.wake()


async def asked(tools: Tools, community_id: CommunityId, draw: Draw) -> Digest:
    """How things are today: today's newest digest, or else one that is made now and kept. Raises NotSetUp."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            raise NotSetUp
        today = local(community.plan, now).date()
        found = await digests.of_day(tx, community_id, today)
    if found is not None:
        return found
    made = await _made(tools, draw, community_id, DigestKind.ASKED, now)
    async with tools.db.write() as tx:
        await digests.add(tx, made)
        kept = await digests.of_day(tx, community_id, today)  # ours, or that of somebody who asked at the same moment
    assert kept is not None
    return kept


async def arrived(tx: Tx, intention: Intention, ids: Any, _now: datetime) -> None:
    """A digest stands in the managers' channel."""
    await digests.posted(tx, DigestId(int(intention.args["digest"])), ids["message"])


async def _issue(tools: Tools, draw: Draw, community_id: CommunityId, was: datetime) -> None:
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await _there(tx, community_id)
    if community.state is not CommunityState.ACTIVE:  # put back it has a new moment, like one that is new
        async with tools.db.write() as tx:
            await recurring.end(tx, community_id, rule.RECURS, was)
        return
    until = rule.to_make(community.plan, was, now)
    made = None if until is None else await _made(tools, draw, community_id, DigestKind.WEEKLY, until)
    async with tools.db.write() as tx:
        plan = (await _there(tx, community_id)).plan  # it may have changed meanwhile
        if not await recurring.move(tx, community_id, rule.RECURS, was, rule.next_digest(plan, now)):
            return
        if made is None:
            log.info("digests.skipped", community=community_id, was_due=was.isoformat())
            return
        digest = await digests.add(tx, made)
        if digest is None:
            return
        await outbox.add(tx, now, _post(community_id, digest))
        for address in await addresses.of(tx, community_id):
            if address.state is AddressState.CONFIRMED:
                await outbox.add(tx, now, _mail(community_id, digest, address.id))


async def _made(tools: Tools, draw: Draw, community_id: CommunityId, kind: DigestKind, until: datetime) -> NewDigest:
    """Everything about a digest that ends at `until`, computed and drawn; nothing is written."""
    async with tools.db.read() as tx:
        read = await _read(tx, community_id, until)
    figures = await tools.compute(computing.weekly, read.log, lately(until))
    facts = DigestFacts(
        figures=figures,
        weeks=tuple(local(read.community.plan, one).date() for one in read.log.weeks[:-1]),
        joined=local(read.community.plan, read.community.set_up_at).date(),
        required=read.required,
        need=read.need,
        quiet=read.quiet,
        first=read.first,
        opens=None if read.opens_at is None else local(read.community.plan, read.opens_at).date(),
    )
    look = await tools.compute(draw, read.community.language, facts)
    return NewDigest(
        community=community_id,
        kind=kind,
        day=local(read.community.plan, until).date(),
        since=read.since,
        until=until,
        language=read.community.language,
        figures=stored_figures(figures),
        text=look.text,
        plain=look.plain,
        picture=look.picture,
        alt=look.alt,
        need=read.need,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    community: Community
    log: Log
    since: datetime
    first: bool
    required: int
    need: Need | None
    quiet: Quiet | None
    opens_at: datetime | None


async def _read(tx: Tx, community_id: CommunityId, until: datetime) -> _Reading:
    community = await _there(tx, community_id)
    last = await digests.last_weekly(tx, community_id)
    since = last or community.set_up_at
    candidates = await needing.candidates(tx, community_id, until)
    scheduled = await rounds.scheduled(tx, community_id)
    return _Reading(
        community=community,
        log=await participation.log_of(tx, community_id, lately(until), weeks_until(until, community.plan.time_zone)),
        since=since,
        first=last is None,
        required=await communities.actions_required(tx, community_id, since, until),
        need=rule.most_useful(
            candidates,
            await needing.shown(tx, community_id, until - rule.REST),
            {kind for (kind, _), times in (await needing.shown(tx, community_id, until - rule.APART)).items() if times},
        ),
        quiet=await _quiet(tx, community, Window(max(community.set_up_at, until - WEEK), until)),
        opens_at=scheduled.opens_at if scheduled else None,
    )


async def _quiet(tx: Tx, community: Community, week: Window) -> Quiet | None:
    """Why nobody did anything in the week that ends now; None if somebody did."""
    if await participation.anything(tx, community.id, week):
        return None
    if not await members.active(tx, community.id):
        return Quiet.NOBODY
    if await rounds.last_opened_at(tx, community.id) is None:
        return Quiet.NEW
    first, today = (local(community.plan, one).date() for one in (week.start, week.end))
    off = await communities.holidays(tx, community.id)
    return Quiet.HOLIDAY if any(one.first < today and one.last >= first for one in off) else Quiet.SILENT


async def _there(tx: Tx, community_id: CommunityId) -> Community:
    community = await communities.get(tx, community_id)
    assert community is not None  # its row would have gone with it
    return community


def _post(community: CommunityId, digest: DigestId) -> NewIntention:
    return NewIntention(
        community=community,
        key=f"digest.post:{digest}",
        lane=f"managers:{community}",
        kind="digest.post",
        args={"digest": digest},
    )


def _mail(community: CommunityId, digest: DigestId, address: int) -> NewIntention:
    return NewIntention(
        community=community,
        key=f"email.digest:{digest}:{address}",
        lane=f"email:{address}",
        kind="email.digest",
        args={"digest": digest, "address": address},
    )
