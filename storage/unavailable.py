"""What to tell the operator when the database cannot be used: one plain sentence, never a driver's stack of errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class StorageUnavailable(Exception):  # noqa: N818 - it names a condition, as the errors of a person do
    """The database cannot be used now. The text says, to an operator, what is wrong and what to do."""


# By primary result code (the lower eight bits; https://sqlite.org/rescode.html).
_SQLITE = {
    sqlite3.SQLITE_BUSY: "is locked by another program. Close what else has it open for writing, then try again.",
    sqlite3.SQLITE_LOCKED: "is locked by another program. Close what else has it open for writing, then try again.",
    sqlite3.SQLITE_PERM: "may not be written. Give Weft's user write access to the file and to its directory.",
    sqlite3.SQLITE_READONLY: "may not be written. Give Weft's user write access to the file and to its directory.",
    sqlite3.SQLITE_FULL: "cannot grow because the disk is full. Make room on it; nothing that was confirmed is lost.",
    sqlite3.SQLITE_IOERR: "cannot be read or written because the disk reports errors. Check the disk before going on.",
    sqlite3.SQLITE_CORRUPT: "is damaged. Stop Weft and restore the latest backup.",
    sqlite3.SQLITE_NOTADB: "is not a database (or it is damaged). Check the path, or restore the latest backup.",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened. Check that the path is right and that Weft's user may write there.",
}

# By SQLSTATE, the longest prefix that fits (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = {
    "08": "cannot be reached: the connection broke. Weft connects again by itself as soon as the server is there.",
    "25006": "is read-only (a standby, or set so). Point Weft at the primary server.",
    "28": "refused the user name or password. Check them in the database address.",
    "3D000": "does not exist on that server. Create it, or check the name in the database address.",
    "40": "made this transaction give way to another one. Trying again helps.",
    "42501": "does not give Weft's user the rights it needs. Make that user the owner of the database.",
    "53": "has run out of something (memory, connections). Look at the server; Weft goes on when it recovers.",
    "53100": "cannot grow because the server's disk is full. Make room; nothing that was confirmed is lost.",
    "53300": "has no connection left for Weft. Raise max_connections or run fewer processes.",
    "55P03": "has a table locked by another program. Try again when that is done.",
    "57": "stopped the work or is shutting down. Weft connects again by itself as soon as the server is there.",
    "58": "cannot be read or written because the server's disk reports errors. Check the server before going on.",
    "XX": "reports internal errors or damaged data. Look at the server's log before going on.",
}
_LOST = _POSTGRESQL["08"]
_BUSY = "is too busy: no connection became free in time. Trying again later helps."


def unreachable(where: str, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(f"The database {where} cannot be reached: {error.strerror or str(error) or 'no answer'}.")


@contextmanager
def explained(where: str, *, writing: bool) -> Iterator[None]:
    """Turn what the drivers raise when the database cannot be used into `StorageUnavailable`; bugs pass as they are."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error, TimeoutError) as error:
        sentence = _sentence(error, writing=writing)
        if sentence is None:
            raise
        raise StorageUnavailable(f"The database {where} {sentence}") from error


def _sentence(error: BaseException, *, writing: bool) -> str | None:
    if isinstance(error, exc.TimeoutError | TimeoutError):
        return _BUSY
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    if code := getattr(cause, "sqlite_errorcode", None):
        # A reader that writes is a bug of ours, not a file without write access.
        return None if code == sqlite3.SQLITE_READONLY and not writing else _SQLITE.get(code & 0xFF)
    if state := getattr(cause, "sqlstate", None):
        if state == "25006" and not writing:
            return None
        return next((_POSTGRESQL[state[:size]] for size in (5, 2) if state[:size] in _POSTGRESQL), None)
    return _LOST if isinstance(error, exc.DBAPIError) and error.connection_invalidated else None
