"""A participation log written by hand, in days before a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from domain.evidence import Log
from domain.model import ActKind, CommunityId
from domain.periods import Window, lately, weeks_until
from storage import participation
from storage.engine import Database
from storage.tables import (
    answers,
    legs,
    listings,
    pairings,
    reviews,
    rounds,
    showings,
    swaps,
)
from tests.participation_log import Cast, Person, Rows

NOW = datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
DAY, HOUR, TICK = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
WINDOW, WEEKS = lately(NOW), weeks_until(NOW, ZONE)
HERE = CommunityId(900_000_000_000_000_001)
START = NOW - 300 * DAY


def ago(days: float) -> datetime:
    return NOW - days * DAY


class Hand:
    """A log written by hand. Times are days before `NOW`."""

    def __init__(self, db: Database, rows: Rows | None = None, community: CommunityId = HERE) -> None:
        self.db = db
        self.rows = rows or Rows(NOW + 900 * DAY)
        self.cast = Cast(self.rows, Random(1), community, START)

    async def write(self) -> None:
        async with self.db.write() as tx:
            await self.rows.write(tx)
            await self.cast.finish(tx)
        self.cast.people.clear()

    def people(self, *sectors: str, ago: float = 300) -> list[Person]:
        """Somebody of a firm of their own in each sector."""
        at = NOW - ago * DAY
        return [self.cast.join(at, self.cast.firm(at, sector)) for sector in sectors]

    def add(self, table: sa.Table, **values: Any) -> int:
        return self.rows.add(table, community_id=self.cast.id, **values)

    def act(self, kind: ActKind, ago: float | datetime, who: Person, other: Person | None = None, **more: Any) -> None:
        at = ago if isinstance(ago, datetime) else NOW - ago * DAY
        self.cast.act(kind, at, who, f"{at.isoformat()} {other and other.id} {more}", other, **more)

    def a_round(self, ago: float) -> int:
        """A round that opened then, was drawn a day later and closed after six days."""
        at = NOW - ago * DAY
        times = {"opens_at": at, "pairs_at": at + DAY, "drawn_at": at + DAY, "nudges_at": at + 4 * DAY}
        number = len(self.rows.waiting[rounds])
        return self.add(rounds, number=number, state="closed", seed=1, closes_at=at + 6 * DAY, **times)

    def review(self, a_round: int, ago: float, one: Person, other: Person, pairing: int | None = None) -> int:
        """One reviewed the other and it was acknowledged so long ago; the pairing."""
        at = NOW - ago * DAY
        pairing = pairing or self.add(
            pairings, round_id=a_round, number=len(self.rows.waiting[pairings]), kind="pair", times_met=0,
            new_firms=1, created_at=at,
        )  # fmt: skip
        who = {"round_id": a_round, "pairing_id": pairing, "reviewer_id": one.id, "maker_id": other.id}
        self.add(reviews, **who, mode="written", state="acknowledged", given_at=at, acknowledged_at=at)
        self.act(ActKind.REVIEW_EXCHANGED, ago, one, other, round_id=a_round)
        return pairing

    def session(
        self,
        teacher: Person,
        learner: Person,
        *,
        agreed: float,
        starts: float | None = None,
        reported: float | None = None,
        confirmed: float | None = None,
        minutes: int = 60,
        corrected: tuple[float, int] | None = None,
        never_was: float | None = None,
    ) -> None:
        """A session and its acts, each so many days ago."""
        at = NOW - agreed * DAY
        proposed = {"proposed_at": at, "expires_at": at}
        swap = self.add(swaps, number=len(self.rows.waiting[swaps]), state="agreed", **proposed)
        offer, want = (
            self.listing(kind, who, self.cast.skills[0], agreed, state="removed")
            for kind, who in (("offer", teacher), ("want", learner))
        )
        more = {"swap_id": swap, "minutes": minutes}
        if reported is not None:
            self.act(ActKind.SESSION_REPORTED, reported, teacher, learner, **more)
        if confirmed is not None:
            self.act(ActKind.SESSION_EXCHANGED, confirmed, teacher, learner, **more)
        if corrected is not None:
            self.act(ActKind.SESSION_CORRECTED, corrected[0], teacher, learner, swap_id=swap, minutes=corrected[1])
        ended = confirmed if confirmed is not None else never_was
        self.add(
            legs, swap_id=swap, position=0, teacher_id=teacher.id, learner_id=learner.id,
            skill_id=self.cast.skills[0], offer_id=offer, want_id=want, state="confirmed" if confirmed else "reported",
            starts_at=None if starts is None else NOW - starts * DAY, time_agreed=starts is not None,
            settled=minutes if confirmed is not None else 0 if never_was is not None else None,
            agreed_at=at, ended_at=None if ended is None else NOW - ended * DAY,
        )  # fmt: skip

    def listing(self, kind: str, who: Person, skill: int, ago: float, **more: Any) -> int:
        at = NOW - ago * DAY
        values = {"state": "open", "created_at": at, "expires_at": NOW + 60 * DAY, **more}
        return self.add(listings, member_id=who.id, skill_id=skill, kind=kind, **values)

    def showing(
        self, who: Person, ago: float, state: str = "open", answered: float | None = None, ended: float | None = None
    ) -> int:
        return self.add(
            showings, member_id=who.id, state=state, source="form", shown_at=NOW - ago * DAY,
            answered_at=None if answered is None else NOW - answered * DAY,
            ended_at=None if ended is None else NOW - ended * DAY,
            thread_id=None if state == "posting" else next(self.cast.numbers),
        )  # fmt: skip

    def helped(self, one: Person, other: Person, ago: float, wrote: float) -> None:
        """The other says that one's answer, written before, helped."""
        showing = self.showing(other, wrote + 1, answered=wrote)
        self.rows.add(
            answers, community_id=self.cast.id, showing_id=showing, member_id=one.id, at=NOW - wrote * DAY, message_id=1
        )
        self.act(ActKind.HELPED, ago, one, other, showing_id=showing)

    async def log(self, window: Window = WINDOW) -> Log:
        async with self.db.read() as tx:
            return await participation.log_of(tx, self.cast.id, window, weeks_until(window.end, ZONE))
