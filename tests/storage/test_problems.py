"""What a manager may have to mend, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.model import Problem, ProblemKind
from storage import problems
from storage.engine import Database
from tests.storage import rows
from tests.storage.rows import ELSEWHERE, HERE, NOW

THREADS = Problem(HERE, ProblemKind.PERMISSION, "round", ("create_private_threads",), NOW)
GONE = Problem(HERE, ProblemKind.CHANNEL_GONE, "round", (), NOW - timedelta(hours=1))
SKILLS = Problem(HERE, ProblemKind.PERMISSION, "skills", ("send_messages",), NOW + timedelta(hours=1))
THEIRS = Problem(ELSEWHERE, ProblemKind.PERMISSION, "round", (), NOW)


@pytest.fixture
async def known(db: Database) -> Database:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
        for problem in (THREADS, GONE, SKILLS, THEIRS):
            await problems.report(tx, problem)
    return db


async def test_the_longest_standing_comes_first_and_nobody_sees_another_community(known: Database) -> None:
    async with known.read() as tx:
        assert await problems.of(tx, HERE) == [GONE, THREADS, SKILLS]
        assert await problems.of(tx, ELSEWHERE) == [THEIRS]


async def test_reported_again_it_keeps_its_since_and_takes_on_what_is_missing_now(known: Database) -> None:
    again = replace(THREADS, permissions=("manage_threads", "send_messages"), since=NOW + timedelta(days=1))
    async with known.write() as tx:
        await problems.report(tx, again)
        assert await problems.of(tx, HERE) == [GONE, replace(again, since=NOW), SKILLS]


@pytest.mark.parametrize(
    ("which", "left"),
    [
        ({}, []),
        ({"kind": ProblemKind.PERMISSION}, [GONE]),
        ({"subject": "round"}, [SKILLS]),
        ({"kind": ProblemKind.PERMISSION, "subject": "round"}, [GONE, SKILLS]),
        ({"kind": ProblemKind.REFUSED}, [GONE, THREADS, SKILLS]),
    ],
)
async def test_clearing(known: Database, which: dict[str, str], left: list[Problem]) -> None:
    async with known.write() as tx:
        await problems.clear(tx, HERE, **which)  # type: ignore[arg-type]
        assert await problems.of(tx, HERE) == left
        assert await problems.of(tx, ELSEWHERE) == [THEIRS]
