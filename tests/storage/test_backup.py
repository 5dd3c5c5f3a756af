"""Copies of the embedded database: made in use, checked, put in place whole or not at all, and put back."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import facts, migrations
from storage.backup import NotABackup, backup, inspect, restore
from storage.engine import Database, open_database
from tests.storage.rows import HERE, community

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def database(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))


async def _write(db: Database, value: str) -> None:
    async with db.write() as tx:
        await facts.put(tx, "what", value)


async def _read(database: Path) -> str | None:
    db = await open_database(f"sqlite:///{database}")
    async with db.read() as tx:
        found = await facts.get(tx, "what")
    await db.close()
    return found


async def test_a_backup_made_in_use_holds_what_was_confirmed_and_is_for_its_owner_only(
    sqlite_db: Database, database: Path, tmp_path: Path
) -> None:
    async with sqlite_db.write() as tx:
        await community(tx, HERE)
        await facts.put(tx, "what", "confirmed")
    copy = tmp_path / "copies" / "monday"
    async with sqlite_db.write() as tx:
        await facts.put(tx, "what", "not confirmed yet")
        found = backup(database, copy)
    assert (found.communities, found.revision) == (1, migrations.known()[-1])
    assert await _read(copy) == "confirmed"
    assert copy.stat().st_mode & 0o077 == 0


def test_a_backup_leaves_nothing_beside_it(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copies"
    backup(database, target / "monday")
    assert [one.name for one in target.iterdir()] == ["monday"]


def test_a_backup_is_made_while_somebody_writes_all_the_time(database: Path, tmp_path: Path) -> None:
    finished = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=30)) as other:
            given_up = time.monotonic() + 10
            while not finished.is_set() and time.monotonic() < given_up:
                with other:
                    other.execute("REPLACE INTO facts VALUES ('busy', ?)", (str(time.monotonic()),))
                begun.set()

    with closing(sqlite3.connect(database)) as large, large:
        large.execute("INSERT INTO facts VALUES ('large', ?)", ("x" * 20_000_000,))
    begun = threading.Event()
    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    backup(database, tmp_path / "copy")
    busy_till_the_end = writer.is_alive()
    finished.set()
    writer.join()
    assert busy_till_the_end


def test_a_backup_of_what_is_not_there_or_not_sound_leaves_the_old_copy_alone(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(database, copy)
    before = copy.read_bytes()
    with pytest.raises(NotABackup, match="nothing to back up"):
        backup(tmp_path / "elsewhere", copy)
    strange = tmp_path / "strange.sqlite3"
    with closing(sqlite3.connect(strange)) as other:
        other.execute("CREATE TABLE somebody_elses (x)")
    with pytest.raises(NotABackup, match="not a database of Weft"):
        backup(strange, copy)
    assert copy.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


async def test_what_is_restored_is_what_was_backed_up_and_the_old_one_is_kept(database: Path, tmp_path: Path) -> None:
    db = await open_database(f"sqlite:///{database}")
    await _write(db, "monday")
    copy = tmp_path / "copy"
    backup(database, copy)
    await _write(db, "tuesday")
    await db.close()
    kept = restore(copy, database, NOW)
    assert await _read(database) == "monday"
    assert kept is not None
    assert kept.name == "weft.sqlite3.before-20260302T093000Z"
    assert await _read(kept) == "tuesday"
    assert await _read(copy) == "monday"


async def test_a_database_of_a_killed_process_is_kept_with_its_last_words(
    sqlite_db: Database, database: Path, tmp_path: Path
) -> None:
    """They are in its write-ahead log, which must not be played into the restored one."""
    copy = tmp_path / "copy"
    backup(database, copy)
    await _write(sqlite_db, "last words")  # and no close
    assert database.with_name(database.name + "-wal").stat().st_size > 0
    kept = restore(copy, database, NOW)
    assert kept is not None
    assert await _read(database) is None
    assert await _read(kept) == "last words"


def test_a_damaged_database_can_be_replaced(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(database, copy)
    database.write_bytes(b"burnt" * 1000)
    kept = restore(copy, database, NOW)
    assert kept is not None
    assert kept.read_bytes().startswith(b"burnt")
    inspect(database)


def test_restoring_where_there_is_nothing_yet(database: Path, tmp_path: Path) -> None:
    assert restore(database, tmp_path / "new" / "weft.sqlite3", NOW) is None
    inspect(tmp_path / "new" / "weft.sqlite3")


def test_what_is_no_sound_backup_is_refused_with_the_reason(database: Path, tmp_path: Path) -> None:
    with pytest.raises(NotABackup, match="is not there"):
        inspect(tmp_path / "none")
    text = tmp_path / "text"
    text.write_text("not a database")
    with pytest.raises(NotABackup, match="not a database of Weft, or it is damaged"):
        inspect(text)
    damaged = tmp_path / "damaged"
    whole = database.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotABackup, match="damaged"):
        inspect(damaged)
    newer = tmp_path / "newer"
    backup(database, newer)
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(NotABackup, match=r"newer Weft.*Update Weft first"):
        restore(newer, database, NOW)
