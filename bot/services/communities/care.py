"""Looking after communities: what is amiss, what was mended, Weft taken off a server and put back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.services.communities.settings import noted
from bot.services.rounds import reschedule
from bot.services.tools import Tools
from domain.communities import NEEDS, ChannelKind, Finding, openings
from domain.errors import NotSetUp
from domain.model import (
    Community,
    CommunityId,
    CommunityState,
    Intention,
    Leg,
    NewIntention,
    Problem,
    ProblemKind,
    Round,
    RoundState,
)
from storage import communities, legs, outbox, problems, rounds
from storage.communities import Headcount
from storage.engine import Tx

QUARTER = timedelta(days=90)
_CHANNELS = frozenset(kind.value for kind in ChannelKind)


@dataclass(frozen=True, slots=True)
class Health:
    """How a community is doing, as a manager wants to know it."""

    community: Community
    problems: tuple[Problem, ...]
    mended: tuple[Problem, ...]  # were amiss before this look
    freed: int  # intentions that had waited for it and go on now
    count: Headcount
    running: Round | None
    next: Round | None
    last: Round | None
    required: int  # actions Weft required of the managers in a quarter
    disputes: tuple[Leg, ...]  # sessions that two people asked them to decide about


@dataclass(frozen=True, slots=True)
class Noticed:
    """What changed since the last look."""

    new: tuple[Problem, ...]
    mended: tuple[Problem, ...]
    freed: int


NOTHING_NEW = Noticed((), (), 0)


@dataclass(frozen=True, slots=True)
class Known:
    """Which communities the database holds."""

    active: frozenset[CommunityId]
    left: frozenset[CommunityId]


async def checked(
    tools: Tools, community_id: CommunityId, found: Sequence[Finding], *, action: str | None = "check"
) -> Health:
    """A manager looks, having perhaps mended something: settle what is amiss, and let what had waited go on.

    `found` is what is amiss by the looks of it. What cannot be seen is taken for mended and tried again; it is
    reported anew if Discord still refuses. `action`: what to log the manager's doing as; None if it has been.
    Raises NotSetUp.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            raise NotSetUp
        if action is not None:
            await noted(tx, community_id, now, action)
        seen = await _settle(tx, community_id, found, now, tried_again=True)
        health = Health(
            community=community,
            problems=tuple(await problems.of(tx, community_id)),
            mended=seen.mended,
            freed=seen.freed,
            count=await communities.headcount(tx, community_id),
            running=await rounds.under_way(tx, community_id),
            next=await rounds.scheduled(tx, community_id),
            last=await rounds.latest(tx, community_id, RoundState.CLOSED),
            required=await communities.actions_required(tx, community_id, now - QUARTER),
            disputes=tuple(await legs.before_a_manager(tx, community_id)),
        )
    tools.wake()
    return health


async def noticed(tools: Tools, community_id: CommunityId, found: Sequence[Finding]) -> Noticed:
    """Something changed on the server: tell the managers what is newly amiss, and go on with what is mended."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        if community is None or community.state is not CommunityState.ACTIVE:
            return NOTHING_NEW
        if _as_known(await problems.of(tx, community_id), found):
            return NOTHING_NEW
    async with tools.db.write() as tx:
        before = await problems.of(tx, community_id)
        seen = await _settle(tx, community_id, found, now, tried_again=False)
        for problem in seen.new:
            await tell_problem(tx, problem, now)
        if before and len(seen.mended) == len(before) and not seen.new:
            await outbox.add(tx, now, _mended(community_id, seen.mended, seen.freed))
    tools.wake()
    return seen


async def tell_problem(tx: Tx, problem: Problem, now: datetime) -> None:
    """Have a problem told in the managers' channel, once, however often it is met.

    Not if that channel is itself what is amiss: then `/cluster check` says it.
    """
    community = await communities.get(tx, problem.community)
    if problem.subject == ChannelKind.MANAGERS or community is None or community.channels.managers is None:
        return
    stored = (one for one in await problems.of(tx, problem.community) if _same(one, problem))
    since = int(next(stored, problem).since.timestamp())
    args = {"kind": problem.kind.value, "subject": problem.subject, "since": since}
    key = f"manager.problem:{problem.community}:{problem.kind}:{problem.subject}:{since}"
    await outbox.add(tx, now, _to_managers(problem.community, key, "manager.problem", args))


async def problem_of(tools: Tools, intention: Intention) -> tuple[Community, Problem] | None:
    """What a `manager.problem` is about; None if it has been mended meanwhile."""
    async with tools.db.read() as tx:
        community = await communities.get(tx, intention.community)
        for problem in await problems.of(tx, intention.community):
            args = (problem.kind.value, problem.subject, int(problem.since.timestamp()))
            if community and args == tuple(intention.args[name] for name in ("kind", "subject", "since")):
                return community, problem
    return None


async def bot_removed(tools: Tools, community_id: CommunityId) -> bool:
    """Weft was taken off the server: everything is kept, and waits. False if that was known."""
    async with tools.db.write() as tx:
        return await communities.left(tx, community_id, tools.clock.now())


async def bot_returned(tools: Tools, community_id: CommunityId) -> bool:
    """Weft was put back: go on where it is still right to, and tell the managers what was skipped.

    False if it had not been away.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        away_since = await communities.came_back(tx, community_id)
        community = await communities.get(tx, community_id)
        if away_since is None or community is None:
            return False
        last = await rounds.last_opened_at(tx, community_id)
        days_off = await communities.holidays(tx, community_id)
        skipped = list(openings(community.plan, days_off, away_since, last, now))
        await outbox.unblock(tx, community_id, now)
        since = int(away_since.timestamp())
        args = {"since": since, "skipped": len(skipped)}
        key = f"manager.returned:{community_id}:{since}"
        await outbox.add(tx, now, _to_managers(community_id, key, "manager.returned", args))
        await reschedule(tx, tools, community_id)
    tools.wake()
    return True


async def known(tools: Tools) -> Known:
    """For a look, at the start, at where Weft was taken off or put back while it did not run."""
    async with tools.db.read() as tx:
        return Known(
            frozenset(await communities.ids(tx, CommunityState.ACTIVE)),
            frozenset(await communities.ids(tx, CommunityState.LEFT)),
        )


async def _settle(
    tx: Tx, community_id: CommunityId, found: Sequence[Finding], now: datetime, *, tried_again: bool
) -> Noticed:
    """Bring the stored problems in line with what is seen.

    Mending is work that Weft required of a manager, and is counted as such: once for each problem.
    """
    before = await problems.of(tx, community_id)
    seen = [Problem(community_id, one.kind, one.subject.value, one.permissions, now) for one in found]
    mended = [one for one in before if not _any_same(one, seen) and (_visible(one) or (tried_again and _theirs(one)))]
    for problem in mended:
        await problems.clear(tx, community_id, problem.kind, problem.subject)
        await communities.manager_action(tx, community_id, now, f"mended.{problem.subject}", required=True)
    for problem in seen:
        await problems.report(tx, problem)
    new = tuple(one for one in seen if not _any_same(one, before))
    freed = await outbox.unblock(tx, community_id, now) if mended else 0
    return Noticed(new, tuple(mended), freed)


def _visible(problem: Problem) -> bool:
    """Whether it can be seen without trying that this is amiss, and so that it no longer is."""
    if problem.subject not in _CHANNELS:
        return False
    needs = NEEDS[ChannelKind(problem.subject)]
    return problem.kind is ProblemKind.CHANNEL_GONE or (
        problem.kind is ProblemKind.PERMISSION and set(problem.permissions) <= set(needs)
    )


def _theirs(problem: Problem) -> bool:
    """Whether managers can mend it. Mail is the operator's; when it works again, the next one that goes out says so."""
    return problem.kind is not ProblemKind.MAIL


def _as_known(stored: Sequence[Problem], found: Sequence[Finding]) -> bool:
    """Whether all that is seen is written down, and all that is written down and could be seen is seen."""
    visible = {(one.kind, one.subject, one.permissions) for one in stored if _visible(one)}
    return visible == {(one.kind, one.subject.value, one.permissions) for one in found}


def _same(one: Problem, other: Problem) -> bool:
    return (one.kind, one.subject) == (other.kind, other.subject)


def _any_same(one: Problem, others: Iterable[Problem]) -> bool:
    return any(_same(one, other) for other in others)


def _mended(community_id: CommunityId, mended: Sequence[Problem], freed: int) -> NewIntention:
    since = int(min(problem.since for problem in mended).timestamp())
    key = f"manager.mended:{community_id}:{since}"
    return _to_managers(community_id, key, "manager.mended", {"freed": freed})


def _to_managers(
    community_id: CommunityId, key: str, kind: str, args: dict[str, int] | dict[str, int | str]
) -> NewIntention:
    return NewIntention(community_id, key, f"managers:{community_id}", kind, {**args})
