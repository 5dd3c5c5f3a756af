"""Who meets whom: every rule of the draw, whatever the cluster and its history."""

from dataclasses import replace
from itertools import combinations, pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.pairing import (
    Draw,
    Group,
    History,
    LeftOut,
    Meeting,
    Participant,
    Reason,
    WhyNot,
    allowed,
    draw,
    third_for,
    why_not,
)
from domain.weights import may_meet
from tests.domain.pairing_cases import SECTORS, after, allowed_divisions, cluster, clusters, histories, played


def pairs_of(drawn: Draw) -> list[tuple[int, int]]:
    return [tuple(sorted(pair)) for group in drawn.groups for pair in combinations(group.members, 2)]


def met_in(history: History) -> dict[tuple[int, int], int]:
    met: dict[tuple[int, int], int] = {}
    for meeting in history.meetings:
        for pair in combinations(sorted(meeting.members), 2):
            met[pair] = met.get(pair, 0) + meeting.completed
    return met


# --- Rules nothing may break -----------------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_hard_rule_holds(data: st.DataObject) -> None:
    people = data.draw(clusters(most=14))
    history = data.draw(histories(people))
    drawn = draw(people, history, 5, seed=data.draw(st.integers(-9, 9)))
    of = {one.id: one for one in people}
    placed = [one for group in drawn.groups for one in group.members]
    left_out = [one.id for one in drawn.left_out]
    assert sorted(placed + left_out) == sorted(of)
    assert all(len(group.members) in (2, 3) for group in drawn.groups)
    assert all(allowed(of[a], of[b]) for a, b in pairs_of(drawn))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_nobody_is_left_out_who_could_be_placed_and_nobody_meets_again_who_need_not(data: st.DataObject) -> None:
    people = data.draw(clusters(most=7))
    history = data.draw(histories(people))
    drawn = draw(people, history, 5, seed=1)
    met = met_in(history)

    def order(groups: list[tuple[int, ...]]) -> tuple[int, int, int]:
        """Most placed, then fewest trios, then fewest earlier meetings; smaller is better."""
        again = sum(met.get((min(pair), max(pair)), 0) for group in groups for pair in combinations(group, 2))
        return -sum(map(len, groups)), sum(len(group) == 3 for group in groups), again

    best = min(order([tuple(one.id for one in group) for group in groups]) for groups in allowed_divisions(people))
    ours = order([group.members for group in drawn.groups])
    assert ours[:2] == best[:2]
    if not history.left_out:  # else who is owed a place may cost a repeat
        assert ours == best


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_draw_depends_on_nothing_but_who_what_when_and_the_seed(data: st.DataObject) -> None:
    people = data.draw(clusters())
    history = data.draw(histories(people))
    meetings = data.draw(st.permutations(history.meetings))
    shuffled = History(tuple(meetings), tuple(data.draw(st.permutations(history.left_out))))
    drawn = draw(people, history, 5, seed=3)
    assert draw(data.draw(st.permutations(people)), shuffled, 5, seed=3) == drawn


def test_another_seed_or_round_draws_otherwise() -> None:
    people = cluster(*[1] * 30)
    draws = [draw(people, History(), number, seed) for number, seed in ((1, 1), (1, 2), (2, 1))]
    assert len({drawn.groups for drawn in draws}) == 3


@pytest.mark.parametrize("rounds", [1, 6])
def test_nobody_who_has_not_met_is_kept_waiting_in_a_larger_cluster(rounds: int) -> None:
    people = cluster(*[3, 1, 2] * 6)
    drawn, history = played(people, rounds)
    strangers = nx.Graph(
        (a.id, b.id) for a, b in combinations(people, 2) if allowed(a, b) and not met_in(history).get((a.id, b.id))
    )
    assert len(nx.max_weight_matching(strangers, maxcardinality=True)) * 2 == len(people)
    following = draw(people, history, rounds + 1, seed=1)
    assert not any(group.reason.times_met for group in following.groups)
    assert len(drawn) == rounds


# --- Meeting again ---------------------------------------------------------------------------------------------------


def test_four_people_take_turns_and_then_begin_with_the_oldest_meeting() -> None:
    draws, _ = played(cluster(1, 1, 1, 1), 9)
    rounds = [frozenset(pairs_of(drawn)) for drawn in draws]
    assert len(set(rounds[:3])) == 3
    assert rounds[3:6] == rounds[:3]
    assert rounds[6:] == rounds[:3]


def test_those_who_met_longest_ago_meet_again_first() -> None:
    people = cluster(1, 1, 1, 1)
    met = [(5, (0, 1)), (2, (2, 3)), (3, (0, 2)), (6, (1, 3)), (1, (0, 3)), (4, (1, 2))]
    history = History(tuple(Meeting(number, pair, completed=True) for number, pair in met))
    drawn = draw(people, history, 7, seed=1)
    assert [(*sorted(group.members), group.reason.last_met_round) for group in drawn.groups] == [(0, 3, 1), (1, 2, 4)]


def test_an_appointment_that_was_missed_is_no_meeting() -> None:
    people = cluster(1, 1, 1, 1)
    missed = (Meeting(1, (0, 1), completed=False), Meeting(1, (2, 3), completed=False))
    taken = (Meeting(2, (0, 2), completed=True), Meeting(2, (1, 3), completed=True))
    third = (Meeting(3, (0, 3), completed=True), Meeting(3, (1, 2), completed=True))
    drawn = draw(people, History(missed + taken + third), 4, seed=1)
    assert pairs_of(drawn) == [(0, 1), (2, 3)]
    assert [group.reason.times_met for group in drawn.groups] == [0, 0]


# --- Left out, and trios ---------------------------------------------------------------------------------------------


def test_who_was_left_out_goes_first_next_time() -> None:
    draws, _ = played(cluster(5, 1), 10)
    waiting = [{one.id for one in drawn.left_out} for drawn in draws]
    assert all(len(left_out) == 4 for left_out in waiting)
    assert {0, 1, 2, 3, 4} == {one for drawn in draws[:5] for group in drawn.groups for one in group.members} - {5}


def test_nobody_is_left_out_twice_in_a_row_if_it_can_be_helped() -> None:
    draws, _ = played(cluster(5, 3), 12)
    waiting = [{one.id for one in drawn.left_out} for drawn in draws]
    assert all(len(left_out) == 2 for left_out in waiting)
    assert not any(before & now for before, now in pairwise(waiting))


def test_an_odd_number_makes_one_trio_and_everybody_has_a_turn_in_it() -> None:
    draws, _ = played(cluster(1, 1, 2, 1, 2, 1, 1), 12)
    turns = dict.fromkeys(range(9), 0)
    for drawn in draws:
        (trio,) = [group.members for group in drawn.groups if len(group.members) == 3]
        assert not drawn.left_out
        turns = {one: count + (one in trio) for one, count in turns.items()}
    assert max(turns.values()) - min(turns.values()) <= 2


def test_more_than_one_trio_where_that_places_more() -> None:
    groups_apart = [{0, 1, 2}, {3, 4, 5}]
    people = [
        Participant(one, one, "film", avoids=frozenset(range(6)) - group) for group in groups_apart for one in group
    ]
    drawn = draw(people, History(), 1, seed=1)
    assert [set(group.members) for group in drawn.groups] == groups_apart


@pytest.mark.parametrize(
    ("people", "why"),
    [
        (cluster(1), {0: WhyNot.ALONE}),
        (cluster(2), {0: WhyNot.ONE_FIRM, 1: WhyNot.ONE_FIRM}),
        (cluster(2, 1), {1: WhyNot.ODD}),
        (cluster(4, 1), dict.fromkeys((1, 2, 3), WhyNot.TAKEN)),
        ([*cluster(1, 1), Participant(2, 2, "x", avoids_firms=frozenset({0, 1}))], {2: WhyNot.AVOIDED}),
    ],
)
def test_who_is_left_out_is_told_why(people: list[Participant], why: dict[int, WhyNot]) -> None:
    left_out = draw(people, History(), 1, seed=2).left_out
    assert {one.why for one in left_out} == set(why.values())
    assert len(left_out) == len(why)


@settings(max_examples=80, deadline=None)
@given(clusters())
def test_the_reason_given_is_true(people: list[Participant]) -> None:
    for one in draw(people, History(), 1, seed=1).left_out:
        of = {person.id: person for person in people}
        others = [person for person in people if person.id != one.id]
        mates = [person for person in others if allowed(of[one.id], person)]
        match one.why:
            case WhyNot.ALONE:
                assert not others
            case WhyNot.ONE_FIRM:
                assert others
                assert {person.firm for person in others} == {of[one.id].firm}
            case WhyNot.AVOIDED:
                assert not mates
                assert {person.firm for person in others} != {of[one.id].firm}
            case WhyNot.ODD:
                assert mates
                assert len(people) % 2
            case WhyNot.TAKEN:
                assert mates
        assert why_not(of[one.id], people) == (WhyNot.TAKEN if one.why is WhyNot.ODD else one.why)


def test_nobody_comes() -> None:
    assert draw([], History(), 1, seed=1) == Draw((), ())


# --- Why these people, and who starts --------------------------------------------------------------------------------


def test_a_group_says_why() -> None:
    people = [Participant(one, one, sector) for one, sector in enumerate(["film", "crafts", "film", "film"])]
    history = History(
        (
            Meeting(1, (0, 2), completed=True),
            Meeting(1, (1, 3), completed=True),
            Meeting(2, (0, 3), completed=True),
            Meeting(2, (1, 2), completed=True),
            Meeting(3, (0, 1), completed=False),
        )
    )
    of = {frozenset(group.members): group for group in draw(people, history, 4, seed=1).groups}
    ours = of[frozenset({0, 1})]
    assert (ours.reason.times_met, ours.reason.last_met_round) == (0, None)
    assert sorted(ours.reason.sectors) == ["crafts", "film"]
    assert ours.reason.new_firms == 0  # both have heard from all four by now
    fresh = draw(people, History(), 1, seed=1).groups[0]
    assert fresh.reason.new_firms == 2


def test_new_firms_are_those_one_has_heard_from_and_the_other_has_not() -> None:
    people = [Participant(one, one, "film") for one in range(4)]
    absent = [Participant(9, 9, "crafts"), Participant(8, 8, "crafts")]
    history = History((Meeting(1, (8, 9), completed=True), Meeting(2, (0, 9), completed=True)))
    avoiding = [replace(people[2], avoids=frozenset({0, 1})), replace(people[3], avoids=frozenset({0, 1}))]
    drawn = draw([*people[:2], *avoiding], history, 3, seed=1, absent=absent)
    assert [(sorted(group.members), group.reason.new_firms) for group in drawn.groups] == [([0, 1], 4), ([2, 3], 2)]
    half_a_year_on = draw([*people[:2], *avoiding], history, 29, seed=1, absent=absent)
    assert half_a_year_on.groups[0].reason.new_firms == 2


def test_who_has_started_least_starts() -> None:
    draws, _ = played(cluster(*[1] * 8), 30)
    starts = [sum(group.members[0] == one for drawn in draws for group in drawn.groups) for one in range(8)]
    assert max(starts) - min(starts) <= 4
    assert all(list(group.members[1:]) == sorted(group.members[1:]) for drawn in draws for group in drawn.groups)


# --- Late and rescued ------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_third_keeps_every_rule(data: st.DataObject) -> None:
    people = data.draw(clusters(most=13))
    person, *others = people
    history = data.draw(histories(people))
    groups = [tuple(others[at : at + 2 + at % 3 // 2]) for at in range(0, len(others), 3)]
    joined = third_for(person, groups, history, 5, seed=1)
    could = [at for at, group in enumerate(groups) if len(group) == 2 and all(allowed(person, one) for one in group)]
    assert joined in could if could else joined is None


def test_a_third_joins_strangers_of_other_sectors() -> None:
    late = Participant(0, 0, "film")
    groups = [tuple(Participant(10 * at + seat, 10 * at + seat, SECTORS[seat]) for seat in (1, 2)) for at in (1, 2, 3)]
    history = History((Meeting(1, (11, 0), completed=True), Meeting(2, (31, 0), completed=True)))
    assert third_for(late, groups, history, 3, seed=1) == 1
    only_old = [groups[0], groups[2]]
    assert third_for(late, only_old, history, 3, seed=1) == 0  # met longest ago


def test_allowed_is_mutual_and_the_table_agrees() -> None:
    people = [
        Participant(1, 1, "film"),
        Participant(2, 1, "film"),
        Participant(3, 2, "film", avoids=frozenset({1})),
        Participant(4, 3, "film", avoids_firms=frozenset({2})),
        Participant(5, 4, "film", avoids=frozenset({77}), avoids_firms=frozenset({78})),
    ]
    meet = {(a.id, b.id) for a, b in combinations(people, 2) if allowed(a, b)}
    assert meet == {(1, 4), (1, 5), (2, 3), (2, 4), (2, 5), (3, 5), (4, 5)}
    assert all(allowed(a, b) == allowed(b, a) for a in people for b in people)
    table = may_meet(people)
    assert all(table[i, j] == allowed(a, b) for i, a in enumerate(people) for j, b in enumerate(people))


def test_what_a_draw_is_made_of() -> None:
    drawn = draw([Participant(1, 1, "film"), Participant(2, 2, "film"), Participant(3, 2, "film")], History(), 1, 1)
    (group,) = drawn.groups
    (one,) = drawn.left_out
    assert isinstance(group, Group)
    assert group.reason == Reason(times_met=0, last_met_round=None, sectors=("film",), new_firms=2)
    assert one == LeftOut(one.id, WhyNot.ODD)
    assert after(History(), drawn, 1).left_out == ((1, one.id),)
