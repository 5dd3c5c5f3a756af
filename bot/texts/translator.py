"""From a key to a text in somebody's language. Catalogues are gettext PO files; their ids are keys, not sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

import structlog
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.texts.markup import Raw, TimeStyle, clean, escape, moment
from domain.model import DEFAULT_SECTORS

log = structlog.get_logger(__name__)

Arg = str | int | float
LANGUAGES = ("en", "nl")
_LOCALES = {"en": "en_GB"}  # lists and dates as they are written in Europe
_FALLBACK = "en"
_LINE_START = re.compile(r"\n((?:> )?)\Z")
_NO_BACKTICK = "ˋ"  # looks like one and ends no code
_GROUP_FROM = 10_000  # years and round numbers read better without a separator
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


class MissingTextError(LookupError):
    """A key or a placeholder that is not there; raised only when texts are strict (in tests)."""


class _Strictness:
    on = False


def strict(on: bool = True) -> None:
    """Make a missing key or placeholder an error. Off by default: people rather see English than nothing."""
    _Strictness.on = on


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an argument goes. `lines`: what its lines start with if it stands alone on its line, else None."""

    name: str
    lines: str | None
    in_code: bool  # between backticks, where Discord knows no escapes


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a message, cut up once."""

    parts: tuple[str | Slot, ...]

    @classmethod
    def read(cls, text: str) -> Form:
        pieces = [(literal, name) for literal, name, _, _ in Formatter().parse(text)]
        parts: list[str | Slot] = []
        before = "\n"
        in_code = False
        for (literal, name), (after, _) in zip(pieces, [*pieces[1:], ("\n", None)], strict=True):
            parts.append(literal)
            before += literal
            in_code ^= literal.count("`") % 2 == 1
            if name:
                alone = _LINE_START.search(before) if after.startswith("\n") or not after else None
                parts.append(Slot(name, alone[1] if alone else None, in_code))
                before = name
        return cls(tuple(part for part in parts if part))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(part.name for part in self.parts if isinstance(part, Slot))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All messages of one language. A message with plural forms has as many as the language has categories."""

    locale: Locale
    messages: dict[str, tuple[Form, ...]]

    def form(self, key: str, number: Arg | None) -> Form | None:
        forms = self.messages.get(key)
        if forms is None:
            return None
        if len(forms) == 1:
            return forms[0]
        if not isinstance(number, int):
            return None
        return forms[plural_categories(self.locale).index(self.locale.plural_form(number))]


def plural_categories(locale: Locale) -> tuple[str, ...]:
    """The plural categories of a language in the order of its forms in a catalogue (CLDR: zero … other)."""
    used = {*locale.plural_form.tags, "other"}
    return tuple(category for category in _CATEGORIES if category in used)


def catalogue_files(language: str) -> list[Traversable]:
    """The PO files of a language, by name."""
    folder = files("bot.texts").joinpath(language)
    return sorted((one for one in folder.iterdir() if one.name.endswith(".po")), key=lambda one: one.name)


@lru_cache
def _load(language: str) -> Catalogue:
    messages: dict[str, tuple[Form, ...]] = {}
    for file in catalogue_files(language):
        with file.open("rb") as opened:
            for message in read_po(opened, locale=language):
                if not message.id:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
                messages[key] = tuple(map(Form.read, texts))
    return Catalogue(Locale.parse(_LOCALES.get(language, language)), messages)


def language_of(tag: str) -> str:
    """The language we speak for a tag such as "nl", "nl-NL" or "en-GB"; English for one we do not know."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else _FALLBACK


@lru_cache
def _translator(language: str) -> Translator:
    return Translator(language)


def catalogue(language: str) -> Translator:
    """The wording in `language`, a tag as Discord gives it ("en-US", "nl")."""
    return _translator(language_of(language))


def sector_key(name: str) -> str:
    """The key of a default sector: "IT, software & games" is common.sectors.it_software_games."""
    return "common.sectors." + "_".join(re.findall(r"[a-z0-9]+", name.lower()))


_SECTOR_KEYS = {name: sector_key(name) for name in DEFAULT_SECTORS}


class Translator:
    """Texts in one language. Call it for markdown; `plain` for places that know no markdown."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _load(language)

    def __call__(self, key: str, /, **args: Arg) -> Raw:
        """The text of `key`, as markup. What people typed (any str that is not `Raw`) is escaped."""
        return Raw(self._fill(key, args, markdown=True))

    def plain(self, key: str, /, **args: Arg) -> str:
        """The text of `key` for a label, a title or a name, where Discord knows no markdown."""
        return self._fill(key, args, markdown=False)

    def list(self, items: Sequence[str]) -> str:
        """ "a, b and c". The items must be either all markup or all plain; markup stays markup."""
        text = format_list(list(items), locale=self._catalogue.locale)
        return Raw(text) if items and all(isinstance(item, Raw) for item in items) else text

    def when(self, at: datetime, style: TimeStyle = "F") -> Raw:
        """A moment in the reader's own time zone and language (Discord writes it out)."""
        return moment(at, style)

    def date(self, day: date) -> str:
        """A calendar day without a time: "Monday 5 January 2026"."""
        return format_date(day, "EEEE d MMMM y", locale=self._catalogue.locale)

    def sector(self, name: str) -> str:
        """A sector in this language if it is one of the defaults; a community's own word stays as it is."""
        key = _SECTOR_KEYS.get(name)
        return self.plain(key) if key else name

    def has(self, key: str) -> bool:
        return key in self._catalogue.messages

    def _fill(self, key: str, args: dict[str, Arg], *, markdown: bool) -> str:
        number = args.get("n")
        locale, form = self._catalogue.locale, self._catalogue.form(key, number)
        if form is None or not form.names <= args.keys():
            missing = sorted(form.names - args.keys()) if form else "no such key, or no number for its plural"
            if _Strictness.on:
                raise MissingTextError(f"{key} ({self.language}): {missing}")
            log.error("text missing", key=key, language=self.language, missing=missing)
            if self.language != _FALLBACK:
                return catalogue(_FALLBACK)._fill(key, args, markdown=markdown)  # noqa: SLF001 (the same class)
            if form is None:
                return key
        return "".join(
            part if isinstance(part, str) else _shown(args.get(part.name, "…"), part, locale, markdown=markdown)
            for part in form.parts
        )


def _shown(value: Arg, slot: Slot, locale: Locale, *, markdown: bool) -> str:
    """One argument as it is put in."""
    if isinstance(value, Raw):
        return value
    if isinstance(value, str):
        lines = slot.lines is not None
        if markdown and not slot.in_code:
            text: str = escape(value, lines=lines)
        else:
            text = clean(value, lines=lines)
        if slot.in_code:
            text = text.replace("`", _NO_BACKTICK)
        return text.replace("\n", f"\n{slot.lines}") if slot.lines else text
    if isinstance(value, float) or abs(value) >= _GROUP_FROM:
        return format_decimal(value, locale=locale)
    return str(value)
