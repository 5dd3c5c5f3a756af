"""Rounds happen when the community's own clocks say so, whatever the zone, the season or the holidays."""
# ruff: noqa: DTZ001 — a datetime without a zone is what a clock on the wall shows

from collections.abc import Callable
from dataclasses import astuple, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.calendar import (
    Cadence,
    CalendarMistake,
    Holiday,
    MemberCadence,
    Moment,
    NoRoundInSight,
    NoSuchMoment,
    Plan,
    PlanOutOfOrder,
    RoundTimes,
    UnknownTimeZone,
    check_plan,
    local,
    next_round,
    skip_because_of_holiday,
    standing_due,
)

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MINUTES_A_WEEK = 7 * 24 * 60
STEP_DAYS = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14}
DEFAULT = Plan()

# Where a clock skips: the zone, and the local minute that is the first not to happen.
SKIPPED = [
    ("Europe/Amsterdam", datetime(2026, 3, 29, 2, 0)),
    ("Africa/Casablanca", datetime(2026, 3, 22, 2, 0)),
    ("America/St_Johns", datetime(2006, 4, 2, 0, 1)),
    ("America/Nuuk", datetime(2025, 3, 29, 23, 0)),  # 23:00 becomes 00:00 of the next day
    ("Asia/Dhaka", datetime(2009, 6, 19, 23, 0)),
    ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 0)),  # half an hour
    ("Antarctica/Troll", datetime(2026, 3, 29, 1, 0)),  # two hours
    ("Pacific/Apia", datetime(2011, 12, 30, 0, 0)),  # a whole day
]

moments = st.builds(Moment, st.integers(0, 6), st.integers(0, 23), st.integers(0, 59))
zones = st.one_of(
    st.sampled_from([zone for zone, _ in SKIPPED] + ["Asia/Kathmandu", "America/St_Johns", "Pacific/Kwajalein"]),
    st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})),
)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def moment_at(minute: int) -> Moment:
    days, minute = divmod(minute % MINUTES_A_WEEK, 24 * 60)
    return Moment(days, *divmod(minute, 60))


def plan_of(zone: str, cadence: Cadence, opens: int, later: list[int]) -> Plan:
    """A plan in order: `opens` in minutes of the week, the others in minutes after it."""
    pairs, nudges, closes = (moment_at(opens + minutes) for minutes in sorted(later))
    return Plan(zone, cadence, moment_at(opens), pairs, nudges, closes)


plans = st.builds(
    plan_of,
    zones,
    st.sampled_from(Cadence),
    st.integers(0, MINUTES_A_WEEK - 1),
    st.lists(st.integers(1, MINUTES_A_WEEK), min_size=3, max_size=3, unique=True),
)


@st.composite
def plans_around_a_skip(draw: st.DrawFn) -> tuple[Plan, datetime]:
    """A plan with moments crowded around a minute that does not happen, and an instant before it."""
    zone, skipped = draw(st.sampled_from(SKIPPED))
    around = 36 * 60 if zone == "Pacific/Apia" else 150
    crowd = st.integers(-around, around)
    skipped_minute = skipped.weekday() * 24 * 60 + skipped.hour * 60 + skipped.minute
    opens = skipped_minute + draw(crowd)
    later = draw(
        st.lists(
            crowd.map(lambda shift: (skipped_minute + shift - opens) % MINUTES_A_WEEK or MINUTES_A_WEEK),
            min_size=3,
            max_size=3,
            unique=True,
        )
    )
    plan = plan_of(zone, draw(st.sampled_from(Cadence)), opens, later)
    before = draw(st.integers(0, 22 * 24 * 60))
    return plan, skipped.replace(tzinfo=UTC) - timedelta(minutes=before)


@st.composite
def closed_weeks(draw: st.DrawFn, start: datetime) -> list[Holiday]:
    """Holidays scattered over the months after `start`."""
    spans = draw(st.lists(st.tuples(st.integers(-10, 120), st.integers(0, 20)), max_size=6))
    return [Holiday(start.date() + first * DAY, start.date() + (first + length) * DAY) for first, length in spans]


def happens(wall: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of the zone ever show this naive minute."""
    return wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def opening(plan: Plan, after: datetime, previous: datetime | None = None, *holidays: Holiday) -> datetime:
    """The local wall-clock time of the next opening."""
    times, _ = next_round(plan, holidays, after, previous)
    return local(plan, times.opens_at).replace(tzinfo=None)


def walls(plan: Plan, times: RoundTimes) -> list[str]:
    return [f"{local(plan, when):%a %d %H:%M}" for when in astuple(times)]


# --- the default week, and what a manager may set ---


def test_the_default_week_is_the_products() -> None:
    times, skipped = next_round(DEFAULT, (), utc(2026, 1, 1), None)
    assert walls(DEFAULT, times) == ["Mon 05 09:00", "Tue 06 16:00", "Thu 08 10:00", "Mon 12 08:00"]
    assert times.opens_at == utc(2026, 1, 5, 8)
    assert skipped == ()


def test_a_round_may_close_at_the_minute_the_next_one_opens() -> None:
    plan = replace(DEFAULT, closes=DEFAULT.opens)
    check_plan(plan)
    first, _ = next_round(plan, (), utc(2026, 1, 1), None)
    second, _ = next_round(plan, (), first.opens_at, first.opens_at)
    assert first.closes_at == second.opens_at


@pytest.mark.parametrize(
    ("plan", "earlier", "later"),
    [
        (replace(DEFAULT, pairs=DEFAULT.opens), "opens", "pairs"),
        (replace(DEFAULT, pairs=Moment(4, 9)), "pairs", "nudges"),
        (replace(DEFAULT, nudges=DEFAULT.pairs), "pairs", "nudges"),
        (replace(DEFAULT, nudges=Moment(1, 15, 59)), "pairs", "nudges"),
        (replace(DEFAULT, closes=Moment(3, 10)), "nudges", "closes"),
        (replace(DEFAULT, closes=Moment(0, 9, 1)), "nudges", "closes"),
    ],
)
def test_moments_out_of_order_are_refused_by_name(plan: Plan, earlier: str, later: str) -> None:
    with pytest.raises(PlanOutOfOrder) as refused:
        check_plan(plan)
    assert refused.value.args_ == {"earlier": earlier, "later": later}


@pytest.mark.parametrize("moment", [Moment(7, 9), Moment(-1, 9), Moment(2, 24), Moment(2, -1), Moment(2, 9, 60)])
def test_a_moment_that_no_week_has_is_refused(moment: Moment) -> None:
    plans = {
        "opens": replace(DEFAULT, opens=moment),
        "pairs": replace(DEFAULT, pairs=moment),
        "nudges": replace(DEFAULT, nudges=moment),
        "closes": replace(DEFAULT, closes=moment),
    }
    for name, plan in plans.items():
        with pytest.raises(NoSuchMoment) as refused:
            check_plan(plan)
        assert refused.value.args_ == {"moment": name}


@pytest.mark.parametrize(
    "zone", ["", "Europe", "Mars/Base", "../etc/passwd", "/etc/localtime", "localtime", "a\0b", "x" * 300]
)
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    plan = replace(DEFAULT, time_zone=zone)
    for use in (lambda: check_plan(plan), lambda: next_round(plan, (), utc(2026, 1, 1), None)):
        with pytest.raises(UnknownTimeZone) as refused:
            use()
        assert refused.value.args_ == {"time_zone": zone}


def test_every_mistake_has_wording_of_its_own() -> None:
    mistakes = [UnknownTimeZone, NoSuchMoment, PlanOutOfOrder, NoRoundInSight]
    assert len({mistake.key for mistake in mistakes}) == len(mistakes)
    assert set(mistakes) == set(CalendarMistake.__subclasses__())


def test_an_instant_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        local(DEFAULT, datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="no time zone"):
        next_round(DEFAULT, (), datetime(2026, 1, 1), None)


# --- cadence ---


def test_the_next_round_opens_strictly_later() -> None:
    monday = utc(2026, 1, 5, 8)
    assert opening(DEFAULT, monday - timedelta(microseconds=1)) == datetime(2026, 1, 5, 9)
    assert opening(DEFAULT, monday) == datetime(2026, 1, 12, 9)


def test_fortnightly_keeps_its_weeks_after_a_long_silence() -> None:
    plan = replace(DEFAULT, cadence=Cadence.FORTNIGHTLY)
    assert opening(plan, utc(2026, 1, 5, 8)) == datetime(2026, 1, 12, 9)  # no phase yet: the very next
    assert opening(plan, utc(2026, 1, 6), utc(2026, 1, 5, 8)) == datetime(2026, 1, 19, 9)
    assert opening(plan, utc(2026, 1, 20), utc(2026, 1, 5, 8)) == datetime(2026, 2, 2, 9)


def test_monthly_is_the_first_such_weekday() -> None:
    plan = replace(DEFAULT, cadence=Cadence.MONTHLY)
    months: list[datetime] = []
    previous = after = utc(2026, 1, 1)
    for _ in range(12):
        times, _ = next_round(plan, (), after, previous if months else None)
        months.append(local(plan, times.opens_at))
        previous = after = times.opens_at
    assert [month.day for month in months] == [5, 2, 2, 6, 4, 1, 6, 3, 7, 5, 2, 7]
    assert [month.month for month in months] == list(range(1, 13))


@pytest.mark.parametrize(
    ("cadence", "weekday", "expected"),
    [
        (Cadence.WEEKLY, 4, datetime(2026, 5, 15, 9)),
        (Cadence.FORTNIGHTLY, 4, datetime(2026, 5, 22, 9)),
        (Cadence.FORTNIGHTLY, 6, datetime(2026, 5, 24, 9)),
        (Cadence.MONTHLY, 4, datetime(2026, 6, 5, 9)),  # not 8 May: that is not the first Friday
        (Cadence.MONTHLY, 2, datetime(2026, 6, 3, 9)),  # not 6 May: a round is going on
    ],
)
def test_a_new_weekday_waits_for_the_step(cadence: Cadence, weekday: int, expected: datetime) -> None:
    plan = Plan(
        cadence=cadence,
        opens=Moment(weekday, 9),
        pairs=Moment((weekday + 1) % 7, 16),
        nudges=Moment((weekday + 3) % 7, 10),
        closes=Moment(weekday, 8),
    )
    monday = utc(2026, 5, 4, 7)
    assert opening(plan, monday + timedelta(hours=1), monday) == expected


# --- holidays ---

WEEK_OF_5_JANUARY, _ = next_round(DEFAULT, (), utc(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("first", "last", "skipped"),
    [
        (5, 5, True),  # opens
        (6, 6, True),  # pairs
        (7, 12, True),  # six of the eight days from Monday to Monday
        (8, 12, True),  # five
        (9, 12, False),  # four are not more than half
        (7, 10, False),
        (12, 30, False),  # the day it closes may be a holiday
        (1, 4, False),
    ],
)
def test_which_holidays_skip_a_round(first: int, last: int, skipped: bool) -> None:
    holiday = Holiday(date(2026, 1, first), date(2026, 1, last))
    found = skip_because_of_holiday(DEFAULT, [holiday], WEEK_OF_5_JANUARY)
    assert found == (holiday if skipped else None)


def test_overlapping_holidays_count_a_day_once_and_the_longest_is_named() -> None:
    short = Holiday(date(2026, 1, 9), date(2026, 1, 10), "inventory")
    long = Holiday(date(2026, 1, 9), date(2026, 1, 12), "fair")
    assert skip_because_of_holiday(DEFAULT, [short, long, short], WEEK_OF_5_JANUARY) is None
    thursday = Holiday(date(2026, 1, 8), date(2026, 1, 8), "strike")
    assert skip_because_of_holiday(DEFAULT, [thursday, short, long], WEEK_OF_5_JANUARY) == long


def test_the_day_it_opens_explains_more_than_the_day_it_pairs() -> None:
    pairs, opens = (Holiday(date(2026, 1, n), date(2026, 1, n)) for n in (6, 5))
    assert skip_because_of_holiday(DEFAULT, [pairs, opens], WEEK_OF_5_JANUARY) == opens


def test_a_holiday_is_a_local_day() -> None:
    plan = replace(DEFAULT, time_zone="Pacific/Auckland")
    times, _ = next_round(plan, (), utc(2026, 1, 1), None)
    assert times.opens_at.date() == date(2026, 1, 4)  # still Sunday in UTC
    sunday, monday = (Holiday(date(2026, 1, n), date(2026, 1, n)) for n in (4, 5))
    assert skip_because_of_holiday(plan, [sunday], times) is None
    assert skip_because_of_holiday(plan, [monday], times) == monday


def test_skipped_days_are_told_and_the_fortnight_is_kept() -> None:
    plan = replace(DEFAULT, cadence=Cadence.FORTNIGHTLY)
    summer = Holiday(date(2026, 7, 20), date(2026, 8, 16), "summer")
    times, skipped = next_round(plan, [summer], utc(2026, 7, 7), utc(2026, 7, 6, 7))
    assert skipped == (date(2026, 7, 20), date(2026, 8, 3))
    assert local(plan, times.opens_at).date() == date(2026, 8, 17)


def test_a_round_that_is_past_is_not_told_as_skipped() -> None:
    newyear = Holiday(date(2025, 12, 22), date(2026, 1, 4))
    times, skipped = next_round(DEFAULT, [newyear], utc(2025, 12, 24), utc(2025, 12, 15, 8))
    assert skipped == (date(2025, 12, 29),)
    assert local(DEFAULT, times.opens_at).date() == date(2026, 1, 5)


@pytest.mark.parametrize("cadence", Cadence)
@pytest.mark.parametrize("previous", [None, utc(2026, 1, 5, 8)])
def test_a_holiday_without_end_is_a_mistake_not_a_loop(cadence: Cadence, previous: datetime | None) -> None:
    forever = Holiday(date(2020, 1, 1), date.max)
    with pytest.raises(NoRoundInSight) as refused:
        next_round(replace(DEFAULT, cadence=cadence), [forever], utc(2026, 1, 6), previous)
    assert refused.value.args_ == {"until": date(2028, 1, 7)}


def test_holidays_of_almost_two_years_have_an_end() -> None:
    sabbatical = Holiday(date(2026, 1, 1), date(2027, 12, 26))
    times, skipped = next_round(DEFAULT, [sabbatical], utc(2026, 1, 1), None)
    assert local(DEFAULT, times.opens_at).date() == date(2027, 12, 27)
    assert len(skipped) == 103


# --- clocks that change ---


def test_nine_oclock_stays_nine_oclock() -> None:
    winter, _ = next_round(DEFAULT, (), utc(2026, 3, 22), None)
    summer, _ = next_round(DEFAULT, (), winter.opens_at, winter.opens_at)
    assert (winter.opens_at, summer.opens_at) == (utc(2026, 3, 23, 8), utc(2026, 3, 30, 7))
    assert winter.closes_at == utc(2026, 3, 30, 6)  # 08:00 in summer time


SUNDAY_NIGHT = Plan(opens=Moment(6, 2, 30), pairs=Moment(0, 16), nudges=Moment(3, 10), closes=Moment(5, 8))


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (
            SUNDAY_NIGHT,
            ["Sun 29 03:30", "Mon 30 16:00", "Thu 02 10:00", "Sat 04 08:00"],
        ),
        (  # pairs at 03:00 would come before an opening at 03:30
            replace(SUNDAY_NIGHT, pairs=Moment(6, 3)),
            ["Sun 29 03:30", "Sun 29 04:00", "Thu 02 10:00", "Sat 04 08:00"],
        ),
        (  # pairing at 03:30 would come with it
            replace(SUNDAY_NIGHT, pairs=Moment(6, 3, 30)),
            ["Sun 29 03:30", "Sun 29 04:30", "Thu 02 10:00", "Sat 04 08:00"],
        ),
        (  # a nudge at 03:30 would come as it closes, and it cannot close later: the next one opens
            replace(SUNDAY_NIGHT, opens=Moment(6, 3, 30), nudges=Moment(6, 2, 30), closes=Moment(6, 3, 30)),
            ["Sun 22 03:30", "Mon 23 16:00", "Sun 29 01:30", "Sun 29 03:30"],
        ),
        (  # closing at 03:30 would come after the next opening, at 03:00
            replace(SUNDAY_NIGHT, opens=Moment(6, 3), closes=Moment(6, 2, 30)),
            ["Sun 22 03:00", "Mon 23 16:00", "Thu 26 10:00", "Sun 29 01:30"],
        ),
    ],
)
def test_a_skipped_hour_moves_forward_unless_the_order_would_suffer(plan: Plan, expected: list[str]) -> None:
    start = utc(2026, 3, 16) if expected[0].startswith("Sun 22") else utc(2026, 3, 23)
    times, _ = next_round(plan, (), start, None)
    assert walls(plan, times) == expected


def test_an_hour_that_happens_twice_is_the_first() -> None:
    times, _ = next_round(SUNDAY_NIGHT, (), utc(2026, 10, 20), None)
    assert times.opens_at == utc(2026, 10, 25, 0, 30)
    assert opening(SUNDAY_NIGHT, times.opens_at, times.opens_at) == datetime(2026, 11, 1, 2, 30)


@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/Nuuk", "Asia/Dhaka"])
def test_an_opening_pushed_past_midnight_does_not_cost_the_next_week(zone: str) -> None:
    skipped = dict(SKIPPED)[zone] + timedelta(minutes=30)
    opens = Moment(skipped.weekday(), skipped.hour, skipped.minute)
    minute = opens.weekday * 24 * 60 + opens.hour * 60 + opens.minute
    plan = plan_of(zone, Cadence.WEEKLY, minute, [3000, 6000, 9000])
    assert (plan.opens, plan.time_zone) == (opens, zone)
    pushed, _ = next_round(plan, (), skipped.replace(tzinfo=UTC) - 3 * DAY, None)
    assert local(plan, pushed.opens_at).date() == skipped.date() + DAY
    assert opening(plan, pushed.opens_at, pushed.opens_at) == skipped + WEEK
    # Asked in the minutes of the new day before the pushed opening, it is still the one to come.
    assert opening(plan, pushed.opens_at - timedelta(minutes=1)).date() == skipped.date() + DAY


def test_offsets_of_three_quarters_of_an_hour() -> None:
    times, _ = next_round(replace(DEFAULT, time_zone="Asia/Kathmandu"), (), utc(2026, 1, 1), None)
    assert times.opens_at == utc(2026, 1, 5, 3, 15)


# --- whatever the zone, the plan and the day ---


def planned(plan: Plan, times: RoundTimes) -> list[datetime]:
    """What the clocks would show at the four moments if none ever changed, read off the day it opened."""
    day = local(plan, times.opens_at).date()
    if day.weekday() != plan.opens.weekday:
        day -= DAY  # a skipped hour pushed the opening past midnight
    plain = [datetime.combine(day, time(plan.opens.hour, plan.opens.minute))]
    for moment in (plan.pairs, plan.nudges, plan.closes):
        wall = datetime.combine(day, time(moment.hour, moment.minute))
        while wall <= plain[-1] or wall.weekday() != moment.weekday:
            wall += DAY
        plain.append(wall)
    return plain


def check_round(plan: Plan, after: datetime, times: RoundTimes) -> None:
    """What holds for every round: strictly later, in order, in UTC, by the wall clock where it can be."""
    zone = ZoneInfo(plan.time_zone)
    assert times.opens_at > after
    assert all(when.tzinfo is UTC for when in astuple(times))
    assert all(earlier < later for earlier, later in pairwise(astuple(times)))
    shown = [local(plan, when).replace(tzinfo=None) for when in astuple(times)]
    plain = planned(plan, times)
    assert plain[0].weekday() == plan.opens.weekday
    assert plain[3] - plain[0] <= WEEK
    if happens(plain[0], zone):
        assert shown[0] == plain[0]
    else:
        assert plain[0] < shown[0] <= plain[0] + DAY
    if all(happens(wall, zone) for wall in (*plain, plain[0] + WEEK)):
        assert shown == plain


def check_two_rounds(plan: Plan, after: datetime, holidays: list[Holiday]) -> None:
    first, skipped = next_round(plan, holidays, after, None)
    second, skipped_later = next_round(plan, holidays, first.opens_at, first.opens_at)
    assert next_round(plan, holidays, after, None) == (first, skipped)
    check_round(plan, after, first)
    check_round(plan, first.opens_at, second)
    assert first.closes_at <= second.opens_at
    days = (planned(plan, second)[0] - planned(plan, first)[0]).days
    if plan.cadence is Cadence.MONTHLY:
        assert days >= 28
    else:
        assert days == STEP_DAYS[plan.cadence] * (1 + len(skipped_later))
    for times in (first, second):
        assert skip_because_of_holiday(plan, holidays, times) is None
        assert {local(plan, when).date() for when in astuple(times)[:2]}.isdisjoint(
            holiday.first + n * DAY for holiday in holidays for n in range((holiday.last - holiday.first).days + 1)
        )


@given(plans, instants, st.data())
def test_rounds_keep_every_promise(plan: Plan, after: datetime, data: st.DataObject) -> None:
    check_plan(plan)
    check_two_rounds(plan, after, data.draw(closed_weeks(after)))


@given(plans_around_a_skip())
def test_rounds_keep_every_promise_where_a_clock_skips(case: tuple[Plan, datetime]) -> None:
    plan, after = case
    check_plan(plan)
    check_two_rounds(plan, after, [])


def step_days(plan: Plan, previous: date) -> Callable[[date], bool]:
    """The days that the cadence allows after `previous`, said another way than the calendar says it."""
    weeks = 2 if plan.cadence is Cadence.FORTNIGHTLY else 1

    def allowed(day: date) -> bool:
        if day.weekday() != plan.opens.weekday or (day - previous).days < 7 * weeks:
            return False
        if plan.cadence is Cadence.MONTHLY:
            return (day - WEEK).month != day.month
        return (day - previous).days // 7 % weeks == 0

    return allowed


@given(plans, instants, st.integers(0, 100), st.integers(0, 23), st.data())
@example(replace(DEFAULT, cadence=Cadence.FORTNIGHTLY), utc(2026, 12, 31), 3, 0, None)
def test_no_round_is_passed_over(
    plan: Plan, after: datetime, days_ago: int, hours_ago: int, data: st.DataObject | None
) -> None:
    """Day by day from the previous opening, whatever plan that one followed: each allowed day is the round,
    or past, or told as skipped."""
    zone = ZoneInfo(plan.time_zone)
    holidays = data.draw(closed_weeks(after)) if data else []
    previous = after - timedelta(days=days_ago, hours=hours_ago)
    times, skipped = next_round(plan, holidays, after, previous)
    previous_day, found = (local(plan, when).date() for when in (previous, times.opens_at))
    clock = time(plan.opens.hour, plan.opens.minute)
    every_day = [previous_day + n * DAY for n in range(-1, (found - previous_day).days + 1)]
    assume(all(happens(datetime.combine(day, clock), zone) for day in every_day))
    allowed = [day for day in every_day if step_days(plan, previous_day)(day)]
    ahead = [day for day in allowed if datetime.combine(day, clock, zone).astimezone(UTC) > after]
    assert (*skipped, found) == tuple(ahead)


# --- a member's own cadence ---


@pytest.mark.parametrize(
    ("cadence", "days_ago", "due"),
    [
        (MemberCadence.WEEKLY, None, True),
        (MemberCadence.WEEKLY, 7, True),
        (MemberCadence.FORTNIGHTLY, None, True),
        (MemberCadence.FORTNIGHTLY, 7, False),
        (MemberCadence.FORTNIGHTLY, 13, True),
        (MemberCadence.FORTNIGHTLY, 28, True),
        (MemberCadence.ASK, None, False),
        (MemberCadence.ASK, 300, False),
    ],
)
def test_who_is_signed_up_without_a_click(cadence: MemberCadence, days_ago: int | None, due: bool) -> None:
    opens_at = utc(2026, 3, 30, 7)
    last = None if days_ago is None else opens_at - timedelta(days=days_ago)
    assert standing_due(cadence, last, opens_at) is due


@given(plans, instants)
def test_every_other_week_is_every_second_weekly_round_and_every_other_round(plan: Plan, after: datetime) -> None:
    opened: list[datetime] = []
    signed_up: list[datetime] = []
    for _ in range(4):
        times, _ = next_round(plan, (), after, opened[-1] if opened else None)
        after = times.opens_at
        opened.append(after)
        if standing_due(MemberCadence.FORTNIGHTLY, signed_up[-1] if signed_up else None, after):
            signed_up.append(after)
    assert signed_up == (opened[::2] if plan.cadence is Cadence.WEEKLY else opened)
