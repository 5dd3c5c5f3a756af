"""Who is at the door, and which channel is which; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.services import members
from bot.services.gate import Gate, channel_name, notice_place, open_gate
from bot.services.members import Application, remember_notice_thread
from bot.services.tools import Tools
from domain.calendar import Plan
from domain.model import (
    DEFAULT_SECTORS,
    Channels,
    Community,
    CommunityId,
    CommunityState,
    UserId,
)
from storage import communities
from storage.engine import Database
from tests.cogs.stage import Clock, make_tools

HERE, ELSEWHERE, ADA = CommunityId(2**62), CommunityId(7), UserId(2**62 + 1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
COMMUNITY = Community(
    id=HERE,
    state=CommunityState.ACTIVE,
    language="en",
    plan=Plan(),
    channels=Channels(round=11, showings=12, skills=13, managers=14),
    manager_role=None,
    sectors=DEFAULT_SECTORS,
    themes=(),
    set_up_at=NOW,
)


async def set_up(db: Database) -> Tools:
    async with db.write() as tx:
        await communities.put(tx, COMMUNITY)
        await communities.put(tx, replace(COMMUNITY, id=ELSEWHERE, channels=Channels()))
    return make_tools(db, Clock())


async def join(tools: Tools) -> members.Joined:
    return await members.join(tools, COMMUNITY, ADA, Application("Studio Noord", "crafts", "wood"), "en")


async def test_a_member_is_known_where_they_joined_and_only_as_long_as_they_take_part(db: Database) -> None:
    tools = await set_up(db)
    assert await open_gate(tools, HERE, ADA) == Gate(COMMUNITY, None)
    member = (await join(tools)).member
    assert await open_gate(tools, HERE, ADA) == Gate(COMMUNITY, member)
    assert (await open_gate(tools, ELSEWHERE, ADA)).member is None
    await members.leave(tools, member)
    assert await open_gate(tools, HERE, ADA) == Gate(COMMUNITY, None)


async def test_a_server_without_weft_is_no_community(db: Database) -> None:
    tools = await set_up(db)
    await join(tools)
    assert await open_gate(tools, CommunityId(999), ADA) == Gate(None, None)
    async with db.write() as tx:
        await communities.left(tx, HERE, NOW)
    assert await open_gate(tools, HERE, ADA) == Gate(None, None)


async def test_channels_have_the_names_of_what_they_are_for(db: Database) -> None:
    tools = await set_up(db)
    named = [await channel_name(tools, HERE, one) for one in (11, 12, 13, 14, 15, None)]
    assert named == ["round", "showings", "skills", "managers", "", ""]
    assert await channel_name(tools, HERE, 99, 11) == "round"  # a thread, then the channel it is in
    assert await channel_name(tools, ELSEWHERE, None, None) == ""
    assert await channel_name(tools, CommunityId(999), 11) == ""


async def test_where_a_member_is_told_things(db: Database) -> None:
    tools = await set_up(db)
    member = (await join(tools)).member
    place = await notice_place(tools, member)
    assert (place.thread, place.round_channel) == (None, 11)
    await remember_notice_thread(tools, member.id, 2**62 + 5)
    assert (await notice_place(tools, member)).thread == 2**62 + 5
