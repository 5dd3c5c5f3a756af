"""What every use case is handed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from bot.clock import Clock
from domain.model import CommunityId, UserId
from storage.engine import Database

P = ParamSpec("P")
T = TypeVar("T")


class Compute(Protocol):
    """Runs a pure function off the event loop (a worker thread or process) and gives back its result."""

    def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]: ...


class StillHere(Protocol):
    """Which of these users are in the server still; when that cannot be told, all of them.

    Asked over the gateway, which needs no privileged intent and costs no request.
    """

    def __call__(self, community: CommunityId, users: Sequence[UserId], /) -> Awaitable[set[UserId]]: ...


async def everybody(_community: CommunityId, users: Sequence[UserId], /) -> set[UserId]:
    """The answer where nobody can be asked."""
    return set(users)


@dataclass(frozen=True, slots=True)
class Tools:
    db: Database
    clock: Clock
    compute: Compute
    seed: Callable[[], int]  # a fresh seed for a draw; it is stored with what is drawn
    wake: Callable[[], None]  # tells the delivery that there are intentions, and the scheduler that dates changed
    still_here: StillHere = everybody
    shards: tuple[tuple[int, int], ...] = ()  # (shard, of how many) this process looks after; empty: all
    language: str = "en"  # of a community whose own cannot be guessed
    mail: bool = False  # whether the operator has set a mail server
