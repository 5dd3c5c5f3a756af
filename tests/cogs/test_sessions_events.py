"""The server's events that tell of sessions, where a manager wants them."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.cogs.desk import shown_in
from tests.cogs.lessons import Class
from tests.cogs.played import amiss, may, played
from tests.world import World, said


@played(set_up=True)
async def test_an_event_of_the_server_follows_the_session(w: World) -> None:
    await may(w, manage_events=True, create_events=True)
    await switch_on(w)
    c = await Class.begin(w)
    await c.set_time()
    (event,) = events(w)
    assert event.name == "Skill session: weaving"
    assert "attic" not in str(vars(event))
    assert "Firm of" not in str(vars(event))
    assert str(c.ada.id) not in str(vars(event))
    assert datetime.fromisoformat(event.scheduled_start_time) == datetime(2026, 1, 8, 13, tzinfo=UTC)
    await c.name_time(c.ada, "Friday 10:00")
    assert events(w) == [], "while no time is agreed there is none"
    await c.press(c.ben, "session.agree_time")
    (event,) = events(w)
    sure = await c.press(c.ben, "session.cancel")
    await c.press(c.ben, "session.cancel_sure", shown_in(sure))
    assert events(w) == []


@played(set_up=True)
async def test_without_the_permission_the_manager_is_told_and_everything_else_goes_on(w: World) -> None:
    await may(w, manage_events=False, create_events=False)
    panel = await switch_on(w)
    assert "Create Events" in said(panel)
    c = await Class.begin(w)
    await c.set_time()
    assert "It's settled" in c.says
    assert [one.permissions for one in await amiss(w)] == [("create_events",)]
    await may(w, manage_events=True, create_events=True)
    await w.manager.slash("cluster check")
    await w.until(w.now)
    assert len(events(w)) == 1


@played(set_up=True)
async def test_events_are_switched_on_and_off(w: World) -> None:
    await may(w, manage_events=True, create_events=True)
    shown = await switch_on(w)
    assert "Saved" in said(shown)
    panel = await w.manager.press(shown_in(shown), "cluster.session_events")
    assert "At the moment: **on**" in said(panel)
    await w.manager.press(shown_in(panel), "cluster.session_events_set")
    c = await Class.begin(w)
    await c.set_time()
    assert events(w) == []


async def switch_on(w: World) -> object:
    panel = await w.manager.slash("cluster settings")
    shown = await w.manager.press(shown_in(panel), "cluster.session_events")
    return await w.manager.press(shown_in(shown), "cluster.session_events_set")


def events(w: World) -> list[object]:
    return list(w.env.backend.get_guild(w.guild.id).scheduled_events.values())
