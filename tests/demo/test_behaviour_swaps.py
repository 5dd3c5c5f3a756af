"""How people swap skills: shares are shares, times can be typed, and nobody wants what they can do already."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.behaviour import chance, swaps
from bot.demo.behaviour.swaps import TRADERS, Fate, Turn, Yes
from bot.demo.people import load
from bot.demo.world import ZONE
from domain.sessions import LONGEST, QUARTER, moment_typed

CLUSTER = load()
seeds = st.integers(0, 2**31)
moments = st.integers(0, 350 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_traders_are_shares() -> None:
    for one in TRADERS.values():
        assert one.accepts + one.declines <= 1
        assert all(0 <= share <= 1 for share in (one.accepts, one.declines, one.names, one.reports, one.confirms))
        assert 0 <= one.keeps <= 1
        assert one.wants_every > 0


def test_some_say_yes_some_no_and_some_nothing() -> None:
    drawn = [swaps.says(TRADERS["busy"], chance(number)) for number in range(2000)]
    assert set(drawn) == set(Yes)
    assert drawn.count(Yes.IN) / len(drawn) == pytest.approx(TRADERS["busy"].accepts, abs=0.04)
    assert drawn.count(Yes.NO) / len(drawn) == pytest.approx(TRADERS["busy"].declines, abs=0.04)


def test_most_sessions_are_held_and_most_disputes_end_between_the_two() -> None:
    fates = [swaps.fate(chance(number)) for number in range(2000)]
    turns = [swaps.turn(chance(number)) for number in range(2000)]
    assert set(fates) == set(Fate)
    assert set(turns) == set(Turn)
    assert fates.count(Fate.HELD) > 0.85 * len(fates)
    assert turns.count(Turn.AGREE) > 0.6 * len(turns)


@given(moments, st.sampled_from(["en", "nl"]), seeds)
def test_the_time_somebody_types_is_the_one_they_mean(now: datetime, language: str, seed: int) -> None:
    luck = chance(seed)
    at = swaps.session_at(now, ZONE, luck)
    assert at > now
    assert at.weekday() < 5
    assert moment_typed(swaps.typed(at, now, language, luck), ZONE.key, now) == at


def test_sessions_take_quarters_of_an_hour() -> None:
    assert all(minutes % QUARTER == 0 and QUARTER <= minutes <= LONGEST for minutes in swaps.MINUTES)


def test_nobody_wants_what_they_know_by_whatever_name() -> None:
    knows = {one.name for one in CLUSTER.later} - {"screen printing"} | {"zeefdruk"}
    assert swaps.next_want(CLUSTER, knows, chance(1)) is None
    found = swaps.next_want(CLUSTER, knows - {"zeefdruk"}, chance(1))
    assert found is not None
    assert found.name == "screen printing"
