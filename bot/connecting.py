"""Getting connected to Discord, for as long as that takes, and what can be told from how it fails."""

from __future__ import annotations

import asyncio
from itertools import count
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING

import aiohttp
import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.attempts import backoff
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.client import WeftBot

log = structlog.get_logger(__name__)

LONGEST = 60.0  # seconds between two attempts to connect
# At the door: too many requests from this address, or a ban of it. Each further attempt prolongs that.
TURNED_AWAY = (403, 429)
STAYS_AWAY = 900.0  # seconds, less up to half by chance

# What a request can die of without anybody being at fault here.
UNREACHABLE = (
    OSError,
    aiohttp.ClientError,
    discord.DiscordServerError,
    discord.GatewayNotFound,
    discord.RateLimited,
)


CLOSED_FOR_GOOD = {
    4004: "Discord does not accept the token. Copy it anew from the developer portal (Bot → Reset Token)"
    " and set WEFT_DISCORD_TOKEN.",
    4010: "Discord does not know this shard. Check WEFT_SHARD_IDS and WEFT_SHARD_COUNT.",
    4011: "The bot is in so many servers that Discord wants more shards. Leave WEFT_SHARD_COUNT empty, or raise it.",
    4012: "Discord no longer speaks this version of its gateway. Update Weft.",
    4013: "Discord refuses the events Weft asks for. Update Weft.",
    4014: "Discord wants permission for the events Weft asks for. Update Weft: it needs none that do.",
}


class CannotRun(Exception):  # noqa: N818 - told in a plain sentence
    """It makes no sense to try again before somebody changes something."""


class UncertainThreadError(ConnectionError):
    """Discord failed in the middle of making a thread, which may be there all the same."""


async def connect(client: WeftBot, token: str, random: Random | None = None) -> None:
    """Log in and stay connected, trying again for as long as Discord cannot be reached. Raises CannotRun."""
    random = random or Random()
    client.ask_for_shards()
    logged_in = False
    for attempts in count(1):
        try:
            if not logged_in:
                await client.login(token)
                logged_in = True
            await client.connect()
        except discord.LoginFailure:
            raise CannotRun(CLOSED_FOR_GOOD[4004]) from None
        except discord.PrivilegedIntentsRequired:
            raise CannotRun(CLOSED_FOR_GOOD[4014]) from None
        except discord.ConnectionClosed as closed:
            raise CannotRun(
                CLOSED_FOR_GOOD.get(closed.code, f"Discord closed the connection for good (code {closed.code}).")
            ) from None
        except (*UNREACHABLE, discord.HTTPException) as error:
            turned_away = isinstance(error, discord.HTTPException) and error.status in TURNED_AWAY
            if client.is_closed() or not (turned_away or isinstance(error, UNREACHABLE)):
                raise
            wait = STAYS_AWAY * random.uniform(0.5, 1.0) if turned_away else backoff(attempts, random, LONGEST)
            log.warning("discord.unreachable", cause=str(error), attempt=attempts, again_in=round(wait, 1))
            if not logged_in:
                await client.forget_login()
            await asyncio.sleep(wait)
        else:
            return


def point_elsewhere(settings: Settings) -> None:
    """Talk to the REST and gateway addresses of the settings instead of Discord's own."""
    if settings.discord_api:
        Route.BASE = settings.discord_api
    if settings.discord_gateway:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway)


def no_second_thread() -> aiohttp.TraceConfig:
    """Keeps discord.py from repeating a request for a thread that ended in a 5xx.

    It repeats any request by itself. A message repeated has the same nonce and is made once; threads have none, so
    whether the first is there must be looked up before another attempt.
    """

    async def ended(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        response = params.response
        if params.method == "POST" and params.url.path.endswith("/threads") and response.status >= 500:
            response.close()
            raise UncertainThreadError(f"Discord answered {response.status} to a new thread")

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace
