"""The ledger itself: written once, never changed, taken back once, and always zero in all."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from domain.model import FirmId, Member, Transfer, TransferKind
from storage import ledger
from storage.engine import Database, open_database
from storage.ledger import NewTransfer
from storage.tables import transfers
from tests.house import NOW, House, house


async def two(db: Database) -> tuple[House, Member, Member]:
    h = await house(db)
    return h, await h.join(1, "Studio Noord"), await h.join(2, "Bureau Zuid")


def session(one: Member, other: Member, minutes: int, key: str = "session:1:0") -> NewTransfer:
    return NewTransfer(key, one.community, TransferKind.SESSION, other.firm.id, one.firm.id, minutes, member=other.id)


async def written(db: Database, key: str) -> Transfer:
    async with db.read() as tx:
        row = (await tx.execute(sa.select(transfers).where(transfers.c.key == key))).one()
        return ledger._transfer(row)


async def test_what_one_gives_the_other_receives(db: Database) -> None:
    _, ada, bert = await two(db)
    async with db.write() as tx:
        start = NewTransfer(f"start:{ada.firm.id}", ada.community, TransferKind.START, None, ada.firm.id, 120)
        assert await ledger.add(tx, start, NOW) is not None
        assert await ledger.add(tx, session(ada, bert, 45), NOW) is not None
        assert await ledger.balance(tx, ada.firm.id) == 165
        assert await ledger.balance(tx, bert.firm.id) == -45
        assert await ledger.pool(tx, ada.community) == -120
        assert sum((await ledger.balances(tx, ada.community)).values()) == 0


async def test_the_same_transfer_is_written_once(db: Database) -> None:
    _, ada, bert = await two(db)
    async with db.write() as tx:
        assert await ledger.add(tx, session(ada, bert, 45), NOW) is not None
        assert await ledger.add(tx, session(ada, bert, 60), NOW) is None
        assert await ledger.balance(tx, ada.firm.id) == 45


async def test_a_transfer_is_taken_back_once(db: Database) -> None:
    _, ada, bert = await two(db)
    async with db.write() as tx:
        await ledger.add(tx, session(ada, bert, 45), NOW)
    wrong = await written(db, "session:1:0")
    async with db.write() as tx:
        assert await ledger.reverse(tx, wrong, NOW) is not None
        assert await ledger.reverse(tx, wrong, NOW) is None
        other_key = NewTransfer(
            "another", ada.community, TransferKind.REVERSAL, ada.firm.id, bert.firm.id, 45, reverses=wrong.id
        )
        assert await ledger.add(tx, other_key, NOW) is None, "the database allows one"
        assert await ledger.balance(tx, ada.firm.id) == await ledger.balance(tx, bert.firm.id) == 0


@pytest.mark.parametrize("minutes", [0, -45])
async def test_a_transfer_moves_something_and_forwards(db: Database, minutes: int) -> None:
    _, ada, bert = await two(db)
    with pytest.raises(DBAPIError):
        async with db.write() as tx:
            await ledger.add(tx, session(ada, bert, minutes), NOW)


async def test_the_database_refuses_to_change_a_row(db: Database) -> None:
    _, ada, bert = await two(db)
    async with db.write() as tx:
        await ledger.add(tx, session(ada, bert, 45), NOW)
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.write() as tx:
            await tx.execute(sa.update(transfers).values(minutes=480))
    assert (await written(db, "session:1:0")).minutes == 45


async def test_movements_as_a_firm_sees_them(db: Database) -> None:
    _, ada, bert = await two(db)
    async with db.write() as tx:
        await ledger.add(tx, session(ada, bert, 45), NOW)
        gift = NewTransfer("gift:1", ada.community, TransferKind.GIFT, ada.firm.id, None, 30, member=ada.id)
        await ledger.add(tx, gift, NOW)
        mine = await ledger.movements(tx, ada.firm.id, 9)
        theirs = await ledger.movements(tx, bert.firm.id, 9)
        newest = await ledger.movements(tx, ada.firm.id, 1)
    assert [(one.kind, one.minutes, one.other_firm) for one in mine] == [
        (TransferKind.GIFT, -30, ""),
        (TransferKind.SESSION, 45, "Bureau Zuid"),
    ]
    assert [(one.minutes, one.other_firm, one.member) for one in theirs] == [(-45, "Studio Noord", bert.id)]
    assert newest == mine[:1]


async def test_two_processes_write_one_transfer_and_one_reversal(database_url: str) -> None:
    one, other = await open_database(database_url), await open_database(database_url)
    try:
        _, ada, bert = await two(one)

        async def write(db: Database) -> object:
            async with db.write() as tx:
                await ledger.hold(tx, {ada.firm.id, bert.firm.id})
                return await ledger.add(tx, session(ada, bert, 45), NOW)

        results = await asyncio.gather(*(write(db) for db in (one, other, one, other)))
        assert sum(result is not None for result in results) == 1
        wrong = await written(one, "session:1:0")

        async def take_back(db: Database) -> object:
            async with db.write() as tx:
                return await ledger.reverse(tx, wrong, NOW)

        results = await asyncio.gather(*(take_back(db) for db in (one, other, one, other)))
        assert sum(result is not None for result in results) == 1
        async with other.read() as tx:
            assert await ledger.balances(tx, ada.community) == {ada.firm.id: 0, bert.firm.id: 0}
    finally:
        await one.close()
        await other.close()


async def test_another_communitys_accounts_are_its_own(db: Database) -> None:
    _, ada, bert = await two(db)
    elsewhere = await house(db, community=2)
    cleo = await elsewhere.join(1, "Studio Noord")
    async with db.write() as tx:
        await ledger.add(tx, session(ada, bert, 45), NOW)
        assert await ledger.balances(tx, cleo.community) == {}
        assert await ledger.firms_of(tx, cleo.community) == [FirmId(cleo.firm.id)]
