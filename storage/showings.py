"""Showings: one row each, held while something about it is decided; their words only until they stand in the forum."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    Attachment,
    CommunityId,
    Member,
    MemberId,
    Showing,
    ShowingAsk,
    ShowingId,
    ShowingSource,
    ShowingState,
    ShowingText,
    Stage,
)
from storage import members as stored_members
from storage.engine import Tx, insert
from storage.tables import files, showings

_COLUMNS = (*showings.c, sa.exists().where(files.c.showing_id == showings.c.id).label("has_file"))


def _showing(row: Any, maker: Member) -> Showing:
    return Showing(
        id=ShowingId(row.id),
        community=CommunityId(row.community_id),
        maker=maker,
        state=ShowingState(row.state),
        source=ShowingSource(row.source),
        stage=Stage(row.stage) if row.stage else None,
        ask=ShowingAsk(row.ask) if row.ask else None,
        text=ShowingText(**row.text) if row.text else None,
        has_file=row.has_file,
        first=row.first,
        shown_at=row.shown_at,
        answered_at=row.answered_at,
        thread=row.thread_id,
        message=row.message_id,
        checked_at=row.checked_at,
    )


async def _read(tx: Tx, query: sa.Select[Any]) -> list[Showing]:
    rows = (await tx.execute(query)).all()
    makers = await stored_members.by_ids(tx, {MemberId(row.member_id) for row in rows}) if rows else {}
    return [_showing(row, makers[MemberId(row.member_id)]) for row in rows]


# Finding them


async def get(tx: Tx, showing: ShowingId) -> Showing | None:
    return next(iter(await _read(tx, sa.select(*_COLUMNS).where(showings.c.id == showing))), None)


async def hold(tx: Tx, showing: ShowingId) -> Showing | None:
    """The showing, and nobody else changes anything about it before this transaction ends."""
    return next(iter(await hold_all(tx, [showing])), None)


async def hold_all(tx: Tx, which: Collection[ShowingId]) -> list[Showing]:
    """Several at once, always in the same order: two who want the same ones never wait for each other."""
    query = sa.select(*_COLUMNS).where(showings.c.id.in_(which)).order_by(showings.c.id)
    return await _read(tx, query.with_for_update(of=showings))


async def in_thread(tx: Tx, community: CommunityId, thread: int) -> Showing | None:
    """The showing whose post this is."""
    query = sa.select(*_COLUMNS).where(showings.c.community_id == community, showings.c.thread_id == thread)
    return next(iter(await _read(tx, query)), None)


async def thread_of(tx: Tx, thread: int) -> ShowingId | None:
    """The showing of this thread, in whatever community."""
    found = (await tx.execute(sa.select(showings.c.id).where(showings.c.thread_id == thread))).scalar()
    return ShowingId(found) if found else None


async def of_member(tx: Tx, member: MemberId, limit: int) -> list[Showing]:
    """What somebody shows: posted, or about to be; the newest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(showings.c.member_id == member, showings.c.state.in_([ShowingState.POSTING, ShowingState.OPEN]))
        .order_by(showings.c.id.desc())
        .limit(limit)
    )
    return await _read(tx, query)


async def shown_between(tx: Tx, community: CommunityId, since: datetime, until: datetime) -> list[Showing]:
    """Posts that stand, shown at `since` or later and before `until`; the newest first."""
    query = sa.select(*_COLUMNS).where(
        showings.c.community_id == community,
        showings.c.state == ShowingState.OPEN,
        showings.c.shown_at >= since,
        showings.c.shown_at < until,
    )
    return await _read(tx, query.order_by(showings.c.shown_at.desc(), showings.c.id.desc()))


async def moments_of(tx: Tx, member: MemberId, since: datetime) -> list[datetime]:
    """When somebody showed something since then that they have not taken back."""
    query = sa.select(showings.c.shown_at).where(
        showings.c.member_id == member,
        showings.c.shown_at >= since,
        showings.c.state.in_([ShowingState.OPEN, ShowingState.GONE]),
    )
    return list((await tx.execute(query)).scalars())


async def hold_of(tx: Tx, maker: MemberId) -> None:
    """Everything somebody shows, held before anything of their own is changed."""
    query = sa.select(showings.c.id).where(showings.c.member_id == maker).order_by(showings.c.id)
    await tx.execute(query.with_for_update())


async def posting(tx: Tx, community: CommunityId) -> bool:
    """Whether something is being posted at this moment."""
    some = sa.exists().where(showings.c.community_id == community, showings.c.state == ShowingState.POSTING)
    return (await tx.execute(sa.select(some))).scalar_one()


async def unanswered(tx: Tx, community: CommunityId, since: datetime, until: datetime) -> list[Showing]:
    """Posts shown after `since` and not after `until` that nobody has answered and somebody is asked for."""
    query = sa.select(*_COLUMNS).where(
        showings.c.community_id == community,
        showings.c.state == ShowingState.OPEN,
        showings.c.answered_at.is_(None),
        showings.c.due_at.is_not(None),
        showings.c.shown_at > since,
        showings.c.shown_at <= until,
    )
    return await _read(tx, query.order_by(showings.c.id))


# Their life


async def add(
    tx: Tx,
    maker: Member,
    *,
    source: ShowingSource,
    stage: Stage | None = None,
    ask: ShowingAsk | None = None,
    text: ShowingText | None = None,
    thread: int | None = None,
    shown_at: datetime,
    due_at: datetime,
) -> ShowingId | None:
    """Write a showing down, one with a thread as one that stands already. None: that thread's is there already.

    Whether it is somebody's first is decided here, once a person.
    """
    values = {
        "community_id": maker.community,
        "member_id": maker.id,
        "state": ShowingState.POSTING if thread is None else ShowingState.OPEN,
        "source": source,
        "stage": stage or "",
        "ask": ask or "",
        "text": asdict(text) if text else None,
        "shown_at": shown_at,
        "due_at": due_at,
        "thread_id": thread,
    }
    some = sa.exists().where(showings.c.member_id == maker.id)
    shown_before = (await tx.execute(sa.select(some))).scalar_one()
    for first in (False,) if shown_before else (True, False):
        statement = insert(tx, showings).values(**values, first=first).on_conflict_do_nothing()
        found = (await tx.execute(statement.returning(showings.c.id))).scalar()
        if found:
            return ShowingId(found)
    return None


async def posted(
    tx: Tx, showing: ShowingId, *, thread: int, message: int, shown_at: datetime, due_at: datetime
) -> None:
    """It stands in the forum."""
    await _change(
        tx,
        showings.c.id == showing,
        state=ShowingState.OPEN,
        thread_id=thread,
        message_id=message,
        shown_at=shown_at,
        due_at=due_at,
        checked_at=None,
    )


async def set_place(tx: Tx, showing: ShowingId, thread: int, message: int) -> None:
    await _change(tx, showings.c.id == showing, thread_id=thread, message_id=message)


async def set_message(tx: Tx, showing: ShowingId, message: int) -> None:
    await _change(tx, showings.c.id == showing, message_id=message)


async def set_words(tx: Tx, showing: ShowingId, stage: Stage, ask: ShowingAsk, text: ShowingText) -> None:
    await _change(tx, showings.c.id == showing, stage=stage, ask=ask, text=asdict(text))


async def forget_words(tx: Tx, showing: ShowingId) -> None:
    """They stand in the forum now, or never will."""
    await _change(tx, showings.c.id == showing, text=None)
    await tx.execute(sa.delete(files).where(files.c.showing_id == showing))


async def answered(tx: Tx, showing: ShowingId, at: datetime) -> None:
    """Somebody answered: nobody needs to be asked. An earlier answer that we hear of later is the first one."""
    earliest = sa.case(
        (showings.c.answered_at < at, showings.c.answered_at), else_=sa.literal(at, showings.c.due_at.type)
    )
    await _change(tx, showings.c.id == showing, answered_at=earliest, due_at=None)


async def checked(tx: Tx, which: Collection[ShowingId], at: datetime, look_at: datetime | None) -> None:
    """Its post was read, or is about to be; and when it is looked at next."""
    await _change(tx, showings.c.id.in_(which), checked_at=at, due_at=look_at)


async def end(tx: Tx, showing: ShowingId, state: ShowingState, now: datetime) -> None:
    """Taken back, or gone."""
    await _change(tx, showings.c.id == showing, state=state, due_at=None, ended_at=now)


async def look_at(tx: Tx, which: Collection[ShowingId], moment: datetime | None) -> None:
    """Set when these are looked at next; None: nobody is asked (any more)."""
    await _change(tx, showings.c.id.in_(which), due_at=moment)


async def look_once_posted(tx: Tx, community: CommunityId, at: datetime) -> None:
    """Somebody wrote in a post that we do not know: it may be one of those that are being posted at this moment."""
    posting = sa.and_(showings.c.community_id == community, showings.c.state == ShowingState.POSTING)
    await _change(tx, posting, checked_at=at)


async def _change(tx: Tx, which: sa.ColumnElement[bool], **values: Any) -> None:
    await tx.execute(sa.update(showings).where(which).values(**values))


# The file that comes with one


async def set_file(tx: Tx, showing: ShowingId, file: Attachment) -> None:
    values = {"name": file.name, "content_type": file.content_type, "data": file.data}
    await tx.execute(sa.insert(files).values(showing_id=showing, **values))


async def file_of(tx: Tx, showing: ShowingId) -> Attachment | None:
    row = (await tx.execute(sa.select(files).where(files.c.showing_id == showing))).first()
    return Attachment(row.name, row.content_type, row.data) if row else None
