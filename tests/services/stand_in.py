"""A Discord small enough to log in to over the loopback: for tests that start the real process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

BOT: dict[str, Any] = {
    "id": "1145884861921044480",
    "username": "weft",
    "discriminator": "0",
    "avatar": None,
    "bot": True,
}
HELLO, DISPATCH, HEARTBEAT, ACKNOWLEDGED = 10, 0, 1, 11


class Discord:
    """Accepts one token, has no servers, and remembers what it was asked."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.asked: list[str] = []
        self.address = ""
        self.gateway_closed = False
        self.gateway_deaf = False  # once somebody is in, it neither hears nor answers

    async def _rest(self, request: web.Request) -> web.Response:
        self.asked.append(f"{request.method} {request.path}")
        if request.headers.get("Authorization") != f"Bot {self._token}":
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        match request.path:
            case "/users/@me":
                answer: Any = BOT
            case "/oauth2/applications/@me":
                answer = {
                    "id": BOT["id"],
                    "name": "weft",
                    "description": "",
                    "flags": 0,
                    "verify_key": "",
                    "owner": BOT,
                }
                answer |= {"bot_public": True, "bot_require_code_grant": False, "icon": None, "team": None}
            case "/gateway/bot":
                limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
                answer = {
                    "url": f"{self.address}/gateway".replace("http", "ws"),
                    "shards": 1,
                    "session_start_limit": limit,
                }
            case _:
                answer = []
        return _json(answer)

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        if self.gateway_closed:
            return web.Response(status=503)
        self.asked.append("gateway")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": 45000}, "s": None, "t": None})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            if json.loads(message.data)["op"] == HEARTBEAT:
                await socket.send_json({"op": ACKNOWLEDGED, "d": None, "s": None, "t": None})
            else:
                ready = {"v": 10, "user": BOT, "guilds": [], "session_id": "s", "shard": [0, 1], "private_channels": []}
                ready |= {"application": {"id": BOT["id"], "flags": 0}, "resume_gateway_url": self.address}
                await socket.send_json({"op": DISPATCH, "d": ready, "s": 1, "t": "READY"})
                if self.gateway_deaf:
                    await asyncio.Event().wait()
        return socket


def _json(answer: Any, status: int = 200) -> web.Response:
    # discord.py wants this very content type, without a character set.
    return web.Response(body=json.dumps(answer).encode(), status=status, headers={"Content-Type": "application/json"})


@asynccontextmanager
async def discord(token: str) -> AsyncIterator[Discord]:
    """Serve it meanwhile, at `address`."""
    served = Discord(token)
    site = web.Application()
    site.router.add_get("/gateway", served._gateway)
    site.router.add_route("*", "/{any:.*}", served._rest)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    served.address = "http://{}:{}".format(*runner.addresses[0])
    try:
        yield served
    finally:
        await asyncio.wait_for(runner.cleanup(), 5)
