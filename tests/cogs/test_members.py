"""`/join` as people meet it: what they type and press, and what they are told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import members
from bot.services.members import Application
from cogs.members.avoiding import Avoiding
from cogs.members.drafts import AT_MOST, KEPT, Draft, Drafts
from cogs.members.joining import Joining
from cogs.members.privacy import Privacy
from cogs.members.profile import Profile
from domain.calendar import MemberCadence
from domain.errors import DraftGone
from domain.model import UserId
from storage import tables
from storage.engine import Database
from tests.cogs.desk import Desk, actions, at_desk, labels, shown_in
from tests.cogs.stage import everybody_reads, stage
from tests.house import NOW
from tests.world import custom_ids, said


async def test_nothing_is_stored_before_consent_and_what_was_agreed_to_after(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        before = await desk.rows(*tables.metadata.sorted_tables)
        asked = await desk.ask_to_join(desk.ada)
        assert shown_in(asked).ephemeral
        for promise in (
            "Studio Noord",
            "crafts",
            "Chairs and tables",
            "Weft does not read it",
            "Nobody ranks people",
            "Managers see firms and totals",
            "Manage Threads",
            "12 months",
            "never affects your rent or your lease",
            "Nothing about you has been stored yet",
        ):
            assert promise in said(asked)
        assert labels(asked) == ["Join", "Not now"]
        asked = await desk.choose(desk.ada, asked, "join.cadence", "fortnightly")
        assert await desk.rows(*tables.metadata.sorted_tables) == before
        done = await desk.press(desk.ada, asked, "join.yes")
        assert "Welcome" in said(done)
        member = await desk.member(desk.ada)
        assert (member.firm.name, member.firm.sector, member.practice, member.cadence) == (
            "Studio Noord",
            "crafts",
            "Chairs and tables",
            MemberCadence.FORTNIGHTLY,
        )
        shown = await desk.press(desk.ada, done, "me.show")
        assert "You in Weft" in said(shown)


async def test_not_now_leaves_no_trace(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        before = await desk.rows(*tables.metadata.sorted_tables)
        asked = await desk.ask_to_join(desk.ada)
        done = await desk.press(desk.ada, asked, "join.no")
        assert "Nothing about you has been stored" in said(done)
        assert custom_ids(shown_in(done)) == []
        assert await desk.rows(*tables.metadata.sorted_tables) == before


async def test_joining_twice_shows_the_profile(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        asked, twin = await desk.ask_to_join(desk.ada), await desk.ask_to_join(desk.ada, firm="Elders")
        await desk.press(desk.ada, asked, "join.yes")
        for again in (
            await desk.ask_to_join(desk.ada, firm="Elders"),
            await desk.press(desk.ada, twin, "join.yes"),
        ):
            assert "You are in already" in said(again)
            assert "me.edit" in actions(again)
        assert (await desk.member(desk.ada)).firm.name == "Studio Noord"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"firm": "x" * 5000}, "at most 80 characters long; yours has 5000"),
        ({"firm": " \u200b\u202e "}, "with at least one letter, number or emoji"),
        ({"practice": "x" * 301}, "should fit into 300 characters; you wrote 301"),
        ({"practice": "\u200b"}, "in a few words what you do"),
        ({"sector": "basket weaving"}, "“basket weaving” is not a sector here. You can choose from advertising"),
        ({"sector": "*" * 5000}, "is not a sector here"),
    ],
)
async def test_what_cannot_be_is_told_kindly(sqlite_db: Database, form: dict[str, str], told: str) -> None:
    async with at_desk(sqlite_db) as desk:
        refused = await desk.ask_to_join(desk.ada, **form)
        assert told in said(refused)
        assert len(said(refused)) < 1000
        assert shown_in(refused).ephemeral
        assert await desk.stored(desk.ada) is None


async def test_names_are_shown_as_typed_and_do_nothing(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        asked = await desk.ask_to_join(desk.ada, firm="*Noord* @everyone <@1>", practice="سيراميك 👩‍👩‍👧‍👦")
        assert r"\*Noord\* \@everyone \<\@1>" in said(asked)
        assert "\u2068سيراميك 👩‍👩‍👧‍👦\u2069" in said(asked)
        await desk.press(desk.ada, asked, "join.yes")
        assert (await desk.member(desk.ada)).firm.name == "*Noord* @everyone <@1>"


async def test_before_the_set_up_people_are_told_so(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Joining, Profile, Avoiding, Privacy) as s:
        desk = Desk(s)
        assert "not set up" in said(await desk.ask_to_join(s.ada))
        assert "not set up" in said(await desk.me(s.ada))


async def test_an_existing_firm_needs_no_sector_and_keeps_its_own(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.bert)
        asked = await desk.ask_to_join(desk.ada, firm="STUDIO noord", sector="design")
        assert "**Studio Noord** is listed under crafts here, so that stays" in said(asked)
        asked = await desk.ada.slash(desk.s.lobby, "join", firm="studio noord", practice="x")
        assert "listed under" not in said(asked)
        await desk.press(desk.ada, asked, "join.yes")
        assert (await desk.member(desk.ada)).firm == (await desk.member(desk.bert)).firm


async def test_a_firm_much_like_another_is_asked_about_first(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        there = await desk.join(desk.bert)
        asked = await desk.ask_to_join(desk.ada, firm="studio noord BV", sector="design")
        assert "Is it one of these?" in said(asked)
        assert labels(asked) == ["Yes, Studio Noord", "No, studio noord BV is new"]
        consent = await desk.press(desk.ada, asked, "join.firm", there.firm.id)
        assert "join as **Studio Noord** (crafts)" in said(consent)
        # The same question answered the other way, on another draft.
        asked = await desk.ask_to_join(desk.ada, firm="studio noord BV", sector="design")
        consent = await desk.press(desk.ada, asked, "join.firm", 0)
        assert "join as **studio noord BV** (design)" in said(consent)
        await desk.press(desk.ada, consent, "join.yes")
        assert (await desk.member(desk.ada)).firm.sector == "design"


async def test_a_new_firm_without_a_sector_is_asked_for_it(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        asked = await desk.ada.slash(desk.s.lobby, "join", firm="Elders", practice="x")
        assert "Which sector is Elders in?" in said(asked)
        consent = await desk.choose(desk.ada, asked, "join.sector", "publishing")
        await desk.press(desk.ada, consent, "join.yes")
        assert (await desk.member(desk.ada)).firm.sector == "publishing"


async def test_sectors_are_read_in_any_language_and_stored_in_one(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_desk(sqlite_db) as desk:
        assert ("crafts", "crafts") in await desk.suggestions(desk.ada, "sector", "")
        everybody_reads("nl", monkeypatch)
        offered = await desk.suggestions(desk.ada, "sector", "ambacht")
        assert [value for _, value in offered] == ["crafts"]
        assert offered[0][0] != "crafts"
        asked = await desk.ask_to_join(desk.ada, sector=offered[0][0].upper())
        assert "Voordat je meedoet" in said(asked)
        await desk.press(desk.ada, asked, "join.yes")
        member = await desk.member(desk.ada)
        assert (member.firm.sector, member.language) == ("crafts", "nl")


async def test_firms_are_offered_while_typing_unless_nobody_is_left_in_them(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        assert await desk.suggestions(desk.ada, "firm", "") == []
        for number in range(30):
            await desk.join(desk.newcomer(f"p{number}"), firm=f"Firm {number:02}")
        await desk.join(desk.bert, firm="Café Zuid")
        new = ("cafe (new here)", "cafe")
        assert await desk.suggestions(desk.ada, "firm", "cafe") == [("Café Zuid", "Café Zuid"), new]
        assert await desk.suggestions(desk.ada, "firm", "café zuid") == [("Café Zuid", "Café Zuid")]
        assert len(await desk.suggestions(desk.ada, "firm", "firm")) == 25
        await members.leave(desk.s.bot.tools, await desk.member(desk.bert))
        assert await desk.suggestions(desk.ada, "firm", "cafe") == [new]


async def test_what_was_typed_is_gone_after_a_restart_and_they_are_told(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        asked = await desk.ask_to_join(desk.ada)
        await desk.s.restart()
        answer = await desk.press(desk.ada, asked, "join.yes")
        assert "Please type `/join` again" in said(answer)
        assert await desk.stored(desk.ada) is None


async def test_what_was_typed_is_forgotten_after_an_hour(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        asked = await desk.ask_to_join(desk.ada)
        desk.s.env.backend.advance_clock((KEPT + timedelta(seconds=1)).total_seconds())
        assert "Please type `/join` again" in said(await desk.press(desk.ada, asked, "join.yes"))


def test_drafts_are_few_short_lived_and_ones_own() -> None:
    drafts, wanted = Drafts(), Application("Studio Noord", "crafts", "x")
    for number in range(AT_MOST + 10):
        drafts.keep(UserId(7), Draft(number, wanted, editing=False), NOW)
    assert drafts.get(UserId(7), AT_MOST, NOW).wanted == wanted
    for user, number, moment in ((7, 0, NOW), (8, AT_MOST, NOW), (7, AT_MOST, NOW + KEPT + timedelta(seconds=1))):
        with pytest.raises(DraftGone):
            drafts.get(UserId(user), number, moment)
    drafts.forget(UserId(7), AT_MOST)
    with pytest.raises(DraftGone):
        drafts.get(UserId(7), AT_MOST, NOW)
