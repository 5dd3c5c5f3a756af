"""How carrying out an intention can end: the words the messenger, the services and the delivery share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from domain.model import Intention, ProblemKind
from storage.engine import Tx

if TYPE_CHECKING:
    from bot.services.tools import Tools


class Later(Exception):  # noqa: N818 - not an error: Discord asks for patience
    """Try again after `after` seconds (None: the delivery's own backoff).

    `untried` says that the request was certainly not performed (refused before it was looked at), so that the
    next attempt need not look for its traces.
    """

    def __init__(self, after: float | None = None, *, untried: bool = False) -> None:
        super().__init__(f"later (after {after} s)")
        self.after = after
        self.untried = untried


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """Discord said no, and will say no again until somebody mends what is wrong.

    `subject` names the channel ("round") or what failed; `permissions` are those that are missing, if known.
    """

    def __init__(self, kind: ProblemKind, subject: str, permissions: tuple[str, ...] = ()) -> None:
        super().__init__(f"{kind}: {subject} {permissions}")
        self.kind = kind
        self.subject = subject
        self.permissions = permissions


class Unknown(Exception):  # noqa: N818
    """What it was meant for is not there any more: a person who left, a channel or message that was deleted.

    `subject` names the channel ("round") where that is known.
    """

    def __init__(self, what: Literal["user", "channel", "message"], subject: str = "") -> None:
        super().__init__(f"unknown {what} {subject}".rstrip())
        self.what = what
        self.subject = subject


class Moot(Exception):  # noqa: N818
    """It is no longer right to do this; it is dropped without a word."""


class Messenger(Protocol):
    async def carry(self, intention: Intention) -> Mapping[str, int]:
        """Do on Discord what `intention` says, at most once, and give back the ids of what was made.

        Where `intention.first_tried_at` is set, an earlier attempt may have worked: look for it first.
        Raises Later, Refused, Unknown or Moot.
        """
        ...


# Records what came of an intention; runs in the transaction that marks it done.
Arrival = Callable[[Tx, Intention, Mapping[str, int], datetime], Awaitable[None]]

# Takes a refusal in hand; True: dealt with, drop the intention. A crash may have it called twice.
Refusal = Callable[["Tools", Intention, Refused | Unknown], Awaitable[bool]]
