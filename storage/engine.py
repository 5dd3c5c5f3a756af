"""The database: opening it, and the two kinds of transaction.

    db = await open_database("sqlite:///data/weft.sqlite3")
    async with db.read() as tx: ...       one snapshot; cannot write
    async with db.write() as tx: ...      all or nothing

The same statements run on SQLite and PostgreSQL. Where a row that is there already must be left alone or changed, take
the `insert` of this file; it is the dialect's own:

    await tx.execute(insert(tx, facts).values(name=name, value=value).on_conflict_do_nothing())
    new = insert(tx, facts).values(name=name, value=value)
    await tx.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))

Many rows at once: `tx.execute(statement, [{...}, {...}])` without `.values()`. Inside a transaction do nothing but
read, decide and write: on SQLite every other writer waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from typing import TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import drivers, migrations
from storage.unavailable import StorageUnavailable, explained

__all__ = ["Database", "StorageUnavailable", "Tx", "insert", "open_database"]

Tx: TypeAlias = AsyncConnection
PATIENCE = 10.0


def insert(tx: Tx, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `on_conflict_do_nothing`, `on_conflict_do_update` and `excluded`, on both databases."""
    return postgresql.insert(table) if tx.dialect.name == "postgresql" else sqlite.insert(table)


class Database:
    """Transactions. Raises `StorageUnavailable` when the database cannot be used; a statement's own error passes."""

    def __init__(self, url: URL, patience: float) -> None:
        self._where = drivers.where(url)
        self._reader, self._writer = drivers.engines(url, patience)
        # SQLite has one writer. Ours wait in line here, in the order they came; its own waiting is polling and unfair.
        self._turn: AbstractAsyncContextManager[None] = asyncio.Lock() if drivers.is_sqlite(url) else nullcontext()
        self._writers: set[asyncio.Task[object] | None] = set()
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._closed = False

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """A read transaction: everything read in it is of one moment."""
        with self._under_way(), explained(self._where, writing=False):
            async with self._reader.begin() as tx:
                yield tx

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        """A write transaction: committed at the end, undone when anything is raised. Never one inside another."""
        with self._under_way(), self._only_one_a_task():
            async with self._turn:
                with explained(self._where, writing=True):
                    async with self._writer.begin() as tx:
                        yield tx

    async def close(self) -> None:
        """Let what was begun end, then close every connection."""
        self._closed = True
        await self._idle.wait()
        await self._reader.dispose()
        await self._writer.dispose()

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        if self._closed:
            raise StorageUnavailable(f"The database {self._where} is closed: Weft is stopping.")
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    @contextmanager
    def _only_one_a_task(self) -> Iterator[None]:
        """A write inside a write would wait for itself for ever; whoever is called takes the transaction instead."""
        task = asyncio.current_task()
        if task in self._writers:
            raise RuntimeError("a write transaction inside a write transaction: hand `tx` on")
        self._writers.add(task)
        try:
            yield
        finally:
            self._writers.discard(task)


async def open_database(url: str, *, patience: float = PATIENCE) -> Database:
    """Open the database and bring it up to date. `patience`: seconds to wait for another program's lock.

    Raises `StorageUnavailable`, also when the database was written by a newer Weft.
    """
    address = drivers.parse(url)
    database = Database(address, patience)
    try:
        async with database.write() as tx:
            found = await migrations.revision(tx)
        if migrations.outdated(found):
            # A long migration must not hold this event loop, so it gets a thread and a loop of its own.
            await asyncio.to_thread(asyncio.run, migrations.migrate(address))
    except BaseException:
        await database.close()
        raise
    return database
