"""An attacker who has every file a year gave away, and knows of each sector and size how many firms there are.

The program below shares nothing with `domain.attack` or `domain.suppression`. It reads the CSV files of four quarters'
reports, writes down what they say as equations in whole numbers, and asks a solver for the least and the most that each
number can be. A number about fewer than five firms must never come out as one value, unless the cluster's totals, which
are always told, say so by themselves.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from bot.reports.drawn import draw_reports
from bot.services import digests
from bot.texts import catalogue
from domain.classes import size_class
from domain.evidence import Facts
from domain.periods import Quarter
from storage import participation
from storage.engine import Database
from tests.participation import Size, fill
from tests.services.cluster import Cluster

ZONE = "Europe/Amsterdam"
QUARTERS = [Quarter(2025, number) for number in (1, 2, 3, 4)]
END = datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE))
FEW = 5


@dataclass
class Knowledge:
    """Unknown whole numbers with what they can be at most, and sums of them that are known."""

    most: list[float] = field(default_factory=list)
    at: dict[object, int] = field(default_factory=dict)
    sums: list[tuple[list[int], float]] = field(default_factory=list)

    def unknown(self, name: object, most: float) -> None:
        self.at[name] = len(self.most)
        self.most.append(most)

    def told(self, parts: Iterable[object], value: float) -> None:
        self.sums.append(([self.at[part] for part in parts], value))

    def of_totals(self) -> Knowledge:
        """What is known without the tables: where every firm took part, so did those of each sector."""
        return Knowledge(self.most, self.at, self.sums[:1])

    def pinned(self, name: object) -> bool:
        least, most = self.possible([name])
        return least == most

    def possible(self, parts: Sequence[object]) -> tuple[float, float]:
        """The least and the most that the sum of some unknowns can be."""
        matrix = np.zeros((len(self.sums), len(self.most)))
        for row, (columns, _) in enumerate(self.sums):
            matrix[row, columns] = 1
        values = np.array([value for _, value in self.sums])
        target = np.zeros(len(self.most))
        target[[self.at[part] for part in parts]] = 1
        ends = []
        for sign in (1, -1):
            found = milp(
                sign * target,
                constraints=LinearConstraint(matrix, values, values),
                integrality=np.ones(len(self.most)),
                bounds=Bounds(0, np.array(self.most)),
            )
            assert found.success, found.message
            ends.append(sign * round(found.fun))
        return ends[0], ends[1]


def files_of(archive: bytes) -> dict[str, list[dict[str, str]]]:
    """Every CSV file of an export, as rows."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {
            name.rpartition("/")[2]: list(csv.DictReader(io.StringIO(opened.read(name).decode("utf-8-sig"))))
            for name in opened.namelist()
            if name.endswith(".csv")
        }


def figure(files: dict[str, list[dict[str, str]]], key: str) -> float:
    return float(next(row["value"] for row in files["figures.csv"] if row["figure"] == key))


def atoms_of(label: str, names: Iterable[str]) -> list[str]:
    """The sectors (or sizes) of a row, by what it is called."""
    return [name for name in names if name in label]


def by_class(rows: list[dict[str, str]], column: str, most: dict[str, float], total: float, scale: int) -> Knowledge:
    """What a table by sector or size tells of each class."""
    known = Knowledge()
    for name, limit in most.items():
        known.unknown(name, limit)
    known.told(most, total)
    for row in rows:
        if row["told"] == "yes":
            known.told(atoms_of(row["group"], most), round(float(row[column]) * scale))
    return known


def by_pairs(rows: list[dict[str, str]], firms: Counter[str], total: float) -> Knowledge:
    """What the table of ties tells of each two sectors."""
    known = Knowledge()
    pairs = [*combinations_with_replacement(sorted(firms), 2)]
    for a, b in pairs:
        known.unknown((a, b), firms[a] * (firms[a] - 1) / 2 if a == b else firms[a] * firms[b])
    known.told(pairs, total)
    for row in rows:
        if row["told"] == "yes":
            some, others = atoms_of(row["group"], firms), atoms_of(row["other_group"], firms)
            if row["group"] == row["other_group"]:
                cells = [*combinations_with_replacement(sorted(some), 2)]
            else:
                cells = [(min(a, b), max(a, b)) for a in some for b in others]
            known.told(cells, float(row["ties"]))
    return known


def truth(facts: Facts, sector: dict[int, str], size: dict[int, str]) -> dict[str, dict[object, tuple[int, int]]]:
    """Of each table and class the value, and about how many firms it is."""
    found: dict[str, dict[object, tuple[int, int]]] = {}
    for what, classes in (("firms_by_sector", sector), ("firms_by_size", size)):
        count = Counter(classes[firm] for firm in facts.active)
        found[what] = {name: (count[name], count[name]) for name in set(classes.values())}
    hours = {name: [q for firm, q in facts.quarter_hours.items() if sector[firm] == name] for name in sector.values()}
    found["hours"] = {name: (sum(some), sum(q > 0 for q in some)) for name, some in hours.items()}
    ties: dict[object, tuple[int, int]] = {}
    for pair in combinations_with_replacement(sorted(set(sector.values())), 2):
        mine = [tie for tie in facts.network.ties if tuple(sorted((sector[tie[0]], sector[tie[1]]))) == pair]
        ties[pair] = (len(mine), len({firm for tie in mine for firm in tie}))
    found["ties"] = ties
    return found


@pytest.mark.parametrize(("members", "firms", "seed"), [(90, 40, 1), (150, 110, 3)])
async def test_four_quarters_of_reports_give_no_small_number_away(
    sqlite_db: Database, members: int, firms: int, seed: int
) -> None:
    (community,) = await fill(
        sqlite_db, Size(members=members, firms=firms, rows=40 * members), until=END, seed=seed, weeks=52
    )
    cluster = Cluster.again(sqlite_db, key=community)
    cluster.clock.at = END
    t = catalogue("en")
    small = told = 0
    for quarter in QUARTERS:
        facts = await digests.report_facts(cluster.tools, community, quarter)
        files = files_of(draw_reports("en", "Cluster", facts).archive)
        async with sqlite_db.read() as tx:
            real = await participation.facts_of(tx, community, quarter.window(ZONE))
        sector = {node.firm: t.sector(node.sector) for node in real.nodes}
        size = {node.firm: size_class(node) for node in real.nodes}
        sectors, sizes = Counter(sector.values()), Counter(size.values())
        took_part, minutes = figure(files, "firms_took_part"), figure(files, "hours_confirmed")
        knowledge = {
            "firms_by_sector": by_class(files["firms_by_sector.csv"], "firms", {**sectors}, took_part, 1),
            "firms_by_size": by_class(files["firms_by_size.csv"], "firms", {**sizes}, took_part, 1),
            "hours": by_class(files["hours.csv"], "hours", dict.fromkeys(sectors, 1e6), round(4 * minutes), 4),
            "ties": by_pairs(files["ties.csv"], sectors, figure(files, "ties")),
        }
        for what, cells in truth(real, sector, size).items():
            told += sum(row["told"] == "yes" for row in files[f"{what}.csv"])
            for name, (value, about) in cells.items():
                least, most = knowledge[what].possible([name])
                assert least <= value <= most, (quarter, what, name)
                if about < FEW and most > 0 and not knowledge[what].of_totals().pinned(name):
                    small += 1
                    assert least < most, (quarter, what, name, value)
    assert small > 20  # there was something to keep
    assert told > 0  # and something was told all the same
