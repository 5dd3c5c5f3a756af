"""Figures about the installation as a whole, for whoever watches over it."""

from __future__ import annotations

import sqlalchemy as sa

from storage import tables
from storage.engine import Tx


async def rounds(tx: Tx) -> dict[str, int]:
    """How many rounds that are not over are in each state."""
    state = tables.rounds.c.state
    query = sa.select(state, sa.func.count().label("number")).where(tables.rounds.c.due_at.is_not(None)).group_by(state)
    return {row.state: row.number for row in await tx.execute(query)}
