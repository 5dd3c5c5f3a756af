"""Reading the files given to `weft simulate` and `weft swaps`: what is wrong in one is told with its place."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

Name = str | int

#: The exit code for a file that cannot be used.
BAD_SCENARIO = 2


class ScenarioError(ValueError):
    """A scenario that cannot be played; the message says where and what to do."""


def load(path: Path, command: str) -> Any:
    """What a JSON file holds. Raises `ScenarioError`, which says how to learn the format that `command` reads."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror}): give the path of a scenario file") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ScenarioError(f"is not JSON ({error}): see `weft {command} --help` for the format") from error


def members_of(found: Any, fields: Sequence[str]) -> list[Mapping[str, Any]]:
    """The entries of `members`, each an object with an id of its own. `fields` are those a member may have."""
    entries = found.get("members")
    expect(isinstance(entries, list) and len(entries) > 0, "members", "must be a list of at least one member")
    names: set[Name] = set()
    for at, entry in enumerate(entries):
        where = f"members[{at}]"
        expect(
            isinstance(entry, dict), where, 'must be an object, such as {"id": 1, "firm": "Kiln", "sector": "crafts"}'
        )
        no_typos(entry, fields, where)
        given = name(entry, "id", where)
        expect(given not in names, f"{where}.id", f"{given!r} is there twice: give every member their own id")
        names.add(given)
    listed: list[Mapping[str, Any]] = entries
    return listed


def names_in(entry: Mapping[str, Any], field: str, where: str, known: Mapping[Name, Any], what: str) -> list[Name]:
    """The list of names in a field, all of them known; empty if it is not there."""
    named: list[Any] = entry.get(field, [])
    expect(isinstance(named, list), f"{where}.{field}", "must be a list, such as [] or [3, 7]")
    for one in named:
        fits = is_name(one) and one in known
        expect(fits, f"{where}.{field}", f"names {one!r}, which is not {what}: correct it or take it out")
    return named


def name(entry: Mapping[str, Any], field: str, where: str) -> Name:
    """The text or whole number in a field that must be there."""
    expect(field in entry, f"{where}.{field}", f"is missing: give every member a {field}")
    given: Name = entry[field]
    expect(is_name(given) and given != "", f"{where}.{field}", f"is {given!r}: give text or a whole number")
    return given


def whole(value: Any, field: str, least: int, most: int) -> int:
    """A whole number within limits."""
    expect(
        is_whole(value) and least <= value <= most, field, f"is {value!r}: give a whole number from {least} to {most}"
    )
    return int(value)


def is_whole(value: Any) -> bool:
    """Whether it is a whole number, which true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_name(value: Any) -> bool:
    """Whether it is text or a whole number."""
    return isinstance(value, str) or is_whole(value)


def no_typos(entry: Mapping[str, Any], fields: Sequence[str], where: str) -> None:
    """Refuse a field that looks like a misspelt one; others that are not known are of no matter."""
    for field in entry:
        meant = get_close_matches(field, fields, n=1, cutoff=0.75)
        expect(field in fields or not meant, f"{where}.{field}", f"is not a field: did you mean {' or '.join(meant)}?")


def expect(fits: bool, where: str, what: str) -> None:
    """Raise `ScenarioError` with the place and what is wrong there, unless it fits."""
    if not fits:
        raise ScenarioError(f"{where} {what}")
