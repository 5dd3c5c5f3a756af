"""Copies of the embedded database: made while it is in use, and put back. Blocking; for the command line."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage import migrations

COMPANIONS = ("-wal", "-shm")  # SQLite's own files beside a database in use


class NotABackup(Exception):  # noqa: N818 - told in a plain sentence
    """The file is not a sound database of a Weft this program knows. The text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Inspected:
    revision: str
    communities: int
    size: int  # bytes


def inspect(path: Path) -> Inspected:
    """Read a file through and say what it holds. Raises NotABackup."""
    if not path.is_file():
        raise NotABackup(f"{path} is not there.")
    try:
        # Without the lock of a reader: nobody else has this file, and it may lie where nothing can be written.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise NotABackup(f"{path} is damaged: {verdict}.")
            (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            (communities,) = database.execute("SELECT count(*) FROM communities").fetchone()
    except (sqlite3.DatabaseError, TypeError):
        raise NotABackup(f"{path} is not a database of Weft, or it is damaged.") from None
    if revision not in migrations.known():
        raise NotABackup(
            f"{path} was written by a newer Weft (revision {revision};"
            f" this program knows up to {migrations.known()[-1]}). Update Weft first."
        )
    return Inspected(revision, communities, path.stat().st_size)


def backup(database: Path, target: Path) -> Inspected:
    """Copy a database, in use or not, to `target`: whole, checked, and there only when it is finished.

    Raises NotABackup when the copy is not sound, OSError or sqlite3.Error when it cannot be made.
    """
    if not database.is_file():
        raise NotABackup(f"There is no database at {database} yet: nothing to back up.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        # It holds people's data: for its owner's eyes only, from the first byte.
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with (
            closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=rw", uri=True)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            # In one go: a write between two steps would have it begin again, on a busy bot for ever. Nobody waits
            # for it: a reader does not hold up those who write.
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, no companions
        found = inspect(unfinished)
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return found


def restore(backup_file: Path, database: Path, now: datetime) -> Path | None:
    """Put a backup in the place of a database nobody uses; where the old one is kept now, None if there was none.

    Raises NotABackup.
    """
    inspect(backup_file)
    fresh = database.with_name(f".{database.name}.restoring")
    fresh.unlink(missing_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    backup(backup_file, fresh)
    kept = None
    if database.exists():
        kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        for suffix in ("", *COMPANIONS):  # as it is: it may be damaged
            _keep(_beside(database, suffix), _beside(kept, suffix))
    # Before the new one stands there: SQLite would play what they hold into it.
    for suffix in COMPANIONS:
        _beside(database, suffix).unlink(missing_ok=True)
    fresh.replace(database)
    _sync(database.parent)
    return kept


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _keep(path: Path, name: Path) -> None:
    """Give a file, if it is there, a second name that outlives the first."""
    try:
        os.link(path, name)
    except FileNotFoundError:
        return
    except OSError:  # no such links on this file system
        shutil.copy2(path, name)


def _sync(path: Path) -> None:
    """Have it on the disk, not on its way there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
