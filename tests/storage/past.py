"""Rows of everything two people do with each other, written down as of any moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from domain.model import CommunityId, FirmId, MemberId
from storage.engine import Database, Tx
from storage.tables import (
    acts,
    answers,
    asks,
    files,
    followups,
    legs,
    listings,
    metadata,
    pairing_members,
    pairings,
    quotes,
    reviews,
    rounds,
    showings,
    signups,
    skills,
    swap_members,
    swaps,
    transfers,
)
from tests.storage import rows

DAY = timedelta(days=1)
_numbers = count(1)


async def _new(tx: Tx, table: sa.Table, **values: Any) -> int:
    return int((await tx.execute(sa.insert(table).values(**values).returning(table.c.id))).scalar_one())


@dataclass(frozen=True, slots=True)
class Two:
    """Two people of two firms."""

    community: CommunityId
    ada: MemberId
    hers: FirmId
    ben: MemberId
    his: FirmId


async def two(tx: Tx, community: CommunityId) -> Two:
    one, other = await rows.member(tx, next(_numbers), community), await rows.member(tx, next(_numbers), community)
    return Two(community, *one, *other)


async def live(tx: Tx, who: Two, at: datetime) -> None:
    """The two do a bit of everything, all of it at that moment."""
    a_round = await _round(tx, who, at)
    showing = await _showing(tx, who, at)
    swap = await _swap(tx, who, at)
    for owner in ({"round_id": a_round}, {"showing_id": showing}):
        moments = {"asked_at": at, "expires_at": at, "state": "taken"}
        await _new(tx, asks, community_id=who.community, member_id=who.ben, for_member_id=who.ada, **moments, **owner)
    await act(tx, who, at, "review.exchanged", round_id=a_round)
    await act(tx, who, at, "session.exchanged", swap_id=swap, minutes=45)
    await act(tx, who, at, "showing.shown", showing_id=showing, other=False)
    known = {"member_id": who.ada, "other_member_id": who.ben, "due_at": at, "asked_at": at}
    if not (await tx.execute(sa.select(followups.c.id).where(followups.c.member_id == who.ada))).first():
        await _new(tx, followups, community_id=who.community, **known, led_on=True, answered_at=at)
        await _new(tx, quotes, community_id=who.community, member_id=who.ada, text="We made a lamp", given_at=at)


async def act(tx: Tx, who: Two, at: datetime, kind: str, *, other: bool = True, **more: Any) -> None:
    """Ada did this, with Ben unless told otherwise."""
    him = {"other_member_id": who.ben, "other_firm_id": who.his} if other else {}
    values = {"community_id": who.community, "at": at, "kind": kind, "member_id": who.ada, "firm_id": who.hers}
    await _new(tx, acts, key=f"act {next(_numbers)}", **values, **him, **more)


async def _round(tx: Tx, who: Two, at: datetime) -> int:
    person = [who.ada, who.hers, "crafts", [], []]
    moments = dict.fromkeys(("opens_at", "pairs_at", "nudges_at", "closes_at", "drawn_at"), at)
    people = {"present": [person], "absent": []}
    here = {"community_id": who.community, "number": next(_numbers)}
    made = await _new(tx, rounds, **here, seed=1, state="closed", present=people, **moments)
    signup = await _new(tx, signups, community_id=who.community, round_id=made, member_id=who.ada, updated_at=at)
    await _new(tx, files, signup_id=signup, name="a.png", content_type="image/png", data=b"a")
    facts = {"number": 1, "kind": "draw", "times_met": 0, "new_firms": 0}
    pairing = await _new(tx, pairings, community_id=who.community, round_id=made, created_at=at, **facts)
    for position, member in enumerate((who.ada, who.ben)):
        seat = {"pairing_id": pairing, "member_id": member, "position": position, "joined_at": at}
        await tx.execute(sa.insert(pairing_members).values(**seat))
    given = {"round_id": made, "pairing_id": pairing, "reviewer_id": who.ada, "maker_id": who.ben}
    moments = {"given_at": at, "acknowledged_at": at}
    await _new(tx, reviews, community_id=who.community, mode="written", state="acknowledged", **given, **moments)
    return made


async def _showing(tx: Tx, who: Two, at: datetime) -> int:
    maker = {"community_id": who.community, "member_id": who.ada}
    showing = await _new(tx, showings, **maker, state="open", source="form", ask="how", shown_at=at, answered_at=at)
    await _new(tx, files, showing_id=showing, name="b.png", content_type="image/png", data=b"b")
    written = {"showing_id": showing, "member_id": who.ben, "at": at, "message_id": 1, "helped_at": at}
    await tx.execute(sa.insert(answers).values(community_id=who.community, **written))
    return showing


async def _swap(tx: Tx, who: Two, at: datetime) -> int:
    """A leg of one hour, paid, corrected to three quarters."""
    here = {"community_id": who.community}
    name = f"skill {next(_numbers)}"
    skill = await _new(tx, skills, **here, name=name, name_key=name, created_at=at)
    closed = {"skill_id": skill, "state": "met", "created_at": at, "expires_at": at, "ended_at": at}
    offer = await _new(tx, listings, **here, member_id=who.ada, kind="offer", **closed)
    want = await _new(tx, listings, **here, member_id=who.ben, kind="want", **closed)
    numbered = {"number": next(_numbers), "thread_id": next(_numbers)}
    swap = await _new(tx, swaps, **here, **numbered, state="over", proposed_at=at, expires_at=at)
    for position, member in enumerate((who.ada, who.ben)):
        seat = {"swap_id": swap, "member_id": member, "position": position, "proposed": False, "proposed_at": at}
        await tx.execute(sa.insert(swap_members).values(answered_at=at, answer="accepted", **seat))
    people = {"teacher_id": who.ada, "learner_id": who.ben, "skill_id": skill, "offer_id": offer, "want_id": want}
    leg = await _new(
        tx, legs, **here, swap_id=swap, position=0, **people, state="confirmed", settled=45, agreed_at=at, ended_at=at
    )
    wrong = await move(tx, who.community, at, "session", who.his, who.hers, 60, member_id=who.ben, leg_id=leg)
    back = {"member_id": who.ben, "leg_id": leg, "reverses_id": wrong}
    await move(tx, who.community, at, "reversal", who.hers, who.his, 60, **back)
    await move(tx, who.community, at, "session", who.his, who.hers, 45, member_id=who.ben, leg_id=leg)
    return swap


async def move(
    tx: Tx,
    community: CommunityId,
    at: datetime,
    kind: str,
    debit: FirmId | None,
    credit: FirmId | None,
    minutes: int,
    **more: Any,
) -> int:
    """Write a transfer down."""
    accounts = {"debit_firm_id": debit, "credit_firm_id": credit, "minutes": minutes}
    key = f"transfer {next(_numbers)}"
    return await _new(tx, transfers, key=key, community_id=community, at=at, kind=kind, **accounts, **more)


Contents = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


async def contents(db: Database) -> Contents:
    """Every row there is, by table and primary key."""
    found: Contents = {}
    async with db.read() as tx:
        for table in metadata.sorted_tables:
            all_of_it = (await tx.execute(sa.select(table))).mappings()
            found[table.name] = {tuple(row[one.name] for one in table.primary_key): dict(row) for row in all_of_it}
    return found
