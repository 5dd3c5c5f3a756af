"""Time credits: what sessions and gifts move, who is told of a limit, and that nothing is ever lost or made."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.services import credits as service
from bot.services.swaps import disputes, session_due, sessions
from domain.errors import BalanceChanged, MoreThanYouHave, NothingToGive, PersonError
from domain.ledger import START, Limit
from domain.legs import UNDER_WAY
from domain.model import Leg, LegState, Member, TransferKind
from storage import ledger, legs
from storage.engine import Database, open_database
from storage.tables import acts, outbox, transfers
from tests.services.lessons import DAY, Lessons

# A firm's account


async def test_a_firm_begins_with_two_hours_once(db: Database) -> None:
    made = await Lessons.start(db)
    ada = await made.person()
    colleague = await made.cluster.join(ada.firm.name)
    first, *others = await asyncio.gather(*(service.balance(made.tools, one) for one in (ada, colleague, ada)))
    assert {one.minutes for one in (first, *others)} == {START}
    assert first.pool == -START
    assert [row.kind for row in await made.transfers()] == ["start"]


async def test_matching_knows_firms_that_nobody_has_looked_at(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    new = await made.person()
    await made.hold(leg, 60)
    async with db.read() as tx:
        found = await service.balances(tx, made.cluster.id)
    assert found == {ada.firm.id: START + 60, bert.firm.id: START - 60, new.firm.id: START}


async def test_within_one_firm_nothing_moves(db: Database) -> None:
    made = await Lessons.start(db)
    ada = await made.person("Studio Noord")
    bert = await made.person("Studio Noord")
    leg = await made.leg(ada, bert)
    await made.hold(leg, 60)
    wrong = await sessions.enter(made.tools, ada, leg.id, 30)
    await sessions.confirm(made.tools, bert, leg.id, wrong.words)
    assert await made.transfers() == []
    assert await made.log("session.exchanged") == [(ada.id, bert.id, 60)]
    assert await made.log("session.corrected") == [(ada.id, bert.id, -30)]


async def test_a_statement_says_what_moved_and_who(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    found = await service.balance(made.tools, bert)
    assert [(one.kind, one.minutes, one.skill, one.other_firm) for one in found.movements] == [
        (TransferKind.SESSION, -60, "welding", ada.firm.name),
        (TransferKind.START, START, "", ""),
    ]
    assert found.people == {bert.id: bert}
    assert found.limit is None


# Giving


async def test_a_gift_goes_to_the_pool_once(db: Database) -> None:
    made = await Lessons.start(db)
    ada = await made.person()
    seen = (await service.balance(made.tools, ada)).seen
    results = await asyncio.gather(*(service.give(made.tools, ada, 60, seen) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(one, BalanceChanged) for one in results) == 2
    now = await service.balance(made.tools, ada)
    assert (now.minutes, now.pool) == (START - 60, 60 - START)
    assert [(row.member_id, row.minutes) for row in await made.cluster.log("credits.given")] == [(ada.id, 60)]


async def test_nobody_gives_more_than_their_firm_has(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    with pytest.raises(MoreThanYouHave):
        await service.give(made.tools, ada, START + 15, (await service.balance(made.tools, ada)).seen)
    await made.hold(leg, START)
    with pytest.raises(NothingToGive):
        await service.give(made.tools, bert, 15, (await service.balance(made.tools, bert)).seen)


# Limits


async def test_limits_are_told_once_for_each_crossing(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert = await made.person(), await made.person()

    async def lesson(minutes: int) -> Leg:
        return await made.hold(await made.leg(ada, bert, f"skill {next(numbers)}"), minutes)

    numbers = count()
    await lesson(345)  # bert: -225
    assert await told(made) == []
    await lesson(15)  # bert: -240, at the limit
    assert await told(made) == [(bert.id, "told", -240)]
    await lesson(60)
    assert len(await told(made)) == 1, "further down nobody is told again"
    await lesson(60)  # bert: -360; ada: 600
    assert await told(made) == [
        (bert.id, "told", -240),
        (bert.id, "shown", -360),
        (None, "managers", -360),
        (ada.id, "spend", 600),
    ], "whoever the managers see is told so"
    back = await made.leg(bert, ada, "back")
    await made.hold(back, 240)  # bert: -120
    assert len(await told(made)) == 4
    await lesson(120)  # and down again: ada is back at 480
    assert (await told(made))[4:] == [(bert.id, "told", -240)]


async def test_past_both_limits_at_once_the_farther_one_is_told(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 480)
    assert sorted(await told(made), key=str) == sorted(
        [(bert.id, "shown", -360), (None, "managers", -360), (ada.id, "spend", 600)], key=str
    )
    found = await service.told(made.tools, made.cluster.id, bert.firm.id, bert.id)
    assert found is not None
    assert found.member == bert
    assert await service.told(made.tools, made.cluster.id, bert.firm.id, ada.id) is None, "of another firm"
    assert (await service.balance(made.tools, bert)).limit is Limit.SHOWN


async def told(made: Lessons) -> list[tuple[int | None, str, int]]:
    """Who was told of which limit, at which balance; None: the managers."""
    query = sa.select(outbox).where(outbox.c.kind.in_(["credits.told", "credits.shown"])).order_by(outbox.c.id)
    async with made.db.read() as tx:
        rows = (await tx.execute(query)).all()
    return [(row.args.get("member"), row.args.get("limit", "managers"), row.args["minutes"]) for row in rows]


# Whatever happens


class CrashError(Exception):
    """The process is gone."""


async def test_a_crash_between_any_two_statements_leaves_all_or_nothing(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(await made.leg(ada, bert, "glazing"), 480 - 120)  # so that the next one crosses limits
    said = await sessions.enter(made.tools, ada, leg.id, 60)
    before = await everything(made)
    left = -1

    def crash(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise CrashError

    engine = db._writer.sync_engine
    for moment in count(2):
        left = moment
        sa.event.listen(engine, "before_cursor_execute", crash)
        try:
            await sessions.confirm(made.tools, bert, leg.id, said.words)
        except CrashError:
            pass
        finally:
            sa.event.remove(engine, "before_cursor_execute", crash)
        if left > 0:  # it was over before
            break
        assert await everything(made) == before, f"after {moment - 1} statements"
    assert moment > 15
    assert len(await made.transfers("session")) == 2
    assert await made.balance(bert) == START - 420
    assert [one[:2] for one in await told(made)] == [(bert.id, "told")]


async def everything(made: Lessons) -> list[Any]:
    """What a confirmation could change."""
    async with made.db.read() as tx:
        rows = [
            tuple((await tx.execute(sa.select(*what).order_by(*what))).all())
            for what in ((transfers.c.key,), (acts.c.key,), (outbox.c.key, outbox.c.state))
        ]
        return [*rows, [await legs.of_swap(tx, one) for one in await _swaps(tx)]]


async def _swaps(tx: Any) -> list[Any]:
    return [
        row.swap_id for row in await tx.execute(sa.select(sa.text("swap_id")).select_from(sa.text("legs")).distinct())
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_people_do_at_once_nothing_is_lost_or_made(db: Database, seed: int) -> None:
    await live(await Lessons.start(db), Random(seed), steps=12)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_people_do_nothing_is_lost_or_made(sqlite_url: str, seed: int) -> None:
    template = Path(sqlite_url.partition(":///")[2])

    async def one_life(file: Path) -> None:
        db = await open_database(f"sqlite:///{file}")
        try:
            await live(await Lessons.start(db), Random(seed), steps=15)
        finally:
            await db.close()

    with TemporaryDirectory(dir=template.parent) as folder:
        file = Path(folder) / "weft.sqlite3"
        file.write_bytes(template.read_bytes())
        asyncio.run(one_life(file))


async def live(made: Lessons, random: Random, steps: int) -> None:
    """Five people of three firms hold sessions, disagree, correct and give, several at once; time passes."""
    firms = ["Noord", "Noord", "Zuid", "Oost", "Oost"]
    people = [await made.person(firm) for firm in firms]
    held = []
    for number in range(6):
        teacher, learner = random.sample(people, 2)
        held.append(await made.leg(teacher, learner, f"skill {number}"))
    for _ in range(steps):
        deeds = [_deed(made, random, random.choice(people), random.choice(held)) for _ in range(random.randint(1, 4))]
        results = await asyncio.gather(*deeds, return_exceptions=True)
        wrong = [one for one in results if isinstance(one, BaseException) and not isinstance(one, PersonError)]
        assert wrong == []
        await holds(made, held)


def _deed(made: Lessons, random: Random, who: Member, leg: Leg) -> Awaitable[Any]:
    one = random.choice([who, leg.teacher, leg.learner, leg.teacher, leg.learner])
    minutes = 15 * random.choice([0, 1, 2, 4, 32])
    match random.randrange(10):
        case 0 | 1 | 2:
            return sessions.enter(made.tools, one, leg.id, minutes)
        case 3 | 4 | 5:
            return _confirm(made, one, leg)
        case 6:
            return disputes.ask_manager(made.tools, one, leg.id)
        case 7:
            return _decide(made, leg, minutes)
        case 8:
            return _give(made, who, minutes)
        case _:
            return _pass_time(made, random.randint(1, 4))


async def _confirm(made: Lessons, member: Member, leg: Leg) -> None:
    now = await made.now_is(leg.id)
    await asyncio.gather(
        *(sessions.confirm(made.tools, member, leg.id, now.words) for _ in range(2)), return_exceptions=True
    )


async def _decide(made: Lessons, leg: Leg, minutes: int) -> None:
    now = await made.now_is(leg.id)
    await disputes.decide(made.tools, made.cluster.id, None, leg.id, now.words, minutes)


async def _give(made: Lessons, member: Member, minutes: int) -> None:
    found = await service.balance(made.tools, member)
    await service.give(made.tools, member, minutes, found.seen)


async def _pass_time(made: Lessons, days: int) -> None:
    made.cluster.clock.at += days * DAY
    await session_due.run_sessions(made.tools)


async def holds(made: Lessons, held: list[Leg]) -> None:
    async with made.db.read() as tx:
        balances = await ledger.balances(tx, made.cluster.id)
        assert sum(balances.values()) == 0
        logged = (await tx.execute(sa.select(acts.c.kind, acts.c.key, acts.c.minutes))).all()
        for leg in [await legs.get(tx, one.id) for one in held]:
            assert leg is not None
            rows = await ledger.of_session(tx, leg.id)
            standing = [
                one.minutes
                for one in rows
                if one.kind is TransferKind.SESSION and one.id not in {back.reverses for back in rows}
            ]
            same_firm = leg.teacher.firm.id == leg.learner.firm.id
            assert standing == ([leg.settled] if leg.settled and not same_firm else [])
            about = {f"session.exchanged:{leg.teacher.id}:{leg.id}", f"session.corrected:{leg.teacher.id}:{leg.id}"}
            mine = [row.minutes for row in logged if ":".join(row.key.split(":")[:3]) in about]
            assert sum(mine) == (leg.settled or 0), "the log and the ledger say the same"
            assert (leg.state is LegState.CONFIRMED) <= bool(leg.settled)
            if leg.state is LegState.UNCONFIRMED:
                assert rows == []
            assert leg.state in UNDER_WAY or leg.ended_at is not None
