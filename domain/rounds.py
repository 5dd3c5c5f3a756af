"""Rules of a peer-review round: what is right to do when, who owes what, who waits, who missed.

Who meets whom is `domain.pairing`; when things happen is `domain.calendar`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.asking import asks_recently, within_quota
from domain.meetings import WhyNot
from domain.model import (
    MemberId,
    Pairing,
    PairingState,
    Review,
    ReviewState,
    Round,
    RoundState,
    Seat,
)

# Signing up must have been possible for this long, or the round is skipped after a standstill.
LEAST_SIGN_UP = timedelta(hours=2)
# A pair needs this long to review each other; with less left there is no point in drawing.
LEAST_REVIEW = timedelta(hours=24)
# A nudge later than this before the end would only nag.
LEAST_NUDGE = timedelta(hours=12)
# A pair younger than this has not been silent: it is neither nudged nor given up.
LEAST_SILENCE = timedelta(hours=24)
MISSES_BEFORE_ASKING = 2


class Step(StrEnum):
    OPEN = "open"
    DRAW = "draw"
    NUDGE = "nudge"
    GO_ON = "go_on"  # too late to nudge kindly; go on without
    CLOSE = "close"
    SKIP = "skip"


def next_step(a_round: Round, now: datetime) -> Step | None:
    """What is right to do with this round now; None if nothing is due.

    After a standstill (the machine was off) a step that makes no sense any more is skipped, and said so.
    """
    match a_round.state:
        case RoundState.SCHEDULED if now >= a_round.opens_at:
            return Step.OPEN if a_round.pairs_at - now >= LEAST_SIGN_UP else Step.SKIP
        case RoundState.OPEN | RoundState.DRAWING if now >= a_round.pairs_at:
            return Step.DRAW if a_round.closes_at - now >= LEAST_REVIEW else Step.SKIP
        case RoundState.RUNNING if now >= a_round.closes_at:
            return Step.CLOSE
        case RoundState.RUNNING if now >= a_round.nudges_at:
            return Step.NUDGE if a_round.closes_at - now >= LEAST_NUDGE else Step.GO_ON
        case RoundState.NUDGED if now >= a_round.closes_at:
            return Step.CLOSE
        case _:
            return None


def due_at(a_round: Round) -> datetime | None:
    """When the next step of a round in this state is due."""
    return {
        RoundState.SCHEDULED: a_round.opens_at,
        RoundState.OPEN: a_round.pairs_at,
        RoundState.DRAWING: a_round.pairs_at,
        RoundState.RUNNING: a_round.nudges_at,
        RoundState.NUDGED: a_round.closes_at,
    }.get(a_round.state)


def theme_for(number: int, themes: Sequence[str]) -> str:
    """Themes take turns, one a round; without themes a round has none."""
    return themes[(number - 1) % len(themes)] if themes else ""


def delivered(review: Review) -> bool:
    """Whether the reviewer has done their part (the other side may still have to say so)."""
    return review.state in {ReviewState.GIVEN, ReviewState.ACKNOWLEDGED}


@dataclass(frozen=True, slots=True)
class Owed:
    """A review that is still to be given."""

    reviewer: MemberId
    maker: MemberId


def owed(pairing: Pairing, reviews: Iterable[Review]) -> tuple[Owed, ...]:
    """Every review still to be given in a pairing, by whoever is seated, about works that are shown.

    Who was freed because nothing came still gets what comes late. Somebody who said "we did it live" owes
    nothing while the other side has not answered.
    """
    done = {
        (review.reviewer, review.maker)
        for review in reviews
        if review.pairing == pairing.id
        and (delivered(review) or (review.state is ReviewState.CLAIMED and review.claimed_by == review.reviewer))
    }
    return tuple(
        Owed(reviewer.id, maker.id)
        for reviewer in pairing.seated
        for maker in pairing.members
        if reviewer.id != maker.id
        and maker.shows
        and maker.seat is not Seat.CANNOT
        and (reviewer.id, maker.id) not in done
    )


def waits_in_vain(pairing: Pairing, reviews: Sequence[Review]) -> tuple[MemberId, ...]:
    """Who of a pairing has given all they owe, is owed something and has got nothing: freed to be paired again.

    In a trio nobody is freed who got something from one of the others; nor is who says it was done live.
    """
    here = [review for review in reviews if review.pairing == pairing.id]
    debts = owed(pairing, here)
    busy = {debt.reviewer for debt in debts}
    busy |= {review.maker for review in here if delivered(review)}
    busy |= {review.claimed_by for review in here if review.state is ReviewState.CLAIMED and review.claimed_by}
    return tuple(one.id for one in pairing.seated if one.id not in busy and any(debt.maker == one.id for debt in debts))


def left_alone(pairing: Pairing, leaver: MemberId, reviews: Sequence[Review]) -> tuple[MemberId, ...]:
    """Whom a leaver leaves without anybody: the last one seated, if the leaver still owes them a review.

    A pair that has exchanged everything is not torn up afterwards.
    """
    left = [one for one in pairing.seated if one.id != leaver]
    debts = owed(pairing, reviews)
    return tuple(one.id for one in left if len(left) == 1 and Owed(leaver, one.id) in debts)


def missed(pairings: Sequence[Pairing], reviews: Sequence[Review]) -> tuple[frozenset[MemberId], frozenset[MemberId]]:
    """(who took part, who was silent) of a round that ends.

    Saying "I can't make it" in time is no miss, and neither is having helped out in any pairing of the round, or having
    been asked to help on top. Nobody misses what never reached them: a pairing without a first message does not count.
    """
    active = {review.reviewer for review in reviews if delivered(review)}
    active |= {review.claimed_by for review in reviews if review.claimed_by and review.state is not ReviewState.DENIED}
    reached = [pairing for pairing in pairings if pairing.message is not None]
    seats = {one.id for pairing in reached for one in pairing.members}
    expected = {
        one.id
        for pairing in reached
        if pairing.state is not PairingState.DISSOLVED  # who was left alone had nobody to review
        for one in pairing.members
        if one.seat is Seat.IN and any(other.shows for other in pairing.members if other.id != one.id) and one.shows
    }
    alone = {
        one.id
        for pairing in reached
        if pairing.state is PairingState.DISSOLVED
        for one in pairing.members
        if one.seat is Seat.IN
    }
    return frozenset(active & seats), frozenset(expected - active - alone)


def reason_told(why: WhyNot) -> str:
    """The reason somebody could not be placed as it is stored and told.

    That somebody avoids them is nobody's to know: it sounds like everything else that is nobody's fault.
    """
    return why.value if why in {WhyNot.ALONE, WhyNot.ONE_FIRM} else WhyNot.TAKEN.value


def live_claims(pairing: Pairing, claimant: MemberId) -> tuple[Owed, ...]:
    """The reviews "we did it live" stands for: claimant and each other, both ways, of shown works."""
    return tuple(
        Owed(reviewer, maker)
        for other in pairing.seated
        if other.id != claimant
        for reviewer, maker, shows in (
            (claimant, other.id, other.shows),
            (other.id, claimant, _shows(pairing, claimant)),
        )
        if shows
    )


def _shows(pairing: Pairing, member: MemberId) -> bool:
    seat = pairing.seat_of(member)
    return seat is not None and seat.shows


def new_ties(
    exchanged_now: Iterable[tuple[int, int]], exchanged_before: Iterable[tuple[int, int]]
) -> frozenset[tuple[int, int]]:
    """Pairs of firms whose first exchange ever is among the first argument."""

    def tie(pair: tuple[int, int]) -> tuple[int, int]:
        return (min(pair), max(pair))

    before = {tie(pair) for pair in exchanged_before}
    return frozenset({tie(pair) for pair in exchanged_now if pair[0] != pair[1]} - before)


def whom_to_ask(
    times_met: Mapping[MemberId, int], asks: Mapping[MemberId, Sequence[datetime]], now: datetime
) -> tuple[MemberId, ...]:
    """Candidates who may be asked: who has met the one in need least first, then in fair turn.

    `times_met` holds every candidate. A fair turn: fewest asks in 90 days first, then asked longest ago.
    """
    free = [one for one in times_met if within_quota(asks.get(one, ()), now)]

    def turn(one: MemberId) -> tuple[int, int, datetime, int]:
        moments = asks.get(one, ())
        return (
            times_met[one],
            asks_recently(moments, now),
            max(moments, default=datetime.min.replace(tzinfo=now.tzinfo)),
            one,
        )

    return tuple(sorted(free, key=turn))
