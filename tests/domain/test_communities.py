"""Channels: what is laid down in them, what is missed, and what a form can tell of a change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import Cadence, Holiday, Moment, Plan
from domain.communities import (
    NEEDS,
    TO_BUILD,
    Audience,
    ChannelKind,
    Rule,
    Sight,
    channel_of,
    findings,
    fingerprint,
    lacking,
    openings,
    rules,
    within,
)
from domain.model import Channels, ProblemKind

KINDS = st.sampled_from(list(ChannelKind))
NAMES = st.sampled_from(sorted({one for needs in NEEDS.values() for one in needs}))
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("kind", ChannelKind)
def test_every_permission_is_one_that_discord_knows(kind: ChannelKind) -> None:
    named = {one for rule in rules(kind).values() for one in (*rule.allow, *rule.deny)}
    for name in {*named, *NEEDS[kind], *TO_BUILD}:
        assert hasattr(discord.Permissions, name), name


@pytest.mark.parametrize("kind", ChannelKind)
def test_weft_lets_itself_do_all_it_needs_in_a_channel_it_makes(kind: ChannelKind) -> None:
    assert rules(kind)[Audience.WEFT].allow == NEEDS[kind]
    assert not rules(kind)[Audience.WEFT].deny


@pytest.mark.parametrize("kind", ChannelKind)
def test_no_rule_allows_and_denies_the_same(kind: ChannelKind) -> None:
    for rule in rules(kind).values():
        assert not set(rule.allow) & set(rule.deny)


def test_only_managers_see_their_channel() -> None:
    assert rules(ChannelKind.MANAGERS)[Audience.EVERYONE].deny == ("view_channel",)
    assert "view_channel" in rules(ChannelKind.MANAGERS)[Audience.MANAGERS].allow
    hidden = [kind for kind in ChannelKind if "view_channel" in rules(kind).get(Audience.EVERYONE, Rule()).deny]
    assert hidden == [ChannelKind.MANAGERS]


def test_members_read_the_round_channel_and_write_in_its_threads_only() -> None:
    rule = rules(ChannelKind.ROUND)[Audience.EVERYONE]
    assert "send_messages" in rule.deny
    assert "send_messages_in_threads" in rule.allow
    assert {"create_public_threads", "create_private_threads"} <= set(rule.deny)


def test_weft_never_asks_to_read_other_peoples_private_threads() -> None:
    assert not any("manage_threads" in needs for needs in NEEDS.values())


@settings(deadline=None)
@given(KINDS, st.frozensets(NAMES))
def test_what_is_laid_down_is_never_more_than_is_held(kind: ChannelKind, held: frozenset[str]) -> None:
    for rule in rules(kind).values():
        part = within(rule, held)
        assert set(part.allow) == set(rule.allow) & held
        assert set(part.deny) == set(rule.deny) & held


@settings(deadline=None)
@given(KINDS, st.frozensets(NAMES))
def test_lacking_is_what_is_needed_and_not_held(kind: ChannelKind, held: frozenset[str]) -> None:
    missing = lacking(kind, held)
    assert set(missing) == set(NEEDS[kind]) - held
    assert list(missing) == [one for one in NEEDS[kind] if one in missing]


def test_all_channels_there_with_all_permissions_is_nothing_amiss() -> None:
    assert findings(Sight(kind, True, frozenset(NEEDS[kind])) for kind in ChannelKind) == ()


def test_a_channel_that_was_there_and_is_gone_is_missed() -> None:
    gone = [one.subject for one in findings(Sight(kind, True, None) for kind in ChannelKind)]
    assert gone == [ChannelKind.MANAGERS, ChannelKind.ROUND, ChannelKind.SHOWINGS, ChannelKind.SKILLS]


def test_of_channels_never_made_only_those_that_rounds_need_are_missed() -> None:
    found = findings(Sight(kind, False, None) for kind in ChannelKind)
    assert [one.subject for one in found] == [ChannelKind.MANAGERS, ChannelKind.ROUND]
    assert {one.kind for one in found} == {ProblemKind.CHANNEL_GONE}


def test_missing_permissions_are_named() -> None:
    held = frozenset(NEEDS[ChannelKind.ROUND]) - {"create_private_threads"}
    (found,) = findings([Sight(ChannelKind.ROUND, True, held)])
    assert (found.kind, found.permissions) == (ProblemKind.PERMISSION, ("create_private_threads",))


def test_each_kind_has_its_own_field() -> None:
    channels = Channels(category=1, round=2, showings=3, skills=4, managers=5)
    assert {channel_of(channels, kind) for kind in ChannelKind} == {1, 2, 3, 4, 5}


@settings(deadline=None)
@given(st.sampled_from(Cadence), st.integers(0, 400), st.integers(0, 30))
def test_openings_follow_each_other_and_never_fall_on_a_holiday(cadence: Cadence, begins: int, lasts: int) -> None:
    plan = Plan(cadence=cadence)
    first = date(2026, 1, 1) + timedelta(days=begins)
    holiday = Holiday(first, first + timedelta(days=lasts))
    until = START + timedelta(days=500)
    found = list(openings(plan, [holiday], START, None, until))
    assert found
    assert all(START < one <= until for one in found)
    assert all(one < other for one, other in pairwise(found))
    assert not any(one.date() in holiday for one in found)


def test_a_holiday_takes_out_just_the_rounds_it_is_given_for() -> None:
    plan, until = Plan(), START + timedelta(days=60)
    christmas = Holiday(date(2026, 1, 12), date(2026, 1, 16))
    without = list(openings(plan, [], START, None, until))
    kept = list(openings(plan, [christmas], START, None, until))
    assert [one.date() for one in without if one not in kept] == [date(2026, 1, 12)]


def test_openings_of_a_plan_without_any_come_to_an_end() -> None:
    always = Holiday(date(2025, 1, 1), date(2030, 1, 1))
    assert list(openings(Plan(), [always], START, None, START + timedelta(days=3000))) == []


@settings(deadline=None)
@given(st.builds(Moment, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59)))
def test_a_changed_plan_has_another_fingerprint(moment: Moment) -> None:
    plan = Plan()
    changed = Plan(pairs=moment)
    assert (fingerprint(plan) == fingerprint(changed)) == (plan == changed)
    assert fingerprint(plan) == fingerprint(Plan())
    assert 0 <= fingerprint(plan) < 2**32
