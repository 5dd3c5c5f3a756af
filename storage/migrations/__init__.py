"""Bringing a database up to date, in process. How to write a revision: see README.md here.

Revisions are numbered files, `versions/0001_….py`, one after the other. Alembic carries them out, and is loaded only
when there is something to carry out (it costs a fifth of a second and 10 MB).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import drivers
from storage.unavailable import StorageUnavailable, explained

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
# Any number will do, as long as every Weft takes the same: it lets one process migrate while the others wait.
_ADVISORY_LOCK = 0x57454654
# Another process may be migrating a large database; wait for it.
_PATIENCE = 600.0


def known() -> tuple[str, ...]:
    """The revisions this program knows, oldest first."""
    return tuple(sorted(file.name.split("_")[0] for file in (HERE / "versions").glob("[0-9]*_*.py")))


async def revision(connection: AsyncConnection) -> str | None:
    """The revision a database is at; None when it is new."""
    return await connection.run_sync(_revision)


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(sa.select(sa.column("version_num")).select_from(sa.table("alembic_version")))


def outdated(found: str | None) -> bool:
    """Whether there is something to do. Raises `StorageUnavailable` for a database of a newer Weft."""
    if found is not None and found not in known():
        raise StorageUnavailable(
            f"This database was written by a newer Weft (revision {found}; this program knows up to {known()[-1]}). "
            "Run that newer version, or restore a backup made before it was installed."
        )
    return found != known()[-1]


async def migrate(url: URL, to: str = "head") -> None:
    """Carry out what is missing, in one transaction. Of several processes that try, one does it and the rest wait."""
    engine = drivers.migrating_engine(url, _PATIENCE)
    try:
        with explained(drivers.where(url), writing=True):
            async with engine.begin() as connection:
                await connection.run_sync(_upgrade, to)
    finally:
        await engine.dispose()


def config(connection: sa.Connection) -> Config:
    """Alembic's settings; there is no alembic.ini, as everything runs in process."""
    from alembic.config import Config  # noqa: PLC0415 - see the top of this file

    settings = Config(attributes={"connection": connection})
    settings.set_main_option("script_location", str(HERE).replace("%", "%%"))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return settings


def _upgrade(connection: sa.Connection, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - see the top of this file

    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
    outdated(_revision(connection))  # again, now that nobody else is migrating
    command.upgrade(config(connection), to)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken:
            raise RuntimeError(f"the migration broke the reference of {broken[0]} row {broken[1]} to {broken[2]}")
