"""Carrying out what is to be said about skills: the message in their channel, and reminders."""

from __future__ import annotations

from collections.abc import Mapping

from bot.outcomes import Moot, Refused, Unknown
from bot.services import skills
from bot.texts import catalogue
from cogs.messenger import Carrier, Messenger
from cogs.skills import board_cards, cards
from domain.model import Intention, MemberId, ProblemKind

Ids = Mapping[str, int]


async def _board(messenger: Messenger, intention: Intention) -> Ids:
    view = await skills.board_news(messenger.tools, intention.community)
    if view is None:
        raise Moot
    channel, before = view.community.channels.skills, view.community.board_message
    if channel is None:
        raise Refused(ProblemKind.CHANNEL_GONE, "skills")
    card = board_cards.message(catalogue(view.community.language), view)
    if before is not None:
        try:
            await messenger.edit(intention, channel, before, card)
        except Unknown as gone:  # somebody deleted it, or the board has another channel now
            if gone.what != "message":
                raise
        else:
            return {"message": before}
    return {"message": await messenger.post(intention, channel, card)}


async def _lapsing(messenger: Messenger, intention: Intention) -> Ids:
    told = await skills.to_remind(messenger.tools, MemberId(int(intention.args["member"])))
    if told is None:
        raise Moot  # they have seen to it meanwhile, or have left
    member, own = told
    assert member.user is not None
    await messenger.tell(intention, member, cards.lapsing(catalogue(member.language), own, member.user))
    return {}


CARRIERS: dict[str, Carrier] = {"skills.board": _board, "skills.lapsing": _lapsing}
