"""Text that people typed, made safe inside Discord's markdown, and the few pieces of markup Weft writes itself.

Discord reads a backslash before a punctuation mark as "show this mark as it is"; that, and nothing cleverer, is what
keeps a firm called `*_Noord_*` from turning bold. Addresses (http, https) are left as typed, so that they stay links.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Literal, Self

ELLIPSIS = "…"
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
_JOINERS = "\u200c\u200d"
_JOINER = "\u200d"
# Letters and marks that draw nothing: fillers, blanks and the joiner that is no joiner.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BLACK_FLAG = "\U0001f3f4"  # carries the flags of England, Scotland and Wales as invisible tags
_MORE_THAN_TWO_BREAKS = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_SPACES = re.compile(r"[^\S\n]+")
_ANY_SPACE = re.compile(r"\s+")

_ANYWHERE = re.compile(r"[\\*_~`|\[\]<@]")
_LINE_START = re.compile(r"^([^\S\n]*)([#>+-]|[0-9]+(?=[.)]))", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>{}\"^`\\]+", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([^\w\s]|_)|<(https?://[^\s<>]*)>", re.IGNORECASE)
_AFTER_ADDRESS = ".,:;!?\"'()[]*_~|…"  # what people put behind one and do not mean as a part of it
_DISCORD_STOPS_AT = re.compile(r"[.,:;\"')]*(?:[\s<]|\Z)")
# Marks that could still end the bold, the spoiler or the link around an address; encoded, they mean the same to it.
_MARKS_IN_ADDRESS = re.compile(r"[*|\[\]]|~~|@(?=everyone|here)")


class Raw(str):
    """Markup: goes into a message as it is. Only for what Weft wrote itself, never for what a person typed."""

    __slots__ = ()

    def __new__(cls, text: str = "") -> Self:
        return super().__new__(cls, text)


def clean(text: str, *, lines: bool = False) -> str:
    """`text` without characters that draw nothing or turn the writing direction, and with single spaces.

    Joiners stay where a script or an emoji needs them. With `lines`, line breaks stay (at most one empty line in a
    row); without, they become spaces. What is left can be stored by every database and encoded as UTF-8.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    if not text.isascii() or not text.replace("\n", "").isprintable():
        text = "".join(_visible(text))
    if not lines:
        return _ANY_SPACE.sub(" ", text).strip()
    text = "\n".join(line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _MORE_THAN_TWO_BREAKS.sub("\n\n", text).strip()


def _visible(text: str) -> list[str]:
    kept: list[str] = []
    last = len(text) - 1
    in_flag = False
    for place, char in enumerate(text):
        in_flag = char == _BLACK_FLAG or (in_flag and "\U000e0020" <= char <= "\U000e007f")
        category = unicodedata.category(char)
        if char in _JOINERS:
            # Between plain letters a joiner only serves to make two names look like one.
            if kept and place < last and not kept[-1].isascii() and not text[place + 1].isascii():
                kept.append(char)
        elif category == "Cc":
            kept.append("\n" if char == "\n" else " " if char.isspace() else "")
        elif in_flag or not (category in {"Cf", "Cs"} or char in _INVISIBLE):
            kept.append(char)
    return kept


def escape(text: str, *, lines: bool = False) -> Raw:
    """What a person typed, as markup that shows exactly that and does nothing.

    No bold, code, spoiler, link, heading, list, quote, mention, timestamp or custom emoji comes of it, wherever in a
    message it stands. Addresses stay links. Right-to-left text is isolated, so that what follows stays in its place.
    """
    text = clean(text, lines=lines)
    pieces: list[str] = []
    end = 0
    for found in _ADDRESS.finditer(text):
        address = _within_brackets(found[0]).rstrip(_AFTER_ADDRESS)
        if "://" not in address:
            continue
        pieces.append(_escape_marks(text[end : found.start()], first=end == 0))
        end = found.start() + len(address)
        address = _MARKS_IN_ADDRESS.sub(_encode, address)
        # What follows could pass for a part of the address; brackets tell Discord where it ends.
        pieces.append(address if _DISCORD_STOPS_AT.match(text, end) else f"<{address}>")
    pieces.append(_escape_marks(text[end:], first=end == 0))
    return Raw(isolate("".join(pieces)))


def unescape(markup: str) -> str:
    """What a person typed, read back from what `escape` made of it; its lines stay.

    Marks in an address stay as `escape` wrote them ("%2A" for a star): they lead to the same place.
    """
    return clean(_ESCAPED.sub(lambda found: found[1] or found[2], markup), lines=True)


def _encode(mark: re.Match[str]) -> str:
    return "".join(f"%{ord(char):02X}" for char in mark[0])


def _within_brackets(address: str) -> str:
    """`address` up to a ")" that closes something opened before it."""
    depth = 0
    for place, char in enumerate(address):
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return address[:place]
    return address


def _escape_marks(text: str, *, first: bool) -> str:
    text = _ANYWHERE.sub(lambda mark: "\\" + mark[0], text)

    def at_line_start(found: re.Match[str]) -> str:
        if found.start() == 0 and not first:  # right behind an address, not at the start of a line
            return found[0]
        space, mark = found[1], found[2]
        return f"{space}{mark}\\" if mark[0].isdigit() else f"{space}\\{mark}"

    return _LINE_START.sub(at_line_start, text)


def isolate(text: str) -> str:
    """`text` with direction isolates around every line of which any part runs from right to left."""
    if text.isascii():
        return text
    return "\n".join(
        f"{_FIRST_STRONG_ISOLATE}{line}{_POP_ISOLATE}" if _turns(line) else line for line in text.split("\n")
    )


def _turns(line: str) -> bool:
    return any(unicodedata.bidirectional(char) in {"R", "AL", "AN"} for char in line)


def clip(text: str, limit: int) -> str:
    """`text` in at most `limit` characters (code points), ending in "…" if some had to go.

    Never cuts within an emoji, an accented letter, an escaped mark or a mention.
    """
    if len(text) <= limit:
        return text
    if limit < 1:
        return ""
    open_isolate = _FIRST_STRONG_ISOLATE in text
    cut = _boundary(text, max(0, limit - 1 - open_isolate))
    kept = text[:cut]
    opened = kept.rfind("<")
    if (
        opened > kept.rfind(">")
        and text.find(">", cut) - opened in range(100)
        and _escapes_before(kept, opened) % 2 == 0
    ):
        kept = kept[:opened]
    if _escapes_before(kept, len(kept)) % 2:
        kept = kept[:-1]
    kept = kept.rstrip()
    ending = _POP_ISOLATE if kept.count(_FIRST_STRONG_ISOLATE) > kept.count(_POP_ISOLATE) else ""
    return f"{kept}{ELLIPSIS}{ending}"


def _escapes_before(text: str, place: int) -> int:
    return place - len(text[:place].rstrip("\\"))


def _boundary(text: str, place: int) -> int:
    """The last place at or before `place` where nothing that belongs together is cut (a short form of UAX #29)."""
    while 0 < place < len(text):
        before, after = text[place - 1], text[place]
        flags = 0
        while _is_flag_half(after) and place - flags > 0 and _is_flag_half(text[place - 1 - flags]):
            flags += 1
        if before != _JOINER and not _continues(after) and flags % 2 == 0:
            break
        place -= 1
    return place


def _continues(char: str) -> bool:
    """Whether `char` is drawn as a part of the one before it."""
    return (
        char in _JOINERS
        or unicodedata.category(char) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= char <= "\U0001f3ff"  # skin tones
        or "\U000e0020" <= char <= "\U000e007f"  # tags of a flag
    )


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def mention(user: int) -> Raw:
    """A person, by name and clickable. Notifies only where the message says whom it pings."""
    return Raw(f"<@{user}>")


def channel(place: int) -> Raw:
    """A channel or thread, by name and clickable."""
    return Raw(f"<#{place}>")


TimeStyle = Literal["f", "F", "d", "D", "t", "T", "R"]


def moment(when: datetime, style: TimeStyle = "F") -> Raw:
    """A moment that everybody reads in their own time zone and language: Discord writes it out."""
    return Raw(f"<t:{int(when.timestamp())}:{style}>")
