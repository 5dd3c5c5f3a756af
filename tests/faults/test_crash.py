"""Killed before or after any request of a round, started again on the same database: it ends as if nothing had been."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from domain.model import Round
from storage.tables import acts, asks, outbox, pairing_members, pairings, reviews, rounds, signups
from tests.faults.checkpoints import Columns, Deed, nothing_is_lost
from tests.world import REVIEW, Person, World, text_of, world

CHUNKS = 3  # so that the crashes spread over the machine's cores; each chunk lives through the story once


@dataclass
class Story:
    """A round as people live it."""

    w: World
    round: Round
    comes: int
    late: int

    columns: ClassVar[Columns] = {
        "rounds": (rounds.c.number, rounds.c.state),
        "signups": (signups.c.round_id, signups.c.member_id, signups.c.state, signups.c.place),
        "pairings": (pairings.c.number, pairings.c.kind, pairings.c.state),
        "seats": (pairing_members.c.pairing_id, pairing_members.c.member_id, pairing_members.c.seat),
        "reviews": (reviews.c.reviewer_id, reviews.c.maker_id, reviews.c.mode, reviews.c.state),
        "acts": (acts.c.key,),
        "asks": (asks.c.member_id, asks.c.state),
        "outbox": (outbox.c.key, outbox.c.state),
    }

    def steps(self) -> Sequence[datetime | Deed]:
        return (
            self.round.opens_at,
            lambda: self.w.guild_member(self.comes).sign_up(),
            self.round.opens_at + timedelta(seconds=10),
            lambda: self.w.guild_member(self.late).press(self.w.opening, "round.out"),
            self.round.pairs_at,
            lambda: self.review(0),
            self.live,
            self.confirm,
            self.cannot,
            self.round.nudges_at,
            lambda: self.review(1),
            self.round.closes_at,
        )

    def thread(self, number: int) -> Any:
        return sorted(self.w.pairing_threads(), key=lambda one: one.name or "")[number]

    def sitting(self, thread: Any) -> list[Person]:
        """The people of a thread, in the order they were created."""
        return [self.w.guild_member(one) for one in sorted(self.w.in_thread(thread))]

    async def review(self, who: int) -> None:
        thread = self.thread(0)
        person = self.sitting(thread)[who]
        shown = await person.press(thread.history()[0], "pairing.review")
        if shown.modal is None:  # of three: whose work?
            shown = await person.press(shown.response, "pairing.review_of")
        await person.fill(shown, **REVIEW)
        await self.w.until(self.w.now)

    async def live(self) -> None:
        thread = self.thread(1)
        await self.sitting(thread)[0].press(thread.history()[0], "pairing.live")
        await self.w.until(self.w.now)

    async def confirm(self) -> None:
        thread = self.thread(1)
        await self.sitting(thread)[1].press(thread.last_message, "live.yes")

    async def cannot(self) -> None:
        thread = self.thread(2)
        person = self.sitting(thread)[0]
        sure = await person.press(thread.history()[0], "pairing.cannot")
        await person.press(sure.response, "pairing.cannot_sure")
        await self.w.until(self.w.now)

    async def shown(self) -> dict[str, Any]:
        w = self.w

        def said(place: Any) -> list[str]:
            messages = [re.sub(r"\d{15,}", "…", text_of(message)) for message in place.history()]
            # Lanes run side by side, so in the channel the threads begin in any order.
            return messages if place.is_thread else sorted(messages)

        return {
            one.name or "": (sorted(w.in_thread(one)) if one.is_thread else [], said(one))
            for one in [w.round_channel, w.managers_channel, *w.threads()]
        }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_a_crash_at_any_request_changes_nothing(sqlite_url: str, tmp_path: Path, chunk: int) -> None:
    async with world(sqlite_url, check_errors=False) as w:
        people = await w.people(6)
        late = await w.person("late", "Late firm", on_call=False)
        story = Story(w, await w.scheduled(), people[0].id, late.id)
        await nothing_is_lost(story, tmp_path, slice(chunk, None, CHUNKS), requests=20)
