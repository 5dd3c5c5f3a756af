"""Reviews: given in writing or live, acknowledged by the maker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.model import (
    CommunityId,
    MemberId,
    Pairing,
    PairingId,
    Review,
    ReviewId,
    ReviewMode,
    ReviewState,
    ReviewText,
    RoundId,
)
from domain.rounds import Owed
from storage.engine import Tx, insert
from storage.tables import acts, first_ties, reviews


def _review(row: Any) -> Review:
    return Review(
        id=ReviewId(row.id),
        round=RoundId(row.round_id),
        pairing=PairingId(row.pairing_id),
        reviewer=MemberId(row.reviewer_id),
        maker=MemberId(row.maker_id),
        mode=ReviewMode(row.mode),
        state=ReviewState(row.state),
        text=ReviewText(**row.text) if row.text else None,
        specific=row.specific,
        kind=row.kind,
        will_use=row.will_use,
        claimed_by=MemberId(row.claimed_by) if row.claimed_by else None,
    )


async def get(tx: Tx, review: ReviewId) -> Review | None:
    row = (await tx.execute(sa.select(reviews).where(reviews.c.id == review))).first()
    return _review(row) if row else None


async def of_round(tx: Tx, round_id: RoundId) -> list[Review]:
    query = sa.select(reviews).where(reviews.c.round_id == round_id).order_by(reviews.c.id)
    return [_review(row) for row in await tx.execute(query)]


async def of_pairing(tx: Tx, pairing: PairingId) -> list[Review]:
    query = sa.select(reviews).where(reviews.c.pairing_id == pairing).order_by(reviews.c.id)
    return [_review(row) for row in await tx.execute(query)]


_FINAL = (ReviewState.GIVEN, ReviewState.ACKNOWLEDGED)


async def give(tx: Tx, pairing: Pairing, owed: Owed, text: ReviewText, now: datetime) -> ReviewId | None:
    """Write a review down, in place of an unconfirmed live one. None if it was given already."""
    values = {
        "mode": ReviewMode.WRITTEN,
        "state": ReviewState.GIVEN,
        "text": asdict(text),
        "claimed_by": None,
        "given_at": now,
    }
    statement = (
        insert(tx, reviews)
        .values(**_who(pairing, owed), **values)
        .on_conflict_do_update(
            index_elements=[reviews.c.pairing_id, reviews.c.reviewer_id, reviews.c.maker_id],
            set_=values,
            where=reviews.c.state.not_in(_FINAL),
        )
        .returning(reviews.c.id)
    )
    found = (await tx.execute(statement)).scalar()
    return ReviewId(found) if found else None


def _who(pairing: Pairing, owed: Owed) -> dict[str, int]:
    return {
        "community_id": pairing.community,
        "round_id": pairing.round,
        "pairing_id": pairing.id,
        "reviewer_id": owed.reviewer,
        "maker_id": owed.maker,
    }


async def claim_live(tx: Tx, pairing: Pairing, claims: Iterable[Owed], claimant: MemberId, now: datetime) -> int:
    """Note that somebody says it was done live; what stands already is left alone. How many were noted."""
    values = {
        "mode": ReviewMode.LIVE,
        "state": ReviewState.CLAIMED,
        "claimed_by": claimant,
        "given_at": now,
    }
    noted = 0
    for owed in claims:
        statement = (
            insert(tx, reviews)
            .values(**_who(pairing, owed), **values)
            .on_conflict_do_update(
                index_elements=[reviews.c.pairing_id, reviews.c.reviewer_id, reviews.c.maker_id],
                set_=values,
                where=reviews.c.state == ReviewState.DENIED,
            )
        )
        noted += (await tx.execute(statement)).rowcount
    return noted


async def settle_live(
    tx: Tx, pairing: PairingId, claimant: MemberId, other: MemberId, state: ReviewState, now: datetime
) -> list[Review]:
    """The other side answers a claim: both directions between the two move on together."""
    between = sa.or_(
        sa.and_(reviews.c.reviewer_id == claimant, reviews.c.maker_id == other),
        sa.and_(reviews.c.reviewer_id == other, reviews.c.maker_id == claimant),
    )
    values: dict[str, Any] = {"state": state}
    if state is ReviewState.ACKNOWLEDGED:
        values["acknowledged_at"] = now
    statement = (
        sa.update(reviews)
        .where(
            reviews.c.pairing_id == pairing,
            between,
            reviews.c.state == ReviewState.CLAIMED,
            reviews.c.claimed_by == claimant,
        )
        .values(**values)
        .returning(reviews)
    )
    return [_review(row) for row in await tx.execute(statement)]


async def acknowledge(tx: Tx, review: ReviewId, now: datetime, *, specific: bool, kind: bool, will_use: bool) -> None:
    """What the maker tapped; the first tap is the acknowledgement."""
    await tx.execute(
        sa.update(reviews)
        .where(reviews.c.id == review)
        .values(
            state=ReviewState.ACKNOWLEDGED,
            acknowledged_at=sa.func.coalesce(reviews.c.acknowledged_at, now, type_=reviews.c.given_at.type),
            specific=specific,
            kind=kind,
            will_use=will_use,
        )
    )


async def forget_text(tx: Tx, review: ReviewId) -> None:
    """It stands in the thread now."""
    await tx.execute(sa.update(reviews).where(reviews.c.id == review).values(text=None))


async def forget_texts(tx: Tx, before: datetime) -> None:
    """Let go of what was written before then and never came to stand anywhere."""
    await tx.execute(
        sa.update(reviews).where(reviews.c.text.is_not(None), reviews.c.given_at < before).values(text=None)
    )


async def exchanges(
    tx: Tx, community: CommunityId, *, of_round: RoundId | None = None, not_of: RoundId | None = None
) -> list[tuple[int, int]]:
    """(firm, other firm) of exchanges from the log: those of one round, or all but those of one round.

    Among the latter are the ties of which only the first exchange is kept.
    """
    query: sa.Select[Any] | sa.CompoundSelect[Any] = sa.select(acts.c.firm_id, acts.c.other_firm_id).where(
        acts.c.community_id == community,
        acts.c.kind == "review.exchanged",
        acts.c.round_id == of_round if of_round is not None else sa.true(),
        acts.c.round_id.is_distinct_from(not_of) if not_of is not None else sa.true(),
    )
    if not_of is not None:
        long_ago = sa.select(first_ties.c.firm_id, first_ties.c.other_firm_id)
        query = sa.union(query, long_ago.where(first_ties.c.community_id == community))
    return [(row.firm_id, row.other_firm_id) for row in await tx.execute(query)]
