"""How long offers and wants stand, what can be brought back, and how the board groups them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import MemberCadence
from domain.listings import KEPT, can_come_back, could_come_back, rows
from domain.model import (
    CommunityId,
    Firm,
    FirmId,
    Listing,
    ListingId,
    ListingKind,
    ListingState,
    Member,
    MemberId,
    MemberState,
    Notices,
    Skill,
    SkillId,
    UserId,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
HERE = CommunityId(1)


def member(number: int) -> Member:
    firm = Firm(FirmId(number), HERE, f"Firm {number}", "crafts")
    return Member(
        id=MemberId(number),
        community=HERE,
        user=UserId(number),
        firm=firm,
        practice="",
        state=MemberState.ACTIVE,
        cadence=MemberCadence.WEEKLY,
        paused_until=None,
        on_call=False,
        notices=Notices.THREAD,
        language="en",
        misses=0,
        joined_at=NOW,
    )


def skill(number: int) -> Skill:
    return Skill(SkillId(number), HERE, f"Trade {number}")


def listing(
    number: int, kind: ListingKind, of: int, state: ListingState = ListingState.OPEN, ended: datetime | None = None
) -> Listing:
    return Listing(ListingId(number), HERE, member(1), kind, skill(of), state, "", "", NOW, NOW, ended)


KINDS = st.sampled_from(ListingKind)
LISTINGS = st.lists(st.tuples(KINDS, st.integers(1, 5)), max_size=12).map(
    lambda drawn: [listing(number, kind, of) for number, (kind, of) in enumerate(drawn, 1)]
)


@given(LISTINGS, st.permutations(range(1, 6)))
def test_every_listing_is_in_the_row_of_its_skill_once_in_its_order(listed: list[Listing], order: list[int]) -> None:
    found = rows([(skill(number), number % 2 == 0) for number in order], listed)
    assert [(row.skill.id, row.new) for row in found] == [(number, number % 2 == 0) for number in order]
    for row in found:
        mine = [one for one in listed if one.skill == row.skill]
        assert list(row.offers) == [one for one in mine if one.kind is ListingKind.OFFER]
        assert list(row.wants) == [one for one in mine if one.kind is ListingKind.WANT]


@pytest.mark.parametrize("state", ListingState)
@pytest.mark.parametrize("age", [timedelta(0), KEPT - timedelta(seconds=1), KEPT, KEPT + timedelta(days=1)])
def test_what_can_come_back(state: ListingState, age: timedelta) -> None:
    ended = None if state is ListingState.OPEN else NOW - age
    expected = state in (ListingState.REMOVED, ListingState.EXPIRED) and age < KEPT
    assert can_come_back(listing(1, ListingKind.OFFER, 1, state, ended), NOW) is expected


@given(LISTINGS, LISTINGS)
def test_of_each_kind_and_skill_the_last_could_come_back_unless_it_stands(
    ended: list[Listing], stand: list[Listing]
) -> None:
    found = could_come_back(ended, stand)
    wanted = {(one.kind, one.skill.id) for one in ended} - {(one.kind, one.skill.id) for one in stand}
    assert sorted((one.kind, one.skill.id) for one in found) == sorted(wanted)
    for one in found:
        assert one == next(other for other in ended if (other.kind, other.skill) == (one.kind, one.skill))
