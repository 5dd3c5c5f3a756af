"""What is left of time credits older than a year: what each firm had, as one transfer between it and the pool.

What a firm began with stays as it is: it names nobody, and says that the firm has begun. All balances stay the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, FirmId, TransferKind
from storage import ledger
from storage.engine import Tx
from storage.ledger import NewTransfer
from storage.retention.rows import Step, young
from storage.retention.swaps import TOUCHED
from storage.tables import legs, transfers

_STAY = (TransferKind.START, TransferKind.CARRIED)


def _older(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    """Transfers on which nothing younger depends: all of their session's are as old, and what took them back is.

    A session that somebody has touched since can be corrected, and the ledger must know then what it moved.
    """
    later = transfers.alias("later")
    of_its_session = sa.exists().where(later.c.leg_id == transfers.c.leg_id, later.c.at >= cutoff)
    its_session = sa.exists().where(legs.c.id == transfers.c.leg_id, young(cutoff, *TOUCHED))
    took_it_back = sa.exists().where(later.c.reverses_id == transfers.c.id, later.c.at >= cutoff)
    query = sa.select(transfers).where(
        transfers.c.community_id == community, transfers.c.at < cutoff, transfers.c.kind.not_in(_STAY)
    )
    return query.where(~of_its_session, ~its_session, ~took_it_back).order_by(transfers.c.id)


async def _carry(tx: Tx, found: Sequence[Any], cutoff: datetime, _now: datetime) -> int:
    """Have one transfer a firm stand for these and for what was carried over before; how many they were."""
    community = CommunityId(found[0].community_id)
    folded = await _with_theirs(tx, community, found, cutoff)
    accounts = {FirmId(one) for row in folded for one in (row.debit_firm_id, row.credit_firm_id) if one is not None}
    await ledger.hold(tx, accounts)
    carried = sa.select(transfers).where(
        transfers.c.community_id == community,
        transfers.c.kind == TransferKind.CARRIED,
        sa.or_(transfers.c.debit_firm_id.in_(accounts), transfers.c.credit_firm_id.in_(accounts)),
    )
    before = (await tx.execute(carried)).all()
    minutes: Counter[FirmId] = Counter()
    until: dict[FirmId, datetime] = {}
    for row in (*folded, *before):
        for firm, sign in ((row.credit_firm_id, 1), (row.debit_firm_id, -1)):
            if firm is not None:
                minutes[firm] += sign * row.minutes
                until[firm] = max(row.at, until.get(firm, row.at))
    await tx.execute(sa.delete(transfers).where(transfers.c.id.in_([row.id for row in (*folded, *before)])))
    for firm in sorted(accounts):
        if minutes[firm]:
            await ledger.add(tx, _carried(community, firm, minutes[firm]), until[firm])
    return len(folded)


def _carried(community: CommunityId, firm: FirmId, minutes: int) -> NewTransfer:
    debit, credit = (None, firm) if minutes > 0 else (firm, None)
    return NewTransfer(f"carried:{firm}", community, TransferKind.CARRIED, debit, credit, abs(minutes))


async def _with_theirs(tx: Tx, community: CommunityId, found: Sequence[Any], cutoff: datetime) -> list[Any]:
    """These, and what only goes together with them: the rest of a session's, and what takes one of them back."""
    ids = [row.id for row in found]
    theirs = sa.or_(
        transfers.c.leg_id.in_({row.leg_id for row in found} - {None}),
        transfers.c.reverses_id.in_(ids),
        transfers.c.id.in_({row.reverses_id for row in found} - {None}),
    )
    query = sa.select(transfers).where(transfers.c.community_id == community, theirs, transfers.c.at < cutoff)
    return list({row.id: row for row in (*found, *await tx.execute(query))}.values())


CREDITS = Step(transfers, _older, _carry)
