"""What the chat surface shows of swaps: read, never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.tools import Tools
from domain.legs import UNDER_WAY, may_answer
from domain.legs_due import answer_until, due_at
from domain.model import (
    Answer,
    Community,
    Leg,
    LegState,
    Listing,
    ListingId,
    Member,
    MemberId,
    Swap,
    SwapId,
    SwapState,
)
from storage import communities, legs, swaps
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class SwapView:
    """A swap as its thread shows it, with what people wrote about the offers and wants it is made of."""

    community: Community
    swap: Swap
    listings: dict[ListingId, Listing]
    instead_of: int | None  # the number of the swap it repairs

    @property
    def people(self) -> tuple[Member, ...]:
        return tuple(one.member for one in self.swap.members)

    @property
    def said_yes(self) -> int:
        return sum(one.answer is Answer.ACCEPTED for one in self.swap.members)

    def who(self, member: MemberId) -> Member | None:
        seat = self.swap.seat_of(member)
        return seat.member if seat else None


async def swap_view(tools: Tools, swap_id: SwapId) -> SwapView | None:
    """None if the swap or its community is gone."""
    async with tools.db.read() as tx:
        swap = await swaps.get(tx, swap_id)
        return await _view(tx, swap) if swap else None


async def open_proposal(tools: Tools, member: Member) -> SwapView | None:
    """What is proposed to a member and waits for everybody's answer."""
    async with tools.db.read() as tx:
        swap = await swaps.proposed_to(tx, member.id)
        return await _view(tx, swap) if swap else None


async def _view(tx: Tx, swap: Swap) -> SwapView | None:
    community = await communities.get(tx, swap.community)
    if community is None:
        return None
    before = await swaps.number_of(tx, swap.instead_of) if swap.instead_of is not None else None
    return SwapView(community, swap, await swaps.made_of(tx, swap), before)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One line of what is coming up for a member.

    `what`: "proposal" (to be answered until `at`), "waiting" (they said yes, others may until then), "session" (at that
    time), "time" (to be named), "report" (how long it took), "confirm" or "dispute" (the other one's figure).
    """

    what: str
    at: datetime
    thread: int | None
    other: Member | None = None
    skill: str = ""


async def coming_up(tools: Tools, member: Member) -> tuple[Upcoming, ...]:
    """What a member can expect or owes of swaps, soonest first."""
    now = tools.clock.now()
    found: list[Upcoming] = []
    async with tools.db.read() as tx:
        swap = await swaps.proposed_to(tx, member.id)
        if swap is not None and swap.state is SwapState.PROPOSED:
            seat = swap.seat_of(member.id)
            answered = seat is not None and seat.answer is Answer.ACCEPTED
            found.append(Upcoming("waiting" if answered else "proposal", swap.expires_at, swap.thread))
        for leg in await legs.of_member(tx, member.id, *UNDER_WAY):
            due = _due(leg, member, now)
            if due is not None:
                what, at = due
                thread = await swaps.thread_of(tx, leg.swap)
                found.append(Upcoming(what, at, thread, leg.other(member.id), leg.skill.name))
    return tuple(sorted(found, key=lambda one: one.at))


def _due(leg: Leg, member: Member, now: datetime) -> tuple[str, datetime] | None:
    """What a session asks of a member next, and when or until when; None while the other one is to speak."""
    if leg.state is LegState.AGREED:
        if leg.starts_at is not None and leg.time_agreed and leg.starts_at > now:
            return "session", leg.starts_at
        return "report" if leg.time_agreed else "time", due_at((leg,)) or now
    until = answer_until(leg)
    if until is None or not may_answer(leg, member.id):
        return None
    return "confirm" if leg.state is LegState.REPORTED else "dispute", until
