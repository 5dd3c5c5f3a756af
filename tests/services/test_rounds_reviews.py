"""Reviews, the close, a standstill, and what a member sees of it all; on both databases."""

from __future__ import annotations

import asyncio

import pytest

from bot.services import avoiding, privacy, rounds
from bot.services.rounds.auditing import draw_inputs
from bot.services.rounds.looking import status, why
from domain.calendar import MemberCadence
from domain.errors import (
    NoRoundYet,
    NothingToReview,
    NotInThisPairing,
    NotYours,
    OwnWork,
    TooOld,
)
from domain.model import (
    ReviewState,
    RoundState,
)
from storage.engine import Database
from tests.services.cluster import HOUR, REVIEW, Cluster


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


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
