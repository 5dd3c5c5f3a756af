"""What is to be said about skills on Discord, each with its key and lane."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.model import CommunityId, MemberId, NewIntention

BOARD_GAP = timedelta(seconds=60)


def board(community: CommunityId) -> NewIntention:
    """The message in the skills channel; rearmed, never more than once in `BOARD_GAP`."""
    key = f"skills:{community}:board"
    return NewIntention(community, key, lane=key, kind="skills.board")


def lapsing(community: CommunityId, member: MemberId, now: datetime) -> NewIntention:
    """One member is told in private of everything of theirs that lapses soon."""
    return NewIntention(
        community=community,
        key=f"skills:lapsing:{member}:{int(now.timestamp())}",
        lane=f"member:{member}",
        kind="skills.lapsing",
        args={"member": member},
    )
