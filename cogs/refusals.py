"""What Discord's answers mean for something we set out to do: wait, mend, or nobody there.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

import aiohttp
import discord
import structlog

from bot.outcomes import Later, Refused, Unknown
from bot.services.gate import channel_name
from bot.services.tools import Tools
from domain.model import Intention, ProblemKind

log = structlog.get_logger(__name__)

IN_THREADS = {"send_messages": "send_messages_in_threads"}
THREADS_FULL = 160006  # no more active threads in this server
_UNKNOWN: Mapping[int, Literal["channel", "message", "user"]] = {
    10003: "channel",
    10004: "channel",  # the whole server
    10008: "message",
    10007: "user",  # not a member of the server
    10013: "user",
}
# With what is missing when the gateway told us of nothing; empty: whatever the deed needs.
_FORBIDDEN: Mapping[int, tuple[str, ...]] = {
    50001: ("view_channel",),
    50013: (),
    50083: ("manage_threads",),  # an archived thread that we may not open
    160005: ("manage_threads",),  # a locked one
}
BROKEN = 500
# Seconds to wait after what Discord turned away at the door: our token (nobody mends that at once), too many requests.
_PERFORMED_NOT: Mapping[int, float | None] = {401: 300.0, 429: None}


@dataclass(frozen=True, slots=True)
class Deed:
    """Something we do in a channel, and what we need to be allowed there. No channel: a direct message."""

    client: discord.Client
    tools: Tools
    intention: Intention
    channel: int | None
    needs: tuple[str, ...] = ()

    def missing(self, *, of: Iterable[str] | None = None) -> tuple[str, ...]:
        """Which permissions we do not have there, as far as the gateway told us."""
        place = self._place()
        if place is None or place.guild.me is None:
            return ()
        home = place.parent if isinstance(place, discord.Thread) else place
        if home is None:
            return ()
        # The plain rule of roles and overwrites: a channel's own adds that without seeing it nothing is allowed.
        granted = discord.abc.GuildChannel.permissions_for(home, place.guild.me)
        wanted = self.needs if of is None else of
        if isinstance(place, discord.Thread):
            wanted = [IN_THREADS.get(one, one) for one in wanted]
        return tuple(one for one in wanted if not getattr(granted, one))

    async def subject(self) -> str:
        """What the channel is called among those of the community, else what was to be done."""
        place = self._place()
        parent = place.parent_id if isinstance(place, discord.Thread) else None
        name = await channel_name(self.tools, self.intention.community, self.channel, parent)
        return name or self.intention.kind

    def _place(self) -> discord.abc.GuildChannel | discord.Thread | None:
        guild = self.client.get_guild(self.intention.community)
        return guild.get_channel_or_thread(self.channel) if guild and self.channel else None


# Whether something was done in the attempt that is under way: it may fail half-way.
_performed: ContextVar[bool] = ContextVar("performed", default=False)


@contextmanager
def one_attempt() -> Iterator[None]:
    """Several deeds for one intention: what fails after one of them worked was not "untried" as a whole."""
    _performed.set(False)
    try:
        yield
    except Later as later:
        if later.untried and _performed.get():
            raise Later(later.after) from later
        raise


@asynccontextmanager
async def translated(deed: Deed) -> AsyncIterator[None]:
    """Whatever goes wrong with Discord inside becomes Later, Refused or Unknown."""
    try:
        yield
        _performed.set(True)
    except discord.RateLimited as limit:
        raise Later(limit.retry_after, untried=True) from limit
    except discord.HTTPException as refusal:
        raise await _meaning(deed, refusal) from refusal
    except aiohttp.ClientConnectorError as failure:
        raise Later(untried=True) from failure
    except (aiohttp.ClientError, OSError) as failure:  # TimeoutError is one of these
        raise Later from failure


async def _meaning(deed: Deed, refusal: discord.HTTPException) -> Later | Refused | Unknown:
    if refusal.status in _PERFORMED_NOT:
        return Later(_PERFORMED_NOT[refusal.status], untried=True)
    if refusal.status >= BROKEN:
        return Later()
    subject = await deed.subject()
    if (what := _UNKNOWN.get(refusal.code)) is not None:
        return Unknown(what, subject)
    if (assumed := _FORBIDDEN.get(refusal.code)) is not None:
        return Refused(ProblemKind.PERMISSION, subject, deed.missing() or assumed or deed.needs)
    if refusal.code == THREADS_FULL:
        return Refused(ProblemKind.THREADS_FULL, subject)
    log.error("refused", kind=deed.intention.kind, status=refusal.status, code=refusal.code, exc_info=refusal)
    return Refused(ProblemKind.REFUSED, subject)
