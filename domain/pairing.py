"""Who meets whom in a round.

The rules, weightiest first:

1. two people meet only if they are of different firms and neither avoids the other or the other's firm;
2. as many as possible are placed, in pairs and as few trios as needed, those left out before going first;
3. as few as possible meet again;
4. the trio is not always made of the same people;
5. among those who meet again, they who met longest ago do;
6. knowledge spreads through the whole cluster as fast as it can, across sectors.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.crowd import divide_any
from domain.history import History, Meeting, Past, past_of
from domain.matching import MOST_OWED, MOST_TRIOS, Problem
from domain.weights import Participant, allowed, costs, may_meet

__all__ = [
    "Draw",
    "Group",
    "History",
    "LeftOut",
    "Meeting",
    "Participant",
    "Reason",
    "WhyNot",
    "allowed",
    "draw",
    "may_meet",
    "third_for",
    "why_not",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why these people, in facts. Of a trio: over all its pairs.

    `times_met` completed meetings before (of a trio the pair with most), `last_met_round` the latest of them, `sectors`
    the distinct sectors in the order of the members, `new_firms` the number of firms that some of them have heard from
    within `HORIZON` rounds and some have not.
    """

    times_met: int
    last_met_round: int | None
    sectors: tuple[str, ...]
    new_firms: int


@dataclass(frozen=True, slots=True)
class Group:
    """Two or three people who are to meet; the first is the named starter, and then by id."""

    members: tuple[int, ...]
    reason: Reason


class WhyNot(StrEnum):
    """Why somebody could not be placed: the plainest reason that is true of them."""

    ALONE = "alone"  # nobody else took part
    ONE_FIRM = "one_firm"  # everybody else present is of their firm
    AVOIDED = "avoided"  # all others are of their firm, or one of the two avoids the other
    ODD = "odd"  # an odd number, and no trio obeys every rule
    TAKEN = "taken"  # too many had only the same few people to meet


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody no place was found for."""

    id: int
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Draw:
    """Everybody present, each in one group or left out; ordered by the lowest id."""

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]


def draw(
    present: Sequence[Participant],
    history: History,
    round_number: int,
    seed: int,
    absent: Sequence[Participant] = (),
) -> Draw:
    """Divide those present into groups by the rules at the top of this file.

    The same people, history, round number and seed give the same draw, in whatever order they are listed. The other
    members, `absent` this time, may be given so that the plan reckons with them and the reasons count their firms.
    """
    table = _Table.of(present, history, round_number, seed, absent)
    groups = [table.seated(group) for group in divide_any(table.problem)]
    placed = {person for group in groups for person in group.members}
    over = [person for person in table.people if person.id not in placed]
    left_out = [LeftOut(person.id, why_not(person, table.people)) for person in over]
    if len(over) == 1 and len(present) % 2 and left_out[0].why is WhyNot.TAKEN:
        left_out = [LeftOut(over[0].id, WhyNot.ODD)]
    return Draw(tuple(sorted(groups, key=lambda group: min(group.members))), tuple(left_out))


def third_for(
    person: Participant,
    groups: Sequence[tuple[Participant, ...]],
    history: History,
    round_number: int,
    seed: int,
) -> int | None:
    """Which of the groups the person best joins as a third, every rule kept; None if there is no such pair."""
    pairs = [at for at, group in enumerate(groups) if len(group) == 2 and all(allowed(person, one) for one in group)]
    if not pairs:
        return None
    table = _Table.of([person, *(one for at in pairs for one in groups[at])], history, round_number, seed)
    return min(pairs, key=lambda at: table.cost_of(person, *groups[at]))


def why_not(person: Participant, others: Sequence[Participant]) -> WhyNot:
    """Why no place was found for the person among the others present (the person may be among these)."""
    others = [one for one in others if one.id != person.id]
    if not others:
        return WhyNot.ALONE
    if all(one.firm == person.firm for one in others):
        return WhyNot.ONE_FIRM
    if not any(allowed(person, one) for one in others):
        return WhyNot.AVOIDED
    return WhyNot.TAKEN


@dataclass(frozen=True, slots=True)
class _Table:
    """Those present, by id, with what every choice between them needs."""

    people: tuple[Participant, ...]
    past: Past
    problem: Problem
    lots: NDArray[np.float64]
    firms_heard: NDArray[np.bool_]

    @classmethod
    def of(
        cls,
        present: Sequence[Participant],
        history: History,
        now: int,
        seed: int,
        absent: Sequence[Participant] = (),
    ) -> "_Table":
        people = tuple(sorted(present, key=_by_id))
        everybody = sorted((*people, *absent), key=_by_id)
        past = past_of([one.id for one in people], history, now)
        random = np.random.default_rng([seed % 2**64, now])
        lots = random.random(len(people))
        problem = Problem(
            cost=costs(people, everybody, past, now, random),
            owed=np.minimum(np.array(past.owed, dtype=np.int64), MOST_OWED),
            trios=np.minimum(np.array(past.trios, dtype=np.int64), MOST_TRIOS),
        )
        return cls(people, past, problem, lots, _firms_heard(past, everybody))

    def cost_of(self, *group: Participant) -> int:
        at = {one.id: position for position, one in enumerate(self.people)}
        return self.problem.group_cost(tuple(at[one.id] for one in group))

    def seated(self, group: tuple[int, ...]) -> Group:
        """The group with its starter first: who has started the smallest share of their meetings, else by lot."""
        starter = min(group, key=lambda at: (self.past.started[at], self.lots[at]))
        members = (starter, *sorted(at for at in group if at != starter))
        return Group(tuple(self.people[at].id for at in members), self._reason(members))

    def _reason(self, members: tuple[int, ...]) -> Reason:
        met = [self.past.met[pair] for pair in combinations(sorted(members), 2) if pair in self.past.met]
        heard = self.firms_heard[list(members)]
        return Reason(
            times_met=max((times for times, _ in met), default=0),
            last_met_round=max((last for _, last in met), default=None),
            sectors=tuple(dict.fromkeys(self.people[at].sector for at in members)),
            new_firms=int(np.count_nonzero(heard.any(axis=0) & ~heard.all(axis=0))),
        )


def _by_id(one: Participant) -> int:
    return one.id


def _firms_heard(past: Past, everybody: Sequence[Participant]) -> NDArray[np.bool_]:
    """From which firms each of those present has heard, n × firms; those of people not known are left aside."""
    firm_of = {one.id: one.firm for one in everybody}
    known = [at for at, one in enumerate(past.heard_of) if one in firm_of]
    if not known:
        return np.zeros((0, 0), dtype=bool)
    firms = np.array([firm_of[past.heard_of[at]] for at in known])
    by_firm = np.argsort(firms, kind="stable")
    starts = np.flatnonzero(np.diff(firms[by_firm], prepend=firms[by_firm][0] - 1))
    heard: NDArray[np.bool_] = np.maximum.reduceat(past.hearsay[:, np.array(known)[by_firm]], starts, axis=1) > 0
    return heard
