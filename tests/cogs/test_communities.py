"""`/cluster setup` and `/cluster check` through a simulated Discord, on its good days and its bad ones."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import discord
import pytest
from simcord.backend import serializers
from simcord.interactions import base_payload

from domain.communities import ChannelKind, channel_of
from domain.model import CommunityId, CommunityState, NewIntention
from storage import communities as stored
from storage import outbox
from tests.cogs.played import allowed, amiss, announces, community, delete, let, made, may, names, played, setup
from tests.cogs.stage import everybody_reads
from tests.world import World, custom_ids, said, text_of

CHANNELS = {"weft-managers", "peer-review", "show-your-work", "skills"}
MAKE = "/guilds/*/channels"


# Set-up


@played(set_up=False)
async def test_set_up_makes_everything_and_names_the_first_round(w: World) -> None:
    answer = await setup(w, time_zone="Europe/Amsterdam")
    text = said(answer)
    assert answer.response is not None
    assert answer.response.ephemeral
    assert "Weft is ready" in text
    assert "<t:1767600000:F>" in text  # Monday 5 January 2026, 09:00 in Amsterdam
    assert "/join" in text
    assert "Nothing more is needed of you" in text
    assert set(made(w)) == {"Weft", *CHANNELS}
    now = await community(w)
    category = w.guild.channels["Weft"].id
    for kind in ChannelKind:
        channel = w.env.backend.get_channel(channel_of(now.channels, kind))
        assert channel.parent_id == (None if kind is ChannelKind.CATEGORY else category)
    assert w.env.backend.get_channel(now.channels.showings).type == discord.ChannelType.forum.value
    assert (await w.scheduled()).opens_at.timestamp() == 1767600000
    assert now.themes


@played(set_up=True)
async def test_members_read_the_round_channel_and_do_not_see_the_managers(w: World) -> None:
    stranger, bot = w.stranger("stranger").id, w.env.backend.bot_user.id
    rounds, managers = w.round_channel, w.managers_channel
    assert allowed(w, rounds, stranger, "view_channel")
    assert not allowed(w, rounds, stranger, "send_messages")
    assert not allowed(w, rounds, stranger, "create_private_threads")
    assert allowed(w, rounds, stranger, "send_messages_in_threads")
    assert allowed(w, rounds, bot, "create_private_threads")
    assert allowed(w, rounds, bot, "send_messages")
    assert not allowed(w, managers, stranger, "view_channel")
    assert allowed(w, managers, w.manager.id, "view_channel")
    assert allowed(w, managers, bot, "send_messages")


@played(set_up=False)
async def test_a_chosen_role_sees_the_managers_channel(w: World) -> None:
    role = w.guild.create_role("hosts")
    host = w.guild.add_member(w.env.create_user("host"), roles=[role])
    await setup(w, manager_role=role)
    await w.find_channels()
    assert allowed(w, w.managers_channel, host.id, "view_channel")
    assert (await community(w)).manager_role == role.id


@played(set_up=False)
async def test_a_dutch_server_gets_dutch_channels_and_its_own_time_zone(w: World) -> None:
    w.env.backend.edit_guild(w.guild.id, {"preferred_locale": "nl"})
    text = said(await setup(w))
    assert "Weft is ready" in text  # the manager reads English
    assert {"weft-beheer", "feedbackrondes", "laat-je-werk-zien", "vaardigheden"} < set(made(w))
    now = await community(w)
    assert (now.language, now.plan.time_zone) == ("nl", "Europe/Amsterdam")
    assert "Laat zien waar je op vastzit" in now.themes


@played(set_up=False)
async def test_a_dutch_manager_is_answered_in_dutch(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_reads("nl", monkeypatch)
    assert "Weft is klaar" in said(await setup(w))
    assert (await community(w)).language == "nl"  # the server says nothing, so the manager's own
    assert "Alles is in orde" in said(await w.manager.slash("cluster check"))
    assert "Hoe Weft hier werkt" in said(await w.manager.slash("cluster settings"))


@played(set_up=False)
async def test_a_time_zone_that_is_none_is_refused_with_a_suggestion(w: World) -> None:
    text = said(await setup(w, time_zone="Amstedam"))
    assert "Europe/Amsterdam" in text
    assert made(w) == []


@played(set_up=False)
async def test_time_zones_are_suggested_while_typing(w: World) -> None:
    async def typing(text: str) -> list[str]:
        found = await w.manager.actor.autocomplete(w.round_channel, "cluster setup", "time_zone", text)
        return [one["value"] for one in found]

    assert (await typing("ams"))[0] == "Europe/Amsterdam"
    assert len(await typing("a")) == 25
    assert await typing("") == []
    w.env.backend.edit_guild(w.guild.id, {"preferred_locale": "sv-SE"})
    assert await typing("") == ["Europe/Stockholm"]


@played(set_up=True)
async def test_setting_up_again_makes_nothing_new(w: World) -> None:
    before = await community(w), names(w)
    text = said(await setup(w))
    assert "There already" in text
    assert "Made:" not in text
    assert (await community(w), names(w)) == before


@played(set_up=True)
async def test_a_channel_that_became_one_for_announcements_is_replaced(w: World) -> None:
    before = (await community(w)).channels
    for name in ("peer-review", "skills"):  # private threads cannot be there any more
        await announces(w, w.guild.channels[name])
    answer = await setup(w)
    assert "next round" in said(answer) or "first round" in said(answer)
    after = (await community(w)).channels
    assert after.round != before.round
    assert after.skills != before.skills
    assert (after.showings, after.managers) == (before.showings, before.managers)


@played(set_up=False)
async def test_set_up_before_discord_told_of_the_server_says_to_try_again(w: World) -> None:
    guild = w.app.client.get_guild(w.guild.id)
    assert guild is not None
    w.app.client._connection._remove_guild(guild)  # as it is until the gateway has sent what is in the server
    text = said(await setup(w))
    assert "Try again in a moment" in text
    assert "This is over" not in text


@played(set_up=True)
async def test_a_crash_between_making_and_storing_makes_no_doubles(w: World) -> None:
    before = await community(w)
    async with w.app.tools.db.write() as tx:
        for kind in ChannelKind:
            await stored.set_channel(tx, w.id, kind, None)
    await w.restart()
    assert "Made in an earlier try" in said(await setup(w))
    assert await community(w) == before
    assert names(w) == sorted({"lobby", "Weft", *CHANNELS})


@played(set_up=False)
async def test_somebody_elses_channel_of_the_same_name_is_left_alone(w: World) -> None:
    theirs = w.guild.create_text_channel("skills")
    await setup(w)
    assert (await community(w)).channels.skills != theirs.id
    assert names(w).count("skills") == 2


@played(set_up=True)
async def test_two_managers_setting_up_at_once_make_one_of_each(w: World) -> None:
    """Everything is gone and both press the button: the second finds what the first has made."""
    await delete(w, "skills")
    answer = await w.manager.slash("cluster check", w.guild.channels["lobby"])
    for name in ("Weft", *sorted(CHANNELS - {"skills"})):
        w.env.backend.delete_channel(w.guild.channels[name].id)
    backend, message = w.env.backend, answer.response
    assert message is not None
    _take_time_over_requests(w)
    for _ in range(2):
        data = {"custom_id": "w1:cluster.setup", "component_type": 2}
        _, payload = base_payload(
            backend, type=3, channel_id=w.guild.channels["lobby"].id, guild_id=w.id, user_id=w.manager.id, data=data
        )
        shown = backend.get_message(message.channel_id, message.id)
        backend.emit("INTERACTION_CREATE", payload | {"message": dict(serializers.message_payload(backend, shown))})
    await w.env.settle()
    assert names(w) == sorted({"lobby", "Weft", *CHANNELS})
    now = await community(w)
    assert {channel_of(now.channels, kind) for kind in ChannelKind} == {
        w.guild.channels[name].id for name in ("Weft", *CHANNELS)
    }


def _take_time_over_requests(w: World) -> None:
    """As a network does: other things happen between a request and its answer."""
    request = w.app.client.http.request

    async def slow(*args: Any, **kwargs: Any) -> Any:
        for _ in range(10):
            await community(w)
        return await request(*args, **kwargs)

    w.app.client.http.request = slow


# Set-up on a bad day


def _break(w: World, *, status: int, code: int = 0, times: int | None = None) -> None:
    """As `inject_error`, which is not for the middle of something."""
    fault = {"method": "POST", "path": MAKE, "status": status, "code": code, "message": "broken", "times": times}
    w.env.backend.faults.append(fault)


@played(set_up=False)
async def test_without_permission_to_make_channels_it_says_which_why_and_where(w: World) -> None:
    await may(w, manage_channels=False, manage_roles=False)
    answer = await setup(w)
    text = said(answer)
    assert "Almost there" in text
    assert text.count("Server Settings → Roles →") == 1  # said once, not for each channel
    assert "**Manage Channels**, to make its channels" in text
    assert "**Manage Roles**, to set who may do what" in text
    assert made(w) == []
    await may(w, manage_channels=True, manage_roles=True)
    text = said(await w.manager.press(answer.response, "cluster.setup"))
    assert "Weft is ready" in text
    assert set(made(w)) == {"Weft", *CHANNELS}


@played(set_up=False)
async def test_what_can_be_made_is_made_and_what_weft_lacks_there_is_named(w: World) -> None:
    await may(w, create_private_threads=False)
    text = said(await setup(w))
    assert "Almost there" in text
    assert "**Create Private Threads**, to give each pair a place of their own" in text
    assert set(made(w)) == {"Weft", *CHANNELS}
    assert {one.subject for one in await amiss(w)} == {"round", "skills"}


@played(set_up=False)
async def test_when_discord_breaks_half_way_nothing_is_lost_and_it_goes_on_from_there(w: World) -> None:
    made_two = 0
    original = w.env.backend.create_channel

    def breaks_after_two(*args: Any, **kwargs: Any) -> Any:
        nonlocal made_two
        channel = original(*args, **kwargs)
        made_two += 1
        if made_two == 2:
            _break(w, status=503)
        return channel

    w.env.backend.create_channel = breaks_after_two
    answer = await setup(w)
    assert "Discord is having trouble" in said(answer)
    assert set(made(w)) == {"Weft", "weft-managers"}
    first = (await community(w)).channels
    w.env.backend.faults.clear()
    assert "Weft is ready" in said(await w.manager.press(answer.response, "cluster.setup"))
    assert set(made(w)) == {"Weft", *CHANNELS}
    now = (await community(w)).channels
    assert (now.category, now.managers) == (first.category, first.managers)
    assert names(w) == sorted({"lobby", "Weft", *CHANNELS})


@played(set_up=False)
async def test_discord_too_busy_is_not_asked_over_and_over(w: World) -> None:
    w.env.inject_error("POST", MAKE, status=429, times=None)
    assert "Discord is having trouble" in said(await setup(w))
    assert sum(one.method == "POST" and one.path.endswith("/channels") for one in w.env.http_requests) == 1


@played(set_up=False)
async def test_a_long_rate_limit_is_said_and_waited_for_by_the_manager(w: World) -> None:
    request = w.app.client.http.request

    async def limited(route: Any, **kwargs: Any) -> Any:
        if route.path == "/guilds/{guild_id}/channels":
            raise discord.RateLimited(120.0)
        return await request(route, **kwargs)

    w.app.client.http.request = limited
    answer = await setup(w)
    assert "Discord is having trouble" in said(answer)
    w.app.client.http.request = request
    assert "Weft is ready" in said(await w.manager.press(answer.response, "cluster.setup"))


@played(set_up=False)
async def test_a_server_with_500_channels_is_told_what_it_can_do(w: World) -> None:
    w.env.inject_error("POST", MAKE, status=400, code=30013, times=None)
    text = said(await setup(w))
    assert "as many channels as Discord allows" in text
    assert "/cluster settings" in text
    assert sum(one.method == "POST" and one.path.endswith("/channels") for one in w.env.http_requests) == 1


@played(set_up=True)
async def test_a_full_category_is_no_reason_to_go_without(w: World) -> None:
    await delete(w, "skills")
    w.env.inject_error("POST", MAKE, status=400, code=50035, times=1)
    assert "Made:" in said(await setup(w))
    assert w.env.backend.get_channel((await community(w)).channels.skills).parent_id is None


@played(set_up=False)
async def test_without_forums_the_rest_goes_on(w: World) -> None:
    original = w.env.backend.create_channel

    def no_forums(*args: Any, **kwargs: Any) -> Any:
        channel = original(*args, **kwargs)
        if channel.name == "peer-review":  # the forum is next
            _break(w, status=400, code=50024, times=1)
        return channel

    w.env.backend.create_channel = no_forums
    text = said(await setup(w))
    assert "Enable Community" in text
    assert set(made(w)) == {"Weft", *CHANNELS} - {"show-your-work"}
    assert await amiss(w) == []
    assert "Everything is all right" in said(await w.manager.slash("cluster check"))


@pytest.mark.parametrize(("status", "code"), [(400, 12345), (403, 50013)])
async def test_a_refusal_nobody_foresaw_is_said_plainly(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, status: int, code: int
) -> None:
    @played(set_up=False)
    async def story(w: World) -> None:
        w.env.inject_error("POST", MAKE, status=status, code=code, times=None)
        assert "did not say why" in said(await setup(w))

    await story(sqlite_url, monkeypatch)


@played(set_up=True)
async def test_a_deleted_channel_is_made_again(w: World) -> None:
    await delete(w, "peer-review")
    text = said(await setup(w))
    assert "Made:" in text
    now = await community(w)
    assert now.channels.round == w.guild.channels["peer-review"].id
    assert await amiss(w) == []


@played(set_up=True)
async def test_channels_that_were_moved_elsewhere_need_no_category(w: World) -> None:
    await delete(w, "Weft")
    assert "Weft is ready" in said(await setup(w))
    assert "Weft" not in made(w)


@played(set_up=True)
async def test_permissions_taken_in_a_channel_are_put_right(w: World) -> None:
    bot = w.env.backend.bot_user.id
    w.env.backend.delete_overwrite(w.round_channel.id, bot)
    await w.env.settle()
    assert not allowed(w, w.round_channel, bot, "send_messages")
    assert "Permissions put right" in said(await setup(w))
    assert allowed(w, w.round_channel, bot, "send_messages")
    assert await amiss(w) == []


@played(set_up=True)
async def test_permissions_that_weft_may_not_put_right_itself_are_explained(w: World) -> None:
    await may(w, manage_roles=False)
    w.env.backend.delete_overwrite(w.round_channel.id, w.env.backend.bot_user.id)
    await w.env.settle()
    text = said(await setup(w))
    assert "Edit Channel → Permissions" in text
    assert "**Send Messages**" in text
    assert "**Manage Roles**" in text


@played(set_up=False)
async def test_a_managers_role_that_is_gone_is_said_and_setting_up_works(w: World) -> None:
    role = w.guild.create_role("hosts")
    await setup(w, manager_role=role)
    w.env.backend.delete_role(w.guild.id, role.id)
    await w.env.settle()
    await delete(w, "weft-managers")
    text = said(await setup(w))
    assert "The role you had chosen is gone" in text
    await w.find_channels()
    assert allowed(w, w.managers_channel, w.manager.id, "view_channel")
    assert "The role you had chosen is gone" in said(await w.manager.slash("cluster check"))
    assert "The role you had chosen is gone" in said(await w.manager.slash("cluster settings"))


# Who may


@played(set_up=True)
async def test_only_managers_get_through(w: World) -> None:
    await delete(w, "skills")
    message = w.managers_channel.last_message
    assert message is not None
    stranger = w.stranger("stranger")
    answer = await w.manager.slash("cluster check", w.round_channel)
    assert answer.response is not None
    assert "cluster check" not in stranger.actor.available_commands(w.round_channel)
    let(w, w.managers_channel, stranger.id, view_channel=True, read_message_history=True)
    refused = await stranger.press(message, "cluster.check")
    assert "Manage Server" in said(refused)
    refused = await stranger.press(message, "cluster.setup")
    assert "Manage Server" in said(refused)
    assert "skills" not in made(w)


@played(set_up=True)
async def test_the_chosen_role_gets_through(w: World) -> None:
    role = w.guild.create_role("hosts")
    await setup(w, manager_role=role)
    host = w.guild_member(w.guild.add_member(w.env.create_user("host"), roles=[role]).id)
    await delete(w, "skills")
    message = w.managers_channel.last_message
    assert "Weft is ready" in said(await host.press(message, "cluster.setup"))


@played(set_up=False)
async def test_what_needs_a_set_up_says_so(w: World) -> None:
    for name in ("check", "settings", "export", "holiday list"):
        assert "/cluster setup" in said(await w.manager.slash(f"cluster {name}"))


# Looking after


@played(set_up=True)
async def test_a_healthy_cluster_is_said_to_be(w: World) -> None:
    answer = await w.manager.slash("cluster check")
    text = said(answer)
    assert "Everything is all right" in text
    assert "Round 1 opens <t:1767600000:F>" in text
    assert "0 actions. The aim is none." in text
    assert custom_ids(answer.response) == ["w1:cluster.settings"]


@played(set_up=True)
async def test_a_look_in_the_middle_of_a_round_tells_of_it_and_of_the_last(w: World) -> None:
    await w.people(4)
    first = await w.open_round()
    await w.until(first.closes_at)
    await w.until((await w.scheduled()).opens_at)
    text = said(await w.manager.slash("cluster check"))
    assert f"Round 2 is going on, until <t:{int((await w.round()).closes_at.timestamp())}:F>." in text
    assert f"Round 1 was the last to end, <t:{int(first.closes_at.timestamp())}:F>." in text
    assert "4 people, of 4 firms." in text


@played(set_up=True)
async def test_a_deleted_channel_is_told_at_once_and_put_right_with_a_button(w: World) -> None:
    await delete(w, "skills")
    message = w.managers_channel.last_message
    assert message is not None
    assert "Weft cannot find the channel for skills" in text_of(message)
    assert custom_ids(message) == ["w1:cluster.check", "w1:cluster.setup"]
    assert "One thing needs you" in said(await w.manager.slash("cluster check"))
    assert "Weft is ready" in said(await w.manager.press(message, "cluster.setup"))
    assert "skills" in made(w)
    assert "Everything is all right" in said(await w.manager.slash("cluster check"))


@played(set_up=True)
async def test_it_is_told_once(w: World) -> None:
    before = len(w.managers_channel.history())
    await delete(w, "skills")
    await may(w, add_reactions=False)
    await may(w, add_reactions=True)
    await w.manager.slash("cluster check")
    await w.wait(days=1)
    assert len(w.managers_channel.history()) == before + 1


@played(set_up=True)
async def test_a_gone_managers_channel_is_said_when_a_manager_looks(w: World) -> None:
    await delete(w, "weft-managers")
    assert "Weft cannot find the managers' channel" in said(await w.manager.slash("cluster check"))
    assert "Weft is ready" in said(await setup(w))
    assert "weft-managers" in made(w)


@played(set_up=True)
async def test_a_permission_given_back_lets_what_waited_go_on_and_says_thanks(w: World) -> None:
    await w.people(4)
    bot = w.env.backend.bot_user.id
    ours = next(one for one in w.env.backend.get_channel(w.round_channel.id).overwrites if one.target_id == bot)
    w.env.backend.delete_overwrite(w.round_channel.id, bot)
    await w.env.settle()
    assert "Weft may not do all it must in the channel for rounds" in text_of(w.managers_channel.last_message)
    await w.until((await w.scheduled()).opens_at)
    assert w.round_channel.history() == []
    w.env.backend.set_overwrite(w.round_channel.id, ours)
    await w.env.settle()
    assert "Round 1 is open" in text_of(w.opening)
    history = [text_of(one) for one in w.managers_channel.history()]
    assert any("All right again" in one and "1 message that had waited" in one for one in history)
    assert "1 action." in said(await w.manager.slash("cluster check"))


@played(set_up=True)
async def test_check_again_under_the_message_puts_it_to_rest(w: World) -> None:
    await w.people(4)
    w.env.inject_error("POST", f"/channels/{w.round_channel.id}/messages", status=400, code=160006, times=1)
    await w.until((await w.scheduled()).opens_at)
    message = w.managers_channel.last_message
    assert "no room for more threads" in text_of(message)
    answer = await w.manager.press(message, "cluster.check")
    await w.env.settle()
    assert "Everything is all right" in said(answer)
    assert "1 message that had waited is on its way" in said(answer)
    assert "All right again" in text_of(w.managers_channel.last_message)
    assert custom_ids(w.managers_channel.last_message) == []
    assert "Round 1 is open" in text_of(w.opening)


@played(set_up=True)
async def test_a_problem_mended_before_it_is_told_is_not_told(w: World) -> None:
    async with w.app.tools.db.write() as tx:
        args: dict[str, int | str] = {"kind": "permission", "subject": "round", "since": 1}
        await outbox.add(tx, w.now, NewIntention(w.id, "k", f"managers:{w.id}", "manager.problem", args))
    await w.wait(minutes=1)
    assert w.managers_channel.history() == []


# Taken off, and put back


@played(set_up=True)
async def test_taken_off_and_put_back_nothing_is_lost(w: World) -> None:
    await w.people(4)
    payload = dict(serializers.guild_create_payload(w.env.backend, w.env.backend.get_guild(w.guild.id)))
    payload.pop("unavailable")  # Discord says this of servers that were there before
    w.env.backend.emit("GUILD_DELETE", {"id": str(w.guild.id)})
    await w.env.settle()
    assert (await community(w)).state is CommunityState.LEFT
    before = len(w.requests())
    await w.wait(days=10)
    assert len(w.requests()) == before
    w.env.backend.emit("GUILD_CREATE", payload)
    await w.env.settle()
    assert (await community(w)).state is CommunityState.ACTIVE
    message = text_of(w.managers_channel.last_message)
    assert "Weft is back" in message
    assert "1 round did not take place meanwhile" in message
    await w.open_round()
    assert "Round 1 is open" in text_of(w.opening)


@played(set_up=True)
async def test_setting_up_is_being_put_back(w: World) -> None:
    async with w.app.tools.db.write() as tx:
        await outbox.add(tx, w.now, NewIntention(w.id, "k", "k", "manager.mended", {"freed": 0}))
        await stored.left(tx, w.id, w.now)
    assert "Weft is ready" in said(await setup(w))
    assert (await community(w)).state is CommunityState.ACTIVE
    history = [text_of(one) for one in w.managers_channel.history()]
    assert any("All right again" in one for one in history)  # what had waited
    assert any("Weft is back" in one for one in history)


@played(set_up=True)
async def test_an_outage_is_not_being_taken_off(w: World) -> None:
    w.env.backend.emit("GUILD_DELETE", {"id": str(w.guild.id), "unavailable": True})
    await w.env.settle()
    assert (await community(w)).state is CommunityState.ACTIVE
    assert await amiss(w) == []


@played(set_up=True)
async def test_taken_off_while_it_did_not_run_is_found_out_at_the_start(w: World) -> None:
    elsewhere = CommunityId(1 << 30)
    async with w.app.tools.db.write() as tx:
        there = await stored.get(tx, w.id)
        assert there is not None
        await stored.put(tx, replace(there, id=elsewhere))
        await stored.left(tx, w.id, w.now)
    await w.restart()
    await w.env.settle()
    async with w.app.tools.db.read() as tx:
        assert await stored.ids(tx, CommunityState.ACTIVE) == {w.id}
        assert await stored.ids(tx, CommunityState.LEFT) == {elsewhere}


@played(set_up=True)
async def test_when_discord_cannot_say_nobody_is_taken_for_gone(w: World) -> None:
    elsewhere = CommunityId(1 << 30)
    async with w.app.tools.db.write() as tx:
        there = await stored.get(tx, w.id)
        assert there is not None
        await stored.put(tx, replace(there, id=elsewhere))
    w.env.inject_error("GET", f"/guilds/{elsewhere}", status=503, times=None)
    await w.restart()
    await w.env.settle()
    async with w.app.tools.db.read() as tx:
        assert await stored.ids(tx, CommunityState.LEFT) == set()


# Export


@played(set_up=True)
async def test_an_export_is_a_zip_file_without_a_person(w: World) -> None:
    people = await w.people(4)
    await w.open_round()
    await w.draw()
    answer = await w.manager.slash("cluster export", w.round_channel)
    assert answer.response is not None
    assert answer.response.ephemeral
    (file,) = answer.response.attachments
    assert file.filename == "weft-2026-01-06.zip"
    data = w.env.backend.cdn.get(file.url)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        contents = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert "Hangar 9: everything Weft keeps" in contents["weft/README.txt"]
    assert "Firm 0" in contents["weft/firms.csv"]
    assert json.loads(contents["weft/everything.json"])["rounds"][0]["placed"] == 4
    for person in people:
        assert not any(
            str(person.id) in text or f"practice of {person.actor.name}" in text for text in contents.values()
        )
