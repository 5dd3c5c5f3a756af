"""What a round wants said and done on Discord, each with its key and lane.

A lane keeps order: a thread before its first message, a round's opening before its count. A key says what it is once
and for all: recorded twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from domain.model import (
    Ask,
    CommunityId,
    Member,
    MemberId,
    NewIntention,
    Pairing,
    PairingId,
    ReviewId,
    Round,
    RoundId,
)

COUNT_GAP = timedelta(seconds=5)


def _of_round(a_round: Round, what: str, **args: int | str) -> NewIntention:
    return NewIntention(
        community=a_round.community,
        key=f"round:{a_round.id}:{what}",
        lane=f"round:{a_round.id}",
        kind=f"round.{what}",
        args={"round": a_round.id, **args},
    )


def opening(a_round: Round) -> NewIntention:
    return _of_round(a_round, "open")


def count(a_round: Round) -> NewIntention:
    """The live count of the opening message; rearmed, never more than once in `COUNT_GAP`.

    In a lane of its own: what waits for its moment would hold up the round's other messages.
    """
    return replace(_of_round(a_round, "count"), lane=f"round:{a_round.id}:count")


def nobody_met(a_round: Round, why: str) -> NewIntention:
    return _of_round(a_round, "alone", why=why)


def closing(a_round: Round, *, took_part: int, reviews: int, new_ties: int) -> NewIntention:
    return _of_round(a_round, "close", took_part=took_part, reviews=reviews, new_ties=new_ties)


def skipped(a_round: Round, why: str) -> NewIntention:
    """Told to the managers, in their channel."""
    return NewIntention(
        community=a_round.community,
        key=f"round:{a_round.id}:skipped",
        lane=f"managers:{a_round.community}",
        kind="round.skipped",
        args={"round": a_round.id, "why": why},
    )


def _of_pairing(community: CommunityId, pairing: PairingId, kind: str, key: str, **args: int | str) -> NewIntention:
    return NewIntention(
        community=community,
        key=f"pairing:{pairing}:{key}",
        lane=f"pairing:{pairing}",
        kind=kind,
        args={"pairing": pairing, **args},
    )


def thread(community: CommunityId, pairing: PairingId, people: Iterable[MemberId]) -> list[NewIntention]:
    """A pairing's private thread: make it, add everybody, say the first word."""
    return [
        _of_pairing(community, pairing, "pairing.thread", "thread"),
        *(added(community, pairing, member) for member in people),
        _of_pairing(community, pairing, "pairing.welcome", "welcome"),
    ]


def added(community: CommunityId, pairing: PairingId, member: MemberId) -> NewIntention:
    return _of_pairing(community, pairing, "pairing.add", f"add:{member}", member=member)


def joined(pairing: Pairing, member: MemberId) -> list[NewIntention]:
    """Somebody joins as a third."""
    return [
        added(pairing.community, pairing.id, member),
        _of_pairing(pairing.community, pairing.id, "pairing.joined", f"joined:{member}", member=member),
    ]


def stepped_out(pairing: Pairing, member: MemberId) -> NewIntention:
    """Somebody can't make it: said to the others."""
    return _of_pairing(pairing.community, pairing.id, "pairing.left", f"left:{member}", leaver=member)


def nudge(pairing: Pairing) -> NewIntention:
    return _of_pairing(pairing.community, pairing.id, "pairing.nudge", "nudge")


def review(pairing: Pairing, review_id: ReviewId) -> NewIntention:
    return _of_pairing(pairing.community, pairing.id, "review.post", f"review:{review_id}", review=review_id)


def brief(pairing: Pairing, member: MemberId, version: int) -> NewIntention:
    """A brief that came after the pairing's first message."""
    return _of_pairing(pairing.community, pairing.id, "brief.post", f"brief:{member}:{version}", member=member)


def live(pairing: Pairing, claimant: MemberId, version: int) -> NewIntention:
    """ "We did it live", to be confirmed by the others; `version` tells a second claim from the first."""
    return _of_pairing(pairing.community, pairing.id, "live.ask", f"live:{claimant}:{version}", member=claimant)


def ask(an_ask: Ask) -> NewIntention:
    return NewIntention(
        community=an_ask.community,
        key=f"ask:{an_ask.id}",
        lane=f"member:{an_ask.member}",
        kind="ask.post",
        args={"ask": an_ask.id},
    )


def notice(member: Member, round_id: RoundId, what: str, why: str = "") -> NewIntention:
    """Something said to one member in private."""
    return NewIntention(
        community=member.community,
        key=f"notice:{round_id}:{member.id}:{what}",
        lane=f"member:{member.id}",
        kind="member.notice",
        args={"member": member.id, "round": round_id, "what": what, "why": why},
    )
