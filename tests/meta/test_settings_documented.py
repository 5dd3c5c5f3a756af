"""Whoever runs Weft finds every setting in deploy/env.example, as the program describes it and with its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import PREFIX, Settings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "env.example"
LINE = re.compile(rf"^#({PREFIX}\w+)=(.*)$", re.MULTILINE)


@pytest.fixture(scope="module")
def text() -> str:
    return EXAMPLE.read_text(encoding="utf-8")


def test_the_example_holds_every_setting_once_and_nothing_else(text: str) -> None:
    found = [name for name, _ in LINE.findall(text)]
    assert sorted(found) == sorted(PREFIX + name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_stands_under_its_description_with_its_default(name: str, text: str) -> None:
    field = Settings.model_fields[name]
    assert field.description
    value = "" if field.default is None else f"{field.default:g}" if isinstance(field.default, float) else field.default
    assert f"# {field.description}\n#{PREFIX}{name.upper()}={value}\n" in text


def test_every_line_of_the_example_is_a_comment(text: str) -> None:
    """Copied as it is, it changes nothing."""
    assert all(line.startswith("#") or not line for line in text.splitlines())
