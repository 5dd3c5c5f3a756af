"""Take the pictures in `docs/pictures`: plays a round, a swap, a showing and a digest in the demo, in a real browser.

    .venv/bin/python docs/shots.py [directory]

Needs Chromium (or Chrome) on the machine and nothing else; it is driven over its own debugging protocol.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

from bot import logs
from bot.demo.life import Life
from bot.demo.people import load
from bot.demo.server import HOST, serve
from bot.demo.stage import Stage
from bot.demo.world import open_world, settings_for

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
DESK, PHONE, TALL = (1280, 820), (390, 780), (1280, 1000)
PATIENCE = 120.0  # seconds for something to appear
COLOURS = 256  # in a picture: nothing is missed, in a third of the room
WEEKS = 5  # more, until a digest has something to say
MOVES = 40  # of the clock, until something comes
WORK = {
    "work": "A mural for the stairwell, four by nine metres. The sketch is done, the colours are not.",
    "audience": "Everybody who takes the stairs. They should slow down on the second landing.",
    "decision": "Do the figures look up the stairs, or at whoever passes?",
}
SHOWN = {
    "work": "A mural for the stairwell, in chalk",
    "tried": "To make people slow down on the second landing.",
    "bites": "The two figures look as if they wait for a bus.",
    "question": "Which of the two would you keep?",
}
OFFERED = {
    "skill": "mural painting",
    "about": "From a sketch to a wall: a grid, one wall, two buckets.",
    "times": "Friday afternoons",
}
REVIEW = (
    "The gate.",
    "I stood there longer than I meant to.",
    "Show it undecided.",
    "Who has a key?",
    "Draw it twice.",
)

# What the pictures are taken with: `inside` is the simulated Discord, `button(name)` the last one of that name in it.
HELPERS = """
  const inside = document.getElementById("frame")?.contentDocument; // not there before the page is
  const named = (root, name) => [...root.querySelectorAll("button")].filter((one) => one.textContent.trim() === name);
  const button = (name) => named(inside, name).at(-1);
  const write = (field, text) => {
    field.focus();
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const last = (selector) => [...inside.querySelectorAll(selector)].at(-1);
  const places = [...document.querySelectorAll(".places button")];
  const swap = () => places.find((one) => /^S\\d+ /.test(one.innerText.trim()));
  const place = (name) => places.find((one) => one.innerText.includes(name));
"""


class Browser:
    """A page of a browser without a window."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse, directory: Path) -> None:
        self._line = line
        self._directory = directory
        self._number = 0

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        await self._line.send_json({"id": self._number, "method": method, "params": params})
        async for message in self._line:
            said = json.loads(message.data)
            if said.get("id") == self._number:
                if "error" in said:
                    raise RuntimeError(f"{method}: {said['error']['message']}")
                return dict(said["result"])
        raise RuntimeError("The browser hung up.")

    async def do(self, script: str) -> Any:
        """Run a script in the page; what it returns."""
        whole = f"(() => {{ {HELPERS} {script} }})()"
        found = await self.call("Runtime.evaluate", expression=whole, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(f"{script}: {found['exceptionDetails']['exception']['description']}")
        return found["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait for a condition, and then for the page to come to rest."""
        async with asyncio.timeout(PATIENCE):
            # In the page: it asks itself, ten times a second.
            await self.do(f"""return new Promise((done) => {{
                const ask = () => {{
                  let there = false;
                  try {{ {HELPERS} there = Boolean({condition}); }} catch {{ /* not yet */ }}
                  if (there) done(true); else setTimeout(ask, 100);
                }};
                ask();
            }});""")
        await asyncio.sleep(0.6)

    async def look(self, size: tuple[int, int], scheme: str) -> None:
        width, height = size
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    async def shoot(self, name: str) -> None:
        taken = await self.call("Page.captureScreenshot", format="png")
        picture = Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")
        picture = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        picture.save(self._directory / f"{name}.png", optimize=True)
        print(f"{name}.png")

    async def fill_in(self, texts: dict[str, str]) -> None:
        """Write into the fields of the form that is open, in turn."""
        await self.until("inside.querySelector('.modal-input')")
        for number, text in enumerate(texts.values()):
            field = f"inside.querySelectorAll('.modal-input')[{number}]"
            await self.do(f"write({field}, {json.dumps(text)})")

    async def to_the_end(self) -> None:
        """Scroll to the newest message."""
        await self.do("""for (const one of inside.querySelectorAll("*"))
            if (one.scrollHeight > one.clientHeight + 20) one.scrollTop = one.scrollHeight;""")
        await self.until("true")


@asynccontextmanager
async def browser(address: str, directory: Path) -> AsyncIterator[Browser]:
    """A browser that shows `address`. Raises SystemExit if there is none on this machine."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise SystemExit(f"None of {', '.join(BROWSERS)} is installed.")
    with tempfile.TemporaryDirectory() as profile:
        options = ("--headless=new", "--no-sandbox", "--hide-scrollbars", "--remote-debugging-port=0")
        process = await asyncio.create_subprocess_exec(
            program, *options, f"--user-data-dir={profile}", "about:blank", stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(await _page_of(client, Path(profile)), max_msg_size=0) as line,
            ):
                page = Browser(line, directory)
                await page.call("Page.navigate", url=address)
                yield page
        finally:
            process.terminate()
            await process.wait()


async def _page_of(client: aiohttp.ClientSession, profile: Path) -> str:
    """Where the browser listens; it writes its port into its profile when it is up."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await asyncio.sleep(0.2)
            port = profile / "DevToolsActivePort"
            if port.exists():
                async with client.get(f"http://{HOST}:{port.read_text().split()[0]}/json") as response:
                    pages = [one for one in await response.json() if one["type"] == "page"]
                if pages:
                    return str(pages[0]["webSocketDebuggerUrl"])


async def shots(page: Browser) -> None:
    """A newcomer's first round, picture by picture."""
    await page.look(DESK, "light")
    await page.until("document.getElementById('veil').hidden && inside.querySelector('.message-author')")
    await page.shoot("01-coming-in")
    await _join(page)
    await page.do("place('peer-review').click()")
    await page.until('button("I\'m in")')
    await page.shoot("03-a-round-is-open")
    await page.do('button("I\'m in").click()')
    await page.until("inside.querySelectorAll('.modal-root textarea').length >= 4")
    for number, text in enumerate(WORK.values()):
        await page.do(f"write(inside.querySelectorAll('.modal-root textarea')[{number}], {json.dumps(text)})")
    await page.shoot("04-your-brief")
    await page.do("button('Submit').click()")
    await page.until("button('Change my brief')")
    await _step(page)
    await page.do("document.getElementById('news-go').click()")
    await page.until("button('Give my review')")
    await page.shoot("05-your-partner")
    await page.do("button('Give my review').click()")
    await page.until("inside.querySelector('.modal-root textarea')")
    await page.shoot("06-your-review")
    for number, text in enumerate(REVIEW):
        field = f"inside.querySelectorAll('.modal-root textarea')[{number}]"
        await page.do(f"if ({field}) write({field}, {json.dumps(text)})")
    await page.do("button('Submit').click()")
    await page.until("button('Kind')")
    while "reviewed your work" not in await _step(page):
        pass
    await page.until("button('Kind') && inside.getElementById('new-messages').hidden")
    await page.shoot("07-their-review")
    while "ends" not in await _step(page):
        pass
    await page.do("place('peer-review').click()")
    await page.until("inside.body.innerText.includes('is over')")
    await page.shoot("08-what-came-of-it")
    await page.look(PHONE, "dark")
    await page.until("true")
    await page.shoot("09-on-a-phone")


async def showing(page: Browser) -> None:
    """A newcomer shows work, is answered, and is asked to answer somebody else."""
    await page.look(DESK, "light")
    await page.do("place('coffee-corner').click()")
    await _command(page, "/me")
    await page.until("button('Put me on call')")
    await page.do("button('Put me on call').click()")
    await page.until("button('Take me off call')")
    await _command(page, "/show")
    await page.fill_in(SHOWN)
    await page.shoot("10-show-your-work")
    await page.do("button('Submit').click()")
    await page.until("button('Other tags')")
    await _moves_until(page, "document.getElementById('news').innerText.includes('asked to answer somebody')")
    await page.do("document.getElementById('news-go').click()")
    await page.until("button('Pass')")
    await page.to_the_end()
    await page.shoot("12-you-are-on-call")
    await page.do("place('A mural for the stairwell').click()")
    await page.until("inside.querySelectorAll('.message-author').length > 1")
    await page.shoot("11-answers-to-your-work")


async def swap(page: Browser) -> None:
    """A newcomer offers a skill somebody waits for."""
    await page.do("place('skills').click()")
    await page.until("button('Offer a skill')")
    await page.shoot("13-the-skills-board")
    await page.do("button('Offer a skill').click()")
    await page.fill_in(OFFERED)
    await page.do("button('Submit').click()")
    await page.until("!inside.querySelector('.modal-input')")
    await _moves_until(page, "swap()")
    await page.do("swap().click()")
    await page.until("button('Yes, count me in')")
    await page.to_the_end()
    await page.shoot("14-a-swap-is-proposed")


async def managing(page: Browser) -> None:
    """The manager reads the digest and asks for the map and the report."""
    await page.do("[...document.querySelectorAll('#faces button')].at(-1).click()")
    await page.until("place('weft-managers')")
    for _ in range(WEEKS):
        await page.do("document.getElementById('week').click()")
        await page.until("!document.getElementById('week').disabled")
    await page.look(TALL, "light")
    await page.do("place('weft-managers').click()")
    await page.to_the_end()
    await page.until("last('.attachment-image').naturalWidth > 0")
    await page.to_the_end()
    await page.shoot("15-the-digest")
    await _command(page, "/digest map")
    await page.until("last('.open-page')")
    await page.do("last('.attachment-preview-toggle').click()")  # nobody reads the page's source
    await page.until("last('.attachment-image').naturalWidth > 0")
    await page.to_the_end()
    await page.shoot("16-the-map")
    await _command(page, "/digest report")
    await page.until("inside.querySelectorAll('.open-page').length >= 2")
    opened = await page.do("return last('.open-page').href")
    await page.call("Page.navigate", url=opened)
    await asyncio.sleep(1.0)
    await page.shoot("17-the-report")


async def _command(page: Browser, typed: str) -> None:
    """Type a command without options, and send it."""
    await page.until("inside.getElementById('channel-composer-input')")
    await page.do(f"write(inside.getElementById('channel-composer-input'), {json.dumps(typed)})")
    await page.until("inside.querySelector('.command-entry')")
    await page.do("inside.querySelector('.command-entry').click()")
    await asyncio.sleep(0.6)
    await page.do("inside.getElementById('send-message').click()")


async def _moves_until(page: Browser, condition: str) -> None:
    """Let time go by until something is there. Raises RuntimeError if it never is."""
    for _ in range(MOVES):
        await page.until("true")
        if await page.do(f"return Boolean({condition})"):
            return
        await _step(page)
    raise RuntimeError(f"It never comes to {condition}.")


async def _join(page: Browser) -> None:
    """As `/join` typed out would; the preview's own command line is for fingers."""
    await page.until("inside.getElementById('channel-composer-input')")
    await page.do("write(inside.getElementById('channel-composer-input'), '/join')")
    await page.until("inside.querySelector('.command-entry')")
    await page.do("inside.querySelector('.command-entry').click()")
    for option, text in (("firm", "Vos & Vorm"), ("practice", "illustration and murals")):
        field = f"inside.querySelector('.command-option-input[data-option={option}]')"
        await page.until(field)
        await page.do(f"{field}.focus(); inside.execCommand('insertText', false, {json.dumps(text)})")
        await asyncio.sleep(0.6)
    await page.do("inside.getElementById('send-message').click()")
    await page.until("inside.querySelector('.select-trigger')")
    await page.do("inside.querySelector('.select-trigger').click()")
    await page.until("inside.querySelectorAll('.select-option').length")
    choose = "[...inside.querySelectorAll('.select-option')].find((one) => one.innerText.trim() === 'design')"
    await page.do(f"{choose}.click()")
    await page.until("button('Join')")
    await page.shoot("02-before-you-join")
    await page.do("button('Join').click()")
    await page.until("button('My profile')")


async def _step(page: Browser) -> str:
    """Press "Next step" and wait; what it has brought."""
    await page.do("document.getElementById('step').click()")
    await page.until("!document.getElementById('step').disabled")
    return str(await page.do("return document.getElementById('news').innerText"))


async def main(directory: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        logs.configure(settings_for(Path(data)))
        async with open_world(load(), Path(data), seed=1) as world:
            stage = Stage(Life(world))
            runner, port = await serve(stage, 8490)
            await stage.begin()
            try:
                async with browser(f"http://{HOST}:{port}/", directory) as page:
                    await shots(page)
                    await showing(page)
                    await swap(page)
                    await managing(page)
            finally:
                await stage.close()
                await runner.cleanup()


if __name__ == "__main__":
    place = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("pictures")
    place.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(place))
