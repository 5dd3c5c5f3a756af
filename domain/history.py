"""What earlier rounds mean for the next: who has met, who has heard from whom, who is owed a place, who has started."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.reach import HORIZON, Hearsay, hearsay_before


@dataclass(frozen=True, slots=True)
class Meeting:
    """A group of an earlier round, of two or three ids, its starter first.

    `completed`: a review was delivered, or "we did it live". Only then have the members met and told each other things.
    """

    round: int
    members: tuple[int, ...]
    completed: bool


@dataclass(frozen=True, slots=True)
class History:
    """Everything that has happened: the meetings, and (round, id) for each time no place was found for somebody."""

    meetings: tuple[Meeting, ...] = ()
    left_out: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """A history as arrays over n people, in the order they were asked for.

    `met`: how often each two have met, n × n. `last_met`: in which round last, 0 if never. `hearsay`: see
    `domain.reach.share`; n rows, and columns for the same n and then everybody else in the history (`heard_of`: all
    their ids). `owed`: how often each was left out since their last meeting. `trios`: twice the number of trios each
    was in within `HORIZON` rounds, and one more if their last meeting was one. `started`: the share of their meetings
    that each has started.
    """

    met: NDArray[np.int64]
    last_met: NDArray[np.int32]
    hearsay: Hearsay
    heard_of: tuple[int, ...]
    owed: NDArray[np.int64]
    trios: NDArray[np.int64]
    started: NDArray[np.float64]


def past_of(ids: Sequence[int], history: History, now: int) -> Past:
    """What `history` means to the people `ids` in round `now`."""
    completed = [meeting for meeting in history.meetings if meeting.completed]
    met, last_met = _encounters(ids, completed)
    heard_of, hearsay = _hearsay(ids, [meeting for meeting in completed if meeting.round >= now - HORIZON], now)
    last: dict[int, Meeting] = {}
    meetings: Counter[int] = Counter()
    starts: Counter[int] = Counter()
    trios: Counter[int] = Counter()
    for meeting in sorted(history.meetings, key=lambda one: one.round):
        last.update(dict.fromkeys(meeting.members, meeting))
        meetings.update(meeting.members)
        starts[meeting.members[0]] += 1
        if len(meeting.members) > 2 and meeting.round >= now - HORIZON:
            trios.update(meeting.members)
    owed = Counter(one for number, one in history.left_out if one not in last or number > last[one].round)
    return Past(
        met=met,
        last_met=last_met,
        hearsay=hearsay[: len(ids)],
        heard_of=heard_of,
        owed=np.array([owed[one] for one in ids], dtype=np.int64),
        trios=np.array([2 * trios[one] + (one in last and len(last[one].members) > 2) for one in ids], dtype=np.int64),
        started=np.array([starts[one] / max(1, meetings[one]) for one in ids]),
    )


def _encounters(ids: Sequence[int], completed: Sequence[Meeting]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    at = {one: position for position, one in enumerate(ids)}
    met = np.zeros((len(ids), len(ids)), dtype=np.int64)
    last_met = np.zeros((len(ids), len(ids)), dtype=np.int32)
    couples = [
        (at[a], at[b], meeting.round)
        for meeting in completed
        for a, b in combinations(meeting.members, 2)
        if a in at and b in at
    ]
    if couples:
        a, b, number = np.array(couples).T
        for one, other in ((a, b), (b, a)):
            np.add.at(met, (one, other), 1)
            np.maximum.at(last_met, (one, other), number)
    return met, last_met


def _hearsay(ids: Sequence[int], completed: Sequence[Meeting], now: int) -> tuple[tuple[int, ...], Hearsay]:
    others = {one for meeting in completed for one in meeting.members} - set(ids)
    heard_of = (*ids, *sorted(others))
    at = {one: position for position, one in enumerate(heard_of)}
    waves: defaultdict[tuple[int, int], list[list[int]]] = defaultdict(list)
    earlier: Counter[tuple[int, int]] = Counter()
    for meeting in sorted(completed, key=lambda one: (one.round, one.members)):
        # Somebody who met twice in a round (a rescue) passes on in the second meeting what was heard in the first.
        wave = max(earlier[meeting.round, one] for one in meeting.members)
        for one in meeting.members:
            earlier[meeting.round, one] = wave + 1
        waves[meeting.round, wave].append([at[one] for one in meeting.members])
    rounds = [(number, groups) for (number, _), groups in sorted(waves.items())]
    return heard_of, hearsay_before(now, len(heard_of), rounds)
