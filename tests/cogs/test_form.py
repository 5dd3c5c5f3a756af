"""Forms that Discord takes, and values read from whatever comes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord.components import validate_modal

from cogs.ui.card import Button, Card, Choice, message
from cogs.ui.form import Form, Line, Pick, Radio, Submission, Upload, modal, submission
from cogs.ui.router import WeftCog, press, submit
from cogs.ui.visit import Needs, Visit
from storage.engine import Database
from tests.cogs.stage import stage

CHOICES = (Choice("s", "Suggestions", "what you would try"), Choice("r", "Reactions", chosen=True), Choice("x", "X"))
EVERYTHING = Form(
    "test.form",
    (1,),
    "Everything",
    (
        Line("short", "Short", "described", value="before", placeholder="e.g. this"),
        Line("long", "Long", long=True, required=False, limit=4000),
        Radio("wish", "Wish", CHOICES),
        Pick("days", "Days", CHOICES, least=0, most=3),
        Upload("files", "Files", most=2),
    ),
)

LONG = st.integers(1, 5000).map(lambda size: "x" * size)
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
SOME_CHOICES = st.integers(2, 10).map(lambda n: tuple(Choice(str(i), "l" * 200, "d" * 200) for i in range(n)))
FIELDS = st.one_of(
    st.builds(Line, NAMES, LONG, LONG, limit=st.integers(1, 6000), value=LONG, placeholder=LONG),
    st.builds(Radio, NAMES, LONG, SOME_CHOICES, LONG),
    st.builds(Pick, NAMES, LONG, SOME_CHOICES, LONG, least=st.integers(0, 2), most=st.integers(1, 40)),
    st.builds(Upload, NAMES, LONG, LONG, required=st.booleans(), most=st.integers(1, 10)),
)


@given(LONG, st.lists(FIELDS, min_size=1, max_size=5, unique_by=lambda one: one.name))
def test_discord_takes_any_form(title: str, fields: list[Any]) -> None:
    validate_modal(modal(Form("test.form", (1,), title, tuple(fields))).to_dict())


def test_a_form_as_discord_gets_it() -> None:
    made = modal(EVERYTHING).to_dict()
    assert (made["custom_id"], made["title"]) == ("w1:test.form:1", "Everything")
    short, long, wish, days, files = (one["component"] for one in made["components"])
    assert made["components"][0]["description"] == "described"
    assert (short["value"], short["max_length"], short["style"], short["placeholder"]) == (
        "before",
        1000,
        1,
        "e.g. this",
    )
    assert (long["max_length"], long["style"], long["required"]) == (4000, 2, False)
    assert [one.get("default", False) for one in wish["options"]] == [False, True, False]
    assert (days["min_values"], days["max_values"], days["required"]) == (0, 3, False)
    assert (files["min_values"], files["max_values"], files["required"]) == (0, 2, False)
    assert modal(EVERYTHING, 9).to_dict()["custom_id"] == "w1:test.form:1@9"


def test_text_that_is_there_already_is_clipped_to_what_may_be_sent_back() -> None:
    (component,) = modal(Form("a.b", (), "T", (Line("x", "X", limit=10, value="y" * 50),))).to_dict()["components"]
    assert component["component"]["value"] == "y" * 9 + "…"


@pytest.mark.parametrize(
    "fields",
    [
        (),
        tuple(Line(str(number), "x") for number in range(6)),
        (Radio("r", "R", CHOICES[:1]),),
        (Radio("r", "R", CHOICES * 4),),
        (Pick("p", "P", ()),),
    ],
)
def test_a_form_no_one_could_show_is_a_mistake_in_the_code(fields: Any) -> None:
    with pytest.raises(ValueError, match=r"form|radio|pick"):
        modal(Form("a.b", (), "T", fields))


class Desk(WeftCog):
    seen: Submission | None = None
    read: tuple[bytes, ...] = ()

    @press("test.open", needs=Needs.NOTHING)
    async def open(self, visit: Visit) -> None:
        await visit.ask(EVERYTHING)

    @submit("test.form", needs=Needs.NOTHING)
    async def form(self, visit: Visit, _number: int) -> None:
        Desk.seen = Submission(visit.values, visit.uploads)
        Desk.read = tuple([await one.read() for one in visit.uploads["files"]])
        await visit.answer(Card(text=f"{visit.written('short')} {visit.written('wish')} {visit.written('nothing')}."))


async def test_everything_that_can_be_filled_in(sqlite_db: Database) -> None:
    async with stage(sqlite_db, Desk) as s:
        place = s.bot.get_partial_messageable(s.lobby.id)
        shown = await place.send(**message(Card(text="x", buttons=(Button("Open", "test.open"),))))
        opened = await s.ada.click(shown, label="Open")
        values = {
            "short": " a\u200bb\x00 ",
            "long": "one\r\n\r\n\r\n\r\ntwo  words ",
            "wish": "s",
            "days": ["s", "x"],
            "files": [("a.txt", b"A"), ("b.txt", b"B")],
        }
        answered = await s.ada.submit_modal(opened, values)
        assert Desk.seen
        assert Desk.seen.values == {"short": "ab", "long": "one\n\ntwo words", "wish": "s", "days": ("s", "x")}
        assert [one.filename for one in Desk.seen.uploads["files"]] == ["a.txt", "b.txt"]
        assert Desk.read == (b"A", b"B")
        assert answered.response
        assert answered.response.embeds[0].description == "ab s ."

        opened = await s.ada.click(shown, label="Open")
        await s.ada.submit_modal(opened, {"short": "only this", "wish": "r"})
        assert Desk.seen.values == {"short": "only this", "long": "", "wish": "r", "days": ()}
        assert Desk.seen.uploads == {"files": ()}


class Sent:
    """An interaction reduced to what was sent, for data that no client sends."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._state = None


JUNK = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from([4, 18, 19, 21]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "custom_id", "components", "component", "values", "value"]), inner)
    ),
    max_leaves=20,
)


@given(JUNK)
def test_what_is_not_well_formed_is_left_out(junk: Any) -> None:
    read = submission(Sent({"components": junk, "resolved": {}}))  # type: ignore[arg-type]
    for name, value in read.values.items():
        assert isinstance(name, str)
        assert isinstance(value, str) or all(isinstance(one, str) for one in value)
    assert all(files == () for files in read.uploads.values())
