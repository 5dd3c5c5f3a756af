"""What is right to do when, who owes what, who waited in vain, who missed: by hand, and for any pairing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import rounds as rule
from domain.asking import within_quota
from domain.calendar import MemberCadence
from domain.model import (
    CommunityId,
    Firm,
    FirmId,
    Member,
    MemberId,
    MemberState,
    Notices,
    Pairing,
    PairingId,
    PairingKind,
    PairingMember,
    PairingState,
    Review,
    ReviewId,
    ReviewMode,
    ReviewState,
    Round,
    RoundId,
    RoundState,
    Seat,
    UserId,
)
from domain.pairing import WhyNot
from domain.rounds import Owed, Step

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_round(state: RoundState) -> Round:
    return Round(
        RoundId(1),
        CommunityId(1),
        1,
        "",
        state,
        opens_at=MONDAY,
        pairs_at=MONDAY + 31 * HOUR,
        nudges_at=MONDAY + 73 * HOUR,
        closes_at=MONDAY + 167 * HOUR,
        seed=1,
        channel=None,
        message=None,
    )


def member(key: int) -> Member:
    return Member(
        id=MemberId(key),
        community=CommunityId(1),
        user=UserId(key),
        firm=Firm(FirmId(key), CommunityId(1), f"Firm {key}", "crafts"),
        practice="",
        state=MemberState.ACTIVE,
        cadence=MemberCadence.WEEKLY,
        paused_until=None,
        on_call=False,
        notices=Notices.THREAD,
        language="en",
        misses=0,
        joined_at=MONDAY,
    )


def pairing(
    *seats: tuple[int, Seat, bool], state: PairingState = PairingState.OPEN, key: int = 1, message: int | None = 8
) -> Pairing:
    people = tuple(PairingMember(member(one), seat, shows) for one, seat, shows in seats)
    return Pairing(
        PairingId(key), CommunityId(1), RoundId(1), key, PairingKind.DRAW, state, people, 7, message, 0, 0, MONDAY
    )


def pair(*ids: int, key: int = 1) -> Pairing:
    return pairing(*((one, Seat.IN, True) for one in ids), key=key)


def review(
    reviewer: int,
    maker: int,
    state: ReviewState = ReviewState.GIVEN,
    *,
    claimed_by: int | None = None,
    key: int = 1,
) -> Review:
    mode = ReviewMode.LIVE if claimed_by else ReviewMode.WRITTEN
    by = MemberId(claimed_by) if claimed_by else None
    return Review(
        ReviewId(reviewer * 100 + maker),
        RoundId(1),
        PairingId(key),
        MemberId(reviewer),
        MemberId(maker),
        mode,
        state,
        None,
        claimed_by=by,
    )


@pytest.mark.parametrize(
    ("state", "hours", "step"),
    [
        (RoundState.SCHEDULED, -1, None),
        (RoundState.SCHEDULED, 0, Step.OPEN),
        (RoundState.SCHEDULED, 29, Step.OPEN),
        (RoundState.SCHEDULED, 30, Step.SKIP),  # an hour to sign up is too short
        (RoundState.SCHEDULED, 9000, Step.SKIP),
        (RoundState.OPEN, 30, None),
        (RoundState.OPEN, 31, Step.DRAW),
        (RoundState.DRAWING, 31, Step.DRAW),
        (RoundState.OPEN, 143, Step.DRAW),
        (RoundState.OPEN, 144, Step.SKIP),  # less than a day to review
        (RoundState.RUNNING, 72, None),
        (RoundState.RUNNING, 73, Step.NUDGE),
        (RoundState.RUNNING, 155, Step.NUDGE),
        (RoundState.RUNNING, 156, Step.GO_ON),  # a nudge so late would nag
        (RoundState.RUNNING, 167, Step.CLOSE),
        (RoundState.NUDGED, 166, None),
        (RoundState.NUDGED, 167, Step.CLOSE),
        (RoundState.CLOSED, 9000, None),
        (RoundState.SKIPPED, 9000, None),
    ],
)
def test_what_is_right_to_do(state: RoundState, hours: int, step: Step | None) -> None:
    assert rule.next_step(a_round(state), MONDAY + hours * HOUR) is step


@given(state=st.sampled_from(RoundState), hours=st.integers(-100, 10_000))
def test_a_step_is_due_exactly_from_its_moment_on(state: RoundState, hours: int) -> None:
    one, now = a_round(state), MONDAY + hours * HOUR
    due = rule.due_at(one)
    assert (rule.next_step(one, now) is not None) == (due is not None and now >= due)


def test_themes_take_turns() -> None:
    assert [rule.theme_for(number, ("a", "b")) for number in (1, 2, 3)] == ["a", "b", "a"]
    assert rule.theme_for(7, ()) == ""


def test_everybody_owes_everybody_whose_work_is_shown() -> None:
    assert rule.owed(pair(1, 2), []) == (Owed(MemberId(1), MemberId(2)), Owed(MemberId(2), MemberId(1)))
    assert len(rule.owed(pair(1, 2, 3), [])) == 6
    helped = pairing((1, Seat.IN, True), (2, Seat.IN, False))
    assert rule.owed(helped, []) == (Owed(MemberId(2), MemberId(1)),)


def test_a_live_claim_settles_the_debt_of_the_one_who_made_it() -> None:
    claims = [
        review(1, 2, ReviewState.CLAIMED, claimed_by=1),
        review(2, 1, ReviewState.CLAIMED, claimed_by=1),
    ]
    assert rule.owed(pair(1, 2), claims) == (Owed(MemberId(2), MemberId(1)),)
    denied = [review(1, 2, ReviewState.DENIED, claimed_by=1)]
    assert len(rule.owed(pair(1, 2), denied)) == 2


def test_who_was_freed_still_gets_what_comes_late_but_who_cannot_is_left_alone() -> None:
    freed = pairing((1, Seat.FREED, True), (2, Seat.IN, True))
    assert rule.owed(freed, [review(1, 2)]) == (Owed(MemberId(2), MemberId(1)),)
    gone = pairing((1, Seat.CANNOT, True), (2, Seat.IN, True))
    assert rule.owed(gone, []) == ()


def test_freed_is_who_gave_and_got_nothing() -> None:
    assert rule.waits_in_vain(pair(1, 2), [review(1, 2)]) == (1,)
    assert rule.waits_in_vain(pair(1, 2), []) == ()
    assert rule.waits_in_vain(pair(1, 2), [review(1, 2), review(2, 1)]) == ()
    # In a trio somebody who got one review is not waiting in vain.
    assert rule.waits_in_vain(pair(1, 2, 3), [review(1, 2), review(1, 3), review(2, 1)]) == ()
    assert rule.waits_in_vain(pair(1, 2, 3), [review(1, 2), review(1, 3)]) == (1,)
    # Whoever says it was done live waits for a yes, not for a partner.
    claims = [review(1, 2, ReviewState.CLAIMED, claimed_by=1), review(2, 1, ReviewState.CLAIMED, claimed_by=1)]
    assert rule.waits_in_vain(pair(1, 2), claims) == ()
    # A maker whose helper stays silent has nothing to give, and waits all the same.
    assert rule.waits_in_vain(pairing((1, Seat.IN, True), (2, Seat.IN, False)), []) == (1,)


def test_only_who_still_awaits_something_is_left_alone() -> None:
    assert rule.left_alone(pair(1, 2), MemberId(1), []) == (2,)
    assert rule.left_alone(pair(1, 2), MemberId(1), [review(1, 2)]) == ()
    assert rule.left_alone(pair(1, 2), MemberId(1), [review(2, 1)]) == (2,)
    assert rule.left_alone(pair(1, 2, 3), MemberId(1), []) == ()
    helped = pairing((1, Seat.IN, True), (2, Seat.IN, False))
    assert rule.left_alone(helped, MemberId(1), []) == ()
    assert rule.left_alone(helped, MemberId(2), []) == (1,)


def test_who_missed() -> None:
    both_silent, one_gave = pair(1, 2, key=1), pair(3, 4, key=2)
    cannot = pairing((5, Seat.CANNOT, True), (6, Seat.IN, True), state=PairingState.DISSOLVED, key=3)
    claimed = pair(7, 8, key=4)
    written = [review(3, 4, key=2), review(7, 8, ReviewState.CLAIMED, claimed_by=7, key=4)]
    active, silent = rule.missed([both_silent, one_gave, cannot, claimed], written)
    assert active == {3, 7}
    # 5 said so in time and 6 had nobody left: neither missed anything.
    assert silent == {1, 2, 4, 8}


def test_what_never_reached_people_and_what_was_denied_is_no_miss_and_no_deed() -> None:
    unheard = pairing((1, Seat.IN, True), (2, Seat.IN, True), message=None)
    assert rule.missed([unheard], []) == (frozenset(), frozenset())
    denied = [review(1, 2, ReviewState.DENIED, claimed_by=1)]
    assert rule.missed([pair(1, 2)], denied) == (frozenset(), {1, 2})
    helper = pairing((1, Seat.IN, True), (2, Seat.IN, False))
    assert rule.missed([helper], []) == (frozenset(), frozenset())


def test_avoidance_sounds_like_any_other_bad_luck() -> None:
    assert {rule.reason_told(one) for one in WhyNot} == {"alone", "one_firm", "taken"}
    assert rule.reason_told(WhyNot.AVOIDED) == rule.reason_told(WhyNot.TAKEN)


def test_who_helped_in_one_pairing_did_not_miss_the_other() -> None:
    first = pairing((1, Seat.FREED, True), (2, Seat.IN, True), key=1)
    second = pair(1, 3, key=2)
    active, silent = rule.missed([first, second], [review(1, 2, key=1)])
    assert active == {1}
    assert silent == {2, 3}


seats = st.lists(st.sampled_from(Seat), min_size=2, max_size=3)


@given(kinds=seats, data=st.data())
def test_of_any_pairing(kinds: list[Seat], data: st.DataObject) -> None:
    shows = data.draw(st.lists(st.booleans(), min_size=len(kinds), max_size=len(kinds)))
    one = pairing(*((at + 1, kind, shown) for at, (kind, shown) in enumerate(zip(kinds, shows, strict=True))))
    ordered = list(permutations(range(1, len(kinds) + 1), 2))
    given_ = data.draw(st.lists(st.sampled_from(ordered), unique=True))
    written = [review(*who) for who in given_]
    debts = rule.owed(one, written)
    assert all(debt.reviewer != debt.maker for debt in debts)
    assert not {(debt.reviewer, debt.maker) for debt in debts} & set(given_)
    freed = rule.waits_in_vain(one, written)
    assert not set(freed) & {debt.reviewer for debt in debts}
    active, silent = rule.missed([one], written)
    assert not active & silent
    assert silent <= {seat.id for seat in one.members if seat.seat is Seat.IN}
    # A review more never makes a debt more, and never a miss more.
    for extra in ordered:
        more = [*written, review(*extra)]
        assert set(rule.owed(one, more)) <= set(debts)
        assert rule.missed([one], more)[1] <= silent


def test_live_claims_stand_for_both_directions() -> None:
    claims = set(rule.live_claims(pair(1, 2, 3), MemberId(1)))
    assert claims == {Owed(MemberId(a), MemberId(b)) for a, b in ((1, 2), (2, 1), (1, 3), (3, 1))}
    helped = pairing((1, Seat.IN, True), (2, Seat.IN, False))
    assert set(rule.live_claims(helped, MemberId(2))) == {Owed(MemberId(2), MemberId(1))}


def test_new_ties_are_counted_once_and_only_the_first_time() -> None:
    assert rule.new_ties([(1, 2), (2, 1), (3, 4), (5, 5)], [(4, 3)]) == {(1, 2)}


NOW = MONDAY


@given(
    st.lists(st.lists(st.integers(1, 24 * 100), max_size=6), min_size=1, max_size=8),
)
def test_asking_takes_fair_turns(hours: list[list[int]]) -> None:
    asks = {MemberId(at): [NOW - one * HOUR for one in ago] for at, ago in enumerate(hours)}
    order = rule.whom_to_ask(dict.fromkeys(asks, 0), asks, NOW)
    # Whoever has met the one in need comes last, whoever's turn it is.
    met = {one: int(one == order[0]) for one in asks} if order else {}
    assert rule.whom_to_ask(met, asks, NOW) == (*order[1:], *order[:1])
    assert set(order) == {one for one, moments in asks.items() if within_quota(moments, NOW)}
    counts = [sum(NOW - moment < timedelta(days=90) for moment in asks[one]) for one in order]
    assert counts == sorted(counts)
