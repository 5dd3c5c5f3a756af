"""Swaps in the database, and what looking for them reads; on both."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from domain.model import Answer, ListingId, MemberId, SkillId, SwapId, SwapState
from domain.proposals import SILENCE_COUNTS, WITHIN, Proposable
from storage import exports, proposals, recurring, swaps
from storage.engine import Database, Tx
from storage.tables import listings, members, skills
from tests.storage import rows
from tests.storage.rows import ELSEWHERE, HERE, NOW

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


async def people(tx: Tx, number: int = 3) -> list[MemberId]:
    """Members who offer and want one skill each: of a ring in this order."""
    await rows.community(tx, HERE, ELSEWHERE)
    found = [(await rows.member(tx, user))[0] for user in range(number)]
    for at in range(number):
        new = sa.insert(skills).values(community_id=HERE, name=f"s{at}", name_key=f"s{at}", created_at=NOW)
        await tx.execute(new)
    for at, one in enumerate(found):
        for kind, skill in (("offer", at + 1), ("want", (at - 1) % number + 1)):
            values = {"community_id": HERE, "member_id": one, "skill_id": skill, "kind": kind}
            await tx.execute(sa.insert(listings).values(created_at=NOW, expires_at=NOW + 60 * DAY, **values))
    return found


def ring(who: list[MemberId]) -> list[Proposable]:
    """The legs of these, who were made by `people`."""
    size = len(who)
    return [
        Proposable(
            one, who[(at + 1) % size], SkillId(at + 1), ListingId(2 * at + 1), ListingId(2 * ((at + 1) % size) + 2)
        )
        for at, one in enumerate(who)
    ]


async def propose(tx: Tx, who: list[MemberId], legs: list[Proposable] | None = None) -> SwapId:
    return await swaps.add(tx, HERE, who, legs or ring(who), now=NOW, expires_at=NOW + 3 * DAY, instead_of=None)


async def test_what_is_written_is_read(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        key = await propose(tx, who)
        swap = await swaps.get(tx, key)
        assert swap is not None
        assert (swap.number, swap.state, swap.expires_at) == (1, SwapState.PROPOSED, NOW + 3 * DAY)
        assert [one.id for one in swap.members] == who
        assert [(leg.teacher.id, leg.learner.id, leg.skill.name) for leg in swap.legs] == [
            (who[0], who[1], "s0"),
            (who[1], who[2], "s1"),
            (who[2], who[0], "s2"),
        ]
        assert await swaps.hold(tx, key) == await swaps.claim(tx, key) == swap
        assert await swaps.proposed_to(tx, who[1]) == swap
        assert (await swaps.made_of(tx, swap)).keys() == {1, 2, 3, 4, 5, 6}
        assert await swaps.get(tx, SwapId(99)) is await swaps.proposed_to(tx, MemberId(99)) is None


async def test_the_database_allows_one_open_proposal_a_person(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        key = await propose(tx, who)
    with pytest.raises(sa.exc.IntegrityError):
        async with db.write() as tx:
            await propose(tx, who[:2], ring(who)[:1])
    async with db.write() as tx:
        assert await swaps.close(tx, key, SwapState.ENDED)
        again = await propose(tx, who)
        assert (await swaps.number_of(tx, again), await swaps.thread_of(tx, again)) == (2, None)


async def test_an_answer_counts_while_the_proposal_is_open(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        key = await propose(tx, who)
        assert await swaps.answer(tx, key, who[0], Answer.ACCEPTED, NOW)
        assert not await swaps.answer(tx, key, who[0], Answer.ACCEPTED, NOW)
        assert await swaps.answer(tx, key, who[0], Answer.DECLINED, NOW)
        assert not await swaps.answer(tx, key, who[0], Answer.LEFT, NOW)
        assert not await swaps.answer(tx, key, MemberId(99), Answer.ACCEPTED, NOW)
        assert await swaps.close(tx, key, SwapState.AGREED)
        assert not await swaps.close(tx, key, SwapState.ENDED)
        assert not await swaps.answer(tx, key, who[1], Answer.ACCEPTED, NOW)


async def test_when_a_proposal_is_due(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        assert await swaps.next_due(tx) is None
        key = await propose(tx, who)
        assert await swaps.next_due(tx) == NOW + 3 * DAY
        assert await swaps.lapsed(tx, NOW + 3 * DAY - SECOND) == []
        assert await swaps.lapsed(tx, NOW + 3 * DAY) == [key]
        assert await swaps.lapsed(tx, NOW + 3 * DAY, [((HERE >> 22) % 4, 4)]) == [key]
        assert await swaps.lapsed(tx, NOW + 3 * DAY, [((HERE >> 22) % 4 + 1, 4)]) == []
        await swaps.ask_until(tx, key, NOW + 4 * DAY)
        assert await swaps.next_due(tx) == NOW + 4 * DAY
        assert await swaps.broken(tx) == []
        await tx.execute(sa.update(listings).where(listings.c.id == 1).values(state="removed"))
        assert (await swaps.broken(tx), await swaps.who_broke(tx, key)) == ([key], {who[0]})
        assert await swaps.next_due(tx) == NOW
        await swaps.close(tx, key, SwapState.ENDED)
        assert (await swaps.broken(tx), await swaps.next_due(tx)) == ([], None)


async def test_who_is_looked_for(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        found = await proposals.seekers(tx)
        assert [(one.community, one.free_at) for one in found] == [(HERE, NOW)] * 3
        assert await proposals.seekers(tx, [((HERE >> 22) % 4 + 1, 4)]) == []
        await proposals.not_before(tx, HERE, NOW + DAY)
        await proposals.not_before(tx, HERE, NOW + 2 * DAY)
        assert {one.free_at for one in await proposals.seekers(tx)} == {NOW + 2 * DAY}
        await proposals.set_sought(tx, [ListingId(1), ListingId(2)], sought=True)
        assert len(await proposals.seekers(tx)) == 2
        await proposals.look_again(tx, [who[0]])
        assert len(await proposals.seekers(tx)) == 3
        key = await propose(tx, who)
        assert await proposals.seekers(tx) == []  # they are deciding
        await proposals.set_sought(tx, [ListingId(at) for at in range(1, 7)], sought=True)
        await proposals.sweep(tx, HERE, NOW)
        await swaps.close(tx, key, SwapState.ENDED)
        # What was being served was left alone; their offers were not.
        assert [one.proposed for one in await proposals.seekers(tx)] == [(NOW,)] * 3
        posted = (await proposals.situation(tx, HERE, {}, NOW)).posted
        assert [one.id for one in posted if not one.sought] == [1, 3, 5]


async def test_the_situation_of_a_community(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        key = await propose(tx, who)
        here = await proposals.situation(tx, HERE, {}, NOW)
        assert here.served == {2, 4, 6}
        assert here.teaching == dict.fromkeys(who, 1)
        assert (here.deciding, here.proposed) == (frozenset(who), dict.fromkeys(who, (NOW,)))
        assert here.turns == {}  # in a ring everybody is shown something, too
        await swaps.answer(tx, key, who[0], Answer.DECLINED, NOW)
        await swaps.answer(tx, key, who[1], Answer.SILENT, NOW)
        await swaps.close(tx, key, SwapState.ENDED)
        later = await proposals.situation(tx, HERE, {}, NOW + SILENCE_COUNTS - SECOND)
        assert {member for member, _ in later.refused} == set(who[:2])
        assert (later.served, later.teaching, later.deciding, later.proposed) == (frozenset(), {}, frozenset(), {})
        much_later = await proposals.situation(tx, HERE, {}, NOW + SILENCE_COUNTS)
        assert {member for member, _ in much_later.refused} == {who[0]}
        assert {len(legs) for _, legs in much_later.refused} == {1, 2}
        assert (await proposals.situation(tx, ELSEWHERE, {}, NOW)).posted == ()


async def test_turns_are_counted_of_legs_on_credit(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        await propose(tx, who[:2], ring(who)[:1])
        assert (await proposals.situation(tx, HERE, {}, NOW)).turns == {who[0]: 1}
        assert (await proposals.situation(tx, HERE, {}, NOW + 91 * DAY)).turns == {}


async def test_what_a_proposal_makes_good(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        first = await propose(tx, who)
        await swaps.answer(tx, first, who[0], Answer.ACCEPTED, NOW)
        assert await proposals.let_down(tx, who, NOW - WITHIN) is None
        await swaps.close(tx, first, SwapState.ENDED)
        assert await proposals.let_down(tx, who, NOW - WITHIN) == first
        assert await proposals.let_down(tx, who[1:], NOW - WITHIN) is None
        assert await proposals.let_down(tx, who, NOW) is None
        await propose(tx, who)
        assert await proposals.let_down(tx, who, NOW - WITHIN) is None


async def test_every_active_community_has_its_sweep(db: Database) -> None:
    async with db.write() as tx:
        await rows.community(tx, HERE, ELSEWHERE)
        assert await recurring.without(tx, proposals.SWEEP, 5) == [HERE, ELSEWHERE]
        assert await recurring.without(tx, proposals.SWEEP, 1) == [HERE]
        await recurring.ensure(tx, HERE, proposals.SWEEP, NOW)
        assert await recurring.without(tx, proposals.SWEEP, 5) == [ELSEWHERE]


async def test_who_is_on_pause_waits_for_the_next_sweep(db: Database) -> None:
    async with db.write() as tx:
        await people(tx)
        await tx.execute(sa.update(listings).values(sought=True))
        await tx.execute(sa.update(members).where(members.c.id == 1).values(paused_until=NOW + DAY))
        await proposals.sweep(tx, HERE, NOW)
        assert len(await proposals.seekers(tx)) == 2


async def test_nothing_open_is_read_to_find_who_waits(db: Database) -> None:
    """Most of what is open has been looked for; neither database reads that."""
    async with db.write() as tx:
        await people(tx, 40)
        await tx.execute(sa.update(listings).values(sought=True))
        await tx.execute(sa.update(listings).where(listings.c.id == 3).values(sought=False))
        if tx.dialect.name == "sqlite":
            sent: list[str] = []
            assert tx.sync_connection is not None
            sa.event.listen(tx.sync_connection, "before_cursor_execute", lambda *sent_: sent.append(sent_[2]))
            assert len(await proposals.seekers(tx)) == 1
            plan = await tx.exec_driver_sql("EXPLAIN QUERY PLAN " + sent[0], ("removed",) * sent[0].count("?"))
            read = "\n".join(str(row[-1]) for row in plan)
            assert "ix_listings_unsought" in read, read
            assert "SCAN" not in read.replace("SCAN listings USING INDEX ix_listings_unsought", ""), read


async def test_a_manager_takes_away_how_many_were_proposed_and_agreed(db: Database) -> None:
    async with db.write() as tx:
        who = await people(tx)
        await swaps.close(tx, await propose(tx, who), SwapState.ENDED)
        await swaps.close(tx, await propose(tx, who), SwapState.AGREED)
        assert (await exports.everything(tx, HERE))["swaps"] == [{"month": "2026-03", "proposed": 2, "agreed": 1}]
