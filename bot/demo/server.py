"""The demo's page, and behind it simcord's preview of the channel one looks at.

simcord shows one channel at a time, refuses to be framed and pins its own address; so what it serves is passed on
under ours: its files and its `/api` as they are, its page as `/discord`, with a few lines of our own in it. Everything
stays on this machine: nobody but its own page may ask for anything, and nothing is fetched from elsewhere. Mail that
has arrived and pages that Weft attaches are shown in a box of their own: they can do nothing to the page around them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.demo.inbox import Mail
from bot.demo.stage import NotThere, Stage
from bot.health import unsubscribe_routes
from domain.model import UserId

HOST = "127.0.0.1"
PORTS, LAST_PORT = 20, 65535  # so many are tried one after the other
PAGE = Path(__file__).with_name("page")
FILES = ("page.css", "page.js", "faces.js", "frame.css", "frame.js")
LARGEST = 30 * 1024 * 1024  # bytes of what somebody may attach; simcord has its own limits
OURS = b'<link rel="stylesheet" href="/demo/frame.css"><script src="/demo/frame.js" type="module"></script>'
PASSED_ON = ("Content-Type", "X-Simcord-Capability", "X-Simcord-Context")
KEPT = ("Content-Type", "Content-Disposition")
DOES_NOTHING = {"autocomplete_command", "browse_messages", "browse_candidates", "configure_presentation", "focus"}
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
# Of what is read on the page and not part of it: nothing from elsewhere, and no way into the demo but its links.
BOXED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
LETTER = f"sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation; {BOXED}"
ATTACHED = f"sandbox allow-scripts allow-modals; script-src 'unsafe-inline'; {BOXED}"
UNSUBSCRIBE = "/unsubscribe/"
A_DAY = "private, max-age=86400"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STAGE: web.AppKey[Stage] = web.AppKey("stage", Stage)
CLIENT: web.AppKey[aiohttp.ClientSession] = web.AppKey("client", aiohttp.ClientSession)


class NoPort(Exception):  # noqa: N818 - told in a sentence
    """None of the ports that were tried is free."""


def application(stage: Stage) -> web.Application:
    app = web.Application(middlewares=[_guard], client_max_size=LARGEST)
    app[STAGE] = stage
    app.router.add_get("/", _index)
    app.router.add_get("/demo/state", _state)
    app.router.add_post("/demo/open", _open)
    app.router.add_post("/demo/be", _be)
    app.router.add_post("/demo/step", _step)
    app.router.add_post("/demo/week", _week)
    app.router.add_get("/demo/mail/{number:[0-9]+}", _mail)
    app.router.add_get("/demo/mail/{number:[0-9]+}/plain", _plain_mail)
    app.router.add_get("/demo/attached/{message:[0-9]+}/{name}", _attached)
    app.router.add_routes(unsubscribe_routes(stage.world.app.tools))
    app.router.add_get("/demo/{name}", _file)
    app.router.add_get("/discord", _discord)
    app.router.add_post("/api/action", _act)
    app.router.add_delete("/api/pages/{page}", _leave)
    app.router.add_route("*", "/{path:.+}", _pass_on)
    app.cleanup_ctx.append(_client)
    return app


async def serve(stage: Stage, port: int) -> tuple[web.AppRunner, int]:
    """Serve on the first free port from `port` on. Raises NoPort."""
    runner = web.AppRunner(application(stage), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    for number in range(port, min(port + PORTS, LAST_PORT + 1)):
        with suppress(OSError):
            await web.TCPSite(runner, HOST, number).start()
            return runner, number
    await runner.cleanup()
    raise NoPort(f"Port {port} is taken, and so are those after it: say `--port` with another one.")


async def _client(app: web.Application) -> Any:
    app[CLIENT] = aiohttp.ClientSession(auto_decompress=False)
    yield
    await app[CLIENT].close()


@web.middleware
async def _guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Only our own page may ask: another site in the same browser can neither read nor press anything."""
    host = request.headers.get("Host", "")
    if host.rpartition(":")[0] not in {HOST, "localhost"}:
        raise web.HTTPForbidden(text="The demo answers to 127.0.0.1 and localhost only.")
    origin = request.headers.get("Origin")
    # The page that ends mail tells nobody where it comes from; whoever presses its button has the link from the mail.
    nameless = origin == "null" and request.path.startswith(UNSUBSCRIBE)
    if origin is not None and origin != f"http://{host}" and not nameless:
        raise web.HTTPForbidden(text="The demo answers to its own page only.")
    response = await handler(request)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


# Our page


async def _index(_request: web.Request) -> web.Response:
    return web.Response(text=(PAGE / "index.html").read_text("utf-8"), content_type="text/html")


async def _file(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in FILES:
        raise web.HTTPNotFound
    return web.Response(
        text=(PAGE / name).read_text("utf-8"), content_type="text/css" if name.endswith(".css") else "text/javascript"
    )


async def _state(request: web.Request) -> web.Response:
    return web.json_response(request.app[STAGE].state())


async def _open(request: web.Request) -> web.Response:
    return await _do(request, request.app[STAGE].open(await _number(request, "channel")))


async def _be(request: web.Request) -> web.Response:
    return await _do(request, request.app[STAGE].become(UserId(await _number(request, "user"))))


async def _step(request: web.Request) -> web.Response:
    return await _do(request, request.app[STAGE].step())


async def _week(request: web.Request) -> web.Response:
    return await _do(request, request.app[STAGE].week())


async def _do(request: web.Request, deed: Awaitable[None]) -> web.Response:
    """Do it to the end even if the browser goes away meanwhile, then say how things stand."""
    try:
        await asyncio.shield(asyncio.ensure_future(deed))
    except NotThere as error:
        raise web.HTTPNotFound(text=str(error)) from None
    return web.json_response(request.app[STAGE].state())


async def _number(request: web.Request, name: str) -> int:
    try:
        return int((await request.json())[name])
    except (ValueError, KeyError, TypeError):
        raise web.HTTPBadRequest(text=f"{name!r} must be a number.") from None


# Mail, and files


async def _mail(request: web.Request) -> web.Response:
    """A mail as its reader's program shows it."""
    return _boxed(_letter(request).page, LETTER)


async def _plain_mail(request: web.Request) -> web.Response:
    return web.Response(text=_letter(request).plain)


def _letter(request: web.Request) -> Mail:
    try:
        return request.app[STAGE].read(int(request.match_info["number"]))
    except NotThere as error:
        raise web.HTTPNotFound(text=str(error)) from None


async def _attached(request: web.Request) -> web.Response:
    """A page that is attached to a message, opened in the browser as its reader would have it after downloading it."""
    name = request.match_info["name"]
    try:
        data = request.app[STAGE].file(int(request.match_info["message"]), name)
    except NotThere as error:
        raise web.HTTPNotFound(text=str(error)) from None
    if not name.endswith(".html"):
        raise web.HTTPNotFound(text="That is no page.")
    return _boxed(data.decode("utf-8", "replace"), ATTACHED)


def _boxed(page: str, policy: str) -> web.Response:
    return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})


# simcord's


async def _discord(request: web.Request) -> web.Response:
    """Its page, with our style over it."""
    status, body, headers = await _ask(request, "/", b"")
    return web.Response(status=status, body=body.replace(b"</head>", OURS + b"</head>", 1), headers=headers)


async def _act(request: web.Request) -> web.Response:
    """Something done on Discord. What follows from it has happened when the answer is there."""
    stage, body = request.app[STAGE], await request.read()
    async with stage.lock:
        status, answer, headers = await _ask(request, "/api/action", body)
        if status == web.HTTPOk.status_code and _kind(body) not in DOES_NOTHING:
            await stage.touched()
    return web.Response(status=status, body=answer, headers=headers)


async def _leave(request: web.Request) -> web.Response:
    """A frame says goodbye: mostly to a view that is closed already, because another one took its place."""
    stage = request.app[STAGE]
    if stage.preview is None or request.headers.get("X-Simcord-Capability") != stage.key:
        return web.Response(status=web.HTTPNoContent.status_code)
    return await _pass_on(request)


async def _pass_on(request: web.Request) -> web.Response:
    status, body, headers = await _ask(request, request.path_qs, await request.read())
    if not request.path.startswith("/api/") and status == web.HTTPOk.status_code:
        headers["Cache-Control"] = A_DAY  # 30 MB of fonts; each start of the demo serves the same
    return web.Response(status=status, body=body, headers=headers)


async def _ask(request: web.Request, path: str, body: bytes) -> tuple[int, bytes, dict[str, str]]:
    """Put a request to the preview that is open now."""
    preview = request.app[STAGE].preview
    if preview is None:
        raise web.HTTPServiceUnavailable(text="Nothing is shown yet.")
    address = preview.url.partition("#")[0].rstrip("/") + path
    headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
    try:
        async with request.app[CLIENT].request(request.method, address, data=body or None, headers=headers) as response:
            kept = {name: response.headers[name] for name in response.headers if _is_kept(name)}
            return response.status, await response.read(), kept
    except aiohttp.ClientError:  # closed that very moment, to show something else
        raise web.HTTPGone(text="Something else is shown now.") from None


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(("X-Display-", "X-Media-", "X-Simcord-"))


def _kind(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:  # a form with a file
        return "modal_submit"
    return str(found.get("kind")) if isinstance(found, dict) else ""
