"""A swap of two as they meet it in chat: one time for both sessions, and nothing said twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from tests.cogs.desk import shown_in
from tests.cogs.lessons import actions
from tests.cogs.played import played
from tests.cogs.swapping import swapper, threads
from tests.world import Person, World, custom_ids, said, text_of


async def swap_of_two(w: World) -> tuple[Person, Person]:
    """Ada shows Ben weaving (1), Ben shows Ada film (2); both have said yes."""
    ada = await swapper(w, "ada", "weaving", "film")
    ben = await swapper(w, "ben", "film", "weaving", sector="design")
    await w.until(w.now)
    for who in (ada, ben):
        await who.press((await threads(w))[0].history()[0], "swap.accept")
    await w.until(w.now)
    return ada, ben


async def messages(w: World) -> list[object]:
    return list((await threads(w))[0].history())


async def named(w: World, who: Person, which: str) -> str:
    form = await who.press((await messages(w))[1], "session.name_time")
    done = await who.fill(form, when="8 January 14:00", place="the attic", along=which)
    await w.until(w.now)
    return said(done)


@played(set_up=True)
async def test_one_time_for_both_sessions(w: World) -> None:
    ada, ben = await swap_of_two(w)
    at, then = datetime(2026, 1, 8, 13, tzinfo=UTC), datetime(2026, 1, 8, 13, 45, tzinfo=UTC)
    answer = await named(w, ada, "both")
    assert all(f"<t:{int(one.timestamp())}:F>" in answer for one in (at, then))
    question = (await messages(w))[-1]
    assert "names a time for both: **weaving**" in text_of(question)
    assert "right after it **film**" in text_of(question)
    agreed = await ben.press(question, "session.agree_time")
    await w.until(w.now)
    assert f"<t:{int(then.timestamp())}:F>" in said(agreed)
    settled = (await messages(w))[-2:]
    events = [Calendar.from_ical(await one.attachments[0].read()).walk("VEVENT")[0] for one in settled]
    assert [one["dtstart"].dt for one in events] == [at, then]
    assert len({one["uid"] for one in events}) == 2
    await w.until(at + timedelta(hours=5))
    asked = [text_of(one) for one in (await messages(w))[-2:]]
    assert "how long did **weaving**" in asked[0]
    assert "how long did **film**" in asked[1]


@played(set_up=True)
async def test_or_each_at_a_time_of_its_own(w: World) -> None:
    ada, ben = await swap_of_two(w)
    await named(w, ada, "one")
    question = (await messages(w))[-1]
    assert "film" not in text_of(question)
    await ben.press(question, "session.agree_time")
    status = said(await ada.slash("swap status"))
    assert "Settled" in status
    assert "No time yet" in status
    again = await ben.press((await messages(w))[1], "session.name_time")
    assert again.modal is not None
    assert [one["label"] for one in again.modal["components"]][2:] == ["And the other session of your swap?"]


@played(set_up=True)
async def test_calling_one_off_says_that_the_other_stands(w: World) -> None:
    ada, ben = await swap_of_two(w)
    await named(w, ada, "both")
    question = (await messages(w))[-1]
    cancels = [one for one in custom_ids(question) if one.startswith("w1:session.cancel:")]
    assert len(cancels) == 2, "each says which"
    sure = await ben.actor.click(question, custom_id="w1:session.cancel:1")
    await ben.press(shown_in(sure), "session.cancel_sure")
    await w.until(w.now)
    assert "What else you agreed on in this swap stands." in text_of((await messages(w))[-1])
    await ben.press(question, "session.agree_time")
    await w.until(w.now)
    assert "shows <@" in text_of((await messages(w))[-1])
    assert "**film**" in text_of((await messages(w))[-1])


@played(set_up=True)
async def test_one_reminder_for_both(w: World) -> None:
    await swap_of_two(w)
    await w.wait(days=8)
    reminder = (await messages(w))[-1]
    assert len(await messages(w)) == 3
    assert "you agreed on **weaving** and **film**" in text_of(reminder)
    assert actions(reminder) == {"session.name_time", "session.report", "session.cancel"}
    assert len(custom_ids(reminder)) == 6
