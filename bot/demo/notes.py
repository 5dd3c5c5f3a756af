"""A message as a person reads it: who is named, which moments, what can be pressed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cogs.ui.address import Address, read
from domain.model import UserId

MENTION = re.compile(r"<@!?(\d+)>")
DEBTOR = re.compile(r"^- <@!?(\d+)>", re.MULTILINE)
MOMENT = re.compile(r"<t:(\d+)")


@dataclass(frozen=True, slots=True)
class Button:
    """Something on a message that can be pressed."""

    address: Address
    custom_id: str


@dataclass(frozen=True, slots=True)
class Note:
    """A message that has just been posted, as a person's client shows it."""

    id: int
    channel: int
    author: int
    content: str
    text: str  # the content, and everything in the embeds
    buttons: tuple[Button, ...]

    @property
    def mentioned(self) -> tuple[UserId, ...]:
        """Everybody named in it, in order."""
        return tuple(UserId(int(found)) for found in dict.fromkeys(MENTION.findall(self.content)))

    @property
    def debtors(self) -> tuple[UserId, ...]:
        """Who stands first on a line of a list: in a reminder, those it reminds."""
        return tuple(UserId(int(found)) for found in dict.fromkeys(DEBTOR.findall(self.content)))

    @property
    def dates(self) -> tuple[datetime, ...]:
        """The moments named in it, in order."""
        return tuple(datetime.fromtimestamp(int(found), UTC) for found in MOMENT.findall(self.text))

    def button(self, action: str) -> Button | None:
        return next((one for one in self.buttons if one.address.action == action), None)


def buttons(components: Sequence[Mapping[str, Any]]) -> Iterator[Button]:
    """Every button of Weft's in a message's components."""
    for one in components:
        custom_id = one.get("custom_id")
        address = read(custom_id) if isinstance(custom_id, str) else None
        if address is not None:
            yield Button(address, str(custom_id))
        yield from buttons(one.get("components", ()))


def note_of(payload: Mapping[str, Any]) -> Note:
    """The note of a message as Discord sends it."""
    content = str(payload.get("content") or "")
    words = [content]
    for embed in payload.get("embeds") or ():
        words += [str(embed.get("title") or ""), str(embed.get("description") or "")]
        words += [f"{one.get('name')}\n{one.get('value')}" for one in embed.get("fields") or ()]
    return Note(
        id=int(payload["id"]),
        channel=int(payload["channel_id"]),
        author=int(payload["author"]["id"]),
        content=content,
        text="\n".join(words),
        buttons=tuple(buttons(payload.get("components") or ())),
    )
