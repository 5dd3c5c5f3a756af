"""What all pictures share: paper and ink, one font that is always there, and how a drawing becomes bytes.

Pictures have their own light paper, whatever lies behind them: they are read in dark and in light chats, in mails and
on paper. One unit of a figure here is one pixel.
"""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import FancyBboxPatch
from matplotlib.transforms import IdentityTransform
from PIL import Image

from bot.texts import clip

PAPER, INK, FAINT, LINE = "#fbfaf7", "#22262b", "#5f666e", "#d9d6cf"
PER_INCH = 72  # so that a point is a pixel
_CORNER = 28
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_REGULAR, _BOLD = _FONTS / "DejaVuSans.ttf", _FONTS / "DejaVuSans-Bold.ttf"
_JOINER = "\u200d"


def font(size: float, *, bold: bool = False) -> FontProperties:
    """The font of all pictures, `size` pixels high; the same on every machine, as matplotlib brings it along."""
    return FontProperties(fname=_BOLD if bold else _REGULAR, size=size)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How many pixels wide the text is drawn, letter by letter; Arabic turns out a little narrower."""
    return sum(_advance(char, bold) for char in text) * size


def fit(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """The text, cut with "…" to what fits into `room` pixels."""
    limit = len(text)
    while limit > 1 and width(clip(text, limit), size, bold=bold) > room:
        limit -= 1
    return clip(text, limit)


def wrap(
    words: Sequence[str], size: float, room: float, most: int, *, between: str = " ", bold: bool = False
) -> list[str]:
    """The words in lines that fit into `room` pixels, at most so many; if some are left over the last ends in "…"."""
    lines: list[str] = []
    for at, word in enumerate(words):
        longer = f"{lines[-1]}{between}{word}" if lines else word
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        elif len(lines) < most:
            lines.append(fit(word, size, room, bold=bold))
        else:
            lines[-1] = fit(f"{lines[-1]}{between}{between.join(words[at:])}", size, room, bold=bold)
            break
    return lines


def drawable(text: str, *, bold: bool = False) -> str:
    """What the font can draw of the text; empty if that is less than half of its letters and digits.

    The font has Latin, Greek, Cyrillic, Arabic, Hebrew and some more, but no Chinese, Japanese or Korean and few emoji.
    A firm that is left without a name gets a number (`Picture.numbered`).
    """
    has = _glyphs(bold)
    kept = [char for char in text if ord(char) in has and not 0xFE00 <= ord(char) <= 0xFE0F]
    drawn = "".join(kept).replace(_JOINER, "").strip()
    letters, left = (sum(map(str.isalnum, one)) for one in (text, drawn))
    return " ".join(drawn.split()) if left and 2 * left >= letters else ""


def blank(across: float, down: float) -> Figure:
    """An empty figure of so many pixels with paper in it, round at its corners."""
    figure = Figure(figsize=(across / PER_INCH, down / PER_INCH), dpi=PER_INCH, facecolor="none")
    FigureCanvasAgg(figure)
    figure.add_artist(_own_look(_paper(across, down)))
    return figure


def write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    size: float,
    *,
    bold: bool = False,
    colour: str = INK,
    ha: str = "left",
) -> float:
    """Write the text on its baseline, x and y in pixels from the lower left; where it ends."""
    figure.text(
        x,
        y,
        text,
        fontproperties=font(size, bold=bold),
        color=colour,
        ha=ha,
        va="baseline",
        transform=IdentityTransform(),
        parse_math=False,
    )
    return x + width(text, size, bold=bold)


def png(figure: Figure, compress_level: int = 6) -> bytes:
    """The figure as PNG; the same figure makes the same bytes."""
    written = BytesIO()
    figure.savefig(
        written, format="png", dpi=PER_INCH, metadata={"Software": None}, pil_kwargs={"compress_level": compress_level}
    )
    return written.getvalue()


def small_png(figure: Figure) -> bytes:
    """The figure as PNG in 256 colours: a map with thousands of lines takes a fifth of the room, and half the time."""
    whole = Image.open(BytesIO(png(figure, compress_level=1)))
    written = BytesIO()
    whole.quantize(256, method=Image.Quantize.FASTOCTREE).save(written, format="png")
    return written.getvalue()


def svg(figure: Figure) -> str:
    """The figure as an SVG element to stand in a page; the same figure makes the same text."""
    written = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "weft", "svg.fonttype": "path"}):
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = written.getvalue().decode()
    return text[text.index("<svg") :]


def _paper(across: float, down: float) -> FancyBboxPatch:
    return FancyBboxPatch(
        (0, 0),
        across,
        down,
        boxstyle=f"round,pad=0,rounding_size={_CORNER}",
        facecolor=PAPER,
        edgecolor="none",
        transform=IdentityTransform(),
    )


def _own_look(artist: Artist) -> Artist:
    artist.set_zorder(-10)
    return artist


@lru_cache
def _face(bold: bool) -> FT2Font:
    face = FT2Font(str(_BOLD if bold else _REGULAR))
    face.set_size(100, PER_INCH)
    return face


@lru_cache(4096)
def _advance(char: str, bold: bool) -> float:
    """How far a letter of height 1 takes the pen."""
    glyph = _face(bold).load_char(ord(char), LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / 100


@lru_cache
def _glyphs(bold: bool) -> frozenset[int]:
    return frozenset(_face(bold).get_charmap())
