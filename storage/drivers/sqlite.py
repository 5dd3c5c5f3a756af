"""SQLite through aiosqlite: a thread per connection, one trip to it per statement.

One connection writes and begins with BEGIN IMMEDIATE, so that it never has to give up half-way; a few read snapshots
beside it (WAL) and are not able to write at all.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, cast

import aiosqlite
import sqlalchemy as sa
from sqlalchemy.engine import URL, AdaptedConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.unavailable import unreachable

READERS = 4
_MIB = 1 << 20

# FULL: what was confirmed to a person survives a power cut, too. The log's file shrinks again after a burst.
_WRITING = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    f"PRAGMA journal_size_limit = {64 * _MIB}",
    "PRAGMA temp_store = MEMORY",
)
_REFERENCES = "PRAGMA foreign_keys = ON"
_READING = ("PRAGMA query_only = ON", "PRAGMA temp_store = MEMORY")


def _run(cursor: sqlite3.Cursor, sql: str, parameters: Iterable[Any]) -> list[Any]:
    cursor.execute(sql, tuple(parameters))
    return cursor.fetchall() if cursor.description else []


class _Cursor(aiosqlite.Cursor):
    """Executes and fetches in one trip to the connection's thread; the stock cursor makes four (twice the time)."""

    _rows: list[Any]

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> aiosqlite.Cursor:
        run = self._execute(_run, self._cursor, sql, parameters or ())  # type: ignore[no-untyped-call]
        self._rows = await run
        return self

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._cursor.close()


class _Connection(aiosqlite.Connection):
    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, iter_chunk_size=64)
        self._thread.name = "weft-sqlite"
        self._thread.daemon = True  # a program that dies without closing must not hang

    # aiosqlite's is a coroutine and a context manager at once; SQLAlchemy only enters it.
    def cursor(self) -> _Cursor:  # type: ignore[override]
        return _Cursor(self, self._conn.cursor())

    async def rollback(self) -> None:
        if self._conn.in_transaction:  # the pool rolls back whatever it is given back
            await super().rollback()

    async def close(self) -> None:
        await super().close()
        self.wait_for_thread()

    def wait_for_thread(self) -> None:
        """It has nothing left to do; afterwards it is certainly gone."""
        self._thread.join()


def engines(url: URL, patience: float) -> tuple[AsyncEngine, AsyncEngine]:
    waiting = {"max_overflow": 0, "pool_timeout": 3 * patience}
    reader = _engine(url, "BEGIN", (*_READING, _REFERENCES), patience, pool_size=READERS, **waiting)
    writer = _engine(url, "BEGIN IMMEDIATE", (*_WRITING, _REFERENCES), patience, pool_size=1, **waiting)
    return reader, writer


def migrating_engine(url: URL, patience: float) -> AsyncEngine:
    # Rebuilding a table drops the old one, and with references enforced that would cascade to its children.
    return _engine(url, "BEGIN IMMEDIATE", _WRITING, patience, poolclass=NullPool)


def _engine(url: URL, begin: str, pragmas: tuple[str, ...], patience: float, **pool: Any) -> AsyncEngine:
    path = Path(str(url.database))

    async def connect(*_: Any, **__: Any) -> aiosqlite.Connection:
        connection = _Connection(partial(_open, path, pragmas, patience))
        try:
            return await connection
        except sqlite3.Error:
            connection.wait_for_thread()
            raise
        except OSError as error:
            connection.wait_for_thread()
            raise unreachable(str(path), error) from error

    # What people wrote has no place in an error.
    engine = create_async_engine(url, connect_args={"async_creator_fn": connect}, hide_parameters=True, **pool)
    sa.event.listen(engine.sync_engine, "begin", partial(_begin, begin))
    return engine


def _open(path: Path, pragmas: tuple[str, ...], patience: float) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path,
        timeout=patience,
        isolation_level=None,  # the driver begins nothing by itself: SQLAlchemy says when, and `_begin` does
        check_same_thread=False,
        cached_statements=512,
    )
    try:
        for pragma in pragmas:
            _set(connection, pragma, time.monotonic() + patience)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set(connection: sqlite3.Connection, pragma: str, deadline: float) -> None:
    """Waits in the connection's own thread: turning a new file to WAL is the one thing SQLite gives up at once when
    somebody else does the same."""
    while True:
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin(statement: str, connection: sa.Connection) -> None:
    def send(driver: Any) -> Awaitable[Any]:
        return cast("_Connection", driver).execute(statement)

    try:
        cast("AdaptedConnection", connection.connection.dbapi_connection).run_async(send)
    except asyncio.CancelledError:  # its thread may begin all the same, and nobody would ever end that
        connection.invalidate()
        raise
