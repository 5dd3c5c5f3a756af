"""Addresses for digests, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.model import Address, AddressId, AddressState, CommunityId, NewIntention
from storage import addresses, outbox
from storage.engine import Database, Tx
from tests.storage import rows
from tests.storage.rows import ELSEWHERE, HERE, NOW

DAY = timedelta(days=1)


async def add(tx: Tx, name: str, community: CommunityId = HERE, *, ago: timedelta = timedelta()) -> Address:
    made = await addresses.add(
        tx,
        community,
        f"{name}@example.org",
        f"{name}@example.org".casefold(),
        language="nl",
        token=f"{name} {community}",
        now=NOW - ago,
    )
    assert made is not None
    return made


@pytest.fixture
async def here(db: Database) -> Database:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
    return db


async def test_an_address_is_there_once_a_community_and_nobody_sees_anothers(here: Database) -> None:
    async with here.write() as tx:
        ann, theirs = await add(tx, "Ann"), await add(tx, "Ann", ELSEWHERE)
        again = await addresses.add(
            tx, HERE, "ANN@example.org", "ann@example.org", language="en", token="other", now=NOW
        )
        assert again is None
        assert await addresses.of(tx, HERE) == [ann]
        assert await addresses.get(tx, ann.id) == ann
        assert await addresses.by_token(tx, theirs.token) == theirs
        assert await addresses.by_token(tx, "") is None
        found = await addresses.find(tx, HERE, "ann@example.org")
        assert found is not None
        assert (found.address, found.code_hash, found.tries) == (ann, "", 0)
        assert ann == Address(ann.id, HERE, "Ann@example.org", "nl", AddressState.UNCONFIRMED, f"Ann {HERE}", NOW, None)
        assert await addresses.remove(tx, ann.id)
        assert not await addresses.remove(tx, ann.id)
        assert await addresses.of(tx, ELSEWHERE) == [theirs]


async def test_from_a_code_to_confirmed_and_no_code_changes_it_then(here: Database) -> None:
    async with here.write() as tx:
        ann = await add(tx, "ann")
        assert await addresses.set_code(tx, ann.id, "a hash")
        await addresses.wrong_code(tx, ann.id)
        found = await addresses.find(tx, HERE, "ann@example.org")
        assert found is not None
        assert (found.code_hash, found.tries) == ("a hash", 1)
        await addresses.confirm(tx, ann.id, NOW + DAY)
        assert not await addresses.set_code(tx, ann.id, "another")
        await addresses.wrong_code(tx, ann.id)
        found = await addresses.find(tx, HERE, "ann@example.org")
        assert found is not None
        assert (found.code_hash, found.tries, found.address.confirmed_at) == ("", 0, NOW + DAY)
        assert found.address.state is AddressState.CONFIRMED


async def test_refused_only_if_it_is_still_what_mail_was_sent_to_and_asked_anew_from_the_beginning(
    here: Database,
) -> None:
    async with here.write() as tx:
        ann = await add(tx, "ann")
        await addresses.confirm(tx, ann.id, NOW)
        assert not await addresses.refuse(tx, ann.id, AddressState.UNCONFIRMED)
        assert await addresses.refuse(tx, ann.id, AddressState.CONFIRMED)
        assert not await addresses.set_code(tx, ann.id, "a hash")
        again = await addresses.ask_again(tx, ann.id, "en", NOW + DAY)
        assert (again.id, again.token) == (ann.id, ann.token)
        assert (again.state, again.language) == (AddressState.UNCONFIRMED, "en")
        assert (again.added_at, again.confirmed_at) == (NOW + DAY, None)


async def test_who_never_confirmed_is_forgotten_after_a_day(here: Database) -> None:
    async with here.write() as tx:
        old, new, confirmed = await add(tx, "old", ago=2 * DAY), await add(tx, "new"), await add(tx, "c", ago=2 * DAY)
        refused = await add(tx, "refused", ELSEWHERE, ago=2 * DAY)
        await addresses.confirm(tx, confirmed.id, NOW)
        await addresses.refuse(tx, refused.id, AddressState.UNCONFIRMED)
        assert await addresses.forget_unconfirmed(tx, NOW - DAY) == 2
        assert [one.id for one in await addresses.of(tx, HERE)] == [new.id, confirmed.id]
        assert await addresses.get(tx, old.id) is None
        assert await addresses.of(tx, ELSEWHERE) == []


async def test_codes_are_counted_also_for_addresses_that_are_gone(here: Database) -> None:
    async with here.write() as tx:
        for at, (community, kind) in enumerate(
            ((HERE, "email.code"), (HERE, "email.digest"), (ELSEWHERE, "email.code"))
        ):
            await outbox.add(tx, NOW, NewIntention(community, f"k{at}", "l", kind, {"address": AddressId(9)}))
        await outbox.drop(tx, "k0")
        assert await addresses.codes_asked_for(tx, HERE, NOW - DAY) == 1
        assert await addresses.codes_asked_for(tx, HERE, NOW) == 0
