"""What the operator is told when a database cannot be used, and that Weft goes on when it can be used again."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import threading
from pathlib import Path

import pytest

from storage import drivers, facts
from storage.engine import Database, StorageUnavailable, open_database
from tests import postgres
from tests.storage.rows import recall, remember

# --- SQLite ----------------------------------------------------------------------------------------------------------


async def test_sqlite_locked_by_another_program(sqlite_url: str) -> None:
    db = await open_database(sqlite_url, patience=0.01)
    other = sqlite3.connect(drivers.parse(sqlite_url).database or "")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match=r"weft\.sqlite3 is locked by another program\. Close"):
        await remember(db, "1")
    assert await recall(db) is None  # reading goes on
    other.close()
    await remember(db, "1")
    await db.close()


async def test_sqlite_on_a_full_disk(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar()
        await tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageUnavailable, match="disk is full"):
        await remember(sqlite_db, "x" * 100_000)
    async with sqlite_db.write() as tx:
        await tx.exec_driver_sql("PRAGMA max_page_count = 100000")
    await remember(sqlite_db, "x" * 100_000)


async def test_sqlite_without_write_access(sqlite_db: Database) -> None:
    async with sqlite_db.write() as tx:
        await tx.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StorageUnavailable, match="may not be written"):
        await remember(sqlite_db, "1")


def _damage(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\x99" * (len(whole) - 4096))


async def test_sqlite_damaged(sqlite_url: str) -> None:
    db = await open_database(sqlite_url)
    await asyncio.gather(*(remember(db, "x" * 3000, f"fact {number}") for number in range(50)))
    await db.close()
    _damage(Path(drivers.parse(sqlite_url).database or ""))
    with pytest.raises(StorageUnavailable, match="damaged"):
        await open_database(sqlite_url)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"Dear diary, today I wrote a database. " * 99, "is not a database"), (None, "cannot be opened")],
)
async def test_no_sqlite_database_there(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "weft.sqlite3"
    path.write_bytes(content) if content else path.mkdir()
    with pytest.raises(StorageUnavailable, match=f"{re.escape(str(path))} {sentence}"):
        await open_database(f"sqlite:///{path}")
    assert not [thread for thread in threading.enumerate() if thread.name == "weft-sqlite"]


async def test_a_place_for_the_file_is_made(tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{tmp_path / 'some' / 'where' / 'weft.sqlite3'}")
    await remember(db, "1")
    await db.close()


async def test_a_place_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable, match="cannot be reached: "):
        await open_database(f"sqlite:///{tmp_path / 'file' / 'weft.sqlite3'}")


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


async def test_postgresql_that_is_not_there() -> None:
    with pytest.raises(StorageUnavailable, match=r"weft on 127\.0\.0\.1:1 cannot be reached"):
        await open_database("postgresql://someone:secret@127.0.0.1:1/weft")


@pytest.mark.parametrize(
    ("user", "database", "sentence"),
    [("postgres", "elsewhere", "does not exist on that server"), ("nobody", "postgres", "refused the user name")],
)
async def test_postgresql_that_refuses(
    postgres_server: postgres.Server, user: str, database: str, sentence: str
) -> None:
    url = postgres_server.url(database).replace("postgres@", f"{user}@")
    with pytest.raises(StorageUnavailable, match=sentence):
        await open_database(url)


async def test_postgresql_that_is_read_only(postgres_server: postgres.Server, postgres_url: str) -> None:
    db = await open_database(postgres_url)
    async with db.write() as tx:
        await tx.exec_driver_sql("SET TRANSACTION READ ONLY")
        assert await facts.get(tx, "a") is None

    async def write() -> None:
        async with db.write() as tx:
            await tx.exec_driver_sql("SET TRANSACTION READ ONLY")
            await facts.put(tx, "a", "1")

    with pytest.raises(StorageUnavailable, match="is read-only"):
        await write()
    await db.close()


async def test_postgresql_that_breaks_off_in_the_middle(postgres_url: str) -> None:
    db, other = await open_database(postgres_url), await open_database(postgres_url)

    async def write() -> None:
        async with db.write() as tx:
            await facts.put(tx, "a", "1")
            await _cut_off(other)
            await facts.put(tx, "a", "2")

    with pytest.raises(StorageUnavailable, match="Weft connects again by itself"):
        await write()
    await remember(db, "3")
    assert await recall(db) == "3"
    await db.close()
    await other.close()


async def test_postgresql_that_was_restarted_meanwhile(postgres_url: str) -> None:
    """Connections that died while nobody used them are noticed before they are handed out."""
    db, other = await open_database(postgres_url), await open_database(postgres_url)
    await asyncio.gather(*(remember(db, "1", str(number)) for number in range(5)))
    await _cut_off(other)
    await asyncio.sleep(0.05)  # what the server said must arrive
    await asyncio.gather(*(remember(db, "2", str(number)) for number in range(5)))
    await db.close()
    await other.close()


async def _cut_off(db: Database) -> None:
    others = "pid <> pg_backend_pid() AND datname = current_database() AND application_name = 'weft'"
    async with db.write() as tx:
        cut = await tx.exec_driver_sql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")
        assert all(cut.scalars().all())
