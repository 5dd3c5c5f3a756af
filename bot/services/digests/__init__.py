"""The digest, the map and the report: what a manager, a funder and the cluster itself can see of what Weft does."""

from __future__ import annotations

from datetime import datetime

from bot.outcomes import Arrival, Refusal
from bot.services.digests.issuing import Draw, arrived, asked, issue
from bot.services.digests.looking import get, to_post
from bot.services.digests.mapping import keep_places, map_facts
from bot.services.digests.settling import periods, report_facts, settle
from domain.digests import RECURS, SETTLES
from storage import recurring
from storage.engine import Tx

__all__ = [
    "ARRIVALS",
    "DUE",
    "NEXT",
    "RECURS",
    "REFUSALS",
    "Draw",
    "asked",
    "get",
    "issue",
    "keep_places",
    "map_facts",
    "periods",
    "report_facts",
    "settle",
    "to_post",
]


async def _next_issue(tx: Tx) -> datetime | None:
    return await recurring.next_due(tx, RECURS)


async def _next_settling(tx: Tx) -> datetime | None:
    return await recurring.next_due(tx, SETTLES)


ARRIVALS: dict[str, Arrival] = {"digest.post": arrived}
REFUSALS: dict[str, Refusal] = {}
# `issue` needs somebody who draws: the composition root adds it.
DUE = (settle,)
NEXT = (_next_issue, _next_settling)
