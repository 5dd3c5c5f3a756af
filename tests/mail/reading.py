"""Reading a message as a mail program would, and what every message of ours must be."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Language")
OURS = {*ONCE, "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"}
VOID = {"meta", "img", "br"}


class _Page(HTMLParser):
    """What people read on a page, pictures by their words; what it asks for; its elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.attributes: dict[str, dict[str, str]] = {}
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes[tag] = found
        self.asked += [found[one] for one in ("src", "href", "action") if one in found]
        if tag == "img":
            self.said.append(found["alt"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "body" in self.open:
            self.said.append(data)
        if self.open[-1:] == ["a"]:  # the text says the address in so many words
            self.said.append(self.attributes["a"]["href"])


@dataclass(frozen=True)
class Read:
    message: EmailMessage
    plain: str
    page: str
    said: str  # by the page
    asked: list[str]  # addresses in the page
    root: dict[str, str]  # attributes of the page's first element
    picture: bytes | None


def read(raw: bytes) -> Read:
    """A message, after what must be true of every one."""
    assert raw.isascii()
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    message = message_from_bytes(raw, policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    assert set(message.keys()) <= OURS
    for name in ONCE:
        assert len(message.get_all(name, [])) == 1, name
    assert message.get_content_type() == "multipart/alternative"
    text, look = message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(look, EmailMessage)
    assert text.get_content_type() == "text/plain"
    page, picture = look, None
    if look.get_content_type() == "multipart/related":
        first, second = look.iter_parts()
        assert isinstance(first, EmailMessage)
        assert isinstance(second, EmailMessage)
        page, picture = first, second.get_content()
        assert second.get_content_type() == "image/png"
        assert second.get_content_disposition() == "inline"
    assert page.get_content_type() == "text/html"
    html = _Page()
    html.feed(page.get_content())
    assert not html.open
    if picture is not None:
        assert f"cid:{second['Content-ID'].strip('<>')}" in html.asked
    assert "<script" not in page.get_content()
    return Read(
        message,
        text.get_content(),
        page.get_content(),
        " ".join(" ".join(html.said).split()),
        html.asked,
        html.attributes["html"],
        picture,
    )
