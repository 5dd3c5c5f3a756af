"""The board as people meet it: the message in the skills channel, its pages and sectors, a skill seen close to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.outcomes import Moot, Refused, Unknown
from bot.services import members, skills
from bot.texts import catalogue
from cogs.skills import board_cards, cards
from cogs.ui.card import FIELDS, ROWS, TEXT, TOGETHER, VALUE, message
from domain.communities import ChannelKind
from domain.listings import ABOUT_LIMIT, LISTING_LASTS, TIMES_LIMIT
from domain.model import ProblemKind, UserId
from domain.skills import SKILL_LIMIT
from storage import communities
from storage.engine import Database
from tests.cogs.counter import at_counter, prefilled
from tests.cogs.desk import actions, labels, shown_in
from tests.world import custom_ids, said, text_of

# The message in the skills channel


async def test_one_message_says_what_is_new_and_opens_the_forms(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        first = await k.board()
        await k.want(k.bert, "Weaving")
        assert await k.board() == first
        (posted,) = k.channel.history()
        read = text_of(posted)
        assert (
            "**New this week**\n**Weaving**: somebody wants to learn it\n**Screen printing**: somebody can show it"
            in read
        )
        assert "Skills on the board: **2** · offers: **1** · wants: **1**" in read
        # Skills are everybody's to read, people are not.
        for private in ("Studio Noord", str(k.ada.id), "Two colours"):
            assert private not in read
        assert custom_ids(posted) == ["w1:skill.offer", "w1:skill.want", "w1:skill.board:0:0"]
        form = await k.bert.click(posted, label="Offer a skill")
        assert prefilled(form) == {"skill": "", "about": "", "times": ""}
        assert "You offer Etching" in said(await k.fill(k.bert, form, skill="Etching"))
        pages = await k.bert.click(posted, label="See the board")
        assert shown_in(pages).ephemeral
        assert k.channel.history() == [posted]
        stranger = k.newcomer("zoe")
        assert "`/join`" in said(await stranger.click(posted, label="I want to learn"))


async def test_what_is_a_week_old_is_news_no_more(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.board()
        assert "New this week" in text_of(k.channel.last_message)
        k.s.env.backend.advance_clock(timedelta(days=8).total_seconds())
        await k.board()
        assert "New this week" not in text_of(k.channel.last_message)


async def test_a_message_somebody_deleted_is_posted_anew(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        first = await k.board()
        k.s.env.backend.delete_message(k.channel.id, first)
        second = await k.board()
        assert second != first
        assert [one.id for one in k.channel.history()] == [second]
        assert (await k.community()).board_message == second


async def test_after_a_crash_between_posting_and_writing_down_it_is_found_again(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        first = await k.board()
        async with sqlite_db.write() as tx:  # as if it had not been written down
            await communities.set_board_message(tx, k.s.id, 0)
        await k.offer(k.ada, "Weaving")
        assert await k.board(tried=True) == first
        assert len(k.channel.history()) == 1


async def test_another_channel_gets_a_board_of_its_own(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.board()
        other = k.s.guild.create_text_channel("learning")
        await k.s.env.settle()
        async with sqlite_db.write() as tx:
            await communities.set_channel(tx, k.s.id, ChannelKind.SKILLS, other.id)
        await k.board()
        assert "What can we show each other?" in text_of(other.last_message)


async def test_a_channel_that_is_gone_or_closed_to_us_is_said(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        for method, path in (("POST", "/channels/*/messages"), ("PATCH", "/channels/*/messages/*")):
            k.s.env.inject_error(method, path, status=403, code=50001)
            with pytest.raises(Refused) as refused:
                await k.board()
            assert (refused.value.kind, refused.value.subject) == (ProblemKind.PERMISSION, "skills")
            await k.board()
        k.s.env.backend.delete_channel(k.channel.id)
        await k.s.env.settle()
        with pytest.raises(Unknown) as gone:
            await k.board()
        assert (gone.value.what, gone.value.subject) == ("channel", "skills")
        async with sqlite_db.write() as tx:
            await communities.set_channel(tx, k.s.id, ChannelKind.SKILLS, None)
        with pytest.raises(Refused) as none:
            await k.board()
        assert (none.value.kind, none.value.subject) == (ProblemKind.CHANNEL_GONE, "skills")


async def test_nobody_is_reminded_of_what_they_have_seen_to(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        with pytest.raises(Moot):
            await k.remind(k.ada)
        k.s.env.backend.advance_clock(LISTING_LASTS.total_seconds() - 60)
        await members.pause(k.tools, await k.community(), await k.s.member(k.ada), 1)
        with pytest.raises(Moot):
            await k.remind(k.ada)


# Pages


async def test_an_empty_board_invites(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        shown = await k.slash(k.ada, "board")
        assert "Somebody has to be first" in said(shown)
        assert labels(shown) == ["Offer a skill", "I want to learn"]


async def test_who_can_show_what_and_who_wants_it(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.want(k.bert)
        await k.want(k.ada, "Weaving")
        k.s.env.backend.advance_clock(timedelta(days=8).total_seconds())
        await k.offer(k.bert, "Etching")
        read = said(await k.slash(k.ada, "board"))
        assert f"**Etching** · *new this week*\nCan show it: <@{k.bert.id}> (Elders)" in read
        assert (
            f"**Screen printing**\nCan show it: <@{k.ada.id}> (Studio Noord)\n"
            f"Wants to learn it: <@{k.bert.id}> (Elders)" in read
        )
        assert f"**Weaving**\nNobody offers this yet.\nWants to learn it: <@{k.ada.id}> (Studio Noord)" in read


async def test_pages_are_turned_in_place(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        for number in range(17):
            await k.offer(k.ada, f"Trade {number:02}")
        shown = await k.slash(k.bert, "board")
        number = shown_in(shown).id
        assert labels(shown) == ["Next page", "Offer a skill", "I want to learn"]
        assert "Page 1 of 3" in said(shown)
        shown = await k.press(k.bert, shown, "skill.board", 0, 1)
        assert labels(shown) == ["Back", "Next page", "Offer a skill", "I want to learn"]
        shown = await k.press(k.bert, shown, "skill.board", 0, 2)
        assert "Trade 16" in said(shown)
        assert labels(shown) == ["Back", "Offer a skill", "I want to learn"]
        assert shown_in(shown).id == number
        # While they looked, most of it was taken off: an old button leads to what is left.
        for one in (await k.mine(k.ada)).open[1:]:
            await skills.remove(k.tools, await k.s.member(k.ada), one.id)
        shown = await k.press(k.bert, shown, "skill.board", 0, 1)
        assert "Trade 00" in said(shown)
        assert labels(shown) == ["Offer a skill", "I want to learn"]


async def test_one_sector_by_command_and_by_menu(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        assert "skill.sector" not in actions(await k.slash(k.ada, "board"))
        await k.want(k.bert, "Weaving")
        shown = await k.slash(k.ada, "board", sector="design")
        assert "Only people in design." in said(shown)
        assert "Weaving" in said(shown)
        assert "Screen printing" not in said(shown)
        # Somebody of another trade may well offer it: it is not said that nobody does.
        assert "Nobody in this sector offers it." in said(shown)
        assert "Nobody offers this yet." not in said(shown)
        place = (await k.community()).sectors.index("crafts") + 1
        shown = await k.choose(k.ada, shown, "skill.sector", str(place))
        assert "Only people in crafts." in said(shown)
        assert "Weaving" not in said(shown)
        shown = await k.choose(k.ada, shown, "skill.sector", "0")
        assert "Only people" not in said(shown)
        assert "Weaving" in said(shown)
        shown = await k.slash(k.ada, "board", sector="deep *sea* diving")
        assert "There is no sector “deep \\*sea\\* diving” here, so this is the whole board." in said(shown)


async def test_the_filter_stays_while_pages_are_turned(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        for number in range(12):
            await k.offer(k.bert, f"Trade {number:02}")
        await k.offer(k.ada, "Another trade")
        shown = await k.slash(k.ada, "board", sector="design")
        shown = await k.press(k.ada, shown, "skill.board")
        assert "Only people in design." in said(shown)
        assert "Trade 11" in said(shown)
        assert "Page 2 of 2" in said(shown)


async def test_from_one_skill_back_to_where_one_was(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        for number in range(12):
            await k.offer(k.bert, f"Trade {number:02}")
        await k.offer(k.ada, "Another trade")
        shown = await k.press(k.ada, await k.slash(k.ada, "board", sector="design"), "skill.board")
        last = (await k.mine(k.bert)).offers[-1]
        close = await k.choose(k.ada, shown, "skill.look", str(last.skill.id))
        back = await k.press(k.ada, close, "skill.board")
        assert said(back) == said(shown)
        assert "Only people in design." in said(back)
        assert "Page 2 of 2" in said(back)


async def test_a_sector_that_is_no_more_shows_everybody(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        community = await k.community()
        assert board_cards.sector_at(community, 99) == ""
        assert board_cards.sector_at(community, board_cards.sector_number(community, "crafts")) == "crafts"
        assert board_cards.sector_number(community, "gone") == board_cards.ALL_SECTORS


# Close to


async def test_a_skill_close_to_with_everybodys_own_words(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.want(k.bert, about="A poster for the fair", times="")
        shown = await k.slash(k.bert, "board")
        (offered,) = (await k.mine(k.ada)).offers
        close = await k.choose(k.bert, shown, "skill.look", str(offered.skill.id))
        assert f"Can show it · Studio Noord\n<@{k.ada.id}>\nTwo colours on paper\n-# When: Tuesdays" in said(close)
        assert f"Wants to learn it · Elders\n<@{k.bert.id}>\nA poster for the fair" in said(close)
        assert labels(close) == ["I can show this", "I want to learn this", "See the board"]
        assert prefilled(await k.press(k.bert, close, "skill.offer"))["skill"] == "Screen printing"
        again = await k.press(k.bert, close, "skill.want")
        assert prefilled(again)["about"] == "A poster for the fair"
        assert "The board of skills" in said(await k.press(k.bert, close, "skill.board"))


async def test_a_skill_by_name_or_what_may_be_meant(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        assert "Nobody has asked for this yet" in said(await k.slash(k.bert, "board", skill="SCREEN-printing"))
        missed = await k.slash(k.bert, "board", skill="zeefdruk")
        assert "Nobody here offers or wants “zeefdruk”. Is it one of these?" in said(missed)
        assert labels(missed)[0] == "Screen printing"
        assert "Can show it · Studio Noord" in said(await k.press(k.bert, missed, "skill.show"))
        nothing = await k.slash(k.bert, "board", skill="*q* " + "z" * 5000)
        assert "Nobody here offers or wants “\\*q\\*" in said(nothing)
        assert labels(nothing) == ["Offer a skill", "I want to learn", "See the board"]


async def test_a_skill_that_is_no_more_or_elsewhere(sqlite_db: Database) -> None:
    async with at_counter(sqlite_db) as k:
        await k.offer(k.ada)
        await k.want(k.bert, "Zeefdruk")
        shown = await k.slash(k.ada, "board")
        (old,) = (await k.mine(k.bert)).wants
        (new,) = (await k.mine(k.ada)).offers
        await skills.same(k.tools, await k.s.member(k.bert), old.id, new.skill.id)
        assert "no longer there" in said(await k.choose(k.ada, shown, "skill.look", str(old.skill.id)))


async def test_the_fullest_page_fits_into_a_message(sqlite_db: Database) -> None:
    """Eight skills with the longest names, many people with the longest firms: nothing is cut in the middle."""
    async with at_counter(sqlite_db) as k:
        crowd = [k.newcomer(f"p{number}") for number in range(8)]
        for at, one in enumerate(crowd):
            await k.join(one, f"{at}" + "*" * 79, ("crafts", "design")[at % 2])
        for number in range(9):
            name = f"{number}" + "_" * (SKILL_LIMIT - 2) + "x"
            for one in crowd:
                member = await k.s.member(one)
                words = skills.Wording(name, "*" * ABOUT_LIMIT, "*" * TIMES_LIMIT)
                await skills.offer(k.tools, member, words)
                await skills.want(k.tools, member, words)
        community, t = await k.community(), catalogue("en")
        found = await skills.board(k.tools, community)
        page = await skills.skill_page(k.tools, community.id, found.rows[0].skill.id)
        assert page is not None
        own = await skills.mine(k.tools, await k.s.member(crowd[0]))
        view = await skills.board_news(k.tools, community.id)
        assert view is not None
        shown = (
            board_cards.message(t, view),
            board_cards.board(t, community, found),
            board_cards.skill(t, page),
            cards.mine(t, own, UserId(1)),
            cards.lapsing(t, replace(own, soon=own.open), UserId(1)),
        )
        for card in shown:
            assert len(card.text) <= TEXT, card.title
            assert len(card.fields) <= FIELDS
            assert all(len(value) <= VALUE for _, value in card.fields), card.title
            whole = len(card.title) + len(card.text) + len(card.footer)
            assert whole + sum(len(name) + len(value) for name, value in card.fields) <= TOGETHER, card.title
            assert len(message(card)["view"].children) <= 5 * ROWS
        assert "and more; see the board" in shown[0].text
        assert "7 more" in shown[1].text or "6 more" in shown[1].text
        assert "Page 1 of 2" in said(await k.slash(k.ada, "board"))
