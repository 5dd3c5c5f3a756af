"""Answers to showings: who of another firm wrote in the post, when first, and whether it helped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, MemberId, ShowingAnswer, ShowingAsk, ShowingId
from storage import members as stored_members
from storage.engine import Tx, insert
from storage.tables import answers, showings


async def of_showing(tx: Tx, showing: ShowingId) -> list[ShowingAnswer]:
    """Everybody who answered, the earliest first."""
    query = sa.select(answers).where(answers.c.showing_id == showing).order_by(answers.c.at, answers.c.message_id)
    return await _read(tx, query)


async def get(tx: Tx, showing: ShowingId, member: MemberId) -> ShowingAnswer | None:
    query = sa.select(answers).where(answers.c.showing_id == showing, answers.c.member_id == member)
    return next(iter(await _read(tx, query)), None)


async def _read(tx: Tx, query: sa.Select[Any]) -> list[ShowingAnswer]:
    rows = (await tx.execute(query)).all()
    people = await stored_members.by_ids(tx, {MemberId(row.member_id) for row in rows}) if rows else {}
    return [
        ShowingAnswer(
            showing=ShowingId(row.showing_id),
            member=people[MemberId(row.member_id)],
            at=row.at,
            message=row.message_id,
            helped_at=row.helped_at,
        )
        for row in rows
    ]


async def add(tx: Tx, community: CommunityId, showing: ShowingId, member: MemberId, at: datetime, message: int) -> bool:
    """Write down that somebody answered. One a person: of several messages the earliest counts. True: their first."""
    values = {"at": at, "message_id": message}
    statement = insert(tx, answers).values(community_id=community, showing_id=showing, member_id=member, **values)
    new = (await tx.execute(statement.on_conflict_do_nothing())).rowcount == 1
    if not new:
        same = sa.and_(answers.c.showing_id == showing, answers.c.member_id == member)
        await tx.execute(sa.update(answers).where(same, answers.c.at > at).values(**values))
    return new


async def helped(tx: Tx, showing: ShowingId, member: MemberId, now: datetime) -> bool:
    """The maker says it helped; False if they had said so."""
    statement = (
        sa.update(answers)
        .where(answers.c.showing_id == showing, answers.c.member_id == member, answers.c.helped_at.is_(None))
        .values(helped_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1


async def by_ask(tx: Tx, people: Collection[MemberId]) -> dict[MemberId, Counter[ShowingAsk]]:
    """How many showings with each ask these people have answered."""
    query = (
        sa.select(answers.c.member_id, showings.c.ask, sa.func.count().label("number"))
        .join(showings, showings.c.id == answers.c.showing_id)
        .where(answers.c.member_id.in_(people), showings.c.ask != "")
        .group_by(answers.c.member_id, showings.c.ask)
    )
    found: dict[MemberId, Counter[ShowingAsk]] = {}
    for row in await tx.execute(query):
        found.setdefault(MemberId(row.member_id), Counter())[ShowingAsk(row.ask)] = row.number
    return found
