"""A real mail server on this machine, that takes mail, or says no in whatever way a test asks."""

# ruff: noqa: N802 - aiosmtpd finds what it calls by these names
from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE = Path(__file__).with_name("localhost.pem")
USER, PASSWORD = "weft", "correct horse"
SENDER = "weft@example.org"


@dataclass
class Office:
    """`says` answers a step ("MAIL", "RCPT", "DATA") instead of taking it; `breaks` hangs up there."""

    security: Literal["starttls", "tls", "none"] = "none"
    login: bool = False
    offers_login: bool = True
    host: str = "127.0.0.1"
    certificate: Path = CERTIFICATE
    port: int = 0
    says: dict[str, str] = field(default_factory=dict)
    says_to: dict[str, str] = field(default_factory=dict)  # the same, to "RCPT" of an address
    breaks: str = ""  # "before": in the middle of the data; "after": taken, and nothing said
    silent: str = ""  # at this command ("DATA", "QUIT") it never answers
    heard: asyncio.Event = field(default_factory=asyncio.Event)  # that command
    arrived: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    logins: int = 0
    connections: int = 0
    encrypted: list[bool] = field(default_factory=list)
    most_at_once: int = 0
    _server: asyncio.Server | None = None
    _talking: int = 0

    @property
    def settings(self) -> Mapping[str, Any]:
        """How Weft is told of it."""
        login = {"smtp_user": USER, "smtp_password": PASSWORD} if self.login else {}
        where = {"smtp_host": "localhost", "smtp_port": self.port, "smtp_security": self.security}
        return {**where, **login, "smtp_from": f"Weft <{SENDER}>"}

    async def open(self) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: _Clerk(self, context),
            self.host,
            self.port,
            ssl=context if self.security == "tls" else None,
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def _knows(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, who: Any) -> AuthResult:
        self.logins += 1
        right = isinstance(who, LoginPassword) and (who.login, who.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    # What aiosmtpd calls

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.says:
            return self.says["MAIL"]
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if "RCPT" in self.says or address in self.says_to:
            return self.says_to.get(address) or self.says["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        content = envelope.original_content
        assert content is not None
        self.raw.append(content)
        message = message_from_bytes(content, policy=policy.SMTP)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        self.envelopes.append((envelope.mail_from, list(envelope.rcpt_tos)))
        self.encrypted.append(session.ssl is not None or self.security == "tls")
        if self.breaks == "after":
            server.transport.abort()
        return "250 2.0.0 OK"


class _Clerk(SMTP):
    def __init__(self, office: Office, context: ssl.SSLContext) -> None:
        starttls = office.security == "starttls"
        super().__init__(
            office,
            hostname="localhost",
            tls_context=context if starttls else None,
            require_starttls=starttls,
            authenticator=office._knows,
            auth_require_tls=starttls,
            auth_exclude_mechanism=() if office.offers_login else ("LOGIN", "PLAIN"),
        )
        self._office = office

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        again = self.session is not None  # STARTTLS begins anew
        super().connection_made(transport)
        if not again:
            self._office.connections += 1
            self._office._talking += 1
            self._office.most_at_once = max(self._office.most_at_once, self._office._talking)

    def connection_lost(self, error: Exception | None) -> None:
        self._office._talking -= 1
        super().connection_lost(error)

    async def _hush(self, command: str) -> None:
        if self._office.silent == command:
            self._office.heard.set()
            await asyncio.Event().wait()

    async def smtp_QUIT(self, arg: str) -> None:
        await self._hush("QUIT")
        await super().smtp_QUIT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        await self._hush("DATA")
        if self._office.breaks == "before":
            await self.push("354 go on")
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


@asynccontextmanager
async def post_office(security: Literal["starttls", "tls", "none"] = "none", **more: Any) -> AsyncIterator[Office]:
    office = Office(security, **more)
    await office.open()
    try:
        yield office
    finally:
        await office.close()
