"""The catalogues of all languages say the same, fit where they are shown, and hold exactly what the code asks for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale
from babel.messages.pofile import read_po

from bot.texts import LANGUAGES
from bot.texts.translator import plural_categories, sector_key
from domain.model import DEFAULT_SECTORS

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "bot" / "texts"
CODE = ("bot", "cogs", "domain")

# Where a text is shown says how long it may be (Discord's limits); the end of its key says where that is.
LIMITS = {
    "label": 80,  # a button
    "title": 256,  # a card
    "form_title": 45,
    "field": 45,  # above something to fill in
    "hint": 100,  # below it, or in it
    "body": 4096,  # the text of a card
    "tag": 20,  # on a post in a forum
}
COMMANDS = 100  # descriptions of commands and of what they take
ELSEWHERE = 4096
ANY = r"[a-z0-9_.]+"
KEY = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
MARK = re.compile(r"(?<![\\\w])(\*\*|__|~~|\|\||`)")


@dataclass(frozen=True)
class Entry:
    file: str
    forms: tuple[str, ...]
    plural: bool

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(name for form in self.forms for name in names(form))


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@cache
def entries(language: str) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for file in sorted((TEXTS / language).glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language, abort_invalid=True):
                if not message.id:
                    continue
                plural = not isinstance(message.id, str)
                key = message.id[0] if plural else message.id
                assert key not in found, f"{key} is in {found[key].file} and in {file.name}"
                forms = tuple(message.string) if plural else (message.string,)
                found[str(key)] = Entry(file.name, tuple(str(form or "") for form in forms), plural)
    return found


EVERY = [(language, key) for language in LANGUAGES for key in entries(language)]


def limit_of(key: str) -> int:
    if key.startswith("commands."):
        return COMMANDS
    return LIMITS.get(key.rpartition(".")[2], ELSEWHERE)


# The languages among each other


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_language_has_the_same_files_and_the_same_keys_in_them(language: str) -> None:
    english = {key: entry.file for key, entry in entries("en").items()}
    other = {key: entry.file for key, entry in entries(language).items()}
    assert sorted(other.items() - english.items()) == []
    assert sorted(english.items() - other.items()) == []
    assert {one.name for one in (TEXTS / language).iterdir()} == {one.name for one in (TEXTS / "en").iterdir()}


def test_every_language_takes_the_same_placeholders() -> None:
    differ = {
        key: (sorted(entry.placeholders), sorted(there.placeholders))
        for language in LANGUAGES
        for key, entry in entries(language).items()
        if (there := entries("en").get(key))
        and (there.placeholders, there.plural) != (entry.placeholders, entry.plural)
    }
    assert differ == {}


def test_a_plural_has_as_many_forms_as_its_language_and_is_told_a_number() -> None:
    for language, key in EVERY:
        entry = entries(language)[key]
        if entry.plural:
            assert len(entry.forms) == len(plural_categories(Locale(language))), (language, key)
            for form in entry.forms[1:]:  # "one hour" may say it in words
                assert names(form) == entry.placeholders, (language, key)
            assert names(entry.forms[0]) >= entry.placeholders - {"n"}, (language, key)


def test_every_text_says_something_that_can_be_filled_in() -> None:
    for language, key in EVERY:
        for form in entries(language)[key].forms:
            assert form.strip(), (language, key)
            for _, name, spec, conversion in Formatter().parse(form):
                assert name is None or (name.isidentifier() and not spec and not conversion), (language, key, name)
            assert KEY.fullmatch(key), key


def test_every_text_fits_where_it_is_shown() -> None:
    too_long = [
        (language, key, len(shown), limit_of(key))
        for language, key in EVERY
        for form in entries(language)[key].forms
        if len(shown := re.sub(r"\{\w+\}", "", form)) > limit_of(key)
    ]
    assert too_long == []


def test_plain_places_hold_no_markdown_and_markup_is_closed() -> None:
    """A star in a button's label would be shown as a star; a bold that is never closed as two."""
    wrong = []
    for language, key in EVERY:
        for form in entries(language)[key].forms:
            plain = key.startswith("commands.") or key.rpartition(".")[2] in {
                "label",
                "title",
                "form_title",
                "field",
                "hint",
            }
            marks = MARK.findall(form)
            if (plain and marks) or any(form.count(mark) % 2 for mark in ("**", "`")):
                wrong.append((language, key, form))
    assert wrong == []


# The catalogues and the code


@dataclass(frozen=True)
class Ask:
    """A place in the code that names a key, or with f"rounds.{state}.title" many: then `key` is a pattern."""

    where: str
    key: str
    many: bool = False
    args: frozenset[str] | None = None  # by name; None where they cannot be told from the call


def modules() -> Iterator[tuple[str, ast.Module]]:
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def said(node: ast.expr, where: str, args: frozenset[str] | None = None) -> Iterator[Ask]:
    """The keys that an expression can come to."""
    match node:
        case ast.Constant(value=str(key)):
            yield Ask(where, key, args=args)
        case ast.JoinedStr(values=[ast.Constant(), *_]):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            yield Ask(where, "".join(ANY if part is None else re.escape(str(part)) for part in parts), many=True)
        case ast.IfExp():
            yield from said(node.body, where, args)
            yield from said(node.orelse, where, args)


def translates(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="t" | "described") | ast.Attribute(attr="t" | "plain"):
            return True
    return False


@cache
def asks() -> list[Ask]:
    """What is handed to a translator in so many words, and the keys of errors."""
    found: list[Ask] = []
    for where, module in modules():
        for node in ast.walk(module):
            place = f"{where}:{getattr(node, 'lineno', 0)}"
            match node:
                case ast.Call(func=function, args=[first, *_]) if translates(function):
                    given = [one.arg for one in node.keywords]
                    args = None if None in given else frozenset(str(one) for one in given)
                    found += said(first, place, args)
                case ast.ClassDef() if where == "domain/errors.py":
                    for part in node.body:
                        match part:
                            case ast.Assign(targets=[ast.Name(id="key")], value=value) if not is_empty(value):
                                found += said(value, place)
    return found


def is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value == ""


@cache
def mentioned() -> list[Ask]:
    """Every text in the code that looks like a key of ours, or like the beginning of some."""
    roots = {key.partition(".")[0] for key in entries("en")}
    found: list[Ask] = []
    for where, module in modules():
        for node in ast.walk(module):
            for ask in said(node, f"{where}:{node.lineno}") if isinstance(node, ast.Constant | ast.JoinedStr) else ():
                root = re.match(r"([a-z0-9_]+)\\?\.", ask.key)
                if root and root[1] in roots and (ask.many or KEY.fullmatch(ask.key)):
                    found.append(ask)
    return found


def answers(ask: Ask) -> set[str]:
    """The keys there are for it."""
    keys = entries("en").keys()
    return {key for key in keys if re.fullmatch(ask.key, key)} if ask.many else keys & {ask.key}


def test_every_key_that_is_asked_for_is_there() -> None:
    assert sorted((ask.where, ask.key) for ask in asks() if not answers(ask)) == []


def test_every_key_that_is_there_is_asked_for() -> None:
    asked = {key for ask in {*asks(), *mentioned()} for key in answers(ask)}
    asked |= {sector_key(name) for name in DEFAULT_SECTORS}
    assert sorted(entries("en").keys() - asked) == []


def test_every_call_hands_over_what_its_text_shows_and_nothing_else() -> None:
    wrong = []
    for ask in asks():
        entry = entries("en").get(ask.key)
        if entry is None or ask.args is None or ask.many:
            continue
        wanted = entry.placeholders | ({"n"} if entry.plural else set())
        if ask.args != wanted:
            wrong.append((ask.where, ask.key, sorted(wanted), sorted(ask.args)))
    assert wrong == []
