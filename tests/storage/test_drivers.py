"""The addresses of databases."""

from __future__ import annotations

import pytest

from storage import drivers
from storage.engine import StorageUnavailable, open_database


@pytest.mark.parametrize(
    ("text", "driver", "where"),
    [
        ("sqlite:///data/weft.sqlite3", "sqlite+aiosqlite", "data/weft.sqlite3"),
        ("sqlite+aiosqlite:////var/lib/weft.sqlite3", "sqlite+aiosqlite", "/var/lib/weft.sqlite3"),
        ("postgres://me:secret@db.example/weft", "postgresql+asyncpg", "weft on db.example:5432"),
        ("postgresql://me:secret@db.example:5433/weft", "postgresql+asyncpg", "weft on db.example:5433"),
        ("postgresql+asyncpg://me@/weft?host=/run/pg", "postgresql+asyncpg", "weft on /run/pg:5432"),
    ],
)
def test_addresses(text: str, driver: str, where: str) -> None:
    url = drivers.parse(text)
    assert url.drivername == driver
    assert drivers.where(url) == where


def test_the_ssl_mode_of_a_postgresql_address_is_understood() -> None:
    url = drivers.parse("postgres://me@db.example/weft?sslmode=require")
    assert url.query == {"ssl": "require"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be read"),
        ("weft.sqlite3", "cannot be read"),
        ("mysql://db.example/weft", "not the database 'mysql'"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_addresses_that_will_not_do(text: str, sentence: str) -> None:
    with pytest.raises(StorageUnavailable, match=sentence):
        await open_database(text)
