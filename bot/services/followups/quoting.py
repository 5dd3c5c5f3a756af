"""What somebody says came of an exchange, in their own words, to be printed in the cluster's report."""

from __future__ import annotations

from bot.services.tools import Tools
from domain.errors import BlankQuote, TooOld
from domain.model import Member, MemberId, Quote
from storage import quotes

WORDS, NAME = 300, 80  # characters


async def may_quote(tools: Tools, member: Member) -> Quote | None:
    """What they have given already. Raises TooOld for who has not said that an exchange led to joint work."""
    async with tools.db.read() as tx:
        if not await quotes.may_give(tx, member.id):
            raise TooOld
        return await quotes.of(tx, member.id)


async def give(tools: Tools, member: Member, text: str, name: str) -> Quote:
    """Give a quote in the place of an earlier one; `name`: as it is to be printed, "" for none.

    Raises BlankQuote, and TooOld as `may_quote`.
    """
    # Discord keeps what people write this short; whoever gets around it is cut off.
    words, called = " ".join(text.split())[:WORDS].rstrip(), " ".join(name.split())[:NAME].rstrip()
    if not words:
        raise BlankQuote
    now = tools.clock.now()
    async with tools.db.write() as tx:
        if not await quotes.may_give(tx, member.id):
            raise TooOld
        await quotes.give(tx, member.community, member.id, words, called, now)
    return Quote(member.id, words, called, now)


async def take_back(tools: Tools, member: MemberId) -> None:
    """From now on no report has it. Twice is once."""
    async with tools.db.write() as tx:
        await quotes.take_back(tx, member)


async def given(tools: Tools, member: MemberId) -> Quote | None:
    async with tools.db.read() as tx:
        return await quotes.of(tx, member)
