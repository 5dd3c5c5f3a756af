"""Setting up, settings, holidays, and looking after a community: on a real database, without any Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services import communities
from bot.services.communities import Moments, Wishes
from bot.services.rounds import schedule_next
from domain.calendar import Cadence, Holiday, Moment, Plan, PlanOutOfOrder, UnknownTimeZone
from domain.communities import ChannelKind, Finding, fingerprint
from domain.errors import (
    EndsBeforeItBegins,
    HolidayIsGone,
    HolidayIsOver,
    HolidayIsThere,
    NoLines,
    NoRoundLeft,
    NotSetUp,
    SectorInUse,
    SettingsChanged,
)
from domain.model import DEFAULT_SECTORS, Community, CommunityId, CommunityState, NewIntention, Problem, ProblemKind
from storage import communities as stored
from storage import outbox, problems
from storage.engine import Database
from storage.tables import manager_actions
from tests.services.cluster import Cluster

THEMES = {"en": ("Stuck", "Safe"), "nl": ("Vast", "Braaf")}
LATER = Moments(Moment(1, 9), Moment(2, 16), Moment(4, 10), Moment(1, 8))
JANUARY = Holiday(date(2026, 1, 5), date(2026, 1, 11), "break")
LACKS = Finding(ProblemKind.PERMISSION, ChannelKind.ROUND, ("send_messages",))
GONE = Finding(ProblemKind.CHANNEL_GONE, ChannelKind.SKILLS)


@pytest.fixture
async def cluster(db: Database) -> AsyncIterator[Cluster]:
    return await Cluster.start(db, themes=THEMES["en"])


async def _actions(cluster: Cluster) -> list[tuple[str, bool]]:
    query = sa.select(manager_actions.c.what, manager_actions.c.required).order_by(manager_actions.c.id)
    async with cluster.db.read() as tx:
        return [(row.what, row.required) for row in await tx.execute(query)]


async def _problems(cluster: Cluster) -> list[Problem]:
    async with cluster.db.read() as tx:
        return await problems.of(tx, cluster.id)


async def _block(cluster: Cluster, kind: ProblemKind = ProblemKind.PERMISSION, subject: str = "round") -> None:
    """Something Discord refused, as the delivery records it."""
    now = cluster.clock.now()
    async with cluster.db.write() as tx:
        await outbox.add(tx, now, NewIntention(cluster.id, "stuck", "stuck", "round.open"))
        (claimed,) = await outbox.claim(tx, worker="w", now=now, lease=timedelta(minutes=1), limit=1)
        await outbox.block(tx, claimed.id, kind)
        await problems.report(tx, Problem(cluster.id, kind, subject, ("send_messages",), now))


async def _state(cluster: Cluster, kind: str) -> list[str]:
    return [one["_state"] for one in await cluster.said(kind)]


# Setting up


async def test_setting_up_takes_the_managers_wishes_before_guesses(cluster: Cluster) -> None:
    new = CommunityId(2)
    made = await communities.set_up(
        cluster.tools,
        new,
        Wishes(time_zone="Asia/Tokyo", manager_role=7),
        Wishes(time_zone="Europe/Paris", language="nl"),
        THEMES,
    )
    assert made.new
    assert made.community == Community(
        id=new,
        state=CommunityState.ACTIVE,
        language="nl",
        plan=Plan("Asia/Tokyo"),
        channels=made.community.channels,
        manager_role=7,
        sectors=DEFAULT_SECTORS,
        themes=THEMES["nl"],
        set_up_at=cluster.clock.now(),
    )


async def test_setting_up_without_any_wish_works(cluster: Cluster) -> None:
    made = await communities.set_up(cluster.tools, CommunityId(2), Wishes(), Wishes(), THEMES)
    assert (made.community.language, made.community.plan) == ("en", Plan())


async def test_setting_up_again_changes_what_is_wished_and_no_more(cluster: Cluster) -> None:
    before = await cluster.community()
    again = await communities.set_up(
        cluster.tools, cluster.id, Wishes(language="nl"), Wishes("Asia/Tokyo", "nl"), THEMES
    )
    assert not again.new
    assert again.community == replace(before, language="nl", themes=THEMES["nl"])
    wished = Wishes(time_zone="Asia/Tokyo", manager_role=9)
    again = await communities.set_up(cluster.tools, cluster.id, wished, Wishes(), THEMES)
    assert (again.community.plan.time_zone, again.community.manager_role) == ("Asia/Tokyo", 9)
    assert again.community.language == "nl"


async def test_only_mending_is_required_of_a_manager_and_once_for_each_problem(cluster: Cluster) -> None:
    await _block(cluster)
    await communities.set_up(cluster.tools, cluster.id, Wishes(), Wishes(), THEMES)
    for _ in range(3):
        await communities.checked(cluster.tools, cluster.id, [LACKS])
    for _ in range(2):
        health = await communities.checked(cluster.tools, cluster.id, [])
    assert health.required == 1
    assert [what for what, required in await _actions(cluster) if required] == ["mended.round"]


async def test_a_channel_is_remembered_at_once(cluster: Cluster) -> None:
    await communities.note_channel(cluster.tools, cluster.id, ChannelKind.SKILLS, 99)
    assert (await cluster.community()).channels.skills == 99


async def test_nothing_can_be_set_where_nothing_is_set_up(cluster: Cluster) -> None:
    nowhere = CommunityId(404)
    for attempt in (
        communities.community(cluster.tools, nowhere),
        communities.change_cadence(cluster.tools, nowhere, Cadence.MONTHLY),
        communities.change_language(cluster.tools, nowhere, "nl", THEMES),
        communities.change_themes(cluster.tools, nowhere, ()),
        communities.change_sectors(cluster.tools, nowhere, ("crafts",)),
        communities.change_manager_role(cluster.tools, nowhere, 1),
        communities.choose_channel(cluster.tools, nowhere, ChannelKind.ROUND, 1),
        communities.add_holiday(cluster.tools, nowhere, JANUARY),
        communities.holidays(cluster.tools, nowhere),
        communities.checked(cluster.tools, nowhere, ()),
        communities.collected(cluster.tools, nowhere),
    ):
        with pytest.raises(NotSetUp):
            await attempt


# The plan


async def test_a_changed_plan_moves_the_round_that_stands_ready(cluster: Cluster) -> None:
    assert (await cluster.scheduled()).opens_at == datetime(2026, 1, 5, 8, tzinfo=UTC)
    await communities.change_moments(cluster.tools, cluster.id, LATER)
    assert (await cluster.scheduled()).opens_at == datetime(2026, 1, 6, 8, tzinfo=UTC)
    await communities.change_time_zone(cluster.tools, cluster.id, "America/New_York")
    assert (await cluster.scheduled()).opens_at == datetime(2026, 1, 6, 14, tzinfo=UTC)
    changed = await communities.change_cadence(cluster.tools, cluster.id, Cadence.MONTHLY)
    assert changed == await cluster.community()
    assert changed.plan.cadence is Cadence.MONTHLY


async def test_a_round_that_has_opened_keeps_its_dates(cluster: Cluster) -> None:
    await cluster.people(4)
    before = await cluster.open()
    await communities.change_moments(cluster.tools, cluster.id, LATER)
    assert await cluster.round() == before


async def test_a_plan_out_of_order_is_refused_and_nothing_changes(cluster: Cluster) -> None:
    before = await cluster.community()
    with pytest.raises(PlanOutOfOrder):
        await communities.change_moments(cluster.tools, cluster.id, replace(LATER, pairs=Moment(5, 0)))
    with pytest.raises(UnknownTimeZone):
        await communities.change_time_zone(cluster.tools, cluster.id, "Mars/Olympus")
    assert await cluster.community() == before
    assert await _actions(cluster) == []


async def test_two_managers_at_once_the_second_is_told(cluster: Cluster) -> None:
    seen = await cluster.community()
    await communities.change_moments(cluster.tools, cluster.id, LATER, fingerprint(seen.plan))
    with pytest.raises(SettingsChanged):
        await communities.change_time_zone(cluster.tools, cluster.id, "Asia/Tokyo", fingerprint(seen.plan))
    await communities.change_themes(cluster.tools, cluster.id, ("New",), fingerprint(seen.themes))
    with pytest.raises(SettingsChanged):
        await communities.change_themes(cluster.tools, cluster.id, ("Newer",), fingerprint(seen.themes))
    await communities.change_sectors(cluster.tools, cluster.id, ("a",), fingerprint(seen.sectors))
    with pytest.raises(SettingsChanged):
        await communities.change_sectors(cluster.tools, cluster.id, ("b",), fingerprint(seen.sectors))
    now = await cluster.community()
    assert (now.plan.opens, now.plan.time_zone) == (LATER.opens, seen.plan.time_zone)
    assert (now.themes, now.sectors) == (("New",), ("a",))


async def test_upcoming_begins_with_the_round_that_stands_ready(cluster: Cluster) -> None:
    await communities.change_cadence(cluster.tools, cluster.id, Cadence.FORTNIGHTLY)
    opens = await communities.upcoming(cluster.tools, await cluster.community(), 3)
    assert [one.date() for one in opens] == [date(2026, 1, 5), date(2026, 1, 19), date(2026, 2, 2)]
    assert opens[0] == (await cluster.scheduled()).opens_at


# Language, themes, sectors, managers


async def test_wefts_own_themes_follow_the_language(cluster: Cluster) -> None:
    changed = await communities.change_language(cluster.tools, cluster.id, "nl", THEMES)
    assert (changed.language, changed.themes) == ("nl", THEMES["nl"])


async def test_a_managers_themes_stay_as_they_are(cluster: Cluster) -> None:
    await communities.change_themes(cluster.tools, cluster.id, ("Mine",))
    changed = await communities.change_language(cluster.tools, cluster.id, "nl", THEMES)
    assert changed.themes == ("Mine",)


async def test_themes_can_be_done_without(cluster: Cluster) -> None:
    await communities.change_themes(cluster.tools, cluster.id, ())
    assert (await cluster.community()).themes == ()


async def test_a_sector_that_firms_are_in_stays(cluster: Cluster) -> None:
    await cluster.join("Studio Noord", "crafts")
    await cluster.join("Studio Zuid", "crafts")
    await cluster.join("Studio Zuid", "crafts")
    with pytest.raises(SectorInUse) as refusal:
        await communities.change_sectors(cluster.tools, cluster.id, ("design", "other"))
    assert refusal.value.details == {"sector": "crafts", "n": 2}
    await communities.change_sectors(cluster.tools, cluster.id, ("crafts", "light"))
    assert (await cluster.community()).sectors == ("crafts", "light")
    assert await communities.firms_by_sector(cluster.tools, cluster.id) == {"crafts": 2}


async def test_there_is_always_a_sector(cluster: Cluster) -> None:
    with pytest.raises(NoLines):
        await communities.change_sectors(cluster.tools, cluster.id, ())


async def test_managers_can_be_another_role_or_none(cluster: Cluster) -> None:
    await communities.change_manager_role(cluster.tools, cluster.id, 5)
    assert (await cluster.community()).manager_role == 5
    await communities.change_manager_role(cluster.tools, cluster.id, None)
    assert (await cluster.community()).manager_role is None
    assert await _actions(cluster) == [("manager_role", False)] * 2


# Holidays


async def test_a_holiday_says_which_round_is_off_and_when_the_next_is(cluster: Cluster) -> None:
    change = await communities.add_holiday(cluster.tools, cluster.id, JANUARY)
    assert [one.date() for one in change.affected] == [date(2026, 1, 5)]
    assert change.next is not None
    assert change.next.opens_at == datetime(2026, 1, 12, 8, tzinfo=UTC)
    assert (change.holiday, change.goes_on) == (JANUARY, None)
    assert await communities.holidays(cluster.tools, cluster.id) == {change.number: JANUARY}


async def test_taking_it_out_again_brings_the_round_back(cluster: Cluster) -> None:
    before = (await cluster.scheduled()).opens_at
    added = await communities.add_holiday(cluster.tools, cluster.id, JANUARY)
    removed = await communities.remove_holiday(cluster.tools, cluster.id, added.number)
    assert removed.affected == added.affected
    assert (await cluster.scheduled()).opens_at == before
    with pytest.raises(HolidayIsGone):
        await communities.remove_holiday(cluster.tools, cluster.id, added.number)


async def test_a_holiday_far_off_names_its_own_rounds_only(cluster: Cluster) -> None:
    summer = Holiday(date(2026, 7, 20), date(2026, 8, 2))
    change = await communities.add_holiday(cluster.tools, cluster.id, summer)
    assert [one.date() for one in change.affected] == [date(2026, 7, 20), date(2026, 7, 27)]
    assert change.next is not None
    assert change.next.opens_at.date() == date(2026, 1, 5)


async def test_a_holiday_on_the_day_of_the_draw_cancels_the_round_of_the_day_before(cluster: Cluster) -> None:
    change = await communities.add_holiday(cluster.tools, cluster.id, Holiday(date(2026, 1, 6), date(2026, 1, 6)))
    assert [one.date() for one in change.affected] == [date(2026, 1, 5)]


async def test_a_weekend_changes_no_round(cluster: Cluster) -> None:
    change = await communities.add_holiday(cluster.tools, cluster.id, Holiday(date(2026, 1, 10), date(2026, 1, 11)))
    assert change.affected == ()


async def test_a_round_that_is_open_goes_on_through_a_holiday(cluster: Cluster) -> None:
    await cluster.people(4)
    running = await cluster.open()
    change = await communities.add_holiday(cluster.tools, cluster.id, Holiday(date(2026, 1, 8), date(2026, 1, 12)))
    assert change.goes_on is not None
    assert change.goes_on.id == running.id
    assert (await cluster.round()).opens_at == running.opens_at


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        ("2026-01-11", "2026-01-05", EndsBeforeItBegins),
        ("2025-12-20", "2025-12-31", HolidayIsOver),
        ("2026-01-05", "2030-01-05", NoRoundLeft),
    ],
)
async def test_a_holiday_that_cannot_be_is_refused(
    cluster: Cluster, first: str, last: str, refusal: type[Exception]
) -> None:
    before = await cluster.scheduled()
    with pytest.raises(refusal):
        await communities.add_holiday(
            cluster.tools, cluster.id, Holiday(date.fromisoformat(first), date.fromisoformat(last))
        )
    assert await communities.holidays(cluster.tools, cluster.id) == {}
    assert await cluster.scheduled() == before


async def test_the_same_holiday_twice_is_said_to_be_there(cluster: Cluster) -> None:
    await communities.add_holiday(cluster.tools, cluster.id, JANUARY)
    with pytest.raises(HolidayIsThere):
        await communities.add_holiday(cluster.tools, cluster.id, JANUARY)


async def test_holidays_that_are_over_are_not_listed(cluster: Cluster) -> None:
    await communities.add_holiday(cluster.tools, cluster.id, JANUARY)
    cluster.clock.at = datetime(2026, 1, 11, 22, 59, tzinfo=UTC)  # 23:59 in Amsterdam
    assert len(await communities.holidays(cluster.tools, cluster.id)) == 1
    cluster.clock.at += timedelta(minutes=1)
    assert await communities.holidays(cluster.tools, cluster.id) == {}


async def test_a_plan_that_leaves_no_round_is_refused(cluster: Cluster) -> None:
    await communities.change_cadence(cluster.tools, cluster.id, Cadence.WEEKLY)
    async with cluster.db.write() as tx:
        for first in (date(year, month, 1) for year in range(2026, 2029) for month in range(1, 13)):
            await stored.add_holiday(tx, cluster.id, Holiday(first, first + timedelta(days=6)))
    with pytest.raises(NoRoundLeft):  # on the first Monday of the month, always a day off
        await communities.change_cadence(cluster.tools, cluster.id, Cadence.MONTHLY)
    assert (await cluster.community()).plan.cadence is Cadence.WEEKLY


# Looking after


async def test_a_healthy_community_needs_nobody(cluster: Cluster) -> None:
    await cluster.people(3)
    health = await communities.checked(cluster.tools, cluster.id, ())
    assert (health.problems, health.mended, health.freed, health.required) == ((), (), 0, 0)
    assert (health.count.members, health.count.firms) == (3, 3)
    assert health.next == await cluster.scheduled()
    assert (health.running, health.last) == (None, None)
    assert await _actions(cluster) == [("check", False)]


async def test_what_is_seen_is_written_down_and_counted_against_us(cluster: Cluster) -> None:
    health = await communities.checked(cluster.tools, cluster.id, [LACKS, GONE])
    assert {(one.kind, one.subject) for one in health.problems} == {
        (ProblemKind.PERMISSION, "round"),
        (ProblemKind.CHANNEL_GONE, "skills"),
    }
    assert health.required == 0
    again = await communities.checked(cluster.tools, cluster.id, [LACKS])
    assert [one.subject for one in again.mended] == ["skills"]
    assert again.required == 1
    assert [one.since for one in again.problems] == [one.since for one in health.problems if one.subject == "round"]


async def test_what_is_mended_lets_what_waited_go_on(cluster: Cluster) -> None:
    await _block(cluster)
    health = await communities.checked(cluster.tools, cluster.id, ())
    assert [one.subject for one in health.mended] == ["round"]
    assert (health.freed, health.problems) == (1, ())
    assert await _state(cluster, "round.open") == ["pending"]


async def test_what_is_still_amiss_is_not_tried_blindly(cluster: Cluster) -> None:
    await _block(cluster)
    health = await communities.checked(cluster.tools, cluster.id, [LACKS])
    assert (health.freed, health.mended) == (0, ())
    assert await _state(cluster, "round.open") == ["blocked"]


async def test_what_cannot_be_seen_is_tried_again_when_a_manager_asks(cluster: Cluster) -> None:
    await _block(cluster, ProblemKind.THREADS_FULL)
    noticed = await communities.noticed(cluster.tools, cluster.id, ())
    assert noticed.mended == ()
    assert await _state(cluster, "round.open") == ["blocked"]
    health = await communities.checked(cluster.tools, cluster.id, ())
    assert (health.freed, len(health.mended)) == (1, 1)


async def test_a_new_problem_is_told_once_however_often_it_is_met(cluster: Cluster) -> None:
    for _ in range(3):
        cluster.clock.at += timedelta(hours=1)
        await communities.noticed(cluster.tools, cluster.id, [LACKS])
        await communities.noticed(cluster.tools, cluster.id, [LACKS])
    (told,) = await cluster.said("manager.problem")
    assert (told["kind"], told["subject"]) == ("permission", "round")


async def test_a_problem_that_comes_back_is_told_again(cluster: Cluster) -> None:
    for found in ([LACKS], [], [LACKS]):
        cluster.clock.at += timedelta(hours=1)
        await communities.noticed(cluster.tools, cluster.id, found)
    assert len(await cluster.said("manager.problem")) == 2
    assert len(await cluster.said("manager.mended")) == 1


async def test_mending_is_counted_and_thanked_for_when_all_is_well(cluster: Cluster) -> None:
    await _block(cluster)
    await communities.noticed(cluster.tools, cluster.id, [LACKS, GONE])
    noticed = await communities.noticed(cluster.tools, cluster.id, [GONE])
    assert [one.subject for one in noticed.mended] == ["round"]
    assert await cluster.said("manager.mended") == []
    await communities.noticed(cluster.tools, cluster.id, [])
    assert len(await cluster.said("manager.mended")) == 1
    assert await _actions(cluster) == [("mended.round", True), ("mended.skills", True)]
    assert await _problems(cluster) == []


@pytest.mark.parametrize("subject", [ChannelKind.MANAGERS, ChannelKind.ROUND])
async def test_what_is_amiss_with_the_managers_channel_cannot_be_told_there(
    cluster: Cluster, subject: ChannelKind
) -> None:
    problem = Problem(cluster.id, ProblemKind.PERMISSION, subject, (), cluster.clock.now())
    async with cluster.db.write() as tx:
        await problems.report(tx, problem)
        await communities.tell_problem(tx, problem, cluster.clock.now())
    assert len(await cluster.said("manager.problem")) == (subject is not ChannelKind.MANAGERS)


async def test_a_problem_is_found_again_by_what_was_said_of_it_until_it_is_mended(cluster: Cluster) -> None:
    await communities.noticed(cluster.tools, cluster.id, [LACKS])
    async with cluster.db.write() as tx:
        (intention,) = await outbox.claim(tx, worker="w", now=cluster.clock.now(), lease=timedelta(minutes=1), limit=1)
    found = await communities.problem_of(cluster.tools, intention)
    assert found is not None
    assert (found[0].id, found[1].permissions) == (cluster.id, ("send_messages",))
    await communities.noticed(cluster.tools, cluster.id, [])
    assert await communities.problem_of(cluster.tools, intention) is None


async def test_what_is_known_already_writes_nothing(cluster: Cluster) -> None:
    await communities.noticed(cluster.tools, cluster.id, [LACKS, GONE])
    assert await communities.noticed(cluster.tools, cluster.id, [GONE, LACKS]) == communities.NOTHING_NEW
    more = replace(LACKS, permissions=(*LACKS.permissions, "embed_links"))
    await communities.noticed(cluster.tools, cluster.id, [more, GONE])
    assert (await _problems(cluster))[0].permissions == more.permissions
    assert len(await cluster.said("manager.problem")) == 2  # one of each, however it grows


async def test_a_permission_that_cannot_be_judged_by_sight_waits_for_a_manager(cluster: Cluster) -> None:
    locked = Problem(cluster.id, ProblemKind.PERMISSION, "round", ("manage_threads",), cluster.clock.now())
    async with cluster.db.write() as tx:
        await problems.report(tx, locked)
    assert await communities.noticed(cluster.tools, cluster.id, []) == communities.NOTHING_NEW
    assert await _problems(cluster) == [locked]
    assert (await communities.checked(cluster.tools, cluster.id, [])).mended == (locked,)


# Taken off, and put back


async def test_weft_taken_off_and_put_back_goes_on_and_says_what_was_skipped(cluster: Cluster) -> None:
    await cluster.people(4)
    before = await cluster.scheduled()
    assert await communities.bot_removed(cluster.tools, cluster.id)
    assert not await communities.bot_removed(cluster.tools, cluster.id)
    assert (await communities.known(cluster.tools)).left == {cluster.id}
    await cluster.skip_to(before.opens_at + timedelta(days=15))
    assert await cluster.scheduled() == before  # nothing opened meanwhile
    assert await communities.bot_returned(cluster.tools, cluster.id)
    (said,) = await cluster.said("manager.returned")
    assert said["skipped"] == 3
    ready = await cluster.scheduled()
    assert (ready.id, ready.opens_at) == (before.id, before.opens_at + timedelta(days=21))
    assert (await communities.known(cluster.tools)).active == {cluster.id}
    assert not await communities.bot_returned(cluster.tools, cluster.id)


async def test_nothing_is_noticed_where_weft_is_not(cluster: Cluster) -> None:
    await communities.bot_removed(cluster.tools, cluster.id)
    noticed = await communities.noticed(cluster.tools, cluster.id, [LACKS])
    assert noticed == communities.NOTHING_NEW
    assert await _problems(cluster) == []


async def test_a_server_never_set_up_comes_and_goes_without_a_word(cluster: Cluster) -> None:
    nowhere = CommunityId(404)
    assert not await communities.bot_removed(cluster.tools, nowhere)
    assert not await communities.bot_returned(cluster.tools, nowhere)
    assert await communities.noticed(cluster.tools, nowhere, [LACKS]) == communities.NOTHING_NEW


# Export


async def test_an_export_tells_of_firms_and_totals_and_of_nobody(cluster: Cluster) -> None:
    people = await cluster.people(4)
    await cluster.open()
    await cluster.draw()
    for pairing in await cluster.pairings():
        await cluster.exchange(pairing)
    made = await communities.collected(cluster.tools, cluster.id)
    assert [row["members"] for row in made.tables["firms"]] == [1, 1, 1, 1]
    first = made.tables["rounds"][0]
    assert (first["signed_up"], first["placed"], first["left_out"], first["pairings"]) == (4, 4, 0, 2)
    assert (first["reviews_given"], first["reviews_exchanged"]) == (4, 4)
    assert made.tables["firms_per_round"] == [{"round": 1, "firm": f"Firm {at}", "exchanges": 1} for at in range(4)]
    columns = {name for rows in made.tables.values() for row in rows for name in row}
    assert not {one for one in columns if "user" in one or "member_id" in one or "practice" in one}
    everything = _flat(made.tables)
    for person in people:
        assert str(person.user) not in everything
        assert person.practice not in everything


async def test_an_export_holds_nothing_of_another_community(cluster: Cluster) -> None:
    other = await Cluster.start(cluster.db, key=2)
    await other.join("Elsewhere", "crafts")
    made = await communities.collected(cluster.tools, cluster.id)
    assert "Elsewhere" not in _flat(made.tables)


def _flat(tables: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {str(value) for rows in tables.values() for row in rows for value in row.values()}


async def test_a_round_stands_ready_after_every_change(cluster: Cluster) -> None:
    """Whatever a manager does, in whatever order, there is one round to come and it is of the plan."""
    await communities.add_holiday(cluster.tools, cluster.id, JANUARY)
    await communities.change_cadence(cluster.tools, cluster.id, Cadence.FORTNIGHTLY)
    await communities.change_moments(cluster.tools, cluster.id, LATER)
    ready = await schedule_next(cluster.tools, cluster.id)
    assert ready is not None
    assert ready == await cluster.scheduled()
    assert await communities.upcoming(cluster.tools, await cluster.community(), 1) == [ready.opens_at]
    assert (ready.opens_at.date(), ready.opens_at.hour) == (date(2026, 1, 13), 8)
