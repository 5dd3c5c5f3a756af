"""The ZIP files people take away: what is in them as JSON for programs, and as CSV tables that are safe to open."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

Record = Mapping[str, Any]

LARGEST_EXACT = 2**53 - 1  # the largest whole number every reader of JSON keeps
# A spreadsheet takes a cell that starts like this for a formula, and would carry it out.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONG_AGO = datetime(1980, 1, 1)  # noqa: DTZ001 - the earliest a ZIP file can tell, and it knows no zones


def archive(files: Mapping[str, bytes], made: datetime = LONG_AGO) -> bytes:
    """A ZIP file of these. The same files and time make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(zipfile.ZipInfo(name, made.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def as_json(value: object) -> bytes:
    """For programs. Discord's ids become text: programs that read numbers as fractions round them.

    Raises TypeError for what has no plain form.
    """
    return json.dumps(_plain(value), ensure_ascii=False, indent=2).encode()


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case None | str() | bool() | float():
            return value
        case int():
            return value if abs(value) <= LARGEST_EXACT else str(value)
        case Mapping():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    raise TypeError(f"no JSON for {value!r}")


def as_csv(records: Sequence[Record]) -> bytes:
    """A table with a heading; empty where there are no records."""
    if not records:
        return b""
    written = io.StringIO()
    table = csv.DictWriter(written, list(records[0]))
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in record.items()} for record in records)
    # Spreadsheets take a file without this mark for one in an old encoding.
    return written.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    """One cell of a table; no text in it may act as a formula."""
    if isinstance(value, Mapping):
        value = "\n".join(f"{name}: {text}" for name, text in value.items() if text)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value
