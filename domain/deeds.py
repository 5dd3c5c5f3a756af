"""What a member can do about a session now: which buttons they are shown. What a press does is in `domain.legs`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.legs import CORRECT_WITHIN, has_part, may_agree, may_answer
from domain.model import Leg, LegState, MemberId


class Deed(StrEnum):
    """What a member can do about a leg; the values are the actions of the buttons."""

    AGREE_TIME = "agree_time"
    NAME_TIME = "name_time"
    CONFIRM = "confirm"
    REPORT = "report"
    OBJECT = "object"
    ESCALATE = "escalate"
    NOT_THERE = "not_there"
    CANCEL = "cancel"
    CORRECT = "correct"


_TESTS: Final[dict[Deed, Callable[[Leg, MemberId, datetime], bool]]] = {
    Deed.AGREE_TIME: lambda leg, member, now: (
        leg.state is LegState.AGREED
        and not leg.time_agreed
        and leg.starts_at is not None
        and leg.starts_at > now
        and leg.time_by != member
    ),
    Deed.NAME_TIME: lambda leg, _member, _now: leg.state is LegState.AGREED,
    Deed.CONFIRM: lambda leg, member, _now: may_agree(leg, member),
    Deed.REPORT: lambda leg, _member, _now: leg.state is LegState.AGREED,
    Deed.OBJECT: lambda leg, member, _now: may_answer(leg, member),
    Deed.ESCALATE: lambda leg, _member, _now: leg.state is LegState.DISPUTED and not leg.decided,
    Deed.NOT_THERE: lambda leg, _member, now: (
        leg.state is LegState.AGREED and leg.time_agreed and leg.starts_at is not None and leg.starts_at <= now
    ),
    Deed.CANCEL: lambda leg, _member, _now: leg.state is LegState.AGREED,
    Deed.CORRECT: lambda leg, _member, now: (
        leg.state is LegState.CONFIRMED and leg.ended_at is not None and now < leg.ended_at + CORRECT_WITHIN
    ),
}


def possible(leg: Leg, member: MemberId, now: datetime) -> tuple[Deed, ...]:
    """What this member can do about the leg now, the likeliest first."""
    return tuple(deed for deed, test in _TESTS.items() if has_part(leg, member) and test(leg, member, now))
