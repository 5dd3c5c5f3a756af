"""A proposal as people meet it: what they read, press and are told; on good days and on Discord's bad ones."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
import sqlalchemy as sa
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.services import members, skills, swaps
from bot.services.skills import Wording
from domain.model import Problem, SwapId, SwapState
from storage import problems, tables
from tests.cogs.swapping import community, lists, ring, skills_channel, swap, swapper, threads
from tests.world import World, custom_ids, said, text_of, world


def deny(w: World, channel: ChannelHandle, **permissions: bool) -> None:
    """Forbid Weft things in one channel, as a manager does in the channel's settings."""
    assert w.app.client.user
    me, overwrites = w.app.client.user.id, w.env.backend.get_channel(channel.id).overwrites
    allowed = next((one.allow for one in overwrites if one.target_id == me), 0)
    denied = discord.Permissions(**permissions).value
    changed = Overwrite(target_id=me, type=OverwriteType.MEMBER, allow=allowed & ~denied, deny=denied)
    w.env.backend.set_overwrite(channel.id, changed)


async def problems_of(w: World) -> list[Problem]:
    async with w.app.tools.db.read() as tx:
        return list(await problems.of(tx, w.id))


async def test_a_ring_from_the_proposal_to_everybodys_yes(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben, cem = await ring(w)
        (thread,) = await threads(w)
        assert (thread.name or "").startswith("S1 · skill")
        assert w.in_thread(thread) == {ada.id, ben.id, cem.id}
        (asked,) = thread.history()
        read = text_of(asked)
        assert "A ring of 3" in read
        assert f"**<@{ada.id}>** (Firm of p0) shows **<@{ben.id}>** (Firm of p1) *skill0*" in read
        assert f"<@{ada.id}> → <@{ben.id}> → <@{cem.id}> → <@{ada.id}>" in read
        assert "crafts × design × publishing" in read
        assert "I want to do skill0 myself" in read
        assert "I show skill0 by hand" in read
        assert "When: any evening" in read
        assert "Manage Threads" in read
        assert f"<t:{int((await swap(w, 1)).expires_at.timestamp())}:F>" in read
        assert set(asked.raw_mentions) == {ada.id, ben.id, cem.id}
        assert "You're in" in said(await ada.press(asked, "swap.accept"))
        await w.wait(seconds=10)
        assert "**1** of 3 has said yes" in text_of(thread.history()[0])
        await ben.press(asked, "swap.accept")
        assert "that makes everybody" in said(await cem.press(asked, "swap.accept"))
        await w.until(w.now)
        first, agreed = thread.history()
        assert custom_ids(first) == []
        assert "Everybody said yes" in text_of(first)
        assert "it's on" in text_of(agreed)
        assert "What happens next" in text_of(agreed)
        assert sum(":session.name_time:" in one for one in custom_ids(agreed)) == 3
        await w.wait(minutes=1)
        assert len(thread.history()) == 2


async def test_one_leg_says_what_time_credits_are(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await swapper(w, "ada", "weaving")
        await swapper(w, "ben", "", "weaving")
        await w.until(w.now)
        (thread,) = await threads(w)
        read = text_of(thread.history()[0])
        assert "One session, paid in time credits" in read
        assert "an hour is an hour" in read
        assert "from the account of **Firm of ben** to the account of **Firm of ada**" in read


async def test_of_two_each_shows_the_other(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada = await swapper(w, "ada", "weaving", "film", language="nl")
        ben = await swapper(w, "ben", "film", "weaving", language="nl")
        await w.until(w.now)
        (thread,) = await threads(w)
        assert thread.name == "S1 · weaving ⇄ film"
        read = text_of(thread.history()[0])
        assert f"<@{ada.id}> ⇄ <@{ben.id}>" in read
        assert "Een ruil: jullie laten elkaar iets zien" in read  # their language, not the community's
        assert "laat **" in read


async def test_a_no_is_kind_names_nobody_and_is_made_good_at_once(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben, cem = await ring(w)
        dora = await swapper(w, "dora", "skill2", "skill0")
        (thread,) = await threads(w)
        asked = thread.history()[0]
        await ada.press(asked, "swap.accept")
        sure, also = await cem.press(asked, "swap.decline"), await ben.press(asked, "swap.decline")
        assert "not who" in said(sure)
        assert (await swap(w, 1)).state is SwapState.PROPOSED
        assert "That's fine" in said(await cem.press(sure.response, "swap.decline_sure"))
        await w.until(w.now)
        first, ended = thread.history()
        assert custom_ids(first) == []
        assert "This one does not happen" in text_of(first)
        told = text_of(ended)
        assert "does not happen" in told
        assert not any(f"<@{one.id}>" in told for one in (ada, ben, cem))
        (_, repaired) = await threads(w)
        assert w.in_thread(repaired) == {ada.id, dora.id}
        assert "It is instead of S1" in text_of(repaired.history()[0])
        # An old button says how things stand.
        assert "This proposal is over" in said(await ben.press(also.response, "swap.decline_sure"))


async def test_after_three_days_without_a_word_it_ends(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, *_ = await ring(w, 2)
        (thread,) = await threads(w)
        await ada.press(thread.history()[0], "swap.accept")
        expires = (await swap(w, 1)).expires_at
        await w.until(expires - timedelta(seconds=1))
        assert (await swap(w, 1)).state is SwapState.PROPOSED
        await w.until(expires)
        assert (await swap(w, 1)).state is SwapState.ENDED
        assert "does not happen" in text_of(thread.last_message)


async def test_a_stranger_and_somebody_else_are_told_so(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        await ring(w, 2)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        other = await w.person("other", "Other firm")
        w.env.backend.add_thread_member(thread.id, other.id)
        stranger = w.stranger("zoe")
        w.env.backend.add_thread_member(thread.id, stranger.id)
        assert "/join" in said(await stranger.press(asked, "swap.accept"))
        for action in ("swap.accept", "swap.decline"):
            assert "somebody else" in said(await other.press(asked, action))


async def test_too_late_to_say_no_to_what_all_agreed_to(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben = await ring(w, 2)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        sure = await ada.press(asked, "swap.decline")
        await ada.press(asked, "swap.accept")
        await ben.press(asked, "swap.accept")
        assert "/swap cancel" in said(await ada.press(sure.response, "swap.decline_sure"))


# Bad days


async def test_who_left_the_server_is_not_waited_for(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada = await swapper(w, "ada", "a", "b")
        ben = await swapper(w, "ben", "b", "a")
        cem = await swapper(w, "cem", "b", "")
        w.env.backend.remove_member(w.guild.id, ben.id)
        await w.until(w.now)
        found = [w.in_thread(one) for one in await threads(w)]
        assert found == [{ada.id, cem.id}]


async def test_a_deleted_thread_is_made_anew_when_there_is_something_to_say(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben = await ring(w, 2)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        await ada.press(asked, "swap.accept")
        await w.wait(seconds=10)
        w.env.backend.delete_channel(thread.id)
        await swaps.accept(w.app.tools, await ben.me(), SwapId(1))
        await w.until(w.now)
        (again,) = await threads(w)
        assert w.in_thread(again) == {ada.id, ben.id}
        assert "it's on" in text_of(again.history()[0])


async def test_a_thread_deleted_before_everybody_is_in_it_holds_nothing_up(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        w.env.inject_error("PUT", "/channels/*/thread-members/*", status=503, times=None)
        people = await ring(w, 2)
        (thread,) = await threads(w)
        w.env.backend.delete_channel(thread.id)
        w.env.backend.faults.clear()
        await w.wait(minutes=10)
        (again,) = await threads(w)
        assert w.in_thread(again) == {one.id for one in people}
        assert "What do you say?" in text_of(again.history()[0])
        assert not await problems_of(w)


async def test_who_never_answers_is_told_once_in_private_and_one_click_brings_it_back(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada = await swapper(w, "ada", "weaving")
        for name in ("ben", "cem"):
            await swapper(w, name, "", "weaving", sector="design")
            await w.until(w.now)
            await w.wait(days=8)
        (notice,) = [one for one in w.threads() if w.in_thread(one) == {ada.id}]
        told = notice.last_message
        assert "Off the board for now" in text_of(told)
        assert "Twice in a row" in text_of(told)
        assert set(told.raw_mentions) == {ada.id}
        assert "(Firm of ada)" not in said(await ada.slash("skill board"))
        await ada.press(told, "skill.keep")
        assert "**Firm of ada**" in said(await ada.slash("skill board")) or "weaving" in said(
            await ada.slash("skill board")
        )
        assert all("Off the board" not in text_of(one) for thread in await threads(w) for one in thread.history())


async def test_without_the_permission_the_manager_is_told_and_it_goes_on_when_mended(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        deny(w, await skills_channel(w), create_private_threads=True)
        people = await ring(w, 2)
        assert await threads(w) == []
        (problem,) = await problems_of(w)
        assert problem.subject == "skills"
        await w.wait(hours=50)
        deny(w, await skills_channel(w))
        await w.manager.slash("cluster check", w.managers_channel)
        await w.until(w.now)
        (thread,) = await threads(w)
        assert w.in_thread(thread) == {one.id for one in people}
        assert (await swap(w, 1)).expires_at == w.now + timedelta(hours=72)


async def test_without_a_skills_channel_the_rounds_channel_does(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        async with w.app.tools.db.write() as tx:
            await tx.execute(sa.update(tables.communities).values(skills_channel_id=None))
        people = await ring(w, 2)
        found = [one for one in w.threads() if (one.name or "").startswith("S")]
        assert [w.in_thread(one) for one in found] == [{one.id for one in people}]


async def test_words_too_long_for_their_room_come_as_a_file(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada = await w.person("ada", "Studio *Noord*")
        ben = await w.person("ben", "Kiln")
        await lists(ada, "weaving", "film")
        tools = w.app.tools
        await skills.offer(tools, await ben.me(), Wording("film", "*" * 500, "@everyone" * 9))
        await skills.want(tools, await ben.me(), Wording("weaving", "# big **bold** <@1>", "ever"))
        await w.until(w.now)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        read = text_of(asked)
        assert "Studio \\*Noord\\*" in read
        assert "\\*\\*bold\\*\\*" in read
        assert not asked.mention_everyone
        assert [one.filename for one in asked.attachments] == ["in-full.txt"]


@pytest.mark.parametrize("how", ["leaves", "pauses"])
async def test_the_others_are_told_when_somebody_goes(sqlite_url: str, how: str) -> None:
    async with world(sqlite_url) as w:
        ada, _ben, cem = await ring(w)
        (thread,) = await threads(w)
        await ada.press(thread.history()[0], "swap.accept")
        if how == "leaves":
            await members.leave(w.app.tools, await cem.me())
        else:
            await members.pause(w.app.tools, await community(w), await cem.me(), 1)
        await w.until(w.now)
        assert "does not happen" in text_of(thread.last_message)
        assert (await swap(w, 1)).state is SwapState.ENDED


async def test_saying_no_and_no_again_is_once(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben = await ring(w, 2)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        both = await ada.press(asked, "swap.decline"), await ben.press(asked, "swap.decline")
        assert "That's fine" in said(await ada.press(both[0].response, "swap.decline_sure"))
        assert "over" in said(await ben.press(both[1].response, "swap.decline_sure"))
        await w.until(w.now)
        assert len(thread.history()) == 2


async def test_what_is_coming_up_stands_in_me(sqlite_url: str) -> None:
    async with world(sqlite_url) as w:
        ada, ben = await ring(w, 2)
        (thread,) = await threads(w)
        asked = thread.history()[0]
        assert f"A swap was proposed to you in <#{thread.id}>" in said(await ada.slash("me"))
        await ada.press(asked, "swap.accept")
        assert "The others have until" in said(await ada.slash("me"))
        await ben.press(asked, "swap.accept")
        await w.until(w.now)
        assert f"A time for *skill0* with <@{ben.id}> is to be named in <#{thread.id}>" in said(await ada.slash("me"))
