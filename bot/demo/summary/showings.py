"""What came of showing work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.world import BEGINS, World
from domain.model import Act, ActKind, Showing
from storage import showings
from storage.engine import Tx

DAY, THREE_DAYS = timedelta(hours=24), timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class ShowingSummary:
    """Shares are from 0 to 1, of the showings that are that old; unanswered ones count as not answered."""

    shown: int
    in_a_day: float
    unasked_in_a_day: float  # before anybody was asked
    in_three_days: float
    in_a_day_early: float  # of those shown from Monday to Thursday
    answers: int
    helped: int
    asks: int
    taken: float  # of the asks
    most_asked: int  # asks of any kind to one person
    least_asked: int  # of those who are on call
    followups: int  # answers to "what came of it", one a partner
    led_on: int


async def of_showings(tx: Tx, world: World, log: Sequence[Act], on_call: int) -> ShowingSummary:
    """`on_call`: how many people are."""
    found = await showings.shown_between(tx, world.community, BEGINS, world.now)
    asked = [act for act in log if act.kind is ActKind.ASKED and act.showing is not None]
    first_asks: dict[int, datetime] = {}
    for act in asked:
        if act.showing is not None:
            first_asks[act.showing] = min(act.at, first_asks.get(act.showing, act.at))
    old = [one for one in found if world.now - one.shown_at >= THREE_DAYS]
    unasked = [one for one in old if _took(one) <= DAY and not _after(one, first_asks.get(one.id))]
    early = [one for one in old if one.shown_at.weekday() < 4]
    load = sorted(Counter(act.member for act in log if act.kind is ActKind.ASKED).values())
    kinds = Counter(act.kind for act in log)
    return ShowingSummary(
        shown=len(found),
        in_a_day=_share(sum(_took(one) <= DAY for one in old), len(old)),
        unasked_in_a_day=_share(len(unasked), len(old)),
        in_three_days=_share(sum(_took(one) <= THREE_DAYS for one in old), len(old)),
        in_a_day_early=_share(sum(_took(one) <= DAY for one in early), len(early)),
        answers=kinds[ActKind.ANSWERED],
        helped=kinds[ActKind.HELPED],
        asks=len(asked),
        taken=_share(sum(act.kind is ActKind.ASK_TAKEN and act.showing is not None for act in log), len(asked)),
        most_asked=max(load, default=0),
        least_asked=load[0] if len(load) >= on_call and load else 0,
        followups=kinds[ActKind.LED_ON] + kinds[ActKind.LED_NOWHERE],
        led_on=kinds[ActKind.LED_ON],
    )


def _took(showing: Showing) -> timedelta:
    """Until it was answered; for ever, if it was not."""
    return showing.answered_at - showing.shown_at if showing.answered_at is not None else timedelta.max


def _after(showing: Showing, asked_at: datetime | None) -> bool:
    """Whether it was answered after somebody had been asked to."""
    return asked_at is not None and showing.answered_at is not None and asked_at < showing.answered_at


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
