"""Everything kept about one member, and taking their identity out of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.calendar import MemberCadence
from domain.model import IntentionState, MemberId, MemberState, Notices
from storage import outbox as outbox_queries
from storage import privacy_showings, privacy_skills, privacy_swaps
from storage.engine import Tx
from storage.tables import (
    acts,
    asks,
    avoided,
    files,
    firms,
    members,
    outbox,
    pairing_members,
    pairings,
    reviews,
    rounds,
    signups,
    swaps,
)

Record = dict[str, Any]

_OTHER = members.alias("other")
_OTHER_FIRM = firms.alias("other_firm")
_FIRM_OF_OTHER = sa.join(_OTHER, _OTHER_FIRM, _OTHER_FIRM.c.id == _OTHER.c.firm_id)


async def _records(tx: Tx, query: sa.Select[Any]) -> list[Record]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


async def everything(tx: Tx, member: MemberId) -> dict[str, list[Record]]:
    """All Weft keeps about a member, by subject. Of other people only their firm is told."""
    return {
        "profile": await _profile(tx, member),
        "avoided": await _avoided(tx, member),
        "signups": await _signups(tx, member),
        "pairings": await _pairings(tx, member),
        "reviews_given": await _reviews(tx, reviews.c.reviewer_id, reviews.c.maker_id, member),
        "reviews_received": await _reviews(tx, reviews.c.maker_id, reviews.c.reviewer_id, member),
        "acts": await _acts(tx, member),
        "asks": await _asks(tx, member),
        **await privacy_skills.everything(tx, member),
        **await privacy_swaps.everything(tx, member),
        **await privacy_showings.everything(tx, member),
        "notices": await _notices(tx, member),
    }


async def brief_files(tx: Tx, member: MemberId) -> list[tuple[int, str, bytes]]:
    """(number of the round, name, contents) of the files a member gave with a brief that are still here."""
    query = (
        sa.select(rounds.c.number, files.c.name, files.c.data)
        .join(signups, signups.c.id == files.c.signup_id)
        .join(rounds, rounds.c.id == signups.c.round_id)
        .where(signups.c.member_id == member)
        .order_by(rounds.c.number)
    )
    return [(row.number, row.name, row.data) for row in await tx.execute(query)]


async def _profile(tx: Tx, member: MemberId) -> list[Record]:
    query = (
        sa.select(
            members.c.id.label("member"),
            members.c.user_id.label("discord_user"),
            members.c.community_id.label("discord_server"),
            firms.c.name.label("firm"),
            firms.c.sector,
            members.c.practice,
            members.c.state,
            members.c.cadence,
            members.c.paused_until,
            members.c.on_call,
            members.c.notices,
            members.c.notice_thread_id.label("notice_thread"),
            members.c.language,
            members.c.misses,
            members.c.consent.label("consent_version"),
            members.c.consented_at,
            members.c.joined_at,
            members.c.left_at,
        )
        .join(firms, firms.c.id == members.c.firm_id)
        .where(members.c.id == member)
    )
    return await _records(tx, query)


async def _avoided(tx: Tx, member: MemberId) -> list[Record]:
    whole_firm = firms.alias("whole_firm")
    query = (
        sa.select(
            sa.case((avoided.c.other_member_id.is_(None), "firm"), else_="person").label("what"),
            sa.func.coalesce(whole_firm.c.name, _OTHER_FIRM.c.name).label("firm"),
        )
        .select_from(avoided)
        .outerjoin(_FIRM_OF_OTHER, _OTHER.c.id == avoided.c.other_member_id)
        .outerjoin(whole_firm, whole_firm.c.id == avoided.c.other_firm_id)
        .where(avoided.c.member_id == member)
        .order_by(avoided.c.id)
    )
    return await _records(tx, query)


async def _signups(tx: Tx, member: MemberId) -> list[Record]:
    query = (
        sa.select(
            rounds.c.number.label("round"),
            rounds.c.theme,
            rounds.c.opens_at,
            signups.c.state,
            signups.c.standing,
            signups.c.late,
            signups.c.place,
            signups.c.why_not,
            signups.c.work,
            signups.c.audience,
            signups.c.decision,
            signups.c.settled,
            signups.c.wish,
            files.c.name.label("file"),
            signups.c.updated_at,
        )
        .select_from(signups)
        .join(rounds, rounds.c.id == signups.c.round_id)
        .outerjoin(files, files.c.signup_id == signups.c.id)
        .where(signups.c.member_id == member)
        .order_by(rounds.c.number)
    )
    return await _records(tx, query)


async def _pairings(tx: Tx, member: MemberId) -> list[Record]:
    mine = pairing_members.alias("mine")
    query = (
        sa.select(
            pairings.c.id.label("pairing"),
            rounds.c.number.label("round"),
            pairings.c.created_at,
            pairings.c.kind,
            pairings.c.state,
            pairings.c.thread_id.label("thread"),
            mine.c.position,
            mine.c.seat,
            mine.c.shows,
            pairings.c.times_met,
            pairings.c.new_firms,
            _OTHER_FIRM.c.name.label("with_a_member_of"),
        )
        .select_from(mine)
        .join(pairings, pairings.c.id == mine.c.pairing_id)
        .join(rounds, rounds.c.id == pairings.c.round_id)
        .join(
            pairing_members,
            sa.and_(pairing_members.c.pairing_id == pairings.c.id, pairing_members.c.member_id != mine.c.member_id),
        )
        .join(_FIRM_OF_OTHER, _OTHER.c.id == pairing_members.c.member_id)
        .where(mine.c.member_id == member)
        .order_by(pairings.c.id, pairing_members.c.position)
    )
    return await _records(tx, query)


async def _reviews(tx: Tx, me: sa.Column[int], them: sa.Column[int], member: MemberId) -> list[Record]:
    query = (
        sa.select(
            rounds.c.number.label("round"),
            reviews.c.pairing_id.label("pairing"),
            _OTHER_FIRM.c.name.label("with_a_member_of"),
            reviews.c.mode,
            reviews.c.state,
            reviews.c.text,
            reviews.c.specific,
            reviews.c.kind,
            reviews.c.will_use,
            reviews.c.given_at,
            reviews.c.acknowledged_at,
        )
        .select_from(reviews)
        .join(rounds, rounds.c.id == reviews.c.round_id)
        .join(_FIRM_OF_OTHER, _OTHER.c.id == them)
        .where(me == member)
        .order_by(reviews.c.id)
    )
    return await _records(tx, query)


async def _acts(tx: Tx, member: MemberId) -> list[Record]:
    by_me = acts.c.member_id == member
    query = (
        sa.select(
            acts.c.at,
            acts.c.kind,
            sa.case((by_me, "me"), else_="the other").label("by"),
            firms.c.name.label("firm"),
            _OTHER_FIRM.c.name.label("other_firm"),
            rounds.c.number.label("round"),
            swaps.c.number.label("swap"),
            acts.c.showing_id.label("showing"),
            acts.c.minutes,
        )
        .select_from(acts)
        .join(firms, firms.c.id == acts.c.firm_id)
        .outerjoin(_OTHER_FIRM, _OTHER_FIRM.c.id == acts.c.other_firm_id)
        .outerjoin(rounds, rounds.c.id == acts.c.round_id)
        .outerjoin(swaps, swaps.c.id == acts.c.swap_id)
        .where(by_me | (acts.c.other_member_id == member))
        .order_by(acts.c.at, acts.c.id)
    )
    return await _records(tx, query)


async def _asks(tx: Tx, member: MemberId) -> list[Record]:
    asked = asks.c.member_id == member
    query = (
        sa.select(
            rounds.c.number.label("round"),
            asks.c.showing_id.label("showing"),
            sa.case((asked, "asked me"), else_="asked for me").label("what"),
            _OTHER_FIRM.c.name.label("with_a_member_of"),
            asks.c.state,
            asks.c.asked_at,
            asks.c.expires_at,
        )
        .select_from(asks)
        .outerjoin(rounds, rounds.c.id == asks.c.round_id)
        .join(_FIRM_OF_OTHER, _OTHER.c.id == sa.case((asked, asks.c.for_member_id), else_=asks.c.member_id))
        .where(asked | (asks.c.for_member_id == member))
        .order_by(asks.c.id)
    )
    return await _records(tx, query)


def _names(member: MemberId) -> sa.ColumnElement[bool]:
    """Whether an intention is about this member, or stands in the lane of what they are told."""
    mine = sa.select(members.c.community_id).where(members.c.id == member).scalar_subquery()
    about = sa.or_(outbox.c.args["member"].as_integer() == member, outbox.c.lane == f"member:{member}")
    return sa.and_(outbox.c.community_id == mine, about)


async def _notices(tx: Tx, member: MemberId) -> list[Record]:
    query = (
        sa.select(outbox.c.kind, outbox.c.state, outbox.c.created_at, outbox.c.done_at)
        .where(_names(member))
        .order_by(outbox.c.id)
    )
    return await _records(tx, query)


async def erase(tx: Tx, member: MemberId, now: datetime) -> bool:
    """Take a member's identity and words out of everything; False if that was done before.

    What stays is that a former member of a firm took part, so that the other side keeps its hours and reviews.
    """
    statement = (
        sa.update(members)
        .where(members.c.id == member, members.c.state != MemberState.ERASED)
        .values(
            state=MemberState.ERASED,
            user_id=None,
            practice="",
            cadence=MemberCadence.ASK,
            paused_until=None,
            on_call=False,
            notices=Notices.THREAD,
            notice_thread_id=None,
            language="en",
            misses=0,
            left_at=sa.func.coalesce(members.c.left_at, now),
        )
    )
    if (await tx.execute(statement)).rowcount == 0:
        return False
    # Who avoids them keeps the entry: it leads to nobody now, and tells its owner to look again should they come back.
    await tx.execute(sa.delete(avoided).where(avoided.c.member_id == member))
    await _blank_words(tx, member)
    await privacy_swaps.forget(tx, member)  # before what was offered and wanted, as whoever changes a session does
    await privacy_skills.forget(tx, member, now)
    await privacy_showings.forget(tx, member, now)
    await _drop_intentions(tx, member)
    await _rename_own_firms(tx, member)
    return True


async def _blank_words(tx: Tx, member: MemberId) -> None:
    """What they wrote, and what was written about their work but not delivered yet."""
    mine = sa.select(signups.c.id).where(signups.c.member_id == member)
    await tx.execute(sa.delete(files).where(files.c.signup_id.in_(mine)))
    await tx.execute(
        sa.update(signups).where(signups.c.member_id == member).values(work="", audience="", decision="", settled="")
    )
    await tx.execute(
        sa.update(reviews)
        .where(sa.or_(reviews.c.reviewer_id == member, reviews.c.maker_id == member))
        .values(text=None)
    )


async def _drop_intentions(tx: Tx, member: MemberId) -> None:
    still_open = outbox.c.state.in_([IntentionState.PENDING, IntentionState.CLAIMED, IntentionState.BLOCKED])
    keys = (await tx.execute(sa.select(outbox.c.key).where(_names(member), still_open))).scalars()
    await outbox_queries.drop(tx, *keys)


async def _rename_own_firms(tx: Tx, member: MemberId) -> None:
    """Firms nobody else was ever part of lose their name: a firm of one is often called after its person.

    The new name is a number. Its key has a capital, which no key of a typed name has, so nobody can join the
    firm again by typing it.
    """
    mine = sa.union(
        sa.select(members.c.firm_id).where(members.c.id == member),
        sa.select(acts.c.firm_id).where(acts.c.member_id == member),
    )
    known = sa.and_(members.c.id != member, members.c.state != MemberState.ERASED)
    in_it = sa.exists().where(members.c.firm_id == firms.c.id, known)
    acted_for_it = sa.exists().where(acts.c.firm_id == firms.c.id, acts.c.member_id == members.c.id, known)
    number = sa.cast(firms.c.id, sa.Text())
    await tx.execute(
        sa.update(firms)
        .where(firms.c.id.in_(mine), ~in_it, ~acted_for_it)
        .values(name=sa.literal("#") + number, name_key=sa.literal("ERASED ") + number)
    )
