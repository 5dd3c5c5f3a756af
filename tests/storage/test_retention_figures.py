"""Folding what is older than a year changes no figure of the year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from domain.figures import figures, indices
from domain.measures import nodes_of
from domain.model import CommunityId
from domain.periods import Quarter, Window, lately, weeks_until
from domain.retention import cutoff
from storage import participation
from storage.engine import Database, Tx
from storage.tables import acts, firm_months
from tests.participation import Size, fill
from tests.storage.test_retention import fold_all

NOW = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
DAY = timedelta(days=1)


async def told(tx: Tx, community: CommunityId, windows: Sequence[Window]) -> list[Any]:
    """All that is told of the windows, the last of which is that of today's digest."""
    found: list[Any] = []
    for window in windows:
        weeks = weeks_until(window.end, ZONE)
        log = await participation.log_of(tx, community, window, weeks)
        if window is not windows[-1]:  # newcomers are looked for in the year before
            log = replace(log, newcomers=())
        facts = await participation.facts_of(tx, community, window)
        found += [figures(log, window), indices(log, window), facts, set(nodes_of(log.nodes, window))]
        found += [
            await participation.activity(tx, community, window),
            await participation.led_on(tx, community, window),
        ]
    months = [datetime(2025 + number // 12, 1 + number % 12, 1, tzinfo=UTC) for number in range(7, 25)]
    found += [await participation.months_of_ties(tx, community, months)]
    return [*found, await participation.firms_alone(tx, community, NOW)]


async def test_no_figure_of_the_last_twelve_months_changes(db: Database) -> None:
    (community, elsewhere) = await fill(db, Size(40, 20, 5000), Size(8, 5, 400), until=NOW, weeks=80)
    windows = [
        *(Quarter(2026, number).window(ZONE) for number in (3, 4)),
        Window(cutoff(NOW, ZONE) + 180 * DAY, NOW - 100 * DAY),
        lately(NOW),
    ]
    async with db.read() as tx:
        before = await told(tx, community, windows)
        theirs = await told(tx, elsewhere, windows)
        old = (await tx.execute(sa.select(sa.func.count()).where(acts.c.at < cutoff(NOW, ZONE)))).scalar_one()
    assert old > 1500
    await fold_all(db, community, cutoff(NOW, ZONE))
    async with db.read() as tx:
        assert await told(tx, community, windows) == before
        assert await told(tx, elsewhere, windows) == theirs
        kept = (await tx.execute(sa.select(sa.func.sum(firm_months.c.acts)))).scalar_one()
        left = (await tx.execute(sa.select(sa.func.count()).where(acts.c.at < cutoff(NOW, ZONE)))).scalar_one()
    assert old - left - kept in range(20), "all but sessions that were taken back"
