"""The settings panel and the holidays: every button, menu and form, and what is wrong with what people type."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.results import InteractionResult, ResponseMessage

from cogs.communities import draft
from cogs.communities.settings import our_themes
from domain.calendar import Cadence, Moment
from domain.model import DEFAULT_SECTORS
from storage import communities as stored
from tests.cogs.played import allowed, amiss, announces, community, let, may, played
from tests.cogs.stage import everybody_reads
from tests.world import World, custom_ids, said, text_of


async def panel(w: World) -> ResponseMessage:
    answer = await w.manager.slash("cluster settings", w.guild.channels["lobby"])
    assert answer.response is not None
    assert answer.response.ephemeral
    return answer.response


async def open_(w: World, action: str) -> InteractionResult:
    return await w.manager.press(await panel(w), f"cluster.{action}")


def shown(answer: InteractionResult) -> dict[str, str]:
    """What a form holds when it opens, by the name of the field."""
    assert answer.modal is not None
    fields = [label["component"] for label in answer.modal["components"]]
    return {one["custom_id"]: one.get("value", "") for one in fields}


async def choose(w: World, message: Any, action: str, *values: Any, number: int = 0) -> InteractionResult:
    found = [one for one in custom_ids(message) if one.split(":")[1] == f"cluster.{action}"]
    return await w.manager.actor.select(message, values, custom_id=found[number])


# The panel


@played(set_up=True)
async def test_the_panel_shows_everything_and_the_next_dates(w: World) -> None:
    text = text_of(await panel(w))
    assert "Every week. Opens Monday 09:00, draws partners Tuesday 16:00" in text
    assert "Europe/Amsterdam" in text
    for date in ("<t:1767600000:F>", "<t:1768204800:F>", "<t:1768809600:F>"):
        assert date in text
    assert "8, the first: Show the part you are stuck on" in text
    assert "crafts" in text
    assert "English" in text
    assert f"Rounds: <#{w.round_channel.id}>" in text


@played(set_up=True)
async def test_every_button_of_the_panel_opens_something_with_a_way_back(w: World) -> None:
    message = await panel(w)
    for custom_id in custom_ids(message):
        answer = await w.manager.actor.click(await panel(w), custom_id=custom_id)
        if answer.modal is None:
            assert "w1:cluster.settings" in custom_ids(answer.response), custom_id
            back = await w.manager.press(answer.response, "cluster.settings")
            assert "How Weft runs here" in said(back)


# Rhythm, language, moments, time zone


@played(set_up=True)
async def test_the_rhythm_is_chosen_from_a_menu(w: World) -> None:
    answer = await choose(w, (await open_(w, "rhythm")).response, "rhythm", "monthly")
    assert "Once a month" in said(answer)
    assert "Saved." in said(answer)
    assert (await community(w)).plan.cadence is Cadence.MONTHLY


@played(set_up=True)
async def test_the_language_is_that_of_what_everybody_reads(w: World) -> None:
    answer = await choose(w, (await open_(w, "language")).response, "language", "nl")
    assert "Nederlands" in said(answer)
    assert "How Weft runs here" in said(answer)  # the manager still reads English
    now = await community(w)
    assert (now.language, now.themes) == ("nl", our_themes()["nl"])


@played(set_up=True)
async def test_moments_are_typed_as_people_write_them(w: World) -> None:
    form = await open_(w, "moments")
    assert shown(form) == {
        "opens": "Monday 09:00",
        "pairs": "Tuesday 16:00",
        "nudges": "Thursday 10:00",
        "closes": "Monday 08:00",
    }
    answer = await w.manager.fill(form, opens="di 9 uur", pairs="wo 16u", nudges="Fri 10 am", closes="dinsdag 8:00")
    assert "Opens Tuesday 09:00" in said(answer)
    plan = (await community(w)).plan
    assert (plan.opens, plan.pairs, plan.nudges) == (Moment(1, 9), Moment(2, 16), Moment(4, 10))
    assert (await w.scheduled()).opens_at.isoformat() == "2026-01-06T08:00:00+00:00"


@played(set_up=True)
async def test_a_dutch_manager_types_and_reads_dutch(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_reads("nl", monkeypatch)
    form = await open_(w, "moments")
    assert shown(form)["opens"] == "maandag 09:00"
    answer = await w.manager.fill(form, **shown(form) | {"opens": "ooit"})
    assert "kan “ooit” niet lezen als een dag en een uur" in said(answer)


@played(set_up=True)
async def test_what_cannot_be_read_is_kept_and_can_be_corrected(w: World) -> None:
    form = await open_(w, "moments")
    typed = {"opens": "Moonday 9", "pairs": "Wed 16:00", "nudges": "Thu 10:00", "closes": "Mon 8:00"}
    answer = await w.manager.fill(form, **typed)
    assert "Not saved yet" in said(answer)
    assert "“Moonday 9”" in said(answer)
    again = await w.manager.press(answer.response, "cluster.moments_again")
    assert shown(again) == typed
    answer = await w.manager.fill(again, **typed | {"opens": "Monday 9"})
    assert "Saved." in said(answer)
    assert (await community(w)).plan.pairs == Moment(2, 16)


@played(set_up=True)
async def test_moments_out_of_order_are_named(w: World) -> None:
    form = await open_(w, "moments")
    answer = await w.manager.fill(form, **shown(form) | {"nudges": "Tuesday 09:00"})
    assert "“Draws partners” must come before “Reminds”" in said(answer)
    assert (await community(w)).plan.nudges == Moment(3, 10)


@played(set_up=True)
async def test_two_managers_with_the_same_form_open_the_second_is_told_and_loses_nothing(w: World) -> None:
    first, second = await open_(w, "moments"), await open_(w, "moments")
    await w.manager.fill(first, **shown(first) | {"opens": "Monday 08:30"})
    typed = shown(second) | {"opens": "Monday 08:45"}
    answer = await w.manager.fill(second, **typed)
    assert "Somebody else has changed this" in said(answer)
    assert (await community(w)).plan.opens == Moment(0, 8, 30)
    again = await w.manager.press(answer.response, "cluster.moments_again")
    assert shown(again) == typed
    assert "Saved." in said(await w.manager.fill(again, **typed))
    assert (await community(w)).plan.opens == Moment(0, 8, 45)


@played(set_up=True)
async def test_a_form_left_open_over_a_restart_is_still_received(w: World) -> None:
    form = await open_(w, "time_zone")
    await w.restart()
    answer = await w.manager.fill(form, time_zone="new york")
    assert "America/New York" in said(answer)
    assert (await community(w)).plan.time_zone == "America/New_York"


@played(set_up=True)
async def test_a_time_zone_misspelled_is_suggested_and_kept(w: World) -> None:
    answer = await w.manager.fill(await open_(w, "time_zone"), time_zone="Amstedam")
    assert "Did you mean Europe/Amsterdam" in said(answer)
    again = await w.manager.press(answer.response, "cluster.time_zone_again")
    assert shown(again) == {"time_zone": "Amstedam"}
    answer = await w.manager.fill(again, time_zone="Nowhere at all")
    assert "Name a large city near you" in said(answer)


# Themes and sectors


@played(set_up=True)
async def test_themes_are_a_list(w: World) -> None:
    listed = await open_(w, "themes")
    form = await w.manager.press(listed.response, "cluster.themes_form")
    assert shown(form)["themes"].splitlines() == list(our_themes()["en"])
    answer = await w.manager.fill(form, themes="- Joints\n\n2) Edges \n joints")
    assert "2, the first: Joints" in said(answer)
    assert (await community(w)).themes == ("Joints", "Edges")


@played(set_up=True)
async def test_a_theme_too_long_is_named_and_the_list_kept(w: World) -> None:
    listed = await open_(w, "themes")
    form = await w.manager.press(listed.response, "cluster.themes_form")
    themes = "\n".join([*(f"Theme {at} {'x' * 60}" for at in range(40)), "y" * 81])
    answer = await w.manager.fill(form, themes=themes)
    assert "longer than 80 characters" in said(answer)
    again = await w.manager.press(answer.response, "cluster.themes_again")
    assert shown(again)["themes"] == themes
    answer = await w.manager.fill(again, themes="\n".join(map(str, range(53))))
    assert "more than 52" in said(answer)


@played(set_up=True)
async def test_a_list_is_not_lost_without_asking(w: World) -> None:
    listed = await open_(w, "themes")
    form = await w.manager.press(listed.response, "cluster.themes_form")
    answer = await w.manager.fill(form, themes="Joints\nEdges")
    listed = await open_(w, "themes")
    asked = await w.manager.press(listed.response, "cluster.themes_ours")
    assert "your 2" in said(asked)
    assert (await community(w)).themes == ("Joints", "Edges")
    kept = await w.manager.press(asked.response, "cluster.themes")
    form = await w.manager.press(kept.response, "cluster.themes_form")
    asked = await w.manager.fill(form, themes="")
    assert "your list of 2 would be lost" in said(asked)
    assert (await community(w)).themes == ("Joints", "Edges")
    answer = await w.manager.press(asked.response, "cluster.themes_none")
    assert "None: rounds have no theme" in said(answer)
    assert (await community(w)).themes == ()
    listed = await open_(w, "themes")  # nothing left to lose
    answer = await w.manager.press(listed.response, "cluster.themes_ours")
    assert (await community(w)).themes == our_themes()["en"]
    assert "8, the first" in said(answer)


@played(set_up=True)
async def test_a_confirmation_does_not_outlive_what_it_was_asked_about(w: World) -> None:
    form = await w.manager.press((await open_(w, "themes")).response, "cluster.themes_form")
    asked = await w.manager.fill(form, themes="")
    async with w.app.tools.db.write() as tx:
        await stored.set_themes(tx, w.id, ("Mine",))
    assert "Somebody else has changed this" in said(await w.manager.press(asked.response, "cluster.themes_none"))
    assert (await community(w)).themes == ("Mine",)


@played(set_up=True)
async def test_sectors_show_how_many_firms_are_in_them_and_keep_those_that_have_any(w: World) -> None:
    await w.people(2, firms=1)
    listed = await open_(w, "sectors")
    assert "• crafts (1 firm)" in said(listed)
    assert "• design (0 firms)" in said(listed)
    form = await w.manager.press(listed.response, "cluster.sectors_form")
    answer = await w.manager.fill(form, sectors="design\nlight")
    assert "1 firm is in “crafts”" in said(answer)
    again = await w.manager.press(answer.response, "cluster.sectors_again")
    assert shown(again)["sectors"] == "design\nlight"
    await w.manager.fill(again, sectors="design\nlight\ncrafts")
    assert (await community(w)).sectors == ("design", "light", "crafts")


@played(set_up=True)
async def test_wefts_own_sectors_are_the_same_in_every_language(w: World, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_reads("nl", monkeypatch)
    listed = await open_(w, "sectors")
    form = await w.manager.press(listed.response, "cluster.sectors_form")
    written = shown(form)["sectors"]
    assert "ambacht" in written
    await w.manager.fill(form, sectors=written + "\nlicht")
    assert (await community(w)).sectors == (*DEFAULT_SECTORS, "licht")


@played(set_up=True)
async def test_at_least_one_sector_is_needed(w: World) -> None:
    form = await w.manager.press((await open_(w, "sectors")).response, "cluster.sectors_form")
    assert "At least one is needed" in said(await w.manager.fill(form, sectors=" - "))


# Managers


@played(set_up=True)
async def test_another_role_of_managers_sees_the_channel_and_the_old_one_no_longer(w: World) -> None:
    old, new = w.guild.create_role("old"), w.guild.create_role("new")
    one = w.guild.add_member(w.env.create_user("one"), roles=[old])
    other = w.guild.add_member(w.env.create_user("other"), roles=[new])
    for role in (old, new):
        answer = await choose(w, (await open_(w, "managers")).response, "managers", role)
        assert f"<@&{role.id}>" in said(answer)
        assert (await community(w)).manager_role == role.id
    assert allowed(w, w.managers_channel, other.id, "view_channel")
    assert not allowed(w, w.managers_channel, one.id, "view_channel")
    answer = await w.manager.press((await open_(w, "managers")).response, "cluster.managers_nobody")
    assert "Everybody with **Manage Server**." in said(answer)
    assert not allowed(w, w.managers_channel, other.id, "view_channel")


@played(set_up=True)
async def test_nobody_makes_everybody_a_manager(w: World) -> None:
    answer = await choose(w, (await open_(w, "managers")).response, "managers", w.guild.default_role)
    assert "everybody would be a manager" in said(answer)
    bots = w.guild.create_role("a bot", managed=True)
    answer = await choose(w, (await open_(w, "managers")).response, "managers", bots)
    assert "belongs to a bot" in said(answer)
    assert (await community(w)).manager_role is None


@played(set_up=True)
async def test_where_weft_may_not_let_the_role_in_it_says_so(w: World) -> None:
    await may(w, manage_roles=False)
    role = w.guild.create_role("hosts")
    answer = await choose(w, (await open_(w, "managers")).response, "managers", role)
    assert "Weft may not change who sees the managers' channel" in said(answer)
    assert (await community(w)).manager_role == role.id


# Channels

ROUND, SHOWINGS, SKILLS, MANAGERS = range(4)


@played(set_up=True)
async def test_a_channel_there_is_can_be_used_instead(w: World) -> None:
    town_hall = w.guild.create_text_channel("town-hall")
    answer = await choose(w, (await open_(w, "channels")).response, "channel", town_hall, number=ROUND)
    assert "Saved." in said(answer)
    assert f"Rounds: <#{town_hall.id}>" in said(answer)
    assert (await community(w)).channels.round == town_hall.id
    await w.people(4)
    await w.open_round()
    assert "Round 1 is open" in text_of(town_hall.last_message)


@played(set_up=True)
async def test_weft_lets_itself_into_a_chosen_channel(w: World) -> None:
    quiet = w.guild.create_text_channel(
        "quiet", overwrites={w.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    assert not allowed(w, quiet, w.env.backend.bot_user.id, "send_messages")
    await choose(w, (await open_(w, "channels")).response, "channel", quiet, number=ROUND)
    assert allowed(w, quiet, w.env.backend.bot_user.id, "send_messages")
    assert await amiss(w) == []


@played(set_up=True)
async def test_where_it_cannot_it_says_where_to_click(w: World) -> None:
    await may(w, manage_roles=False)
    quiet = w.guild.create_text_channel(
        "quiet", overwrites={w.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    answer = await choose(w, (await open_(w, "channels")).response, "channel", quiet, number=ROUND)
    assert f"<#{quiet.id}> **→ Edit Channel → Permissions" in said(answer)
    assert "**Send Messages**" in said(answer)
    assert [one.subject for one in await amiss(w)] == ["round"]
    let(w, quiet, w.env.backend.bot_user.id, send_messages=True)
    await w.env.settle()
    assert await amiss(w) == []


@played(set_up=True)
async def test_a_channel_of_the_wrong_kind_is_refused(w: World) -> None:
    voice, forum = w.guild.create_voice_channel("talk"), w.guild.create_forum_channel("forum")
    text = w.guild.create_text_channel("text")
    news = w.guild.create_text_channel("news")
    await announces(w, news)
    for number, channel, why in (
        (ROUND, news, "Rounds need a text channel"),
        (SKILLS, news, "Skills need a text channel"),
        (ROUND, voice, "Rounds need a text channel"),
        (ROUND, forum, "Rounds need a text channel"),
        (SHOWINGS, text, "Showings need a forum channel"),
        (SKILLS, voice, "Skills need a text channel"),
        (MANAGERS, voice, "Managers need a text channel"),
    ):
        before = await community(w)
        answer = await choose(w, (await open_(w, "channels")).response, "channel", channel, number=number)
        assert why in said(answer)
        assert await community(w) == before


@played(set_up=True)
async def test_a_public_managers_channel_must_be_meant(w: World) -> None:
    public = w.guild.create_text_channel("public")
    asked = await choose(w, (await open_(w, "channels")).response, "channel", public, number=MANAGERS)
    assert "Everybody can read that channel" in said(asked)
    assert (await community(w)).channels.managers == w.managers_channel.id
    answer = await w.manager.press(asked.response, "cluster.channel_anyway")
    assert "Saved." in said(answer)
    assert (await community(w)).channels.managers == public.id


# Holidays


async def holiday(w: World, **options: str) -> InteractionResult:
    return await w.manager.slash("cluster holiday add", w.guild.channels["lobby"], **options)


@played(set_up=True)
async def test_a_holiday_says_what_it_changes(w: World) -> None:
    text = said(await holiday(w, first="5 januari", last="11 jan", label="Winter *break*"))
    assert "No rounds on Monday 5 January 2026 to Sunday 11 January 2026." in text
    assert "The round of <t:1767600000:D> is off." in text
    assert "The next round opens <t:1768204800:F>." in text
    assert (await w.scheduled()).opens_at.timestamp() == 1768204800


@played(set_up=True)
async def test_a_holiday_stops_no_round_that_is_open(w: World) -> None:
    await w.people(4)
    await w.open_round()
    text = said(await holiday(w, first="6 january", last="8 january"))
    assert "Round 1 has opened and goes on as people were told." in text
    assert "That changes no round." in text


@played(set_up=True)
async def test_a_holiday_can_be_undone_and_done_again_with_its_name(w: World) -> None:
    added = await holiday(w, first="2026-01-05", label="Winter *break*")
    removed = await w.manager.press(added.response, "cluster.holiday_remove")
    assert "The round of <t:1767600000:D> is on again." in said(removed)
    assert (await w.scheduled()).opens_at.timestamp() == 1767600000
    again = await w.manager.press(removed.response, "cluster.holiday_back")
    assert "is off" in said(again)
    async with w.app.tools.db.read() as tx:
        (kept,) = await stored.holidays(tx, w.id)
    assert kept.label == "Winter *break*"


@played(set_up=True)
async def test_holidays_are_listed_and_taken_out_from_a_menu(w: World) -> None:
    lobby = w.guild.channels["lobby"]
    assert "None to come" in said(await w.manager.slash("cluster holiday list", lobby))
    await holiday(w, first="24 december", last="2 januari", label="Christmas")
    await holiday(w, first="27 april")
    listed = await w.manager.slash("cluster holiday list", lobby)
    assert "Thursday 24 December 2026 to Saturday 2 January 2027: Christmas" in said(listed)
    assert "• Monday 27 April 2026" in said(listed)
    async with w.app.tools.db.read() as tx:
        number = next(key for key, one in (await stored.numbered_holidays(tx, w.id)).items() if one.label)
    taken = await choose(w, listed.response, "holidays", str(number))
    assert "no longer without rounds" in said(taken)
    gone = await w.manager.press(taken.response, "cluster.holidays")
    assert "Christmas" not in said(gone)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"first": "soon"}, "cannot read “soon” as a day"),
        ({"first": "24 december", "last": "whenever"}, "cannot read “whenever” as a day"),
        ({"first": "2026-02-10", "last": "2026-02-01"}, "is before the first"),
        ({"first": "2025-12-24", "last": "2025-12-26"}, "is over"),
        ({"first": "today", "last": "2030-01-01"}, "no round until"),
    ],
)
async def test_a_holiday_that_cannot_be_is_refused_in_words(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], why: str
) -> None:
    @played(set_up=True)
    async def story(w: World) -> None:
        assert why in said(await holiday(w, **options))
        async with w.app.tools.db.read() as tx:
            assert await stored.holidays(tx, w.id) == []

    await story(sqlite_url, monkeypatch)


@played(set_up=True)
async def test_the_same_holiday_twice_and_one_that_is_gone_are_said(w: World) -> None:
    added = await holiday(w, first="24 december")
    assert "on the list already" in said(await holiday(w, first="24 december"))
    lists = [await w.manager.slash("cluster holiday list", w.guild.channels["lobby"]) for _ in range(2)]
    number = custom_ids(added.response)[0].rsplit(":", 1)[1]
    assert "Taken out" in said(await choose(w, lists[0].response, "holidays", number))
    assert "no longer on the list" in said(await choose(w, lists[1].response, "holidays", number))


# What was typed travels in the message


@pytest.mark.parametrize("text", ["", "one line", "with `marks` *and* ```fences```", "a\n\nb", "long line " * 300])
def test_a_draft_is_read_back_as_it_was(text: str) -> None:
    message = _message(draft.fields([("First", "before"), ("Second", text), ("Third", "after")]))
    assert draft.read(message) == ("before", text.replace("```", "'''").strip(), "after")


def test_every_piece_of_a_draft_fits_a_field() -> None:
    text = "\n".join("x" * 79 for _ in range(50))
    fields = draft.fields([("Themes", text)])
    assert all(len(value) <= 1024 for _, value in fields)
    assert draft.read(_message(fields)) == (text,)


def _message(fields: tuple[tuple[str, str], ...]) -> Any:
    embed = discord.Embed()
    for name, value in fields:
        embed.add_field(name=name, value=value.strip())  # as Discord does

    class Message:
        embeds = (embed,)

    return Message()
