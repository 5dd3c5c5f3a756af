"""Events of a server (Discord calls them scheduled events): verbs of the messenger, at most once like the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import discord

from bot.texts import clip
from cogs.messenger import Messenger
from cogs.refusals import Deed, translated
from domain.model import Intention

NEEDS: Final = ("create_events",)
NAME, TEXT, PLACE = 100, 1000, 100  # characters, Discord's limits
ONLY_HERE, ELSEWHERE = 2, 3  # who sees it; that it is in no channel
GONE, FINISHED = 10070, 180000


@dataclass(frozen=True, slots=True)
class Happening:
    title: str
    text: str
    place: str
    starts_at: datetime
    ends_at: datetime


async def put_event(messenger: Messenger, intention: Intention, what: Happening, known: int | None) -> int:
    """Have the server's event say this; its id. `known`: the id it had when it was put there before.

    One that somebody deleted, or that is over, is made anew. Raises as the messenger's verbs do.
    """
    http, payload = messenger.client.http, _payload(what)
    async with translated(_deed(messenger, intention)):
        if known is not None:
            try:
                await http.edit_scheduled_event(intention.community, known, **payload)
            except discord.HTTPException as refusal:
                if refusal.code not in {GONE, FINISHED}:
                    raise
            else:
                return known
        if intention.first_tried_at is not None and (found := await _found(messenger, intention, what)) is not None:
            return found
        made = await http.create_guild_scheduled_event(intention.community, **payload)
        return int(made["id"])


async def end_event(messenger: Messenger, intention: Intention, known: int) -> None:
    """Take an event of ours off the server, if it is still there."""
    async with translated(_deed(messenger, intention)):
        try:
            await messenger.client.http.delete_scheduled_event(intention.community, known)
        except discord.HTTPException as refusal:
            if refusal.code != GONE:
                raise


def _deed(messenger: Messenger, intention: Intention) -> Deed:
    return Deed(messenger.client, messenger.tools, intention, None, NEEDS)


async def _found(messenger: Messenger, intention: Intention, what: Happening) -> int | None:
    """The event an earlier attempt made: ours, of this name, beginning then."""
    me = messenger.client.user
    for one in await messenger.client.http.get_scheduled_events(intention.community, False):
        begins = datetime.fromisoformat(one["scheduled_start_time"])
        ours = me is not None and one.get("creator_id") == str(me.id)
        if ours and (one["name"], begins) == (clip(what.title, NAME), what.starts_at):
            return int(one["id"])
    return None


def _payload(what: Happening) -> dict[str, Any]:
    return {
        "name": clip(what.title, NAME),
        "description": clip(what.text, TEXT),
        "entity_type": ELSEWHERE,
        "entity_metadata": {"location": clip(what.place, PLACE)},
        "privacy_level": ONLY_HERE,
        "scheduled_start_time": what.starts_at.astimezone(UTC).isoformat(),
        "scheduled_end_time": what.ends_at.astimezone(UTC).isoformat(),
    }
