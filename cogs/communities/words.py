"""What a community's settings and troubles are called, in somebody's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord

from bot.texts import Raw, Translator, catalogue, channel
from cogs.communities.making import Step, Trouble
from cogs.communities.sight import role_name, where_missing
from domain.calendar import CalendarMistake, Moment, Plan, PlanOutOfOrder
from domain.communities import ChannelKind, channel_of
from domain.errors import PersonError
from domain.model import Community, Problem, ProblemKind

MOMENTS = ("opens", "pairs", "nudges", "closes")


def lines(parts: Iterable[str]) -> Raw:
    """Markup below each other. For what went through `t` already."""
    return Raw("\n".join(parts))


def moment(t: Translator, at: Moment) -> str:
    return f"{t.plain(f'communities.weekday.{at.weekday}')} {at.hour:02}:{at.minute:02}"


def plan(t: Translator, a_plan: Plan) -> Raw:
    moments = {name: moment(t, getattr(a_plan, name)) for name in MOMENTS}
    cadence = t.plain(f"communities.cadence.{a_plan.cadence}")
    return t("communities.plan", cadence=cadence, zone=a_plan.time_zone.replace("_", " "), **moments)


def place(t: Translator, community: Community, kind: ChannelKind) -> Raw:
    """A channel to click, or what it is called where there is none."""
    stored = channel_of(community.channels, kind)
    return channel(stored) if stored is not None else t(f"communities.channel.{kind}.label")


def language_name(tag: str) -> str:
    """What those who speak a language call it."""
    return catalogue(tag).plain("communities.language.own")


def mistake(t: Translator, error: PersonError | CalendarMistake) -> Raw:
    """What is wrong with what a manager typed, and what would be right."""
    if isinstance(error, PersonError):
        return t(error.key, **error.details)
    if isinstance(error, PlanOutOfOrder):
        moments = {name: t.plain(f"communities.moments.{error.args_[name]}") for name in ("earlier", "later")}
        return t("communities.errors.plan_out_of_order", **moments)
    raise error


def permissions_help(t: Translator, guild: discord.Guild, permissions: Sequence[str], where: Raw | None = None) -> Raw:
    """Which permissions are missing, why Weft needs each, and where to click. `where`: the channel, if it is one's."""
    missing = where_missing(guild, permissions)
    parts = []
    if missing.everywhere:
        parts.append(t("communities.fix.server", role=role_name(guild)))
        parts += [_reason(t, one) for one in missing.everywhere]
    if missing.in_channel and where is not None:
        parts.append(t("communities.fix.channel", channel=where, role=role_name(guild)))
        parts += [_reason(t, one) for one in missing.in_channel]
    return lines(parts)


def _reason(t: Translator, permission: str) -> Raw:
    name = t.plain(f"communities.permission.{permission}.name")
    return t("communities.fix.permission", name=name, why=t.plain(f"communities.permission.{permission}.why"))


def problem_title(t: Translator, problem: Problem) -> str:
    return t.plain(f"communities.problem.{problem.kind}.title", what=_subject(t, problem))


def problem_help(t: Translator, guild: discord.Guild, community: Community, problem: Problem) -> Raw:
    """What to do about a problem, and where to click."""
    if problem.kind is ProblemKind.PERMISSION:
        known = problem.subject in set(ChannelKind)
        where = place(t, community, ChannelKind(problem.subject)) if known else Raw(_subject(t, problem))
        return permissions_help(t, guild, problem.permissions, where)
    return t(f"communities.problem.{problem.kind}.help", what=_subject(t, problem))


def _subject(t: Translator, problem: Problem) -> str:
    known = problem.subject in set(ChannelKind)
    return t.plain(f"communities.channel.{problem.subject}.label" if known else "communities.problem.elsewhere")


def trouble(t: Translator, guild: discord.Guild, community: Community, step: Step) -> Raw:
    """Why a channel is not as it should be, and what to do about it."""
    if step.trouble is Trouble.PERMISSION:
        return permissions_help(t, guild, step.permissions, place(t, community, step.kind))
    return t(f"communities.trouble.{step.trouble}")
