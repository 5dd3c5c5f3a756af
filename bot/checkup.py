"""`weft check`: is everything Weft needs in order? Each answer says what is right, or what is wrong and the fix."""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import aiohttp

from bot.clock import Clock
from bot.lock import Locked, locked
from bot.mail.sending import MailFailed, Server, Trouble, greet, server_of
from bot.settings import Settings
from storage import drivers, migrations
from storage.engine import Database, StorageUnavailable

DISCORD = "https://discord.com/api/v10"
ROOM = 500 * 1024 * 1024  # bytes: years of a cluster, and a backup
# Seconds. What was tried before a crash is looked for from the first attempt, by our clock, less the messenger's
# CLOCKS_APART. At most half of that: a clock that is found well today drifts.
SKEW = 5.0
ANSWER_WITHIN = 10.0


# What is wrong with the mail server, and what to do about it.
_MAIL = {
    Trouble.UNREACHABLE: (
        "cannot be reached",
        "Check WEFT_SMTP_HOST, _PORT and _SECURITY (starttls: 587, tls: 465), and that this machine may connect there.",
    ),
    Trouble.CERTIFICATE: (
        "shows a certificate that cannot be trusted",
        "Use the name that is in it as WEFT_SMTP_HOST; for an authority of your own, name its file in SSL_CERT_FILE.",
    ),
    Trouble.NO_ENCRYPTION: ("does not know STARTTLS", "Set WEFT_SMTP_SECURITY to tls, with its port."),
    Trouble.LOGIN: ("does not take the login", "Check WEFT_SMTP_USER and WEFT_SMTP_PASSWORD."),
    Trouble.SENDER: ("refuses us", "Ask whoever runs it what this machine may send."),
    Trouble.BUSY: ("says not now", "Try again in a few minutes."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    well: bool
    says: str  # what is right, or what is wrong and what to do about it


async def examine(settings: Settings, clock: Clock, *, online: bool) -> AsyncIterator[Finding]:
    """Look at one thing after the other."""
    yield _token(settings)
    yield await _database(settings)
    yield _disk(settings)
    yield _time_zones()
    if online:
        async for finding in _discord(settings, clock):
            yield finding
        yield await _mail(server_of(settings), settings.public_url)


def application_of(token: str) -> int | None:
    """The application id in a bot token's first part; None when it does not look like a token."""
    first, *rest = token.split(".")
    try:
        number = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(number) if len(rest) == 2 and all(rest) and number.isdecimal() else None


def _token(settings: Settings) -> Finding:
    if settings.discord_token is None:
        return Finding("token", True, "none set: `weft run` shows the demo. For Discord, set WEFT_DISCORD_TOKEN.")
    application = application_of(settings.discord_token.get_secret_value())
    if application is None:
        return Finding(
            "token",
            False,
            "does not look like a bot token (three parts with dots between). Copy it from Discord's developer"
            " portal: Bot → Reset Token. It is not the client secret or the public key.",
        )
    return Finding("token", True, f"looks like one, of application {application}.")


async def _database(settings: Settings) -> Finding:
    path = settings.sqlite_path
    if path is not None and not path.exists():
        return _place_for_one(path)
    try:
        database = Database(drivers.parse(settings.database), ANSWER_WITHIN)
    except StorageUnavailable as error:
        return Finding("database", False, str(error))
    try:
        async with database.read() as tx:
            found = await migrations.revision(tx)
        behind = migrations.outdated(found)
    except StorageUnavailable as error:
        return Finding("database", False, str(error))
    finally:
        await database.close()
    where = f"{path or 'PostgreSQL'} is there"
    if found is None:
        return Finding("database", True, f"{where}, empty: `weft run` sets it up.")
    if behind:
        return Finding(
            "database", True, f"{where}, of an older Weft: `weft run` brings it up to date. Back it up before."
        )
    return Finding("database", True, f"{where} and up to date (revision {found}){_in_use(path)}.")


def _in_use(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        with locked(path):
            return ", not in use"
    except Locked:
        return ", in use by a running Weft"
    except OSError:
        return ""


def _place_for_one(path: Path) -> Finding:
    there = next(one for one in (path.parent, *path.absolute().parents) if one.exists())
    if os.access(there, os.W_OK):
        return Finding("database", True, f"will be made at {path} by the first `weft run`.")
    return Finding(
        "database", False, f"cannot be made: {there} may not be written. Give Weft's user write access to it."
    )


def _disk(settings: Settings) -> Finding:
    path = settings.sqlite_path or Path.cwd()
    there = next(one for one in path.absolute().parents if one.exists())
    free = shutil.disk_usage(there).free
    says = f"{free / 2**20:,.0f} MiB free at {there}."
    if free < ROOM:
        return Finding("disk", False, f"{says} Make room: at least {ROOM / 2**20:,.0f} MiB.")
    return Finding("disk", True, says)


def _time_zones() -> Finding:
    try:
        ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        return Finding("time zones", False, "are missing. Install the Python package tzdata.")
    return Finding("time zones", True, "are there.")


async def _discord(settings: Settings, clock: Clock) -> AsyncIterator[Finding]:
    token = settings.discord_token
    path, headers = "/gateway", {}
    if token is not None:
        path, headers = "/users/@me", {"Authorization": f"Bot {token.get_secret_value()}"}
    limit = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, headers=headers) as session,
            session.get((settings.discord_api or DISCORD) + path) as response,
        ):
            status, date = response.status, response.headers.get("Date")
    except (aiohttp.ClientError, OSError) as error:
        yield Finding(
            "discord",
            False,
            f"cannot be reached ({type(error).__name__}). Check that this machine may make outgoing HTTPS and"
            " WebSocket connections to discord.com and gateway.discord.gg.",
        )
        return
    yield _answer(status, with_token=token is not None)
    if date is not None:
        yield _clock(parsedate_to_datetime(date), clock.now())


def _answer(status: int, *, with_token: bool) -> Finding:
    match status:
        case 200:
            return Finding("discord", True, "answers" + (" and accepts the token." if with_token else "."))
        case 401:
            return Finding(
                "discord", False, "does not accept the token. Reset it in the developer portal and set the new one."
            )
        case _:
            return Finding("discord", False, f"answers with {status}. Try again; see discordstatus.com.")


def _clock(theirs: datetime, ours: datetime) -> Finding:
    skew = (ours - theirs.astimezone(UTC)).total_seconds()
    if abs(skew) > SKEW:
        return Finding(
            "clock", False, f"is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}. Turn on time synchronisation."
        )
    return Finding("clock", True, "agrees with Discord's.")


async def _mail(server: Server | None, public_url: str) -> Finding:
    """Connects, encrypts and logs in as for a mail, and sends none."""
    if server is None:
        return Finding(
            "mail", True, "none set: digests stay in chat. For e-mail, set WEFT_SMTP_HOST and WEFT_SMTP_FROM."
        )
    where = f"{server.host}:{server.port}"
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            await greet(server)
    except TimeoutError:
        return Finding("mail", False, f"{where} does not answer. {_MAIL[Trouble.UNREACHABLE][1]}")
    except MailFailed as failure:
        answer = f" (it said {failure.code})" if failure.code else ""
        says, fix = _MAIL[failure.trouble]
        return Finding("mail", False, f"{where} {says}{answer}. {fix}")
    login = " and takes the login" if server.user else ""
    link = "" if public_url else " To let people unsubscribe with one click, set WEFT_PUBLIC_URL."
    return Finding("mail", True, f"{where} answers{login}.{link}")
