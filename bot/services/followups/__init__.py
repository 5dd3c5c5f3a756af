"""Did an exchange lead to joint work? Asked of each side once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services.tools import Tools
from storage.engine import Tx

ARRIVALS: dict[str, Arrival] = {}
REFUSALS: dict[str, Refusal] = {}
DUE: tuple[Callable[[Tools], Awaitable[None]], ...] = ()
NEXT: tuple[Callable[[Tx], Awaitable[datetime | None]], ...] = ()
