"""What mail says, in somebody's language. Each letter is written once; text and HTML are two looks of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from bot.reports.wording import day
from bot.texts import Translator, catalogue, clip
from domain.addresses import CODE_LASTS
from domain.model import Digest

NAME = 60  # characters of a server's name
# What addresses are made of, where no space follows; and what looks like it to people, and like nothing to programs.
_IN_ADDRESSES = re.compile(r"(?<=\S)[./:@](?=\S)")
_LOOKALIKES = {".": "\u2024", "/": "\u2215", ":": "\ua789", "@": "\uff20"}
_HOUR = 3600  # seconds


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, and what it shows in words."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain texts throughout. A paragraph is one or more lines.

    `code` stands out, below `paragraphs`; what follows comes after it.
    """

    language: str
    subject: str
    heading: str
    paragraphs: Sequence[Sequence[str]]
    footer: Sequence[str]
    code: str = ""
    after: Sequence[Sequence[str]] = ()
    picture: Picture | None = None
    link: Link | None = None
    unsubscribe: Link | None = None

    @property
    def direction(self) -> str:
        """Which way its language is written: "ltr" or "rtl"."""
        return Locale.parse(self.language).text_direction


def code_letter(language: str, name: str, code: str) -> Letter:
    """To the owner of an address, who may never have heard of Weft: who asks, what for, and that silence is a no."""
    t = catalogue(language)
    community = _no_link(_called(t, name))
    return Letter(
        language=t.language,
        subject=t.plain("mail.code.subject", code=code),
        heading=t.plain("mail.code.heading"),
        paragraphs=[[t.plain("mail.code.who", community=community)], [t.plain("mail.code.give")]],
        code=code,
        after=[
            [t.plain("mail.code.lasts", n=int(CODE_LASTS.total_seconds() // _HOUR))],
            [t.plain("mail.code.ignore")],
        ],
        footer=[t.plain("mail.code.footer")],
    )


def digest_letter(digest: Digest, name: str, chat: str | None, unsubscribe: str | None) -> Letter:
    """A digest as it was made. `chat`: where it stands on Discord; `unsubscribe`: what takes the address off."""
    t = catalogue(digest.language)
    community, made = _called(t, name), day(t, digest.day)
    footer = [t.plain("mail.digest.why", community=community)]
    if unsubscribe is None:
        footer.append(t.plain("mail.digest.answer"))
    return Letter(
        language=t.language,
        subject=t.plain("mail.digest.subject", community=community, day=made),
        heading=t.plain("mail.digest.heading", community=community, day=made),
        paragraphs=[block.split("\n") for block in digest.plain.strip().split("\n\n")],
        footer=footer,
        picture=Picture(digest.picture, digest.alt),
        link=Link(t.plain("mail.digest.open"), chat) if chat else None,
        unsubscribe=Link(t.plain("mail.digest.unsubscribe"), unsubscribe) if unsubscribe else None,
    )


def _called(t: Translator, name: str) -> str:
    return clip(name, NAME) if name.strip() else t.plain("mail.your_cluster")


def _no_link(name: str) -> str:
    """A name in which no mail program finds an address to click: whoever gets a code did not ask for one."""
    return _IN_ADDRESSES.sub(lambda found: _LOOKALIKES[found[0]], name)
