"""What managers are shown: after set-up, when they look, and in their channel when something is amiss."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import discord

from bot.services.communities import Export, Health, HolidayChange
from bot.texts import Raw, Translator
from cogs.communities import draft, panels, words
from cogs.communities.making import Outcome, Step
from cogs.communities.words import lines
from cogs.ui.card import Button, Card, Style, Tone
from domain.communities import ChannelKind
from domain.model import Community, Leg, Problem, ProblemKind, Round

Field = tuple[str, str]


def set_up(t: Translator, guild: discord.Guild, steps: Sequence[Step], health: Health, first: Round | None) -> Card:
    """What set-up did, what it could not do and why, and what happens now."""
    community = health.community
    troubles = tuple(
        dict.fromkeys(
            [words.trouble(t, guild, community, step) for step in steps if step.outcome is Outcome.FAILED]
            + [words.problem_help(t, guild, community, one) for one in health.problems if _is_new(one, steps)]
        )
    )
    fields: list[Field] = [(t.plain("communities.setup.missing"), trouble) for trouble in troubles]
    fields.append((t.plain("communities.setup.channels"), _channels(t, community, steps)))
    fields.append((t.plain("communities.setup.rounds"), words.plan(t, community.plan)))
    if community.manager_role is not None and guild.get_role(community.manager_role) is None:
        fields.append((t.plain("communities.managers.title"), t("communities.managers.gone")))
    buttons = [_button(t, "cluster.settings")]
    if troubles:
        buttons.insert(0, _button(t, "cluster.setup", Style.PRIMARY, "communities.again.label"))
    return Card(
        title=t.plain("communities.setup.almost" if troubles else "communities.setup.ready"),
        text=lines([_first(t, first), t("communities.setup.members"), t("communities.setup.nothing_more")]),
        fields=tuple(fields),
        buttons=tuple(buttons),
        tone=Tone.CAREFUL if troubles else Tone.GOOD,
    )


def _is_new(problem: Problem, steps: Sequence[Step]) -> bool:
    """Whether a problem is not what a failed step has told about already."""
    failed = {step.kind.value for step in steps if step.outcome is Outcome.FAILED}
    return problem.subject not in failed


def _first(t: Translator, first: Round | None) -> Raw:
    if first is None:
        return t("communities.setup.no_round")
    key = "communities.setup.first_round" if first.number == 1 else "communities.setup.next_round"
    return t(key, opens=t.when(first.opens_at), pairs=t.when(first.pairs_at))


def _channels(t: Translator, community: Community, steps: Sequence[Step]) -> Raw:
    """One line for each kind of outcome there is."""
    places: dict[Outcome, list[Raw]] = {outcome: [] for outcome in Outcome}
    for step in steps:
        if step.kind is not ChannelKind.CATEGORY:
            places[step.outcome].append(words.place(t, community, step.kind))
    return lines(
        t(f"communities.setup.{outcome}", channels=Raw(t.list(found))) for outcome, found in places.items() if found
    )


def check(t: Translator, guild: discord.Guild, health: Health) -> Card:
    """Whether everything is right; if not, what to do and where to click."""
    community, problems = health.community, health.problems
    needed = len(problems) + len(health.disputes)
    fields: list[Field] = [
        (words.problem_title(t, one), words.problem_help(t, guild, community, one)) for one in problems
    ]
    fields += [(t.plain("sessions.check.title"), _dispute(t, community, one)) for one in health.disputes]
    if health.mended:
        fields.append((t.plain("communities.check.mended"), _mended(t, health)))
    if community.manager_role is not None and guild.get_role(community.manager_role) is None:
        fields.append((t.plain("communities.managers.title"), t("communities.managers.gone")))
    fields += [
        (t.plain("communities.check.rounds"), _rounds(t, health)),
        (t.plain("communities.check.people"), _people(t, health)),
        (t.plain("communities.check.effort"), t("communities.check.required", n=health.required)),
    ]
    return Card(
        title=t.plain("communities.check.amiss", n=needed) if needed else t.plain("communities.check.fine"),
        fields=tuple(fields),
        buttons=_remedies(t, problems) if problems else (_button(t, "cluster.settings"),),
        tone=Tone.CAREFUL if needed else Tone.GOOD,
    )


def _dispute(t: Translator, community: Community, leg: Leg) -> Raw:
    """What two people ask to be decided, and where; the question may still be on its way."""
    place, firms = community.channels.managers, {"teacher": leg.teacher.firm.name, "learner": leg.learner.firm.name}
    if leg.question is None or place is None:
        return t("sessions.check.coming", skill=leg.skill.name, **firms)
    link = Raw(f"https://discord.com/channels/{community.id}/{place}/{leg.question}")
    return t("sessions.check.there", skill=leg.skill.name, link=link, **firms)


def _mended(t: Translator, health: Health) -> Raw:
    what = [words.problem_title(t, one) for one in health.mended]
    freed = [t("communities.check.freed", n=health.freed)] if health.freed else []
    return lines([*(t("communities.check.was", what=one) for one in what), *freed])


def _rounds(t: Translator, health: Health) -> Raw:
    parts = []
    if health.running is not None:
        running = health.running
        parts.append(t("communities.check.running", number=running.number, closes=t.when(running.closes_at)))
    if health.next is not None:
        parts.append(t("communities.check.next", number=health.next.number, opens=t.when(health.next.opens_at)))
    else:
        parts.append(t("communities.setup.no_round"))
    if health.last is not None:
        parts.append(t("communities.check.last", number=health.last.number, closed=t.when(health.last.closes_at)))
    return lines(parts)


def _people(t: Translator, health: Health) -> Raw:
    count = health.count
    people = t("communities.check.members", n=count.members)
    parts = [t("communities.check.of_firms", people=people, firms=t("communities.check.firms", n=count.firms))]
    if count.waiting:
        parts.append(t("communities.check.waiting", n=count.waiting))
    if count.blocked:
        parts.append(t("communities.check.blocked", n=count.blocked))
    return lines(parts)


def _remedies(t: Translator, problems: Sequence[Problem]) -> tuple[Button, ...]:
    buttons = [_button(t, "cluster.check", Style.PRIMARY, "communities.check_again.label")]
    if any(one.kind in (ProblemKind.CHANNEL_GONE, ProblemKind.PERMISSION) for one in problems):
        buttons.append(_button(t, "cluster.setup", label="communities.put_right.label"))
    return tuple(buttons)


def problem(t: Translator, guild: discord.Guild, community: Community, amiss: Problem) -> Card:
    """For the managers' channel, once for each problem."""
    parts = [words.problem_help(t, guild, community, amiss)]
    if amiss.kind is not ProblemKind.MAIL:  # what waits is no word to anybody here, and says itself how long
        parts.append(t("communities.problem.waits"))
    return Card(
        title=words.problem_title(t, amiss),
        text=lines(parts),
        buttons=_remedies(t, (amiss,)),
        tone=Tone.CAREFUL,
    )


def mended(t: Translator, freed: int) -> Card:
    parts = [t("communities.mended.text")]
    if freed:
        parts.append(t("communities.check.freed", n=freed))
    return Card(title=t.plain("communities.mended.title"), text=lines(parts), tone=Tone.GOOD)


def returned(t: Translator, since: datetime, skipped: int, upcoming: datetime | None) -> Card:
    parts = [t("communities.returned.text", since=t.when(since))]
    if skipped:
        parts.append(t("communities.returned.skipped", n=skipped))
    if upcoming is not None:
        parts.append(t("communities.returned.next", opens=t.when(upcoming)))
    return Card(
        title=t.plain("communities.returned.title"),
        text=lines(parts),
        buttons=(_button(t, "cluster.check"),),
        tone=Tone.WARM,
    )


def holiday_changed(t: Translator, change: HolidayChange, *, added: bool) -> Card:
    """What adding a holiday or taking one out has changed, and a way back."""
    what = "added" if added else "removed"
    parts = [t(f"communities.holiday.{what}.text", when=panels.days(t, change.holiday))]
    if change.affected:
        dates = t.list([t.when(one, "D") for one in change.affected])
        parts.append(t(f"communities.holiday.{what}.affected", n=len(change.affected), dates=Raw(dates)))
    else:
        parts.append(t("communities.holiday.none_affected"))
    if change.goes_on is not None:
        parts.append(t("communities.holiday.goes_on", number=change.goes_on.number))
    if change.next is not None:
        parts.append(t("communities.holiday.next", opens=t.when(change.next.opens_at)))
    day = (change.holiday.first.toordinal(), change.holiday.last.toordinal())
    undo = Button(
        t.plain("communities.undo.label"),
        "cluster.holiday_remove" if added else "cluster.holiday_back",
        (change.number,) if added else day,
    )
    return Card(
        title=t.plain(f"communities.holiday.{what}.title"),
        text=lines(parts),
        fields=draft.fields(
            [(t.plain("communities.holiday.label"), change.holiday.label)] if change.holiday.label else []
        ),
        buttons=(undo, _button(t, "cluster.holidays")),
        tone=Tone.GOOD,
    )


def export(t: Translator, made: Export, name: str, data: bytes) -> Card:
    return Card(
        title=t.plain("communities.export.title"),
        text=t("communities.export.text"),
        files=((f"{name}-{made.at:%Y-%m-%d}.zip", data),),
        tone=Tone.GOOD,
    )


def _button(t: Translator, action: str, style: Style = Style.SECONDARY, label: str | None = None) -> Button:
    return Button(t.plain(label or _LABELS[action]), action, style=style)


_LABELS = {
    "cluster.settings": "communities.settings.label",
    "cluster.check": "communities.check.label",
    "cluster.holidays": "communities.holidays.label",
}
