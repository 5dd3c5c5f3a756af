"""How far knowledge has travelled through a cluster, and how far it could have.

People are positions 0 … n − 1 in an order the caller keeps.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

#: Rounds after which news counts as never heard: half a year of weekly rounds.
HORIZON = 26
#: What is left of the worth of news after each round (0.8 to 0.95 spread equally fast).
FADE = 0.9

#: `hearsay[b, c]` is when the knowledge that c had then last reached b: a moment, larger is later; 0 is never.
Hearsay = NDArray[np.integer]
Groups = Sequence[Sequence[int]]


def share(hearsay: Hearsay, groups: Groups, moment: int) -> None:
    """Let the members of each group tell each other, in place, all they have heard by `moment`. No two overlap."""
    np.fill_diagonal(hearsay, moment)
    for _, of_one_size in groupby(sorted(groups, key=len), key=len):
        seats = np.array([list(group) for group in of_one_size], dtype=np.intp).T
        told = np.maximum.reduce([hearsay[seat] for seat in seats])
        for seat in seats:
            hearsay[seat] = told


def hearsay_before(now: int, size: int, rounds: Iterable[tuple[int, Groups]]) -> NDArray[np.uint8]:
    """Who has heard from whom when round `now` starts, n × n, given the earlier (number, groups), oldest first.

    Moments run from 1, `HORIZON` rounds ago, to `HORIZON` + 1, now; what is older counts as never.
    """
    hearsay = np.zeros((size, size), dtype=np.uint8)
    for number, groups in rounds:
        if now - HORIZON <= number <= now:
            share(hearsay, groups, HORIZON + 1 - (now - number))
    np.fill_diagonal(hearsay, HORIZON + 1)
    return hearsay


def freshness(hearsay: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How fresh what each person has heard is: `FADE` to the power of its age in rounds; 0 if never heard."""
    fresh: NDArray[np.float32] = _WORTH[hearsay]
    return fresh


# The worth of what was heard at each moment of `hearsay_before`.
_WORTH = np.array([0.0, *(FADE ** (HORIZON - age) for age in range(HORIZON + 1))], dtype=np.float32)


def reach(heard: NDArray[np.bool_]) -> float:
    """The share of ordered pairs (a, b) where b has heard from a, everybody having heard from themselves."""
    return float(heard.mean()) if heard.size else 1.0


def gossip_bound(attendance: NDArray[np.bool_], firms: Sequence[int], seed: int) -> list[float]:
    """The reach after each round that no pairing can beat, on average, without seeing the future.

    `attendance` is rounds × people, as it really was; `firms` one per person. Suppose each person's knowledge had
    the whole cluster to itself: of the K who have it and are present, each tells another of the U present who have
    not, so it gains min(K, U) (the gossip bound; with everybody present it doubles, to at most min(2^k, n) / n). If
    the number is odd there is one trio, which tells one more if it holds one of the K, as random seats have it.
    People of a firm that outnumbers all others present cannot all be placed: the surplus, drawn by lot, tells nobody.
    Who is told is drawn by lot too, because nobody knows who will come next time: a single lucky run may come out a
    little above. The mean over at least 1024 such stories, drawn from `seed`.
    """
    rounds, size = attendance.shape
    if size < 2:
        return [1.0] * rounds
    random = np.random.default_rng(seed % 2**64)
    sources = np.tile(np.arange(size), -(-1024 // size)) if size < 1024 else random.permutation(size)[:1024]
    knows = np.zeros((len(sources), size), dtype=bool)
    knows[np.arange(len(sources)), sources] = True
    bound = []
    for here in attendance:
        present = np.flatnonzero(here)
        if len(present) > 1:
            knows[:, present] |= _told(knows[:, present], np.asarray(firms)[present], random)
        bound.append(float(knows.mean()))
    return bound


def _told(knows: NDArray[np.bool_], firms: NDArray[np.int_], random: np.random.Generator) -> NDArray[np.bool_]:
    """Who hears in a round, stories × present, when each story has all meetings to itself; see `gossip_bound`."""
    placed = _placed(len(knows), firms, random)
    meets = placed.sum(axis=1)
    can_tell = (knows & placed).sum(axis=1)
    can_hear = meets - can_tell
    strangers = can_hear[:, None] - np.arange(3)
    seats = meets[:, None] - np.arange(3)
    trio_is_told = random.random(len(knows)) >= np.prod(np.maximum(strangers, 0) / np.maximum(seats, 1), axis=1)
    tells = can_tell + (trio_is_told & (meets % 2 == 1) & (can_tell > 0))
    order = np.where(placed & ~knows, random.random(knows.shape), 2.0)
    last = np.minimum(tells, can_hear)
    limit = np.take_along_axis(np.sort(order, axis=1), np.maximum(last - 1, 0)[:, None], axis=1)
    told: NDArray[np.bool_] = (order <= limit) & (order < 2.0) & (last > 0)[:, None]
    return told


def _placed(stories: int, firms: NDArray[np.int_], random: np.random.Generator) -> NDArray[np.bool_]:
    """Who of those present meets somebody: all but the surplus, by lot, of a firm larger than all others together."""
    placed = np.ones((stories, len(firms)), dtype=bool)
    names, sizes = np.unique(firms, return_counts=True)
    surplus = 2 * int(sizes.max(initial=0)) - len(firms)
    if surplus > 0:
        crowd = np.flatnonzero(firms == names[sizes.argmax()])
        lots = np.argsort(random.random((stories, len(crowd))), axis=1)[:, :surplus]
        placed[np.arange(stories)[:, None], crowd[lots]] = False
    return placed
