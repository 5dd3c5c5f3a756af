"""What people type about a session: how long it took, and when it is to be. English and Dutch, without guessing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain import typed
from domain.errors import (
    HourSkipped,
    NotADay,
    NotADayAndTime,
    NotAMoment,
    NotAQuarterHour,
    NotATime,
    SessionTooLong,
    SessionTooShort,
    TimePassed,
    TooFarAhead,
    WrongWeekday,
)

QUARTER = 15  # minutes; time is counted in whole quarters of an hour
LONGEST = 8 * 60  # minutes of one session: a working day
LENGTH = 45  # minutes a session takes as far as anybody knows beforehand
AHEAD = timedelta(days=180)  # nobody makes an appointment for later, so a later day is a slip
EVERY_QUARTER = tuple(range(QUARTER, LONGEST + 1, QUARTER))
CHOICES = 25  # as many as an autocompletion can show
# All quarters would be too many to choose from: beyond four hours the half hours do.
AT_FIRST = tuple(minutes for minutes in EVERY_QUARTER if minutes <= 240 or minutes % 30 == 0)
LONGEST_TYPED = 60  # characters

_NUMBERS = {
    "1": "a|an|one|een",
    "2": "two|twee",
    "3": "three|drie",
    "4": "four|vier",
    "5": "five|vijf",
    "6": "six|zes",
    "7": "seven|zeven",
    "8": "eight|acht",
    "1.5": "anderhalve|anderhalf",
}
_FRACTIONS = {"½": ".5", "¼": ".25", "¾": ".75", "1/2": ".5", "1/4": ".25", "3/4": ".75"}
_HOUR = r"(?:hours?|hrs?|h|uren|uurtje|uur|u)(?![a-z])\.?"
_MINUTE = r"(?:minutes?|minuten|minuut|mins?|m|')(?![a-z])\.?"
_NUMBER = r"\d*[.,]\d+|\d+"
_AND = r"(?:and|en|&|\+)"
# One after another these turn what people write into "1.5 h", "1 h 30 m" or "3 q".
_SAID = tuple(
    (re.compile(written), meant)
    for written, meant in (
        *((rf"\s*{sign}", part) for sign, part in _FRACTIONS.items()),
        *((rf"\b(?:{words})(?:en|eneen)half", f"{number}.5") for number, words in _NUMBERS.items()),
        *((rf"\b(?:{words})(?=\s|half|{_HOUR}|$)", number) for number, words in _NUMBERS.items()),
        (rf"(\d)\s*{_AND}\s*(?:1\s)?half(?:\s1)?(?=\s*{_HOUR})", r"\1.5 "),  # one and a half hours
        (rf"(\d)\s*{_AND}\s*1\s(?:quarter|kwart)(?=\s*{_HOUR})", r"\1.25 "),
        (rf"(\d\s*{_HOUR})\s*{_AND}\s*(?:1\s)?half(?:\s{_HOUR})?$", r"\1 30 m"),  # an hour and a half
        (rf"(?:\b1\s)?\bhal(?:f|ve)(?:\sof)?(?:\s1)?\s*(?={_HOUR})", ".5 "),  # half an hour
        (rf"(?<![\d.,])(\d?)\s*(?:kwartier(?:en|tje)?|quarters?)(?:\s(?:of\s)?(?:1\s)?{_HOUR})?", r"\1 q"),
    )
)
_TIME = re.compile(rf"(?:({_NUMBER})\s*{_HOUR})?\s*(?:,|{_AND})?\s*(?:({_NUMBER})\s*(?:{_MINUTE})?|(\d?)\s*q)?")
_CLOCK = re.compile(rf"(\d{{1,2}}):(\d\d)\s*(?:{_HOUR})?")


def minutes_typed(text: str, *, least: int = QUARTER, most: int = LONGEST) -> int:
    """The minutes in "45", "1:30", "1h30", "1,5 uur", "half an hour", "drie kwartier": whole quarters of an hour.

    A bare number up to eight is hours, a larger one minutes. Raises NotATime, SessionTooShort and SessionTooLong (with
    the `limit`), and NotAQuarterHour (with the quarters `near` it): nothing is rounded.
    """
    minutes = _minutes(text)
    if minutes is None:
        raise NotATime
    if minutes < least:
        raise SessionTooShort(limit=clock(least))
    if minutes > most:
        raise SessionTooLong(limit=clock(most))
    if minutes % QUARTER:
        raise NotAQuarterHour(near=quarters_near(minutes, most))
    return int(minutes)


def suggest_minutes(text: str) -> list[int]:
    """Times to offer while somebody types, at most 25: what it says, else what is near it, then what begins so."""
    said = "".join(text.split())
    if not said:
        return list(AT_FIRST)
    minutes = _minutes(text)
    near = [] if minutes is None else [one for one in EVERY_QUARTER if abs(one - minutes) < QUARTER]
    begins = (one for one in EVERY_QUARTER if clock(one).startswith(said) or str(one).startswith(said))
    return list(dict.fromkeys((*near, *begins)))[:CHOICES]


def clock(minutes: int) -> str:
    """Minutes as everybody reads them, whatever their language: "1:30"."""
    return f"{minutes // 60}:{minutes % 60:02}"


def quarters_near(minutes: float, most: int = LONGEST) -> str:
    """The whole quarters below and above a time, none below the first and none above `most`: "0:45, 1:00"."""
    below = int(minutes // QUARTER) * QUARTER
    around = dict.fromkeys(min(max(quarter, QUARTER), most) for quarter in (below, below + QUARTER))
    return ", ".join(map(clock, around))


def moment_typed(text: str, time_zone: str, now: datetime) -> datetime:
    """The instant in "thursday 14:00", "morgen 10:30", "3 dec 15:00", "2026-12-03 14:00", as clocks there show it; UTC.

    Always one that is still to come: Thursday is the next one at that hour. An hour that happens twice is the first of
    the two. Raises NotADayAndTime, WrongWeekday ("Friday 3 December", which is a Thursday), HourSkipped (clocks go
    forward over it), TimePassed, and TooFarAhead (more than 180 days).
    """
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    day, at, weekly = _day_and_time(text, today)
    found = _instant(day, at, zone, now)
    if found is None and weekly:
        day += timedelta(weeks=1)
        found = _instant(day, at, zone, now)
    if found is None:
        raise TimePassed
    if found > now + AHEAD:
        raise TooFarAhead(day=day.isoformat(), latest=(today + AHEAD).isoformat())
    return found


def _minutes(text: str) -> float | None:
    """How many minutes somebody wrote, whole quarters or not; None if it is no time."""
    if len(text) > LONGEST_TYPED:
        return None
    said = _plain(text)
    if found := _CLOCK.fullmatch(said):
        return int(found[1]) * 60 + int(found[2]) if int(found[2]) < 60 else None
    for written, read in _SAID:
        said = written.sub(read, said)
    if re.fullmatch(_NUMBER, said := said.strip()):
        number = _number(said)
        return _hours(said) if number <= 8 or not said.isdigit() else number
    found = _TIME.fullmatch(said)
    if found is None or not any(part is not None for part in found.groups()):
        return None
    hours, minutes, quarters = found.groups()
    total = _hours(hours) if hours else 0.0
    total += _number(minutes) if minutes else 0
    return total + (int(quarters or 1) * QUARTER if quarters is not None else 0)


def _plain(text: str) -> str:
    for sign in "½¼¾":  # taking accents away would spell them out
        text = text.replace(sign, _FRACTIONS[sign])
    letters = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(char for char in letters if not unicodedata.combining(char)).casefold().split())


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))


def _hours(digits: str) -> float:
    """Minutes in so many hours; "1.30" is half past one, as in Dutch, for as a decimal it is no quarter of an hour."""
    minutes = _number(digits) * 60
    whole, _, part = digits.replace(",", ".").partition(".")
    if minutes % QUARTER and len(part) == 2 and int(part) < 60 and int(part) % QUARTER == 0:
        return int(whole or 0) * 60 + int(part)
    return round(minutes, 6)


def _day_and_time(text: str, today: date) -> tuple[date, time, bool]:
    """The day and the time of the day, and whether it was only a weekday, so that it comes again in a week."""
    plain = re.sub(r"(?<=\d)t(?=\d)|[,@]", " ", text.casefold())
    words = plain.split()
    # Numbers alone may be read in too many ways.
    if len(text) <= LONGEST_TYPED and not all(word.isdigit() for word in words):
        try:
            moment = typed.moment(plain)
        except NotAMoment:
            for first, second in _parts(words):
                if (at := _time(second)) is not None and (day := _day(first, today)) is not None:
                    return day, at, False
        else:
            day = today + timedelta(days=(moment.weekday - today.weekday()) % 7)
            return day, time(moment.hour, moment.minute), True
    raise NotADayAndTime


def _parts(words: list[str]) -> Iterator[tuple[str, str]]:
    """Every way to part them into a day and a time: the time last, or else first."""
    cuts = range(1, len(words))
    yield from ((" ".join(words[:cut]), " ".join(words[cut:])) for cut in cuts)
    yield from ((" ".join(words[cut:]), " ".join(words[:cut])) for cut in cuts)


def _time(text: str) -> time | None:
    try:
        read = typed.moment(f"monday {text}")  # a time is read beside a weekday; which one says nothing
    except NotAMoment:
        return None
    return time(read.hour, read.minute)


def _day(text: str, today: date) -> date | None:
    """Raises WrongWeekday."""
    try:
        day = typed.day(text, today)
    except NotADay:
        return None
    named = {
        number
        for word in re.findall(r"[^\W\d_]{2,}", text)
        for number, names in enumerate(typed.WEEKDAYS)
        if any(name.startswith(word) for name in names)
    }
    if named and day.weekday() not in named:
        raise WrongWeekday(day=day.isoformat())
    return day


def _instant(day: date, at: time, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When clocks in the zone show this, if that is still to come. Raises HourSkipped."""
    wall = datetime.combine(day, at, zone)
    instants = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    if instants[0].astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise HourSkipped(day=day.isoformat(), time=f"{at:%H:%M}")
    return next((instant for instant in instants if instant > now), None)
