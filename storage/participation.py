"""What the digest, the map and the report are made of, read from the participation log and the tables beside it.

Everything is of one community, and of a window as it was known when it ended, where that was written down: an act, a
confirmation or a correction of `window.end` or later is not looked at. Acts are kept for twelve months; what is left of
older ones, first exchanges and counts by the month, is what `Log.first`, `months_of_ties` and `firms_alone` need too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.evidence import Facts, Log, Network, Tie
from domain.measures import Showing, nodes_of
from domain.model import CommunityId, ShowingState
from domain.periods import Window
from domain.sessions import QUARTER
from storage.engine import Tx
from storage.participation_acts import (
    anything,
    exchanges,
    first_exchanges,
    newcomers,
    ties,
    ties_by_span,
    took_part,
)
from storage.participation_firms import firm_names, firms_alone, nodes
from storage.participation_totals import activity, led_on, minutes, shown, unconfirmed, unserved_wants
from storage.tables import manager_actions, showings

__all__ = [
    "activity",
    "anything",
    "facts_of",
    "firm_names",
    "firms_alone",
    "led_on",
    "log_of",
    "months_of_ties",
    "network_at",
    "unserved_wants",
]


async def log_of(tx: Tx, community: CommunityId, window: Window, weeks: Sequence[datetime]) -> Log:
    """What the figures of a window need; `weeks` are the boundaries of its chart, the window's end last."""
    moments = sorted({*weeks, window.before.start, window.start, window.end})
    active = await took_part(tx, community, moments)
    since, chart = min(window.start, weeks[0]), Window(weeks[0], weeks[-1])

    def in_window(some: Window) -> frozenset[int]:
        return frozenset(firm for number, firm in active if moments[number] in some)

    by_week = {(bisect_right(weeks, moments[number]) - 1, firm) for number, firm in active if moments[number] in chart}
    given = await minutes(tx, community, window)
    return Log(
        weeks=weeks,
        nodes=await nodes(tx, community, window),
        active=in_window(window),
        active_before=in_window(window.before),
        by_week=sorted(by_week),
        exchanges=await exchanges(tx, community, Window(since, window.end)),
        first=await first_exchanges(tx, community, window),
        showings=await _showings(tx, community, window),
        sessions=[
            (sum(given.values()), True),
            (await unconfirmed(tx, community, window), False),
        ],
        newcomers=await newcomers(tx, community, window.end),
        required=await _required(tx, community, window),
    )


async def facts_of(tx: Tx, community: CommunityId, window: Window) -> Facts:
    """What the breakdowns of a period need."""
    network = await network_at(tx, community, window)
    active = await took_part(tx, community, (window.start, window.end))
    given = await minutes(tx, community, window)
    return Facts(
        nodes=network.nodes,
        active=frozenset(firm for _, firm in active),
        network=network,
        quarter_hours={firm: some // QUARTER for firm, some in given.items() if some},
    )


async def network_at(tx: Tx, community: CommunityId, window: Window) -> Network:
    """The firms that were there in the window, and their ties in it."""
    there = nodes_of(await nodes(tx, community, window), window)
    return Network(there, await ties(tx, community, window))


async def months_of_ties(tx: Tx, community: CommunityId, boundaries: Sequence[datetime]) -> list[dict[Tie, int]]:
    """The ties between each two boundaries, which rise, and with how many exchanges.

    Where acts are not kept any more their counts are by UTC's months: such a month is where its middle lies.
    """
    return await ties_by_span(tx, community, boundaries)


async def _showings(tx: Tx, community: CommunityId, window: Window) -> list[Showing]:
    """Those shown in the window. Of old ones it was not written down when they were taken back: at once, then."""
    query = sa.select(showings.c.shown_at, showings.c.answered_at, showings.c.state, showings.c.ended_at)
    return [
        Showing(at, answered, (ended or at) if answered is None and state != ShowingState.OPEN else None)
        for at, answered, state, ended in await tx.execute(query.where(shown(community, window)))
    ]


async def _required(tx: Tx, community: CommunityId, window: Window) -> list[datetime]:
    """When Weft needed a manager."""
    query = sa.select(manager_actions.c.at).where(
        manager_actions.c.community_id == community,
        manager_actions.c.at >= window.start,
        manager_actions.c.at < window.end,
        manager_actions.c.required,
    )
    return list((await tx.execute(query.order_by(manager_actions.c.at))).scalars())
