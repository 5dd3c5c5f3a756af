"""What comes round again: kept once a community, moved on by one process only."""

from datetime import UTC, datetime, timedelta

from storage import recurring
from storage.engine import Database
from tests.house import house

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(weeks=1)


async def test_one_moment_a_community_moved_on_once(db: Database) -> None:
    h = await house(db)
    async with db.write() as tx:
        assert await recurring.next_due(tx, "sweep") is None
        await recurring.ensure(tx, h.community.id, "sweep", NOW)
        await recurring.ensure(tx, h.community.id, "sweep", LATER)
        await recurring.ensure(tx, h.community.id, "other", NOW - timedelta(days=1))
        assert await recurring.next_due(tx, "sweep") == NOW
        assert await recurring.due(tx, "sweep", NOW - timedelta(seconds=1)) == []
        assert await recurring.due(tx, "sweep", NOW) == [(h.community.id, NOW)]
        assert await recurring.move(tx, h.community.id, "sweep", NOW, LATER)
        assert not await recurring.move(tx, h.community.id, "sweep", NOW, LATER + timedelta(weeks=1))
        assert await recurring.next_due(tx, "sweep") == LATER


async def test_brought_forward_it_never_comes_later_and_ended_it_comes_no_more(db: Database) -> None:
    h = await house(db)
    here = h.community.id
    async with db.write() as tx:
        for at in (LATER, NOW, LATER):
            await recurring.bring_forward(tx, here, "sweep", at)
        assert await recurring.due(tx, "sweep", LATER) == [(here, NOW)]
        assert not await recurring.end(tx, here, "sweep", LATER)
        assert await recurring.end(tx, here, "sweep", NOW)
        assert await recurring.next_due(tx, "sweep") is None
