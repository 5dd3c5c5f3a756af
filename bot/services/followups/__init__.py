"""Did an exchange lead to joint work? Asked of each side once."""

from __future__ import annotations

from bot.outcomes import Arrival, Refusal
from bot.services.followups.asking import Answered, answer, ask, gather
from storage import followups

__all__ = ["ARRIVALS", "DUE", "NEXT", "REFUSALS", "Answered", "answer", "ask", "gather"]

ARRIVALS: dict[str, Arrival] = {}
REFUSALS: dict[str, Refusal] = {}
DUE = (gather, ask)
# Who will be asked is gathered at any look of a day: two weeks ahead, it is in time.
NEXT = (followups.next_due,)
