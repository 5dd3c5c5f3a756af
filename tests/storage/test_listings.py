"""Queries about skills and listings: what a change changes, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.model import CommunityId, Listing, ListingId, ListingKind, ListingState, Member, SkillId
from storage import board, listings, privacy_skills, skills, tables
from storage.engine import Database, Tx
from storage.listings import Words
from tests.house import NOW, House, house

DAY = timedelta(days=1)
LATER = NOW + 60 * DAY
HERE = CommunityId(1)


@pytest.fixture
async def h(db: Database) -> House:
    return await house(db)


async def listed(
    tx: Tx, member: Member, name: str, kind: ListingKind = ListingKind.OFFER, *, lapses: int = 60
) -> ListingId:
    skill, _ = await skills.enter(tx, member.community, name, name.casefold(), member.id, NOW)
    return await listings.add(tx, member.id, skill, kind, Words("about", "times"), NOW, NOW + lapses * DAY)


async def read(tx: Tx, listing: ListingId) -> Listing:
    found = await listings.get(tx, listing)
    assert found is not None
    return found


async def test_a_listing_is_read_as_written(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        one = await read(tx, await listed(tx, ada, "Etching"))
    assert (one.member, one.kind, one.skill.name, one.state) == (ada, ListingKind.OFFER, "Etching", ListingState.OPEN)
    assert (one.about, one.times, one.created_at, one.expires_at, one.ended_at) == ("about", "times", NOW, LATER, None)


async def test_one_of_a_kind_a_person_and_skill_stands_open(h: House) -> None:
    ada, bob = await h.join(7, "A"), await h.join(8, "B")
    db = h.tools.db
    async with db.write() as tx:
        first = await listed(tx, ada, "Etching")
        await listed(tx, ada, "Etching", ListingKind.WANT)
        await listed(tx, bob, "Etching")
    with pytest.raises(sa.exc.IntegrityError):
        async with db.write() as tx:
            await listed(tx, ada, "Etching")
    async with db.write() as tx:
        assert await listings.end(tx, first, ListingState.REMOVED, NOW + DAY)
        assert not await listings.end(tx, first, ListingState.EXPIRED, NOW + 2 * DAY)
        again = await listed(tx, ada, "Etching")
        assert again in {one.id for one in await listings.open_of(tx, ada)}
        assert first not in {one.id for one in await listings.open_of(tx, ada)}
        assert [one.id for one in await listings.ended_of(tx, ada, NOW)] == [first]
        assert await listings.ended_of(tx, ada, NOW + DAY) == []
        assert (await read(tx, first)).ended_at == NOW + DAY


async def test_holding_gives_what_stands_and_tells_who_takes_part(h: House) -> None:
    ada, bob = await h.join(7, "A"), await h.join(8, "B")
    async with h.tools.db.write() as tx:
        weaving, etching = await listed(tx, ada, "Weaving"), await listed(tx, ada, "Etching")
        await listings.end(tx, await listed(tx, ada, "Knitting"), ListingState.REMOVED, NOW)
        assert await listings.hold(tx, ada) == [await read(tx, one) for one in (weaving, etching)]
        assert await listings.open_of(tx, ada) == [await read(tx, one) for one in (etching, weaving)]
        assert await listings.hold(tx, bob) == []
        await tx.execute(sa.update(tables.members).where(tables.members.c.id == bob.id).values(state="left"))
        assert await listings.hold(tx, bob) is None


async def test_renewing_and_moving_have_it_looked_for_anew(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        one, other = await listed(tx, ada, "Etching"), await listed(tx, ada, "Weaving")
        looked_for = sa.update(tables.listings).values(sought=True, reminded_at=NOW)
        unsought = sa.select(tables.listings.c.id).where(listings.UNSOUGHT).order_by(tables.listings.c.id)
        await tx.execute(looked_for)
        assert (await tx.execute(unsought)).scalars().all() == []
        await listings.end(tx, one, ListingState.EXPIRED, NOW)
        await listings.renew(tx, [one], LATER + DAY)
        assert (await tx.execute(unsought)).scalars().all() == [one]
        assert ((await read(tx, one)).expires_at, (await read(tx, one)).ended_at) == (LATER + DAY, None)
        assert (await read(tx, other)).expires_at == LATER
        knitting, _ = await skills.enter(tx, HERE, "Knitting", "knitting", ada.id, NOW)
        await listings.move(tx, other, knitting.id)
        assert (await tx.execute(unsought)).scalars().all() == [one, other]
        # Renewed, it is reminded of anew; moved, it is not.
        assert [found.id for found in await listings.nearing(tx, LATER + 2 * DAY, 10)] == [one]


async def test_lapsing_takes_what_is_due_a_few_at_a_time(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        keys = [await listed(tx, ada, f"Trade {number}", lapses=number) for number in range(1, 6)]
        assert await listings.next_lapse(tx) == NOW + DAY
        assert [one.id for one in await listings.lapse(tx, NOW + 3 * DAY, 2)] == keys[:2]
        assert [one.id for one in await listings.lapse(tx, NOW + 3 * DAY, 2)] == keys[2:3]
        assert await listings.lapse(tx, NOW + 3 * DAY, 2) == []
        assert await listings.next_lapse(tx) == NOW + 4 * DAY
        assert await listings.next_unreminded(tx) == NOW + 4 * DAY
        assert await listings.remind(tx, ada.id, NOW + 4 * DAY, NOW)
        assert not await listings.remind(tx, ada.id, NOW + 4 * DAY, NOW)
        assert await listings.next_unreminded(tx) == NOW + 5 * DAY
        assert (await read(tx, keys[0])).ended_at == NOW + 3 * DAY
        await listings.stand_at_least(tx, ada.id, NOW + 5 * DAY - timedelta(hours=1))
        assert (await read(tx, keys[3])).expires_at == NOW + 5 * DAY - timedelta(hours=1)
        assert (await read(tx, keys[4])).expires_at == NOW + 5 * DAY


async def test_words_are_forgotten_where_it_ended_before(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        old, young, still = [await listed(tx, ada, name) for name in ("Etching", "Weaving", "Knitting")]
        await listings.end(tx, old, ListingState.MET, NOW)
        await listings.end(tx, young, ListingState.REMOVED, NOW + DAY)
        await listings.forget_words(tx, NOW + DAY)
        assert [(await read(tx, one)).about for one in (old, young, still)] == ["", "about", "about"]


# Skills


async def test_a_skill_is_entered_once_and_found_by_its_key(h: House) -> None:
    ada, bob = await h.join(7, "A"), await h.join(8, "B")
    async with h.tools.db.write() as tx:
        first, shared = await skills.enter(tx, HERE, "Etching", "etching", ada.id, NOW)
        assert not shared
        assert await skills.enter(tx, HERE, "ETCHING", "etching", ada.id, NOW) == (first, False)
        await listed(tx, bob, "Etching")
        assert await skills.enter(tx, HERE, "ETCHING", "etching", ada.id, NOW) == (first, True)
        assert await skills.enter(tx, HERE, "ETCHING", "etching", bob.id, NOW) == (first, False)
        assert await skills.by_key(tx, HERE, "etching") == first
        assert await skills.by_key(tx, CommunityId(2), "etching") is None
        await skills.rename(tx, first.id, "ETCHING")
        found = await skills.get(tx, first.id)
        assert found is not None
        assert (found.name, (await skills.by_key(tx, HERE, "etching"))) == ("ETCHING", found)


async def test_only_a_skill_that_nothing_refers_to_is_dropped(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        one = await read(tx, await listed(tx, ada, "Etching"))
        empty, _ = await skills.enter(tx, HERE, "Weaving", "weaving", ada.id, NOW)
        await listings.end(tx, one.id, ListingState.REMOVED, NOW)
        for skill in (one.skill.id, empty.id, SkillId(2**60)):
            await skills.drop_if_empty(tx, skill)
        assert await skills.get(tx, one.skill.id) == one.skill
        assert await skills.get(tx, empty.id) is None


async def test_in_use_is_what_somebody_who_takes_part_lists(h: House) -> None:
    ada, bob = await h.join(7, "A"), await h.join(8, "B")
    async with h.tools.db.write() as tx:
        one = await read(tx, await listed(tx, ada, "Etching"))
        gone = await listed(tx, ada, "Weaving")
        await listings.end(tx, gone, ListingState.EXPIRED, NOW)
        await listed(tx, bob, "Knitting")
        await tx.execute(sa.update(tables.members).where(tables.members.c.id == bob.id).values(state="left"))
        assert await skills.names_in_use(tx, HERE) == [one.skill.name]
        assert await skills.names_in_use(tx, CommunityId(2)) == []
        # Who has left does not count as another.
        assert await skills.enter(tx, HERE, "Knitting", "knitting", ada.id, NOW) == (
            await skills.by_key(tx, HERE, "knitting"),
            False,
        )


# Everything of one member


async def test_somebody_forgotten_leaves_no_words_and_no_name_of_their_own(h: House) -> None:
    ada, bob = await h.join(7, "A"), await h.join(8, "B")
    async with h.tools.db.write() as tx:
        only = await read(tx, await listed(tx, ada, "Sam's secret stitch"))
        shared = await read(tx, await listed(tx, ada, "Etching"))
        theirs = await listed(tx, bob, "Etching")
        swapped = await read(tx, await listed(tx, ada, "Weaving"))
        await _leg(tx, swapped, bob)
        found = (await privacy_skills.everything(tx, ada.id))["offers_and_wants"]
        assert [(one["skill"], one["about"], one["state"]) for one in found] == [
            ("Sam's secret stitch", "about", "open"),
            ("Etching", "about", "open"),
            ("Weaving", "about", "open"),
        ]
        await privacy_skills.forget(tx, ada.id, NOW)
        assert await skills.get(tx, only.skill.id) is None
        assert await listings.get(tx, shared.id) is None
        assert (await read(tx, theirs)).about == "about"
        left = await read(tx, swapped.id)
        assert (left.state, left.about, left.times, left.skill.name) == (ListingState.REMOVED, "", "", "Weaving")


async def _leg(tx: Tx, offer: Listing, learner: Member) -> None:
    """A session came of this offer."""
    new_swap = sa.insert(tables.swaps).values(community_id=HERE, number=1, proposed_at=NOW, expires_at=LATER)
    swap = (await tx.execute(new_swap.returning(tables.swaps.c.id))).scalar_one()
    want = await listed(tx, learner, offer.skill.name, ListingKind.WANT)
    await tx.execute(
        sa.insert(tables.legs).values(
            community_id=HERE,
            swap_id=swap,
            position=0,
            teacher_id=offer.member.id,
            learner_id=learner.id,
            skill_id=offer.skill.id,
            offer_id=offer.id,
            want_id=want,
        )
    )


# The board


async def test_a_page_of_the_board_reads_no_more_than_it_shows(h: House) -> None:
    ada = await h.join(7, "A")
    async with h.tools.db.write() as tx:
        for number in range(12):
            await listed(tx, ada, f"Trade {number:02}")
        shown = await board.page(tx, HERE, NOW, NOW + DAY, sector="", skip=8, limit=8)
        assert [(skill.name, new) for skill, new in shown] == [(f"Trade {number:02}", False) for number in range(8, 12)]
        assert len(await board.listed(tx, HERE, NOW, {skill.id for skill, _ in shown})) == 4
        assert (await board.totals(tx, HERE, NOW)) == board.Totals(skills=12, offers=12, wants=0)
        assert len(await board.news(tx, HERE, NOW, NOW - DAY, 5)) == 5


async def test_the_small_indices_are_used(sqlite_db: Database) -> None:
    """What is due and what is not looked for yet are found without reading all that ever stood."""
    await house(sqlite_db)
    queries = {
        "ix_listings_expires_at": sa.select(tables.listings.c.expires_at)
        .where(skills.STANDS)
        .order_by(tables.listings.c.expires_at),
        "ix_listings_unsought": sa.select(tables.listings.c.community_id).where(listings.UNSOUGHT).distinct(),
    }
    async with sqlite_db.read() as tx:
        for index, query in queries.items():
            text = str(query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True}))
            plan = (await tx.execute(sa.text(f"EXPLAIN QUERY PLAN {text}"))).all()
            assert index in str(plan), plan
