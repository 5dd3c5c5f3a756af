"""What can be drawn, and what comes of it: to be called through `tools.compute`, in the worker that ends afterwards.

The libraries that draw are large. They are loaded when something is drawn, and what comes back needs none of them: the
process that talks with Discord never carries them.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from datetime import date

from bot.reports.made import MapFiles, Picture, ReportFiles
from domain.digests import DigestFacts, DigestLook, MapFacts, ReportFacts

__all__ = ["MapFiles", "Picture", "ReportFiles", "draw_digest", "draw_maps", "draw_reports"]


def draw_digest(language: str, facts: DigestFacts) -> DigestLook:
    """The digest in a language. Equal facts make equal bytes."""
    from bot.reports import digest

    return digest.draw_digest(language, facts)


def draw_maps(language: str, server: str, facts: MapFacts, made: date) -> MapFiles:
    """Everything that `/digest map` shows; `server` is the name of the server."""
    from bot.reports import assembling

    return assembling.draw_maps(language, server, facts, made)


def draw_reports(language: str, server: str, facts: ReportFacts, reader: str | None = None) -> ReportFiles:
    """Everything that `/digest report` and `/digest export` show; `server` is the name of the server.

    The files are in `language`, the headline is in that of the `reader` (None: the same).
    """
    from bot.reports import assembling

    return assembling.draw_reports(language, server, facts, reader or language)
