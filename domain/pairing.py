"""Who meets whom in a round.

The rules, weightiest first:

1. two people meet only if they are of different firms and neither avoids the other or the other's firm;
2. as many as possible are placed, in pairs and as few trios as needed, those left out before going first;
3. as few as possible meet again;
4. the trio is not always made of the same people;
5. among those who meet again, they who met longest ago do;
6. knowledge spreads through the whole cluster as fast as it can, across sectors.
"""

# The libraries for the sums are large. They come in where a draw is worked out, which is in the worker that ends
# afterwards: the process that talks with Discord never carries them.
# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Sequence

from domain.meetings import (
    Draw,
    Group,
    History,
    LeftOut,
    Meeting,
    Participant,
    Reason,
    WhyNot,
    allowed,
    why_not,
)

__all__ = [
    "Draw",
    "Group",
    "History",
    "LeftOut",
    "Meeting",
    "Participant",
    "Reason",
    "WhyNot",
    "allowed",
    "draw",
    "third_for",
    "why_not",
]


def draw(
    present: Sequence[Participant],
    history: History,
    round_number: int,
    seed: int,
    absent: Sequence[Participant] = (),
) -> Draw:
    """Divide those present into groups by the rules at the top of this file.

    The same people, history, round number and seed give the same draw, in whatever order they are listed. The other
    members, `absent` this time, may be given so that the plan reckons with them and the reasons count their firms.
    """
    from domain import drawing

    return drawing.draw(present, history, round_number, seed, absent)


def third_for(
    person: Participant,
    groups: Sequence[tuple[Participant, ...]],
    history: History,
    round_number: int,
    seed: int,
) -> int | None:
    """Which of the groups the person best joins as a third, every rule kept; None if there is no such pair."""
    from domain import drawing

    return drawing.third_for(person, groups, history, round_number, seed)
