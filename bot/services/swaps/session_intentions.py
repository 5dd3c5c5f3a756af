"""What a session wants said and done on Discord, each with its key and lane.

What is said in the swap's thread stands in the lane of the swap, after the thread was made. The event of the server has
a lane of its own: where Weft may make no events, nothing else waits for that.
"""

from __future__ import annotations

from enum import StrEnum

from domain.model import CommunityId, Leg, LegId, LegState, MemberId, NewIntention


class Said(StrEnum):
    """What is said of a session in its thread."""

    NAMED = "named"  # a time, to be agreed to
    AGREED = "agreed"  # to a time: with the calendar file
    ENTERED = "entered"  # how long it took, to be confirmed
    DISPUTED = "disputed"
    ESCALATED = "escalated"
    CONFIRMED = "confirmed"
    NEVER_WAS = "never_was"  # both sides, or a manager: it did not happen
    CANCELLED = "cancelled"
    NOT_THERE = "not_there"
    GONE = "gone"  # one of the two has left
    GIVEN_UP = "given_up"
    LAPSED = "lapsed"
    REMIND = "remind"
    ASK = "ask"


QUESTIONS = {LegState.REPORTED: Said.ENTERED, LegState.DISPUTED: Said.DISPUTED}  # that the other one is to answer


def say(leg: Leg, what: Said, *, by: MemberId | None = None, along: Leg | None = None) -> NewIntention:
    """`by`: whose doing it was; `along`: the session in which they change places, if the same is said of that.

    How often times were named and entered tells one of a kind from another.
    """
    version = f"{leg.time_version}.{leg.words}"
    args: dict[str, int | str] = {"leg": leg.id, "what": what.value, "time": leg.time_version, "word": leg.words}
    if by is not None:
        args["member"] = by
    if along is not None:
        args |= {"along": along.id, "along_time": along.time_version}
    return NewIntention(
        community=leg.skill.community,
        key=f"leg:{leg.id}:{what}:{version}",
        lane=f"swap:{leg.swap}",
        kind="session.say",
        args=args,
    )


def to_manager(leg: Leg) -> NewIntention:
    """Two who say different things want a manager to decide."""
    return NewIntention(
        community=leg.skill.community,
        key=f"leg:{leg.id}:manager:{leg.words}",
        lane=f"managers:{leg.skill.community}",
        kind="session.manager",
        args={"leg": leg.id, "word": leg.words},
    )


def manager_spared(leg: Leg) -> NewIntention:
    """What a manager was asked needs no answer any more: the two agreed after all, nobody answered for a month, or it
    was decided elsewhere than under the question."""
    return NewIntention(
        community=leg.skill.community,
        key=f"leg:{leg.id}:manager:{leg.words}:over",
        lane=f"managers:{leg.skill.community}",
        kind="session.manager_spared",
        args={"leg": leg.id, "word": leg.words},
    )


def event(community: CommunityId, leg: LegId) -> NewIntention:
    """The event of the server that tells of the session; rearmed, it shows the session as it then is."""
    return NewIntention(
        community=community,
        key=f"leg:{leg}:event",
        lane=f"leg:{leg}:event",
        kind="session.event",
        args={"leg": leg},
    )
