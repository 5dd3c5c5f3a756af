"""What the installation as a whole needs now and then, whatever its communities do."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.tools import Tools
from domain.addresses import CODE_LASTS
from domain.listings import KEPT as OFF_THE_BOARD
from storage import addresses, facts, listings, outbox, reviews

EVERY = timedelta(days=1)
KEEP = timedelta(days=90)  # longer than anything decided once can be decided again
UNPOSTED = timedelta(days=30)  # a review nobody could post in that time
_LAST = "upkeep.at"


async def forget_what_is_over(tools: Tools) -> None:
    """Once a day, forget what was carried out or dropped long ago, and words that serve nobody any more."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        last = await facts.get(tx, _LAST)
    if last is not None and now - datetime.fromisoformat(last) < EVERY:
        return
    async with tools.db.write() as tx:
        await outbox.prune(tx, now - KEEP)
        await reviews.forget_texts(tx, now - UNPOSTED)
        await listings.forget_words(tx, now - OFF_THE_BOARD)
        await addresses.forget_unconfirmed(tx, now - CODE_LASTS)
        await addresses.forget_trouble(tx)
        await facts.put(tx, _LAST, now.isoformat())


DUE = (forget_what_is_over,)
