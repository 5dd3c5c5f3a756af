"""What people say came of an exchange, for the report: given, taken back, forgotten; on both databases."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from bot.services import privacy
from bot.services.followups import quoting
from domain.errors import BlankQuote, TooOld
from domain.model import Member, Quote
from domain.periods import Window
from storage import followups, quotes
from storage.engine import Database
from storage.followups import Exchanged
from tests.services.cluster import Cluster

SECOND = timedelta(seconds=1)


@pytest.fixture
async def cluster(db: Database) -> Cluster:
    return await Cluster.start(db)


async def led_on(cluster: Cluster, one: Member, other: Member, said: bool = True) -> None:
    """They exchanged something, and the first has said whether it led to joint work."""
    now = cluster.clock.at
    async with cluster.db.write() as tx:
        await followups.add(tx, [(Exchanged(cluster.id, one.id, other.id, now), now)])
        asked = [row.id for row in await followups.due_of(tx, one.id, now)]
        await followups.answered(tx, asked, said, now)


async def printed(cluster: Cluster, window: Window) -> list[Quote]:
    async with cluster.db.read() as tx:
        return await quotes.of_period(tx, cluster.id, window)


async def test_only_who_said_that_it_led_somewhere_gives_one_and_one_only(cluster: Cluster) -> None:
    ada, bob = await cluster.join("Ada's"), await cluster.join("Bob's")
    await led_on(cluster, bob, ada, said=False)
    for somebody in (ada, bob):
        with pytest.raises(TooOld):
            await quoting.may_quote(cluster.tools, somebody)
        with pytest.raises(TooOld):
            await quoting.give(cluster.tools, somebody, "We built a stage", "")
    await led_on(cluster, ada, bob)
    assert await quoting.may_quote(cluster.tools, ada) is None
    with pytest.raises(BlankQuote):
        await quoting.give(cluster.tools, ada, " \n ", "Ada")
    await quoting.give(cluster.tools, ada, "We built\na stage ", " Ada  of Ada's ")
    cluster.clock.at += SECOND
    last = await quoting.give(cluster.tools, ada, "x" * 400, "y" * 100)
    assert (len(last.text), len(last.name)) == (quoting.WORDS, quoting.NAME)
    assert await quoting.may_quote(cluster.tools, ada) == last
    assert await printed(cluster, Window(cluster.clock.at, cluster.clock.at + SECOND)) == [last]


async def test_a_report_has_those_of_its_period_and_of_its_own_cluster(cluster: Cluster) -> None:
    ada, bob, cas = [await cluster.join(f"{name}'s") for name in ("Ada", "Bob", "Cas")]
    elsewhere = await Cluster.start(cluster.db, key=2)
    eve, fay = await elsewhere.join("Eve's"), await elsewhere.join("Fay's")
    await led_on(elsewhere, eve, fay)
    await quoting.give(elsewhere.tools, eve, "Elsewhere", "")
    for one, other in ((ada, bob), (bob, cas), (cas, ada)):
        await led_on(cluster, one, other)
    start = cluster.clock.at
    first = await quoting.give(cluster.tools, ada, "We built a stage", "Ada")
    cluster.clock.at += SECOND
    second = await quoting.give(cluster.tools, bob, "A book", "")
    cluster.clock.at += SECOND
    await quoting.give(cluster.tools, cas, "Too late", "")
    assert await printed(cluster, Window(start, start + 2 * SECOND)) == [first, second]
    for _ in range(2):
        await quoting.take_back(cluster.tools, ada.id)
    assert await printed(cluster, Window(start, start + 2 * SECOND)) == [second]


async def test_it_is_among_my_data_and_goes_with_me(cluster: Cluster) -> None:
    ada, bob = await cluster.join("Ada's"), await cluster.join("Bob's")
    await led_on(cluster, ada, bob)
    given = await quoting.give(cluster.tools, ada, "We built a stage", "Ada")
    with zipfile.ZipFile(io.BytesIO(await privacy.my_data(cluster.tools, ada, "read me"))) as found:
        (kept,) = json.loads(found.read("weft-my-data.json"))["quotes"]
    assert (kept["text"], kept["name"]) == (given.text, given.name)
    await privacy.erase(cluster.tools, ada)
    assert await quoting.given(cluster.tools, ada.id) is None
    assert await printed(cluster, Window(given.given_at, given.given_at + SECOND)) == []
