"""What `weft swaps` matches: a market read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from bot.scenarios import Name, expect, is_name, is_whole, load, members_of, name, names_in, no_typos, whole
from domain.swaps import Combination, Leg, Trader, Want

_FIELDS = ("members", "max_cycle", "declined", "focus")
_MEMBER_FIELDS = ("id", "firm", "sector", "offers", "wants", "avoid", "balance")
_LONGEST = 4
_NO_LIMIT = 10**6


@dataclass(frozen=True, slots=True)
class Posted:
    """What the file says: who offers and wants what, and how to match it."""

    traders: tuple[Trader, ...]
    max_cycle: int
    declined: tuple[Combination, ...]
    focus: frozenset[Name] | None


def read(path: Path) -> Posted:
    """The market in a JSON file. Raises `ScenarioError`.

    `{"members": [{"id", "firm", "sector", "offers": [skills], "wants": [skills], "avoid": [ids], "balance": minutes}],
    "max_cycle", "declined": [{"member": id, "legs": [{"teacher", "learner", "skill"}]}], "focus": [ids]}`. Ids, firms
    and skills are text or whole numbers. Of two wants the one that stands first in the file waits longer.
    """
    found = load(path, "swaps")
    expect(isinstance(found, dict), "the file", 'must hold an object, such as {"members": [...], "max_cycle": 3}')
    no_typos(found, _FIELDS, "the file")
    entries = members_of(found, _MEMBER_FIELDS)
    known = {name(entry, "id", f"members[{at}]"): at for at, entry in enumerate(entries)}
    turn = count()
    traders = tuple(_trader(entry, f"members[{at}]", known, turn) for at, entry in enumerate(entries))
    longest = whole(found.get("max_cycle", _LONGEST), "max_cycle", 2, _NO_LIMIT)
    focus = frozenset(names_in(found, "focus", "the file", known, "a member's id")) if "focus" in found else None
    return Posted(traders, min(longest, max(2, len(traders))), _declined(found), focus)


def _trader(entry: Mapping[str, Any], where: str, known: Mapping[Name, int], turn: "count[int]") -> Trader:
    balance = entry.get("balance")
    expect(balance is None or is_whole(balance), f"{where}.balance", f"is {balance!r}: give whole minutes, or none")
    return Trader(
        id=name(entry, "id", where),
        firm=name(entry, "firm", where),
        sector=str(name(entry, "sector", where)),
        offers=frozenset(_skills(entry, "offers", where)),
        wants=tuple(Want(skill, next(turn)) for skill in _skills(entry, "wants", where)),
        avoid=frozenset(names_in(entry, "avoid", where, known, "a member's id")),
        balance=balance,
    )


def _skills(entry: Mapping[str, Any], field: str, where: str) -> list[Name]:
    skills: list[Name] = entry.get(field, [])
    expect(isinstance(skills, list), f"{where}.{field}", 'must be a list of skills, such as [] or ["welding"]')
    for at, one in enumerate(skills):
        expect(is_name(one), f"{where}.{field}[{at}]", f"is {one!r}: give text or a whole number")
    return skills


def _declined(found: Mapping[str, Any]) -> tuple[Combination, ...]:
    entries = found.get("declined", [])
    expect(isinstance(entries, list), "declined", 'must be a list, such as [{"member": 1, "legs": [...]}]')
    return tuple(_combination(entry, f"declined[{at}]") for at, entry in enumerate(entries))


def _combination(entry: Any, where: str) -> Combination:
    fits = isinstance(entry, dict) and is_name(entry.get("member")) and isinstance(entry.get("legs"), list)
    expect(fits, where, 'must be an object, such as {"member": 1, "legs": [...]}')
    legs = [(leg, f"{where}.legs[{at}]") for at, leg in enumerate(entry["legs"])]
    for leg, place in legs:
        fits = isinstance(leg, dict) and all(is_name(leg.get(one)) for one in ("teacher", "learner", "skill"))
        expect(fits, place, 'must be an object, such as {"teacher": 1, "learner": 2, "skill": "welding"}')
    return entry["member"], frozenset(Leg(leg["teacher"], leg["learner"], leg["skill"]) for leg, _ in legs)
