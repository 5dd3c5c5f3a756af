"""The cluster of the demo: as large as it says it is, and everything in it fits where it goes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.demo.behaviour import TEMPERS
from bot.demo.people import RECOGNISED, Cluster, Work, load
from bot.texts import catalogue
from cogs.rounds import forms
from cogs.ui.form import Line, modal
from domain.model import DEFAULT_SECTORS, ReviewText, RoundId, Wish

CLUSTER = load()
WORKS = [work for works in CLUSTER.works.values() for work in works]


def test_thirty_people_in_twelve_firms_of_seven_sectors() -> None:
    assert len(CLUSTER.people) == len({one.name for one in CLUSTER.people}) == 30
    assert len({one.firm for one in CLUSTER.people}) == 12
    assert len({one.sector for one in CLUSTER.people}) == 7
    assert {one.sector for one in (*CLUSTER.people, CLUSTER.newcomer)} <= set(DEFAULT_SECTORS)


def test_everybody_behaves_in_a_way_we_know() -> None:
    assert {one.temper for one in CLUSTER.people} == set(TEMPERS)
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
    file = tmp_path / "cluster.toml"
    file.write_text('name = "Nobody"')
    with pytest.raises(KeyError):
        load(file)


def _limits() -> dict[str, int]:
    fields = forms.brief(catalogue("en"), RoundId(1), None).fields
    return {one.name: one.limit for one in fields if isinstance(one, Line)}


def test_load_gives_the_same_cluster_each_time() -> None:
    assert isinstance(load(), Cluster)
    assert load() is CLUSTER
