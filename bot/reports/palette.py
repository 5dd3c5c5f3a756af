"""A colour and a shape for each sector: seven colours that everybody can tell apart, then the same as other shapes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.reports.drawing import INK

#: Of Okabe & Ito, "Color universal design" (2008), without black; neighbours on the ring differ in lightness, too.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442")
SHAPES = ("circle", "square", "triangle", "diamond")


@dataclass(frozen=True, slots=True)
class Look:
    """How firms of a sector are drawn; `text` is the colour made dark enough to be read on paper."""

    colour: str
    shape: str
    text: str


def looks(sectors: Sequence[str], there: Iterable[str]) -> Mapping[str, Look]:
    """The look of every sector in use: the community's own in their order, which it keeps, then others by name."""
    others = sorted(set(there) - set(sectors))
    return {sector: _look(at) for at, sector in enumerate((*sectors, *others))}


def _look(at: int) -> Look:
    colour = COLOURS[at % len(COLOURS)]
    return Look(colour, SHAPES[at // len(COLOURS) % len(SHAPES)], blend(colour, INK, 0.55))


def blend(one: str, other: str, share: float) -> str:
    """The colour `one` with so much of `other` in it, both as #rrggbb."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
