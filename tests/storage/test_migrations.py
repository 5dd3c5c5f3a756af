"""Migrating leads to exactly `storage/tables.py`, keeps the rows, and refuses what it does not know."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from storage import drivers, migrations, tables
from storage.engine import Database, StorageUnavailable, open_database
from storage.migrations import new
from storage.migrations.comparing import default_differs
from storage.tables import metadata
from tests.storage import rows
from tests.storage.rows import HERE, NOW

ROOT = Path(__file__).parents[2]
APPEND_ONLY = [table for table in metadata.sorted_tables if table.info.get("append_only")]


@asynccontextmanager
async def plain(url: str) -> AsyncIterator[sa.ext.asyncio.AsyncConnection]:
    """A connection to a database as it is: nothing is migrated."""
    engine = drivers.migrating_engine(drivers.parse(url), 10)
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


async def look(url: str, question: Callable[[sa.Connection], Any]) -> Any:
    async with plain(url) as connection:
        return await connection.run_sync(question)


def schema(connection: sa.Connection) -> dict[str, Any]:
    """Everything the database says about its tables, in a form that can be compared."""
    seen = sa.inspect(connection)
    names = set(seen.get_table_names()) - {"alembic_version"}
    return {name: _table(seen, name) for name in names}


def _table(seen: sa.Inspector, name: str) -> dict[str, Any]:
    lists: dict[str, list[Any]] = {
        "columns": seen.get_columns(name),
        "indices": seen.get_indexes(name),
        "unique": seen.get_unique_constraints(name),
        "references": seen.get_foreign_keys(name),
        "checks": seen.get_check_constraints(name),
    }
    facts = {kind: sorted(repr(_plainly(one)) for one in found) for kind, found in lists.items()}
    return {**facts, "key": seen.get_pk_constraint(name), "options": seen.get_table_options(name)}


def _plainly(value: Any) -> Any:
    if isinstance(value, dict):
        return sorted((key, _plainly(one)) for key, one in value.items())
    return value if isinstance(value, list | bool | int | None) else str(value)


def _differences(connection: sa.Connection) -> list[Any]:
    options = {"compare_server_default": default_differs}
    differences: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    return differences


async def test_migrating_leads_to_the_tables_we_work_with(empty_url: str) -> None:
    db = await open_database(empty_url)
    await db.close()
    assert await look(empty_url, _differences) == [], "run: python -m storage.migrations.new"


async def test_migrating_leads_to_what_creating_the_tables_leads_to(empty_url: str) -> None:
    """Stricter than Alembic's comparison: checks, defaults and the conditions of indices, as the database has them."""
    async with plain(empty_url) as connection:
        await connection.run_sync(metadata.create_all)
        created = await connection.run_sync(schema)
        await connection.run_sync(metadata.drop_all)
    await migrations.migrate(drivers.parse(empty_url))
    assert await look(empty_url, schema) == created


async def test_migrating_again_changes_nothing(empty_url: str) -> None:
    db = await open_database(empty_url)
    async with db.write() as tx:
        await rows.community(tx, HERE)
    await db.close()
    db = await open_database(empty_url)
    async with db.read() as tx:
        assert await tx.scalar(sa.text("SELECT count(*) FROM communities")) == 1
        assert await migrations.revision(tx) == migrations.known()[-1]
    await db.close()


async def test_a_database_of_the_first_revision_keeps_its_rows(empty_url: str) -> None:
    """With the log still closed to changes: on SQLite its table is built anew."""
    await migrations.migrate(drivers.parse(empty_url), to="0001")
    async with plain(empty_url) as tx:
        await rows.community(tx, HERE)
        (ada, firm), (ben, _) = await rows.member(tx, 1), await rows.member(tx, 2)
        moments = dict.fromkeys(("opens_at", "pairs_at", "nudges_at", "closes_at"), NOW)
        await tx.execute(sa.insert(tables.rounds).values(id=1, community_id=HERE, number=1, seed=1, **moments))
        signup = {"id": 1, "community_id": HERE, "round_id": 1, "member_id": ada, "updated_at": NOW}
        await tx.execute(sa.insert(tables.signups).values(**signup))
        await tx.execute(sa.insert(tables.files).values(signup_id=1, name="a", content_type="", data=b"oak"))
        asked = {"member_id": ben, "for_member_id": ada, "asked_at": NOW, "expires_at": NOW, "state": "taken"}
        await tx.execute(sa.insert(tables.asks).values(community_id=HERE, round_id=1, **asked))
        act = {"key": "k", "at": NOW, "kind": "round.in", "member_id": ada, "firm_id": firm, "round_id": 1}
        await tx.execute(sa.insert(tables.acts).values(community_id=HERE, **act))
    db = await open_database(empty_url)
    async with db.read() as tx:
        ask = (await tx.execute(sa.select(tables.asks))).one()
        file = (await tx.execute(sa.select(tables.files))).one()
        kept = (await tx.execute(sa.select(tables.acts))).one()
    assert (ask.round_id, ask.showing_id, ask.state) == (1, None, "taken")
    assert (file.signup_id, file.showing_id, file.data) == (1, None, b"oak")
    assert (kept.key, kept.round_id, kept.swap_id, kept.minutes) == ("k", 1, None, None)
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.write() as tx:
            await tx.execute(sa.update(tables.acts).values(kind="other"))
    await db.close()


async def test_several_processes_may_start_at_once(empty_url: str) -> None:
    """Each migration has a thread, a loop and a connection of its own, as in processes of their own."""
    opened = await asyncio.gather(*(open_database(empty_url) for _ in range(4)))
    for db in opened:
        async with db.write() as tx:
            assert await migrations.revision(tx) == migrations.known()[-1]
        await db.close()


async def test_a_database_of_a_newer_version_is_refused(empty_url: str) -> None:
    await (await open_database(empty_url)).close()
    async with plain(empty_url) as connection:
        await connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageUnavailable, match=r"newer Weft \(revision 9999; this program knows up to \d{4}\)"):
        await open_database(empty_url)


def test_alembic_sees_the_revisions_as_we_do(tmp_path: Path) -> None:
    with sa.create_engine(f"sqlite:///{tmp_path / 'any'}").connect() as connection:
        scripts = ScriptDirectory.from_config(migrations.config(connection))
    assert [script.revision for script in scripts.walk_revisions()] == list(reversed(migrations.known()))
    assert migrations.known() == tuple(f"{number:04}" for number in range(1, len(migrations.known()) + 1))


@pytest.mark.parametrize("table", APPEND_ONLY, ids=str)
async def test_rows_of_an_append_only_table_cannot_be_changed(db: Database, table: sa.Table) -> None:
    async with db.write() as tx:
        await rows.community(tx, HERE)
        member, firm = await rows.member(tx, 1)
        known = {"community_id": HERE, "member_id": member, "firm_id": firm, "at": NOW}
        row = {
            column.name: known.get(column.name, "text" if isinstance(column.type, sa.Text) else 1)
            for column in table.columns
            if not column.nullable and not column.primary_key and column.server_default is None
        }
        await tx.execute(sa.insert(table).values(row))

    async def change() -> None:
        async with db.write() as tx:
            await tx.execute(sa.update(table).values({table.c.community_id: HERE}))

    with pytest.raises(DBAPIError, match=f"{table.name} is append-only"):
        await change()
    async with db.write() as tx:
        assert (await tx.execute(sa.delete(table))).rowcount == 1  # retention ends it


def test_the_log_is_append_only() -> None:
    assert "acts" in {table.name for table in APPEND_ONLY}


# --- revisions to come -----------------------------------------------------------------------------------------------


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The revisions in a place where a test may write some."""
    place = tmp_path / "migrations"
    shutil.copytree(migrations.HERE, place, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "HERE", place)
    return place / "versions"


REBUILD = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{last}"


def upgrade() -> None:
    with op.batch_alter_table("communities") as batch:
        batch.add_column(sa.Column("motto", sa.Text(), server_default="", nullable=False))
        batch.alter_column("language", nullable=True)
    {more}
"""


def rebuilding(versions: Path, more: str = "") -> None:
    text = REBUILD.format(last=migrations.known()[-1], more=more)
    (versions / "9000_rebuild.py").write_text(text)


async def a_member(url: str) -> None:
    db = await open_database(url)
    async with db.write() as tx:
        await rows.community(tx, HERE)
        await rows.member(tx, 1)
    await db.close()


async def test_building_a_table_anew_keeps_what_refers_to_it(empty_url: str, copied: Path) -> None:
    await a_member(empty_url)
    rebuilding(copied)
    db = await open_database(empty_url)
    async with db.write() as tx:
        assert await migrations.revision(tx) == "9000"
        assert await tx.scalar(sa.text("SELECT motto FROM communities")) == ""
        assert await tx.scalar(sa.text("SELECT count(*) FROM members")) == 1
        await tx.execute(sa.text("DELETE FROM communities"))
        assert await tx.scalar(sa.text("SELECT count(*) FROM members")) == 0  # enforced again
    await db.close()


async def test_a_revision_that_fails_is_undone_whole(empty_url: str, copied: Path) -> None:
    await a_member(empty_url)
    before = await look(empty_url, schema)
    rebuilding(copied, "op.execute('DELETE FROM firms'); op.execute('SELECT nonsense')")
    with pytest.raises(DBAPIError, match="nonsense"):
        await open_database(empty_url)
    assert await look(empty_url, schema) == before
    async with plain(empty_url) as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM members")) == 1


async def test_a_revision_that_breaks_a_reference_is_undone(sqlite_url: str, copied: Path) -> None:
    """PostgreSQL enforces references meanwhile; on SQLite they are looked at afterwards."""
    await a_member(sqlite_url)
    rebuilding(copied, "op.execute('DELETE FROM firms')")
    with pytest.raises(RuntimeError, match="broke the reference of members"):
        await open_database(sqlite_url)
    async with plain(sqlite_url) as connection:
        assert await connection.scalar(sa.text("SELECT count(*) FROM firms")) == 1


async def test_a_revision_is_written_from_the_difference(tmp_path: Path, copied: Path) -> None:
    first = copied / "0001_first.py"
    whole = first.read_text()
    lines = [line for line in whole.splitlines(keepends=True) if '"ix_acts_member_id"' not in line]
    first.write_text("".join(lines).replace('sa.Column("settled", sa.Text(), server_default="", nullable=False),', ""))
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    await migrations.migrate(drivers.parse(url))
    assert await look(url, _differences)

    written = await new.new("an index and a column")
    assert written == copied / "0004_an_index_and_a_column.py"
    assert "batch_alter_table" in written.read_text()
    await migrations.migrate(drivers.parse(url))
    assert await look(url, _differences) == []
    with pytest.raises(SystemExit, match="Nothing differs"):
        await new.new("nothing")


def test_an_installed_weft_brings_its_revisions(tmp_path: Path) -> None:
    python = sys.executable
    build = [python, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    program = f"""
import asyncio, storage.engine
assert storage.engine.__file__.startswith({str(installed)!r}), storage.engine.__file__
asyncio.run(storage.engine.open_database("sqlite:///weft.sqlite3"))
"""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    subprocess.run([python, "-c", program], cwd=tmp_path, env=environment, check=True)
    with sa.create_engine(f"sqlite:///{tmp_path / 'weft.sqlite3'}").connect() as connection:
        assert sa.inspect(connection).has_table("acts")
