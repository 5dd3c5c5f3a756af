"""What is read from the participation log, worked out by hand, and the slow way on generated years."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from domain.digests import ALONE, UNSERVED, Activity, LedOn
from domain.evidence import Log, Network
from domain.figures import figures
from domain.measures import Exchange, Newcomer, Node, Showing, nodes_of
from domain.model import ActKind, CommunityId
from domain.network import network_of
from domain.periods import Quarter, Window, weeks_until
from storage import participation
from storage.engine import Database
from storage.tables import (
    firm_months,
    first_ties,
    followups,
    legs,
    manager_actions,
    members,
    rounds,
    showings,
)
from tests.participation import Size, fill
from tests.storage.by_hand import DAY, HERE, HOUR, NOW, TICK, WEEKS, WINDOW, ZONE, Hand, ago
from tests.storage.obvious import Obvious


@pytest.fixture
def hand(db: Database) -> Hand:
    return Hand(db)


# By hand


async def test_exchanges_with_who_gave_and_when_each_began(hand: Hand) -> None:
    one, two, three = hand.people("crafts", "design", "film")
    a_round = hand.a_round(20)
    hand.review(a_round, 15, one, two)
    hand.session(two, three, agreed=12, starts=9, reported=8, confirmed=7)
    hand.session(two, one, agreed=6, confirmed=5)  # without a time
    hand.session(one, three, agreed=6, starts=2, confirmed=4)  # met before the time that was agreed
    hand.helped(three, one, 3, wrote=4)
    await hand.write()
    log = await hand.log()
    assert sorted(log.exchanges, key=lambda some: some.at) == [
        Exchange(ActKind.REVIEW_EXCHANGED, one.firm, two.firm, ago(19), ago(15)),
        Exchange(ActKind.SESSION_EXCHANGED, two.firm, three.firm, ago(9), ago(7)),
        Exchange(ActKind.SESSION_EXCHANGED, two.firm, one.firm, ago(6), ago(5)),
        Exchange(ActKind.SESSION_EXCHANGED, one.firm, three.firm, ago(6), ago(4)),
        Exchange(ActKind.HELPED, three.firm, one.firm, ago(4), ago(3)),
    ]
    assert log.first == {
        (one.firm, two.firm): ago(15),
        (two.firm, three.firm): ago(7),
        (one.firm, three.firm): ago(4),
    }
    async with hand.db.read() as tx:
        network = await participation.network_at(tx, HERE, WINDOW)
    assert network.ties == {(one.firm, two.firm): 2, (two.firm, three.firm): 1, (one.firm, three.firm): 2}


async def test_who_took_part_did_something_or_was_the_other_side_of_an_exchange(hand: Hand) -> None:
    one, two, three, four, five = hand.people("crafts", "crafts", "crafts", "crafts", "crafts")
    a_round = hand.a_round(20)
    hand.act(ActKind.ROUND_IN, 10, one, round_id=a_round)
    hand.act(ActKind.REVIEW_GIVEN, 9, one, two, round_id=a_round)  # two has not acknowledged it
    hand.act(ActKind.PAIRED, 9, four, five, round_id=a_round)
    hand.review(a_round, 2, three, four)
    hand.act(ActKind.OFFERED, 100, five)
    await hand.write()
    log = await hand.log()
    assert log.active == {one.firm, three.firm, four.firm}
    assert log.active_before == {five.firm}
    assert sorted(log.by_week) == [(11, five.firm), (24, one.firm), (25, three.firm), (25, four.firm)]
    async with hand.db.read() as tx:
        assert await participation.anything(tx, HERE, WINDOW)
        assert await participation.anything(tx, HERE, Window(ago(100), ago(100) + TICK))
        assert not await participation.anything(tx, HERE, Window(ago(99), ago(10)))


async def test_boundaries_to_the_microsecond(hand: Hand) -> None:
    one, two = hand.people("crafts", "design")
    a_round = hand.a_round(100)
    for at in (WINDOW.start - TICK, WINDOW.start, WINDOW.end - TICK, WINDOW.end):
        hand.act(ActKind.REVIEW_EXCHANGED, at, one, two, round_id=a_round)
        hand.add(manager_actions, at=at, what="x", required=True)
        hand.add(manager_actions, at=at, what="x", required=False)
        hand.add(showings, member_id=one.id, state="open", source="form", shown_at=at)
    await hand.write()
    log = await hand.log()
    assert sorted(some.at for some in log.exchanges) == [WINDOW.start - TICK, WINDOW.start, WINDOW.end - TICK]
    assert log.required == [WINDOW.start, WINDOW.end - TICK]
    assert sorted(some.shown for some in log.showings) == [WINDOW.start, WINDOW.end - TICK]
    assert log.first == {(one.firm, two.firm): WINDOW.start - TICK}
    assert log.active_before == log.active == {one.firm, two.firm}
    weeks = {week for week, _ in log.by_week}
    assert weeks == {13, 25}
    async with hand.db.read() as tx:
        tick = (await participation.network_at(tx, HERE, Window(WINDOW.end - TICK, WINDOW.end))).ties
        months = await participation.months_of_ties(tx, HERE, (WINDOW.start, WINDOW.end - TICK, WINDOW.end))
    assert tick == {(one.firm, two.firm): 1}
    assert months == [{(one.firm, two.firm): 1}, {(one.firm, two.firm): 1}]


async def test_minutes_confirmed_corrected_taken_back_and_unconfirmed(hand: Hand) -> None:
    one, two = hand.people("crafts", "design")
    hand.session(one, two, agreed=50, reported=41, confirmed=40)
    hand.session(one, two, agreed=50, reported=41, confirmed=40, minutes=90, corrected=(35, -30))
    hand.session(two, one, agreed=50, reported=41, confirmed=40, minutes=75, corrected=(35, -75))
    hand.session(two, one, agreed=50, reported=30, minutes=45)
    hand.session(two, one, agreed=50, reported=30, minutes=30, never_was=28)
    await hand.write()
    log = await hand.log()
    assert sorted(log.sessions) == [(45, False), (120, True)]
    assert len(log.exchanges) == 2  # the third, both say, did not happen
    async with hand.db.read() as tx:
        facts = await participation.facts_of(tx, HERE, WINDOW)
        done = await participation.activity(tx, HERE, WINDOW)
    assert facts.quarter_hours == {one.firm: 8}
    assert (done.sessions, done.attendances) == (2, 4)
    # As it was 32 days ago, and before the corrections: nobody had taken anything back.
    then = await hand.log(Window(ago(60), ago(36)))
    assert sorted(then.sessions) == [(0, False), (225, True)]
    assert len(then.exchanges) == 3
    waiting = await hand.log(Window(ago(60), ago(29)))
    assert (75, False) in waiting.sessions
    before_confirmed = await hand.log(Window(ago(60), ago(40)))
    assert sorted(before_confirmed.sessions) == [(0, True), (225, False)]
    # More taken back in a window than given in it is nothing.
    assert (await hand.log(Window(ago(36), ago(34)))).sessions[0] == (0, True)


async def test_showings_and_what_was_taken_back(hand: Hand) -> None:
    (one,) = hand.people("crafts")
    hand.showing(one, 10, answered=9)
    hand.showing(one, 20)
    hand.showing(one, 30, "withdrawn")
    hand.showing(one, 35, "withdrawn", ended=33)
    hand.showing(one, 40, "gone", answered=39, ended=38)
    hand.showing(one, 5, "posting")
    hand.showing(one, 91, answered=89)
    await hand.write()
    assert sorted((await hand.log()).showings, key=lambda some: some.shown) == [
        Showing(ago(40), ago(39)),
        Showing(ago(35), None, withdrawn=ago(33)),
        Showing(ago(30), None, withdrawn=ago(30)),
        Showing(ago(20), None),
        Showing(ago(10), ago(9)),
    ]


async def test_newcomers_are_active_if_they_took_part_in_days_31_to_90(hand: Hand) -> None:
    old, *new = hand.people("crafts", *["design"] * 3, ago=200)
    first, last, other_side = new
    (late,) = hand.people("film", ago=90)
    (latest_told,) = hand.people("film", ago=90 + 1e-3)
    (left,) = hand.people("film", ago=390)
    (too_early,) = hand.people("film", ago=390.001)
    left.left, left.state = ago(350), "erased"
    a_round = hand.a_round(165)
    hand.act(ActKind.SHOWN, ago(170) - TICK, first)  # in the 30th day
    hand.act(ActKind.SHOWN, ago(170), last)
    hand.act(ActKind.SHOWN, ago(110), first)  # in the 91st
    hand.act(ActKind.PAIRED, 160, first, old, round_id=a_round)
    hand.review(a_round, 160, old, other_side)
    hand.act(ActKind.SHOWN, 360, left)
    hand.act(ActKind.SHOWN, 10, late)
    await hand.write()
    found = (await hand.log()).newcomers
    assert sorted(found, key=lambda one: (one.joined, one.active)) == [
        Newcomer(ago(390), True),
        Newcomer(ago(200), False),
        Newcomer(ago(200), True),
        Newcomer(ago(200), True),
        Newcomer(ago(200), True),
        Newcomer(latest_told.joined, False),
    ]
    assert too_early.joined < ago(390)


async def test_firms_since_until_and_size(hand: Hand) -> None:
    stays, goes, alone, erased = hand.people("crafts", "design", "film", "games")
    colleague = hand.cast.join(ago(50), stays.firm)
    gone = hand.cast.join(ago(100), stays.firm)
    gone.left, gone.state = ago(20), "left"
    erased.left, erased.state = ago(30), "erased"
    first_firm = goes.firm
    hand.act(ActKind.OFFERED, 120, goes)
    goes.firm = hand.cast.firm(ago(110), "design")
    hand.act(ActKind.OFFERED, 60, goes)
    nobodys = hand.cast.firm(ago(3))
    await hand.write()
    log = await hand.log()
    assert log.nodes == [
        Node(stays.firm, "crafts", 2, ago(300)),
        Node(first_firm, "design", 1, ago(300), until=ago(120)),
        Node(alone.firm, "film", 1, ago(300)),
        Node(erased.firm, "games", 1, ago(300), until=ago(30)),
        Node(goes.firm, "design", 1, ago(110)),
    ]
    assert [node.firm for node in nodes_of(log.nodes, WINDOW)] == [stays.firm, alone.firm, erased.firm, goes.firm]
    assert (await hand.log(Window(ago(90), ago(25)))).nodes[0].size == 3
    assert (await hand.log(Window(ago(120), ago(70)))).nodes[0].size == 2
    assert colleague.firm == stays.firm
    async with hand.db.read() as tx:
        names = await participation.firm_names(tx, HERE)
    assert names[nobodys] == "Firm 5"
    assert len(names) == 6


async def test_a_firm_is_there_for_what_is_confirmed_after_its_last_one_left(hand: Hand) -> None:
    one, two = hand.people("crafts", "design")
    one.left, one.state = ago(100), "left"
    hand.review(hand.a_round(110), 80, one, two)
    await hand.write()
    log = await hand.log()
    assert log.nodes[0].until == ago(80)
    assert figures(log, WINDOW).ties == 1
    async with hand.db.read() as tx:
        assert len((await participation.network_at(tx, HERE, WINDOW)).nodes) == 2


async def test_colleagues_take_part_and_have_no_tie(hand: Hand) -> None:
    (one,) = hand.people("crafts")
    hand.review(hand.a_round(10), 5, one, hand.cast.join(ago(200), one.firm))
    await hand.write()
    log = await hand.log()
    assert (log.active, log.first, len(log.exchanges)) == ({one.firm}, {}, 1)
    async with hand.db.read() as tx:
        assert (await participation.network_at(tx, HERE, WINDOW)).ties == {}
        assert [firm for firm, _ in await participation.firms_alone(tx, HERE, NOW)] == [one.firm]


async def test_activity_and_what_it_led_to(hand: Hand) -> None:
    one, two, three = hand.people("crafts", "design", "film")
    old, a_round, running = hand.a_round(100), hand.a_round(20), hand.a_round(3)
    pairing = hand.review(a_round, 17, one, two)
    hand.review(a_round, 16, two, one, pairing)  # the same two: one session
    hand.review(a_round, 16, two, three, pairing)  # a trio
    across = hand.review(old, 90.5, one, three)
    hand.review(old, 89, three, one, across)  # they met in the period before
    hand.session(one, two, agreed=10, confirmed=9)
    hand.act(ActKind.SHOWN, 3, three)
    hand.showing(three, 3)
    hand.showing(three, 4, "posting")
    for at, (asked, answered, led) in enumerate(
        [(80, 79, True), (80, 79, False), (80, None, None), (80, 80, None), (91, 80, True), (None, None, None)]
    ):
        who, other = (one, two, three)[at // 2], (one, two, three)[(at // 2 + 1 + at % 2) % 3]
        moments = {"asked_at": asked and ago(asked), "answered_at": answered and ago(answered)}
        hand.add(followups, member_id=who.id, other_member_id=other.id, due_at=ago(80), led_on=led, **moments)
    hand.rows.waiting[followups] = hand.rows.waiting[followups][-6:]  # but for those of the exchanges above
    await hand.write()
    async with hand.db.read() as tx:
        assert await participation.activity(tx, HERE, WINDOW) == Activity(
            rounds=1, sessions=2, attendances=5, participants=3, showings=1
        )
        # Let be is not asked; nor is what was asked before.
        assert await participation.led_on(tx, HERE, WINDOW) == LedOn(asked=3, answered=2, yes=1)
    assert running


async def test_wants_that_nobody_serves(hand: Hand) -> None:
    one, two, three = hand.people("crafts", "design", "film")
    paused, gone = hand.people("film", "film")
    gone.left, gone.state = ago(1), "left"
    often, longest, own, offered, fresh, served, away, theirs = hand.cast.skills[:8]
    hand.listing("want", one, often, 20)
    hand.listing("want", two, often, 15)
    hand.listing("want", three, longest, 40)
    hand.listing("want", one, own, 30)
    hand.listing("offer", one, own, 30)  # nobody shows something to themself
    hand.listing("offer", gone, own, 30)  # and nobody who has gone does
    hand.listing("offer", two, own, 30, state="removed")
    hand.listing("want", one, offered, 50)
    hand.listing("offer", paused, offered, 1)
    hand.listing("want", one, fresh, UNSERVED / DAY)
    want = hand.listing("want", two, served, 50)
    hand.listing("want", paused, away, 50)
    hand.listing("want", gone, theirs, 50)
    hand.session(three, two, agreed=5)
    hand.rows.waiting[legs][-1] |= {"want_id": want, "state": "agreed"}
    await hand.write()
    async with hand.db.write() as tx:
        await tx.execute(sa.update(members).where(members.c.id == paused.id).values(paused_until=NOW + DAY))
    async with hand.db.read() as tx:
        found = await participation.unserved_wants(tx, HERE, NOW)
        later = await participation.unserved_wants(tx, HERE, NOW + TICK)
    assert found == [(often, "Skill 0"), (longest, "Skill 1"), (own, "Skill 2")]
    assert later == [*found, (fresh, "Skill 4")]


async def test_firms_alone(hand: Hand) -> None:
    one, two, tied, folded = hand.people("crafts", "design", "film", "film")
    other, other_folded, gone = hand.people("games", "games", "games")
    gone.left, gone.state = ago(5), "left"
    (young,) = hand.people("film", ago=ALONE / DAY)
    one.firm = hand.cast.firm(ago(100))  # joined before its firm was there
    hand.review(hand.a_round(110), 105, tied, other)
    hand.session(two, tied, agreed=50, confirmed=40, corrected=(38, -60))  # which did not happen
    a, b = sorted((folded.firm, other_folded.firm))
    await hand.write()
    async with hand.db.write() as tx:
        await tx.execute(sa.insert(first_ties).values(community_id=HERE, firm_id=a, other_firm_id=b, at=ago(700)))
    async with hand.db.read() as tx:
        found = await participation.firms_alone(tx, HERE, NOW)
        later = await participation.firms_alone(tx, HERE, NOW + TICK)
    assert [firm for firm, _ in found] == [two.firm, one.firm]
    assert [firm for firm, _ in later] == [two.firm, one.firm, young.firm]


async def test_what_is_folded_keeps_first_exchanges_months_and_firms(hand: Hand) -> None:
    one, two, moved = hand.people("crafts", "design", "film", ago=800)
    left = moved.firm
    moved.firm = hand.cast.firm(ago(700))
    hand.review(hand.a_round(20), 10, two, one)
    await hand.write()
    async with hand.db.write() as tx:
        pair = {"community_id": HERE, "firm_id": one.firm, "other_firm_id": two.firm}
        await tx.execute(sa.insert(first_ties).values(**pair, at=ago(500)))
        for month, kind, firm, other in (
            (date(2025, 8, 1), ActKind.REVIEW_EXCHANGED, two.firm, one.firm),
            (date(2025, 8, 1), ActKind.HELPED, one.firm, two.firm),
            (date(2025, 8, 1), ActKind.REVIEW_GIVEN, one.firm, two.firm),
            (date(2025, 9, 1), ActKind.REVIEW_EXCHANGED, one.firm, two.firm),
            (date(2025, 8, 1), ActKind.OFFERED, left, None),
        ):
            values = {**pair, "firm_id": firm, "other_firm_id": other, "month": month, "kind": kind}
            await tx.execute(sa.insert(firm_months).values(**values, acts=3))
        await tx.execute(
            sa.delete(sa.table("acts")).where(sa.column("at") < sa.literal(ago(365), rounds.c.opens_at.type))
        )
    log = await hand.log()
    pair_of = (one.firm, two.firm)
    assert log.first == {pair_of: ago(500)}
    assert [node.until for node in log.nodes if node.firm == left] == [datetime(2025, 8, 1, tzinfo=UTC)]
    midnights = [datetime(2025, month, 1, tzinfo=UTC) - 2 * HOUR for month in (7, 8, 9)]
    async with hand.db.read() as tx:
        months = await participation.months_of_ties(tx, HERE, [*midnights, NOW])
    assert months == [{}, {pair_of: 6}, {pair_of: 4}]


async def test_nothing_and_nobody(db: Database) -> None:
    hand = Hand(db)
    await hand.write()
    log = await hand.log()
    assert replace(log, first={}) == Log(
        WEEKS, [], by_week=[], exchanges=[], showings=[], sessions=[(0, True), (0, False)], newcomers=[], required=[]
    )
    async with db.read() as tx:
        assert (await participation.facts_of(tx, HERE, WINDOW)).network == Network((), {})
        assert await participation.activity(tx, HERE, WINDOW) == Activity(0, 0, 0, 0, 0)
        assert await participation.led_on(tx, HERE, WINDOW) == LedOn(0, 0, 0)
        assert await participation.months_of_ties(tx, HERE, WEEKS) == [{}] * 26
        assert not await participation.anything(tx, HERE, WINDOW)
        assert await participation.firm_names(tx, HERE) == {}
        assert await participation.unserved_wants(tx, HERE, NOW) == await participation.firms_alone(tx, HERE, NOW) == []


# The slow way


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_year_of_two_communities_is_read_as_it_is_the_slow_way(db: Database, seed: int) -> None:
    both = await fill(db, Size(9, 5, 1500), Size(6, 6, 900), until=NOW, seed=seed)
    quarter = Quarter(2026, 3).window(ZONE)
    moments = [NOW - days * DAY for days in (365, 200, 100, 10, 0)]
    async with db.read() as tx:
        for community in both:
            slow = await Obvious.read(tx, community)
            for window, weeks in ((WINDOW, WEEKS), (quarter, weeks_until(quarter.end, ZONE, 13))):
                await _same(tx, slow, community, window, weeks)
            months = await participation.months_of_ties(tx, community, moments)
            assert months == [slow.ties(Window(*two), NOW) for two in pairwise(moments)]


async def _same(tx: Any, slow: Obvious, community: CommunityId, window: Window, weeks: tuple[datetime, ...]) -> None:
    log = await participation.log_of(tx, community, window, weeks)
    since = min(window.start, weeks[0])

    def in_order(some: Any) -> list[Any]:
        return sorted(some, key=repr)

    ordered = replace(
        log,
        by_week=in_order(log.by_week),
        exchanges=in_order(log.exchanges),
        showings=in_order(log.showings),
        newcomers=in_order(log.newcomers),
        required=(),
    )
    assert ordered == Log(
        weeks,
        slow.nodes(window),
        frozenset(slow.active(window)),
        frozenset(slow.active(window.before)),
        in_order(slow.by_week(weeks)),
        in_order(slow.exchanges(Window(since, window.end))),
        slow.first(window),
        in_order(slow.showings(window)),
        [(slow.minutes(window).total(), True), (slow.unconfirmed(window), False)],
        in_order(slow.newcomers(window.end)),
    )
    assert log.exchanges
    assert len(figures(log, window).ties_by_week) == len(weeks) - 1
    facts = await participation.facts_of(tx, community, window)
    assert facts.nodes == nodes_of(slow.nodes(window), window)
    assert facts.active == slow.active(window)
    assert facts.network == network_of(facts.nodes, slow.exchanges(window), window)
    assert facts.network.ties == slow.ties(window)
    assert facts.quarter_hours == {firm: given // 15 for firm, given in slow.minutes(window).items() if given}
    done = await participation.activity(tx, community, window)
    assert (done.sessions, done.attendances) == slow.sessions(window)
    assert (done.rounds, done.participants) == (slow.closed(window), len(slow.people(window)))
    assert done.showings == len(slow.showings(window))
    led = await participation.led_on(tx, community, window)
    assert (led.asked, led.answered, led.yes) == slow.led_on(window)
