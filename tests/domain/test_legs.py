"""The life of a session: who may do what when, and what it comes to. Whatever two people do, no rule is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import legs, legs_time
from domain.deeds import Deed, possible
from domain.errors import (
    CorrectionOver,
    DecidedOnce,
    NamedAlready,
    NotATime,
    NothingHeld,
    NothingToAgreeTo,
    NothingToDecide,
    NoTimeYet,
    NotYours,
    OlderTime,
    OlderWord,
    OwnDispute,
    OwnTime,
    OwnWord,
    PersonError,
    SameTime,
    SessionOver,
    TimePassed,
    TooSoon,
    WithAManager,
)
from domain.legs_due import Step, due_at, next_step
from domain.model import ENDED_LEGS, Leg, LegId, LegState
from tests.domain.lessons import ADA, BERT, DAY, EVE, HOUR, NOW, to_be_held

TOMORROW = NOW + DAY


def with_time(at: Any = TOMORROW) -> Leg:
    return legs_time.agreed(legs_time.named(to_be_held(), ADA.id, at, "the attic", NOW), BERT.id, 1, NOW)


def entered(minutes: int = 45, other: int | None = None) -> Leg:
    first = legs.entered(to_be_held(), ADA.id, minutes, NOW)
    return first if other is None else legs.entered(first, BERT.id, other, NOW)


# The time


def test_a_time_holds_once_the_other_one_agrees() -> None:
    named = legs_time.named(to_be_held(), BERT.id, TOMORROW, "the attic", NOW)
    assert (named.starts_at, named.place, named.time_by, named.time_agreed) == (TOMORROW, "the attic", BERT.id, False)
    with pytest.raises(OwnTime):
        legs_time.agreed(named, BERT.id, 1, NOW)
    with pytest.raises(NotYours):
        legs_time.agreed(named, EVE.id, 1, NOW)
    agreed = legs_time.agreed(named, ADA.id, 1, NOW)
    assert agreed.time_agreed
    with pytest.raises(OlderTime):
        legs_time.agreed(agreed, ADA.id, 1, NOW)


def test_another_time_takes_the_place_of_the_first_and_its_button_is_old() -> None:
    again = legs_time.named(with_time(), BERT.id, TOMORROW + HOUR, "", NOW)
    assert not again.time_agreed
    assert again.time_version == 2
    with pytest.raises(OlderTime):
        legs_time.agreed(again, ADA.id, 1, NOW)
    assert legs_time.agreed(again, ADA.id, 2, NOW).time_agreed
    with pytest.raises(NamedAlready):
        legs_time.named(with_time(), BERT.id, TOMORROW, "the attic", NOW)


def test_a_time_that_is_over_cannot_be_named_nor_agreed_to() -> None:
    with pytest.raises(TimePassed):
        legs_time.named(to_be_held(), ADA.id, NOW, "", NOW)
    named = legs_time.named(to_be_held(), ADA.id, TOMORROW, "", NOW)
    with pytest.raises(TimePassed):
        legs_time.agreed(named, BERT.id, 1, TOMORROW)


# One time for two sessions


FILM = replace(to_be_held(), id=LegId(6), teacher=BERT, learner=ADA)


def test_two_who_change_places_may_name_one_time_for_both() -> None:
    leg = to_be_held()
    assert legs_time.changing_places(leg, [leg, FILM]) is FILM
    assert legs_time.one_time_for_both(leg, FILM, NOW)
    assert legs_time.changing_places(leg, [leg, replace(FILM, teacher=EVE)]) is None, "in a ring nobody does"
    assert legs_time.changing_places(leg, [leg, legs.cancelled(FILM, ADA.id, NOW)]) is None
    assert legs_time.changing_places(entered(), [entered(), FILM]) is None


def test_a_time_of_its_own_is_left_alone() -> None:
    leg, evening = with_time(), legs_time.named(FILM, BERT.id, TOMORROW + 9 * HOUR, "", NOW)
    assert not legs_time.one_time_for_both(leg, evening, NOW)
    assert legs_time.one_time_for_both(leg, evening, NOW + 2 * DAY), "over, and nothing came of it"
    right_after = legs_time.named(FILM, BERT.id, TOMORROW + timedelta(minutes=45), "", NOW)
    assert legs_time.one_time_for_both(leg, right_after, NOW), "they move together"


# How long it took


@pytest.mark.parametrize(("first", "second"), [(ADA, BERT), (BERT, ADA)], ids=["teacher first", "learner first"])
def test_both_saying_the_same_confirms_it(first: Any, second: Any) -> None:
    said = legs.entered(to_be_held(), first.id, 45, NOW)
    assert said.state is LegState.REPORTED
    with pytest.raises(OwnWord):
        legs.confirmed(said, first.id, said.words, NOW)
    done = legs.confirmed(said, second.id, said.words, NOW + HOUR)
    assert (done.state, done.settled, done.minutes, done.ended_at) == (LegState.CONFIRMED, 45, 45, NOW + HOUR)
    same = legs.entered(said, second.id, 45, NOW + HOUR)
    assert same == done


@pytest.mark.parametrize("minutes", [-15, 7, 14, 46, 481, 495])
def test_only_quarter_hours_of_a_session_are_a_time(minutes: int) -> None:
    with pytest.raises(NotATime):
        legs.entered(to_be_held(), ADA.id, minutes, NOW)


def test_nobody_begins_by_saying_that_it_did_not_happen() -> None:
    with pytest.raises(NothingHeld):
        legs.entered(to_be_held(), ADA.id, 0, NOW)
    with pytest.raises(NotYours):
        legs.entered(to_be_held(), EVE.id, 0, NOW)


def test_who_entered_a_time_may_better_it_while_nobody_has_answered() -> None:
    better = legs.entered(entered(480), ADA.id, 45, NOW + HOUR)
    assert (better.state, better.minutes, better.words) == (LegState.REPORTED, 45, 2)
    with pytest.raises(SameTime):
        legs.entered(better, ADA.id, 45, NOW)
    with pytest.raises(OlderWord):
        legs.confirmed(better, BERT.id, 1, NOW)


def test_in_a_dispute_the_two_alternate_until_they_say_the_same() -> None:
    disputed = entered(60, 30)
    assert (disputed.state, disputed.minutes, disputed.other_minutes) == (LegState.DISPUTED, 60, 30)
    with pytest.raises(OwnWord):
        legs.confirmed(disputed, BERT.id, disputed.words, NOW)
    nearer = legs.entered(disputed, ADA.id, 45, NOW)
    assert legs.may_answer(nearer, BERT.id)
    assert legs.confirmed(nearer, BERT.id, nearer.words, NOW).settled == 45
    # Who gives in enters what the other one says.
    assert legs.entered(disputed, BERT.id, 60, NOW).settled == 60
    assert legs.entered(disputed, ADA.id, 30, NOW).settled == 30


def test_that_it_did_not_happen_is_a_time_of_nothing() -> None:
    disputed = entered(60, 0)
    never = legs.confirmed(disputed, ADA.id, disputed.words, NOW)
    assert (never.state, never.settled) == (LegState.CANCELLED, 0)
    assert legs.did_not_happen(never)
    assert not legs.did_not_happen(legs.cancelled(to_be_held(), ADA.id, NOW))


# A manager


def test_only_a_manager_who_is_none_of_the_two_settles_what_was_put_to_them() -> None:
    with pytest.raises(NothingToAgreeTo):
        legs.escalated(entered(), BERT.id)
    asked = legs.escalated(entered(60, 30), ADA.id)
    for deed in (
        lambda: legs.entered(asked, BERT.id, 45, NOW),
        lambda: legs.entered(asked, BERT.id, 30, NOW),
        lambda: legs.escalated(asked, BERT.id),
        lambda: legs.cancelled(asked, ADA.id, NOW),
    ):
        with pytest.raises(WithAManager):
            deed()
    with pytest.raises(OwnDispute):
        legs.decided(asked, ADA.id, 60, NOW)
    assert legs.decided(asked, EVE.id, 45, NOW).settled == 45
    assert legs.did_not_happen(legs.decided(asked, None, 0, NOW))
    with pytest.raises(NothingToDecide):
        legs.decided(entered(60, 30), EVE.id, 60, NOW)


def test_while_a_manager_is_asked_each_may_still_agree_to_what_the_other_says() -> None:
    asked = legs.escalated(entered(60, 30), ADA.id)
    for who, theirs in ((ADA.id, 30), (BERT.id, 60)):
        assert legs.confirmed(asked, who, asked.words, NOW).settled == theirs
        assert legs.entered(asked, who, theirs, NOW).settled == theirs
        assert possible(asked, who, NOW) == (Deed.CONFIRM,)
    with pytest.raises(NotYours):
        legs.confirmed(asked, EVE.id, asked.words, NOW)


def test_a_manager_is_asked_once_and_what_they_decided_can_be_bettered_by_both_alone() -> None:
    done = legs.decided(legs.escalated(entered(60, 30), ADA.id), EVE.id, 60, NOW)
    assert done.decided
    wrong = legs.entered(done, BERT.id, 30, NOW + DAY)
    assert Deed.ESCALATE not in possible(wrong, ADA.id, NOW + DAY)
    with pytest.raises(DecidedOnce):
        legs.escalated(wrong, BERT.id)
    stands = legs.lapsed(wrong, NOW + 9 * DAY)
    assert (stands.settled, stands.decided) == (60, True), "it is still the manager's"
    both = legs.confirmed(wrong, ADA.id, wrong.words, NOW + DAY)
    assert (both.settled, both.decided) == (30, False)


# A correction


def test_for_seven_days_either_may_say_that_the_time_was_wrong() -> None:
    done = legs.confirmed(entered(45), BERT.id, 1, NOW)
    wrong = legs.entered(done, BERT.id, 30, NOW + 7 * DAY - HOUR)
    assert (wrong.state, wrong.minutes, wrong.other_minutes, wrong.settled) == (LegState.DISPUTED, 45, 30, 45)
    assert legs.correcting(wrong)
    right = legs.confirmed(wrong, ADA.id, wrong.words, NOW + 8 * DAY)
    assert (right.state, right.settled, right.ended_at) == (LegState.CONFIRMED, 30, NOW)
    with pytest.raises(CorrectionOver):
        legs.entered(done, ADA.id, 30, NOW + 7 * DAY)
    with pytest.raises(SameTime):
        legs.entered(done, ADA.id, 45, NOW)
    with pytest.raises(NotYours):
        legs.entered(done, EVE.id, 30, NOW)


def test_a_correction_to_nothing_takes_back_what_counted() -> None:
    done = legs.confirmed(entered(45), BERT.id, 1, NOW)
    never = legs.confirmed(legs.entered(done, ADA.id, 0, NOW + DAY), BERT.id, 2, NOW + DAY)
    assert legs.taken_back(never)
    disputed = entered(60, 0)
    assert not legs.taken_back(legs.confirmed(disputed, ADA.id, disputed.words, NOW + DAY)), "it never had counted"
    assert not legs.taken_back(done)


def test_a_correction_nobody_answers_leaves_what_both_had_confirmed() -> None:
    done = legs.confirmed(entered(45), BERT.id, 1, NOW)
    wrong = legs.entered(done, BERT.id, 30, NOW + DAY)
    stands = legs.lapsed(wrong, NOW + 8 * DAY)
    assert (stands.state, stands.settled, stands.minutes, stands.ended_at) == (LegState.CONFIRMED, 45, 45, NOW)


# Nothing comes of it


def test_nobody_can_have_stayed_away_before_the_agreed_time() -> None:
    with pytest.raises(NoTimeYet):
        legs.not_there(to_be_held(), ADA.id, NOW)
    with pytest.raises(NoTimeYet):
        legs.not_there(legs_time.named(to_be_held(), ADA.id, TOMORROW, "", NOW), ADA.id, TOMORROW)
    with pytest.raises(TooSoon):
        legs.not_there(with_time(), BERT.id, TOMORROW - HOUR)
    away = legs.not_there(with_time(), BERT.id, TOMORROW)
    assert (away.state, away.ended_by) == (LegState.NO_SHOW, BERT.id)


def test_what_is_over_stays_over() -> None:
    ended = [
        legs.cancelled(to_be_held(), ADA.id, NOW),
        legs.lapsed(entered(), NOW + 7 * DAY),
        legs.not_there(with_time(), BERT.id, TOMORROW),
    ]
    for leg in ended:
        assert leg.state in ENDED_LEGS
        for member in (ADA, BERT):
            assert possible(leg, member.id, NOW) == ()
            for deed in (
                lambda leg=leg, who=member.id: legs.entered(leg, who, 45, NOW),
                lambda leg=leg, who=member.id: legs.confirmed(leg, who, leg.words, NOW),
                lambda leg=leg, who=member.id: legs.cancelled(leg, who, NOW),
                lambda leg=leg, who=member.id: legs_time.named(leg, who, TOMORROW, "", NOW),
            ):
                with pytest.raises(SessionOver):
                    deed()


# Whatever they do


@given(st.sampled_from([ADA, BERT]), st.sampled_from(list(Deed)), st.integers(0, 40))
def test_a_stranger_can_do_nothing_and_a_button_offered_works(who: Any, deed: Deed, hours: int) -> None:
    for leg in (to_be_held(), with_time(), entered(), entered(60, 30), legs.confirmed(entered(), BERT.id, 1, NOW)):
        now = NOW + hours * HOUR
        assert possible(leg, EVE.id, now) == ()
        if deed in possible(leg, who.id, now):
            assert press(leg, who.id, deed, now) != leg


def press(leg: Leg, who: Any, deed: Deed, now: Any) -> Leg:
    """What the button of a deed does."""
    other = 30 if legs.figure(leg, leg.other(who).id) == 15 else 15
    match deed:
        case Deed.AGREE_TIME:
            return legs_time.agreed(leg, who, leg.time_version, now)
        case Deed.NAME_TIME:
            return legs_time.named(leg, who, now + HOUR, "elsewhere", now)
        case Deed.CONFIRM:
            return legs.confirmed(leg, who, leg.words, now)
        case Deed.REPORT | Deed.OBJECT | Deed.CORRECT:
            return legs.entered(leg, who, other, now)
        case Deed.ESCALATE:
            return legs.escalated(leg, who)
        case Deed.NOT_THERE:
            return legs.not_there(leg, who, now)
        case Deed.CANCEL:
            return legs.cancelled(leg, who, now)


people = st.sampled_from([ADA.id, BERT.id, EVE.id])
quarters = st.integers(-1, 33).map(lambda n: 15 * n)


class Life(RuleBasedStateMachine):
    """Two people, a stranger and a manager do anything at any time; time passes."""

    @initialize()
    def begin(self) -> None:
        self.leg = to_be_held()
        self.now = NOW

    def attempt(self, change: Any) -> None:
        before = self.leg
        try:
            after = change()
        except PersonError:
            return
        if before.state in ENDED_LEGS and before.state is not LegState.CONFIRMED:
            raise AssertionError(f"{before.state} was not the end")
        self.leg = after

    @rule(who=people, minutes=quarters)
    def enter(self, who: Any, minutes: int) -> None:
        self.attempt(lambda: legs.entered(self.leg, who, minutes, self.now))

    @rule(who=people, back=st.integers(0, 1))
    def confirm(self, who: Any, back: int) -> None:
        self.attempt(lambda: legs.confirmed(self.leg, who, self.leg.words - back, self.now))

    @rule(who=people)
    def escalate(self, who: Any) -> None:
        self.attempt(lambda: legs.escalated(self.leg, who))

    @rule(who=st.sampled_from([ADA.id, EVE.id, None]), minutes=quarters)
    def decide(self, who: Any, minutes: int) -> None:
        before = self.leg
        self.attempt(lambda: legs.decided(self.leg, who, minutes, self.now))
        if self.leg != before:
            assert before.state is LegState.ESCALATED
            assert who != ADA.id

    @rule(who=people)
    def cancel(self, who: Any) -> None:
        self.attempt(lambda: legs.cancelled(self.leg, who, self.now))

    @rule(who=people)
    def stay_away(self, who: Any) -> None:
        self.attempt(lambda: legs.not_there(self.leg, who, self.now))

    @rule(who=people, hours=st.integers(-5, 200))
    def name(self, who: Any, hours: int) -> None:
        self.attempt(lambda: legs_time.named(self.leg, who, self.now + hours * HOUR, "", self.now))

    @rule(who=people)
    def agree(self, who: Any) -> None:
        self.attempt(lambda: legs_time.agreed(self.leg, who, self.leg.time_version, self.now))

    @rule(days=st.integers(0, 9))
    def wait(self, days: int) -> None:
        self.now += days * DAY
        while (step := next_step(self.leg, self.now)) is not None:
            before = self.leg
            match step:
                case Step.REMIND | Step.ASK:
                    self.leg = legs.reminded(before, self.now)
                case Step.GIVE_UP:
                    self.leg = legs.cancelled(before, None, self.now)
                case Step.LAPSE:
                    self.leg = legs.lapsed(before, self.now)
                case Step.AGAIN:
                    self.leg = legs.asked(before, self.now)

    @invariant()
    def holds(self) -> None:
        leg = self.leg
        due = due_at([leg])
        assert due is None or due > self.now or next_step(leg, self.now) is not None
        assert (due is None) == (leg.state in ENDED_LEGS), "what is not over is due some day"
        if leg.state is LegState.CONFIRMED:
            assert leg.settled
            assert leg.ended_at is not None
        if leg.state in {LegState.UNCONFIRMED, LegState.NO_SHOW}:
            assert not leg.settled, "what is unconfirmed never counts"
        if leg.state in {LegState.REPORTED, LegState.DISPUTED}:
            assert legs.proposal(leg) is not None
            assert legs.may_answer(leg, ADA.id) != legs.may_answer(leg, BERT.id)


TestLife = Life.TestCase
