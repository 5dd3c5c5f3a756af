"""Whatever the cluster and whatever people do, no rule of a round is ever broken."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import avoiding, members, rounds
from domain.calendar import MemberCadence
from domain.errors import PersonError
from domain.model import Member, MemberId, Pairing, PairingState, Place, RoundState, Seat, SignupState
from storage import members as stored_members
from storage import signups
from storage.engine import open_database
from tests.services.cluster import BRIEF, REVIEW, Cluster

ROUNDS = 3


async def live_through(file: Path, sizes: list[int], avoidances: int, seed: int) -> None:
    random = Random(seed)
    db = await open_database(f"sqlite:///{file}")
    try:
        cluster = await Cluster.start(db)
        for firm, size in enumerate(sizes):
            for _ in range(size):
                cadence = random.choice(list(MemberCadence))
                await cluster.join(
                    f"Firm {firm}", random.choice(["crafts", "design"]), cadence, on_call=random.random() < 0.3
                )
        everybody = await people(cluster)
        for _ in range(avoidances):
            one, other = random.sample(everybody, 2)
            if one.firm.id != other.firm.id:
                await avoiding.avoid_firm(cluster.tools, one, other.firm.id)
        for _ in range(ROUNDS):
            await one_round(cluster, random)
    finally:
        await db.close()


async def people(cluster: Cluster) -> list[Member]:
    async with cluster.db.read() as tx:
        return await stored_members.active(tx, cluster.id)


async def one_round(cluster: Cluster, random: Random) -> None:
    community, everybody = await cluster.community(), await people(cluster)
    opened = await cluster.open()
    if opened.state is RoundState.SKIPPED:  # everybody has left
        return
    assert opened.state is RoundState.OPEN
    for one in await people(cluster):
        match random.randrange(6):
            case 0:
                await attempt(rounds.sign_up(cluster.tools, one, opened.id, BRIEF))
            case 1:
                await attempt(rounds.sit_out(cluster.tools, one, opened.id))
            case 2 if random.random() < 0.3:
                await members.pause(cluster.tools, community, one, 1)
            case _:
                pass
    await cluster.draw()
    await check(cluster)
    for moment in (opened.nudges_at, opened.closes_at):
        for pairing in await cluster.pairings():
            for seat in pairing.seated:
                await behave(cluster, pairing, seat.member, random)
        for one in random.choices(await people(cluster) or everybody, k=2):
            await attempt(rounds.sign_up(cluster.tools, one, opened.id, BRIEF))
        await answer_asks(cluster, random)
        await check(cluster)
        await cluster.until(moment)
        await check(cluster)
    ended = await cluster.round()
    assert ended.state in {RoundState.CLOSED, RoundState.SKIPPED}
    assert (await cluster.scheduled()).number == ended.number + 1


async def attempt(deed: object) -> None:
    """People press buttons at any time; what is not possible is told them, and nothing else happens."""
    try:
        await deed  # type: ignore[misc]
    except PersonError:
        return


async def behave(cluster: Cluster, pairing: Pairing, one: Member, random: Random) -> None:
    others = [seat.id for seat in pairing.members if seat.id != one.id]
    match random.randrange(5):
        case 0 | 1:
            await attempt(rounds.give_review(cluster.tools, one, pairing.id, random.choice(others), REVIEW))
        case 2:
            await attempt(rounds.claim_live(cluster.tools, one, pairing.id))
        case 3 if random.random() < 0.5:
            await attempt(rounds.cannot(cluster.tools, one, pairing.id))
        case _:
            if random.random() < 0.1:
                await members.leave(cluster.tools, one)


async def answer_asks(cluster: Cluster, random: Random) -> None:
    for asked in await cluster.said("ask.post"):
        for one in await people(cluster):
            deed = rounds.take_ask if random.random() < 0.5 else rounds.pass_ask
            await attempt(deed(cluster.tools, one, asked["ask"]))


async def check(cluster: Cluster) -> None:
    """The hard rules, as things stand now."""
    held = [one for one in await cluster.pairings() if one.state is PairingState.OPEN]
    async with cluster.db.read() as tx:
        avoided = {(one.member, one.other_firm) for one in await stored_members.avoided(tx, cluster.id)}
        signed_up = await signups.of_round(tx, (await cluster.round()).id)
    seats: Counter[MemberId] = Counter()
    shown = {
        seat.id for pairing in await cluster.pairings() for seat in pairing.members if seat.seat is not Seat.CANNOT
    }
    for pairing in held:
        assert len(pairing.seated) <= 3
        for one, other in combinations(pairing.members, 2):
            assert one.id != other.id
            assert one.member.firm.id != other.member.firm.id, "two of one firm"
            assert (one.id, other.member.firm.id) not in avoided, "an avoided firm"
            assert (other.id, one.member.firm.id) not in avoided, "an avoided firm"
        seats.update(seat.id for seat in pairing.seated if seat.shows)
    assert all(number == 1 for number in seats.values()), "nobody shows work in two places"
    for signup in signed_up:
        assert signup.state is SignupState.IN
        if signup.place is Place.WAITING:
            assert signup.member not in seats, "who waits has no partner"
        if signup.place is Place.PLACED:
            assert signup.member in shown, "who has a place sits somewhere"
    paused = {one.id for one in await people(cluster) if not one.present(cluster.clock.at)}
    assert not paused & seats.keys(), "who is on pause is in no pairing"


@pytest.mark.timeout(300)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sizes=st.lists(st.integers(1, 8), min_size=1, max_size=6).filter(lambda sizes: 2 <= sum(sizes) <= 12),
    avoidances=st.integers(0, 6),
    seed=st.integers(0, 2**32),
)
def test_no_rule_is_ever_broken(sizes: list[int], avoidances: int, seed: int) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(live_through(Path(folder) / "weft.sqlite3", sizes, avoidances, seed))
