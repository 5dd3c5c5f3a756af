"""What the chat surface shows of showings: read, never written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.services.showings.asking import needs_help
from bot.services.tools import Tools
from domain import showings as rule
from domain.model import (
    Ask,
    AskId,
    AskState,
    Attachment,
    Community,
    CommunityId,
    Member,
    MemberState,
    Showing,
    ShowingId,
    ShowingSource,
    ShowingState,
)
from storage import asks, communities, members, showings

QUARTER = timedelta(days=100)  # no quarter is longer


@dataclass(frozen=True, slots=True)
class ShowingView:
    community: Community
    showing: Showing
    file: Attachment | None = None


async def _view(tools: Tools, showing_id: ShowingId, *, file: bool = False) -> ShowingView | None:
    async with tools.db.read() as tx:
        showing = await showings.get(tx, showing_id)
        community = await communities.get(tx, showing.community) if showing else None
        if showing is None or community is None:
            return None
        return ShowingView(community, showing, await showings.file_of(tx, showing_id) if file else None)


async def posting(tools: Tools, showing_id: ShowingId) -> ShowingView | None:
    """What is to become a post, with the file that came with it; None if that is not right any more."""
    view = await _view(tools, showing_id, file=True)
    if view is None or view.showing.state is not ShowingState.POSTING or view.showing.text is None:
        return None
    return view if view.showing.maker.state is MemberState.ACTIVE else None


async def unposted(tools: Tools, showing_id: ShowingId) -> ShowingView | None:
    """A showing of which we do not know where it stands, if it does."""
    view = await _view(tools, showing_id)
    return view if view is not None and view.showing.thread is None else None


async def editing(tools: Tools, showing_id: ShowingId) -> ShowingView | None:
    """A post of ours that is to say something else now."""
    view = await standing(tools, showing_id)
    return view if view is not None and view.showing.text is not None else None


async def closing(tools: Tools, showing_id: ShowingId) -> ShowingView | None:
    """A showing taken back of which something of ours stands in the forum."""
    view = await _view(tools, showing_id)
    if view is None or view.showing.state is not ShowingState.WITHDRAWN or view.showing.thread is None:
        return None
    nothing_ours = view.showing.source is ShowingSource.HAND and view.showing.message is None
    return None if nothing_ours else view


async def standing(tools: Tools, showing_id: ShowingId) -> ShowingView | None:
    """A showing whose post stands in the forum."""
    view = await _view(tools, showing_id)
    if view is None or view.showing.state is not ShowingState.OPEN or view.showing.thread is None:
        return None
    return view


@dataclass(frozen=True, slots=True)
class AskView:
    community: Community
    ask: Ask
    showing: Showing
    asked: Member


async def ask_view(tools: Tools, ask_id: AskId) -> AskView | None:
    """An ask that is still open; None if it has been answered, or nobody needs to any more."""
    async with tools.db.read() as tx:
        ask = await asks.get(tx, ask_id)
        showing = await showings.get(tx, ask.showing) if ask and ask.showing else None
        if ask is None or showing is None or ask.state is not AskState.OPEN or not needs_help(showing):
            return None
        asked = await members.by_id(tx, ask.member)
        community = await communities.get(tx, ask.community)
    if asked is None or community is None or not asked.present(tools.clock.now()):
        return None
    return AskView(community, ask, showing, asked)


@dataclass(frozen=True, slots=True)
class RoundUp:
    """What was shown by people who are there: unanswered first, then the newest first."""

    community: Community
    shown: tuple[Showing, ...]


async def round_up(tools: Tools, community_id: CommunityId, since: int, until: int) -> RoundUp | None:
    """Between two moments (Unix seconds); None if nothing stands."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, community_id)
        found = await showings.shown_between(
            tx, community_id, datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC)
        )
    shown = sorted((one for one in found if one.maker.present(now)), key=lambda one: one.answered_at is not None)
    return RoundUp(community, tuple(shown)) if community is not None and shown else None


# What a member sees of themself


async def weeks_shown(tools: Tools, member: Member) -> tuple[int, int]:
    """(weeks of this quarter in which the member showed work, weeks of it so far); for their own eyes."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        community = await communities.get(tx, member.community)
        moments = await showings.moments_of(tx, member.id, now - QUARTER)
    assert community is not None
    return rule.weeks_shown(moments, community.plan.time_zone, now)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One line of what is coming up for a member: "ask" (whether they would answer), "taken" (they said they will)."""

    what: str
    at: datetime
    thread: int | None = None  # whose work it is is for who takes it


async def coming_up(tools: Tools, member: Member) -> tuple[Upcoming, ...]:
    """What a member on call was asked to answer, the soonest first."""
    async with tools.db.read() as tx:
        found = []
        for ask in await asks.under_way(tx, member.id, tools.clock.now()):
            showing = await showings.get(tx, ask.showing) if ask.showing else None
            if showing is not None and needs_help(showing):
                taken = ask.state is AskState.TAKEN
                found.append(
                    Upcoming("taken", ask.expires_at, showing.thread) if taken else Upcoming("ask", ask.expires_at)
                )
    return tuple(found)
