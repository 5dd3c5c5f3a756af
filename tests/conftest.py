"""Databases for the tests: real ones, migrated once and without a row at the start of every test.

`db` and `database_url` run a test on SQLite and on PostgreSQL; `sqlite_db` and `sqlite_url` on SQLite only.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings

from bot.texts import strict
from storage import drivers, migrations
from storage.engine import Database, open_database
from tests import compiled, postgres

# A text that is missing is an error here; people would be shown English, or the key.
strict()
compiled.once()
# Nothing asserts on time: a busy machine breaks no rule.
settings.register_profile("weft", deadline=None)
settings.load_profile("weft")


def _migrate(url: str) -> None:
    # In a thread: the loop of a running test is not ours to use.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, migrations.migrate(drivers.parse(url))).result()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    yield from postgres.serve()


@pytest.fixture(scope="session")
def _postgres_database(postgres_server: postgres.Server) -> str:
    name = postgres_server.new()
    _migrate(postgres_server.url(name))
    return name


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "weft.sqlite3"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a migrated SQLite database of this test's own."""
    file = shutil.copy(_sqlite_template, tmp_path / "weft.sqlite3")
    return f"sqlite+aiosqlite:///{file}"


@pytest.fixture
def postgres_url(postgres_server: postgres.Server, _postgres_database: str) -> str:
    """The address of a migrated PostgreSQL database of this test's own, as long as it leaves the tables as they are."""
    postgres_server.empty(_postgres_database)
    return postgres_server.url(_postgres_database)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of a migrated database of this test's own, on either."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that nobody has migrated yet, on either."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'new' / 'weft.sqlite3'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = server.new()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    database = await open_database(database_url)
    yield database
    await database.close()


@pytest.fixture
async def sqlite_db(sqlite_url: str) -> AsyncIterator[Database]:
    database = await open_database(sqlite_url)
    yield database
    await database.close()
