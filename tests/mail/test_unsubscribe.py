"""The one page on the web: whoever has the link from a mail ends it with a click, and nobody learns anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.app import App, build
from bot.compute import InThread
from bot.health import HealthServer
from bot.settings import Settings
from domain.model import Address
from storage import addresses
from storage.engine import open_database
from tests.reports.pages import Page
from tests.storage import rows
from tests.storage.rows import HERE, NOW

NOBODYS = "x" * 22


@dataclass
class Site:
    app: App
    session: aiohttp.ClientSession
    ann: Address

    async def there(self) -> bool:
        async with self.app.tools.db.read() as tx:
            return await addresses.get(tx, self.ann.id) is not None


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    db = await open_database(sqlite_url)
    async with db.write() as tx:
        await rows.community(tx, HERE)
        ann = await addresses.add(tx, HERE, "ann@example.org", "ann", language="nl", token="t" * 22, now=NOW)
    await db.close()
    assert ann is not None
    app = await build(Settings(_env_file=None, database_url=sqlite_url), compute=InThread())
    server = HealthServer(app, "127.0.0.1:0")
    await server.begin()
    async with aiohttp.ClientSession(f"http://{server.address}") as session:
        yield Site(app, session, ann)
    await server.close()
    await app.close(0.1)


def read(page: str) -> Page:
    found = Page()
    found.feed(page)
    assert not found.open
    return found


async def test_looking_changes_nothing_and_pressing_the_button_does(site: Site) -> None:
    path = f"/unsubscribe/{site.ann.token}?language=nl"
    async with site.session.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        page = read(await answer.text())
        policy = answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert await site.there()
    (form,), (button,), (style,) = page.all("form"), page.all("button"), page.all("style")
    assert form.attributes == {"method": "post"}  # to the address it came from
    assert button.text == "Afmelden"
    assert page.all("html")[0].attributes == {"lang": "nl", "dir": "ltr"}
    assert f"'sha256-{b64encode(sha256(style.text.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert not page.all("script")
    async with site.session.post(path, data={button.attributes["name"]: button.attributes["value"]}) as answer:
        assert answer.status == 200
        done = read(await answer.text())
    assert "Gedaan" in done.said
    assert not done.all("form")
    assert not await site.there()


@pytest.mark.parametrize("content", ["application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_mail_program_does_it_with_one_click(site: Site, content: str) -> None:
    with aiohttp.MultipartWriter("form-data") as parts:
        parts.append("One-Click").set_content_disposition("form-data", name="List-Unsubscribe")
    body = parts if "multipart" in content else {"List-Unsubscribe": "One-Click"}
    async with site.session.post(f"/unsubscribe/{site.ann.token}?language=nl", data=body) as answer:
        assert answer.status == 200
    assert not await site.there()


async def test_nobody_learns_which_links_are_good(site: Site) -> None:
    shown = []
    for token in (site.ann.token, NOBODYS):
        async with (
            site.session.get(f"/unsubscribe/{token}?language=nl") as ask,
            site.session.post(f"/unsubscribe/{token}?language=nl") as done,
        ):
            headers = [{**one.headers, "Date": ""} for one in (ask, done)]
            shown.append((ask.status, await ask.text(), done.status, await done.text(), headers))
    assert shown[0] == shown[1]


@pytest.mark.parametrize("language", ["", "?language=xx", "?language=%3Cscript%3E", "?language=../../en"])
async def test_a_language_we_do_not_speak_is_answered_in_english(site: Site, language: str) -> None:
    async with site.session.get(f"/unsubscribe/{NOBODYS}{language}") as answer:
        page = read(await answer.text())
    assert page.all("html")[0].attributes["lang"] == "en"
    assert not page.all("script")


async def test_without_a_database_it_says_so_and_the_link_stays_good(site: Site) -> None:
    await site.app.tools.db.close()
    with capture_logs() as logged:
        async with site.session.post(f"/unsubscribe/{site.ann.token}") as answer:
            assert answer.status == 503
            assert "Please try again" in read(await answer.text()).said
    assert [one["event"] for one in logged] == ["unsubscribe.database"]
    assert site.ann.token not in str(logged)
