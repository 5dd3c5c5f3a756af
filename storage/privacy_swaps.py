"""Everything kept of one member's swaps, sessions and time credits, and taking their words out of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from domain.model import MemberId
from storage.engine import Tx
from storage.tables import firms, legs, members, skills, swap_members, swaps, transfers

Record = dict[str, Any]

_OTHER = members.alias("other")
_OTHER_FIRM = firms.alias("other_firm")


async def everything(tx: Tx, member: MemberId) -> dict[str, list[Record]]:
    """Of other people only their firm is told."""
    return {
        "swaps": await _swaps(tx, member),
        "sessions": await _sessions(tx, member),
        "time_credits": await _time_credits(tx, member),
    }


async def _records(tx: Tx, query: sa.Select[Any]) -> list[Record]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def _swaps(tx: Tx, member: MemberId) -> list[Record]:
    """What was proposed to them, and what they answered."""
    query = (
        sa.select(
            swaps.c.number.label("swap"),
            swaps.c.state,
            swap_members.c.answer,
            swap_members.c.proposed_at,
            swap_members.c.answered_at,
            swaps.c.thread_id.label("thread"),
        )
        .join(swaps, swaps.c.id == swap_members.c.swap_id)
        .where(swap_members.c.member_id == member)
        .order_by(swaps.c.id)
    )
    return await _records(tx, query)


async def _sessions(tx: Tx, member: MemberId) -> list[Record]:
    teaches = legs.c.teacher_id == member
    said_by = sa.case((legs.c.last_word == member, "me"), (legs.c.last_word.is_not(None), "the other"))
    query = (
        sa.select(
            swaps.c.number.label("swap"),
            sa.case((teaches, "I show"), else_="I am shown").label("what"),
            skills.c.name.label("skill"),
            _OTHER_FIRM.c.name.label("with_a_member_of"),
            legs.c.state,
            legs.c.starts_at,
            legs.c.place,
            legs.c.time_agreed,
            legs.c.settled.label("confirmed_minutes"),
            legs.c.decided.label("decided_by_a_manager"),
            sa.case((teaches, legs.c.minutes), else_=legs.c.other_minutes).label("minutes_i_entered"),
            said_by.label("last_word"),
            legs.c.agreed_at,
            legs.c.reported_at,
            legs.c.ended_at,
        )
        .select_from(legs)
        .join(swaps, swaps.c.id == legs.c.swap_id)
        .join(skills, skills.c.id == legs.c.skill_id)
        .join(_OTHER, _OTHER.c.id == sa.case((teaches, legs.c.learner_id), else_=legs.c.teacher_id))
        .join(_OTHER_FIRM, _OTHER_FIRM.c.id == _OTHER.c.firm_id)
        .where(teaches | (legs.c.learner_id == member))
        .order_by(legs.c.id)
    )
    return await _records(tx, query)


async def _time_credits(tx: Tx, member: MemberId) -> list[Record]:
    """The transfers in which they were the acting person; what a firm holds is no one person's."""
    debit, credit = firms.alias("debit"), firms.alias("credit")
    query = (
        sa.select(
            transfers.c.at,
            transfers.c.kind,
            transfers.c.minutes,
            sa.func.coalesce(debit.c.name, "the pool").label("from"),
            sa.func.coalesce(credit.c.name, "the pool").label("to"),
        )
        .outerjoin(debit, debit.c.id == transfers.c.debit_firm_id)
        .outerjoin(credit, credit.c.id == transfers.c.credit_firm_id)
        .where(transfers.c.member_id == member)
        .order_by(transfers.c.id)
    )
    return await _records(tx, query)


async def forget(tx: Tx, member: MemberId) -> None:
    """Take out where they said they would be. That there was a session, and its hours, stay: they are the other's."""
    await tx.execute(sa.update(legs).where(legs.c.time_by == member, legs.c.place != "").values(place=""))
