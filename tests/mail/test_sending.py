"""Talking to a real mail server: encrypted or not, with a login or not, and whatever it answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Literal

import pytest

from bot.checkup import _mail, examine
from bot.clock import SystemClock
from bot.mail import sending
from bot.mail.sending import MailFailed, NoMailbox, Server, Trouble, hand_over, server_of
from bot.settings import Settings
from tests.mail.post_office import CERTIFICATE, SENDER, Office, post_office

TO = "ann@example.com"
MESSAGE = b"Subject: hello\r\n\r\n.a line that begins with a dot\r\n"


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator with an authority of their own has it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def server(office: Office, **more: Any) -> Server:
    found = server_of(Settings(_env_file=None, **{**office.settings, **more}))
    assert found is not None
    return found


async def failure(to: Server) -> MailFailed:
    with pytest.raises(MailFailed) as caught:
        await hand_over(to, SENDER, TO, MESSAGE)
    return caught.value


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
@pytest.mark.parametrize("login", [False, True])
@pytest.mark.usefixtures("trusted")
async def test_a_message_arrives_as_it_is(security: Literal["starttls", "tls", "none"], login: bool) -> None:
    async with post_office(security, login=login) as office:
        await hand_over(server(office), SENDER, TO, MESSAGE)
        assert office.raw == [MESSAGE]
        assert office.envelopes == [(SENDER, [TO])]
        assert office.encrypted == [security != "none"]
        assert office.logins == office.login


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_certificate_nobody_vouches_for_is_not_trusted(security: Literal["starttls", "tls"]) -> None:
    async with post_office(security) as office:
        assert (await failure(server(office))).trouble is Trouble.CERTIFICATE
        assert office.raw == []


@pytest.mark.usefixtures("trusted")
async def test_nor_one_of_another_host() -> None:
    async with post_office("tls", host="0.0.0.0") as office:
        elsewhere = await failure(server(office, smtp_host="127.0.0.2"))
        assert elsewhere.trouble in (Trouble.CERTIFICATE, Trouble.UNREACHABLE)  # not every machine has that address
        assert office.raw == []


async def test_a_server_without_encryption_gets_no_password() -> None:
    async with post_office("none", login=True) as office:
        assert (await failure(server(office, smtp_security="starttls"))).trouble is Trouble.NO_ENCRYPTION
        assert (office.logins, office.raw) == (0, [])


@pytest.mark.usefixtures("trusted")
async def test_a_wrong_password_is_told_from_a_server_that_is_down() -> None:
    async with post_office("starttls", login=True) as office:
        wrong = await failure(server(office, smtp_password="battery staple"))
        assert (wrong.trouble, wrong.code) == (Trouble.LOGIN, "535 5.7.8")
        up = server(office)
    assert (await failure(up)).trouble is Trouble.UNREACHABLE


async def test_a_server_that_knows_no_login_where_one_is_set() -> None:
    async with post_office(login=True, offers_login=False) as office:
        assert (await failure(server(office))).trouble is Trouble.LOGIN
        assert office.raw == []


@pytest.mark.parametrize(
    ("step", "says", "trouble", "code"),
    [
        ("RCPT", "451 4.7.1 Greylisted, try again", Trouble.BUSY, "451 4.7.1"),
        ("RCPT", "450 mailbox busy", Trouble.BUSY, "450"),
        ("RCPT", "452 4.2.2 ann@example.com is full", Trouble.BUSY, "452 4.2.2"),
        ("RCPT", "550 5.7.1 Relaying denied", Trouble.THIS_MAIL, "550 5.7.1"),
        ("RCPT", "550 relay not permitted", Trouble.THIS_MAIL, "550"),
        ("RCPT", "552 5.2.2 ann@example.com is full", Trouble.THIS_MAIL, "552 5.2.2"),
        ("MAIL", "553 5.7.1 not owned by user", Trouble.SENDER, "553 5.7.1"),
        ("MAIL", "421 4.3.2 going down", Trouble.BUSY, "421 4.3.2"),
        ("DATA", "554 5.7.1 looks like spam", Trouble.THIS_MAIL, "554 5.7.1"),
        ("DATA", "451 4.3.0 no room", Trouble.BUSY, "451 4.3.0"),
    ],
)
async def test_what_a_server_answers_is_understood(step: str, says: str, trouble: Trouble, code: str) -> None:
    async with post_office(says={step: says}) as office:
        refused = await failure(server(office))
    assert (refused.trouble, refused.code) == (trouble, code)
    assert TO not in str(refused)


@pytest.mark.parametrize(
    "says",
    [
        "550 5.1.1 <ann@example.com>: no such user",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
        "551 5.1.6 moved",
        "550 5.2.1 disabled",
        "550 No such user here",
    ],
)
async def test_a_mailbox_that_is_not_there(says: str) -> None:
    async with post_office(says={"RCPT": says}) as office:
        with pytest.raises(NoMailbox):
            await hand_over(server(office), SENDER, TO, MESSAGE)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_connection_that_breaks_is_no_success(moment: str) -> None:
    async with post_office(breaks=moment) as office:
        assert (await failure(server(office))).trouble is Trouble.UNREACHABLE
        assert len(office.raw) == (moment == "after")


async def test_a_server_that_is_slow_to_say_goodbye_has_taken_the_mail_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "PARTING", 0.01)
    async with post_office(silent="QUIT") as office, asyncio.timeout(10):
        await hand_over(server(office), SENDER, TO, MESSAGE)
        assert office.raw == [MESSAGE]


async def test_whoever_stops_is_not_held_up_by_a_server_that_says_nothing() -> None:
    async with post_office(silent="DATA") as office:
        talk = asyncio.create_task(hand_over(server(office), SENDER, TO, MESSAGE))
        await office.heard.wait()
        talk.cancel()
        ended, _ = await asyncio.wait({talk}, timeout=10)
        assert ended


# weft check


@pytest.mark.usefixtures("trusted")
async def test_the_check_logs_in_and_sends_nothing() -> None:
    async with post_office("starttls", login=True) as office:
        found = await _mail(server(office), "https://weft.example.org")
        assert (found.well, found.says) == (True, f"localhost:{office.port} answers and takes the login.")
        assert "WEFT_PUBLIC_URL" in (await _mail(server(office), "")).says
        wrong = await _mail(server(office, smtp_password="battery staple"), "")
        assert not wrong.well
        assert "does not take the login (it said 535 5.7.8). Check WEFT_SMTP_USER and WEFT_SMTP_PASSWORD" in wrong.says
        assert "battery" not in wrong.says
        down = server(office)
        assert office.raw == []
    assert "cannot be reached. Check WEFT_SMTP_HOST" in (await _mail(down, "")).says


async def test_without_a_mail_server_nothing_is_wrong() -> None:
    found = await _mail(None, "")
    assert found.well
    assert "set WEFT_SMTP_HOST" in found.says


async def test_the_check_looks_at_mail_only_where_it_may_ask_others(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path, smtp_host="localhost", smtp_port=1, smtp_from=SENDER)
    found = [one.what async for one in examine(settings, SystemClock(), online=False)]
    assert "database" in found
    assert "mail" not in found
