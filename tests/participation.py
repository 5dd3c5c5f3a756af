"""A year of communities' participation, written straight into the tables: as many rows of the log as one likes.

    await fill(db, Size(members=300, firms=120, rows=100_000), until=NOW)

What is written hangs together as if the services had written it: rounds with pairings and reviews, swaps with sessions
that are confirmed, corrected, taken back or never confirmed, showings that are answered or taken back, people who come,
go, are erased and change firms. Rows of several communities are mixed as time mixes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from domain.model import DEFAULT_SECTORS, ActKind, CommunityId
from storage.engine import Database
from storage.tables import (
    answers,
    legs,
    listings,
    manager_actions,
    pairing_members,
    pairings,
    reviews,
    rounds,
    showings,
    swap_members,
    swaps,
)
from tests.participation_log import DAY, HOUR, WEEK, Cast, Person, Rows

WEEKS = 52
FIRST = CommunityId(900_000_000_000_000_001)


@dataclass(frozen=True)
class Size:
    """How big a community is to be: members and firms in the end, and rows of its log in the year."""

    members: int
    firms: int
    rows: int


async def fill(
    db: Database, *sizes: Size, until: datetime, seed: int = 0, weeks: int = WEEKS
) -> tuple[CommunityId, ...]:
    """Write so many weeks until a moment of communities of these sizes into an empty database; their ids."""
    rows = Rows(until)
    start = until - weeks * WEEK
    some = [
        Year(rows, Random(f"{seed} {at}"), CommunityId(FIRST + at), size, start, weeks) for at, size in enumerate(sizes)
    ]
    for week in range(weeks):
        for one in some:
            one.live(start + week * WEEK, week)
        async with db.write() as tx:
            await rows.write(tx)
    async with db.write() as tx:
        for one in some:
            await one.finish(tx)
    return tuple(one.id for one in some)


class Year(Cast):
    """One community, lived week by week."""

    def __init__(
        self, rows: Rows, random: Random, community: CommunityId, size: Size, start: datetime, weeks: int
    ) -> None:
        super().__init__(rows, random, community, start)
        self.size, self.weeks = size, weeks
        for _ in range(max(1, size.members // 2)):
            self.join(start, self._some_firm(start))

    def _some_firm(self, at: datetime) -> int:
        """A firm for somebody: a new one while there are too few, else one that is there."""
        if self.firms and (len(self.firms) >= self.size.firms or self.random.random() < 0.4):
            return self.random.choice(self.firms)
        return self.firm(at, self.random.choices(DEFAULT_SECTORS, (4, 3, 5, 8, 6, 6, 2, 1, 7, 2))[0])

    # A week

    def live(self, start: datetime, week: int) -> None:
        """People come and go, a round, and as many swaps and showings as bring the log to its size."""
        here = self.there()
        wanted = self.size.members // 2 + (self.size.members * (week + 1)) // (2 * self.weeks)
        for at in sorted(self.later(start, WEEK) for _ in range(wanted - len(here))):
            self.join(at, self._some_firm(at))
        if len(here) > 3:
            self._change(start, here)
        if week % 13 != 12:
            self._round(start, week)
        if self.random.random() < 0.1:
            at = self.later(start, WEEK)
            self.rows.add(manager_actions, community_id=self.id, at=at, what="x", required=self.random.random() < 0.5)
        goal = self.size.rows * (week + 1) // self.weeks
        while self.written < goal and len(self.there()) > 2:
            self.random.choice((self._swap, self._showing, self._credits))(start)

    def _change(self, start: datetime, here: Sequence[Person]) -> None:
        """Some leave, some are forgotten, some go to another firm."""
        at = start  # before anything else of the week, so that nobody acts who has gone
        for one in here:
            dice = self.random.random()
            if dice < 0.004 and one.joined < start:
                one.left, one.state = at, "erased" if dice < 0.001 else "left"
                self.act(ActKind.LEFT, at, one, at.isoformat())
            elif dice < 0.007:
                one.firm = self._some_firm(at)

    def _round(self, start: datetime, week: int) -> None:
        drawn = start + 2 * DAY
        times = {"opens_at": start, "pairs_at": drawn, "nudges_at": start + 4 * DAY, "closes_at": start + 6 * DAY}
        closed = times["closes_at"] < self.rows.until
        number = self.rows.add(
            rounds,
            community_id=self.id,
            number=week,
            seed=1,
            state="closed" if closed else "running",
            drawn_at=drawn,
            **times,
        )
        present = [one for one in self.there() if self.random.random() < 0.75 and one.joined < start]
        self.random.shuffle(present)
        for one in present:
            if self.random.random() < 0.75:  # the others are in as always
                self.act(ActKind.ROUND_IN, self.later(start, 2 * DAY), one, number, round_id=number)
        for at, two in enumerate(zip(present[::2], present[1::2], strict=False)):
            self._pairing(number, at, two, drawn)

    def _pairing(self, a_round: int, at: int, two: tuple[Person, Person], drawn: datetime) -> None:
        pairing = self.rows.add(
            pairings,
            community_id=self.id,
            round_id=a_round,
            number=at,
            kind="pair",
            times_met=0,
            new_firms=1,
            created_at=drawn,
        )
        for position, one in enumerate(two):
            other = two[1 - position]
            self.rows.add(pairing_members, pairing_id=pairing, member_id=one.id, position=position, joined_at=drawn)
            self.act(ActKind.PAIRED, drawn, one, f"{pairing}:{other.id}", other, round_id=a_round)
            self._review(a_round, pairing, one, other, drawn)

    def _review(self, a_round: int, pairing: int, one: Person, other: Person, drawn: datetime) -> None:
        given = self.later(drawn, 5 * DAY)
        if self.random.random() > 0.85 or given >= self.rows.until:
            if self.random.random() < 0.5:
                self.act(ActKind.MISSED, drawn + 4 * DAY, one, a_round, round_id=a_round)
            return
        done = self.later(given, 8 * DAY)
        acknowledged = self.random.random() < 0.85 and done < self.rows.until
        review = self.rows.add(
            reviews,
            community_id=self.id,
            round_id=a_round,
            pairing_id=pairing,
            reviewer_id=one.id,
            maker_id=other.id,
            mode="written",
            state="acknowledged" if acknowledged else "given",
            given_at=given,
            acknowledged_at=done if acknowledged else None,
        )
        self.act(ActKind.REVIEW_GIVEN, given, one, review, other, round_id=a_round)
        if acknowledged:
            self.act(ActKind.REVIEW_EXCHANGED, done, one, review, other, round_id=a_round)

    # Swaps

    def _listing(self, kind: str, who: Person, at: datetime) -> int:
        act = ActKind.OFFERED if kind == "offer" else ActKind.WANTED
        number = self.rows.add(
            listings,
            community_id=self.id,
            member_id=who.id,
            skill_id=self.random.choice(self.skills),
            kind=kind,
            state="removed",
            created_at=at,
            expires_at=at + 60 * DAY,
        )
        self.act(act, at, who, number)
        return number

    def _swap(self, start: datetime) -> None:
        """Two who show each other something."""
        at = self.later(start, 3 * DAY)
        two = self.random.sample(self.there(), 2)
        if at >= self.rows.until or any(one.joined >= at for one in two):
            return
        swap = self.rows.add(
            swaps, community_id=self.id, number=next(self.numbers), state="agreed", proposed_at=at, expires_at=at + DAY
        )
        agreed = self.later(at, DAY)
        for position, teacher in enumerate(two):
            learner = two[1 - position]
            self.rows.add(
                swap_members, swap_id=swap, member_id=teacher.id, position=position, proposed=False, proposed_at=at
            )
            self.act(ActKind.SWAP_ACCEPTED, agreed, teacher, swap, swap_id=swap)
            offer, want = self._listing("offer", teacher, at), self._listing("want", learner, at)
            self._session(swap, position, teacher, learner, offer, want, agreed)

    def _session(
        self, swap: int, position: int, teacher: Person, learner: Person, offer: int, want: int, agreed: datetime
    ) -> None:
        def act(kind: ActKind, at: datetime, about: object, minutes: int) -> bool:
            return self.act(kind, at, teacher, about, learner, swap_id=swap, minutes=minutes)

        starts = self.later(agreed, 12 * DAY)
        reported, minutes = self.later(starts, 2 * DAY), self.random.choice((30, 45, 60, 90))
        settled_at = self.later(reported, 7 * DAY)
        fate = self.random.random()  # confirmed, corrected, taken back, never was, unconfirmed
        number = next(self.rows.numbers[legs])
        settled: int | None = None
        if act(ActKind.SESSION_REPORTED, reported, number, minutes):
            if fate < 0.85 and act(ActKind.SESSION_EXCHANGED, settled_at, number, minutes):
                settled = minutes
                more = -minutes if fate < 0.02 else self.random.choice((-15, 15, 30))
                corrected = self.later(settled_at, 7 * DAY)
                if fate < 0.06 and act(ActKind.SESSION_CORRECTED, corrected, f"{number}:2", more):
                    settled += more
            elif fate > 0.92 and settled_at < self.rows.until:
                settled = 0
        agreed_time = self.random.random() < 0.9
        self.rows.waiting[legs].append(
            {
                "id": number,
                "community_id": self.id,
                "swap_id": swap,
                "position": position,
                "teacher_id": teacher.id,
                "learner_id": learner.id,
                "skill_id": self.random.choice(self.skills),
                "offer_id": offer,
                "want_id": want,
                "state": "reported" if settled is None else "confirmed" if settled else "cancelled",
                "starts_at": starts,
                "time_agreed": agreed_time,
                "settled": settled,
                "agreed_at": agreed,
                "ended_at": None if settled is None else settled_at,
            }
        )

    # Showings and the rest

    def _showing(self, start: datetime) -> None:
        at = self.later(start, WEEK)
        here = [one for one in self.there() if one.joined < at]
        if at >= self.rows.until or len(here) < 3:
            return
        maker, *others = self.random.sample(here, min(len(here), 5))
        fate = self.random.random()
        number = next(self.rows.numbers[showings])
        self.act(ActKind.SHOWN, at, maker, number, showing_id=number)
        first: datetime | None = None
        for who in others[: self.random.choice((0, 1, 2, 4))]:
            if who.firm == maker.firm:
                continue
            answered = self.later(at, 3 * DAY)
            self.act(ActKind.ASKED, at + 2 * HOUR, who, number, showing_id=number)
            if not self.act(ActKind.ANSWERED, answered, who, number, maker, showing_id=number):
                continue
            first = min(answered, first or answered)
            helped = self.later(answered, 4 * DAY)
            thanked = self.random.random() < 0.5 and self.act(
                ActKind.HELPED, helped, who, number, maker, showing_id=number
            )
            self.rows.add(
                answers,
                showing_id=number,
                member_id=who.id,
                community_id=self.id,
                at=answered,
                message_id=1,
                helped_at=helped if thanked else None,
            )
        self.rows.waiting[showings].append(
            {
                "id": number,
                "community_id": self.id,
                "member_id": maker.id,
                "state": "withdrawn" if fate < 0.05 else "gone" if fate < 0.07 else "open",
                "source": "form",
                "shown_at": at,
                "answered_at": first,
                "thread_id": number,
            }
        )

    def _credits(self, start: datetime) -> None:
        who = self.random.choice(self.there())
        at = max(self.later(start, WEEK), who.joined)
        self.act(ActKind.CREDITS_GIVEN, at, who, self.written, minutes=30)
