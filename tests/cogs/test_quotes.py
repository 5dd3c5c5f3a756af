"""Saying what came of an exchange, as people meet it: the offer, the form, `/me`, and taking it back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from simcord.results import InteractionResult

from bot.services import members
from bot.services.followups import quoting
from bot.services.followups.looking import view
from bot.texts import catalogue
from cogs.followups.asking import Followups, question
from cogs.followups.quoting import Quoting
from domain.model import FollowupId
from storage import followups
from storage.engine import Database
from storage.followups import Exchanged
from tests.cogs.desk import Desk, actions, at_desk, shown_in
from tests.world import custom_ids, said

WORDS = {"text": "We built a *stage* together", "name": "Ada of Studio Noord"}


@asynccontextmanager
async def asked(sqlite_db: Database) -> AsyncIterator[tuple[Desk, Any]]:
    """Ada is asked whether what she exchanged with Bert led to anything."""
    async with at_desk(sqlite_db) as desk:
        for cog in (Followups(desk.s.bot), Quoting(desk.s.bot)):
            await desk.s.bot.add_cog(cog)
        ada, bert = await desk.join(desk.ada), await desk.join(desk.bert, firm="Klei & Co")
        now = desk.s.env.now()
        async with sqlite_db.write() as tx:
            await followups.add(tx, [(Exchanged(desk.s.id, ada.id, bert.id, now), now)])
            (row,) = await followups.due_of(tx, ada.id, now)
            await followups.asked(tx, [row.id], now)
        found = await view(desk.s.bot.tools, FollowupId(row.id))
        assert found is not None
        card = question(catalogue("en"), found)
        await desk.s.messenger.post(desk.s.intention(), desk.s.lobby.id, card)
        yield desk, desk.s.lobby.history()[-1]


async def click(desk: Desk, message: Any, action: str) -> InteractionResult:
    found = next(one for one in custom_ids(message) if one.split(":")[1] == action)
    return await desk.ada.click(message, custom_id=found)


async def test_who_says_yes_may_say_more_and_take_it_back(sqlite_db: Database) -> None:
    async with asked(sqlite_db) as (desk, message):
        offered = await click(desk, message, "followup.some")
        assert "funders and members read" in said(offered)
        assert "take it back in `/me`" in said(offered)
        form = await click(desk, desk.s.lobby.history()[-1], "quote.say")
        thanks = await desk.ada.submit_modal(form, WORDS)
        assert "“We built a \\*stage\\* together” – Ada of Studio Noord" in said(thanks)
        me = await desk.me(desk.ada)
        assert "Your words in the report" in said(me)
        assert "We built a" in said(me)
        # Pressed again, the form begins with what stands; a blank name is printed without one.
        again = await click(desk, desk.s.lobby.history()[-1], "quote.say")
        assert again.modal is not None
        assert [one["component"]["value"] for one in again.modal["components"]] == list(WORDS.values())
        assert "“A book”" in said(await desk.ada.submit_modal(again, {"text": "A book", "name": ""}))
        gone = await click(desk, shown_in(await desk.me(desk.ada)), "quote.take_back")
        assert "No report has it from now on" in said(gone)
        assert "quote.take_back" not in actions(gone)
        assert "A book" not in said(await desk.me(desk.ada))


async def test_who_says_no_is_not_asked_for_more(sqlite_db: Database) -> None:
    async with asked(sqlite_db) as (desk, message):
        answer = await click(desk, message, "followup.none")
        assert custom_ids(desk.s.lobby.history()[-1]) == []
        assert "report" not in said(answer)


async def test_blank_words_are_not_printed(sqlite_db: Database) -> None:
    async with asked(sqlite_db) as (desk, message):
        await click(desk, message, "followup.some")
        form = await click(desk, desk.s.lobby.history()[-1], "quote.say")
        assert "write a sentence" in said(await desk.ada.submit_modal(form, {"text": " ", "name": "Ada"}))
        assert await quoting.given(desk.s.bot.tools, (await desk.member(desk.ada)).id) is None


async def test_who_has_left_can_still_take_it_back(sqlite_db: Database) -> None:
    async with asked(sqlite_db) as (desk, message):
        await click(desk, message, "followup.some")
        await desk.ada.submit_modal(await click(desk, desk.s.lobby.history()[-1], "quote.say"), WORDS)
        ada = await desk.member(desk.ada)
        await members.leave(desk.s.bot.tools, ada)
        left = await desk.me(desk.ada)
        assert "We built a" in said(left)
        after = await click(desk, shown_in(left), "quote.take_back")
        assert "We built a" not in said(after)
        assert await quoting.given(desk.s.bot.tools, ada.id) is None
