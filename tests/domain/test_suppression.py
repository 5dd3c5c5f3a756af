"""Small counts: what an attacker finds, against all tables there may be, and what is left out so that it fails."""

from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.attack import NO_LIMIT, Name, Published, Range, Sum, Told, attack, ranges
from domain.suppression import Cell, Tables, protect, publish

HIDDEN = Told(None)


def name(word: str) -> Name:
    return (word,)


def total_of(whole: str, *parts: str, overlap: bool = False) -> Sum:
    return Sum(name(whole), tuple(map(name, parts)), overlap)


def published(*sums: Sum, **cells: Told | int | None) -> Published:
    return Published({name(word): cell if isinstance(cell, Told) else Told(cell) for word, cell in cells.items()}, sums)


def found(some: Published) -> dict[str, tuple[int, int]]:
    return {str(what[0]): (seen.least, seen.most) for what, seen in ranges(some).items()}


# --- The attacker ----------------------------------------------------------------------------------------------------


def test_one_number_left_out_of_a_sum_is_no_secret() -> None:
    row = published(total_of("all", "a", "b", "c"), all=20, a=8, b=9, c=None)
    assert attack(row, 5) == {name("c"): Range(3, 3)}


def test_two_left_out_are_between_nothing_and_the_rest() -> None:
    row = published(total_of("all", "a", "b", "c"), all=20, a=8, b=None, c=None)
    assert found(row) == {"b": (0, 12), "c": (0, 12)}
    assert attack(row, 5) == {}
    # If the rest is less than five, both are known to be.
    assert attack(published(total_of("all", "a", "b", "c"), all=12, a=8, b=None, c=None), 5).keys() == {("b",), ("c",)}


def test_whatever_is_in_no_sum_cannot_be_worked_out() -> None:
    assert ranges(published(a=None, b=3)) == {name("a"): Range(0, NO_LIMIT)}
    assert ranges(published(a=3)) == {}
    assert ranges(Published({})) == {}


def test_the_textbook_table_in_which_four_corners_hold() -> None:
    # Rows I–III, columns A–C with totals. The four left out can move together: +1 here is −1 there.
    cells: dict[str, Told | int | None] = {"IA": 20, "IB": None, "IC": None, "IIA": 8, "IIB": None, "IIC": None}
    cells |= {"IIIA": 17, "IIIB": 32, "IIIC": 12, "I": 80, "II": 49, "III": 61, "A": 45, "B": 101, "C": 44}
    rows = [total_of(row, *(row + column for column in "ABC")) for row in ("I", "II", "III")]
    columns = [total_of(column, *(row + column for row in ("I", "II", "III"))) for column in "ABC"]
    assert found(published(*rows, *columns, **cells)) == {"IB": (28, 60), "IC": (0, 32), "IIB": (9, 41), "IIC": (0, 32)}
    # With one of them told the other three are, too.
    cells["IC"] = 10
    known = attack(published(*rows, *columns, **cells), 5)
    assert {str(what[0]): seen.least for what, seen in known.items()} == {"IB": 50, "IIB": 19, "IIC": 22}


def test_three_sums_in_a_ring_give_all_away() -> None:
    # Ties between three sectors with the sum of each sector: three equations, three unknowns.
    ring = [total_of("1", "12", "13"), total_of("2", "12", "23"), total_of("3", "13", "23")]
    cells: dict[str, Told | int | None] = {"1": 5, "2": 6, "3": 7, "12": None, "13": None, "23": None}
    assert found(published(*ring, **cells)) == {"12": (2, 2), "13": (3, 3), "23": (4, 4)}


def test_it_knows_that_there_are_no_halves() -> None:
    # a = c and a + c is at most 1: in fractions anything up to a half each, in whole firms nothing.
    sums = [total_of("p", "a", "b"), total_of("q", "b", "c"), total_of("r", "a", "c")]
    leak = attack(published(*sums, p=1, q=1, r=Told(None, most=1), a=None, b=None, c=None), 0)
    assert leak == {name("r"): Range(0, 0), name("a"): Range(0, 0), name("b"): Range(1, 1), name("c"): Range(0, 0)}


def test_a_year_is_no_less_than_its_largest_quarter_and_no_more_than_all_four() -> None:
    year = total_of("year", "q1", "q2", "q3", "q4", overlap=True)
    assert found(published(year, year=None, q1=6, q2=9, q3=7, q4=5)) == {"year": (9, 27)}
    assert found(published(year, year=12, q1=None, q2=6, q3=2, q4=1)) == {"q1": (3, 12)}


def test_what_everybody_knew_before_is_no_leak() -> None:
    sums = total_of("all", "a", "b")
    # Three took part in all, and everybody may know that. Then fewer than five of each sector did.
    assert attack(published(sums, all=Told(3, open=True), a=None, b=None), 5) == {}
    assert attack(published(sums, all=3, a=None, b=None), 5).keys() == {("a",), ("b",)}
    # A sector of three firms has fewer than five. But that all three took part is news.
    three = Told(None, most=3)
    assert attack(published(sums, all=Told(9, open=True), a=three, b=None), 5) == {}
    assert attack(published(sums, all=Told(9, open=True), a=three, b=6), 5) == {name("a"): Range(3, 3)}
    # If all took part, the total says so of every sector.
    assert attack(published(sums, all=Told(9, open=True), a=three, b=Told(None, most=6)), 5) == {}


def test_a_tie_is_about_two_firms() -> None:
    sums = total_of("all", "a", "b", "c")
    assert attack(published(sums, all=9, a=7, b=Told(None, each=2), c=Told(None, each=2)), 5).keys() == {("b",), ("c",)}
    assert attack(published(sums, all=9, a=6, b=Told(None, each=2), c=Told(None, each=2)), 5) == {}


def test_numbers_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match="contradict"):
        attack(published(total_of("all", "a", "b"), all=3, a=4, b=None), 5)
    with pytest.raises(ValueError, match="contradict"):
        attack(published(total_of("all", "a", "b"), all=3, a=1, b=1), 5)


grids = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda shape: st.lists(
        st.lists(st.integers(0, 3), min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)


def tables(grid: list[list[int]], each: int = 1) -> Tables:
    """A table of firms with the totals of its rows and columns, and the grand total, which is open."""
    values = np.array(grid)
    height, width = values.shape
    cells = {("cell", row, column): int(values[row, column]) for row in range(height) for column in range(width)}
    cells |= {("row", row): int(values[row].sum()) for row in range(height)}
    cells |= {("column", column): int(values[:, column].sum()) for column in range(width)}
    sums = [Sum(("row", row), tuple(("cell", row, column) for column in range(width))) for row in range(height)]
    sums += [Sum(("column", column), tuple(("cell", row, column) for row in range(height))) for column in range(width)]
    sums += [
        Sum(("all",), tuple((kind, at) for at in range(size))) for kind, size in (("row", height), ("column", width))
    ]
    told = {what: Cell(value, value, each) for what, value in cells.items()}
    return Tables({**told, ("all",): Cell(int(values.sum()), int(values.sum()), each, open=True)}, tuple(sums))


@settings(max_examples=25, deadline=None)
@given(grids, st.data())
def test_it_finds_exactly_what_all_possible_tables_say(grid: list[list[int]], data: st.DataObject) -> None:
    some = tables(grid)
    inner = [what for what in some.cells if what[0] == "cell"]
    hidden = data.draw(st.sets(st.sampled_from(inner), min_size=1, max_size=5))
    seen: dict[Name, set[int]] = {what: set() for what in hidden}
    values = {what: cell.value for what, cell in some.cells.items()}
    for guess in product(range(10), repeat=len(hidden)):
        thought = {**values, **dict(zip(hidden, guess, strict=True))}
        if all(one.holds(thought) for one in some.sums):
            for what in hidden:
                seen[what].add(thought[what])
    assert ranges(publish(some, hidden)) == {what: Range(min(some), max(some)) for what, some in seen.items()}


# --- What is left out ------------------------------------------------------------------------------------------------


def row_of(*values: int, total_open: bool = True) -> Tables:
    cells = {name(word): Cell(value, value) for word, value in zip("abcdef", values, strict=False)}
    whole = Cell(sum(values), sum(values), open=total_open)
    return Tables({**cells, name("all"): whole}, (Sum(name("all"), tuple(cells)),))


def left_out(some: Tables, k: int = 5, **more: set[Name]) -> set[str]:
    return {str(what[0]) for what in protect(some, k, **more)}


def test_a_row_loses_the_small_number_and_the_smallest_that_covers_it() -> None:
    assert left_out(row_of(12, 9, 3, 30)) == {"b", "c"}
    assert left_out(row_of(12, 9, 8, 30)) == set()


def test_two_small_numbers_cover_each_other_if_together_they_are_enough() -> None:
    assert left_out(row_of(12, 9, 3, 4)) == {"c", "d"}
    assert left_out(row_of(12, 9, 1, 2)) == {"b", "c", "d"}  # 3 in all would say that both are fewer than five


def test_nothing_and_all_are_small_numbers_too_unless_there_can_be_nothing() -> None:
    assert left_out(row_of(12, 9, 0, 30)) == {"b", "c"}
    cells = {name("a"): Cell(12, 12), name("b"): Cell(0, 0, most=0), name("c"): Cell(9, 9), name("all"): Cell(21, 21)}
    assert protect(Tables(cells, (total_of("all", "a", "b", "c"),)), 5) == frozenset()


def test_an_open_total_is_told_and_another_may_go() -> None:
    assert left_out(row_of(3, 12, total_open=False)) == {"a", "all"} or left_out(row_of(3, 12, total_open=False)) == {
        "a",
        "b",
    }
    assert left_out(row_of(3, 12)) == {"a", "b"}


def test_what_a_small_total_gives_away_is_not_protected_in_vain() -> None:
    assert left_out(row_of(1, 2)) == {"a", "b"}  # neither value follows from 3
    assert left_out(row_of(3, 0, 12, 9, 6)) == {"a", "b", "e"}
    # One sector, or nobody at all: it follows from the total, and still is not repeated.
    assert left_out(row_of(3)) == {"a"}
    assert left_out(row_of(0, 0, 0)) == {"a", "b", "c"}
    assert attack(publish(row_of(0, 0, 0), {name("a"), name("b"), name("c")}), 5) == {}


def test_what_was_told_stays_told_and_what_was_not_stays_untold() -> None:
    some = row_of(12, 9, 3, 30)
    assert left_out(some, told={name("b")}) == {"a", "c"}
    assert left_out(some, untold={name("d")}) == {"c", "d"}


def test_a_sum_of_hours_stays_uncertain_by_a_quarter() -> None:
    # 80 quarter hours of two firms: beside 6 of five firms the total would tell them nearly.
    hours = {
        name("a"): Cell(80, 2),
        name("b"): Cell(6, 5),
        name("c"): Cell(30, 9),
        name("all"): Cell(116, 16, open=True),
    }
    assert left_out(Tables(hours, (total_of("all", "a", "b", "c"),))) == {"a", "c"}


def test_halves_of_firms_protect_nothing() -> None:
    # With p and q told a = c, at least 1, and at most 1½ as r is at most 3. In whole firms r is 2: p or q must go.
    sums = (total_of("p", "a", "b", "e"), total_of("q", "b", "c", "e"), total_of("r", "a", "c"))
    cells = {
        "a": Cell(1, 9, 9),
        "b": Cell(8, 8, most=8),
        "c": Cell(1, 9, 9),
        "e": Cell(50, 50, open=True),
        "r": Cell(2, 2, most=3),
    }
    cells |= {"p": Cell(59, 59), "q": Cell(59, 59)}
    some = Tables({name(word): cell for word, cell in cells.items()}, sums)
    assert attack(publish(some, {name("a"), name("b"), name("c"), name("r")}), 5)[name("r")] == Range(2, 2)
    hidden = protect(some, 5)
    assert attack(publish(some, hidden), 5) == {}
    assert hidden & {name("p"), name("q")}


def test_tables_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="more firms"):
        Tables({name("a"): Cell(1, 3, each=2)})
    with pytest.raises(ValueError, match="not the sums"):
        Tables({name("a"): Cell(1, 1), name("all"): Cell(2, 2)}, (total_of("all", "a"),))


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 14), min_size=3, max_size=3), min_size=2, max_size=5),
    st.sampled_from([1, 2]),
    st.sampled_from([5, 10]),
)
def test_no_attack_succeeds_and_every_small_number_is_left_out(grid: list[list[int]], each: int, k: int) -> None:
    some = tables(grid, each)
    hidden = protect(some, k)
    assert attack(publish(some, hidden), k) == {}
    assert {what for what, cell in some.cells.items() if cell.firms < k and not cell.open} <= hidden
    assert protect(some, k) == hidden


@pytest.mark.parametrize("seed", range(5))
def test_as_few_are_left_out_as_by_trying_everything(seed: int) -> None:
    some = tables(np.random.default_rng(seed).integers(3, 12, (2, 3)).tolist())
    small = {what for what, cell in some.cells.items() if cell.firms < 5 and not cell.open}
    wholes = {one.whole for one in some.sums}
    others = [what for what, cell in some.cells.items() if what not in small and not cell.open]

    def price(what: Name) -> float:
        return 1 + (what in wholes) + some.cells[what].value / (1 + sum(cell.value for cell in some.cells.values()))

    choices = chain.from_iterable(combinations(others, count) for count in range(len(others) + 1))
    for choice in sorted(choices, key=lambda some_: sum(map(price, some_))):
        seen = ranges(publish(some, small | {*choice}))
        if all(seen[what].most >= max(5, some.cells[what].value + 1) for what in small):
            assert sum(map(price, protect(some, 5) - small)) == pytest.approx(sum(map(price, choice)))
            return
