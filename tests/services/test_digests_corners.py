"""Digests and quarters at awkward moments: plans that change, programs that were off, servers Weft had left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, combinations_with_replacement
from random import Random
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from bot.services import communities, digests
from bot.services.digests import computing
from domain.breakdowns import FEWEST_IN_REPORT
from domain.calendar import Holiday, Moment, Plan
from domain.digests import DigestFacts, DigestLook, Quiet
from domain.evidence import Facts, Log, Network
from domain.measures import Exchange, Node
from domain.model import ActKind
from domain.periods import Quarter, lately, weeks_until
from storage import communities as stored_communities
from storage import digests as stored
from storage.engine import Database
from storage.tables import communities as communities_table
from tests.services.cluster import Cluster
from tests.services.test_digests import MONDAY, WEEK, act, drawn, look, made

APRIL = datetime(2026, 3, 31, 22, tzinfo=UTC)  # the second quarter begins in Amsterdam
FIRST = Quarter(2026, 1)
MOMENTS = communities.Moments(opens=Moment(0, 9), pairs=Moment(1, 9), nudges=Moment(3, 9), closes=Moment(6, 18))


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


async def settled(cluster: Cluster, quarter: Quarter = FIRST) -> bool:
    async with cluster.db.read() as tx:
        return await stored.settled(tx, cluster.id, quarter) is not None


def broken(_language: str, _facts: DigestFacts) -> DigestLook:
    raise RuntimeError("no ink")


# The week's digest


async def test_after_weeks_off_the_one_that_was_due_last_is_made_if_it_is_not_too_late(cluster: Cluster) -> None:
    await look(cluster)
    await look(cluster, MONDAY + 3 * WEEK + timedelta(hours=1))
    assert [one.until for one in await made(cluster)] == [MONDAY + 3 * WEEK]
    await look(cluster, MONDAY + 4 * WEEK)
    assert [one.until for one in await made(cluster)] == [MONDAY + 3 * WEEK, MONDAY + 4 * WEEK]


async def test_a_plan_that_changes_when_it_is_due_neither_loses_nor_doubles_it(cluster: Cluster) -> None:
    await look(cluster)
    cluster.clock.at = MONDAY + timedelta(minutes=2)  # due, and not made yet
    await communities.change_moments(cluster.tools, cluster.id, replace(MOMENTS, opens=Moment(0, 8)), None)
    await look(cluster)
    assert [one.until for one in await made(cluster)] == [MONDAY]
    await look(cluster, MONDAY + WEEK - timedelta(hours=1))
    assert [one.until for one in await made(cluster)] == [MONDAY, MONDAY + WEEK - timedelta(hours=1)]


async def test_a_plan_that_changes_while_it_is_made_is_the_one_that_the_next_keeps(cluster: Cluster) -> None:
    await look(cluster)
    cluster.clock.at = MONDAY
    in_between: list[Any] = [lambda: communities.change_moments(
        cluster.tools, cluster.id, replace(MOMENTS, opens=Moment(0, 8)), None
    )]  # fmt: skip

    async def compute(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if in_between:
            await in_between.pop()()
        return function(*args, **kwargs)

    await digests.issue(replace(cluster.tools, compute=compute), drawn)
    await look(cluster, MONDAY + WEEK - timedelta(hours=1))
    assert [one.until for one in await made(cluster)] == [MONDAY, MONDAY + WEEK - timedelta(hours=1)]


async def test_what_weft_required_is_told_once_however_late_a_digest_is(cluster: Cluster) -> None:
    await look(cluster)
    async with cluster.db.write() as tx:
        await stored_communities.manager_action(tx, cluster.id, MONDAY + timedelta(hours=1), "x", required=True)
    await look(cluster, MONDAY + timedelta(hours=2))
    await look(cluster, MONDAY + WEEK)
    assert [one.text.split()[-1] for one in await made(cluster)] == ["0", "1"]


async def test_a_holiday_that_begins_when_the_next_round_would_explains_nothing(cluster: Cluster) -> None:
    await cluster.join("A")
    await cluster.until(MONDAY + timedelta(hours=3))
    async with cluster.db.write() as tx:
        await stored_communities.add_holiday(
            tx, cluster.id, Holiday((MONDAY + WEEK).date(), (MONDAY + WEEK).date() + timedelta(days=6))
        )
        await tx.execute(sa.text("DELETE FROM acts"))
    await look(cluster)
    await look(cluster, MONDAY + WEEK)
    assert (await made(cluster))[-1].text.split()[2] == Quiet.SILENT


async def test_taken_off_and_put_back_it_goes_on_with_the_next_one(cluster: Cluster) -> None:
    await look(cluster)
    await communities.bot_removed(cluster.tools, cluster.id)
    await look(cluster, MONDAY + timedelta(hours=1))
    cluster.clock.at = MONDAY + WEEK - timedelta(minutes=1)
    await communities.bot_returned(cluster.tools, cluster.id)
    await look(cluster)
    await look(cluster, MONDAY + WEEK)
    assert [one.until for one in await made(cluster)] == [MONDAY + WEEK]


async def test_one_that_could_not_be_posted_for_a_week_is_posted_no_more(cluster: Cluster) -> None:
    await look(cluster)
    await look(cluster, MONDAY)
    (digest,) = await made(cluster)
    cluster.clock.at = MONDAY + timedelta(days=6, hours=23)
    assert await digests.to_post(cluster.tools, digest.id) is not None
    cluster.clock.at = MONDAY + WEEK
    assert await digests.to_post(cluster.tools, digest.id) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/St_Johns", "Pacific/Pago_Pago", "Asia/Kathmandu"])
async def test_everywhere_it_comes_each_week_by_the_clocks_there_and_quarters_end_there(
    sqlite_db: Database, zone: str
) -> None:
    cluster = await Cluster.start(sqlite_db, plan=Plan(time_zone=zone))
    await look(cluster)
    end = FIRST.window(zone).end
    while (moment := await upcoming(cluster)) < datetime(2026, 4, 3, tzinfo=UTC):
        assert await settled(cluster) is (moment > end)
        await look(cluster, moment)
    assert await settled(cluster)
    found = await made(cluster)
    assert len(found) == 13
    assert {one.day.weekday() for one in found} == {0}


async def upcoming(cluster: Cluster) -> datetime:
    """The next moment at which a digest is made or a quarter is over."""
    async with cluster.db.read() as tx:
        found = [await one(tx) for one in digests.NEXT]
    return min(one for one in found if one is not None)


async def test_asked_the_day_after_it_still_tells_of_the_week(cluster: Cluster) -> None:
    member = await cluster.join("A")
    await look(cluster)
    await act(cluster, member, at=MONDAY - timedelta(days=1))
    await look(cluster, MONDAY)
    cluster.clock.at = MONDAY + timedelta(days=1)
    asked = await digests.asked(cluster.tools, cluster.id, drawn)
    assert asked.text.split()[2] == "None"
    assert asked.text.split()[1] == "1/1"


# Quarters


async def test_all_quarters_that_were_over_while_the_program_was_off_are_settled(cluster: Cluster) -> None:
    await look(cluster)
    await look(cluster, datetime(2026, 11, 5, tzinfo=UTC))
    for _ in range(4):
        await look(cluster)
    assert [await settled(cluster, Quarter(2026, number)) for number in (1, 2, 3, 4)] == [True, True, True, False]


async def test_quarters_that_cannot_be_settled_do_not_hold_up_the_others(cluster: Cluster) -> None:
    others = [await Cluster.start(cluster.db, key=key) for key in range(2, 9)]
    await look(cluster)
    for one in (cluster, *others[:-1]):
        await one.join("A")

    async def compute(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        if getattr(args[0], "nodes", ()):
            raise RuntimeError("out of memory")
        return function(*args, **kwargs)

    cluster.clock.at = APRIL
    for _ in range(3):
        await digests.settle(replace(cluster.tools, compute=compute))
    assert await settled(others[-1])
    assert not await settled(cluster)
    for _ in range(3):
        await look(cluster, cluster.clock.at + timedelta(hours=1))
    assert await settled(cluster)


async def test_the_quarter_in_which_weft_was_taken_off_is_settled_too(cluster: Cluster) -> None:
    member = await cluster.join("A")
    await look(cluster)
    await act(cluster, member)
    await communities.bot_removed(cluster.tools, cluster.id)
    await look(cluster, APRIL)
    assert await settled(cluster)
    async with cluster.db.write() as tx:  # in a year
        await tx.execute(sa.text("DELETE FROM acts"))
    cluster.clock.at += timedelta(days=500)
    await communities.bot_returned(cluster.tools, cluster.id)
    await look(cluster)
    assert (await digests.report_facts(cluster.tools, cluster.id, FIRST)).period.figures.took_part.part == 1


async def test_one_set_up_minutes_before_a_quarter_ends_has_an_empty_one(db: Database) -> None:
    cluster = await Cluster.start(db)
    start = APRIL - timedelta(minutes=3)
    async with db.write() as tx:
        await tx.execute(sa.update(communities_table).values(set_up_at=start))
    cluster.clock.at = start
    await act(cluster, await cluster.join("A"))
    await look(cluster)
    await look(cluster, APRIL)
    facts = (await digests.report_facts(cluster.tools, cluster.id, FIRST)).period
    assert (facts.complete, facts.figures.took_part.part, facts.figures.took_part.whole) == (True, 1, 1)
    running = (await digests.report_facts(cluster.tools, cluster.id, FIRST.after)).period
    assert (running.complete, running.figures.took_part.whole) == (False, 1)


# What may be told


@pytest.mark.parametrize("seed", [250, 276, 497])
def test_figures_and_the_table_of_ties_together_give_no_small_number_away(seed: int) -> None:
    """In these clusters the table leaves out how many ties are across sectors, to keep a small number."""
    random, window = Random(seed), lately(MONDAY)
    facts = small_cluster(random)
    sector = facts.network.sectors()
    exchanges = [
        Exchange(ActKind.HELPED, a, b, MONDAY - WEEK, MONDAY - timedelta(days=1)) for a, b in facts.network.ties
    ]
    told, _ = computing.tables("2026Q1", facts)
    ties = next(one for one in told if one.what == "ties")
    log = Log(
        weeks=weeks_until(MONDAY, "UTC", 13),
        nodes=facts.nodes,
        exchanges=exchanges,
        first={tie: MONDAY - timedelta(days=1) for tie in facts.network.ties},
    )
    figures, indices = computing.of_quarter(log, window, told)
    pairs = [*combinations_with_replacement(sorted(set(sector.values())), 2)]
    sums: list[tuple[list[tuple[str, str]], int]] = [(pairs, figures.ties)]
    for at, group in enumerate(ties.rows):
        for other in ties.rows[: at + 1]:
            value = ties.value(group, other)
            if value is not None:
                sums.append(
                    ([one for one in pairs if set(one) <= {*group, *other} and spans(one, group, other)], value)
                )
    across = [figures.across.ties.part] if figures.across else []
    across += [one for one in (figures.new_across, *(week.across for week in figures.ties_by_week)) if one]
    sums += [([one for one in pairs if one[0] != one[1]], value) for value in across]
    assert indices is not None
    assert indices.external_internal is None or figures.across is not None
    for at, pair in enumerate(pairs):
        of_pair = [tie for tie in facts.network.ties if tuple(sorted((sector[tie[0]], sector[tie[1]]))) == pair]
        if 0 < len({firm for tie in of_pair for firm in tie}) < FEWEST_IN_REPORT:
            assert not worked_out(sums, pairs, at), (pair, len(of_pair))


def small_cluster(random: Random) -> Facts:
    """Two to four sectors of a few firms, with ties here and there."""
    sizes = [random.choice([5, 6, 10, 11, 12]) for _ in range(random.choice([2, 3, 4]))]
    sectors = [f"s{number}" for number, size in enumerate(sizes) for _ in range(size)]
    nodes = tuple(Node(firm, sector) for firm, sector in enumerate(sectors))
    odds = [[random.choice([0.02, 0.05, 0.1, 0.25]) for _ in sizes] for _ in sizes]
    ties = {
        (a, b): 1
        for a, b in combinations(range(len(nodes)), 2)
        if random.random() < odds[int(sectors[a][1:])][int(sectors[b][1:])]
    }
    return Facts(nodes, set(range(len(nodes))), Network(nodes, ties), {})


def spans(pair: tuple[str, str], group: Sequence[str], other: Sequence[str]) -> bool:
    """Whether ties of these two sectors are between (or, of one group, within) the groups."""
    return (pair[0] in group and pair[1] in other) or (pair[1] in group and pair[0] in other)


def worked_out(sums: Sequence[tuple[list[tuple[str, str]], int]], pairs: Sequence[tuple[str, str]], at: int) -> bool:
    """Whether one number follows from the sums: its row is a combination of theirs."""
    rows = np.array([[one in parts for one in pairs] for parts, _ in sums], dtype=float)
    wanted = np.zeros(len(pairs))
    wanted[at] = 1
    return bool(np.linalg.matrix_rank(rows) == np.linalg.matrix_rank(np.vstack([rows, wanted])))
