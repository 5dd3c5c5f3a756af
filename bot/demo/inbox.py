"""The demo's mail: whatever Weft would mail is kept here instead, to be read on the page. Nothing is sent anywhere."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html import escape, unescape
from urllib.parse import urlsplit

from bot.mail.sending import Server

#: Where links in mail lead. There is no such place: on the demo's page they lead to the demo itself.
PUBLIC_URL = "https://weft.example"
_DISCORD = "https://discord.com/channels/"
_LINK = re.compile(r'href="([^"]*)"')
_PICTURE = re.compile(r'src="cid:([^"]*)"')


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that has arrived. `page` is its HTML, complete in itself; `plain` the same for those who read text."""

    number: int
    at: datetime
    to: str
    subject: str
    page: str
    plain: str


class Inbox:
    """Everybody's mail, the oldest first: in the demo all of it comes to whoever sits in front of it."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []

    async def take(self, _server: Server, _sender: str, recipient: str, message: bytes) -> None:
        """Keep a message; it is handed over as one is to a mail server."""
        read = message_from_bytes(message, EmailMessage, policy=policy.default)
        plain, page = read.get_body(("plain",)), read.get_body(("html",))
        assert plain is not None
        assert page is not None
        pictures = {
            str(part["Content-ID"]).strip("<>"): b64encode(part.get_content()).decode()
            for part in read.walk()
            if part.get_content_maintype() == "image"
        }
        html = _PICTURE.sub(lambda found: f'src="data:image/png;base64,{pictures[found[1]]}"', page.get_content())
        html = _LINK.sub(_led, html)
        number, at = len(self.mails) + 1, parsedate_to_datetime(str(read["Date"]))
        self.mails.append(Mail(number, at, recipient, str(read["Subject"]), html, plain.get_content()))

    def get(self, number: int) -> Mail | None:
        return self.mails[number - 1] if 0 < number <= len(self.mails) else None


def _led(link: re.Match[str]) -> str:
    """A link that stays in the demo: to a channel on its page, or to the page that ends the mail."""
    url = unescape(link[1])
    if url.startswith(_DISCORD):
        channel = url.removeprefix(_DISCORD).split("/")[1]
        return f'href="/#channel={channel}" target="_top"'
    parts = urlsplit(url)
    return f'href="{escape(parts.path)}?{escape(parts.query)}" target="_blank" rel="noopener"'
