"""Figures and tables as they are stored, and back: what was settled can be told again years later, to the digit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from domain.digests import Activity, LedOn, PeriodFacts
from domain.evidence import Figures, Indices, Place, Table
from domain.periods import Quarter

_FIGURES = TypeAdapter(Figures)
_INDICES = TypeAdapter(Indices | None)
_ACTIVITY = TypeAdapter(Activity)
_LED_ON = TypeAdapter(LedOn)


def stored_figures(figures: Figures) -> Mapping[str, Any]:
    """The figures as JSON holds them."""
    stored: Mapping[str, Any] = _FIGURES.dump_python(figures, mode="json")
    return stored


def stored_period(facts: PeriodFacts) -> Mapping[str, Any]:
    """What a quarter came to, as JSON holds it."""
    return {
        "figures": stored_figures(facts.figures),
        "indices": _INDICES.dump_python(facts.indices, mode="json"),
        "activity": _ACTIVITY.dump_python(facts.activity, mode="json"),
        "tables": [_stored_table(one) for one in facts.tables],
        "ties": None if facts.ties is None else _stored_table(facts.ties),
        "weeks": [one.isoformat() for one in facts.weeks],
        "led_on": _LED_ON.dump_python(facts.led_on, mode="json"),
    }


def period(quarter: Quarter, stored: Mapping[str, Any]) -> PeriodFacts:
    """What was settled of a quarter, from what `stored_period` made of it."""
    return PeriodFacts(
        quarter=quarter,
        complete=True,
        figures=_FIGURES.validate_python(stored["figures"]),
        indices=_INDICES.validate_python(stored["indices"]),
        activity=_ACTIVITY.validate_python(stored["activity"]),
        tables=tuple(map(_table, stored["tables"])),
        ties=None if stored["ties"] is None else _table(stored["ties"]),
        weeks=tuple(map(date.fromisoformat, stored["weeks"])),
        led_on=_LED_ON.validate_python(stored["led_on"]),
    )


def _stored_table(table: Table) -> Mapping[str, Any]:
    cells = sorted(table.cells.items(), key=repr)
    return {"period": table.period, "what": table.what, "rows": table.rows, "cells": cells}


def _table(stored: Mapping[str, Any]) -> Table:
    rows = tuple(tuple(group) for group in stored["rows"])
    return Table(stored["period"], stored["what"], rows, {_place(at): value for at, value in stored["cells"]})


def _place(stored: Any) -> Place:
    """A place of a table: JSON has lists for tuples."""
    return tuple(map(_place, stored)) if isinstance(stored, list) else stored
