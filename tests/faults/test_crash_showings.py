"""Killed before or after any request of a showing's life and started again: it ends as if nothing had been."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from domain.calendar import MemberCadence
from storage.tables import acts, answers, asks, outbox, showings
from tests.cogs.showing import by_hand, posts, show, tags
from tests.faults.checkpoints import Columns, Deed, nothing_is_lost
from tests.world import Person, World, custom_ids, text_of, world

CHUNKS = 2  # so that the crashes spread over the machine's cores; each chunk lives through the story once
OTHER_WORDS = {"work": "A lampshade", "question": "Which way up?"}


@dataclass
class Story:
    """Two showings, one of them answered and put in other words, and a post by hand; then both are taken back."""

    w: World
    begins: datetime
    ada_id: int
    cas_id: int

    columns: ClassVar[Columns] = {
        "showings": (showings.c.id, showings.c.state, showings.c.text.is_(None), showings.c.answered_at.is_(None)),
        "answers": (answers.c.showing_id, answers.c.member_id, answers.c.helped_at.is_(None)),
        "acts": (acts.c.key,),
        "asks": (asks.c.member_id, asks.c.state),
        "outbox": (outbox.c.key, outbox.c.state),
    }

    @property
    def ada(self) -> Person:
        return self.w.guild_member(self.ada_id)

    @property
    def cas(self) -> Person:
        return self.w.guild_member(self.cas_id)

    def steps(self) -> Sequence[datetime | Deed]:
        return (
            lambda: show(self.ada),
            lambda: by_hand(self.cas),
            self.begins.replace(hour=20, minute=5),
            self.take,
            self.answer,
            self.thank,
            self.reword,
            self.reword,  # it was killed before the form reached them: pressed again
            lambda: show(self.ada, work="A second lamp"),
            self.begins.replace(day=2, hour=10),
            lambda: self.take_back(2),
            lambda: self.take_back(0),
        )

    async def take(self) -> None:
        (own,) = self.cas.threads()
        await self.cas.press(own.last_message, "showing.take")
        await self.w.until(self.w.now)

    async def answer(self) -> None:
        await self.cas.actor.send(posts(self.w)[0], "Begin at the long edge")

    async def thank(self) -> None:
        post = posts(self.w)[0]
        await self.ada.actor.context_menu(post, "This helped", post.history()[-1])

    async def reword(self) -> None:
        if posts(self.w)[0].name == OTHER_WORDS["work"]:
            return
        own = await self.ada.press(posts(self.w)[0].history()[0], "showing.own")
        form = await self.ada.press(own.response, "showing.words")
        await self.ada.fill(form, **OTHER_WORDS)
        await self.w.until(self.w.now)

    async def take_back(self, number: int) -> None:
        own = await self.ada.press(posts(self.w)[number].history()[0], "showing.own")
        sure = await self.ada.press(own.response, "showing.withdraw")
        await self.ada.press(sure.response, "showing.withdraw_sure")
        await self.w.until(self.w.now)

    async def shown(self) -> dict[str, Any]:
        w = self.w

        def said(place: Any) -> list[str]:
            return [re.sub(r"\d{15,}", "…", f"{text_of(one)} {len(custom_ids(one))}") for one in place.history()]

        found: dict[str, Any] = {
            f"post {number}": (post.name, sorted(tags(w, post)), sorted(w.in_thread(post)), said(post))
            for number, post in enumerate(posts(w))
        }
        places = [w.round_channel, w.managers_channel, *w.threads()]
        return found | {one.name or "": said(one) for one in places}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path, chunk: int) -> None:
    async with world(sqlite_url, check_errors=False) as w:
        ada = await w.person("ada", "Studio Noord", "crafts", MemberCadence.ASK)
        cas = await w.person("cas", "Casting", "publishing", MemberCadence.ASK, on_call=True)
        await nothing_is_lost(Story(w, w.now, ada.id, cas.id), tmp_path, slice(chunk, None, CHUNKS), requests=20)
