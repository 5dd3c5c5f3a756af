"""Offers and wants: how many a person may have, how long they stand, and until when they can be brought back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.model import Listing, ListingKind, ListingState, Skill, SkillId

LISTING_LASTS = timedelta(days=60)
REMIND_BEFORE = timedelta(days=7)
MOST_OPEN = 20  # offers and wants of one person
KEPT = timedelta(days=30)  # one that ended can be brought back so long; then its words are forgotten
NEWS = timedelta(days=7)  # so long something is new
# Whoever is reminded is reminded of all that lapses so soon: not every few days of one more.
TOGETHER = 2 * REMIND_BEFORE
ABOUT_LIMIT, TIMES_LIMIT = 500, 200  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One skill on the board: who offers it and who wants it."""

    skill: Skill
    new: bool
    offers: tuple[Listing, ...]
    wants: tuple[Listing, ...]


def rows(skills: Sequence[tuple[Skill, bool]], listed: Iterable[Listing]) -> tuple[Row, ...]:
    """The board's rows: these skills (and whether each is new) in their order, with the listings of each."""
    by_kind: dict[tuple[SkillId, ListingKind], list[Listing]] = {}
    for one in listed:
        by_kind.setdefault((one.skill.id, one.kind), []).append(one)
    return tuple(
        Row(
            skill,
            new,
            tuple(by_kind.get((skill.id, ListingKind.OFFER), ())),
            tuple(by_kind.get((skill.id, ListingKind.WANT), ())),
        )
        for skill, new in skills
    )


def can_come_back(listing: Listing, now: datetime) -> bool:
    """Whether an offer or want that was taken off or lapsed can be made to stand again as it was."""
    if listing.state not in {ListingState.REMOVED, ListingState.EXPIRED} or listing.ended_at is None:
        return False
    return now - listing.ended_at < KEPT


def could_come_back(ended: Iterable[Listing], stand: Iterable[Listing]) -> tuple[Listing, ...]:
    """Of what has ended (the latest first) the last of each kind and skill, unless it stands again."""
    taken = {(one.kind, one.skill.id) for one in stand}
    found: dict[tuple[ListingKind, SkillId], Listing] = {}
    for one in ended:
        if (one.kind, one.skill.id) not in taken:
            found.setdefault((one.kind, one.skill.id), one)
    return tuple(found.values())
