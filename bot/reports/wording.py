"""Numbers, dates and names as they are written in a reader's language."""

from collections.abc import Sequence
from datetime import date, timedelta

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from bot.texts import Translator

_HOUR = timedelta(hours=1)


def locale(t: Translator) -> Locale:
    """The translator's language, as it is written in Europe."""
    return Locale("en", "GB") if t.language == "en" else Locale(t.language)


def number(t: Translator, value: float, digits: int = 0) -> str:
    """ "1,234" or "0.62", with so many digits behind the point at most."""
    # + 0 makes nothing of a minus in front of nothing.
    return format_decimal(round(value, digits) + 0, locale=locale(t))


def percent(t: Translator, share: float) -> str:
    """A share from 0 to 1 as "62%"."""
    return format_percent(share, locale=locale(t))


def hours(t: Translator, minutes: int) -> str:
    """Minutes as hours, to the quarter: "41.75"."""
    return number(t, minutes / 60, 2)


def wait(t: Translator, time: timedelta) -> str:
    """ "5 hours", from two days on "3 days"."""
    count = max(1, round(time / _HOUR))
    return t.plain("reports.hours", n=count) if count < 48 else t.plain("reports.days", n=round(count / 24))


def day(t: Translator, when: date) -> str:
    """ "5 January 2026"."""
    return format_date(when, "d MMMM y", locale=locale(t))


def short_day(t: Translator, when: date) -> str:
    """ "5 Jan"."""
    return format_date(when, "d MMM", locale=locale(t))


def month(t: Translator, when: date) -> str:
    """ "Jan"."""
    return format_date(when, "LLL", locale=locale(t))


def month_of_year(t: Translator, when: date) -> str:
    """ "January 2026"."""
    return format_date(when, "LLLL y", locale=locale(t))


def sectors(t: Translator, group: Sequence[str]) -> str:
    """Sectors that are told together, as one: "crafts, design and other"."""
    return t.list([t.sector(one) for one in group])
