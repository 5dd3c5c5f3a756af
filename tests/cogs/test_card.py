"""Cards become messages that Discord takes, whatever is on them; the judge is the simulated one's validation."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord.components import validate_message_state
from structlog.testing import capture_logs

from cogs.ui.card import Button, Card, Choice, Image, Menu, MenuKind, Style, Tone, changes, custom_ids, message
from storage.engine import Database
from tests.cogs.stage import stage

LONG = st.integers(0, 7000).map(lambda size: ("word " * (size // 5 + 1))[:size])
BUTTONS = st.lists(
    st.builds(Button, LONG.map(lambda text: text or "x"), st.just("a.b"), st.tuples(st.integers(0, 10**18))),
    max_size=10,
    unique_by=lambda one: one.ids,
)
CHOICES = st.lists(st.integers(0, 40).map(str), max_size=40, unique=True).map(
    lambda values: tuple(Choice(value, "label " * 30, "description " * 30) for value in values or ["0"])
)
MENUS = st.lists(st.builds(Menu, st.just("a.menu"), st.tuples(st.integers(0, 10**18)), LONG, CHOICES), max_size=3)
CARDS = st.builds(
    Card,
    title=LONG,
    text=LONG,
    fields=st.lists(st.tuples(LONG, LONG), max_size=30).map(tuple),
    footer=LONG,
    buttons=BUTTONS.map(tuple),
    menus=MENUS.map(lambda menus: tuple({menu.ids: menu for menu in menus}.values())),
    content=LONG,
    tone=st.sampled_from(Tone),
)


def payload(kwargs: dict[str, Any]) -> dict[str, Any]:
    """What goes over the wire."""
    return {
        "content": kwargs.get("content"),
        "embeds": [embed.to_dict() for embed in kwargs.get("embeds", ())],
        "components": kwargs["view"].to_components() if kwargs.get("view") else [],
    }


@given(CARDS)
@settings(max_examples=60, deadline=None)
def test_discord_takes_any_card(card: Card) -> None:
    with capture_logs():
        both = payload(message(card)), payload(changes(card))
    for sent in both:
        validate_message_state(sent["components"], flags=0, content=sent["content"], embeds=sent["embeds"])
        assert all(field["name"] and field["value"] for embed in sent["embeds"] for field in embed.get("fields", ()))


def test_what_fits_is_left_as_it_is() -> None:
    card = Card(
        title="Title",
        text="Text",
        fields=(("Name", "Value"), ("", "")),
        footer="Footer",
        content="Content",
        tone=Tone.GOOD,
        buttons=(
            Button("Yes", "a.yes", (1, 2), Style.SUCCESS, disabled=True, emoji="👍"),
            Button("Out", url="https://x.org"),
        ),
        menus=(Menu("a.menu", (3,), "Pick", (Choice("v", "Label", "More", chosen=True),)),),
    )
    sent = payload(message(card))
    (embed,) = sent["embeds"]
    assert sent["content"] == "Content"
    assert (embed["title"], embed["description"], embed["color"]) == ("Title", "Text", Tone.GOOD.value)
    assert embed["footer"] == {"text": "Footer"}
    assert [(one["name"], one["value"]) for one in embed["fields"]] == [("Name", "Value"), ("\u200b", "–")]
    menu_row, button_row = sent["components"]
    assert menu_row["components"][0]["custom_id"] == "w1:a.menu:3"
    assert menu_row["components"][0]["placeholder"] == "Pick"
    assert menu_row["components"][0]["options"][0] | {"default": True} == {
        "value": "v",
        "label": "Label",
        "description": "More",
        "default": True,
    }
    yes, out = button_row["components"]
    assert (yes["custom_id"], yes["style"], yes["disabled"], yes["emoji"]["name"]) == ("w1:a.yes:1:2", 3, True, "👍")
    assert (out["url"], out["style"]) == ("https://x.org", 5)


def test_what_is_too_long_ends_in_an_ellipsis_and_is_logged_without_its_text() -> None:
    with capture_logs() as logs:
        sent = payload(message(Card(title="t" * 300, text="x" * 5000, footer="f" * 3000)))
    (embed,) = sent["embeds"]
    assert embed["title"] == "t" * 255 + "…"
    # The footer is short text of ours: it keeps its room, the description gives way.
    assert embed["footer"]["text"] == "f" * 2047 + "…"
    assert embed["description"] == "x" * (6000 - 256 - 2048 - 1) + "…"
    assert [entry["event"] for entry in logs] == ["card clipped"] * 3
    assert not any("xxx" in str(value) for entry in logs for value in entry.values())


def test_nothing_on_a_card_leaves_nothing_and_an_edit_takes_everything_away() -> None:
    assert set(message(Card(content="only this"))) == {"content", "allowed_mentions"}
    edit = changes(Card(content="only this"))
    assert (edit["embeds"], edit["view"], edit["attachments"]) == ([], None, [])
    assert changes(Card(text="x"))["content"] is None


def test_several_frames_share_the_room_there_is() -> None:
    frames = tuple(Card(title=f"{number}", text="x" * 1000) for number in range(12))
    sent = payload(message(Card(title="last", text="y" * 1000, more=frames)))
    assert [embed.get("title") for embed in sent["embeds"]] == [*"0123", "4", "last"]
    validate_message_state([], flags=0, content=None, embeds=sent["embeds"])


def test_nobody_is_pinged_unless_somebody_says_so() -> None:
    for kwargs in (message(Card(content="<@1> @everyone")), changes(Card(content="<@1>"))):
        assert kwargs["allowed_mentions"].to_dict() == {"parse": []}


def test_too_many_buttons_are_a_mistake_in_the_code() -> None:
    with pytest.raises(ValueError, match="rows"):
        message(Card(buttons=tuple(Button("x", "a.b", (number,)) for number in range(26))))
    with pytest.raises(ValueError, match="custom_id"):
        message(Card(buttons=(Button("x", "Not An Action"),)))
    with pytest.raises(ValueError, match="nothing to choose"):
        message(Card(menus=(Menu("a.menu"),)))


def test_in_a_direct_message_buttons_remember_the_server() -> None:
    card = Card(
        buttons=(Button("x", "a.b", (1,)), Button("out", url="https://x.org")),
        menus=(Menu("a.m", choices=(Choice("1", "1"),)),),
    )
    assert custom_ids(card) == {"w1:a.b:1", "w1:a.m"}
    assert custom_ids(card, 77) == {"w1:a.b:1@77", "w1:a.m@77"}
    assert payload(message(card, 77))["components"][0]["components"][0]["custom_id"] == "w1:a.m@77"


def test_a_menu_never_asks_for_more_than_there_is() -> None:
    menu = Menu("a.m", choices=(Choice("1", "1"), Choice("2", "2")), least=0, most=10)
    (row,) = payload(message(Card(menus=(menu,))))["components"]
    assert (row["components"][0]["min_values"], row["components"][0]["max_values"]) == (0, 2)


@pytest.mark.parametrize(
    ("kind", "number"), [(MenuKind.USER, 5), (MenuKind.ROLE, 6), (MenuKind.CHANNEL, 8), (MenuKind.TEXT, 3)]
)
def test_every_kind_of_menu(kind: MenuKind, number: int) -> None:
    (row,) = payload(message(Card(menus=(Menu("a.m", kind=kind, choices=(Choice("1", "1"),)),))))["components"]
    assert row["components"][0]["type"] == number


async def test_a_card_as_people_see_it(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        channel = s.bot.get_partial_messageable(s.lobby.id)
        card = Card(title="Hello", text="**you**", files=(("map.txt", b"a map"),), buttons=(Button("Go", "a.go"),))
        sent = await channel.send(**message(card))
        seen = s.lobby.last_message
        assert seen.embeds[0].title == "Hello"
        assert await seen.attachments[0].read() == b"a map"
        await sent.edit(**changes(Card(text="changed")))
        seen = s.lobby.last_message
        assert isinstance(seen, discord.Message)
        assert (seen.embeds[0].description, seen.components, seen.attachments) == ("changed", [], [])


async def test_a_picture_says_what_is_on_it_to_whoever_cannot_see_it(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        channel = s.bot.get_partial_messageable(s.lobby.id)
        images = (Image("map.png", b"\x89PNG", "Three firms, two ties."), Image("long.png", b"\x89PNG", "x" * 2000))
        await channel.send(**message(Card(content="The map", images=images, files=(("map.html", b"<html>"),))))
        seen = s.lobby.last_message.attachments
        assert [(one.filename, one.description) for one in seen] == [
            ("map.png", "Three firms, two ties."),
            ("long.png", "x" * 1023 + "…"),
            ("map.html", None),
        ]
        assert await seen[0].read() == b"\x89PNG"
