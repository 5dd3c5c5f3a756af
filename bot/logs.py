"""Structured logs: for people on a terminal, as JSON otherwise; never a token, a message's text or a name.

The first line of defence is that nothing private is handed to a logger. This module is the second: fields
that would carry such a thing are emptied, secrets are struck out of everything, and Discord's library is kept
from its debug level, at which it prints whole messages.
"""

from __future__ import annotations

import io
import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import Settings

PRIVATE = frozenset(
    {
        "content",
        "text",
        "brief",
        "answer",
        "name",
        "user_name",
        "username",
        "display_name",
        "nick",
        "email",
        "token",
    }
)
STRUCK = "[withheld]"
TOKEN = re.compile(r"[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")  # what a bot token looks like, anybody's
# What a statement was given, and what PostgreSQL and its driver repeat of it: people's words. They may have lines of
# their own, so all goes up to the next exception of a traceback.
PARAMETERS = re.compile(
    r"(?:\[(?:SQL|parameters): |DETAIL: |Failing row contains \(|Key \(|invalid input [^:\n]*: )"
    r".*?(?=\n\n(?:The above exception|During handling of the above)|\Z)",
    re.DOTALL,
)
PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@/\s]+@")
WEBHOOK = re.compile(r"(/(?:interactions|webhooks)/\d+/)[\w-]+")  # an interaction's own key is part of its address
QUIET = ("aiosqlite", "apscheduler", "asyncio", "discord", "matplotlib", "sqlalchemy", "alembic", "PIL")


class Redaction:
    """Empties private fields and strikes secrets out of every text, exceptions' own texts included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {key: STRUCK if key in PRIVATE else self._clean(value) for key, value in event.items()}

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self.strike(value)
            case bool() | int() | float() | None:
                return value
            case dict():
                return {key: STRUCK if key in PRIVATE else self._clean(one) for key, one in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._clean(one) for one in value]
            case _:
                return self.strike(str(value))

    def strike(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        text = TOKEN.sub(STRUCK, text)
        text = PARAMETERS.sub(STRUCK, text)
        text = WEBHOOK.sub(rf"\g<1>{STRUCK}", text)
        return PASSWORD.sub(rf"\g<1>{STRUCK}@", text)


class _Traceback:
    """Renders an exception with its secrets struck out; which calls led to it is not private."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        found = event.pop("exc_info", None)
        if found is True:
            found = sys.exc_info()
        elif isinstance(found, BaseException):
            found = (type(found), found, found.__traceback__)
        if found and found[0] is not None:
            out = io.StringIO()
            structlog.dev.plain_traceback(out, found)
            event["exception"] = self._redaction.strike(out.getvalue().rstrip("\n"))
        return event


class _Brief(logging.Filter):
    """discord.py tells of every connection that failed with its whole traceback; a line will do."""

    TOLD = ("Failed to connect", "Attempting a reconnect")

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] and str(record.msg).startswith(self.TOLD):
            error = record.exc_info[1]
            record.msg, record.args = f"{record.getMessage()} ({type(error).__name__}: {error})", ()
            record.exc_info = None
        return True


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Set up all logging of the process; can be called again."""
    out = stream or sys.stderr
    secrets = (settings.discord_token, settings.smtp_password)
    redaction = Redaction(one.get_secret_value() for one in secrets if one is not None)
    human = settings.log_format == "human" or (settings.log_format == "auto" and out.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: Processor = structlog.processors.JSONRenderer()
    if human:
        last = structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=28)
    handler = logging.StreamHandler(out)
    handler.addFilter(_Brief())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _Traceback(redaction),
                redaction,
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.INFO if name == "discord" else logging.WARNING))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
