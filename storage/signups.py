"""Who is in a round, with the brief and its file for as long as the round lasts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    Attachment,
    Brief,
    CommunityId,
    MemberId,
    Place,
    Round,
    RoundId,
    RoundState,
    Signup,
    SignupId,
    SignupState,
    Wish,
)
from storage.engine import Tx, insert
from storage.tables import files, rounds, signups

_COLUMNS = (*signups.c, sa.exists().where(files.c.signup_id == signups.c.id).label("has_file"))


def _signup(row: Any) -> Signup:
    brief = (
        Brief(row.work, row.audience, row.decision, row.settled, Wish(row.wish))
        if row.work or row.audience or row.decision
        else None
    )
    return Signup(
        id=SignupId(row.id),
        round=RoundId(row.round_id),
        member=MemberId(row.member_id),
        state=SignupState(row.state),
        standing=row.standing,
        late=row.late,
        freed=row.freed,
        place=Place(row.place),
        brief=brief,
        has_file=row.has_file,
    )


async def get(tx: Tx, round_id: RoundId, member: MemberId) -> Signup | None:
    query = sa.select(*_COLUMNS).where(signups.c.round_id == round_id, signups.c.member_id == member)
    row = (await tx.execute(query)).first()
    return _signup(row) if row else None


async def of_round(tx: Tx, round_id: RoundId, *, place: Place | None = None) -> list[Signup]:
    """Everybody who is in, in the order they signed up."""
    query = (
        sa.select(*_COLUMNS)
        .where(signups.c.round_id == round_id, signups.c.state == SignupState.IN)
        .order_by(signups.c.id)
    )
    if place is not None:
        query = query.where(signups.c.place == place)
    return [_signup(row) for row in await tx.execute(query)]


async def who_is_out(tx: Tx, round_id: RoundId) -> set[MemberId]:
    """Who said "not this week", or could not make it."""
    query = sa.select(signups.c.member_id).where(signups.c.round_id == round_id, signups.c.state == SignupState.OUT)
    return {MemberId(row.member_id) for row in await tx.execute(query)}


async def count_in(tx: Tx, round_id: RoundId) -> int:
    query = sa.select(sa.func.count()).where(signups.c.round_id == round_id, signups.c.state == SignupState.IN)
    return (await tx.execute(query)).scalar_one()


async def add_standing(
    tx: Tx, community: CommunityId, round_id: RoundId, members: Iterable[MemberId], now: datetime
) -> None:
    """Sign these members up as their cadence says; whoever answered already keeps their answer."""
    values = [
        {
            "community_id": community,
            "round_id": round_id,
            "member_id": member,
            "standing": True,
            "updated_at": now,
        }
        for member in members
    ]
    if values:
        await tx.execute(insert(tx, signups).on_conflict_do_nothing(), values)


async def answer(
    tx: Tx,
    community: CommunityId,
    round_id: RoundId,
    member: MemberId,
    state: SignupState,
    now: datetime,
    *,
    late: bool = False,
) -> SignupId:
    """Set somebody's answer; a late one waits for a partner at once. Who is placed stays placed."""
    place = Place.WAITING if late and state is SignupState.IN else Place.NONE
    statement = insert(tx, signups).values(
        community_id=community,
        round_id=round_id,
        member_id=member,
        state=state,
        late=late,
        place=place,
        updated_at=now,
    )
    placed = signups.c.place == Place.PLACED
    answered = statement.on_conflict_do_update(
        index_elements=[signups.c.round_id, signups.c.member_id],
        set_={
            "state": state,
            "updated_at": now,
            "late": sa.case((placed, signups.c.late), else_=late),
            "place": sa.case((placed, signups.c.place), else_=place),
        },
    ).returning(signups.c.id)
    return SignupId((await tx.execute(answered)).scalar_one())


async def set_brief(tx: Tx, signup: SignupId, brief: Brief) -> None:
    await tx.execute(
        sa.update(signups)
        .where(signups.c.id == signup)
        .values(
            work=brief.work,
            audience=brief.audience,
            decision=brief.decision,
            settled=brief.settled,
            wish=brief.wish,
        )
    )


async def set_file(tx: Tx, signup: SignupId, file: Attachment) -> None:
    """Keep one file with a brief; a newer one takes its place."""
    values = {"name": file.name, "content_type": file.content_type, "data": file.data}
    await tx.execute(
        insert(tx, files)
        .values(signup_id=signup, **values)
        .on_conflict_do_update(index_elements=[files.c.signup_id], set_=values)
    )


async def file_of(tx: Tx, signup: SignupId) -> Attachment | None:
    row = (await tx.execute(sa.select(files).where(files.c.signup_id == signup))).first()
    return Attachment(row.name, row.content_type, row.data) if row else None


async def place(
    tx: Tx,
    round_id: RoundId,
    members: Iterable[MemberId],
    to: Place,
    *,
    was: Place,
    why_not: str = "",
    freed: bool | None = None,
) -> int:
    """Move these people's place on, where it still is `was`; how many were moved."""
    values: dict[str, Any] = {"place": to, "why_not": why_not}
    if freed is not None:
        values["freed"] = freed
    statement = (
        sa.update(signups)
        .where(
            signups.c.round_id == round_id,
            signups.c.member_id.in_(list(members)),
            signups.c.place == was,
            signups.c.state == SignupState.IN,
        )
        .values(**values)
    )
    return (await tx.execute(statement)).rowcount


async def withdraw(tx: Tx, round_id: RoundId, member: MemberId, now: datetime) -> bool:
    """Take somebody out of a round, wherever they stand; signing up again makes them late. False if they were out."""
    statement = (
        sa.update(signups)
        .where(signups.c.round_id == round_id, signups.c.member_id == member, signups.c.state == SignupState.IN)
        .values(state=SignupState.OUT, place=Place.NONE, freed=False, why_not="", updated_at=now)
    )
    return (await tx.execute(statement)).rowcount == 1


async def why_not(tx: Tx, round_id: RoundId, member: MemberId) -> str:
    query = sa.select(signups.c.why_not).where(signups.c.round_id == round_id, signups.c.member_id == member)
    return (await tx.execute(query)).scalar() or ""


async def last_standing(tx: Tx, community: CommunityId) -> dict[MemberId, datetime]:
    """For each member, when the last round opened that their cadence signed them up for and that took place."""
    query = (
        sa.select(signups.c.member_id, sa.func.max(rounds.c.opens_at).label("opens_at"))
        .join(rounds, rounds.c.id == signups.c.round_id)
        .where(signups.c.community_id == community, signups.c.standing, rounds.c.state != RoundState.SKIPPED)
        .group_by(signups.c.member_id)
    )
    return {MemberId(row.member_id): row.opens_at for row in await tx.execute(query)}


async def left_out(tx: Tx, community: CommunityId, before: int, since: datetime) -> list[tuple[int, int]]:
    """(number of the round, member) of all who found no place, in rounds before that number that closed after then."""
    query = (
        sa.select(rounds.c.number, signups.c.member_id)
        .join(rounds, rounds.c.id == signups.c.round_id)
        .where(
            signups.c.community_id == community,
            signups.c.place == Place.LEFT_OUT,
            rounds.c.number < before,
            rounds.c.closes_at >= since,
        )
    )
    return [(row.number, row.member_id) for row in await tx.execute(query)]


async def last_brief(tx: Tx, member: MemberId) -> Brief | None:
    """A brief of an earlier round that is still kept, because it never reached anybody."""
    query = (
        sa.select(*_COLUMNS)
        .where(signups.c.member_id == member, signups.c.decision != "")
        .order_by(signups.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).first()
    return _signup(row).brief if row else None


async def forget_briefs(tx: Tx, a_round: Round, keep: Collection[MemberId] = ()) -> None:
    """The round is over: what people wrote stands in their threads and is not needed here any more.

    `keep`: whose brief reached nobody, because there was no thread; it is there for their next round, then it goes.
    """
    over = sa.select(rounds.c.id).where(rounds.c.community_id == a_round.community, rounds.c.number <= a_round.number)
    mine = sa.and_(
        signups.c.community_id == a_round.community,
        signups.c.round_id.in_(over),
        sa.or_(signups.c.round_id != a_round.id, signups.c.member_id.not_in(list(keep))),
    )
    await tx.execute(sa.delete(files).where(files.c.signup_id.in_(sa.select(signups.c.id).where(mine))))
    written = sa.or_(signups.c.work != "", signups.c.audience != "", signups.c.decision != "", signups.c.settled != "")
    await tx.execute(sa.update(signups).where(mine, written).values(work="", audience="", decision="", settled=""))


async def leave_out_all(tx: Tx, round_id: RoundId) -> list[MemberId]:
    """Whoever is in and has no place goes first next time; who that is."""
    statement = (
        sa.update(signups)
        .where(
            signups.c.round_id == round_id,
            signups.c.state == SignupState.IN,
            signups.c.place.in_([Place.NONE, Place.WAITING]),
        )
        .values(place=Place.LEFT_OUT)
        .returning(signups.c.member_id)
    )
    return [MemberId(row.member_id) for row in await tx.execute(statement)]
