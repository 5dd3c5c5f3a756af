"""A round from opening to close, on both databases: who is in, who is placed, what is said, what stays."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.services import avoiding, members, privacy, rounds
from bot.services.rounds import leaving
from bot.services.rounds.auditing import draw_inputs, repeat_draw
from bot.services.rounds.looking import status, why
from domain.calendar import MemberCadence
from domain.errors import (
    AskAnswered,
    NoRoundYet,
    NothingToReview,
    NotInThisPairing,
    NotSignedUp,
    NotYours,
    OnPause,
    OwnWork,
    PairedAlready,
    PersonError,
    RoundOver,
    SignUpOver,
    TooOld,
)
from domain.model import (
    Attachment,
    MemberState,
    Pairing,
    PairingKind,
    PairingState,
    Place,
    ReviewState,
    RoundState,
    Seat,
)
from storage import asks, signups
from storage.engine import Database
from tests.services.cluster import BRIEF, HOUR, REVIEW, Cluster


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


# Late, rescue


async def test_two_late_ones_get_each_other_at_once(cluster: Cluster) -> None:
    await cluster.people(2)
    late = [await cluster.join(f"L{at}", cadence=MemberCadence.ASK) for at in range(2)]
    opened = await cluster.open()
    await cluster.draw()
    first = await rounds.sign_up(cluster.tools, late[0], opened.id, BRIEF)
    assert first.late
    assert len(await cluster.pairings()) == 1
    await rounds.sign_up(cluster.tools, late[1], opened.id, BRIEF)
    *_, newest = await cluster.pairings()
    assert newest.kind is PairingKind.LATE
    assert {one.id for one in newest.members} == {one.id for one in late}


async def test_one_late_one_joins_a_pair_at_the_nudge(cluster: Cluster) -> None:
    await cluster.people(2)
    late = await cluster.join("L", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    await cluster.nudge()
    (held,) = await cluster.pairings()
    assert len(held.members) == 3
    assert held.members[2].id == late.id
    assert [one["member"] for one in await cluster.said("pairing.joined")] == [late.id]


async def test_a_late_one_nobody_may_meet_is_left_out_and_told(cluster: Cluster) -> None:
    await cluster.join("A")
    await cluster.join("B")
    late = await cluster.join("A", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    await cluster.nudge()
    told = [(one["member"], one["what"], one["why"]) for one in await cluster.said("member.notice")]
    assert told == [(late.id, "left_out", "late")]
    # Somebody's partner may still drop out.
    assert (await cluster.signups())[late.id].place is Place.WAITING
    await cluster.close()
    assert (await cluster.signups())[late.id].place is Place.LEFT_OUT
    assert len(await cluster.said("member.notice")) == 1


async def test_who_is_left_alone_and_a_late_one_get_each_other(cluster: Cluster) -> None:
    await cluster.people(2)
    late = await cluster.join("L", cadence=MemberCadence.ASK)
    opened = await cluster.open()
    await cluster.draw()
    await rounds.sign_up(cluster.tools, late, opened.id, BRIEF)
    (held,) = await cluster.pairings()
    leaver, stayer = held.members
    await rounds.cannot(cluster.tools, leaver.member, held.id)
    await rounds.cannot(cluster.tools, leaver.member, held.id)  # a second click changes nothing
    old, rescue = await cluster.pairings()
    assert old.state is PairingState.DISSOLVED
    assert rescue.kind is PairingKind.RESCUE
    assert {one.id for one in rescue.seated} == {stayer.id, late.id}
    assert len(await cluster.said("pairing.left")) == 1


async def test_with_nobody_free_or_on_call_who_is_left_alone_joins_a_pair_at_once(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    leaver, stayer = first.members
    await rounds.cannot(cluster.tools, leaver.member, first.id)
    trio = await cluster.pairing(second.id)
    assert stayer.id in {one.id for one in trio.seated}
    # And if one of the trio cannot either, the other two go on.
    await rounds.cannot(cluster.tools, second.members[0].member, second.id)
    trio = await cluster.pairing(second.id)
    assert trio.state is PairingState.OPEN
    assert {one.id for one in trio.seated} == {stayer.id, second.members[1].id}


async def test_somebody_on_call_helps_whoever_is_left_alone(cluster: Cluster) -> None:
    await cluster.people(2)
    asked = [await cluster.join(f"On call {at}", cadence=MemberCadence.ASK, on_call=True) for at in range(2)]
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    leaver, stayer = held.members
    await rounds.cannot(cluster.tools, leaver.member, held.id)
    (first,) = await cluster.said("ask.post")
    async with cluster.db.read() as tx:
        ask = await asks.get(tx, first["ask"])
    assert ask is not None
    helper = next(one for one in asked if one.id == ask.member)
    other = next(one for one in asked if one.id != ask.member)
    with pytest.raises(NotYours):
        await rounds.take_ask(cluster.tools, other, ask.id)
    await rounds.pass_ask(cluster.tools, helper, ask.id)
    with pytest.raises(PersonError):
        await rounds.take_ask(cluster.tools, helper, ask.id)
    *_, second = await cluster.said("ask.post")
    await rounds.take_ask(cluster.tools, other, second["ask"])
    *_, rescue = await cluster.pairings()
    assert [(one.id, one.shows) for one in rescue.members] == [(stayer.id, True), (other.id, False)]
    assert (await cluster.signups())[stayer.id].place is Place.PLACED


async def test_silence_passes_the_ask_on(cluster: Cluster) -> None:
    await cluster.people(2)
    for at in range(2):
        await cluster.join(f"On call {at}", cadence=MemberCadence.ASK, on_call=True)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    await rounds.cannot(cluster.tools, held.members[0].member, held.id)
    await cluster.until(cluster.clock.at + 13 * HOUR)
    asked = await cluster.said("ask.post")
    assert len(asked) == 2
    await cluster.until(cluster.clock.at + 13 * HOUR)
    assert len(await cluster.said("ask.post")) == 2  # nobody is asked twice


async def test_who_gave_and_got_nothing_is_freed_at_the_nudge(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    gave = []
    for pairing in await cluster.pairings():
        first, second = pairing.members
        await cluster.give(pairing, first.id, second.id)
        gave.append(first.id)
    await cluster.nudge()
    *old, rescue = await cluster.pairings()
    assert {one.id for one in rescue.members} == set(gave)
    assert [pairing.seat_of(one).seat for pairing, one in zip(old, gave, strict=True)] == [Seat.FREED] * 2  # type: ignore[union-attr]
    # The silent one is reminded all the same, and what comes late still counts.
    assert len(await cluster.said("pairing.nudge")) == 2
    review = await cluster.give(old[0], old[0].members[1].id, gave[0])
    assert review.state is ReviewState.GIVEN


async def test_who_leaves_weft_frees_the_partner(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    leaver, stayer = first.members
    await members.leave(cluster.tools, leaver.member)
    assert (await cluster.pairing(first.id)).state is PairingState.DISSOLVED
    assert stayer.id in {one.id for one in (await cluster.pairing(second.id)).seated}
    assert leaver.id not in await cluster.signups()


# Reviews


async def test_a_review_and_its_acknowledgement_are_one_exchange(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    one, two = held.members
    review = await cluster.give(held, one.id, two.id)
    assert not await cluster.log("review.exchanged")
    with pytest.raises(NotYours):
        await rounds.acknowledge(cluster.tools, one.member, review.id, "kind")
    marked = await rounds.acknowledge(cluster.tools, two.member, review.id, "kind")
    assert marked.kind
    again = await rounds.acknowledge(cluster.tools, two.member, review.id, "kind")
    assert not again.kind
    assert again.state is ReviewState.ACKNOWLEDGED
    assert len(await cluster.log("review.exchanged")) == 1
    with pytest.raises(NothingToReview):
        await cluster.give(held, one.id, two.id)
    with pytest.raises(NothingToReview):
        await rounds.to_review(cluster.tools, one.member, held.id)


async def test_two_submissions_at_once_are_one_review(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    one, two = held.members
    results = await asyncio.gather(
        *(rounds.give_review(cluster.tools, one.member, held.id, two.id, REVIEW) for _ in range(3)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, NothingToReview) for result in results) == 2
    assert len(await cluster.said("review.post")) == 1


async def test_live_needs_the_other_side(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    one, two = held.members
    assert await rounds.claim_live(cluster.tools, one.member, held.id)
    assert not await cluster.log("review.exchanged")
    with pytest.raises(OwnWork):
        await rounds.confirm_live(cluster.tools, one.member, held.id, one.id, happened=True)
    await rounds.confirm_live(cluster.tools, two.member, held.id, one.id, happened=False)
    with pytest.raises(TooOld):
        await rounds.confirm_live(cluster.tools, two.member, held.id, one.id, happened=True)
    cluster.clock.at += HOUR
    assert await rounds.claim_live(cluster.tools, one.member, held.id)
    # Saying it oneself confirms it as well.
    assert not await rounds.claim_live(cluster.tools, two.member, held.id)
    assert len(await cluster.log("review.exchanged")) == 2
    assert len(await cluster.said("live.ask")) == 2


async def test_both_say_live_at_the_same_moment(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    await cluster.draw()
    (held,) = await cluster.pairings()
    await asyncio.gather(*(rounds.claim_live(cluster.tools, one.member, held.id) for one in held.members))
    assert len(await cluster.log("review.exchanged")) == 2


async def test_strangers_cannot_use_a_threads_buttons(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    stranger = second.members[0].member
    for attempt in (
        rounds.to_review(cluster.tools, stranger, first.id),
        rounds.claim_live(cluster.tools, stranger, first.id),
        rounds.cannot(cluster.tools, stranger, first.id),
        rounds.give_review(cluster.tools, stranger, first.id, first.members[0].id, REVIEW),
    ):
        with pytest.raises(NotInThisPairing):
            await attempt


# Closing


async def test_the_close_counts_and_the_next_round_stands_ready(cluster: Cluster) -> None:
    await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    first, second = await cluster.pairings()
    await cluster.exchange(first)
    one, two = second.members
    await cluster.give(second, one.id, two.id)
    closed = await cluster.close()
    assert closed.state is RoundState.CLOSED
    (told,) = await cluster.said("round.close")
    assert (told["took_part"], told["reviews"], told["new_ties"]) == (3, 3, 1)


async def test_two_silent_rounds_switch_to_asking_and_say_so_in_private(cluster: Cluster) -> None:
    await cluster.people(2)
    for _ in range(2):
        await cluster.open()
        await cluster.draw()
        (held,) = await cluster.pairings()
        one, two = sorted(held.members, key=lambda seat: seat.id)
        silent = two.member
        await cluster.give(held, one.id, two.id)
        await cluster.close()
    assert (await cluster.member(silent.id)).cadence is MemberCadence.ASK
    told = {(note["member"], note["what"], note["why"]) for note in await cluster.said("member.notice")}
    # The other one gave and got nothing, and nobody was free to make up for it.
    assert told == {(silent.id, "ask_me", ""), (one.id, "left_out", "no_helper")}
    await cluster.open()
    assert silent.id not in await cluster.signups()


async def test_saying_so_in_time_is_no_miss(cluster: Cluster) -> None:
    await cluster.people(2)
    for _ in range(2):
        await cluster.open()
        await cluster.draw()
        (held,) = await cluster.pairings()
        await rounds.cannot(cluster.tools, held.members[0].member, held.id)
        await cluster.close()
    assert not await cluster.log("round.missed")


# Standstill


async def test_off_over_the_opening_but_back_in_time(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.skip_to((await cluster.scheduled()).opens_at + 20 * HOUR)
    assert (await cluster.round()).state is RoundState.OPEN


async def test_off_over_the_whole_sign_up_skips_and_says_so(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.skip_to((await cluster.scheduled()).pairs_at)
    assert (await cluster.round()).state is RoundState.SKIPPED
    assert [one["why"] for one in await cluster.said("round.skipped")] == ["standstill"]
    assert (await cluster.scheduled()).opens_at > cluster.clock.at


async def test_off_over_the_draw_draws_late_and_off_too_long_skips(cluster: Cluster) -> None:
    await cluster.people(2)
    opened = await cluster.open()
    await cluster.skip_to(opened.pairs_at + 30 * HOUR)
    assert (await cluster.round()).state is RoundState.RUNNING
    await cluster.close()
    opened = await cluster.open()
    await cluster.skip_to(opened.closes_at - HOUR)
    assert (await cluster.round()).state is RoundState.SKIPPED


async def test_off_for_weeks_nudges_nobody_and_closes(cluster: Cluster) -> None:
    await cluster.people(2)
    await cluster.open()
    drawn = await cluster.draw()
    await cluster.skip_to(drawn.closes_at + 24 * 21 * HOUR)
    assert not await cluster.said("pairing.nudge")
    assert len(await cluster.said("round.close")) == 1
    assert (await cluster.scheduled()).opens_at > cluster.clock.at


# Seen by the member


async def test_status_and_why(cluster: Cluster) -> None:
    one, two = await cluster.people(2)
    with pytest.raises(NoRoundYet):
        await why(cluster.tools, one)
    assert (await status(cluster.tools, one)).round is None
    await cluster.open()
    assert (await status(cluster.tools, one)).signup is not None
    await cluster.draw()
    seen = await status(cluster.tools, one)
    assert [maker.id for _, maker in seen.owes] == [two.id]
    (reason,) = await why(cluster.tools, one)
    assert [other.id for other in reason.partners] == [two.id]
    upcoming = await rounds.coming_up(cluster.tools, one)
    assert [line.what for line in upcoming] == ["review", "opens"]


async def test_two_communities_do_not_see_each_other(db: Database) -> None:
    one, two = await Cluster.start(db, key=1), await Cluster.start(db, key=2)
    await one.people(2)
    await two.people(2)
    await one.open()
    two.clock.at = one.clock.at
    await run_both(one, two)
    assert len(await one.signups()) == 2
    assert set(await one.signups()).isdisjoint(await two.signups())


async def run_both(one: Cluster, two: Cluster) -> None:
    for cluster in (one, two):
        await cluster.skip_to(cluster.clock.at)


async def test_erasing_takes_the_avoid_list_out_of_past_draws(cluster: Cluster) -> None:
    one, two, *_ = await cluster.people(5)
    await avoiding.avoid_firm(cluster.tools, one, two.firm.id)
    assert one.user is not None
    await avoiding.avoid_person(cluster.tools, two, one.user)
    await cluster.open()
    drawn = await cluster.draw()
    before = await draw_inputs(cluster.tools, cluster.id, drawn.id)
    assert any(person.avoids_firms for person in before.present)
    await privacy.erase(cluster.tools, one)
    after = await draw_inputs(cluster.tools, cluster.id, drawn.id)
    assert not any(person.avoids or person.avoids_firms for person in after.present)


# What a reviewer found, one by one


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
