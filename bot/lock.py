"""One process for one embedded database: a lock on a file beside it, held as long as the process lives."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Locked(Exception):  # noqa: N818 - an answer, told in a plain sentence
    """Another process has the database."""


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Hold the lock of `database` meanwhile. The system lets go of it however the process ends.

    Raises Locked when another process holds it, OSError when the directory cannot be written.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    path = database.with_name(database.name + ".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(handle, 32, 0).decode("ascii", "replace").strip()
            raise Locked(
                f"Weft already runs on {database}" + (f" (process {holder})" if holder else "") + ":"
                " stop it first, or give this one another WEFT_DATA_DIR."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)
