"""Where digests go by mail. A manager types an address in; who reads mail there confirms it with a code, or nothing
more is ever sent to it.

The code is made when it is mailed, and only its hash is kept. Every mail holds a link that takes the address off.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime
from hashlib import blake2b

from bot.services.communities.settings import noted
from bot.services.tools import Tools
from domain import addresses as rule
from domain.errors import (
    AddressIsThere,
    CodeIsOld,
    NoMail,
    NoSuchAddress,
    NotSetUp,
    TooManyAddresses,
    TooManyCodes,
    WrongCode,
)
from domain.model import Address, AddressState, CommunityId, NewIntention
from storage import addresses as stored
from storage import communities, outbox
from storage.addresses import Asked
from storage.engine import Tx

CODE = "email.code"
DIGEST = "email.digest"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def of(tools: Tools, community: CommunityId) -> list[Address]:
    """All of a community, in the order in which they were typed."""
    async with tools.db.read() as tx:
        return await stored.of(tx, community)


async def add(tools: Tools, community: CommunityId, text: str, language: str) -> Address:
    """Have a code mailed to an address, in this language (digests come in their cluster's); again if asked again.

    Within `CODE_EVERY` nothing more is sent. Raises NoMail, NotAnAddress, AddressIsThere, TooManyAddresses,
    TooManyCodes, NotSetUp.
    """
    if not tools.mail:
        raise NoMail
    address = rule.address_of(text)
    now = tools.clock.now()
    async with tools.db.write() as tx:
        if await communities.locked(tx, community) is None:  # two at once must not make one too many
            raise NotSetUp
        known = await stored.find(tx, community, rule.key_of(address))
        if known is None:
            added = await _first(tx, community, address, language, now)
        elif known.address.state is AddressState.CONFIRMED:
            raise AddressIsThere(address=known.address.address)
        elif known.address.state is AddressState.UNCONFIRMED and now - known.address.added_at < rule.CODE_EVERY:
            return known.address
        else:
            await _within_limits(tx, community, now)
            await outbox.drop(tx, _code(known.address).key)
            added = await stored.ask_again(tx, known.address.id, language, now)
        await outbox.add(tx, now, _code(added))
        await noted(tx, community, now, "email.add")
    tools.wake()
    return added


async def _first(tx: Tx, community: CommunityId, address: str, language: str, now: datetime) -> Address:
    await _within_limits(tx, community, now)
    if len(await stored.of(tx, community)) >= rule.AT_MOST:
        raise TooManyAddresses(limit=rule.AT_MOST)
    key, token = rule.key_of(address), secrets.token_urlsafe(16)
    added = await stored.add(tx, community, address, key, language=language, token=token, now=now)
    assert added is not None  # the community is locked, and it was not there
    return added


async def _within_limits(tx: Tx, community: CommunityId, now: datetime) -> None:
    if await stored.codes_asked_for(tx, community, now - rule.CODE_LASTS) >= rule.CODES_AT_MOST:
        raise TooManyCodes


def _code(address: Address) -> NewIntention:
    asked_at = int(address.added_at.timestamp() * 1000)
    key = f"{CODE}:{address.id}:{asked_at}"
    return NewIntention(address.community, key, f"email:{address.id}", CODE, {"address": address.id})


async def new_code(tools: Tools, address: Address) -> str | None:
    """A code to be mailed now, in the place of any before it; None if none is wanted any more."""
    code = f"{secrets.randbelow(10**rule.DIGITS):0{rule.DIGITS}}"
    async with tools.db.write() as tx:
        wanted = await stored.set_code(tx, address.id, _hash(address, code))
    return code if wanted else None


def _hash(address: Address, code: str) -> str:
    """Keeps a code from being read in a backup; it is short, and so good for a day and a few tries only."""
    return blake2b(code.encode(), key=address.token.encode(), digest_size=16).hexdigest()


async def confirm(tools: Tools, community: CommunityId, text: str, code: str) -> Address:
    """The code that was mailed to an address: digests go there from now on. Once it is confirmed, any code will do.

    Raises NotAnAddress, NoSuchAddress, WrongCode (`n`: tries left), CodeIsOld.
    """
    key = rule.key_of(rule.address_of(text))
    now = tools.clock.now()
    async with tools.db.write() as tx:
        asked = await stored.find(tx, community, key)
        if asked is None:
            raise NoSuchAddress
        if asked.address.state is AddressState.CONFIRMED:
            return asked.address
        left = rule.TRIES - asked.tries
        if left <= 0 or now - asked.address.added_at > rule.CODE_LASTS or asked.address.state is AddressState.REFUSED:
            raise CodeIsOld
        right = _is_it(asked, code)
        if right:
            await stored.confirm(tx, asked.address.id, now)
            await noted(tx, community, now, "email.confirm")
        else:
            await stored.wrong_code(tx, asked.address.id)  # raising in here would undo it
        confirmed = await stored.get(tx, asked.address.id)
    if not right:
        raise WrongCode(n=left - 1) if left > 1 else CodeIsOld
    assert confirmed is not None
    return confirmed


def _is_it(asked: Asked, code: str) -> bool:
    return hmac.compare_digest(_hash(asked.address, rule.digits_of(code)), asked.code_hash)


async def remove(tools: Tools, community: CommunityId, text: str) -> Address:
    """A manager takes an address off. Raises NotAnAddress, NoSuchAddress."""
    key = rule.key_of(rule.address_of(text))
    async with tools.db.write() as tx:
        found = await stored.find(tx, community, key)
        if found is None:
            raise NoSuchAddress
        await stored.remove(tx, found.address.id)
        await stored.forget_trouble(tx)
        await noted(tx, community, tools.clock.now(), "email.remove")
    return found.address


async def unsubscribe(tools: Tools, token: str) -> bool:
    """Whoever reads mail at an address takes it off; False if there is none with this token."""
    if not _TOKEN.fullmatch(token):  # strangers write anything, also what a database does not take for text
        return False
    async with tools.db.read() as tx:  # strangers may ask, and must not hold up those who write
        found = await stored.by_token(tx, token)
    if found is None:
        return False
    async with tools.db.write() as tx:
        gone = await stored.remove(tx, found.id)
        await stored.forget_trouble(tx)
    return gone
