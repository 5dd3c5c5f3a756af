"""The templates of mail, and the one page on the web that belongs to it."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Literal

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from bot.texts import catalogue


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot.mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def rendered(template: str, **values: Any) -> str:
    """A template with these values, which are escaped in HTML."""
    return _environment().get_template(template).render(values)


def unsubscribe_page(language: str, step: Literal["sure", "done", "later"]) -> str:
    """Asks with one button whether to end the mail, or says that it has ended or cannot now. The same for everybody."""
    t = catalogue(language)
    return rendered(
        "unsubscribe.html",
        language=t.language,
        direction=Locale.parse(t.language).text_direction,
        title=t.plain(f"mail.unsubscribe.{step}.title"),
        text=t.plain(f"mail.unsubscribe.{step}.text"),
        label="" if step == "done" else t.plain("mail.unsubscribe.button"),
        style=Markup(_style()),  # noqa: S704 - a file of ours, and nothing is filled in there
    )


@cache
def _style() -> str:
    return (files("bot.mail") / "templates" / "unsubscribe.css").read_text(encoding="utf-8")


@cache
def page_headers() -> dict[str, str]:
    """What a browser may do with that page: show it and send its form back, and tell nobody where it came from."""
    print_ = b64encode(sha256(_style().encode()).digest()).decode()
    rules = f"default-src 'none'; style-src 'sha256-{print_}'; form-action 'self'; base-uri 'none'"
    return {
        "Content-Security-Policy": f"{rules}; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
