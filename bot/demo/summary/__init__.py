"""What came of the weeks that were played, read from the database: the log of what people did, not our script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np

from bot.demo.life import Life
from bot.demo.summary.digests import DigestSummary, of_digests
from bot.demo.summary.showings import ShowingSummary, of_showings
from bot.demo.summary.swaps import SwapSummary, of_swaps
from bot.demo.world import World
from domain.errors import PersonError
from domain.meetings import Meeting
from domain.model import EXCHANGES, Act, ActKind, Member, MemberId, PairingKind, ProblemKind, RoundId, RoundState
from domain.reach import gossip_bound, hearsay_before, reach
from storage import acts, communities, exports, members, outbox, pairings, problems
from storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Spread:
    """How far knowledge had travelled after a round, and the most that was possible on average."""

    round: int
    reach: float
    bound: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares are from 0 to 1. A tie is a pair of firms with an exchange, of any kind."""

    rounds: int
    members: int
    firms: int
    took_part: int  # people who gave or got a review
    places: int  # given to people in all rounds together
    left_out: int  # places that could not be given
    left_out_twice: int  # people who were left out twice in a row
    drawn_again: int  # pairs drawn who had met before
    helped_again: int  # the same, of those put together because somebody was late or could not make it
    reviews: int
    exchanges: int  # of reviews
    ties: int
    ties_possible: int
    across: float  # of the ties, those between sectors
    across_by_chance: float
    spread: tuple[Spread, ...]
    requests_a_week: float
    largest_burst: int
    swaps: SwapSummary
    showings: ShowingSummary
    digests: DigestSummary
    required: int  # of the managers, after set-up
    problems: tuple[str, ...]


async def summarise(world: World, life: Life) -> Summary:
    """Look at what stands in the database now. Takes a few dozen reads."""
    async with world.app.tools.db.read() as tx:
        people = await members.active(tx, world.community)
        log = [act for one in people for act in await acts.of_member(tx, one.id)]
        held = (await exports.everything(tx, world.community))["rounds"]
        met = await pairings.meetings(tx, world.community, world.now)
        required = await communities.actions_required(tx, world.community, world.now - timedelta(weeks=53))
        wrong = await _wrong(tx, world)
        traded = await of_swaps(tx, world, log)
        told = await of_digests(tx, world)
        shown = await of_showings(tx, world, log, sum(one.on_call for one in people))
        drawn = [one for each in sorted(_rounds(log)) for one in await pairings.of_round(tx, each)]
    closed = [one for one in held if one["state"] == RoundState.CLOSED]
    exchanged = [act for act in log if act.kind in EXCHANGES]
    ties = {frozenset((act.firm, act.other_firm)) for act in exchanged if act.other_firm is not None}
    ties = {tie for tie in ties if len(tie) > 1}  # colleagues show each other things, too
    firms = {one.firm.id: one.firm.sector for one in people}
    done = {one["round"] for one in closed}
    left_out = [(one["round"], one["left_out"]) for one in closed]
    return Summary(
        rounds=len(closed),
        members=len(people),
        firms=len(firms),
        took_part=len(_took_part(log)),
        places=sum(one["placed"] for one in closed),
        left_out=sum(number for _, number in left_out),
        left_out_twice=_twice(log),
        drawn_again=sum(one.times_met > 0 for one in drawn if one.kind is PairingKind.DRAW),
        helped_again=sum(one.times_met > 0 for one in drawn if one.kind is not PairingKind.DRAW),
        reviews=sum(one["reviews_given"] for one in closed),
        exchanges=sum(act.kind is ActKind.REVIEW_EXCHANGED for act in exchanged),
        ties=len(ties),
        ties_possible=len(firms) * (len(firms) - 1) // 2,
        across=_share(sum(len({firms.get(one) for one in tie}) == 2 for tie in ties), len(ties)),
        across_by_chance=_by_chance(list(firms.values())),
        spread=_spread(people, [one for one in met if one.round in done], world.seed),
        requests_a_week=world.requests() / max(1, len(closed)),
        largest_burst=life.largest_burst,
        swaps=traded,
        showings=shown,
        digests=told,
        required=required,
        problems=(*wrong, *_errors(world), *world.failures, *life.problems),
    )


def _took_part(log: Sequence[Act]) -> set[int]:
    reviewed = [act for act in log if act.kind in {ActKind.REVIEW_GIVEN, ActKind.REVIEW_EXCHANGED}]
    return {one for act in reviewed for one in (act.member, act.other_member) if one is not None}


def _twice(log: Sequence[Act]) -> int:
    """How many were left out in two rounds in a row that they were in."""
    places: dict[int, dict[int, bool]] = {}
    for act in log:
        if act.kind in {ActKind.PAIRED, ActKind.LEFT_OUT} and act.round is not None:
            places.setdefault(act.member, {})[act.round] = act.kind is ActKind.LEFT_OUT
    found = 0
    for rounds in places.values():
        in_turn = [out for _, out in sorted(rounds.items())]
        found += any(a and b for a, b in pairwise(in_turn))
    return found


def _rounds(log: Sequence[Act]) -> set[RoundId]:
    return {act.round for act in log if act.kind is ActKind.PAIRED and act.round is not None}


def _spread(people: Sequence[Member], met: Sequence[Meeting], seed: int) -> tuple[Spread, ...]:
    """Reach and bound after each round, of the meetings that came to something.

    Somebody who was given another partner met twice in a round: such a round counts as two, one after the other, for
    both. The bound then has as many meetings as there were.
    """
    at = {one.id: position for position, one in enumerate(people)}
    parts = list(_parts(met, at))
    attendance = np.zeros((len(parts), len(people)), dtype=np.bool_)
    for row, (_, groups) in enumerate(parts):
        attendance[row, [seat for group in groups for seat in group]] = True
    bound = gossip_bound(attendance, [one.firm.id for one in people], seed)
    found: dict[int, Spread] = {}
    for row, (number, _) in enumerate(parts):
        hearsay = hearsay_before(number + 1, len(people), parts[: row + 1])
        found[number] = Spread(number, reach(hearsay > 0), bound[row])
    return tuple(found.values())


def _parts(met: Sequence[Meeting], at: Mapping[MemberId, int]) -> Iterator[tuple[int, list[tuple[int, ...]]]]:
    """(round, groups of people by position) with nobody twice in one part."""
    for number in sorted({one.round for one in met}):
        parts: list[list[tuple[int, ...]]] = []
        for meeting in met:
            if meeting.round != number or not meeting.completed:
                continue
            seats = tuple(at[one] for one in map(MemberId, meeting.members) if one in at)
            free = (part for part in parts if not any(set(seats) & set(group) for group in part))
            part = next(free, None)
            if part is None:
                part = []
                parts.append(part)
            part.append(seats)
        yield from ((number, part) for part in parts)


def _by_chance(sectors: Sequence[str]) -> float:
    """The share of ties across sectors if ties fell by chance (see the measures)."""
    n = len(sectors)
    alike = sum(sectors.count(one) * (sectors.count(one) - 1) for one in set(sectors))
    return 1 - _share(alike, n * (n - 1))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


async def _wrong(tx: Tx, world: World) -> list[str]:
    amiss = [f"{one.kind.value}: {one.subject}" for one in await problems.of(tx, world.community)]
    counts = await outbox.counts(tx)
    blocked = counts.get("blocked", 0)
    return [*amiss, *([f"{ProblemKind.REFUSED.value}: {blocked} messages wait for a manager"] if blocked else [])]


def _errors(world: World) -> list[str]:
    """What broke in the bot. A person's slip is no error: they were told, kindly."""
    found = [getattr(error, "original", error) for error in world.env.errors]
    return [f"{type(one).__name__}: {one}" for one in found if not isinstance(one, PersonError)]
