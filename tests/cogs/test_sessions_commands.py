"""`/swap status`, `/swap done` and `/swap cancel`."""

from __future__ import annotations

from tests.cogs.desk import labels, shown_in
from tests.cogs.lessons import Class, own_actions
from tests.cogs.played import played
from tests.cogs.swapping import swapper, threads
from tests.world import World, said


@played(set_up=True)
async def test_status_shows_what_comes_next_with_a_button_for_it(w: World) -> None:
    c = await Class.begin(w)
    mine = await c.ada.slash("swap status")
    assert "You show" in said(mine)
    assert "No time yet" in said(mine)
    assert own_actions(mine) == {"session.name_time", "session.report", "session.cancel"}
    await c.set_time()
    theirs = await c.ben.slash("swap status")
    assert "shows you **weaving**" in said(theirs)
    assert "Settled:" in said(theirs)
    await c.enter(c.ada, "0:45")
    asked = await c.ben.slash("swap status")
    assert "Please confirm it" in said(asked)
    assert labels(asked) == ["Yes, 0:45", "Not quite"]
    await c.press(c.ben, "session.confirm", shown_in(asked))
    assert own_actions(await c.ben.slash("swap status")) == {"session.correct"}
    await w.wait(days=8)
    assert "no session under way" in said(await c.ben.slash("swap status"))


@played(set_up=True)
async def test_of_several_one_is_chosen(w: World) -> None:
    ada = await swapper(w, "ada", "weaving", "film")
    ben = await swapper(w, "ben", "film", "weaving", sector="design")
    await w.until(w.now)
    for who in (ada, ben):
        await who.press((await threads(w))[0].history()[0], "swap.accept")
    await w.until(w.now)
    listed = await ada.slash("swap status")
    assert "You show" in said(listed)
    assert "shows you **film**" in said(listed)
    shown = await ada.actor.select(shown_in(listed), ["2"], custom_id="w1:session.show")
    assert own_actions(shown) == {"session.name_time", "session.report", "session.cancel", "session.show"}
    said_already = await ada.slash("swap done", time="8:00")
    done = await ada.actor.select(shown_in(said_already), ["1"], custom_id="w1:session.report:480")
    assert "Noted" in said(done), "what was typed with the command is not asked again"
    which = await ada.slash("swap done")
    assert "Which session?" in said(which)
    form = await ada.actor.select(shown_in(which), ["1"], custom_id="w1:session.report")
    assert "Noted" in said(await ada.fill(form, minutes="45"))
    offered = await ada.actor.autocomplete(w.round_channel, "swap done", "session", "fil")
    assert [(one["name"], one["value"]) for one in offered] == [("film, from Firm of ben", "2")]
    times = await ada.actor.autocomplete(w.round_channel, "swap done", "time", "1:")
    assert [one["value"] for one in times] == ["1:00", "1:15", "1:30", "1:45"]
    sure = await ada.slash("swap cancel", session="film")
    assert "Cancel this session?" in said(sure), "only one can still be cancelled"
    assert "no such session" in said(await ada.slash("swap done", session="dancing"))
