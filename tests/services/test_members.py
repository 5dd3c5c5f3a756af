"""Joining, what members decide, leaving and coming back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.services import avoiding, members, rounds
from bot.services.members import Application
from domain.calendar import MemberCadence, RoundTimes
from domain.errors import (
    AvoidOwnFirm,
    AvoidSelf,
    DayPassed,
    FirmNotQuite,
    NotAMember,
    NotJoined,
    PersonError,
    TooOld,
    UnknownFirm,
    UnknownSector,
)
from domain.model import (
    ActKind,
    Avoided,
    FirmId,
    Member,
    MemberId,
    MemberState,
    Notices,
    Round,
    RoundState,
    SignupState,
    UserId,
)
from storage import members as stored_members
from storage import rounds as stored_rounds
from storage import signups
from storage.engine import Database
from tests.house import NOW, House, house


@pytest.fixture
async def h(db: Database) -> House:
    return await house(db)


async def open_round(h: House) -> Round:
    times = RoundTimes(*(NOW + timedelta(days=days) for days in (-1, 1, 3, 6)))
    async with h.tools.db.write() as tx:
        a_round = await stored_rounds.add(tx, h.community.id, times, 1)
        assert a_round is not None
        await stored_rounds.advance(tx, a_round, RoundState.OPEN, times.pairs_at)
    return a_round


async def is_in(h: House, a_round: Round, member: Member) -> bool:
    async with h.tools.db.read() as tx:
        found = await signups.get(tx, a_round.id, member.id)
    return found is not None and found.state is SignupState.IN


def kinds(acts: list[object]) -> list[object]:
    return [getattr(one, "kind", None) for one in acts]


# Joining


async def test_joining_makes_the_firm_and_writes_the_log(h: House) -> None:
    joined = await members.join(
        h.tools, h.community, UserId(7), Application("Studio Noord", "crafts", "chairs", MemberCadence.ASK), "nl"
    )
    member = joined.member
    assert (joined.new, joined.back, joined.round) == (True, False, None)
    assert (member.firm.name, member.firm.sector, member.cadence, member.language) == (
        "Studio Noord",
        "crafts",
        MemberCadence.ASK,
        "nl",
    )
    (act,) = await h.acts(member.id)
    assert (act.kind, act.firm, act.community) == (ActKind.JOINED, member.firm.id, h.community.id)


async def test_two_clicks_at_once_join_once(h: House) -> None:
    wanted = Application("Studio Noord", "crafts", "chairs")
    both = await asyncio.gather(
        *(members.join(h.tools, h.community, UserId(7), wanted, "en") for _ in range(4)),
    )
    assert [one.new for one in both].count(True) == 1
    assert len({one.member.id for one in both}) == 1
    assert kinds(await h.acts(both[0].member.id)) == [ActKind.JOINED]


async def test_people_of_one_firm_joining_at_once_make_one_firm(h: House) -> None:
    names = ["Studio Noord", "studio noord", " STUDIO  NOORD "]
    await asyncio.gather(*(h.join(user, names[user % 3]) for user in range(30)))
    assert len(await h.firms()) == 1
    assert len(await members.active(h.tools, h.community.id)) == 30


async def test_joining_again_changes_nothing(h: House) -> None:
    first = await h.join(7, "Studio Noord")
    again = await members.join(h.tools, h.community, UserId(7), Application("Else", "design", "x"), "nl")
    assert (again.new, again.member) == (False, first)
    assert [one.name for one in await h.firms()] == ["Studio Noord"]


async def test_a_sector_that_is_not_on_the_list_is_refused_and_nothing_is_stored(h: House) -> None:
    for sector in ("", "basket weaving"):
        with pytest.raises(UnknownSector):
            await h.join(7, "Studio Noord", sector)
    assert await members.known(h.tools, h.community.id, UserId(7)) is None
    assert await h.firms() == []


async def test_an_existing_firm_keeps_its_sector_whatever_a_newcomer_says(h: House) -> None:
    await h.join(7, "Studio Noord", "crafts")
    for user, said in ((8, ""), (9, "design"), (10, "basket weaving")):
        assert (await h.join(user, "studio noord", said)).firm.sector == "crafts"


async def test_an_abandoned_firm_takes_the_sector_its_next_person_says(h: House) -> None:
    alone = await h.join(7, "Studio Noord", "crafts")
    await members.leave(h.tools, alone)
    newcomer = await h.join(8, "Studio Noord", "design")
    assert (newcomer.firm.id, newcomer.firm.sector) == (alone.firm.id, "design")


async def test_what_a_typed_firm_comes_down_to(h: House) -> None:
    await h.join(7, "Studio Noord", "crafts")

    async def found(firm: str, sector: str = "", member: Member | None = None) -> members.FirmFound:
        return await members.find_firm(h.tools, h.community, Application(firm, sector, "x"), member)

    same = await found("STUDIO NOORD", "design")
    assert (same.name, same.sector, same.sector_kept, same.similar) == ("Studio Noord", "crafts", True, ())
    assert not (await found("Studio Noord", "crafts")).sector_kept
    alike = await found("Studio Noord BV", "design")
    assert ([one.name for one in alike.similar], alike.sector) == (["Studio Noord"], "design")
    assert await found("Elders") == members.FirmFound("Elders", "", sector_kept=False, similar=())


async def test_joining_while_a_round_is_open_is_being_in_it_unless_asked_each_time(h: House) -> None:
    a_round = await open_round(h)
    weekly = await members.join(h.tools, h.community, UserId(7), Application("A", "crafts", "x"), "en")
    ask = await members.join(h.tools, h.community, UserId(8), Application("B", "crafts", "x", MemberCadence.ASK), "en")
    assert weekly.round is not None
    assert weekly.round.id == a_round.id
    assert ask.round is None
    assert await is_in(h, a_round, weekly.member)
    assert not await is_in(h, a_round, ask.member)


async def test_any_name_is_kept_as_it_is_and_found_again(h: House) -> None:
    names = [
        "*bold* _it_ ~~x~~ `code` ||spoiler||",
        "@everyone <@1> <#2> <t:1:R>",
        "استوديو الشمال",
        "סטודיו צפון",
        "👩‍👩‍👧‍👦 Studio 🏳️‍🌈",
        "'; DROP TABLE firms; --",
        "İstanbul ﬁrm ẞ",
        "z̸̢̛̩̀a̷l̶g̸o̴",
    ]
    for number, name in enumerate(names):
        first, second = await h.join(2 * number, name, practice=name), await h.join(2 * number + 1, name)
        assert first.firm == second.firm
        assert (first.firm.name, first.practice) == (name, name)
    assert len(await h.firms()) == len(names)


# Leaving and coming back


async def test_who_comes_back_finds_their_history(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    await members.leave(h.tools, member)
    await members.leave(h.tools, member)
    left = await h.again(member)
    assert (left.state, left.user) == (MemberState.LEFT, UserId(7))
    assert await h.firms() == []

    back = await members.join(h.tools, h.community, UserId(7), Application("Elders", "design", "tables"), "nl")
    assert (back.new, back.back, back.member.id, back.member.firm.name) == (True, True, member.id, "Elders")
    log = await h.acts(member.id)
    assert [one.kind for one in log] == [ActKind.JOINED, ActKind.LEFT, ActKind.JOINED]
    # The old firm's acts stay the old firm's.
    assert [one.firm for one in log] == [member.firm.id, member.firm.id, back.member.firm.id]


async def test_who_comes_back_while_the_round_is_open_is_told_the_truth_about_it(h: House) -> None:
    a_round = await open_round(h)
    member = await h.join(7, "Studio Noord")
    await members.leave(h.tools, member)
    back = await members.join(h.tools, h.community, UserId(7), Application("Elders", "design", "x"), "en")
    assert (back.round is not None) == await is_in(h, a_round, member)


async def test_leaving_the_server_is_leaving_and_strangers_do_not_matter(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    for user in (7, 7, 8):
        await members.gone(h.tools, h.community.id, UserId(user))
    assert (await h.again(member)).state is MemberState.LEFT
    assert [one.kind for one in await h.acts(member.id)] == [ActKind.JOINED, ActKind.LEFT]


async def test_who_leaves_is_taken_out_of_the_open_round(h: House) -> None:
    a_round = await open_round(h)
    member = await h.join(7, "Studio Noord")
    assert await is_in(h, a_round, member)
    await members.leave(h.tools, member)
    assert not await is_in(h, a_round, member)


# What members decide


async def test_another_firm_counts_from_now_on(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    changed = await members.edit(h.tools, h.community, member, Application("Elders", "design", "tables"))
    assert (changed.firm.name, changed.firm.sector, changed.practice) == ("Elders", "design", "tables")
    assert [one.name for one in await h.firms()] == ["Elders"]
    assert (await h.acts(member.id))[0].firm == member.firm.id


async def test_only_whoever_is_alone_in_a_firm_changes_its_sector(h: House) -> None:
    alone = await h.join(7, "Studio Noord", "crafts")
    same_firm = Application("Studio Noord", "design", "x")
    assert (await members.edit(h.tools, h.community, alone, same_firm)).firm.sector == "design"
    await h.join(8, "Studio Noord")
    back = replace(same_firm, sector="crafts")
    assert (await members.edit(h.tools, h.community, alone, back)).firm.sector == "design"


async def test_cadence_on_call_notices_and_pause_are_kept(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    await members.choose_cadence(h.tools, member, MemberCadence.ASK)
    await members.be_on_call(h.tools, member, True)
    await members.tell_by(h.tools, member, Notices.DM)
    await members.note_language(h.tools, member.id, "nl")
    paused = await members.pause(h.tools, h.community, member, 2)
    assert (paused.cadence, paused.on_call, paused.notices, paused.language) == (
        MemberCadence.ASK,
        True,
        Notices.DM,
        "nl",
    )
    assert paused.paused_until == datetime(2026, 1, 18, 23, tzinfo=UTC)
    assert not paused.present(NOW)
    until = await members.pause_until(h.tools, h.community, member, "2026-02-01")
    assert until.paused_until == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert (await h.again(member)) == until


async def test_a_wrong_date_leaves_the_pause_as_it_was(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    before = await members.pause(h.tools, h.community, member, 1)
    with pytest.raises(DayPassed):
        await members.pause_until(h.tools, h.community, member, "2020-01-01")
    assert await h.again(member) == before


async def test_whoever_is_back_every_week_is_in_the_open_round_the_others_are_not(h: House) -> None:
    weekly, ask = await h.join(7, "A"), await h.join(8, "B", cadence=MemberCadence.ASK)
    for one in (weekly, ask):
        await members.pause(h.tools, h.community, one, 4)
    a_round = await open_round(h)
    changed, joined = await members.resume(h.tools, weekly)
    assert changed.paused_until is None
    assert joined is not None
    assert await is_in(h, a_round, weekly)
    assert (await members.resume(h.tools, ask))[1] is None
    assert not await is_in(h, a_round, ask)


async def test_who_said_not_this_week_stays_out_after_a_pause(h: House) -> None:
    a_round = await open_round(h)
    member = await h.join(7, "A")
    await rounds.sit_out(h.tools, member, a_round.id)
    await members.pause(h.tools, h.community, member, 1)
    assert (await members.resume(h.tools, member))[1] is None
    assert not await is_in(h, a_round, member)


async def test_an_old_button_of_somebody_who_left_is_refused(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    await members.leave(h.tools, member)
    for old in (
        members.choose_cadence(h.tools, member, MemberCadence.ASK),
        members.pause(h.tools, h.community, member, 1),
        members.be_on_call(h.tools, member, True),
        members.tell_by(h.tools, member, Notices.DM),
        members.edit(h.tools, h.community, member, Application("Elders", "design", "x")),
    ):
        with pytest.raises(NotAMember):
            await old
    # The firm that came with the refused change was not made either.
    assert await h.firms() == []
    async with h.tools.db.read() as tx:
        assert await stored_members.firm_by_key(tx, h.community.id, "elders") is None


async def test_the_thread_of_notices_is_kept_beside_the_member(h: House) -> None:
    member = await h.join(7, "Studio Noord")
    await members.remember_notice_thread(h.tools, member.id, 99)
    async with h.tools.db.read() as tx:
        assert await stored_members.notice_thread(tx, member.id) == 99


# Whom they avoid


async def test_people_and_firms_are_put_on_the_list_and_taken_off(h: House) -> None:
    me, other, third = await h.join(7, "A"), await h.join(8, "B"), await h.join(9, "C")
    assert [one.name for one in (await avoiding.avoid_list(h.tools, me)).choices] == ["B", "C"]
    await avoiding.avoid_person(h.tools, me, UserId(8))
    listed = await avoiding.avoid_firm(h.tools, me, third.firm.id)
    assert (listed.people, listed.firms) == ((other,), (third.firm,))
    assert [one.name for one in listed.choices] == ["B"]
    assert await avoiding.avoid_person(h.tools, me, UserId(8)) == listed
    entries = [Avoided(me.id, other_member=other.id), Avoided(me.id, other_firm=third.firm.id)]
    for _ in range(2):
        empty = await avoiding.stop_avoiding(h.tools, me, entries)
        assert (empty.people, empty.firms) == ((), ())


async def test_nobody_touches_the_list_of_somebody_else(h: House) -> None:
    me, other = await h.join(7, "A"), await h.join(8, "B")
    await h.join(9, "C")
    await avoiding.avoid_person(h.tools, me, UserId(9))
    theirs = Avoided(me.id, other_member=MemberId(9))
    await avoiding.stop_avoiding(h.tools, other, [theirs, Avoided(me.id, other_member=None, other_firm=None)])
    assert len((await avoiding.avoid_list(h.tools, me)).people) == 1
    assert (await avoiding.avoid_list(h.tools, other)).people == ()


async def test_what_need_not_or_cannot_be_avoided(h: House, db: Database) -> None:
    me = await h.join(7, "Studio Noord")
    await h.join(8, "Studio Noord")
    elsewhere = await (await house(db, 2)).join(9, "Elders")

    async def refused(attempt: Awaitable[object], error: type[PersonError], **details: str) -> None:
        with pytest.raises(error) as caught:
            await attempt
        assert caught.value.details == details

    await refused(avoiding.avoid_person(h.tools, me, UserId(7)), AvoidSelf)
    await refused(avoiding.avoid_person(h.tools, me, UserId(8)), AvoidOwnFirm, firm="Studio Noord")
    await refused(avoiding.avoid_person(h.tools, me, UserId(9)), NotJoined)
    for firm in (elsewhere.firm.id, FirmId(2**62)):
        await refused(avoiding.avoid_firm(h.tools, me, firm), TooOld)
    await refused(avoiding.avoid_firm(h.tools, me, me.firm.id), AvoidOwnFirm, firm="Studio Noord")
    await refused(avoiding.avoid_firm_named(h.tools, me, "studio NOORD"), AvoidOwnFirm, firm="Studio Noord")
    assert await avoiding.avoid_list(h.tools, me) == avoiding.AvoidList((), (), ())


async def test_a_firm_by_name_is_found_or_the_closest_are_told(h: House) -> None:
    me, other = await h.join(7, "A"), await h.join(8, "Studio Noord")
    assert (await avoiding.avoid_firm_named(h.tools, me, "studio noord")).firms == (other.firm,)
    with pytest.raises(FirmNotQuite) as close:
        await avoiding.avoid_firm_named(h.tools, me, "Studio Nord")
    assert close.value.details == {"name": "Studio Nord", "like": "Studio Noord"}
    with pytest.raises(UnknownFirm):
        await avoiding.avoid_firm_named(h.tools, me, "qqq")


async def test_communities_do_not_see_each_other(h: House, db: Database) -> None:
    other = await house(db, 2)
    mine, theirs = await h.join(7, "Studio Noord"), await other.join(7, "Studio Noord", "design")
    assert mine.firm != theirs.firm
    assert [one.id for one in await members.active(h.tools, h.community.id)] == [mine.id]
    await members.leave(h.tools, mine)
    assert (await other.again(theirs)).state is MemberState.ACTIVE
