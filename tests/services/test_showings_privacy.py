"""What is kept about somebody's showings: given to them, told to managers in totals only, and forgotten."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.services import communities, followups, privacy, showings
from bot.services.followups import looking
from domain.followups import ask_at
from domain.model import Attachment, FollowupId, Member, ShowingState, ShowingText, Stage
from domain.model import ShowingAsk as Ask
from domain.showings import RESCUED_AFTER
from storage import tables
from storage.engine import Database
from tests.services.gallery import Gallery

SECRET = "xylophone"
TEXT = ShowingText(SECRET, SECRET, SECRET, SECRET, f"https://example.org/{SECRET}")
FILE = Attachment(f"../{SECRET}.png", "image/png", SECRET.encode())


@pytest.fixture
async def gallery(db: Database) -> Gallery:
    return await Gallery.open(db)


async def unpacked(gallery: Gallery, member: Member) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(await privacy.my_data(gallery.cluster.tools, member, "read me"))) as found:
        return {name: found.read(name) for name in found.namelist()}


async def lived(gallery: Gallery) -> tuple[Member, Member]:
    """A maker with a showing that helped, one not posted yet and one somebody is asked for; and who answered."""
    cluster = gallery.cluster
    maker, other = await cluster.join("Solo"), await cluster.join("Studio Noord", on_call=True)
    answered = await gallery.show(maker)
    await gallery.write(answered, other)
    await showings.helped(cluster.tools, maker, answered.id, other.id)
    await gallery.show(maker)
    gallery.cluster.clock.at += RESCUED_AFTER
    await gallery.settle()
    gallery.forum.down = True
    await showings.show(cluster.tools, maker, Stage.IDEA, Ask.HOW, TEXT, FILE)
    await gallery.settle()
    return maker, other


async def test_both_sides_find_what_is_theirs_and_no_more(gallery: Gallery) -> None:
    maker, other = await lived(gallery)
    found = await unpacked(gallery, maker)
    data = json.loads(found["weft-my-data.json"])
    assert [(one["state"], one["first"]) for one in data["showings"]] == [
        ("open", True),
        ("open", False),
        ("posting", False),
    ]
    assert [one["text"] is None for one in data["showings"]] == [True, True, False]
    assert data["showings"][2]["text"]["work"] == SECRET
    assert data["files"] == [f"files/showing-3-_{SECRET}.png"]
    assert found[f"files/showing-3-_{SECRET}.png"] == SECRET.encode()
    (received,) = data["answers_received"]
    assert (received["with_a_member_of"], received["helped_at"] is not None) == ("Studio Noord", True)
    assert data["answers_given"] == []
    (ask,) = data["asks"]
    assert (ask["what"], ask["showing"], ask["round"]) == ("asked for me", 2, None)
    assert {one["kind"] for one in data["acts"]} >= {"showing.shown", "showing.answered", "showing.helped"}
    theirs = json.loads((await unpacked(gallery, other))["weft-my-data.json"])
    assert theirs["showings"] == []
    assert [one["with_a_member_of"] for one in theirs["answers_given"]] == ["Solo"]
    assert [(one["what"], one["showing"]) for one in theirs["asks"]] == [("asked me", 2)]
    assert SECRET.encode() not in b"".join((await unpacked(gallery, other)).values())
    table = list(csv.DictReader(io.StringIO(found["showings.csv"].decode("utf-8-sig"))))
    assert [row["showing"] for row in table] == ["1", "2", "3"]


async def test_what_was_asked_about_an_exchange_is_told_too(gallery: Gallery) -> None:
    maker, other = await lived(gallery)
    await gallery.mended()
    gallery.cluster.clock.at = ask_at("Europe/Amsterdam", gallery.now)
    await gallery.settle()
    (batch,) = [one["batch"] for one in await gallery.cluster.said("followup.ask") if one["member"] == maker.id]
    view = await looking.view(gallery.cluster.tools, FollowupId(batch))
    assert view is not None
    await followups.answer(gallery.cluster.tools, maker, view.batch, [one for one, _ in view.partners])
    for who, led_on in ((maker, True), (other, None)):
        (told,) = json.loads((await unpacked(gallery, who))["weft-my-data.json"])["followups"]
        assert told["led_on"] is led_on
    # Forgotten, what they said stays in the log without them; the other side is not asked about nobody.
    await privacy.erase(gallery.cluster.tools, maker)
    async with gallery.cluster.db.read() as tx:
        kept = (await tx.execute(sa.select(tables.followups.c.member_id))).scalars().all()
    assert kept == [other.id]
    assert len(await gallery.cluster.log("followup.led_on")) == 1


async def test_no_word_of_somebody_forgotten_is_kept(gallery: Gallery) -> None:
    maker, _ = await lived(gallery)
    await privacy.erase(gallery.cluster.tools, maker)
    async with gallery.cluster.db.read() as tx:
        everything = [(await tx.execute(sa.select(one))).all() for one in tables.metadata.sorted_tables]
        states = (await tx.execute(sa.select(tables.showings.c.state))).scalars().all()
    assert SECRET not in repr(everything)
    assert set(states) == {ShowingState.POSTING, ShowingState.OPEN}
    # What follows from it is due in the database, whatever happens to us now.
    await gallery.mended()
    async with gallery.cluster.db.read() as tx:
        states = (await tx.execute(sa.select(tables.showings.c.state))).scalars().all()
    assert set(states) == {ShowingState.WITHDRAWN}
    assert len(gallery.forum.posts) == 1  # where somebody else has written


async def test_managers_get_totals(gallery: Gallery) -> None:
    maker, other = await lived(gallery)
    await gallery.mended()
    gallery.cluster.clock.at += timedelta(days=31)
    late = await gallery.show(maker)
    gallery.cluster.clock.at += timedelta(days=2)
    await gallery.write(late, other)
    await showings.withdraw(gallery.cluster.tools, maker, (await gallery.show(maker)).id)
    made = await communities.collected(gallery.cluster.tools, gallery.cluster.id)
    assert made.tables["showings"] == [
        {"month": "2026-01", "shown": 3, "answered": 1, "in_a_day": 1, "helped": 1},
        {"month": "2026-02", "shown": 1, "answered": 1, "in_a_day": 0, "helped": 0},
    ]
