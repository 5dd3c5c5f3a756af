"""`weft simulate`: scenarios, the JSON, the table, the chart, and that Weft is worth having."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
from typer.testing import CliRunner, Result

from bot.simulate import generated, read, run, simulate
from bot.simulate.run import NO_REPEAT, RANDOM, WEFT, first_at, summary

MEMBERS = [
    {"id": "anna", "firm": "Kiln", "sector": "crafts", "avoid": ["dee"]},
    {"id": "bo", "firm": "Kiln", "sector": "crafts"},
    {"id": "cy", "firm": "Reel", "sector": "film", "attendance": 1.0},
    {"id": "dee", "firm": 7, "sector": "film", "attendance": [1, 3]},
    {"id": 5, "firm": "Solo", "sector": "games", "attendance": [True, False, True]},
    {"id": 6, "firm": "Duo", "sector": "games", "avoid_firms": ["Reel"]},
]


def weft(*arguments: object) -> Result:
    app = typer.Typer()
    app.command("simulate")(simulate)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def written(folder: Path, scenario: Any) -> Path:
    path = folder / "scenario.json"
    path.write_text(json.dumps(scenario), encoding="utf-8")
    return path


def test_the_json_keeps_the_ids_as_given_and_every_rule(tmp_path: Path) -> None:
    path = written(tmp_path, {"members": MEMBERS, "rounds": 3, "seed": 4})
    result = weft("--scenario", path, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert set(told) == {"rounds", "reach", "bound"}
    assert [round_["present"] for round_ in told["rounds"]] == [
        ["anna", "bo", "cy", "dee", 5, 6],
        ["anna", "bo", "cy", 6],
        ["anna", "bo", "cy", "dee", 5, 6],
    ]
    never = {frozenset(pair) for pair in (("anna", "bo"), ("anna", "dee"), ("cy", 6))}
    for round_ in told["rounds"]:
        left_out = [one["id"] for one in round_["left_out"]]
        placed = [one for group in round_["groups"] for one in group]
        assert sorted(map(str, placed + left_out)) == sorted(map(str, round_["present"]))
        assert not never & {frozenset(pair) for group in round_["groups"] for pair in combinations(group, 2)}
        assert all(set(one) == {"id", "why"} for one in round_["left_out"])
    assert told["reach"] == pytest.approx(reach_of(told, [one["id"] for one in MEMBERS]))
    assert all(share <= most <= 1 for share, most in zip(told["reach"], told["bound"], strict=True))
    assert told["bound"] == sorted(told["bound"])
    assert weft("--scenario", path, "--json").stdout == result.stdout


def reach_of(told: dict[str, Any], ids: list[Any]) -> list[float]:
    """The reach after each round, worked out the slow way from the groups told."""
    heard = {one: {one} for one in ids}
    shares = []
    for round_ in told["rounds"]:
        for group in round_["groups"]:
            together = set.union(*(heard[one] for one in group))
            heard.update({one: set(together) for one in group})
        shares.append(sum(map(len, heard.values())) / len(ids) ** 2)
    return shares


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"members": []}, "members must be a list of at least one"),
        ({"members": "all"}, "members must be a list"),
        ({"members": [3]}, "members[0] must be an object"),
        ({"members": [{"id": 1, "sector": "x"}]}, "members[0].firm is missing: give every member a firm"),
        ({"members": [{"id": 1.5, "firm": 1, "sector": "x"}]}, "members[0].id is 1.5"),
        ({"members": [*MEMBERS, MEMBERS[1]]}, "members[6].id 'bo' is there twice"),
        ({"members": [{**MEMBERS[1], "avoid": "anna"}]}, "members[0].avoid must be a list"),
        ({"members": [{**MEMBERS[1], "avoid": ["nobody"]}]}, "members[0].avoid names 'nobody'"),
        ({"members": [{**MEMBERS[1], "avoids": []}]}, "did you mean avoid?"),
        ({"members": [{**MEMBERS[1], "attendance": 1.2}]}, "members[0].attendance is 1.2"),
        ({"members": [{**MEMBERS[1], "attendance": "often"}]}, "give a number from 0 to 1, or a list of rounds"),
        ({"members": [{**MEMBERS[1], "attendance": [4]}]}, "names round 4: rounds go from 1 to 3"),
        ({"members": [{**MEMBERS[1], "attendance": [0, 3]}]}, "names round 3: rounds go from 0 to 2"),
        ({"members": [{**MEMBERS[1], "attendance": [True]}]}, "holds 1 of true and false: give one per round, 3"),
        ({"rounds": 0}, "rounds is 0: give a whole number from 1"),
        ({"seed": "x"}, "seed is 'x'"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_told_kindly(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    path = written(tmp_path, {"members": MEMBERS[1:3], "rounds": 3, "seed": 4, **change})
    result = weft("--scenario", path, "--json")
    assert result.exit_code == 2
    assert says in result.stderr
    assert str(path) in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_a_file_that_is_no_scenario(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "scenario.json"
    path.write_bytes(content)
    assert weft("--scenario", path).exit_code == 2
    assert weft("--scenario", tmp_path / "missing").exit_code == 2
    assert weft("--scenario", path, "--members", 3).exit_code == 2


def test_rounds_may_be_counted_from_nought(tmp_path: Path) -> None:
    some = [{**MEMBERS[1], "attendance": [0]}, {**MEMBERS[2], "attendance": [1, 2]}, {**MEMBERS[3], "attendance": 0}]
    scenario = read(written(tmp_path, {"members": [{**one, "avoid": []} for one in some], "rounds": 3}))
    assert scenario.attendance.T.tolist() == [[True, False, False], [False, True, True], [False, False, False]]
    assert scenario.seed == 1


def test_options_go_before_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, {"members": [{**MEMBERS[2], "attendance": 0.5}], "rounds": 3, "seed": 4})
    assert len(read(path, rounds=9).attendance) == 9
    assert read(path, rounds=40, seed=5).attendance.tolist() != read(path, rounds=40).attendance.tolist()


def test_a_made_up_cluster() -> None:
    cluster = generated(members=60, rounds=40, attendance=0.7, seed=2)
    sizes = np.bincount([one.firm for one in cluster.members])
    assert sizes.sum() == 60
    assert set(sizes) <= set(range(1, 9))
    assert cluster.attendance.shape == (40, 60)
    assert cluster.attendance.mean() == pytest.approx(0.7, abs=0.03)
    assert generated(60, 40, 0.7, seed=2).members == cluster.members
    assert generated(60, 40, 0.7, seed=3).members != cluster.members


def test_weft_spreads_knowledge_faster_than_the_other_ways() -> None:
    result = run(generated(members=40, rounds=9, attendance=0.9, seed=5))
    ours, usual, lot = (summary(result, name) for name in (WEFT, NO_REPEAT, RANDOM))
    assert lot.worst < usual.worst < ours.worst
    assert ours.worst >= 0.92
    assert ours.rounds_to_all is not None
    assert usual.rounds_to_all is None or ours.rounds_to_all <= usual.rounds_to_all
    assert (ours.repeats, usual.repeats, ours.left_out) == (0, 0, 0)
    assert lot.repeats > 0
    assert ours.across >= 0.95 * usual.across
    assert first_at(result.bound, 0.99) is not None


def test_the_table_and_the_chart(tmp_path: Path) -> None:
    for ending in ("png", "svg"):
        chart = tmp_path / f"chart.{ending}"
        result = weft("--members", 12, "--rounds", 5, "--seed", 3, "--chart", chart)
        assert result.exit_code == 0, result.stderr
        assert "12 members" in result.stdout
        for word in ("Weft", "no repeats", "by lot", "at best", "rounds to", "across"):
            assert word in result.stdout
        assert chart.stat().st_size > 2000
    assert b"<svg" in chart.read_bytes()[:1000]
    refused = weft("--members", 4, "--rounds", 2, "--chart", tmp_path / "chart.txt")
    assert refused.exit_code == 2
    assert "give a path ending in .png" in refused.stderr
