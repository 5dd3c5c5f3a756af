"""What managers are shown of digests, the map and the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from bot.reports.drawn import MapFiles
from bot.reports.wording import day
from bot.texts import Raw, Translator, catalogue
from cogs.ui.card import Button, Card, Image, Style
from domain.digests import MapFacts
from domain.model import Digest
from domain.periods import Quarter

NAMES = 20  # of firms whose names no picture can show: the page has them all
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is about; a quarter that is `running` is told as far as it has got."""

    quarter: Quarter
    running: bool


@dataclass(frozen=True, slots=True)
class Files:
    """What fits into an answer, and of each that does not its name and its size in bytes. `limit`: bytes of one."""

    fit: tuple[tuple[str, bytes], ...]
    left_out: tuple[tuple[str, int], ...]
    limit: int


def digest(of: Digest) -> Card:
    """A digest to the letter as it was made, with the button of what it asks for, as long as that is asked."""
    t = catalogue(of.language)
    buttons: tuple[Button, ...] = ()
    if of.need is not None and of.need_met_at is None:
        label = t.plain(f"digest_commands.need.{of.need}.label")
        buttons = (Button(label, f"need.{of.need}", (of.id,), Style.PRIMARY),)
    image = Image(f"weft-{of.day}.png", of.picture, of.alt)
    return Card(content=of.text, images=(image,), buttons=buttons)


def map_of(t: Translator, facts: MapFacts, drawn: MapFiles, page: Files) -> Card:
    """The map in two sentences, its pictures, and the page."""
    parts = [_summary(t, facts, drawn)]
    if drawn.map.numbered:
        parts.append(_names(t, drawn.map.numbered))
    if page.fit:
        parts.append(t("digest_commands.map.page", file=page.fit[0][0]))
    pictures = {"map": drawn.map, "ties": drawn.table}
    images = [
        Image(file_name(what, facts.until, "png"), one.png, one.alt)
        for what, one in pictures.items()
        if one is not None
    ]
    return Card(content=paragraphs([*parts, *_left_out(t, page)]), images=tuple(images), files=page.fit)


def _summary(t: Translator, facts: MapFacts, drawn: MapFiles) -> Raw:
    if not drawn.firms:
        return t("digest_commands.map.nobody")
    counts = {
        "firms": t.plain("digest_commands.map.firms", n=drawn.firms),
        "ties": t.plain("digest_commands.map.ties", n=drawn.ties),
    }
    said = [t("digest_commands.map.counts", until=day(t, facts.until), **counts)]
    if drawn.ties and drawn.new is not None:
        said.append(t("digest_commands.map.new", n=drawn.new, since=day(t, facts.earlier)))
    if drawn.ties:
        alone = drawn.alone
        said.append(t("digest_commands.map.alone", n=alone) if alone else t("digest_commands.map.none_alone"))
    return Raw(" ".join(said))


def _names(t: Translator, numbered: Mapping[int, str]) -> Raw:
    """Each on a line of its own, so that names written from right to left do not swap places."""
    lines = [t("digest_commands.map.numbered")]
    shown = islice(sorted(numbered.items()), NAMES)
    lines += [t("digest_commands.map.number", number=number, firm=firm) for number, firm in shown]
    if len(numbered) > NAMES:
        lines.append(t("digest_commands.map.more_names", n=len(numbered) - NAMES))
    return Raw("\n".join(lines))


def period(t: Translator, wanted: Wanted) -> str:
    """What a quarter is called; the one that is not over yet is told as such."""
    name = t.plain("reports.quarter", year=str(wanted.quarter.year), quarter=str(wanted.quarter.number))
    return t.plain("digest_commands.so_far", period=name) if wanted.running else name


def report(t: Translator, wanted: Wanted, headline: Sequence[tuple[str, str]], page: Files) -> Card:
    """The page to print, and what it says in a few lines: pairs of a figure and how much it is."""
    lines = [t("digest_commands.report.line", figure=figure, number=number) for figure, number in headline]
    parts = [t("digest_commands.report.heading", period=period(t, wanted)), Raw("\n".join(lines))]
    if page.fit:
        parts.append(t("digest_commands.report.page", file=page.fit[0][0]))
    return Card(content=paragraphs([*parts, *_unfinished(t, wanted), *_left_out(t, page)]), files=page.fit)


def export(t: Translator, wanted: Wanted, archive: Files) -> Card:
    """The tables behind the report."""
    parts = [t("digest_commands.export.heading", period=period(t, wanted))]
    if archive.fit:
        parts.append(t("digest_commands.export.text"))
    return Card(content=paragraphs([*parts, *_unfinished(t, wanted), *_left_out(t, archive)]), files=archive.fit)


def _unfinished(t: Translator, wanted: Wanted) -> list[Raw]:
    return [t("digest_commands.unfinished")] if wanted.running else []


def _left_out(t: Translator, files: Files) -> list[Raw]:
    """In megabytes as Discord counts them, rounded so that a file too large is never said to be as large as allowed."""
    return [
        t("digest_commands.too_large", file=name, size=-(-size // MEGABYTE), limit=files.limit // MEGABYTE)
        for name, size in files.left_out
    ]


def paragraphs(parts: Sequence[str]) -> Raw:
    """Markup with an empty line between. For what went through a translator already."""
    return Raw("\n\n".join(part for part in parts if part))


def file_name(what: str, when: date | Quarter, ending: str) -> str:
    return f"weft-{what}-{when}.{ending}"
