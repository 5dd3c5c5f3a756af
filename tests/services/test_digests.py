"""Digests, maps and reports as services make them: once, at the right moment, and the same for ever after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.services import communities, digests
from bot.services.acts import act_of
from bot.services.digests.records import period, stored_period
from domain.calendar import Holiday, Moment
from domain.digests import DigestFacts, DigestLook, Quiet
from domain.errors import NoSuchPeriod, NotSetUp
from domain.model import ActKind, AddressState, CommunityId, Digest, Member, NeedKind
from domain.periods import Quarter
from storage import acts, recurring
from storage import communities as stored_communities
from storage.engine import Database
from storage.tables import addresses as addresses_table
from storage.tables import digests as digests_table
from tests.services.cluster import Cluster

MONDAY = datetime(2026, 1, 5, 7, 30, tzinfo=UTC)  # half an hour before a round may open in Amsterdam
WEEK = timedelta(days=7)


def drawn(language: str, facts: DigestFacts) -> DigestLook:
    """Quicker than the real one, and it shows what it was given."""
    figures = facts.figures
    text = f"{language} {figures.took_part.part}/{figures.took_part.whole} {facts.quiet} {facts.required}"
    return DigestLook(text, text.upper(), text.encode(), str(facts.opens))


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


async def look(cluster: Cluster, moment: datetime | None = None) -> None:
    """A tick at that moment."""
    cluster.clock.at = moment or cluster.clock.at
    await cluster.run_due()
    await digests.settle(cluster.tools)
    await digests.issue(cluster.tools, drawn)
    await digests.issue(cluster.tools, drawn)


async def made(cluster: Cluster) -> list[Digest]:
    async with cluster.db.read() as tx:
        ids = (await tx.execute(sa.select(digests_table.c.id).order_by(digests_table.c.id))).scalars()
    found = [await digests.get(cluster.tools, one) for one in ids]
    return [one for one in found if one is not None]


async def act(cluster: Cluster, member: Member, kind: ActKind = ActKind.SHOWN, at: datetime | None = None) -> None:
    moment = at or cluster.clock.at
    async with cluster.db.write() as tx:
        await acts.record(tx, act_of(member, kind, moment, moment.isoformat()))


async def exchange(cluster: Cluster, one: Member, other: Member, at: datetime) -> None:
    async with cluster.db.write() as tx:
        await acts.record(tx, act_of(one, ActKind.HELPED, at, f"{at}", other=other))


async def test_every_week_before_a_round_may_open_there_is_one(cluster: Cluster) -> None:
    await look(cluster)
    await look(cluster, MONDAY - timedelta(seconds=1))
    assert await made(cluster) == []
    for week in range(3):
        await look(cluster, MONDAY + week * WEEK)
    await look(cluster)
    found = await made(cluster)
    assert [one.until for one in found] == [MONDAY + week * WEEK for week in range(3)]
    assert [one.since for one in found[1:]] == [one.until for one in found[:-1]]
    assert [one["digest"] for one in await cluster.said("digest.post")] == [one.id for one in found]


async def test_it_stays_at_its_hour_when_the_clock_changes(cluster: Cluster) -> None:
    await look(cluster)
    moments = []
    async with cluster.db.read() as tx:
        moment = await recurring.next_due(tx, digests.RECURS)
    while moment is not None and moment < datetime(2026, 11, 1, tzinfo=UTC):
        await look(cluster, moment)
        moments.append(moment)
        async with cluster.db.read() as tx:
            moment = await recurring.next_due(tx, digests.RECURS)
    assert {(one.hour, one.minute) for one in moments} == {(7, 30), (6, 30)}
    assert {one.weekday() for one in moments} == {0}
    assert len(moments) == 43


async def test_two_processes_never_make_two(cluster: Cluster) -> None:
    await look(cluster)
    other = Cluster.again(cluster.db)
    cluster.clock.at = other.clock.at = MONDAY
    await asyncio.gather(*(digests.issue(one.tools, drawn) for one in (cluster, other, cluster, other)))
    assert len(await made(cluster)) == 1
    assert len(await cluster.said("digest.post")) == 1


async def test_after_a_long_night_it_is_late_but_tells_of_its_own_week(cluster: Cluster) -> None:
    member = await cluster.join("A")
    await look(cluster)
    await act(cluster, member, at=MONDAY + timedelta(hours=1))
    await look(cluster, MONDAY + timedelta(days=2))
    (digest,) = await made(cluster)
    assert digest.until == MONDAY
    assert digest.text.startswith("en 0/1")


async def test_after_a_longer_one_the_next_will_do(cluster: Cluster) -> None:
    await look(cluster)
    with capture_logs() as logs:
        await look(cluster, MONDAY + timedelta(days=3, seconds=1))
    assert await made(cluster) == []
    assert [one["event"] for one in logs if one["event"].startswith("digests")] == ["digests.skipped"]
    await look(cluster, MONDAY + WEEK)
    assert [one.until for one in await made(cluster)] == [MONDAY + WEEK]


async def test_a_new_plan_moves_it(cluster: Cluster) -> None:
    await look(cluster)
    await communities.change_moments(
        cluster.tools,
        cluster.id,
        communities.Moments(opens=Moment(2, 12), pairs=Moment(3, 12), nudges=Moment(4, 12), closes=Moment(2, 11)),
        None,
    )
    await look(cluster)
    await look(cluster, MONDAY)
    assert await made(cluster) == []
    wednesday = datetime(2026, 1, 7, 10, 30, tzinfo=UTC)
    await look(cluster, wednesday)
    assert [one.until for one in await made(cluster)] == [wednesday]


async def test_where_weft_was_taken_off_nothing_is_made(cluster: Cluster) -> None:
    await look(cluster)
    await communities.bot_removed(cluster.tools, cluster.id)
    await look(cluster, MONDAY)
    assert await made(cluster) == []


async def test_one_that_cannot_be_made_is_tried_again_and_holds_up_nobody(cluster: Cluster) -> None:
    other = await Cluster.start(cluster.db, key=2)
    await look(cluster)

    def broken(_language: str, facts: DigestFacts) -> DigestLook:
        raise RuntimeError("no ink")

    cluster.clock.at = MONDAY
    await digests.issue(cluster.tools, broken)
    assert await made(cluster) == []
    await look(cluster, MONDAY + timedelta(minutes=5))
    assert {one.community for one in await made(cluster)} == {cluster.id, other.id}


@pytest.mark.parametrize(
    ("before", "why"),
    [
        (lambda _cluster: None, Quiet.NOBODY),
        (lambda cluster: cluster.join("A"), Quiet.NEW),
    ],
)
async def test_when_nothing_happened_it_knows_why(
    cluster: Cluster, before: Callable[[Cluster], object], why: Quiet
) -> None:
    doing = before(cluster)
    if doing is not None:
        await doing  # type: ignore[misc]
    await look(cluster)
    await look(cluster, MONDAY)
    assert (await made(cluster))[0].text.split()[2] == why


async def test_a_holiday_and_a_silent_week_are_told_apart(cluster: Cluster) -> None:
    await cluster.join("A")
    await cluster.until(MONDAY + timedelta(hours=3))
    async with cluster.db.write() as tx:  # nobody, not even by cadence, is in
        await tx.execute(sa.text("DELETE FROM acts"))
    await look(cluster)
    await look(cluster, MONDAY + WEEK)
    assert (await made(cluster))[-1].text.split()[2] == Quiet.SILENT
    async with cluster.db.write() as tx:
        day = (MONDAY + WEEK).date()
        await stored_communities.add_holiday(tx, cluster.id, Holiday(day + timedelta(days=2), day + timedelta(days=3)))
        await tx.execute(sa.text("DELETE FROM acts"))
    await look(cluster, MONDAY + 2 * WEEK)
    assert (await made(cluster))[-1].text.split()[2] == Quiet.HOLIDAY


async def test_what_weft_required_since_the_last_one_is_counted(cluster: Cluster) -> None:
    await look(cluster)
    async with cluster.db.write() as tx:
        for at, required in ((1, True), (2, False), (8, True), (9, True)):
            moment = MONDAY - WEEK + timedelta(days=at)
            await stored_communities.manager_action(tx, cluster.id, moment, "x", required)
    await look(cluster, MONDAY)
    await look(cluster, MONDAY + WEEK)
    assert [one.text.split()[-1] for one in await made(cluster)][1] == "2"


async def test_asked_twice_in_a_day_it_is_the_same_to_the_byte(cluster: Cluster) -> None:
    member = await cluster.join("A")
    cluster.clock.at = MONDAY + timedelta(days=1)
    first = await digests.asked(cluster.tools, cluster.id, drawn)
    await act(cluster, member)
    cluster.clock.at += timedelta(hours=5)
    assert await digests.asked(cluster.tools, cluster.id, drawn) == first
    cluster.clock.at += timedelta(days=1)
    assert (await digests.asked(cluster.tools, cluster.id, drawn)).text != first.text
    assert await cluster.said("digest.post") == []


async def test_several_who_ask_at_once_see_the_same(cluster: Cluster) -> None:
    cluster.clock.at = MONDAY + timedelta(days=1)
    answers = await asyncio.gather(*(digests.asked(cluster.tools, cluster.id, drawn) for _ in range(4)))
    assert len({one.id for one in answers}) == 1


async def test_on_the_day_of_a_weekly_one_that_one_is_shown(cluster: Cluster) -> None:
    await look(cluster)
    await look(cluster, MONDAY)
    assert (await digests.asked(cluster.tools, cluster.id, drawn)) == (await made(cluster))[0]


async def test_only_confirmed_addresses_get_mail(cluster: Cluster) -> None:
    await look(cluster)
    async with cluster.db.write() as tx:
        for at, state in enumerate(AddressState):
            await tx.execute(
                addresses_table.insert().values(
                    community_id=cluster.id, address=f"{at}@example.org", address_key=f"{at}@example.org",
                    language="en", state=state, code_hash="", token=str(at), added_at=MONDAY,
                )
            )  # fmt: skip
    await look(cluster, MONDAY)
    async with cluster.db.read() as tx:
        confirmed = (
            await tx.execute(sa.select(addresses_table.c.id).where(addresses_table.c.state == AddressState.CONFIRMED))
        ).scalar_one()
    assert [one["address"] for one in await cluster.said("email.digest")] == [confirmed]


async def test_the_need_is_kept_with_it(cluster: Cluster) -> None:
    await cluster.join("Alone")
    await cluster.join("Other")
    await look(cluster, MONDAY + 6 * WEEK)
    await look(cluster, MONDAY + 7 * WEEK)
    (digest,) = (await made(cluster))[-1:]
    assert digest.need is NeedKind.FIRM


# Quarters, reports and the map


async def busy(cluster: Cluster, firms: int = 16) -> list[Member]:
    people = await cluster.people(firms)
    for at, one in enumerate(people):
        for step in (1, 2, 5):
            moment = cluster.clock.at + timedelta(days=3 * at + step)
            await exchange(cluster, one, people[(at + step) % firms], moment)
    return people


async def test_a_quarter_is_settled_once_whatever_becomes_of_the_log(cluster: Cluster) -> None:
    await busy(cluster)
    april = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    first = Quarter(2026, 1)
    await look(cluster, april - timedelta(seconds=1))
    before = await digests.report_facts(cluster.tools, cluster.id, first)
    assert not before.period.complete
    assert before.period.tables == ()
    await look(cluster, april)
    settled = await digests.report_facts(cluster.tools, cluster.id, first)
    assert settled.period.complete
    assert {one.what for one in settled.period.tables} == {"firms by sector", "firms by size", "hours", "ties"}
    assert settled.period.figures.took_part.part == 16
    async with cluster.db.write() as tx:
        await tx.execute(sa.text("DELETE FROM acts"))
    cluster.clock.at += timedelta(days=200)
    assert (await digests.report_facts(cluster.tools, cluster.id, first)).period == settled.period
    assert period(first, stored_period(settled.period)) == settled.period


async def test_a_report_can_be_asked_for_since_the_cluster_was_set_up(cluster: Cluster) -> None:
    cluster.clock.at = datetime(2026, 8, 1, tzinfo=UTC)
    found = await digests.periods(cluster.tools, cluster.id)
    assert found == [Quarter(2026, 3), Quarter(2026, 2), Quarter(2026, 1)]
    for wrong in (Quarter(2025, 4), Quarter(2026, 4)):
        with pytest.raises(NoSuchPeriod):
            await digests.report_facts(cluster.tools, cluster.id, wrong)
    for missing in (digests.periods, digests.map_facts):
        with pytest.raises(NotSetUp):
            await missing(cluster.tools, CommunityId(9))


async def test_a_report_of_the_running_quarter_splits_nothing(cluster: Cluster) -> None:
    await busy(cluster)
    cluster.clock.at += timedelta(days=60)
    facts = (await digests.report_facts(cluster.tools, cluster.id, Quarter(2026, 1))).period
    assert facts.figures.ties > 0
    assert facts.indices is None
    assert (facts.figures.across, facts.figures.new_across) == (None, None)
    assert {one.across for one in facts.figures.ties_by_week} == {None}


async def test_the_map_remembers_where_firms_stood(cluster: Cluster) -> None:
    people = await busy(cluster)
    cluster.clock.at += timedelta(days=45)
    facts = await digests.map_facts(cluster.tools, cluster.id)
    assert facts.turns is None
    assert {one.firm for one in facts.now.nodes} == {one.firm.id for one in people}
    assert facts.before is not None
    assert facts.before.ties.keys() < facts.now.ties.keys()
    assert [one.first.month for one in facts.months] == [1, 2]
    assert sum(sum(one.ties.values()) for one in facts.months) == sum(facts.now.ties.values())
    await digests.keep_places(cluster.tools, cluster.id, {1: 0.25, 2: 0.5})
    cluster.clock.at += timedelta(days=30)
    assert (await digests.map_facts(cluster.tools, cluster.id)).turns == {1: 0.25, 2: 0.5}
