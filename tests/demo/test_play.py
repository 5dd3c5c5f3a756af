"""The demo without a browser: the summary says what stands in the database, and the same seed plays the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.demo.play import play, rows
from bot.demo.story import Told
from bot.demo.summary import Summary
from bot.demo.summary.showings import ShowingSummary
from bot.demo.summary.swaps import SwapSummary
from tests.demo.small import small

WEEKS, SEED = 2, 7
WHAT = "kind, member_id, other_member_id, round_id, at"


async def _played(
    data: Path, weeks: int = WEEKS, seed: int = SEED, told: Told = lambda _share, _words: None
) -> tuple[Summary, list[tuple[object, ...]]]:
    summary = await play(small(), weeks, seed, data, told)
    with closing(sqlite3.connect(data / "weft.sqlite3")) as file:
        # Who is paired with whom at one moment is written in no particular order.
        return summary, sorted(file.execute(f"SELECT {WHAT} FROM acts"), key=repr)


async def test_the_summary_is_what_happened_and_the_same_seed_plays_the_same(tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    found, log = await _played(_made(tmp_path / "one"), told=lambda share, words: told.append((share, words)))
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
        ties = """SELECT count(DISTINCT min(firm_id, other_firm_id) || ' ' || max(firm_id, other_firm_id))
            FROM acts WHERE firm_id <> other_firm_id
            AND kind IN ('review.exchanged', 'session.exchanged', 'showing.helped')"""
        assert found.ties == _one(file, ties)
        placed = "SELECT count(*) FROM signups JOIN rounds ON rounds.id = round_id WHERE place = 'placed'"
        assert found.places == _one(file, f"{placed} AND rounds.state = 'closed'")
        _swaps_are_as_they_stand(file, found.swaps)
        _showings_are_as_they_stand(file, found.showings)
        made, longest = file.execute("SELECT count(*), max(length(plain)) FROM digests").fetchone()
        assert found.digests.made == made == WEEKS + 1  # one before each round, and before the one to come
        assert 0 < found.digests.words <= 120 < longest
        assert (found.digests.settled, found.digests.mails) == (0, 0)
    assert found.took_part > len(small().people) / 2
    assert 0 < found.exchanges <= found.reviews
    assert 0 < found.ties <= found.ties_possible == 3
    assert [one.round for one in found.spread] == [1, 2]
    assert 1 / found.members < found.spread[0].reach <= found.spread[1].reach <= 1
    assert {what for what, _ in rows(found)} > {"Rounds held", "Problems", "Reach", "Time credits", "Works shown"}

    _tells_how_far_it_is(told)

    less, log_less = await _played(_made(tmp_path / "less"), weeks=1)
    last = max(str(at) for *_, at in log_less)
    assert log_less == [row for row in log if str(row[-1]) <= last]
    other, log_other = await _played(_made(tmp_path / "other"), weeks=1, seed=SEED + 1)
    assert less.problems == other.problems == ()
    assert log_other != log_less


def _tells_how_far_it_is(told: list[tuple[float, str]]) -> None:
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] <= 1
    assert any("joins" in words for _, words in told)


def _swaps_are_as_they_stand(file: sqlite3.Connection, found: SwapSummary) -> None:
    for kind, number in (("offer", found.offers), ("want", found.wants)):
        assert number == _one(file, f"SELECT count(*) FROM listings WHERE kind = '{kind}'") > 0
    by_state = dict(file.execute("SELECT state, count(*) FROM swaps GROUP BY state"))
    assert found.proposals == by_state
    assert sum(by_state.values()) > 0
    agreed = "SELECT count(*) FROM legs JOIN swaps ON swaps.id = swap_id WHERE swaps.state IN ('agreed', 'over')"
    assert sum(size * number for size, number in found.agreed_by_size.items()) == _one(file, agreed)
    assert found.minutes == _one(file, "SELECT coalesce(sum(settled), 0) FROM legs WHERE state = 'confirmed'")
    assert found.total == 0


def _showings_are_as_they_stand(file: sqlite3.Connection, found: ShowingSummary) -> None:
    assert found.shown == _one(file, "SELECT count(*) FROM showings WHERE state = 'open'") > 0
    assert found.answers == _one(file, "SELECT count(*) FROM answers")
    assert found.helped == _one(file, "SELECT count(*) FROM answers WHERE helped_at IS NOT NULL")
    assert found.asks == _one(file, "SELECT count(*) FROM asks WHERE showing_id IS NOT NULL")
    assert 0 <= found.unasked_in_a_day <= found.in_a_day <= found.in_three_days <= 1
    most = "SELECT max(asked) FROM (SELECT count(*) AS asked FROM asks GROUP BY member_id)"
    assert found.most_asked == (_one(file, most) or 0)


def _made(directory: Path) -> Path:
    directory.mkdir()
    return directory


def _one(file: sqlite3.Connection, query: str) -> int:
    number: int = file.execute(query).fetchone()[0]
    return number
