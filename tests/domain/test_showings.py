"""What counts as an answer, when somebody is asked for one, and when the round-up comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import MemberCadence
from domain.model import (
    CommunityId,
    Firm,
    FirmId,
    Member,
    MemberId,
    MemberState,
    Notices,
    Showing,
    ShowingId,
    ShowingSource,
    ShowingState,
    UserId,
)
from domain.showings import (
    LOOK_LASTS,
    RESCUED_AFTER,
    RESCUED_FOR,
    Step,
    first_round_up,
    is_answer,
    next_step,
    round_up_after,
    round_up_before,
    weeks_shown,
)

HERE = CommunityId(1)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AMSTERDAM = "Europe/Amsterdam"
ZONES = (AMSTERDAM, "America/Santiago", "Pacific/Auckland", "Asia/Kolkata", "UTC")
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def member(number: int, firm: int) -> Member:
    return Member(
        id=MemberId(number),
        community=HERE,
        user=UserId(number),
        firm=Firm(FirmId(firm), HERE, f"firm {firm}", "crafts"),
        practice="",
        state=MemberState.ACTIVE,
        cadence=MemberCadence.WEEKLY,
        paused_until=None,
        on_call=False,
        notices=Notices.THREAD,
        language="en",
        misses=0,
        joined_at=NOW,
    )


SHOWING = Showing(
    id=ShowingId(1),
    community=HERE,
    maker=member(1, 1),
    state=ShowingState.OPEN,
    source=ShowingSource.FORM,
    stage=None,
    ask=None,
    text=None,
    has_file=False,
    first=True,
    shown_at=NOW,
    answered_at=None,
    thread=1,
    message=1,
    checked_at=None,
)


def test_an_answer_is_of_another_firm_by_somebody_who_takes_part() -> None:
    assert is_answer(SHOWING, member(2, 2))
    assert not is_answer(SHOWING, member(1, 1))
    assert not is_answer(SHOWING, replace(member(1, 2)))  # the maker, who has moved
    assert not is_answer(SHOWING, member(2, 1))
    assert not is_answer(SHOWING, replace(member(2, 2), state=MemberState.LEFT))
    assert not is_answer(SHOWING, replace(member(2, 2), community=CommunityId(2)))
    # A pause only means that nobody asks them.
    assert is_answer(SHOWING, replace(member(2, 2), paused_until=NOW + timedelta(days=9)))


def test_it_is_read_before_somebody_is_asked_and_let_be_in_the_end() -> None:
    asked = NOW + RESCUED_AFTER
    assert next_step(SHOWING, asked - timedelta(seconds=1)) is Step.LOOK
    assert next_step(SHOWING, asked) is Step.LOOK
    looked = replace(SHOWING, checked_at=asked)
    assert next_step(looked, asked) is Step.ASK
    assert next_step(looked, asked + LOOK_LASTS - timedelta(seconds=1)) is Step.ASK
    assert next_step(looked, asked + LOOK_LASTS) is Step.LOOK
    assert next_step(looked, NOW + RESCUED_FOR) is Step.END


@given(after=MOMENTS, zone=st.sampled_from(ZONES))
def test_the_first_round_up_is_the_next_friday_at_ten(after: datetime, zone: str) -> None:
    moment = first_round_up(zone, after)
    assert after < moment <= after + timedelta(days=7, hours=2)
    wall = moment.astimezone(ZoneInfo(zone))
    assert (wall.weekday(), wall.hour, wall.minute) == (4, 10, 0)


@given(
    first=MOMENTS,
    idle=st.timedeltas(timedelta(0), timedelta(days=100)),
    zone=st.sampled_from(ZONES),
    moved_to=st.sampled_from(ZONES),
)
def test_round_ups_keep_their_fortnights_and_leave_nothing_between_them(
    first: datetime, idle: timedelta, zone: str, moved_to: str
) -> None:
    was = first_round_up(zone, first)
    then = round_up_after(zone, was, was + idle)
    assert then > was + idle
    days = (then.astimezone(ZoneInfo(zone)).date() - was.astimezone(ZoneInfo(zone)).date()).days
    assert days % 14 == 0
    before = round_up_before(zone, then)
    assert before <= was + idle
    assert (before == was) == (days == 14)
    # The community's clocks may be set to another place meanwhile.
    moved = round_up_after(moved_to, was, was)
    assert timedelta(days=12) < moved - was < timedelta(days=16)
    assert moved.astimezone(ZoneInfo(moved_to)).weekday() == 4


@pytest.mark.parametrize(
    ("days", "now", "expected"),
    [
        ([], "2026-03-02", (0, 10)),
        (["2026-01-01", "2026-01-04", "2026-01-05"], "2026-03-02", (2, 10)),  # a Thursday, the Sunday, the Monday
        (["2025-12-31"], "2026-01-01", (0, 1)),
        (["2026-01-01"], "2026-01-01", (1, 1)),
        (["2026-03-31", "2026-04-01"], "2026-04-06", (1, 2)),
    ],
)
def test_weeks_shown_are_those_of_this_quarter(days: list[str], now: str, expected: tuple[int, int]) -> None:
    moments = [datetime.fromisoformat(f"{day}T12:00+00:00") for day in days]
    assert weeks_shown(moments, AMSTERDAM, datetime.fromisoformat(f"{now}T12:00+00:00")) == expected


@given(moments=st.lists(MOMENTS, max_size=30), now=MOMENTS, zone=st.sampled_from(ZONES))
def test_nobody_shows_in_more_weeks_than_there_were(moments: list[datetime], now: datetime, zone: str) -> None:
    shown, so_far = weeks_shown(moments, zone, now)
    assert 0 <= shown <= so_far <= 14
    assert shown <= len(moments)
