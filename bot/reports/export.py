"""The ZIP file a manager takes away: a CSV file for each table, everything once more as JSON, and what is what."""

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
# A spreadsheet takes a cell that starts like this for a formula, and would carry it out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def archive(name: str, readme: str, settings: Record, tables: Mapping[str, Sequence[Record]], made: datetime) -> bytes:
    """A ZIP file with everything in one folder `name`. The same data and time make the same bytes."""
    content = {
        "README.txt": readme.encode(),
        "everything.json": _json({"settings": settings, **tables}),
        **{f"{table}.csv": _csv(rows) for table, rows in tables.items()},
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file, data in content.items():
            zipped.writestr(zipfile.ZipInfo(f"{name}/{file}", made.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return value.value
    raise TypeError(f"no JSON for {value!r}")


def _csv(rows: Sequence[Record]) -> bytes:
    if not rows:
        return b""
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]))
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    # Spreadsheets take a file without this mark for one in an old encoding.
    return written.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
