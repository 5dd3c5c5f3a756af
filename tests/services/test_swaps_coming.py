"""What is coming up for a member in swaps, from the proposal to the confirmed time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services import swaps as service
from domain.model import Leg, LegState, Member
from storage.engine import Database
from storage.tables import legs
from tests.services.barter import DAY, Barter


@pytest.fixture
async def barter(sqlite_db: Database) -> Barter:
    return await Barter.start(sqlite_db)


async def coming(barter: Barter, member: Member) -> list[str]:
    return [one.what for one in await service.coming_up(barter.cluster.tools, member)]


async def become(barter: Barter, leg: Leg, **values: Any) -> None:
    """As if the two had said so."""
    async with barter.db.write() as tx:
        await tx.execute(sa.update(legs).where(legs.c.id == leg.id).values(**values))


async def test_from_the_question_to_the_confirmed_time(barter: Barter) -> None:
    ada, ben = await barter.person("weaving"), await barter.person("", "weaving")
    assert await coming(barter, ada) == []
    await barter.look()
    proposed = await barter.proposed()
    assert await coming(barter, ada) == await coming(barter, ben) == ["proposal"]
    await barter.accept(ada, proposed)
    assert (await coming(barter, ada), await coming(barter, ben)) == (["waiting"], ["proposal"])
    (leg,) = (await barter.accept(ben, proposed)).legs
    assert await coming(barter, ada) == await coming(barter, ben) == ["time"]
    starts_at = barter.now + DAY
    await become(barter, leg, starts_at=starts_at, time_by=ada.id, time_agreed=True, time_version=1)
    (one,) = await service.coming_up(barter.cluster.tools, ben)
    assert (one.what, one.at, one.other and one.other.id, one.skill) == ("session", starts_at, ada.id, "weaving")
    barter.cluster.clock.at = starts_at + timedelta(hours=1)
    assert await coming(barter, ada) == await coming(barter, ben) == ["report"]
    await become(barter, leg, state=LegState.REPORTED, minutes=45, last_word=ada.id, reported_at=barter.now)
    assert (await coming(barter, ada), await coming(barter, ben)) == ([], ["confirm"])
    await become(barter, leg, state=LegState.DISPUTED, other_minutes=30, last_word=ben.id)
    assert (await coming(barter, ada), await coming(barter, ben)) == (["dispute"], [])
    await become(barter, leg, state=LegState.CONFIRMED, last_word=None)
    assert await coming(barter, ada) == await coming(barter, ben) == []
