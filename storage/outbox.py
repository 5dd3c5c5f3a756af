"""The outbox: what was decided, and is still to be carried out on Discord.

An intention is recorded in the transaction of the decision and lives through these states:

    pending → claimed → done
                      → pending   (later: try again; release, or a lease that lapsed: the worker went away)
                      → blocked → pending   (Discord refused; unblocked when somebody has mended it)
    pending, claimed, blocked → dropped     (no longer right to do)

A lane is carried out in the order of its ids, one at a time: whatever is unfinished parks what comes after it, and
other lanes go on. `first_tried_at` closes the gap a crash leaves between sending and recording: once an intention has
been claimed it may have been sent, so the next attempt looks before it sends.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, Intention, IntentionState, NewIntention
from storage.engine import Tx, insert
from storage.shards import ours
from storage.tables import CLAIMABLE, UNFINISHED, outbox

PENDING, CLAIMED, DONE = IntentionState.PENDING, IntentionState.CLAIMED, IntentionState.DONE
BLOCKED, DROPPED = IntentionState.BLOCKED, IntentionState.DROPPED

_OPEN = (PENDING, CLAIMED, BLOCKED)
_UNCLAIMED = {"worker": "", "lease_until": None, "again_at": None}


async def add(tx: Tx, now: datetime, *intentions: NewIntention) -> None:
    """Record intentions, in this order; one whose key is there already is left as it is."""
    if intentions:
        rows = [
            {
                "community_id": one.community,
                "key": one.key,
                "lane": one.lane,
                "kind": one.kind,
                "args": one.args,
                "due_at": one.due_at or now,
                "created_at": now,
            }
            for one in intentions
        ]
        await tx.execute(insert(tx, outbox).on_conflict_do_nothing(index_elements=["key"]), rows)


async def rearm(tx: Tx, now: datetime, intention: NewIntention, gap: timedelta) -> None:
    """Have something carried out, maybe again, that shows the state of things (a live count): many calls, few edits.

    New: due now. Still waiting: nothing to do. Under way: it may show the old state, so once more, `gap` from now.
    Done: once more, `gap` after the last time. It goes to the end of its lane.
    """
    query = sa.select(outbox.c.id, outbox.c.state, outbox.c.done_at).where(outbox.c.key == intention.key)
    found = (await tx.execute(query.with_for_update())).first()
    if found is None:
        await add(tx, now, intention)
    elif found.state == CLAIMED:
        await tx.execute(sa.update(outbox).where(outbox.c.id == found.id).values(again_at=now + gap))
    elif found.state in (DONE, DROPPED):
        due_at = max(now, found.done_at + gap) if found.done_at else now
        await _once_more(tx, now, found.id, intention, due_at)


async def _once_more(tx: Tx, now: datetime, old: int, intention: NewIntention, due_at: datetime) -> None:
    """A new row instead of the old: last in the lane, and out of reach of whoever still holds the old id."""
    await tx.execute(sa.delete(outbox).where(outbox.c.id == old))
    again = NewIntention(intention.community, intention.key, intention.lane, intention.kind, intention.args, due_at)
    await add(tx, now, again)


async def claim(
    tx: Tx,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    shards: tuple[int, int] | None = None,
) -> list[Intention]:
    """Take up to `limit` due intentions, the longest due first, for `worker` until `now + lease`; one of a lane.

    `shards`: (n, of how many), to take only communities of shard n. What is given back carries `first_tried_at` from
    before this claim (None: certainly never sent), and counts this attempt in `attempts`.
    """
    await _take_back_lapsed(tx, now)
    mine = ours(outbox.c.community_id, [shards] if shards else ())
    query = (
        sa.select(outbox)
        .where(CLAIMABLE, outbox.c.state == PENDING, outbox.c.due_at <= now, _heads_its_lane(), mine)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = (await tx.execute(query)).all()
    if rows:
        await tx.execute(
            sa.update(outbox)
            .where(outbox.c.id.in_([row.id for row in rows]))
            .values(
                state=CLAIMED,
                worker=worker,
                lease_until=now + lease,
                attempts=outbox.c.attempts + 1,
                first_tried_at=sa.func.coalesce(outbox.c.first_tried_at, sa.literal(now, outbox.c.due_at.type)),
            )
        )
    return [_intention(row) for row in rows]


async def _take_back_lapsed(tx: Tx, now: datetime) -> None:
    lapsed = (
        sa.select(outbox.c.id)
        .where(CLAIMABLE, outbox.c.state == CLAIMED, outbox.c.lease_until <= now)
        .with_for_update(skip_locked=True)
    )
    await tx.execute(sa.update(outbox).where(outbox.c.id.in_(lapsed)).values(state=PENDING, **_UNCLAIMED))


def _heads_its_lane() -> sa.ColumnElement[bool]:
    """Nothing earlier of the lane is unfinished; and nothing at all is under way.

    (On PostgreSQL a transaction that took a lower id may commit later, so something later may be claimed already.)
    Cheap: the index on (lane, id) holds what is unfinished only, so the first row looked at nearly always decides. The
    one on (state, due_at) gives the candidates in order, so that a claim stops after `limit` heads.
    """
    other = outbox.alias("other")
    earlier = sa.or_(other.c.id < outbox.c.id, other.c.state == CLAIMED)
    return ~sa.exists().where(other.c.lane == outbox.c.lane, UNFINISHED, earlier)


def _intention(row: Any) -> Intention:
    return Intention(
        id=row.id,
        community=CommunityId(row.community_id),
        key=row.key,
        lane=row.lane,
        kind=row.kind,
        args=row.args,
        attempts=row.attempts + 1,
        first_tried_at=row.first_tried_at,
    )


# How an attempt ended. `worker`: whoever made it; what another holds by now (its lease lapsed) is left as it is, and
# so the answer is False. None: whoever holds it.


async def done(tx: Tx, intention: int, now: datetime, *, worker: str | None = None) -> bool:
    """It was carried out. False: it is somebody else's by now, or finished already."""
    statement = (
        sa.update(outbox)
        # Dropped meanwhile, yet it was carried out: that is what happened.
        .where(outbox.c.id == intention, sa.or_(_held_by(worker), outbox.c.state == DROPPED))
        .values(state=DONE, done_at=now, worker="", lease_until=None)
        .returning(outbox)
    )
    row = (await tx.execute(statement)).first()
    if row is not None and row.again_at is not None:
        same = NewIntention(CommunityId(row.community_id), row.key, row.lane, row.kind, row.args)
        await _once_more(tx, now, row.id, same, row.again_at)
    return row is not None


async def later(tx: Tx, intention: int, due_at: datetime, *, untried: bool = False, worker: str | None = None) -> bool:
    """Try again at `due_at`. `untried`: nothing was sent in any attempt, so there will be nothing to look for."""
    forget = {"first_tried_at": None} if untried else {}
    return bool(await _move(tx, PENDING, outbox.c.id == intention, _held_by(worker), due_at=due_at, **forget))


async def block(tx: Tx, intention: int, problem: str, *, worker: str | None = None) -> bool:
    """Discord refused; the lane waits until `unblock`."""
    return bool(await _move(tx, BLOCKED, outbox.c.id == intention, _held_by(worker), problem=problem))


async def give_up(tx: Tx, intention: int, *, worker: str | None = None) -> bool:
    """The attempt found that it is no longer right to do."""
    return bool(await _move(tx, DROPPED, outbox.c.id == intention, _held_by(worker)))


def _held_by(worker: str | None) -> sa.ColumnElement[bool]:
    held = outbox.c.state == CLAIMED
    return held if worker is None else sa.and_(held, outbox.c.worker == worker)


async def unblock(tx: Tx, community: CommunityId, now: datetime) -> int:
    """Somebody mended what was wrong: try again now. Gives how many intentions were waiting for it."""
    theirs = outbox.c.community_id == community
    return await _move(tx, PENDING, theirs, UNFINISHED, outbox.c.state == BLOCKED, problem="", due_at=now)


async def look_again(tx: Tx, key: str, now: datetime) -> None:
    """Something about it has changed: if it is blocked, try it again now, for itself alone."""
    await _move(tx, PENDING, outbox.c.key == key, outbox.c.state == BLOCKED, problem="", due_at=now)


async def drop(tx: Tx, *keys: str) -> None:
    """These are no longer right to do. What is finished stays as it is."""
    if keys:
        await _move(tx, DROPPED, outbox.c.key.in_(keys), outbox.c.state.in_(_OPEN))


async def release(tx: Tx, worker: str) -> None:
    """A worker stops: what it holds may be taken by others at once. Some of it may have been sent."""
    await _move(tx, PENDING, CLAIMABLE, outbox.c.state == CLAIMED, outbox.c.worker == worker)


async def release_all(tx: Tx) -> None:
    """For the start of a process that knows it is the only one: whoever held something is gone."""
    await _move(tx, PENDING, CLAIMABLE, outbox.c.state == CLAIMED)


async def _move(tx: Tx, state: IntentionState, *which: sa.ColumnExpressionArgument[bool], **more: Any) -> int:
    moved = await tx.execute(sa.update(outbox).where(*which).values(state=state, **_UNCLAIMED, **more))
    return moved.rowcount


async def waits(tx: Tx, key: str) -> bool:
    """Whether this is still to be carried out, or once more."""
    query = sa.select(sa.exists().where(outbox.c.key == key, outbox.c.state.in_(_OPEN)))
    return (await tx.execute(query)).scalar_one()


async def next_due(tx: Tx) -> datetime | None:
    """When a claim will next find something: the head of a lane is due, a lease lapses. In the past: it would now."""
    due = (
        sa.select(outbox.c.due_at)
        .where(CLAIMABLE, outbox.c.state == PENDING, _heads_its_lane())
        .order_by(outbox.c.due_at)
        .limit(1)
    )
    lapses = sa.select(sa.func.min(outbox.c.lease_until)).where(CLAIMABLE, outbox.c.state == CLAIMED)
    row = (await tx.execute(sa.select(due.scalar_subquery(), lapses.scalar_subquery()))).one()
    return min((moment for moment in row if moment is not None), default=None)


async def counts(tx: Tx) -> dict[str, int]:
    """How many intentions are pending, claimed and blocked. (Counting what is over would read all history.)"""
    query = sa.select(outbox.c.state, sa.func.count()).where(UNFINISHED).group_by(outbox.c.state)
    found: dict[str, int] = dict((await tx.execute(query)).all())
    return {state.value: found.get(state, 0) for state in _OPEN}


async def prune(tx: Tx, before: datetime) -> int:
    """Forget what was done before then, or dropped and due before then. Gives how many rows that were."""
    over = sa.func.coalesce(outbox.c.done_at, outbox.c.due_at) < before
    gone = await tx.execute(sa.delete(outbox).where(outbox.c.state.in_([DONE, DROPPED]), over))
    return gone.rowcount
