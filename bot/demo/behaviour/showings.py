"""How people show work, look at what others show, and answer.

Nobody is made to answer so that a figure comes out: `answers` is the chance that somebody who comes past a showing
writes something, and with thirty people about two showings in three hear from one of them within a day.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.demo.behaviour import EVENING
from bot.demo.people import Again, Cluster, Person, Shown, Work
from bot.texts import clip
from domain.model import ShowingAsk, Stage

FIRST_HOUR, LAST_HOUR, WEEKEND = 9, 18, 0.08  # when people show; the share of it at weekends
LOOKS_AFTER = 4.0  # hours at the median until somebody comes past a showing
REACTS_AFTER = 1.5  # the same until somebody on call looks at an ask: of the hours in which people are up
WRITES_AFTER = 0.5  # from having taken it to having answered
UP = time(8, 20)
PASSES = 0.5  # of those who do not take an ask: say so; the others are silent
COMES = 0.9  # of those who take it: write
OWN_WORDS = 0.85  # of those who answer first: what that work calls for
MENU = 0.6  # of those who say that an answer helped: with the button on the post, the others on the answer itself
SAYS_THANKS = 0.35  # in the post
REPLIES_FOLLOWUP, LED_ON = 0.85, 0.12  # after ninety days; and of each partner: something came of it
TITLE = 100  # characters
GOLDEN = (math.sqrt(5) - 1) / 2
_WIDE = 0.8  # of the spread of times, as the logarithm has it


@dataclass(frozen=True, slots=True)
class Viewer:
    """Shares from 0 to 1, but for `steps_up`; weeks on average, 0 for who never shows anything."""

    shows_every: float
    answers: float  # a showing they come past, of their own accord
    thanks: float  # for an answer
    steps_up: float  # when on call and asked: how many times as likely to take it as those on call are on average


VIEWERS = {
    "eager": Viewer(3.5, 0.085, 0.8, 1.2),
    "steady": Viewer(5, 0.045, 0.65, 1.0),
    "late": Viewer(8, 0.03, 0.5, 0.6),
    "busy": Viewer(8, 0.02, 0.5, 0.6),
    "ghost": Viewer(0, 0.0, 0.1, 0.2),
}


# What is shown


def shown(cluster: Cluster, person: Person, turn: int, luck: Random) -> Shown | None:
    """What somebody shows the `turn`-th time: their own, then what the firm is on, later on the same once more."""
    colleagues = [one for one in cluster.people if one.firm == person.firm]
    works = cluster.works.get(person.firm, ())
    first = colleagues.index(person) if person in colleagues else 0  # colleagues do not all begin with the same
    stock = [*cluster.showings.get(person.name, ()), *(_of(work) for work in (*works[first:], *works[:first]))]
    if not stock:
        return None
    again, number = divmod(turn, len(stock))
    found = stock[number]
    return found if again == 0 else _again(found, cluster.again, luck)


def _of(work: Work) -> Shown:
    """What somebody is stuck on in a round, shown to everybody."""
    what, _, rest = work.brief.work.partition(". ")
    ask = ShowingAsk.CHOICE if " or " in work.brief.decision or " of " in work.brief.decision else ShowingAsk.NEXT
    question, answer = work.brief.decision, work.review.answer
    return Shown(what.rstrip("."), rest, work.brief.settled, question, Stage.HALFWAY, ask, work.language, answer)


def _again(before: Shown, again: Again, luck: Random) -> Shown:
    """In another state, with another question, and under a name by which one can tell."""
    language = before.language
    names = [one.format(work=before.work) for one in again.first[language]]
    return replace(
        before,
        work=luck.choice([name for name in names if clip(name, TITLE) != clip(before.work, TITLE)]),
        tried=luck.choice(again.tried[language]),
        bites=luck.choice(again.bites[language]),
        question=luck.choice(again.question[language]),
        stage=luck.choice((Stage.HALFWAY, Stage.NEARLY, Stage.DONE)),
        ask=luck.choice(tuple(ShowingAsk)),
        answer=None,
        hand=False,
        week=None,
        at=None,
    )


def titled(cluster: Cluster, title: str) -> Shown | None:
    """The work of ours that a post of this name shows, if it is the first time."""
    own = (one for showings in cluster.showings.values() for one in showings)
    works = (_of(work) for works in cluster.works.values() for work in works)
    return next((one for one in (*own, *works) if clip(one.work, TITLE) == title), None)


def answer(cluster: Cluster, title: str, said: Collection[str], luck: Random) -> str:
    """What somebody writes in a post of this name in which all of `said` stands already."""
    work = titled(cluster, title)
    if work is not None and work.answer and work.answer not in said and luck.random() < OWN_WORDS:
        return work.answer
    stock = cluster.answers[work.language if work is not None else "en"]
    return luck.choice([one for one in stock if one not in said] or stock)


# When


def shows_at(monday: datetime, zone: ZoneInfo, luck: Random) -> datetime:
    """A moment in the week that begins on `monday`."""
    day = luck.randint(5, 6) if luck.random() < WEEKEND else luck.randint(0, 4)
    at = monday.astimezone(zone) + timedelta(days=day)
    return at.replace(hour=luck.randint(FIRST_HOUR, LAST_HOUR - 1), minute=luck.randint(0, 59))


def reached(after: datetime, hours: float, zone: ZoneInfo, luck: Random) -> datetime:
    """When somebody with a phone has been up for about `hours` more: at weekends as on other days, not at night."""
    left = timedelta(hours=hours * luck.lognormvariate(0.0, _WIDE))
    at = after.astimezone(zone)
    while True:
        up, to_bed = (datetime.combine(at.date(), one, zone) for one in (UP, EVENING))
        at = max(at, up)
        if at + left <= to_bed:
            return (at + left).astimezone(after.tzinfo)
        left -= max(timedelta(0), to_bed - at)
        at = datetime.combine(at.date() + timedelta(days=1), UP, zone)


# When asked


def takes(cluster: Cluster, person: Person, turn: int, luck: Random) -> bool:
    """Whether somebody on call takes the `turn`-th ask that they see in time; `luck` is the same for all of theirs.

    Evenly spread and not by lot (steps of the golden ratio leave the smallest gaps: Knuth, TAOCP 3, section 6.4): else
    years with one ask in two taken would be some with 44 % and some with 56 %.
    """
    return (luck.random() + turn * GOLDEN) % 1 < cluster.takes_asks * VIEWERS[person.temper].steps_up


# Afterwards


def led_on(partners: Sequence[str], luck: Random) -> list[str]:
    """With which of these something has come of it."""
    return [one for one in partners if luck.random() < LED_ON]
