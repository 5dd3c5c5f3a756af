"""What falls due in a session of itself; and nobody is held to days on which they could not have answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain import legs, legs_time
from domain.legs_due import Step, all_over, answer_until, due_at, next_step
from domain.model import Leg, LegState
from tests.domain.lessons import ADA, BERT, DAY, HOUR, NOW, to_be_held

TOMORROW = NOW + DAY


def with_time(at: Any = TOMORROW) -> Leg:
    return legs_time.agreed(legs_time.named(to_be_held(), ADA.id, at, "the attic", NOW), BERT.id, 1, NOW)


def entered(minutes: int = 45, other: int | None = None) -> Leg:
    """The question has reached the other one at once."""
    first = legs.entered(to_be_held(), ADA.id, minutes, NOW)
    return legs.asked(first if other is None else legs.entered(first, BERT.id, other, NOW), NOW)


def away(leg: Leg, **people: Any) -> Leg:
    """`teacher`, `learner`: until when they are on pause."""
    paused = {role: replace(getattr(leg, role), paused_until=until) for role, until in people.items()}
    return replace(leg, **paused)


# Reminders and an end


def test_without_a_time_there_is_one_reminder_and_after_a_month_an_end() -> None:
    leg = to_be_held()
    assert due_at([leg]) == NOW + 7 * DAY
    assert next_step(leg, NOW + 7 * DAY - HOUR) is None
    assert next_step(leg, NOW + 7 * DAY) is Step.REMIND
    told = legs.reminded(leg, NOW + 7 * DAY)
    assert due_at([told]) == NOW + 30 * DAY
    assert next_step(told, NOW + 30 * DAY) is Step.GIVE_UP


def test_nobody_is_given_up_on_who_was_not_reminded_a_week_before() -> None:
    leg = to_be_held()
    assert next_step(leg, NOW + 40 * DAY) is Step.REMIND, "the machine was off for a month"
    assert due_at([legs.reminded(leg, NOW + 40 * DAY)]) == NOW + 47 * DAY


def test_naming_a_time_is_a_word_and_its_question_is_repeated_once() -> None:
    told = legs.reminded(to_be_held(), NOW + 7 * DAY)
    named = legs_time.named(told, ADA.id, NOW + 20 * DAY, "", NOW + 8 * DAY)
    assert due_at([named]) == NOW + 15 * DAY, "not at once, though the swap is older than a week"
    assert due_at([legs.reminded(named, NOW + 15 * DAY)]) == NOW + 38 * DAY


def test_another_time_for_an_agreed_one_is_not_asked_about_twice_at_once() -> None:
    late = NOW + 10 * DAY
    moved = legs_time.named(with_time(NOW + 20 * DAY), ADA.id, NOW + 22 * DAY, "", late)
    assert next_step(moved, late) is None
    assert due_at([moved]) == late + 7 * DAY


def test_three_hours_after_the_agreed_time_the_teacher_is_asked_once_for_each_time() -> None:
    leg = with_time()
    assert next_step(leg, TOMORROW + 3 * HOUR - timedelta(seconds=1)) is None
    assert next_step(leg, TOMORROW + 3 * HOUR) is Step.ASK
    asked = legs.reminded(leg, TOMORROW + 3 * HOUR)
    assert due_at([asked]) == TOMORROW + 30 * DAY
    moved = legs_time.agreed(
        legs_time.named(asked, ADA.id, NOW + 5 * DAY, "", NOW + 2 * DAY), BERT.id, 2, NOW + 2 * DAY
    )
    assert due_at([moved]) == NOW + 5 * DAY + 3 * HOUR


# No word


@pytest.mark.parametrize(
    ("leg", "after"),
    [(entered(), 7 * DAY), (entered(60, 30), 7 * DAY), (legs.escalated(entered(60, 30), ADA.id), 30 * DAY)],
    ids=["reported", "disputed", "escalated"],
)
def test_without_another_word_it_stays_unconfirmed(leg: Leg, after: timedelta) -> None:
    assert due_at([leg]) == NOW + after
    assert next_step(leg, NOW + after) is Step.LAPSE
    over = legs.lapsed(leg, NOW + after)
    assert over.state is LegState.UNCONFIRMED
    assert over.settled is None
    assert due_at([over]) is None
    assert answer_until(over) is None


def test_seven_days_count_from_when_the_question_reached_them() -> None:
    said = legs.entered(to_be_held(), ADA.id, 45, NOW)
    assert due_at([said]) == NOW + 30 * DAY, "as long as it is on its way"
    assert due_at([legs.asked(said, NOW + 3 * DAY)]) == NOW + 10 * DAY
    another = legs.entered(legs.asked(said, NOW + 3 * DAY), BERT.id, 30, NOW + 4 * DAY)
    assert another.asked_at is None, "the next question is another one"


@pytest.mark.parametrize("leg", [entered(), entered(60, 30)], ids=["reported", "disputed"])
def test_after_a_standstill_they_are_asked_once_more_instead(leg: Leg) -> None:
    late = NOW + 8 * DAY
    assert next_step(leg, late) is Step.AGAIN
    again = legs.asked(leg, late)
    assert due_at([again]) == late + 7 * DAY
    assert next_step(again, late + 7 * DAY) is Step.LAPSE, "in time, that is the end"


def test_what_managers_did_not_decide_in_a_month_is_not_put_to_them_again() -> None:
    asked = legs.escalated(entered(60, 30), ADA.id)
    assert next_step(asked, NOW + 31 * DAY) is Step.LAPSE


# On pause


def test_a_pause_of_whoever_is_to_answer_does_not_count() -> None:
    assert due_at([away(entered(), learner=NOW + 14 * DAY)]) == NOW + 21 * DAY
    assert due_at([away(entered(), teacher=NOW + 14 * DAY)]) == NOW + 7 * DAY, "it is not their turn"
    assert due_at([away(entered(), learner=NOW + 300 * DAY)]) == NOW + 37 * DAY, "nobody waits for a year"
    assert due_at([away(entered(), learner=NOW - DAY)]) == NOW + 7 * DAY


def test_nobody_is_reminded_or_given_up_on_while_they_are_on_pause() -> None:
    leg = away(to_be_held(), teacher=NOW + 14 * DAY)
    assert due_at([leg]) == NOW + 14 * DAY
    assert due_at([legs.reminded(leg, NOW + 14 * DAY)]) == NOW + 44 * DAY
    held = away(with_time(), teacher=TOMORROW + 5 * DAY)
    assert due_at([held]) == TOMORROW + 5 * DAY, "how long did it take? asked when they are back"


# Several


def test_the_earliest_of_several_is_due_first() -> None:
    assert due_at([to_be_held(), with_time()]) == TOMORROW + 3 * HOUR
    assert due_at([legs.cancelled(to_be_held(), None, NOW)]) is None
    assert not all_over([to_be_held(), entered()])
