"""What the chat surface shows of sessions: read, never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.tools import Tools
from domain.errors import NotYours, TooOld
from domain.legs import CORRECT_WITHIN, UNDER_WAY, has_part
from domain.model import Community, CommunityId, Leg, LegId, LegState, Member, MemberId
from storage import communities, legs, swaps
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session, and where its people talk: the thread of their swap, if it is there (yet)."""

    community: Community
    leg: Leg
    thread: int | None

    def who(self, member: MemberId) -> Member | None:
        return next((one for one in (self.leg.teacher, self.leg.learner) if one.id == member), None)


async def session_view(tools: Tools, leg_id: LegId) -> SessionView | None:
    """None if the session or its community is gone."""
    async with tools.db.read() as tx:
        leg = await legs.get(tx, leg_id)
        community = await communities.get(tx, leg.skill.community) if leg else None
        return await _view(tx, community, leg) if leg and community else None


async def _view(tx: Tx, community: Community, leg: Leg) -> SessionView:
    return SessionView(community, leg, await swaps.thread_of(tx, leg.swap))


async def own_session(tools: Tools, member: Member, leg_id: LegId) -> SessionView:
    """A session somebody has part in. Raises NotYours for somebody else's, TooOld for none."""
    found = await session_view(tools, leg_id)
    if found is None:
        raise TooOld
    if not has_part(found.leg, member.id):
        raise NotYours
    return found


async def under_way(tools: Tools, member: Member) -> tuple[Leg, ...]:
    """The sessions of a member that are still to come, or to be confirmed; the oldest first."""
    async with tools.db.read() as tx:
        return tuple(await legs.of_member(tx, member.id, *UNDER_WAY))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands with their sessions: those under way, and those whose time may still be corrected."""

    under_way: tuple[SessionView, ...]
    lately: tuple[SessionView, ...]
    now: datetime

    @property
    def all(self) -> tuple[SessionView, ...]:
        return (*self.under_way, *self.lately)


async def standing(tools: Tools, community: Community, member: Member) -> Standing:
    now = tools.clock.now()
    async with tools.db.read() as tx:
        going_on = await legs.of_member(tx, member.id, *UNDER_WAY)
        lately = await legs.confirmed_since(tx, member.id, now - CORRECT_WITHIN)
        return Standing(
            tuple([await _view(tx, community, one) for one in going_on]),
            tuple([await _view(tx, community, one) for one in lately]),
            now,
        )


@dataclass(frozen=True, slots=True)
class EventView:
    """A session as the server's event tells of it; `wanted` False: there must be none."""

    community: Community
    leg: Leg
    wanted: bool


async def event_view(tools: Tools, community_id: CommunityId, leg_id: LegId) -> EventView | None:
    """None if there is nothing to do: no session, or one that has begun; Discord ends an event by itself."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        leg = await legs.get(tx, leg_id)
        community = await communities.get(tx, community_id)
    if leg is None or community is None or leg.starts_at is None:
        return None
    to_come = leg.state is LegState.AGREED and leg.time_agreed and leg.starts_at > now
    wanted = to_come and community.session_events
    return EventView(community, leg, wanted) if wanted or leg.event is not None else None
