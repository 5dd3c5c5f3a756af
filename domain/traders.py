"""Members as the matching of swaps sees them, and what it finds: its words, without its sums."""

from __future__ import annotations

from dataclasses import dataclass

Name = int | str
Skill = int | str


@dataclass(frozen=True, slots=True)
class Want:
    """A skill somebody wants to learn, and since when (any number: the smaller, the longer they wait)."""

    skill: Skill
    since: float = 0


@dataclass(frozen=True, slots=True)
class Trader:
    """A member as the matching sees them.

    `avoid`: members they are not to be brought together with (or who are not with them). `balance`: minutes on their
    firm's account; None: no account, so that they never learn on credit. `teaches`: whether they may be given teaching
    now. `turns`: how often they taught lately, so that turns for one-way legs are fair.
    """

    id: Name
    firm: Name
    sector: str
    offers: frozenset[Skill]
    wants: tuple[Want, ...]
    avoid: frozenset[Name] = frozenset()
    balance: int | None = None
    teaches: bool = True
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Leg:
    """One person teaches one skill to one person."""

    teacher: Name
    learner: Name
    skill: Skill


#: What somebody declined: they, and the legs of the proposal that were theirs.
Combination = tuple[Name, frozenset[Leg]]


@dataclass(frozen=True, slots=True)
class Found:
    """The swaps to propose: each the legs of a circle in order, from its lowest id on, or one leg paid in credits.

    `served`: members who learn something; `in_circles` of them in circles, of which no choice serves more than `bound`;
    `proven`: nor does any serve more than this one (with `focus`: or more of these). `exact`: the whole order of rules
    is proven.
    """

    swaps: tuple[tuple[Leg, ...], ...]
    served: int
    in_circles: int
    bound: int
    proven: bool
    exact: bool
