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
LASTED = re.compile(r"\b(\d):(\d\d)\b")
CHANNEL = re.compile(r"<#(\d+)>")


@dataclass(frozen=True, slots=True)
class Option:
    """What can be chosen from a menu."""

    value: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Button:
    """Something on a message that can be pressed, or a menu and the values one can choose."""

    address: Address
    custom_id: str
    label: str = ""
    choices: tuple[Option, ...] = ()


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
    def named_last(self) -> UserId | None:
        """Whose name comes last: where two are told apart, whose turn it is."""
        found = MENTION.findall(self.content)
        return UserId(int(found[-1])) if found else None

    @property
    def couples(self) -> tuple[tuple[UserId, UserId], ...]:
        """The lines of a list that name two people: who shows something to whom."""
        lines = (MENTION.findall(line) for line in self.text.splitlines() if line.startswith("- "))
        return tuple((UserId(int(found[0])), UserId(int(found[1]))) for found in lines if len(found) == 2)

    @property
    def channels(self) -> tuple[int, ...]:
        """Every channel or thread it leads to, in order."""
        return tuple(int(found) for found in dict.fromkeys(CHANNEL.findall(self.text)))

    @property
    def dates(self) -> tuple[datetime, ...]:
        """The moments named in it, in order."""
        return tuple(datetime.fromtimestamp(int(found), UTC) for found in MOMENT.findall(self.text))

    @property
    def lasted(self) -> int | None:
        """How long something took, in minutes, if it says so: the last figure."""
        found = LASTED.findall(self.content)
        return 60 * int(found[-1][0]) + int(found[-1][1]) if found else None

    def button(self, action: str, first: int | None = None) -> Button | None:
        """The first button that does this, or the one that does it to whatever has the id `first`."""
        found = (one for one in self.buttons if one.address.action == action)
        return next((one for one in found if first is None or one.address.ids[:1] == (first,)), None)

    def all(self, action: str) -> tuple[Button, ...]:
        return tuple(one for one in self.buttons if one.address.action == action)


def buttons(components: Sequence[Mapping[str, Any]]) -> Iterator[Button]:
    """Every button and menu of Weft's in a message's components."""
    for one in components:
        custom_id = one.get("custom_id")
        address = read(custom_id) if isinstance(custom_id, str) else None
        if address is not None:
            choices = tuple(
                Option(str(each["value"]), str(each["label"]), str(each.get("description") or ""))
                for each in one.get("options") or ()
            )
            yield Button(address, str(custom_id), str(one.get("label") or ""), choices)
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
