"""How the two databases are connected to; what is above this folder sees SQLAlchemy engines only."""

from __future__ import annotations

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.drivers import postgresql, sqlite
from storage.unavailable import StorageUnavailable

SQLITE = "sqlite+aiosqlite"
POSTGRESQL = "postgresql+asyncpg"
_DRIVERS = {
    "sqlite": SQLITE,
    SQLITE: SQLITE,
    "postgres": POSTGRESQL,
    "postgresql": POSTGRESQL,
    POSTGRESQL: POSTGRESQL,
}


def parse(text: str) -> URL:
    """The address of a database: `sqlite:///path` or `postgresql://user:password@host/name`; a driver may be named.

    Raises `StorageUnavailable` when it is neither.
    """
    try:
        url = make_url(text)
    except ArgumentError:
        raise StorageUnavailable("The database address cannot be read; see `database` in the settings.") from None
    if url.drivername not in _DRIVERS:
        raise StorageUnavailable(f"Weft knows sqlite and postgresql, not the database {url.drivername!r}.")
    url = url.set(drivername=_DRIVERS[url.drivername])
    if is_sqlite(url) and url.database in (None, "", ":memory:"):
        raise StorageUnavailable("The database address names no file: write sqlite:///path/to/weft.sqlite3.")
    return url if is_sqlite(url) else postgresql.understood(url)


def is_sqlite(url: URL) -> bool:
    return url.drivername == SQLITE


def where(url: URL) -> str:
    """Which database this is, in words fit for a log: no user name, no password."""
    if is_sqlite(url):
        return str(url.database)
    host = url.host or str(url.query.get("host", "localhost"))
    return f"{url.database} on {host}:{url.port or 5432}"


def engines(url: URL, patience: float) -> tuple[AsyncEngine, AsyncEngine]:
    """The engines to read and to write with. `patience`: seconds to wait for somebody else's lock or a connection."""
    if is_sqlite(url):
        return sqlite.engines(url, patience)
    return postgresql.engines(url, where(url), patience)


def migrating_engine(url: URL, patience: float) -> AsyncEngine:
    """An engine for one migration: nothing is pooled, and SQLite lets tables be rebuilt under their references."""
    if is_sqlite(url):
        return sqlite.migrating_engine(url, patience)
    return postgresql.migrating_engine(url, where(url), patience)
