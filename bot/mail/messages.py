"""A letter as a message that can be sent: headers, the plain text, and the same as HTML with its picture inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any

from bot.mail.letters import Letter
from bot.mail.pages import rendered
from bot.texts import clean
from domain.addresses import on_the_wire

UNBROKEN = ("list-unsubscribe", "list-unsubscribe-post", "list-id", "message-id")


class _Policy(EmailPolicy):
    """Lines of 78 characters and seven bits, which every server takes; but an address is never cut in two."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in UNBROKEN:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=True)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, and what the message is known by: the same `mark` when it is sent again."""

    name: str
    sender: str
    recipient: str
    mark: str
    at: datetime


def message_of(letter: Letter, envelope: Envelope, headers: Mapping[str, str]) -> bytes:
    """The message, ready to be sent. Nothing in the letter can break out of its place."""
    domain = on_the_wire(envelope.sender).rpartition("@")[2]
    known_by = blake2b(envelope.mark.encode(), digest_size=16).hexdigest()
    message = EmailMessage(POLICY)
    message["From"] = Mailbox(clean(envelope.name), addr_spec=on_the_wire(envelope.sender))
    message["To"] = Mailbox(addr_spec=on_the_wire(envelope.recipient))
    message["Subject"] = clean(letter.subject)
    message["Date"] = format_datetime(envelope.at)
    message["Message-ID"] = f"<{known_by}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
    for name, value in headers.items():
        message[name] = value
    picture = f"{known_by}.picture@{domain}" if letter.picture else None
    message.set_content(plain_of(letter))
    message.add_alternative(rendered("letter.html", letter=letter, picture=picture), subtype="html")
    message["Content-Language"] = letter.language  # of all its parts
    if letter.picture is not None:
        *_, page = message.iter_parts()
        assert isinstance(page, MIMEPart)
        page.add_related(
            letter.picture.png, "image", "png", cid=f"<{picture}>", disposition="inline", filename="weft.png"
        )
    return message.as_bytes()


def plain_of(letter: Letter) -> str:
    """The letter for those whose mail program shows text only; of a picture they get the words."""
    blocks = [letter.heading, *map("\n".join, letter.paragraphs)]
    if letter.code:
        blocks.append(letter.code)
    blocks += map("\n".join, letter.after)
    if letter.picture is not None:
        blocks.append(letter.picture.alt)
    if letter.link is not None:
        blocks.append(f"{letter.link.label}\n{letter.link.url}")
    blocks += letter.footer
    if letter.unsubscribe is not None:
        blocks.append(f"{letter.unsubscribe.label}\n{letter.unsubscribe.url}")
    return "\n\n".join(blocks) + "\n"


def list_headers(list_id: str, sender: str, unsubscribe: str | None) -> dict[str, str]:
    """What lets a mail program offer to unsubscribe: with one click (RFC 8058) if there is a link, else by a mail."""
    by_mail = f"<mailto:{on_the_wire(sender)}?subject=unsubscribe>"
    headers = {"List-Id": f"<{list_id}.{on_the_wire(sender).rpartition('@')[2]}>", "List-Unsubscribe": by_mail}
    if unsubscribe is not None:
        headers |= {
            "List-Unsubscribe": f"<{unsubscribe}>, {by_mail}",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return headers
