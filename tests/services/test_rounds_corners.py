"""Corners of a round in which somebody could be forgotten, wronged or told what is not so; on both databases."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import avoiding, members, rounds
from bot.services.rounds import leaving
from bot.services.rounds.looking import why
from domain.calendar import MemberCadence
from domain.errors import (
    AskAnswered,
    NotSignedUp,
)
from domain.model import (
    Attachment,
    MemberState,
    Pairing,
    PairingState,
    Place,
    RoundState,
)
from storage import asks, signups
from storage.engine import Database
from tests.services.cluster import BRIEF, HOUR, Cluster


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


async def reviewed(cluster: Cluster, pairing: Pairing, reviewer: int, maker: int) -> None:
    await cluster.give(pairing, pairing.members[reviewer].id, pairing.members[maker].id)


async def test_freed_from_a_trio_is_not_lost(cluster: Cluster) -> None:
    await cluster.people(3)
    await cluster.open()
    await cluster.draw()
    (trio,) = await cluster.pairings()
    await reviewed(cluster, trio, 0, 1)
    await reviewed(cluster, trio, 0, 2)
    await cluster.nudge()
    freed = trio.members[0].id
    assert (await cluster.signups())[freed].place is Place.WAITING
    assert [(one["member"], one["why"]) for one in await cluster.said("member.notice")] == [(freed, "no_helper")]
    late = await cluster.pairing(trio.id)
    assert {seat.id for seat in late.seated} == {seat.id for seat in trio.members[1:]}


async def test_who_could_not_and_now_can_is_late_like_anybody(cluster: Cluster) -> None:
    await cluster.people(2)
    late = await cluster.join("L", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    leaver = held.members[0].member
    await rounds.cannot(cluster.tools, leaver, held.id)
    await rounds.sit_out(cluster.tools, leaver, opened.id)  # no partner in the way
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    await rounds.sign_up(cluster.tools, leaver, opened.id, BRIEF)
    assert (await cluster.signups())[leaver.id].place in {Place.WAITING, Place.PLACED}
    assert (await cluster.signups())[late.id].place is Place.PLACED


async def test_whoever_is_left_alone_and_cannot_either_waits_no_more(cluster: Cluster) -> None:
    await cluster.people(2)
    late = await cluster.join("L", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    for seat in held.members:
        await rounds.cannot(cluster.tools, seat.member, held.id)
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    assert len(await cluster.pairings()) == 1
    assert set(await cluster.signups()) == {late.id}


async def test_a_pair_that_has_exchanged_everything_is_not_torn_up(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    await cluster.exchange(first)
    await members.leave(cluster.tools, first.members[0].member)
    assert (await cluster.pairing(first.id)).state is PairingState.OPEN
    assert not await cluster.said("pairing.left")
    assert len((await cluster.pairing(second.id)).members) == 2


async def test_dying_right_after_somebody_could_not_forgets_nobody(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cluster.people(2)
    helper = await cluster.join("On call", cadence=MemberCadence.ASK, on_call=True)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()

    async def died(*_: object) -> None:
        raise SystemError

    with monkeypatch.context() as patch:
        patch.setattr(leaving, "place_waiting", died)
        with pytest.raises(SystemError):
            await rounds.cannot(cluster.tools, held.members[0].member, held.id)
    assert not await cluster.said("ask.post")
    await cluster.run_due()
    (asked,) = await cluster.said("ask.post")
    async with cluster.db.read() as tx:
        ask = await asks.get(tx, asked["ask"])
    assert ask is not None
    assert ask.member == helper.id


async def test_a_file_after_the_draw_reaches_the_thread(cluster: Cluster) -> None:
    one, _ = await cluster.people(2)
    opened = await cluster.open()
    await cluster.draw()
    await rounds.attach(cluster.tools, one, opened.id, Attachment("a.png", "image/png", b"a"))
    assert [brief["member"] for brief in await cluster.said("brief.post")] == [one.id]


async def test_a_file_alone_signs_nobody_up(cluster: Cluster) -> None:
    one, _ = await cluster.people(2)
    opened = await cluster.open()
    await rounds.sit_out(cluster.tools, one, opened.id)
    with pytest.raises(NotSignedUp):
        await rounds.attach(cluster.tools, one, opened.id, Attachment("a.png", "image/png", b"a"))


async def test_a_brief_that_reached_nobody_is_there_next_time(cluster: Cluster) -> None:
    one, two = await cluster.people(2)
    opened = await cluster.open()
    await rounds.sign_up(cluster.tools, one, opened.id, BRIEF)
    cluster.discord_works = False
    await cluster.draw()
    await cluster.close()
    assert not await cluster.log("round.missed")
    cluster.discord_works = True
    again = await cluster.open()
    assert (await rounds.form_for(cluster.tools, one, again.id))[1] == BRIEF
    assert (await rounds.form_for(cluster.tools, two, again.id))[1] is None
    await cluster.close()
    last = await cluster.open()
    assert (await rounds.form_for(cluster.tools, one, last.id))[1] is None


async def test_pausing_in_a_pairing_is_said_like_not_making_it(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    tired, stayer = first.members
    await members.pause(cluster.tools, await cluster.community(), tired.member, 2)
    assert stayer.id in {seat.id for seat in (await cluster.pairing(second.id)).seated}
    await cluster.close()
    assert tired.id not in {row.member_id for row in await cluster.log("round.missed")}


async def test_off_over_nudge_and_close_pairs_nobody_at_the_last_moment(cluster: Cluster) -> None:
    await cluster.people(2)
    late = await cluster.join("L", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    await cluster.skip_to(opened.closes_at + HOUR)
    held = await cluster.pairings(opened.id)
    assert [len(one.members) for one in held] == [2]
    assert late.id not in {row.member_id for row in await cluster.log("round.missed")}


async def test_a_pair_drawn_late_is_not_nudged_in_the_same_breath(cluster: Cluster) -> None:
    await cluster.people(2)
    opened = await cluster.open()
    await cluster.skip_to(opened.closes_at - 30 * HOUR)
    assert len(await cluster.pairings()) == 1
    assert not await cluster.said("pairing.nudge")


async def test_a_fortnightly_member_does_not_pay_for_a_skipped_round(cluster: Cluster) -> None:
    one = await cluster.join("A", cadence=MemberCadence.FORTNIGHTLY)
    await cluster.open()
    await cluster.draw()
    await cluster.nudge()
    assert (await cluster.round()).state is RoundState.SKIPPED
    await cluster.open()
    assert one.id in await cluster.signups()


async def test_nobody_learns_that_they_are_avoided(cluster: Cluster) -> None:
    one, two, three = await cluster.people(3)
    await avoiding.avoid_firm(cluster.tools, two, one.firm.id)
    await avoiding.avoid_firm(cluster.tools, three, one.firm.id)
    await cluster.open()
    await cluster.draw()
    (notice,) = await cluster.said("member.notice")
    assert (notice["member"], notice["why"]) == (one.id, "taken")
    async with cluster.db.read() as tx:
        assert await signups.why_not(tx, (await cluster.round()).id, one.id) == "taken"


async def test_saying_yes_looks_at_the_rules_again(cluster: Cluster) -> None:
    await cluster.people(2)
    helper = await cluster.join("On call", cadence=MemberCadence.ASK, on_call=True)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    leaver, stayer = held.members
    await rounds.cannot(cluster.tools, leaver.member, held.id)
    (asked,) = await cluster.said("ask.post")
    await avoiding.avoid_firm(cluster.tools, stayer.member, helper.firm.id)
    with pytest.raises(AskAnswered):
        await rounds.take_ask(cluster.tools, helper, asked["ask"])
    assert len(await cluster.pairings()) == 1


async def test_who_said_not_this_week_is_not_asked_to_step_in(cluster: Cluster) -> None:
    await cluster.people(2)
    helper = await cluster.join("On call", on_call=True)
    opened = await cluster.open()
    await rounds.sit_out(cluster.tools, helper, opened.id)
    await cluster.draw()
    (held,) = await cluster.pairings()
    await rounds.cannot(cluster.tools, held.members[0].member, held.id)
    assert not await cluster.said("ask.post")


async def test_three_who_did_it_live_need_one_question_and_two_answers(cluster: Cluster) -> None:
    await cluster.people(3)
    await cluster.open()
    await cluster.draw()
    (trio,) = await cluster.pairings()
    one, two, three = (seat.member for seat in trio.members)
    assert await rounds.claim_live(cluster.tools, one, trio.id)
    await rounds.confirm_live(cluster.tools, two, trio.id, one.id, happened=True)
    assert not await rounds.claim_live(cluster.tools, three, trio.id)
    assert len(await cluster.log("review.exchanged")) == 6
    assert len(await cluster.said("live.ask")) == 1


async def test_why_is_told_of_the_last_round_one_was_paired_in(cluster: Cluster) -> None:
    one, *_ = await cluster.people(3)
    await cluster.open()
    first = await cluster.draw()
    await cluster.close()
    opened = await cluster.open()
    await rounds.sit_out(cluster.tools, one, opened.id)
    await cluster.draw()
    (reason,) = await why(cluster.tools, one)
    assert reason.round.id == first.id


async def test_three_taps_at_once_are_three_taps(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    one, two = held.members
    review = await cluster.give(held, one.id, two.id)
    marks = ("specific", "kind", "will_use")
    await asyncio.gather(*(rounds.acknowledge(cluster.tools, two.member, review.id, mark) for mark in marks))
    (review,) = await cluster.reviews()
    assert (review.specific, review.kind, review.will_use) == (True, True, True)
    assert len(await cluster.log("review.exchanged")) == 1


async def test_leaving_while_the_round_closes_ends_well(cluster: Cluster) -> None:
    people = await cluster.people(6)
    await cluster.open()
    drawn = await cluster.draw()
    cluster.clock.at = drawn.closes_at
    await asyncio.gather(cluster.run_due(), *(members.leave(cluster.tools, one) for one in people[:3]))
    for one in people[:3]:
        assert (await cluster.member(one.id)).state is MemberState.LEFT
