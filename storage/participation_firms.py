"""The firms of a community: since when each was there, until when, and how many of its people were members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time

import sqlalchemy as sa

from domain.digests import ALONE
from domain.measures import Node
from domain.model import CommunityId, MemberState
from domain.periods import Window
from storage.engine import Tx
from storage.participation_acts import tied_firms
from storage.tables import acts, firm_months, firms, members

_ACTIVE = members.c.state == MemberState.ACTIVE


async def firm_names(tx: Tx, community: CommunityId) -> dict[int, str]:
    """What each firm is called, or was."""
    query = sa.select(firms.c.id, firms.c.name).where(firms.c.community_id == community)
    return {row.id: row.name for row in await tx.execute(query)}


async def nodes(tx: Tx, community: CommunityId, window: Window) -> list[Node]:
    """All firms there have been, whether or not they were there in the window, by their ids.

    A firm is there from the moment it is written down, which is when its first person enters it, and until its last
    one leaves. When somebody went to another firm is not written down: then it was there until its last act. `size`:
    its people at the window's end; of a firm that was gone by then, those it had in the window.
    """
    entered = sa.and_(members.c.id.is_not(None), members.c.joined_at < window.end)
    query = (
        sa.select(
            firms.c.id,
            firms.c.sector,
            firms.c.created_at,
            _number(_ACTIVE).label("active"),
            _number(entered & _there_at(window.end)).label("at_the_end"),
            _number(entered & _there_at(window.start)).label("at_some_time"),
            sa.func.max(members.c.left_at).label("left"),
        )
        .outerjoin(members, members.c.firm_id == firms.c.id)
        .where(firms.c.community_id == community)
        .group_by(firms.c.id, firms.c.sector, firms.c.created_at)
        .order_by(firms.c.id)
    )
    rows = (await tx.execute(query)).all()
    last = await _last_acts(tx, community, [row.id for row in rows if not row.active])
    found = []
    for row in rows:
        moments = [moment for moment in (row.left, last.get(row.id)) if moment is not None]
        if row.active or moments:  # a firm that nobody ever was in has neither
            size = max(1, row.at_the_end or row.at_some_time)
            found.append(Node(row.id, row.sector, size, row.created_at, None if row.active else max(moments)))
    return found


def _number(which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((which, 1), else_=0)), 0)


def _there_at(moment: datetime) -> sa.ColumnElement[bool]:
    """Whether a member had not left before then."""
    return sa.or_(members.c.left_at.is_(None), members.c.left_at >= moment)


async def _last_acts(tx: Tx, community: CommunityId, some: Collection[int]) -> dict[int, datetime]:
    """When somebody last did anything for or with each of these firms; of what is kept by the month, its first day."""
    found: dict[int, datetime] = {}
    if not some:
        return found
    for table, when in ((acts, acts.c.at), (firm_months, firm_months.c.month)):
        for firm in (table.c.firm_id, table.c.other_firm_id):
            query = sa.select(firm, sa.func.max(when)).where(table.c.community_id == community, firm.in_(some))
            for one, last in await tx.execute(query.group_by(firm)):
                moment = last if isinstance(last, datetime) else datetime.combine(last, time(), UTC)
                found[one] = max(moment, found.get(one, moment))
    return found


async def firms_alone(tx: Tx, community: CommunityId, now: datetime) -> list[tuple[int, str]]:
    """(id, name) of firms with somebody active in them for more than `ALONE` who never had a tie, the longest first."""
    joined = sa.func.min(members.c.joined_at)
    query = (
        sa.select(firms.c.id, firms.c.name, firms.c.created_at, joined.label("joined_at"))
        .join(members, sa.and_(members.c.firm_id == firms.c.id, _ACTIVE))
        .where(firms.c.community_id == community)
        .group_by(firms.c.id, firms.c.name, firms.c.created_at)
    )
    tied = await tied_firms(tx, community, now)
    # Somebody who came from another firm joined Weft before this one was there.
    waiting = [(max(row.created_at, row.joined_at), row.id, row.name) for row in await tx.execute(query)]
    return [(firm, name) for since, firm, name in sorted(waiting) if since < now - ALONE and firm not in tied]
