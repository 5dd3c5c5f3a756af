"""Playing a scenario, and what is told about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from bot.simulate.scenario import Scenario
from domain.reach import gossip_bound
from domain.simulation import Pairing, Played, at_random, by_weft, play, without_repeats

WEFT, NO_REPEAT, RANDOM = "Weft", "no repeats", "by lot"
PAIRINGS: dict[str, Pairing] = {WEFT: by_weft, NO_REPEAT: without_repeats, RANDOM: at_random}


@dataclass(frozen=True, slots=True)
class Result:
    """The rounds as each pairing played them, and the reach after each that none could have beaten but by luck."""

    scenario: Scenario
    played: dict[str, tuple[Played, ...]]
    bound: tuple[float, ...]


def run(
    scenario: Scenario,
    pairings: Sequence[str] = (WEFT, NO_REPEAT, RANDOM),
    on_round: Callable[[], None] = lambda: None,
) -> Result:
    """Play the scenario under each of the named pairings, calling `on_round` after every round.

    The bound is `gossip_bound` of the attendance as it really was, raised to Weft's own reach in the rounds where luck
    carried Weft above it: what has been done is possible.
    """
    played: dict[str, tuple[Played, ...]] = {}
    for name in pairings:
        rounds = []
        for one in play(scenario.members, scenario.attendance, PAIRINGS[name], scenario.seed):
            rounds.append(one)
            on_round()
        played[name] = tuple(rounds)
    bound = gossip_bound(scenario.attendance, [one.firm for one in scenario.members], scenario.seed)
    if WEFT in played:
        bound = [max(most, one.reach) for most, one in zip(bound, played[WEFT], strict=True)]
    return Result(scenario, played, tuple(np.maximum.accumulate(bound).tolist()))


def as_json(result: Result) -> dict[str, Any]:
    """Weft's rounds, with the ids as the scenario has them, the reach after each and the bound."""
    name = result.scenario.names
    rounds = result.played[WEFT]
    return {
        "rounds": [
            {
                "present": [name[one] for one in played.present],
                "groups": [[name[one] for one in group] for group in played.groups],
                "left_out": [{"id": name[one], "why": why} for one, why in played.left_out],
            }
            for played in rounds
        ],
        "reach": [played.reach for played in rounds],
        "bound": list(result.bound),
    }


@dataclass(frozen=True, slots=True)
class Summary:
    """One pairing in figures.

    `rounds_to_all` until 99 % reach, None if never; `worst` the least reach/bound of any round; `across` the share of
    pairs who met of different sectors; `repeats` pairs who met again; `left_out` places that could not be given.
    """

    rounds_to_all: int | None
    worst: float
    across: float
    repeats: int
    left_out: int


def summary(result: Result, name: str) -> Summary:
    """The figures of one of the pairings played."""
    rounds = result.played[name]
    sector = {one.id: one.sector for one in result.scenario.members}
    pairs = [frozenset(pair) for played in rounds for group in played.groups for pair in combinations(group, 2)]
    across = sum(len({sector[one] for one in pair}) > 1 for pair in pairs)
    return Summary(
        rounds_to_all=first_at([played.reach for played in rounds], 0.99),
        worst=min(played.reach / most for played, most in zip(rounds, result.bound, strict=True)),
        across=across / max(1, len(pairs)),
        repeats=len(pairs) - len(set(pairs)),
        left_out=sum(len(played.left_out) for played in rounds),
    )


def first_at(shares: Sequence[float], level: float) -> int | None:
    """The first round, from 1, after which the share is at least `level`."""
    return next((number for number, share in enumerate(shares, start=1) if share >= level), None)
