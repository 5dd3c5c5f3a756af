"""What is older than a year becomes how much each firm did; nothing else of it is kept.

Table by table, the children before their parents: a database that deletes a parent takes its children along, younger
ones too, so a parent only goes when none is left that is younger. Each step counts and deletes in one transaction of
the caller, a limited number of rows at a time: whenever it is killed, nothing is counted twice and nothing is lost.
What becomes of every table stands in docs/privacy.md, and a test holds each of them to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.model import CommunityId
from storage.engine import Tx
from storage.retention.credits import CREDITS
from storage.retention.log import LOG
from storage.retention.members import MEMBERS
from storage.retention.rounds import ASKS, ROUNDS
from storage.retention.rows import Step
from storage.retention.showings import SHOWINGS
from storage.retention.swaps import LISTINGS, SWAPS
from storage.shards import ours
from storage.tables import communities, recurring

__all__ = ["STEPS", "WHAT", "Step", "claim", "due", "fold", "waiting"]

WHAT = "retention"  # comes round every day

#: In this order: each makes room for those after it.
STEPS = (*LOG, ASKS, *ROUNDS, CREDITS, SWAPS, LISTINGS, SHOWINGS, MEMBERS)


async def due(
    tx: Tx, now: datetime, never: datetime, shards: Sequence[tuple[int, int]] = ()
) -> list[tuple[CommunityId, datetime | None]]:
    """Communities to look through, with the moment it was due at (None: never looked through), the new ones first.

    With them those due after `never`, which is further ahead than anything is planned; and those Weft is not in any
    more: the promise to their people holds.
    """
    mine = sa.and_(recurring.c.community_id == communities.c.id, recurring.c.what == WHAT)
    query = (
        sa.select(communities.c.id, recurring.c.due_at)
        .outerjoin(recurring, mine)
        .where(
            sa.or_(recurring.c.due_at.is_(None), recurring.c.due_at <= now, recurring.c.due_at > never),
            ours(communities.c.id, shards),
        )
        .order_by(recurring.c.due_at.is_not(None), recurring.c.due_at, communities.c.id)
    )
    return [(CommunityId(row.id), row.due_at) for row in await tx.execute(query)]


async def claim(tx: Tx, community: CommunityId, was: datetime) -> bool:
    """Be the only one to look through a community until this transaction ends; False if another process is, or was."""
    query = sa.select(recurring.c.what).where(
        recurring.c.community_id == community, recurring.c.what == WHAT, recurring.c.due_at == was
    )
    return (await tx.execute(query.with_for_update(skip_locked=True))).first() is not None


async def waiting(tx: Tx, step: Step, community: CommunityId, cutoff: datetime) -> bool:
    """Whether there is anything for a step to do."""
    return (await tx.execute(step.older(community, cutoff).limit(1))).first() is not None


async def fold(tx: Tx, step: Step, community: CommunityId, cutoff: datetime, now: datetime) -> int:
    """Take one step for some of what it finds; how many rows of the database have gone. 0: there was nothing to do."""
    # What somebody is at this moment changing waits for the next time.
    older = step.older(community, cutoff).limit(step.at_most).with_for_update(of=step.table, skip_locked=True)
    found = (await tx.execute(older)).all()
    return await step.fold(tx, found, cutoff, now) if found else 0
