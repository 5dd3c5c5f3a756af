"""What `weft simulate` plays: a cluster read from a file, or generated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.scenarios import Name, expect, is_whole, load, members_of, name, names_in, no_typos, whole
from domain.pairing import Participant

_SECTORS = (
    "design",
    "IT, software & games",
    "advertising & marketing",
    "film, TV, video & photography",
    "architecture",
    "crafts",
    "music, performing & visual arts",
    "publishing",
    "museums, galleries & libraries",
    "other",
)
_FIELDS = ("members", "rounds", "seed")
_MEMBER_FIELDS = ("id", "firm", "sector", "avoid", "avoid_firms", "attendance")
_MOST_ROUNDS = 1000


@dataclass(frozen=True, slots=True)
class Scenario:
    """A cluster and who comes when.

    `names` are the members' ids as the file has them; a participant's id is the position of their name.
    `attendance` is rounds × members.
    """

    names: tuple[Name, ...]
    members: tuple[Participant, ...]
    attendance: NDArray[np.bool_]
    seed: int


def generated(members: int, rounds: int, attendance: float, seed: int) -> Scenario:
    """A cluster of firms of 1 to 8 people, sectors by Zipf's law; each member comes with probability `attendance`."""
    random = np.random.default_rng([seed, 3])
    weights = 1 / np.arange(1, len(_SECTORS) + 1)
    people: list[Participant] = []
    firm = 0
    while len(people) < members:
        sector = _SECTORS[random.choice(len(_SECTORS), p=weights / weights.sum())]
        size = min(int(random.integers(1, 9)), members - len(people))
        people += [Participant(len(people) + seat, firm, sector) for seat in range(size)]
        firm += 1
    return Scenario(
        names=tuple(range(1, members + 1)),
        members=tuple(people),
        attendance=_drawn([attendance] * members, rounds, seed),
        seed=seed,
    )


def read(path: Path, rounds: int | None = None, seed: int | None = None) -> Scenario:
    """The scenario in a JSON file; `rounds` and `seed`, if given, go before the file's.

    `{"members": [{"id", "firm", "sector", "avoid": [ids], "avoid_firms": [firms], "attendance"}], "rounds", "seed"}`.
    Ids and firms are text or whole numbers. `attendance` is the chance to come (0 to 1, default 1), or the rounds
    attended (`[1, 3]`, the first is 1; if a 0 is found anywhere in the file, the first is 0), or one true or false
    per round. Raises `ScenarioError`.
    """
    return _scenario(load(path, "simulate"), rounds, seed)


def _scenario(found: Any, rounds: int | None, seed: int | None) -> Scenario:
    expect(isinstance(found, dict), "the file", 'must hold an object, such as {"members": [...], "rounds": 12}')
    no_typos(found, _FIELDS, "the file")
    rounds = whole(found.get("rounds", 12), "rounds", 1, _MOST_ROUNDS) if rounds is None else rounds
    seed = whole(found.get("seed", 1), "seed", 0, 2**63) if seed is None else seed
    entries = members_of(found, _MEMBER_FIELDS)
    names = {name(entry, "id", f"members[{at}]"): at for at, entry in enumerate(entries)}
    firms: dict[Name, int] = {}
    for at, entry in enumerate(entries):
        firms.setdefault(name(entry, "firm", f"members[{at}]"), len(firms))
    members = [_member(entry, at, names, firms) for at, entry in enumerate(entries)]
    return Scenario(tuple(names), tuple(members), _attendance(entries, rounds, seed), seed)


def _member(entry: Mapping[str, Any], at: int, names: Mapping[Name, int], firms: Mapping[Name, int]) -> Participant:
    where = f"members[{at}]"
    return Participant(
        id=at,
        firm=firms[name(entry, "firm", where)],
        sector=str(name(entry, "sector", where)),
        avoids=_known(entry, "avoid", where, names, "a member's id") - {at},
        avoids_firms=_known(entry, "avoid_firms", where, firms, "a member's firm"),
    )


def _known(entry: Mapping[str, Any], field: str, where: str, known: Mapping[Name, int], what: str) -> frozenset[int]:
    return frozenset(known[one] for one in names_in(entry, field, where, known, what))


def _attendance(entries: Sequence[Mapping[str, Any]], rounds: int, seed: int) -> NDArray[np.bool_]:
    given = [entry.get("attendance", 1) for entry in entries]
    first = 0 if any(is_whole(one) and one == 0 for each in given if isinstance(each, list) for one in each) else 1
    drawn = _drawn([each if isinstance(each, int | float) else 0.0 for each in given], rounds, seed)
    for at, each in enumerate(given):
        where = f"members[{at}].attendance"
        if isinstance(each, list):
            drawn[:, at] = _listed(each, rounds, first, where)
        else:
            fits = isinstance(each, int | float) and not isinstance(each, bool) and 0 <= each <= 1
            expect(fits, where, f"is {each!r}: give a number from 0 to 1, or a list of rounds")
    return drawn


def _listed(given: list[Any], rounds: int, first: int, where: str) -> NDArray[np.bool_]:
    if given and all(isinstance(one, bool) for one in given):
        expect(len(given) == rounds, where, f"holds {len(given)} of true and false: give one per round, {rounds}")
        return np.array(given, dtype=bool)
    attended = np.zeros(rounds, dtype=bool)
    for one in given:
        fits = is_whole(one) and first <= one < first + rounds
        expect(fits, where, f"names round {one!r}: rounds go from {first} to {first + rounds - 1}")
        attended[one - first] = True
    return attended


def _drawn(chances: Sequence[float], rounds: int, seed: int) -> NDArray[np.bool_]:
    drawn: NDArray[np.bool_] = np.random.default_rng([seed, 2]).random((rounds, len(chances))) < np.array(chances)
    return drawn
