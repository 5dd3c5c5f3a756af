"""What the participation log says of firms: which of them took part, and what passed between them.

Everything is of one community. What two people took back afterwards (a session that both say did not happen) is no
exchange; that they had said so is an act all the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import sqlalchemy as sa

from domain.evidence import Tie
from domain.measures import TAKING_PART, Exchange, Newcomer, newcomers_until, settling
from domain.model import EXCHANGES, ActKind, CommunityId
from domain.periods import Window
from storage.engine import Tx
from storage.tables import Key, UTCTime, acts, answers, firm_months, first_ties, legs, members, rounds

#: How many people are asked about in one statement.
_AT_ONCE = 1000
HALF_A_MONTH = timedelta(days=14)
_TAKING_PART = acts.c.kind.in_(sorted(TAKING_PART))
EXCHANGED = acts.c.kind.in_(sorted(EXCHANGES))
#: The other side of an exchange; of other acts there is none, whoever they were with.
_OTHER_SIDE = sa.case((EXCHANGED, acts.c.other_firm_id))
#: The session of an act: in a swap everybody teaches once. By a difference, so that nobody looks for it among all that
#: somebody ever taught.
OF_SESSION = sa.and_(legs.c.swap_id == acts.c.swap_id, legs.c.teacher_id - acts.c.member_id == 0)
_BETWEEN_FIRMS = acts.c.firm_id != acts.c.other_firm_id
_LOWER = sa.case((acts.c.firm_id < acts.c.other_firm_id, acts.c.firm_id), else_=acts.c.other_firm_id)
_HIGHER = sa.case((acts.c.firm_id < acts.c.other_firm_id, acts.c.other_firm_id), else_=acts.c.firm_id)


def within(community: CommunityId, window: Window) -> sa.ColumnElement[bool]:
    """Whether an act lies in the window."""
    return sa.and_(acts.c.community_id == community, acts.c.at >= window.start, acts.c.at < window.end)


def spans(moments: Sequence[datetime]) -> sa.CTE:
    """The stretches of time between the moments, which rise: their `number` from 0, `start` and `end` (not in it)."""
    columns = (sa.column("number", sa.Integer()), sa.column("start", UTCTime()), sa.column("end", UTCTime()))
    rows = [(number, start, end) for number, (start, end) in enumerate(pairwise(moments))]
    return sa.values(*columns, name="spans").data(rows).cte()


def in_span(community: CommunityId, some: sa.CTE) -> sa.ColumnElement[bool]:
    """Whether an act lies in the stretch of time it is joined with."""
    return sa.and_(acts.c.community_id == community, acts.c.at >= some.c.start, acts.c.at < some.c.end)


# Who took part


async def anything(tx: Tx, community: CommunityId, window: Window) -> bool:
    """Whether anybody did anything in the window: an act of `domain.measures.TAKING_PART`."""
    some = sa.exists().where(within(community, window), _TAKING_PART)
    return (await tx.execute(sa.select(some))).scalar_one()


async def took_part(tx: Tx, community: CommunityId, moments: Sequence[datetime]) -> set[tuple[int, int]]:
    """(number, firm): which firms took part between the moments that rise, the number-th and the next."""
    some = spans(moments)
    query = sa.select(some.c.number, acts.c.firm_id, _OTHER_SIDE.label("other")).distinct()
    found = set()
    for number, firm, other in await tx.execute(
        query.select_from(some).join(acts, in_span(community, some)).where(_TAKING_PART)
    ):
        found.add((number, firm))
        if other is not None:
            found.add((number, other))
    return found


async def newcomers(tx: Tx, community: CommunityId, end: datetime) -> list[Newcomer]:
    """Everybody whose 90 days ended within `domain.measures.newcomers_until(end)`, whether or not they left."""
    window = newcomers_until(end)
    days = settling(end).end - end
    query = sa.select(members.c.id, members.c.joined_at).where(
        members.c.community_id == community,
        members.c.joined_at >= window.start - days,
        members.c.joined_at < window.end - days,
    )
    joined = [(row.id, row.joined_at) for row in await tx.execute(query)]
    active: set[int] = set()
    for start in range(0, len(joined), _AT_ONCE):
        active |= await _active(tx, community, joined[start : start + _AT_ONCE])
    return [Newcomer(moment, member in active) for member, moment in joined]


async def _active(tx: Tx, community: CommunityId, joined: Sequence[tuple[int, datetime]]) -> set[int]:
    """Which of these (member, joined) took part in the days in which they settled."""
    columns = (sa.column("id", Key), sa.column("start", UTCTime()), sa.column("end", UTCTime()))
    rows = [(member, settling(moment).start, settling(moment).end) for member, moment in joined]
    people = sa.values(*columns, name="people").data(rows).cte()
    meanwhile = sa.and_(acts.c.at >= people.c.start, acts.c.at < people.c.end)
    did = sa.exists().where(acts.c.member_id == people.c.id, meanwhile, _TAKING_PART)
    here = sa.and_(acts.c.community_id == community, acts.c.other_member_id == people.c.id)
    was_other_side = sa.exists().where(here, meanwhile, EXCHANGED)
    query = sa.select(people.c.id).where(sa.or_(did, was_other_side))
    return set((await tx.execute(query)).scalars())


# What passed between firms


async def taken_back(tx: Tx, community: CommunityId, end: datetime) -> list[int]:
    """The acts of sessions that, before `end`, both sides (or a manager) said did not happen after all."""
    corrected = (
        sa.select(acts.c.swap_id, acts.c.member_id, sa.func.sum(acts.c.minutes).label("minutes"))
        .where(acts.c.community_id == community, acts.c.kind == ActKind.SESSION_CORRECTED, acts.c.at < end)
        .group_by(acts.c.swap_id, acts.c.member_id)
        .subquery()
    )
    # In a swap everybody teaches once.
    same = sa.and_(acts.c.swap_id == corrected.c.swap_id, acts.c.member_id == corrected.c.member_id)
    query = (
        sa.select(acts.c.id)
        .join(corrected, same)
        .where(
            acts.c.community_id == community,
            acts.c.kind == ActKind.SESSION_EXCHANGED,
            acts.c.minutes + corrected.c.minutes <= 0,
        )
    )
    return list((await tx.execute(query)).scalars())


async def exchanged(tx: Tx, community: CommunityId, end: datetime) -> sa.ColumnElement[bool]:
    """Whether an act is an exchange of this community that stood at `end`; to be narrowed to times before that."""
    undone = await taken_back(tx, community, end)
    still = [acts.c.id.not_in(undone)] if undone else []
    return sa.and_(acts.c.community_id == community, EXCHANGED, *still)


async def exchanges(tx: Tx, community: CommunityId, window: Window) -> list[Exchange]:
    """The exchanges of the window that stood at its end, one by one, in no order."""
    # Without an agreed time, or where they met before it, it was after the swap was agreed.
    session = sa.case(
        (sa.and_(legs.c.time_agreed, legs.c.starts_at <= acts.c.at), legs.c.starts_at), else_=legs.c.agreed_at
    )
    began = sa.func.coalesce(rounds.c.drawn_at, rounds.c.pairs_at, answers.c.at, session, acts.c.at)
    query = (
        sa.select(acts.c.kind, acts.c.firm_id, acts.c.other_firm_id, began.label("began"), acts.c.at)
        .select_from(acts)
        .outerjoin(rounds, rounds.c.id == acts.c.round_id)
        .outerjoin(legs, OF_SESSION)
        .outerjoin(answers, sa.and_(answers.c.showing_id == acts.c.showing_id, answers.c.member_id == acts.c.member_id))
        .where(await exchanged(tx, community, window.end), within(community, window))
    )
    return [
        Exchange(ActKind(kind), giver, taker, min(began, at), at)
        for kind, giver, taker, began, at in await tx.execute(query)
    ]


async def ties(tx: Tx, community: CommunityId, window: Window) -> dict[Tie, int]:
    """The pairs of firms with an exchange in the window that stood at its end, and with how many."""
    query = (
        sa.select(_LOWER, _HIGHER, sa.func.count())
        .where(await exchanged(tx, community, window.end), within(community, window), _BETWEEN_FIRMS)
        .group_by(_LOWER, _HIGHER)
    )
    return {(one, other): times for one, other, times in await tx.execute(query)}


async def first_exchanges(tx: Tx, community: CommunityId, window: Window) -> dict[Tie, datetime]:
    """Of each tie of the window the moment of its first exchange ever."""
    query = (
        sa.select(_LOWER, _HIGHER, sa.func.min(acts.c.at))
        .where(await exchanged(tx, community, window.end), acts.c.at < window.end, _BETWEEN_FIRMS)
        .group_by(_LOWER, _HIGHER)
        .having(sa.func.max(acts.c.at) >= window.start)
    )
    first = {(one, other): at for one, other, at in await tx.execute(query)}
    for one, other, at in await tx.execute(_folded(community)):
        if (one, other) in first:
            first[one, other] = min(at, first[one, other])
    return first


async def tied_firms(tx: Tx, community: CommunityId, end: datetime) -> set[int]:
    """The firms that ever had an exchange with another one before `end`."""
    query = (
        sa.select(acts.c.firm_id, acts.c.other_firm_id)
        .where(await exchanged(tx, community, end), acts.c.at < end, _BETWEEN_FIRMS)
        .distinct()
    )
    found = {firm for pair in await tx.execute(query) for firm in pair}
    return found | {firm for row in await tx.execute(_folded(community)) for firm in (row.firm_id, row.other_firm_id)}


async def ties_by_span(tx: Tx, community: CommunityId, moments: Sequence[datetime]) -> list[dict[Tie, int]]:
    """The ties of each stretch between the moments, which rise; what is kept by the month is where its middle lies."""
    some = spans(moments)
    query = (
        sa.select(some.c.number, _LOWER, _HIGHER, sa.func.count())
        .select_from(some)
        .join(acts, in_span(community, some))
        .where(await exchanged(tx, community, moments[-1]), _BETWEEN_FIRMS)
        .group_by(some.c.number, _LOWER, _HIGHER)
    )
    found: list[Counter[Tie]] = [Counter() for _ in moments[1:]]
    for number, one, other, times in await tx.execute(query):
        found[number][one, other] += times
    for month, giver, taker, times in await tx.execute(_folded_exchanges(community)):
        number = bisect_right(moments, datetime.combine(month, time(), UTC) + HALF_A_MONTH) - 1
        if 0 <= number < len(found):
            found[number][min(giver, taker), max(giver, taker)] += times
    return [dict(each) for each in found]


def _folded_exchanges(community: CommunityId) -> sa.Select[date, int, int, int]:
    """(month, firm, other firm, how many) of exchanges older than the acts that are kept."""
    kept = firm_months.c
    return sa.select(kept.month, kept.firm_id, sa.func.coalesce(kept.other_firm_id, 0), kept.acts).where(
        kept.community_id == community, kept.kind.in_(sorted(EXCHANGES)), kept.firm_id != kept.other_firm_id
    )


def _folded(community: CommunityId) -> sa.Select[int, int, datetime]:
    """Of each two firms whose acts are not all kept any more: their first exchange."""
    return sa.select(first_ties.c.firm_id, first_ties.c.other_firm_id, first_ties.c.at).where(
        first_ties.c.community_id == community
    )
