"""Counts, shares and spread, on examples worked by hand and on figures of the papers they come from."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.measures import (
    DAY,
    TAKING_PART,
    Exchange,
    Hours,
    Newcomer,
    Node,
    Share,
    Showing,
    actions_required,
    answered_in_a_day,
    counts_only,
    effort,
    gini,
    hours,
    median_wait,
    newcomers_until,
    newcomers_who_stay,
    nodes_of,
    participation,
    settling,
    took_part,
    top_tenth,
)
from domain.model import EXCHANGES, ActKind
from domain.periods import Window, lately

NOW = datetime(2026, 6, 1, 7, tzinfo=UTC)
WINDOW = lately(NOW)
HOUR = timedelta(hours=1)


def firms(count: int) -> list[Node]:
    return [Node(firm, "crafts") for firm in range(count)]


def exchange(giver: int, taker: int, at: datetime = NOW - DAY) -> Exchange:
    return Exchange(ActKind.REVIEW_EXCHANGED, giver, taker, at, at)


# --- Taking part -----------------------------------------------------------------------------------------------------


def test_firms_that_took_part_are_counted_among_those_there_are() -> None:
    assert took_part(firms(4), {1, 3, 99}) == Share(2, 4)
    assert took_part([], {1}) == Share(0, 0)
    assert Share(0, 0).value is None
    assert Share(3, 4).value == 0.75


def test_every_exchange_is_taking_part_and_what_others_do_to_one_is_not() -> None:
    assert EXCHANGES <= TAKING_PART
    assert not TAKING_PART & {ActKind.JOINED, ActKind.PAIRED, ActKind.ASKED, ActKind.MISSED, ActKind.LEFT}


def test_a_firm_is_there_from_its_first_member_to_its_last() -> None:
    early, late = NOW - 200 * DAY, NOW - 10 * DAY
    stays = Node(1, "crafts", since=early)
    gone = Node(2, "crafts", since=early, until=WINDOW.start - HOUR)
    left_in_it = Node(3, "crafts", since=early, until=WINDOW.start)
    new = Node(4, "crafts", since=late)
    not_yet = Node(5, "crafts", since=NOW)
    assert nodes_of([stays, gone, left_in_it, new, not_yet], WINDOW) == (stays, left_in_it, new)
    assert nodes_of([stays, gone, left_in_it, new, not_yet], WINDOW.before) == (stays, gone, left_in_it)


def test_a_firm_counts_once_a_week() -> None:
    # Week 0: firms 1 and 2, one of them twice; week 1 nobody; week 2 firm 1.
    assert participation([(0, 1), (0, 2), (0, 1), (2, 1), (7, 1)], weeks=3) == (2, 0, 1)
    assert participation([], weeks=2) == (0, 0)


def test_a_small_cluster_has_counts_only() -> None:
    assert [counts_only(firms) for firms in (0, 14, 15, 300)] == [True, True, False, False]


# --- Showings --------------------------------------------------------------------------------------------------------


def shown(ago: timedelta, answered_after: timedelta | None = None, withdrawn_after: timedelta | None = None) -> Showing:
    at = NOW - ago
    return Showing(
        at,
        None if answered_after is None else at + answered_after,
        None if withdrawn_after is None else at + withdrawn_after,
    )


def test_showings_answered_in_a_day() -> None:
    showings = [
        shown(3 * DAY, 24 * HOUR),  # yes
        shown(3 * DAY, 24 * HOUR + timedelta(seconds=1)),  # too late
        shown(3 * DAY),  # never
        shown(DAY, HOUR),  # its day is just over: yes
        shown(5 * HOUR, HOUR),  # its day is not over: not counted, though answered
        shown(5 * HOUR),
        shown(3 * DAY, None, 2 * HOUR),  # taken back within the day: nobody failed it
        shown(3 * DAY, None, 30 * HOUR),  # taken back after a day without an answer
        shown(3 * DAY, HOUR, 2 * HOUR),  # answered, then taken back: yes
        shown(91 * DAY, HOUR),  # before the window
    ]
    assert answered_in_a_day(showings, WINDOW) == Share(3, 6)
    assert answered_in_a_day([], WINDOW).value is None


def test_the_median_counts_the_unanswered_as_still_waiting() -> None:
    # Waits 1, 2, 3 and two unanswered: 4/5, 3/5, 2/5 still wait; 2/5 is the first not above a half.
    showings = [
        shown(4 * DAY, 3 * HOUR),
        shown(4 * DAY, HOUR),
        shown(4 * DAY),
        shown(4 * DAY, 2 * HOUR),
        shown(4 * DAY),
    ]
    assert median_wait(showings, WINDOW) == 3 * HOUR
    # With a third unanswered only half are answered after 3 hours: (5/6)(4/5)(3/4) = 1/2.
    assert median_wait([*showings, shown(4 * DAY)], WINDOW) == 3 * HOUR
    assert median_wait([*showings, shown(4 * DAY), shown(4 * DAY)], WINDOW) is None
    assert median_wait([], WINDOW) is None


def test_the_median_of_the_textbook_example() -> None:
    # Weeks of remission of the 6-MP group (Freireich 1963, in every textbook): S(22) = 0.538, S(23) = 0.448, median 23.
    failed = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    weeks = [shown(timedelta(days=80), timedelta(hours=week)) for week in failed]
    weeks += [shown(timedelta(days=80), None, timedelta(hours=week)) for week in censored]
    assert median_wait(weeks, WINDOW) == 23 * HOUR


def test_an_answer_after_the_window_is_not_known_in_it() -> None:
    before = Window(NOW - 10 * DAY, NOW - 2 * DAY)
    showing = shown(4 * DAY, 3 * DAY)
    assert median_wait([showing], before) is None
    assert median_wait([showing], WINDOW) == 3 * DAY


@given(st.lists(st.integers(1, 90), min_size=1, max_size=20))
def test_if_all_are_answered_the_median_is_the_middle_one(waits: list[int]) -> None:
    showings = [shown(89 * DAY, wait * HOUR) for wait in waits]
    assert median_wait(showings, WINDOW) == sorted(waits)[(len(waits) - 1) // 2] * HOUR


# --- Newcomers, hours, managers --------------------------------------------------------------------------------------


def test_newcomers_who_stay_are_told_from_ten_on() -> None:
    year = Window(NOW - 365 * DAY, NOW)
    stayed = [Newcomer(NOW - 100 * DAY, active=True)] * 6
    went = [Newcomer(NOW - 300 * DAY, active=False)] * 3
    too_new = [Newcomer(NOW - 90 * DAY, active=True)] * 5  # the 90th day ends now: not within a window until now
    assert newcomers_who_stay([*stayed, *went, *too_new], year) is None
    assert newcomers_who_stay([*stayed, *went, went[0], *too_new], year) == Share(6, 10)


def test_newcomers_of_a_digest_never_need_acts_older_than_twelve_months() -> None:
    window = newcomers_until(NOW)
    first = window.start - 90 * DAY
    assert newcomers_who_stay([Newcomer(first, active=True)] * 10, window) == Share(10, 10)
    assert newcomers_who_stay([Newcomer(first - timedelta(microseconds=1), active=True)] * 10, window) is None
    assert settling(first).start >= NOW - 365 * DAY


def test_days_31_to_90() -> None:
    joined = NOW - 200 * DAY
    assert joined + 30 * DAY in settling(joined)
    assert joined + 30 * DAY - HOUR not in settling(joined)
    assert joined + 90 * DAY - HOUR in settling(joined)
    assert joined + 90 * DAY not in settling(joined)


def test_hours_are_summed_and_corrected() -> None:
    assert hours([(45, True), (60, False), (90, True), (-15, True)]) == Hours(confirmed=120, unconfirmed=60)
    assert hours([]) == Hours(0, 0)


def test_manager_actions_of_the_window() -> None:
    assert actions_required([WINDOW.start - HOUR, WINDOW.start, NOW - HOUR, NOW], WINDOW) == 2


# --- Spread of effort ------------------------------------------------------------------------------------------------


def test_effort_is_what_was_given_zeros_in() -> None:
    given_ = [exchange(0, 1), exchange(0, 2), exchange(2, 0), exchange(1, 1), exchange(1, 0, NOW)]
    assert effort(firms(4), given_, WINDOW) == (2, 0, 1, 0)


@pytest.mark.parametrize(
    ("efforts", "expected"),
    [
        # Σ(2i − n − 1)x = −2·0 + 0·1 + 2·2 = 4; over nΣx = 9; times 3/2.
        ((1, 0, 2), 2 / 3),
        ((3, 3, 3, 3), 0),
        ((0, 0, 0, 7), 1),
        ((5,), None),
        ((0, 0), None),
        ((), None),
    ],
)
def test_gini(efforts: tuple[int, ...], expected: float | None) -> None:
    assert gini(efforts) == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.integers(0, 50), min_size=2, max_size=30).filter(any))
def test_gini_is_half_the_mean_difference_by_the_mean(efforts: list[int]) -> None:
    value = gini(efforts)
    differences = np.abs(np.subtract.outer(efforts, efforts)).sum() / (len(efforts) * (len(efforts) - 1))
    assert value == pytest.approx(differences / (2 * np.mean(efforts)))
    assert value == gini([3 * one for one in efforts])


def test_the_top_tenth() -> None:
    assert top_tenth([9] + [1] * 9) == 0.5
    # A tenth of fifteen is the first and half of the second: (10 + 5/2) / 28.
    assert top_tenth([10, 5, *[1] * 13]) == pytest.approx(12.5 / 28)
    assert top_tenth([4] * 15) == pytest.approx(0.1)
    assert top_tenth([3]) == pytest.approx(0.1)
    assert top_tenth([0, 0]) is None
    assert top_tenth([]) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40).filter(any))
def test_the_top_tenth_gives_at_least_a_tenth(efforts: list[int]) -> None:
    share = top_tenth(efforts)
    assert share is not None
    assert 0.1 - 1e-9 <= share <= 1
