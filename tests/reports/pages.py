"""Reading a page as a browser would, to say what it may do and what it asks for."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br", "option", "circle", "rect", "path"}
ASKING = ("src", "href", "action", "data", "srcset", "poster", "formaction", "xlink:href")


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        closed = self.open.pop()
        assert closed.name == tag, f"<{closed.name}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data

    def all(self, name: str) -> list[Element]:
        return [one for one in self.elements if one.name == name]

    @property
    def said(self) -> str:
        """What people read."""
        (body,) = self.all("body")
        scripts = [one.text for one in (*self.all("script"), *self.all("style"))]
        text = body.text
        for script in scripts:
            text = text.replace(script, "")
        return text


def read(page: bytes) -> Page:
    """The page, after what must be true of every page of ours."""
    text = page.decode()
    read = Page()
    read.feed(text)
    assert not read.open
    assert " object at 0x" not in text
    _asks_nobody(read, text)
    _runs_only_its_own(read)
    return read


def _asks_nobody(read: Page, text: str) -> None:
    for element in read.elements:
        for name, value in element.attributes.items():
            assert name not in ASKING or value.startswith("data:image/svg+xml;base64,"), (element.name, name, value)
            if value.startswith("data:"):
                inner = b64decode(value.partition(",")[2]).decode()
                assert not re.search(r"""(?:href|src)\s*=\s*["'](?!#)|url\((?!#)|@import|<script""", inner)
            assert not name.startswith("on"), (element.name, name)
    assert not re.search(r"//[a-z]", re.sub(r"data:[^\"]*", "", text), re.IGNORECASE)
    for style in read.all("style"):
        assert not re.search(r"url\(|@import|@font-face", style.text)
    assert not {"iframe", "object", "embed", "link", "base"} & {one.name for one in read.elements}


def _runs_only_its_own(read: Page) -> None:
    policies = [
        one.attributes["content"]
        for one in read.all("meta")
        if one.attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.split(" ", 1) for rule in policies[0].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for name, element in (("style-src", "style"), ("script-src", "script")):
        own = [one.text for one in read.all(element) if "type" not in one.attributes]
        prints = [f"'sha256-{b64encode(sha256(one.encode()).digest()).decode()}'" for one in own] or ["'none'"]
        assert rules[name].split() == prints
    assert not any("style" in one.attributes for one in read.elements)  # the policy would not let them
