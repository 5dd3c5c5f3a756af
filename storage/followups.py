"""Follow-ups: of two people who had an exchange each is asked once what it led to. One row a side, kept for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import EXCHANGES, CommunityId, CommunityState, Followup, FollowupId, MemberId, MemberState
from storage.engine import Tx, insert
from storage.shards import ours
from storage.tables import acts, communities, followups, members


def _followup(row: Any) -> Followup:
    return Followup(
        id=FollowupId(row.id),
        community=CommunityId(row.community_id),
        member=MemberId(row.member_id),
        other=MemberId(row.other_member_id),
        due_at=row.due_at,
        asked_at=row.asked_at,
        led_on=row.led_on,
        answered_at=row.answered_at,
    )


# Finding out who is to be asked


@dataclass(frozen=True, slots=True)
class Exchanged:
    """Two people of different firms had an exchange; `at` is the first one looked at."""

    community: CommunityId
    one: MemberId
    other: MemberId
    at: datetime


async def exchanged(tx: Tx, since: datetime, until: datetime) -> list[Exchanged]:
    """Who had an exchange between two moments and is not to be asked about each other yet.

    Of two who are, an earlier exchange said so: `at` is their first then, if nothing was missed.
    """
    mine, theirs = members.alias("mine"), members.alias("theirs")
    known = sa.exists().where(
        followups.c.member_id == acts.c.member_id, followups.c.other_member_id == acts.c.other_member_id
    )
    query = (
        sa.select(acts.c.community_id, acts.c.member_id, acts.c.other_member_id, sa.func.min(acts.c.at).label("first"))
        .join(mine, sa.and_(mine.c.id == acts.c.member_id, mine.c.state != MemberState.ERASED))
        .join(theirs, sa.and_(theirs.c.id == acts.c.other_member_id, theirs.c.state != MemberState.ERASED))
        .where(
            acts.c.kind.in_(sorted(EXCHANGES)),
            acts.c.at > since,
            acts.c.at <= until,
            acts.c.firm_id != acts.c.other_firm_id,
            ~known,
        )
        .group_by(acts.c.community_id, acts.c.member_id, acts.c.other_member_id)
        # One order for all: two processes that write these down at once never wait for each other.
        .order_by(sa.text("first"), acts.c.member_id, acts.c.other_member_id)
    )
    return [
        Exchanged(CommunityId(row.community_id), MemberId(row.member_id), MemberId(row.other_member_id), row.first)
        for row in await tx.execute(query)
    ]


async def add(tx: Tx, new: Iterable[tuple[Exchanged, datetime]]) -> None:
    """Have both of each asked about the other at a moment, unless they are to be, or have been."""
    rows = [
        {"community_id": two.community, "member_id": mine, "other_member_id": theirs, "due_at": due_at}
        for two, due_at in new
        for mine, theirs in ((two.one, two.other), (two.other, two.one))
    ]
    if rows:
        await tx.execute(insert(tx, followups).on_conflict_do_nothing(), rows)


# What is due

_UNASKED = sa.text("asked_at IS NULL")  # word for word as the index has it


async def due(tx: Tx, now: datetime, shards: Sequence[tuple[int, int]] = ()) -> list[MemberId]:
    """Whom to ask about somebody now, in active communities."""
    query = (
        sa.select(followups.c.member_id)
        .join(communities, communities.c.id == followups.c.community_id)
        .where(
            _UNASKED,
            followups.c.due_at <= now,
            communities.c.state == CommunityState.ACTIVE,
            ours(followups.c.community_id, shards),
        )
        .group_by(followups.c.member_id)
        .order_by(sa.func.min(followups.c.due_at))
    )
    return [MemberId(row.member_id) for row in await tx.execute(query)]


async def next_due(tx: Tx) -> datetime | None:
    query = (
        sa.select(followups.c.due_at)
        .join(communities, communities.c.id == followups.c.community_id)
        .where(_UNASKED, communities.c.state == CommunityState.ACTIVE)
        .order_by(followups.c.due_at)
        .limit(1)
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def due_of(tx: Tx, member: MemberId, now: datetime) -> list[Followup]:
    """About whom this member is to be asked now, the longest due first; held until this transaction ends."""
    query = (
        sa.select(followups)
        .where(followups.c.member_id == member, _UNASKED, followups.c.due_at <= now)
        .order_by(followups.c.due_at, followups.c.id)
        .with_for_update()
    )
    return [_followup(row) for row in await tx.execute(query)]


async def last_asked(tx: Tx, member: MemberId) -> datetime | None:
    """When this member was asked last (what was let be does not count)."""
    query = sa.select(sa.func.max(followups.c.asked_at)).where(
        followups.c.member_id == member,
        sa.or_(followups.c.answered_at.is_(None), followups.c.led_on.is_not(None)),
    )
    moment: datetime | None = (await tx.execute(query)).scalar()
    return moment


async def put_off(tx: Tx, which: Iterable[FollowupId], until: datetime) -> None:
    await _change(tx, which, due_at=until)


async def asked(tx: Tx, which: Iterable[FollowupId], now: datetime) -> None:
    await _change(tx, which, asked_at=now)


async def let_be(tx: Tx, which: Iterable[FollowupId], now: datetime) -> None:
    """Never ask: one of the two has gone."""
    await _change(tx, which, asked_at=now, answered_at=now)


async def _change(tx: Tx, which: Iterable[FollowupId], **values: Any) -> None:
    await tx.execute(sa.update(followups).where(followups.c.id.in_(list(which))).values(**values))


# Answers


async def asked_with(tx: Tx, first: FollowupId, *, hold: bool = False) -> list[Followup]:
    """What was asked of somebody in one message, known by the first of them."""
    mine = followups.alias("mine")
    query = (
        sa.select(followups)
        .join(mine, sa.and_(mine.c.member_id == followups.c.member_id, mine.c.asked_at == followups.c.asked_at))
        .where(mine.c.id == first, sa.or_(followups.c.answered_at.is_(None), followups.c.led_on.is_not(None)))
        .order_by(followups.c.due_at, followups.c.id)
    )
    rows = await tx.execute(query.with_for_update(of=followups) if hold else query)
    return [_followup(row) for row in rows]


async def answered(tx: Tx, which: Collection[FollowupId], led_on: bool, now: datetime) -> None:
    await _change(tx, which, led_on=led_on, answered_at=now)
