"""Members who left long ago and of whom nothing else is kept are forgotten, as if they had asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberId, MemberState
from storage import privacy, rounds
from storage.engine import Tx
from storage.retention.rows import Step
from storage.tables import members, metadata


def _referred_to() -> list[sa.ColumnElement[bool]]:
    """Whether a row of some table refers to a member. Lists of whom somebody avoids are not a trace of them."""
    found: list[sa.ColumnElement[bool]] = []
    for table in metadata.sorted_tables:
        columns = [one for one in table.c if any(key.references(members) for key in one.foreign_keys)]
        if not columns or table.name == "avoided":
            continue
        here = [table.c.community_id == members.c.community_id] if "community_id" in table.c else []
        found += [sa.exists().where(column == members.c.id, *here) for column in columns]
    return found


def _gone(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    """Members who left more than a year ago and of whom nothing else is kept."""
    left = sa.and_(members.c.state == MemberState.LEFT, members.c.left_at < cutoff)
    traces = (~trace for trace in _referred_to())
    return sa.select(members.c.id, members.c.community_id).where(members.c.community_id == community, left, *traces)


async def _erase(tx: Tx, found: Sequence[Any], _cutoff: datetime, now: datetime) -> int:
    for row in found:
        await privacy.erase(tx, MemberId(row.id), now)
        await rounds.forget_whom_avoided(tx, CommunityId(row.community_id), MemberId(row.id))
    return len(found)


MEMBERS = Step(members, _gone, _erase, 10)
