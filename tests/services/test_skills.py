"""Offering and wanting: one skill whatever its spelling, twenty of a person, kept, taken off and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services import members, skills, upkeep
from bot.services.skills import Wording
from domain.errors import (
    BlankSkill,
    NotAMember,
    NotYours,
    SkillIsALink,
    SkillTooLong,
    TooManyListings,
    TooOld,
)
from domain.listings import KEPT, LISTING_LASTS, MOST_OPEN
from domain.model import Listing, ListingId, ListingKind, ListingState, SkillId, SwapState
from storage import tables
from storage.engine import Database
from tests.services.barter import Barter
from tests.services.cluster import Cluster

PRINT = Wording("Screen printing", "Two colours on paper", "Tuesdays")


@pytest.fixture
async def c(db: Database) -> Cluster:
    return await Cluster.start(db)


async def names(c: Cluster) -> list[str]:
    async with c.db.read() as tx:
        return list((await tx.execute(sa.select(tables.skills.c.name).order_by(tables.skills.c.id))).scalars())


async def sought(c: Cluster, listing: Listing, now: bool | None = None) -> bool:
    """Whether swaps with it have been looked for; or make it so."""
    here = tables.listings.c.id == listing.id
    if now is not None:
        async with c.db.write() as tx:
            await tx.execute(sa.update(tables.listings).where(here).values(sought=now))
        return now
    async with c.db.read() as tx:
        return bool((await tx.execute(sa.select(tables.listings.c.sought).where(here))).scalar())


# Offering and wanting


async def test_an_offer_stands_for_sixty_days_and_is_logged_once(c: Cluster) -> None:
    ada = await c.join("A")
    done = await skills.offer(c.tools, ada, PRINT)
    listing = done.listing
    assert (done.new, done.typed, done.alike) == (True, "", ())
    assert (listing.kind, listing.state, listing.skill.name) == (ListingKind.OFFER, ListingState.OPEN, PRINT.name)
    assert (listing.about, listing.times, listing.member) == (PRINT.about, PRINT.times, ada)
    assert (listing.created_at, listing.expires_at) == (c.clock.at, c.clock.at + LISTING_LASTS)
    await skills.offer(c.tools, ada, PRINT)
    await skills.want(c.tools, ada, PRINT)
    assert [one.member_id for one in await c.log("skill.offered")] == [ada.id]
    assert [one.member_id for one in await c.log("skill.wanted")] == [ada.id]
    assert len(await c.said("skills.board")) == 1


async def test_the_same_again_gets_new_words_and_another_while(c: Cluster) -> None:
    ada = await c.join("A")
    first = (await skills.offer(c.tools, ada, PRINT)).listing
    await sought(c, first, True)
    c.clock.at += timedelta(days=10)
    same = await skills.offer(c.tools, ada, Wording("Screen-Printing", "Three colours"))
    assert (same.new, same.listing.id, same.listing.about) == (False, first.id, "Three colours")
    assert same.listing.expires_at == c.clock.at + LISTING_LASTS
    assert same.listing.created_at == first.created_at
    assert not await sought(c, first)


async def test_spellings_of_one_skill_are_one_skill_by_the_communitys_name(c: Cluster) -> None:
    ada, bob = await c.people(2)
    first = await skills.offer(c.tools, ada, PRINT)
    second = await skills.want(c.tools, bob, Wording("SCREEN printing"))
    third = await skills.want(c.tools, ada, Wording("screenprinting"))
    assert first.listing.skill == second.listing.skill == third.listing.skill
    assert (second.typed, third.typed) == ("", "screenprinting")  # capitals are nothing to speak of
    assert await names(c) == ["Screen printing"]


async def test_a_name_nobody_else_uses_is_spelled_anew(c: Cluster) -> None:
    ada = await c.join("A")
    first = (await skills.offer(c.tools, ada, Wording("SCREEN PRINTING"))).listing
    await skills.remove(c.tools, ada, first.id)
    again = await skills.offer(c.tools, ada, PRINT)
    assert (again.listing.skill.id, again.listing.skill.name, again.typed) == (first.skill.id, PRINT.name, "")


async def test_communities_have_words_of_their_own(db: Database) -> None:
    here, there = await Cluster.start(db), await Cluster.start(db, key=2)
    mine = await skills.offer(here.tools, await here.join("A"), PRINT)
    theirs = await skills.offer(there.tools, await there.join("A"), Wording("screen printing"))
    assert mine.listing.skill.id != theirs.listing.skill.id
    assert theirs.typed == ""
    assert await skills.suggest(there.tools, there.id, "scr") == ["screen printing"]
    assert await skills.skill_page(there.tools, there.id, mine.listing.skill.id) is None


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", BlankSkill),
        ("\u200b\u200b", BlankSkill),
        ("x" * 10_000, SkillTooLong),
        ("https://x.example", SkillIsALink),
        ("<@123>", SkillIsALink),
    ],
)
async def test_what_is_no_name_is_refused_and_leaves_nothing(c: Cluster, name: str, error: type[Exception]) -> None:
    ada = await c.join("A")
    with pytest.raises(error):
        await skills.offer(c.tools, ada, Wording(name))
    assert await names(c) == []


async def test_words_longer_than_the_form_allows_are_cut(c: Cluster) -> None:
    ada = await c.join("A")
    listing = (await skills.want(c.tools, ada, Wording("Etching", "a" * 10_000, "b" * 10_000))).listing
    assert (len(listing.about), len(listing.times)) == (500, 200)


async def test_any_name_is_kept_as_it_is_and_found_again(c: Cluster) -> None:
    ada, bob = await c.people(2)
    for name in (
        "*bold* _it_",
        "`code`",
        "خط عربي",
        "ייצור",
        "👩‍🎨 drawing",
        "'; DROP TABLE skills; --",
        "C++",
        "İpek ẞ",
    ):
        first = await skills.offer(c.tools, ada, Wording(name))
        assert first.listing.skill.name == name
        assert (await skills.want(c.tools, bob, Wording(name))).listing.skill == first.listing.skill


async def test_twenty_of_a_person_and_no_more_whatever_comes_at_once(c: Cluster) -> None:
    ada, bob = await c.people(2)

    deeds = (skills.offer(c.tools, ada, Wording(f"Trade {number}")) for number in range(MOST_OPEN + 5))
    ended = await asyncio.gather(*deeds, return_exceptions=True)
    refused = [one for one in ended if isinstance(one, TooManyListings)]
    assert [one.details for one in refused] == [{"limit": MOST_OPEN}] * 5
    own = await skills.mine(c.tools, ada)
    assert len(own.offers) == MOST_OPEN
    # What stands already can be changed, and others are not in the way.
    assert not (await skills.offer(c.tools, ada, Wording(own.offers[0].skill.name, "More"))).new
    await skills.offer(c.tools, bob, Wording("Trade 99"))


async def test_the_same_clicked_twice_at_once_is_one(c: Cluster) -> None:
    ada, bob = await c.people(2)
    both = await asyncio.gather(*(skills.offer(c.tools, who, PRINT) for who in (ada, ada, bob, bob)))
    assert len({one.listing.id for one in both}) == 2
    assert sum(one.new for one in both) == 2
    assert len(await c.log("skill.offered")) == 2
    assert await names(c) == [PRINT.name]


async def test_who_has_left_lists_nothing(c: Cluster) -> None:
    ada = await c.join("A")
    listing = (await skills.offer(c.tools, ada, PRINT)).listing
    await members.leave(c.tools, ada)
    for deed in (
        skills.offer(c.tools, ada, PRINT),
        skills.remove(c.tools, ada, listing.id),
        skills.renew(c.tools, ada, listing.id),
        skills.renew_all(c.tools, ada),
        skills.edit(c.tools, ada, listing.id, PRINT),
        skills.same(c.tools, ada, listing.id, listing.skill.id),
    ):
        with pytest.raises(NotAMember):
            await deed


# The same thing under another name


async def test_a_new_name_is_asked_about_and_can_become_the_communitys(c: Cluster) -> None:
    ada, bob = await c.people(2)
    there = (await skills.offer(c.tools, ada, PRINT)).listing
    asked = await skills.want(c.tools, bob, Wording("Zeefdruk", "A poster"))
    assert [one.id for one in asked.alike] == [there.skill.id]
    await sought(c, asked.listing, True)
    for _ in range(2):
        moved = await skills.same(c.tools, bob, asked.listing.id, there.skill.id)
        assert (moved.id, moved.skill, moved.about) == (asked.listing.id, there.skill, "A poster")
    assert not await sought(c, moved)
    assert await names(c) == [PRINT.name]
    assert len(await c.log("skill.wanted")) == 1


async def test_what_others_list_under_the_other_name_too_is_not_asked_about_again(c: Cluster) -> None:
    ada, bob, cas = await c.people(3)
    await skills.offer(c.tools, ada, PRINT)
    assert (await skills.offer(c.tools, bob, Wording("Zeefdruk"))).alike
    assert (await skills.offer(c.tools, cas, Wording("zeefdruk"))).alike == ()


async def test_two_of_ones_own_become_one_with_the_newer_words(c: Cluster) -> None:
    ada, bob = await c.people(2)
    await skills.offer(c.tools, ada, PRINT)
    there = (await skills.offer(c.tools, bob, Wording("Screen printing", "Old", "Mondays"))).listing
    newer = (await skills.offer(c.tools, bob, Wording("Zeefdruk", "New"))).listing
    c.clock.at += timedelta(hours=1)
    for _ in range(2):
        moved = await skills.same(c.tools, bob, newer.id, there.skill.id)
        assert (moved.id, moved.about, moved.times) == (there.id, "New", "Mondays")
    own = await skills.mine(c.tools, bob)
    assert [one.id for one in own.open] == [there.id]


async def test_an_offer_can_be_given_other_words_or_another_skill(c: Cluster) -> None:
    ada, bob = await c.people(2)
    listing = (await skills.offer(c.tools, ada, Wording("Screnprinting", "x"))).listing
    done = await skills.edit(c.tools, ada, listing.id, PRINT)
    assert (done.new, done.listing.id, done.listing.skill.name, done.listing.about) == (
        False,
        listing.id,
        PRINT.name,
        PRINT.about,
    )
    assert await names(c) == [PRINT.name]
    with pytest.raises(NotYours):
        await skills.edit(c.tools, bob, listing.id, PRINT)
    await skills.remove(c.tools, ada, listing.id)
    with pytest.raises(TooOld):
        await skills.edit(c.tools, ada, listing.id, PRINT)


async def test_what_a_swap_is_made_of_does_not_become_another_skill(db: Database) -> None:
    """A session in etching, once it is held, must not meet a want for weaving."""
    b = await Barter.start(db)
    tools = b.cluster.tools
    ada, bob = await b.person("Weaving", "Etching"), await b.person("Etching", "Weaving")
    await b.look()
    swap = await b.proposed()
    (before,) = (await skills.mine(tools, ada)).wants
    done = await skills.edit(tools, ada, before.id, Wording("Knitting", "Socks"))
    (stands,) = (await skills.mine(tools, ada)).wants
    assert (done.listing, done.new) == (stands, False)
    assert stands.id != before.id
    assert (stands.skill.name, stands.about) == ("Knitting", "Socks")
    (was,) = (await skills.mine(tools, ada)).lapsed
    assert (was.id, was.skill, was.about) == (before.id, before.skill, before.about)
    await b.look()
    assert (await b.swap(swap.id)).state is SwapState.ENDED
    # Other words are nothing new, and neither is another name for the same thing.
    (wanted,) = (await skills.mine(tools, bob)).wants
    assert (await skills.edit(tools, bob, wanted.id, Wording("weaving", "A rug"))).listing.id == wanted.id


async def test_a_skill_somebody_takes_up_at_that_moment_is_not_taken_away(c: Cluster) -> None:
    ada, bob, cas = await c.people(3)
    there = (await skills.offer(c.tools, ada, PRINT)).listing
    for number in range(5):
        other = (await skills.offer(c.tools, bob, Wording(f"Zeefdruk{number}"))).listing
        await asyncio.gather(
            skills.same(c.tools, bob, other.id, there.skill.id),
            skills.want(c.tools, cas, Wording(f"Zeefdruk{number}")),
        )
        assert any(one.skill.name == f"Zeefdruk{number}" for one in (await skills.mine(c.tools, cas)).wants)
        await skills.remove(c.tools, bob, (await skills.mine(c.tools, bob)).offers[0].id)


# Taking off, keeping, bringing back


async def test_what_is_taken_off_can_be_put_back_as_it_was(c: Cluster) -> None:
    ada = await c.join("A")
    listing = (await skills.offer(c.tools, ada, PRINT)).listing
    await sought(c, listing, True)
    for _ in range(2):
        assert (await skills.remove(c.tools, ada, listing.id)).state is ListingState.REMOVED
    own = await skills.mine(c.tools, ada)
    assert (own.open, [one.id for one in own.lapsed]) == ((), [listing.id])
    c.clock.at += KEPT - timedelta(seconds=1)
    for _ in range(2):
        back = await skills.renew(c.tools, ada, listing.id)
        assert (back.state, back.about, back.ended_at) == (ListingState.OPEN, PRINT.about, None)
        assert back.expires_at == c.clock.at + LISTING_LASTS
    assert not await sought(c, listing)
    assert (await skills.mine(c.tools, ada)).lapsed == ()
    assert len(await c.log("skill.offered")) == 1


async def test_after_thirty_days_it_is_gone_and_so_are_the_words(c: Cluster) -> None:
    ada = await c.join("A")
    listing = (await skills.offer(c.tools, ada, PRINT)).listing
    await skills.remove(c.tools, ada, listing.id)
    c.clock.at += KEPT
    await upkeep.forget_what_is_over(c.tools)
    assert (await skills.mine(c.tools, ada)).lapsed == ()
    for deed in (skills.renew(c.tools, ada, listing.id), skills.remove(c.tools, ada, listing.id)):
        with pytest.raises(TooOld):
            await deed
    c.clock.at += timedelta(days=2)
    await upkeep.forget_what_is_over(c.tools)
    async with c.db.read() as tx:
        (row,) = (await tx.execute(sa.select(tables.listings))).all()
    assert (row.about, row.times) == ("", "")


async def test_what_was_listed_anew_stands_instead_of_what_is_put_back(c: Cluster) -> None:
    ada = await c.join("A")
    old = (await skills.offer(c.tools, ada, PRINT)).listing
    await skills.remove(c.tools, ada, old.id)
    new = (await skills.offer(c.tools, ada, PRINT)).listing
    assert new.id != old.id
    assert (await skills.mine(c.tools, ada)).lapsed == ()
    assert (await skills.renew(c.tools, ada, old.id)).id == new.id
    assert [one.id for one in (await skills.mine(c.tools, ada)).open] == [new.id]


async def test_nothing_is_put_back_beyond_twenty(c: Cluster) -> None:
    ada = await c.join("A")
    old = (await skills.offer(c.tools, ada, PRINT)).listing
    await skills.remove(c.tools, ada, old.id)
    for number in range(MOST_OPEN):
        await skills.offer(c.tools, ada, Wording(f"Trade {number}"))
    with pytest.raises(TooManyListings):
        await skills.renew(c.tools, ada, old.id)


async def test_what_is_somebody_elses_or_elsewhere_is_refused(c: Cluster, db: Database) -> None:
    ada, bob = await c.people(2)
    elsewhere = await Cluster.start(db, key=2)
    stranger = await elsewhere.join("S")
    listing = (await skills.offer(c.tools, ada, PRINT)).listing
    foreign = (await skills.offer(elsewhere.tools, stranger, PRINT)).listing

    async def refused(deed: Awaitable[object], error: type[Exception]) -> None:
        with pytest.raises(error):
            await deed

    for who, error in ((bob, NotYours), (stranger, TooOld)):
        await refused(skills.remove(c.tools, who, listing.id), error)
        await refused(skills.renew(c.tools, who, listing.id), error)
        await refused(skills.one_of_mine(c.tools, who, listing.id), error)
        await refused(skills.same(c.tools, who, listing.id, foreign.skill.id), error)
    await refused(skills.same(c.tools, ada, listing.id, foreign.skill.id), TooOld)
    await refused(skills.same(c.tools, ada, listing.id, SkillId(2**60)), TooOld)
    await refused(skills.remove(c.tools, ada, ListingId(2**60)), TooOld)
    assert (await skills.one_of_mine(c.tools, ada, listing.id)).state is ListingState.OPEN


async def test_ones_own_by_name(c: Cluster) -> None:
    ada = await c.join("A")
    offered = (await skills.offer(c.tools, ada, PRINT)).listing
    wanted = (await skills.want(c.tools, ada, PRINT)).listing
    assert {one.id for one in await skills.named(c.tools, ada, "screen-printing")} == {offered.id, wanted.id}
    assert await skills.named(c.tools, ada, "Etching") == ()
    drafted = await skills.draft(c.tools, ada, ListingKind.WANT, "SCREENPRINTING")
    assert drafted is not None
    assert drafted.id == wanted.id
    assert await skills.draft(c.tools, ada, ListingKind.WANT, "Etching") is None


# Suggestions


async def test_suggested_is_what_people_here_list_now(c: Cluster) -> None:
    ada, bob = await c.people(2)
    await skills.offer(c.tools, ada, PRINT)
    typo = (await skills.offer(c.tools, bob, Wording("Etchign"))).listing
    assert await skills.suggest(c.tools, c.id, "") == ["Etchign", "Screen printing"]
    await skills.remove(c.tools, bob, typo.id)
    assert await skills.suggest(c.tools, c.id, "") == ["Screen printing"]
    assert await skills.suggest(c.tools, c.id, "zeefdr") == ["Screen printing"]
    assert await skills.suggest(c.tools, c.id, "x" * 10_000) == []
    exact, meant = await skills.find(c.tools, c.id, "screen-printing")
    assert exact is not None
    assert meant == ()
    exact, meant = await skills.find(c.tools, c.id, "zeefdruk")
    assert (exact, [one.name for one in meant]) == (None, ["Screen printing"])
