"""What may need a manager, and what becomes of the one thing a digest asks for.

A need is met once, by compare-and-set on its digest. What a press shows or sends is decided by how things stand then:
what a digest of last week asks for may have seen to itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.swaps import disputes
from bot.services.tools import Tools
from domain.digests import REST, SHOWN_AT_MOST
from domain.errors import NotSetUp, TooOld
from domain.model import (
    Community,
    CommunityId,
    Digest,
    DigestId,
    FirmId,
    Leg,
    LegId,
    Member,
    MemberId,
    Need,
    NeedKind,
    NewIntention,
)
from storage import communities, digests, legs, members, needs, outbox, participation, problems
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Standing:
    """What a digest asks for, as it stands now.

    `need`: None once nobody needs it any more. `met`: a manager has seen to the very thing not long ago, with this
    digest or another.
    """

    community: Community
    digest: Digest
    need: Need | None
    met: bool


# What may need a manager


async def candidates(tx: Tx, community: CommunityId, now: datetime) -> list[Need]:
    """All that may need a manager now, the most pressing kind first. Only what the button of a digest can see to."""
    return [need for kind in NeedKind for need in await candidates_of(tx, kind, community, now)]


async def candidates_of(tx: Tx, kind: NeedKind, community: CommunityId, now: datetime) -> list[Need]:
    """Those of one kind, what should come first at the front."""
    return await _FIND[kind](tx, community, now)


async def _problems(tx: Tx, community: CommunityId, _now: datetime) -> list[Need]:
    return [Need(NeedKind.PROBLEM, None, one.subject) for one in await problems.of(tx, community)]


async def _disputes(tx: Tx, community: CommunityId, _now: datetime) -> list[Need]:
    return [Need(NeedKind.DISPUTE, leg.id, leg.skill.name) for leg in await legs.before_a_manager(tx, community)]


async def _wants(tx: Tx, community: CommunityId, now: datetime) -> list[Need]:
    found = await communities.get(tx, community)
    if found is None or found.channels.skills is None:  # there is nowhere to ask everybody
        return []
    return [Need(NeedKind.WANT, skill, name) for skill, name in await participation.unserved_wants(tx, community, now)]


async def _firms(tx: Tx, community: CommunityId, now: datetime) -> list[Need]:
    alone = await participation.firms_alone(tx, community, now)
    people = await free(tx, community, [FirmId(firm) for firm, _ in alone], now)
    return [Need(NeedKind.FIRM, firm, name) for firm, name in alone if people[FirmId(firm)]]


_Find = Callable[[Tx, CommunityId, datetime], Awaitable[list[Need]]]
_FIND: Mapping[NeedKind, _Find] = {
    NeedKind.PROBLEM: _problems,
    NeedKind.DISPUTE: _disputes,
    NeedKind.WANT: _wants,
    NeedKind.FIRM: _firms,
}


async def shown(tx: Tx, community: CommunityId, since: datetime) -> dict[tuple[NeedKind, int | None], int]:
    """In how many weekly digests each need stood since then; one that was seen to counts as shown enough."""
    return {
        (one.kind, one.subject): SHOWN_AT_MOST if one.met_at is not None else one.weeks
        for one in await needs.stood(tx, community, since)
    }


# How a need stands


async def standing(tools: Tools, community: CommunityId, digest: DigestId, kind: NeedKind) -> Standing:
    """Raises NotSetUp, and TooOld for a digest that is not there, is another server's or asks for something else."""
    async with tools.db.read() as tx:
        return await read(tx, community, digest, kind, tools.clock.now())


async def read(tx: Tx, community_id: CommunityId, digest_id: DigestId, kind: NeedKind, now: datetime) -> Standing:
    community, digest = await communities.get(tx, community_id), await digests.get(tx, digest_id)
    if community is None:
        raise NotSetUp
    if digest is None or digest.community != community_id or digest.need is not kind:
        raise TooOld
    open_ones = (one for one in await candidates_of(tx, kind, community_id, now) if one.subject == digest.need_subject)
    lately = await needs.stood(tx, community_id, now - REST)
    met = any(
        one.met_at is not None and one.met_at > now - REST
        for one in lately
        if (one.kind, one.subject) == (kind, digest.need_subject)
    )
    return Standing(community, digest, next(open_ones, None), met)


async def seen(tools: Tools, before: Standing, *, needed: bool, over: bool) -> Digest:
    """A manager has looked at what a digest asks for; the digest as it is then.

    `needed`: they had to, which is counted, once; `over`: nothing is left to do.
    """
    now, digest = tools.clock.now(), before.digest
    async with tools.db.write() as tx:
        await communities.locked(tx, digest.community)  # two presses at once are counted once
        if needed and digest.need is not None:
            await count(tx, digest, digest.need, now)
        if over:
            await meet(tx, before, now)
        after = await digests.get(tx, digest.id)
    tools.wake()
    return after or digest


async def count(tx: Tx, digest: Digest, kind: NeedKind, now: datetime) -> None:
    """Weft needed a manager for this, once a digest however often they press."""
    what = f"need.{kind}"
    if not await needs.counted(tx, digest.community, what, digest.until):
        await communities.manager_action(tx, digest.community, now, what, required=True)


async def meet(tx: Tx, before: Standing, now: datetime, *more: NewIntention) -> bool:
    """Write down that it is seen to, and have the posted digest say so; False if it was before."""
    digest = before.digest
    if not await needs.meet(tx, digest.id, now):
        return False
    if digest.message is not None:
        await outbox.add(tx, now, _say_so(digest, by_itself=before.need is None))
    await outbox.add(tx, now, *more)
    return True


def _say_so(digest: Digest, *, by_itself: bool) -> NewIntention:
    return NewIntention(
        community=digest.community,
        key=f"need.met:{digest.id}",
        lane=f"managers:{digest.community}",
        kind="need.met",
        args={"digest": digest.id, "by_itself": int(by_itself)},
    )


# A dispute


async def decide(tools: Tools, before: Standing, manager: Member | None, leg: LegId, word: int, minutes: int) -> Leg:
    """As `disputes.decide`; what was decided then stands in the managers' channel, in place of the question.

    Raises TooOld for a session that the digest is not about, too.
    """
    community = before.community.id
    if leg != before.digest.need_subject:
        raise TooOld
    done = await disputes.decide(tools, community, manager, leg, word, minutes, elsewhere=True)
    await seen(tools, before, needed=True, over=True)
    return done


# A firm


def invite_key(digest: DigestId, member: MemberId) -> str:
    return f"need.invite:{digest}:{member}"


async def free(
    tx: Tx, community: CommunityId, firms: Sequence[FirmId], now: datetime
) -> dict[FirmId, tuple[Member, ...]]:
    """Of each firm those who are there and were not invited in `REST`."""
    there = [one for one in await members.active(tx, community) if one.firm.id in set(firms) and one.present(now)]
    lately = await needs.met_with(tx, community, NeedKind.FIRM, now - REST)
    told = await needs.decided(tx, [invite_key(digest, one.id) for digest in lately for one in there])
    untold = [one for one in there if not any(invite_key(digest, one.id) in told for digest in lately)]
    return {firm: tuple(one for one in untold if one.firm.id == firm) for firm in firms}
