"""Who may be proposed a swap now, what is never proposed again, and when everything open is looked over.

Which swaps serve most people is `domain.swaps`; here stands what it is told of a community, and what of its answer
still holds when it is written down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from domain.calendar import Moment
from domain.ledger import START
from domain.model import Answer, Avoided, CommunityId, FirmId, ListingId, ListingKind, Member, MemberId, SkillId
from domain.swaps import Leg, Trader, Want

ANSWER_WITHIN: Final = timedelta(hours=72)
# Whoever notices so late that this is over was off: then people may not have been able to answer.
STANDSTILL: Final = timedelta(hours=1)
# At most so many proposals a person within so long, whatever came of them.
AT_MOST: Final = 2
WITHIN: Final = timedelta(days=7)
# Who said nothing is not asked the same again for so long, nor are two whose session came to nothing. Who said no,
# never.
SILENCE_COUNTS: Final = timedelta(days=60)
# Who says nothing so often in a row is left in peace until they want to be asked again.
SILENCES: Final = 2
# Sessions still to be held, as the one who shows: whoever has as many is asked for no more.
TEACHES_AT_MOST: Final = 3
# Fair turns are taken over the sessions of this long.
TURNS_COUNT: Final = timedelta(days=90)
# By the community's clocks.
SWEEP: Final = Moment(2, 10)

Ring = tuple[Leg, ...]
Refused = tuple[MemberId, frozenset[Leg]]


@dataclass(frozen=True, slots=True)
class Posted:
    """An open offer or want. `sought`: swaps with it have been looked for."""

    id: ListingId
    member: MemberId
    kind: ListingKind
    skill: SkillId
    since: datetime
    sought: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything in one community that its proposals depend on, as it stands at one moment.

    `members`: everybody active. `served`: wants with a leg under way. `teaching`: how many sessions somebody is still
    to hold as the one who shows; `turns`: how many they showed lately without being shown something themselves.
    `proposed`: when somebody was proposed something lately; `deciding`: who is in an open proposal. `balances`: of
    firms on whose account something was moved, in minutes.
    """

    members: Mapping[MemberId, Member]
    posted: tuple[Posted, ...]
    served: frozenset[ListingId]
    teaching: Mapping[MemberId, int]
    turns: Mapping[MemberId, int]
    proposed: Mapping[MemberId, tuple[datetime, ...]]
    deciding: frozenset[MemberId]
    refused: frozenset[Refused]
    avoided: tuple[Avoided, ...]
    balances: Mapping[FirmId, int]


@dataclass(frozen=True, slots=True)
class Seeker:
    """Somebody in no open proposal for whom swaps are to be looked for, and from when that makes sense.

    `proposed`: when they were proposed something, at least the last `AT_MOST` times.
    """

    community: CommunityId
    since: datetime
    paused_until: datetime | None
    not_before: datetime | None  # looking failed in their community
    proposed: tuple[datetime, ...]

    @property
    def free_at(self) -> datetime:
        moments = (self.since, self.paused_until, self.not_before, free_from(self.proposed))
        return max(one for one in moments if one is not None)


# When


def next_sweep(time_zone: str, after: datetime) -> datetime:
    """The first sweep strictly after `after`, in UTC."""
    zone = ZoneInfo(time_zone)
    day = after.astimezone(zone).date()
    day += timedelta(days=(SWEEP.weekday - day.weekday()) % 7)
    moment = _sweep_on(day, zone)
    return moment if moment > after else _sweep_on(day + timedelta(days=7), zone)


def last_sweep(time_zone: str, now: datetime) -> datetime:
    """The last sweep at or before `now`, in UTC."""
    zone = ZoneInfo(time_zone)
    day = now.astimezone(zone).date()
    day -= timedelta(days=(day.weekday() - SWEEP.weekday) % 7)
    moment = _sweep_on(day, zone)
    return moment if moment <= now else _sweep_on(day - timedelta(days=7), zone)


def _sweep_on(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(SWEEP.hour, SWEEP.minute), zone).astimezone(UTC)


def free_from(proposed: Iterable[datetime]) -> datetime | None:
    """The moment from which somebody who was proposed something at these moments may be once more; None: any time."""
    latest = sorted(proposed, reverse=True)
    return latest[AT_MOST - 1] + WITHIN if len(latest) >= AT_MOST else None


# Who


def left_in_peace(answers: Iterable[Answer]) -> bool:
    """Whether somebody's last silence is the second in a row, the fourth and so on; `answers`: from the newest back.

    What ended before they said anything is passed over.
    """
    said = (one for one in answers if one is not Answer.NONE)
    silences = sum(1 for _ in takewhile(lambda one: one is Answer.SILENT, said))
    return silences > 0 and silences % SILENCES == 0


def may_be_asked(here: Situation, member: MemberId, now: datetime) -> bool:
    """Whether a member may be proposed something now: there, in no open proposal, and not asked too often."""
    there = here.members.get(member)
    if there is None or not there.present(now) or member in here.deciding:
        return False
    moment = free_from(here.proposed.get(member, ()))
    return moment is None or moment <= now


def open_now(here: Situation, now: datetime) -> tuple[Posted, ...]:
    """What a proposal can be made of: offers and wants of those who may be asked, unless the want is being served."""
    may = {one: may_be_asked(here, one, now) for one in {posted.member for posted in here.posted}}
    return tuple(one for one in here.posted if may[one.member] and one.id not in here.served)


def seeking(here: Situation, now: datetime) -> tuple[Posted, ...]:
    """What swaps are to be looked for with, because nobody has yet."""
    return tuple(one for one in open_now(here, now) if not one.sought)


def traders(here: Situation, now: datetime, swept_at: datetime) -> tuple[Trader, ...]:
    """Everybody who may be asked, as `domain.swaps` wants to know them, in the order of their ids.

    Who offers something that somebody wants learns on credit only once a sweep (the last was at `swept_at`) has found
    no swap or ring for them: paid for at once, every want would be served before a ring could come about.
    """
    offers: dict[MemberId, set[int]] = {}
    wants: dict[MemberId, list[Want]] = {}
    patient: set[MemberId] = set()
    for one in open_now(here, now):
        if one.kind is ListingKind.OFFER:
            offers.setdefault(one.member, set()).add(one.skill)
        else:
            wants.setdefault(one.member, []).append(Want(one.skill, int(one.since.timestamp())))
            if one.since <= swept_at:
                patient.add(one.member)
    people = [here.members[one] for one in sorted(offers.keys() | wants.keys())]
    wanted = {want.skill for several in wants.values() for want in several}
    waits = {one for one, skills in offers.items() if skills & wanted and one not in patient}
    avoids = _avoids(here.avoided, people)
    return tuple(
        Trader(
            id=one.id,
            firm=one.firm.id,
            sector=one.firm.sector,
            offers=frozenset(offers.get(one.id, ())),
            wants=tuple(wants.get(one.id, ())),
            avoid=avoids.get(one.id, frozenset()),
            balance=None if one.id in waits else here.balances.get(one.firm.id, START),
            teaches=here.teaching.get(one.id, 0) < TEACHES_AT_MOST,
            turns=here.turns.get(one.id, 0),
        )
        for one in people
    )


def _avoids(avoided: Iterable[Avoided], people: Sequence[Member]) -> dict[MemberId, frozenset[int]]:
    """Whom each of these people avoids among the others, one by one or by their firm."""
    of_firm: dict[FirmId, set[int]] = {}
    for one in people:
        of_firm.setdefault(one.firm.id, set()).add(one.id)
    found: dict[MemberId, set[int]] = {}
    for entry in avoided:
        others = found.setdefault(entry.member, set())
        if entry.other_member is not None:
            others.add(entry.other_member)
        if entry.other_firm is not None:
            others |= of_firm.get(FirmId(entry.other_firm), set())
    return {member: frozenset(others - {member}) for member, others in found.items()}


# What


@dataclass(frozen=True, slots=True)
class Proposable:
    """A leg with the offer and the want it is made of."""

    teacher: MemberId
    learner: MemberId
    skill: SkillId
    offer: ListingId
    want: ListingId


def made_of(here: Situation, ring: Ring, now: datetime) -> tuple[Proposable, ...] | None:
    """The offers and wants behind the legs of a swap; None if it may not be proposed as things stand now."""
    if not people_of(ring) <= here.members.keys():
        return None
    if avoid_each_other(here, ring) or any((one, part_of(one, ring)) in here.refused for one in people_of(ring)):
        return None
    there = {(one.member, one.kind, one.skill): one.id for one in open_now(here, now)}
    found = []
    for leg in ring:
        teacher, learner, skill = MemberId(int(leg.teacher)), MemberId(int(leg.learner)), SkillId(int(leg.skill))
        offer = there.get((teacher, ListingKind.OFFER, skill))
        want = there.get((learner, ListingKind.WANT, skill))
        if offer is None or want is None or here.teaching.get(teacher, 0) >= TEACHES_AT_MOST:
            return None
        found.append(Proposable(teacher, learner, skill, offer, want))
    return tuple(found)


def avoid_each_other(here: Situation, ring: Ring) -> bool:
    """Whether somebody avoids anybody of the swap: they would all be in one thread."""
    people = [here.members[one] for one in people_of(ring)]
    avoids = _avoids(here.avoided, people)
    return any(avoids.get(one.id, frozenset()) & people_of(ring) for one in people)


def people_of(ring: Iterable[Leg]) -> set[MemberId]:
    return {MemberId(int(one)) for leg in ring for one in (leg.teacher, leg.learner)}


def part_of(member: int, ring: Iterable[Leg]) -> frozenset[Leg]:
    """The legs of a swap that somebody has part in: what is the same to them, whoever else is in it."""
    return frozenset(leg for leg in ring if member in {leg.teacher, leg.learner})


def refusals(member: MemberId, part: Iterable[Leg]) -> set[Refused]:
    """What somebody is not to be asked again who said no to their part of a swap: that part, and no half of it."""
    legs = frozenset(part)
    return {(member, legs), *((member, frozenset({leg})) for leg in legs)}
