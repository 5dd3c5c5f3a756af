""" "Did this lead to joint work?": each side once, ninety days after the first exchange; on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, pairwise

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.services import communities, followups, members, privacy
from bot.services.acts import act_of
from bot.services.followups import looking
from domain.errors import NotYours, TooOld
from domain.followups import ask_at, working_hour
from domain.model import ActKind, FollowupId, Member, MemberId
from storage import acts
from storage import communities as stored_communities
from storage.engine import Database
from storage.tables import followups as table
from tests.services.gallery import Gallery

NUMBERS = count(1)


@pytest.fixture
async def gallery(db: Database) -> Gallery:
    return await Gallery.open(db)


async def exchange(
    gallery: Gallery, one: Member, other: Member, kind: ActKind = ActKind.HELPED, *, days_ago: float = 0
) -> None:
    at = gallery.now - timedelta(days=days_ago)
    async with gallery.cluster.db.write() as tx:
        await acts.record(tx, act_of(one, kind, at, str(next(NUMBERS)), other=other))


async def asked(gallery: Gallery) -> list[tuple[int, FollowupId]]:
    """(whom, which message) of every question so far."""
    return [(one["member"], FollowupId(one["batch"])) for one in await gallery.cluster.said("followup.ask")]


async def days(gallery: Gallery, number: int) -> None:
    """Let days pass, with a look in each."""
    for _ in range(number):
        await gallery.later(days=1)


async def after_ninety_days(gallery: Gallery) -> None:
    """It is time to ask about what is exchanged now; nobody looked before."""
    gallery.cluster.clock.at = ask_at("Europe/Amsterdam", gallery.now)
    await gallery.settle()


async def batch_of(gallery: Gallery, member: Member) -> FollowupId:
    return next(batch for whom, batch in reversed(await asked(gallery)) if whom == member.id)


@pytest.mark.parametrize("kind", [ActKind.HELPED, ActKind.SESSION_EXCHANGED, ActKind.REVIEW_EXCHANGED])
async def test_both_sides_are_asked_once_ninety_days_after_the_first(gallery: Gallery, kind: ActKind) -> None:
    one, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    first = gallery.now
    await exchange(gallery, one, other, kind)
    await exchange(gallery, other, one, ActKind.HELPED)
    gallery.cluster.clock.at += timedelta(days=80)
    await exchange(gallery, one, other, ActKind.REVIEW_EXCHANGED)
    await gallery.settle()
    moment = ask_at("Europe/Amsterdam", first)
    await gallery.until(moment - timedelta(seconds=1))
    assert await asked(gallery) == []
    await gallery.later(seconds=1)
    assert sorted(whom for whom, _ in await asked(gallery)) == sorted([one.id, other.id])
    assert {one["_state"] for one in await gallery.cluster.said("followup.ask")} == {"done"}
    view = await looking.view(gallery.cluster.tools, await batch_of(gallery, one))
    assert view is not None
    assert (view.member.id, [partner.id for _, partner in view.partners]) == (one.id, [other.id])
    # Never again for these two, whatever happens between them.
    gallery.cluster.clock.at += timedelta(days=75)  # five days before one would ask about the last
    await days(gallery, 10)
    assert len(await asked(gallery)) == 2


async def test_what_is_no_exchange_or_of_one_firm_is_not_asked_about(gallery: Gallery) -> None:
    one, other, colleague = [await gallery.cluster.join(name) for name in "ABA"]
    await exchange(gallery, one, other, ActKind.ANSWERED)
    await exchange(gallery, one, colleague, ActKind.SESSION_EXCHANGED)
    await after_ninety_days(gallery)
    assert await asked(gallery) == []


async def test_one_click_answers_for_everybody_listed_and_for_good(gallery: Gallery) -> None:
    tools = gallery.cluster.tools
    one, *others = [await gallery.cluster.join(name) for name in "ABCD"]
    for other in others:
        await exchange(gallery, one, other)
    await after_ninety_days(gallery)
    batch = await batch_of(gallery, one)
    view = await looking.view(tools, batch)
    assert view is not None
    (first, partner), second, third = view.partners
    with pytest.raises(NotYours):
        await followups.answer(tools, others[0], batch, [first])
    with pytest.raises(TooOld):
        await followups.answer(tools, one, batch, [await batch_of(gallery, others[0])])
    with pytest.raises(TooOld):
        await followups.answer(tools, one, FollowupId(404), [])
    told = await followups.answer(tools, one, batch, [first])
    assert [who.id for who in told.led_on] == [partner.id]
    with pytest.raises(TooOld):
        await followups.answer(tools, one, batch, [second[0]])
    assert [act.other_member_id for act in await gallery.cluster.log("followup.led_on")] == [partner.id]
    nowhere = await gallery.cluster.log("followup.led_nowhere")
    assert [(act.member_id, act.other_member_id) for act in nowhere] == [
        (one.id, second[1].id),
        (one.id, third[1].id),
    ]
    assert await looking.view(tools, batch) is None


async def test_nobody_is_asked_more_than_once_a_month_nor_about_more_than_fit(gallery: Gallery) -> None:
    one = await gallery.cluster.join("A")
    early, late = await gallery.cluster.join("Early"), await gallery.cluster.join("Late")
    await exchange(gallery, one, early)
    gallery.cluster.clock.at += timedelta(days=10)
    await exchange(gallery, one, late)
    many = [await gallery.cluster.join(f"F{at}") for at in range(26)]
    for other in many:
        await exchange(gallery, one, other)
    gallery.cluster.clock.at += timedelta(days=76)
    await days(gallery, 34)
    assert [whom for whom, _ in await asked(gallery)].count(one.id) == 1
    await days(gallery, 5)
    batches = [batch for whom, batch in await asked(gallery) if whom == one.id]
    views = [await looking.view(gallery.cluster.tools, batch) for batch in batches]
    assert [len(view.partners) for view in views if view] == [1, 25]
    await days(gallery, 35)
    batches = [batch for whom, batch in await asked(gallery) if whom == one.id]
    views = [await looking.view(gallery.cluster.tools, batch) for batch in batches]
    assert [len(view.partners) for view in views if view] == [1, 25, 2]
    async with gallery.cluster.db.read() as tx:
        moments = sorted(set((await tx.execute(_asked_at(one))).scalars()))
    assert all(later - earlier >= timedelta(days=30) for earlier, later in pairwise(moments))


def _asked_at(member: Member) -> sa.Select[tuple[object]]:
    return sa.select(table.c.asked_at).where(table.c.member_id == member.id, table.c.asked_at.is_not(None))


async def test_whoever_is_away_is_neither_asked_nor_named_and_whoever_has_left_never(gallery: Gallery) -> None:
    cluster = gallery.cluster
    one, away, left = [await cluster.join(name) for name in "ABC"]
    for other in (away, left):
        await exchange(gallery, one, other)
    gallery.cluster.clock.at += timedelta(days=85)
    await gallery.settle()
    away = await members.pause(cluster.tools, await cluster.community(), away, 4)
    await members.leave(cluster.tools, left)
    assert away.paused_until is not None
    await gallery.until(away.paused_until - timedelta(hours=1))
    assert await asked(gallery) == []
    await gallery.later(days=3)
    assert sorted(whom for whom, _ in await asked(gallery)) == sorted([one.id, away.id])
    view = await looking.view(cluster.tools, await batch_of(gallery, one))
    assert view is not None
    assert [partner.id for _, partner in view.partners] == [away.id]


async def test_who_leaves_after_the_question_is_not_said_to_have_led_nowhere(gallery: Gallery) -> None:
    cluster = gallery.cluster
    one, stays, leaves = [await cluster.join(name) for name in "ABC"]
    for other in (stays, leaves):
        await exchange(gallery, one, other)
    await after_ninety_days(gallery)
    batch = await batch_of(gallery, one)
    await members.leave(cluster.tools, leaves)
    view = await looking.view(cluster.tools, batch)
    assert view is not None
    assert [partner.id for _, partner in view.partners] == [stays.id]
    await followups.answer(cluster.tools, one, batch, [])
    assert [act.other_member_id for act in await cluster.log("followup.led_nowhere")] == [stays.id]
    with pytest.raises(TooOld):
        await followups.answer(cluster.tools, one, batch, [])


async def test_nobody_is_asked_about_somebody_forgotten(gallery: Gallery) -> None:
    cluster = gallery.cluster
    one, other = await cluster.join("A"), await cluster.join("B")
    await exchange(gallery, one, other)
    gallery.cluster.clock.at += timedelta(days=80)
    await gallery.settle()
    await privacy.erase(cluster.tools, other)
    await days(gallery, 15)
    assert await asked(gallery) == []
    async with cluster.db.read() as tx:
        assert (await tx.execute(sa.select(table))).all() == []


async def test_after_a_long_standstill_what_nobody_remembers_is_not_asked(gallery: Gallery) -> None:
    one, other, third = [await gallery.cluster.join(name) for name in "ABC"]
    await exchange(gallery, one, other)
    gallery.cluster.clock.at += timedelta(days=40)
    await exchange(gallery, one, third)
    gallery.cluster.clock.at += timedelta(days=81)
    await days(gallery, 20)
    view = await looking.view(gallery.cluster.tools, await batch_of(gallery, one))
    assert view is not None
    assert [partner.id for _, partner in view.partners] == [third.id]


async def test_after_a_standstill_nobody_is_asked_at_night(gallery: Gallery) -> None:
    one, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    await exchange(gallery, one, other)
    moment = ask_at("Europe/Amsterdam", gallery.now)
    gallery.cluster.clock.at = moment + timedelta(hours=17)  # three at night
    await gallery.settle()
    assert await asked(gallery) == []
    await gallery.until(working_hour("Europe/Amsterdam", gallery.now))
    assert len(await asked(gallery)) == 2


async def test_where_we_were_removed_nobody_is_asked(gallery: Gallery) -> None:
    cluster = gallery.cluster
    one, other = await cluster.join("A"), await cluster.join("B")
    await exchange(gallery, one, other)
    gallery.cluster.clock.at += timedelta(days=80)
    await gallery.settle()
    await communities.bot_removed(cluster.tools, cluster.id)
    await days(gallery, 20)
    assert await asked(gallery) == []


async def test_another_communitys_people_cannot_answer(gallery: Gallery) -> None:
    one, other = await gallery.cluster.join("A"), await gallery.cluster.join("B")
    await exchange(gallery, one, other)
    await after_ninety_days(gallery)
    elsewhere = await Gallery.open(gallery.cluster.db, key=2)
    stranger = await elsewhere.cluster.join("A")
    batches: Sequence[FollowupId] = [batch for _, batch in await asked(gallery)]
    assert batches
    for batch in batches:
        with pytest.raises(NotYours):
            await followups.answer(elsewhere.cluster.tools, stranger, batch, [])


async def two_communities(gallery: Gallery) -> tuple[Gallery, datetime]:
    """Another one beside ours; in both, two people are to be asked at this moment."""
    other = await Gallery.open(gallery.cluster.db, key=2)
    for one in (gallery, other):
        await exchange(one, await one.cluster.join("A"), await one.cluster.join("B"))
    return other, ask_at("Europe/Amsterdam", gallery.now)


async def test_one_community_that_cannot_be_gathered_for_holds_no_other_up(gallery: Gallery) -> None:
    _, moment = await two_communities(gallery)
    await _lives_in(gallery, "Nowhere/At_All")
    gallery.cluster.clock.at = moment - timedelta(days=2)
    with capture_logs() as logged:
        await followups.gather(gallery.cluster.tools)
    assert [one["event"] for one in logged if one["log_level"] == "error"] == ["followups.gather_failed"]
    # The next day is in time, too.
    await _lives_in(gallery, "Europe/Amsterdam")
    await gallery.until(moment)
    assert len(await asked(gallery)) == 4


async def test_one_community_that_cannot_be_asked_holds_no_other_up(gallery: Gallery) -> None:
    other, moment = await two_communities(gallery)
    gallery.cluster.clock.at = moment - timedelta(days=2)
    await gallery.settle()
    gallery.cluster.clock.at = moment
    await _lives_in(gallery, "Nowhere/At_All")
    with capture_logs() as logged:
        await followups.ask(gallery.cluster.tools)
    assert [one["event"] for one in logged if one["log_level"] == "error"] == ["followups.ask_failed"] * 2
    assert [(await other.cluster.member(MemberId(whom))).community for whom, _ in await asked(gallery)] == [2, 2]
    await _lives_in(gallery, "Europe/Amsterdam")
    await gallery.settle()
    assert len(await asked(gallery)) == 4


async def _lives_in(gallery: Gallery, zone: str) -> None:
    """Where the time zone is one that nobody knows, whatever has to do with dates fails."""
    plan = (await gallery.cluster.community()).plan
    async with gallery.cluster.db.write() as tx:
        await stored_communities.set_plan(tx, gallery.cluster.id, replace(plan, time_zone=zone))
