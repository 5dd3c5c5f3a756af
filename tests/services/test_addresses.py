"""Addresses for digests: who may put one on the list, and that nobody but its owner can confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from bot.services.digests import addresses
from domain.addresses import AT_MOST, CODE_EVERY, CODE_LASTS, CODES_AT_MOST, TRIES
from domain.errors import (
    AddressIsThere,
    CodeIsOld,
    NoMail,
    NoSuchAddress,
    NotAnAddress,
    NotSetUp,
    TooManyAddresses,
    TooManyCodes,
    WrongCode,
)
from domain.model import Address, AddressState, CommunityId, IntentionState
from storage.engine import Database
from storage.tables import addresses as table
from storage.tables import outbox
from tests.services.cluster import Cluster

ANN = "ann@example.org"
AGAIN = CODE_EVERY + timedelta(seconds=1)


@pytest.fixture
async def c(db: Database) -> Cluster:
    made = await Cluster.start(db)
    made.tools = replace(made.tools, mail=True)
    return made


async def add(c: Cluster, address: str = ANN) -> Address:
    return await addresses.add(c.tools, c.id, address, "en")


async def mailed(c: Cluster, address: Address) -> str:
    """A code is mailed."""
    code = await addresses.new_code(c.tools, address)
    assert code is not None
    return code


async def intentions(c: Cluster) -> list[tuple[str, str]]:
    async with c.db.read() as tx:
        query = sa.select(outbox.c.kind, outbox.c.state).where(outbox.c.kind.like("email.%")).order_by(outbox.c.id)
        return [(row.kind, row.state) for row in await tx.execute(query)]


def wrong(code: str) -> Iterator[str]:
    return (f"{number:06}" for number in count(1) if f"{number:06}" != code)


async def test_the_code_that_was_mailed_confirms_and_only_its_hash_is_kept(c: Cluster) -> None:
    added = await add(c, " Ann@Example.org ")
    assert (added.address, added.state) == ("Ann@example.org", AddressState.UNCONFIRMED)
    assert await intentions(c) == [("email.code", "pending")]
    code = await mailed(c, added)
    async with c.db.read() as tx:
        stored = str((await tx.execute(sa.select(table))).all())
    assert code not in stored
    c.clock.at += timedelta(hours=23)
    confirmed = await addresses.confirm(c.tools, c.id, ANN, f"{code[:3]}-{code[3:]}")
    assert (confirmed.state, confirmed.confirmed_at) == (AddressState.CONFIRMED, c.clock.at)
    assert await addresses.of(c.tools, c.id) == [confirmed]
    with pytest.raises(AddressIsThere):
        await add(c, "ANN@example.org")


async def test_without_the_code_nobody_confirms_and_five_wrong_ones_end_it(c: Cluster) -> None:
    added = await add(c)
    for guess in ("", "000000", "é"):
        with pytest.raises(WrongCode):  # before any was mailed
            await addresses.confirm(c.tools, c.id, ANN, guess)
    c.clock.at += AGAIN
    added = await add(c)
    code = await mailed(c, added)
    guesses = wrong(code)
    for left in range(TRIES - 1, 0, -1):
        with pytest.raises(WrongCode) as caught:
            await addresses.confirm(c.tools, c.id, ANN, next(guesses))
        assert caught.value.details == {"n": left}
    for guess in (next(guesses), code):
        with pytest.raises(CodeIsOld):
            await addresses.confirm(c.tools, c.id, ANN, guess)
    c.clock.at += AGAIN
    fresh = await mailed(c, await add(c))
    assert (await addresses.confirm(c.tools, c.id, ANN, fresh)).state is AddressState.CONFIRMED


async def test_a_code_is_good_for_a_day_and_for_its_address_alone(c: Cluster) -> None:
    ann, bob = await add(c), await add(c, "bob@example.org")
    hers, his = await mailed(c, ann), await mailed(c, bob)
    if hers != his:
        with pytest.raises(WrongCode):
            await addresses.confirm(c.tools, c.id, ANN, his)
    c.clock.at += CODE_LASTS + timedelta(seconds=1)
    with pytest.raises(CodeIsOld):
        await addresses.confirm(c.tools, c.id, ANN, hers)


async def test_asked_again_at_once_one_code_is_mailed_and_later_a_new_one_in_its_place(c: Cluster) -> None:
    first = await add(c)
    assert await add(c) == first
    assert await intentions(c) == [("email.code", "pending")]
    old = await mailed(c, first)
    c.clock.at += AGAIN
    again = await addresses.add(c.tools, c.id, ANN, "nl")
    assert (again.id, again.token, again.language) == (first.id, first.token, "nl")
    assert await intentions(c) == [("email.code", IntentionState.DROPPED), ("email.code", "pending")]
    with pytest.raises(WrongCode):
        await addresses.confirm(c.tools, c.id, ANN, old)


async def test_a_list_has_its_limit_and_so_has_what_strangers_are_sent_in_a_day(c: Cluster) -> None:
    for number in range(AT_MOST):
        await add(c, f"a{number}@example.org")
    with pytest.raises(TooManyAddresses):
        await add(c)
    for _ in range(CODES_AT_MOST - AT_MOST):  # somebody who plagues a stranger
        c.clock.at += timedelta(seconds=1)
        await addresses.remove(c.tools, c.id, "a0@example.org")
        await add(c, "a0@example.org")
    for name in ("a0", "a1"):
        await addresses.remove(c.tools, c.id, f"{name}@example.org")
        with pytest.raises(TooManyCodes):
            await add(c, f"{name}@example.org")
    c.clock.at += CODE_LASTS + timedelta(seconds=1)
    await add(c)


async def test_who_may_not_or_cannot(c: Cluster) -> None:
    with pytest.raises(NotAnAddress):
        await add(c, "ann")
    with pytest.raises(NotSetUp):
        await addresses.add(c.tools, CommunityId(77), ANN, "en")
    with pytest.raises(NoMail):
        await addresses.add(replace(c.tools, mail=False), c.id, ANN, "en")
    for late in (addresses.confirm(c.tools, c.id, ANN, "1"), addresses.remove(c.tools, c.id, ANN)):
        with pytest.raises(NoSuchAddress):
            await late
    assert await addresses.of(c.tools, c.id) == []


async def test_another_community_neither_sees_nor_confirms_nor_removes(c: Cluster, db: Database) -> None:
    added = await add(c)
    code = await mailed(c, added)
    elsewhere = (await Cluster.start(db, key=2)).id
    assert await addresses.of(c.tools, elsewhere) == []
    for attempt in (addresses.confirm(c.tools, elsewhere, ANN, code), addresses.remove(c.tools, elsewhere, ANN)):
        with pytest.raises(NoSuchAddress):
            await attempt
    assert await addresses.of(c.tools, c.id) == [added]


async def test_the_token_of_a_mail_takes_its_address_off_and_no_other_does(c: Cluster) -> None:
    ann, bob = await add(c), await add(c, "bob@example.org")
    for token in ("", "%", ann.token[:-1], ann.token + "x", "\0", "\udc80"):  # strangers write them as %00
        assert not await addresses.unsubscribe(c.tools, token)
    assert await addresses.unsubscribe(c.tools, ann.token)
    assert not await addresses.unsubscribe(c.tools, ann.token)
    assert await addresses.of(c.tools, c.id) == [bob]
    assert len(ann.token) >= 22


async def test_no_code_for_who_needs_none_any_more(c: Cluster) -> None:
    ann = await add(c)
    code = await mailed(c, ann)
    await addresses.confirm(c.tools, c.id, ANN, code)
    assert await addresses.new_code(c.tools, ann) is None
    await addresses.remove(c.tools, c.id, ANN)
    assert await addresses.new_code(c.tools, ann) is None
