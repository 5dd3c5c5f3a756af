"""The one way a session changes: its swap held, a pure rule, and all that follows from it in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.services.acts import act_of
from bot.services.credits import settle
from bot.services.swaps import session_intentions as intentions
from bot.services.tools import Tools
from domain.errors import NotYours, TooOld
from domain.legs import proposal
from domain.model import ActKind, CommunityId, Leg, LegId, LegState, ListingState, NewIntention
from storage import acts, communities, legs, listings, outbox, proposals
from storage.engine import Tx

Rule = Callable[[Leg, datetime], Leg]
Tell = Callable[[Leg], Sequence[NewIntention]]
More = Callable[[Tx, datetime], Awaitable[None]]

AT_ONCE = timedelta(0)


async def change(
    tools: Tools, community: CommunityId, leg: LegId, rule: Rule, tell: Tell, more: More | None = None
) -> Leg:
    """Change a session by `rule` and have told what `tell` says of what it has become; `more` is done with it.

    Raises NotYours for a session of another server, TooOld for none, and what `rule` raises.
    """
    (after,) = await change_all(tools, community, {leg: rule}, lambda changed: tell(changed[0]), more)
    return after


async def change_all(
    tools: Tools,
    community: CommunityId,
    rules: Mapping[LegId, Rule],
    tell: Callable[[Sequence[Leg]], Sequence[NewIntention]],
    more: More | None = None,
) -> tuple[Leg, ...]:
    """The same for several sessions of one swap, all or none; `tell` is shown those that have changed.

    Raises NotYours for sessions of several swaps, too.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        before = await _hold(tx, community, list(rules))
        after = [rule(leg, now) for leg, rule in zip(before, rules.values(), strict=True)]
        changed = [(was, one) for was, one in zip(before, after, strict=True) if one != was]
        for was, one in changed:
            await record(tx, was, one, now)
        if changed:
            await outbox.add(tx, now, *tell([one for _, one in changed]))
        await legs.settle_swap(tx, before[0].swap)
        if more is not None:
            await more(tx, now)
    tools.wake()
    return tuple(after)


async def _hold(tx: Tx, community: CommunityId, ids: Sequence[LegId]) -> list[Leg]:
    """The legs, with their swap held."""
    first = await legs.hold(tx, ids[0])
    found = [first, *[await legs.get(tx, one) for one in ids[1:]]]
    there = [one for one in found if one is not None]
    if first is None or len(there) < len(ids):
        raise TooOld
    if any((one.skill.community, one.swap) != (community, first.swap) for one in there):
        raise NotYours
    return there


async def record(tx: Tx, before: Leg, after: Leg, now: datetime, *told: NewIntention) -> None:
    """Write down what a session has become, and what follows: the log, the ledger, the want, what is said.

    To be called with the swap held, and `legs.settle_swap` once all its legs are done. Raises TooOld if the leg is
    not what was read.
    """
    if not await legs.save(tx, before, after):
        raise TooOld
    await _log(tx, before, after, now)
    if (after.settled or 0) != (before.settled or 0):
        await settle(tx, before, after.settled or 0, now)
    if after.state is LegState.CONFIRMED:
        await listings.end(tx, after.want, ListingState.MET, now)
    elif after.state in {LegState.CANCELLED, LegState.NO_SHOW} and not before.settled:
        await proposals.set_sought(tx, [after.want], sought=False)
    await outbox.add(tx, now, *told)
    if before.state is LegState.ESCALATED and not after.decided:
        await outbox.add(tx, now, intentions.manager_spared(after))
    if (before.starts_at, before.time_agreed, before.state) != (after.starts_at, after.time_agreed, after.state):
        await _event(tx, before, after, now)


async def _log(tx: Tx, before: Leg, after: Leg, now: datetime) -> None:
    teacher, learner, about = after.teacher, after.learner, str(after.id)
    was, is_now = before.settled, after.settled
    if before.state is LegState.AGREED and after.state is LegState.REPORTED:
        said = act_of(
            teacher, ActKind.SESSION_REPORTED, now, about, other=learner, swap=after.swap, minutes=proposal(after)
        )
        await acts.record(tx, said)
    if is_now and not was:
        done = act_of(teacher, ActKind.SESSION_EXCHANGED, now, about, other=learner, swap=after.swap, minutes=is_now)
        await acts.record(tx, done)
    elif was and is_now is not None and is_now != was:
        corrected = act_of(
            teacher,
            ActKind.SESSION_CORRECTED,
            now,
            f"{about}:{after.words}",
            other=learner,
            swap=after.swap,
            minutes=is_now - was,
        )
        await acts.record(tx, corrected)
    if after.state is LegState.CANCELLED and after.ended_by is not None:
        member = teacher if after.ended_by == teacher.id else learner
        off = act_of(member, ActKind.SESSION_CANCELLED, now, about, other=after.other(after.ended_by), swap=after.swap)
        await acts.record(tx, off)


async def _event(tx: Tx, before: Leg, after: Leg, now: datetime) -> None:
    """Have the server's event follow: it is there only while a time is agreed."""
    if not (before.time_agreed or after.time_agreed):
        return
    community = await communities.get(tx, after.skill.community)
    if before.event is not None or (community is not None and community.session_events):
        await outbox.rearm(tx, now, intentions.event(after.skill.community, after.id), AT_ONCE)
