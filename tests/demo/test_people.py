"""The cluster of the demo: as large as it says it is, and everything in it fits where it goes."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import time
from pathlib import Path

import pytest

from bot.demo.behaviour import TEMPERS, chance, showings
from bot.demo.behaviour.showings import VIEWERS
from bot.demo.behaviour.swaps import TRADERS
from bot.demo.people import FILE, RECOGNISED, Cluster, Skill, Work, load
from bot.demo.stage import PLAYED
from bot.texts import catalogue
from cogs.rounds import forms
from cogs.showings import forms as showing_forms
from cogs.skills import forms as skill_forms
from cogs.ui.form import Form, Line, modal
from domain.model import DEFAULT_SECTORS, ListingKind, ReviewText, RoundId, ShowingAsk, Stage, Wish

CLUSTER = load()
WORKS = [work for works in CLUSTER.works.values() for work in works]


def test_thirty_people_in_twelve_firms_of_seven_sectors() -> None:
    assert len(CLUSTER.people) == len({one.name for one in CLUSTER.people}) == 30
    assert len({one.firm for one in CLUSTER.people}) == 12
    assert len({one.sector for one in CLUSTER.people}) == 7
    assert {one.sector for one in (*CLUSTER.people, CLUSTER.newcomer)} <= set(DEFAULT_SECTORS)


def test_everybody_behaves_in_a_way_we_know() -> None:
    assert {one.temper for one in CLUSTER.people} == set(TEMPERS) == set(TRADERS) == set(VIEWERS)
    assert {one.language for one in CLUSTER.people} == {"en", "nl"}
    assert any(one.on_call for one in CLUSTER.people)


def test_there_is_enough_to_bring_and_to_say() -> None:
    assert len(WORKS) >= 40
    assert len(WORKS) + sum(map(len, CLUSTER.reviews.values())) >= 60
    assert {work.language for work in WORKS} == set(CLUSTER.reviews) == {"en", "nl"}
    assert set(CLUSTER.works) == {one.firm for one in CLUSTER.people}
    assert set(CLUSTER.lens) == {one.sector for one in CLUSTER.people}


def test_no_two_works_could_be_taken_for_each_other() -> None:
    starts = Counter(work.brief.decision[:RECOGNISED] for work in WORKS)
    assert starts.most_common(1)[0][1] == 1
    for work in WORKS:
        assert CLUSTER.work_in(f"They asked: {work.brief.decision}"[:100]) is work
    assert CLUSTER.work_in("Which of the two?") is None


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.brief.decision[:30])
def test_a_brief_fits_its_form(work: Work) -> None:
    limits = _limits()
    for name in ("work", "audience", "decision", "settled"):
        assert len(getattr(work.brief, name)) + 60 * (name == "work") <= limits[name]  # room for "the next version"
    assert all((work.brief.work, work.brief.audience, work.brief.decision))


@pytest.mark.parametrize("said", [*(work.review for work in WORKS), *CLUSTER.reviews["en"], *CLUSTER.reviews["nl"]])
def test_a_review_is_whole_and_fits_its_form(said: ReviewText) -> None:
    assert all((said.spot, said.why, said.answer, said.ask))
    assert max(map(len, (said.spot, said.why, said.answer, said.ask, said.suggestion))) <= forms.ANSWER


def test_suggestions_are_made_where_they_are_wanted_and_only_there() -> None:
    for work in WORKS:
        assert bool(work.review.suggestion) == (work.brief.wish is Wish.SUGGESTIONS)


def test_whoever_speaks_or_can_be_played_is_in_the_cluster() -> None:
    names = {one.name for one in CLUSTER.people} | {CLUSTER.manager.name}
    assert {who for who, _ in (*CLUSTER.coffee, *CLUSTER.welcome)} <= names
    assert set(CLUSTER.guests) <= names
    assert CLUSTER.newcomer.firm not in {one.firm for one in CLUSTER.people}


def test_the_newcomer_can_say_everything_a_form_asks() -> None:
    modal(forms.brief(catalogue("en"), RoundId(1), None))


def test_a_file_that_is_not_a_cluster_is_refused(tmp_path: Path) -> None:
    for name in ("skills.toml", "showings.toml"):
        (tmp_path / name).write_bytes(FILE.with_name(name).read_bytes())
    file = tmp_path / "cluster.toml"
    file.write_text('name = "Nobody"')
    with pytest.raises(KeyError):
        load(file)


# What they offer, want and show


def test_who_offers_wants_and_shows_is_in_the_cluster() -> None:
    names = {one.name for one in CLUSTER.people}
    assert set(CLUSTER.skills) <= names
    assert len(CLUSTER.skills) >= 25
    assert {one["who"] for one in tomllib.loads(FILE.with_name("showings.toml").read_text())["showing"]} <= names
    assert sum(map(len, CLUSTER.showings.values())) >= 40


def test_one_in_three_is_on_call_and_they_take_asks_as_the_cluster_says_on_average() -> None:
    on_call = [one for one in CLUSTER.people if one.on_call]
    assert len(on_call) == len(CLUSTER.people) // 3
    assert sum(VIEWERS[one.temper].steps_up for one in on_call) / len(on_call) == pytest.approx(1)


@pytest.mark.parametrize("skill", [*CLUSTER.later, *(one for listed in CLUSTER.skills.values() for one in listed)])
def test_an_offer_or_want_fits_its_form(skill: Skill) -> None:
    limits = _limits_of(skill_forms.form(catalogue("en"), skill.kind))
    for name, text in (("skill", skill.name), ("about", skill.about), ("times", skill.times)):
        assert len(text) <= limits[name]
    assert skill.about


def test_what_is_called_differently_is_not_the_same_by_its_letters_alone() -> None:
    """Else `alike` would say nothing; and no name is in two of its lines."""
    names = [name for group in CLUSTER.alike for name in group]
    assert len(names) == len(set(names))
    assert all(len(group) > 1 for group in CLUSTER.alike)
    assert CLUSTER.same_skill("zeefdruk", "screen printing")
    assert not CLUSTER.same_skill("zeefdruk", "lettering")


def test_somebody_waits_for_what_the_newcomer_can_show_and_offers_what_they_may_want() -> None:
    listed = [(name, one) for name, skills in CLUSTER.skills.items() for one in skills]
    early = [(name, one) for name, one in listed if one.week <= PLAYED + 1]
    for what in ("mural painting", "illustration"):
        waiting = {name for name, one in early if one.kind is ListingKind.WANT and CLUSTER.same_skill(one.name, what)}
        assert len(waiting) >= 2
        assert not any(one.kind is ListingKind.OFFER and CLUSTER.same_skill(one.name, what) for _, one in listed)
    assert any(one.kind is ListingKind.OFFER and CLUSTER.same_skill(one.name, "screen printing") for _, one in early)


def test_a_showing_fits_its_form() -> None:
    t = catalogue("en")
    limits = _limits_of(showing_forms.show(t, Stage.IDEA, ShowingAsk.HOW))
    for person in CLUSTER.people:
        for turn in range(40):
            work = showings.shown(CLUSTER, person, turn, chance(turn, person.name))
            assert work is not None
            assert work.work
            assert bool(work.question) != work.hand
            for name in ("work", "tried", "bites", "question"):
                assert len(getattr(work, name)) <= limits[name]


def test_a_work_that_is_new_waits_in_the_forum_when_the_newcomer_comes_in() -> None:
    planned = [one for shown in CLUSTER.showings.values() for one in shown if one.at and one.week == PLAYED + 1]
    assert planned
    assert all(one.at and time(9) < one.at < time(10, 20) for one in planned)


def _limits() -> dict[str, int]:
    return _limits_of(forms.brief(catalogue("en"), RoundId(1), None))


def _limits_of(form: Form) -> dict[str, int]:
    return {one.name: one.limit for one in form.fields if isinstance(one, Line)}


def test_load_gives_the_same_cluster_each_time() -> None:
    assert isinstance(load(), Cluster)
    assert load() is CLUSTER
