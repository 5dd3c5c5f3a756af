"""A balance as people read it."""

from __future__ import annotations

from bot.texts import Raw
from domain.sessions import clock

MINUS = "−"


def signed(minutes: int) -> Raw:
    """ "+2:15", "−0:30" or "0:00"."""
    sign = "+" if minutes > 0 else MINUS if minutes < 0 else ""
    return Raw(sign + clock(abs(minutes)))
