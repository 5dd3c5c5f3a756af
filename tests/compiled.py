"""Statements are compiled once per test process instead of once per database: a third of what a small test costs.

SQLAlchemy keeps what it compiled with the engine, and every test opens a database, hence engines, of its own. What is
kept is text and converters, which depend on the kind of database and on nothing that one of them holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from storage.drivers import postgresql, sqlite

_KEPT: LRUCache[Any, Any] = LRUCache(4000)


def once() -> None:
    """From now on, for every engine of the drivers."""
    for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        # It is part of the key.
        dialect.__eq__ = _same_kind  # type: ignore[method-assign, assignment]
        dialect.__hash__ = _kind  # type: ignore[method-assign, assignment]
    for driver in (sqlite, postgresql):
        driver.create_async_engine = _keeping(driver.create_async_engine)  # type: ignore[attr-defined]


def _same_kind(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _kind(one: Dialect) -> int:
    return hash(type(one))


def _keeping(create: Callable[..., AsyncEngine]) -> Callable[..., AsyncEngine]:
    def created(*given: Any, **named: Any) -> AsyncEngine:
        engine = create(*given, **named)
        engine.sync_engine.update_execution_options(compiled_cache=_KEPT)
        return engine

    return created
