"""Two who change places in a second session: one time for both, and nothing said twice."""

from __future__ import annotations

import pytest

from bot.services.swaps import sessions, times
from domain.errors import (
    NotYours,
    OlderTime,
    OwnTime,
)
from domain.model import SwapState
from storage.engine import Database
from tests.services.lessons import DAY, HOUR, WHEN, Lessons, leaves


async def test_one_time_for_both_with_one_press_each(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert = await made.person(), await made.person()
    weaving, film = (await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])).legs
    along = await times.along_with(made.tools, weaving)
    assert along == film
    community = await made.cluster.community()
    named = await times.name_time(made.tools, community, ada, weaving.id, WHEN, "the attic", film.id)
    assert [one.starts_at - named[0].starts_at for one in named] == [0 * HOUR, HOUR * 3 / 4]  # type: ignore[operator]
    assert {one.place for one in named} == {"the attic"}
    assert await made.said() == ["named"], "one question"
    versions = [(one.id, one.time_version) for one in named]
    for _ in range(2):
        with pytest.raises(OwnTime):
            await times.agree_time(made.tools, ada, *versions)
    agreed = await times.agree_time(made.tools, bert, *versions)
    assert all(one.time_agreed for one in agreed)
    assert await made.said() == ["named", "agreed", "agreed"]
    with pytest.raises(OlderTime):
        await times.agree_time(made.tools, bert, *versions)
    assert await times.along_with(made.tools, agreed[1]) == agreed[0], "they can be moved together"


async def test_of_two_times_the_one_that_still_stands_can_be_agreed_to(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert = await made.person(), await made.person()
    weaving, film = (await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])).legs
    named = await times.name_time(made.tools, await made.cluster.community(), ada, weaving.id, WHEN, "", film.id)
    await sessions.cancel(made.tools, bert, weaving.id)
    (agreed,) = await times.agree_time(made.tools, bert, *[(one.id, one.time_version) for one in named])
    assert agreed.id == film.id
    assert await times.along_with(made.tools, agreed) is None


async def test_in_a_ring_and_with_a_time_of_its_own_each_session_is_named_alone(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, cleo = [await made.person() for _ in range(3)]
    ring = await made.agreed([(ada, bert, "glazing"), (bert, cleo, "welding"), (cleo, ada, "sewing")])
    assert [await times.along_with(made.tools, one) for one in ring.legs] == [None, None, None]
    weaving, film = (await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])).legs
    await made.set_time(bert, ada, film)
    assert await times.along_with(made.tools, weaving) is None
    with pytest.raises(NotYours):
        await times.name_time(made.tools, await made.cluster.community(), ada, weaving.id, WHEN, "", ring.legs[0].id)
    assert (await made.now_is(weaving.id)).starts_at is None, "all or nothing"


async def test_what_is_the_same_for_both_is_said_once(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert = await made.person(), await made.person()
    first = await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])
    await made.wait(8 * DAY)
    assert await made.said() == ["remind"]
    await made.wait(23 * DAY)
    assert await made.said() == ["remind", "given_up"]
    assert (await made.swap(first.id)).state is SwapState.OVER
    second = await made.agreed([(ada, bert, "weaving"), (bert, ada, "film")])
    await leaves(made, ada)
    await made.until(made.now)
    assert await made.said() == ["remind", "given_up", "gone"]
    assert (await made.swap(second.id)).state is SwapState.OVER
