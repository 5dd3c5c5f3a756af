"""Working out a draw: the numbers behind `domain.pairing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.crowd import divide_any
from domain.history import Past, past_of
from domain.matching import MOST_OWED, MOST_TRIOS, Problem
from domain.meetings import Draw, Group, History, LeftOut, Participant, Reason, WhyNot, allowed, why_not
from domain.weights import costs


def draw(
    present: Sequence[Participant],
    history: History,
    round_number: int,
    seed: int,
    absent: Sequence[Participant],
) -> Draw:
    """See `domain.pairing.draw`."""
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
    """See `domain.pairing.third_for`."""
    pairs = [at for at, group in enumerate(groups) if len(group) == 2 and all(allowed(person, one) for one in group)]
    if not pairs:
        return None
    table = _Table.of([person, *(one for at in pairs for one in groups[at])], history, round_number, seed)
    return min(pairs, key=lambda at: table.cost_of(person, *groups[at]))


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
    ) -> _Table:
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
