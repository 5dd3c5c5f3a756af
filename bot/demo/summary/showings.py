"""What came of showing work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.world import BEGINS, World
from domain.asking import ASK_LASTS
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
    passed: float  # of the asks
    overtaken: float  # of the asks: somebody else had answered before they said anything
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
        taken=_share(_said(log, ActKind.ASK_TAKEN), len(asked)),
        passed=_share(_said(log, ActKind.ASK_PASSED), len(asked)),
        overtaken=_share(len(_overtaken(log, asked, found)), len(asked)),
        most_asked=max(load, default=0),
        least_asked=load[0] if len(load) >= on_call and load else 0,
        followups=kinds[ActKind.LED_ON] + kinds[ActKind.LED_NOWHERE],
        led_on=kinds[ActKind.LED_ON],
    )


def _said(log: Sequence[Act], kind: ActKind) -> int:
    """How often this was said to being asked to answer a showing."""
    return sum(act.kind is kind and act.showing is not None for act in log)


def _overtaken(log: Sequence[Act], asked: Sequence[Act], found: Sequence[Showing]) -> list[Act]:
    """The asks that nobody reacted to before the showing had its answer."""
    answered = {one.id: one.answered_at for one in found if one.answered_at is not None}
    # Nobody is asked twice for one showing.
    reacted = {(act.member, act.showing) for act in log if act.kind in (ActKind.ASK_TAKEN, ActKind.ASK_PASSED)}
    silent = [act for act in asked if (act.member, act.showing) not in reacted and act.showing in answered]
    return [act for act in silent if act.showing and act.at <= answered[act.showing] <= act.at + ASK_LASTS]


def _took(showing: Showing) -> timedelta:
    """Until it was answered; for ever, if it was not."""
    return showing.answered_at - showing.shown_at if showing.answered_at is not None else timedelta.max


def _after(showing: Showing, asked_at: datetime | None) -> bool:
    """Whether it was answered after somebody had been asked to."""
    return asked_at is not None and showing.answered_at is not None and asked_at < showing.answered_at


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
