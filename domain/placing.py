"""Who gets whom after the draw: those who wait are matched with each other, and the rest fit in as thirds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.pairing import Group, History, Participant, draw, third_for


@dataclass(frozen=True, slots=True)
class OpenPair:
    """Two people who could take in a third. `been` have or had a seat there and do not come back."""

    members: tuple[Participant, ...]
    been: frozenset[int]


@dataclass(frozen=True, slots=True)
class Placement:
    """`groups` of people who wait; `alone` fit into none, and `thirds` says which of the pairs would take them."""

    groups: tuple[Group, ...]
    alone: tuple[int, ...]
    thirds: tuple[tuple[int, int], ...]  # (id, index of the pair); a pair takes one


def place(
    waiting: Sequence[Participant], pairs: Sequence[OpenPair], history: History, round_number: int, seed: int
) -> Placement:
    """By the rules and the weight of the draw; the same arguments give the same placement."""
    drawn = draw(waiting, history, round_number, seed)
    people = {one.id: one for one in waiting}
    free = dict(enumerate(pairs))
    thirds: list[tuple[int, int]] = []
    for left in drawn.left_out:
        fitting = [at for at, pair in free.items() if left.id not in pair.been]
        groups = [free[at].members for at in fitting]
        found = third_for(people[left.id], groups, history, round_number, seed)
        if found is not None:
            thirds.append((left.id, fitting[found]))
            del free[fitting[found]]
    return Placement(drawn.groups, tuple(left.id for left in drawn.left_out), tuple(thirds))
