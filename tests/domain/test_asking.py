"""How often somebody may be asked, of whatever kind the asks are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.asking import ASK_QUOTAS, asks_recently, free_from, next_free, within_quota

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

moments = st.lists(st.integers(0, 24 * 12).map(lambda hours: NOW - hours * HOUR), max_size=5)


def test_one_ask_a_day_two_a_week() -> None:
    assert within_quota([], NOW)
    assert not within_quota([NOW - 23 * HOUR], NOW)
    assert within_quota([NOW - 24 * HOUR], NOW)
    assert not within_quota([NOW - 25 * HOUR, NOW - 100 * HOUR], NOW)
    assert within_quota([NOW - 25 * HOUR, NOW - 169 * HOUR], NOW)


@given(moments)
def test_the_quota_counts_what_lies_within_its_span(asked: list[datetime]) -> None:
    counted = all(sum(NOW - moment < span for moment in asked) < most for span, most in ASK_QUOTAS)
    assert within_quota(asked, NOW) == counted


@given(moments)
def test_somebody_is_free_from_that_moment_and_not_before(asked: list[datetime]) -> None:
    moment = free_from(asked)
    if moment is None:
        assert not asked
    else:
        assert within_quota(asked, moment)
        assert not within_quota(asked, moment - timedelta(microseconds=1))


@given(st.lists(moments, max_size=5))
def test_next_free_is_the_first_moment_at_which_a_quota_ends(asks: list[list[datetime]]) -> None:
    over = [asked for asked in asks if not within_quota(asked, NOW)]
    ends = {moment + span for asked in over for moment in asked for span, _ in ASK_QUOTAS}
    frees = [end for end in ends if end > NOW and any(within_quota(asked, end) for asked in over)]
    assert next_free(asks, NOW) == min(frees, default=None)


def test_turns_are_taken_over_ninety_days() -> None:
    asked = [NOW - timedelta(days=days) for days in (0, 89, 90, 200)]
    assert asks_recently(asked, NOW) == 2
