"""Skills in the whole program: the board kept current, a lost channel mended, sixty days, somebody forgotten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.services import privacy, skills
from domain.listings import LISTING_LASTS, REMIND_BEFORE
from domain.model import ProblemKind
from tests.cogs.played import amiss, delete, played
from tests.world import Person, World, custom_ids, said, text_of

WORDS = {"skill": "Screen printing", "about": "Two colours on paper", "times": "Tuesdays"}


async def offer(person: Person, **words: str) -> Any:
    return await person.fill(await person.slash("skill offer"), **(WORDS | words))


async def off_until(w: World, moment: datetime) -> None:
    """Nothing runs until then: weeks go by in no time."""
    w.env.backend.advance_clock((moment - w.now).total_seconds())
    await w.wait(seconds=1)


def board(w: World) -> Any:
    return next(one for one in w.guild.channels["skills"].history() if "w1:skill.offer" in custom_ids(one))


@played(set_up=True)
async def test_the_board_stands_and_follows_what_changes(w: World) -> None:
    ada, bob = await w.people(2)
    await offer(ada)
    await w.wait(minutes=2)
    assert "**Screen printing**: somebody can show it" in text_of(board(w))
    edits = len(w.requests())
    for name in ("Etching", "Weaving", "Knitting"):
        await bob.fill(await bob.press(board(w), "skill.want"), skill=name, about="x")
    await w.wait(minutes=2)
    assert "wants: **3**" in text_of(board(w))
    assert len([one for one in w.requests()[edits:] if one.startswith("PATCH")]) <= 2
    assert len(w.guild.channels["skills"].history()) == 1
    # A week on, nothing is news any more, though nobody did anything.
    await w.wait(days=9)
    assert "New this week" not in text_of(board(w))


@played(set_up=True)
async def test_a_lost_channel_is_told_and_once_it_is_back_so_is_the_board(w: World) -> None:
    (ada,) = await w.people(1)
    await delete(w, "skills")
    assert "You offer Screen printing" in said(await offer(ada))
    await w.wait(minutes=2)
    assert (ProblemKind.CHANNEL_GONE, "skills") in {(one.kind, one.subject) for one in await amiss(w)}
    await w.manager.slash("cluster setup", w.guild.channels["lobby"])
    await w.wait(minutes=2)
    assert await amiss(w) == []
    assert "**Screen printing**: somebody can show it" in text_of(board(w))


@played(set_up=True)
async def test_sixty_days_a_reminder_and_one_click(w: World) -> None:
    (ada,) = await w.people(1)
    await offer(ada)
    await off_until(w, w.now + LISTING_LASTS - REMIND_BEFORE)
    (notice,) = [one for thread in ada.threads() for one in thread.history() if "Screen printing" in text_of(one)]
    assert "one click keeps them" in text_of(notice)
    await w.app.close()
    await w.restart()
    assert "What you offer and want is on the board" in said(await ada.press(notice, "skill.keep"))
    until = (await skills.mine(w.app.tools, await ada.me())).offers[0].expires_at
    assert until == w.now + LISTING_LASTS
    # Nobody answers the next one: it leaves the board without another word, and can be brought back.
    await off_until(w, until - REMIND_BEFORE)
    await off_until(w, until)
    await w.wait(minutes=5)
    assert (await skills.mine(w.app.tools, await ada.me())).open == ()
    assert "Nothing is on the board yet" in text_of(board(w))
    assert "Screen printing, which you offered" in said(await ada.slash("skill mine"))


@played(set_up=True)
async def test_somebody_forgotten_is_off_the_board(w: World) -> None:
    ada, bob = await w.people(2)
    await offer(ada, skill="Ada's own stitch")
    await offer(bob)
    await privacy.erase(w.app.tools, await ada.me())
    await w.wait(days=2)
    assert "stitch" not in said(await bob.slash("skill board"))
    assert "stitch" not in text_of(board(w))
    found = await bob.actor.autocomplete(w.round_channel, "skill want", "skill", "ada")
    assert [one["name"] for one in found] == ["ada (new here)"]
