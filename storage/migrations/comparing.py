"""How tables and database are compared; Alembic asks for every server default."""

from __future__ import annotations

from typing import Any


def default_differs(
    _context: Any, _found: Any, _wanted: Any, found: str | None, _default: Any, wanted: str | None
) -> bool | None:
    """Alembic takes SQLite's empty text, `''`, for something else than the empty text. None: as Alembic sees it."""
    return False if found in ("''", "('')") and wanted == "" else None
