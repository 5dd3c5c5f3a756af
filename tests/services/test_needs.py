"""What may need a manager, and what the button of a digest does about it; on both databases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.services import members, skills
from bot.services.digests import needing, reaching
from bot.services.skills import Wording
from bot.services.swaps import disputes, sessions
from domain.communities import ChannelKind
from domain.digests import ALONE, REST, SHOWN_AT_MOST, UNSERVED, most_useful
from domain.errors import NothingToDecide, TooOld
from domain.model import (
    CommunityId,
    DigestId,
    DigestKind,
    Intention,
    LegState,
    Member,
    Need,
    NeedKind,
    Problem,
    ProblemKind,
)
from storage import communities, problems
from storage.engine import Database
from tests.services.cluster import Cluster
from tests.services.lessons import Lessons
from tests.services.needing import DAY, digest, required, wants


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    made = await Cluster.start(db)
    async with db.write() as tx:
        await communities.set_channel(tx, made.id, ChannelKind.SKILLS, 14)
    return made


async def amiss(cluster: Cluster, *subjects: str) -> None:
    async with cluster.db.write() as tx:
        for subject in subjects:
            await problems.report(tx, Problem(cluster.id, ProblemKind.PERMISSION, subject, (), cluster.clock.at))


async def candidates(cluster: Cluster) -> list[Need]:
    async with cluster.db.read() as tx:
        return await needing.candidates(tx, cluster.id, cluster.clock.at)


def as_carried(args: dict[str, int]) -> Intention:
    return Intention(1, CommunityId(1), "", "", "", dict(args), 1, None)


async def alone(cluster: Cluster, *people: Member) -> Need:
    """They joined long enough ago, and their firm has no tie."""
    cluster.clock.at += ALONE + DAY
    return Need(NeedKind.FIRM, people[0].firm.id, people[0].firm.name)


# What may need one


async def test_everything_that_may_need_a_manager_is_found_the_most_pressing_first(db: Database) -> None:
    made = await Lessons.start(db)
    cluster = made.cluster
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    await disputes.ask_manager(made.tools, bert, leg.id)
    want = await wants(made.tools, await cluster.join("Third"))
    cluster.clock.at += max(ALONE, UNSERVED) + DAY
    await cluster.join("Too young to be alone")
    await amiss(cluster, "round", "skills")
    firms = [Need(NeedKind.FIRM, one.firm.id, one.firm.name) for one in await members.active(cluster.tools, cluster.id)]
    pressing = [
        Need(NeedKind.PROBLEM, None, "round"),
        Need(NeedKind.PROBLEM, None, "skills"),
        Need(NeedKind.DISPUTE, leg.id, "welding"),
    ]
    assert await candidates(cluster) == [*pressing, *firms[:3]]  # there is no channel in which to ask everybody
    async with db.write() as tx:
        await communities.set_channel(tx, cluster.id, ChannelKind.SKILLS, 14)
    assert await candidates(cluster) == [*pressing, want, *firms[:3]]


async def test_a_firm_where_nobody_can_be_invited_is_not_for_a_manager_to_see_to(cluster: Cluster) -> None:
    ada, bob = await cluster.join("Ada's"), await cluster.join("Bob's")
    need = await alone(cluster, ada)
    await members.pause(cluster.tools, await cluster.community(), await cluster.member(bob.id), 2)
    assert await candidates(cluster) == [need]


async def test_how_often_something_was_shown_is_counted_by_weekly_digests(cluster: Cluster) -> None:
    db, now = cluster.db, cluster.clock.at + 200 * DAY
    want, firm, met = Need(NeedKind.WANT, 1), Need(NeedKind.FIRM, 1), Need(NeedKind.FIRM, 2)
    for ago in (7, 14, 100):
        await digest(db, cluster.id, now - ago * DAY, want)
    await digest(db, cluster.id, now - DAY, firm, kind=DigestKind.ASKED)
    await digest(db, cluster.id, now - 7 * DAY, None)
    await digest(db, cluster.id, now - 95 * DAY, met, met_at=now - 80 * DAY)
    await digest(db, cluster.id, now - 95 * DAY, Need(NeedKind.PROBLEM), met_at=now - 94 * DAY)
    await digest(db, cluster.id, now - 3 * DAY, Need(NeedKind.PROBLEM))
    async with db.read() as tx:
        shown = await needing.shown(tx, cluster.id, now - REST)
    assert shown == {
        (NeedKind.WANT, 1): 2,
        (NeedKind.FIRM, 1): 0,
        (NeedKind.FIRM, 2): SHOWN_AT_MOST,
        (NeedKind.PROBLEM, None): 1,
    }
    assert most_useful([want, met, firm], shown) == firm
    # What can wait is asked for at most once in four weeks, whoever it is about; what is broken each time.
    assert most_useful([Need(NeedKind.WANT, 7), Need(NeedKind.FIRM, 7)], shown, {NeedKind.WANT}) == Need(
        NeedKind.FIRM, 7
    )
    assert most_useful([Need(NeedKind.WANT, 7)], shown, {NeedKind.WANT}) is None
    assert most_useful([Need(NeedKind.PROBLEM)], shown, {NeedKind.PROBLEM}) == Need(NeedKind.PROBLEM)


# How a need stands


async def test_a_button_that_does_not_belong_here_or_to_this_digest_does_nothing(cluster: Cluster) -> None:
    made = await digest(cluster.db, cluster.id, cluster.clock.at, Need(NeedKind.WANT, 1))
    elsewhere = await Cluster.start(cluster.db, key=2)
    for community, one, kind in (
        (elsewhere.id, made, NeedKind.WANT),
        (cluster.id, made, NeedKind.FIRM),
        (cluster.id, DigestId(404), NeedKind.WANT),
    ):
        with pytest.raises(TooOld):
            await needing.standing(cluster.tools, community, one, kind)
    with pytest.raises(TooOld):
        await reaching.invite(cluster.tools, cluster.id, made)
    assert await required(cluster.db) == []


async def test_a_problem_counts_once_however_often_a_manager_looks(cluster: Cluster) -> None:
    await amiss(cluster, "round")
    made = await digest(cluster.db, cluster.id, cluster.clock.at, Need(NeedKind.PROBLEM), message=5)
    before = await needing.standing(cluster.tools, cluster.id, made, NeedKind.PROBLEM)
    assert before.need == Need(NeedKind.PROBLEM, None, "round")
    looks = [needing.seen(cluster.tools, before, needed=True, over=False) for _ in range(2)]
    assert {one.need_met_at for one in await asyncio.gather(*looks)} == {None}
    assert await required(cluster.db) == ["need.problem"]
    after = await needing.seen(cluster.tools, before, needed=True, over=True)
    assert after.need_met_at == cluster.clock.at
    assert await required(cluster.db) == ["need.problem"]
    assert [(one["digest"], one["by_itself"]) for one in await cluster.said("need.met")] == [(made, 0)]


async def test_deciding_from_a_digest_ends_the_dispute_and_the_question_elsewhere(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await sessions.enter(made.tools, ada, leg.id, 60)
    await sessions.enter(made.tools, bert, leg.id, 15)
    asked = await disputes.ask_manager(made.tools, bert, leg.id)
    need = Need(NeedKind.DISPUTE, leg.id, "welding")
    weekly = await digest(db, made.cluster.id, made.now, need, message=5)
    before = await needing.standing(made.tools, made.cluster.id, weekly, NeedKind.DISPUTE)
    assert before.need == need
    await needing.seen(made.tools, before, needed=True, over=False)
    other = replace(before, digest=replace(before.digest, need_subject=404))
    with pytest.raises(TooOld):
        await needing.decide(made.tools, other, None, leg.id, asked.words, 60)
    done = await needing.decide(made.tools, before, None, leg.id, asked.words, 60)
    assert (done.state, done.settled, done.decided) == (LegState.CONFIRMED, 60, True)
    assert await required(db) == ["need.dispute", "dispute"]
    assert len(await made.cluster.said("session.manager_spared")) == 1
    assert [one["digest"] for one in await made.cluster.said("need.met")] == [weekly]
    with pytest.raises(NothingToDecide):
        await needing.decide(made.tools, before, None, leg.id, asked.words, 60)
    again = await needing.standing(made.tools, made.cluster.id, weekly, NeedKind.DISPUTE)
    assert (again.need, again.met) == (None, True)


# A want


async def test_everybody_is_asked_once_whatever_is_pressed(cluster: Cluster) -> None:
    ada = await cluster.join("Ada's")
    need = await wants(cluster.tools, ada)
    cluster.clock.at += UNSERVED + DAY
    now = cluster.clock.at
    posted = await digest(cluster.db, cluster.id, now, need, message=5)
    asked = await digest(cluster.db, cluster.id, now, need, kind=DigestKind.ASKED)
    both = await asyncio.gather(*(reaching.ask_everybody(cluster.tools, cluster.id, posted) for _ in range(2)))
    assert sorted(one.met for one in both) == [False, True]
    late = await reaching.ask_everybody(cluster.tools, cluster.id, asked)
    assert (late.need, late.met) == (need, True)
    (said,) = await cluster.said("need.want")
    assert said["skill"] == need.subject
    assert await required(cluster.db) == ["need.want"]
    assert [one["digest"] for one in await cluster.said("need.met")] == [posted]
    found = await reaching.to_ask(cluster.tools, as_carried({"skill": said["skill"]}))
    assert found is not None
    assert found[1].name == "etching"


async def test_nobody_is_asked_for_what_is_offered_by_now(cluster: Cluster) -> None:
    ada, bob = await cluster.join("Ada's"), await cluster.join("Bob's")
    need = await wants(cluster.tools, ada)
    cluster.clock.at += UNSERVED + DAY
    made = await digest(cluster.db, cluster.id, cluster.clock.at, need, message=5)
    await skills.offer(cluster.tools, await cluster.member(bob.id), Wording("etching"))
    before = await reaching.ask_everybody(cluster.tools, cluster.id, made)
    assert before.need is None
    assert await cluster.said("need.want") == []
    assert await required(cluster.db) == []
    assert [one["by_itself"] for one in await cluster.said("need.met")] == [1]
    assert await reaching.to_ask(cluster.tools, as_carried({"skill": need.subject or 0})) is None


# A firm


async def test_everybody_of_a_firm_who_is_there_is_invited_once_in_ninety_days(cluster: Cluster) -> None:
    ada, colleague, away = [await cluster.join("Ada's") for _ in range(3)]
    other = await cluster.join("Other")
    need = await alone(cluster, ada)
    await members.pause(cluster.tools, await cluster.community(), await cluster.member(away.id), 2)
    made = await digest(cluster.db, cluster.id, cluster.clock.at, need)
    before = await needing.standing(cluster.tools, cluster.id, made, NeedKind.FIRM)
    people, to = await reaching.invitees(cluster.tools, before)
    assert (people, to.open) == (2, None)
    assert to.opens is not None
    await asyncio.gather(*(reaching.invite(cluster.tools, cluster.id, made) for _ in range(2)))
    assert sorted(one["member"] for one in await cluster.said("need.invite")) == sorted([ada.id, colleague.id])
    assert await required(cluster.db) == ["need.firm"]
    # In another firm, a month later, she is not told again, whatever that firm is; her new colleague is.
    cluster.clock.at += 30 * DAY
    form = members.application("Other", "crafts", "practice")
    moved = await members.edit(cluster.tools, await cluster.community(), await cluster.member(ada.id), form)
    assert moved.firm == other.firm
    second = await digest(cluster.db, cluster.id, cluster.clock.at, Need(NeedKind.FIRM, other.firm.id, "Other"))
    assert (await reaching.invite(cluster.tools, cluster.id, second)).need is not None
    told = [one["member"] for one in await cluster.said("need.invite") if one["digest"] == second]
    assert told == [other.id]
    # What was decided for her in the firm she left is not said any more.
    assert await reaching.to_invite(cluster.tools, as_carried({"member": ada.id, "digest": made})) is None
    assert await reaching.to_invite(cluster.tools, as_carried({"member": away.id, "digest": made})) is not None
    # After ninety days she may be.
    cluster.clock.at += REST - 30 * DAY
    third = await digest(cluster.db, cluster.id, cluster.clock.at, Need(NeedKind.FIRM, other.firm.id, "Other"))
    standing = await needing.standing(cluster.tools, cluster.id, third, NeedKind.FIRM)
    assert (standing.met, (await reaching.invitees(cluster.tools, standing))[0]) == (True, 1)


async def test_an_open_round_is_what_people_are_invited_to(cluster: Cluster) -> None:
    ada = await cluster.join("Ada's")
    await cluster.until(cluster.clock.at + ALONE)
    running = await cluster.open()
    made = await digest(cluster.db, cluster.id, cluster.clock.at, Need(NeedKind.FIRM, ada.firm.id, "Ada's"))
    before = await needing.standing(cluster.tools, cluster.id, made, NeedKind.FIRM)
    _, to = await reaching.invitees(cluster.tools, before)
    assert to.open is not None
    assert to.open.id == running.id
