"""Members, their firms, and whom they would rather not be paired with.

What changes a member does so only while that member is active, and says whether it did: an old button, or two at
once, change nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.calendar import MemberCadence
from domain.members import CONSENT
from domain.model import (
    Avoided,
    CommunityId,
    Firm,
    FirmId,
    Member,
    MemberId,
    MemberState,
    Notices,
    UserId,
)
from storage.engine import Tx, insert
from storage.tables import avoided as avoided_table
from storage.tables import firms as firms_table
from storage.tables import members

_MEMBER = sa.select(*members.c, firms_table.c.name.label("firm_name"), firms_table.c.sector.label("firm_sector")).join(
    firms_table, firms_table.c.id == members.c.firm_id
)


def _member(row: Any) -> Member:
    return Member(
        id=MemberId(row.id),
        community=CommunityId(row.community_id),
        user=None if row.user_id is None else UserId(row.user_id),
        firm=Firm(FirmId(row.firm_id), CommunityId(row.community_id), row.firm_name, row.firm_sector),
        practice=row.practice,
        state=MemberState(row.state),
        cadence=MemberCadence(row.cadence),
        paused_until=row.paused_until,
        on_call=row.on_call,
        notices=Notices(row.notices),
        language=row.language,
        misses=row.misses,
        joined_at=row.joined_at,
    )


def _firm(row: Any) -> Firm:
    return Firm(FirmId(row.id), CommunityId(row.community_id), row.name, row.sector)


# Finding members


async def get(tx: Tx, community: CommunityId, user: UserId) -> Member | None:
    """Whoever has or had joined under this account, in whatever state; an erased member has no account."""
    query = _MEMBER.where(members.c.community_id == community, members.c.user_id == user)
    row = (await tx.execute(query)).first()
    return _member(row) if row else None


async def by_id(tx: Tx, member: MemberId) -> Member | None:
    return (await by_ids(tx, {member})).get(member)


async def by_ids(tx: Tx, wanted: Collection[MemberId]) -> dict[MemberId, Member]:
    """These members, in whatever state they are."""
    rows = await tx.execute(_MEMBER.where(members.c.id.in_(wanted)))
    return {one.id: one for one in map(_member, rows)}


async def hold(tx: Tx, which: Collection[MemberId]) -> None:
    """Until this transaction ends nobody else changes these or counts how often they were asked.

    Always in the same order, so that two who want the same ones never wait for each other.
    """
    query = sa.select(members.c.id).where(members.c.id.in_(which)).order_by(members.c.id)
    await tx.execute(query.with_for_update(key_share=True))


async def active(tx: Tx, community: CommunityId) -> list[Member]:
    """Everybody taking part, paused or not, in the order they joined."""
    query = _MEMBER.where(members.c.community_id == community, members.c.state == MemberState.ACTIVE)
    return [_member(row) for row in await tx.execute(query.order_by(members.c.id))]


# Firms


async def firms(tx: Tx, community: CommunityId) -> list[Firm]:
    """The firms that somebody active is in; an empty one stays for its history, unseen."""
    somebody = sa.exists().where(members.c.firm_id == firms_table.c.id, members.c.state == MemberState.ACTIVE)
    query = sa.select(firms_table).where(firms_table.c.community_id == community, somebody)
    return [_firm(row) for row in await tx.execute(query.order_by(firms_table.c.name_key))]


async def firms_by_ids(tx: Tx, community: CommunityId, wanted: Collection[FirmId]) -> dict[FirmId, Firm]:
    """These firms, empty or not."""
    query = sa.select(firms_table).where(firms_table.c.community_id == community, firms_table.c.id.in_(wanted))
    return {firm.id: firm for firm in map(_firm, await tx.execute(query))}


async def firm_by_key(tx: Tx, community: CommunityId, name_key: str) -> Firm | None:
    """The firm of this name (its `domain.members.name_key`), empty or not."""
    query = sa.select(firms_table).where(firms_table.c.community_id == community, firms_table.c.name_key == name_key)
    row = (await tx.execute(query)).first()
    return _firm(row) if row else None


async def add_firm(tx: Tx, community: CommunityId, name: str, name_key: str, sector: str, now: datetime) -> None:
    """Write a firm down, unless one of this name is there already."""
    statement = insert(tx, firms_table).values(
        community_id=community, name=name, name_key=name_key, sector=sector, created_at=now
    )
    await tx.execute(
        statement.on_conflict_do_nothing(index_elements=[firms_table.c.community_id, firms_table.c.name_key])
    )


async def set_sector(tx: Tx, firm: FirmId, sector: str) -> None:
    await tx.execute(sa.update(firms_table).where(firms_table.c.id == firm).values(sector=sector))


async def colleagues(tx: Tx, firm: FirmId, member: MemberId | None) -> int:
    """How many active members of a firm there are besides this one (None: besides nobody)."""
    query = sa.select(sa.func.count()).where(
        members.c.firm_id == firm,
        members.c.state == MemberState.ACTIVE,
        members.c.id.is_distinct_from(member),
    )
    return (await tx.execute(query)).scalar_one()


# Joining and leaving


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells when they join."""

    firm: FirmId
    practice: str
    cadence: MemberCadence
    language: str


def _joining(told: Told, now: datetime) -> dict[str, Any]:
    return {
        "firm_id": told.firm,
        "practice": told.practice,
        "cadence": told.cadence,
        "language": told.language,
        "consent": CONSENT,
        "consented_at": now,
    }


async def add(tx: Tx, community: CommunityId, user: UserId, told: Told, now: datetime) -> bool:
    """Write a new member down, consent and all; False if this account has joined already."""
    statement = (
        insert(tx, members)
        .values(community_id=community, user_id=user, joined_at=now, **_joining(told, now))
        .on_conflict_do_nothing(index_elements=[members.c.community_id, members.c.user_id])
        .returning(members.c.id)
    )
    return (await tx.execute(statement)).first() is not None


async def take_back(tx: Tx, member: MemberId, told: Told, now: datetime) -> bool:
    """Somebody who had left joins again, with the history they kept; False if they had not left.

    What they had asked for before (a pause, being on call, DMs) they would have to ask for again; whom they
    avoid is remembered.
    """
    statement = (
        sa.update(members)
        .where(members.c.id == member, members.c.state == MemberState.LEFT)
        .values(
            state=MemberState.ACTIVE,
            paused_until=None,
            on_call=False,
            notices=Notices.THREAD,
            misses=0,
            left_at=None,
            **_joining(told, now),
        )
    )
    return (await tx.execute(statement)).rowcount == 1


async def leave(tx: Tx, member: MemberId, now: datetime) -> bool:
    """Mark an active member as gone, history kept; False if they were gone already."""
    return await _change(tx, member, state=MemberState.LEFT, left_at=now)


# What members decide


async def _change(tx: Tx, member: MemberId, **values: Any) -> bool:
    """Change an active member; False if they are not (any more)."""
    statement = sa.update(members).where(members.c.id == member, members.c.state == MemberState.ACTIVE).values(**values)
    return (await tx.execute(statement)).rowcount == 1


async def set_profile(tx: Tx, member: MemberId, firm: FirmId, practice: str) -> bool:
    return await _change(tx, member, firm_id=firm, practice=practice)


async def set_cadence(tx: Tx, member: MemberId, cadence: MemberCadence) -> bool:
    """A new cadence is a new start: rounds missed before it no longer count."""
    return await _change(tx, member, cadence=cadence, misses=0)


async def set_misses(tx: Tx, member: MemberId, misses: int) -> bool:
    return await _change(tx, member, misses=misses)


async def set_pause(tx: Tx, member: MemberId, until: datetime | None) -> bool:
    return await _change(tx, member, paused_until=until)


async def set_on_call(tx: Tx, member: MemberId, on_call: bool) -> bool:
    return await _change(tx, member, on_call=on_call)


async def set_notices(tx: Tx, member: MemberId, notices: Notices) -> bool:
    return await _change(tx, member, notices=notices)


async def set_language(tx: Tx, member: MemberId, language: str) -> bool:
    return await _change(tx, member, language=language)


async def set_notice_thread(tx: Tx, member: MemberId, thread: int | None) -> bool:
    return await _change(tx, member, notice_thread_id=thread)


async def notice_thread(tx: Tx, member: MemberId) -> int | None:
    """The private thread in which Weft tells this member things, if there is one."""
    query = sa.select(members.c.notice_thread_id).where(members.c.id == member)
    thread: int | None = (await tx.execute(query)).scalar()
    return thread


# Whom they would rather not be paired with


def _avoided(row: Any) -> Avoided:
    return Avoided(MemberId(row.member_id), row.other_member_id, row.other_firm_id)


async def avoided(tx: Tx, community: CommunityId) -> list[Avoided]:
    query = sa.select(avoided_table).where(avoided_table.c.community_id == community)
    return [_avoided(row) for row in await tx.execute(query.order_by(avoided_table.c.id))]


async def avoided_by(tx: Tx, member: MemberId) -> list[Avoided]:
    query = sa.select(avoided_table).where(avoided_table.c.member_id == member)
    return [_avoided(row) for row in await tx.execute(query.order_by(avoided_table.c.id))]


async def avoid(tx: Tx, community: CommunityId, entry: Avoided) -> None:
    """Add to somebody's list; what stands on it already stays as it is."""
    statement = insert(tx, avoided_table).values(
        community_id=community,
        member_id=entry.member,
        other_member_id=entry.other_member,
        other_firm_id=entry.other_firm,
    )
    await tx.execute(statement.on_conflict_do_nothing())


async def stop_avoiding(tx: Tx, entry: Avoided) -> None:
    """Take an entry off somebody's list, if it is on it."""
    await tx.execute(
        sa.delete(avoided_table).where(
            avoided_table.c.member_id == entry.member,
            avoided_table.c.other_member_id.is_not_distinct_from(entry.other_member),
            avoided_table.c.other_firm_id.is_not_distinct_from(entry.other_firm),
        )
    )
