"""Who is at the door, and where: the community of a server, the member behind an account, the channel behind an id."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.tools import Tools
from domain.model import Community, CommunityId, CommunityState, Member, MemberState, UserId
from storage import communities, members
from storage.engine import StorageUnavailable

__all__ = ["Gate", "NoticePlace", "StorageUnavailable", "channel_name", "notice_place", "open_gate"]


@dataclass(frozen=True, slots=True)
class Gate:
    """None where there is no such community (any more), or nobody who takes part in it."""

    community: Community | None
    member: Member | None


async def open_gate(tools: Tools, guild: CommunityId, user: UserId) -> Gate:
    """One read transaction. A member who has left counts as none."""
    async with tools.db.read() as tx:
        community = await communities.get(tx, guild)
        if community is None or community.state is not CommunityState.ACTIVE:
            return Gate(None, None)
        member = await members.get(tx, guild, user)
    return Gate(community, member if member and member.state is MemberState.ACTIVE else None)


async def channel_name(tools: Tools, guild: CommunityId, *channels: int | None) -> str:
    """What the first of these channels that Weft set up is called in `Channels` ("round"); "" if none is ours."""
    async with tools.db.read() as tx:
        community = await communities.get(tx, guild)
    if community is None:
        return ""
    ours = community.channels
    names = {ours.round: "round", ours.showings: "showings", ours.skills: "skills", ours.managers: "managers"}
    return next((names[one] for one in channels if one is not None and one in names), "")


@dataclass(frozen=True, slots=True)
class NoticePlace:
    """Where a member is told things privately: their own thread, if there is one yet, and where it belongs."""

    thread: int | None
    round_channel: int | None


async def notice_place(tools: Tools, member: Member) -> NoticePlace:
    async with tools.db.read() as tx:
        thread = await members.notice_thread(tx, member.id)
        community = await communities.get(tx, member.community)
    return NoticePlace(thread, community.channels.round if community else None)
