"""Giving a review, saying "we did it live", and the maker's acknowledgement: what makes an exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.acts import act_of
from bot.services.rounds import intentions
from bot.services.tools import Tools
from domain import rounds as rule
from domain.errors import NothingToReview, NotInThisPairing, NotYours, OwnWork, TooOld
from domain.model import (
    ActKind,
    Brief,
    Member,
    MemberId,
    Pairing,
    PairingId,
    Review,
    ReviewId,
    ReviewMode,
    ReviewState,
    ReviewText,
    Seat,
)
from storage import acts, outbox, pairings, reviews, rounds, signups
from storage.engine import Tx


async def remember_thread(tools: Tools, pairing: PairingId, thread: int) -> None:
    """Keep which thread a pairing has now."""
    async with tools.db.write() as tx:
        await pairings.set_thread(tx, pairing, thread)


@dataclass(frozen=True, slots=True)
class ToReview:
    """A work somebody still owes a review of."""

    maker: Member
    brief: Brief | None


async def _own_seat(tx: Tx, member: Member, pairing_id: PairingId, *, hold: bool = False) -> Pairing:
    """The pairing, if the member sits in it; with `hold`, two clicks at once come one after the other."""
    pairing = await pairings.get(tx, pairing_id)
    if pairing is None:
        raise TooOld
    if hold:
        await rounds.hold(tx, pairing.round)
    seat = pairing.seat_of(member.id)
    if seat is None or seat.seat is Seat.CANNOT:
        raise NotInThisPairing
    return pairing


async def to_review(tools: Tools, member: Member, pairing_id: PairingId) -> tuple[ToReview, ...]:
    """The works a member still owes a review of in a pairing.

    Raises NotInThisPairing, TooOld, or NothingToReview if all has been given.
    """
    async with tools.db.read() as tx:
        pairing = await _own_seat(tx, member, pairing_id)
        debts = rule.owed(pairing, await reviews.of_pairing(tx, pairing_id))
        makers = [debt.maker for debt in debts if debt.reviewer == member.id]
        if not makers:
            raise NothingToReview
        found = []
        for one in pairing.members:
            if one.id in makers:
                signup = await signups.get(tx, pairing.round, one.id)
                found.append(ToReview(one.member, signup.brief if signup else None))
    return tuple(found)


async def give_review(
    tools: Tools, member: Member, pairing_id: PairingId, maker: MemberId, text: ReviewText
) -> Pairing:
    """Hand a review in; it is posted in the pairing's thread in the reviewer's name.

    Raises NotInThisPairing, TooOld, or NothingToReview if it was given already.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        pairing = await _own_seat(tx, member, pairing_id, hold=True)
        work = pairing.seat_of(maker)
        if work is None or not work.shows or maker == member.id:
            raise NothingToReview
        review = await reviews.give(tx, pairing, rule.Owed(member.id, maker), text, now)
        if review is None:
            raise NothingToReview
        log = act_of(
            member,
            ActKind.REVIEW_GIVEN,
            now,
            str(review),
            other=work.member,
            a_round=pairing.round,
        )
        await acts.record(tx, log)
        await outbox.add(tx, now, intentions.review(pairing, review))
    tools.wake()
    return pairing


async def claim_live(tools: Tools, member: Member, pairing_id: PairingId) -> bool:
    """ "We did it live." True if the others are asked to confirm, False if this confirmed what they had said.

    Raises NotInThisPairing, TooOld, or NothingToReview if there is nothing left to confirm.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        pairing = await _own_seat(tx, member, pairing_id, hold=True)
        confirmed = False
        for other in pairing.seated:
            if other.id != member.id:
                confirmed |= await _confirm(tx, pairing, other.member, member, now)
        claims = rule.live_claims(pairing, member.id)
        noted = await reviews.claim_live(tx, pairing, claims, member.id, now)
        if not noted and not confirmed:
            raise NothingToReview
        # Whoever asked first has asked everybody; a second question would only be answered twice.
        if noted and not confirmed:
            version = int(now.timestamp())
            await outbox.add(tx, now, intentions.live(pairing, member.id, version))
    tools.wake()
    return bool(noted) and not confirmed


async def confirm_live(
    tools: Tools, member: Member, pairing_id: PairingId, claimant: MemberId, *, happened: bool
) -> Pairing:
    """The other side answers "we did it live".

    Raises OwnWork for the claimant themself, NotInThisPairing, or TooOld if it was answered before.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        pairing = await _own_seat(tx, member, pairing_id, hold=True)
        if claimant == member.id:
            raise OwnWork
        seat = pairing.seat_of(claimant)
        if seat is None:
            raise TooOld
        if happened:
            done = await _confirm(tx, pairing, seat.member, member, now)
            await _confirm_the_others(tx, pairing, member, now)
        else:
            denied = await reviews.settle_live(tx, pairing.id, claimant, member.id, ReviewState.DENIED, now)
            done = bool(denied)
        if not done:
            raise TooOld
    tools.wake()
    return pairing


async def _confirm(tx: Tx, pairing: Pairing, claimant: Member, other: Member, now: datetime) -> bool:
    """Both sides say it happened: every review between the two becomes an exchange. False if none was claimed."""
    settled = await reviews.settle_live(tx, pairing.id, claimant.id, other.id, ReviewState.ACKNOWLEDGED, now)
    people = {claimant.id: claimant, other.id: other}
    for review in settled:
        await _exchanged(tx, review, people[review.reviewer], people[review.maker], now)
    return bool(settled)


async def _confirm_the_others(tx: Tx, pairing: Pairing, member: Member, now: datetime) -> None:
    """In a trio who confirms says it of all three: settled with whoever has said so too, noted for whoever has not."""
    for other in pairing.seated:
        if other.id != member.id:
            await _confirm(tx, pairing, other.member, member, now)
    await reviews.claim_live(tx, pairing, rule.live_claims(pairing, member.id), member.id, now)


async def _exchanged(tx: Tx, review: Review, reviewer: Member, maker: Member, now: datetime) -> None:
    log = act_of(
        reviewer,
        ActKind.REVIEW_EXCHANGED,
        now,
        str(review.id),
        other=maker,
        a_round=review.round,
    )
    await acts.record(tx, log)


async def acknowledge(tools: Tools, member: Member, review_id: ReviewId, mark: str) -> Review:
    """The maker taps "specific", "kind" or "will_use"; a second tap takes it back. Only the two of them see it.

    The first tap of any makes it an exchange, and it stays one. Raises NotYours for anybody but the maker, TooOld.
    """
    now = tools.clock.now()
    async with tools.db.write() as tx:
        found = await reviews.get(tx, review_id)
        if found is None or mark not in {"specific", "kind", "will_use"}:
            raise TooOld
        await rounds.hold(tx, found.round)  # three taps at once come one after the other
        review = await reviews.get(tx, review_id) or found
        if review.maker != member.id:
            raise NotYours
        if review.mode is not ReviewMode.WRITTEN:
            raise TooOld
        marks = {
            "specific": review.specific,
            "kind": review.kind,
            "will_use": review.will_use,
        }
        marks[mark] = not marks[mark]
        await reviews.acknowledge(tx, review_id, now, **marks)
        pairing = await pairings.get(tx, review.pairing)
        seat = pairing.seat_of(review.reviewer) if pairing else None
        if seat is not None and review.state is not ReviewState.ACKNOWLEDGED:
            await _exchanged(tx, review, seat.member, member, now)
        updated = await reviews.get(tx, review_id)
        assert updated is not None
    tools.wake()
    return updated
