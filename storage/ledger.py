"""Time credits: an append-only ledger in minutes between firms' accounts and the pool.

The double entry is one row: a transfer names the account whose balance goes down and the one whose balance goes up, so
both movements are written or neither is, whatever crashes in between, and all balances sum to zero by construction.
The database refuses to change a row; a mistake is corrected by another transfer that takes the first back, once. A
key makes writing the same transfer twice impossible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, FirmId, LegId, MemberId, Transfer, TransferId, TransferKind
from storage.engine import Tx, insert
from storage.tables import firms, legs, skills, transfers


def _transfer(row: Any) -> Transfer:
    return Transfer(
        id=TransferId(row.id),
        community=CommunityId(row.community_id),
        at=row.at,
        kind=TransferKind(row.kind),
        debit=None if row.debit_firm_id is None else FirmId(row.debit_firm_id),
        credit=None if row.credit_firm_id is None else FirmId(row.credit_firm_id),
        minutes=row.minutes,
        member=None if row.member_id is None else MemberId(row.member_id),
        leg=None if row.leg_id is None else LegId(row.leg_id),
        reverses=None if row.reverses_id is None else TransferId(row.reverses_id),
    )


@dataclass(frozen=True, slots=True)
class NewTransfer:
    """`debit`, `credit`: a firm, or None for the pool; `key` says what it is for, once and for all."""

    key: str
    community: CommunityId
    kind: TransferKind
    debit: FirmId | None
    credit: FirmId | None
    minutes: int
    member: MemberId | None = None
    leg: LegId | None = None
    reverses: TransferId | None = None


async def hold(tx: Tx, accounts: Collection[FirmId]) -> None:
    """Nobody else moves anything on these accounts before this transaction ends. (After the swap, if one is held.)

    The lock leaves others free to refer to the firm: in the log, or as somebody's firm.
    """
    query = sa.select(firms.c.id).where(firms.c.id.in_(accounts)).order_by(firms.c.id)
    await tx.execute(query.with_for_update(key_share=True))


async def add(tx: Tx, new: NewTransfer, now: datetime) -> TransferId | None:
    """Write a transfer down; None if it is there already."""
    statement = (
        insert(tx, transfers)
        .values(
            key=new.key,
            community_id=new.community,
            at=now,
            kind=new.kind,
            debit_firm_id=new.debit,
            credit_firm_id=new.credit,
            minutes=new.minutes,
            member_id=new.member,
            leg_id=new.leg,
            reverses_id=new.reverses,
        )
        .on_conflict_do_nothing()
        .returning(transfers.c.id)
    )
    found = (await tx.execute(statement)).scalar()
    return TransferId(found) if found else None


async def reverse(tx: Tx, what: Transfer, now: datetime) -> TransferId | None:
    """Take a transfer back; None if that was done before."""
    back = NewTransfer(
        key=f"reversal:{what.id}",
        community=what.community,
        kind=TransferKind.REVERSAL,
        debit=what.credit,
        credit=what.debit,
        minutes=what.minutes,
        member=what.member,
        leg=what.leg,
        reverses=what.id,
    )
    return await add(tx, back, now)


# Balances


async def balance(tx: Tx, firm: FirmId) -> int:
    """In minutes; what the firm gave less what it received."""
    signed = sa.case((transfers.c.credit_firm_id == firm, transfers.c.minutes), else_=-transfers.c.minutes)
    mine = sa.or_(transfers.c.credit_firm_id == firm, transfers.c.debit_firm_id == firm)
    return int((await tx.execute(sa.select(sa.func.coalesce(sa.func.sum(signed), 0)).where(mine))).scalar_one())


async def balances(tx: Tx, community: CommunityId) -> dict[FirmId | None, int]:
    """Every account on which something was moved, in minutes; None: the pool. They sum to zero."""
    found: dict[FirmId | None, int] = {}
    for column, sign in ((transfers.c.credit_firm_id, 1), (transfers.c.debit_firm_id, -1)):
        query = (
            sa.select(column.label("firm"), sa.func.sum(transfers.c.minutes).label("minutes"))
            .where(transfers.c.community_id == community)
            .group_by(column)
        )
        for row in await tx.execute(query):
            account = None if row.firm is None else FirmId(row.firm)
            found[account] = found.get(account, 0) + sign * int(row.minutes)
    return found


async def pool(tx: Tx, community: CommunityId) -> int:
    """What the pool holds, in minutes; below zero while more was given to new firms than came back."""
    return (await balances(tx, community)).get(None, 0)


async def started(tx: Tx, firm: FirmId) -> bool:
    """Whether a firm has been given what it begins with."""
    query = sa.select(transfers.c.id).where(transfers.c.credit_firm_id == firm, transfers.c.kind == TransferKind.START)
    return (await tx.execute(query.limit(1))).first() is not None


async def started_in(tx: Tx, community: CommunityId) -> set[FirmId]:
    """The firms of a community that have been given what they begin with."""
    query = sa.select(transfers.c.credit_firm_id).where(
        transfers.c.community_id == community, transfers.c.kind == TransferKind.START
    )
    return {FirmId(row.credit_firm_id) for row in await tx.execute(query)}


async def firms_of(tx: Tx, community: CommunityId) -> list[FirmId]:
    """Every firm of a community, empty or not."""
    rows = await tx.execute(sa.select(firms.c.id).where(firms.c.community_id == community))
    return [FirmId(row.id) for row in rows]


# Transfers


async def of_session(tx: Tx, leg: LegId) -> list[Transfer]:
    """All that was written for a session, the oldest first."""
    query = sa.select(transfers).where(
        transfers.c.leg_id == leg, transfers.c.kind.in_([TransferKind.SESSION, TransferKind.REVERSAL])
    )
    return [_transfer(row) for row in await tx.execute(query.order_by(transfers.c.id))]


async def last(tx: Tx, firm: FirmId) -> int:
    """The number of the newest transfer of a firm; 0 if there is none."""
    mine = sa.or_(transfers.c.credit_firm_id == firm, transfers.c.debit_firm_id == firm)
    return (await tx.execute(sa.select(sa.func.max(transfers.c.id)).where(mine))).scalar() or 0


@dataclass(frozen=True, slots=True)
class Movement:
    """A transfer as it stands on a firm's account: `minutes` above zero went up."""

    at: datetime
    kind: TransferKind
    minutes: int
    other_firm: str  # empty: the pool
    skill: str  # empty if it was no session
    member: MemberId | None


async def movements(tx: Tx, firm: FirmId, limit: int) -> list[Movement]:
    """The newest movements on a firm's account, the newest first."""
    other = firms.alias("other")
    ours = transfers.c.credit_firm_id == firm
    query = (
        sa.select(
            transfers.c.at,
            transfers.c.kind,
            sa.case((ours, transfers.c.minutes), else_=-transfers.c.minutes).label("minutes"),
            other.c.name.label("other_firm"),
            skills.c.name.label("skill"),
            transfers.c.member_id,
        )
        .select_from(transfers)
        .outerjoin(other, other.c.id == sa.case((ours, transfers.c.debit_firm_id), else_=transfers.c.credit_firm_id))
        .outerjoin(legs, legs.c.id == transfers.c.leg_id)
        .outerjoin(skills, skills.c.id == legs.c.skill_id)
        .where(sa.or_(ours, transfers.c.debit_firm_id == firm))
        # What was carried over is written late, and as old as the newest of what it stands for.
        .order_by(transfers.c.at.desc(), transfers.c.id.desc())
        .limit(limit)
    )
    return [
        Movement(
            row.at,
            TransferKind(row.kind),
            row.minutes,
            row.other_firm or "",
            row.skill or "",
            None if row.member_id is None else MemberId(row.member_id),
        )
        for row in await tx.execute(query)
    ]
