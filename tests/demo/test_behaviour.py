"""How people behave: never at an hour at which nobody is up, never after it is over, and the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.demo import behaviour
from bot.demo.behaviour import EVENING, MARKS, TEMPERS, Answer, Way, chance, moment
from bot.demo.people import load
from bot.demo.world import ZONE

CLUSTER = load()
WORKS = CLUSTER.works["Nachtlicht Film"]
seeds = st.integers(0, 2**31)
moments = st.integers(0, 350 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, st.floats(3, 150), st.floats(0.5, 80), seeds)
def test_people_get_to_it_between_now_and_the_end(after: datetime, lasts: float, hours: float, seed: int) -> None:
    before = after + timedelta(hours=lasts)
    at = moment(after, before, hours, ZONE, chance(seed))
    assert after <= at < before


@given(moments, st.floats(0.5, 60), seeds)
def test_nobody_is_at_it_at_night(after: datetime, hours: float, seed: int) -> None:
    after = after.astimezone(ZONE).replace(hour=12).astimezone(UTC)
    at = moment(after, after + timedelta(days=6, hours=20), hours, ZONE, chance(seed)).astimezone(ZONE)
    assert 7 <= at.hour < 24
    assert at.time() <= EVENING


def test_chance_is_the_same_for_the_same_question_only() -> None:
    assert chance(1, "Ilse", "round", 3).random() == chance(1, "Ilse", "round", 3).random()
    drawn = {chance(seed, name, n).random() for seed in (1, 2) for name in ("Ilse", "Joost") for n in (1, 2)}
    assert len(drawn) == 8


def test_tempers_are_shares() -> None:
    for temper in TEMPERS.values():
        shares = (temper.comes, temper.skips, temper.reviews, temper.live, temper.excuses, temper.heeds, temper.taps)
        assert all(0 <= one <= 1 for one in shares)
        assert temper.hours > 0


def test_who_always_comes_comes_and_who_never_does_is_silent() -> None:
    always = replace(TEMPERS["eager"], comes=1.0, skips=0.0, reviews=1.0, live=0.0)
    never = replace(TEMPERS["ghost"], comes=0.0, skips=0.0, reviews=0.0, excuses=0.0)
    for number in range(200):
        assert behaviour.answer(always, chance(number)) is Answer.IN
        assert behaviour.answer(never, chance(number)) is Answer.SILENT
        assert behaviour.way(always, chance(number), starter=True) is Way.WRITE
        assert behaviour.way(never, chance(number), starter=True) is Way.NOTHING


def test_some_skip_some_are_late_some_ghost_and_some_excuse_themselves() -> None:
    answers = {behaviour.answer(temper, chance(n)) for temper in TEMPERS.values() for n in range(100)}
    ways = {behaviour.way(temper, chance(n), starter=n % 2 == 0) for temper in TEMPERS.values() for n in range(100)}
    assert answers == set(Answer)
    assert ways == set(Way)


def test_only_the_starter_says_that_they_sat_down_together() -> None:
    together = replace(TEMPERS["eager"], reviews=1.0, live=1.0)
    assert behaviour.way(together, chance(1), starter=True) is Way.LIVE
    assert behaviour.way(together, chance(1), starter=False) is Way.WRITE


@given(seeds)
def test_taps_are_one_or_two_in_the_order_of_the_buttons(seed: int) -> None:
    chosen = behaviour.marks(chance(seed))
    assert 1 <= len(chosen) <= 2
    assert list(chosen) == [one for one in MARKS if one in chosen]


def test_works_come_in_turn_and_then_again_in_another_state() -> None:
    brought = [behaviour.brief(WORKS, turn, chance(turn)) for turn in range(2 * len(WORKS))]
    assert [one.work for one in brought[: len(WORKS)]] == [one.brief.work for one in WORKS]
    for first, again in zip(brought, brought[len(WORKS) :], strict=False):
        assert again.decision == first.decision
        assert again.work.endswith(first.work)
        assert again.work != first.work


@given(seeds, st.booleans())
def test_a_review_is_about_the_work_and_suggests_only_where_it_may(seed: int, wants: bool) -> None:
    reviewer = CLUSTER.people[0]
    said = behaviour.review(CLUSTER, reviewer, WORKS[0], wants_suggestions=wants, luck=chance(seed))
    assert said.spot in {WORKS[0].review.spot, *(one.spot for one in CLUSTER.reviews["en"])}
    assert bool(said.suggestion) == wants
    unknown = behaviour.review(CLUSTER, reviewer, None, wants_suggestions=wants, luck=chance(seed))
    assert unknown.spot in {one.spot for one in CLUSTER.reviews["en"]}


def test_what_is_written_in_dutch_is_reviewed_in_dutch() -> None:
    dutch = CLUSTER.works["Houtwerk Noord"][0]
    heard = {
        behaviour.review(CLUSTER, CLUSTER.people[0], dutch, wants_suggestions=True, luck=chance(n)).spot
        for n in range(60)
    }
    assert heard == {dutch.review.spot, *(one.spot for one in CLUSTER.reviews["nl"])} & heard
    assert len(heard) > 1
