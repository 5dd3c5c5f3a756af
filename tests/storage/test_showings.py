"""Showings in the database: which are due, and whose they are to look after; on both databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.model import (
    CommunityId,
    MemberId,
    MemberState,
    ShowingId,
    ShowingSource,
)
from storage import asks, due_showings, followups, showings
from storage import members as stored_members
from storage.engine import Database, Tx
from storage.tables import members
from storage.tables import showings as table
from tests.storage import rows
from tests.storage.rows import NOW

SHARD_0, SHARD_1 = CommunityId(0 << 22 | 5), CommunityId(1 << 22 | 5)
HOUR = timedelta(hours=1)


async def shown(tx: Tx, user: int, community: CommunityId, due_at: datetime, thread: int) -> ShowingId:
    member, _ = await rows.member(tx, user, community)
    maker = await stored_members.by_id(tx, member)
    assert maker is not None
    new = await showings.add(tx, maker, source=ShowingSource.HAND, thread=thread, shown_at=NOW, due_at=due_at)
    assert new is not None
    return new


async def test_each_process_looks_after_its_own_the_longest_overdue_first(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, SHARD_0, SHARD_1)
        late = await shown(tx, 1, SHARD_0, NOW, 1)
        later = await shown(tx, 2, SHARD_0, NOW - HOUR, 2)
        theirs = await shown(tx, 3, SHARD_1, NOW, 3)
        await shown(tx, 4, SHARD_1, NOW + HOUR, 4)
    async with db.read() as tx:
        assert await due_showings.due(tx, NOW) == {SHARD_0: [later, late], SHARD_1: [theirs]}
        assert await due_showings.due(tx, NOW, [(0, 2)]) == {SHARD_0: [later, late]}
        assert await due_showings.due(tx, NOW, [(1, 2)]) == {SHARD_1: [theirs]}
        assert await due_showings.due(tx, NOW, [(0, 3), (1, 3)]) == await due_showings.due(tx, NOW)
        assert await due_showings.next_due(tx) == NOW - HOUR


async def test_who_has_gone_is_due_at_once_and_who_is_away_when_they_are_back(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, SHARD_0)
        gone = await shown(tx, 1, SHARD_0, NOW + HOUR, 1)
        away = await shown(tx, 2, SHARD_0, NOW, 2)
        await tx.execute(sa.update(members).where(members.c.user_id == 1).values(state=MemberState.LEFT))
        await tx.execute(sa.update(members).where(members.c.user_id == 2).values(paused_until=NOW + 2 * HOUR))
        assert await due_showings.due(tx, NOW + HOUR) == {SHARD_0: [gone]}
        assert await due_showings.still_due(tx, [gone, away], NOW) == {gone}
        await showings.look_at(tx, [gone], None)
        assert await due_showings.next_due(tx) == NOW + 2 * HOUR
        assert await due_showings.still_due(tx, [gone, away], NOW + 2 * HOUR) == {away}


async def test_a_thread_is_one_showing_and_a_first_is_one_a_person(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, SHARD_0)
        first = await shown(tx, 1, SHARD_0, NOW, 1)
        found = await showings.get(tx, first)
        assert found is not None
        again = {"source": ShowingSource.HAND, "shown_at": NOW, "due_at": NOW}
        assert await showings.add(tx, found.maker, thread=1, **again) is None  # type: ignore[arg-type]
        second = await showings.add(tx, found.maker, thread=2, **again)  # type: ignore[arg-type]
        assert second is not None
        other = await showings.get(tx, second)
        assert other is not None
        assert (found.first, other.first) == (True, False)
        # Even where two look at the same moment and both see nothing.
        clash = sa.update(table).where(table.c.id == second).values(first=True)
    with pytest.raises(sa.exc.IntegrityError):
        async with db.write() as tx:
            await tx.execute(clash)


async def test_only_asks_under_way_come_up(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, SHARD_0)
        showing = await shown(tx, 1, SHARD_0, NOW, 1)
        helper, _ = await rows.member(tx, 2, SHARD_0)
        ask = await asks.add(
            tx, SHARD_0, showing=showing, member=helper, for_member=MemberId(1), now=NOW, expires_at=NOW + HOUR
        )
        assert [one.id for one in await asks.under_way(tx, helper, NOW)] == [ask]
        assert await asks.under_way(tx, helper, NOW + HOUR) == []
        assert await asks.of_absent(tx) == []
        assert await asks.next_absent(tx) is None
        await tx.execute(sa.update(members).where(members.c.id == helper).values(paused_until=NOW + HOUR))
        assert [one.id for one in await asks.of_absent(tx)] == [ask]
        assert await asks.next_absent(tx) == NOW


@pytest.mark.parametrize(
    ("look", "index"),
    [
        (lambda tx: asks.since(tx, SHARD_0, NOW), "ix_asks_member_id_asked_at"),
        (lambda tx: followups.exchanged(tx, NOW - HOUR, NOW), "ix_acts_kind_at"),
        (followups.next_due, "ix_followups_due_at"),
    ],
)
async def test_what_others_asked_and_did_long_ago_is_not_read(
    db: Database, look: Callable[[Tx], Awaitable[object]], index: str
) -> None:
    """However the log and the asks grow: both databases find what they need by an index."""
    async with db.write() as tx:
        if tx.dialect.name != "sqlite":  # which takes few rows for no reason to use an index
            await tx.exec_driver_sql("SET LOCAL enable_seqscan = off")
        sent: list[tuple[str, object]] = []

        @sa.event.listens_for(tx.sync_connection, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
            sent.append((statement, parameters))

        await look(tx)
        statement, parameters = sent[0]
        explain = "EXPLAIN QUERY PLAN " if tx.dialect.name == "sqlite" else "EXPLAIN "
        plan = await tx.exec_driver_sql(explain + statement, parameters)  # type: ignore[arg-type]
        assert index in "\n".join(str(row[-1]) for row in plan)
