"""For developers: write a revision from the difference between `storage/tables.py` and what the revisions lead to.

python -m storage.migrations.new "what changes"
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.sql.elements import False_, True_

from storage import drivers, migrations
from storage.tables import Key, UTCTime


class AppendOnlyOp(ops.MigrateOperation):
    """In a revision being written: the call that protects a new append-only table."""

    def __init__(self, table: str) -> None:
        self.table = table


@renderers.dispatch_for(AppendOnlyOp)
def _render_append_only(context: AutogenContext, operation: AppendOnlyOp) -> str:
    context.imports.add("from storage.migrations.append_only import append_only")
    return f"append_only({operation.table!r})"


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """How our own types and the defaults that differ between the databases are written down; False: as usual."""
    if kind == "type" and isinstance(item, UTCTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and item is Key:
        return "KEY"
    if kind == "server_default":
        value = getattr(item, "arg", item)
        if isinstance(value, True_ | False_):
            return "sa.true()" if isinstance(value, True_) else "sa.false()"
    return False


def _protect(_context: MigrationContext, _revision: Any, scripts: Iterable[ops.MigrationScript]) -> None:
    """Protect every new append-only table, and write nothing at all when nothing differs."""
    for script in list(scripts):
        assert script.upgrade_ops is not None
        planned = script.upgrade_ops.ops
        if not planned:
            raise SystemExit("Nothing differs: no revision is needed.")
        for table in [one for one in planned if isinstance(one, ops.CreateTableOp)]:
            if table.info.pop("append_only", False):
                planned.append(AppendOnlyOp(table.table_name))


def _write(connection: sa.Connection, message: str, number: str, folder: Path) -> Path:
    settings = migrations.config(connection)
    settings.set_main_option("version_locations", str(folder).replace("%", "%%"))
    settings.set_main_option("path_separator", "newline")
    # SQLite changes a table by building it anew ("batch"); on PostgreSQL the same operations are plain ALTERs.
    settings.attributes["writing"] = {"render_item": _render, "render_as_batch": True}
    script = command.revision(settings, message, autogenerate=True, rev_id=number, process_revision_directives=_protect)
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


async def new(message: str) -> Path:
    """Write the next revision and give back its path. Raises SystemExit when nothing differs."""
    number = f"{int(migrations.known()[-1]) + 1:04}"
    with tempfile.TemporaryDirectory() as scratch:
        url = drivers.parse(f"sqlite:///{Path(scratch) / 'scratch.sqlite3'}")
        await migrations.migrate(url)
        engine = drivers.migrating_engine(url, patience=1)
        async with engine.begin() as connection:
            written = await connection.run_sync(_write, message, number, migrations.HERE / "versions")
        await engine.dispose()
    lines = written.read_text(encoding="utf-8").splitlines(keepends=True)
    written.write_text("".join(line for line in lines if "# ###" not in line), encoding="utf-8")
    return written


def tidy(file: Path) -> None:
    """Format what was written, as everything here is."""
    for step in (["format"], ["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *step, "--quiet", str(file)], check=True)  # noqa: S603


def main(arguments: list[str]) -> None:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise SystemExit(__doc__)
    written = asyncio.run(new(arguments[0]))
    tidy(written)
    sys.stdout.write(f"{written}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
