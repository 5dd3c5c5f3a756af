"""`weft swaps`: the JSON, the table, and what it says to a file that cannot be used."""

import ctypes
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.audits import swaps
from bot.audits.quiet import quiet

MEMBERS: list[dict[str, Any]] = [
    {"id": "anna", "firm": "Kiln", "sector": "crafts", "offers": ["glazing"], "wants": ["editing", 7]},
    {"id": "bo", "firm": "Reel", "sector": "film", "offers": ["editing"], "wants": ["[b]joinery[/b]"]},
    {"id": 5, "firm": 9, "sector": "film", "offers": ["[b]joinery[/b]"], "wants": ["glazing"], "avoid": []},
    {"id": "dee", "firm": "Solo", "sector": "games", "offers": [7]},
    {"id": "eve", "firm": "Solo", "sector": "games", "wants": [7, "editing"], "balance": -195},
]


def weft(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("swaps")(swaps)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def written(folder: Path, scenario: Any) -> Path:
    path = folder / "scenario.json"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    return path


def told(folder: Path, **scenario: Any) -> Any:
    result = weft("--scenario", written(folder, {"members": MEMBERS, **scenario}), "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def leg(teacher: object, learner: object, skill: object) -> dict[str, object]:
    return {"teacher": teacher, "learner": learner, "skill": skill}


RING = [leg(5, "bo", "[b]joinery[/b]"), leg("bo", "anna", "editing"), leg("anna", 5, "glazing")]
ON_CREDIT = [leg("dee", "eve", 7)]


def test_the_json_keeps_ids_and_skills_as_they_were_given(tmp_path: Path) -> None:
    assert told(tmp_path) == {
        "swaps": [RING, ON_CREDIT],
        "served": 4,
        "proven": True,
        "in_cycles": 3,
        "on_credit": 1,
        "bound": 3,
        "exact": True,
    }


def test_what_else_a_file_may_say(tmp_path: Path) -> None:
    assert told(tmp_path, max_cycle=2)["swaps"] == [[leg("bo", "eve", "editing")]]
    assert told(tmp_path, max_cycle=1000)["served"] == 4
    assert told(tmp_path, focus=["bo"])["swaps"] == [RING]
    refused = [{"member": "eve", "legs": ON_CREDIT}, {"member": 5, "legs": [RING[0], RING[2]]}]
    assert told(tmp_path, declined=refused)["swaps"] == [[leg("bo", "eve", "editing")]]
    apart = [{**one, "avoid": ["anna"] if one["id"] == 5 else []} for one in MEMBERS]
    assert told(tmp_path, members=apart)["in_cycles"] == 0
    poor = [{**one, "balance": -196} for one in MEMBERS]
    assert told(tmp_path, members=poor)["on_credit"] == 0


def test_earlier_wants_wait_longer(tmp_path: Path) -> None:
    members = [
        {"id": 1, "firm": 1, "sector": "a", "offers": ["x", "y"], "wants": ["z"]},
        {"id": 3, "firm": 3, "sector": "c", "offers": ["z"], "wants": ["y", "x"]},
        {"id": 2, "firm": 2, "sector": "b", "offers": ["z"], "wants": ["x"]},
    ]
    assert told(tmp_path, members=members)["swaps"] == [[leg(1, 3, "y"), leg(3, 1, "z")]]
    assert told(tmp_path, members=[members[0], members[2], members[1]])["swaps"] == [[leg(1, 2, "x"), leg(2, 1, "z")]]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"members": []}, "members must be a list of at least one"),
        ({"members": {}}, "members must be a list"),
        ({"members": [3]}, "members[0] must be an object"),
        ({"members": [*MEMBERS, MEMBERS[1]]}, "members[5].id 'bo' is there twice"),
        ({"members": [{"firm": 1, "sector": "x"}]}, "members[0].id is missing"),
        ({"members": [{"id": 1, "sector": "x"}]}, "members[0].firm is missing: give every member a firm"),
        ({"members": [{"id": 1, "firm": 1}]}, "members[0].sector is missing"),
        ({"members": [{**MEMBERS[0], "id": True}]}, "members[0].id is True"),
        ({"members": [{**MEMBERS[0], "offers": "all"}]}, "members[0].offers must be a list of skills"),
        ({"members": [{**MEMBERS[0], "wants": [3, None]}]}, "members[0].wants[1] is None: give text"),
        ({"members": [{**MEMBERS[0], "want": []}]}, "members[0].want is not a field: did you mean wants?"),
        ({"members": [{**MEMBERS[0], "avoid": ["nobody"]}]}, "members[0].avoid names 'nobody'"),
        ({"members": [{**MEMBERS[0], "avoid": [["bo"]]}]}, "members[0].avoid names ['bo']"),
        ({"members": [{**MEMBERS[0], "balance": "2 h"}]}, "members[0].balance is '2 h': give whole minutes"),
        ({"max_cycle": 1}, "max_cycle is 1: give a whole number from 2"),
        ({"max_cycle": "3"}, "max_cycle is '3'"),
        ({"max_cycles": 3}, "the file.max_cycles is not a field: did you mean max_cycle?"),
        ({"focus": ["nobody"]}, "the file.focus names 'nobody'"),
        ({"declined": {}}, "declined must be a list"),
        ({"declined": [{"member": 1}]}, "declined[0] must be an object"),
        ({"declined": [{"member": 1, "legs": [{"teacher": 1}]}]}, "declined[0].legs[0] must be an object"),
    ],
)
def test_a_file_that_cannot_be_matched_is_told_kindly(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = written(tmp_path, {"members": MEMBERS, **change})
    result = weft("--scenario", path, "--json")
    assert result.exit_code == 2
    assert says in result.stderr
    assert str(path) in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "is not JSON"), (b"{", "is not JSON"), (b"\xff", "is not JSON"), (b"[]", "must hold an object")],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_bytes(content)
    result = weft("--scenario", path)
    assert result.exit_code == 2
    assert says in result.stderr
    missing = weft("--scenario", tmp_path / "missing")
    assert missing.exit_code == 2
    assert "cannot be read" in missing.stderr


def test_the_table(tmp_path: Path) -> None:
    result = weft("--scenario", written(tmp_path, {"members": MEMBERS}))
    assert result.exit_code == 0, result.stderr
    shown = " ".join(result.stdout.split())
    for words in (
        "4 of 4 who want to learn something are served",
        "ring of 3",
        "5 shows bo: [b]joinery[/b]",
        "anna shows 5: glazing",
        "on credit",
        "dee shows eve: 7",
        "one firm",
        "By the rules there is nothing better.",
    ):
        assert words in shown
    three = [
        {"id": at, "firm": at, "sector": "x", "offers": [at], "wants": [one for one in range(3) if one != at]}
        for at in range(3)
    ]
    in_no_time = weft("--scenario", written(tmp_path, {"members": three, "max_cycle": 2}), "--seconds", 0)
    assert "swap of two" in in_no_time.stdout
    assert "at the very most" in " ".join(in_no_time.stdout.split())


def test_what_c_prints_is_not_seen(capfd: pytest.CaptureFixture[str]) -> None:
    library = ctypes.CDLL(None)
    with quiet():
        library.puts(b"from C")
    library.puts(b"later")
    library.fflush(None)
    assert capfd.readouterr().out == "later\n"
