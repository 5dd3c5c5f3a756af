"""How fast swaps are found, how many they serve, and how near that is to the most there can be.

Yardsticks, each in the same run: pairs taken greedily, as they come (time, and members served), and a bound that no
choice exceeds. `python -m bench.swaps --instances FOLDER` adds markets whose best is known ({"nodes", "edges": [[a, b]:
a wants what b offers], "most_served_with_cycles_up_to": {"2": …}}); `--large` adds 5,000 members.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, process_time

import numpy as np

from domain.swaps import Found, Trader, Want, find

SKILLS = 200
SEEDS = (1, 2, 3)


def market(members: int, seed: int, skills: int = SKILLS) -> list[Trader]:
    """Two offers and two wants each, skills by Zipf's law; firms of one to eight, ten sectors by Zipf's law."""
    random = np.random.default_rng(seed)
    chance = 1 / np.arange(1, skills + 1)
    trades = 1 / np.arange(1, 11)
    firms = np.repeat(np.arange(members), random.integers(1, 9, members))[:members].tolist()
    sector = random.choice(10, members, p=trades / trades.sum()).tolist()
    traders = []
    for at, firm in enumerate(firms):
        picked = random.choice(skills, 4, replace=False, p=chance / chance.sum()).tolist()
        wants = tuple(Want(skill, at + place / 2) for place, skill in enumerate(picked[2:]))
        traders.append(Trader(at, firm, str(sector[firm]), frozenset(picked[:2]), wants, balance=0))
    return traders


def pairs_as_they_come(traders: Sequence[Trader]) -> int:
    """The yardstick: everybody in turn swaps with the first who is still free."""
    offering: dict[object, list[Trader]] = {}
    for one in traders:
        for skill in one.offers:
            offering.setdefault(skill, []).append(one)
    busy: set[object] = set()
    for one in traders:
        if one.id not in busy:
            for other in (each for want in one.wants for each in offering.get(want.skill, [])):
                fits = other.id != one.id and other.id not in busy and {want.skill for want in other.wants} & one.offers
                if fits:
                    busy |= {one.id, other.id}
                    break
    return len(busy)


def across(found: Found, traders: Sequence[Trader]) -> float:
    sector = {one.id: one.sector for one in traders}
    legs = [leg for swap in found.swaps for leg in swap]
    return sum(sector[leg.teacher] != sector[leg.learner] for leg in legs) / max(1, len(legs))


def said(found: Found) -> str:
    return (
        "the best"
        if found.exact
        else "most proven"
        if found.proven
        else f"{found.in_circles / found.bound:.2%} of bound"
    )


def generated(large: bool) -> None:
    print(f"Zipf over {SKILLS} skills, 2 offers and 2 wants each; seconds: median and most of {len(SEEDS)}")
    print("  members most         seconds processor  ratio  served, × pairs as they come, and how sure")
    sizes = [(30, 4), (100, 3), (100, 4), (200, 4), (300, 4), (1000, 3), (1000, 4)] + [(5000, 4)] * large
    for members, longest in sizes:
        runs = [run(market(members, seed), longest) for seed in SEEDS]
        words, seconds, processor, yard = zip(*runs, strict=True)
        times = (
            f"{median(seconds):7.2f} {max(seconds):7.2f} {median(processor):9.2f} {median(seconds) / median(yard):6.0f}"
        )
        print(f"  {members:7} {longest:4} {times}  {'; '.join(words)}", flush=True)


def run(traders: Sequence[Trader], longest: int) -> tuple[str, float, float, float]:
    start = perf_counter()
    greedy = pairs_as_they_come(traders)
    yard = perf_counter() - start
    start, used = perf_counter(), process_time()
    found = find(traders, max_cycle=longest, one_way=False, clock=monotonic)
    taken, cpu = perf_counter() - start, process_time() - used
    served = f"{found.in_circles} ({found.in_circles / max(1, greedy):.2f} ×), {across(found, traders):.0%} across"
    return f"{served}, {said(found)}", taken, cpu, yard


def one_new_want() -> None:
    print("One new want: only circles with its member; yardstick: everything anew")
    for members in (100, 300, 1000):
        traders = market(members, 1)
        times = []
        for deed in (partial(find, traders, focus={members // 2}), partial(find, traders)):
            start = perf_counter()
            deed(clock=monotonic)
            times.append(perf_counter() - start)
        print(f"  {members:7} members {times[0]:.3f} s = {times[0] / times[1]:.3f} × {times[1]:.2f} s", flush=True)


def on_credit() -> None:
    print("One-way legs alone: half offer, half want; yardstick: reading the market")
    for members in (100, 1000):
        traders = [
            Trader(
                one.id,
                one.firm,
                one.sector,
                one.offers if at % 2 else frozenset(),
                () if at % 2 else one.wants,
                balance=0,
            )
            for at, one in enumerate(market(members, 1))
        ]
        start = perf_counter()
        find(traders, one_way=False)
        yard = perf_counter() - start
        start = perf_counter()
        found = find(traders, clock=monotonic)
        taken = perf_counter() - start
        sure = "the best" if found.exact else "not proven"
        print(f"  {members:7} members {taken:.2f} s = {taken / yard:.0f} × {yard:.3f} s; {found.served} learn, {sure}")


def instances(folder: Path) -> None:
    print("Markets whose best is known")
    for file in sorted(folder.glob("*.json")):
        known = json.loads(file.read_text(encoding="utf-8"))
        wants: dict[int, list[Want]] = {}
        for one, other in known["edges"]:
            wants.setdefault(one, []).append(Want(other))
        traders = [Trader(at, at, "", frozenset({at}), tuple(wants.get(at, ()))) for at in range(known["nodes"])]
        for longest in (2, 3, 4):
            start = perf_counter()
            found = find(traders, max_cycle=longest, clock=monotonic)
            best = known["most_served_with_cycles_up_to"].get(str(longest))
            same = "not known" if best is None else "the same" if best == found.in_circles else f"NOT {best}"
            print(
                f"  {known['name']:>16} up to {longest}: {found.in_circles:4} ({same}),"
                f" {said(found)}, {perf_counter() - start:.3f} s"
            )


def main(arguments: Sequence[str] = ()) -> None:
    if "--instances" in arguments:
        instances(Path(arguments[arguments.index("--instances") + 1]))
    generated(large="--large" in arguments)
    one_new_want()
    on_credit()


if __name__ == "__main__":
    main(sys.argv[1:])
