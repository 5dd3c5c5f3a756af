"""`/swap balance` and `/swap give`: a firm's time as its people see it, and what is told of a limit."""

from __future__ import annotations

from tests.cogs.desk import shown_in
from tests.cogs.lessons import Class, own_actions
from tests.cogs.played import played
from tests.cogs.swapping import swapper
from tests.world import Person, World, said, text_of


async def confirmed(c: Class, time: str) -> None:
    await c.ada.slash("swap done", time=time)
    await c.w.until(c.w.now)
    await c.press(c.ben, "session.confirm")


@played(set_up=True)
async def test_a_balance_says_what_it_means_and_what_moved(w: World) -> None:
    c = await Class.begin(w)
    fresh = said(await c.ada.slash("swap balance"))
    assert "Firm of ada: +2:00" in fresh
    assert "what every firm begins with" in fresh
    await confirmed(c, "1:00")
    read = said(await c.ben.slash("swap balance"))
    assert "Firm of ben: +1:00" in read
    assert f"**−1:00** · weaving, shown by Firm of ada · <@{c.ben.id}>" in read
    assert "−4:00" in read, "the limits are explained"
    assert "−4:00. Every new firm starts with 2:00" in read, "two firms have begun"


@played(set_up=True)
async def test_giving_is_asked_first_and_happens_once(w: World) -> None:
    ada = await swapper(w, "ada", "weaving")
    sure = await ada.slash("swap give", time="1 hour")
    assert "**1:00** goes from **Firm of ada** to the pool" in said(sure)
    assert "You then have +1:00" in said(sure)
    assert "Firm of ada: +2:00" in said(await ada.slash("swap balance"))
    twice = await ada.slash("swap give", time="1 hour")
    done = await ada.press(shown_in(sure), "credits.give_sure")
    assert "Thank you: **1:00**" in said(done)
    assert "Firm of ada: +1:00" in said(done)
    assert "nothing was given now" in said(await ada.press(shown_in(twice), "credits.give_sure"))


@played(set_up=True)
async def test_what_cannot_be_given_is_given_back(w: World) -> None:
    ada = await swapper(w, "ada", "weaving")
    for typed, wrong in (
        ("much", "cannot read"),
        ("20:00", "more than 8:00"),
        ("3:00", "2:00 at most"),
        ("50", "0:45"),
    ):
        shown = await ada.slash("swap give", time=typed)
        assert wrong in said(shown), typed
        assert typed in said(shown)
        again = await ada.press(shown_in(shown), "credits.give_again")
        assert "goes from **Firm of ada**" in said(await ada.fill(again, minutes="0:30"))


@played(set_up=True)
async def test_without_a_time_a_form_asks_how_much(w: World) -> None:
    ada = await swapper(w, "ada", "weaving")
    balance = await ada.slash("swap balance")
    form = await ada.press(shown_in(balance), "credits.give")
    assert "Give this to the pool?" in said(await ada.fill(form, minutes="0:45"))
    form = await ada.slash("swap give")
    assert "Give this to the pool?" in said(await ada.fill(form, minutes="2:00"))


@played(set_up=True)
async def test_crossing_a_limit_is_told_in_private_and_shown_to_the_managers(w: World) -> None:
    c = await Class.begin(w)
    await confirmed(c, "8:00")
    assert "**Firm of ben** is at −6:00" in text_of(w.managers_channel.history()[-1])
    assert "nothing is asked of you" in text_of(w.managers_channel.history()[-1])
    assert "<@" not in text_of(w.managers_channel.history()[-1]), "the firm, and nobody's name"
    assert "is at −6:00" in notices(w, c.ben)
    assert "the managers see it, too" in notices(w, c.ben), "nobody is seen without knowing it"
    assert "nobody but you" not in notices(w, c.ben)
    assert "is at +10:00" in notices(w, c.ada)
    low = await c.ben.slash("swap balance")
    assert "this far below zero the managers see it, too" in said(low)
    assert own_actions(low) == set(), "there is nothing to give"


def notices(w: World, person: Person) -> str:
    """What Weft has told somebody in their own thread."""
    own = [one for one in w.threads() if w.in_thread(one) == {person.id}]
    return "\n".join(text_of(message) for thread in own for message in thread.history())
