"""The settings: where they are read from, and what an operator is told who sets something wrong."""

from __future__ import annotations

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot import logs
from bot.settings import PREFIX, Settings, WrongSettings, load
from storage.engine import open_database

TOKEN = "MTE0NTg4NDg2MTkyMTA0NDQ4MA.GhYkLm.aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [one for one in os.environ if one.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _fails(**variables: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(PREFIX + name.upper(), value)
        with pytest.raises(WrongSettings) as caught:
            load()
    return str(caught.value)


def test_with_nothing_set_weft_keeps_its_data_in_sqlite_and_has_no_token() -> None:
    settings, warnings = load()
    assert settings.discord_token is None
    assert settings.sqlite_path == Path("data/weft.sqlite3")
    assert warnings == []


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("WEFT_LANGUAGE=nl\nWEFT_POLL_SECONDS=60\n")
    monkeypatch.setenv("WEFT_POLL_SECONDS", "10")
    settings, _ = load()
    assert (settings.language, settings.poll_seconds) == ("nl", 10.0)


def test_the_file_can_be_named_and_must_be_there_then(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    named = tmp_path / "elsewhere"
    with pytest.raises(WrongSettings, match="elsewhere is not there"):
        load(named)
    named.write_text("WEFT_LANGUAGE=nl\n")
    assert load(named)[0].language == "nl"
    monkeypatch.setenv("WEFT_SETTINGS_FILE", str(named))
    assert load()[0].language == "nl"


def test_a_secret_can_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(f"{TOKEN}\n")
    monkeypatch.setenv("WEFT_DISCORD_TOKEN_FILE", str(secret))
    settings, warnings = load()
    assert settings.discord_token is not None
    assert settings.discord_token.get_secret_value() == TOKEN
    assert warnings == []


def test_a_secret_file_that_is_not_there_is_named_with_the_fix() -> None:
    told = _fails(discord_token_file="/nowhere/token")
    assert "WEFT_DISCORD_TOKEN_FILE names /nowhere/token" in told
    assert "Check the path" in told


@pytest.mark.parametrize("name", ["discord_token", "database_url", "smtp_password"])
@pytest.mark.parametrize("secret", [TOKEN, "postgresql://weft:hunter2@db/weft", "/tmp/x://hunter2", "hunter2"])
def test_a_secret_in_the_place_of_its_file_is_not_shown(name: str, secret: str) -> None:
    told = _fails(**{f"{name}_file": secret})
    assert f"WEFT_{name.upper()}_FILE names something that is not plainly a path" in told
    assert "Check the path" in told
    assert TOKEN not in told
    assert "hunter2" not in told


def test_files_that_cannot_be_read_are_named_with_the_fix(tmp_path: Path) -> None:
    strange = tmp_path / "strange"
    strange.write_bytes("WEFT_LANGUAGE=één".encode("latin-1"))
    with pytest.raises(WrongSettings, match=f"{strange} cannot be read.*not UTF-8.*Save it as UTF-8"):
        load(strange)
    with pytest.raises(WrongSettings, match=r"/proc/self/mem cannot be read \(Input/output error\).*may read it"):
        load(Path("/proc/self/mem"))  # refuses even those who may read everything
    assert "which cannot be read (it is not UTF-8 text)" in _fails(discord_token_file=str(strange))


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("postgresql://weft:secret@db/weft", "postgresql+asyncpg://weft:secret@db/weft"),
        ("postgres://weft@db/weft", "postgresql+asyncpg://weft@db/weft"),
        ("sqlite:////var/lib/weft/w.sqlite3", "sqlite+aiosqlite:////var/lib/weft/w.sqlite3"),
    ],
)
def test_a_plain_database_address_gets_its_driver(url: str, opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_DATABASE_URL", url)
    settings, _ = load()
    assert settings.database == opened
    assert (settings.sqlite_path is None) == opened.startswith("postgresql")


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("poll_seconds", "soon", "must be a valid number"),
        ("poll_seconds", "0", "greater than or equal to 1"),
        ("language", "de", "must be one of en, nl"),
        ("log_level", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("health", "8080", "must be host:port"),
        ("health", "127.0.0.1:99999", "must be host:port"),
        ("shard_ids", "a,b", "must be numbers with commas between them"),
        ("discord_api", "proxy.local", "must be a full address"),
        ("smtp_host", "smtp://mail.example.org", "must be the name alone"),
        ("smtp_port", "70000", "less than or equal to 65535"),
        ("smtp_security", "ssl", "'starttls', 'tls' or 'none'"),
        ("smtp_from", "Weft", "must be an e-mail address, or a name and an address"),
        ("smtp_from", "weft@localhost", "must be an e-mail address"),
        ("public_url", "http://weft.example.org", "must begin with https://"),
        ("public_url", "https://weft.example.org/?a=b", "no ? or #"),
        ("public_url", "https://we ft.example.org", "must begin with https://"),
    ],
)
def test_a_wrong_value_is_named_with_the_fix(name: str, value: str, fix: str) -> None:
    told = _fails(**{name: value})
    assert told.startswith(f'WEFT_{name.upper()} is "{value}"')
    assert fix in told
    assert str(Settings.model_fields[name].description) in told


def test_several_wrong_values_are_told_at_once() -> None:
    assert len(_fails(language="de", health="x").splitlines()) == 2


@pytest.mark.parametrize("value", [f"Bot {TOKEN}", f'"{TOKEN}"', f"{TOKEN} {TOKEN}"])
def test_a_token_with_something_around_it_is_refused_without_being_shown(value: str) -> None:
    told = _fails(discord_token=value)
    assert "WEFT_DISCORD_TOKEN must be the token alone" in told
    assert TOKEN not in told


def test_a_wrong_database_address_is_refused_without_showing_its_password() -> None:
    told = _fails(database_url="mysql://weft:hunter2@db/weft")
    assert told.startswith("WEFT_DATABASE_URL must be postgresql://")
    assert "hunter2" not in told


def test_shards_that_cannot_be_are_refused() -> None:
    assert "needs WEFT_SHARD_COUNT" in _fails(shard_ids="0,1")
    assert "between 0 and 1" in _fails(shard_ids="2", shard_count="2")
    assert "SQLite serves one process only" in _fails(shard_ids="0", shard_count="2")


def test_what_mail_needs_comes_together() -> None:
    server = {"smtp_host": "mail.example.org", "smtp_from": "weft@example.org"}
    assert "WEFT_SMTP_HOST needs WEFT_SMTP_FROM" in _fails(smtp_host="mail.example.org")
    assert Settings(_env_file=None, **{**server, "smtp_host": "[::1]"}).smtp_host == "::1"
    assert "go together" in _fails(**server, smtp_user="weft")
    assert "go together" in _fails(**server, smtp_password="hunter2")
    told = _fails(**server, smtp_user="weft", smtp_password="hunter2", smtp_security="none")
    assert "set it to starttls or tls" in told
    assert "hunter2" not in told
    assert "needs WEFT_HEALTH" in _fails(**server, public_url="https://weft.example.org")


def test_who_mail_is_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_SMTP_FROM", "Weft, the bot <weft@example.org>".replace(",", " –"))
    assert load()[0].mail_from == ("Weft – the bot", "weft@example.org")
    monkeypatch.setenv("WEFT_SMTP_FROM", "weft@example.org")
    assert load()[0].mail_from == ("", "weft@example.org")


def test_a_variable_nobody_reads_is_warned_about_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("WEFT_DISCORD_TOKN=x\n")
    monkeypatch.setenv("WEFT_QQQQQQ", "1")
    _, warnings = load()
    assert warnings == [
        "WEFT_DISCORD_TOKN is not a setting of Weft. Did you mean WEFT_DISCORD_TOKEN?",
        "WEFT_QQQQQQ is not a setting of Weft.",
    ]


def test_the_settings_can_be_shown_without_showing_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEFT_DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("WEFT_DATABASE_URL", "postgresql://weft:hunter2@db/weft")
    monkeypatch.setenv("WEFT_SMTP_PASSWORD", "battery staple")
    settings, _ = load()
    assert TOKEN not in repr(settings)
    assert "hunter2" not in repr(settings)
    assert "battery" not in repr(settings)


# Logs


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    monkeypatch.setenv("WEFT_DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("WEFT_SMTP_PASSWORD", "battery staple")
    root, level = logging.getLogger(), logging.getLogger().level
    handlers, config = root.handlers[:], structlog.get_config()
    out = io.StringIO()
    logs.configure(load()[0], out)
    yield out
    root.handlers, root.level = handlers, level
    structlog.configure(**config)
    logging.captureWarnings(capture=False)


def _last(lines: io.StringIO) -> dict[str, object]:
    found: dict[str, object] = json.loads(lines.getvalue().splitlines()[-1])
    return found


def test_a_token_in_an_exception_does_not_reach_the_log(lines: io.StringIO) -> None:
    def rejected() -> None:
        raise RuntimeError(f"401 for Authorization: Bot {TOKEN}")

    try:
        rejected()
    except RuntimeError:
        structlog.get_logger("test").exception("login.failed", header=f"Bot {TOKEN}")
        logging.getLogger("discord.http").exception("failed with %s", TOKEN)
    assert TOKEN not in lines.getvalue()
    assert "RuntimeError: 401 for Authorization: Bot [withheld]" in str(_last(lines)["exception"])


def test_nor_does_the_mail_servers_password(lines: io.StringIO) -> None:
    structlog.get_logger("test").warning("mail", cause=OSError("AUTH LOGIN weft battery staple"))
    assert "AUTH LOGIN weft [withheld]" in lines.getvalue()


def test_any_bots_token_is_struck_out_even_where_it_is_not_ours(lines: io.StringIO) -> None:
    other = TOKEN.replace("M", "N")
    structlog.get_logger("test").warning("odd", cause=ValueError(f"not a token: {other}"), more=[{"x": other}])
    assert other not in lines.getvalue()


@given(st.sampled_from(sorted(logs.PRIVATE)), st.text(min_size=1))
def test_fields_that_hold_what_people_wrote_are_emptied(field: str, words: str) -> None:
    event = logs.Redaction()(None, "info", {"event": "said", field: words, "deep": {field: words}})
    assert event[field] == event["deep"][field] == logs.STRUCK


def test_what_a_statement_was_given_and_passwords_are_struck_out(lines: io.StringIO) -> None:
    log = structlog.get_logger("test")
    log.error("db", cause="IntegrityError [SQL: INSERT …]\n[parameters: ('my secret brief',)]")
    log.error("db", cause="cannot reach postgresql://weft:hunter2@db/weft")
    log.error("http", cause="404 at /api/v10/webhooks/123456/aW50ZXJhY3Rpb24tdG9rZW4/messages")
    assert "my secret brief" not in lines.getvalue()
    assert "hunter2" not in lines.getvalue()
    assert "aW50ZXJhY3Rpb24" not in lines.getvalue()


async def test_what_postgresql_repeats_of_a_row_is_struck_out(lines: io.StringIO, postgres_url: str) -> None:
    words = "my secret brief\n(on two lines)"
    db = await open_database(postgres_url)
    log = structlog.get_logger("test")
    for sql, given_ in (
        ("INSERT INTO facts (name, value) VALUES (:x, NULL)", words),
        ("INSERT INTO facts (name, value) VALUES (:x, 'a'), (:x, 'b')", words),
        ("SELECT CAST(:x AS integer)", words),
        ("SELECT CAST(CAST(:x AS text) AS integer)", words),
    ):
        try:
            async with db.write() as tx:
                await tx.execute(sa.text(sql), {"x": given_})
        except sa.exc.DBAPIError as error:
            log.exception("db", cause=str(error), also=repr(error), driver=repr(error.orig and error.orig.__cause__))
        else:
            raise AssertionError("PostgreSQL took it")
    await db.close()
    assert "asyncpg.exceptions.NotNullViolationError: null value" in lines.getvalue()
    assert "secret brief" not in lines.getvalue()
    assert "two lines" not in lines.getvalue()
    assert "The above exception was the direct cause" in str(_last(lines)["exception"])


def test_lines_are_json_with_moment_level_and_origin(lines: io.StringIO) -> None:
    logging.getLogger("discord.client").warning("reconnecting in %s", 5)
    line = _last(lines)
    assert line["event"] == "reconnecting in 5"
    assert line["level"] == "warning"
    assert line["logger"] == "discord.client"
    assert str(line["timestamp"]).endswith("Z")


def test_a_connection_that_failed_is_one_line(lines: io.StringIO) -> None:
    logging.getLogger("discord.shard").error(
        "Failed to connect for shard_id: %s. Retrying...", 0, exc_info=ConnectionRefusedError("refused")
    )
    line = _last(lines)
    assert line["event"] == "Failed to connect for shard_id: 0. Retrying... (ConnectionRefusedError: refused)"
    assert "exception" not in line


def test_discords_library_is_never_at_debug_where_it_prints_messages(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEFT_LOG_LEVEL", "debug")
    logs.configure(load()[0], lines)
    logging.getLogger("discord.gateway").debug("received %s", {"content": "hello"})
    structlog.get_logger("bot.delivery").debug("seen")
    assert "hello" not in lines.getvalue()
    assert _last(lines)["event"] == "seen"
