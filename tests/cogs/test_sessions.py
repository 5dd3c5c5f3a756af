"""A session as two people live it in chat: from naming a time to confirmed hours, and whatever comes in between."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from bot.services import members
from bot.services.members import leave, pause
from domain.model import LegState
from tests.cogs.desk import shown_in
from tests.cogs.lessons import Class, actions, custom_ids_of, labels_of
from tests.cogs.played import played
from tests.cogs.stage import everybody_reads
from tests.cogs.swapping import community, lists, ring, swapper, threads
from tests.world import World, said, text_of, world


@played(set_up=True)
async def test_from_a_time_to_confirmed_hours(w: World) -> None:
    c = await Class.begin(w)
    assert "You named" in said(await c.name_time(c.ada, "8 January 14:00", "the attic"))
    assert "names a time for **weaving**" in c.says
    assert ", the attic. " in c.says
    assert c.pinged == [c.ben.id]
    assert "Settled" in said(await c.press(c.ben, "session.agree_time"))
    assert "It's settled" in c.says
    (file,) = c.last.attachments
    (event,) = Calendar.from_ical(await file.read()).walk("VEVENT")
    assert event["dtstart"].dt == datetime(2026, 1, 8, 13, tzinfo=UTC)
    await w.until(datetime(2026, 1, 8, 16, tzinfo=UTC))
    assert "how long did **weaving**" in c.says
    assert c.pinged == [c.ada.id]
    assert "Noted" in said(await c.enter(c.ada, "three quarters"))
    assert "took **0:45**" in c.says
    assert c.pinged == [c.ben.id]
    assert "Confirmed: 0:45" in said(await c.press(c.ben, "session.confirm"))
    assert "you both say so, and it counts" in c.says
    assert "from **Firm of ben** to **Firm of ada**" in c.says
    assert "Firm of ada: +2:45" in said(await c.ada.slash("swap balance"))
    assert "Firm of ben: +1:15" in said(await c.ben.slash("swap balance"))


@played(set_up=True)
async def test_in_dutch(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_reads("nl", monkeypatch)
    c = await Class.begin(w, "nl")
    await c.name_time(c.ada, "donderdag 14:00")
    assert "noemt een tijd voor **weaving**" in c.says


@pytest.mark.parametrize(("when", "wrong"), [("soon", "cannot read"), ("2025-01-01 10:00", "over already")])
async def test_a_time_that_cannot_be_used_is_given_back(sqlite_url: str, when: str, wrong: str) -> None:
    async with world(sqlite_url) as w:
        c = await Class.begin(w)
        shown = await c.name_time(c.ada, when, "the attic")
        assert wrong in said(shown)
        assert when in said(shown)
        again = await c.ada.press(shown_in(shown), "session.time_again")
        assert again.modal is not None
        assert "You named" in said(await c.ada.fill(again, when="Thursday 14:00", place="the attic"))


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [("ages", "cannot read"), ("50", "0:45, 1:00"), ("9:00", "more than 8:00"), ("0", "press *Cancel*")],
)
async def test_a_length_that_cannot_be_used_is_given_back(sqlite_url: str, typed: str, wrong: str) -> None:
    async with world(sqlite_url) as w:
        c = await Class.begin(w)
        shown = await c.enter(c.ada, typed)
        assert wrong in said(shown)
        assert typed in said(shown)
        again = await c.ada.press(shown_in(shown), "session.took_again")
        assert "Noted" in said(await c.ada.fill(again, minutes="45"))


@played(set_up=True)
async def test_a_dispute_a_manager_and_a_correction(w: World) -> None:
    c = await Class.begin(w)
    await c.enter(c.ada, "1:00")
    assert actions(c.last) == {"session.confirm", "session.object"}
    await c.enter(c.ben, "0:30", "session.object")
    assert "You remember **weaving** differently" in c.says
    assert "says: 1:00" in c.says
    assert labels_of(c.last) == ["Agree to 0:30", "Enter another", "Ask a manager"]
    assert "entered this time yourself" in said(await c.press(c.ben, "session.confirm"))
    assert "managers are asked" in said(await c.press(c.ada, "session.escalate"))
    assert "There is nothing you need to do" in c.says
    asked = w.managers_channel.history()[-1]
    assert labels_of(asked) == ["1:00, as Firm of ada says", "0:30, as Firm of ben says", "It did not happen"]
    assert c.pinged_by(asked) == []
    checked = said(await w.manager.slash("cluster check"))
    assert "One thing needs you" in checked
    assert f"https://discord.com/channels/{w.id}/{w.managers_channel.id}/{asked.id}" in checked
    custom = next(one for one in custom_ids_of(asked) if one.endswith(":30"))
    await w.manager.actor.click(asked, custom_id=custom)
    await w.until(w.now)
    assert "Decided" in text_of(w.managers_channel.history()[-1])
    assert "A manager has decided: **weaving** took **0:30**" in c.says
    assert sorted(c.pinged) == sorted([c.ada.id, c.ben.id]), "both wait for it"
    assert "1 action." in said(await w.manager.slash("cluster check"))
    assert "as a manager decided" in said(await c.ada.slash("swap status"))
    await c.enter(c.ada, "0:45", "session.correct")
    assert "A manager decided 0:30" in c.says
    assert "Ask a manager" not in labels_of(c.last)
    await c.press(c.ben, "session.confirm")
    assert "took **0:45**" in c.says
    assert (await c.leg()).settled == 45


@played(set_up=True)
async def test_two_who_agree_after_all_spare_the_manager(w: World) -> None:
    c = await Class.begin(w)
    await c.enter(c.ada, "1:00")
    await c.enter(c.ben, "0:30", "session.object")
    await c.press(c.ada, "session.escalate")
    assert "A manager decides. You say: 1:00;" in said(await c.ada.slash("swap status"))
    assert labels_of(c.last) == ["Agree after all"]
    assert "Confirmed: 0:30" in said(await c.press(c.ada, "session.confirm"))
    asked = w.managers_channel.history()[-1]
    assert "is settled without you" in text_of(asked)
    assert labels_of(asked) == []
    checked = said(await w.manager.slash("cluster check"))
    assert "Everything is all right" in checked
    assert "0 actions" in checked


@played(set_up=True)
async def test_a_manager_who_is_one_of_the_two_does_not_decide(w: World) -> None:
    await members.join(w.app.tools, await community(w), w.manager.id, members.Application("House", "other", "-"), "en")
    await lists(w.manager, "weaving")
    ben = await swapper(w, "ben", "", "weaving")
    await w.until(w.now)
    (thread,) = await threads(w)
    for who in (w.manager, ben):
        await who.press(thread.history()[0], "swap.accept")
    await w.until(w.now)
    c = Class(w, w.manager, ben, thread)
    await c.enter(c.ada, "1:00")
    await c.enter(c.ben, "0:30", "session.object")
    await c.press(c.ben, "session.escalate")
    asked = w.managers_channel.history()[-1]
    assert "one of the two" in said(await w.manager.press(asked, "session.decide"))
    assert (await c.leg()).state is LegState.ESCALATED
    assert "Confirmed: 0:30" in said(await c.press(w.manager, "session.confirm")), "as one of the two they may give in"


@played(set_up=True)
async def test_after_a_standstill_the_question_is_put_once_more(w: World) -> None:
    c = await Class.begin(w)
    await c.enter(c.ada, "1:00")
    first = c.last
    w.env.backend.advance_clock(8 * 24 * 3600)  # the machine is off
    await w.until(w.now)
    assert c.last.id != first.id
    assert text_of(c.last) == text_of(first)
    assert c.pinged == [c.ben.id]
    await w.wait(days=6)
    assert "Confirmed" in said(await c.press(c.ben, "session.confirm", first))


@played(set_up=True)
async def test_that_it_did_not_happen(w: World) -> None:
    c = await Class.begin(w)
    await c.enter(c.ada, "1:00")
    await c.enter(c.ben, "0", "session.object")
    assert labels_of(c.last)[0] == "Right, it did not happen"
    assert "nothing counts" in said(await c.press(c.ada, "session.confirm"))
    assert "did not happen, you both say" in c.says
    assert "The wish of" in c.says


@played(set_up=True)
async def test_that_it_did_not_happen_after_all(w: World) -> None:
    c = await Class.begin(w)
    await c.enter(c.ada, "1:00")
    await c.press(c.ben, "session.confirm")
    await w.wait(hours=1)
    await c.enter(c.ada, "0", "session.correct")
    await c.press(c.ben, "session.confirm")
    assert "what had been counted is taken back" in c.says
    assert "Firm of ben: +2:00" in said(await c.ben.slash("swap balance"))


@played(set_up=True)
async def test_cancelling_is_asked_first_and_told_kindly(w: World) -> None:
    c = await Class.begin(w)
    sure = await c.press(c.ben, "session.cancel")
    assert "Cancel this session?" in said(sure)
    assert (await c.leg()).state is LegState.AGREED
    off = await c.press(c.ben, "session.cancel_sure", shown_in(sure))
    assert "Your wish is open again" in said(off)
    assert "has called off **weaving**" in c.says
    assert "what you offer stays on the board" in c.says, "it was the learner's doing"
    assert c.pinged == [c.ada.id]
    gone = await c.press(c.ada, "session.report", c.thread.history()[1])
    assert "It is off" in said(gone)


@played(set_up=True)
async def test_nobody_can_have_stayed_away_before_it_began(w: World) -> None:
    c = await Class.begin(w)
    await c.set_time()
    agreed = c.last
    assert "not begun yet" in said(await c.press(c.ben, "session.not_there"))
    await w.until(datetime(2026, 1, 8, 14, tzinfo=UTC))
    sure = await c.press(c.ben, "session.not_there", agreed)
    await c.press(c.ben, "session.not_there_sure", shown_in(sure))
    assert "waited for **weaving**" in c.says
    assert c.pinged == [c.ada.id]


@played(set_up=True)
async def test_other_peoples_buttons_are_refused_kindly(w: World) -> None:
    people = await ring(w)
    (thread,) = await threads(w)
    for who in people:
        await who.press(thread.history()[0], "swap.accept")
    await w.until(w.now)
    agreed = thread.history()[-1]
    ours = [one for one in custom_ids_of(agreed) if one.startswith("w1:session.") and one.endswith(":1")]
    assert len(ours) == 3
    for custom in ours:
        answers = [said(await who.actor.click(agreed, custom_id=custom)) for who in people]
        assert sum("somebody else" in one for one in answers) == 1, custom


@played(set_up=True)
async def test_old_buttons_are_refused_kindly(w: World) -> None:
    c = await Class.begin(w)
    await c.name_time(c.ada, "Thursday 14:00")
    first = c.last
    assert "You named this time yourself" in said(await c.press(c.ada, "session.agree_time"))
    await c.name_time(c.ben, "Friday 10:00")
    assert "does not stand any more" in said(await c.press(c.ben, "session.agree_time", first))
    await c.ada.slash("swap done", time="1:00")
    await w.until(w.now)
    asked = c.last
    await c.ada.slash("swap done", time="0:45")
    await w.until(w.now)
    assert "Another time was entered since" in said(await c.press(c.ben, "session.confirm", asked))
    assert "gone past that point" in said(await c.press(c.ada, "session.agree_time", first))


@played(set_up=True)
async def test_a_time_that_went_by_unanswered_is_not_asked_about_again(w: World) -> None:
    c = await Class.begin(w)
    await c.name_time(c.ada, "2 January 10:00")
    await w.wait(days=8)
    assert "have no time yet" in c.says
    assert actions(c.last) == {"session.name_time", "session.report", "session.cancel"}


@played(set_up=True)
async def test_who_waits_for_somebody_on_pause_is_told_so(w: World) -> None:
    c = await Class.begin(w)
    await pause(w.app.tools, await community(w), await c.ben.me(), 2)
    answer = said(await c.name_time(c.ada, "30 January 14:00"))
    assert f"<@{c.ben.id}> is on pause until" in answer
    assert c.pinged == [], "they read it when they are back"
    await c.name_time(c.ada, "30 January 15:00")
    assert "The time before that does not stand any more" in c.says
    assert f"<@{c.ben.id}> is on pause until" in said(await c.ada.slash("swap done", time="1:00"))


@played(set_up=True)
async def test_when_somebody_leaves_only_whoever_wanted_to_learn_is_promised_another_chance(w: World) -> None:
    people = await ring(w)
    (thread,) = await threads(w)
    for who in people:
        await who.press(thread.history()[0], "swap.accept")
    await w.until(w.now)
    leaver, pupil, teacher = people
    await leave(w.app.tools, await leaver.me())
    await w.until(w.now)
    told = [text_of(one) for one in thread.history() if "does not take part any more" in text_of(one)]
    assert len(told) == 2
    assert any(f"<@{pupil.id}>, I look for another chance for you" in one for one in told)
    assert any(f"<@{teacher.id}>, there is nothing you need to do" in one for one in told)


@played(set_up=True)
async def test_in_a_deleted_thread_nothing_is_lost(w: World) -> None:
    c = await Class.begin(w)
    w.env.backend.delete_channel(c.thread.id)
    await c.ada.slash("swap done", session="1", time="0:45")
    await w.until(w.now)
    (thread,) = [one for one in await threads(w) if one.id != c.thread.id]
    assert "took **0:45**" in text_of(thread.history()[-1])
    assert w.in_thread(thread) == {c.ada.id, c.ben.id}


@played(set_up=True)
async def test_one_reminder_says_what_is_missing(w: World) -> None:
    c = await Class.begin(w)
    await c.name_time(c.ada, "20 January 10:00")
    await w.until(datetime(2026, 1, 9, tzinfo=UTC))
    named, reminder = c.thread.history()[-2:]
    assert text_of(reminder) == text_of(named), "the same question once more"
    assert c.pinged == [c.ada.id, c.ben.id] or c.pinged == [c.ben.id, c.ada.id]
    await w.wait(days=8)
    assert c.last.id == reminder.id, "and no more"
