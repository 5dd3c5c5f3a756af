"""The board: by skill, who offers and who wants; pages, sectors, what is new; only of people who are there."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import members, skills
from bot.services.communities import collected
from bot.services.skills import Board, Wording
from bot.services.skills.looking import A_PAGE, NEWS_AT_MOST
from domain.listings import NEWS
from domain.model import ListingKind, MemberId, SkillId
from storage.engine import Database
from tests.services.cluster import Cluster

COMMUNITIES = count(100)  # one for each run of a property
OFFER, WANT = ListingKind.OFFER, ListingKind.WANT


@pytest.fixture
async def c(db: Database) -> Cluster:
    return await Cluster.start(db)


async def board(c: Cluster, sector: str = "", page: int = 0) -> Board:
    return await skills.board(c.tools, await c.community(), sector=sector, page=page)


def who(found: Board) -> dict[str, tuple[list[MemberId], list[MemberId]]]:
    return {
        row.skill.name: ([one.member.id for one in row.offers], [one.member.id for one in row.wants])
        for row in found.rows
    }


async def test_an_empty_board(c: Cluster) -> None:
    found = await board(c)
    assert (found.rows, found.page, found.pages, found.sectors) == ((), 0, 1, ())
    assert (found.totals.skills, found.totals.offers, found.totals.wants) == (0, 0, 0)


async def test_by_skill_who_offers_and_who_wants(c: Cluster) -> None:
    ada, bob, cas = await c.people(3)
    await skills.offer(c.tools, ada, Wording("Etching"))
    await skills.offer(c.tools, cas, Wording("Etching"))
    await skills.want(c.tools, bob, Wording("Etching"))
    await skills.want(c.tools, ada, Wording("Weaving"))
    found = await board(c)
    assert who(found) == {"Etching": ([ada.id, cas.id], [bob.id]), "Weaving": ([], [ada.id])}
    assert (found.totals.skills, found.totals.offers, found.totals.wants) == (2, 2, 2)


async def test_one_sector_shows_its_people_only(c: Cluster) -> None:
    ada = await c.join("A", "crafts")
    bob = await c.join("B", "design")
    await skills.offer(c.tools, ada, Wording("Etching"))
    await skills.want(c.tools, bob, Wording("Etching"))
    await skills.want(c.tools, bob, Wording("Weaving"))
    found = await board(c, "design")
    assert who(found) == {"Etching": ([], [bob.id]), "Weaving": ([], [bob.id])}
    assert (found.totals.skills, found.totals.offers, found.totals.wants) == (2, 0, 2)
    # In the order of the community's list, whatever is shown.
    assert found.sectors == (await board(c)).sectors == ("crafts", "design")
    assert who(await board(c, "publishing")) == {}


async def test_whoever_is_away_is_not_on_it(c: Cluster) -> None:
    ada, bob, cas = await c.people(3)
    for member in (ada, bob, cas):
        await skills.offer(c.tools, member, Wording("Etching"))
    await skills.want(c.tools, bob, Wording("Weaving"))
    await members.pause(c.tools, await c.community(), ada, 1)
    await members.leave(c.tools, bob)
    found = await board(c)
    assert who(found) == {"Etching": ([cas.id], [])}
    assert (found.totals.skills, found.totals.offers, found.totals.wants) == (1, 1, 0)
    page = await skills.skill_page(c.tools, c.id, found.rows[0].skill.id)
    assert page is not None
    assert [one.member.id for one in page.offers] == [cas.id]
    assert [one.skill.name for one in (await news(c)).news] == ["Etching"]
    c.clock.at += timedelta(weeks=2)
    assert who(await board(c)) == {"Etching": ([ada.id, cas.id], [])}


async def test_what_came_this_week_is_new_and_stands_first(c: Cluster) -> None:
    ada, bob = await c.people(2)
    await skills.offer(c.tools, ada, Wording("Basketry"))
    await skills.offer(c.tools, ada, Wording("Etching"))
    c.clock.at += NEWS
    await skills.offer(c.tools, ada, Wording("Etching"))  # new words make nothing new
    await skills.want(c.tools, bob, Wording("Weaving"))
    await skills.want(c.tools, bob, Wording("Basketry"))
    assert [(row.skill.name, row.new) for row in (await board(c)).rows] == [
        ("Basketry", True),
        ("Weaving", True),
        ("Etching", False),
    ]


async def news(c: Cluster) -> skills.BoardNews:
    found = await skills.board_news(c.tools, c.id)
    assert found is not None
    return found


async def test_the_news_say_each_skill_once_as_offered_and_once_as_wanted(c: Cluster) -> None:
    ada, bob = await c.people(2)
    await skills.offer(c.tools, ada, Wording("Etching"))
    c.clock.at += NEWS
    await skills.offer(c.tools, bob, Wording("Etching"))
    c.clock.at += timedelta(seconds=1)
    await skills.want(c.tools, ada, Wording("Weaving"))
    await skills.want(c.tools, bob, Wording("Weaving"))
    found = await news(c)
    assert [(one.skill.name, one.kind) for one in found.news] == [("Weaving", WANT), ("Etching", OFFER)]
    assert (found.totals.skills, found.totals.offers, found.totals.wants) == (2, 2, 2)


async def test_of_very_many_news_the_latest_are_said_and_that_there_are_more(c: Cluster) -> None:
    ada = await c.join("A")
    for number in range(NEWS_AT_MOST):
        await skills.offer(c.tools, ada, Wording(f"Trade {number}"))
    assert (len((await news(c)).news), (await news(c)).more) == (NEWS_AT_MOST, False)
    c.clock.at += timedelta(seconds=1)
    await skills.offer(c.tools, ada, Wording("The last"))
    found = await news(c)
    assert (len(found.news), found.more, found.news[0].skill.name) == (NEWS_AT_MOST, True, "The last")


async def test_pages_hold_every_skill_once_and_end(c: Cluster) -> None:
    ada, bob = await c.people(2)
    wanted = [f"Trade {number:02}" for number in range(20)]
    for name in wanted[:15]:
        await skills.offer(c.tools, ada, Wording(name))
    for name in wanted[10:]:
        await skills.want(c.tools, bob, Wording(name))
    pages = [await board(c, page=number) for number in range(3)]
    assert [len(one.rows) for one in pages] == [A_PAGE, A_PAGE, 20 - 2 * A_PAGE]
    assert [row.skill.name for one in pages for row in one.rows] == wanted
    assert {one.pages for one in pages} == {3}
    for beyond in (3, 10**9):
        assert (await board(c, page=beyond)).page == 2


async def test_nobody_sees_another_communitys_board(db: Database) -> None:
    here, there = await Cluster.start(db), await Cluster.start(db, key=2)
    await skills.offer(here.tools, await here.join("A"), Wording("Etching"))
    assert who(await board(there)) == {}
    assert (await news(there)).news == ()
    assert await skills.suggest(there.tools, there.id, "") == []
    assert await skills.skill_page(there.tools, there.id, SkillId(1)) is None


async def test_a_manager_takes_counts_along_and_no_names(c: Cluster) -> None:
    ada, bob = await c.people(2)
    await skills.offer(c.tools, ada, Wording("Etching", "in my cellar"))
    await skills.want(c.tools, bob, Wording("Etching"))
    gone = (await skills.want(c.tools, bob, Wording("Weaving"))).listing
    await skills.remove(c.tools, bob, gone.id)
    taken = await collected(c.tools, c.id)
    assert taken.tables["skills"] == [{"skill": "Etching", "offers": 1, "wants": 1}]


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from([OFFER, WANT]), st.integers(0, 3), st.integers(0, 9), st.sampled_from(["", "off", "away"])
        ),
        max_size=25,
    )
)
async def test_whatever_happened_the_board_is_what_stands(
    sqlite_db: Database, deeds: list[tuple[ListingKind, int, int, str]]
) -> None:
    """Against a plain list of what was done, page by page."""
    c = await Cluster.start(sqlite_db, key=next(COMMUNITIES))
    people, stand = await c.people(4), set[tuple[str, ListingKind, MemberId]]()
    for kind, at, number, then in deeds:
        member, name = people[at], f"Trade {number}"
        if (await c.member(member.id)).state == "left":
            continue
        deed = skills.offer if kind is OFFER else skills.want
        listing = (await deed(c.tools, member, Wording(name))).listing
        stand.add((name, kind, member.id))
        if then == "off":
            await skills.remove(c.tools, member, listing.id)
            stand.discard((name, kind, member.id))
        elif then == "away":
            await members.leave(c.tools, member)
            stand = {one for one in stand if one[2] != member.id}
    first = await board(c)
    pages = [await board(c, page=number) for number in range(first.pages)]
    seen = [
        (row.skill.name, one.kind, one.member.id)
        for page in pages
        for row in page.rows
        for one in row.offers + row.wants
    ]
    assert sorted(seen) == sorted(stand)
    assert first.totals.offers + first.totals.wants == len(stand)
    assert first.totals.skills == len({name for name, *_ in stand})
