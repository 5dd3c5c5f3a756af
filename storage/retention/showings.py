"""What was shown and answered. That somebody has shown work stays: nobody shows work for the first time twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberState, ShowingState
from storage.engine import Tx
from storage.retention.rows import Step, delete, ids, past, young
from storage.tables import acts, answers, asks, files, members, showings


def _may_return(cutoff: datetime) -> sa.ColumnElement[bool]:
    """Whether a member takes part, or has left within the year."""
    here = sa.or_(members.c.left_at.is_(None), members.c.left_at >= cutoff)
    return sa.and_(members.c.state != MemberState.ERASED, here)


def _showings(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    """That somebody has shown work before is kept as a bare row: nobody shows work for the first time twice."""
    kept = sa.and_(showings.c.first, _may_return(cutoff))
    nowhere = sa.and_(showings.c.state == ShowingState.WITHDRAWN, showings.c.thread_id.is_(None))
    bare = sa.and_(nowhere, showings.c.stage == "", showings.c.ask == "")
    its_answer = answers.c.showing_id == showings.c.id
    answered = sa.exists().where(its_answer, young(cutoff, answers.c.at, answers.c.helped_at))
    asked = sa.exists().where(asks.c.showing_id == showings.c.id)
    query = sa.select(showings.c.id, kept.label("kept")).join(members, members.c.id == showings.c.member_id)
    over = past(cutoff, showings.c.shown_at, showings.c.answered_at, showings.c.ended_at)
    return query.where(showings.c.community_id == community, over, ~answered, ~asked, ~sa.and_(kept, bare))


async def _drop_showings(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
    logged = sa.select(acts.c.showing_id).where(acts.c.showing_id.in_(ids(found))).distinct()
    younger = {row.showing_id for row in await tx.execute(logged)}  # would go along with the showing
    free = [row for row in found if row.id not in younger]
    which = ids(free)
    gone = await delete(tx, files.c.showing_id, which) + await delete(tx, answers.c.showing_id, which)
    joined = sa.select(members.c.joined_at).where(members.c.id == showings.c.member_id).scalar_subquery()
    bare = sa.update(showings).where(showings.c.id.in_([row.id for row in free if row.kept]))
    blanks = {"stage": "", "ask": "", "text": sa.null(), "thread_id": None, "message_id": None}
    moments = {"shown_at": joined, "answered_at": None, "checked_at": None, "due_at": None, "ended_at": None}
    blanked = await tx.execute(bare.values(state=ShowingState.WITHDRAWN, **blanks, **moments))
    return gone + blanked.rowcount + await delete(tx, showings.c.id, [row.id for row in free if not row.kept])


SHOWINGS = Step(showings, _showings, _drop_showings, 100)
