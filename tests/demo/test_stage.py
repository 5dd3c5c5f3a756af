"""The demo as somebody in front of it has it: who they are, what they see, the clock, and the page that shows it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.demo import acting
from bot.demo.acting import rounds
from bot.demo.life import Life
from bot.demo.notes import Note
from bot.demo.server import FILES, HOST, LAST_PORT, PAGE, NoPort, application, serve
from bot.demo.stage import NotThere, Stage
from bot.demo.world import open_world
from domain.model import Brief, UserId
from tests.demo.small import at_the_demo, done_of, small

MURAL = Brief("A mural for the stairwell", "Whoever takes the stairs", "Do the figures look up or at me?")


def _opening(stage: Stage) -> Note:
    channel = stage.world.guild.channels["peer-review"]
    return stage.world.note(channel.id, stage.world.last(channel.id))


async def test_a_newcomer_gets_through_a_round(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        world, me = stage.world, stage.me
        assert done_of(stage) == set()
        async with stage.lock:
            await acting.join(world, me, world.cluster.newcomer)
            await rounds.sign_up(world, me, _opening(stage), MURAL)
            await stage.touched()
        assert done_of(stage) == {"join", "I'm in"}

        await stage.step()
        state = stage.state()
        assert "partners are drawn, and you have a partner" in state["news"]["text"]
        thread = state["threads"][0]
        assert (thread["new"], thread["id"]) == (1, state["news"]["channel"])
        await stage.open(int(thread["id"]))
        assert stage.state()["threads"][0]["new"] == 0

        world.people[me] = world.cluster.newcomer  # to have words about others' work
        async with stage.lock:
            assert await rounds.review(world, me, world.note(int(thread["id"]), world.last(int(thread["id"])))) >= 1
            await stage.touched()
        del world.people[me]
        assert done_of(stage) == {"join", "I'm in", "have a partner", "Give my review"}

        for _ in range(12):
            await stage.step()
            if "has reviewed your work" in stage.state()["news"]["text"]:
                break
        channel = int(stage.state()["news"]["channel"])
        notes = [world.note(channel, one) for one in world.after(me, channel, 0)]
        mine = next(one for one in notes if one.button("review.kind") and one.mentioned[0] == me)
        async with stage.lock:
            await rounds.tap(world, me, mine, ("kind",))
            await stage.touched()
        await stage.week()
        await stage.open(world.guild.channels["peer-review"].id)
        assert done_of(stage) == {"join", "I'm in", "have a partner", "Give my review", "tap what fits", "round ends"}


async def test_the_clock_stands_until_it_is_moved_and_stops_at_what_is_planned(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        assert stage.state()["now"] == "Monday 12 January, 10:25"
        assert stage.state()["next"] == "Tuesday 13 January, 16:00: partners are drawn"
        for now, following in (
            ("Tuesday 13 January, 16:00", "Thursday 15 January, 10:00: who owes something is reminded"),
            ("Thursday 15 January, 10:00", "Monday 19 January, 08:00: round 1 ends"),
            ("Monday 19 January, 08:00", "Monday 19 January, 09:00: round 2 opens"),
        ):
            await stage.step()
            assert (stage.state()["now"], stage.state()["next"]) == (now, following)
        shown = [one.content for one in stage.world.guild.channels["peer-review"].history()]
        assert not any("×" in text for text in shown)  # who was paired with whom is nobody else's business
        await stage.week()
        assert stage.state()["now"] == "Monday 19 January, 10:25"


async def test_each_sees_their_own_and_goes_on_by_themselves_when_nobody_is_them(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        faces = {face["name"]: UserId(int(face["id"])) for face in stage.state()["faces"]}
        ilse = faces["Ilse Verhagen"]
        assert "weft-managers" not in {room["name"] for room in stage.state()["rooms"]}
        await stage.become(faces["Marieke Jansen"])
        assert "weft-managers" in {room["name"] for room in stage.state()["rooms"]}
        await stage.become(ilse)
        assert ilse in stage.life.hands
        await stage.become(faces["Robin Vos"])
        assert ilse not in stage.life.hands
        with pytest.raises(NotThere):
            await stage.become(next(iter(set(stage.world.people) - set(faces.values()))))
        with pytest.raises(NotThere):
            await stage.open(stage.world.guild.channels["weft-managers"].id)


async def test_the_page(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage, TestClient(TestServer(application(stage))) as page:
        await _needs_nothing_from_elsewhere(page)
        await _no_other_site_can_ask(page)
        await _nonsense_is_refused(page)
        await _is_framed_by_itself_only(page)
        await _does_what_is_pressed(page, stage)


async def _needs_nothing_from_elsewhere(page: TestClient[Any, Any]) -> None:
    text = await (await page.get("/")).text()
    for name in FILES:
        response = await page.get(f"/demo/{name}")
        assert response.status == 200
        text += await response.text()
    assert "https://" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert {file.name for file in PAGE.iterdir()} == {*FILES, "index.html"}
    assert (await page.get("/demo/secrets")).status == 404
    assert (await page.get("/demo/state")).headers["Cache-Control"] == "no-store"


async def _no_other_site_can_ask(page: TestClient[Any, Any]) -> None:
    strangers = ({"Host": "weft.example"}, {"Host": "weft.example:8470"}, {"Origin": "https://elsewhere.example"})
    for headers in strangers:
        assert (await page.get("/demo/state", headers=headers)).status == 403
        assert (await page.post("/demo/step", json={}, headers=headers)).status == 403


async def _nonsense_is_refused(page: TestClient[Any, Any]) -> None:
    for path, sent in (("open", {"channel": "x"}), ("open", {}), ("be", []), ("be", None)):
        assert (await page.post(f"/demo/{path}", json=sent)).status == 400
        assert (await page.post(f"/demo/{path}", json={"channel": 1, "user": 1})).status == 404


async def _is_framed_by_itself_only(page: TestClient[Any, Any]) -> None:
    response = await page.get("/discord?view=1")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert "/demo/frame.css" in await response.text()
    script = await page.get("/app.js")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert "max-age" in script.headers["Cache-Control"]


async def _does_what_is_pressed(page: TestClient[Any, Any], stage: Stage) -> None:
    before = await (await page.get("/demo/state")).json()
    there = next(room for room in before["rooms"] if room["name"] == "peer-review")
    assert there["new"] >= 1
    after = await (await page.post("/demo/open", json={"channel": there["id"]})).json()
    assert after["view"]["number"] == before["view"]["number"] + 1
    assert after["view"]["channel"] == there["id"]
    assert after["view"]["key"] != before["view"]["key"]
    assert next(room for room in after["rooms"] if room["name"] == "peer-review")["new"] == 0
    moved = await (await page.post("/demo/step", json={})).json()
    assert moved["now"] == "Tuesday 13 January, 16:00"
    manager = await (await page.post("/demo/be", json={"user": str(stage.world.manager)})).json()
    assert manager["me"]["name"] == stage.world.cluster.manager.name
    assert (await (await page.post("/demo/week", json={})).json())["now"] == "Monday 19 January, 10:25"


async def test_discord_is_used_through_our_address(tmp_path: Path) -> None:
    """As simcord's page does it: open a page, run a command, and see what the bot answered, names and all."""
    async with at_the_demo(tmp_path) as stage, TestClient(TestServer(application(stage))) as page:
        await stage.become(stage.world.manager)
        headers = {"X-Simcord-Capability": stage.key}
        opened = await (await page.post("/api/pages", json={}, headers=headers)).json()
        headers["X-Simcord-Context"] = opened["context"]["id"]
        listed = (await (await page.get("/api/commands", headers=headers)).json())["entries"]
        setup = next(one for one in listed if one["path"] == ["cluster", "setup"])
        sent = {
            "protocol_version": 3,
            "kind": "run_command",
            "sequence": 1,
            "request_id": "one",
            "generation": opened["context"]["generation"],
            "bot_generation": opened["botGeneration"],
            "published_revision": opened["publishedRevision"],
            "command_id": setup["commandId"],
            "path": setup["path"],
            "schema_fingerprint": setup["schemaFingerprint"],
            "options": {},
        }
        was = stage.world.now
        done = await (await page.post("/api/action", headers=headers, json=sent)).json()
        assert done["settlement"] == "settled"
        assert stage.world.now > was  # a moment goes by with everything one does
        shown = await (await page.get("/api/state", headers=headers)).json()
        assert "#peer-review" in str(shown["messages"][shown["timeline"][-1]]["embeds"])

        other = headers | {"X-Simcord-Capability": "another one's"}
        assert (await page.get("/api/state", headers=other)).status == 401
        assert (await page.delete("/api/pages/p_old", headers=other)).status == 204


async def test_the_next_port_is_taken_when_one_is_not_free(tmp_path: Path) -> None:
    async with open_world(small(), tmp_path, 1) as world:
        stage = Stage(Life(world))
        assert stage.state()["ready"] is False
        with socket.socket() as taken:
            taken.bind((HOST, 0))
            taken.listen()
            port = taken.getsockname()[1]
            runner, free = await serve(stage, port)
            await runner.cleanup()
            assert free > port
        with pytest.raises(NoPort):
            await serve(stage, LAST_PORT + 1)
