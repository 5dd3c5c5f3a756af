"""Somewhere to compute without holding up the chat: one worker process, there only while there is work.

Matching, charts and exports bring large libraries along; when the worker ends, their memory is given back.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import ParamSpec, TypeVar

import structlog

log = structlog.get_logger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

IDLE = 60.0  # seconds without work after which the worker ends


def _settle_in() -> None:
    """In the worker: leave Ctrl-C to the parent, the processor to the chat, and the log to those who write it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Path(os.devnull).open("w") as nowhere:  # the solver prints to standard output what nobody can turn off
        os.dup2(nowhere.fileno(), 1)
    with contextlib.suppress(OSError):
        os.nice(10)


async def _run(pool: ProcessPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, call)


class InThread:
    """For tests and the demo: the same, in a thread of this process."""

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.to_thread(function, *args, **kwargs)

    async def close(self) -> None:
        """Nothing to end."""


class InProcess:
    """Runs functions of modules (they are sent by name) one after the other in a worker process."""

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._pool: ProcessPoolExecutor | None = None
        self._busy = 0
        self._closed = False
        self._ending: asyncio.TimerHandle | None = None

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        call = partial(function, *args, **kwargs)
        self._busy += 1
        try:
            pool = self._open()
            try:
                return await _run(pool, call)
            except BrokenProcessPool:
                if self._closed:
                    raise
                # The system may have taken its memory back; once more, in a fresh one.
                log.warning("compute.worker_died", function=function.__qualname__)
                if self._pool is pool:  # the first of several to notice
                    self._forget()
                return await _run(self._open(), call)
        finally:
            self._busy -= 1
            self._end_when_idle()

    def _open(self) -> ProcessPoolExecutor:
        if self._closed:
            raise RuntimeError("the worker is closed")
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if self._pool is None:
            # A forked child would inherit the event loop and its locks.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=context, initializer=_settle_in)
        return self._pool

    def _end_when_idle(self) -> None:
        if self._busy == 0 and self._pool is not None:
            if self._ending is not None:
                self._ending.cancel()
            self._ending = asyncio.get_running_loop().call_later(self._idle, self._forget)

    def _forget(self) -> None:
        pool, self._pool, self._ending = self._pool, None, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """End the worker at once, whatever it is at: nothing is recorded before it is finished."""
        self._closed = True
        if self._ending is not None:
            self._ending.cancel()
        had_one = self._pool is not None
        self._forget()
        if had_one:
            for child in multiprocessing.active_children():
                child.terminate()
