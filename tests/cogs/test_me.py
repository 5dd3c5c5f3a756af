"""`/me` as people meet it: what they see, press and type, and what they are told."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services import members, privacy
from bot.services.rounds import Upcoming
from bot.texts import catalogue
from cogs.members import cards
from cogs.ui.card import Button, Card, message
from domain.calendar import MemberCadence, RoundTimes
from domain.model import ActKind, MemberState, Notices
from storage import acts, rounds, tables
from storage.engine import Database
from tests.cogs.desk import actions, at_desk, labels, shown_in
from tests.cogs.stage import everybody_reads
from tests.world import custom_ids, said


async def test_me_is_for_members_and_says_how_to_become_one(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        assert "`/join`" in said(await desk.me(desk.ada))


async def test_me_shows_everything_and_changes_in_place(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        shown = await desk.me(desk.ada)
        for told in (
            "Studio Noord · crafts",
            "Chairs and tables",
            "Every week",
            "not asked to step in",
            "private thread",
        ):
            assert told in said(shown)
        number = shown_in(shown).id
        shown = await desk.press(desk.ada, shown, "me.on_call", 1)
        assert "at most once a day and twice a week" in said(shown)
        shown = await desk.press(desk.ada, shown, "me.notices", 1)
        assert "As a direct message" in said(shown)
        shown = await desk.choose(desk.ada, shown, "me.cadence", "ask")
        assert "only when you press *I'm in*" in said(shown)
        assert shown_in(shown).id == number
        member = await desk.member(desk.ada)
        assert (member.on_call, member.notices, member.cadence) == (True, Notices.DM, MemberCadence.ASK)
        shown = await desk.press(desk.ada, shown, "me.on_call", 0)
        shown = await desk.press(desk.ada, shown, "me.notices", 0)
        member = await desk.member(desk.ada)
        assert (member.on_call, member.notices) == (False, Notices.THREAD)


async def test_two_panels_of_one_person_never_undo_each_other(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        one, other = await desk.me(desk.ada), await desk.me(desk.ada)
        await desk.press(desk.ada, one, "me.on_call")
        # This panel still offers what has been done already: pressing it changes nothing.
        await desk.press(desk.ada, other, "me.on_call")
        assert (await desk.member(desk.ada)).on_call


async def test_a_pause_of_weeks_and_being_back(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.pause")
        assert labels(shown) == ["1 week", "2 weeks", "4 weeks", "Until a date…", "Back"]
        shown = await desk.press(desk.ada, shown, "me.pause_for", 1)
        assert "You are back on Thursday 8 January 2026" in said(shown)
        assert not (await desk.member(desk.ada)).present(desk.s.env.now())
        shown = await desk.press(desk.ada, shown, "me.resume")
        assert "Good to have you back" in said(shown)
        assert "me.resume" not in actions(shown)
        assert (await desk.member(desk.ada)).present(desk.s.env.now())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2026-02-14", "You are back on Saturday 14 February 2026"),
        ("14 februari", "You are back on Saturday 14 February 2026"),
        ("2026-01-01", "has passed already, or is today (2026-01-01)"),
        ("2019-05-05", "has passed already"),
        ("2027-01-03", "more than a year away. A break can last until 2027-01-02"),
        ("9999-12-31", "more than a year away"),
    ],
)
async def test_a_pause_until_a_date(sqlite_db: Database, typed: str, told: str) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.pause")
        form = await desk.press(desk.ada, shown, "me.pause_day")
        assert told in said(await desk.ada.submit_modal(form, {"day": typed}))


async def test_the_form_changes_practice_and_firm(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        form = await desk.press(desk.ada, await desk.me(desk.ada), "me.edit")
        done = await desk.ada.submit_modal(form, {"practice": "Only tables", "firm": "Elders", "sector": ["design"]})
        assert "That is changed" in said(done)
        assert "Elders · design" in said(done)
        member = await desk.member(desk.ada)
        assert (member.practice, member.firm.name) == ("Only tables", "Elders")


async def test_a_firm_like_another_is_asked_about_in_the_form_too(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        there = await desk.join(desk.bert)
        await desk.join(desk.ada, firm="Elders")
        form = await desk.press(desk.ada, await desk.me(desk.ada), "me.edit")
        answers = {"practice": "x", "firm": "Studio Nord", "sector": ["design"]}
        asked = await desk.ada.submit_modal(form, answers)
        assert "Is it one of these?" in said(asked)
        done = await desk.press(desk.ada, asked, "join.firm", there.firm.id)
        assert "**Studio Noord** is listed under crafts here, so that stays" in said(done)
        assert (await desk.member(desk.ada)).firm == there.firm


async def test_the_forms_limits_hold_whoever_sends_it(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        form = await desk.press(desk.ada, await desk.me(desk.ada), "me.edit")
        fields = {one["component"]["custom_id"]: one["component"] for one in (form.modal or {})["components"]}
        assert (fields["firm"]["max_length"], fields["practice"]["max_length"]) == (80, 300)
        refused = await desk.ada.submit_modal(form, {"practice": "\u200b", "firm": "Elders"})
        assert "in a few words what you do" in said(refused)


async def test_somebody_elses_button_does_nothing(sqlite_db: Database) -> None:
    """Panels are private; this one stands in the open, as nobody but a forger could make it."""
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        await desk.join(desk.bert, firm="Elders")
        channel = desk.s.bot.get_channel(desk.s.lobby.id)
        assert channel is not None
        for action, more in (
            ("me.erase_now", ()),
            ("me.on_call", (1,)),
            ("me.data", ()),
            ("me.avoid", ()),
            ("me.show", ()),
        ):
            card = Card(text="x", buttons=(Button("Press", action, (desk.ada.id, *more)),))
            posted = await channel.send(**message(card))  # type: ignore[union-attr]
            answer = await desk.bert.click(posted, label="Press")
            assert "meant for somebody else" in said(answer)
        for who in (desk.ada, desk.bert):
            member = await desk.member(who)
            assert (member.state, member.on_call) == (MemberState.ACTIVE, False)


# Whom they avoid


async def test_the_list_of_whom_to_avoid(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        await desk.join(desk.bert, firm="Elders", practice="Lamps")
        carl = desk.newcomer("carl")
        third = await desk.join(carl, firm="Third")
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.avoid")
        assert shown_in(shown).ephemeral
        assert "Only you can see this list" in said(shown)
        shown = await desk.choose(desk.ada, shown, "me.avoid_person", desk.bert)
        assert f"<@{desk.bert.id}> of Elders" in said(shown)
        shown = await desk.choose(desk.ada, shown, "me.avoid_firm", str(third.firm.id))
        assert "Everybody of **Third**" in said(shown)
        them = await desk.member(desk.bert)
        shown = await desk.choose(desk.ada, shown, "me.unavoid", f"m{them.id}", f"f{third.firm.id}")
        assert "Taken off your list" in said(shown)
        assert "Nobody." in said(shown)
        assert "me.unavoid" not in actions(shown)


async def test_who_need_not_or_cannot_be_avoided_is_told(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        await desk.join(desk.bert)
        stranger = desk.newcomer("carl")
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.avoid")
        for who, told in (
            (desk.ada, "That is you"),
            (desk.bert, "You and Studio Noord belong together"),
            (stranger, "That person has not joined"),
        ):
            assert told in said(await desk.choose(desk.ada, shown, "me.avoid_person", who))


async def test_more_firms_than_a_menu_holds_are_typed(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        for number in range(30):
            await desk.join(desk.newcomer(f"p{number}"), firm=f"Firm {number:02}")
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.avoid")
        assert "me.avoid_firm" not in actions(shown)
        for typed, told in (
            ("firm 07", "Everybody of **Firm 07**"),
            ("Firn07", "Did you mean Firm 07"),
            ("qqqq", "cannot find a firm called “qqqq”"),
        ):
            form = await desk.press(desk.ada, shown, "me.avoid_named")
            assert told in said(await desk.ada.submit_modal(form, {"firm": typed}))


# My data, leaving, being forgotten


async def test_my_data_is_one_private_file(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        everybody_reads("nl", monkeypatch)
        answer = await desk.press(desk.ada, await desk.me(desk.ada), "me.data")
        sent = shown_in(answer)
        assert sent.ephemeral
        (file,) = sent.attachments
        assert file.filename == "weft-my-data.zip"
        with zipfile.ZipFile(io.BytesIO(await file.read())) as found:
            assert "Je gegevens in Weft" in found.read("README.txt").decode()
            data = json.loads(found.read("weft-my-data.json"))
        assert data["profile"][0]["discord_user"] == str(desk.ada.id)


async def test_leaving_with_history_kept_and_coming_back(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        before = await desk.join(desk.ada)
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.leave")
        assert labels(shown) == ["Leave, keep my history", "Leave and erase me", "Stay"]
        stayed = await desk.press(desk.ada, shown, "me.show")
        assert "You in Weft" in said(stayed)
        shown = await desk.press(desk.ada, stayed, "me.leave")
        left = await desk.press(desk.ada, shown, "me.leave_now")
        assert "You have left" in said(left)
        assert (await desk.member(desk.ada)).state is MemberState.LEFT
        assert "You have left" in said(await desk.me(desk.ada))
        asked = await desk.ask_to_join(desk.ada)
        assert "Welcome back" in said(await desk.press(desk.ada, asked, "join.yes"))
        assert (await desk.member(desk.ada)).id == before.id


async def test_erasing_asks_twice_and_is_for_good(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        before = await desk.join(desk.ada)
        shown = await desk.press(desk.ada, await desk.me(desk.ada), "me.leave")
        shown = await desk.press(desk.ada, shown, "me.erase")
        assert "This cannot be undone" in said(shown)
        assert (await desk.member(desk.ada)).state is MemberState.ACTIVE
        twin = await desk.me(desk.ada)
        gone = await desk.press(desk.ada, shown, "me.erase_now")
        assert "You are forgotten" in said(gone)
        assert custom_ids(shown_in(gone)) == []
        assert await desk.stored(desk.ada) is None
        assert "This is for members" in said(await desk.press(desk.ada, twin, "me.on_call"))
        asked = await desk.ask_to_join(desk.ada)
        assert "Welcome, you are in" in said(await desk.press(desk.ada, asked, "join.yes"))
        assert (await desk.member(desk.ada)).id != before.id


async def test_leaving_and_erasing_pressed_twice_say_the_same(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        one = await desk.press(desk.ada, await desk.me(desk.ada), "me.leave")
        other = await desk.press(desk.ada, await desk.me(desk.ada), "me.leave")
        for shown in (one, other):
            assert "You have left" in said(await desk.press(desk.ada, shown, "me.leave_now"))
        one = await desk.press(desk.ada, await desk.me(desk.ada), "me.erase")
        other = await desk.press(desk.ada, await desk.me(desk.ada), "me.erase")
        for shown in (one, other):
            assert "You are forgotten" in said(await desk.press(desk.ada, shown, "me.erase_now"))
        async with desk.s.bot.tools.db.read() as tx:
            (erased,) = (await tx.execute(sa.select(tables.members.c.id))).scalars()
            log = await acts.of_member(tx, erased)
        assert [one.kind for one in log] == [ActKind.JOINED, ActKind.LEFT, ActKind.ERASED]


async def test_what_is_coming_up_is_in_the_profile(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await desk.join(desk.ada)
        assert "Nothing yet" in said(await desk.me(desk.ada))
        now = desk.s.env.now()
        times = RoundTimes(*(now + timedelta(days=days) for days in (4, 5, 7, 11)))
        async with desk.s.bot.tools.db.write() as tx:
            await rounds.add(tx, desk.s.id, times, 1)
        opens = int(times.opens_at.timestamp())
        assert f"Round 1 opens <t:{opens}:F> (<t:{opens}:R>) in <#{desk.s.rounds.id}>." in said(await desk.me(desk.ada))


async def test_every_kind_of_line_reads_well_in_every_language(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        bert, community = await desk.join(desk.bert), await desk.s.set_up()
        now = desk.s.env.now()
        times = RoundTimes(*(now + timedelta(days=days) for days in (4, 5, 7, 11)))
        async with desk.s.bot.tools.db.write() as tx:
            a_round = await rounds.add(tx, desk.s.id, times, 1)
        assert a_round is not None
        lines = [
            *(Upcoming(what, now, a_round) for what in ("opens", "in", "out", "waiting")),
            *(Upcoming(what, now, a_round, 99, bert) for what in ("review", "confirm")),
            Upcoming("review", now, a_round, 99, replace(bert, user=None)),
        ]
        for language, former in (("en", "a former member"), ("nl", "een oud-lid")):
            shown = cards.coming(catalogue(language), community, lines).split("\n")
            assert len(shown) == len(lines)
            assert all(f"<t:{int(now.timestamp())}:R>" in line for line in shown)
            assert f"<@{desk.bert.id}>" in shown[4]
            assert "<#99>" in shown[5]
            assert former in shown[6]


async def test_the_data_of_somebody_who_left_can_still_be_taken_along(sqlite_db: Database) -> None:
    async with at_desk(sqlite_db) as desk:
        await members.leave(desk.s.bot.tools, await desk.join(desk.ada))
        answer = await desk.press(desk.ada, await desk.me(desk.ada), "me.data")
        assert len(shown_in(answer).attachments) == 1
        await privacy.erase(desk.s.bot.tools, await desk.member(desk.ada))
        assert "`/join`" in said(await desk.me(desk.ada))
