"""What drawing makes. It needs none of the libraries that draw, so it can be handed to whoever sends it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG, what it shows in words, and the firms whose names the font lacks: their number in it, and their name.

    `numbered` goes into the message beside the picture, as `alt` goes with it for those who cannot see it.
    """

    png: bytes
    alt: str
    numbered: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MapFiles:
    """The map as a picture and as a page (HTML), last quarter's table as a picture (None: no quarter is over), and
    what changed: how many ties are new and how many firms have none. `turns`: where on the ring each firm stands.
    """

    map: Picture
    table: Picture | None
    page: bytes
    firms: int
    ties: int
    new: int | None
    alone: int
    turns: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """The report as a page (HTML) and as an archive (ZIP), and its headline figures: what each is, and how much."""

    page: bytes
    archive: bytes
    headline: tuple[tuple[str, str], ...]
