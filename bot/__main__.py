"""The command line. What a command needs is imported when it is asked for: `weft --help` is quick."""

# ruff: noqa: PLC0415
from __future__ import annotations

import asyncio
import importlib
import sys
from collections.abc import Callable
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

WRONG = 2  # exit code: nothing will work before somebody changes a setting
FAILED = 1

cli = typer.Typer(
    name="weft",
    help="Weft: the soft infrastructure of a creative cluster, on Discord.\n\n"
    "Settings are variables named WEFT_…, from the environment or a file (see deploy/env.example).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
OWN_OPTIONS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


class _Given:
    settings_file: Path | None = None


def _say_version(wanted: bool = True) -> None:
    if wanted:
        typer.echo(f"weft {installed_version('weft')} (Python {sys.version.split()[0]})")
        raise typer.Exit


@cli.callback()
def _options(
    settings: Annotated[
        Path | None,
        typer.Option(help="Read the settings from this file instead of .env (the environment wins).", metavar="FILE"),
    ] = None,
    version: Annotated[  # noqa: ARG001 - its callback does it all
        bool, typer.Option("--version", help="Say which Weft this is.", callback=_say_version, is_eager=True)
    ] = False,
) -> None:
    _Given.settings_file = settings


@cli.command()
def run() -> None:
    """Run Weft: on Discord when WEFT_DISCORD_TOKEN is set, else as a demo in the browser."""
    settings = _settings()
    if settings.discord_token is None:
        typer.echo("No WEFT_DISCORD_TOKEN is set, so this is the demo: a simulated cluster in your browser.")
        _demo([])
        return
    import structlog

    from bot.connecting import CannotRun
    from bot.lock import Locked
    from bot.run import serve
    from storage.engine import StorageUnavailable

    try:
        asyncio.run(serve(settings))
    except CannotRun as error:
        _stop(error, WRONG)
    except (Locked, StorageUnavailable, OSError) as error:
        _stop(error, FAILED)
    except Exception:  # noqa: BLE001 - a bug goes into the log, where secrets are struck out of it
        structlog.get_logger("weft").exception("crashed")
        raise typer.Exit(FAILED) from None


@cli.command(context_settings=OWN_OPTIONS)
def demo(context: typer.Context) -> None:
    """A simulated cluster in the browser; no Discord account needed (`weft demo --help`)."""
    _demo(context.args)


@cli.command(context_settings=OWN_OPTIONS)
def simulate(context: typer.Context) -> None:
    """Play months of rounds without Discord and tell what came of them (`weft simulate --help`)."""
    _hand_over("bot.simulate", "simulate", context.args)


@cli.command(context_settings=OWN_OPTIONS)
def swaps(context: typer.Context) -> None:
    """Match the offers and wants in a file, as Weft would (`weft swaps --help`)."""
    _hand_over("bot.audits", "swaps", context.args)


@cli.command()
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Discord anything.")] = False,
) -> None:
    """Say what is right and what is wrong with this installation, and the fix. Exit code 1 when something is."""
    from bot.checkup import examine
    from bot.clock import SystemClock

    settings = _settings()
    typer.echo("✓ settings: can be read.")

    async def look() -> bool:
        well = True
        async for finding in examine(settings, SystemClock(), online=not offline):
            well = well and finding.well
            typer.echo(f"{'✓' if finding.well else '✗'} {finding.what}: {finding.says}")
        return well

    if not asyncio.run(look()):
        raise typer.Exit(FAILED)


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to put the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it is there.")] = False,
) -> None:
    """Copy the embedded database to FILE, also while Weft runs. The copy is checked before it is put there."""
    import sqlite3

    from storage.backup import NotABackup
    from storage.backup import backup as copy

    database = _embedded("pg_dump --format=custom --file={file} --dbname={url}", file)
    if file.exists() and not force:
        _stop(f"{file} is there already: choose another name, or say --force.", FAILED)
    try:
        found = copy(database, file)
    except (NotABackup, OSError, sqlite3.Error) as error:
        _stop(error, FAILED)
    typer.echo(
        f"Backed up {found.communities} communities to {file} ({found.size / 2**20:.1f} MiB, sound,"
        f" revision {found.revision}). It holds people's data: keep it where only you can read it."
    )


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file made by `weft backup`.")],
    yes: Yes = False,
) -> None:
    """Put FILE in the place of the embedded database, which is kept beside it. Weft must not be running."""
    import sqlite3

    from bot.clock import SystemClock
    from bot.lock import Locked, locked
    from storage.backup import NotABackup, inspect
    from storage.backup import restore as put_back

    database = _embedded("pg_restore --clean --if-exists --dbname={url} {file}", file)
    try:
        found = inspect(file)
        question = f"Put {file} ({found.communities} communities) in the place of {database}?"
        if not yes and not typer.confirm(question):
            raise typer.Abort
        with locked(database):
            kept = put_back(file, database, SystemClock().now())
    except (NotABackup, Locked, OSError, sqlite3.Error) as error:
        _stop(error, FAILED)
    typer.echo(f"Restored {file} to {database}." + (f" The database that was there is {kept} now." if kept else ""))


@cli.command()
def invite(
    application: Annotated[
        int | None,
        typer.Argument(help="The application id, from Discord's developer portal. From the token if left out."),
    ] = None,
) -> None:
    """Print the link with which a manager adds Weft to a server, and every permission it asks for, with why."""
    from bot.checkup import application_of
    from bot.client import invite_link
    from bot.invite import WHY, permissions

    if application is None:
        token = _settings().discord_token
        application = application_of(token.get_secret_value()) if token else None
    if application is None:
        _stop("Say which application: weft invite APPLICATION_ID (or set WEFT_DISCORD_TOKEN).", WRONG)
    needed = permissions()
    typer.echo(invite_link(application, needed) + "\n\nIt asks for:")
    for name in needed:
        typer.echo(f"  {name.replace('_', ' ')}: to {WHY[name]}")
    typer.echo("No privileged intent is needed: leave all three switches in the developer portal off.")


@cli.command()
def version() -> None:
    """Print which Weft this is."""
    _say_version()


def _settings() -> Settings:
    """Read the settings and set up the logs, or say what is wrong and stop."""
    from bot import logs
    from bot.settings import WrongSettings, load

    try:
        settings, warnings = load(_Given.settings_file)
    except WrongSettings as error:
        _stop(error, WRONG)
    logs.configure(settings)
    for warning in warnings:
        typer.echo(f"weft: {warning}", err=True)
    return settings


def _embedded(command: str, file: Path) -> Path:
    """The embedded database's file; on PostgreSQL, say which command of its own does this, and stop."""
    from sqlalchemy.engine import URL, make_url

    settings = _settings()
    if settings.sqlite_path is None:
        its = make_url(settings.database)
        url = URL.create("postgresql", its.username, None, its.host, its.port, its.database, its.query)
        shown = command.format(url=url.render_as_string(), file=file)
        _stop(
            f"This Weft keeps its data in PostgreSQL, which has its own tool for that:\n\n  {shown}\n\n"
            "It asks for the password, or reads it from PGPASSWORD or ~/.pgpass.",
            FAILED,
        )
    return settings.sqlite_path


def _demo(arguments: list[str]) -> None:
    _hand_over("bot.demo.command", "demo", arguments)


def _hand_over(module: str, name: str, arguments: list[str]) -> None:
    """Run a command that lives elsewhere, with its own options and help."""
    try:
        function: Callable[..., None] = getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.partition(".")[0] != "simcord":
            raise
        _stop('The demo needs a simulated Discord, which is not installed: pip install "weft[demo]"', FAILED)
    command = typer.main.get_command(_alone(function))
    command.main(arguments, prog_name=f"weft {name}")


def _alone(function: Callable[..., None]) -> typer.Typer:
    one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    one.command()(function)
    return one


def _stop(reason: object, code: int) -> NoReturn:
    typer.echo(f"weft: {reason}", err=True)
    raise typer.Exit(code)


def main() -> None:
    cli(prog_name="weft")


if __name__ == "__main__":
    main()
