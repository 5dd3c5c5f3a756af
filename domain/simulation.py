"""A cluster played forward: rounds under Weft's pairing, and under those it is to be compared with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.crowd import divide_any
from domain.history import past_of
from domain.matching import DULL, FORBIDDEN, MET, Costs, Problem
from domain.meetings import History, Meeting, Participant, why_not
from domain.pairing import draw
from domain.reach import reach, share
from domain.weights import may_meet


@dataclass(frozen=True, slots=True)
class Played:
    """One round: ids present, the groups, (id, why) of those left out, and the reach after it (0 to 1)."""

    present: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    left_out: tuple[tuple[int, str], ...]
    reach: float


Pairings = tuple[tuple[tuple[int, ...], ...], tuple[tuple[int, str], ...]]
#: A way to pair: from those present, those absent, the history, the round and a seed, the groups, and (id, why) of
#: those left out.
Pairing = Callable[[Sequence[Participant], Sequence[Participant], History, int, int], Pairings]


def play(
    members: Sequence[Participant], attendance: NDArray[np.bool_], pairing: Pairing, seed: int
) -> Iterator[Played]:
    """Each round in turn, from 1, every meeting completed. `attendance` is rounds × members."""
    at = {one.id: position for position, one in enumerate(members)}
    hearsay = np.zeros((len(members), len(members)), dtype=np.uint16)
    history = History()
    for number, here in enumerate(attendance, start=1):
        present = [one for one, is_here in zip(members, here, strict=True) if is_here]
        absent = [one for one, is_here in zip(members, here, strict=True) if not is_here]
        groups, left_out = pairing(present, absent, history, number, seed)
        share(hearsay, [[at[one] for one in group] for group in groups], number)
        history = History(
            history.meetings + tuple(Meeting(number, group, completed=True) for group in groups),
            history.left_out + tuple((number, one) for one, _ in left_out),
        )
        yield Played(tuple(one.id for one in present), groups, left_out, reach(hearsay > 0))


def by_weft(
    present: Sequence[Participant],
    absent: Sequence[Participant],
    history: History,
    round_number: int,
    seed: int,
) -> Pairings:
    """The pairing of `domain.pairing`."""
    drawn = draw(present, history, round_number, seed, absent)
    return tuple(group.members for group in drawn.groups), tuple((one.id, one.why.value) for one in drawn.left_out)


def at_random(
    present: Sequence[Participant],
    absent: Sequence[Participant],  # noqa: ARG001 - every pairing is handed the same
    history: History,  # noqa: ARG001
    round_number: int,
    seed: int,
) -> Pairings:
    """By lot, the hard rules kept and as many placed as possible."""
    return _divided(present, np.zeros((len(present), len(present)), dtype=np.int64), round_number, seed)


def without_repeats(
    present: Sequence[Participant],
    absent: Sequence[Participant],  # noqa: ARG001
    history: History,
    round_number: int,
    seed: int,
) -> Pairings:
    """The usual better way: the same, with as few as possible who have met before, and then as many sectors crossed."""
    sector = np.unique([one.sector for one in present], return_inverse=True)[1]
    cost = (sector[:, None] == sector).astype(np.int64) << (DULL.bits - 1)
    for (a, b), (times, _) in past_of([one.id for one in present], history, round_number).met.items():
        cost[a, b] = cost[b, a] = cost[a, b] + MET.put(times)
    return _divided(present, cost, round_number, seed)


def _divided(present: Sequence[Participant], cost: Costs, round_number: int, seed: int) -> Pairings:
    """The division of least cost, lots deciding between equals."""
    nobody = np.zeros(len(present), dtype=np.int64)
    lots = np.triu(
        np.random.default_rng([seed % 2**64, round_number]).integers(1 << (DULL.bits - 2), size=cost.shape), 1
    )
    cost = np.where(may_meet(present), cost + lots + lots.T, FORBIDDEN)
    groups = divide_any(Problem(cost, owed=nobody, trios=nobody))
    placed = {at for group in groups for at in group}
    return (
        tuple(tuple(present[at].id for at in group) for group in groups),
        tuple((one.id, why_not(one, present).value) for at, one in enumerate(present) if at not in placed),
    )
