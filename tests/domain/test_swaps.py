"""Which swaps are found: the best there are by the rules in their order, and never one that may not be."""

from collections.abc import Collection
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.ledger import TOLD_AT, TYPICAL
from domain.swaps import Combination, Found, Leg, Trader, Want, find
from tests.domain.swap_cases import (
    Judge,
    apart,
    best_circles,
    best_one_way,
    refused,
    some_traders,
    total,
)


def person(
    name: str, offers: str = "", wants: str = "", firm: str = "", sector: str = "", since: float = 0, **more: object
) -> Trader:
    """A member who offers and wants skills of one letter; of a firm and a trade of their own if not said."""
    asked = tuple(Want(skill, since) for skill in wants)
    return replace(Trader(name, firm or name, sector or name, frozenset(offers), asked), **more)


def names(found: Found) -> set[str]:
    """Every swap as text: who teaches, in order, and whom if one-way."""
    return {
        "".join(str(leg.teacher) for leg in swap) if len(swap) > 1 else f"{swap[0].teacher}>{swap[0].learner}"
        for swap in found.swaps
    }


# The best there is


def part_of(found: Found, traders: Collection[Trader]) -> tuple[list[tuple[Leg, ...]], list[Leg]]:
    """The circles and the one-way legs among some of the members."""
    ids = {one.id for one in traders}
    swaps = [swap for swap in found.swaps if swap[0].teacher in ids]
    return [swap for swap in swaps if len(swap) > 1], [swap[0] for swap in swaps if len(swap) == 1]


def assert_best(
    found: Found,
    markets: list[list[Trader]],
    longest: int,
    declined: Collection[Combination] = (),
    focus: Collection[object] | None = None,
    in_one_room: bool = False,
) -> None:
    everybody = [one for market in markets for one in market]
    assert found.exact
    assert found.proven
    assert found.bound == found.in_circles
    for traders in markets:
        judge = Judge(traders, everybody, focus)
        circles, alone = part_of(found, traders)
        assert total(map(judge.circle, circles), 6) == best_circles(traders, judge, longest, declined, in_one_room)
        busy = {leg.teacher for swap in circles for leg in swap}
        free = [one for one in traders if one.id not in busy]
        assert total(map(judge.one_way, alone), 7) == best_one_way(free, judge, declined)


@pytest.mark.parametrize(("longest", "seed"), [(2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3), (5, 1)])
def test_nothing_is_better_in_any_of_many_markets_side_by_side(longest: int, seed: int) -> None:
    random = Random(f"{seed} {longest}")
    markets = [some_traders(random, f"{at}m") for at in range(120)]  # one to solve, many to judge
    everybody = [one for market in markets for one in market]
    found = find(everybody, max_cycle=longest)
    assert_best(found, markets, longest)

    declined = [
        (one, frozenset(leg for leg in swap if one in (leg.teacher, leg.learner)))
        for swap in found.swaps
        for one in sorted({str(leg.teacher) for leg in swap} | {str(leg.learner) for leg in swap})
        if random.random() < 0.3
    ]
    assert_best(find(everybody, max_cycle=longest, declined=declined), markets, longest, declined)

    focus = {one.id for one in everybody if random.random() < 0.2}
    assert_best(find(everybody, max_cycle=longest, focus=focus), markets, longest, focus=focus)

    together = find(everybody, max_cycle=longest, in_one_room=True)
    assert_best(together, markets, longest, in_one_room=True)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([2, 3, 4]))
def test_nothing_is_better_in_one_market(seed: int, longest: int) -> None:
    traders = some_traders(Random(seed), "m", most=7)
    assert_best(find(traders, max_cycle=longest), [traders], longest)


# What may never be


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_every_rule_holds(data: st.DataObject) -> None:
    traders = some_traders(Random(data.draw(st.integers(0, 2**32))), "m", most=14)
    of = {one.id: one for one in traders}
    focus = data.draw(st.none() | st.frozensets(st.sampled_from(sorted(of))))
    longest = data.draw(st.integers(2, 5))
    declined: list[Combination] = []
    for _ in range(3):
        found = find(traders, declined=declined, focus=focus, max_cycle=longest)
        members = [frozenset({leg.teacher for leg in swap} | {leg.learner for leg in swap}) for swap in found.swaps]
        assert len(frozenset().union(*members)) == sum(map(len, members))
        for swap, people in zip(found.swaps, members, strict=True):
            assert len(swap) <= longest
            assert not refused(swap, declined)
            assert focus is None or people & focus
            for leg, following in zip(swap, (*swap[1:], swap[0]), strict=True):
                teacher, learner = of[leg.teacher], of[leg.learner]
                assert leg.skill in teacher.offers
                assert leg.skill in {want.skill for want in learner.wants}
                assert teacher.teaches
                assert not apart(teacher, learner)
                assert len(swap) == 1 or leg.learner == following.teacher
        alone = [swap[0] for swap in found.swaps if len(swap) == 1]
        for firm in {of[leg.learner].firm for leg in alone}:
            learners = [of[leg.learner] for leg in alone if of[leg.learner].firm == firm]
            assert all(one.balance is not None and one.balance - TYPICAL * len(learners) >= TOLD_AT for one in learners)
        assert found.served == sum(map(len, found.swaps))
        assert found.in_circles == found.served - len(alone)
        if not found.swaps:
            break
        swap = data.draw(st.sampled_from(found.swaps))
        one = swap[0].learner
        declined.append((one, frozenset(leg for leg in swap if one in (leg.teacher, leg.learner))))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_the_order_of_the_list_is_of_no_matter(data: st.DataObject) -> None:
    traders = some_traders(Random(data.draw(st.integers(0, 2**32))), "m", most=12)
    shuffled = [
        replace(one, wants=tuple(data.draw(st.permutations(one.wants)))) for one in data.draw(st.permutations(traders))
    ]
    assert find(shuffled) == find(traders)


def test_an_id_that_is_there_twice() -> None:
    with pytest.raises(ValueError, match="same id"):
        find([person("a"), person("a")])


def test_nobody_and_nothing() -> None:
    assert find([]) == Found((), 0, 0, 0, proven=True, exact=True)
    assert find([person("a", "x"), person("b", "y", "z")]).swaps == ()
    assert find([person("a", "x", "x", balance=0)]).swaps == ()  # nobody teaches themselves


# The order of the rules, one by one


def test_more_served_comes_before_anything_else() -> None:
    ring = [person("a", "x", "z", "one"), person("b", "y", "x", "one"), person("c", "z", "yx", "one")]
    assert names(find(ring)) == {"abc"}


def test_another_firm_comes_before_another_sector() -> None:
    people = [
        person("a", "x", "y", "one", "film"),
        person("b", "y", "x", "one", "craft"),
        person("c", "y", "x", "two", "film"),
    ]
    assert names(find(people)) == {"ac"}
    assert names(find(people[:2])) == {"ab"}  # where nothing else serves


def test_across_sectors_comes_before_fewer_people() -> None:
    people = [
        person("a", "x", "y", sector="film"),
        person("b", "y", "xv", sector="film"),
        person("c", "v", "w", sector="craft"),
        person("d", "w", "vx", sector="craft"),
    ]
    assert names(find(people)) == {"adcb"}
    assert names(find([replace(one, sector="film") for one in people])) == {"ab", "cd"}


def test_short_circles_come_before_long_waits() -> None:
    people = [  # each has waited long for what the one before shows, and not long for what the one after does
        Trader(one, one, one, frozenset(one), (Want(before, 1), Want(after, 2)))
        for before, one, after in ("dab", "abc", "bcd", "cda")
    ]
    assert {len(swap) for swap in find(people).swaps} == {2}
    assert names(find([replace(one, wants=one.wants[:1]) for one in people])) == {"abcd"}


def test_the_want_that_waits_longest_comes_first() -> None:
    people = [person("a", "x", "y"), person("b", "y", "x", since=5), person("c", "y", "x", since=3)]
    assert names(find(people, one_way=False)) == {"ac"}
    teacher, learner = person("a", "xy", "v"), Trader("b", "b", "b", frozenset("v"), (Want("x", 4), Want("y", 2)))
    assert find([teacher, learner]).swaps[0][0].skill == "y"
    assert find([teacher, replace(learner, wants=(Want("y", 2), Want("x", 2)))]).swaps[0][0].skill == "x"


# What somebody declined


def test_what_was_declined_is_not_proposed_again_but_part_of_it_may_be() -> None:
    people = [person("a", "x", "y"), person("b", "y", "xz"), person("c", "z", "y")]
    first = find(people, one_way=False)
    assert len(first.swaps) == 1
    (swap,) = first.swaps
    declined = [("b", frozenset(swap))]
    second = find(people, one_way=False, declined=declined)
    assert names(first) | names(second) == {"ab", "bc"}
    both = [*declined, ("b", frozenset(second.swaps[0]))]
    assert find(people, one_way=False, declined=both).swaps == ()


def test_another_skill_of_the_same_two_is_something_else() -> None:
    people = [person("a", "vx", "y"), person("b", "y", "vx")]
    (swap,) = find(people).swaps
    (again,) = find(people, declined=[("b", frozenset(swap))]).swaps
    assert [leg.skill for leg in swap] == ["v", "y"]
    assert [leg.skill for leg in again] == ["x", "y"]


def test_a_leg_declined_alone_may_come_in_a_circle() -> None:
    people = [person("a", "x", "y", balance=0), person("b", "y", "x", balance=0)]
    leg = Leg("a", "b", "x")
    assert names(find(people, declined=[("b", frozenset({leg}))])) == {"ab"}
    assert find([replace(people[0], wants=()), people[1]], declined=[("b", frozenset({leg}))]).swaps == ()
    assert find([replace(people[0], wants=()), people[1]], declined=[("a", frozenset({leg}))]).swaps == ()


def test_what_was_declined_with_people_who_are_gone_is_no_matter() -> None:
    people = [person("a", "x", "y"), person("b", "y", "x")]
    gone = frozenset({Leg("gone", "a", "q"), Leg("a", "gone", "x")})
    assert names(find(people, declined=[("a", gone), ("gone", gone)])) == {"ab"}


def test_who_avoids_somebody_may_be_in_a_ring_with_them_or_not() -> None:
    people = [person(one, one, after) for one, after in ("ab", "bc", "cd", "da")]
    people[0] = replace(people[0], avoid=frozenset("c"))
    assert names(find(people)) == {"adcb"}
    assert find(people, in_one_room=True).swaps == ()


# One-way legs


def test_learning_on_credit_has_its_limit() -> None:
    teachers = [person(f"t{at}", "x") for at in range(4)]
    learners = [person(f"l{at}", "", "x", firm="one") for at in range(4)]
    for balance, served in ((-196, 0), (-195, 1), (-151, 1), (-150, 2), (0, 4), (None, 0)):
        some = [replace(one, balance=balance) for one in learners]
        assert find([*teachers, *some]).served == served


def test_who_earns_and_whose_turn_it_is() -> None:
    learner = person("l", "", "x", balance=0)
    poor = person("p", "x", balance=-300, turns=9)
    rich = person("r", "x", balance=500)
    rested = person("q", "x", balance=-300, turns=1)
    assert names(find([learner, poor, rich])) == {"p>l"}
    assert names(find([learner, poor, rich, rested])) == {"q>l"}
    assert names(find([learner, replace(rested, teaches=False), rich])) == {"r>l"}


def test_nobody_learns_and_teaches_one_way_at_once() -> None:
    chain = [person("a", "x", "", balance=0), person("b", "y", "x", balance=0), person("c", "", "y", balance=0)]
    assert find(chain).served == 1


# Focus


def test_only_swaps_with_somebody_in_focus_and_these_first() -> None:
    people = [
        person("a", "x", "y"),
        person("b", "y", "xz"),
        person("c", "z", "y"),
        person("d", "v", "w", balance=0),
        person("e", "w", "v", balance=0),
    ]
    assert names(find(people, focus={"c"})) == {"bc"}
    assert names(find(people, focus={"c", "e"})) == {"bc", "de"}
    assert find(people, focus=set()).swaps == ()
    assert names(find(people, focus={"nobody", "a"})) == {"ab"}


def test_focus_comes_before_more_served() -> None:
    people = [person("a", "x", "yp"), person("b", "y", "z"), person("c", "z", "x"), person("f", "p", "x")]
    assert names(find(people, one_way=False)) == {"acb"}
    assert names(find(people, one_way=False, focus={"f"})) == {"af"}
