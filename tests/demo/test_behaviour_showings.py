"""How people show work and answer: in turn, in words that fit, and never when nobody is up."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.demo.behaviour import EVENING, chance, showings
from bot.demo.behaviour.showings import UP, VIEWERS
from bot.demo.people import Person, load
from bot.demo.world import ZONE
from bot.texts import clip

CLUSTER = load()
FEMKE = CLUSTER.people[0]
seeds = st.integers(0, 2**31)
moments = st.integers(0, 350 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_viewers_are_shares() -> None:
    for one in VIEWERS.values():
        assert all(0 <= share <= 1 for share in (one.answers, one.thanks, CLUSTER.takes_asks * one.steps_up))
        assert one.shows_every >= 0


def test_people_show_their_own_first_then_what_the_firm_is_on_then_the_same_once_more() -> None:
    own, works = CLUSTER.showings[FEMKE.name], CLUSTER.works[FEMKE.firm]
    shown = [showings.shown(CLUSTER, FEMKE, turn, chance(turn)) for turn in range(2 * (len(own) + len(works)))]
    assert all(shown)
    first, again = shown[: len(shown) // 2], shown[len(shown) // 2 :]
    assert tuple(first[: len(own)]) == own
    assert {one.question for one in first[len(own) :] if one} == {work.brief.decision for work in works}
    for before, after in zip(first, again, strict=True):
        assert before is not None
        assert after is not None
        assert before.work in after.work != before.work
        assert after.week is after.at is after.answer is None
        assert not after.hand


@given(st.sampled_from(CLUSTER.people), st.integers(0, 30), seeds)
def test_an_answer_is_about_the_work_or_fits_any_and_nobody_repeats_another(
    person: Person, turn: int, seed: int
) -> None:
    luck = chance(seed)
    work = showings.shown(CLUSTER, person, turn, luck)
    assert work is not None
    title = clip(work.work, showings.TITLE)
    said: set[str] = set()
    for _ in range(4):
        answer = showings.answer(CLUSTER, title, said, luck)
        assert answer not in said
        assert answer == work.answer or answer in CLUSTER.answers["en"] + CLUSTER.answers["nl"]
        said.add(answer)


def test_what_is_shown_in_dutch_is_answered_in_dutch() -> None:
    dutch = next(one for one in CLUSTER.people if one.language == "nl")
    work = showings.shown(CLUSTER, dutch, 0, chance(1))
    assert work is not None
    heard = {showings.answer(CLUSTER, clip(work.work, showings.TITLE), (), chance(n)) for n in range(60)}
    assert heard <= {work.answer, *CLUSTER.answers["nl"]}
    assert len(heard) > 1


@given(moments, seeds)
def test_work_is_shown_in_its_week_in_the_daytime(moment: datetime, seed: int) -> None:
    monday = (moment - timedelta(days=moment.weekday())).astimezone(ZONE).replace(hour=9, minute=0)
    at = showings.shows_at(monday, ZONE, chance(seed)).astimezone(ZONE)
    assert monday.date() <= at.date() < monday.date() + timedelta(days=7)
    assert 9 <= at.hour < 18


@given(moments, st.floats(0.1, 40), seeds)
def test_nobody_is_reached_at_night(after: datetime, hours: float, seed: int) -> None:
    at = showings.reached(after, hours, ZONE, chance(seed))
    assert at >= after
    assert UP <= at.astimezone(ZONE).time() <= EVENING


def test_somebody_asked_in_the_night_looks_in_the_morning() -> None:
    night = datetime(2026, 3, 4, 2, 0, tzinfo=ZONE)
    reached = [showings.reached(night, 1.0, ZONE, chance(n)).astimezone(ZONE) for n in range(200)]
    assert {one.date() for one in reached} == {night.date()}
    assert sorted(reached)[100].time() < time(10, 0)
