"""The file a manager takes away: the same rows in every form, safe to open, the same bytes for the same data."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.archive import LARGEST_EXACT
from bot.reports.export import export
from domain.model import CommunityState

MADE = datetime(2026, 1, 6, 12, tzinfo=UTC)
ROWS = [
    {"firm": "Studio Noord, “de Loods”", "members": 2, "since": MADE},
    {"firm": "Żółw\nen zoon", "members": 1, "since": None},
]


def _read(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {name: zipped.read(name).decode("utf-8-sig") for name in zipped.namelist()}


def _table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_table_is_a_file_and_all_are_in_one() -> None:
    settings: dict[str, Any] = {"state": CommunityState.ACTIVE, "first": date(2026, 1, 5), "themes": ("a", "b")}
    files = _read(export("weft", "Hello", settings, {"firms": ROWS, "rounds": []}, MADE))
    assert set(files) == {f"weft/{name}" for name in ("README.txt", "everything.json", "firms.csv", "rounds.csv")}
    assert files["weft/README.txt"] == "Hello"
    assert files["weft/rounds.csv"] == ""
    assert _table(files["weft/firms.csv"]) == [
        {"firm": "Studio Noord, “de Loods”", "members": "2", "since": "2026-01-06T12:00:00+00:00"},
        {"firm": "Żółw\nen zoon", "members": "1", "since": ""},
    ]
    everything = json.loads(files["weft/everything.json"])
    assert everything["settings"] == {"state": "active", "first": "2026-01-05", "themes": ["a", "b"]}
    assert everything["firms"][1] == {"firm": "Żółw\nen zoon", "members": 1, "since": None}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_firm_name_becomes_a_formula(start: str) -> None:
    name = f"{start}HYPERLINK(1)"
    files = _read(export("weft", "", {}, {"firms": [{"firm": name}]}, MADE))
    assert _table(files["weft/firms.csv"])[0]["firm"] == f"'{name}"
    assert json.loads(files["weft/everything.json"])["firms"][0]["firm"] == name  # for programs, as it is


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"firm": st.text(st.characters(codec="utf-8")), "n": st.integers(-LARGEST_EXACT, LARGEST_EXACT)}
        ),
        max_size=5,
    )
)
def test_what_goes_in_comes_out(rows: list[dict[str, Any]]) -> None:
    data = export("weft", "", {}, {"firms": rows}, MADE)
    assert data == export("weft", "", {}, {"firms": rows}, MADE)
    assert json.loads(_read(data)["weft/everything.json"])["firms"] == rows


def test_what_has_no_plain_form_is_a_bug() -> None:
    with pytest.raises(TypeError, match="no JSON"):
        export("weft", "", {"odd": object()}, {}, MADE)


def test_ids_of_discord_are_text_for_programs() -> None:
    ids = {"role": 123456789012345678, "number": LARGEST_EXACT}
    files = _read(export("weft", "", {"channels": ids}, {"rows": [ids]}, MADE))
    everything = json.loads(files["weft/everything.json"])
    told = {"role": "123456789012345678", "number": LARGEST_EXACT}
    assert (everything["settings"]["channels"], everything["rows"]) == (told, [told])
