"""Queries about members: what a change changes, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.calendar import MemberCadence
from domain.members import CONSENT
from domain.model import Avoided, CommunityId, Member, MemberId, MemberState, Notices, UserId
from storage import members
from storage.engine import Database, Tx
from storage.tables import members as table
from tests.house import NOW, house

HERE = CommunityId(1)


@pytest.fixture
async def db_(db: Database) -> Database:
    await house(db)
    await house(db, 2)
    return db


async def _join(tx: Tx, user: int, firm: str = "Studio Noord", community: CommunityId = HERE) -> Member:
    await members.add_firm(tx, community, firm, firm.casefold(), "crafts", NOW)
    found = await members.firm_by_key(tx, community, firm.casefold())
    assert found is not None
    told = members.Told(found.id, "chairs", MemberCadence.WEEKLY, "nl")
    assert await members.add(tx, community, UserId(user), told, NOW)
    member = await members.get(tx, community, UserId(user))
    assert member is not None
    return member


async def test_a_member_is_read_as_written(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        assert await members.by_id(tx, member.id) == member
    assert (member.user, member.firm.name, member.firm.sector, member.practice) == (
        7,
        "Studio Noord",
        "crafts",
        "chairs",
    )
    assert (member.state, member.cadence, member.language) == (MemberState.ACTIVE, MemberCadence.WEEKLY, "nl")
    assert (member.paused_until, member.on_call, member.notices, member.misses) == (None, False, Notices.THREAD, 0)
    assert member.joined_at == NOW
    async with db_.read() as tx:
        row = (await tx.execute(sa.select(table))).one()
    assert (row.consent, row.consented_at) == (CONSENT, NOW)


async def test_one_account_joins_a_community_once_and_another_community_too(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        told = members.Told(member.firm.id, "else", MemberCadence.ASK, "en")
        assert not await members.add(tx, HERE, UserId(7), told, NOW)
        elsewhere = await _join(tx, 7, community=CommunityId(2))
        assert await members.by_id(tx, member.id) == member
        assert [one.id for one in await members.active(tx, HERE)] == [member.id]
    assert elsewhere.id != member.id
    assert elsewhere.firm.id != member.firm.id


async def test_a_firm_of_one_name_is_one_firm(db_: Database) -> None:
    async with db_.write() as tx:
        first = await _join(tx, 7)
        await members.add_firm(tx, HERE, "STUDIO NOORD", "studio noord", "design", NOW)
        assert await members.firms(tx, HERE) == [first.firm]
        assert await members.firms_by_ids(tx, CommunityId(2), {first.firm.id}) == {}


async def test_an_empty_firm_is_kept_but_not_listed(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        assert await members.leave(tx, member.id, NOW)
        assert await members.firms(tx, HERE) == []
        assert await members.firm_by_key(tx, HERE, "studio noord") == member.firm
        assert await members.colleagues(tx, member.firm.id, None) == 0


async def test_colleagues_are_counted_without_oneself(db_: Database) -> None:
    async with db_.write() as tx:
        one, _ = await _join(tx, 7), await _join(tx, 8)
        assert await members.colleagues(tx, one.firm.id, one.id) == 1
        assert await members.colleagues(tx, one.firm.id, None) == 2


async def test_leaving_twice_is_leaving_once_and_coming_back_starts_anew(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        await members.set_pause(tx, member.id, NOW + timedelta(days=9))
        await members.set_on_call(tx, member.id, True)
        await members.set_notices(tx, member.id, Notices.DM)
        await members.set_misses(tx, member.id, 1)
        assert await members.leave(tx, member.id, NOW)
        assert not await members.leave(tx, member.id, NOW)
        told = members.Told(member.firm.id, "tables", MemberCadence.ASK, "en")
        later = NOW + timedelta(days=30)
        assert await members.take_back(tx, member.id, told, later)
        assert not await members.take_back(tx, member.id, told, later)
        back = await members.by_id(tx, member.id)
    assert back is not None
    assert (back.state, back.practice, back.cadence, back.language) == (
        MemberState.ACTIVE,
        "tables",
        MemberCadence.ASK,
        "en",
    )
    assert (back.paused_until, back.on_call, back.notices, back.misses) == (None, False, Notices.THREAD, 0)
    assert back.joined_at == NOW


async def test_nothing_changes_for_somebody_who_has_left(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        await members.leave(tx, member.id, NOW)
        before = await members.by_id(tx, member.id)
        changes = [
            members.set_profile(tx, member.id, member.firm.id, "else"),
            members.set_cadence(tx, member.id, MemberCadence.ASK),
            members.set_misses(tx, member.id, 2),
            members.set_pause(tx, member.id, NOW),
            members.set_on_call(tx, member.id, True),
            members.set_notices(tx, member.id, Notices.DM),
            members.set_language(tx, member.id, "en"),
            members.set_notice_thread(tx, member.id, 5),
        ]
        assert [await change for change in changes] == [False] * len(changes)
        assert await members.by_id(tx, member.id) == before


async def test_a_new_cadence_forgives_what_was_missed(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        assert await members.set_misses(tx, member.id, 2)
        assert await members.set_cadence(tx, member.id, MemberCadence.FORTNIGHTLY)
        changed = await members.by_id(tx, member.id)
    assert changed is not None
    assert (changed.cadence, changed.misses) == (MemberCadence.FORTNIGHTLY, 0)


async def test_the_thread_of_notices_is_remembered_until_it_is_gone(db_: Database) -> None:
    async with db_.write() as tx:
        member = await _join(tx, 7)
        assert await members.notice_thread(tx, member.id) is None
        await members.set_notice_thread(tx, member.id, 2**62)
        assert await members.notice_thread(tx, member.id) == 2**62
        await members.set_notice_thread(tx, member.id, None)
        assert await members.notice_thread(tx, member.id) is None


async def test_whom_somebody_avoids_is_one_entry_each_and_goes_alone(db_: Database) -> None:
    async with db_.write() as tx:
        me, other, third = [await _join(tx, user, f"Firm {user}") for user in (7, 8, 9)]
        person, firm = Avoided(me.id, other_member=other.id), Avoided(me.id, other_firm=other.firm.id)
        theirs = Avoided(third.id, other_member=other.id)
        for entry in (person, firm, person, firm, theirs):
            await members.avoid(tx, HERE, entry)
        assert await members.avoided_by(tx, me.id) == [person, firm]
        assert await members.avoided(tx, HERE) == [person, firm, theirs]
        assert await members.avoided(tx, CommunityId(2)) == []
        await members.stop_avoiding(tx, person)
        await members.stop_avoiding(tx, person)
        assert await members.avoided(tx, HERE) == [firm, theirs]
        assert await members.by_ids(tx, {MemberId(other.id)}) == {other.id: other}
