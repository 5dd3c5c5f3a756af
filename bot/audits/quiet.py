"""Keeping libraries written in C off the standard output."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Throw away what such a library prints meanwhile (HiGHS leaves a line now and then); Python's own, too."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        if os.name == "posix":
            ctypes.CDLL(None).fflush(None)  # else what C still holds back would come out later
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
