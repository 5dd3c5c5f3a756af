"""Communities: their settings, channels and holidays, and what has been asked of their managers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from domain.calendar import Cadence, Holiday, Moment, Plan
from domain.communities import ChannelKind
from domain.model import (
    Channels,
    Community,
    CommunityId,
    CommunityState,
    InKind,
    IntentionState,
    MemberState,
)
from storage.engine import Tx, insert
from storage.tables import UNFINISHED, communities, firms, manager_actions, members, outbox
from storage.tables import holidays as holidays_table

_CHANNEL_COLUMNS = {
    ChannelKind.CATEGORY: communities.c.category_id,
    ChannelKind.MANAGERS: communities.c.managers_channel_id,
    ChannelKind.ROUND: communities.c.round_channel_id,
    ChannelKind.SHOWINGS: communities.c.showings_channel_id,
    ChannelKind.SKILLS: communities.c.skills_channel_id,
}


def _plan(stored: Mapping[str, Any]) -> Plan:
    moments = {name: Moment(**stored[name]) for name in ("opens", "pairs", "nudges", "closes")}
    return Plan(time_zone=stored["time_zone"], cadence=Cadence(stored["cadence"]), **moments)


def _in_kind(stored: Mapping[str, str] | None) -> InKind | None:
    return InKind(Decimal(stored["rate"]), stored["currency"], stored["source"]) if stored else None


def _community(row: Any) -> Community:
    return Community(
        id=CommunityId(row.id),
        state=CommunityState(row.state),
        language=row.language,
        plan=_plan(row.plan),
        channels=Channels(
            category=row.category_id,
            round=row.round_channel_id,
            showings=row.showings_channel_id,
            skills=row.skills_channel_id,
            managers=row.managers_channel_id,
        ),
        manager_role=row.manager_role_id,
        sectors=tuple(row.sectors),
        themes=tuple(row.themes),
        set_up_at=row.set_up_at,
        board_message=row.board_message_id,
        session_events=row.session_events,
        in_kind=_in_kind(row.in_kind),
    )


async def get(tx: Tx, community: CommunityId) -> Community | None:
    row = (await tx.execute(sa.select(communities).where(communities.c.id == community))).first()
    return _community(row) if row else None


async def locked(tx: Tx, community: CommunityId) -> Community | None:
    """A community that nobody else changes before this transaction ends, so that what was read can be compared."""
    query = sa.select(communities).where(communities.c.id == community).with_for_update()
    row = (await tx.execute(query)).first()
    return _community(row) if row else None


async def put(tx: Tx, community: Community) -> bool:
    """Write a new community down. One that is there already keeps its settings, is active again; then False."""
    channels = {column.name: getattr(community.channels, kind) for kind, column in _CHANNEL_COLUMNS.items()}
    statement = insert(tx, communities).values(
        id=community.id,
        state=community.state,
        language=community.language,
        plan=asdict(community.plan),
        sectors=list(community.sectors),
        themes=list(community.themes),
        manager_role_id=community.manager_role,
        set_up_at=community.set_up_at,
        **channels,
    )
    added = (await tx.execute(statement.on_conflict_do_nothing())).rowcount == 1
    if not added:
        await came_back(tx, community.id)
    return added


async def ids(tx: Tx, state: CommunityState) -> set[CommunityId]:
    rows = await tx.execute(sa.select(communities.c.id).where(communities.c.state == state))
    return {CommunityId(row.id) for row in rows}


async def left(tx: Tx, community: CommunityId, now: datetime) -> bool:
    """Weft was removed from the server: what is to be said there waits. False if that was known."""
    statement = (
        sa.update(communities)
        .where(communities.c.id == community, communities.c.state == CommunityState.ACTIVE)
        .values(state=CommunityState.LEFT, left_at=now)
    )
    if (await tx.execute(statement)).rowcount == 0:
        return False
    theirs = sa.and_(UNFINISHED, outbox.c.community_id == community, outbox.c.state == IntentionState.PENDING)
    await tx.execute(sa.update(outbox).where(theirs).values(state=IntentionState.BLOCKED, problem="left"))
    return True


async def came_back(tx: Tx, community: CommunityId) -> datetime | None:
    """Weft was added again: since when it had been away, or None if it had not."""
    query = sa.select(communities.c.left_at).where(
        communities.c.id == community, communities.c.state == CommunityState.LEFT
    )
    row = (await tx.execute(query.with_for_update())).first()
    if row is None:
        return None
    statement = sa.update(communities).where(communities.c.id == community)
    await tx.execute(statement.values(state=CommunityState.ACTIVE, left_at=None))
    since: datetime | None = row.left_at
    return since


# Settings


async def set_channel(tx: Tx, community: CommunityId, kind: ChannelKind, channel: int | None) -> None:
    statement = sa.update(communities).where(communities.c.id == community)
    await tx.execute(statement.values({_CHANNEL_COLUMNS[kind]: channel}))


async def set_board_message(tx: Tx, community: CommunityId, message: int) -> None:
    """Keep where the board's buttons stand in the skills channel."""
    await _set(tx, community, board_message_id=message)


async def set_in_kind(tx: Tx, community: CommunityId, in_kind: InKind | None) -> None:
    stored = in_kind and {"rate": str(in_kind.rate), "currency": in_kind.currency, "source": in_kind.source}
    await _set(tx, community, in_kind=stored)


async def set_plan(tx: Tx, community: CommunityId, plan: Plan) -> None:
    await _set(tx, community, plan=asdict(plan))


async def set_language(tx: Tx, community: CommunityId, language: str) -> None:
    await _set(tx, community, language=language)


async def set_themes(tx: Tx, community: CommunityId, themes: tuple[str, ...]) -> None:
    await _set(tx, community, themes=list(themes))


async def set_sectors(tx: Tx, community: CommunityId, sectors: tuple[str, ...]) -> None:
    await _set(tx, community, sectors=list(sectors))


async def set_manager_role(tx: Tx, community: CommunityId, role: int | None) -> None:
    await _set(tx, community, manager_role_id=role)


async def set_session_events(tx: Tx, community: CommunityId, on: bool) -> None:
    await _set(tx, community, session_events=on)


async def _set(tx: Tx, community: CommunityId, **values: object) -> None:
    await tx.execute(sa.update(communities).where(communities.c.id == community).values(**values))


async def firms_by_sector(tx: Tx, community: CommunityId) -> dict[str, int]:
    """How many firms with somebody active in them there are in each sector that has any."""
    query = (
        sa.select(firms.c.sector, sa.func.count(sa.distinct(firms.c.id)).label("firms"))
        .join(members, members.c.firm_id == firms.c.id)
        .where(firms.c.community_id == community, members.c.state == MemberState.ACTIVE)
        .group_by(firms.c.sector)
    )
    return {row.sector: row.firms for row in await tx.execute(query)}


# Holidays


async def holidays(tx: Tx, community: CommunityId) -> list[Holiday]:
    return list((await numbered_holidays(tx, community)).values())


async def numbered_holidays(tx: Tx, community: CommunityId) -> dict[int, Holiday]:
    """The holidays by the number that a button can name, earliest first."""
    query = sa.select(holidays_table).where(holidays_table.c.community_id == community)
    rows = await tx.execute(query.order_by(holidays_table.c.first, holidays_table.c.last))
    return {row.id: Holiday(row.first, row.last, row.label) for row in rows}


async def add_holiday(tx: Tx, community: CommunityId, holiday: Holiday) -> int | None:
    """The number of the new holiday; None if these very days are one already."""
    values = {"first": holiday.first, "last": holiday.last, "label": holiday.label}
    statement = insert(tx, holidays_table).values(community_id=community, **values).on_conflict_do_nothing()
    number: int | None = (await tx.execute(statement.returning(holidays_table.c.id))).scalar()
    return number


async def remove_holiday(tx: Tx, community: CommunityId, number: int) -> Holiday | None:
    """Take a holiday out; it, or None if there is none of this number (any more)."""
    statement = (
        sa.delete(holidays_table)
        .where(holidays_table.c.community_id == community, holidays_table.c.id == number)
        .returning(holidays_table)
    )
    row = (await tx.execute(statement)).first()
    return Holiday(row.first, row.last, row.label) if row else None


# What managers did


async def manager_action(tx: Tx, community: CommunityId, at: datetime, what: str, required: bool) -> None:
    """Log something a manager did; `required` if Weft could not have gone on without."""
    values = {"community_id": community, "at": at, "what": what, "required": required}
    await tx.execute(sa.insert(manager_actions).values(values))


async def actions_required(tx: Tx, community: CommunityId, since: datetime, until: datetime | None = None) -> int:
    """How many actions Weft required of the managers since then, before `until`; the target is zero a quarter."""
    query = sa.select(sa.func.count()).where(
        manager_actions.c.community_id == community,
        manager_actions.c.at >= since,
        manager_actions.c.required,
        manager_actions.c.at < until if until is not None else sa.true(),
    )
    return (await tx.execute(query)).scalar_one()


# At a glance


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many take part, and how many intentions wait for their turn or for a manager."""

    members: int
    firms: int
    waiting: int
    blocked: int


async def headcount(tx: Tx, community: CommunityId) -> Headcount:
    people = sa.select(sa.func.count(), sa.func.count(sa.distinct(members.c.firm_id))).where(
        members.c.community_id == community, members.c.state == MemberState.ACTIVE
    )
    in_all, in_firms = (await tx.execute(people)).one()
    queue = (
        sa.select(outbox.c.state, sa.func.count().label("number"))
        .where(UNFINISHED, outbox.c.community_id == community)
        .group_by(outbox.c.state)
    )
    by_state = {row.state: row.number for row in await tx.execute(queue)}
    waiting = by_state.get(IntentionState.PENDING, 0) + by_state.get(IntentionState.CLAIMED, 0)
    return Headcount(in_all, in_firms, waiting, by_state.get(IntentionState.BLOCKED, 0))
