"""What the chat surface shows of digests: read, never written."""

from __future__ import annotations

from bot.services.tools import Tools
from domain.digests import POSTED_WITHIN
from domain.model import Community, CommunityState, Digest, DigestId
from storage import communities, digests


async def get(tools: Tools, digest_id: DigestId) -> Digest | None:
    """A digest as it was made; None if there is none."""
    async with tools.db.read() as tx:
        return await digests.get(tx, digest_id)


async def to_post(tools: Tools, digest_id: DigestId) -> tuple[Community, Digest] | None:
    """A digest and where it belongs; None if Weft is not on that server any more, or the digest is of long ago."""
    async with tools.db.read() as tx:
        digest = await digests.get(tx, digest_id)
        community = await communities.get(tx, digest.community) if digest else None
    if digest is None or community is None or community.state is not CommunityState.ACTIVE:
        return None
    if tools.clock.now() - digest.until >= POSTED_WITHIN:
        return None
    return community, digest
