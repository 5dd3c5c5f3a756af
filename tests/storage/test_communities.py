"""Queries about communities: written as read, one thing changed at a time, kept when Weft is taken off the server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from domain.calendar import Cadence, Holiday, Moment, Plan
from domain.communities import ChannelKind, channel_of
from domain.model import (
    DEFAULT_SECTORS,
    Act,
    ActKind,
    Channels,
    Community,
    CommunityId,
    CommunityState,
    FirmId,
    IntentionState,
    MemberId,
    MemberState,
    NewIntention,
    RoundId,
)
from storage import acts, communities, exports, outbox
from storage.engine import Database, Tx
from storage.tables import members, rounds
from storage.tables import outbox as outbox_table
from tests.storage import rows
from tests.storage.rows import NOW

HERE, ELSEWHERE = CommunityId(1), CommunityId(2)
PLAN = Plan("America/New_York", Cadence.MONTHLY, Moment(1, 8, 30), Moment(2, 9), Moment(4, 10), Moment(1, 8, 29))
COMMUNITY = Community(
    id=HERE,
    state=CommunityState.ACTIVE,
    language="nl",
    plan=PLAN,
    channels=Channels(category=1, round=2**60, showings=3, skills=None, managers=5),
    manager_role=77,
    sectors=("film, TV", "ambachten"),
    themes=("Laat zien waar je op vastzit",),
    set_up_at=NOW,
)
CHRISTMAS = Holiday(date(2026, 12, 24), date(2027, 1, 3), "kerst")


async def _put(db: Database, *wanted: Community) -> None:
    async with db.write() as tx:
        for one in wanted:
            assert await communities.put(tx, one)


async def _get(db: Database, community: CommunityId = HERE) -> Community:
    async with db.read() as tx:
        found = await communities.get(tx, community)
    assert found is not None
    return found


async def test_a_community_is_read_as_written(db: Database) -> None:
    await _put(db, COMMUNITY)
    assert await _get(db) == COMMUNITY
    async with db.read() as tx:
        assert await communities.get(tx, ELSEWHERE) is None


async def test_putting_it_again_changes_nothing(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.write() as tx:
        other = replace(COMMUNITY, language="en", plan=Plan(), channels=Channels(), themes=())
        assert not await communities.put(tx, other)
    assert await _get(db) == COMMUNITY


async def test_two_at_once_make_one(db: Database) -> None:
    async def put() -> bool:
        async with db.write() as tx:
            return await communities.put(tx, COMMUNITY)

    assert sorted(await asyncio.gather(put(), put(), put())) == [False, False, True]


@pytest.mark.parametrize("kind", ChannelKind)
async def test_each_channel_is_set_by_itself(db: Database, kind: ChannelKind) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        await communities.set_channel(tx, HERE, kind, 999)
    channels = (await _get(db)).channels
    assert channel_of(channels, kind) == 999
    for other in set(ChannelKind) - {kind}:
        assert channel_of(channels, other) == channel_of(COMMUNITY.channels, other)
    assert (await _get(db, ELSEWHERE)).channels == COMMUNITY.channels


async def test_each_setting_is_set_by_itself(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        await communities.set_plan(tx, HERE, Plan())
        await communities.set_language(tx, HERE, "en")
        await communities.set_themes(tx, HERE, ())
        await communities.set_sectors(tx, HERE, DEFAULT_SECTORS)
        await communities.set_manager_role(tx, HERE, None)
    expected = replace(COMMUNITY, plan=Plan(), language="en", themes=(), sectors=DEFAULT_SECTORS, manager_role=None)
    assert await _get(db) == expected
    assert await _get(db, ELSEWHERE) == replace(COMMUNITY, id=ELSEWHERE)


async def test_what_is_locked_is_changed_by_one_at_a_time(db: Database) -> None:
    """Ten managers each add a theme to what they read: none is lost."""
    await _put(db, replace(COMMUNITY, themes=()))

    async def add(theme: str) -> None:
        async with db.write() as tx:
            read = await communities.locked(tx, HERE)
            assert read is not None
            await asyncio.sleep(0)
            await communities.set_themes(tx, HERE, (*read.themes, theme))

    await asyncio.gather(*(add(str(number)) for number in range(10)))
    assert sorted((await _get(db)).themes) == sorted(map(str, range(10)))


# Taken off, and put back


async def test_a_community_left_is_kept_and_comes_back(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.write() as tx:
        assert await communities.came_back(tx, HERE) is None
        assert await communities.left(tx, HERE, NOW)
        assert not await communities.left(tx, HERE, NOW + timedelta(days=1))
    assert await _get(db) == replace(COMMUNITY, state=CommunityState.LEFT)
    async with db.write() as tx:
        assert await communities.came_back(tx, HERE) == NOW
        assert await communities.came_back(tx, HERE) is None
    assert await _get(db) == COMMUNITY


async def test_setting_up_again_brings_it_back(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.write() as tx:
        await communities.left(tx, HERE, NOW)
        assert not await communities.put(tx, COMMUNITY)
    assert await _get(db) == COMMUNITY


async def test_what_is_to_be_said_waits_while_weft_is_away(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        for community in (HERE, ELSEWHERE):
            key = f"round:{community}"
            await outbox.add(tx, NOW, NewIntention(community, key, key, "round.open"))
        await communities.left(tx, HERE, NOW)
        claimed = await outbox.claim(tx, worker="w", now=NOW, lease=timedelta(minutes=1), limit=9)
    assert [one.community for one in claimed] == [ELSEWHERE]
    async with db.write() as tx:
        assert await outbox.unblock(tx, HERE, NOW) == 1
        claimed = await outbox.claim(tx, worker="w", now=NOW, lease=timedelta(minutes=1), limit=9)
    assert [one.community for one in claimed] == [HERE]


async def test_communities_are_listed_by_state(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        await communities.left(tx, ELSEWHERE, NOW)
    async with db.read() as tx:
        assert await communities.ids(tx, CommunityState.ACTIVE) == {HERE}
        assert await communities.ids(tx, CommunityState.LEFT) == {ELSEWHERE}


# Holidays


async def test_holidays_are_kept_in_the_order_of_their_days(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    kings_day = Holiday(date(2026, 4, 27), date(2026, 4, 27))
    async with db.write() as tx:
        first = await communities.add_holiday(tx, HERE, CHRISTMAS)
        second = await communities.add_holiday(tx, HERE, kings_day)
        assert await communities.add_holiday(tx, ELSEWHERE, CHRISTMAS) is not None
    async with db.read() as tx:
        assert await communities.holidays(tx, HERE) == [kings_day, CHRISTMAS]
        assert await communities.numbered_holidays(tx, HERE) == {second: kings_day, first: CHRISTMAS}


async def test_the_same_days_are_one_holiday(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.write() as tx:
        assert await communities.add_holiday(tx, HERE, CHRISTMAS) is not None
        assert await communities.add_holiday(tx, HERE, replace(CHRISTMAS, label="Christmas")) is None
        assert await communities.holidays(tx, HERE) == [CHRISTMAS]


async def test_a_holiday_is_taken_out_once_and_only_of_its_own_community(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        number = await communities.add_holiday(tx, HERE, CHRISTMAS)
        assert number is not None
        assert await communities.remove_holiday(tx, ELSEWHERE, number) is None
        assert await communities.remove_holiday(tx, HERE, number) == CHRISTMAS
        assert await communities.remove_holiday(tx, HERE, number) is None
        assert await communities.holidays(tx, HERE) == []


# Counting


async def test_only_required_actions_of_the_quarter_are_counted(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        await communities.manager_action(tx, HERE, NOW, "check", True)
        await communities.manager_action(tx, HERE, NOW, "settings", False)
        await communities.manager_action(tx, HERE, NOW - timedelta(days=91), "check", True)
        await communities.manager_action(tx, ELSEWHERE, NOW, "check", True)
    async with db.read() as tx:
        assert await communities.actions_required(tx, HERE, NOW - timedelta(days=90)) == 1


async def test_heads_firms_and_sectors_are_of_those_who_take_part(db: Database) -> None:
    await _put(db, COMMUNITY, replace(COMMUNITY, id=ELSEWHERE))
    async with db.write() as tx:
        for user in (1, 2, 3):
            await rows.member(tx, user, HERE)
        gone, _ = await rows.member(tx, 4, HERE)
        await rows.member(tx, 5, ELSEWHERE)
        await tx.execute(sa.update(members).where(members.c.id == gone).values(state=MemberState.LEFT))
    async with db.read() as tx:
        count = await communities.headcount(tx, HERE)
        assert (count.members, count.firms) == (3, 3)
        assert await communities.firms_by_sector(tx, HERE) == {"crafts": 3}


async def test_what_waits_and_what_is_blocked_are_counted_apart(db: Database) -> None:
    await _put(db, COMMUNITY)
    states = [IntentionState.PENDING, IntentionState.CLAIMED, IntentionState.BLOCKED, IntentionState.DONE]
    async with db.write() as tx:
        await outbox.add(tx, NOW, *(NewIntention(HERE, one, one, "kind") for one in states))
        for state in states:
            await tx.execute(sa.update(outbox_table).where(outbox_table.c.key == state).values(state=state))
        count = await communities.headcount(tx, HERE)
    assert (count.waiting, count.blocked) == (2, 1)


async def test_an_empty_community_is_exported_with_every_table(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.read() as tx:
        tables = await exports.everything(tx, HERE)
    assert set(tables) == {
        "firms",
        "sectors",
        "rounds",
        "firms_per_round",
        "skills",
        "swaps",
        "sessions",
        "showings",
        "earlier_months",
        "holidays",
        "problems",
        "manager_actions",
    }
    assert not any(tables.values())


async def test_what_a_firm_did_stays_with_that_firm_and_what_it_did_not_do_is_not_told(db: Database) -> None:
    await _put(db, COMMUNITY)
    async with db.write() as tx:
        people = [await rows.member(tx, user, HERE) for user in (1, 2, 3, 4)]
        (ann, ann_firm), (bob, bob_firm), (cas, cas_firm), (_, elsewhere) = people
        a_round = await _round(tx)

        def act(kind: ActKind, one: tuple[MemberId, FirmId], other: tuple[MemberId, FirmId] | None = None) -> Act:
            to, firm = other or (None, None)
            return Act(f"{kind}:{one[0]}:{to}", HERE, NOW, kind, *one, to, firm, a_round)

        given, exchanged = ActKind.REVIEW_GIVEN, ActKind.REVIEW_EXCHANGED
        await acts.record(
            tx,
            *(act(ActKind.PAIRED, one, people[0]) for one in people),
            *(act(kind, (ann, ann_firm), (bob, bob_firm)) for kind in (given, exchanged)),
            act(given, (cas, cas_firm), (ann, ann_firm)),
            act(ActKind.MISSED, (bob, bob_firm)),
        )
        await tx.execute(sa.update(members).where(members.c.id == ann).values(firm_id=elsewhere))  # she moves
    async with db.read() as tx:
        told = (await exports.everything(tx, HERE))["firms_per_round"]
    assert told == [  # that Bob only received, and that the fourth missed, is nobody's to read
        {"round": 1, "firm": "firm of 1", "exchanges": 1},
        {"round": 1, "firm": "firm of 2", "exchanges": 1},
        {"round": 1, "firm": "firm of 3", "exchanges": 0},
    ]


async def _round(tx: Tx) -> RoundId:
    times = dict.fromkeys(("opens_at", "pairs_at", "nudges_at", "closes_at"), NOW)
    new = sa.insert(rounds).values(community_id=HERE, number=1, seed=1, **times).returning(rounds.c.id)
    return RoundId((await tx.execute(new)).scalar_one())
