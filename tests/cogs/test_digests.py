"""`/digest now`, `map`, `report` and `export` as managers meet them, and the digest that is posted for them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
import simcord.interactions
import sqlalchemy as sa
from simcord.results import InteractionResult

from bot.outcomes import Moot, Refused
from bot.texts import catalogue
from cogs.digests import cards
from cogs.digests.cards import Files
from domain.communities import ChannelKind
from domain.model import NeedKind, ProblemKind
from storage import communities
from storage import digests as stored
from storage.engine import Database
from storage.tables import digests
from tests.cogs.desk import custom_id_of, shown_in
from tests.cogs.office import COMMANDS, alts, at_office, files, unpacked
from tests.cogs.played import played
from tests.world import World, custom_ids, said

PNG = b"\x89PNG\r\n\x1a\n"
STRANGE = ("ورشة النسيج", "🧵🪡", "*_Noord_* @everyone", "工房工房工房 @here **", "<script>alert(1)</script>")


def text_beside(shown: InteractionResult) -> str:
    return str(shown_in(shown).content)


async def kept(db: Database) -> list[Any]:
    async with db.read() as tx:
        return list((await tx.execute(sa.select(digests))).all())


async def needs(db: Database, kind: NeedKind | None) -> None:
    """As if every digest that was made had asked for this."""
    async with db.write() as tx:
        await tx.execute(sa.update(digests).values(need=kind or "", need_subject=None))


def takes_files_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on Discord takes files up to so many bytes."""
    original = simcord.interactions.base_payload

    def limited(*args: Any, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
        record, payload = original(*args, **kwargs)
        return record, payload | {"attachment_size_limit": size}

    monkeypatch.setattr(simcord.interactions, "base_payload", limited)


# For managers only


async def test_who_is_no_manager_is_refused_whatever_the_server_lets_them_see(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        (group,) = await office.s.bot.tree.fetch_commands()
        office.s.guild.set_command_permissions(group, {office.s.ada: True})
        for command, options in COMMANDS.items():
            shown = await office.digest(command, office.s.ada, **options)
            assert "people who manage this cluster" in said(shown), command
            assert shown_in(shown).ephemeral
        assert await office.suggestions("report", "period", who=office.s.ada) == []
        assert await kept(sqlite_db) == []


# /digest now


async def test_the_same_digest_is_shown_to_the_letter_however_often_it_is_asked_for(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        people = await office.cluster()
        first = await office.digest("now")
        await office.exchange(people[-1], people[0])
        second = await office.digest("now", office.max)
        assert shown_in(first).ephemeral
        assert "5 of 6 firms took part" in text_beside(first)
        assert text_beside(second) == text_beside(first)
        ((name, picture),) = (await files(first)).items()
        assert await files(second) == {name: picture}
        assert picture.startswith(PNG)
        assert name == "weft-2026-01-01.png"
        assert alts(first) == alts(second)
        assert alts(first)[name] == "5 of 6 in the last week."
        office.later(days=1)
        assert await files(await office.digest("now")) != {name: picture}
        assert len(await kept(sqlite_db)) == 2


async def test_two_managers_who_ask_at_once_see_one_digest(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster()
        one, other = await office.at_once("now")
        assert one.content == other.content
        assert [each["description"] for each in one.attachments] == [each["description"] for each in other.attachments]
        assert len(await kept(sqlite_db)) == 1


async def test_a_digest_is_in_the_language_of_the_cluster(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.speaks("nl")
        await office.cluster()
        assert "5 van de 6 bedrijven" in text_beside(await office.digest("now"))


@pytest.mark.parametrize("kind", NeedKind)
async def test_what_it_asks_for_has_a_button_until_it_is_done(sqlite_db: Database, kind: NeedKind) -> None:
    async with at_office(sqlite_db) as office:
        await office.digest("now")
        await needs(sqlite_db, kind)
        (digest,) = await kept(sqlite_db)
        shown = await office.digest("now")
        assert custom_id_of(shown, f"need.{kind}", digest.id)
        async with sqlite_db.write() as tx:
            await tx.execute(sa.update(digests).values(need_met_at=office.s.env.now()))
        assert custom_ids(shown_in(await office.digest("now"))) == []


async def test_where_nothing_can_be_kept_a_manager_is_told_in_plain_words(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        async with sqlite_db.write() as tx:
            pages = (await tx.exec_driver_sql("PRAGMA page_count")).scalar()
            await tx.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        assert "cannot reach my records" in said(await office.digest("now"))


# /digest map


async def test_the_map_is_two_pictures_and_a_page_and_is_said_in_two_sentences(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.join("The first")
        office.later(days=100)
        await office.cluster(12)
        shown = await office.digest("map")
        brought = await files(shown)
        assert shown_in(shown).ephemeral
        assert list(brought) == ["weft-map-2026-04-11.png", "weft-ties-2026-04-11.png", "weft-map-2026-04-11.html"]
        assert all(data.startswith(PNG) for name, data in brought.items() if name.endswith("png"))
        words = "In the 90 days to 11 April 2026: **13 firms**, **10 ties between them**. 10 ties are new since"
        assert text_beside(shown).startswith(words)
        assert "2 firms have none." in text_beside(shown)
        assert alts(shown)["weft-map-2026-04-11.png"].startswith("Map of 13 firms")
        assert alts(shown)["weft-ties-2026-04-11.png"].startswith("Table of")
        page = brought["weft-map-2026-04-11.html"].decode()
        assert page.startswith("<!doctype html>")
        assert "Firm 11" in page
        assert "Hangar 9" in page


async def test_firms_keep_their_places_from_map_to_map(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        people = await office.cluster()
        await office.digest("map")
        async with sqlite_db.read() as tx:
            places = await stored.places(tx, office.s.id)
        assert places is not None
        assert places.keys() == {one.firm.id for one in people}


async def test_names_of_all_scripts_are_on_the_map_and_none_calls_anybody(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        people = [await office.join(name) for name in STRANGE]
        await office.exchange(people[0], people[1])
        office.later(minutes=1)
        shown = await office.digest("map")
        page = (await files(shown))["weft-map-2026-01-01.html"].decode()
        assert "ورشة النسيج" in page
        assert "<script>alert" not in page
        numbered = re.findall("^№ ([0-9]+): (.+)$", text_beside(shown), re.MULTILINE)
        assert not re.search(r"(?<!\\)@(everyone|here)", text_beside(shown))
        assert {name for _, name in numbered} >= {"工房工房工房 \\@here \\*\\*", "🧵🪡"}


async def test_of_very_many_names_no_picture_can_show_the_first_are_told(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        for at in range(cards.NAMES + 3):
            await office.join("工房" * (at + 1))
        office.later(minutes=1)
        assert "… and 3 more; the page has every name." in text_beside(await office.digest("map"))


async def test_a_map_of_nobody_says_how_people_join(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        shown = await office.digest("map")
        assert "`/join`" in text_beside(shown)
        assert (await files(shown))["weft-map-2026-01-01.png"].startswith(PNG)


# /digest report and export


async def test_a_report_is_a_page_to_print_about_the_last_quarter_that_is_over(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster(12)
        office.later(days=100)
        shown = await office.digest("report")
        ((name, page),) = (await files(shown)).items()
        assert name == "weft-report-2026Q1.html"
        assert page.startswith(b"<!doctype html>")
        assert b"Hangar 9" in page
        assert b"Firm 3" not in page
        assert "**Report: 2026, quarter 1**" in text_beside(shown)
        assert "Firms that took part: **11 of 12**" in text_beside(shown)
        assert "so far" not in text_beside(shown)


async def test_an_export_is_tables_and_what_their_columns_mean(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster(12)
        office.later(days=100)
        ((name, data),) = (await files(await office.digest("export"))).items()
        assert name == "weft-report-2026Q1.zip"
        inside = {path.partition("/")[2]: content for path, content in unpacked(data).items()}
        assert inside.keys() >= {"README.txt", "report.html", "figures.csv", "dictionary.csv"}
        figures = list(csv.DictReader(io.StringIO(inside["figures.csv"].decode("utf-8-sig"))))
        assert next(one["value"] for one in figures if one["figure"] == "firms_took_part") == "11"
        assert list(csv.DictReader(io.StringIO(inside["dictionary.csv"].decode("utf-8-sig"))))


async def test_the_quarter_that_runs_can_be_had_and_is_marked(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster()
        office.later(days=190)
        assert await office.suggestions("report", "period") == [
            ("2026, quarter 3 (so far)", "2026Q3"),
            ("2026, quarter 2", "2026Q2"),
            ("2026, quarter 1", "2026Q1"),
        ]
        assert await office.suggestions("export", "period", "quarter 1") == [("2026, quarter 1", "2026Q1")]
        for command, period in (("report", "2026Q3"), ("export", "2026, Quarter 3 (so far)")):
            shown = text_beside(await office.digest(command, period=period))
            assert "2026, quarter 3 (so far)" in shown
            assert "This quarter is not over" in shown


async def test_a_period_that_is_none_is_said_to_be_none(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        for typed in ("2025Q4", "last summer", "@everyone"):
            shown = await office.digest("report", period=typed)
            assert shown_in(shown).attachments == []
            assert said(shown)


async def test_a_report_is_in_the_clusters_language_or_in_the_one_that_is_chosen(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.speaks("nl")
        ((_, page),) = (await files(await office.digest("report"))).items()
        assert b'lang="nl"' in page
        ((_, page),) = (await files(await office.digest("report", language="en"))).items()
        assert b'lang="en"' in page


async def test_what_is_too_large_is_packed_and_if_that_is_too_large_left_out_with_a_word(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster()
        ((name, page),) = (await files(await office.digest("report"))).items()
        takes_files_of(len(page) - 1, monkeypatch)
        ((packed, data),) = (await files(await office.digest("report"))).items()
        assert packed == f"{name}.zip"
        assert unpacked(data) == {name: page}
        takes_files_of(1000, monkeypatch)
        shown = await office.digest("report")
        assert await files(shown) == {}
        assert f"`{name}` is not here" in text_beside(shown)


def test_a_file_too_large_is_never_said_to_be_as_large_as_is_allowed() -> None:
    limit = 10 * cards.MEGABYTE
    (told,) = cards._left_out(catalogue("en"), Files((), (("a.html", limit + 1),), limit))
    assert "11 MB even when packed, and Discord takes 10 MB here" in told


# The digest that is posted


async def test_the_digest_is_posted_once_as_it_is_kept_and_pings_nobody(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.cluster()
        shown = await office.digest("now")
        await needs(sqlite_db, NeedKind.FIRM)
        (digest,) = await kept(sqlite_db)
        post = await office.post(digest.id)
        assert post.content == text_beside(shown)
        (picture,) = post.attachments
        assert (await picture.read(), picture.description) == (digest.picture, digest.alt)
        assert custom_ids(post) == [f"w1:need.firm:{digest.id}"]
        assert (post.mentions, post.mention_everyone) == ([], False)
        assert (await office.post(digest.id, tried=True)).id == post.id


async def test_without_a_channel_for_managers_they_are_told_so_elsewhere(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        await office.digest("now")
        (digest,) = await kept(sqlite_db)
        async with sqlite_db.write() as tx:
            await communities.set_channel(tx, office.s.id, ChannelKind.MANAGERS, None)
        with pytest.raises(Refused) as refused:
            await office.post(digest.id)
        assert (refused.value.kind, refused.value.subject) == (ProblemKind.CHANNEL_GONE, "managers")


async def test_a_digest_that_is_gone_is_not_posted(sqlite_db: Database) -> None:
    async with at_office(sqlite_db) as office:
        with pytest.raises(Moot):
            await office.post(77)


@played(set_up=True)
async def test_every_week_before_the_round_opens_the_managers_have_one(w: World) -> None:
    await w.app.tick()
    await w.until((await w.scheduled()).opens_at)
    (post,) = [one for one in w.managers_channel.history() if one.attachments]
    assert "nobody has joined yet" in post.content
    assert post.attachments[0].description
    asked = await w.manager.slash("digest now")
    assert text_beside(asked) == post.content
    assert [one.size for one in shown_in(asked).attachments] == [one.size for one in post.attachments]
