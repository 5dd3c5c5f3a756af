"""Transactions on both databases, and what the operator is told when a database cannot be used."""

from __future__ import annotations

import asyncio
import sqlite3
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import drivers, facts
from storage.engine import Database, StorageUnavailable, Tx, insert, open_database
from storage.tables import facts as table
from storage.tables import firms
from tests.storage import rows
from tests.storage.rows import HERE, NOW, recall, remember


async def test_a_write_is_there_for_the_next_reader_and_after_reopening(db: Database, database_url: str) -> None:
    await remember(db, "1")
    assert await recall(db) == "1"
    again = await open_database(database_url)
    assert await recall(again) == "1"
    await again.close()


async def test_a_write_that_raises_leaves_nothing(db: Database) -> None:
    async def stumble() -> None:
        async with db.write() as tx:
            await facts.put(tx, "a", "2")
            raise ZeroDivisionError

    await remember(db, "1")
    with pytest.raises(ZeroDivisionError):
        await stumble()
    assert await recall(db) == "1"


async def test_reading_cannot_write(db: Database) -> None:
    async with db.read() as tx:
        assert await facts.get(tx, "a") is None
        with pytest.raises(DBAPIError):  # a bug of ours, so no sentence for the operator
            await facts.put(tx, "a", "1")
    with pytest.raises(DBAPIError):
        async with db.read() as tx:
            await facts.put(tx, "a", "1")
    await remember(db, "2")  # and the connection is as good as before
    assert await recall(db) == "2"


async def test_a_reader_sees_one_moment(db: Database) -> None:
    await remember(db, "1")
    async with db.read() as tx:
        assert await facts.get(tx, "a") == "1"
        await remember(db, "2")
        assert await facts.get(tx, "a") == "1"
    assert await recall(db) == "2"


async def test_references_are_enforced(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.write() as tx:
            await rows.member(tx, 1)
    async with db.write() as tx:
        await rows.community(tx, HERE)
        await rows.member(tx, 1)
    async with db.write() as tx:
        await tx.execute(sa.text("DELETE FROM communities"))
        assert await tx.scalar(sa.select(sa.func.count()).select_from(firms)) == 0


async def test_insert_leaves_alone_or_changes_what_is_there(db: Database) -> None:
    async with db.write() as tx:
        ignoring = insert(tx, table).on_conflict_do_nothing()
        await tx.execute(ignoring, [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}])
        await tx.execute(ignoring, [{"name": "a", "value": "3"}, {"name": "c", "value": "4"}])
        new = insert(tx, table).values(name="b", value="5")
        changed = new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})
        assert (await tx.execute(changed.returning(table.c.value))).scalar_one() == "5"
        found = await tx.execute(sa.select(table.c.name, table.c.value))
        assert dict(found.all()) == {"a": "1", "b": "5", "c": "4"}


async def test_times_are_aware_utc_and_naive_ones_are_refused(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, HERE)
        await rows.member(tx, 1)
        assert (await tx.execute(sa.select(firms.c.created_at))).scalar_one() == NOW
        with pytest.raises(sa.exc.StatementError, match="naive time"):
            await tx.execute(sa.update(firms).values(created_at=NOW.replace(tzinfo=None)))


async def test_a_cancelled_write_is_undone_and_holds_up_nobody(db: Database) -> None:
    started = asyncio.Event()

    async def write() -> None:
        async with db.write() as tx:
            await facts.put(tx, "a", "1")
            started.set()
            while True:  # whichever statement it is cancelled in
                await facts.put(tx, "a", "2")

    for _ in range(5):
        started.clear()
        task = asyncio.create_task(write())
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await recall(db) is None
    await remember(db, "3")
    assert await recall(db) == "3"


async def test_many_at_once(db: Database) -> None:
    """More readers and writers than connections: all get their turn, and no increment is lost."""
    await remember(db, "0")

    async def increment() -> None:
        async with db.write() as tx:
            query = sa.select(table.c.value).where(table.c.name == "a").with_for_update()
            await facts.put(tx, "a", str(int((await tx.execute(query)).scalar_one()) + 1))
        assert int(await recall(db) or 0) > 0

    await asyncio.gather(*(increment() for _ in range(60)))
    assert await recall(db) == "60"


async def test_closing_lets_what_was_begun_end_and_nothing_begin(database_url: str) -> None:
    db = await open_database(database_url)
    waiting = [asyncio.create_task(remember(db, "waited", str(number))) for number in range(3)]
    async with db.write() as tx, db.read() as earlier:
        closing = asyncio.create_task(db.close())
        await asyncio.sleep(0)
        await facts.put(tx, "a", "1")
        assert await facts.get(earlier, "a") is None
        with pytest.raises(StorageUnavailable, match="is closed"):
            await recall(db)
        with pytest.raises(StorageUnavailable, match="is closed"):
            await remember(db, "2")
    await asyncio.gather(closing, *waiting)
    again = await open_database(database_url)
    assert [await recall(again, name) for name in "a012"] == ["1", "waited", "waited", "waited"]
    await again.close()


async def test_a_write_inside_a_write_is_refused(db: Database) -> None:
    """It would wait for itself for ever."""

    async def twice() -> None:
        async with db.write() as tx:
            await facts.put(tx, "a", "1")
            await remember(db, "2")

    with pytest.raises(RuntimeError, match="hand `tx` on"):
        await twice()
    assert await recall(db) is None


# --- SQLite ----------------------------------------------------------------------------------------------------------


async def pragma(tx: Tx, name: str) -> object:
    return (await tx.exec_driver_sql(f"PRAGMA {name}")).scalar()


async def test_sqlite_is_set_up_to_lose_nothing(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        assert await pragma(tx, "journal_mode") == "wal"
        assert await pragma(tx, "synchronous") == 2
        assert await pragma(tx, "foreign_keys") == 1
        assert await pragma(tx, "busy_timeout") == 10_000
    async with sqlite_db.read() as tx:
        assert await pragma(tx, "query_only") == 1


async def test_writers_on_sqlite_get_their_turn_in_the_order_they_came(sqlite_db: Database) -> None:
    order: list[int] = []

    async def write(number: int) -> None:
        async with sqlite_db.write() as tx:
            order.append(number)
            await facts.put(tx, "a", str(number))

    await asyncio.gather(*(write(number) for number in range(30)))
    assert order == list(range(30))


async def test_a_writer_on_sqlite_holds_the_lock_from_its_first_moment(sqlite_db: Database, sqlite_url: str) -> None:
    """So that what it reads first is still true when it writes; another program has to wait."""
    other = sqlite3.connect(drivers.parse(sqlite_url).database or "", timeout=0)
    async with sqlite_db.write():
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_closing_sqlite_leaves_no_thread(sqlite_url: str) -> None:
    before = set(threading.enumerate())
    db = await open_database(sqlite_url)
    await asyncio.gather(*(recall(db) for _ in range(20)), *(remember(db, "1") for _ in range(20)))
    assert set(threading.enumerate()) - before
    await db.close()
    assert set(threading.enumerate()) - before == set()


async def test_a_write_on_sqlite_that_is_cancelled_while_it_waits_takes_no_lock(sqlite_url: str) -> None:
    db = await open_database(sqlite_url)
    other = sqlite3.connect(drivers.parse(sqlite_url).database or "")
    for _ in range(3):
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(remember(db, "1"))
        await asyncio.wait({waiting}, timeout=0.02)  # it is inside BEGIN now, in its thread
        waiting.cancel()
        other.rollback()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    other.execute("BEGIN IMMEDIATE")
    other.close()
    await remember(db, "2")
    assert await recall(db) == "2"
    await db.close()
