"""A leg to try rules on, without any database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.calendar import MemberCadence
from domain.legs import begun
from domain.model import (
    CommunityId,
    Firm,
    FirmId,
    Leg,
    LegId,
    LegState,
    ListingId,
    Member,
    MemberId,
    MemberState,
    Notices,
    Skill,
    SkillId,
    SwapId,
    UserId,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
COMMUNITY = CommunityId(7)


def person(number: int, firm: str = "") -> Member:
    return Member(
        id=MemberId(number),
        community=COMMUNITY,
        user=UserId(100 + number),
        firm=Firm(FirmId(10 + number), COMMUNITY, firm or f"Firm {number}", "crafts"),
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


ADA, BERT, EVE = person(1), person(2), person(3)


def proposed(**more: Any) -> Leg:
    """Ada is to show Bert screen printing."""
    leg = Leg(
        id=LegId(5),
        swap=SwapId(4),
        teacher=ADA,
        learner=BERT,
        skill=Skill(SkillId(3), COMMUNITY, "screen printing"),
        offer=ListingId(1),
        want=ListingId(2),
        state=LegState.PROPOSED,
        starts_at=None,
        place="",
        time_by=None,
        time_agreed=False,
        time_version=0,
        minutes=None,
        other_minutes=None,
        last_word=None,
        ended_by=None,
        reported_at=None,
        ended_at=None,
    )
    return replace(leg, **more)


def to_be_held(**more: Any) -> Leg:
    """Agreed just now, without a time yet."""
    return replace(begun(proposed(), NOW), **more)
