"""`/skill` as people meet it: the form and what follows on it, one's own offers and wants, old and foreign buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.services import members, skills
from cogs.skills import cards
from cogs.ui.card import Button, Card, message
from domain.listings import KEPT, LISTING_LASTS
from domain.model import ListingState
from storage.engine import Database
from tests.cogs.counter import at_counter, fields, prefilled
from tests.cogs.desk import actions, labels, shown_in
from tests.cogs.stage import everybody_reads
from tests.world import custom_ids, said, text_of

# The form and what follows on it


async def test_the_form_comes_first_with_what_was_typed(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        form = await k.slash(k.ada, "offer", skill="  Screen\u200b printing ")
        assert prefilled(form)["skill"] == "Screen printing"
        assert (fields(form)["about"]["required"], fields(form)["times"]["required"]) == (False, False)
        done = await k.fill(k.ada, form)
        assert "You offer Screen printing" in said(done)
        assert "I'm looking for a swap with it" in said(done)
        assert shown_in(done).ephemeral
        assert labels(done) == ["I want to learn", "Change it", "Take it off", "My skills"]
        form = await k.slash(k.bert, "want", skill="x" * 10_000)
        assert len(prefilled(form)["skill"]) == fields(form)["skill"]["max_length"] == 60
        assert fields(form)["about"]["required"]


async def test_what_one_has_listed_already_comes_back_into_the_form(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        form = await k.slash(k.ada, "offer", skill="screen-printing")
        assert prefilled(form) == {"skill": "Screen printing", "about": "Two colours on paper", "times": "Tuesdays"}
        done = await k.fill(k.ada, form, about="Three colours")
        assert "Changed: Screen printing" in said(done)
        (own,) = (await k.mine(k.ada)).offers
        assert own.about == "Three colours"


async def test_a_form_opened_before_a_restart_is_still_received(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        form = await k.slash(k.ada, "want")
        await k.s.restart()
        assert "You want to learn Weaving" in said(await k.fill(k.ada, form, skill="Weaving"))


async def test_the_form_sent_twice_lists_it_once(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        forms = [await k.slash(k.ada, "offer") for _ in range(2)]
        told = [said(await k.fill(k.ada, form)) for form in forms]
        assert len((await k.mine(k.ada)).offers) == 1
        assert ["You offer Screen printing" in told[0], "Changed: Screen printing" in told[1]] == [True, True]


async def test_who_has_not_joined_is_told_how(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        stranger = k.newcomer("zoe")
        for command in ("offer", "want", "mine", "board"):
            assert "`/join`" in said(await k.slash(stranger, command))
        assert await k.suggestions(stranger, "offer", "skill", "x") == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("\u200b", "at least one letter or number"),
        ("https://x.example/y", "looks like an address"),
    ],
)
async def test_what_is_no_name_is_said_and_what_was_typed_is_given_back(
    sqlite_db: Database, name: str, told: str
) -> None:
    async with at_counter(sqlite_db) as k:
        answer = await k.want(k.ada, name, about="To weave a basket of my own")
        assert told in said(answer)
        (file,) = shown_in(answer).attachments
        assert b"To weave a basket of my own" in await file.read()
        assert (await k.mine(k.ada)).open == ()


async def test_the_twenty_first_is_given_back(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        for number in range(20):
            await k.offer(k.ada, f"Trade {number}")
        answer = await k.offer(k.ada, "One more", about="kept for you")
        assert "You have 20 offers and wants" in said(answer)
        assert b"kept for you" in await shown_in(answer).attachments[0].read()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("*_~~bold~~_*", "\\*\\_\\~\\~bold\\~\\~\\_\\*"),
        ("`code` ||x||", "\\`code\\` \\|\\|x\\|\\|"),
        ("خط عربي", "\u2068خط عربي\u2069"),
        ("👩‍🎨 drawing", "👩‍🎨 drawing"),
        ("# heading", "\\# heading"),
    ],
)
async def test_any_name_is_shown_as_it_is(sqlite_db: Database, name: str, shown: str) -> None:
    async with at_counter(sqlite_db) as k:
        done = await k.offer(k.ada, name, about="@everyone [x](https://x.example)", times="*now*")
        assert f"**{shown}**" in said(done)
        for place in (await k.slash(k.bert, "board"), await k.slash(k.ada, "mine")):
            assert shown in said(place)
        close = await k.slash(k.bert, "board", skill=name)
        assert "\\@everyone \\[x\\]" in said(close)
        assert "-# When: \\*now\\*" in said(close)
        await k.board()
        assert shown in text_of(k.channel.last_message)


# The same thing under another name


async def test_a_near_duplicate_is_asked_about_and_becomes_the_same(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        asked = await k.want(k.bert, "Zeefdruk", about="A poster")
        assert "People here also say *Screen printing*. Is that the same thing?" in said(asked)
        assert labels(asked)[:2] == ["Yes, Screen printing", "No, it is something else"]
        done = await k.press(k.bert, asked, "skill.same")
        assert "You want to learn Screen printing" in said(done)
        assert "skill.same" not in actions(done)
        (own,) = (await k.mine(k.bert)).wants
        assert (own.skill.name, own.about) == ("Screen printing", "A poster")
        assert await k.suggestions(k.ada, "board", "skill", "") == [("Screen printing", "Screen printing")]


async def test_no_it_is_something_else(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        asked = await k.want(k.bert, "Zeefdruk")
        done = await k.press(k.bert, asked, "skill.other")
        assert "skill.same" not in actions(done)
        assert "I'm looking for somebody who can show you" in said(done)
        assert (await k.mine(k.bert)).wants[0].skill.name == "Zeefdruk"


async def test_another_spelling_is_said(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        done = await k.want(k.bert, "screen-printing")
        assert "You wrote “screen-printing”; here it goes by **Screen printing**" in said(done)


async def test_on_a_break_one_is_told_when_it_counts(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await members.pause(k.tools, await k.community(), await k.s.member(k.ada), 1)
        await k.offer(k.bert, "Zeefdruk")
        asked = await k.offer(k.ada)
        assert "once you are back" in said(await k.press(k.ada, asked, "skill.other"))
        assert "Screen printing" not in said(await k.slash(k.bert, "board"))
        assert "once you are back" in said(await k.offer(k.ada, "Weaving"))


# One's own


async def test_mine_shows_everything_and_changes_in_place(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        assert "Nothing yet" in said(await k.slash(k.ada, "mine"))
        await k.offer(k.ada)
        await k.want(k.ada, "Weaving")
        shown = await k.slash(k.ada, "mine")
        offered, wanted = (await k.mine(k.ada)).open
        until = int((k.s.env.now() + LISTING_LASTS).timestamp())
        assert f"**You can show people**\nScreen printing, until <t:{until}:D>" in said(shown)
        assert f"**You want to learn**\nWeaving, until <t:{until}:D>" in said(shown)
        form = await k.choose(k.ada, shown, "skill.pick_change", str(wanted.id))
        assert prefilled(form)["skill"] == "Weaving"
        assert "Changed: Basketry" in said(await k.fill(k.ada, form, skill="Basketry"))
        gone = await k.choose(k.ada, shown, "skill.pick_remove", str(offered.id))
        assert "Off the board: Screen printing" in said(gone)
        shown = await k.press(k.ada, gone, "skill.mine")
        assert "Screen printing, which you offered" in said(shown)
        back = await k.choose(k.ada, shown, "skill.pick_renew", str(offered.id))
        assert "You offer Screen printing" in said(back)
        assert [one.skill.name for one in (await k.mine(k.ada)).open] == ["Screen printing", "Basketry"]


async def test_removing_by_choice_by_name_and_undoing(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.want(k.ada)
        await k.want(k.ada, "Weaving")
        choices = await k.suggestions(k.ada, "remove", "skill", "weav")
        assert [name for name, _ in choices] == ["Want: Weaving"]
        gone = await k.slash(k.ada, "remove", skill=choices[0][1])
        assert "Off the board: Weaving" in said(gone)
        assert "You want to learn Weaving" in said(await k.press(k.ada, gone, "skill.renew"))
        which = await k.slash(k.ada, "remove", skill="screen-printing")
        assert "You both offer and want Screen printing" in said(which)
        assert labels(which) == ["Offer: Screen printing", "Want: Screen printing"]
        offered = (await k.mine(k.ada)).offers[0]
        assert "You no longer offer it" in said(await k.press(k.ada, which, "skill.remove", offered.id))
        assert "Off the board" in said(await k.slash(k.ada, "remove", skill="SCREEN PRINTING"))
        for typed in ("Etching", "y" * 6000, "#", "#1x", "#" + "9" * 30):
            answer = await k.slash(k.ada, "remove", skill=typed)
            assert "You neither offer nor want" in said(answer)
            assert "You want to learn**\nWeaving" in said(answer)  # here is what there is to choose from
        assert "You neither" not in (blank := said(await k.slash(k.ada, "remove", skill=" \u200b ")))
        assert "What you offer and want" in blank
        assert "no longer there" in said(await k.slash(k.ada, "remove", skill="#999999999999999999"))


async def test_buttons_pressed_twice_and_long_after(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        done, twin = await k.offer(k.ada), await k.offer(k.ada)
        gone = await k.press(k.ada, done, "skill.remove")
        again = await k.press(k.ada, twin, "skill.remove")
        for shown in (gone, again):
            assert "Off the board" in said(shown)
        k.s.env.backend.advance_clock(KEPT.total_seconds())
        assert "no longer there" in said(await k.press(k.ada, gone, "skill.renew"))


async def test_somebody_elses_button_does_nothing(sqlite_db: Database) -> None:
    """Panels are private; these stand in the open, as nobody but a forger could make them."""
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        (own,) = (await k.mine(k.ada)).offers
        channel = k.s.bot.get_channel(k.s.lobby.id)
        assert channel is not None
        forged = (
            ("skill.remove", (own.id,)),
            ("skill.renew", (own.id,)),
            ("skill.change", (own.id,)),
            ("skill.same", (own.id, own.skill.id)),
            ("skill.other", (own.id,)),
            ("skill.mine", (k.ada.id,)),
            ("skill.keep", (k.ada.id,)),
        )
        for action, ids in forged:
            posted = await channel.send(**message(Card(text="x", buttons=(Button("Press", action, ids),))))  # type: ignore[union-attr]
            assert "meant for somebody else" in said(await k.bert.click(posted, label="Press"))
        assert (await k.mine(k.ada)).offers == (own,)


async def test_buttons_of_somebody_who_has_left(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        done = await k.offer(k.ada)
        form = await k.slash(k.ada, "want")
        await members.leave(k.tools, await k.s.member(k.ada))
        assert "`/join`" in said(await k.press(k.ada, done, "skill.remove"))
        assert "`/join`" in said(await k.fill(k.ada, form))


# Suggestions


async def test_suggested_are_the_communitys_words_and_what_is_new(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        assert await k.suggestions(k.bert, "want", "skill", "scr") == [
            ("Screen printing", "Screen printing"),
            ("scr (new here)", "scr"),
        ]
        assert await k.suggestions(k.bert, "want", "skill", "screen-printing") == [("Screen printing",) * 2]
        assert await k.suggestions(k.bert, "want", "skill", "") == [("Screen printing",) * 2]
        for no_name in ("z" * 200, "?", "https://x.example", "<@123>"):
            assert await k.suggestions(k.bert, "want", "skill", no_name) == []
        assert await k.suggestions(k.bert, "board", "skill", "nothing so") == []
        sectors = await k.suggestions(k.bert, "board", "sector", "craf")
        assert sectors == [("crafts", "crafts")]
        for number in range(19):
            await k.offer(k.ada, f"Screen {number}")
            await k.offer(k.bert, f"Screen b{number}")
        assert len(await k.suggestions(k.bert, "want", "skill", "screen")) == 25


# The reminder


async def test_the_reminder_and_its_one_click(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.want(k.ada, "Weaving")
        k.s.env.backend.advance_clock((LISTING_LASTS - timedelta(days=7)).total_seconds())
        await k.remind(k.ada)
        (thread,) = k.s.threads()
        notice = thread.last_message
        assert notice is not None
        told = notice.embeds[0]
        assert (told.title, "Offer: Screen printing\nWant: Weaving" in (told.description or "")) == (
            "Still true?",
            True,
        )
        keep, mine = custom_ids(notice)
        own = await k.ada.click(notice, custom_id=mine)
        assert shown_in(own).ephemeral
        assert "2 of these lapse within two weeks" in said(own)
        done = await k.ada.click(notice, custom_id=keep)
        assert "What you offer and want is on the board" in said(done)
        assert labels(done) == ["My skills"]
        until = {one.expires_at for one in (await k.mine(k.ada)).open}
        assert until == {k.s.env.now() + LISTING_LASTS}


async def test_keeping_them_all_from_ones_own_panel(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        k.s.env.backend.advance_clock((LISTING_LASTS - timedelta(days=7)).total_seconds())
        shown = await k.slash(k.ada, "mine")
        kept = await k.press(k.ada, shown, "skill.keep")
        assert "Kept for another 60 days" in said(kept)
        assert "skill.keep" not in actions(kept)
        assert shown_in(kept).id == shown_in(shown).id


async def test_an_answer_to_the_reminder_that_comes_late_brings_all_back(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        k.s.env.backend.advance_clock((LISTING_LASTS - timedelta(days=7)).total_seconds())
        await skills.DUE[0](k.tools)
        await k.remind(k.ada)
        (thread,) = k.s.threads()
        k.s.env.backend.advance_clock(timedelta(days=10).total_seconds())
        await skills.DUE[0](k.tools)
        assert (await k.mine(k.ada)).open == ()
        await k.ada.click(thread.last_message, label="Keep them all")
        assert [one.skill.name for one in (await k.mine(k.ada)).open] == ["Screen printing"]


async def test_every_list_reads_well_with_twenty_in_every_language(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_counter(sqlite_db) as k:
        for number in range(20):
            await k.offer(k.ada, f"Vaardigheid met een lange naam, en wel nummer {number:02}", about="w" * 500)
        own = await k.mine(k.ada)
        everybody_reads("nl", monkeypatch)
        shown = await k.slash(k.ada, "mine")
        assert said(shown).count("Vaardigheid met") == 20
        assert "**Je kunt laten zien**" in said(shown)
        assert labels(shown) == ["Iets aanbieden", "Ik wil iets leren", "Bekijk het bord"]
        for one in own.open:
            await k.slash(k.ada, "remove", skill=f"#{one.id}")
        assert said(await k.slash(k.ada, "mine")).count("wat je aanbood") == cards.LAPSED
        assert {one.state for one in (await k.mine(k.ada)).lapsed} == {ListingState.REMOVED}
        assert cards.LINES >= 20
