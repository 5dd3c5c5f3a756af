"""Whatever goes wrong, wherever: one private message in plain words, once."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands
from simcord.results import InteractionResult
from structlog.testing import capture_logs

from bot.services.gate import StorageUnavailable
from cogs.ui.card import Button, Card, Choice, Menu, message
from cogs.ui.form import Form, Line
from cogs.ui.items import Interaction
from cogs.ui.presenter import present
from cogs.ui.router import WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain.errors import NotYours, PersonError, TooOld
from storage.engine import Database
from tests.cogs.stage import Stage, everybody_reads, stage


class Picky(app_commands.Transformer):
    """Takes nothing, for whatever reason it is told."""

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        raise TooOld if value == "late" else ValueError(value)


class Trouble(WeftCog):
    """Goes wrong in every way, wherever it is asked."""

    error: Exception = NotYours()

    @app_commands.command(name="trouble", description="Goes wrong")
    async def trouble(self, interaction: Interaction, when: str = "first") -> None:
        visit = await self.visit(interaction, Needs.NOTHING)
        if when == "answered":
            await visit.answer(Card(text="so far so good"))
        elif when == "deferred":
            await visit.defer()
        elif when == "asked":
            await visit.ask(Form("trouble.form", (), "Form", (Line("line", "Line"),)))
        raise self.error

    @app_commands.command(name="own", description="Has a handler of its own")
    async def own(self, _interaction: Interaction) -> None:
        raise self.error

    @own.error
    async def handled(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        await present(interaction, error)

    @app_commands.command(name="often", description="Not too often")
    @app_commands.checks.cooldown(1, 60.0)
    async def often(self, interaction: Interaction) -> None:
        await interaction.response.send_message("once", ephemeral=True)

    @app_commands.command(name="keys", description="For managers")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def keys(self, _interaction: Interaction) -> None: ...

    @app_commands.command(name="never", description="For nobody")
    @app_commands.check(lambda _interaction: False)
    async def never(self, _interaction: Interaction) -> None: ...

    @app_commands.command(name="picky", description="Takes nothing")
    async def picky(self, _interaction: Interaction, what: app_commands.Transform[str, Picky]) -> None: ...

    @app_commands.command(name="suggest", description="Suggests")
    async def suggest(self, _interaction: Interaction, what: str) -> None: ...

    @suggest.autocomplete("what")
    async def suggestions(self, _interaction: Interaction, _typed: str) -> list[app_commands.Choice[str]]:
        raise self.error

    @press("trouble.press", needs=Needs.NOTHING)
    async def pressed(self, _visit: Visit, _who: int) -> None:
        raise self.error

    @choose("trouble.choose", needs=Needs.NOTHING)
    async def chosen(self, _visit: Visit) -> None:
        raise self.error

    @press("trouble.open", needs=Needs.NOTHING)
    async def opened(self, visit: Visit) -> None:
        await visit.ask(Form("trouble.form", (), "Form", (Line("line", "Line"),)))

    @submit("trouble.form", needs=Needs.NOTHING)
    async def sent(self, _visit: Visit) -> None:
        raise self.error


WHO = 1145884861921044480  # an id in a button, as of a person


PANEL = Card(
    text="panel",
    buttons=(Button("Press", "trouble.press", (WHO,)), Button("Open", "trouble.open")),
    menus=(Menu("trouble.choose", choices=(Choice("1", "1"),)),),
)


def cause(s: Stage, error: Exception) -> None:
    cog = s.bot.get_cog("Trouble")
    assert isinstance(cog, Trouble)
    cog.error = error


def told(result: InteractionResult) -> list[str]:
    """The texts of everything that was shown, all of it to this person only."""
    answers = [one for one in (result.response, *result.followups) if one]
    assert all(one.ephemeral for one in answers)
    return [embed.description or "" for one in answers for embed in one.embeds]


class Answer:
    """What discord.py keeps of a response."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "reason"


def from_discord(kind: type[discord.HTTPException], status: int, code: int = 0) -> discord.HTTPException:
    return kind(Answer(status), {"code": code, "message": "details for developers"})  # type: ignore[arg-type]


@pytest.mark.parametrize("when", ["first", "answered", "deferred", "asked"])
async def test_a_mistake_is_explained_in_private_whatever_was_said_before(sqlite_db: Database, when: str) -> None:
    async with stage(sqlite_db, Trouble) as s:
        result = await s.ada.slash(s.lobby, "trouble", when=when)
        before = ["so far so good"] if when == "answered" else []
        assert told(result) == [*before, "This button is meant for somebody else, so nothing happened."]


async def test_buttons_menus_and_forms_are_treated_alike(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        panel = await s.bot.get_partial_messageable(s.lobby.id).send(**message(PANEL))
        pressed = await s.ada.click(panel, label="Press")
        chosen = await s.ada.select(panel, ["1"])
        opened = await s.ada.click(panel, label="Open")
        sent = await s.ada.submit_modal(opened, {"line": "x"})
        for result in (pressed, chosen, sent):
            assert told(result) == ["This button is meant for somebody else, so nothing happened."]


async def test_in_the_persons_own_language(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(sqlite_db, Trouble) as s:
        everybody_reads("nl", monkeypatch)
        assert told(await s.ada.slash(s.lobby, "trouble")) == [
            "Deze knop is voor iemand anders bedoeld, dus er is niets gebeurd."
        ]


BAD_DAYS: list[tuple[Exception, str]] = [
    (from_discord(discord.Forbidden, 403, 50013), "does not allow me"),
    (from_discord(discord.NotFound, 404, 10003), "has been deleted"),
    (from_discord(discord.HTTPException, 429), "slow down"),
    (discord.RateLimited(30.0), "slow down"),
    (from_discord(discord.DiscordServerError, 503), "not answering me properly"),
    (aiohttp.ServerDisconnectedError(), "not answering me properly"),
    (TimeoutError(), "not answering me properly"),
    (StorageUnavailable("the disk is full"), "cannot reach my records"),
    (app_commands.NoPrivateMessage(), "direct message"),
    (app_commands.BotMissingPermissions(["manage_threads"]), "does not allow me"),
]


async def test_bad_days_are_put_into_plain_words(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        for error, words in BAD_DAYS:
            cause(s, error)
            with capture_logs() as logs:
                (text,) = told(await s.ada.slash(s.lobby, "trouble"))
            assert words in text
            assert "details for developers" not in text
            assert not [entry for entry in logs if entry["log_level"] == "error"]


async def test_a_bug_is_logged_under_a_reference_that_the_person_is_shown(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        panel = await s.bot.get_partial_messageable(s.lobby.id).send(**message(PANEL))
        for error in (ZeroDivisionError("secret details"), from_discord(discord.HTTPException, 400, 50035)):
            cause(s, error)
            for ask in (s.ada.slash(s.lobby, "trouble"), s.ada.click(panel, label="Press")):
                with capture_logs() as logs:
                    (text,) = told(await ask)
                assert "secret" not in text
                found = re.search(r"`([A-Z2-7]{6})`", text)
                assert found
                (entry,) = [one for one in logs if one["log_level"] == "error"]
                assert entry["reference"] == found[1]
                assert entry["exc_info"] is error
                assert entry["asked"] in {"trouble", "trouble.press"}
                assert entry["community"] == s.guild.id


async def test_a_command_with_a_handler_of_its_own_is_answered_once(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        assert len(told(await s.ada.slash(s.lobby, "own"))) == 1


async def test_what_discord_py_itself_finds_wrong_with_a_command(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        await s.ada.slash(s.lobby, "often")
        assert "Try again in 60 seconds" in told(await s.ada.slash(s.lobby, "often"))[0]
        assert "people who manage this cluster" in told(await s.ada.slash(s.lobby, "keys"))[0]
        assert "cannot use this here" in told(await s.ada.slash(s.lobby, "never"))[0]
        assert "could not make sense" in told(await s.ada.slash(s.lobby, "picky", what="x"))[0]
        assert "This is over" in told(await s.ada.slash(s.lobby, "picky", what="late"))[0]


EXPECTED: list[tuple[discord.AppCommandOptionType, str]] = [
    (discord.AppCommandOptionType.integer, "a number"),
    (discord.AppCommandOptionType.number, "a number"),
    (discord.AppCommandOptionType.user, "a person"),
    (discord.AppCommandOptionType.channel, "a channel"),
    (discord.AppCommandOptionType.role, "a role"),
    (discord.AppCommandOptionType.attachment, "a file"),
    (discord.AppCommandOptionType.boolean, "could not make sense"),
]


async def test_what_was_expected_of_an_argument(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        for kind, words in EXPECTED:
            cause(s, app_commands.TransformerError("typed", kind, Picky()))
            (text,) = told(await s.ada.slash(s.lobby, "trouble"))
            assert words in text
            assert "typed" not in text


async def test_a_command_that_discord_knows_and_we_do_not_any_more(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        s.bot.tree.remove_command("never")
        assert "has changed" in told(await s.ada.slash(s.lobby, "never"))[0]
        s.bot.tree.remove_command("suggest")
        assert await s.ada.autocomplete(s.lobby, "suggest", "what", "x") == []


async def test_an_error_while_suggesting_is_logged(sqlite_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    async with stage(sqlite_db, Trouble, check_errors=False) as s:
        cause(s, ZeroDivisionError())
        await s.ada.autocomplete(s.lobby, "suggest", "what", "x")
        assert "Ignoring exception in autocomplete for 'suggest'" in caplog.text


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (401, 50027), (404, 10015), (500, 0)])
@pytest.mark.parametrize("when", ["first", "answered"])
async def test_when_the_conversation_is_over_nobody_is_told_and_nothing_breaks(
    sqlite_db: Database, status: int, code: int, when: str
) -> None:
    async with stage(sqlite_db, Trouble) as s:
        path = "/interactions/*/callback" if when == "first" else "/webhooks/*"
        s.env.inject_error("POST", path, status=status, code=code, times=None)
        with capture_logs() as logs:
            result = await s.ada.slash(s.lobby, "trouble", when=when)
        assert told(result) == (["so far so good"] if when == "answered" else [])
        assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == ["nobody to tell"]


async def test_an_answer_that_came_too_late_is_not_a_bug(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        cause(s, from_discord(discord.NotFound, 404, 10062))
        with capture_logs() as logs:
            assert told(await s.ada.slash(s.lobby, "trouble")) == []
        assert [entry["event"] for entry in logs] == ["answer too late"]


async def test_if_discord_says_it_was_answered_already_it_is_answered_again(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Trouble) as s:
        s.env.inject_error("POST", "/interactions/*/callback", status=400, code=40060)
        assert len(told(await s.ada.slash(s.lobby, "trouble"))) == 1


async def test_even_a_message_that_cannot_be_made_does_not_break_anything(sqlite_db: Database) -> None:
    class WordlessError(PersonError):
        key = "errors.there_is_no_such_key"

    async with stage(sqlite_db, Trouble) as s:
        cause(s, WordlessError())
        with capture_logs() as logs:
            assert told(await s.ada.slash(s.lobby, "trouble")) == []
        assert [entry["event"] for entry in logs] == ["presenting failed"]
