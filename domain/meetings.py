"""Who takes part in rounds, whom they have met, and what a draw comes to: the words of pairing, without its sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody present in a round. One side naming the other, or the other's firm, is enough to keep them apart."""

    id: int
    firm: int
    sector: str
    avoids: frozenset[int] = frozenset()
    avoids_firms: frozenset[int] = frozenset()


def allowed(a: Participant, b: Participant) -> bool:
    """Whether the rules let these two meet: two people, of two firms, neither avoiding the other or their firm."""
    return (
        a.id != b.id
        and a.firm != b.firm
        and a.id not in b.avoids
        and b.id not in a.avoids
        and a.firm not in b.avoids_firms
        and b.firm not in a.avoids_firms
    )


@dataclass(frozen=True, slots=True)
class Meeting:
    """A group of an earlier round, of two or three ids, its starter first.

    `completed`: a review was delivered, or "we did it live". Only then have the members met and told each other things.
    """

    round: int
    members: tuple[int, ...]
    completed: bool


@dataclass(frozen=True, slots=True)
class History:
    """Everything that has happened: the meetings, and (round, id) for each time no place was found for somebody."""

    meetings: tuple[Meeting, ...] = ()
    left_out: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why these people, in facts. Of a trio: over all its pairs.

    `times_met` completed meetings before (of a trio the pair with most), `last_met_round` the latest of them, `sectors`
    the distinct sectors in the order of the members, `new_firms` the number of firms that some of them have heard from
    within `HORIZON` rounds and some have not.
    """

    times_met: int
    last_met_round: int | None
    sectors: tuple[str, ...]
    new_firms: int


@dataclass(frozen=True, slots=True)
class Group:
    """Two or three people who are to meet; the first is the named starter, and then by id."""

    members: tuple[int, ...]
    reason: Reason


class WhyNot(StrEnum):
    """Why somebody could not be placed: the plainest reason that is true of them."""

    ALONE = "alone"  # nobody else took part
    ONE_FIRM = "one_firm"  # everybody else present is of their firm
    AVOIDED = "avoided"  # all others are of their firm, or one of the two avoids the other
    ODD = "odd"  # an odd number, and no trio obeys every rule
    TAKEN = "taken"  # too many had only the same few people to meet


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody no place was found for."""

    id: int
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Draw:
    """Everybody present, each in one group or left out; ordered by the lowest id."""

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]


def why_not(person: Participant, others: Sequence[Participant]) -> WhyNot:
    """Why no place was found for the person among the others present (the person may be among these)."""
    others = [one for one in others if one.id != person.id]
    if not others:
        return WhyNot.ALONE
    if all(one.firm == person.firm for one in others):
        return WhyNot.ONE_FIRM
    if not any(allowed(person, one) for one in others):
        return WhyNot.AVOIDED
    return WhyNot.TAKEN
