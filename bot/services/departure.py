"""Somebody leaves Weft or the server: one way of writing it down, for whoever notices."""

from __future__ import annotations

from datetime import datetime

from bot.services.acts import act_of
from domain.model import ActKind, Member
from storage import acts, members
from storage.engine import Tx


async def depart(tx: Tx, member: Member, now: datetime) -> bool:
    """Mark a member as left, keeping their history; False if they had left already."""
    left = await members.leave(tx, member.id, now)
    if left:
        await acts.record(tx, act_of(member, ActKind.LEFT, now, now.isoformat()))
    return left
