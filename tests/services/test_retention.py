"""Once a day, in the background, a little at a time: what is older than twelve months goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.services.communities.export import collected
from bot.services.retention import PATIENCE, SECOND_LOOK, TURNS, fold
from bot.services.rounds.auditing import repeat_draw
from domain.calendar import Cadence, Plan
from domain.errors import TooOld
from domain.model import CommunityId, CommunityState
from domain.retention import cutoff, next_fold
from storage import privacy, recurring, retention, reviews
from storage.engine import Database
from storage.tables import acts, communities, digests, first_ties, quarters, rounds
from tests.services.cluster import Cluster
from tests.storage.past import contents, live, two
from tests.storage.rows import member

DAY = timedelta(days=1)
SET_UP = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2027, 8, 2, 12, tzinfo=UTC)
ZONE = Plan().time_zone
OLD = cutoff(NOW, ZONE) - timedelta(seconds=1)
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4", "2027Q1", "2027Q2")


async def settle(db: Database, *periods: str, community: int = 1) -> None:
    async with db.write() as tx:
        for period in periods:
            row = {"community_id": community, "period": period, "settled_at": NOW, "facts": {"hours": [1, 2]}}
            await tx.execute(sa.insert(quarters).values(**row))


async def lived(db: Database, *, now: datetime = NOW, settled: tuple[str, ...] = QUARTERS) -> Cluster:
    """A community of more than a year in which two people did something a little more than a year ago."""
    cluster = await Cluster.start(db)
    async with db.write() as tx:
        await live(tx, await two(tx, cluster.id), OLD)
    await settle(db, *settled)
    await looked(db, now - DAY)
    cluster.clock.at = now
    return cluster


async def looked(db: Database, due_at: datetime, community: int = 1) -> None:
    """Weft has been running: it is due again then."""
    async with db.write() as tx:
        await recurring.ensure(tx, CommunityId(community), retention.WHAT, due_at)


async def left(db: Database, community: int = 1) -> int:
    """How many acts there are."""
    async with db.read() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).where(acts.c.community_id == community))).scalar_one())


async def due_at(db: Database) -> datetime | None:
    async with db.read() as tx:
        return await recurring.next_due(tx, retention.WHAT)


async def test_it_is_done_once_a_day_at_a_quiet_hour_and_said_in_numbers(db: Database) -> None:
    cluster = await lived(db)
    with capture_logs() as logs:
        await fold(cluster.tools)
    (said,) = [one for one in logs if one["event"] == "retention.folded"]
    assert (said["community"], said["acts"], said["transfers"], said["showings"]) == (1, 3, 3, 3)
    assert all(isinstance(value, int) for name, value in said.items() if name not in {"event", "log_level"})
    assert await left(db) == 0
    assert await due_at(db) == next_fold(NOW, ZONE) == datetime(2027, 8, 3, 2, tzinfo=UTC)
    with capture_logs() as logs:
        await fold(cluster.tools)
        cluster.clock.at += DAY
        await fold(cluster.tools)
    assert logs == []


@pytest.mark.parametrize("missing", ["2026Q2", QUARTERS[-1]])
async def test_it_waits_for_the_figures_of_every_quarter(db: Database, missing: str) -> None:
    """A manager who asks for the report of the last one has that settled before those that wait in line."""
    cluster = await lived(db, settled=tuple({*QUARTERS} - {missing}))
    await fold(cluster.tools)
    assert await left(db) == 3
    assert await due_at(db) == NOW + PATIENCE
    await settle(db, missing)
    await fold(cluster.tools)
    assert await left(db) == 3, "not yet"
    cluster.clock.at += PATIENCE
    await fold(cluster.tools)
    assert await left(db) == 0


async def test_where_weft_is_no_more_it_waits_for_nothing(db: Database) -> None:
    cluster = await lived(db, settled=())
    async with db.write() as tx:
        gone = sa.update(communities).where(communities.c.id == cluster.id)
        await tx.execute(gone.values(state=CommunityState.LEFT, left_at=OLD))
    await fold(cluster.tools)
    assert await left(db) == 0


async def test_a_young_community_has_nothing_so_old_and_waits_for_no_quarter(db: Database) -> None:
    cluster = await Cluster.start(db)
    cluster.clock.at = SET_UP + 200 * DAY
    await looked(db, cluster.clock.at)
    await fold(cluster.tools)
    assert await due_at(db) == next_fold(cluster.clock.at, ZONE)


async def test_what_was_said_stays_as_it_was_said(db: Database) -> None:
    cluster = await lived(db)
    kept = {"kind": "weekly", "day": OLD.date(), "since": OLD, "until": OLD, "language": "en", "figures": {"a": 1}}
    async with db.write() as tx:
        words = {"text": "Quiet.", "plain": "Quiet.", "picture": b"png", "alt": "A line"}
        await tx.execute(sa.insert(digests).values(community_id=cluster.id, **kept, **words))
    before = await contents(db)
    await fold(cluster.tools)
    after = await contents(db)
    for table in ("digests", "quarters", "map_places", "firms", "addresses", "manager_actions"):
        assert after[table] == before[table], table


async def test_one_communitys_trouble_is_not_anothers(db: Database) -> None:
    await lived(db)
    other = await Cluster.start(db, key=2)
    async with db.write() as tx:
        await live(tx, await two(tx, other.id), OLD)
        await tx.execute(sa.update(communities).where(communities.c.id == 1).values(plan={"time_zone": "Nowhere"}))
    await settle(db, *QUARTERS, community=2)
    await looked(db, NOW, other.id)
    other.clock.at = NOW
    with capture_logs() as logs:
        await fold(other.tools)
    assert [one["community"] for one in logs if one["event"] == "retention.failed"] == [1]
    assert (await left(db, 1), await left(db, 2)) == (3, 0)
    assert await due_at(db) == NOW + PATIENCE


# A clock that is wrong


@pytest.mark.parametrize("away", [timedelta(days=4), timedelta(days=400)])
async def test_after_a_long_silence_nothing_goes_before_a_second_look(db: Database, away: timedelta) -> None:
    """Weft was off; or the clock has jumped, and somebody may set it right within the day."""
    cluster = await lived(db)
    async with db.write() as tx:
        await recurring.move(tx, cluster.id, retention.WHAT, NOW - DAY, NOW - away)
    with capture_logs() as logs:
        await fold(cluster.tools)
    assert [one["event"] for one in logs] == ["retention.second_look"]
    assert await left(db) == 3
    cluster.clock.at += SECOND_LOOK
    await fold(cluster.tools)
    assert await left(db) == 0


async def test_a_first_look_takes_nothing_away_either(db: Database) -> None:
    cluster = await lived(db)
    async with db.write() as tx:
        await recurring.end(tx, cluster.id, retention.WHAT, NOW - DAY)
    await fold(cluster.tools)
    assert await left(db) == 3
    cluster.clock.at += SECOND_LOOK
    await fold(cluster.tools)
    assert await left(db) == 0


async def test_a_clock_that_is_set_right_takes_nothing_and_does_not_stop_it_for_a_year(db: Database) -> None:
    cluster = await lived(db)
    right = OLD + 100 * DAY  # everything is younger than a year
    async with db.write() as tx:
        await recurring.move(tx, cluster.id, retention.WHAT, NOW - DAY, right)
    await fold(cluster.tools)
    cluster.clock.at = right
    await fold(cluster.tools)
    assert await left(db) == 3
    assert await due_at(db) == next_fold(right, ZONE)


async def test_two_processes_count_nothing_twice(db: Database) -> None:
    cluster = await lived(db)
    async with db.write() as tx:
        assert await retention.claim(tx, cluster.id, NOW - DAY)
        assert await recurring.move(tx, cluster.id, retention.WHAT, NOW - DAY, NOW + DAY)
        assert not await retention.claim(tx, cluster.id, NOW - DAY), "somebody else has done it"


async def test_a_hundred_thousand_acts_go_a_little_at_a_time(sqlite_db: Database) -> None:
    cluster = await Cluster.start(sqlite_db)
    async with sqlite_db.write() as tx:
        people = [await member(tx, number, cluster.id) for number in range(1, 301)]
        for start in range(0, 100_000, 10_000):
            rows = [_an_act(cluster.id, people, start + number) for number in range(10_000)]
            await tx.execute(sa.insert(acts), rows)
    await settle(sqlite_db, *QUARTERS)
    await looked(sqlite_db, NOW)
    cluster.clock.at = NOW
    there, calls = 100_000, 0
    while there:
        await fold(cluster.tools)
        now = await left(sqlite_db)
        assert 0 < there - now <= TURNS * 1000, "no call does it all, and none does nothing"
        there, calls = now, calls + 1
    assert calls == 2
    assert all(step.at_most <= 1000 for step in retention.STEPS)


def _an_act(community: CommunityId, people: list[Any], number: int) -> dict[str, Any]:
    (one, firm), (other, theirs) = people[number % 300], people[(number // 900) % 300]
    at = OLD - timedelta(minutes=5 * (number % 50_000))
    two = {"member_id": one, "firm_id": firm, "other_member_id": other, "other_firm_id": theirs}
    return {"key": f"{number}", "community_id": community, "at": at, "kind": "review.exchanged", **two}


# A community that goes on


async def test_rounds_go_on(db: Database) -> None:
    """Fourteen monthly rounds of four people, of which the first has been folded."""
    cluster = await Cluster.start(db, plan=Plan(cadence=Cadence.MONTHLY))
    await cluster.people(4)
    for _ in range(14):
        await cluster.open()
        await cluster.draw()
        for pairing in await cluster.pairings():
            await cluster.exchange(pairing)
        await cluster.close()
    await settle(db, *QUARTERS)
    await looked(db, cluster.clock.at)
    await fold(cluster.tools)
    await _what_is_kept_can_be_taken_away(cluster)
    await _the_newest_draw_can_be_repeated(cluster)
    await _a_tie_of_long_ago_is_not_new(cluster)


async def _the_newest_draw_can_be_repeated(grown: Cluster) -> None:
    async with grown.db.read() as tx:
        made = (await tx.execute(sa.select(rounds.c.id, rounds.c.present).order_by(rounds.c.number).limit(14))).all()
    assert [row.present is None for row in made] == [True] + [False] * 13
    newest = await grown.pairings(made[13].id)
    again = await repeat_draw(grown.tools, grown.id, made[13].id)
    assert sorted(again) == sorted(tuple(one.id for one in pairing.members) for pairing in newest)
    for earlier in (0, 10):
        with pytest.raises(TooOld):
            await repeat_draw(grown.tools, grown.id, made[earlier].id)
    await grown.open()
    await grown.draw()
    assert len(await grown.pairings()) == 2
    for pairing in await grown.pairings():
        await grown.exchange(pairing)


async def _a_tie_of_long_ago_is_not_new(grown: Cluster) -> None:
    last = await grown.round()
    async with grown.db.write() as tx:
        ties = {(row.firm_id, row.other_firm_id) for row in await tx.execute(sa.select(first_ties))}
        await tx.execute(sa.delete(acts).where(acts.c.round_id != last.id))
        assert ties
        assert set(await reviews.exchanges(tx, grown.id, not_of=last.id)) == ties
        assert len(await reviews.exchanges(tx, grown.id, of_round=last.id)) == 4


async def _what_is_kept_can_be_taken_away(grown: Cluster) -> None:
    found = (await collected(grown.tools, grown.id)).tables
    assert [row["signed_up"] for row in found["rounds"]][:3] == [None, 4, 4]
    earlier = [(row["month"], row["kind"], row["acts"]) for row in found["earlier_months"]]
    # The second round closed within the year, what was done in it was done before.
    kinds = ("review.exchanged", "review.given")
    assert earlier == [(month, kind, 4) for month in ("2026-01", "2026-02") for kind in kinds]
    somebody = (await grown.pairings())[0].members[0].id
    async with grown.db.read() as tx:
        theirs = await privacy.everything(tx, somebody)
    assert [row["round"] for row in theirs["pairings"]] == list(range(2, 15))
    assert {row["round"] for row in theirs["acts"] if row["kind"] == "review.given"} == set(range(3, 15))
