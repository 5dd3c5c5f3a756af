"""Time credits: everything sums to zero, limits are told once, nobody gives what they have not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import MoreThanYouHave, NotAQuarterHour, NothingToGive
from domain.ledger import SHOWN_AT, SPEND_FROM, START, TOLD_AT, Limit, crossed, gift, standing
from domain.model import CommunityId, FirmId, Transfer, TransferId, TransferKind

FIRMS = [FirmId(number) for number in range(1, 5)]
POOL = None
NOW = datetime(2026, 1, 5, tzinfo=UTC)
BALANCES = st.integers(-2000, 2000)


@dataclass
class Book:
    """The least a ledger is: rows that are only ever added."""

    rows: list[Transfer] = field(default_factory=list)

    def add(self, kind: TransferKind, debit: FirmId | None, credit: FirmId | None, minutes: int) -> Transfer:
        number = TransferId(len(self.rows))
        row = Transfer(number, CommunityId(1), NOW, kind, debit, credit, minutes, None, None, None)
        self.rows.append(row)
        return row

    def reverse(self, row: Transfer) -> None:
        back = self.add(TransferKind.REVERSAL, row.credit, row.debit, row.minutes)
        self.rows[-1] = replace(back, reverses=row.id)

    def balance(self, account: FirmId | None) -> int:
        had = sum(row.minutes for row in self.rows if row.credit == account)
        return had - sum(row.minutes for row in self.rows if row.debit == account)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Firms that start, teach one another, give to the pool and take transfers back, in any order."""
    book = Book()
    for kind in draw(st.lists(st.sampled_from(TransferKind), max_size=30)):
        firm, other = draw(st.permutations(FIRMS))[:2]
        match kind:
            case TransferKind.START:
                book.add(kind, POOL, firm, START)
            case TransferKind.SESSION:
                book.add(kind, firm, other, draw(st.integers(1, 32)) * 15)
            case TransferKind.GIFT:
                had = book.balance(firm)
                if had >= 15:
                    book.add(kind, firm, POOL, gift(draw(st.integers(1, had // 15)) * 15, had))
            case TransferKind.REVERSAL:
                if book.rows:
                    book.reverse(draw(st.sampled_from(book.rows)))
    return book


@given(books())
def test_all_accounts_sum_to_zero_whatever_happens(book: Book) -> None:
    assert sum(map(book.balance, [*FIRMS, POOL])) == 0


@given(books())
def test_every_beginning_of_the_book_sums_to_zero_too(book: Book) -> None:
    for length in range(len(book.rows)):
        assert sum(map(Book(book.rows[:length]).balance, [*FIRMS, POOL])) == 0


@given(books(), st.data())
def test_a_reversal_puts_everybody_back_where_they_were(book: Book, data: st.DataObject) -> None:
    before = {account: book.balance(account) for account in [*FIRMS, POOL]}
    wrong = book.add(TransferKind.SESSION, *data.draw(st.permutations(FIRMS))[:2], minutes=45)
    book.reverse(wrong)
    assert {account: book.balance(account) for account in [*FIRMS, POOL]} == before


@given(books())
def test_all_that_gave_all_away_leave_the_pool_with_what_the_others_owe(book: Book) -> None:
    for firm in FIRMS:
        had = book.balance(firm)
        if had >= 15:
            book.add(TransferKind.GIFT, firm, POOL, gift(had, had))
    assert book.balance(POOL) == -sum(map(book.balance, FIRMS)) >= 0


@pytest.mark.parametrize(
    ("balance", "limit"),
    [
        (SHOWN_AT - 15, Limit.SHOWN),
        (SHOWN_AT, Limit.SHOWN),
        (SHOWN_AT + 15, Limit.TOLD),
        (TOLD_AT, Limit.TOLD),
        (TOLD_AT + 15, None),
        (0, None),
        (START, None),
        (SPEND_FROM - 15, None),
        (SPEND_FROM, Limit.SPEND),
        (SPEND_FROM + 15, Limit.SPEND),
    ],
)
def test_a_balance_stands_at_the_farthest_limit(balance: int, limit: Limit | None) -> None:
    assert standing(balance) is limit


@pytest.mark.parametrize(
    ("before", "after", "limit"),
    [
        (120, -240, Limit.TOLD),
        (-225, -240, Limit.TOLD),
        (-240, -345, None),
        (-240, -360, Limit.SHOWN),
        (0, -480, Limit.SHOWN),
        (-400, -480, None),
        (-480, -300, None),
        (-480, -120, None),
        (585, 600, Limit.SPEND),
        (600, 900, None),
        (900, 600, None),
        (900, -300, Limit.TOLD),
        (-480, 600, Limit.SPEND),
        (0, 0, None),
    ],
)
def test_a_limit_is_told_when_it_is_reached_and_not_again(before: int, after: int, limit: Limit | None) -> None:
    assert crossed(before, after) is limit


@given(BALANCES, BALANCES)
def test_what_is_told_is_where_one_stands(before: int, after: int) -> None:
    assert crossed(before, after) in (None, standing(after))
    assert crossed(before, before) is None


@given(st.lists(BALANCES, min_size=1, max_size=12))
def test_nobody_slips_past_a_limit(path: list[int]) -> None:
    """However many steps it takes, who ends beyond a limit on the way down was told of it."""
    steps = [0, *sorted(path, reverse=True)]
    told = [crossed(before, after) for before, after in pairwise(steps)]
    if steps[-1] <= TOLD_AT:
        assert standing(steps[-1]) in told
    assert all(told.count(limit) <= 1 for limit in (Limit.TOLD, Limit.SHOWN))


def test_a_gift_is_whole_quarters_of_what_is_there() -> None:
    assert gift(15, 15) == 15
    assert gift(120, 600) == 120
    assert gift(600, 600) == 600


@pytest.mark.parametrize("balance", [14, 0, -15, -600])
def test_who_has_nothing_gives_nothing(balance: int) -> None:
    with pytest.raises(NothingToGive):
        gift(15, balance)


def test_more_than_there_is_cannot_be_given() -> None:
    with pytest.raises(MoreThanYouHave) as refusal:
        gift(105, 100)
    assert refusal.value.details == {"most": "1:30"}


@pytest.mark.parametrize(
    ("minutes", "near"), [(0, "0:15"), (-30, "0:15"), (7, "0:15"), (50, "0:45, 1:00"), (301, "2:00")]
)
def test_parts_of_a_quarter_are_not_rounded(minutes: int, near: str) -> None:
    with pytest.raises(NotAQuarterHour) as refusal:
        gift(minutes, START)
    assert refusal.value.details == {"near": near}
