"""The runbook names what the program has, and what it says to do does what it says."""

from __future__ import annotations

import ast
import asyncio
import re
import sys
from pathlib import Path

import sqlalchemy as sa

from bot.health import Metrics
from bot.invite import WHY, permissions
from bot.texts import catalogue
from domain.model import Avoided, NewIntention
from storage import members, outbox, tables
from storage.engine import Database, open_database
from tests.house import NOW, house
from tests.meta.pages import ROOT, ROW, read, section, spans

EXAMPLE_SERVER = 123456789012345678


def test_the_runbook_lists_the_permissions_of_the_invitation() -> None:
    rows = ROW.findall(section("deploy/RUNBOOK.md", "Make the bot on Discord"))
    t = catalogue("en")
    shown = [(name, *(cell.strip() for cell in cells.split(" | "))) for name, cells in rows]
    assert shown == [(one, t.plain(f"communities.permission.{one}.name"), WHY[one]) for one in permissions()]


def test_the_runbook_explains_every_metric() -> None:
    rows = ROW.findall(section("deploy/RUNBOOK.md", "What to watch"))
    families = Metrics().registry.collect()
    expected = {one.name + ("_total" if one.type == "counter" else "") for one in families}
    assert {name for name, _ in rows if name.startswith("weft_")} == expected


def strings(file: str) -> set[str]:
    """Every text that stands in a file of ours as it is."""
    return {
        node.value
        for node in ast.walk(ast.parse(read(file)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_the_runbook_explains_every_field_of_healthz() -> None:
    fields = {name for name, _ in ROW.findall(section("deploy/RUNBOOK.md", "What to watch"))} - {"weft_"}
    tree = ast.parse(read("bot/health.py"))
    (state,) = (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == "_state")
    keys = {
        str(key.value)
        for node in ast.walk(state)
        for key in [*(node.keys if isinstance(node, ast.Dict) else ()), *_assigned_key(node)]
        if isinstance(key, ast.Constant)
    }
    assert keys
    assert keys <= fields


def _assigned_key(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        return [node.targets[0].slice]
    return []


def test_the_runbook_explains_everything_that_check_looks_at() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \|", section("deploy/RUNBOOK.md", "What `weft check` says"), re.MULTILINE)
    found = {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(read("bot/checkup.py")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Finding"
        if isinstance(node.args[0], ast.Constant)
    }
    assert {"token", "database"} <= found
    assert set(rows) == found | {"settings"}


def test_every_log_event_that_is_named_is_logged_somewhere() -> None:
    named = [
        one for one in spans(section("deploy/RUNBOOK.md", "What to watch")) if re.fullmatch(r"[a-z]+\.[a-z_]+", one)
    ]
    assert "delivery.refused" in named
    code = [str(file.relative_to(ROOT)) for folder in ("bot", "cogs") for file in (ROOT / folder).rglob("*.py")]
    logged = set().union(*map(strings, code))
    assert [one for one in named if one not in logged] == []


def statements() -> str:
    found = re.search(r"```sql\n(.*?)```", section("deploy/RUNBOOK.md", "Remove a server's data"), re.DOTALL)
    assert found
    return found[1]


async def _two_communities(db: Database) -> None:
    """One to be removed and one to stay, each with somebody in it and something to say."""
    for number, firm in ((EXAMPLE_SERVER, "Firm of those who go"), (EXAMPLE_SERVER + 1, "Firm of those who stay")):
        place = await house(db, number)
        one, other = await place.join(number + 10, firm), await place.join(number + 20, "Noord")
        async with db.write() as tx:
            await members.avoid(tx, place.community.id, Avoided(one.id, other_firm=other.firm.id))
            await outbox.add(tx, NOW, NewIntention(place.community.id, f"a:{number}", "a", "round.open"))


async def _rows(db: Database) -> dict[str, int]:
    """How many rows each table holds, of those that hold any."""
    found = {}
    async with db.read() as tx:
        for table in tables.metadata.sorted_tables:
            found[table.name] = int(await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0)
    return {name: number for name, number in found.items() if number}


def half_of(rows: dict[str, int]) -> dict[str, int]:
    assert {"communities", "firms", "members", "avoided", "acts", "outbox"} <= rows.keys()
    return {name: number // 2 for name, number in rows.items()}


async def test_removing_a_server_leaves_nothing_of_it_on_postgresql(postgres_url: str) -> None:
    db = await open_database(postgres_url)
    await _two_communities(db)
    before = await _rows(db)
    async with db.write() as tx:
        for line in statements().splitlines():
            if "PRAGMA" not in line:
                await tx.execute(sa.text(line.strip().rstrip(";")))
    assert await _rows(db) == half_of(before)
    await db.close()


async def test_removing_a_server_leaves_nothing_of_it_on_sqlite(sqlite_url: str) -> None:
    file = sqlite_url.partition("///")[2]
    db = await open_database(sqlite_url)
    await _two_communities(db)
    before = await _rows(db)
    await db.close()
    assert b"Firm of those who go" in await asyncio.to_thread(Path(file).read_bytes)
    command = re.search(r'python -c "([^"]+)"', section("deploy/RUNBOOK.md", "Remove a server's data"))
    assert command
    python = await asyncio.create_subprocess_exec(sys.executable, "-c", command[1], file, stdin=asyncio.subprocess.PIPE)
    # Many builds of SQLite overwrite what is deleted by themselves; not all do.
    await python.communicate(f"PRAGMA secure_delete = OFF;\n{statements()}".encode())
    assert python.returncode == 0
    found = await asyncio.to_thread(Path(file).read_bytes)
    assert b"Firm of those who go" not in found
    assert b"Firm of those who stay" in found
    db = await open_database(sqlite_url)
    assert await _rows(db) == half_of(before)
    await db.close()
