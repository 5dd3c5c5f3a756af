"""Where digests go by mail: the addresses managers typed, and which of them their owners have confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import Address, AddressId, AddressState, CommunityId, ProblemKind
from storage.engine import Tx, insert
from storage.tables import addresses, outbox, problems


@dataclass(frozen=True, slots=True)
class Asked:
    """An address and what was asked of its owner: the hash of the code ("": none was mailed), and wrong tries."""

    address: Address
    code_hash: str
    tries: int


def _address(row: Any) -> Address:
    return Address(
        id=AddressId(row.id),
        community=CommunityId(row.community_id),
        address=row.address,
        language=row.language,
        state=AddressState(row.state),
        token=row.token,
        added_at=row.added_at,
        confirmed_at=row.confirmed_at,
    )


async def of(tx: Tx, community: CommunityId) -> list[Address]:
    """All of a community, in the order in which they were typed."""
    query = sa.select(addresses).where(addresses.c.community_id == community).order_by(addresses.c.id)
    return [_address(row) for row in await tx.execute(query)]


async def get(tx: Tx, address: AddressId) -> Address | None:
    row = (await tx.execute(sa.select(addresses).where(addresses.c.id == address))).first()
    return _address(row) if row else None


async def by_token(tx: Tx, token: str) -> Address | None:
    row = (await tx.execute(sa.select(addresses).where(addresses.c.token == token))).first()
    return _address(row) if row else None


async def find(tx: Tx, community: CommunityId, key: str) -> Asked | None:
    """One of a community by its key, held until this transaction ends."""
    query = sa.select(addresses).where(addresses.c.community_id == community, addresses.c.address_key == key)
    row = (await tx.execute(query.with_for_update())).first()
    return Asked(_address(row), row.code_hash, row.tries) if row else None


async def add(
    tx: Tx, community: CommunityId, address: str, key: str, *, language: str, token: str, now: datetime
) -> Address | None:
    """Write one down, unconfirmed; None if it is there."""
    new = insert(tx, addresses).values(
        community_id=community,
        address=address,
        address_key=key,
        language=language,
        code_hash="",
        token=token,
        added_at=now,
    )
    row = (await tx.execute(new.on_conflict_do_nothing().returning(addresses))).first()
    return _address(row) if row else None


async def ask_again(tx: Tx, address: AddressId, language: str, now: datetime) -> Address:
    """Its owner is asked anew, whatever was before: what was mailed is good for nothing any more."""
    values = {"state": AddressState.UNCONFIRMED, "confirmed_at": None, "code_hash": "", "tries": 0}
    changed = (
        sa.update(addresses)
        .where(addresses.c.id == address)
        .values(**values, language=language, added_at=now)
        .returning(addresses)
    )
    return _address((await tx.execute(changed)).one())


async def set_code(tx: Tx, address: AddressId, code_hash: str) -> bool:
    """A code is about to be mailed; False if none is asked for any more."""
    return await _change(tx, address, AddressState.UNCONFIRMED, code_hash=code_hash)


async def wrong_code(tx: Tx, address: AddressId) -> None:
    await _change(tx, address, AddressState.UNCONFIRMED, tries=addresses.c.tries + 1)


async def confirm(tx: Tx, address: AddressId, now: datetime) -> None:
    """Somebody who reads mail there wants the digests; the code has done its duty."""
    values = {"state": AddressState.CONFIRMED, "confirmed_at": now, "code_hash": "", "tries": 0}
    await _change(tx, address, AddressState.UNCONFIRMED, **values)


async def refuse(tx: Tx, address: AddressId, was: AddressState) -> bool:
    """Its server says that there is no such mailbox. `was`: its state when mail was sent there."""
    return await _change(tx, address, was, state=AddressState.REFUSED, code_hash="")


async def _change(tx: Tx, address: AddressId, was: AddressState, **values: Any) -> bool:
    its = sa.and_(addresses.c.id == address, addresses.c.state == was)
    return (await tx.execute(sa.update(addresses).where(its).values(**values))).rowcount == 1


async def remove(tx: Tx, address: AddressId) -> bool:
    return (await tx.execute(sa.delete(addresses).where(addresses.c.id == address))).rowcount == 1


async def forget_unconfirmed(tx: Tx, before: datetime) -> int:
    """Forget those whose owners were last asked before then and did not confirm. Gives how many."""
    gone = sa.delete(addresses).where(addresses.c.confirmed_at.is_(None), addresses.c.added_at < before)
    return (await tx.execute(gone)).rowcount


async def forget_trouble(tx: Tx) -> None:
    """Where nobody is to get mail any more, none is amiss."""
    wanted = addresses.c.state.in_([AddressState.UNCONFIRMED, AddressState.CONFIRMED])
    somebody = sa.exists().where(addresses.c.community_id == problems.c.community_id, wanted)
    await tx.execute(sa.delete(problems).where(problems.c.kind == ProblemKind.MAIL, ~somebody))


async def codes_asked_for(tx: Tx, community: CommunityId, since: datetime) -> int:
    """How many codes were to be mailed for a community since then, also to addresses that are gone."""
    query = (
        sa.select(sa.func.count())
        .select_from(outbox)
        .where(outbox.c.community_id == community, outbox.c.kind == "email.code", outbox.c.created_at > since)
    )
    return (await tx.execute(query)).scalar_one()
