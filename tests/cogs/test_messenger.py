"""Carried out at most once, in as few requests as can be, and every refusal in words a manager can act on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import aiohttp
import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.outcomes import Later, Moot, Refused, Unknown
from bot.services.gate import notice_place
from cogs.messenger import LOOK_BACK, Messenger, nonce
from cogs.refusals import Deed, translated
from cogs.ui.card import Button, Card, message
from domain.model import Intention, Notices, ProblemKind
from storage import communities
from storage.engine import Database
from tests.cogs.stage import Stage, stage

PLAIN = Card(title="Round 1", text="It *opens*.")
PRESSED = Card(title="Round 1", text="3 are in", buttons=(Button("I'm in", "round.in", (1,)),))


def posts(place: ChannelHandle) -> list[discord.Message]:
    return place.history()


async def archive(s: Stage, thread: int, *, archived: bool = True) -> None:
    s.env.backend.edit_channel(thread, {}, thread_metadata={"archived": archived})
    await s.env.settle()


def is_archived(s: Stage, thread: int) -> bool:
    return bool(s.env.backend.get_channel(thread).thread_metadata.archived)


async def forbid(s: Stage, place: ChannelHandle, *denied: str) -> None:
    deny = discord.Permissions(**dict.fromkeys(denied, True)).value
    s.env.backend.set_overwrite(place.id, Overwrite(s.guild.default_role.id, OverwriteType.ROLE, allow=0, deny=deny))
    await s.env.settle()


# Posting


async def test_a_message_costs_one_request(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        requests = await s.requests_of(s.messenger.post(s.intention("round:1:open"), s.rounds.id, PRESSED))
        assert requests == [f"POST /channels/{s.rounds.id}/messages"]
        (posted,) = posts(s.rounds)
        assert posted.embeds[0].title == "Round 1"
        sent = s.env.http_requests[-1].json
        assert sent["nonce"] == nonce("round:1:open")
        assert sent["enforce_nonce"] is True
        assert sent["allowed_mentions"] == {"parse": []}


def test_a_nonce_is_short_and_the_same_for_the_same_key() -> None:
    keys = [f"round:{number}:open" for number in range(1000)] + ["", "x" * 500, "é"]
    assert len({nonce(key) for key in keys}) == len(keys)
    assert all(1 <= len(nonce(key)) <= 25 for key in keys)
    assert nonce("a key") == nonce("a key")


async def test_exactly_those_are_pinged_who_should_be(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        card = Card(content=f"<@{s.ada.id}> <@{s.bert.id}> @everyone")
        ada = await s.messenger.post(s.intention(), s.rounds.id, card, pings=(s.ada.id,))
        nobody = await s.messenger.post(s.intention("another"), s.rounds.id, card)
        assert pinged(s, ada) == {s.ada.id}
        assert pinged(s, nobody) == set()


def pinged(s: Stage, sent: int) -> set[int]:
    stored = s.env.backend.get_message(s.rounds.id, sent)
    assert not stored.mention_everyone
    return set(stored.ping_user_ids)


@pytest.mark.parametrize("card", [PLAIN, PRESSED, Card(content="only content"), Card(fields=(("a", "b"),))])
async def test_what_was_posted_before_a_crash_is_found_again(sqlite_db: Database, card: Card) -> None:
    async with stage(sqlite_db) as s:
        intention = s.intention()
        tried = s.again(intention)
        sent = await s.messenger.post(intention, s.rounds.id, card)
        await s.bert.send(s.rounds, "only content")
        requests = await s.requests_of(s.messenger.post(tried, s.rounds.id, card))
        assert not [one for one in requests if one.startswith("POST")]
        assert await s.messenger.post(tried, s.rounds.id, card) == sent
        assert len(posts(s.rounds)) == 2


async def test_a_message_is_known_by_its_buttons_even_if_its_count_went_on(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        intention = s.intention()
        sent = await s.messenger.post(intention, s.rounds.id, PRESSED)
        assert await s.messenger.post(s.again(intention), s.rounds.id, replace(PRESSED, text="4 are in")) == sent


async def test_what_only_looks_alike_is_not_taken_for_it(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.bert.send(s.rounds, "hello")  # somebody else's
        await s.messenger.post(s.intention(), s.rounds.id, PRESSED)
        other = replace(PRESSED, buttons=(Button("I'm in", "round.in", (2,)),))  # another round's
        await s.messenger.post(s.intention(tried=True), s.rounds.id, other)
        await s.messenger.post(s.intention(tried=True), s.rounds.id, Card(content="hello"))
        await s.messenger.post(s.intention(tried=True), s.rounds.id, replace(PRESSED, buttons=()))
        await s.messenger.post(s.intention(tried=True), s.rounds.id, replace(PRESSED, title="Another matter"))
        assert len(posts(s.rounds)) == 6


async def test_what_was_posted_long_before_the_first_attempt_is_another_message(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        s.env.backend.advance_clock(3600)
        await s.messenger.post(s.intention(tried=True), s.rounds.id, PLAIN)
        assert len(posts(s.rounds)) == 2


async def test_it_is_found_among_many_others_and_the_search_ends(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        intention = s.intention()
        tried = s.again(intention)
        for number in range(150):
            s.env.backend.create_message(s.rounds.id, s.bert.id, f"chat {number}")
        await s.env.settle()
        sent = await s.messenger.post(intention, s.rounds.id, PLAIN)
        assert await s.messenger.post(tried, s.rounds.id, PLAIN) == sent
        requests = await s.requests_of(s.messenger.post(tried, s.rounds.id, PRESSED))
        assert len(requests) <= LOOK_BACK / 100 + 1


async def test_who_cannot_see_what_was_said_does_not_risk_saying_it_twice(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        intention = s.intention()
        await s.messenger.post(intention, s.rounds.id, PLAIN)
        await forbid(s, s.rounds, "read_message_history")
        with pytest.raises(Refused) as refusal:
            await s.messenger.post(s.again(intention), s.rounds.id, PLAIN)
        assert (refusal.value.subject, refusal.value.permissions) == ("round", ("read_message_history",))


# Editing


async def test_an_edit_costs_one_request_and_takes_away_what_is_not_on_the_card(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        sent = await s.messenger.post(s.intention(), s.rounds.id, PRESSED)
        requests = await s.requests_of(s.messenger.edit(s.intention(), s.rounds.id, sent, PLAIN))
        assert requests == [f"PATCH /channels/{s.rounds.id}/messages/{sent}"]
        (posted,) = posts(s.rounds)
        assert (posted.embeds[0].description, posted.components) == ("It *opens*.", [])


async def test_an_archived_thread_is_opened_for_an_edit_and_archived_again(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        thread = await s.messenger.private_thread(s.intention(), s.rounds.id, "R1 · 1", "R1 · 1")
        sent = await s.messenger.post(s.intention(), thread, PRESSED)
        await archive(s, thread)
        s.env.inject_error("PATCH", f"/channels/{thread}/messages/*", status=400, code=50083)
        requests = await s.requests_of(s.messenger.edit(s.intention(), thread, sent, PLAIN))
        message_path, thread_path = f"PATCH /channels/{thread}/messages/{sent}", f"PATCH /channels/{thread}"
        assert requests == [message_path, thread_path, message_path, thread_path]
        assert is_archived(s, thread)
        fetched = await s.bot.get_partial_messageable(thread).fetch_message(sent)
        assert fetched.components == []


async def test_somebody_is_let_into_an_archived_thread(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        thread = await s.messenger.private_thread(s.intention(), s.rounds.id, "R1 · 1", "R1 · 1")
        await archive(s, thread)
        s.env.inject_error("PUT", f"/channels/{thread}/thread-members/*", status=400, code=50083)
        await s.messenger.add(s.intention(), thread, s.ada.id)
        assert s.inside(thread) == {s.ada.id}
        assert not is_archived(s, thread)


# Threads


async def test_a_private_thread_costs_one_request_and_is_nobody_elses_to_open(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        making = s.messenger.private_thread(s.intention(), s.rounds.id, "R1 · 1 · " + "x" * 200, "R1 · 1 ·")
        assert await s.requests_of(making) == [f"POST /channels/{s.rounds.id}/threads"]
        sent = s.env.http_requests[-1].json
        assert (sent["type"], sent["invitable"], len(sent["name"])) == (12, False, 100)
        requests = await s.requests_of(s.messenger.add(s.intention(), s.threads()[0].id, s.ada.id))
        assert requests == [f"PUT /channels/{s.threads()[0].id}/thread-members/{s.ada.id}"]
        await s.messenger.add(s.intention(tried=True), s.threads()[0].id, s.ada.id)
        assert s.inside(s.threads()[0]) == {s.ada.id}


@pytest.mark.parametrize("asleep", [False, True])
async def test_a_thread_made_before_a_crash_is_found_again(sqlite_db: Database, asleep: bool) -> None:
    async with stage(sqlite_db) as s:
        intention = s.intention()
        other = await s.messenger.private_thread(s.intention("another"), s.rounds.id, "R1 · 2 · film", "R1 · 2 ·")
        made = await s.messenger.private_thread(intention, s.rounds.id, "R1 · 1 · film", "R1 · 1 ·")
        if asleep:
            await archive(s, made)
            await archive(s, other)
        await s.restart()
        found = await s.messenger.private_thread(s.again(intention), s.rounds.id, "R1 · 1 · film & co", "R1 · 1 ·")
        assert found == made
        assert len(s.threads()) == 2


async def test_a_thread_of_somebody_else_or_of_long_ago_is_not_it(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        old = await s.messenger.private_thread(s.intention(), s.rounds.id, "R1 · 1", "R1 · 1")
        s.env.backend.advance_clock(3600)
        s.env.backend.create_thread(s.rounds.id, "R1 · 1", s.bert.id, type=12)
        s.env.backend.create_thread(s.lobby.id, "R1 · 1", s.env.backend.bot_user.id, type=12)
        s.env.backend.create_thread(s.rounds.id, "R1 · 1", s.env.backend.bot_user.id, type=11)  # a public one
        await s.env.settle()
        before = {one.id for one in s.threads()}
        made = await s.messenger.private_thread(s.intention(tried=True), s.rounds.id, "R1 · 1", "R1 · 1")
        assert made not in before | {old}


# Telling somebody something


async def test_a_member_is_told_in_a_thread_of_their_own_which_stays(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada)
        await s.messenger.tell(s.intention("one"), member, Card(text="first"))
        (thread,) = s.threads()
        assert s.inside(thread) == {s.ada.id}
        assert thread.name == f"Weft, just for you · {member.id}"
        (told,) = posts(thread)
        assert told.content == f"<@{s.ada.id}>"
        assert s.env.backend.get_message(thread.id, told.id).ping_user_ids == [s.ada.id]
        requests = await s.requests_of(s.messenger.tell(s.intention("two"), member, Card(text="second")))
        assert requests == [f"POST /channels/{thread.id}/messages"]
        assert [one.embeds[0].description for one in posts(thread)] == ["first", "second"]


async def test_a_deleted_notice_thread_is_made_anew(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada)
        await s.messenger.tell(s.intention("one"), member, Card(text="first"))
        (gone,) = s.threads()
        s.env.backend.delete_channel(gone.id)
        await s.env.settle()
        await s.messenger.tell(s.intention("two"), member, Card(text="second"))
        (thread,) = s.threads()
        assert [one.embeds[0].description for one in posts(thread)] == ["second"]
        assert (await notice_place(s.bot.tools, member)).thread == thread.id


async def test_a_notice_thread_that_was_made_but_not_noted_is_found_again(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member, other = await s.join(s.ada), await s.join(s.bert)
        await s.messenger.tell(s.intention("other"), other, Card(text="for bert"))
        intention = s.intention("one")
        s.env.inject_error("PUT", "/channels/*/thread-members/*", status=500)
        with pytest.raises(Later):  # stops right behind the thread
            await s.messenger.tell(intention, member, Card(text="for ada"))
        assert len(s.threads()) == 2
        await s.messenger.tell(s.again(intention), member, Card(text="for ada"))
        assert len(s.threads()) == 2
        assert [s.inside(one) for one in s.threads()] == [{s.bert.id}, {s.ada.id}]


async def test_two_first_notices_at_once_share_one_thread(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada)
        await asyncio.gather(
            *(s.messenger.tell(s.intention(f"{number}"), member, Card(text=f"{number}")) for number in range(3))
        )
        (thread,) = s.threads()
        assert len(posts(thread)) == 3


async def test_who_asked_for_direct_messages_gets_them_once(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada, notices=Notices.DM)
        intention = s.intention()
        await s.messenger.tell(intention, member, PRESSED)
        await s.messenger.tell(s.again(intention), member, PRESSED)
        (told,) = s.ada.user.dm_channel.history()
        assert told.embeds[0].description == "3 are in"
        assert s.threads() == []


@pytest.mark.parametrize("code", [50007, 50278])
async def test_closed_direct_messages_fall_back_to_a_thread(sqlite_db: Database, code: int) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada, notices=Notices.DM)
        s.env.inject_error("POST", f"/channels/{s.ada.user.dm_channel.id}/messages", status=403, code=code, times=None)
        await s.messenger.tell(s.intention(), member, Card(text="hello"))
        (thread,) = s.threads()
        assert [one.embeds[0].description for one in posts(thread)] == ["hello"]


async def test_who_was_erased_is_told_nothing(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        member = await s.join(s.ada)
        with pytest.raises(Moot):
            await s.messenger.tell(s.intention(), replace(member, user=None), Card(text="x"))


async def test_without_a_round_channel_there_is_no_place_to_tell_it(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        community = await s.set_up()
        member = await s.join(s.ada)
        s.env.backend.delete_channel(s.rounds.id)
        with pytest.raises(Unknown) as unknown:
            await s.messenger.tell(s.intention(), member, Card(text="x"))
        assert (unknown.value.what, unknown.value.subject) == ("channel", "round")
        async with s.bot.tools.db.write() as tx:
            await communities.set_channel(tx, community.id, communities.ChannelKind.ROUND, None)
        with pytest.raises(Unknown) as unknown:
            await s.messenger.tell(s.intention(), member, Card(text="x"))
        assert (unknown.value.what, unknown.value.subject) == ("channel", "round")


# What Discord says no to


@pytest.mark.parametrize("missing", [("view_channel",), ("send_messages",), ("view_channel", "send_messages")])
async def test_a_missing_permission_is_named(sqlite_db: Database, missing: tuple[str, ...]) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        await forbid(s, s.rounds, *missing)
        with pytest.raises(Refused) as refusal:
            await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        assert refusal.value.kind is ProblemKind.PERMISSION
        assert (refusal.value.subject, refusal.value.permissions) == ("round", missing)


async def test_permissions_for_threads_are_those_of_the_channel_they_are_in(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        thread = await s.messenger.private_thread(s.intention(), s.rounds.id, "R1", "R1")
        await s.env.settle()
        await forbid(s, s.rounds, "create_private_threads", "send_messages_in_threads")
        refusals = []
        for deed in (
            s.messenger.private_thread(s.intention(), s.rounds.id, "R2", "R2"),
            s.messenger.add(s.intention(), thread, s.ada.id),
            s.messenger.post(s.intention(), thread, PLAIN),
        ):
            with pytest.raises(Refused) as refusal:
                await deed
            refusals.append((refusal.value.subject, refusal.value.permissions))
        assert refusals == [
            ("round", ("create_private_threads", "send_messages_in_threads")),
            ("round", ("send_messages_in_threads",)),
            ("round", ("send_messages_in_threads",)),
        ]


@pytest.mark.parametrize(
    ("status", "code", "kind", "permissions"),
    [
        (403, 50001, ProblemKind.PERMISSION, ("view_channel",)),
        (403, 50013, ProblemKind.PERMISSION, ("view_channel", "send_messages", "embed_links")),
        (403, 160005, ProblemKind.PERMISSION, ("manage_threads",)),
        (400, 160006, ProblemKind.THREADS_FULL, ()),
        (400, 50035, ProblemKind.REFUSED, ()),
        (403, 0, ProblemKind.REFUSED, ()),
    ],
)
async def test_refusals(
    sqlite_db: Database, status: int, code: int, kind: ProblemKind, permissions: tuple[str, ...]
) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        s.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
        with pytest.raises(Refused) as refusal:
            await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        assert (refusal.value.kind, refusal.value.subject) == (kind, "round")
        assert refusal.value.permissions == permissions


async def test_what_is_not_there_any_more(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        await s.set_up()
        sent = await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        thread = await s.messenger.private_thread(s.intention(), s.rounds.id, "R1", "R1")
        s.env.inject_error("PUT", f"/channels/{thread}/thread-members/*", status=404, code=10007)
        s.env.backend.delete_message(s.rounds.id, sent)
        outcomes = []
        for deed in (
            s.messenger.add(s.intention(), thread, 12345),
            s.messenger.edit(s.intention(), s.rounds.id, sent, PLAIN),
            s.messenger.post(s.intention(), 12345, PLAIN),
        ):
            with pytest.raises(Unknown) as unknown:
                await deed
            outcomes.append((unknown.value.what, unknown.value.subject))
        assert outcomes == [("user", "round"), ("message", "round"), ("channel", "test.kind")]
        s.env.backend.delete_channel(s.rounds.id)
        with pytest.raises(Unknown) as unknown:
            await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        assert (unknown.value.what, unknown.value.subject) == ("channel", "round")


@pytest.mark.parametrize(
    ("status", "after", "untried"), [(429, None, True), (401, 300.0, True), (500, None, False), (503, None, False)]
)
async def test_what_is_tried_again_later(sqlite_db: Database, status: int, after: float | None, untried: bool) -> None:
    async with stage(sqlite_db) as s:
        s.env.inject_error("POST", "/channels/*/messages", status=status)
        with pytest.raises(Later) as later:
            await s.messenger.post(s.intention(), s.rounds.id, PLAIN)
        assert (later.value.after, later.value.untried) == (after, untried)


REFUSED_CONNECTION = aiohttp.ClientConnectorError(
    aiohttp.client_reqrep.ConnectionKey("host", 443, True, True, None, None, None),  # type: ignore[attr-defined]
    ConnectionRefusedError(),
)


@pytest.mark.parametrize(
    ("error", "after", "untried"),
    [
        (discord.RateLimited(42.0), 42.0, True),
        (REFUSED_CONNECTION, None, True),
        (aiohttp.ServerDisconnectedError(), None, False),
        (TimeoutError(), None, False),
        (ConnectionResetError(), None, False),
    ],
)
async def test_a_network_that_fails_says_whether_anything_was_sent(
    sqlite_db: Database, error: Exception, after: float | None, untried: bool
) -> None:
    async with stage(sqlite_db) as s:
        with pytest.raises(Later) as later:
            async with translated(Deed(s.bot, s.bot.tools, s.intention(), s.rounds.id)):
                raise error
        assert (later.value.after, later.value.untried) == (after, untried)


async def test_a_bug_is_not_taken_for_one_of_discords_bad_days(sqlite_db: Database) -> None:
    async with stage(sqlite_db) as s:
        with pytest.raises(ZeroDivisionError):
            async with translated(Deed(s.bot, s.bot.tools, s.intention(), s.rounds.id)):
                raise ZeroDivisionError


# Carriers


async def test_every_kind_has_one_carrier(sqlite_db: Database) -> None:
    async def carrier(messenger: Messenger, intention: Intention) -> Mapping[str, int]:
        return {"message": await messenger.post(intention, int(intention.args["channel"]), PLAIN)}

    async with stage(sqlite_db) as s:
        with pytest.raises(Refused) as refusal:
            await s.messenger.carry(s.intention())
        assert (refusal.value.kind, refusal.value.subject) == (ProblemKind.REFUSED, "test.kind")
        s.messenger.carries({"test.kind": carrier})
        ids = await s.messenger.carry(s.intention(channel=s.rounds.id))
        assert ids == {"message": posts(s.rounds)[-1].id}
        with pytest.raises(ValueError, match=r"test\.kind"):
            s.messenger.carries({"test.kind": carrier})


async def test_a_message_of_ours_can_be_read_as_what_it_is(sqlite_db: Database) -> None:
    """The words by which a message is known survive what Discord does to spaces."""
    async with stage(sqlite_db) as s:
        card = Card(title=" spaced   title ", text="line\n\n\nline ", footer="f")
        intention = s.intention()
        sent = await s.bot.get_partial_messageable(s.rounds.id).send(
            **message(replace(card, title="spaced title", text="line\n\nline"))
        )
        assert await s.messenger.post(s.again(intention), s.rounds.id, card) == sent.id
