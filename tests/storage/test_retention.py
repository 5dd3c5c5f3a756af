"""What is older than a year becomes counts by firm; what is younger, and what is not about anybody, stays as it is."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from domain.model import EXCHANGES, ActKind, CommunityId, MemberState, Stage
from storage import ledger, retention
from storage import members as stored_members
from storage import showings as stored_showings
from storage.engine import Database, Tx
from storage.tables import (
    acts,
    answers,
    firm_months,
    firms,
    first_ties,
    legs,
    members,
    metadata,
    reviews,
    rounds,
    showings,
    signups,
    swaps,
    transfers,
)
from tests.meta.pages import section, spans
from tests.storage import past, rows
from tests.storage.past import DAY, Contents, Two, contents, live, move, two
from tests.storage.rows import ELSEWHERE, HERE

NOW = datetime(2027, 8, 2, 4, tzinfo=UTC)
CUTOFF = datetime(2026, 8, 2, 4, tzinfo=UTC)
BEFORE, SINCE = CUTOFF - timedelta(seconds=1), CUTOFF

# Every table that refers to a person. What is not of these goes once it is older than the cutoff.
STAY = {"avoided"}  # what somebody wishes for, until they wish otherwise
BY_ITSELF = {"members"}  # see what is said of those who left


async def fold_all(
    db: Database, community: CommunityId = HERE, cutoff: datetime = CUTOFF, *, killed: bool = False
) -> Any:
    """Every step until it finds nothing more; how many rows went, by table."""
    gone: Counter[str] = Counter()
    for step in retention.STEPS:
        while True:
            if killed:
                with suppress(KeyboardInterrupt):
                    async with db.write() as tx:
                        await retention.fold(tx, step, community, cutoff, NOW)
                        raise KeyboardInterrupt
            async with db.write() as tx:
                rows_gone = await retention.fold(tx, step, community, cutoff, NOW)
            if rows_gone == 0:
                break
            gone[step.table.name] += rows_gone
    return gone


def of(found: Contents, community: int) -> dict[str, list[dict[str, Any]]]:
    """The rows of one community."""
    return {
        table: [row for row in kept.values() if row.get("community_id", community) == community]
        for table, kept in found.items()
    }


async def written(db: Database, *moments: datetime, community: CommunityId = HERE) -> Two:
    async with db.write() as tx:
        await rows.community(tx, community)
        who = await two(tx, community)
        for moment in moments:
            await live(tx, who, moment)
    return who


def of_people() -> set[str]:
    """The tables that refer to people, and what hangs on those."""
    found = {"members"}
    for table in metadata.sorted_tables:
        found |= {table.name for key in table.foreign_keys if key.column.table.name in found - {"rounds", "skills"}}
    return found


async def test_of_every_table_about_people_what_is_older_is_gone_and_what_is_younger_is_as_it_was(db: Database) -> None:
    who = await written(db, BEFORE)
    old = await contents(db)
    async with db.write() as tx:
        await live(tx, who, SINCE)
        person = {"member_id": who.ada, "other_member_id": who.ben}
        await tx.execute(sa.insert(metadata.tables["avoided"]).values(community_id=HERE, **person))
    before = await contents(db)
    names = of_people() - STAY - BY_ITSELF
    assert {name for name in names if not old[name]} == set(), "a table that nobody has decided about"
    await fold_all(db)
    after = await contents(db)
    assert {name: kept for name in names if (kept := old[name].keys() & after[name].keys())} == {}
    for name in metadata.tables.keys() - {"firm_months", "first_ties", "transfers"}:
        younger = {key: row for key, row in before[name].items() if key not in old[name]}
        assert {key: row for key, row in after[name].items() if key in younger} == younger, name
    assert [after["rounds"][key]["present"] for key in old["rounds"]] == [None]
    bare = after["swaps"][next(iter(old["swaps"]))]
    assert (bare["thread_id"], bare["message_id"], bare["state"]) == (None, None, "over")
    for name in ("members", "firms", "communities"):
        assert after[name] == before[name]


def test_the_privacy_page_says_what_becomes_of_every_table() -> None:
    lines = [line.split("|") for line in section("docs/privacy.md", "After twelve months").splitlines()]
    decided = {name: line[2].strip() for line in lines if len(line) == 4 for name in spans(line[1])}
    assert sorted(decided) == sorted(metadata.tables)
    stay = {name for name, becomes in decided.items() if becomes.startswith("stay")}
    assert not stay & {step.table.name for step in retention.STEPS}
    assert stay & of_people() == STAY


async def test_all_balances_stay_and_make_zero(db: Database) -> None:
    who = await written(db, BEFORE - DAY, BEFORE, SINCE)
    async with db.write() as tx:
        before = await ledger.balances(tx, HERE)
    await fold_all(db)
    async with db.read() as tx:
        assert await ledger.balances(tx, HERE) == {**before, None: 0} == {who.hers: 135, who.his: -135, None: 0}
        told = [(one.kind, one.minutes, one.member) for one in await ledger.movements(tx, who.hers, 9)]
    assert told[-1] == ("carried", 90, None)
    assert len(told) == 4


async def test_again_and_once_more_changes_nothing(db: Database) -> None:
    await written(db, BEFORE, SINCE)
    assert (await fold_all(db))["acts"] == 3
    once = await contents(db)
    assert await fold_all(db) == {}
    assert await contents(db) == once


async def test_killed_before_every_commit_it_comes_out_the_same(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await written(db, *(BEFORE - number * DAY for number in range(5)), SINCE)
    await written(db, *(BEFORE - number * DAY for number in range(5)), SINCE, community=ELSEWHERE)
    small = [retention.Step(one.table, one.older, one.fold, 2) for one in retention.STEPS]
    whole = await fold_all(db)
    monkeypatch.setattr(retention, "STEPS", small)
    assert await fold_all(db, ELSEWHERE, killed=True) == whole
    found = await contents(db)
    here, there = of(found, HERE), of(found, ELSEWHERE)

    def counts(table: str) -> Counter[tuple[Any, ...]]:
        facts = ("month", "kind", "acts", "minutes", "at")
        return Counter(tuple(row.get(one) for one in facts) for row in (here if table[0] == "<" else there)[table[1:]])

    for table in ("firm_months", "first_ties", "transfers", "acts"):
        assert counts(f"<{table}") == counts(f">{table}") != Counter()


async def test_another_community_is_left_alone(db: Database) -> None:
    await written(db, BEFORE)
    await written(db, BEFORE, SINCE, community=ELSEWHERE)
    before = of(await contents(db), ELSEWHERE)
    await fold_all(db)
    after = of(await contents(db), ELSEWHERE)
    assert {name: after[name] for name in before if "community_id" in metadata.tables[name].c} == {
        name: before[name] for name in before if "community_id" in metadata.tables[name].c
    }
    assert len(after["pairing_members"]) == 4, "those of the other community are gone"


# The log


async def test_months_and_first_ties_are_what_a_plain_count_says(db: Database) -> None:
    random = Random(7)
    async with db.write() as tx:
        await rows.community(tx, HERE)
        people = [await rows.member(tx, 1000 + number) for number in range(6)]
        log = [_an_act(random, people, number) for number in range(3000)]
        await tx.execute(sa.insert(acts), log)
    for cutoff in (CUTOFF - 70 * DAY, CUTOFF):
        await fold_all(db, cutoff=cutoff)
        folded = [act for act in log if act["at"] < cutoff]
        async with db.read() as tx:
            left = (await tx.execute(sa.select(acts.c.key))).scalars().all()
            months = (await tx.execute(sa.select(firm_months))).all()
            ties = (await tx.execute(sa.select(first_ties))).all()
        assert set(left) == {act["key"] for act in log if act["at"] >= cutoff}
        number, minutes = _plain_count(folded)
        assert Counter({_key(row): row.acts for row in months}) == number
        assert {_key(row): row.minutes for row in months} == {key: minutes[key] for key in number}
        assert len(months) == len(number), "one row of a kind"
        assert {(row.firm_id, row.other_firm_id): row.at for row in ties} == _plain_firsts(folded)


def _an_act(random: Random, people: list[Any], number: int) -> dict[str, Any]:
    (member, firm), (other, theirs) = random.choices(people, k=2)
    alone = random.random() < 0.3
    return {
        "key": f"act {number}",
        "community_id": HERE,
        "at": CUTOFF + timedelta(minutes=random.randint(-200_000, 20_000)),
        "kind": random.choice([ActKind.JOINED, ActKind.REVIEW_EXCHANGED, ActKind.HELPED, ActKind.SESSION_CORRECTED]),
        "member_id": member,
        "firm_id": firm,
        "other_member_id": None if alone else other,
        "other_firm_id": None if alone else theirs,
        "minutes": random.choice([None, 45, -15]),
    }


def _key(row: Any) -> tuple[Any, ...]:
    return row.month, row.kind, row.firm_id, row.other_firm_id


def _plain_count(log: list[dict[str, Any]]) -> tuple[Counter[Any], Counter[Any]]:
    number: Counter[Any] = Counter()
    minutes: Counter[Any] = Counter()
    for act in log:
        key = date(act["at"].year, act["at"].month, 1), act["kind"], act["firm_id"], act["other_firm_id"]
        number[key] += 1
        minutes[key] += act["minutes"] or 0
    return number, minutes


def _plain_firsts(log: list[dict[str, Any]]) -> dict[tuple[int, int], datetime]:
    firsts: dict[tuple[int, int], datetime] = {}
    for act in sorted(log, key=lambda act: act["at"], reverse=True):
        if act["kind"] in EXCHANGES and act["other_firm_id"] and act["other_firm_id"] != act["firm_id"]:
            low, high = sorted((act["firm_id"], act["other_firm_id"]))
            firsts[low, high] = act["at"]
    return firsts


# Time credits


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_whatever_was_moved_every_balance_stays(db: Database, seed: int) -> None:
    random = Random(seed)
    async with db.write() as tx:
        await rows.community(tx, HERE)
        people = [await rows.member(tx, 1000 + number) for number in range(5)]
        for member, firm in people:
            await move(tx, HERE, CUTOFF - 300 * DAY, "start", None, firm, 120)
            if random.random() < 0.6:
                await move(tx, HERE, _about(random), "gift", firm, None, 15 * random.randint(1, 4), member_id=member)
        for _ in range(60):
            await _session(tx, random, people)
        before = await ledger.balances(tx, HERE)
    for cutoff in (CUTOFF - 60 * DAY, CUTOFF, CUTOFF + 60 * DAY):
        await fold_all(db, cutoff=cutoff)
        async with db.read() as tx:
            assert await ledger.balances(tx, HERE) == before
            assert sum(before.values()) == 0
            assert await ledger.started_in(tx, HERE) == {firm for _, firm in people}
            left = (await tx.execute(sa.select(transfers))).all()
        carried = Counter(row.debit_firm_id or row.credit_firm_id for row in left if row.kind == "carried")
        assert set(carried.values()) == {1}
        assert all(row.member_id is None for row in left if row.kind in {"carried", "start"})
        assert all(row.at < cutoff for row in left if row.kind == "carried")


def _about(random: Random) -> datetime:
    return CUTOFF + timedelta(hours=random.randint(-3000, 3000))


async def _session(tx: Tx, random: Random, people: list[Any]) -> None:
    """Some hours, and maybe taken back, at once or much later."""
    (_, debit), (member, credit) = random.sample(people, 2)
    at = _about(random)
    minutes = 15 * random.randint(1, 32)
    moved = await move(tx, HERE, at, "session", debit, credit, minutes, member_id=member)
    if random.random() < 0.5:
        later = at + timedelta(hours=random.randint(0, 2000))
        await move(tx, HERE, later, "reversal", credit, debit, minutes, member_id=member, reverses_id=moved)


async def test_a_session_corrected_since_keeps_all_its_transfers(db: Database) -> None:
    who = await written(db, BEFORE)
    async with db.write() as tx:
        (leg,) = (await tx.execute(sa.select(legs.c.id))).scalars()
        stands = (await tx.execute(sa.select(sa.func.max(transfers.c.id)))).scalar_one()
        more = {"member_id": who.ben, "leg_id": leg}
        await move(tx, HERE, SINCE, "reversal", who.hers, who.his, 45, **more, reverses_id=stands)
        written_down = await ledger.of_session(tx, leg)
    gone = await fold_all(db)
    async with db.read() as tx:
        assert await ledger.of_session(tx, leg) == written_down
        assert (await tx.execute(sa.select(swaps.c.thread_id))).scalar() is not None
    assert "transfers" not in gone


@pytest.mark.parametrize("moment", ["reported_at", "ended_at"])
async def test_a_session_that_can_still_be_corrected_keeps_its_transfers(db: Database, moment: str) -> None:
    """Else the ledger would take the correction for that of a session which moved nothing."""
    who = await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(legs).values({moment: SINCE}))
        (leg,) = (await tx.execute(sa.select(legs.c.id))).scalars()
        written_down = await ledger.of_session(tx, leg)
        before = await ledger.balance(tx, who.hers)
    await fold_all(db)
    async with db.read() as tx:
        assert await ledger.of_session(tx, leg) == written_down
        assert await ledger.balance(tx, who.hers) == before


# What is younger keeps what it hangs on


async def test_a_review_acknowledged_within_the_year_stays_with_its_pairing(db: Database) -> None:
    await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(reviews).values(acknowledged_at=SINCE))
    gone = await fold_all(db)
    found = await contents(db)
    assert (len(found["reviews"]), len(found["pairings"]), len(found["pairing_members"])) == (1, 1, 2)
    assert gone["signups"] == 2


async def test_a_showing_somebody_answered_within_the_year_stays(db: Database) -> None:
    await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(answers).values(helped_at=SINCE))
    assert "showings" not in await fold_all(db)


async def test_a_showing_of_which_the_log_tells_within_the_year_stays(db: Database) -> None:
    who = await written(db, BEFORE)
    async with db.write() as tx:
        (showing,) = (await tx.execute(sa.select(showings.c.id))).scalars()
        await past.act(tx, who, SINCE, ActKind.HELPED, showing_id=showing)
    assert "showings" not in await fold_all(db)
    assert len((await contents(db))["acts"]) == 1


async def test_a_round_that_is_not_over_keeps_its_people(db: Database) -> None:
    await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(rounds).values(closes_at=SINCE))
    gone = await fold_all(db)
    assert not gone.keys() & {"signups", "pairings", "reviews", "rounds"}


async def test_what_nobody_ended_in_a_year_is_at_an_end(db: Database) -> None:
    await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(swaps).values(state="agreed", due_at=BEFORE))
        await tx.execute(sa.update(legs).values(state="disputed", ended_at=None))
    await fold_all(db)
    async with db.read() as tx:
        assert (await tx.execute(sa.select(swaps.c.state, swaps.c.due_at))).all() == [("over", None)]


# The first showing, and who has left


async def test_who_has_shown_before_is_no_newcomer_and_nothing_more_is_known_of_it(db: Database) -> None:
    who = await written(db, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(showings).values(first=True, thread_id=5, message_id=6, stage=Stage.IDEA))
    await fold_all(db)
    async with db.write() as tx:
        (bare,) = (await tx.execute(sa.select(showings))).mappings()
        joined = (await tx.execute(sa.select(members.c.joined_at).where(members.c.id == who.ada))).scalar_one()
        maker = await stored_members.by_id(tx, who.ada)
        assert maker is not None
        new = await stored_showings.add(tx, maker, source="form", shown_at=NOW, due_at=NOW)  # type: ignore[arg-type]
        again = new and await stored_showings.get(tx, new)
    known = {"id", "community_id", "member_id", "state", "source", "first", "shown_at"}
    assert {name for name, value in bare.items() if value not in {None, ""}} == known
    assert (bare["state"], bare["shown_at"]) == ("withdrawn", joined)
    assert again is not None
    assert not again.first


async def _left(db: Database, who: Two, at: datetime) -> None:
    async with db.write() as tx:
        gone = {"state": MemberState.LEFT, "left_at": at}
        await tx.execute(sa.update(members).where(members.c.id == who.ada).values(**gone))
        await tx.execute(sa.update(showings).values(first=True))


async def test_who_left_more_than_a_year_ago_is_forgotten(db: Database) -> None:
    who = await written(db, BEFORE)
    await _left(db, who, BEFORE)
    await fold_all(db)
    found = await contents(db)
    ada, ben = found["members"][who.ada,], found["members"][who.ben,]
    assert (ada["state"], ada["user_id"], ben["state"]) == ("erased", None, "active")
    assert found["firms"][who.hers,]["name"] == f"#{who.hers}", "nobody else was ever in it"
    assert not found["firms"][who.his,]["name"].startswith("#")
    assert found["showings"] == {}


async def test_who_left_within_the_year_may_come_back(db: Database) -> None:
    who = await written(db, BEFORE)
    await _left(db, who, SINCE)
    await fold_all(db)
    found = await contents(db)
    assert found["members"][who.ada,]["state"] == "left"
    assert len(found["showings"]) == 1


async def test_who_left_is_not_forgotten_while_something_younger_tells_of_them(db: Database) -> None:
    who = await written(db, BEFORE)
    await _left(db, who, BEFORE)
    async with db.write() as tx:
        await tx.execute(sa.update(reviews).values(acknowledged_at=SINCE))
    await fold_all(db)
    async with db.read() as tx:
        left = await tx.execute(sa.select(members.c.state).where(members.c.id == who.ada))
        assert left.scalar() == MemberState.LEFT
    await fold_all(db, cutoff=SINCE + DAY)
    async with db.read() as tx:
        left = await tx.execute(sa.select(members.c.state).where(members.c.id == who.ada))
        assert left.scalar() == MemberState.ERASED
        assert (await tx.execute(sa.select(sa.func.count()).select_from(signups))).scalar() == 0
        assert (await tx.execute(sa.select(sa.func.count()).select_from(firms))).scalar() == 2
