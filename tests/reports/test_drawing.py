"""Names from all over the world in pictures: nothing breaks, and nothing is drawn as an empty box."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.drawing import drawable, fit, width, wrap


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Studio Zilt", "Studio Zilt"),
        ("ورشة النسيج", "ورشة النسيج"),
        ("סטודיו אור", "סטודיו אור"),
        ("Ćwikła & Żółw", "Ćwikła & Żółw"),
        ("👩‍🎨 Ateljé Å", "Ateljé Å"),  # what is left names it still
        ("株式会社 Kyoto Works", "Kyoto Works"),
        ("工房", ""),
        ("株式会社 KW", ""),  # two letters of six would be another name
        ("🧵🪡", ""),
    ],
)
def test_of_a_name_what_the_font_has_or_nothing(name: str, drawn: str) -> None:
    assert drawable(name) == drawn


def test_text_is_cut_to_its_room_and_never_within_a_letter() -> None:
    assert fit("Studio Zilt", 20, 500) == "Studio Zilt"
    cut = fit("Werkplaats Oeverloos", 20, 120)
    assert cut.endswith("…")
    assert width(cut, 20) <= 120 < width("Werkplaats Oeverloos", 20)
    assert width("Studio", 40) == pytest.approx(2 * width("Studio", 20))


@settings(deadline=None)
@given(st.lists(st.text("abc déÿ", min_size=1, max_size=12), max_size=8), st.integers(1, 4))
def test_lines_fit_and_hold_all_words_or_say_that_some_are_left_out(words: list[str], most: int) -> None:
    lines = wrap(words, 20, 150, most)
    assert len(lines) <= most
    assert all(width(line, 20) <= 150 or len(line) == 1 for line in lines)
    assert " ".join(lines) == " ".join(words) or any(line.endswith("…") for line in lines)
