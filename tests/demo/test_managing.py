"""The demo for a manager: the week's digest, its files, and mail that arrives in the inbox and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from bot.demo import acting
from bot.demo.inbox import PUBLIC_URL
from bot.demo.server import application
from bot.demo.stage import Stage
from domain.model import AddressState
from storage import addresses
from tests.demo.small import at_the_demo

ADDRESS = "me@example.org"


async def _typed(stage: Stage, command: str, **options: str) -> Any:
    """A command of the manager's, and its answer."""
    async with stage.lock:
        room = stage.world.guild.channels["weft-managers"]
        result = await stage.world.actors[stage.world.manager].slash(room, command, **options)
        await stage.touched()
    return acting.answer_to(result)


async def _states(stage: Stage) -> list[AddressState]:
    async with stage.world.app.tools.db.read() as tx:
        return [one.state for one in await addresses.of(tx, stage.world.community)]


async def test_the_digest_arrives_and_goes_by_mail_to_the_inbox(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage, TestClient(TestServer(application(stage))) as page:
        await stage.become(stage.world.manager)
        room = stage.world.guild.channels["weft-managers"]
        assert stage.world.files(room.id, stage.world.last(room.id)) == ("weft-2026-01-12.png",)

        await _typed(stage, "digest email add", address=ADDRESS)
        (code,) = stage.state()["mails"]
        assert (code["to"], code["new"]) == (ADDRESS, True)
        letter = await (await page.get(f"/demo/mail/{code['id']}/plain")).text()
        assert stage.state()["mails"][0]["new"] is False
        six = re.search(r"\b\d{6}\b", letter)
        assert six is not None
        await _typed(stage, "digest email confirm", address=ADDRESS, code=six[0])
        assert await _states(stage) == [AddressState.CONFIRMED]

        while "digest" not in stage.state()["news"]["text"]:
            await stage.step()
        assert stage.state()["now"] == "Monday 19 January, 08:30"
        assert "there is mail in the inbox" in stage.state()["news"]["text"]
        assert stage.state()["news"]["channel"] == str(room.id)
        await _is_shown_in_a_box(page, stage, room.id)
        await _ends_with_a_click(page, stage)


async def _is_shown_in_a_box(page: TestClient[Any, Any], stage: Stage, room: int) -> None:
    """It can run nothing and fetch nothing, and its links stay in the demo."""
    newest = stage.state()["mails"][0]
    response = await page.get(f"/demo/mail/{newest['id']}")
    text = await response.text()
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert 'src="data:image/png;base64,' in text
    assert f'href="/#channel={room}" target="_top"' in text
    assert not re.search(r'(?:src|href)="(?:https?|cid):', text)
    plain = await (await page.get(f"/demo/mail/{newest['id']}/plain")).text()
    assert f"{PUBLIC_URL}/unsubscribe/" in plain
    assert (await page.get("/demo/mail/99")).status == 404


async def _ends_with_a_click(page: TestClient[Any, Any], stage: Stage) -> None:
    """Its button says no origin, as browsers do for a page that tells nobody where it comes from."""
    text = stage.world.inbox.mails[-1].page
    link = re.search(r'href="(/unsubscribe/[^"?]+)', text)
    assert link is not None
    assert (await page.get(link[1])).status == 200
    assert await _states(stage) == [AddressState.CONFIRMED]
    assert (await page.post(link[1], headers={"Origin": "https://elsewhere.example"})).status == 403
    assert (await page.post("/demo/step", json={}, headers={"Origin": "null"})).status == 403
    assert (await page.post(link[1], headers={"Origin": "null"})).status == 200
    assert await _states(stage) == []
    mails = len(stage.world.inbox.mails)
    await stage.week()
    assert len(stage.world.inbox.mails) == mails


async def test_a_page_that_is_attached_opens_for_those_who_see_it(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage, TestClient(TestServer(application(stage))) as page:
        await stage.become(stage.world.manager)
        room = stage.world.guild.channels["weft-managers"]
        await stage.open(room.id)
        await _typed(stage, "digest map")
        message = stage.world.last(room.id)
        picture, file = stage.world.files(room.id, message)
        response = await page.get(f"/demo/attached/{message}/{file}")
        assert "<svg" in await response.text()
        assert "allow-same-origin" not in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("sandbox ")
        for other in (f"{message}/{picture}", f"{message}/other.html", f"1/{file}"):
            assert (await page.get(f"/demo/attached/{other}")).status == 404
        await stage.become(stage.world.newcomer)
        assert (await page.get(f"/demo/attached/{message}/{file}")).status == 404
        assert stage.world.file(stage.me, room.id, message, file) is None


async def test_the_manager_is_told_what_to_try(tmp_path: Path) -> None:
    async with at_the_demo(tmp_path) as stage:
        await stage.become(stage.world.manager)
        await stage.open(stage.world.guild.channels["weft-managers"].id)
        done = [task["done"] for task in stage.state()["tasks"]]
        assert done == [True] + [False] * (len(done) - 1)
        await _typed(stage, "digest email add", address=ADDRESS)
        tasks = {task["text"]: task["done"] for task in stage.state()["tasks"]}
        assert [text for text, over in tasks.items() if over and "email add" in text]
        assert not any(over for text, over in tasks.items() if "Inbox" in text)
