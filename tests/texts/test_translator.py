"""Keys become text: in the right language, with plurals, and with everything people typed made safe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from babel import Locale

from bot.texts import (
    MissingTextError,
    Raw,
    Translator,
    catalogue,
    channel,
    escape,
    language_of,
    mention,
    moment,
    strict,
    translator,
)
from bot.texts.translator import Catalogue, Form, plural_categories, sector_key
from domain.model import DEFAULT_SECTORS

MESSAGES = {
    "a.name": ("Hello {firm}, welcome",),
    "a.quote": ("They wrote:\n> {text}\nThat is all.",),
    "a.block": ("{text}",),
    "a.list": ("- {name}\n- {other} too",),
    "a.code": ("Type `/join firm:{firm}` now, {firm}",),
    "a.count": ("{n} hour", "{n} hours"),
    "a.brace": ("{{literal}} {n}",),
}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Translator:
    """A translator over a few messages of the test's own."""
    forms = {key: tuple(map(Form.read, texts)) for key, texts in MESSAGES.items()}
    monkeypatch.setattr(translator, "_load", lambda _language: Catalogue(Locale("en", "GB"), forms))
    return Translator("en")


@pytest.fixture
def _strict() -> Iterator[None]:
    strict()
    yield
    strict(False)


def test_what_people_typed_is_escaped_and_our_own_markup_is_not(made: Translator) -> None:
    assert made("a.name", firm="*_Noord_*") == "Hello \\*\\_Noord\\_\\*, welcome"
    assert made("a.name", firm=Raw("**Noord**")) == "Hello **Noord**, welcome"
    assert made("a.name", firm=mention(7)) == "Hello <@7>, welcome"
    assert isinstance(made("a.name", firm="x"), Raw)


def test_plain_text_is_not_escaped_but_cleaned(made: Translator) -> None:
    text = made.plain("a.name", firm="*Noord*\u200b\n<@1>")
    assert text == "Hello *Noord* <@1>, welcome"
    assert not isinstance(text, Raw)


def test_a_name_cannot_add_a_line_but_a_text_of_its_own_may_have_several(made: Translator) -> None:
    assert made("a.name", firm="Noord\n\n# Attention") == "Hello Noord # Attention, welcome"
    assert made("a.list", name="one\ntwo", other="x") == "- one two\n- x too"
    assert made("a.quote", text="one\n# two") == "They wrote:\n> one\n> \\# two\nThat is all."
    assert made("a.block", text="one\n\ntwo") == "one\n\ntwo"


def test_braces_and_backslashes_in_arguments_are_text(made: Translator) -> None:
    assert made("a.name", firm="{firm} {0} \\") == "Hello {firm} {0} \\\\, welcome"
    assert made.plain("a.brace", n=1) == "{literal} 1"


def test_between_backticks_nothing_is_escaped_and_nothing_gets_out(made: Translator) -> None:
    assert made("a.code", firm="a_b`**c**") == "Type `/join firm:a_bˋ**c**` now, a\\_b\\`\\*\\*c\\*\\*"


def test_plurals_and_numbers(made: Translator) -> None:
    assert [made("a.count", n=n) for n in (0, 1, 2)] == ["0 hours", "1 hour", "2 hours"]
    assert made.plain("a.count", n=2026) == "2026 hours"
    assert made.plain("a.count", n=12_345) == "12,345 hours"
    assert made.plain("a.name", firm=1.5) == "Hello 1.5, welcome"
    assert plural_categories(Locale("pl")) == ("one", "few", "many", "other")
    assert plural_categories(Locale("en")) == plural_categories(Locale("nl")) == ("one", "other")


@pytest.mark.usefixtures("_strict")
@pytest.mark.parametrize(
    ("key", "args"),
    [("a.none", {}), ("a.name", {}), ("a.count", {}), ("a.count", {"n": "two"}), ("a.list", {"name": "x"})],
)
def test_in_tests_what_is_missing_is_an_error(made: Translator, key: str, args: dict[str, Any]) -> None:
    with pytest.raises(MissingTextError):
        made(key, **args)


def test_at_run_time_what_is_missing_falls_back_to_english_then_to_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"en": {"a.only": "English {firm}"}, "nl": {"a.only": "Nederlands {bedrijf}"}}

    def load(language: str) -> Catalogue:
        return Catalogue(Locale(language), {key: (Form.read(text),) for key, text in texts[language].items()})

    monkeypatch.setattr(translator, "_load", load)
    monkeypatch.setattr(translator, "catalogue", Translator)
    assert Translator("nl")("a.only", firm="X") == "English X"
    assert Translator("nl")("a.nowhere") == "a.nowhere"
    assert Translator("en")("a.only") == "English …"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("nl", "nl"), ("nl-NL", "nl"), ("nl_BE", "nl"), ("en-US", "en"), ("en-GB", "en"), ("ja", "en"), ("", "en")],
)
def test_languages(tag: str, language: str) -> None:
    assert language_of(tag) == catalogue(tag).language == language


def test_sectors_lists_and_dates_in_both_languages() -> None:
    en, nl = catalogue("en"), catalogue("nl")
    assert nl.sector("crafts") == "ambacht"
    assert en.sector("crafts") == "crafts"
    assert nl.sector("glasblazen") == "glasblazen"  # a community's own word
    assert [en.sector(name) for name in DEFAULT_SECTORS] == list(DEFAULT_SECTORS)
    assert len({nl.sector(name) for name in DEFAULT_SECTORS}) == len(DEFAULT_SECTORS)
    assert all(nl.has(sector_key(name)) for name in DEFAULT_SECTORS)
    assert en.list(["a", "b", "c"]) == "a, b and c"
    assert nl.list(["a", "b", "c"]) == "a, b en c"
    assert en.list([]) == ""
    assert isinstance(en.list([escape("a"), mention(1)]), Raw)
    assert not isinstance(en.list(["a", mention(1)]), Raw)
    assert en.date(date(2026, 1, 5)) == "Monday 5 January 2026"
    assert nl.date(date(2026, 1, 5)) == "maandag 5 januari 2026"


def test_moments_and_places_are_written_out_by_discord() -> None:
    when = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert catalogue("nl").when(when) == "<t:1767603600:F>"
    assert moment(when, "R") == "<t:1767603600:R>"
    assert channel(5) == "<#5>"


def test_catalogues_are_read_once() -> None:
    assert catalogue("nl") is catalogue("nl-BE")
