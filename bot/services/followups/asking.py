"""Who is asked what an exchange led to, and when; and what they say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.services.acts import act_of
from bot.services.tools import Tools
from domain import followups as rule
from domain.errors import NotYours, TooOld
from domain.model import (
    ActKind,
    Community,
    CommunityId,
    Followup,
    FollowupId,
    Member,
    MemberId,
    MemberState,
    NewIntention,
)
from storage import acts, communities, facts, followups, members, outbox
from storage.engine import Tx
from storage.followups import Exchanged

GATHERED_EVERY = timedelta(days=1)
AHEAD = timedelta(days=14)  # who will be asked is written down before they are, so that nobody is asked late
_LAST = "followups.gathered"

log = structlog.get_logger(__name__)


async def gather(tools: Tools) -> None:
    """Once a day, write down who will soon be asked, from the exchanges in the log."""
    now = tools.clock.now()
    since = now - rule.ASKED_AFTER - rule.FORGOTTEN_AFTER
    async with tools.db.read() as tx:
        last = await facts.get(tx, _LAST)
        if last is not None and now - datetime.fromisoformat(last) < GATHERED_EVERY:
            return
        found = await followups.exchanged(tx, since, now - rule.ASKED_AFTER + AHEAD)
    for community in sorted({one.community for one in found}):
        try:
            await _write_down(tools, community, [one for one in found if one.community == community])
        except Exception:  # the supervisor: the other communities' people must be asked; tomorrow is in time, too
            log.exception("followups.gather_failed", community=community)
    async with tools.db.write() as tx:
        await facts.put(tx, _LAST, now.isoformat())


async def _write_down(tools: Tools, community_id: CommunityId, found: Sequence[Exchanged]) -> None:
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        assert community is not None  # the log refers to it
        await followups.add(tx, [(one, rule.ask_at(community.plan.time_zone, one.at)) for one in found])


async def ask(tools: Tools) -> None:
    """Ask everybody who is to be asked by now, each in one message. What fails is logged and tried at the next look."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        due = await followups.due(tx, now, tools.shards)
    for member in due:
        try:
            async with tools.db.write() as tx:
                await _ask(tx, member, now)
        except Exception:  # the supervisor of questions: the others must be asked
            log.exception("followups.ask_failed", member=member)
    if due:
        tools.wake()


async def _ask(tx: Tx, member_id: MemberId, now: datetime) -> None:
    rows = await followups.due_of(tx, member_id, now)
    member = await members.by_id(tx, member_id)
    community = await communities.get(tx, member.community) if member else None
    if member is None or community is None:
        return
    if rows and now - rows[-1].due_at > rule.ASKED_LATE:  # we were not there when it was time
        await followups.put_off(tx, [one.id for one in rows], rule.working_hour(community.plan.time_zone, now))
        return
    ready = await _ready(tx, rows, member, community, now)
    last = await followups.last_asked(tx, member_id)
    if last is not None and now - last < rule.ASKED_EVERY:
        later, ready = ready, []
        again_at = last + rule.ASKED_EVERY
    else:
        later, ready = ready[rule.ASKED_AT_ONCE :], ready[: rule.ASKED_AT_ONCE]
        again_at = now + rule.ASKED_EVERY
    await followups.put_off(tx, later, rule.working_hour(community.plan.time_zone, again_at))
    if ready:
        await followups.asked(tx, ready, now)
        await outbox.add(tx, now, _message(member, ready[0]))


async def _ready(tx: Tx, rows: list[Followup], member: Member, community: Community, now: datetime) -> list[FollowupId]:
    """Those about people who are there; nobody is named on pause, and nobody asked about who has gone."""
    others = await members.by_ids(tx, {one.other for one in rows})
    found = []
    for one in rows:
        two = (member, others[one.other])
        away = [who.paused_until for who in two if who.paused_until is not None and who.paused_until > now]
        if any(who.state is not MemberState.ACTIVE for who in two):
            await followups.let_be(tx, [one.id], now)
        elif away:
            await followups.put_off(tx, [one.id], rule.working_hour(community.plan.time_zone, max(away)))
        else:
            found.append(one.id)
    return found


def _message(member: Member, first: FollowupId) -> NewIntention:
    return NewIntention(
        community=member.community,
        key=f"followup:{first}",
        lane=f"member:{member.id}",
        kind="followup.ask",
        args={"member": member.id, "batch": first},
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """With whom it led to joint work."""

    led_on: tuple[Member, ...]


async def answer(tools: Tools, member: Member, batch: FollowupId, chosen: Collection[FollowupId]) -> Answered:
    """What came of all that was asked in one message; what is not chosen led to nothing.

    Raises TooOld if it was answered before, NotYours.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        rows = await followups.asked_with(tx, batch, hold=True)
        if any(one.member != member.id for one in rows):
            raise NotYours
        if not rows or any(one.answered_at is not None for one in rows) or not {one.id for one in rows} >= set(chosen):
            raise TooOld
        others = await members.by_ids(tx, {one.other for one in rows})
        for one in rows:
            await _answered(tx, one, member, others[one.other], one.id in chosen, now)
    return Answered(tuple(others[one.other] for one in rows if one.id in chosen))


async def _answered(tx: Tx, about: Followup, member: Member, other: Member, led_on: bool, now: datetime) -> None:
    if not led_on and other.state is not MemberState.ACTIVE:  # they were not on the list any more
        await followups.let_be(tx, [about.id], now)
        return
    await followups.answered(tx, [about.id], led_on, now)
    kind = ActKind.LED_ON if led_on else ActKind.LED_NOWHERE
    await acts.record(tx, act_of(member, kind, now, str(other.id), other=other))
