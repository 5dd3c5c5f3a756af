"""What we show, before it becomes Discord's objects: a card is plain data that a test can read.

Text is markup (see `bot.texts`); titles, labels, placeholders and footers are plain. Whatever does not fit Discord's
limits is clipped and ends in "…".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from io import BytesIO
from typing import Any

import discord
import structlog

from bot.texts import clip
from cogs.ui.address import Address
from cogs.ui.items import Routed

log = structlog.get_logger(__name__)

CONTENT, TITLE, TEXT, FIELDS, NAME, VALUE, FOOTER, TOGETHER = 2000, 256, 4096, 25, 256, 1024, 2048, 6000
ROWS, IN_A_ROW, LABEL = 5, 5, 80
FRAMES = 10
ALT = 1024
NOTHING, NO_VALUE = "\u200b", "–"
CHOICES, CHOICE, PLACEHOLDER = 25, 100, 150


class Style(Enum):
    PRIMARY = discord.ButtonStyle.primary
    SECONDARY = discord.ButtonStyle.secondary
    SUCCESS = discord.ButtonStyle.success
    DANGER = discord.ButtonStyle.danger


class Tone(Enum):
    """The colour at the edge of a card: a calm palette that is told apart without seeing red from green."""

    PLAIN = 0x5B6B8C
    WARM = 0xD9A441
    GOOD = 0x4F9D8F
    CAREFUL = 0xC8703F
    SORRY = 0xA8485C


class MenuKind(StrEnum):
    TEXT = "text"
    USER = "user"
    CHANNEL = "channel"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Button:
    """`action` and `ids` say what a press means; with `url` it is a link and means nothing to us."""

    label: str
    action: str = ""
    ids: tuple[int, ...] = ()
    style: Style = Style.SECONDARY
    disabled: bool = False
    url: str | None = None
    emoji: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    description: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu takes a row. `choices` only for TEXT; the other kinds list what the server has."""

    action: str
    ids: tuple[int, ...] = ()
    placeholder: str = ""
    choices: tuple[Choice, ...] = ()
    kind: MenuKind = MenuKind.TEXT
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Image:
    """A picture to look at; `alt` says what is on it, in plain words, to whoever cannot see it."""

    name: str
    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """`content` stands outside the frame and above it, for pings; below it `images`, then the frame.

    `files` are pairs of a name and the bytes. `more` are further frames above this one; of them only title, text,
    fields, footer and tone are shown.
    """

    title: str = ""
    text: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    menus: tuple[Menu, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    content: str = ""
    tone: Tone = Tone.PLAIN
    more: tuple[Card, ...] = ()
    images: tuple[Image, ...] = ()

    @property
    def brings_files(self) -> bool:
        """Whether Discord has to let us attach something."""
        return bool(self.files or self.images)


def message(card: Card, home: int | None = None) -> dict[str, Any]:
    """The arguments for sending `card` anywhere. Nobody is pinged: whoever wants that sets `allowed_mentions`.

    `home` is the server a card belongs to that is shown outside it, in a direct message: its buttons then work there.
    Raises ValueError for buttons and menus that no message can hold: a mistake in the code.
    """
    kwargs: dict[str, Any] = {"allowed_mentions": discord.AllowedMentions.none()}
    if card.content:
        kwargs["content"] = clip(card.content, CONTENT)
    if embeds := _embeds(card):
        kwargs["embeds"] = embeds
    if (view := _view(card, home)) is not None:
        kwargs["view"] = view
    if card.brings_files:
        kwargs["files"] = _files(card)
    return kwargs


def changes(card: Card, home: int | None = None) -> dict[str, Any]:
    """The arguments for turning a message that exists into `card`: what the card does not have goes."""
    return {
        "content": clip(card.content, CONTENT) or None,
        "embeds": _embeds(card),
        "view": _view(card, home),
        "attachments": _files(card),
        "allowed_mentions": discord.AllowedMentions.none(),
    }


def custom_ids(card: Card, home: int | None = None) -> frozenset[str]:
    """What the buttons and menus of `card` remember: enough to know its message again."""
    buttons = (Address(one.action, one.ids, home) for one in card.buttons if not one.url)
    menus = (Address(one.action, one.ids, home) for one in card.menus)
    return frozenset(map(str, (*buttons, *menus)))


def _files(card: Card) -> list[discord.File]:
    images = [discord.File(BytesIO(one.data), one.name, description=clip(one.alt, ALT)) for one in card.images]
    return images + [discord.File(BytesIO(data), name) for name, data in card.files]


class _Budget:
    """Discord counts all texts of a frame together; what comes first in reading order gets its room first."""

    def __init__(self) -> None:
        self.left = TOGETHER

    def take(self, text: str, limit: int) -> str:
        taken = clip(text, min(limit, self.left))
        if taken != text:
            log.warning("card clipped", length=len(text), kept=len(taken))
        self.left -= len(taken)
        return taken


def _embeds(card: Card) -> list[discord.Embed]:
    budget = _Budget()
    last = _embed(card, budget)  # what the buttons below are about keeps its room
    above = [_embed(one, budget) for one in card.more[: FRAMES - 1]]
    return [embed for embed in (*above, last) if len(embed)]


def _embed(card: Card, budget: _Budget) -> discord.Embed:
    """A frame; of length 0 if there is nothing in it."""
    embed = discord.Embed(colour=card.tone.value)
    embed.title = budget.take(card.title, TITLE) or None
    footer = budget.take(card.footer, FOOTER)
    embed.description = budget.take(card.text, TEXT) or None
    # Discord refuses a field without a name or a value.
    for name, value in ((name or NOTHING, value or NO_VALUE) for name, value in card.fields[:FIELDS]):
        if budget.left < len(name) + 2:
            break
        embed.add_field(name=budget.take(name, NAME), value=budget.take(value, VALUE), inline=False)
    if footer:
        embed.set_footer(text=footer)
    return embed


def _view(card: Card, home: int | None) -> discord.ui.View | None:
    buttons = [_button(one, home) for one in card.buttons]
    rows = [[_menu(one, home)] for one in card.menus]
    rows += [buttons[start : start + IN_A_ROW] for start in range(0, len(buttons), IN_A_ROW)]
    if not rows:
        return None
    if len(rows) > ROWS:
        raise ValueError(f"a message holds {ROWS} rows of buttons and menus, not {len(rows)}")
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item if not item.is_dispatchable() else Routed(item))
    # A view that has ended is sent like any other but never remembered by discord.py, nor given a timer.
    view.stop()
    return view


def _button(button: Button, home: int | None) -> discord.ui.Item[Any]:
    label = clip(button.label, LABEL)
    if button.url:
        return discord.ui.Button(label=label, url=button.url, disabled=button.disabled, emoji=button.emoji)
    return discord.ui.Button(
        label=label,
        style=button.style.value,
        custom_id=str(Address(button.action, button.ids, home)),
        disabled=button.disabled,
        emoji=button.emoji,
    )


def options(choices: Sequence[Choice]) -> list[discord.SelectOption]:
    """At most 25 options of a menu, clipped to Discord's limits; a value must fit as it is."""
    return [
        discord.SelectOption(
            value=choice.value,
            label=clip(choice.label, CHOICE),
            description=clip(choice.description, CHOICE) or None,
            default=choice.chosen,
        )
        for choice in choices[:CHOICES]
    ]


def _menu(menu: Menu, home: int | None) -> discord.ui.Item[Any]:
    common: dict[str, Any] = {
        "custom_id": str(Address(menu.action, menu.ids, home)),
        "placeholder": clip(menu.placeholder, PLACEHOLDER) or None,
        "min_values": menu.least,
        "max_values": menu.most,
    }
    match menu.kind:
        case MenuKind.USER:
            return discord.ui.UserSelect(**common)
        case MenuKind.CHANNEL:
            return discord.ui.ChannelSelect(**common)
        case MenuKind.ROLE:
            return discord.ui.RoleSelect(**common)
        case MenuKind.TEXT:
            listed = options(menu.choices)
            if not listed:
                raise ValueError(f"{menu.action}: nothing to choose from")
            common["max_values"] = max(menu.least, min(menu.most, len(listed)))
            return discord.ui.Select(options=listed, **common)
