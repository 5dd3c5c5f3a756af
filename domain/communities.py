"""A community's channels: which there are, who may do what there, what Weft itself needs, and what is amiss.

Permissions go by Discord's own names ("send_messages"). Nothing here knows how to ask Discord for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zlib import crc32

from domain.calendar import Holiday, NoRoundInSight, Plan, next_round
from domain.model import Channels, ProblemKind


class ChannelKind(StrEnum):
    """The channels of a community, in the order they are made in. Values are the fields of `Channels`."""

    CATEGORY = "category"
    MANAGERS = "managers"
    ROUND = "round"
    SHOWINGS = "showings"
    SKILLS = "skills"


class Audience(StrEnum):
    EVERYONE = "everyone"
    WEFT = "weft"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an audience is explicitly allowed and denied in a channel; the rest is as the server has it."""

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


# Whoever makes channels must be allowed to make them, and to say who may do what there.
TO_BUILD = ("manage_channels", "manage_roles")

_TALK = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
_THREADS = (*_TALK, "create_private_threads", "send_messages_in_threads")

NEEDS: Mapping[ChannelKind, tuple[str, ...]] = {
    ChannelKind.CATEGORY: ("view_channel",),
    ChannelKind.MANAGERS: _TALK,
    ChannelKind.ROUND: _THREADS,
    ChannelKind.SHOWINGS: (*_TALK, "send_messages_in_threads"),
    ChannelKind.SKILLS: _THREADS,
}
"""What Weft needs in each channel, the most basic first.

Manage Threads is not among them: whoever holds it reads every private thread, and Weft sees its own without.
"""

_EVERYONE: Mapping[ChannelKind, Rule] = {
    # Who sees the server at all is the server's business, so seeing is neither given nor taken, but here:
    ChannelKind.MANAGERS: Rule(deny=("view_channel",)),
    # One message a week to read; what people write goes into its threads.
    ChannelKind.ROUND: Rule(
        allow=("read_message_history", "send_messages_in_threads"),
        deny=("send_messages", "create_public_threads", "create_private_threads"),
    ),
    ChannelKind.SHOWINGS: Rule(allow=("read_message_history", "send_messages_in_threads")),
    ChannelKind.SKILLS: Rule(allow=("read_message_history", "send_messages_in_threads")),
}


def rules(kind: ChannelKind) -> dict[Audience, Rule]:
    """Who is allowed and denied what in a channel that Weft makes."""
    found = {Audience.WEFT: Rule(allow=NEEDS[kind])}
    if kind in _EVERYONE:
        found[Audience.EVERYONE] = _EVERYONE[kind]
    if kind is ChannelKind.MANAGERS:
        found[Audience.MANAGERS] = Rule(allow=("view_channel", "send_messages", "read_message_history"))
    return found


def within(rule: Rule, held: frozenset[str]) -> Rule:
    """The part of a rule that somebody who holds only `held` can lay down.

    Discord refuses a whole channel when one permission in it is not its maker's to give or to take.
    """
    return Rule(
        allow=tuple(one for one in rule.allow if one in held),
        deny=tuple(one for one in rule.deny if one in held),
    )


def lacking(kind: ChannelKind, held: Iterable[str]) -> tuple[str, ...]:
    """What Weft needs in such a channel and does not hold, the most basic first."""
    have = frozenset(held)
    return tuple(one for one in NEEDS[kind] if one not in have)


def channel_of(channels: Channels, kind: ChannelKind) -> int | None:
    """The id stored for this kind of channel."""
    found: int | None = getattr(channels, kind.value)
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """What Weft sees of a channel of its own: `held` is what it may do there, None without a channel."""

    kind: ChannelKind
    stored: bool  # an id is stored: the channel was there once
    held: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something amiss with a channel, as far as can be seen without trying."""

    kind: ProblemKind
    subject: ChannelKind
    permissions: tuple[str, ...] = ()


def findings(sights: Iterable[Sight]) -> tuple[Finding, ...]:
    """What a manager has to mend before everything can go on, in the order of the sights.

    A category holds the channels together and no more: nobody misses it. A showings or skills channel that
    was never there is not missed either; one that was there and is gone is.
    """
    found = []
    for sight in sights:
        if sight.kind is ChannelKind.CATEGORY:
            continue
        if sight.held is None:
            if sight.stored or sight.kind in (ChannelKind.ROUND, ChannelKind.MANAGERS):
                found.append(Finding(ProblemKind.CHANNEL_GONE, sight.kind))
        elif missing := lacking(sight.kind, sight.held):
            found.append(Finding(ProblemKind.PERMISSION, sight.kind, missing))
    return tuple(found)


def openings(
    plan: Plan, holidays: Sequence[Holiday], after: datetime, previous_opens_at: datetime | None, until: datetime
) -> Iterator[datetime]:
    """When rounds open, strictly after `after` and not after `until`. Raises what `calendar.check_plan` raises."""
    while True:
        try:
            times, _ = next_round(plan, holidays, after, previous_opens_at)
        except NoRoundInSight:
            return
        if times.opens_at > until:
            return
        yield times.opens_at
        after = previous_opens_at = times.opens_at


def fingerprint(*settings: object) -> int:
    """A number that changes when the settings do: a form tells by it whether they are as it showed them."""
    return crc32(repr(settings).encode())
