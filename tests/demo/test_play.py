"""The demo without a browser: the summary says what stands in the database, and the same seed plays the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.demo.play import play, rows
from bot.demo.summary import Summary
from tests.demo.small import small

WEEKS, SEED = 2, 7
WHAT = "kind, member_id, other_member_id, round_id, at"


async def _played(data: Path, seed: int = SEED) -> tuple[Summary, list[tuple[object, ...]]]:
    summary = await play(small(), WEEKS, seed, data)
    with closing(sqlite3.connect(data / "weft.sqlite3")) as file:
        # Who is paired with whom at one moment is written in no particular order.
        return summary, sorted(file.execute(f"SELECT {WHAT} FROM acts"), key=repr)


async def test_the_summary_is_what_happened_and_the_same_seed_plays_the_same(tmp_path: Path) -> None:
    found, log = await _played(_made(tmp_path / "one"))
    assert found.problems == ()
    assert found.rounds == WEEKS
    assert (found.members, found.firms) == (len(small().people), 3)
    assert found.required == 0
    with closing(sqlite3.connect(tmp_path / "one" / "weft.sqlite3")) as file:
        assert found.exchanges == _one(file, "SELECT count(*) FROM reviews WHERE state = 'acknowledged'")
        assert found.reviews == _one(file, "SELECT count(*) FROM reviews WHERE state IN ('given', 'acknowledged')")
        took_part = """SELECT count(*) FROM (
            SELECT reviewer_id FROM reviews WHERE state IN ('given', 'acknowledged')
            UNION SELECT maker_id FROM reviews WHERE state IN ('given', 'acknowledged'))"""
        assert found.took_part == _one(file, took_part)
        ties = """SELECT count(DISTINCT min(a.firm_id, b.firm_id) || ' ' || max(a.firm_id, b.firm_id))
            FROM reviews JOIN members a ON a.id = reviewer_id JOIN members b ON b.id = maker_id
            WHERE reviews.state = 'acknowledged'"""
        assert found.ties == _one(file, ties)
        placed = "SELECT count(*) FROM signups JOIN rounds ON rounds.id = round_id WHERE place = 'placed'"
        assert found.places == _one(file, f"{placed} AND rounds.state = 'closed'")
    assert found.took_part > len(small().people) / 2
    assert 0 < found.exchanges <= found.reviews
    assert 0 < found.ties <= found.ties_possible == 3
    assert [one.round for one in found.spread] == [1, 2]
    assert 1 / found.members < found.spread[0].reach <= found.spread[1].reach <= 1
    assert {what for what, _ in rows(found)} > {"Rounds held", "Problems", "Reach"}

    again, log_again = await _played(_made(tmp_path / "two"))
    assert again == found
    assert log_again == log


async def test_another_seed_plays_something_else(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    found = await play(small(), 1, 3, _made(tmp_path / "less"), lambda share, words: told.append((share, words)))
    other = await play(small(), 1, 4, _made(tmp_path / "more"))
    assert found.problems == other.problems == ()
    assert (found.reviews, found.exchanges, found.spread) != (other.reviews, other.exchanges, other.spread)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] <= 1
    assert any("joins" in words for _, words in told)


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _one(file: sqlite3.Connection, query: str) -> int:
    number: int = file.execute(query).fetchone()[0]
    return number
