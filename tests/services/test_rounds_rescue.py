"""Late members, partners who cannot make it, and whoever steps in; on both databases."""

from __future__ import annotations

import pytest

from bot.services import members, rounds
from domain.calendar import MemberCadence
from domain.errors import (
    NotYours,
    PersonError,
)
from domain.model import (
    PairingKind,
    PairingState,
    Place,
    ReviewState,
    Seat,
)
from storage import asks
from storage.engine import Database
from tests.services.cluster import BRIEF, HOUR, Cluster


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


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
