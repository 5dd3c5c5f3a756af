"""A round opens, people sign up, and it is drawn; on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.services import members, rounds
from bot.services.rounds.auditing import repeat_draw
from domain.calendar import MemberCadence
from domain.errors import (
    OnPause,
    PairedAlready,
    RoundOver,
    SignUpOver,
)
from domain.model import (
    Attachment,
    MemberState,
    Place,
    RoundState,
)
from storage import signups
from storage.engine import Database
from tests.services.cluster import BRIEF, Cluster


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


# Opening


async def test_it_opens_on_monday_at_nine_in_the_communitys_own_time(cluster: Cluster) -> None:
    await cluster.people(2)
    opened = await cluster.open()
    assert opened.state is RoundState.OPEN
    assert opened.opens_at.isoformat() == "2026-01-05T08:00:00+00:00"
    assert [one["round"] for one in await cluster.said("round.open")] == [opened.id]
    upcoming = await cluster.scheduled()
    assert upcoming.number == 2
    assert upcoming.opens_at - opened.opens_at == timedelta(days=7)


async def test_cadence_signs_up_and_asking_does_not(cluster: Cluster) -> None:
    weekly = await cluster.join("A")
    fortnightly = await cluster.join("B", cadence=MemberCadence.FORTNIGHTLY)
    asks = await cluster.join("C", cadence=MemberCadence.ASK)
    paused = await cluster.join("D")
    await members.pause(cluster.tools, await cluster.community(), paused, 2)
    await cluster.open()
    assert set(await cluster.signups()) == {weekly.id, fortnightly.id}
    await cluster.close()
    await cluster.open()
    assert set(await cluster.signups()) == {weekly.id}
    await cluster.close()
    await cluster.open()
    assert set(await cluster.signups()) == {weekly.id, fortnightly.id, paused.id}
    assert asks.id not in await cluster.signups()


async def test_a_newcomer_is_in_the_round_that_is_open(cluster: Cluster) -> None:
    await cluster.people(2)
    opened = await cluster.open()
    late = await cluster.join("Z")
    assert late.id in await cluster.signups()
    asks = await cluster.join("Y", cadence=MemberCadence.ASK)
    assert asks.id not in await cluster.signups()
    assert opened.number == 1


async def test_nobody_to_invite_is_said_once(cluster: Cluster) -> None:
    await cluster.skip_to((await cluster.scheduled()).opens_at)
    assert (await cluster.round()).state is RoundState.SKIPPED
    await cluster.until((await cluster.scheduled()).opens_at)
    assert (await cluster.round()).number == 2
    assert [one["why"] for one in await cluster.said("round.skipped")] == ["no_members"]
    assert not await cluster.said("round.open")


# Signing up


async def test_signing_up_twice_at_once_counts_once_and_keeps_the_brief(cluster: Cluster) -> None:
    one, two = await cluster.people(2, cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await asyncio.gather(*(rounds.sign_up(cluster.tools, one, opened.id, BRIEF) for _ in range(4)))
    await rounds.sign_up(cluster.tools, two, opened.id)
    found = await cluster.signups()
    assert set(found) == {one.id, two.id}
    assert found[one.id].brief == BRIEF
    assert len(await cluster.log("round.in")) == 2
    counts = await cluster.said("round.count")
    assert len(counts) == 1  # coalesced


async def test_a_file_stays_until_the_round_is_over(cluster: Cluster) -> None:
    one, _two = await cluster.people(2)
    opened = await cluster.open()
    file = Attachment("bench.png", "image/png", b"png")
    await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)
    await rounds.attach(cluster.tools, one, opened.id, file)
    signup = (await cluster.signups())[one.id]
    async with cluster.db.read() as tx:
        assert await signups.file_of(tx, signup.id) == file
    await cluster.close()
    async with cluster.db.read() as tx:
        assert await signups.file_of(tx, signup.id) is None
        kept = await signups.get(tx, opened.id, one.id)
    assert kept is not None
    assert kept.brief is None


async def test_not_this_week_and_changing_ones_mind(cluster: Cluster) -> None:
    one, *_ = await cluster.people(3)
    opened = await cluster.open()
    await rounds.sit_out(cluster.tools, one, opened.id)
    assert one.id not in await cluster.signups()
    await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)
    assert one.id in await cluster.signups()
    await cluster.draw()
    with pytest.raises(PairedAlready):
        await rounds.sit_out(cluster.tools, one, opened.id)


async def test_too_late_is_said(cluster: Cluster) -> None:
    one, *_ = await cluster.people(4)
    opened = await cluster.open()
    await cluster.nudge()
    with pytest.raises(SignUpOver):
        await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)
    await cluster.close()
    with pytest.raises(RoundOver):
        await rounds.form_for(cluster.tools, one, opened.id)


async def test_no_signing_up_on_pause(cluster: Cluster) -> None:
    one, *_ = await cluster.people(2)
    opened = await cluster.open()
    await members.pause(cluster.tools, await cluster.community(), one, 1)
    with pytest.raises(OnPause):
        await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)


# The draw


async def test_everybody_is_placed_and_every_pairing_has_its_thread(cluster: Cluster) -> None:
    people = await cluster.people(7)
    await cluster.open()
    drawn = await cluster.draw()
    assert drawn.state is RoundState.RUNNING
    held = await cluster.pairings()
    assert sorted(len(one.members) for one in held) == [2, 2, 3]
    assert {one.id for pairing in held for one in pairing.members} == {one.id for one in people}
    assert {one.place for one in (await cluster.signups()).values()} == {Place.PLACED}
    for pairing in held:
        kinds = [one["_kind"] for one in await cluster.said() if one.get("pairing") == pairing.id]
        adds = ["pairing.add"] * len(pairing.members)
        assert kinds == ["pairing.thread", *adds, "pairing.welcome"]
    assert len(await cluster.log("round.paired")) == 2 + 2 + 6


async def test_the_draw_can_be_repeated_from_what_is_stored(cluster: Cluster) -> None:
    await cluster.people(9)
    first_groups = []
    for _ in range(3):
        await cluster.open()
        drawn = await cluster.draw()
        for pairing in await cluster.pairings():
            await cluster.exchange(pairing)
        groups = {frozenset(one.id for one in pairing.members) for pairing in await cluster.pairings()}
        first_groups.append((drawn.id, groups))
        await cluster.close()
    for round_id, groups in first_groups:
        again = await repeat_draw(cluster.tools, cluster.id, round_id)
        assert {frozenset(one) for one in again} == groups


async def test_who_left_the_server_is_not_paired_and_is_noted(cluster: Cluster) -> None:
    one, *others = await cluster.people(5)
    await cluster.open()
    assert one.user is not None
    cluster.away.add(one.user)
    await cluster.draw()
    seated = {seat.id for pairing in await cluster.pairings() for seat in pairing.members}
    assert seated == {other.id for other in others}
    assert (await cluster.member(one.id)).state is MemberState.LEFT


async def test_paused_between_opening_and_draw_is_not_paired(cluster: Cluster) -> None:
    one, *_ = await cluster.people(3)
    await cluster.open()
    await members.pause(cluster.tools, await cluster.community(), one, 4)
    await cluster.draw()
    assert one.id not in {seat.id for pairing in await cluster.pairings() for seat in pairing.members}


async def test_one_too_many_is_told_why_and_goes_first(cluster: Cluster) -> None:
    first = await cluster.join("A")
    second = await cluster.join("A")
    third = await cluster.join("B")
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    (left,) = {first.id, second.id} - {one.id for one in held.members}
    assert third.id in {one.id for one in held.members}
    (notice,) = await cluster.said("member.notice")
    assert (notice["member"], notice["what"]) == (left, "waiting")
    assert notice["why"]
    await cluster.exchange(held)
    await cluster.close()
    assert (await cluster.signups())[left].place is Place.LEFT_OUT
    assert len(await cluster.said("member.notice")) == 1  # told once
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    assert left in {one.id for one in held.members}


@pytest.mark.parametrize(("firms", "why_"), [([], "nobody"), (["A"], "alone"), (["A", "A"], "one_firm")])
async def test_what_happens_when_nobody_can_meet_is_said(cluster: Cluster, firms: list[str], why_: str) -> None:
    await cluster.join("Z", cadence=MemberCadence.ASK)
    people = [await cluster.join(firm, cadence=MemberCadence.ASK) for firm in firms]
    opened = await cluster.open()
    for one in people:
        await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)
    await cluster.draw()
    (told,) = await cluster.said("round.alone")
    assert told["why"] == why_
    # Until the nudge somebody may still come.
    assert (await cluster.round()).state is RoundState.RUNNING
    await cluster.nudge()
    assert (await cluster.round()).state is RoundState.SKIPPED
    assert (await cluster.scheduled()).number == 2
    assert {one.place for one in (await cluster.signups()).values()} <= {Place.LEFT_OUT}


async def test_one_in_time_and_one_a_little_late_meet(cluster: Cluster) -> None:
    await cluster.join("A")
    late = await cluster.join("B", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    assert len(await cluster.said("round.alone")) == 1
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    (held,) = await cluster.pairings()
    assert len(held.members) == 2
