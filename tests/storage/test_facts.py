"""Small facts on both databases."""

from __future__ import annotations

from storage import facts
from storage.engine import Database


async def test_a_fact_is_what_was_put_last(db: Database) -> None:
    async with db.write() as tx:
        assert await facts.get(tx, "commands") is None
        await facts.put(tx, "commands", "abc")
        await facts.put(tx, "other", "xyz")
        await facts.put(tx, "commands", "def")
    async with db.read() as tx:
        assert await facts.get(tx, "commands") == "def"
        assert await facts.get(tx, "other") == "xyz"
