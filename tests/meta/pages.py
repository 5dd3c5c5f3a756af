"""The pages people read, taken apart: for the tests that hold them to what is so."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"), *ROOT.glob("storage/**/*.md")]
)
ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)  # of a table whose first column is code
SPAN = re.compile(r"`([^`\n]+)`")


@cache
def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def spans(text: str) -> list[str]:
    """What stands between backticks."""
    return SPAN.findall(text)


def section(page: str, heading: str) -> str:
    """The text under a heading, up to the next of its rank or above."""
    start = re.search(rf"^(#+) {re.escape(heading)}$", read(page), re.MULTILINE)
    assert start, f"{page} has no heading {heading!r}"
    rest = read(page)[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest
