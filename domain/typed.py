"""What people type into a field, read as kindly as one can without guessing: moments, days, zones, lists.

English and Dutch are both understood wherever somebody types, whatever language they read in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, date, timedelta
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from domain.calendar import Moment
from domain.errors import LineTooLong, NotADay, NotAMoment, NotARate, NotATimeZone, NoTimeZoneLikeIt, TooManyLines

WEEKDAYS = (
    ("monday", "maandag"),
    ("tuesday", "dinsdag"),
    ("wednesday", "woensdag"),
    ("thursday", "donderdag"),
    ("friday", "vrijdag"),
    ("saturday", "zaterdag"),
    ("sunday", "zondag"),
)
MONTHS = (
    ("january", "januari"),
    ("february", "februari"),
    ("march", "maart", "mrt"),
    ("april",),
    ("may", "mei"),
    ("june", "juni"),
    ("july", "juli"),
    ("august", "augustus"),
    ("september",),
    ("october", "oktober"),
    ("november",),
    ("december",),
)
_NEAR_DAYS = {"today": 0, "vandaag": 0, "tomorrow": 1, "morgen": 1, "overmorgen": 2}
_NOON, _MIDNIGHT = (12, 0), (0, 0)
_NAMED_HOURS = {"noon": _NOON, "midday": _NOON, "midnight": _MIDNIGHT, "middernacht": _MIDNIGHT}
_TIME = re.compile(
    r"(?P<hour>\d{1,2})\s*(?:[:.hu]\s*(?P<minute>\d{2})(?!\d))?\s*"
    r"(?P<word>am|pm|a\.m\.|p\.m\.|uur|u|h|o'clock)?"
)
_RATE = re.compile(r"[^\d\s.,-]{0,3}\s*(?P<whole>\d{1,7})(?:[.,](?:(?P<cents>\d{1,2})|-))?")
_MOST_AN_HOUR = 1_000_000  # some currencies have small units
_AT = frozenset({"at", "on", "om", "op"})
_OF = frozenset({"of", "van", "de", "the", "th", "st", "nd", "rd", "e"})
_AREAS = frozenset({"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


def moment(typed: str) -> Moment:
    """The minute of the week in "Monday 09:00", "ma 9 uur", "9.30 am Tue". Raises NotAMoment."""
    text = typed.casefold()
    clocks = [_clock(found) for found in _TIME.finditer(text)]
    days = []
    for word in _words(_TIME.sub(" ", text), but=_AT):
        if word in _NAMED_HOURS:
            clocks.append(_NAMED_HOURS[word])
        else:
            days.append(_named(WEEKDAYS, word))
    match clocks, days:
        case [(hour, minute)], [int(weekday)]:
            return Moment(weekday, hour, minute)
    raise NotAMoment(typed=typed)


def day(typed: str, today: date) -> date:
    """The day in "2026-12-24", "24 december", "Dec 24, 2026", "24-12", "tomorrow". Raises NotADay.

    Numbers alone are read day first, as in Europe, unless only month first makes a day. Without a year the
    next such day is meant, `today` included.
    """
    text = typed.casefold().strip()
    if text in _NEAR_DAYS:
        return today + timedelta(days=_NEAR_DAYS[text])
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    # A weekday beside the date ("Thursday 24 December") says nothing new.
    words = [word for word in _words(text, but=_OF) if _named(WEEKDAYS, word) is None]
    found = None
    match [_named(MONTHS, word) for word in words]:
        case [int(month)]:
            found = _day_of(numbers, month + 1, today)
        case []:
            found = _day_of_numbers(numbers, today)
    if found is None:
        raise NotADay(typed=typed)
    return found


def time_zone(typed: str) -> str:
    """The name of a time zone as the database spells it, for "europe/amsterdam", "New York" or "amsterdam".

    Raises NotATimeZone, with the names that come closest in `like`, or NoTimeZoneLikeIt.
    """
    wanted = _plain(typed)
    zones = _zones()
    if wanted in zones:
        return zones[wanted]
    cities = [zone for plain, zone in zones.items() if _city(plain) == wanted]
    if len(cities) == 1:
        return cities[0]
    if like := time_zones_like(typed, 3):
        raise NotATimeZone(typed=typed, like=", ".join(like))
    raise NoTimeZoneLikeIt(typed=typed)


def time_zones_like(typed: str, limit: int) -> tuple[str, ...]:
    """Time zones that somebody who typed this may mean, likeliest first; none for nothing.

    First those whose city begins so, then those with this in their name, then those spelled much alike.
    """
    wanted = _plain(typed)
    if not wanted:
        return ()
    zones = _zones()
    begins = [zone for plain, zone in zones.items() if _city(plain).startswith(wanted)]
    holds = [zone for plain, zone in zones.items() if wanted in plain]
    by_city = {_city(plain): zone for plain, zone in zones.items()}
    alike = difflib.get_close_matches(_city(wanted), by_city, limit, 0.7)
    return tuple(dict.fromkeys((*begins, *holds, *(by_city[city] for city in alike))))[:limit]


def lines(typed: str, *, at_most: int, length: int) -> tuple[str, ...]:
    """The lines of a list, without bullets, blanks and repeats (whatever their capitals and spaces).

    Raises TooManyLines and LineTooLong, both with the `limit`.
    """
    found: dict[str, str] = {}
    for line in typed.splitlines():
        text = " ".join(re.sub(r"^\s*(?:[-*•–]|\d{1,2}[.)])(?:\s+|$)", "", line).split())
        if len(text) > length:
            raise LineTooLong(line=text, limit=length)
        if text:
            found.setdefault(text.casefold(), text)
    if len(found) > at_most:
        raise TooManyLines(limit=at_most)
    return tuple(found.values())


def _words(text: str, *, but: frozenset[str]) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", text) if word not in but]


def _clock(found: re.Match[str]) -> tuple[int, int] | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    half = (found["word"] or "").replace(".", "")
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (hour, minute) if hour < 24 and minute < 60 else None


def rate(typed: str) -> Decimal:
    """What an hour is worth in "45", "45,50", "€ 45.5", "EUR 45" or "45,-". Raises NotARate.

    "1.250" might be a thousand and more or little more than one, and is refused.
    """
    found = _RATE.fullmatch(typed.strip())
    worth = Decimal(f"{found['whole']}.{found['cents'] or 0}") if found else Decimal(0)
    if not 0 < worth <= _MOST_AN_HOUR:
        raise NotARate(typed=typed, most=_MOST_AN_HOUR)
    return worth


def _named(names: Iterable[tuple[str, ...]], word: str) -> int | None:
    """Which day or month a word of two letters or more names or begins, if only one can be meant."""
    if len(word) < 2:
        return None
    meant = {number for number, known in enumerate(names) if any(name.startswith(word) for name in known)}
    return meant.pop() if len(meant) == 1 else None


def _day_of(numbers: list[int], month: int, today: date) -> date | None:
    match numbers:
        case [number]:
            return _coming(number, month, today)
        case [number, year] if year > 31:
            return _exact(number, month, year)
        case [year, number] if year > 31:
            return _exact(number, month, year)
    return None


def _day_of_numbers(numbers: list[int], today: date) -> date | None:
    match numbers:
        case [year, month, number] if year > 31:
            return _exact(number, month, year)
        case [first, second, year]:
            year += 2000 if year < 100 else 0
            return _exact(first, second, year) or _exact(second, first, year)
        case [first, second]:
            return _coming(first, second, today) or _coming(second, first, today)
    return None


def _exact(number: int, month: int, year: int) -> date | None:
    if not MINYEAR <= year <= MAXYEAR:
        return None
    try:
        return date(year, month, number)
    except (ValueError, OverflowError):
        return None


def _coming(number: int, month: int, today: date) -> date | None:
    # Any nine years hold a 29 February.
    days = (_exact(number, month, year) for year in range(today.year, today.year + 9))
    return next((day for day in days if day is not None and day >= today), None)


def _city(plain: str) -> str:
    return plain.rsplit("/", 1)[-1]


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split()).replace(" /", "/").replace("/ ", "/")


@cache
def _zones() -> Mapping[str, str]:
    """Every time zone by its plain spelling; those of a place ("Europe/…") before the rest ("Etc/GMT+1")."""
    names = available_timezones() - {"localtime", "Factory"}
    placed = sorted(names, key=lambda name: (name.split("/", 1)[0] not in _AREAS, name))
    return {_plain(name): name for name in placed}
