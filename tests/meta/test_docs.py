"""What people are told is so: pages name every command, button, setting and library, and none that is not."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
import typer
from babel.messages.pofile import read_po
from discord import app_commands

from bot.__main__ import cli
from bot.client import EXTENSIONS
from bot.settings import FILE, PREFIX, Settings
from cogs.ui.router import WeftCog
from storage import tables
from tests.meta.pages import PAGES, ROOT, ROW, read, section, spans

FOR_PEOPLE = ("docs/tenants.md", "docs/managers.md")

LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"(?<![*\w])\*(?!\*)([^*]+)\*(?!\*)")  # in italics: what Weft shows, letter by letter


def for_people() -> str:
    return "\n".join(map(read, FOR_PEOPLE))


# Links


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_something_that_is_there(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if "://" in link:
            continue
        path, _, wanted = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if wanted:
            headings = re.findall(r"^#+ (.+)$", FENCE.sub("", target.read_text(encoding="utf-8")), re.MULTILINE)
            assert wanted in map(anchor, headings), link


# Commands and buttons


@cache
def commands() -> dict[str, app_commands.Command[WeftCog, ..., None]]:
    """Every slash command, by its whole name."""
    for extension in EXTENSIONS:
        package = import_module(extension)
        for module in walk_packages(package.__path__, extension + "."):
            import_module(module.name)
    found: dict[str, app_commands.Command[WeftCog, ..., None]] = {}
    for cog in WeftCog.__subclasses__():
        if cog.__module__.startswith(EXTENSIONS):
            for one in cog.__cog_app_commands__:
                below = one.walk_commands() if isinstance(one, app_commands.Group) else [one]
                found |= {each.qualified_name: each for each in below if isinstance(each, app_commands.Command)}
    return found


def test_there_are_commands_to_document() -> None:
    assert {"join", "me", "cluster setup", "round status"} <= commands().keys()


def test_every_command_and_what_it_takes_is_documented() -> None:
    documented = spans(for_people())
    missing = [name for name in commands() if f"/{name}" not in documented]
    taken = {f"{option.name}:" for command in commands().values() for option in command.parameters}
    said = " ".join(documented)
    missing += [option for option in taken if option not in said]
    assert missing == []


def test_every_command_that_is_documented_is_there() -> None:
    known = {*commands(), *(name.rpartition(" ")[0] for name in commands())}
    first = {name.split()[0] for name in commands()}
    for page in PAGES:
        only_commands = str(page.relative_to(ROOT)) in FOR_PEOPLE  # elsewhere a slash may begin a path
        for span in spans(page.read_text(encoding="utf-8")):
            named = re.fullmatch(r"/([a-z]+(?: [a-z]+)*)(?: [a-z_]+:.*)?", span)
            if named and (only_commands or named[1].split()[0] in first):
                assert named[1] in known, (page, span)


@cache
def texts() -> dict[str, tuple[str, ...]]:
    """The English catalogue: every form of each key."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted((ROOT / "bot" / "texts" / "en").glob("*.po")):
        with file.open("rb") as opened:
            for message in read_po(opened, locale="en"):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    forms = (message.string,) if isinstance(message.string, str) else message.string or ()
                    found[key] = tuple(str(form) for form in forms)
    return found


def as_shown(form: str) -> str:
    """What a text looks like, whatever is put into it."""
    return re.sub(r"\\\{\w+\\\}", ".+", re.escape(" ".join(form.replace("*", "").split())))


@pytest.mark.parametrize("page", FOR_PEOPLE)
def test_what_weft_shows_is_quoted_to_the_letter(page: str) -> None:
    wordings = [re.compile(as_shown(form)) for forms in texts().values() for form in forms if "{" not in form[:1]]
    text = FENCE.sub("", read(page))
    quoted = [" ".join(one.split()) for one in SHOWN.findall(text)]
    assert len(quoted) > 30
    allowed = {"italics"}  # where the pages say what italics are
    assert [one for one in quoted if one not in allowed and not any(w.fullmatch(one) for w in wordings)] == []


# Where every label is a button of its own, or a field; a way back or out explains itself.
LABELS = re.compile(r"(\.label|^members\.me\.button\.\w+)$")
PLAIN_TO_SEE = {
    "communities.back.label",
    "communities.change.label",
    "communities.keep.label",
    "communities.unsaved.label",
    "communities.themes_none.label",
    "communities.themes_replace.label",
    "communities.channels.public.label",
    "communities.settings.label",
    "communities.check.label",
    "communities.holidays.label",
    "communities.holiday.label",
    "sessions.of.label",
}


def test_every_button_is_documented() -> None:
    quoted = {" ".join(one.split()) for one in SHOWN.findall(for_people())}
    not_pressed = re.compile(r"^(commands|communities\.channel|reports)\.")
    missing = [
        (key, form)
        for key, forms in texts().items()
        if LABELS.search(key) and key not in PLAIN_TO_SEE and not not_pressed.match(key)
        for form in forms
        if not any(re.fullmatch(as_shown(form), one) for one in quoted)
    ]
    assert missing == []
    assert texts().keys() >= PLAIN_TO_SEE


# Settings, subcommands, libraries


def test_the_operators_page_lists_every_setting_with_its_default() -> None:
    rows = {name: cells.split(" | ") for name, cells in ROW.findall(section("docs/operators.md", "Settings"))}
    expected = {}
    for name, field in Settings.model_fields.items():
        default = (
            "" if field.default is None else f"{field.default:g}" if isinstance(field.default, float) else field.default
        )
        expected[PREFIX + name.upper()] = str(default)
    assert {name: cells[0].strip(" `") for name, cells in rows.items()} == expected


def test_no_page_names_a_setting_that_is_not_there() -> None:
    known = {FILE, *(PREFIX + name.upper() for name in Settings.model_fields)}
    for page in PAGES:
        named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", page.read_text(encoding="utf-8")))
        assert named <= known, page


def test_the_operators_page_lists_every_subcommand() -> None:
    group = typer.main.get_command(cli)
    assert isinstance(group, typer.core.TyperGroup)
    rows = [name for name, _ in ROW.findall(section("docs/operators.md", "Commands"))]
    assert sorted(name.split()[1] for name in rows) == sorted(group.commands)


def names(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[<>=!~; ]", one)[0] for one in requirements]


def test_the_libraries_page_lists_every_dependency_and_no_other() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    for heading, wanted in (
        ("To run", names(project["project"]["dependencies"])),
        ("To develop", names(project["dependency-groups"]["dev"])),
    ):
        rows = ROW.findall(section("docs/libraries.md", heading))
        assert sorted(name for name, _ in rows) == sorted(wanted)
        assert all(len(cell.strip()) > 10 for _, cells in rows for cell in cells.split(" | ")[1:])
    (demo,) = names(project["project"]["optional-dependencies"]["demo"])
    assert f"`{demo}`" in section("docs/libraries.md", "To run")


def test_every_make_target_that_is_named_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"(?:`|^    )make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
        assert named <= targets, page


def test_the_readme_says_which_python_and_how_to_test() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert "Python 3.11, 3.12 or 3.13" in read("README.md")
    assert "make test" in read(".ci/run")
    assert "    make test\n\n**is the test command**" in read("README.md")
    assert f"## {project['version']}" in read("CHANGELOG.md")


def test_the_privacy_page_accounts_for_every_table() -> None:
    named = set(spans(read("docs/privacy.md")))
    assert [one.name for one in tables.metadata.sorted_tables if one.name not in named] == []
