"""Presses, choices and forms find their way, once, whatever comes; and nothing is remembered about any of them."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st
from simcord.results import InteractionResult

from cogs.ui.address import LARGEST, Address, number, read
from cogs.ui.card import Button, Card, Choice, Menu, MenuKind, message
from cogs.ui.form import Form, Line, Upload
from cogs.ui.items import Interaction
from cogs.ui.router import Kind, WeftCog, choose, press, submit
from cogs.ui.visit import Needs, Visit
from domain.model import Notices
from storage.engine import Database
from tests.cogs.stage import Stage, everybody_reads, stage


class Desk(WeftCog):
    """Answers everything, and notes what it was asked."""

    def __init__(self, bot: Any) -> None:
        super().__init__(bot)
        self.notes: list[tuple[Any, ...]] = []

    @app_commands.command(name="panel", description="Shows one of everything")
    async def panel(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.NOTHING)
        await visit.answer(PANEL)

    @press("desk.count", needs=Needs.NOTHING)
    async def count(self, visit: Visit, number: int) -> None:
        self.notes.append(("count", number))
        await visit.replace(Card(text=f"counted {number}", buttons=(Button("More", "desk.count", (number + 1,)),)))

    @press("desk.two", needs=Needs.NOTHING)
    async def two(self, visit: Visit, first: int, second: int = 0) -> None:
        self.notes.append(("two", first, second))
        await visit.answer(Card(text="two"))

    @press("desk.slow", needs=Needs.NOTHING)
    async def slow(self, visit: Visit) -> None:
        await visit.defer()
        await visit.answer(Card(text="it took a while"))

    @press("desk.slow_panel", needs=Needs.NOTHING)
    async def slow_panel(self, visit: Visit) -> None:
        await visit.defer()
        await visit.defer()  # once more does no harm
        await visit.replace(Card(text="the panel took a while"))

    @app_commands.command(name="fresh", description="Replaces nothing")
    async def fresh(self, interaction: Interaction) -> None:
        visit = await self.visit(interaction, Needs.NOTHING)
        await visit.replace(Card(text="fresh"))
        await visit.answer(Card(text="and more"))

    @press("desk.silent", needs=Needs.NOTHING)
    async def silent(self, visit: Visit) -> None:
        self.notes.append(("silent",))

    @choose("desk.pick", needs=Needs.NOTHING)
    async def pick(self, visit: Visit, *ids: int) -> None:
        self.notes.append(("pick", *ids, visit.chosen))
        await visit.answer(Card(text="picked"))

    @press("desk.form", needs=Needs.NOTHING)
    async def form(self, visit: Visit, number: int) -> None:
        await visit.ask(Form("desk.form", (number,), "Write", (Line("line", "A line"), Upload("file", "A file"))))

    @submit("desk.form", needs=Needs.NOTHING)
    async def formed(self, visit: Visit, number: int) -> None:
        files = [await one.read() for one in visit.uploads.get("file", ())]
        self.notes.append(("form", number, visit.written("line"), files))
        await visit.answer(Card(text="thank you"))

    @press("desk.anybody", needs=Needs.COMMUNITY)
    async def anybody(self, visit: Visit) -> None:
        self.notes.append(("anybody", visit.cluster.id))
        await visit.answer(Card(text="in"))

    @press("desk.member", needs=Needs.MEMBER)
    async def member(self, visit: Visit) -> None:
        self.notes.append(("member", visit.insider.id))
        await visit.answer(Card(text="in", buttons=(Button("Again", "desk.member"),)))

    @press("desk.manager", needs=Needs.MANAGER)
    async def manager(self, visit: Visit) -> None:
        self.notes.append(("manager",))
        await visit.answer(Card(text="in"))


PANEL = Card(
    title="Everything",
    buttons=(Button("Count", "desk.count", (1,)), Button("Form", "desk.form", (7,)), Button("Slow", "desk.slow")),
    menus=(
        Menu("desk.pick", (5,), choices=(Choice("a", "A"), Choice("b", "B")), most=2),
        Menu("desk.pick", (6,), kind=MenuKind.USER),
    ),
)


def notes(s: Stage) -> list[tuple[Any, ...]]:
    desk = s.bot.get_cog("Desk")
    assert isinstance(desk, Desk)
    return desk.notes


async def show(s: Stage, *buttons: Button, menus: tuple[Menu, ...] = ()) -> discord.Message:
    """A message of ours with these, as it stands in the channel."""
    channel = s.bot.get_partial_messageable(s.lobby.id, guild_id=s.guild.id)
    return await channel.send(**message(Card(text="here", buttons=buttons, menus=menus)))


async def forged(s: Stage, custom_id: str) -> discord.Message:
    """A message with a button that remembers something we never said."""
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="Press", custom_id=custom_id))
    view.stop()
    channel = s.bot.get_partial_messageable(s.lobby.id, guild_id=s.guild.id)
    return await channel.send("here", view=view)


def says(result: InteractionResult) -> str:
    answers = [result.response, *result.followups]
    return "\n".join(embed.description or "" for one in answers if one for embed in one.embeds)


async def test_a_press_reaches_its_method_once_with_its_ids(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        shown = await s.ada.slash(s.lobby, "panel")
        assert shown.response
        assert shown.response.ephemeral
        pressed = await s.ada.click(shown.response, label="Count")
        assert says(pressed) == "counted 1"
        assert notes(s) == [("count", 1)]
        more = await s.ada.click(shown.response, label="More")
        assert says(more) == "counted 2"
        assert notes(s) == [("count", 1), ("count", 2)]


async def test_menus_bring_what_was_chosen(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        shown = (await s.ada.slash(s.lobby, "panel")).response
        assert shown
        await s.ada.select(shown, ["b", "a"], custom_id="w1:desk.pick:5")
        await s.ada.select(shown, [s.bert], custom_id="w1:desk.pick:6")
        assert notes(s) == [("pick", 5, ("b", "a")), ("pick", 6, (str(s.bert.id),))]


async def test_a_form_comes_back_once_with_text_and_files(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        shown = (await s.ada.slash(s.lobby, "panel")).response
        assert shown
        opened = await s.ada.click(shown, label="Form")
        sent = await s.ada.submit_modal(opened, {"line": "  what I think ", "file": ("a.txt", b"hello")})
        assert says(sent) == "thank you"
        assert notes(s) == [("form", 7, "what I think", [b"hello"])]


async def test_buttons_and_open_forms_outlive_a_restart(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        button = await show(s, Button("Count", "desk.count", (41,)), Button("Form", "desk.form", (9,)))
        opened = await s.ada.click(button, label="Form")
        await s.restart()
        await s.ada.submit_modal(opened, {"line": "typed before the restart"})
        await s.ada.click(button, label="Count")
        assert notes(s) == [("form", 9, "typed before the restart", []), ("count", 41)]


async def test_discord_py_remembers_nothing(sqlite_db: Database) -> None:
    """Not one view, form or timer is left, however many messages and forms there were."""
    async with stage(sqlite_db, Desk) as s:
        button = await show(s, Button("Count", "desk.count", (1,)), Button("Form", "desk.form", (7,)))

        def remembered() -> list[int]:
            store = s.bot.view_store
            return [*map(len, (store._views, store._synced_message_views, store._modals, store._dynamic_items))]

        await s.ada.click(button, label="Form")
        before, tasks = remembered(), len(asyncio.all_tasks())
        assert before == [0, 0, 0, 1]
        for number in range(20):
            await show(s, Button("Count", "desk.count", (number,)), Button("Out", url="https://example.org"))
            shown = await s.ada.slash(s.lobby, "panel")
            assert shown.response
            await s.ada.click(shown.response, label="Slow")
            await s.ada.click(shown.response, label="Count")  # edits the panel
            opened = await s.ada.click(button, label="Form")  # and this one is never sent
            if number % 2:
                await s.ada.submit_modal(opened, {"line": "x"})
        assert remembered() == before
        assert len(asyncio.all_tasks()) == tasks


FORGED = [
    "w1:desk.unknown",
    "w1:desk.count",  # an id too few
    "w1:desk.count:1:2",  # one too many
    "w1:desk.count:x",
    "w1:desk.count:-1",
    "w1:desk.count:01",
    "w1:desk.count:99999999999999999999",
    "w1:desk.count:1@",
    "w1:desk.pick:5",  # a button that poses as a menu
    "w1:",
    "w1:\n",
    "w2:desk.count:1",  # from a newer version
    "w1:Désk.count:1",
]


async def test_a_custom_id_we_cannot_act_on_gets_a_friendly_answer(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        for custom_id in FORGED:
            result = await s.ada.click(await forged(s, custom_id), label="Press")
            assert "This is over" in says(result), custom_id
            assert result.ephemeral
        assert notes(s) == []


async def test_what_is_not_ours_is_left_alone(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        result = await s.ada.click(await forged(s, "somebody-elses:1"), label="Press")
        assert not result.acknowledged


async def test_optional_ids(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        button = await show(s, Button("One", "desk.two", (1,)), Button("Both", "desk.two", (1, 2)))
        await s.ada.click(button, label="One")
        await s.ada.click(button, label="Both")
        assert notes(s) == [("two", 1, 0), ("two", 1, 2)]


async def test_a_slow_answer_is_deferred_in_private(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        result = await s.ada.click(await show(s, Button("Slow", "desk.slow")), label="Slow")
        assert result.ephemeral
        assert says(result) == "it took a while"


async def test_what_replaces_nothing_is_an_answer(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        result = await s.ada.slash(s.lobby, "fresh")
        assert says(result) == "fresh\nand more"
        assert all(one.ephemeral for one in (result.response, *result.followups) if one)
        panel = await show(s, Button("Slow", "desk.slow_panel"))
        slow = await s.ada.click(panel, label="Slow")
        assert slow.ephemeral
        assert says(slow) == "the panel took a while"
        assert s.lobby.last_message.embeds[0].description == "here"  # what everybody sees stays


async def test_commands_are_for_servers(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        assert "direct message" in says(await s.ada.user.slash("panel"))


async def test_a_handler_that_says_nothing_does_not_leave_people_with_a_failure(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        result = await s.ada.click(await show(s, Button("Hush", "desk.silent")), label="Hush")
        assert result.acknowledged


async def test_one_interaction_is_answered_once_even_if_it_comes_twice(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        seen: list[Interaction] = []

        async def again(interaction: Interaction) -> None:
            seen.append(interaction)
            await s.bot.router.pressed(interaction)
            await s.bot.router.submitted(interaction)

        s.bot.add_listener(again, "on_interaction")
        button = await show(s, Button("Count", "desk.count", (1,)), Button("Form", "desk.form", (7,)))
        opened = await s.ada.click(button, label="Form")
        await s.ada.submit_modal(opened, {"line": "x"})
        await s.ada.click(button, label="Count")
        assert len(seen) == 3
        assert notes(s) == [("form", 7, "x", []), ("count", 1)]


async def test_two_handlers_for_one_action_are_refused_and_a_cog_that_left_can_come_back(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        with pytest.raises(ValueError, match="two handlers"):
            s.bot.router.add(Desk(s.bot))
        await s.bot.remove_cog("Desk")
        assert not s.bot.router.knows(Kind.PRESS, "desk.count")
        await s.bot.add_cog(Desk(s.bot))
        assert s.bot.router.knows(Kind.PRESS, "desk.count")


def test_an_action_that_does_not_fit_a_custom_id_is_refused_at_import() -> None:
    for action in ("has space", "Upper", "", "x" * 120, "a:1"):
        with pytest.raises(ValueError, match="custom_id"):
            press(action, needs=Needs.NOTHING)


# The gate


async def test_the_gate_is_the_same_whatever_was_pressed(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        button = await show(
            s,
            Button("Anybody", "desk.anybody"),
            Button("Member", "desk.member"),
            Button("Manager", "desk.manager"),
        )
        assert "not set up" in says(await s.ada.click(button, label="Anybody"))
        assert "not set up" in says(await s.ada.click(button, label="Member"))
        assert "people who manage" in says(await s.ada.click(button, label="Manager"))
        await s.set_up()
        assert says(await s.ada.click(button, label="Anybody")) == "in"
        assert "/join" in says(await s.ada.click(button, label="Member"))
        await s.join(s.ada)
        assert says(await s.ada.click(button, label="Member")) == "in"
        assert "people who manage" in says(await s.ada.click(button, label="Manager"))


async def test_managers_have_the_permission_or_the_role(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        role = s.guild.create_role("wardens")
        other = s.guild.create_role("others")
        warden = s.guild.add_member(s.env.create_user("warden"), roles=[role])
        plain = s.guild.add_member(s.env.create_user("plain"), roles=[other])
        keys = s.guild.create_role("keys", permissions=discord.Permissions(manage_guild=True))
        keeper = s.guild.add_member(s.env.create_user("keeper"), roles=[keys])
        button = await show(s, Button("Manager", "desk.manager"))
        # Before there is a community only the permission counts: somebody must be able to set it up.
        assert says(await s.bert.click(button, label="Manager")) != "in"
        assert says(await keeper.click(button, label="Manager")) == "in"
        await s.set_up(manager_role=role.id)
        assert says(await warden.click(button, label="Manager")) == "in"
        assert says(await plain.click(button, label="Manager")) != "in"


async def test_in_a_direct_message_the_server_is_known_from_the_button_and_only_members_come_in(
    sqlite_db: Database,
) -> None:
    async with stage(sqlite_db, Desk) as s:
        await s.set_up()
        member = await s.join(s.ada, notices=Notices.DM)
        card = Card(text="hello", buttons=(Button("Member", "desk.member"), Button("Form", "desk.form", (3,))))
        await s.messenger.tell(s.intention(), member, card)
        letter = s.ada.user.dm_channel.history()[-1]
        pressed = await s.ada.user.click(letter, label="Member")
        assert says(pressed) == "in"
        again = await s.ada.user.click(pressed.response, label="Again")  # what we answer works there, too
        assert says(again) == "in"
        opened = await s.ada.user.click(letter, label="Form")
        await s.ada.user.submit_modal(opened, {"line": "from a letter"})
        assert notes(s) == [("member", member.id), ("member", member.id), ("form", 3, "from a letter", [])]

        # Bert is no member: neither a button of that server nor one of none lets him in.
        place = await s.bot.create_dm(discord.Object(s.bert.id))
        theirs = await place.send(**message(Card(text="x", buttons=(Button("Any", "desk.anybody"),)), s.guild.id))
        ours = await place.send(**message(Card(text="x", buttons=(Button("Any", "desk.anybody"),))))
        assert "/join" in says(await s.bert.user.click(theirs, label="Any"))
        assert "direct message" in says(await s.bert.user.click(ours, label="Any"))


async def test_the_language_somebody_reads_is_noted(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage(sqlite_db, Desk) as s:
        await s.set_up()
        await s.join(s.ada)
        button = await show(s, Button("Member", "desk.member"), Button("Manager", "desk.manager"))
        assert (await s.member(s.ada)).language == "en"
        everybody_reads("nl", monkeypatch)
        result = await s.ada.click(button, label="Manager")
        assert "cluster beheert" in says(result)
        await s.ada.click(button, label="Member")
        assert (await s.member(s.ada)).language == "nl"


# Addresses

IDS = st.lists(st.integers(0, LARGEST), max_size=3).map(tuple)
HOMES = st.none() | st.integers(0, LARGEST)


@given(st.from_regex(r"[a-z][a-z0-9_]{0,9}(\.[a-z][a-z0-9_]{0,9})?", fullmatch=True), IDS, HOMES)
def test_what_we_write_we_can_read(action: str, ids: tuple[int, ...], home: int | None) -> None:
    address = Address(action, ids, home)
    assert len(str(address)) <= 100
    assert read(str(address)) == address


@given(st.text(max_size=120) | st.text(alphabet="w1:@.ab09\n", max_size=30).map("w1:{}".format))
def test_whatever_comes_is_read_or_refused(custom_id: str) -> None:
    address = read(custom_id)
    assert address is None or str(address) == custom_id


@given(st.integers(0, LARGEST))
def test_an_id_is_read(written: int) -> None:
    assert number(str(written)) == written


@pytest.mark.parametrize("forged", ["", " 1", "-1", "01", "²", "٣", "1.0", "1_0", str(LARGEST + 1), "9" * 5000])
def test_what_is_no_id_is_none(forged: str) -> None:
    assert number(forged) is None


def test_routes_know_how_many_ids_they_take() -> None:
    def takes(method: Any) -> tuple[int, int | None]:
        (route,) = method.__weft_routes__
        return route.least, route.most

    assert takes(Desk.count) == (1, 1)
    assert takes(Desk.two) == (1, 2)
    assert takes(Desk.pick) == (0, None)
