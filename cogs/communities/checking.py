"""The look at how a community is doing: the same behind `/cluster check` and behind the digest's button."""

from __future__ import annotations

from bot.services import communities
from bot.services.communities import Health
from cogs.communities.settings import server
from cogs.communities.sight import amiss
from cogs.ui.visit import Visit


async def checked(visit: Visit) -> Health:
    """Settle what is amiss by the looks of it, and have what had waited go on. Raises ServerUnknownError."""
    return await communities.checked(visit.tools, visit.guild_id, amiss(server(visit), visit.cluster))
