"""Who may be proposed what, when, and what is never proposed again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from domain import proposals as rule
from domain.calendar import MemberCadence
from domain.ledger import START
from domain.model import (
    Answer,
    Avoided,
    CommunityId,
    Firm,
    FirmId,
    ListingId,
    ListingKind,
    Member,
    MemberId,
    MemberState,
    Notices,
    SkillId,
    UserId,
)
from domain.proposals import Posted, Seeker, Situation
from domain.swaps import Leg, find

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HERE = CommunityId(1)


def member(key: int, firm: int | None = None, **more: object) -> Member:
    made = Member(
        id=MemberId(key),
        community=HERE,
        user=UserId(key),
        firm=Firm(FirmId(firm or key), HERE, f"Firm {firm or key}", "crafts"),
        practice="",
        state=MemberState.ACTIVE,
        cadence=MemberCadence.WEEKLY,
        paused_until=None,
        on_call=False,
        notices=Notices.THREAD,
        language="en",
        misses=0,
        joined_at=NOW,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def posted(*rows: tuple[int, ListingKind, int]) -> tuple[Posted, ...]:
    return tuple(
        Posted(ListingId(at), MemberId(who), kind, SkillId(skill), NOW, sought=False)
        for at, (who, kind, skill) in enumerate(rows, start=1)
    )


OFFER, WANT = ListingKind.OFFER, ListingKind.WANT
TWO = posted((1, OFFER, 10), (1, WANT, 20), (2, OFFER, 20), (2, WANT, 10))
SWAP = (Leg(1, 2, 10), Leg(2, 1, 20))


def situation(*people: Member, **more: object) -> Situation:
    made = Situation(
        members={one.id: one for one in people or (member(1), member(2))},
        posted=TWO,
        served=frozenset(),
        teaching={},
        turns={},
        proposed={},
        deciding=frozenset(),
        refused=frozenset(),
        avoided=(),
        balances={},
    )
    return replace(made, **more)  # type: ignore[arg-type]


# When


@given(
    minutes=st.integers(0, 5 * 366 * 24 * 60),
    zone=st.sampled_from(["Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC"]),
)
def test_a_sweep_is_on_wednesday_at_ten_by_the_clocks_of_the_place(minutes: int, zone: str) -> None:
    after = NOW + timedelta(minutes=minutes)
    moment = rule.next_sweep(zone, after)
    local = moment.astimezone(ZoneInfo(zone))
    assert (local.weekday(), local.hour, local.minute, local.second) == (2, 10, 0, 0)
    assert after < moment <= after + timedelta(days=7, hours=1)  # the week in which the clock goes back
    assert rule.last_sweep(zone, moment) == moment
    assert rule.last_sweep(zone, moment - timedelta(seconds=1)) < moment - timedelta(days=6)
    assert rule.next_sweep(zone, moment) - moment in {timedelta(days=7, hours=shift) for shift in (-1, 0, 1)}


@given(st.lists(st.integers(0, 40 * 24), max_size=12))
def test_whoever_waits_until_they_are_free_is_asked_twice_a_week_at_most(wished: list[int]) -> None:
    asked: list[datetime] = []
    for moment in sorted(NOW + timedelta(hours=hours) for hours in wished):
        free = rule.free_from(asked)
        if free is None or free <= moment:
            asked.append(moment)
    for first in asked:
        assert sum(first <= one < first + rule.WITHIN for one in asked) <= rule.AT_MOST


NONE, SILENT, DECLINED = Answer.NONE, Answer.SILENT, Answer.DECLINED


@pytest.mark.parametrize(
    ("answers", "now"),
    [
        ((), False),
        ((SILENT,), False),
        ((SILENT, SILENT), True),
        ((SILENT, NONE, SILENT), True),  # what somebody else ended says nothing of them
        ((SILENT, Answer.LEFT, SILENT), False),  # they took something off, or went on pause: a word, too
        ((SILENT, Answer.ACCEPTED, SILENT, SILENT), False),
        ((SILENT, SILENT, SILENT), False),  # they came back after two
        ((SILENT, SILENT, SILENT, SILENT, DECLINED), True),
        ((DECLINED, SILENT, SILENT), False),
    ],
)
def test_the_second_silence_in_a_row_is_enough(answers: tuple[Answer, ...], now: bool) -> None:
    assert rule.left_in_peace(answers) is now


def test_nobody_waits_longer_than_they_must() -> None:
    assert rule.free_from([]) is None
    assert rule.free_from([NOW]) is None
    assert rule.free_from([NOW, NOW + DAY]) == NOW + 7 * DAY
    assert rule.free_from([NOW + 9 * DAY, NOW, NOW + DAY]) == NOW + 8 * DAY


def test_a_search_makes_sense_from_when_nothing_is_in_its_way() -> None:
    plain = Seeker(HERE, NOW, None, None, ())
    assert plain.free_at == NOW
    assert replace(plain, paused_until=NOW + DAY).free_at == NOW + DAY
    assert replace(plain, paused_until=NOW - DAY).free_at == NOW
    assert replace(plain, proposed=(NOW - DAY, NOW)).free_at == NOW + 6 * DAY
    assert replace(plain, not_before=NOW + DAY, proposed=(NOW,)).free_at == NOW + DAY


# Who


@pytest.mark.parametrize(
    "here",
    [
        situation(member(1, state=MemberState.LEFT), member(2)),
        situation(member(1, paused_until=NOW + DAY), member(2)),
        situation(member(2)),
        situation(deciding=frozenset({MemberId(1)})),
        situation(proposed={MemberId(1): (NOW - DAY, NOW - 2 * DAY)}),
    ],
)
def test_who_may_not_be_asked_now_trades_nothing(here: Situation) -> None:
    assert not rule.may_be_asked(here, MemberId(1), NOW)
    assert [one.id for one in rule.traders(here, NOW, NOW)] == [2]
    assert {one.member for one in rule.seeking(here, NOW)} == {2}
    assert rule.made_of(here, SWAP, NOW) is None


def test_what_everybody_trades() -> None:
    here = situation(
        member(1, firm=7),
        member(2, firm=8),
        member(3, firm=8),
        avoided=(Avoided(MemberId(1), other_firm=FirmId(8)), Avoided(MemberId(2), other_member=MemberId(9))),
        teaching={MemberId(1): rule.TEACHES_AT_MOST},
        turns={MemberId(2): 4},
        balances={FirmId(8): -30},
    )
    first, second = rule.traders(here, NOW, NOW)
    assert (first.offers, [one.skill for one in first.wants], first.balance, first.teaches) == (
        {10},
        [20],
        START,
        False,
    )
    assert first.avoid == {2}  # a firm's people who trade
    assert (second.avoid, second.balance, second.teaches, second.turns) == ({9}, -30, True, 4)
    assert find(rule.traders(here, NOW, NOW)).swaps == ()


def test_who_offers_what_somebody_wants_does_not_pay_before_a_sweep_has_found_no_swap() -> None:
    since = min(one.since for one in situation().posted)
    before, after = (rule.traders(situation(), NOW, since + step) for step in (-DAY, timedelta(0)))
    assert [one.balance for one in before] == [None, None]
    assert [one.balance for one in after] == [START, START]
    nobody_wants_theirs = situation(posted=tuple(one for one in TWO if one.skill == 20))
    assert [one.balance for one in rule.traders(nobody_wants_theirs, NOW, since - DAY)] == [START, None]


def test_a_want_that_is_being_served_is_nothing_to_trade() -> None:
    here = situation(served=frozenset({ListingId(4)}))
    assert [one.wants for one in rule.traders(here, NOW, NOW)][1] == ()
    assert rule.made_of(here, SWAP, NOW) is None
    assert rule.made_of(here, SWAP[1:], NOW)


# What


def test_a_swap_is_made_of_the_offers_and_wants_behind_its_legs() -> None:
    made = rule.made_of(situation(), SWAP, NOW)
    assert made is not None
    assert [(one.teacher, one.learner, one.skill) for one in made] == [(1, 2, 10), (2, 1, 20)]
    assert [(one.offer, one.want) for one in made] == [(1, 4), (3, 2)]


@pytest.mark.parametrize(
    "changed",
    [
        {"posted": TWO[1:]},
        {"posted": TWO[:3]},
        {"teaching": {MemberId(2): rule.TEACHES_AT_MOST}},
        {"avoided": (Avoided(MemberId(2), other_member=MemberId(1)),)},
        {"avoided": (Avoided(MemberId(1), other_firm=FirmId(2)),)},
        {"refused": frozenset({(MemberId(1), frozenset(SWAP))})},
    ],
)
def test_what_changed_meanwhile_is_not_proposed(changed: dict[str, object]) -> None:
    assert rule.made_of(situation(**changed), SWAP, NOW) is None


def test_in_a_ring_of_four_nobody_avoids_who_sits_opposite() -> None:
    ring = (Leg(1, 2, 10), Leg(2, 3, 20), Leg(3, 4, 30), Leg(4, 1, 40))
    people = [member(key) for key in (1, 2, 3, 4)]
    here = situation(*people, avoided=(Avoided(MemberId(3), other_member=MemberId(1)),))
    assert rule.avoid_each_other(here, ring)
    assert not rule.avoid_each_other(situation(*people), ring)


def test_who_said_no_is_asked_neither_the_same_again_nor_half_of_it() -> None:
    refused = frozenset(rule.refusals(MemberId(1), SWAP))
    here = situation(refused=refused)
    for asked in (SWAP, SWAP[:1], SWAP[1:]):
        assert rule.made_of(here, asked, NOW) is None
    found = find(rule.traders(here, NOW, NOW), declined=refused)
    assert found.swaps == ()
    half = situation(refused=frozenset(rule.refusals(MemberId(1), SWAP[:1])))
    assert rule.made_of(half, SWAP, NOW) is not None  # a whole of which they saw a half is something else


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """A few people in fewer firms, who list much, avoid people and firms (their own, too), and refused things."""
    people = [member(key, firm=draw(st.integers(1, 3))) for key in range(1, 6)]
    key = st.integers(1, 5)
    rows = draw(st.sets(st.tuples(key, st.sampled_from([OFFER, WANT]), st.integers(1, 3)), min_size=8, max_size=20))
    persons = st.builds(lambda a, b: Avoided(MemberId(a), other_member=MemberId(b)), key, key)
    firms = st.builds(lambda a, b: Avoided(MemberId(a), other_firm=FirmId(b)), key, st.integers(1, 3))
    legs = st.builds(Leg, key, key, st.integers(1, 3))
    said_no = st.builds(lambda a, part: rule.refusals(MemberId(a), part), key, st.sets(legs, min_size=1, max_size=2))
    return situation(
        *people,
        posted=posted(*sorted(rows)),
        avoided=tuple(draw(st.lists(st.one_of(persons, firms), max_size=3))),
        refused=frozenset().union(*draw(st.lists(said_no, max_size=6))),
        teaching={MemberId(one): rule.TEACHES_AT_MOST for one in draw(st.sets(key, max_size=1))},
        deciding=frozenset(MemberId(one) for one in draw(st.sets(key, max_size=1))),
    )


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # shrinking takes long
@given(situations())
def test_whatever_is_found_may_be_proposed(here: Situation) -> None:
    """Else it would be found again, and thrown away again, for ever."""
    found = find(rule.traders(here, NOW, NOW), declined=here.refused, in_one_room=True)
    for ring in found.swaps:
        assert rule.made_of(here, ring, NOW) is not None


@given(st.permutations([1, 2, 3]))
def test_somebodys_part_of_a_ring_is_what_they_show_and_are_shown(order: list[int]) -> None:
    a, b, c = order
    ring = (Leg(a, b, 10), Leg(b, c, 20), Leg(c, a, 30))
    assert rule.part_of(b, ring) == {ring[0], ring[1]}
    assert rule.people_of(ring) == {1, 2, 3}
