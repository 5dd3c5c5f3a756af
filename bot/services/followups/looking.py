"""What the chat surface shows of follow-ups: read, never written."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.tools import Tools
from domain.model import Community, FollowupId, Member, MemberState
from storage import communities, followups, members


@dataclass(frozen=True, slots=True)
class FollowupView:
    """Somebody is asked what came of their exchanges with these people."""

    community: Community
    member: Member
    batch: FollowupId
    partners: tuple[tuple[FollowupId, Member], ...]


async def view(tools: Tools, batch: FollowupId) -> FollowupView | None:
    """What is still to be asked; None if it was answered, or one side is not there any more."""
    now = tools.clock.now()
    async with tools.db.read() as tx:
        rows = [one for one in await followups.asked_with(tx, batch) if one.answered_at is None]
        found = await members.by_ids(tx, {one.member for one in rows} | {one.other for one in rows})
        member = found[rows[0].member] if rows else None
        community = await communities.get(tx, member.community) if member else None
    partners = tuple((one.id, found[one.other]) for one in rows if found[one.other].state is MemberState.ACTIVE)
    if member is None or community is None or not member.present(now) or not partners:
        return None
    return FollowupView(community, member, batch, partners)
