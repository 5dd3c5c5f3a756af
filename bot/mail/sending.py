"""Talking to the mail server: log in, hand a message over, and say in a few words how it went.

What servers say is never logged or shown: it often repeats the address. Their numbers are (RFC 5321, RFC 3463).
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from bot.settings import Settings

PORTS = {"starttls": 587, "tls": 465, "none": 25}
PATIENCE = 30.0  # seconds for one answer
PARTING = 2.0  # seconds to say goodbye, which changes nothing any more
ALL = 90.0  # seconds for the whole talk: less than an attempt of the delivery may take
_STATUS = re.compile(r"^([245])\.(\d{1,3})\.(\d{1,3})(?!\d)")
# Enhanced status codes of a mailbox that is not there (RFC 3463, 3.2 and 3.3: bad address, moved, disabled).
_NO_MAILBOX = re.compile(r"5\.1\.[12360]$|5\.1\.10$|5\.2\.1$")
_NOT_FOR_US = re.compile(r"relay|authenti", re.IGNORECASE)


class Trouble(StrEnum):
    """What is wrong with the mail server, as far as anybody can act on it."""

    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"  # it does not prove that it is who it should be
    NO_ENCRYPTION = "no_encryption"  # it does not know STARTTLS
    LOGIN = "login"  # it does not take the name and password
    SENDER = "sender"  # it takes no mail from our address
    THIS_MAIL = "this_mail"  # it does not take this mail, or none to this address
    BUSY = "busy"  # not now

    @property
    def passes(self) -> bool:
        """Whether it may be over soon without anybody's doing."""
        return self in (Trouble.UNREACHABLE, Trouble.BUSY)


class MailFailed(Exception):  # noqa: N818 - the server's state, not a fault of ours
    """The message was not handed over, or it is not known that it was. `code`: the server's answer, if it gave one."""

    def __init__(self, trouble: Trouble, code: str = "") -> None:
        super().__init__(f"{trouble} {code}".rstrip())
        self.trouble = trouble
        self.code = code


class NoMailbox(Exception):  # noqa: N818
    """The server says for good that there is no such mailbox."""


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server and how to get to it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)


def server_of(settings: Settings) -> Server | None:
    """The mail server the operator set, if any."""
    if not settings.smtp_host:
        return None
    return Server(
        settings.smtp_host,
        settings.smtp_port or PORTS[settings.smtp_security],
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password.get_secret_value() if settings.smtp_password else "",
    )


#: How a message is handed over: server, sender, recipient, message. As `hand_over` does it, or as the demo does.
HandOver = Callable[[Server, str, str, bytes], Awaitable[None]]


async def hand_over(server: Server, sender: str, recipient: str, message: bytes) -> None:
    """Have the server deliver a message. When this returns, it has taken it on.

    Raises MailFailed, NoMailbox.
    """
    async with _talk(server) as smtp:
        await smtp.sendmail(sender, [recipient], message)
        with suppress(SMTPException, OSError):  # the mail is theirs by now
            await smtp.quit(timeout=PARTING)


async def greet(server: Server) -> None:
    """Connect, encrypt and log in, and no more. Raises MailFailed."""
    async with _talk(server) as smtp:
        await smtp.noop()


@asynccontextmanager
async def _talk(server: Server) -> AsyncIterator[SMTP]:
    """A connection that is ready to take mail; how it fails becomes one of ours."""
    smtp = SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user or None,
        password=server.password or None,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        timeout=PATIENCE,
    )
    try:
        async with asyncio.timeout(ALL):
            await smtp.connect()
            yield smtp
    except SMTPRecipientsRefused as refusal:
        raise _of_recipient(refusal.recipients[0]) from None
    except SMTPAuthenticationError as refusal:
        raise MailFailed(_unless_busy(refusal, Trouble.LOGIN), _code(refusal)) from None
    except SMTPDataError as refusal:
        raise MailFailed(_unless_busy(refusal, Trouble.THIS_MAIL), _code(refusal)) from None
    except SMTPResponseException as refusal:
        raise MailFailed(_unless_busy(refusal, Trouble.SENDER), _code(refusal)) from None
    except (SMTPException, OSError) as failure:  # a timeout is an OSError, too
        raise MailFailed(_why(failure)) from failure
    finally:
        smtp.close()  # without a word: whoever stops must not wait for an answer


def _of_recipient(refusal: SMTPRecipientRefused) -> Exception:
    status = _STATUS.match(refusal.message)
    if refusal.code >= 500 and status is not None and _NO_MAILBOX.match(status[0]):
        return NoMailbox()
    if refusal.code in (550, 551, 553) and status is None and not _NOT_FOR_US.search(refusal.message):
        return NoMailbox()  # older servers give no reason in numbers
    return MailFailed(_unless_busy(refusal, Trouble.THIS_MAIL), _code(refusal))


def _unless_busy(refusal: SMTPResponseException, trouble: Trouble) -> Trouble:
    return trouble if refusal.code >= 500 else Trouble.BUSY


def _code(refusal: SMTPResponseException) -> str:
    status = _STATUS.match(refusal.message)
    return f"{refusal.code} {status[0]}" if status else str(refusal.code)


def _why(failure: BaseException) -> Trouble:
    cause: BaseException | None = failure
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Trouble.CERTIFICATE
        cause = cause.__cause__ or cause.__context__
    said = str(failure)
    if "STARTTLS" in said:
        return Trouble.NO_ENCRYPTION
    if "AUTH" in said or "authentication" in said:  # it offers none, or none that we know
        return Trouble.LOGIN
    return Trouble.UNREACHABLE
