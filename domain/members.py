"""What a firm may be called, which names mean the same firm, and how long a pause may last."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from zoneinfo import ZoneInfo

from domain import typed
from domain.errors import (
    BlankFirm,
    BlankPractice,
    DateTooFar,
    DayPassed,
    FirmTooLong,
    PracticeTooLong,
)


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


CONSENT = 1  # version of the consent text in force; raise it when the text promises something else
FIRM_LIMIT = 80  # characters
PRACTICE_LIMIT = 300  # characters
PAUSE_WEEKS = (1, 2, 4)
LONGEST_PAUSE = timedelta(days=366)  # who stays away longer is better off leaving and coming back
# From here on two spellings are worth a question; found by trying the names in the tests.
ALIKE = 0.85  # the whole names
REST_ALIKE = 0.55  # what they do not share

JOINERS = "\u200c\u200d"  # draw nothing; emoji and some scripts need them, two names never differ by one
LEGAL_FORMS = _set_of(
    "ab ag as bv bvba co cooperatie cv eenmanszaak gmbh inc kg limited llc llp ltd maatschap nv ohg oy plc "
    "sa sarl sas sl srl stichting ug vof vzw"
)
COMMON_WORDS = _set_of(
    "a agency an and architecten architects art atelier bureau de design designers en film fotografie het "
    "media music muziek of ontwerp photography productions producties studio studios the van"
)


def firm_name(text: str) -> str:
    """A firm's name on one line. Raises BlankFirm, FirmTooLong."""
    name = " ".join(text.split())
    if not name:
        raise BlankFirm
    if len(name) > FIRM_LIMIT:
        raise FirmTooLong(limit=FIRM_LIMIT, length=len(name))
    return name


def practice(text: str) -> str:
    """What somebody does, on one line. Raises BlankPractice, PracticeTooLong."""
    words = " ".join(text.split())
    if not words:
        raise BlankPractice
    if len(words) > PRACTICE_LIMIT:
        raise PracticeTooLong(limit=PRACTICE_LIMIT, length=len(words))
    return words


def name_key(name: str) -> str:
    """What makes two spellings one name without asking: case, width, spaces and joiners do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.translate(dict.fromkeys(map(ord, JOINERS))).split())


def similar(name: str, others: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Names among `others` that may well be the same firm, likeliest first: worth asking before a new one."""
    words = _words(name)
    scored = ((_likeness(words, _words(other)), other) for other in others)
    found = sorted((-score, other) for score, other in scored if score >= ALIKE)
    return tuple(other for _, other in found[:limit])


def matching(text: str, names: Iterable[str], limit: int = 25) -> tuple[str, ...]:
    """Names to offer while somebody types: those that start so, then with a word that does, then the rest.

    Accents and case do not count. When nothing contains what was typed, names that share most of its pairs
    of letters are offered: a slip of the finger finds them still.
    """
    wanted = _plain(text[:FIRM_LIMIT])
    ranked = []
    for name in names:
        plain = _plain(name)
        if wanted in plain:
            rank = 0 if plain.startswith(wanted) else 1 if f" {wanted}" in plain else 2
            ranked.append((float(rank), plain, name))
    if not ranked:
        ranked = [(-share, _plain(name), name) for name in names if (share := _shared(wanted, name)) >= 0.5]
    return tuple(name for *_, name in sorted(ranked)[:limit])


def same_words(one: str, other: str) -> bool:
    """Whether two labels say the same, accents and case aside."""
    return _plain(one) == _plain(other)


def pause_weeks(weeks: int, time_zone: str, now: datetime) -> datetime:
    """When a pause of whole weeks ends: as the day begins, so that one week skips one opening, not two."""
    return _start(now.astimezone(ZoneInfo(time_zone)).date() + timedelta(weeks=weeks), time_zone)


def pause_until(text: str, time_zone: str, now: datetime) -> datetime:
    """When a pause until a typed day ends: as that day begins where the community lives.

    Raises NotADay, DayPassed (today and earlier) and DateTooFar (more than a year).
    """
    today = now.astimezone(ZoneInfo(time_zone)).date()
    day = typed.day(text, today)
    if day <= today:
        raise DayPassed(today=today.isoformat())
    if day > today + LONGEST_PAUSE:
        raise DateTooFar(latest=(today + LONGEST_PAUSE).isoformat())
    return _start(day, time_zone)


def _start(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(time_zone)).astimezone(UTC)


# Every letter somebody types has the same names of firms looked through again.
@lru_cache(maxsize=8192)
def _plain(text: str) -> str:
    """Without accents, case, or differences of spacing."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(letters.casefold().split())


@lru_cache(maxsize=8192)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name that tell firms apart: "Studio Noord B.V." is ("studio", "noord")."""
    # A dot or apostrophe joins ("B.V." is one word), other marks part ("Noord-Zuid" is two).
    plain = re.sub(r"(?<=\w)[.'’](?=\w|\s|$)", "", _plain(name))
    words = re.findall(r"\w+", plain)
    telling = tuple(word for word in words if word not in LEGAL_FORMS)
    return telling or tuple(words) or (plain,)


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How much two names look like one firm, 0 to 1.

    Words both have say little ("Studio A", "Studio B"), so what is left must be alike too. A name that is
    wholly part of the other is a likely short form, unless all it says is "studio".
    """
    if "".join(one) == "".join(other):
        return 1.0
    shared = set(one) & set(other)
    one_left, other_left = (" ".join(word for word in words if word not in shared) for words in (one, other))
    if not one_left or not other_left:
        return 0.9 if shared - COMMON_WORDS else 0.0
    if _ratio(one_left, other_left, REST_ALIKE) < REST_ALIKE:
        return 0.0
    return _ratio(" ".join(one), " ".join(other), ALIKE)


def _ratio(one: str, other: str, least: float) -> float:
    """How alike two texts are, 0 to 1; below `least` maybe just 0."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    # The cheap upper bounds come first: among a thousand names nearly all end there.
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _shared(wanted: str, name: str) -> float:
    """Dice's coefficient of the pairs of letters of two texts, 0 to 1."""
    one, other = _pairs(wanted), _pairs(_plain(name))
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
