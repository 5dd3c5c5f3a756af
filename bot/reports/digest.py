"""The digest in words: what a manager reads in under a minute, and one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.reports.chart import Weeks, draw_chart
from bot.reports.wording import day, hours, percent
from bot.texts import Raw, Translator, catalogue, clip
from domain.digests import DigestFacts, DigestLook
from domain.evidence import Figures
from domain.model import Need

#: Characters of a firm's or a skill's name: whatever somebody typed, the digest stays within its words.
NAME = 40

#: `Translator.__call__` for chat, `Translator.plain` for mail.
Write = Callable[..., str]


def draw_digest(language: str, facts: DigestFacts) -> DigestLook:
    """The digest in a language. Equal facts make equal bytes."""
    t = catalogue(language)
    figures = facts.figures
    weeks = Weeks(
        starts=facts.weeks,
        took_part=figures.participation,
        ties=figures.ties_by_week,
        firms=figures.took_part.whole,
        across=figures.across,
        since=facts.joined,
    )
    picture = draw_chart(t, weeks)
    return DigestLook(_text(t, t, facts), _text(t, t.plain, facts), picture.png, picture.alt)


def _text(t: Translator, write: Write, facts: DigestFacts) -> str:
    lines = [*_quiet(t, write, facts)] if facts.quiet else [*_news(t, write, facts.figures)]
    return "\n".join(
        [
            *lines,
            "",
            _needed(write, facts.need),
            write("digests.required_first" if facts.first else "digests.required", n=facts.required),
        ]
    )


def _quiet(t: Translator, write: Write, facts: DigestFacts) -> Iterator[str]:
    yield write(f"digests.quiet.{facts.quiet}")
    if facts.opens is not None:
        yield write("digests.opens", day=day(t, facts.opens))


def _news(t: Translator, write: Write, figures: Figures) -> Iterator[str]:
    yield _took_part(write, figures)
    yield _ties(write, figures)
    if figures.across is not None:
        across = figures.across
        shares = {"share": Raw(percent(t, across.ties.value or 0)), "chance": Raw(percent(t, across.by_chance))}
        yield write("digests.across", **shares)
    yield write("digests.hours", reviews=figures.reviews, hours=Raw(hours(t, figures.hours.confirmed)))
    answered = figures.answered_in_a_day
    if answered.whole:
        share = Raw("" if figures.counts_only else percent(t, answered.value or 0))
        key = "digests.answered" if share else "digests.answered_of"
        yield write(key, share=share, part=answered.part, whole=answered.whole)


def _took_part(write: Write, figures: Figures) -> str:
    now, before = figures.took_part.part, figures.took_part_before
    key = "first" if not before else "more" if now > before else "fewer" if now < before else "same"
    return write(f"digests.took_part.{key}", part=now, whole=figures.took_part.whole, change=abs(now - before))


def _ties(write: Write, figures: Figures) -> str:
    if figures.new_across is None:
        return write("digests.new_ties", n=figures.new_ties)
    return write("digests.new_ties_across", n=figures.new_ties, across=figures.new_across)


def _needed(write: Write, need: Need | None) -> str:
    if need is None:
        return write("digests.need.nothing")
    return write(f"digests.need.{need.kind}", name=clip(need.name, NAME))
