"""Posting the week's digest for the managers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused
from bot.services import digests
from cogs.digests import cards
from cogs.messenger import Carrier, Messenger
from domain.model import DigestId, Intention, ProblemKind


async def _post(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
    found = await digests.to_post(messenger.tools, DigestId(int(intention.args["digest"])))
    if found is None:
        raise Moot
    community, digest = found
    if community.channels.managers is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "managers")
    return {"message": await messenger.post(intention, community.channels.managers, cards.digest(digest))}


CARRIERS: dict[str, Carrier] = {"digest.post": _post}
