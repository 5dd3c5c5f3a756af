"""What Discord offers while somebody types in a command, and what they meant when they took none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from discord import app_commands

from bot.texts import LANGUAGES, Translator, catalogue, clip
from domain.errors import UnknownSector
from domain.members import matching, same_words
from domain.model import Community

MOST, LONGEST = 25, 100  # suggestions, and characters of each
SHOWN = 100  # characters of a typed text that an answer repeats

Choices = list[app_commands.Choice[str]]


def names(found: Iterable[str]) -> Choices:
    return [app_commands.Choice(name=name, value=name) for name in islice(found, MOST)]


def names_and_new(found: Iterable[str], new: str, label: str) -> Choices:
    """With a name that is not there yet, as `label`.

    Without it, whoever types a new name is told that nothing matches, and thinks that it is not allowed.
    """
    return [*names(islice(found, MOST - 1)), app_commands.Choice(name=clip(label, LONGEST), value=new)]


def labelled(typed: str, values: Mapping[str, str]) -> Choices:
    """Of values by their labels: those whose label matches, or all if nothing is typed."""
    shown = matching(typed, values) if typed else values
    return [app_commands.Choice(name=clip(label, LONGEST), value=values[label]) for label in islice(shown, MOST)]


def sectors(t: Translator, community: Community, typed: str) -> Choices:
    return labelled(typed, {t.sector(name): name for name in community.sectors})


def sector_said(t: Translator, community: Community, typed: str) -> str:
    """The community's own name of a sector that was typed or chosen, in any language; empty if none was.

    Raises UnknownSector.
    """
    if not typed:
        return ""
    languages = [catalogue(language) for language in LANGUAGES]
    for name in community.sectors:
        if any(same_words(typed, spelled) for spelled in (name, *(one.sector(name) for one in languages))):
            return name
    listed = t.list([t.sector(name) for name in community.sectors])
    raise UnknownSector(sector=clip(typed, SHOWN), sectors=listed)
