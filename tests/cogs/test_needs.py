"""The button of a digest as managers press it: what they are shown, what goes out, and what the digest says then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.results import InteractionResult

from bot.services.swaps import disputes, sessions
from domain.digests import ALONE, UNSERVED
from domain.model import DigestId, LegState, Need, NeedKind, NewIntention, Problem, ProblemKind
from storage import digests, outbox, problems
from tests.cogs.desk import actions, shown_in
from tests.cogs.lessons import Class
from tests.cogs.played import delete, let, played
from tests.cogs.stage import everybody_reads
from tests.cogs.swapping import skills_channel
from tests.services.needing import digest, required, wants
from tests.world import Person, World, custom_ids, said, text_of

DAY = timedelta(days=1)


async def pass_(w: World, span: timedelta) -> None:
    """Time passes, and nothing runs meanwhile."""
    w.env.backend.advance_clock(span.total_seconds())


async def posted(w: World, need: Need) -> discord.Message:
    """A digest that asks for this, as it stands in the managers' channel."""
    db = w.app.tools.db
    made = await digest(db, w.id, w.now, need, day=w.now.date())
    async with db.write() as tx:
        post = NewIntention(w.id, f"digest.post:{made}", f"managers:{w.id}", "digest.post", {"digest": made})
        await outbox.add(tx, w.now, post)
    await w.until(w.now)
    return await standing(w, made)


async def standing(w: World, key: DigestId) -> discord.Message:
    """The post of a digest as it is now."""
    async with w.app.tools.db.read() as tx:
        found = await digests.get(tx, key)
    assert found is not None
    return next(one for one in w.managers_channel.history() if one.id == found.message)


async def press(w: World, message: Any, action: str) -> InteractionResult:
    answer = await w.manager.press(message, action)
    await w.until(w.now)
    return answer


def again(w: World, message: discord.Message) -> discord.Message:
    return next(one for one in w.managers_channel.history() if one.id == message.id)


async def private(person: Person) -> discord.Message:
    """The last thing somebody was told in private."""
    return person.threads()[-1].history()[-1]


@played(set_up=True)
async def test_a_problem_is_looked_at_like_a_check_until_it_is_mended(w: World) -> None:
    await delete(w, "skills")
    post = await posted(w, Need(NeedKind.PROBLEM, None, "skills"))
    for _ in range(2):
        answer = await press(w, post, "need.problem")
        assert "cannot find the channel for skills" in said(answer)
        assert {"cluster.check", "cluster.setup"} <= actions(answer)
        assert custom_ids(again(w, post)) == custom_ids(post)  # it still is to be done
    await w.manager.slash("cluster setup", w.guild.channels["lobby"])
    assert "Everything is all right" in said(await press(w, post, "need.problem"))
    assert "This has settled itself." in text_of(again(w, post))
    assert custom_ids(again(w, post)) == []
    assert [one for one in await required(w.app.tools.db) if one.startswith("need")] == ["need.problem"]


@played(set_up=True)
async def test_what_cannot_be_seen_to_be_mended_is_tried_again(w: World) -> None:
    async with w.app.tools.db.write() as tx:
        await problems.report(tx, Problem(w.id, ProblemKind.REFUSED, "round", (), w.now))
    post = await posted(w, Need(NeedKind.PROBLEM, None, "round"))
    await press(w, post, "need.problem")
    assert "Done: everything works again." in text_of(again(w, post))
    assert await required(w.app.tools.db) == ["mended.round", "need.problem"]


@played(set_up=True)
async def test_a_dispute_is_decided_where_the_digest_is_read(w: World) -> None:
    made = await Class.begin(w)
    leg, tools = (await made.leg()).id, w.app.tools
    await sessions.enter(tools, await made.ada.me(), leg, 60)
    await sessions.enter(tools, await made.ben.me(), leg, 15)
    await disputes.ask_manager(tools, await made.ben.me(), leg)
    await w.until(w.now)
    (question,) = w.managers_channel.history()
    post = await posted(w, Need(NeedKind.DISPUTE, leg, "weaving"))
    answer = await press(w, post, "need.dispute")
    assert said(answer) == text_of(question)
    assert len(custom_ids(shown_in(answer))) == len(custom_ids(question)) == 3
    assert custom_ids(again(w, post)) == custom_ids(post)
    assert "1:00" in said(await press(w, shown_in(answer), "need.decide"))
    assert (await made.leg()).state is LegState.CONFIRMED
    assert "Done: it is decided." in text_of(again(w, post))
    assert custom_ids(again(w, question)) == custom_ids(again(w, post)) == []
    assert "1:00" in text_of(again(w, question))
    assert await required(tools.db) == ["need.dispute", "dispute"]


@played(set_up=True)
async def test_a_dispute_that_is_over_is_said_to_be(w: World) -> None:
    made = await Class.begin(w)
    post = await posted(w, Need(NeedKind.DISPUTE, (await made.leg()).id, "weaving"))
    assert "Nothing is left for you to do." in said(await press(w, post, "need.dispute"))
    assert "This has settled itself." in text_of(again(w, post))
    assert await required(w.app.tools.db) == []


@played(set_up=True)
async def test_everybody_is_asked_who_can_show_it_and_never_told_for_whom(w: World) -> None:
    ada, ben = await w.people(2)
    need = await wants(w.app.tools, await ada.me(), "Etching *glass*")
    await pass_(w, UNSERVED + DAY)
    post = await posted(w, need)
    sure = await press(w, post, "need.want")
    assert "Who can show this?" in said(sure)
    assert "Nothing was sent" in said(await press(w, shown_in(sure), "need.not_now"))
    place = await skills_channel(w)
    before = len(place.history())
    sure, second = [await press(w, post, "need.want") for _ in range(2)]
    copy = await w.manager.slash("digest now", w.guild.channels["lobby"])
    assert "in a moment" in said(await press(w, shown_in(sure), "need.want_sure"))
    assert "Done: everybody was asked who can show it." in text_of(again(w, post))
    asked = place.history()[-1]
    assert len(place.history()) == before + 1
    assert "Etching \\*glass\\*" in text_of(asked)
    assert str(ada.id) not in text_of(asked)
    assert "p0" not in text_of(asked)
    # The second of two managers with the question open; and the copy of somebody who looked before.
    assert "not long ago" in said(await press(w, shown_in(second), "need.want_sure"))
    assert "not long ago" in said(await press(w, shown_in(copy), "need.want"))
    assert custom_ids(shown_in(await w.manager.slash("digest now", w.guild.channels["lobby"]))) == []
    assert len(place.history()) == before + 1
    assert await required(w.app.tools.db) == ["need.want"]
    stranger = w.stranger("passer-by")
    assert "/join" in said(await stranger.press(asked, "skill.offer"))
    form = await ben.press(asked, "skill.offer")
    assert form.modal is not None
    assert form.modal["components"][0]["component"]["value"] == "Etching *glass*"


@played(set_up=True)
async def test_people_of_a_firm_without_a_tie_are_invited_in_their_own_words(
    w: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await w.person("ada", "Klei & Co")
    bea = await w.person("bea", "Klei & Co", language="nl")
    await w.person("cas", "Other")
    await pass_(w, ALONE + DAY)
    post = await posted(w, Need(NeedKind.FIRM, (await ada.me()).firm.id, "Klei & Co"))
    sure = await press(w, post, "need.firm")
    assert "2 people at Klei & Co" in said(sure)
    told = "Somebody outside your firm takes a hard look"
    assert told in said(sure)
    assert "in a moment" in said(await press(w, shown_in(sure), "need.firm_sure"))
    assert "Done: they were invited." in text_of(again(w, post))
    assert await required(w.app.tools.db) == ["need.firm"]
    notice = await private(ada)
    assert told in text_of(notice)
    assert "The next round opens" in text_of(notice)
    for secret in ("tie", "manager", "Klei"):
        assert secret not in text_of(notice)
    assert "Doe je mee?" in text_of(await private(bea))
    everybody_reads("nl", monkeypatch)
    assert "elke keer aangemeld" in said(await ada.press(notice, "need.weekly"))


@played(set_up=True)
async def test_only_managers_press(w: World) -> None:
    (ada,) = await w.people(1)
    need = Need(NeedKind.FIRM, (await ada.me()).firm.id, "Firm 0")
    let(w, w.managers_channel, ada.id, view_channel=True, read_message_history=True)
    assert "manage" in said(await ada.press(await posted(w, need), "need.firm"))
    assert await required(w.app.tools.db) == []
