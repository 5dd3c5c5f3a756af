"""The ZIP file a manager takes away: a CSV file for each table, everything once more as JSON, and what is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.reports.archive import Record, archive, as_csv, as_json


def export(name: str, readme: str, settings: Record, tables: Mapping[str, Sequence[Record]], made: datetime) -> bytes:
    """A ZIP file with everything in one folder `name`. The same data and time make the same bytes."""
    files = {
        "README.txt": readme.encode(),
        "everything.json": as_json({"settings": settings, **tables}),
        **{f"{table}.csv": as_csv(rows) for table, rows in tables.items()},
    }
    return archive({f"{name}/{file}": data for file, data in files.items()}, made)
