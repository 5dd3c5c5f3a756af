"""The file with everything about somebody, and being forgotten."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.services import avoiding, members, privacy
from bot.services.avoiding import AvoidList
from bot.services.members import Application
from bot.texts import LANGUAGES, catalogue
from cogs.members.avoiding import avoid_card
from domain.calendar import RoundTimes
from domain.model import (
    ActKind,
    Attachment,
    Brief,
    IntentionState,
    Member,
    MemberState,
    NewIntention,
    Notices,
    PairingKind,
    ReviewMode,
    ReviewState,
    Round,
    RoundState,
    SignupState,
    UserId,
)
from storage import asks, outbox, pairings, rounds, signups, tables
from storage import members as people
from storage import privacy as stored
from storage.engine import Database
from tests.house import NOW, House, house

SECRET = "xylophone"  # stands in everything the member wrote


@dataclass
class Lived:
    """Somebody with a bit of everything in a round that is running, and their partner."""

    h: House
    me: Member
    partner: Member
    round: Round


@pytest.fixture
async def lived(db: Database) -> Lived:
    h = await house(db)
    me = await h.join(123456789012345678, "Solo by Sam", practice=f"I play the {SECRET}")
    partner = await h.join(223456789012345678, "Studio Noord", "design")
    other = await h.join(323456789012345678, "Bureau Elders", "design")
    tools = h.tools
    await members.be_on_call(tools, me, True)
    await members.tell_by(tools, me, Notices.DM)
    await members.remember_notice_thread(tools, me.id, 555)
    await members.pause(tools, h.community, me, 1)
    await avoiding.avoid_person(tools, me, UserId(323456789012345678))
    await avoiding.avoid_firm(tools, me, other.firm.id)
    await avoiding.avoid_person(tools, other, UserId(123456789012345678))
    a_round = await _running_round(h, me, partner)
    return Lived(h, me, partner, a_round)


async def _running_round(h: House, me: Member, partner: Member) -> Round:
    times = RoundTimes(*(NOW + timedelta(days=days) for days in (-1, 1, 3, 6)))
    async with h.tools.db.write() as tx:
        a_round = await rounds.add(tx, h.community.id, times, 1)
        assert a_round is not None
        await rounds.advance(tx, a_round, RoundState.RUNNING, times.nudges_at)
        mine = await signups.answer(tx, h.community.id, a_round.id, me.id, SignupState.IN, NOW)
        await signups.answer(tx, h.community.id, a_round.id, partner.id, SignupState.IN, NOW)
        await signups.set_brief(tx, mine, Brief(f"=SUM({SECRET})", SECRET, SECRET, SECRET))
        await signups.set_file(tx, mine, Attachment(f"../{SECRET}.png", "image/png", SECRET.encode()))
        pairing = await pairings.add(
            tx, a_round, PairingKind.DRAW, [(me.id, True), (partner.id, True)], times_met=0, new_firms=2, now=NOW
        )
        for reviewer, maker in ((me, partner), (partner, me)):
            await tx.execute(
                sa.insert(tables.reviews).values(
                    community_id=h.community.id,
                    round_id=a_round.id,
                    pairing_id=pairing,
                    reviewer_id=reviewer.id,
                    maker_id=maker.id,
                    mode=ReviewMode.WRITTEN,
                    state=ReviewState.GIVEN,
                    text={"spot": SECRET, "why": SECRET, "answer": SECRET},
                    given_at=NOW,
                )
            )
        day = timedelta(days=1)
        await asks.add(
            tx, h.community.id, round_id=a_round.id, member=me.id, for_member=partner.id, now=NOW, expires_at=NOW + day
        )
        await outbox.add(tx, NOW, *_intentions(h, me, partner))
    return a_round


def _intentions(h: House, me: Member, partner: Member) -> list[NewIntention]:
    def one(key: str, lane: str, **args: int | str) -> NewIntention:
        return NewIntention(h.community.id, key, lane, "member.notice", args)

    return [
        one("mine", f"member:{me.id}", member=me.id),
        one("mine, by lane", f"member:{me.id}", ask=1),
        one("about me", "pairing:9", member=me.id),
        one("theirs", f"member:{partner.id}", member=partner.id),
        one("nobody's", "round:9", round=me.id),
    ]


async def _rows(db: Database, table: sa.Table) -> list[dict[str, Any]]:
    async with db.read() as tx:
        return [dict(row) for row in (await tx.execute(sa.select(table))).mappings()]


async def _everything(db: Database) -> str:
    """The whole database as text."""
    found = [await _rows(db, table) for table in tables.metadata.sorted_tables]
    return repr(found)


# My data


async def _my_data(lived: Lived) -> dict[str, bytes]:
    archive = await privacy.my_data(lived.h.tools, lived.me, "read me")
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        return {name: found.read(name) for name in found.namelist()}


async def test_the_file_holds_everything_about_me(lived: Lived) -> None:
    found = await _my_data(lived)
    data = json.loads(found["weft-my-data.json"])
    (profile,) = data["profile"]
    # Ids of Discord are text: as numbers, many programs would round them.
    assert profile["discord_user"] == "123456789012345678"
    assert (profile["firm"], profile["on_call"], profile["notices"], profile["notice_thread"]) == (
        "Solo by Sam",
        True,
        "dm",
        555,
    )
    assert profile["paused_until"] == "2026-01-11T23:00:00+00:00"
    assert [(one["what"], one["firm"]) for one in data["avoided"]] == [
        ("person", "Bureau Elders"),
        ("firm", "Bureau Elders"),
    ]
    (signup,) = data["signups"]
    assert (signup["round"], signup["audience"], signup["file"]) == (1, SECRET, f"../{SECRET}.png")
    (pairing,) = data["pairings"]
    assert pairing["with_a_member_of"] == "Studio Noord"
    for subject in ("reviews_given", "reviews_received"):
        (review,) = data[subject]
        assert (review["with_a_member_of"], review["text"]["spot"]) == ("Studio Noord", SECRET)
    (ask,) = data["asks"]
    assert (ask["what"], ask["with_a_member_of"]) == ("asked me", "Studio Noord")
    assert [one["kind"] for one in data["acts"]] == ["member.joined"]
    assert len(data["notices"]) == 3


async def test_it_tells_nothing_about_who_the_others_are(lived: Lived) -> None:
    found = await _my_data(lived)
    everything = b"".join(found.values()).decode()
    assert "123456789012345678" in everything
    assert "223456789012345678" not in everything
    assert "323456789012345678" not in everything
    # That somebody else avoids me is theirs to know.
    assert len(json.loads(found["weft-my-data.json"])["avoided"]) == 2


async def test_the_tables_open_in_a_spreadsheet_and_start_no_formula(lived: Lived) -> None:
    found = await _my_data(lived)
    text = found["signups.csv"].decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["work"] == f"'=SUM({SECRET})"
    assert found["signups.csv"].startswith(b"\xef\xbb\xbf")


async def test_the_own_file_comes_along_and_stays_where_it_is_unpacked(lived: Lived) -> None:
    found = await _my_data(lived)
    (path,) = [name for name in found if name.startswith("files/")]
    assert path == f"files/round-1-_{SECRET}.png"
    assert found[path] == SECRET.encode()


async def test_what_is_too_large_for_discord_is_named_instead(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "FILES_AT_MOST", len(SECRET) - 1)
    found = await _my_data(lived)
    assert not [name for name in found if name.startswith("files/")]
    data = json.loads(found["weft-my-data.json"])
    assert (data["files"], data["files_left_out"]) == ([], [f"files/round-1-_{SECRET}.png"])


async def test_a_newcomer_gets_a_file_too(db: Database) -> None:
    h = await house(db)
    archive = await privacy.my_data(h.tools, await h.join(7, "Studio Noord"), "read me")
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.read("README.txt") == b"read me"
        assert json.loads(found.read("weft-my-data.json"))["signups"] == []


async def test_the_same_data_is_the_same_file(lived: Lived) -> None:
    assert await _my_data(lived) == await _my_data(lived)
    one, other = [await privacy.my_data(lived.h.tools, lived.me, "x") for _ in range(2)]
    assert one == other


async def test_the_readme_explains_every_file_in_each_language(lived: Lived) -> None:
    names = {name for name in await _my_data(lived) if name != "README.txt" and "/" not in name}
    for language in LANGUAGES:
        readme = catalogue(language).plain("members.data.readme")
        assert not {name for name in names if f"\n{name}\n" not in readme}


# Being forgotten


async def test_nothing_says_who_somebody_was(lived: Lived) -> None:
    db = lived.h.tools.db
    before = await _everything(db)
    for trace in (SECRET, "123456789012345678", "Solo by Sam", "solo by sam", "555"):
        assert trace in before
    await privacy.erase(lived.h.tools, lived.me)
    after = await _everything(db)
    for trace in (SECRET, "123456789012345678", "Solo by Sam", "solo by sam", "555"):
        assert trace not in after


async def test_the_row_stays_as_a_former_member_and_the_log_says_so(lived: Lived) -> None:
    await privacy.erase(lived.h.tools, lived.me)
    gone = await lived.h.again(lived.me)
    assert (gone.user, gone.state, gone.practice, gone.on_call) == (None, MemberState.ERASED, "", False)
    log = await lived.h.acts(lived.me.id)
    assert [one.kind for one in log] == [ActKind.JOINED, ActKind.LEFT, ActKind.ERASED]


async def test_the_own_avoid_list_goes_and_who_avoids_them_is_told_to_look_again(lived: Lived) -> None:
    await privacy.erase(lived.h.tools, lived.me)
    (row,) = await _rows(lived.h.tools.db, tables.avoided)
    assert row["other_member_id"] == lived.me.id
    async with lived.h.tools.db.read() as tx:
        (other,) = (await people.by_ids(tx, {row["member_id"]})).values()
    listed = await avoiding.avoid_list(lived.h.tools, other)
    for language, told in (("en", "have to add them again"), ("nl", "opnieuw op je lijst")):
        card = avoid_card(catalogue(language), listed, UserId(1))
        assert told in card.text
        assert told not in avoid_card(catalogue(language), AvoidList((lived.partner,), (), ()), UserId(1)).text


async def test_the_other_side_keeps_its_reviews_without_the_words(lived: Lived) -> None:
    await privacy.erase(lived.h.tools, lived.me)
    reviews = await _rows(lived.h.tools.db, tables.reviews)
    assert {(one["reviewer_id"], one["maker_id"]) for one in reviews} == {
        (lived.me.id, lived.partner.id),
        (lived.partner.id, lived.me.id),
    }
    assert [one["text"] for one in reviews] == [None, None]


async def test_what_was_still_to_be_said_to_or_about_them_is_not(lived: Lived) -> None:
    async with lived.h.tools.db.write() as tx:
        assert await stored.erase(tx, lived.me.id, NOW)
    states = {row["key"]: row["state"] for row in await _rows(lived.h.tools.db, tables.outbox)}
    assert {key for key, state in states.items() if state == IntentionState.DROPPED} == {
        "mine",
        "mine, by lane",
        "about me",
    }


async def test_what_both_have_finished_is_not_torn_up(lived: Lived) -> None:
    await privacy.erase(lived.h.tools, lived.me)
    (pairing,) = await _rows(lived.h.tools.db, tables.pairings)
    seats = {row["member_id"]: row["seat"] for row in await _rows(lived.h.tools.db, tables.pairing_members)}
    assert pairing["state"] == "open"
    assert seats[lived.me.id] == "cannot"


async def test_twice_is_once(lived: Lived) -> None:
    for _ in range(2):
        await privacy.erase(lived.h.tools, lived.me)
    log = await lived.h.acts(lived.me.id)
    assert [one.kind for one in log].count(ActKind.ERASED) == 1


async def test_somebody_who_left_earlier_can_be_forgotten_later(lived: Lived) -> None:
    await members.leave(lived.h.tools, lived.me)
    left = await lived.h.again(lived.me)
    await privacy.erase(lived.h.tools, left)
    assert (await lived.h.again(left)).state is MemberState.ERASED
    assert [one.kind for one in await lived.h.acts(left.id)].count(ActKind.LEFT) == 1


async def test_who_joins_again_is_somebody_new_in_a_new_firm(lived: Lived) -> None:
    h = lived.h
    await privacy.erase(h.tools, lived.me)
    wanted = Application("Solo by Sam", "crafts", "x")
    again = await members.join(h.tools, h.community, UserId(123456789012345678), wanted, "en")
    assert not again.back
    assert again.member.id != lived.me.id
    assert again.member.firm.id != lived.me.firm.id
    assert [one.kind for one in await h.acts(again.member.id)] == [ActKind.JOINED]


async def test_a_firm_others_were_part_of_keeps_its_name(lived: Lived) -> None:
    h = lived.h
    colleague = await h.join(7, "Solo by Sam")
    await members.edit(h.tools, h.community, colleague, Application("Studio Noord", "", "x"))
    await privacy.erase(h.tools, lived.me)
    names = {row["name"] for row in await _rows(h.tools.db, tables.firms)}
    # The colleague has moved on, but what they did stands in the log under this name.
    assert "Solo by Sam" in names
    await privacy.erase(h.tools, await h.again(colleague))
    names = {row["name"] for row in await _rows(h.tools.db, tables.firms)}
    assert "Solo by Sam" not in names
    assert {"Studio Noord", "Bureau Elders"} <= names
