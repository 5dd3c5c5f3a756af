"""The digest in words: short, whatever happened and whatever things are called."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.reports.drawn import draw_digest
from bot.texts import LANGUAGES
from domain.digests import WORDS, DigestFacts, Quiet
from domain.evidence import Across
from domain.measures import Hours, Share
from domain.model import Need, NeedKind
from tests.reports.sample import STRANGE, ZONE, cluster

NEEDS = [None, Need(NeedKind.PROBLEM), Need(NeedKind.DISPUTE, 1), Need(NeedKind.WANT, 1, "x " * 60)]
NAMES = [*STRANGE, "a b " * 40, "@everyone *bold*", "`code` [x](https://example.org)"]


def facts(firms: int = 30, **more: object) -> DigestFacts:
    some = cluster(firms)
    days = tuple(one.astimezone(ZoneInfo(ZONE)).date() for one in some.weeks[:-1])
    return replace(DigestFacts(some.figures(), days, days[0], 0, None, None, date(2027, 1, 4)), **more)  # type: ignore[arg-type]


def words(text: str) -> int:
    return len(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_short_whatever_needs_a_manager(language: str) -> None:
    full = facts()
    worst = replace(
        full.figures,
        took_part=Share(1234, 2345),
        took_part_before=1000,
        new_ties=1234,
        new_across=1000,
        across=Across(Share(900, 1234), 0.64),
        hours=Hours(99999, 5),
        answered_in_a_day=Share(900, 1000),
    )
    for need in [*NEEDS, *(Need(NeedKind.FIRM, 1, name) for name in NAMES)]:
        look = draw_digest(language, replace(full, figures=worst, need=need, required=12))
        assert words(look.text) <= WORDS
        assert words(look.plain) <= WORDS
        assert len(look.text) < 2000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("quiet", list(Quiet))
def test_when_nothing_happened_one_line_says_so_and_why(language: str, quiet: Quiet) -> None:
    look = draw_digest(language, facts(0, quiet=quiet, opens=None))
    first, blank, *rest = look.plain.split("\n")
    assert first.endswith(".")
    assert blank == ""
    assert len(rest) == 2
    assert "90" not in look.plain
    others = {draw_digest(language, facts(0, quiet=other)).plain for other in Quiet if other is not quiet}
    assert look.plain not in others


def test_the_change_is_told_in_words() -> None:
    full = facts()
    now = full.figures.took_part.part

    def first_line(before: int) -> str:
        figures = replace(full.figures, took_part_before=before)
        return draw_digest("en", replace(full, figures=figures)).plain.split("\n")[0]

    assert first_line(now - 3).endswith("3 more than in the 90 days before.")
    assert first_line(now + 1).endswith("1 fewer than in the 90 days before.")
    assert first_line(now).endswith("as many as in the 90 days before.")
    assert first_line(0).endswith("in the last 90 days.")


def test_what_is_not_told_is_not_in_it() -> None:
    full = facts()
    few = replace(full.figures, counts_only=True, across=None, new_across=None, answered_in_a_day=Share(2, 3))
    text = draw_digest("en", replace(full, figures=few)).plain
    assert "%" not in text
    assert "sectors" not in text
    assert "2 of 3" in text
    assert (
        "within a day"
        not in draw_digest("en", replace(full, figures=replace(few, answered_in_a_day=Share(0, 0)))).plain
    )


def test_names_do_nothing_in_chat_and_are_as_typed_in_mail() -> None:
    look = draw_digest("en", facts(need=Need(NeedKind.FIRM, 1, "@everyone *x*")))
    assert "@everyone *x*" not in look.text
    assert "@everyone *x*" in look.plain


def test_equal_facts_make_equal_bytes() -> None:
    assert draw_digest("nl", facts(12)) == draw_digest("nl", facts(12))


def test_weeks_before_the_community_stay_blank_in_the_picture() -> None:
    whole = facts()
    young = replace(whole, joined=whole.weeks[-1] - timedelta(days=20))
    assert draw_digest("en", young).picture != draw_digest("en", whole).picture
