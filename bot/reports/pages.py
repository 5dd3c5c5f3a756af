"""Pages that stand alone: everything is in the one file, and it may ask nothing of anybody.

What people typed is escaped by the templates. The policy in the page's head lets the browser run the page's own script,
and nothing else: no other script, no request to any host, no form.
"""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def page(template: str, **values: Any) -> str:
    """The template with these values; `style` and `script` are the files of its name, if there are any.

    Raises `jinja2.UndefinedError` for a value the template has and `values` has not.
    """
    style, script = (_source(f"{template}.{ending}") for ending in ("css", "js"))
    policy = "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src '{_fingerprint(style)}'",
            f"script-src '{_fingerprint(script)}'" if script else "script-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        _environment()
        .get_template(f"{template}.html")
        # Both are files of ours, and nothing is filled in there.
        .render(policy=policy, style=Markup(style), script=Markup(script), **values)  # noqa: S704
    )


def data(value: object) -> Markup:
    """A value as JSON that may stand in a script element: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - a script element ends at "</" only


def picture(svg: str) -> str:
    """An SVG as the address of an image that holds it."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("bot.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _source(name: str) -> str:
    """A style or script that goes into a page as it is; empty if the page has none."""
    file = files("bot.reports") / "templates" / name
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _fingerprint(source: str) -> str:
    return f"sha256-{b64encode(sha256(source.encode()).digest()).decode()}"
