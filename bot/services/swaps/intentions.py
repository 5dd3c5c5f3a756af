"""What a proposal wants said and done on Discord, each with its key; one lane a swap keeps the order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from domain.model import CommunityId, MemberId, NewIntention, Swap, SwapId

COUNT_GAP = timedelta(seconds=5)


def _of(community: CommunityId, swap: SwapId, what: str, key: str = "", **args: int | str) -> NewIntention:
    return NewIntention(
        community=community,
        key=f"swap:{swap}:{key or what}",
        lane=f"swap:{swap}",
        kind=f"swap.{what}",
        args={"swap": swap, **args},
    )


def thread(community: CommunityId, swap: SwapId, people: Iterable[MemberId]) -> list[NewIntention]:
    """A proposal's private thread: make it, add everybody, say what is proposed."""
    return [
        _of(community, swap, "thread"),
        *(_of(community, swap, "add", f"add:{member}", member=member) for member in people),
        _of(community, swap, "welcome"),
    ]


def count(swap: Swap) -> NewIntention:
    """How many have said yes, in the first message; rearmed, never more than once in `COUNT_GAP`.

    In a lane of its own: what waits for its moment would hold up what comes of the proposal.
    """
    return replace(_of(swap.community, swap.id, "count"), lane=f"swap:{swap.id}:count")


def agreed(swap: Swap) -> NewIntention:
    return _of(swap.community, swap.id, "agreed")


def quiet(swap: Swap, member: MemberId) -> NewIntention:
    """Somebody who was silent once more is told in private that they are left in peace."""
    return replace(_of(swap.community, swap.id, "quiet", f"quiet:{member}", member=member), lane=f"member:{member}")


def ended(swap: Swap) -> NewIntention:
    """Nothing comes of it: said kindly, nobody named."""
    return _of(swap.community, swap.id, "ended")
