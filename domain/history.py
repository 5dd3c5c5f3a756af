"""What earlier rounds mean for the next: who has met, who has heard from whom, who is owed a place, who has started."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from domain.meetings import History, Meeting
from domain.reach import HORIZON, hearsay_before


@dataclass(frozen=True, slots=True)
class Past:
    """A history as it bears on n people, known by their positions in the order they were asked for.

    `met`: for each two (lower position first) who have, how often and in which round last. `hearsay`: see
    `domain.reach.hearsay_before`; n rows, and columns for the same n and then everybody else in the history
    (`heard_of`: all their ids). `owed`: how often each was left out since their last meeting. `trios`: twice the
    number of trios each was in within `HORIZON` rounds, and one more if their last meeting was one. `started`: the
    share of their meetings that each has started.
    """

    met: Mapping[tuple[int, int], tuple[int, int]]
    hearsay: NDArray[np.uint8]
    heard_of: tuple[int, ...]
    owed: tuple[int, ...]
    trios: tuple[int, ...]
    started: tuple[float, ...]


def past_of(ids: Sequence[int], history: History, now: int) -> Past:
    """What `history` means to the people `ids` in round `now`."""
    completed = [meeting for meeting in history.meetings if meeting.completed]
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
    owed = Counter(one for number, one in history.left_out if one not in last or number >= last[one].round)
    return Past(
        met=_met(ids, completed),
        hearsay=hearsay[: len(ids)],
        heard_of=heard_of,
        owed=tuple(owed[one] for one in ids),
        trios=tuple(2 * trios[one] + (one in last and len(last[one].members) > 2) for one in ids),
        started=tuple(starts[one] / max(1, meetings[one]) for one in ids),
    )


def _met(ids: Sequence[int], completed: Sequence[Meeting]) -> dict[tuple[int, int], tuple[int, int]]:
    at = {one: position for position, one in enumerate(ids)}
    met: dict[tuple[int, int], tuple[int, int]] = {}
    for meeting in completed:
        for a, b in combinations(sorted(at[one] for one in meeting.members if one in at), 2):
            times, last = met.get((a, b), (0, meeting.round))
            met[a, b] = times + 1, max(last, meeting.round)
    return met


def _hearsay(ids: Sequence[int], completed: Sequence[Meeting], now: int) -> tuple[tuple[int, ...], NDArray[np.uint8]]:
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
