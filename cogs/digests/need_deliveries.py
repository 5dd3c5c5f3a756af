"""Carrying out what a manager had Weft say from a digest, and having the posted digest say that it is seen to."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused, Unknown
from bot.services.digests import reaching
from bot.texts import catalogue
from cogs.digests import need_cards as cards
from cogs.messenger import Carrier, Messenger
from domain.model import Intention, ProblemKind

Ids = Mapping[str, int]
NOTHING: Ids = {}


async def _want(messenger: Messenger, intention: Intention) -> Ids:
    found = await reaching.to_ask(messenger.tools, intention)
    if found is None:
        raise Moot
    community, skill = found
    if community.channels.skills is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "skills")
    card = cards.who_can_show(catalogue(community.language), skill.id, skill.name)
    return {"message": await messenger.post(intention, community.channels.skills, card)}


async def _invite(messenger: Messenger, intention: Intention) -> Ids:
    found = await reaching.to_invite(messenger.tools, intention)
    if found is None:
        raise Moot
    member, to = found
    await messenger.tell(intention, member, cards.invitation(catalogue(member.language), to))
    return NOTHING


async def _met(messenger: Messenger, intention: Intention) -> Ids:
    found = await reaching.to_change(messenger.tools, intention)
    if found is None:
        raise Moot
    place, digest = found
    assert digest.message is not None
    card = cards.seen_to(digest, by_itself=bool(intention.args["by_itself"]))
    try:
        await messenger.edit(intention, place, digest.message, card)
    except Unknown as gone:  # it was deleted, or stands in a channel that is no longer the managers'
        raise Moot from gone
    return NOTHING


NEED_CARRIERS: dict[str, Carrier] = {"need.want": _want, "need.invite": _invite, "need.met": _met}
