"""The command line, as an operator types it."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.lock import locked
from bot.settings import PREFIX

TOKEN = "MTE0NTg4NDg2MTkyMTA0NDQ4MA.GhYkLm.aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA"
DATABASE = Path("data/weft.sqlite3")


@pytest.fixture(autouse=True)
def _fresh_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [one for one in os.environ if one.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.configure(**config)
    logging.captureWarnings(capture=False)


@pytest.fixture
def installed(_sqlite_template: Path) -> None:
    DATABASE.parent.mkdir()
    shutil.copy(_sqlite_template, DATABASE)


def weft(*arguments: str, typed: str = "", **settings: str) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    ran = CliRunner().invoke(cli, arguments, input=typed, env=settings, prog_name="weft")
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return ran.exit_code, ran.output


def test_help_names_every_command() -> None:
    code, told = weft("--help")
    assert code == 0
    for command in ("run", "demo", "simulate", "check", "backup", "restore", "invite", "version"):
        assert f" {command} " in told


def test_the_version_is_said_either_way() -> None:
    code, told = weft("version")
    assert code == 0
    assert told.startswith("weft ")
    assert weft("--version") == (0, told)


def test_a_wrong_setting_stops_every_command_with_a_plain_sentence() -> None:
    for command in (["run"], ["check", "--offline"], ["backup", "x"], ["restore", "x"]):
        code, told = weft(*command, WEFT_POLL_SECONDS="soon")
        assert code == 2
        assert told.startswith('weft: WEFT_POLL_SECONDS is "soon" and must be a valid number')
        assert "Traceback" not in told


def test_a_setting_nobody_reads_is_pointed_out_and_the_command_goes_on() -> None:
    code, told = weft("check", "--offline", WEFT_LANGUAGES="nl")
    assert code == 0
    assert "WEFT_LANGUAGES is not a setting of Weft. Did you mean WEFT_LANGUAGE?" in told


def test_the_settings_can_be_in_a_file_of_any_name() -> None:
    Path("mine").write_text("WEFT_DATA_DIR=elsewhere\n")
    assert "made at elsewhere/weft.sqlite3" in weft("--settings", "mine", "check", "--offline")[1]
    assert weft("--settings", "other", "check")[0] == 2


def test_check_on_a_fresh_machine_says_that_all_is_well_and_what_will_be_made() -> None:
    code, told = weft("check", "--offline")
    assert code == 0
    assert "✓ database: will be made at data/weft.sqlite3" in told
    assert "none set: `weft run` shows the demo" in told


@pytest.mark.usefixtures("installed")
def test_check_tells_an_up_to_date_database_in_use_from_one_that_is_not() -> None:
    assert "up to date" in (told := weft("check", "--offline")[1])
    assert "not in use" in told
    with locked(DATABASE):
        assert "in use by a running Weft" in weft("check", "--offline")[1]


def test_check_names_what_is_wrong_with_the_fix() -> None:
    DATABASE.parent.mkdir()
    DATABASE.write_text("this is no database, and longer than a header of one hundred bytes would have to be. " * 9)
    code, told = weft("check", "--offline", WEFT_DISCORD_TOKEN="abcdef")
    assert code == 1
    assert "✗ token: does not look like a bot token" in told
    assert "✗ database: The database data/weft.sqlite3 is not a database" in told
    assert "abcdef" not in told


def test_check_knows_whose_token_it_is_without_showing_it() -> None:
    code, told = weft("check", "--offline", WEFT_DISCORD_TOKEN=TOKEN)
    assert code == 0
    assert "of application 1145884861921044480" in told
    assert TOKEN not in told


def test_check_says_when_discord_cannot_be_reached() -> None:
    code, told = weft("check", WEFT_DISCORD_API="http://127.0.0.1:9")
    assert code == 1
    assert "✗ discord: cannot be reached" in told


@pytest.mark.usefixtures("installed")
def test_backup_and_restore() -> None:
    code, told = weft("backup", "copy")
    assert code == 0
    assert "Backed up 0 communities to copy" in told
    code, told = weft("backup", "copy")
    assert code == 1
    assert "copy is there already" in told
    assert weft("backup", "copy", "--force")[0] == 0
    assert weft("restore", "copy", typed="n\n")[0] == 1
    assert not list(DATABASE.parent.glob("*.before-*"))
    code, told = weft("restore", "copy", typed="y\n")
    assert code == 0
    assert "The database that was there is data/weft.sqlite3.before-" in told


@pytest.mark.usefixtures("installed")
def test_nothing_is_restored_under_a_running_weft() -> None:
    weft("backup", "copy")
    with locked(DATABASE):
        code, told = weft("restore", "copy", "--yes")
    assert code == 1
    assert "Weft already runs on data/weft.sqlite3" in told


def test_what_is_no_backup_is_not_restored() -> None:
    Path("text").write_text("hello")
    code, told = weft("restore", "text", "--yes")
    assert code == 1
    assert told == "weft: text is not a database of Weft, or it is damaged.\n"


@pytest.mark.parametrize(("command", "tool"), [("backup", "pg_dump"), ("restore", "pg_restore")])
def test_on_postgresql_the_command_to_use_is_shown_without_the_password(command: str, tool: str) -> None:
    code, told = weft(command, "copy", WEFT_DATABASE_URL="postgresql://weft:hunter2@db:5433/weft")
    assert code == 1
    assert f"  {tool} --" in told
    assert "postgresql://weft@db:5433/weft" in told
    assert "hunter2" not in told


def test_the_invitation_is_a_link_with_every_permission_explained() -> None:
    code, told = weft("invite", "42")
    assert code == 0
    assert told.startswith("https://discord.com/oauth2/authorize?client_id=42&")
    assert "create private threads: to open a thread" in told
    assert "client_id=1145884861921044480" in weft("invite", WEFT_DISCORD_TOKEN=TOKEN)[1]
    assert weft("invite")[0] == 2


def test_the_version_is_told() -> None:
    assert weft("version")[1].startswith("weft 0.")


def test_without_a_token_run_shows_the_demo_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[list[str]] = []
    monkeypatch.setattr("bot.__main__._demo", given.append)
    code, told = weft("run")
    assert code == 0
    assert told.startswith("No WEFT_DISCORD_TOKEN is set, so this is the demo")
    assert given == [[]]
