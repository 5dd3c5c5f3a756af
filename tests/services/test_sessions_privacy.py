"""Sessions and time credits in the file with everything about somebody, and being forgotten."""

from __future__ import annotations

from bot.services import privacy
from bot.services.swaps import sessions
from domain.model import LegState
from storage import exports, privacy_swaps
from storage import privacy as stored
from storage.engine import Database
from tests.services.lessons import Lessons

SECRET = "xylophone room"


async def test_everything_of_a_person_is_in_the_file(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    to_come = await made.leg(bert, ada, "sewing")
    await made.set_time(ada, bert, to_come, place=SECRET)
    await sessions.enter(made.tools, ada, to_come.id, 45)
    async with db.read() as tx:
        found = await stored.everything(tx, ada.id)
        theirs = await privacy_swaps.everything(tx, bert.id)
    assert [(one["swap"], one["state"], one["answer"]) for one in found["swaps"]] == [
        (1, "over", "accepted"),
        (2, "agreed", "accepted"),
    ]
    first, second = found["sessions"]
    assert (first["what"], first["skill"], first["with_a_member_of"]) == ("I show", "welding", bert.firm.name)
    assert first["confirmed_minutes"] == 60
    assert second["place"] == SECRET
    assert (second["what"], second["minutes_i_entered"], second["last_word"]) == ("I am shown", 45, "me")
    assert found["time_credits"] == []
    assert [(one["from"], one["to"], one["minutes"]) for one in theirs["time_credits"]] == [
        (bert.firm.name, ada.firm.name, 60)
    ]
    assert [one["minutes"] for one in found["acts"] if one["kind"] == "session.exchanged"] == [60]


async def test_whoever_is_erased_leaves_the_hours_and_no_words(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.set_time(ada, bert, leg, place=SECRET)
    assert (await made.now_is(leg.id)).place == SECRET
    await made.hold(leg, 60)
    assert (await made.now_is(leg.id)).place == "", "it is over"
    to_come = await made.leg(bert, ada, "sewing")
    await made.set_time(ada, bert, to_come, place=SECRET)
    await privacy.erase(made.tools, ada)
    assert (await made.now_is(to_come.id)).place == ""
    after = await made.now_is(leg.id)
    assert (after.state, after.settled, after.place, after.teacher.user) == (LegState.CONFIRMED, 60, "", None)
    assert await made.balance(bert) == 60
    assert (await made.balances())[ada.firm.id] == 180
    assert sum((await made.balances()).values()) == 0


async def test_a_manager_takes_totals_away_and_nobodys_name(db: Database) -> None:
    made = await Lessons.start(db)
    ada, bert, leg = await made.pair()
    await made.hold(leg, 60)
    async with db.read() as tx:
        found = await exports.everything(tx, made.cluster.id)
    assert found["sessions"] == [{"month": "2026-01", "confirmed": 1, "minutes": 60, "unconfirmed": 0}]
    assert ada.firm.name not in str(found["sessions"])
    assert bert.firm.name not in str(found["sessions"])
