"""What the chat surface shows of a round: read, never written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.services.tools import Tools
from domain import rounds as rule
from domain.errors import NoRoundYet
from domain.model import (
    Ask,
    AskId,
    AskState,
    Attachment,
    Community,
    Member,
    MemberId,
    Pairing,
    PairingId,
    Place,
    Review,
    ReviewId,
    ReviewState,
    Round,
    RoundId,
    RoundState,
    Seat,
    Signup,
    SignupState,
)
from storage import asks, communities, members, pairings, reviews, rounds, signups
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class OpenRound:
    community: Community
    round: Round
    count: int


async def open_round(tools: Tools, round_id: RoundId) -> OpenRound | None:
    """The opening message's facts; None if the round or its community is gone."""
    async with tools.db.read() as tx:
        a_round = await rounds.get(tx, round_id)
        community = await communities.get(tx, a_round.community) if a_round else None
        if a_round is None or community is None:
            return None
        return OpenRound(community, a_round, await signups.count_in(tx, round_id))


@dataclass(frozen=True, slots=True)
class EndedRound:
    community: Community
    round: Round
    next_round: Round | None


async def ended_round(tools: Tools, round_id: RoundId) -> EndedRound | None:
    """What the last word on a round needs; None if it or its community is gone."""
    async with tools.db.read() as tx:
        a_round = await rounds.get(tx, round_id)
        community = await communities.get(tx, a_round.community) if a_round else None
        if a_round is None or community is None:
            return None
        return EndedRound(community, a_round, await rounds.scheduled(tx, community.id))


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody in a pairing, with what they show."""

    member: Member
    shows: bool
    signup: Signup | None
    file: Attachment | None


@dataclass(frozen=True, slots=True)
class PairingView:
    community: Community
    round: Round
    pairing: Pairing
    seated: tuple[Seated, ...]
    owed: tuple[rule.Owed, ...] = ()

    def who(self, member: MemberId) -> Member | None:
        seat = self.pairing.seat_of(member)
        return seat.member if seat else None

    @property
    def sectors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.member.firm.sector for one in self.seated))


async def pairing_view(tools: Tools, pairing_id: PairingId, *, files: bool = False) -> PairingView | None:
    """A pairing as its thread shows it, `files` with the bytes that came with the briefs; None if it is gone."""
    async with tools.db.read() as tx:
        pairing = await pairings.get(tx, pairing_id)
        a_round = await rounds.get(tx, pairing.round) if pairing else None
        community = await communities.get(tx, pairing.community) if pairing else None
        if pairing is None or a_round is None or community is None:
            return None
        return PairingView(
            community,
            a_round,
            pairing,
            tuple([await _seated(tx, pairing, one.id, files=files) for one in pairing.seated]),
            rule.owed(pairing, await reviews.of_pairing(tx, pairing_id)),
        )


async def _seated(tx: Tx, pairing: Pairing, member: MemberId, *, files: bool) -> Seated:
    seat = pairing.seat_of(member)
    assert seat is not None
    signup = await signups.get(tx, pairing.round, member)
    file = await signups.file_of(tx, signup.id) if files and signup and signup.has_file else None
    return Seated(seat.member, seat.shows, signup, file)


@dataclass(frozen=True, slots=True)
class ReviewView:
    review: Review
    pairing: Pairing
    reviewer: Member
    maker: Member
    community: Community


async def review_view(tools: Tools, review_id: ReviewId) -> ReviewView | None:
    async with tools.db.read() as tx:
        review = await reviews.get(tx, review_id)
        pairing = await pairings.get(tx, review.pairing) if review else None
        community = await communities.get(tx, pairing.community) if pairing else None
        if review is None or pairing is None or community is None:
            return None
        found = await members.by_ids(tx, {review.reviewer, review.maker})
    return ReviewView(review, pairing, found[review.reviewer], found[review.maker], community)


@dataclass(frozen=True, slots=True)
class AskView:
    ask: Ask
    round: Round
    asked: Member
    waiting: Member


async def ask_view(tools: Tools, ask_id: AskId) -> AskView | None:
    """An ask that is still open; None if it has been answered."""
    async with tools.db.read() as tx:
        ask = await asks.get(tx, ask_id)
        a_round = await rounds.get(tx, ask.round) if ask and ask.round else None
        if ask is None or a_round is None or ask.state is not AskState.OPEN:
            return None
        found = await members.by_ids(tx, {ask.member, ask.for_member})
    return AskView(ask, a_round, found[ask.member], found[ask.for_member])


@dataclass(frozen=True, slots=True)
class NoticeView:
    round: Round
    member: Member
    next_round: Round | None


async def notice_view(tools: Tools, member_id: MemberId, round_id: RoundId) -> NoticeView | None:
    """What a private notice is about; None for somebody who has left meanwhile."""
    async with tools.db.read() as tx:
        member = await members.by_id(tx, member_id)
        a_round = await rounds.get(tx, round_id)
        if member is None or a_round is None or not member.present(tools.clock.now()):
            return None
        return NoticeView(a_round, member, await rounds.scheduled(tx, a_round.community))


@dataclass(frozen=True, slots=True)
class Status:
    """Where a member stands in the newest round, seen by that member only."""

    round: Round | None
    next_round: Round | None
    signup: Signup | None
    why_not: str = ""
    pairings: tuple[Pairing, ...] = ()
    owes: tuple[tuple[Pairing, Member], ...] = ()
    received: tuple[tuple[Review, Member], ...] = ()
    given: tuple[tuple[Review, Member], ...] = ()
    people: dict[MemberId, Member] = field(default_factory=dict)


async def status(tools: Tools, member: Member) -> Status:
    async with tools.db.read() as tx:
        upcoming = await rounds.scheduled(tx, member.community)
        a_round = await rounds.under_way(tx, member.community)
        if a_round is None:
            return Status(None, upcoming, None)
        mine = await pairings.of_member(tx, a_round.id, member.id)
        written = await reviews.of_round(tx, a_round.id)
        people_here = {one.id: one.member for pairing in mine for one in pairing.members}
        return Status(
            round=a_round,
            next_round=upcoming,
            signup=await signups.get(tx, a_round.id, member.id),
            why_not=await signups.why_not(tx, a_round.id, member.id),
            pairings=tuple(one for one in mine if (seat := one.seat_of(member.id)) and seat.seat is Seat.IN),
            owes=tuple(
                (pairing, people_here[debt.maker])
                for pairing in mine
                for debt in rule.owed(pairing, written)
                if debt.reviewer == member.id
            ),
            received=_between(written, people_here, maker=member.id),
            given=_between(written, people_here, reviewer=member.id),
            people=people_here,
        )


def _between(
    written: list[Review],
    known: dict[MemberId, Member],
    *,
    maker: MemberId | None = None,
    reviewer: MemberId | None = None,
) -> tuple[tuple[Review, Member], ...]:
    """Reviews somebody got (or gave), each with the person on the other side."""
    found = []
    for one in written:
        if not rule.delivered(one) and one.state is not ReviewState.CLAIMED:
            continue
        other = one.reviewer if maker is not None else one.maker
        if (one.maker == maker or one.reviewer == reviewer) and other in known:
            found.append((one, known[other]))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Why:
    """Why this partner, in the facts the draw went by."""

    round: Round
    pairing: Pairing
    partners: tuple[Member, ...]


async def why(tools: Tools, member: Member) -> tuple[Why, ...]:
    """The reasons behind a member's pairings of the newest round they were paired in. Raises NoRoundYet."""
    async with tools.db.read() as tx:
        mine = await pairings.latest_of(tx, member.id)
        newest = await rounds.get(tx, mine[0].round) if mine else None
    if newest is None:
        raise NoRoundYet
    return tuple(
        Why(newest, one, tuple(other.member for other in one.members if other.id != member.id)) for one in mine
    )


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One line of what is coming up for a member: "opens", "in", "out", "waiting" or "review"."""

    what: str
    at: datetime
    round: Round
    thread: int | None = None
    partner: Member | None = None


async def coming_up(tools: Tools, member: Member) -> tuple[Upcoming, ...]:
    """What a member can expect or owes, soonest first."""
    now = await status(tools, member)
    found: list[Upcoming] = []
    if now.round is not None:
        a_round = now.round
        if now.signup is None or now.signup.state is SignupState.OUT:
            if a_round.state is RoundState.OPEN:
                found.append(Upcoming("out", a_round.pairs_at, a_round))
        elif now.signup.place is Place.WAITING:
            found.append(Upcoming("waiting", a_round.nudges_at, a_round))
        elif now.signup.place is Place.NONE and a_round.state is RoundState.OPEN:
            found.append(Upcoming("in", a_round.pairs_at, a_round))
        found += [Upcoming("review", a_round.closes_at, a_round, pairing.thread, maker) for pairing, maker in now.owes]
    if now.next_round is not None:
        found.append(Upcoming("opens", now.next_round.opens_at, now.next_round))
    return tuple(sorted(found, key=lambda one: one.at))
