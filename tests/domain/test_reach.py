"""How knowledge travels, on examples worked by hand, and the bound no pairing beats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.history import past_of
from domain.meetings import History, Meeting
from domain.plan import plan_for
from domain.reach import (
    FADE,
    HORIZON,
    freshness,
    gossip_bound,
    hearsay_before,
    reach,
    share,
)

NOW = HORIZON + 1  # the moment of hearing in the current round


def test_what_is_heard_is_passed_on() -> None:
    heard = hearsay_before(3, 4, [(1, [(0, 1), (2, 3)]), (2, [(1, 2)])])
    assert heard.tolist() == [
        [NOW, NOW - 2, 0, 0],
        [NOW - 2, NOW, NOW - 1, NOW - 2],
        [NOW - 2, NOW - 1, NOW, NOW - 2],
        [0, 0, NOW - 2, NOW],
    ]
    assert reach(heard > 0) == (2 + 4 + 4 + 2) / 16


def test_order_in_time_matters() -> None:
    there = hearsay_before(3, 3, [(1, [(0, 1)]), (2, [(1, 2)])])
    back = hearsay_before(3, 3, [(1, [(1, 2)]), (2, [(0, 1)])])
    assert there[2, 0] == NOW - 2
    assert back[2, 0] == 0


def test_a_trio_shares_everything_at_once() -> None:
    heard = hearsay_before(2, 5, [(1, [(3, 4), (0, 1, 2)])])
    assert (heard[:3, :3] > 0).all()
    assert (heard[:3, 3:] == 0).all()
    assert heard[3, 4] == NOW - 1


def test_later_news_replaces_earlier() -> None:
    heard = hearsay_before(9, 3, [(1, [(0, 1)]), (5, [(0, 2)]), (7, [(1, 2)])])
    assert heard[1].tolist() == [NOW - 4, NOW, NOW - 2]


def test_news_fades_and_is_forgotten_after_half_a_year() -> None:
    heard = hearsay_before(HORIZON + 1, 2, [(1, [(0, 1)])])
    assert freshness(heard)[0].tolist() == pytest.approx([1, FADE**HORIZON])
    later = hearsay_before(HORIZON + 2, 2, [(1, [(0, 1)])])
    assert later.tolist() == [[NOW, 0], [0, NOW]]
    assert freshness(later).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("size", [0, 1])
def test_a_cluster_of_one_reaches_all(size: int) -> None:
    assert reach(np.eye(size, dtype=bool)) == 1
    assert gossip_bound(np.ones((2, size), dtype=bool), [0] * size, seed=1) == [1, 1]


# --- The bound -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [2, 4, 16, 30])
def test_with_everybody_present_the_bound_doubles(size: int) -> None:
    bound = gossip_bound(np.ones((6, size), dtype=bool), list(range(size)), seed=3)
    assert bound == [min(2**k, size) / size for k in range(1, 7)]


def test_the_bound_of_an_odd_number_counts_the_trio() -> None:
    everybody = np.ones((1, 5), dtype=bool)
    # Three of five are in the trio and hear two; the others hear one.
    assert gossip_bound(everybody, list(range(5)), seed=1)[0] == pytest.approx((5 + 3 * 2 + 2 * 1) / 25, abs=0.02)
    assert gossip_bound(np.ones((1, 3), dtype=bool), [1, 2, 3], seed=1) == [1.0]


def test_nothing_spreads_among_people_of_one_firm_or_people_who_stay_away() -> None:
    assert gossip_bound(np.ones((3, 4), dtype=bool), [7] * 4, seed=1) == [0.25] * 3
    assert gossip_bound(np.zeros((2, 4), dtype=bool), list(range(4)), seed=1) == [0.25] * 2
    one_pair_of_six = np.ones((1, 6), dtype=bool)
    assert gossip_bound(one_pair_of_six, [1, 1, 1, 1, 1, 2], seed=1)[0] == pytest.approx((6 + 2) / 36, abs=0.01)


def test_who_never_comes_is_never_reached() -> None:
    attendance = np.ones((8, 8), dtype=bool)
    attendance[:, 0] = False
    assert gossip_bound(attendance, list(range(8)), seed=1)[-1] == (7 * 7 + 1) / 64


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.floats(0.2, 1), st.integers(0, 99))
def test_the_bound_grows_and_stays_within_the_gossip_bound(size: int, chance: float, seed: int) -> None:
    attendance = np.random.default_rng(seed).random((6, size)) < chance
    bound = gossip_bound(attendance, list(range(size)), seed)
    assert bound == sorted(bound)
    assert bound == gossip_bound(attendance, list(range(size)), seed)
    # A trio can treble what is known; one person more is all it can add to a doubling.
    most, known = [], 1
    for _ in attendance:
        known = min(size, 2 * known + 1)
        most.append(known / size)
    assert all(share <= limit for share, limit in zip(bound, most, strict=True))


# --- The past --------------------------------------------------------------------------------------------------------


def test_only_completed_meetings_count_and_everybody_is_accounted_for() -> None:
    history = History(
        meetings=(
            Meeting(1, (1, 2), completed=True),
            Meeting(1, (3, 4), completed=True),
            Meeting(2, (2, 3), completed=False),
            Meeting(3, (2, 1, 9), completed=True),
            Meeting(4, (4, 1), completed=True),
        ),
        left_out=((2, 1), (2, 4), (3, 3), (4, 3), (3, 4)),
    )
    past = past_of([1, 2, 3, 4], history, 5)
    assert past.met == {(0, 1): (2, 3), (2, 3): (1, 1), (0, 3): (1, 4)}
    assert past.heard_of == (1, 2, 3, 4, 9)
    assert (past.hearsay.astype(int) - NOW + 5).tolist() == [
        [5, 3, 1, 4, 3],
        [3, 5, 5 - NOW, 5 - NOW, 3],
        [5 - NOW, 5 - NOW, 5, 1, 5 - NOW],
        [4, 3, 1, 5, 3],
    ]
    assert past.owed == (0, 0, 2, 0)
    assert past.trios == (2, 3, 0, 0)
    assert past.started == pytest.approx((1 / 3, 2 / 3, 1 / 2, 1 / 2))


def test_somebody_paired_twice_in_a_round_passes_everything_on() -> None:
    history = History((Meeting(1, (1, 2), completed=True), Meeting(1, (1, 3), completed=True)))
    past = past_of([1, 2, 3], history, 2)
    assert past.hearsay.tolist() == [[NOW, NOW - 1, NOW - 1], [NOW - 1, NOW, 0], [NOW - 1, NOW - 1, NOW]]


# --- The plan --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [8, 16, 64])
def test_following_the_plan_everybody_knows_all_in_as_few_rounds_as_possible(size: int) -> None:
    everybody = [("film" if one % 2 else "crafts", one) for one in range(size)]
    hearsay = np.zeros((size, size), dtype=np.uint8)
    for number in range(1, size.bit_length()):
        np.fill_diagonal(hearsay, number)
        known = float((hearsay > 0).sum(axis=1).mean())
        fit = plan_for(everybody, range(size), known).fit(slice(size))
        assert fit == pytest.approx(fit.T, abs=1e-4)
        groups = {tuple(sorted((one, int(fit[one].argmax())))) for one in range(size)}
        assert len(groups) == size // 2
        share(hearsay, sorted(groups), number)
        assert reach(hearsay > 0) == 2**number / size
    assert not plan_for(everybody, range(size), size * 0.51).fit(slice(size)).any()


def test_the_plan_keeps_sectors_apart_and_firms_where_there_is_one_sector() -> None:
    sectors = plan_for([("a", 1), ("a", 2), ("b", 3), ("c", 4)], range(4), 1.0).fit(slice(4))
    assert sectors[0, 1] == 0
    assert sectors[:2, 2:].any()
    firms = plan_for([("a", 1), ("a", 1), ("a", 2), ("a", 3)], range(4), 1.0).fit(slice(4))
    assert firms[0, 1] == 0
    assert firms[:2, 2:].any()


def test_the_plan_holds_places_for_the_absent() -> None:
    everybody = [("a", one) if one % 2 else ("b", one) for one in range(24)]
    whole = plan_for(everybody, range(24), 3.0).fit(slice(24))
    some = [0, 3, 5, 8, 21]
    assert plan_for(everybody, some, 3.0).fit(slice(1, 4)).tolist() == whole[np.ix_(some[1:4], some)].tolist()
