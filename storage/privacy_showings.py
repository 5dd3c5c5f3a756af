"""What is kept about a member's showings, answers, follow-ups and quote; and letting go of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import MemberId, ShowingState
from storage.engine import Tx
from storage.tables import answers, files, firms, followups, members, quotes, showings

Record = dict[str, Any]

_OTHER = members.alias("other")
_FIRM_OF_OTHER = sa.join(_OTHER, firms, firms.c.id == _OTHER.c.firm_id)
_QUOTE = (quotes.c.text, quotes.c.name, quotes.c.given_at)


async def everything(tx: Tx, member: MemberId) -> dict[str, list[Record]]:
    """By subject; of other people only their firm is told."""
    return {
        "showings": await _showings(tx, member),
        "answers_given": await _answers(tx, showings.c.member_id, answers.c.member_id == member),
        "answers_received": await _answers(tx, answers.c.member_id, showings.c.member_id == member),
        "followups": await _followups(tx, member),
        "quotes": await _records(tx, sa.select(*_QUOTE).where(quotes.c.member_id == member)),
    }


async def _records(tx: Tx, query: sa.Select[Any]) -> list[Record]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _showings(tx: Tx, member: MemberId) -> list[Record]:
    query = (
        sa.select(
            showings.c.id.label("showing"),
            showings.c.shown_at,
            showings.c.state,
            showings.c.source,
            showings.c.stage,
            showings.c.ask,
            showings.c.text,
            showings.c.first,
            showings.c.answered_at,
            showings.c.thread_id.label("thread"),
            files.c.name.label("file"),
        )
        .outerjoin(files, files.c.showing_id == showings.c.id)
        .where(showings.c.member_id == member)
        .order_by(showings.c.id)
    )
    return await _records(tx, query)


async def _answers(tx: Tx, other: sa.Column[int], mine: sa.ColumnElement[bool]) -> list[Record]:
    query = (
        sa.select(
            answers.c.showing_id.label("showing"),
            firms.c.name.label("with_a_member_of"),
            answers.c.at,
            answers.c.message_id.label("message"),
            answers.c.helped_at,
        )
        .select_from(answers)
        .join(showings, showings.c.id == answers.c.showing_id)
        .join(_FIRM_OF_OTHER, _OTHER.c.id == other)
        .where(mine)
        .order_by(answers.c.at, answers.c.message_id)
    )
    return await _records(tx, query)


async def _followups(tx: Tx, member: MemberId) -> list[Record]:
    query = (
        sa.select(
            firms.c.name.label("with_a_member_of"),
            followups.c.due_at,
            followups.c.asked_at,
            followups.c.led_on,
            followups.c.answered_at,
        )
        .select_from(followups)
        .join(_FIRM_OF_OTHER, _OTHER.c.id == followups.c.other_member_id)
        .where(followups.c.member_id == member)
        .order_by(followups.c.due_at, followups.c.id)
    )
    return await _records(tx, query)


async def showing_files(tx: Tx, member: MemberId) -> list[tuple[int, str, bytes]]:
    """(number of the showing, name, contents) of files that do not stand in the forum yet."""
    query = (
        sa.select(showings.c.id, files.c.name, files.c.data)
        .join(files, files.c.showing_id == showings.c.id)
        .where(showings.c.member_id == member)
        .order_by(showings.c.id)
    )
    return [(row.id, row.name, row.data) for row in await tx.execute(query)]


async def forget(tx: Tx, member: MemberId, now: datetime) -> None:
    """Blank their words, and have it looked at what of theirs still stands; ask nobody about them any more."""
    mine = sa.select(showings.c.id).where(showings.c.member_id == member)
    await tx.execute(sa.delete(files).where(files.c.showing_id.in_(mine)))
    await tx.execute(sa.update(showings).where(showings.c.member_id == member).values(text=None))
    stands = showings.c.state.in_([ShowingState.POSTING, ShowingState.OPEN])
    await tx.execute(sa.update(showings).where(showings.c.member_id == member, stands).values(due_at=now))
    not_asked = sa.and_(followups.c.other_member_id == member, followups.c.asked_at.is_(None))
    await tx.execute(sa.delete(followups).where(sa.or_(followups.c.member_id == member, not_asked)))
    await tx.execute(sa.delete(quotes).where(quotes.c.member_id == member))
