"""The longest the event loop is held while a quarter of the demo is played, and by what.

Yardstick: drawing one round of 200 members, done on the loop itself; that is what would be held without the worker.
The demo computes in a thread, so what its matching holds of the interpreter is seen here too.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from asyncio.events import Handle
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import structlog

from bot.demo.people import load
from bot.demo.play import play
from domain.pairing import History, Participant, draw

WEEKS = 13


@contextmanager
def holds() -> Iterator[dict[str, float]]:
    """The longest run of one callback, in seconds, by the name of the coroutine or function that ran."""
    longest: dict[str, float] = defaultdict(float)
    original = Handle._run

    def timed(handle: Handle) -> None:
        if threading.current_thread() is not threading.main_thread():  # migrations have a loop of their own
            original(handle)
            return
        callback = handle._callback  # type: ignore[attr-defined]
        callback = getattr(callback, "__simcord_original_callback__", callback)
        task = getattr(callback, "__self__", None)
        name = (
            task.get_coro().__qualname__ if isinstance(task, asyncio.Task) else getattr(callback, "__qualname__", "?")
        )
        start = perf_counter()
        original(handle)
        longest[name] = max(longest[name], perf_counter() - start)

    Handle._run = timed  # type: ignore[method-assign]
    try:
        yield longest
    finally:
        Handle._run = original  # type: ignore[method-assign]


def yardstick() -> float:
    random = Random(1)
    present = [Participant(at, at // 3, f"sector {random.randrange(7)}") for at in range(200)]
    draw(present, History(), 1, 1)
    start = perf_counter()
    draw(present, History(), 2, 2)
    return perf_counter() - start


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    unit = yardstick()
    print(f"yardstick: a draw of 200 members on the loop holds it for {unit * 1000:.0f} ms")
    with TemporaryDirectory() as folder, holds() as longest:
        asyncio.run(play(load(), WEEKS, 1, Path(folder)))
    mine = {name: held for name, held in longest.items() if not name.startswith(("play", "main"))}
    for name, held in sorted(mine.items(), key=lambda item: -item[1])[:6]:
        print(f"{name:48} {held * 1000:6.1f} ms   {held / unit:5.2f} ×")
