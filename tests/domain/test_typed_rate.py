"""What an hour is worth, as people type it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import NotARate
from domain.typed import rate


@pytest.mark.parametrize(
    ("typed", "worth"),
    [
        ("45", "45"),
        ("EUR 45", "45"),
        (" 45,50 ", "45.50"),
        ("€ 45.5", "45.5"),
        ("£45", "45"),
        ("45,-", "45"),
        ("1000000", "1000000"),
    ],
)
def test_a_rate_is_read_as_people_write_it(typed: str, worth: str) -> None:
    assert rate(typed) == Decimal(worth)


@pytest.mark.parametrize(
    "typed", ["", "0", "0,00", "-45", "1.250", "1000001", "45 an hour", "forty", "4,5,0", "٤٥.", "1e3"]
)
def test_what_is_no_rate_is_not_guessed_at(typed: str) -> None:
    with pytest.raises(NotARate):
        rate(typed)


@given(st.integers(1, 10_000_000), st.sampled_from(".,"))
def test_every_amount_in_cents_comes_back_as_it_was(cents: int, mark: str) -> None:
    assert rate(f"{cents // 100}{mark}{cents % 100:02}") == Decimal(cents) / 100
