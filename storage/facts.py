"""Small facts about this installation, such as the hash of the commands last synced."""

from __future__ import annotations

import sqlalchemy as sa

from storage.engine import Tx, insert
from storage.tables import facts


async def get(tx: Tx, name: str) -> str | None:
    value: str | None = await tx.scalar(sa.select(facts.c.value).where(facts.c.name == name))
    return value


async def put(tx: Tx, name: str, value: str) -> None:
    new = insert(tx, facts).values(name=name, value=value)
    await tx.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value}))
