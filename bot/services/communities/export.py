"""What a manager can take away: the community's settings, firms, rounds and totals, without anything about a person."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.services.communities.settings import noted
from bot.services.tools import Tools
from domain.errors import NotSetUp
from domain.model import Community, CommunityId
from storage import communities, exports


@dataclass(frozen=True, slots=True)
class Export:
    """`tables`: rows by the name of their table. Times are UTC."""

    community: Community
    at: datetime
    settings: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]]


async def collected(tools: Tools, community_id: CommunityId) -> Export:
    """Raises NotSetUp."""
    now = tools.clock.now()
    async with tools.db.write() as tx:
        community = await communities.get(tx, community_id)
        if community is None:
            raise NotSetUp
        await noted(tx, community_id, now, "export")
    async with tools.db.read() as tx:
        tables = await exports.everything(tx, community_id)
    settings = asdict(community)
    return Export(community, now, settings, tables)
