"""The log of a year ago: of acts is left how many of a kind in a month by firm, and when two firms first exchanged.

What people said an exchange led to, and what they wrote about it, goes altogether.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.model import EXCHANGES, ActKind, CommunityId
from storage.engine import Tx, insert
from storage.participation_acts import taken_back
from storage.retention.rows import Step, delete, deleting, ids, members_of, past
from storage.tables import acts, firm_months, first_ties, followups, quotes

_Key = tuple[date, str, int, int | None]  # month, kind, firm, other firm


def _acts(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    query = sa.select(acts).where(acts.c.community_id == community, acts.c.at < cutoff)
    return query.order_by(acts.c.at, acts.c.id)


async def _count_acts(tx: Tx, found: Sequence[Any], _cutoff: datetime, now: datetime) -> int:
    community = CommunityId(found[0].community_id)
    some_session = any(act.kind == ActKind.SESSION_EXCHANGED for act in found)
    undone = set(await taken_back(tx, community, now)) if some_session else set()
    await _count_months(tx, community, found, undone)
    await _note_first_ties(tx, community, [act for act in found if act.id not in undone])
    return await delete(tx, acts.c.id, ids(found))


async def _count_months(tx: Tx, community: CommunityId, found: Sequence[Any], undone: Collection[int]) -> None:
    """What was taken back is no exchange: of it only the minutes are added, where those taken back are subtracted."""
    counts: dict[_Key, tuple[int, int]] = {}
    for act in found:
        kind, once = (ActKind.SESSION_CORRECTED, 0) if act.id in undone else (act.kind, 1)
        key = (act.at.date().replace(day=1), kind, act.firm_id, act.other_firm_id)
        number, minutes = counts.get(key, (0, 0))
        counts[key] = number + once, minutes + (act.minutes or 0)
    there = await _counted(tx, community, {month for month, *_ in counts})
    more = [
        {"counted": there[key], "acts_more": number, "minutes_more": minutes}
        for key, (number, minutes) in counts.items()
        if key in there
    ]
    new = [
        {"community_id": community, "month": month, "kind": kind, "firm_id": firm, "other_firm_id": other}
        | {"acts": number, "minutes": minutes}
        for (month, kind, firm, other), (number, minutes) in counts.items()
        if (month, kind, firm, other) not in there
    ]
    if more:
        add = sa.update(firm_months).where(firm_months.c.id == sa.bindparam("counted"))
        sums = {name: firm_months.c[name] + sa.bindparam(f"{name}_more") for name in ("acts", "minutes")}
        await tx.execute(add.values(**sums), more)
    if new:
        await tx.execute(sa.insert(firm_months), new)


async def _counted(tx: Tx, community: int, months: set[date]) -> dict[_Key, int]:
    """Which counts of these months are there already, by their ids."""
    key = (firm_months.c.month, firm_months.c.kind, firm_months.c.firm_id, firm_months.c.other_firm_id)
    here = sa.and_(firm_months.c.community_id == community, firm_months.c.month.in_(months))
    rows = await tx.execute(sa.select(firm_months.c.id, *key).where(here))
    return {(month, kind, firm, other): counted for counted, month, kind, firm, other in rows}


async def _note_first_ties(tx: Tx, community: int, found: Sequence[Any]) -> None:
    first: dict[tuple[int, int], datetime] = {}
    for act in found:
        if act.kind in EXCHANGES and act.other_firm_id not in {None, act.firm_id}:
            tie = (min(act.firm_id, act.other_firm_id), max(act.firm_id, act.other_firm_id))
            first[tie] = min(act.at, first.get(tie, act.at))
    if not first:
        return
    new = insert(tx, first_ties)
    earliest = new.on_conflict_do_update(
        index_elements=[first_ties.c.firm_id, first_ties.c.other_firm_id],
        set_={"at": new.excluded.at},
        where=first_ties.c.at > new.excluded.at,
    )
    rows = [
        {"community_id": community, "firm_id": low, "other_firm_id": high, "at": at}
        for (low, high), at in sorted(first.items())
    ]
    await tx.execute(earliest, rows)


def _followups(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    over = past(cutoff, followups.c.due_at, followups.c.asked_at, followups.c.answered_at)
    return sa.select(followups.c.id).where(followups.c.member_id.in_(members_of(community)), over)


def _quotes(community: CommunityId, cutoff: datetime) -> sa.Select[Any]:
    return sa.select(quotes.c.id).where(quotes.c.community_id == community, quotes.c.given_at < cutoff)


LOG = (
    Step(acts, _acts, _count_acts),
    Step(followups, _followups, deleting(followups)),
    Step(quotes, _quotes, deleting(quotes)),
)
