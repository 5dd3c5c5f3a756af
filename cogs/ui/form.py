"""Forms (Discord calls them modals): plain data in, plain values out.

A form that is open while the bot restarts is not lost: discord.py is told nothing about it, and what comes back is read
from the submission itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord

from bot.texts import clean, clip
from cogs.ui.address import Address
from cogs.ui.card import CHOICE, CHOICES, Choice, options
from cogs.ui.items import Interaction, data_of

TITLE, LABEL, DESCRIPTION, PLACEHOLDER, LONGEST_LINE, FIELDS = 45, 45, 100, 100, 4000, 5
FEWEST_RADIOS, MOST_RADIOS = 2, 10

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Something to write. `limit` in characters; `value` is there to be changed."""

    name: str
    label: str
    description: str = ""
    long: bool = False
    required: bool = True
    limit: int = 1000
    value: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class Radio:
    """One of 2 to 10 choices, all in sight."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    description: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Pick:
    """`least` to `most` of up to 25 choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    description: str = ""
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Upload:
    """A file from the person's own device."""

    name: str
    label: str
    description: str = ""
    required: bool = False
    most: int = 1


Field = Line | Radio | Pick | Upload


@dataclass(frozen=True, slots=True)
class Form:
    action: str
    ids: tuple[int, ...]
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Submission:
    """What came back: text (trimmed, "" if left empty), what was picked, and the files."""

    values: Mapping[str, Value] = field(default_factory=dict)
    uploads: Mapping[str, tuple[discord.Attachment, ...]] = field(default_factory=dict)


def modal(form: Form, home: int | None = None) -> discord.ui.Modal:
    """The form as Discord takes it; `home` is the server it belongs to if it is opened outside it.

    Raises ValueError for what Discord would refuse whatever its length: that is a mistake in the code."""
    if not 1 <= len(form.fields) <= FIELDS:
        raise ValueError(f"a form has 1 to {FIELDS} fields, not {len(form.fields)}")
    custom_id = str(Address(form.action, form.ids, home))
    made = discord.ui.Modal(title=clip(form.title, TITLE), custom_id=custom_id, timeout=900)
    for one in form.fields:
        made.add_item(
            discord.ui.Label(
                text=clip(one.label, LABEL),
                description=clip(one.description, DESCRIPTION) or None,
                component=_component(one),
            )
        )
    # One that has ended is shown like any other, but discord.py neither remembers it nor gives it a timer.
    made.stop()
    return made


def _component(one: Field) -> discord.ui.Item[Any]:
    match one:
        case Line():
            return _line(one)
        case Radio():
            if not FEWEST_RADIOS <= len(one.choices) <= MOST_RADIOS:
                raise ValueError(f"{one.name}: a radio group has {FEWEST_RADIOS} to {MOST_RADIOS} choices")
            return discord.ui.RadioGroup(
                custom_id=one.name, required=one.required, options=[_radio(choice) for choice in one.choices]
            )
        case Pick():
            listed = options(one.choices)
            if not 1 <= len(listed) <= CHOICES:
                raise ValueError(f"{one.name}: nothing to pick from")
            return discord.ui.Select(
                custom_id=one.name,
                options=listed,
                required=one.least > 0,
                min_values=one.least,
                max_values=max(one.least, min(one.most, len(listed))),
            )
        case Upload():
            return discord.ui.FileUpload(
                custom_id=one.name,
                required=one.required,
                min_values=1 if one.required else 0,
                max_values=one.most,
            )


def _line(line: Line) -> discord.ui.TextInput[Any]:
    limit = min(line.limit, LONGEST_LINE)
    return discord.ui.TextInput(
        custom_id=line.name,
        style=discord.TextStyle.paragraph if line.long else discord.TextStyle.short,
        required=line.required,
        max_length=limit,
        default=clip(line.value, limit) or None,
        placeholder=clip(line.placeholder, PLACEHOLDER) or None,
    )


def _radio(choice: Choice) -> discord.RadioGroupOption:
    return discord.RadioGroupOption(
        value=choice.value,
        label=clip(choice.label, CHOICE),
        description=clip(choice.description, CHOICE) or None,
        default=choice.chosen,
    )


def submission(interaction: Interaction) -> Submission:
    """What somebody filled in. Reads only what is well-formed; what is not, is left out."""
    values: dict[str, Value] = {}
    uploads: dict[str, tuple[discord.Attachment, ...]] = {}
    for answer in _answers(data_of(interaction).get("components")):
        name, kind = answer.get("custom_id"), answer.get("type")
        if not isinstance(name, str):
            continue
        if kind == discord.ComponentType.file_upload.value:
            uploads[name] = _attachments(interaction, answer.get("values"))
        elif isinstance(several := answer.get("values"), list):
            values[name] = tuple(str(one) for one in several)
        else:
            text = answer.get("value")
            values[name] = clean(text, lines=True) if isinstance(text, str) else ""
    return Submission(values, uploads)


def _answers(nodes: object) -> Iterator[Mapping[str, Any]]:
    """The filled-in controls, however they are wrapped."""
    for node in nodes if isinstance(nodes, list) else []:
        if not isinstance(node, dict):
            continue
        if "custom_id" in node:
            yield node
        yield from _answers(node.get("components"))
        yield from _answers([node.get("component")])


def _attachments(interaction: Interaction, ids: object) -> tuple[discord.Attachment, ...]:
    sent = data_of(interaction).get("resolved", {}).get("attachments", {})
    wanted = ids if isinstance(ids, list) else []
    # discord.py reads files only for forms it remembers itself.
    state = interaction._state  # noqa: SLF001
    return tuple(discord.Attachment(data=sent[str(one)], state=state) for one in wanted if str(one) in sent)
