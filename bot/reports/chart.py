"""The digest's one picture: firms that took part and ties made, week by week.

It has no legend: the headings say, in the colour of what they speak of, what the bars are. A week about too few firms
is an empty frame, which is neither nothing nor a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bot.reports.drawing import FAINT, INK, LINE, blank, fit, font, png, svg, width, write
from bot.reports.made import Picture
from bot.reports.wording import month, percent, short_day
from bot.texts import Translator
from domain.breakdowns import FEWEST_IN_HOUSE
from domain.evidence import Across, WeekOfTies

# Discord shows it 400 pixels wide on a phone, a third of this: letters of 30 are 10 there.
WIDE, HIGH = 1200, 1120
LEFT, RIGHT = 100, 60
TITLE, TEXT, SMALL = 38, 32, 29
#: Green, blue and orange of Okabe & Ito ("Color universal design", 2008): told apart by everybody, and in grey.
TOOK_PART, ACROSS, WITHIN, UNSPLIT = "#009e73", "#0072b2", "#e69f00", "#9aa1a8"
#: The same as letters, which need more contrast on paper.
WITHIN_TEXT = "#a86a00"
_BAR = 0.74
_ROOM_FOR_A_MONTH = 3  # weeks
_PLACES = 8  # weeks that there is room for at least: bars do not grow fat
_UPPER, _LOWER = (660, 300), (160, 300)  # where the two charts stand: from below, and how high


@dataclass(frozen=True, slots=True)
class Weeks:
    """What the chart shows: of each week its first day (by the community's clocks), firms that took part, and ties.

    From `domain.figures.Figures`: `participation`, `ties_by_week`, the `whole` of `took_part`, and `across` (None in a
    report: the chart speaks of 90 days); `k` is what `figures` was given. `since`: the community's first day; earlier
    weeks stay blank.
    """

    starts: Sequence[date]
    took_part: Sequence[int | None]
    ties: Sequence[WeekOfTies]
    firms: int
    across: Across | None = None
    k: int = FEWEST_IN_HOUSE
    since: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing happened in any of the weeks."""
        return not any(one != 0 for one in self.took_part) and not any(one.ties != 0 for one in self.ties)

    @property
    def shown(self) -> range:
        """The weeks that there was a community in."""
        weeks = range(len(self.starts))
        later = [at for at in weeks[1:] if self.since is not None and self.starts[at] <= self.since]
        return weeks[max(later, default=0) :]

    @property
    def drawn(self) -> range:
        """Those, and blank ones before them if they are few."""
        return range(max(0, min(self.shown.start, len(self.starts) - _PLACES)), len(self.starts))

    @property
    def split(self) -> bool:
        """Whether of any week it is told which ties were across sectors."""
        return any(one.ties and one.across is not None for one in self.ties)

    @property
    def unsplit(self) -> bool:
        return any(one.ties and one.across is None for one in self.ties)

    @property
    def too_few(self) -> bool:
        """Whether any week is about too few firms to be told."""
        return any(self.took_part[at] is None or self.ties[at].ties is None for at in self.shown)


def draw_chart(t: Translator, weeks: Weeks) -> Picture:
    """The chart as a picture for chat and mail. Equal weeks make equal bytes."""
    return Picture(png(_drawn(t, weeks)), alt(t, weeks))


def chart_for_page(t: Translator, weeks: Weeks) -> str:
    """The chart as an SVG element for a page, which says `alt` beside it."""
    return svg(_drawn(t, weeks))


def alt(t: Translator, weeks: Weeks) -> str:
    """The chart in words: how many weeks, from how many to how many firms took part, and how many ties there were."""
    n = len(weeks.shown)
    if weeks.empty:
        return t.plain("reports.chart.alt.empty", n=n)
    told = [one for at in weeks.shown if (one := weeks.took_part[at]) is not None]
    parts = []
    if told:
        least, most = min(told), max(told)
        if n > 1:
            parts.append(t.plain("reports.chart.alt.took_part", n=n, least=least, most=most, firms=weeks.firms))
        parts.append(_last(t, weeks))
    parts.append(_by_sectors(t, weeks))
    if weeks.too_few:
        parts.append(t.plain("reports.chart.alt.few", k=weeks.k))
    return " ".join(part for part in parts if part)


def _last(t: Translator, weeks: Weeks) -> str:
    last = weeks.took_part[-1]
    few = t.plain("reports.chart.last_few", k=weeks.k, firms=weeks.firms)
    return few if last is None else t.plain("reports.chart.last", number=last, firms=weeks.firms)


def _by_sectors(t: Translator, weeks: Weeks) -> str:
    """Ties across sectors in the window of the figures, beside what chance would give; empty if that is not told."""
    if weeks.across is None:
        return ""
    ties, by_chance = weeks.across.ties, weeks.across.by_chance
    return t.plain(
        "reports.chart.share", share=percent(t, ties.value or 0), ties=ties.whole, chance=percent(t, by_chance)
    )


def _drawn(t: Translator, weeks: Weeks) -> Figure:
    figure = blank(WIDE, HIGH)
    room = WIDE - LEFT - RIGHT + 40
    heading = t.plain("reports.chart.took_part")
    write(figure, LEFT - 40, HIGH - 76, fit(heading, TITLE, room, bold=True), TITLE, bold=True, colour="#00664b")
    write(figure, LEFT - 40, HIGH - 122, fit("" if weeks.empty else _last(t, weeks), TEXT, room), TEXT, colour=FAINT)
    upper, lower = _axes(figure, *_UPPER), _axes(figure, *_LOWER)
    _draw_firms(upper, weeks)
    _head_of_ties(figure, t, weeks, _LOWER[0] + _LOWER[1] + 82)
    by_sectors = _by_sectors(t, weeks)
    write(figure, LEFT - 40, _LOWER[0] + _LOWER[1] + 36, fit(by_sectors, TEXT, room), TEXT, colour=FAINT)
    _draw_ties(lower, weeks)
    for axes in (upper, lower):
        _months(axes, t, weeks)
        if weeks.empty:
            _say(axes, t.plain("reports.chart.nothing"))
    _note(figure, t, weeks)
    return figure


def _axes(figure: Figure, bottom: float, height: float) -> Axes:
    axes = figure.add_axes((LEFT / WIDE, bottom / HIGH, (WIDE - LEFT - RIGHT) / WIDE, height / HIGH), facecolor="none")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set(color=FAINT, linewidth=2)
    axes.grid(axis="y", color=LINE, linewidth=2)
    axes.set_axisbelow(True)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True, min_n_ticks=1))
    axes.tick_params(length=0, pad=10)
    return axes


def _draw_firms(axes: Axes, weeks: Weeks) -> None:
    top = max((one or 0 for one in weeks.took_part), default=0)
    _scale(axes, weeks, max(top, weeks.k - 1))
    for at in weeks.shown:
        count = weeks.took_part[at]
        if count is None:
            _frame(axes, at, weeks.k - 1)
        else:
            axes.bar(at, count, _BAR, color=TOOK_PART)
    _value(axes, weeks, weeks.took_part[-1])


def _draw_ties(axes: Axes, weeks: Weeks) -> None:
    top = max((one.ties or 0 for one in weeks.ties), default=0)
    _scale(axes, weeks, max(top, 4))
    for at in weeks.shown:
        week = weeks.ties[at]
        if week.ties is None:
            _frame(axes, at, axes.get_ylim()[1] / 9)
        elif week.across is None:
            axes.bar(at, week.ties, _BAR, color=UNSPLIT)
        else:
            axes.bar(at, week.across, _BAR, color=ACROSS)
            axes.bar(at, week.ties - week.across, _BAR, week.across, color=WITHIN, edgecolor=(1, 1, 1), linewidth=0)
    _value(axes, weeks, weeks.ties[-1].ties)


def _scale(axes: Axes, weeks: Weeks, top: float) -> None:
    first = min(weeks.drawn.start - 0.6, len(weeks.starts) - _PLACES)
    axes.set(xlim=(first, len(weeks.starts) - 0.4), ylim=(0, top * 1.18))
    for label in axes.get_yticklabels():
        label.set(fontproperties=font(SMALL), color=FAINT)


def _frame(axes: Axes, at: int, height: float) -> None:
    """A week that is not told: something, but about too few firms."""
    axes.bar(at, height, _BAR, fill=False, edgecolor=FAINT, linewidth=2, linestyle=(0, (3, 2)))


def _value(axes: Axes, weeks: Weeks, value: int | None) -> None:
    """The last week's number above its bar."""
    if value is not None and not weeks.empty:
        place = (len(weeks.starts) - 1, value)
        axes.annotate(
            str(value),
            place,
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            color=INK,
            fontproperties=font(TEXT, bold=True),
        )


def _head_of_ties(figure: Figure, t: Translator, weeks: Weeks, y: float) -> None:
    """ "Ties each week: across sectors, within a sector", each in its colour; the first alone if no week is split."""
    pieces = [(t.plain("reports.chart.ties"), INK)]
    if weeks.split:
        pieces = [
            (t.plain("reports.chart.ties_by_sector"), INK),
            (t.plain("reports.chart.across"), ACROSS),
            (t.plain("reports.chart.within"), WITHIN_TEXT),
        ]
    size: float = TITLE
    room = WIDE - LEFT - RIGHT + 40
    gap = 24
    whole = sum(width(text, size, bold=True) for text, _ in pieces) + gap * (len(pieces) - 1)
    size *= min(1.0, room / whole)
    x: float = LEFT - 40
    for text, colour in pieces:
        x = write(figure, x, y, text, size, bold=True, colour=colour) + gap


def _months(axes: Axes, t: Translator, weeks: Weeks) -> None:
    """The name of each month below the first week that starts in it, also of the first one if there is room; with few
    weeks their days.
    """
    starts, drawn = weeks.starts, weeks.drawn
    if len(weeks.shown) <= 5:
        ticks = [(at, short_day(t, starts[at])) for at in weeks.shown]
    else:
        ticks = [(at, month(t, starts[at])) for at in drawn[1:] if starts[at].month != starts[at - 1].month]
        first = weeks.shown.start
        if ticks[0][0] - first >= _ROOM_FOR_A_MONTH:
            ticks.insert(0, (first, month(t, starts[first])))
    axes.set_xticks([at for at, _ in ticks], [name for _, name in ticks], fontproperties=font(SMALL), color=FAINT)


def _say(axes: Axes, text: str) -> None:
    axes.set_yticks([])
    axes.text(
        0.5, 0.45, text, transform=axes.transAxes, ha="center", fontproperties=font(TEXT), color=FAINT, parse_math=False
    )


def _note(figure: Figure, t: Translator, weeks: Weeks) -> None:
    """What frames and grey bars are, if there are any, from below."""
    notes = []
    if weeks.unsplit:
        key = "reports.chart.unsplit" if weeks.split else "reports.chart.never_split"
        notes.append(t.plain(key))
    if weeks.too_few:
        notes.append(t.plain("reports.chart.few", k=weeks.k))
    for line, text in enumerate(notes):
        y = 28 + 36 * line
        write(figure, LEFT - 40, y, fit(text, SMALL - 3, WIDE - LEFT - RIGHT + 80), SMALL - 3, colour=FAINT)
