"""What a manager has Weft say: asking everybody who can show a skill, and inviting the people of a firm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.digests.needing import Standing, candidates_of, count, free, invite_key, meet, read
from bot.services.tools import Tools
from domain.model import (
    Community,
    CommunityId,
    Digest,
    DigestId,
    FirmId,
    Intention,
    Member,
    MemberId,
    NeedKind,
    NewIntention,
    Round,
    RoundState,
    Skill,
    SkillId,
)
from storage import communities, digests, members, rounds, skills
from storage.engine import Tx

Say = Callable[[Standing, Sequence[Member]], list[NewIntention]]


@dataclass(frozen=True, slots=True)
class Invitation:
    """What somebody is invited to: the round that is open, else when the next one opens, if that is known."""

    community: Community
    open: Round | None
    opens: datetime | None


# A want


async def ask_everybody(tools: Tools, community: CommunityId, digest: DigestId) -> Standing:
    """Have everybody asked, once, who can show the skill that a digest says nobody offers. Raises what `standing` does.

    How things stood before: without a need, or with one that was met, nobody is asked.
    """

    def ask(before: Standing, _people: Sequence[Member]) -> list[NewIntention]:
        skill = before.digest.need_subject or 0
        key = f"need.want:{digest}"
        return [NewIntention(community, key, lane=key, kind="need.want", args={"skill": skill, "digest": digest})]

    return await _send(tools, community, digest, NeedKind.WANT, ask)


async def to_ask(tools: Tools, intention: Intention) -> tuple[Community, Skill] | None:
    """What everybody is asked about; None if it is no longer right to."""
    wanted = SkillId(int(intention.args["skill"]))
    async with tools.db.read() as tx:
        community = await communities.get(tx, intention.community)
        still = [one.subject for one in await candidates_of(tx, NeedKind.WANT, intention.community, tools.clock.now())]
        skill = await skills.get(tx, wanted)
    return (community, skill) if community is not None and skill is not None and wanted in still else None


# A firm


async def invitees(tools: Tools, before: Standing) -> tuple[int, Invitation]:
    """How many people an invitation would reach, and what to."""
    now, community = tools.clock.now(), before.community
    async with tools.db.read() as tx:
        people = await _free_of(tx, before, now)
        return len(people), await _invitation(tx, community, now)


async def invite(tools: Tools, community: CommunityId, digest: DigestId) -> Standing:
    """Have everybody of the firm that a digest names invited who was not lately. As `ask_everybody`."""

    def tell(_before: Standing, people: Sequence[Member]) -> list[NewIntention]:
        return [
            NewIntention(
                community=community,
                key=invite_key(digest, one.id),
                lane=f"member:{one.id}",
                kind="need.invite",
                args={"member": one.id, "digest": digest},
            )
            for one in people
        ]

    return await _send(tools, community, digest, NeedKind.FIRM, tell)


async def to_invite(tools: Tools, intention: Intention) -> tuple[Member, Invitation] | None:
    """Who is told, and of what; None if they are away, or in another firm by now."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        member = await members.by_id(tx, MemberId(int(intention.args["member"])))
        digest = await digests.get(tx, DigestId(int(intention.args["digest"])))
        community = await communities.get(tx, intention.community)
        if member is None or digest is None or community is None or not member.present(now):
            return None
        if member.firm.id != digest.need_subject:
            return None
        return member, await _invitation(tx, community, now)


async def to_change(tools: Tools, intention: Intention) -> tuple[int, Digest] | None:
    """The channel and the posted digest that is to say that its need is met; None if it stands nowhere."""
    async with tools.db.read() as tx:
        digest = await digests.get(tx, DigestId(int(intention.args["digest"])))
        community = await communities.get(tx, intention.community)
    place = community.channels.managers if community else None
    return (place, digest) if place is not None and digest is not None and digest.message is not None else None


async def _free_of(tx: Tx, before: Standing, now: datetime) -> tuple[Member, ...]:
    if before.digest.need is not NeedKind.FIRM or before.need is None:
        return ()
    firm = FirmId(before.digest.need_subject or 0)
    return (await free(tx, before.community.id, [firm], now))[firm]


async def _invitation(tx: Tx, community: Community, now: datetime) -> Invitation:
    running, coming = await rounds.under_way(tx, community.id), await rounds.scheduled(tx, community.id)
    is_open = running is not None and running.state is RoundState.OPEN and now < running.pairs_at
    return Invitation(community, running if is_open else None, coming.opens_at if coming else None)


async def _send(tools: Tools, community: CommunityId, digest: DigestId, kind: NeedKind, say: Say) -> Standing:
    """Meet a need by having something said, unless nobody needs it any more or it was met lately."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        await communities.locked(tx, community)  # one press at a time: the same may stand in two digests
        before = await read(tx, community, digest, kind, now)
        if before.need is None or before.met:
            await meet(tx, before, now)
        else:
            people = await _free_of(tx, before, now)
            if await meet(tx, before, now, *say(before, people)):
                await count(tx, before.digest, kind, now)
    tools.wake()
    return before
