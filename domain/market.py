"""Who could teach whom what: the market of offers and wants as a graph.

A possible leg runs from teacher to learner: the teacher offers what the learner wants, and neither avoids the other.
Between two people there is one each way: the want that waits longest, then the lowest skill. Only where somebody has
declined a leg between the two, their other skills count, too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from domain.traders import Combination, Leg, Name, Skill, Trader

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Market:
    """Every possible leg; teacher, learner and skill as positions in `traders` and `skills`; ordered by these.

    `waits`: how many moments at which something was asked lie after the one when this was. `declined`: pairs of legs
    (into somebody, out of them) that they declined together; `declined_alone`: legs that somebody declined alone.
    `apart`: who may not even be in one circle, as teacher · members + learner.
    """

    traders: tuple[Trader, ...]
    skills: tuple[Skill, ...]
    teacher: Places
    learner: Places
    skill: Places
    waits: Places
    same_firm: NDArray[np.bool_]
    across: NDArray[np.bool_]
    declined: frozenset[tuple[int, int]]
    declined_alone: frozenset[int]
    apart: frozenset[int]

    def leg(self, at: int) -> Leg:
        """The leg at a position."""
        teacher, learner = self.traders[self.teacher[at]], self.traders[self.learner[at]]
        return Leg(teacher.id, learner.id, self.skills[self.skill[at]])

    def among(self, members: Places) -> Places:
        """The legs among some of the members."""
        chosen = np.zeros(len(self.traders), dtype=bool)
        chosen[members] = True
        return np.flatnonzero(chosen[self.teacher] & chosen[self.learner])

    def circles(self) -> list[Places]:
        """The members, by groups within which everybody can be reached from everybody: no swap leads out of one."""
        size = len(self.traders)
        links = csr_array((np.ones(len(self.teacher), dtype=bool), (self.teacher, self.learner)), shape=(size, size))
        count, group = connected_components(links, connection="strong")
        sizes = np.bincount(group, minlength=count)
        return [np.flatnonzero(group == one) for one in np.flatnonzero(sizes > 1)]


def by_name(name: Name) -> tuple[bool, Name]:
    """The order of ids and skills: numbers, then texts."""
    return isinstance(name, str), name


def market_of(
    traders: Sequence[Trader], declined: Collection[Combination] = (), *, in_one_room: bool = False
) -> Market:
    """The market of some members, whatever the order in which they are listed.

    `in_one_room`: who avoids somebody is not in a circle with them, even if neither teaches the other.
    """
    people = tuple(sorted(traders, key=lambda one: by_name(one.id)))
    place = {one.id: at for at, one in enumerate(people)}
    skills = tuple(sorted({skill for one in people for skill in one.offers}, key=by_name))
    wants = _wants(people, {skill: at for at, skill in enumerate(skills)})
    avoiding = _avoiding(people, place)
    teacher, learner, want = _legs(people, skills, wants, _declined_pairs(declined, place), avoiding)
    moments = sorted({since for since, _, _ in wants})
    later = {since: len(moments) - 1 - at for at, since in enumerate(moments)}
    firms, sectors = _numbered(one.firm for one in people), _numbered(one.sector for one in people)
    skill = np.array([skill for _, skill, _ in wants], dtype=np.intp)[want]
    legs = {
        (people[teacher[at]].id, people[learner[at]].id, skills[skill[at]]): at
        for at in _touching(teacher, learner, declined, place)
    }
    together, alone = _refused(declined, legs)
    return Market(
        traders=people,
        skills=skills,
        teacher=teacher,
        learner=learner,
        skill=skill,
        waits=np.array([later[since] for since, _, _ in wants], dtype=np.intp)[want],
        same_firm=firms[teacher] == firms[learner],
        across=sectors[teacher] != sectors[learner],
        declined=together,
        declined_alone=alone,
        apart=avoiding if in_one_room else frozenset(),
    )


def _wants(people: Sequence[Trader], skills: dict[Skill, int]) -> list[tuple[float, int, int]]:
    """(since, skill, member) of every want for something that is offered, longest-waiting first; once each."""
    oldest: dict[tuple[int, int], float] = {}
    for at, one in enumerate(people):
        for want in one.wants:
            if want.skill in skills:
                key = at, skills[want.skill]
                oldest[key] = min(want.since, oldest.get(key, want.since))
    return sorted((since, skill, member) for (member, skill), since in oldest.items())


def _legs(
    people: Sequence[Trader],
    skills: Sequence[Skill],
    wants: Sequence[tuple[float, int, int]],
    several: frozenset[tuple[int, int]],
    avoiding: frozenset[int],
) -> tuple[Places, Places, Places]:
    """Teacher, learner and want of every leg, in this order; between the pairs in `several` of every skill."""
    offered: list[list[int]] = [[] for _ in skills]
    number = {skill: at for at, skill in enumerate(skills)}
    for at, one in enumerate(people):
        if one.teaches:
            for skill in one.offers:
                offered[number[skill]].append(at)
    teachers = [np.array(some, dtype=np.int64) for some in offered]
    size, choices = len(people), len(wants)
    # One number says teacher, learner and want, in this order of weight: sorting these sorts the legs.
    codes = [(teachers[skill] * size + member) * choices + at for at, (_, skill, member) in enumerate(wants)]
    code = np.sort(np.concatenate(codes)) if codes else np.empty(0, dtype=np.int64)
    pair, want = np.divmod(code, max(choices, 1))
    first = np.diff(pair, prepend=-1) > 0
    first |= np.isin(pair, [a * size + b for a, b in several])
    nobody = [*avoiding, *(at * size + at for at in range(size))]
    kept = first & ~np.isin(pair, nobody)
    teacher, learner = np.divmod(pair[kept], max(size, 1))
    return teacher.astype(np.intp), learner.astype(np.intp), want[kept].astype(np.intp)


def _avoiding(people: Sequence[Trader], place: dict[Name, int]) -> frozenset[int]:
    """Whoever avoids whom, and the other way round."""
    avoided = [(at, place[other]) for at, one in enumerate(people) for other in one.avoid if other in place]
    return frozenset(a * len(people) + b for one, other in avoided for a, b in ((one, other), (other, one)))


def _numbered(names: Iterable[Name]) -> Places:
    number: dict[Name, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.intp)


def _declined_pairs(declined: Collection[Combination], place: dict[Name, int]) -> frozenset[tuple[int, int]]:
    """Teacher and learner of every leg that somebody declined, by position."""
    legs = {leg for _, some in declined for leg in some}
    known = [leg for leg in legs if leg.teacher in place and leg.learner in place]
    return frozenset((place[leg.teacher], place[leg.learner]) for leg in known)


def _touching(teacher: Places, learner: Places, declined: Collection[Combination], place: dict[Name, int]) -> list[int]:
    """Positions of the legs between people between whom one was declined."""
    size = len(place)
    pairs = [a * size + b for a, b in _declined_pairs(declined, place)]
    found: list[int] = np.flatnonzero(np.isin(teacher * size + learner, pairs)).tolist() if pairs else []
    return found


def _refused(
    declined: Collection[Combination], legs: dict[tuple[Name, Name, Skill], int]
) -> tuple[frozenset[tuple[int, int]], frozenset[int]]:
    """The combinations that could still come up, as positions of legs: (into, out of) somebody, and single ones."""
    together, alone = set(), set()
    for member, some in declined:
        at = {leg: legs.get((leg.teacher, leg.learner, leg.skill)) for leg in some}
        into = [at[leg] for leg in some if leg.learner == member]
        out_of = [at[leg] for leg in some if leg.teacher == member]
        match into, out_of:
            case [int(one)], [int(other)]:
                together.add((one, other))
            case ([int(one)], []) | ([], [int(one)]):
                alone.add(one)
    return frozenset(together), frozenset(alone)
