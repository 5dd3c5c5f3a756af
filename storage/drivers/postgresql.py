"""PostgreSQL through asyncpg: one pool; readers see one snapshot and cannot write."""

from __future__ import annotations

from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage.unavailable import unreachable

POOL = 5
BURST = 5
STATEMENT_SECONDS = 60


def understood(url: URL) -> URL:
    """`sslmode`, which hosting companies put into the addresses they hand out, is called `ssl` by asyncpg."""
    if "sslmode" not in url.query:
        return url
    mode = url.query["sslmode"]
    return url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})


def engines(url: URL, where: str, patience: float) -> tuple[AsyncEngine, AsyncEngine]:
    writer = _engine(
        url,
        where,
        patience,
        command_timeout=STATEMENT_SECONDS,
        pool={"pool_size": POOL, "max_overflow": BURST, "pool_timeout": 3 * patience, "pool_use_lifo": True},
    )
    sa.event.listen(writer.sync_engine, "checkout", _leave_the_dead)
    # A reader that asks twice gets answers of one moment, as on SQLite. Both options travel with BEGIN: no extra trip.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return reader, writer


def migrating_engine(url: URL, where: str, patience: float) -> AsyncEngine:
    return _engine(url, where, patience, command_timeout=None, pool={"poolclass": NullPool})


def _engine(
    url: URL, where: str, patience: float, *, command_timeout: float | None, pool: dict[str, Any]
) -> AsyncEngine:
    async def connect(**arguments: Any) -> asyncpg.Connection:
        try:
            return await asyncpg.connect(**arguments)
        except OSError as error:
            raise unreachable(where, error) from error

    return create_async_engine(
        url,
        hide_parameters=True,  # what people wrote has no place in an error
        connect_args={
            "async_creator_fn": connect,
            "timeout": patience,
            "command_timeout": command_timeout,
            "server_settings": {"application_name": "weft"},
        },
        **pool,
    )


def _leave_the_dead(connection: Any, _record: Any, _proxy: Any) -> None:
    """Never hand out a connection the server has closed meanwhile (a restart); costs no trip to the server."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError
