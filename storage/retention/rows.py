"""What the steps share: how old a row is, which rows are a community's, and deleting them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId
from storage.engine import Tx
from storage.tables import members

#: Takes rows that were found away: handed the cutoff and the moment, too, it says how many rows of the database went.
Fold = Callable[[Tx, Sequence[Any], datetime, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of row: `older` finds what is over in a community at a cutoff, with its `id`; `fold` takes it away.

    `at_most`: so many at a time, for one to two thousand rows of the database in all.
    """

    table: sa.Table
    older: Callable[[CommunityId, datetime], sa.Select[Any]]
    fold: Fold
    at_most: int = 1000


def past(cutoff: datetime, *moments: sa.Column[datetime]) -> sa.ColumnElement[bool]:
    """Whether all of these are before the cutoff, or never were."""
    return sa.and_(*(sa.or_(moment.is_(None), moment < cutoff) for moment in moments))


def young(cutoff: datetime, *moments: sa.Column[datetime]) -> sa.ColumnElement[bool]:
    """Whether any of these is not."""
    return sa.or_(*(moment >= cutoff for moment in moments))


def members_of(community: CommunityId) -> sa.Select[tuple[int]]:
    """Tables without an index by community are read by way of its members."""
    return sa.select(members.c.id).where(members.c.community_id == community)


def ids(found: Sequence[Any]) -> list[int]:
    return [row.id for row in found]


async def delete(tx: Tx, column: sa.Column[int], which: Sequence[int]) -> int:
    """Delete the rows whose column has one of these; how many."""
    return (await tx.execute(sa.delete(column.table).where(column.in_(which)))).rowcount


def deleting(table: sa.Table) -> Fold:
    """For rows nothing refers to."""

    async def fold(tx: Tx, found: Sequence[Any], _cutoff: datetime, _now: datetime) -> int:
        return await delete(tx, table.c.id, ids(found))

    return fold
